"""Binding codes are not guessed: five wrong ones lock a sender for an hour, admins hear of it and can lift it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from wechat_sender import Entrance

from bot import commands
from bot.cli import cli
from content import more, people
from content.guessing import ALTOGETHER, Guess
from content.models import Event
from content.people import is_bare_code
from scheduler.received import forget_old

LOCKED = "绑定码错得太多，暂时不能绑定。请过一小时再发，或请管理员发：解锁绑定"
WRONG = "没有这个绑定码，请核对后再发，或向管理员要一个新的。"


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def guess(door: Entrance, who: str, times: int) -> set[str]:
    return {door.say(who, f"绑定 ABCD23{n:02}") for n in range(times)}


def guesses(door: Entrance) -> list[tuple[str, int]]:
    with door.parts.store.reading() as session:
        return [(row.sender, row.wrong) for row in session.scalars(select(Guess))]


def test_five_wrong_codes_lock_a_stranger_for_an_hour_without_a_hint(door: Entrance) -> None:
    code = door.add("新人", "editor")
    assert guess(door, "路人", 5) == {commands.READERS_ANSWER}
    assert door.say("路人", f"绑定 {code}") == commands.READERS_ANSWER
    assert [alarm for alarm in door.alarms() if alarm.startswith("有 1 个微信号连续发错 5 次绑定码，锁到 ")]
    assert [wrong for _, wrong in guesses(door)] == [5]  # what comes while it is locked prolongs nothing
    door.later(minutes=60)
    assert door.say("路人", f"绑定 {code}").startswith("新人，已绑定")
    assert guesses(door) == []


def test_four_wrong_codes_lock_nobody_and_are_forgotten(door: Entrance) -> None:
    code = door.add("新人", "editor")
    guess(door, "路人", 4)
    door.later(minutes=61)
    guess(door, "路人", 4)
    assert door.say("路人", "绑定") == commands.READERS_ANSWER  # no code at all is no guess
    assert door.alarms() == []
    assert door.say("路人", f"绑定 {code}").startswith("新人，已绑定")
    guess(door, "路人乙", 1)
    door.later(minutes=61)
    forget_old(door.parts.store, door.now)
    assert guesses(door) == []


def test_readers_who_write_about_binding_guess_nothing_and_get_their_answer(door: Entrance) -> None:
    rows = "绑定,全等,文字,绑定积分账户请点菜单。\n绑定手机号,全等,文字,请点“我的”。\n更多,全等,文字,更多服务见菜单。\n"
    (door.folder / "replies.csv").write_text(f"关键词,匹配,类型,内容\n{rows}", encoding="utf-8")
    for n in range(ALTOGETHER + 1):
        assert door.say(f"读者{n}", "绑定手机号") == "请点“我的”。"
    assert door.say("读者", "绑定") == "绑定积分账户请点菜单。"
    assert door.say("读者", "更多") == "更多服务见菜单。"
    assert door.say("编辑", "绑定 手机号") == WRONG
    assert (guesses(door), door.alarms()) == ([], [])


@pytest.mark.parametrize(
    "words",
    [
        "请绑定 {}",
        "我要绑定：{}",
        "绑定码 {}",
        "绑定码：{}",
        "{}",
        " {}，谢谢",
        "绑定【{}】谢谢",
        "您好，绑定{}！",
        "我的绑定码是{}",
        "管理员给的绑定码：{}，帮我绑定",
    ],
)
def test_a_code_binds_as_people_send_it(door: Entrance, words: str) -> None:
    code = next(code for code in (door.add(f"新人{n}", "editor") for n in range(99)) if is_bare_code(code))
    wrong = "ABCD2345" if code != "ABCD2345" else "ABCD2346"
    assert door.say("路人", words.format(wrong)) == commands.READERS_ANSWER
    assert [wrong for _, wrong in guesses(door)] == [1]
    assert "，已绑定" in door.say("路人", words.format(f"{code[:4]} {code[4:]}".lower()))


@pytest.mark.parametrize(
    "words", ["68001234", "20261203", "BIRTHDAY", "ABCD2345号楼", "请问怎么绑定", "12栋3单元", "绑定码是什么"]
)
def test_an_ordinary_word_is_no_guess(door: Entrance, words: str) -> None:
    assert door.say("路人", words) == commands.READERS_ANSWER
    assert guesses(door) == []


def test_what_was_left_over_is_not_for_the_phone_that_was_lost(door: Entrance) -> None:
    with door.parts.store.transaction() as session:
        more.keep(session, "openid-编辑", more.Rest("内部清单"), now=door.now)
        code = people.new_code(session, people.person_named(session, "编辑"), now=door.now)
    assert door.say("新手机", f"绑定 {code}").startswith("编辑，已绑定")
    assert door.say("编辑", "更多") == commands.READERS_ANSWER


def test_a_repeated_message_is_one_wrong_code(door: Entrance) -> None:
    for _ in range(6):
        door.say("路人", "绑定 ABCD2345", msg_id=7001)
    assert [wrong for _, wrong in guesses(door)] == [1]
    assert all("openid" not in sender for sender, _ in guesses(door))


def test_who_is_bound_is_told_and_another_sender_is_not_locked(door: Entrance) -> None:
    code = door.add("新人", "editor")
    assert guess(door, "编辑", 5) == {WRONG}
    assert door.say("编辑", f"绑定 {code}") == LOCKED
    assert door.say("路人", f"绑定 {code}").startswith("新人，已绑定")


def test_an_admin_lifts_the_lock_by_message_or_at_the_terminal(door: Entrance) -> None:
    code = door.add("新人", "editor")
    told = "已解锁绑定（锁住的 1 个微信号），请本人再发：绑定 绑定码"
    for lift in (lambda: door.say("管理", "解锁绑定"), lambda: terminal(door, "--by", "管理")):
        guess(door, "路人", 5)
        assert len(door.alarms()) == 1
        assert lift() == told
        assert door.alarms() == []
    assert door.say("管理", "解锁绑定") == "没有锁住的绑定。"
    assert "不归运营用" in door.say("运营", "解锁绑定")
    assert door.say("路人", f"绑定 {code}").startswith("新人，已绑定")
    with door.parts.store.reading() as session:
        events = session.scalars(select(Event).where(Event.subject == "binding")).all()
    assert [(event.by, event.why) for event in events] == [("管理", "解锁绑定（锁住的 1 个微信号）")] * 2


def terminal(door: Entrance, *words: str) -> str:
    command = ["--workspace", str(door.folder), "person", "unlock", *words]
    return CliRunner().invoke(cli, command, env=door.environ, catch_exceptions=False).output.strip()


def test_many_senders_who_guess_have_one_try_each_and_a_right_code_still_binds(door: Entrance) -> None:
    code, other = door.add("新人", "editor"), door.add("新人乙", "editor")
    for n in range(ALTOGETHER // 3):
        guess(door, f"路人{n}", 3)
    assert [alarm[:12] for alarm in door.alarms()] == ["一小时内有人发错 30 次"[:12]]
    assert door.say("路人0", f"绑定 {code}") == commands.READERS_ANSWER
    assert door.say("没猜过", f"绑定 {code}").startswith("新人，已绑定")
    guess(door, "打错一次", 1)
    assert door.say("打错一次", f"绑定 {other}") == commands.READERS_ANSWER
    assert door.say("管理", "解锁绑定").startswith("已解锁绑定")
    assert door.say("打错一次", f"绑定 {other}").startswith("新人乙，已绑定")
