"""更多: nothing that was said is lost, whoever asks, however long it is, and after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from test_door import speaking
from wechat_sender import NUMBERS, Entrance

from bot import commands
from bot.commands.going_on import NOTHING
from bot.commands.table import Ask, Command
from content.clock import stamp
from content.dialogue import ask as ask_back
from content.errors import OpsError
from content.models import Article, State
from content.more import More
from content.people import person_named, revoke
from scheduler.received import forget_old

GOES_ON = "\n（没有完，接着看请发：更多）"
TEXTS = ["长" * 3000, "😀" * 3000, "\n".join(f"第{n}行，{'字' * (n % 90)}" for n in range(200)), "a" * 2049]


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.hire()
        yield house


def kept(door: Entrance) -> list[More]:
    with door.parts.store.reading() as session:
        return list(session.scalars(select(More)))


def _said(text: str, ask: Ask) -> str:
    return text


@contextmanager
def readers_hear(text: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(commands, "_READERS", Command((), (), False, False, "", lambda ask: text))
        yield


@pytest.mark.parametrize("acts", [True, False])
def test_a_long_answer_comes_whole_in_parts(door: Entrance, acts: bool) -> None:
    for text in TEXTS:
        with speaking("长文", partial(_said, text), acts=acts):
            parts = [door.say("编辑", "长文")]
        while parts[-1].endswith(GOES_ON):
            parts.append(door.say("编辑", "更多"))
        assert "".join(part.removesuffix(GOES_ON) for part in parts).replace("\n", "") == text.replace("\n", "")
    assert door.say("编辑", "更多") == door.say("编辑", "更多") == NOTHING


def test_a_refusal_that_is_long_comes_whole_too(door: Entrance) -> None:
    def refuse(ask: Ask) -> str:
        raise OpsError("不" * 1000)

    with speaking("长文", refuse, acts=True):
        first = door.say("编辑", "长文").removesuffix(GOES_ON)
    assert first + door.say("编辑", "更多") == "不" * 1000


def test_each_sender_has_the_rest_of_their_own_answer_and_a_repeat_gets_the_same_part(
    door: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with readers_hear("读" * 2000, monkeypatch):
        first, number = door.say("甲", "问"), next(NUMBERS)
        assert {door.say("甲", "问", msg_id=number) for _ in range(2)} == {first}
    again = next(NUMBERS)
    second = {door.say("甲", "更多", msg_id=again) for _ in range(3)}
    assert len(second) == 1
    assert door.say("乙", "更多") == commands.READERS_ANSWER
    third = door.say("甲", "更多。")
    assert "".join([first, *second, third]).replace(GOES_ON, "") == "读" * 2000
    assert {door.say("甲", "更多", msg_id=again) for _ in range(2)} == second
    assert door.say("甲", "更多") == NOTHING
    assert door.say("甲", "更多") == commands.READERS_ANSWER


def test_the_rest_outlives_a_restart_and_no_openid_stands_with_it(
    door: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with readers_hear("读" * 1000, monkeypatch):
        first = door.say("甲", "问")
    assert [row.sender for row in kept(door) if "openid" in row.sender or len(row.sender) != 64] == []
    with door.open():
        assert first.removesuffix(GOES_ON) + door.say("甲", "更多") == "读" * 1000


def test_it_is_forgotten_after_a_day_and_when_somebody_leaves(door: Entrance) -> None:
    with speaking("长文", lambda ask: "长" * 1000, acts=False):
        for who in ("编辑", "复审", "主任"):
            door.say(who, "长文")
        door.wechat.event("unsubscribe", "openid-编辑")
        with door.parts.store.transaction() as session:
            revoke(session, person_named(session, "复审"), by="运营", now=door.now)
        assert len(kept(door)) == 1
        door.later(hours=24)
        assert door.say("主任", "更多") == NOTHING
        forget_old(door.parts.store, door.now)
        assert kept(door) == []


def test_what_fits_writes_nothing(door: Entrance) -> None:
    before = door.stored()
    with speaking("短文", lambda ask: "长" * 682, acts=False):
        assert door.say("编辑", "短文") == "长" * 682
    assert (door.stored(), kept(door)) == (before, [])


def test_every_line_of_a_list_is_shown_in_the_end(door: Entrance) -> None:
    with door.parts.store.transaction() as session:
        session.add_all(
            Article(slug=f"s{n}", title=f"第{n}篇{'长' * (n % 60)}", state=State.WRITTEN, state_since=door.now)
            for n in range(1, 131)
        )
    said = door.say("编辑", "文章").split("\n")
    assert said[-2:] == ["……还有 118 条，接着看请发：更多", "看一篇请发：文章 编号"]
    lines, more = said[1:-2], door.say("编辑", "更多")
    while more.endswith(GOES_ON):
        lines += more.removesuffix(GOES_ON).split("\n")
        more = door.say("编辑", "更多")
    *rest, last = more.split("\n")
    assert last == "……还有 30 条没有列出。"
    assert [line.split()[0] for line in lines + rest] == [str(n) for n in range(130, 30, -1)]


def test_parts_of_a_command_go_on_by_its_own_words(door: Entrance) -> None:
    door.submit(door.write(body="\n\n".join(f"第{n}段。" + "说" * 60 for n in range(40))))
    parts = [door.say("复审", "看 1")]
    assert "下一部分请发：看 1 2 或 更多）" in parts[0]
    for n in (2, 3):
        parts.append(door.say("复审", "更多"))
        assert door.say("复审", f"看 1 {n}") == parts[-1]
    assert "下一部分" in parts[-1]
    door.change("UPDATE person SET role = 'liaison' WHERE name = '复审'")  # whoever may not see it any more
    assert door.say("复审", "更多") == NOTHING


def test_a_question_that_ends_does_not_lose_the_rest_of_a_list(door: Entrance) -> None:
    with door.parts.store.transaction() as session:
        ask_back(session, person_named(session, "运营"), "排期", {"article": 1}, now=door.now)
    lines = "\n".join(f"{n} {stamp(door.now - timedelta(days=n))}" for n in range(40))
    with speaking("长单", lambda ask: commands.fitting.listed(["头"], lines.split("\n")), acts=True):
        assert "刚才的“排期”不再等您回答。" in door.say("运营", "长单")
    assert door.say("运营", "更多").split("\n") == lines.split("\n")[12:]
