"""What people want done about comments is checked, carried out once, and read back when the answer was lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from comment_kit import changed, hired, kept, out, pulled, terminal, there, thread, written
from publishing_kit import child, died, kill_at_call, kill_at_commit
from sqlalchemy import select
from stage import Stage

from content.lint.tables import NO_TABLES
from content.models import Event
from scheduler import comment_wishes
from scheduler.alarm import ringing, take
from scheduler.comment_acts import LOOKS, carry_out
from scheduler.comment_models import CommentWish
from scheduler.comment_queue import state_of
from scheduler.wechat import Patience

ADD = "comment/reply/add"
TEXT = "您好，周六上午九点开始。"


@pytest.fixture
def desk(stage: Stage) -> Stage:
    """An article that is out with one comment, number 1, and people who may answer."""
    number = out(stage)
    assert number == 1
    hired(stage)
    written(stage, number, "请问几点开始？")
    pulled(stage)
    return stage


def wishes(stage: Stage) -> list[CommentWish]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(CommentWish).order_by(CommentWish.id)))


def reply(stage: Stage, number: int, text: str) -> None:
    with stage.parts.store.transaction() as session:
        comment_wishes.reply(session, number, text, NO_TABLES, reason="", how="", by="运营", now=stage.now)


def replies(stage: Stage) -> list[str]:
    """The replies that readers see, by the platform's own records."""
    return [one.reply["content"] for one in there(stage, 1) if one.reply]


def act(stage: Stage) -> None:
    carry_out(stage.parts.store, stage.ticks.wechat, stage.now)


def later(stage: Stage, minutes: float = 3) -> None:
    stage.later(minutes=minutes)
    act(stage)


def state(stage: Stage) -> str:
    return state_of(kept(stage)[0])


def test_a_reply_by_message_goes_out_once_and_settles_the_comment(desk: Stage) -> None:
    assert desk.say("运营", f"回复 1 {TEXT}").startswith("已记下：回复留言 1。")
    assert f"正在办：回复“{TEXT}”（运营" in desk.say("运营", "评论 1")
    assert "请等它办完" in desk.say("主任", "精选 1")
    desk.tick()
    assert replies(desk) == [TEXT]
    assert state(desk) == "已回复"
    assert desk.say("运营", "评论") == "没有待处理的留言。"
    assert "已经回复过" in desk.say("运营", "回复 1 再说一遍。")
    later(desk)
    assert desk.calls(ADD) == 1


def test_all_doors_come_to_the_same_deeds(desk: Stage) -> None:
    assert "已记下：精选" in desk.say("主任", "精选 1")
    act(desk)
    assert there(desk, 1)[0].elected
    assert terminal(desk, "comments", "unelect", "1", "--by", "运营")[0] == 0
    act(desk)
    assert not there(desk, 1)[0].elected
    assert terminal(desk, "comments", "reply", "1", TEXT, "--by", "运营")[0] == 0
    act(desk)
    assert replies(desk) == [TEXT]
    assert "已记下：删除回复" in desk.say("运营", "删回复 1")
    act(desk)
    assert replies(desk) == []
    assert state(desk) == "待处理"
    assert "已记下：关闭留言" in desk.say("运营", "关评论 1")
    act(desk)
    with pytest.raises(ValueError, match="closed"):
        written(desk, 1, "还能写吗？")
    assert not thread(desk).is_open
    assert terminal(desk, "comments", "open", "1")[0] == 0
    act(desk)
    written(desk, 1, "能写了")
    assert "要写原因" in desk.say("运营", "删评 1")
    assert terminal(desk, "comments", "delete", "1")[0] == 2
    assert "已记下：删除留言" in desk.say("运营", "删评 1 有他人的手机号")
    act(desk)
    assert [one.content for one in there(desk, 1)] == ["能写了"]
    assert state(desk) == "已删除"
    with desk.parts.store.reading() as session:
        trail = session.scalars(select(Event.why).where(Event.subject == "comment:1").order_by(Event.id)).all()
    assert trail == [
        "要求精选",
        "要求取消精选",
        f"要求回复“{TEXT}”",
        "要求删除回复",
        "要求删除留言；理由：有他人的手机号",
    ]


def test_what_needs_no_answer_leaves_the_queue_until_it_is_edited(desk: Stage) -> None:
    assert desk.say("运营", "不用回 1，7") == "留言 1 记为不用回。\n没有留言 7。请发“评论”看编号。"
    assert desk.say("运营", "评论") == "没有待处理的留言。"
    assert "不用回" in terminal(desk, "comments", "--all")[1]
    changed(desk, 1, there(desk, 1)[0].number, content="请问到底几点？")
    pulled(desk)
    assert "请问到底几点？" in desk.say("运营", "评论")
    assert terminal(desk, "comments", "skip", "1")[0] == 0


def test_a_reply_with_errors_is_refused_and_one_with_warnings_needs_a_reason(desk: Stage) -> None:
    refused = desk.say("运营", "回复 1 请找刘师傅，`13800138000`。")
    assert refused.startswith("这样不能回复")
    assert "手机号没有遮挡" in refused
    warned = desk.say("运营", "回复 1 请到布署会现场。")
    assert "部署" in warned
    assert warned.endswith("放行：理由”再发一次。")
    assert wishes(desk) == []
    assert "已记下" in desk.say("运营", "回复 1 请到布署会现场。\n放行：会名就是这样写的")
    (wish,) = wishes(desk)
    assert (wish.content, wish.reason) == ("请到布署会现场。", "会名就是这样写的")
    assert "部署" in wish.warnings
    with desk.parts.store.reading() as session:
        trail = session.scalars(select(Event.why).where(Event.subject == "comment:1")).all()
    assert any("放行的提醒" in why and "会名就是这样写的" in why for why in trail)
    code, told = terminal(desk, "comments", "reply", "1", "请到“现场。")
    assert code == 4
    assert "--reason" in told


