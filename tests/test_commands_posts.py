"""Posts by message: set, moved, taken out, sent late or now, and joined to what somebody pressed in the back office."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from publishing_kit import PUSH, QUIET, approve, approved, drafted, handed_over, out, pass_time, write
from sqlalchemy import delete, func, select
from stage import Stage

from bot.cli import cli
from bot.commands.table import split
from content.after_models import Withdrawal
from content.clock import local_day
from content.errors import OpsError
from content.models import Article, State
from content.paper import Evidence
from content.people import person_named
from content.posts import is_confirmed
from scheduler import alarm, batches, comments, hand, interactions, joined, ledger
from scheduler.comment_models import CommentThread
from scheduler.interaction_rule import DEFAULT
from scheduler.models import Outbox, Publication
from scheduler.outside import OUTSIDE, listed, subject_of

NO_COMMANDS = re.compile("读不出|预览稿|回复留言|没有.+|.+第")
ROOT = Path(__file__).resolve().parent.parent

TITLE = "01-notice"
LINK = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV"


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    stage.hire()
    stage.later(hours=1)  # 10:00, a Tuesday
    return stage


def two(stage: Stage, *, minutes: float = 30, notify: str = QUIET) -> tuple[int, int]:
    """Two approved articles of one post."""
    due = stage.now + timedelta(minutes=minutes)
    for name in ("01-a", "02-b"):
        write(stage, name, due=due, notify=notify)
    one, other = approve(stage, "01-a", "02-b")
    return one, other


def told_out(stage: Stage, words: str, title: str = TITLE) -> str:
    """Say that a post is out which nothing waits for, and repeat the title that is asked for."""
    assert "没有在等人核实，所以还没有记" in stage.say("运营", words)
    return stage.say("运营", title)


# another time ---------------------------------------------------------------------------------------------------------


def test_a_time_is_set_however_it_is_typed_and_the_whole_post_is_named(staffed: Stage) -> None:
    two(staffed)
    for words, time in (
        ("排期 2 周五18:30", "2026-12-04 18:30"),
        ("改期2明天9点", "2026-12-02 09:00"),
        ("定时　２　１２－０５　２０：００", "2026-12-05 20:00"),
        ("改期 文章1 12月7日晚上8点半", "2026-12-07 20:30"),
    ):
        assert staffed.say("运营", words).startswith(f"文章1“01-a”、文章2“02-b”改到 {time} 发。"), words
    pass_time(staffed, 0, 31)
    assert out(staffed) == {}


def test_a_time_that_is_not_told_or_not_understood_is_asked_for(staffed: Stage) -> None:
    approved(staffed, TITLE, due=None)
    assert staffed.say("运营", "排期 1").startswith("文章1“01-notice”要定在什么时间？")
    assert "时间看不懂" in staffed.say("运营", "过两天")
    assert "要定在哪一天？" in staffed.say("运营", "22:30")  # perhaps of the day that was not understood
    assert "改到 2026-12-02 09:00 发" in staffed.say("运营", "明天9点")
    assert "改到 2026-12-03 10:00 发" in staffed.say("运营", "改期1到后天10点")
    assert staffed.say("运营", "排期 1 后天").endswith("要定在 12-03 几点？请直接回复，例如：9点、18:30。")
    assert "改到 2026-12-03 15:00 发" in staffed.say("运营", "下午3点")
    staffed.say("运营", "排期 1 后天")
    assert "改到 2026-12-04 15:00 发" in staffed.say("运营", "大后天下午3点")
    assert "已经过去了" in staffed.say("运营", "改期 1 今天8点")
    for words in ("排期", "排期 明天9点", "排期 12-05 20:00"):
        assert staffed.say("运营", words) == "请写文章编号，例如：排期 12 明天9点"


def test_a_day_given_as_the_answer_is_kept_for_the_hour_that_follows(staffed: Stage) -> None:
    approved(staffed, TITLE, due=None)
    for day, asked, hour, meant in (
        ("明天", "12-02 几点", "22:30", "2026-12-02 22:30"),
        ("改到周五吧", "12-04 几点", "晚上8点半", "2026-12-04 20:30"),
        ("后天下午", "12-03 下午几点", "3点", "2026-12-03 15:00"),
        ("今晚", "12-01 晚上几点", "8点", "2026-12-01 20:00"),
    ):
        staffed.say("运营", "排期 1")
        assert f"要定在 {asked}？" in staffed.say("运营", day)
        assert f"改到 {meant} 发" in staffed.say("运营", hour), day
    staffed.say("运营", "排期 1 后天")
    assert "要定在 12-04 几点？" in staffed.say("运营", "还是周五")
    assert "改到 2026-12-04 09:00 发" in staffed.say("运营", "9点")


def test_a_push_for_which_none_is_left_is_refused_with_the_words_for_the_next_free_slot(staffed: Stage) -> None:
    approved(staffed, TITLE, due=staffed.now + timedelta(days=1), notify=PUSH)
    approved(staffed, "02-b", due=staffed.now + timedelta(days=2), notify=PUSH)
    answer = staffed.say("运营", "改期 2 明天18:00")
    assert "每天只能推送一次。最近的空档，请回复：改期 2 2026-12-03 18:00；" in answer
    assert "改到 2026-12-03 18:00" in staffed.say("运营", "改期 2 2026-12-03 18:00")


def test_a_post_whose_time_is_taken_away_stays_until_it_has_another(staffed: Stage) -> None:
    number = drafted(staffed)
    assert staffed.say("运营", "取消排期 1").startswith("文章1“01-notice”不再定在 2026-12-01 10:10，不会自动发出。")
    assert staffed.state(number) == State.DRAFTED
    pass_time(staffed, 0, 11, 60)
    assert out(staffed) == {}
    assert "本来就没有定时间" in staffed.say("运营", "取消排期 1")
    staffed.say("运营", "排期 1 今天12:00")
    staffed.at(staffed.now.replace(hour=4, minute=0))
    pass_time(staffed, 0, 1, 2)
    assert out(staffed) == {TITLE: 1}


def test_an_article_is_taken_out_and_the_rest_goes(staffed: Stage) -> None:
    write(staffed, "01-a", due=staffed.now + timedelta(minutes=30), notify=QUIET)
    write(staffed, "02-b", due=staffed.now + timedelta(minutes=30), notify=QUIET)
    approve(staffed, "02-b")
    assert staffed.say("运营", "移出 1") == "文章1“01-a”已移出推文，其余照发：文章2“02-b”。"
    pass_time(staffed, 0, 30, 31, 35)
    assert out(staffed) == {"02-b": 1}
    assert staffed.say("运营", "移出 1") == "文章1“01-a”还没有排期。"


# now, by two ----------------------------------------------------------------------------------------------------------


@pytest.mark.asks_figures
def test_two_people_publish_ahead_of_the_time(staffed: Stage) -> None:
    number = drafted(staffed, notify=PUSH, minutes=300)
    answer = staffed.say("运营", "立即发布 1")
    assert answer.startswith(
        "将立即发布 1 篇：文章1“01-notice”。推送给全部粉丝（4,005 人）。原定 2026-12-01 15:00。这一天还可推送 0 次。"
    )
    assert answer.endswith("请另一位（主任）在 10:30 前回复：确认 1")
    assert "要由另一位来确认" in staffed.say("运营", "立即发布 1")
    assert "不归编辑用" in staffed.say("编辑", "确认 1")
    pass_time(staffed, 0, 1)
    assert out(staffed) == {}
    assert any("运营要求立即发布，要您确认" in text for text in written(staffed))
    assert staffed.say("主任", "确认 1") == "文章1“01-notice”马上发出。（运营要求，主任确认）"
    pass_time(staffed, 0, 1, 2)
    assert (out(staffed), staffed.state(number)) == ({TITLE: 1}, State.PUBLISHED)
    assert "没有人在等着确认" in staffed.say("主任", "确认 1")
    for words in ("补发 1", "重发 1", "立即发布 1", "取消排期 1", "移出 1", "排期 1 明天9点"):
        told = staffed.say("运营", words)
        assert re.match(
            "文章1“01-notice”2026-12-01 10:0[0-9] 就发出了，不能再改或再发。要撤下请发：撤稿 1 原因", told
        ), words


def test_what_more_than_one_article_is_named_in_does_nothing(staffed: Stage) -> None:
    drafted(staffed)
    for name in ("立即发布", "确认", "移出", "取消排期", "补发", "没发出"):
        assert f"请写文章编号，例如：{name} 12" in staffed.say("运营", f"{name} 1-1")
        assert "像是在问，没有办" in staffed.say("运营", f"{name} 1吗？")
        for more in ("，2", " 明天9点"):
            told = staffed.say("运营", f"{name} 1{more}")
            assert f"请只写一篇的编号，后面不写别的，例如：{name} 12" in told, (name, more)


def test_while_publishing_is_paused_nothing_is_sent_at_once_and_a_word_from_before_is_void(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)
    staffed.say("运营", "立即发布 1")
    staffed.say("主任", "确认 1")  # and before it leaves:
    staffed.say("主任", "暂停")
    for words in ("立即发布 1", "补发 1"):
        assert "自动发布已暂停（主任）。现在不能发，请先恢复，回复：恢复" in staffed.say("运营", words)
    staffed.say("主任", "恢复")
    assert not is_confirmed(staffed.post(number))


def test_a_wish_to_publish_now_is_void_after_half_an_hour_or_a_change(staffed: Stage) -> None:
    drafted(staffed, minutes=300)
    staffed.say("运营", "立即发布 1")
    staffed.later(minutes=31)
    assert "没有人在等着确认" in staffed.say("主任", "确认 1")
    staffed.say("运营", "立即发布 1")
    write(staffed, TITLE, due=staffed.now + timedelta(minutes=269), body="改过的正文。", notify=QUIET)
    approve(staffed, TITLE)
    assert "在要求之后改动过" in staffed.say("主任", "确认 1")
    pass_time(staffed, 0, 1)
    assert out(staffed) == {}


def test_what_is_not_approved_or_has_no_push_left_is_not_published_now(staffed: Stage) -> None:
    staffed.submit(staffed.write("03-c"))
    assert staffed.say("运营", "立即发布 1") == "文章1“通知03-c”现在是“审核中”，还不能发布。"
    approved(staffed, TITLE, due=staffed.now + timedelta(hours=8), notify=PUSH)
    approved(staffed, "02-b", due=staffed.now + timedelta(days=2), notify=PUSH)
    assert "2026-12-01 这一天已有推送" in staffed.say("运营", "立即发布 3")
    assert "还没到时间，不是补发。要提前发请回复：立即发布 3" in staffed.say("运营", "补发 3")


# late -----------------------------------------------------------------------------------------------------------------


def late(stage: Stage) -> list[str]:
    """Two articles whose second was approved after the time of their post; the words that the alarm offers."""
    due = stage.now + timedelta(minutes=30)
    for name in ("01-a", "02-b"):
        write(stage, name, due=due, notify=PUSH)
    approve(stage, "01-a")
    stage.submit(stage.folder / "2026-12" / "02-b")
    pass_time(stage, 0, 31)
    stage.approve("2-1")
    pass_time(stage, 0, 1)
    (text,) = [text for text in stage.alarms() if "过了时间才通过审核（2），不会自动发出" in text]
    return [choice.split("：")[1].strip("。") for choice in text.partition("请回复其中一句。")[2].split("；")]


def test_after_a_late_approval_the_operator_chooses_now(staffed: Stage) -> None:
    words = late(staffed)
    assert words == ["补发 2", "改期 2 2026-12-02 10:32", "移出 2"]
    assert staffed.say("运营", words[0]) == "文章1“01-a”、文章2“02-b”马上发出。"
    pass_time(staffed, 0, 1, 2)
    assert (out(staffed), staffed.alarms()) == ({"01-a": 1, "02-b": 1}, [])


def test_after_a_late_approval_the_operator_chooses_the_next_free_slot(staffed: Stage) -> None:
    words = late(staffed)
    assert "改到 2026-12-02 10:32 发" in staffed.say("运营", words[1])
    pass_time(staffed, 0, 1)
    assert (out(staffed), staffed.alarms()) == ({}, [])
    handed_over(staffed, 2)
    pass_time(staffed, 1, 2)
    assert out(staffed) == {"01-a": 1, "02-b": 1}


def test_after_a_late_approval_the_operator_chooses_to_go_without(staffed: Stage) -> None:
    words = late(staffed)
    assert staffed.say("运营", words[2]) == "文章2“02-b”已移出推文，其余照发：文章1“01-a”。"
    pass_time(staffed, 0, 1, 2)
    assert (out(staffed), staffed.alarms()) == ({"01-a": 1}, [])


def test_what_failed_is_sent_again(staffed: Stage) -> None:
    number = drafted(staffed)
    staffed.sim.fault("freepublish/submit", "outcome", extra={"publish_status": 3})
    handed_over(staffed, number)
    pass_time(staffed, 1, 2, 5)
    assert any("重发 1" in text for text in staffed.alarms())
    assert staffed.say("运营", "重发 1") == "文章1“01-notice”会重新备好草稿，马上发出。"
    pass_time(staffed, 0, 1, 2)
    assert out(staffed) == {TITLE: 1}


# what a person saw ----------------------------------------------------------------------------------------------------


def unsure(stage: Stage) -> int:
    """A quiet post that WeChat may have taken or not."""
    number = drafted(stage)
    stage.sim.fault("freepublish/submit", "drop", when="before")
    handed_over(stage, number)
    assert stage.state(number) == State.UNSURE
    return number


def test_what_is_unsure_is_settled_with_the_words_of_its_alarm(staffed: Stage) -> None:
    number = unsure(staffed)
    (text,) = staffed.alarms()
    assert text.endswith("发出了请回复：已发出 1；没发出：没发出 1")
    assert "可能已经发出。请先到后台核实" in staffed.say("运营", "补发 1")
    assert "像是在问，没有办" in staffed.say("运营", "没发出 1 吗？")
    assert staffed.state(number) == State.UNSURE
    assert staffed.say("运营", "没发出 1").endswith("没有发出。要现在发请回复：补发 1；要改时间：改期 1 时间")
    assert staffed.say("运营", "补发 1") == "文章1“01-notice”马上发出。"
    pass_time(staffed, 0, 1, 2)
    assert (out(staffed), staffed.state(number)) == ({TITLE: 1}, State.PUBLISHED)
    assert staffed.say("运营", "已发出 1") == "文章1“01-notice”早已记为发出。"


def test_what_somebody_pressed_is_joined_with_its_link(staffed: Stage) -> None:
    one, other = two(staffed)
    staffed.ticks.slow_rest()
    assert "链接没有看懂" in staffed.say("运营", "已发 2 mp.weixin")
    assert told_out(staffed, f"已发 ２ {LINK}。", "02-b").startswith("已记下：文章1“01-a”、文章2“02-b”已发出。")
    assert (staffed.publication(one).url, staffed.state(other)) == (f"\n{LINK}", State.PUBLISHED)
    assert "早已记为发出，链接已补记" in staffed.say("运营", f"已发 1 {LINK}W")
    assert staffed.publication(one).url == f"{LINK}W\n{LINK}"
    assert "链接是另一个" in staffed.say("运营", f"已发 1 {LINK}X")
    pass_time(staffed, 0, 31)
    assert (out(staffed), publications(staffed)) == ({}, 1)


@pytest.mark.parametrize("words", ["已发 1 ", "链接 ", ""])
def test_a_link_that_no_reply_would_hold_is_refused(staffed: Stage, words: str) -> None:
    approved(staffed, TITLE, due=None)
    said = staffed.say("运营", f"{words}{LINK}?a={'x' * 1024}")
    assert "最多 1024 字节，没有记下" in said
    with staffed.parts.store.transaction() as session:
        article = session.get_one(Article, 1)
        with pytest.raises(OpsError, match="最多 1024 字节"):
            joined.published(
                session, article, f"{LINK}?a={'x' * 1024}", staffed.parts.rules, by="运营", now=staffed.now
            )
    assert publications(staffed) == 0


def test_a_bare_link_is_asked_about_and_the_number_joins_it(staffed: Stage) -> None:
    approved(staffed, TITLE, due=None)
    staffed.say("运营", "排期 1 明天9点")
    staffed.ticks.slow_rest()
    answer = staffed.say("运营", f"{LINK}?scene=1")
    assert answer == (
        "这是哪一篇？请直接回复编号，例如：1。\n1 01-notice（已排期，定在 2026-12-02 09:00）\n都不是就回复：算了"
    )
    for words in ("第一篇", "1点开会，记得带材料", "1-1", "1-05 20:00"):
        assert "请只回复这一篇的编号" in staffed.say("运营", words), words
    assert told_out(staffed, "１").startswith("已记下：文章1“01-notice”已发出。")
    assert staffed.say("运营", LINK) == "这个链接是文章1“01-notice”，早已记下。"
    assert "不归编辑用" in staffed.say("编辑", LINK)
    approved(staffed, "02-b", due=None)
    staffed.say("运营", "排期 2 后天9点")
    assert "已经记在文章1“01-notice”名下" in staffed.say("运营", f"已发 2 {LINK}")


def test_a_shared_article_and_a_link_amid_words_are_asked_about_as_a_bare_link(staffed: Stage) -> None:
    approved(staffed, TITLE, due=staffed.now + timedelta(days=1))
    shared = {"MsgType": "link", "Title": "歇脚椅", "Description": "", "Url": f"{LINK}?scene=1"}
    assert staffed.say("运营", "", fields=shared).startswith("这是哪一篇？")
    assert staffed.say("运营", "算了") == "好的，“链接”就此作罢。"
    assert staffed.say("运营", f"这篇发出来了：{LINK}，请记一下").startswith("这是哪一篇？")
    assert told_out(staffed, "1").startswith("已记下：文章1“01-notice”已发出。")
    assert staffed.say("运营", "", fields=shared) == "这个链接是文章1“01-notice”，早已记下。"
    assert "不归编辑用" in staffed.say("编辑", "", fields=shared)
    assert staffed.say("路人", "", fields=shared) == staffed.say("路人", "什么")


@pytest.mark.parametrize("told_before", [False, True])
def test_what_was_taken_in_as_published_elsewhere_becomes_one_with_our_post(staffed: Stage, told_before: bool) -> None:
    number = approved(staffed, TITLE, due=staffed.now + timedelta(hours=2))
    staffed.ticks.slow_rest()
    if told_before:
        told_out(staffed, f"已发 1 {LINK}")
    long = taken_in(staffed)
    assert len(staffed.alarms()) == 1
    answer = staffed.say("运营", f"已发 1 {long}") if told_before else told_out(staffed, f"已发 1 {long}")
    assert answer.endswith("发出。先前记为外部发布的（文章2“另一个标题”）就是它，已并为一条。")
    assert (publications(staffed), staffed.publication(number).msg_data_id) == (1, "2247000009")
    assert staffed.alarms() == []
    with staffed.parts.store.reading() as session:
        assert session.scalars(select(Article).where(Article.origin == OUTSIDE)).all() == []


def taken_in(stage: Stage) -> str:
    """Article 2 is taken in as published elsewhere; on the page its title was changed. Return its address."""
    url = "http://mp.weixin.qq.com/s?__biz=B&mid=2247000009&idx=1&sn=S&chksm=c#rd"
    with stage.parts.store.transaction() as session:
        seen = listed({"msgid": "2247000009_1", "title": "另一个标题", "content_url": url}, local_day(stage.now))
        assert seen is not None
        assert subject_of(session, seen, stage.now) == "article:2"
    return url


def test_a_figure_that_waits_for_its_second_person_goes_along_and_counts_for_ours(staffed: Stage) -> None:
    approved(staffed, TITLE, due=staffed.now + timedelta(hours=2))
    store, today = staffed.parts.store, local_day(staffed.now)
    staffed.ticks.slow_rest()
    url = taken_in(staffed)
    for words in ("文章2 阅读次数 今天 300", "文章2 阅读次数 昨天 200", "文章1 阅读次数 昨天 100"):
        assert "已填" in staffed.say("运营", f"填报 {words}")
    assert told_out(staffed, f"已发 1 {url}").endswith("已并为一条。")
    with store.transaction() as session:
        session.add(
            Evidence(subject="figure:1", words="", by="运营", sent_at=staffed.now, fetched_at=staffed.now, sha256="1")
        )
        chief = person_named(session, "主任")
        hand.note_seen(session, hand.named(session, 1), chief, now=staffed.now)
        hand.confirm(session, 1, chief, now=staffed.now)
        assert ledger.value_on(session, "read_count", "article:1", today) == 300
        assert ledger.value_on(session, "read_count", "article:2", today) is None
        lines = [hand.in_words(session, hand.named(session, number)) for number in (1, 2, 3)]
    assert [line.partition("：")[2] for line in lines] == [
        f"{today} 文章 1 阅读次数 300 次，运营填，已复核（主任）",
        f"{today - timedelta(days=1)} 文章 1 阅读次数 200 次，运营填，已退回（运营：同一件事已有填报 3 待复核）",
        f"{today - timedelta(days=1)} 文章 1 阅读次数 100 次，运营填，待复核",
    ]


def test_its_figures_become_one_with_ours_and_their_sums_are_those_of_the_rows(staffed: Stage) -> None:
    number = approved(staffed, TITLE, due=staffed.now + timedelta(hours=2))
    store, today = staffed.parts.store, local_day(staffed.now)
    staffed.ticks.slow_rest()
    url, own, double = taken_in(staffed), f"article:{number}", "article:2"
    told = (
        ("articles", {own: 100, double: 300}),
        ("hand", {double: 300}),
        ("wechat", {own: 100}),
        ("again", {own: 90}),
    )
    numbers: list[int] = []
    for source, values in told:
        with store.transaction() as session:
            figures = {("read_count", thing): value for thing, value in values.items()}
            batch = ledger.record(session, source, source, today, figures, complete=True, by="test", now=staffed.now)
            numbers.append(batch.id)

    def sums() -> tuple[int | None, dict[str, int]]:
        with store.reading() as session:
            rows = interactions.by_thing(session, DEFAULT, today, today)
            found = interactions.total(session, DEFAULT, today, today).value
            return found, {thing: sum(acts.values()) for thing, acts in rows.items()}

    assert sums()[0] == sum(sums()[1].values())
    assert told_out(staffed, f"已发 1 {url}").endswith("已并为一条。")
    assert sums() == (90, {own: 90})
    for batch, value in ((numbers[3], 100), (numbers[2], 300), (numbers[1], 100)):
        with store.transaction() as session:
            batches.undo(session, batch, "错了", by="运营", now=staffed.now)
        assert sums() == (value, {own: value})


def test_what_was_told_of_an_article_before_it_was_known_to_be_out_counts_once_it_is(staffed: Stage) -> None:
    number = approved(staffed, TITLE, due=staffed.now + timedelta(hours=2))
    store, today = staffed.parts.store, local_day(staffed.now)
    staffed.ticks.slow_rest()
    with store.transaction() as session:
        told = {("read_count", f"article:{number}"): 300}
        ledger.record(session, "articles", "a", today, told, complete=True, by="test", now=staffed.now)
    told_out(staffed, f"已发 1 {LINK}")
    with store.reading() as session:
        rows = interactions.by_thing(session, DEFAULT, today, today)
        assert rows == {f"article:{number}": {"阅读": 300}}
        assert interactions.total(session, DEFAULT, today, today).value == 300


def test_its_comments_come_along_and_what_somebody_takes_down_stays_apart(staffed: Stage) -> None:
    number = approved(staffed, TITLE, due=staffed.now + timedelta(hours=2))
    staffed.ticks.slow_rest()
    url = taken_in(staffed)
    comments.begin_threads(staffed.parts.store, staffed.now)
    with staffed.parts.store.transaction() as session:
        session.add(Withdrawal(article_id=2, reason="写错", by="主任", at=staffed.now, stage="asked"))
    assert "已经有人要求撤稿，不能再并为一条" in staffed.say("运营", f"已发 1 {url}")
    with staffed.parts.store.transaction() as session:
        session.execute(delete(Withdrawal))
    assert told_out(staffed, f"已发 1 {url}").endswith("已并为一条。")
    with staffed.parts.store.reading() as session:
        assert session.scalars(select(CommentThread.article_id)).all() == [number]


def publications(stage: Stage) -> int:
    with stage.parts.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Publication)) or 0


def written(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(Outbox.text)))


# pause, alarms, terminal ----------------------------------------------------------------------------------------------


def test_a_pause_says_why_and_the_chief_hears_that_it_is_over(staffed: Stage) -> None:
    assert staffed.say("运营", "暂停 等街道核实") == ("已暂停自动发布：等街道核实，到点的推文会等着。要恢复请发：恢复")
    assert staffed.say("主任", "暂停") == "发布早已暂停（运营：等街道核实）。要恢复请发：恢复"
    staffed.say("运营", "恢复")
    (text,) = written(staffed)
    assert text == "运营恢复了自动发布（2026-12-01 10:00）。原来：自动发布已暂停（运营：等街道核实）。"


def test_an_alarm_is_settled_by_message(staffed: Stage) -> None:
    with staffed.parts.store.transaction() as session:
        alarm.ring(session, "outside:article:7", "有一篇不是从这里发出的文章。", now=staffed.now)
    assert staffed.say("运营", "处理完 1") == "告警1 已记为处理完：有一篇不是从这里发出的文章。"
    assert (staffed.say("运营", "已处理 1"), staffed.alarms()) == ("告警1 已经结束，或没有这条。", [])


def test_every_word_that_an_alarm_tells_to_send_is_understood() -> None:
    told = [
        word
        for file in (*(ROOT / "scheduler").glob("*.py"), *(ROOT / "content").glob("*.py"))
        for word in re.findall(
            r"[：；，、“或]([\u4e00-\u9fff]{2,5}) \{(?:number|first|(?:article|waiting\[0\]|one)\.id)\}",
            file.read_text("utf-8"),
        )
    ]
    assert len(told) > 20
    unknown = {word for word in told if split(f"{word} 12") is None and not NO_COMMANDS.fullmatch(word)}
    assert unknown == set()


def test_the_terminal_has_the_same_decisions(staffed: Stage) -> None:
    number = drafted(staffed, minutes=300)
    assert said(staffed, "post", "move", str(number), "明天9点", "--by", "运营").endswith("占推送的次数。")
    assert "不会自动发出" in said(staffed, "post", "cancel", str(number), "--by", "运营")
    assert "要提前发请回复" in said(staffed, "post", "late", str(number), "--by", "运营")
    assert "确认 1" in said(staffed, "post", "now", str(number), "--by", "运营")
    assert "立即发布要由管理员" in said(staffed, "post", "now", str(number), "--by", "编辑")
    assert "马上发出" in said(staffed, "post", "now", str(number), "--by", "主任")


def said(stage: Stage, *words: str) -> str:
    done = CliRunner().invoke(cli, ["--workspace", str(stage.folder), *words], env=dict(stage.environ))
    return (str(done.exception) if isinstance(done.exception, OpsError) else done.output).strip()
