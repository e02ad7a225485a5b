"""WeChat refuses a draft: what its code asks for (wechat-api.md §11) is done, and nothing is refused twice for nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import (
    NIGHT,
    approve,
    approved,
    deciding,
    drafted,
    handed_over,
    out,
    pass_time,
    picture,
    speaks_of,
    write,
)
from stage import Stage

from content.models import Article, State
from content.suspects import suspects
from scheduler import settle
from scheduler.outlook import held

pytestmark = pytest.mark.one_database

FOREIGN = "![图](https://mmbiz.qpic.cn/mmbiz_png/theirs/0?wx_fmt=png)"
DRAFT_CALLS = ("media/uploadimg", "material/add_material", "draft/add", "draft/update")
MINUTE = {"kind": "errcode", "errcode": 45011, "errmsg": "api minute-quota reach limit"}


def draft_calls(stage: Stage) -> int:
    return sum(stage.calls(call) for call in DRAFT_CALLS)


def rewritten(stage: Stage) -> int:
    """A drafted article whose mended text is approved and waits for the next draft."""
    number = drafted(stage, minutes=300)
    write(stage, "01-notice", due=stage.now + timedelta(minutes=300), body="改好了。")
    approve(stage, "01-notice")
    return number


# a limit per minute, 42010 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "code"),
    [("media/uploadimg", 45011), ("draft/add", 42010)],
)
def test_a_limit_per_minute_costs_a_draft_a_minute_and_not_its_time(stage: Stage, call: str, code: int) -> None:
    stage.at(NIGHT)
    stage.sim.fault(call, "errcode", errcode=code, errmsg="slower")
    number = approved(stage, "post", due=NIGHT + timedelta(minutes=10), body="文字。\n\n![图](body.png)")
    pass_time(stage, 0, 0.5, 1)
    assert stage.calls(call) == 1
    assert stage.alarms() == []  # nobody need do anything
    pass_time(stage, 0.5)
    assert stage.state(number) == State.SCHEDULED
    handed_over(stage, number)
    pass_time(stage, 1)
    assert out(stage) == {"post": 1}


def test_a_limit_per_minute_while_a_draft_is_written_over_is_waited_for(stage: Stage) -> None:
    stage.at(NIGHT)
    number = rewritten(stage)
    stage.sim.fault("draft/update", **MINUTE)
    pass_time(stage, 0, 1.5)
    assert (stage.state(number), stage.calls("draft/update")) == (State.SCHEDULED, 2)


def test_a_limit_per_minute_that_lasts_is_asked_less_and_less_often_and_told(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", **MINUTE, times=1000)
    number = approved(stage, "post", due=NIGHT + timedelta(hours=8))
    approved(stage, "other", due=NIGHT + timedelta(hours=9))
    pass_time(stage, 0, 1, 1.2, 3, 3.6, 8, 8.4, 17, 17.9)
    assert stage.calls("draft/add") == 5
    assert speaks_of(stage, number)


# what the editor must change -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [45003, 47001])
def test_a_text_that_wechat_refuses_is_not_sent_again_as_it_is_and_the_editor_hears_what_to_do(
    stage: Stage, code: int
) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=code, errmsg="no", times=1000)
    number = approved(stage, "post", due=NIGHT + timedelta(hours=3))
    pass_time(stage, 0, 1, 31, 120)
    assert stage.calls("draft/add") == 1
    (text,) = stage.alarms()
    assert str(code) in text
    assert "不会自动再试" in text
    assert f"送审 {number}" in text
    assert "改期 1 2026-12-02 04:00" in text
    pass_time(stage, 70)  # its time is over
    assert any("到点没有发出" in text and "补发 1" in text and "会自动再试" not in text for text in stage.alarms())
    assert stage.calls("draft/add") == 1


def test_a_new_text_is_sent_at_once(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=45166, errmsg="invalid content")
    number = approved(stage, "post", due=NIGHT + timedelta(minutes=30))
    pass_time(stage, 0)
    write(stage, "post", due=NIGHT + timedelta(minutes=30), body="改好了。")
    approve(stage, "post")
    pass_time(stage, 0.1)
    assert (stage.state(number), stage.alarms()) == (State.SCHEDULED, [])
    handed_over(stage, number)
    pass_time(stage, 1)
    assert out(stage) == {"post": 1}


@pytest.mark.parametrize("late", [False, True])
def test_a_person_may_let_the_same_text_be_tried_again(stage: Stage, late: bool) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=53503, errmsg="no")
    due = NIGHT + timedelta(minutes=30)
    number = approved(stage, "post", due=due)
    pass_time(stage, 0, 40) if late else pass_time(stage, 0)
    with deciding(stage, number) as (session, article):
        if late:
            settle.send_late(session, article, stage.parts.rules, by="运营", now=stage.now)
        else:
            settle.change_time(session, article, due, stage.parts.rules, push=False, by="运营", now=stage.now)
    pass_time(stage, 0.1, 0.2)
    assert stage.calls("draft/add") == 2
    assert stage.state(number) == (State.PUBLISHING if late else State.SCHEDULED)


def test_the_lists_say_that_wechat_refused_the_text(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=45003, errmsg="title size out of limit")
    number = approved(stage, "post", due=NIGHT + timedelta(minutes=30))
    pass_time(stage, 0)
    with stage.parts.store.reading() as session:
        why = held(session, session.get_one(Article, number).post, stage.parts.rules, stage.now)
    assert why.startswith("微信没有接受草稿，不会自动再试")


def test_a_cover_that_wechat_does_not_take_is_not_tried_for_ever(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=40007, errmsg="invalid media_id", times=1000)
    number = approved(stage, "post", due=NIGHT + timedelta(hours=3))
    pass_time(stage, 0, 0.2, 0.4, 0.6, 1, 31, 62)
    assert (stage.calls("draft/add"), stage.calls("material/add_material")) == (4, 2)
    assert speaks_of(stage, number)


def test_content_that_wechat_calls_invalid_is_told_with_the_blocks_that_look_suspicious(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=45166, errmsg="invalid content")
    approved(stage, "post", due=NIGHT + timedelta(hours=3), body=f"{FOREIGN}\n\n{'> ' * 10}套了十层的话")
    pass_time(stage, 0)
    (text,) = stage.alarms()
    assert "mmbiz.qpic.cn/mmbiz_png/theirs" in text
    assert "套了十层的话" in text


def test_what_wechat_is_known_to_call_invalid_is_found_in_a_text() -> None:
    html = '<p><a href="https://a.cn/x">别处</a><a href="https://mp.weixin.qq.com/s/1">这里</a></p><iframe src="x"></iframe>'
    assert suspects(html) == ["外部链接“别处”（https://a.cn/x）", "标签 <iframe>"]
    assert suspects('<a href="http://[">坏</a>') == ["外部链接“坏”（http://[）"]
    (hidden,) = suspects('<p style="opacity: 0">看不见的话</p>')
    assert "“看不见的话”" in hidden
    assert suspects('<p>好<img src="wxops-picture:0a"></p>') == []


def test_a_picture_that_wechat_does_not_take_is_named(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("media/uploadimg", "errcode", errcode=40005, errmsg="invalid file type", skip=1)
    write(stage, "post", due=NIGHT + timedelta(hours=3), body="![甲](a.png)\n\n![乙](b.png)\n\n![丙](c.png)")
    for name in "abc":
        (stage.folder / "2026-12" / "post" / f"{name}.png").write_bytes(picture(name))
    approve(stage, "post")
    pass_time(stage, 0, 31)
    assert stage.calls("media/uploadimg") == 2
    (text,) = stage.alarms()
    assert "图片 b.png" in text


# comments, 88000 ------------------------------------------------------------------------------------------------------


def test_without_the_right_to_comments_a_post_goes_out_with_them_closed_and_people_hear(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.set(comment_privilege=False)
    due = NIGHT + timedelta(minutes=10)
    number = approved(stage, "post", due=due, comments="是")
    approved(stage, "other", due=due + timedelta(minutes=1), comments="是")
    pass_time(stage, 0, 0.1)
    assert [opened(call) for call in stage.sim.calls("draft/add")] == [1, 0, 0]
    assert stage.state(number) == State.SCHEDULED
    assert ["88000" in text and "不开留言" in text for text in stage.alarms()] == [True, True]
    pass_time(stage, 10, 11, 12)
    assert out(stage) == {"post": 1, "other": 1}


def test_the_next_day_comments_are_tried_again(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.set(comment_privilege=False)
    approved(stage, "post", due=NIGHT + timedelta(hours=3), comments="是")
    pass_time(stage, 0, 0.1)
    stage.sim.set(comment_privilege=True)
    approved(stage, "other", due=NIGHT + timedelta(hours=36), comments="是")
    pass_time(stage, 24 * 60)
    assert opened(stage.sim.calls("draft/add")[-1]) == 1


def opened(call: dict[str, Any]) -> int:
    return int(call["body"]["articles"][0]["need_open_comment"])


# the administrator, a doubt, a draft that cannot be written over ---------------------------------------------------------


def test_what_only_the_administrator_can_mend_is_tried_for_one_draft_and_seldom(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "errcode", errcode=47009, errmsg="no", times=3)
    numbers = [approved(stage, f"post-{hour}", due=NIGHT + timedelta(hours=hour)) for hour in (5, 6)]
    pass_time(stage, 0, 1, 20)
    assert stage.calls("draft/add") == 1
    assert len(stage.alarms()) == 1
    pass_time(stage, 20, 60, 100, 101)
    assert {stage.state(number) for number in numbers} == {State.SCHEDULED}


def test_a_draft_in_doubt_stays_in_doubt_when_the_list_of_drafts_is_refused(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "drop", when="after")
    stage.sim.fault("draft/batchget", **MINUTE)
    number = approved(stage, "post", due=NIGHT + timedelta(hours=3))
    pass_time(stage, 0, 3, 8)
    assert (stage.state(number), stage.calls("draft/add")) == (State.SCHEDULED, 1)


def test_a_draft_that_wechat_does_not_let_us_write_over_is_replaced_and_people_hear(stage: Stage) -> None:
    stage.at(NIGHT)
    number = rewritten(stage)
    stage.sim.fault("draft/update", "errcode", errcode=40007, errmsg="invalid media_id", times=1000)
    pass_time(stage, 0, 0.2, 0.4, 0.6)
    assert stage.state(number) == State.SCHEDULED
    (draft,) = stage.sim.world.drafts.newest_first()
    assert "改好了" in draft.items[0]["content"]
    assert stage.calls("draft/update") == 3
    (text,) = stage.alarms()
    assert "新建一份" in text


def test_a_draft_that_somebody_pressed_while_it_was_written_over_is_not_made_anew(stage: Stage) -> None:
    stage.at(NIGHT)
    number = rewritten(stage)
    stage.sim.fault("draft/update", "errcode", errcode=40007, errmsg="invalid media_id", times=2)
    pass_time(stage, 0, 0.2)
    stage.sim.backoffice("publish", media_id=stage.publication(number).media_id)
    pass_time(stage, 0.2, 0.4, 300, 301)
    assert out(stage) == {"01-notice": 1}
