"""A question back: the next plain message answers it, once, also after a restart; commands pass it over or end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select
from wechat_sender import Entrance

from bot.commands.table import COMMANDS, CONTINUATIONS, Ask, Facts, command, continuation
from content import dialogue
from content.dialogue import Dialogue
from content.errors import OpsError
from content.models import Event, Person

UNKNOWN = "没有看懂。发“帮助”看能做什么。同意或退回要写稿号，例如：同意 12-3"


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    """A door with two commands that ask: 取名 asks for a word and then a number, 抄录 for a text."""
    there, going_on = list(COMMANDS), dict(CONTINUATIONS)
    _enter_commands()
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house
    COMMANDS[:] = there
    CONTINUATIONS.clear()
    CONTINUATIONS.update(going_on)


def _enter_commands() -> None:
    @command("取名", roles=("operator", "admin"), acts=True)
    def name_it(ask: Ask) -> str:
        """取名：测试。"""
        assert ask.person is not None
        dialogue.ask(ask.session, ask.person, "取名", {}, now=ask.now)
        return "叫什么？"

    @continuation("取名")
    def named(ask: Ask, facts: Facts) -> str:
        assert ask.person is not None
        if ask.rest == "不行":
            raise OpsError("这个名字不行，请换一个。")
        if "name" not in facts:
            dialogue.ask(ask.session, ask.person, "取名", {"name": ask.rest}, now=ask.now)
            return "第几号？"
        ask.session.add(Event(subject="named", at=ask.now, by=ask.person.name, why=f"{facts['name']}{ask.rest}"))
        return f"{facts['name']}{ask.rest}号。"

    @command("抄录", roles=("operator",), acts=True)
    def copy(ask: Ask) -> str:
        """抄录：测试。"""
        assert ask.person is not None
        dialogue.ask(ask.session, ask.person, "抄录", {}, now=ask.now, minutes=30)
        return "请发原文。"

    @continuation("抄录", text=True)
    def copied(ask: Ask, facts: Facts) -> str:
        return f"抄了 {len(ask.rest)} 字。"


def happened(door: Entrance) -> list[str]:
    with door.parts.store.reading() as session:
        return list(session.scalars(select(Event.why).where(Event.subject == "named")))


def open_questions(door: Entrance) -> int:
    with door.parts.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Dialogue)) or 0


def test_the_next_plain_message_answers_the_question_and_may_be_asked_on(door: Entrance) -> None:
    assert door.say("运营", "取名") == "叫什么？"
    assert door.say("管理", "新芽") == UNKNOWN  # it was not asked
    assert door.say("运营", "新芽") == "第几号？"
    assert door.say("运营", "7") == "新芽7号。"
    assert door.say("运营", "7") == UNKNOWN
    assert (happened(door), open_questions(door)) == (["新芽7"], 0)


def test_an_answer_that_is_refused_may_be_given_again(door: Entrance) -> None:
    door.say("运营", "取名")
    assert door.say("运营", "不行") == "这个名字不行，请换一个。"
    assert door.say("运营", "新芽") == "第几号？"


def test_a_question_survives_a_restart(door: Entrance) -> None:
    door.say("运营", "取名")
    door.parts.store.close()
    with ExitStack() as again:
        again.enter_context(Entrance.open(door))
        assert door.say("运营", "新芽") == "第几号？"


def test_a_question_is_over_after_some_minutes_and_says_so_once(door: Entrance) -> None:
    door.say("运营", "取名")
    door.later(minutes=9, seconds=59)
    assert door.say("运营", "新芽") == "第几号？"
    door.later(minutes=10)
    said = "刚才的“取名”等得太久，已经作罢，这一条没有用上。还要做的话，请从“取名”重新发起。"
    assert door.say("运营", "7") == said
    assert door.say("运营", "7") == UNKNOWN
    door.say("运营", "取名")
    door.later(days=2)
    assert door.say("运营", "早上好") == UNKNOWN
    assert happened(door) == []


def test_a_message_that_comes_three_times_answers_once(door: Entrance) -> None:
    door.say("运营", "取名")
    door.say("运营", "新芽")
    assert {door.say("运营", "7", msg_id=4711) for _ in range(3)} == {"新芽7号。"}
    assert happened(door) == ["新芽7"]


def test_of_two_messages_at_one_moment_one_answers(door: Entrance) -> None:
    door.say("运营", "取名")
    door.say("运营", "新芽")
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(door.say("运营", "7"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted(["新芽7号。", UNKNOWN])
    assert happened(door) == ["新芽7"]


def test_questions_and_what_is_aside_pass_it_over_and_other_commands_end_it(door: Entrance) -> None:
    door.say("运营", "取名")
    for words in ("帮助", "待发", "暂停", "收到 3", "看 1", "登录"):
        assert "不再等您回答" not in door.say("运营", words)
    assert door.say("运营", "新芽") == "第几号？"
    assert door.say("运营", "恢复").endswith("\n（刚才的“取名”不再等您回答。）")
    assert door.say("运营", "7") == UNKNOWN
    door.say("运营", "取名")
    assert door.say("运营", "同意 9-1") == "没有文章9。"  # what is refused has done nothing
    assert door.say("运营", "新芽") == "第几号？"


def test_a_new_question_takes_the_place_of_the_old_one(door: Entrance) -> None:
    door.say("运营", "取名")
    assert door.say("运营", "抄录") == "请发原文。\n（刚才的“取名”不再等您回答。）"
    assert door.say("运营", "抄录") == "请发原文。"
    assert open_questions(door) == 1
    assert door.say("运营", "新芽") == "抄了 2 字。"


def test_never_mind_ends_it(door: Entrance) -> None:
    door.say("运营", "取名")
    assert door.say("运营", "算了") == "好的，“取名”就此作罢。"
    assert door.say("运营", "算了") == "现在没有等您回答的问题。"
    assert door.say("运营", "新芽") == UNKNOWN


def test_a_long_text_that_begins_like_a_command_is_a_text_where_one_is_asked_for(door: Entrance) -> None:
    text = "帮助 各社区：" + "请检查广告牌和外墙，" * 4
    door.say("运营", "抄录")
    assert door.say("运营", text) == f"抄了 {len(text)} 字。"
    door.say("运营", "取名")
    assert door.say("运营", text).startswith("运营（运营），您可以发：")
    door.say("运营", "抄录")
    assert door.say("运营", "退回 9-1 " + "第二段的日期和星期对不上，" * 5) == "没有文章9。"


def test_an_order_is_no_text_and_a_title_to_copy_is_no_order(door: Entrance) -> None:
    door.say("运营", "抄录")
    long = "街道刚打电话说停水的范围和时间都要改，今晚到明天上午所有的推文都先不要自动发出"
    assert "已暂停自动发布" in door.say("运营", f"暂停 {long}")
    door.later(minutes=31)
    assert door.say("运营", f"帮助 {long}").startswith("运营（运营），您可以发：")
    with door.parts.store.transaction() as session:
        person = session.scalars(select(Person).where(Person.name == "运营")).one()
        dialogue.ask(session, person, "抄录", {"copied": "帮助！停水通知"}, now=door.now)
    assert door.say("运营", "帮助！停水通知") == "抄了 7 字。"


def test_whoever_may_not_say_the_command_any_more_does_not_go_on_with_it(door: Entrance) -> None:
    door.say("运营", "取名")
    door.change("UPDATE person SET role = 'editor' WHERE name = '运营'")
    assert door.say("运营", "新芽") == UNKNOWN


def test_a_picture_or_a_strangers_word_is_no_answer(door: Entrance) -> None:
    door.say("运营", "取名")
    body = door.wechat.written("新芽", "openid-运营").replace("[text]", "[image]")
    assert door.wechat.opened(door.wechat.post(body))["Content"] == UNKNOWN
    assert "感谢关注" in door.say("路人", "新芽")
    assert door.say("运营", "新芽") == "第几号？"
