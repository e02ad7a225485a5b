"""缺件清单: who owes which evidence, told once a week on Monday morning, and asked for at any time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from figures_kit import out
from sqlalchemy import select
from wechat_sender import Entrance

from content.clock import SHANGHAI
from content.models import Person
from content.place_models import Place
from content.record_models import Record, RecordPlace
from scheduler import missing
from scheduler.models import Outbox

MONDAY = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)
TARGETS = """
[contract]
from = 2026-01-01
to = 2026-12-31
[[target]]
id = "visits"
name = "社区走访"
value = 1052
unit = "次"
count = "visits"
evidence = ["照片"]
[[target]]
id = "articles"
name = "文章"
value = 4
per = "month"
unit = "篇"
count = "articles"
evidence = ["链接"]
"""


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        (house.folder / "contract.toml").write_text(TARGETS, encoding="utf-8")
        with house.parts.store.transaction() as session:
            session.add_all(
                Place(code=f"11010200{n}", level="community", name=f"社区{n}居委会", parent="") for n in (1, 2)
            )
            session.flush()
            for by, day, places in (("联络", 1, (1, 2)), ("联络", 2, (1,)), ("离职的", 3, (2,))):
                made = Record(
                    kind="走访", day=date(2026, 11, day), facts="{}", person_id=1, by=by, company="", at=house.now
                )
                session.add(made)
                session.flush()
                session.add_all(RecordPlace(record_id=made.id, place_id=place) for place in places)
        out(house.parts.store, datetime(2026, 11, 5, 10, tzinfo=SHANGHAI), "一篇", url="")
        yield house


def letters(door: Entrance) -> dict[str, list[str]]:
    """What waits to be sent, by the person."""
    with door.parts.store.reading() as session:
        rows = session.execute(select(Person.name, Outbox.text).join(Person, Person.id == Outbox.person_id))
        found: dict[str, list[str]] = {}
        for name, text in rows:
            found.setdefault(name, []).append(text)
        return found


def remind(door: Entrance, now: datetime) -> None:
    missing.remind(door.parts.store, door.folder, now)


def test_on_monday_morning_everybody_hears_once_what_they_owe(door: Entrance) -> None:
    remind(door, MONDAY.replace(hour=7, minute=45))
    assert letters(door) == {}
    for later in (timedelta(), timedelta(minutes=1), timedelta(days=3)):
        remind(door, MONDAY + later)
    told = letters(door)
    assert set(told) == {"联络", "运营", "管理"}
    assert told["联络"] == [
        "缺件清单（2026-W50）：您有 2 件还缺材料，缺材料的验收时不算。材料按份数计，内容由人核对。\n"
        "记录1 11月1日 社区1社区、社区2社区：缺照片\n记录2 11月2日 社区1社区：缺照片\n"
        "补照片、签到表请发：照片 1，再把图片发来。"
    ]
    (all_of_it,) = told["运营"]
    assert "缺件清单（2026-W50）：共 4 件。\n联络：2 件（社区走访 2）\n" in all_of_it
    assert "离职的：1 件（社区走访 1），没有绑定微信，请转告" in all_of_it
    remind(door, MONDAY + timedelta(days=7))
    assert len(letters(door)["联络"]) == 2  # the next week anew


def test_a_machine_that_was_down_on_monday_tells_later_in_the_week(door: Entrance) -> None:
    remind(door, MONDAY + timedelta(days=2, hours=14))  # at night nobody is told
    assert letters(door) == {}
    remind(door, MONDAY + timedelta(days=3))
    assert len(letters(door)["联络"]) == 1


@pytest.mark.parametrize("text", [None, TARGETS.replace("2026-", "2020-")])
def test_without_a_contract_that_runs_nobody_is_told(door: Entrance, text: str | None) -> None:
    if text is None:
        (door.folder / "contract.toml").unlink()
    else:
        (door.folder / "contract.toml").write_text(text, encoding="utf-8")
    remind(door, MONDAY)
    assert letters(door) == {}


def test_by_message_one_sees_ones_own_and_operators_see_everybodys(door: Entrance) -> None:
    assert door.say("联络", "缺件").startswith("缺件清单：您有 2 件还缺材料")
    assert "共 4 件" in door.say("运营", "缺件")
    one = door.say("运营", "缺件 联络")
    assert one.startswith("缺件清单：联络有 2 件还缺材料")
    assert "记录2 11月2日" in one
    assert door.say("运营", "缺件 编辑") == "编辑没有缺件。"
    assert door.say("街道", "缺件") == "您没有缺件。"
    assert "文章1 11月5日 一篇：缺链接" in door.say("运营", "缺件 不知道是谁")