@pytest.mark.parametrize("kind", ["drop", "errcode"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reply_whose_answer_was_lost_is_read_back_and_never_sent_twice(desk: Stage, kind: str, when: str) -> None:
    desk.sim.fault(ADD, kind, when=when)
    reply(desk, 1, TEXT)
    act(desk)
    assert state(desk) == "待处理"
    later(desk, 1)
    assert desk.calls(ADD) == 1  # not before it must be listed
    later(desk)
    later(desk)
    assert replies(desk) == [TEXT]
    assert desk.calls(ADD) == (2 if when == "before" else 1)
    assert state(desk) == "已回复"
    assert wishes(desk)[0].done


@pytest.mark.parametrize("fuse", [kill_at_call, kill_at_commit])
def test_a_reply_during_which_the_machine_dies_goes_out_once(desk: Stage, fuse: Any) -> None:
    deaths = [(point, moment) for point in (1, 2, 3) for moment in ("before", "after")]
    written(desk, 1, *(f"第{n}问？" for n in range(2, len(deaths) + 1)))
    pulled(desk)
    killed = 0
    for number, (point, moment) in enumerate(deaths, 1):
        reply(desk, number, f"答{number}。")

        def mortal(parts: Any, ticks: Any, point: int = point, moment: str = moment) -> None:
            fuse(point, moment)
            carry_out(ticks.store, ticks.wechat, ticks.clock.now())

        killed += died(child(desk, mortal))
        later(desk)
        later(desk)
    assert killed >= 2
    assert sorted(replies(desk)) == [f"答{number}。" for number in range(1, len(deaths) + 1)]
    assert desk.calls(ADD) == len(deaths)
    assert {state_of(comment) for comment in kept(desk)} == {"已回复"}


def test_somebody_elses_reply_is_found_and_told_and_nothing_is_said_over_it(desk: Stage) -> None:
    desk.say("运营", f"回复 1 {TEXT}")
    there(desk, 1)[0].reply = {"content": "后台先回了", "create_time": 1}
    act(desk)
    later(desk)
    assert replies(desk) == ["后台先回了"]
    (told,) = [text for text in desk.alarms() if "没有办成" in text]
    assert "已经有别的回复：“后台先回了”" in told
    pulled(desk)
    assert state(desk) == "已回复"


def test_a_list_that_never_tells_ends_with_a_person(desk: Stage) -> None:
    desk.sim.fault(ADD, "drop", when="after")
    reply(desk, 1, TEXT)
    act(desk)
    desk.sim.fault("comment/list", "errcode", errcode=-1, times=99)
    desk.ticks.wechat._patience = Patience(pause=0)
    for _ in range(LOOKS):
        assert not any("没有办成" in text for text in desk.alarms())
        later(desk)
    assert any("不知道办成了没有，请到后台" in text for text in desk.alarms())
    assert desk.calls(ADD) == 1
    assert replies(desk) == [TEXT]


def test_a_comment_that_its_reader_has_deleted_is_not_answered(desk: Stage) -> None:
    changed(desk, 1, there(desk, 1)[0].number, deleted=True)
    desk.say("运营", f"回复 1 {TEXT}")
    act(desk)
    assert state(desk) == "已删除"
    assert any("读者或后台删除了" in text for text in desk.alarms())
    assert "已经删除" in desk.say("运营", "精选 1")


def test_what_wechat_refuses_is_told_and_what_is_over_for_today_waits(desk: Stage) -> None:
    desk.sim.fault("comment/markelect", "errcode", errcode=88003)
    desk.say("运营", "精选 1")
    act(desk)
    assert any(re.search(r"没有办成：精选（留言 1“请问几点开始？”.*上限", text) for text in desk.alarms())
    desk.sim.fault("comment/markelect", "errcode", errcode=45009)
    desk.say("运营", "精选 1")
    for _ in range(3):
        later(desk)
    assert not there(desk, 1)[0].elected
    later(desk, 24 * 60)
    assert there(desk, 1)[0].elected
    assert not any("没有办成" in text for text in desk.alarms())


def test_an_article_that_is_not_out_has_no_comments_to_open(desk: Stage) -> None:
    desk.submit(desk.write("02-other"))
    assert "还没有发出" in desk.say("运营", "开评论 2")
    assert desk.say("运营", "开评论") == "请写文章编号，例如：开评论 12"


def test_a_second_refusal_is_heard_though_the_first_was_answered(desk: Stage) -> None:
    for errcode in (88003, 88007):
        desk.sim.fault("comment/markelect", "errcode", errcode=errcode)
        desk.say("运营", "精选 1")
        later(desk)
        with desk.parts.store.transaction() as session:
            (alarm,) = [one for one in ringing(session) if one.key.startswith("comment-refused:")]
            assert alarm.taken_at is None
            take(session, alarm.id, by="运营", now=desk.now)


def test_a_wish_in_doubt_whose_list_is_refused_for_good_ends_with_a_person(desk: Stage) -> None:
    desk.sim.fault(ADD, "drop", when="after")
    reply(desk, 1, TEXT)
    act(desk)
    desk.sim.fault("comment/list", "errcode", errcode=88001, times=99)
    later(desk)
    assert any("不知道办成了没有，留言也读不回来" in text for text in desk.alarms())
    assert wishes(desk)[0].ended_at
