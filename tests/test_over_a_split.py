"""Over a day on which places changed: what was done before it stays counted and seen, and each day has its own names."""

from __future__ import annotations

from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_place_changes import AT, INTO, changing, place  # noqa: F401 - the fixture
from test_recorded import run

from scheduler import effect_field
from scheduler.counting import COUNTS
from scheduler.effect_periods import CONTRACT, MONTHLY, Span

SPAN = Span(MONTHLY, "2026-11", 15, CONTRACT)  # to 14 December: the split is in it


def record(stage: Stage, *words: str, by: str = "小东") -> str:
    code, told = run(stage, *words, "--by", by, command="record")
    assert code == 0, told
    return told


def test_what_was_done_before_a_split_stays_its_streets(changing: Stage) -> None:  # noqa: F811
    record(changing, "add", "培训", "老槐树", "11月20日", "30人", "平台使用")
    record(changing, "add", "走访", "老槐树", "11月20日", "座谈")
    place(changing, "split", "老槐树", *INTO, *AT)
    with changing.parts.store.reading() as session:
        assert COUNTS["trainings"](session, SPAN.first, SPAN.last).lacks == ["西桥街道"]
        east, west = effect_field.streets(session, SPAN, effect_field.work(session, SPAN)).rows
    assert (east["communities"], east["visited"], east["走访"], east["培训"]) == (
        4,
        2,
        1,
        1,
    )  # both new ones are reached
    assert (west["communities"], west["visited"], west["走访"], west["培训"]) == (2, 0, 0, 0)
