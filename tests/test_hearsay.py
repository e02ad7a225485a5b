"""A person's word that a post is out: asked again where nothing waits for it, and taken back while nothing else says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from publishing_kit import PUSH, QUIET, approved, drafted, handed_over, out, pass_time
from sqlalchemy import select
from stage import Stage

from bot.cli import cli
from content.models import Article, State
from scheduler.confirm import confirm
from scheduler.models import Publication

TITLE = "01-notice"
LINK = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV"


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    stage.hire()
    stage.later(hours=1)  # 10:00, a Tuesday
    return stage


def test_a_word_that_nothing_waits_for_asks_for_the_title_and_is_taken_back(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)
    asked = staffed.say("运营", "已发 1")
    assert asked == (
        "文章1“01-notice”现在是“已排期”，定在 2026-12-01 15:00 发，没有在等人核实，所以还没有记。请核对编号。"
        "确实已经发出，请把文章1 的标题照抄发来；不是这一篇请发：算了"
    )
    for words in ("是", "02-other"):
        assert f"标题对不上，没有记：您写的是“{words}”，文章1 是“01-notice”" in staffed.say("运营", words)
    assert staffed.state(number) == State.SCHEDULED
    assert staffed.say("运营", "《01-notice》") == "已记下：文章1“01-notice”已发出。记错了请回复：没发出 1"
    assert (staffed.state(number), staffed.article(number).state) == (State.PUBLISHED, State.PUBLISHED)
    assert staffed.say("运营", "没发出 1") == (
        "已改正：文章1“01-notice”没有发出。仍定在 2026-12-01 15:00 发。要改时间：改期 1 时间"
    )
    assert (staffed.state(number), staffed.article(number).state) == (State.OPEN, State.APPROVED)
    pass_time(staffed, 0, 1, 299)
    assert out(staffed) == {}
    pass_time(staffed, 1, 2, 3)
    assert (out(staffed), staffed.state(number), staffed.alarms()) == ({TITLE: 1}, State.PUBLISHED, [])


@pytest.mark.parametrize("words", [f"已发1：{LINK}", "已发出 1"])
def test_an_approved_article_without_a_draft_is_asked_about_and_given_up_at_a_word(staffed: Stage, words: str) -> None:
    approved(staffed, TITLE, due=staffed.now + timedelta(days=2))
    assert "现在是“待定稿”，定在 2026-12-03 10:00 发，没有在等人核实" in staffed.say("运营", words)
    assert "就此作罢" in staffed.say("运营", "算了")
    assert staffed.state(1) == State.OPEN


def test_the_address_that_was_told_first_is_kept_and_goes_with_the_word(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)
    assert "没有在等人核实" in staffed.say("运营", f"已发 1 {LINK}")
    staffed.say("运营", TITLE)
    assert staffed.publication(number).url == LINK
    staffed.say("运营", "没发出 1")
    assert (staffed.publication(number).url, staffed.publication(number).published_at) == ("", None)


@pytest.mark.parametrize("why", ["late", "unsure", "failed"])
def test_a_word_that_a_post_waits_for_is_taken_at_once_and_back_it_waits_for_another(staffed: Stage, why: str) -> None:
    if why == "late":
        number = approved(staffed, TITLE, due=staffed.now + timedelta(minutes=5))
        staffed.later(minutes=10)
    else:
        number = drafted(staffed)
        how = ("drop", {"when": "before"}) if why == "unsure" else ("outcome", {"extra": {"publish_status": 3}})
        staffed.sim.fault("freepublish/submit", how[0], **how[1])
        handed_over(staffed, number)
        pass_time(staffed, *(1, 2, 5) if why == "failed" else ())
    assert staffed.say("运营", "已发 1") == "已记下：文章1“01-notice”已发出。"
    assert "要现在发请回复：补发 1；要改时间：改期 1 时间" in staffed.say("运营", "没发出 1")
    pass_time(staffed, 0, 1, 60)
    assert out(staffed) == {}
    assert "马上发出" in staffed.say("运营", "补发 1")
    pass_time(staffed, 0, 1, 2)
    assert (out(staffed), staffed.state(number)) == ({TITLE: 1}, State.PUBLISHED)


def test_a_post_that_wechat_has_received_is_asked_after_again(staffed: Stage) -> None:
    number = drafted(staffed, notify=PUSH)
    handed_over(staffed, number)
    assert staffed.state(number) == State.PUBLISHING
    staffed.say("运营", "已发 1")
    assert "微信收下过这一次，正在再问它结果" in staffed.say("运营", "没发出 1")
    assert staffed.state(number) == State.PUBLISHING
    pass_time(staffed, 1, 3, 10)
    assert staffed.state(number) == State.PUBLISHED


@pytest.mark.parametrize("notify", [PUSH, QUIET])
def test_what_wechat_says_is_out_is_not_taken_back(staffed: Stage, notify: str) -> None:
    number = drafted(staffed, notify=notify)
    handed_over(staffed, number)
    pass_time(staffed, 1, 2)
    assert "发出了，不只是有人这样说，不能再记为没发出。要撤下请发：撤稿 1 原因" in staffed.say("运营", "没发出 1")
    assert staffed.state(number) == State.PUBLISHED


def test_a_word_that_wechat_has_confirmed_since_is_not_taken_back(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)
    staffed.say("运营", "已发 1")
    staffed.say("运营", TITLE)
    with staffed.parts.store.transaction() as session:
        publication = session.scalars(select(Publication)).one()
        confirm(session, publication, urls=[], article_id="A1", at=staffed.now, now=staffed.now)
    assert "不能再记为没发出" in staffed.say("运营", "没发出 1")
    assert staffed.state(number) == State.PUBLISHED


def test_what_is_being_taken_down_is_not_taken_back(staffed: Stage) -> None:
    drafted(staffed, minutes=300)
    for words in ("已发 1", TITLE, "撤稿 1 日期写错", TITLE):
        staffed.say("运营", words)
    assert "不能再记为没发出" in staffed.say("运营", "没发出 1")


def test_the_terminal_asks_for_the_title_as_well(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)

    def settled(*words: str) -> str:
        done = CliRunner().invoke(
            cli, ["--workspace", str(staffed.folder), "post", "settle", "1", *words, "--by", "运营"],
            env=dict(staffed.environ),
        )  # fmt: skip
        return str(done.exception) if done.exception else done.output.strip()

    assert settled("--out").endswith("确实已经发出，请加上：--title 文章1的标题")
    assert "标题对不上" in settled("--out", "--title", "别的")
    assert settled("--out", "--title", TITLE) == "已记下：文章1“01-notice”已发出。记错了请回复：没发出 1"
    assert "仍定在 2026-12-01 15:00 发" in settled("--not-out")
    assert staffed.state(number) == State.OPEN


def test_a_draft_that_waits_for_a_hand_is_taken_at_once_but_not_one_that_is_not_made_yet(staffed: Stage) -> None:
    number = approved(staffed, TITLE, due=staffed.now + timedelta(days=1), by_hand="视频号卡片")
    assert "没有在等人核实" in staffed.say("运营", "已发 1")
    staffed.say("运营", "算了")
    staffed.later(hours=2)
    staffed.ticks.slow_rest()
    with staffed.parts.store.reading() as session:
        assert session.get_one(Article, number).post.state == State.DRAFTED  # type: ignore[union-attr]
    assert staffed.say("运营", "已发 1") == "已记下：文章1“01-notice”已发出。"
