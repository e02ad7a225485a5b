"""Readers' comments: pulled within the limits into a queue, each once, with what becomes of it on the platform."""

from __future__ import annotations

from datetime import datetime, timedelta

from comment_kit import changed, hired, kept, out, pulled, pushed, there, thread, written
from publishing_kit import child, died, kill_at_call, kill_at_commit
from sqlalchemy import select
from stage import Stage

from content.clock import SHANGHAI
from content.models import Article, Event, State
from content.workflow import move
from scheduler import comments
from scheduler.comment_queue import count_waiting, state_of

LIST = "comment/list"


def states(stage: Stage) -> list[str]:
    return [state_of(comment) for comment in kept(stage)]


def test_each_comment_is_kept_once_with_the_openid_hashed(stage: Stage) -> None:
    number = pushed(stage)
    written(stage, number, "请问几点开始？", "谢谢！", openid="oSecretReader")
    first = pulled(stage)
    assert [comment.content for comment in first] == ["请问几点开始？", "谢谢！"]
    assert [comment.id for comment in pulled(stage)] == [comment.id for comment in first]
    assert len({comment.reader for comment in first}) == 1
    assert "oSecretReader" not in repr([vars(comment) for comment in first])
    assert first[0].thread.article_id == number


def test_all_pages_are_read_and_never_fifty_at_once(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, *(f"第{n}条" for n in range(120)))
    assert len(pulled(stage)) == 120
    asked = [call["body"]["begin"] for call in stage.sim.calls(LIST)][-3:]
    assert asked == [0, 49, 98]


def test_what_readers_and_the_back_office_change_is_seen(stage: Stage) -> None:
    number = out(stage)
    ours = written(stage, number, "一", "二", "三", "四")
    pulled(stage)
    changed(stage, number, ours[0], content="一，改了")
    changed(stage, number, ours[1], deleted=True)
    there(stage, number)[1].elected = True  # the deleted one is not there any more
    there(stage, number)[2].reply = {"content": "您好", "create_time": int(stage.now.timestamp())}
    found = pulled(stage)
    assert [comment.content for comment in found] == ["一，改了", "二", "三", "四"]
    assert states(stage) == ["改过，待处理", "已删除", "已精选", "已回复"]
    assert found[3].reply == "您好"
    changed(stage, number, ours[2], content="三，改成别的")
    pulled(stage)
    assert states(stage)[2] == "改过，待处理"
    with stage.parts.store.reading() as session:
        trail = session.scalars(select(Event.why).where(Event.subject.startswith("comment:"))).all()
    assert trail == ["读者改了留言", "留言不在了：读者或后台删除了", "读者改了留言"]


def test_fresh_articles_are_asked_often_and_old_ones_rarely() -> None:
    age, asked = timedelta(), []
    while age < timedelta(days=400):
        asked.append(age)
        age += comments.pause(age, is_open=True)
    by_day = [sum(one.days == day for one in asked) for day in range(400)]
    assert by_day[0] == 60
    assert by_day[1:3] == [12, 12]
    assert set(by_day[3:14]) == {2}
    assert set(by_day[14:60]) == {1}
    assert sum(by_day[60:]) < 50
    assert comments.pause(timedelta(), is_open=False) == timedelta(days=1)
    assert comments.pause(timedelta(), is_open=False, has_some=False) == timedelta(days=14)


def test_a_used_up_limit_stops_all_questions_until_the_day_turns(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, "在吗？")
    stage.sim.fault(LIST, "errcode", errcode=45009)
    assert pulled(stage) == []
    calls = stage.calls(LIST)
    for _ in range(5):
        assert pulled(stage) == []
    assert stage.calls(LIST) == calls
    stage.at(datetime(2026, 12, 2, 0, 1, tzinfo=SHANGHAI))
    comments.pull(stage.parts.store, stage.ticks.wechat, stage.now)
    assert [comment.content for comment in kept(stage)] == ["在吗？"]


def test_a_broken_answer_deletes_nothing_and_is_asked_for_again(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, "在吗？")
    pulled(stage)
    stage.sim.fault(LIST, "malformed", times=2)
    pulled(stage)
    assert thread(stage).trouble
    assert states(stage) == ["待处理"]
    pulled(stage)
    assert not thread(stage).trouble


def test_a_pull_that_dies_goes_on_with_what_was_kept(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, *(f"第{n}条" for n in range(60)))
    stage.later(minutes=31)
    for fuse, count in ((kill_at_call, 2), (kill_at_commit, 2)):

        def pull(parts: object, ticks: object, fuse: object = fuse) -> None:
            fuse(2, "before")  # type: ignore[operator]
            comments.pull(ticks.store, ticks.wechat, ticks.clock.now())  # type: ignore[attr-defined]

        assert died(child(stage, pull))
        assert len(kept(stage)) in (0, 49), count
        stage.later(minutes=1)
    stage.tick()
    assert sorted(comment.content for comment in kept(stage)) == sorted(f"第{n}条" for n in range(60))


def test_an_account_without_the_right_to_comments_is_asked_once_a_day(stage: Stage) -> None:
    out(stage)
    stage.sim.set(comment_privilege=False)
    pulled(stage)
    calls = stage.calls(LIST)
    pulled(stage)
    assert stage.calls(LIST) == calls
    assert "88000" in thread(stage).trouble


def test_a_comment_that_waits_too_long_rings_until_somebody_sees_to_it(stage: Stage) -> None:
    number = out(stage)  # a Tuesday
    ours = written(stage, number, "我的电话13800138000，请回电")
    pulled(stage)
    stage.at(datetime(2026, 12, 4, 23, 0, tzinfo=SHANGHAI))
    stage.tick()
    assert not [text for text in stage.alarms() if "留言" in text]
    stage.at(datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI))  # the weekend did not count
    stage.tick()
    (text,) = [text for text in stage.alarms() if "留言" in text]
    assert "过了 4 个工作日" in text
    assert "138****8000" in text
    assert "13800138000" not in text
    changed(stage, number, ours[0], deleted=True)
    stage.later(hours=13)
    stage.tick()
    stage.later(minutes=1)
    stage.tick()
    assert not [text for text in stage.alarms() if "留言" in text]


def test_comments_under_an_article_that_is_taken_down_wait_for_nobody(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, "请回电")
    pulled(stage)
    with stage.parts.store.transaction() as session:
        assert count_waiting(session) == 1
        move(session, session.get_one(Article, number), State.WITHDRAWN, by="运营", now=stage.now, why="撤稿")
        assert count_waiting(session) == 0


def test_the_queue_by_message_hides_private_numbers(stage: Stage) -> None:
    number = out(stage)
    hired(stage)
    assert stage.say("运营", "评论") == "没有待处理的留言。"
    written(stage, number, "身份证11010519491231002X，电话138 0013 8000", "好")
    pulled(stage)
    answer = stage.say("运营", "评论")
    assert answer.startswith("待处理的留言 2 条，最早的 2026-12-01 ")
    assert "1 身份证11*************02X，电话138****8000（12-01" in answer
    one = stage.say("运营", "评论 1")
    assert "11*************02X" in one
    assert "0013" not in one
    assert stage.say("运营", "评论 9") == "没有留言 9。请发“评论”看编号。"
