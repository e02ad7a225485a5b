"""Sensitive days: a push waits for a person's word; what is published quietly does not."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from publishing_kit import PUSH, QUIET, approved, confirm_now, drafted, handed_over, out, pass_time
from stage import Stage
from terminal_kit import wxops

from content.clock import SHANGHAI
from content.daybook import DayBook
from content.models import State

TITLE = "01-notice"
DAY = datetime(2026, 12, 13, 9, tzinfo=SHANGHAI)  # 国家公祭日, in the starter's days.csv too


def test_a_push_waits_for_a_persons_word_and_says_so(stage: Stage) -> None:
    stage.at(DAY)
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    pass_time(stage, 1, 60, 300)
    assert out(stage) == {}
    (text,) = stage.alarms()
    assert "敏感日期（国家公祭日）" in text
    assert f"补发 {number}" in text
    assert "敏感日期（国家公祭日），等人确认" in wxops(stage, "post", "list").stdout
    confirm_now(stage, number)
    pass_time(stage, 0, 1)
    assert (out(stage), stage.alarms()) == ({TITLE: 1}, [])


def test_what_is_not_pushed_goes_out(stage: Stage) -> None:
    stage.at(DAY)
    handed_over(stage, drafted(stage, notify=QUIET))
    assert out(stage) == {TITLE: 1}


@pytest.mark.parametrize(
    ("due", "hours"),
    [(DAY.replace(hour=23, minute=50), 1), (DAY - timedelta(hours=9, minutes=10), 1)],
    ids=["its own day was sensitive", "it is a sensitive day by now"],
)
def test_midnight_does_not_let_it_out(stage: Stage, due: datetime, hours: int) -> None:
    stage.at(due - timedelta(minutes=10))
    number = approved(stage, TITLE, due=due, notify=PUSH)
    stage.ticks.slow_rest()
    assert stage.state(number) == State.SCHEDULED
    stage.at(due + timedelta(hours=hours))
    stage.tick()
    assert out(stage) == {}
    assert "敏感日期" in "".join(stage.alarms())


def test_days_that_are_changed_while_it_runs_count_at_once(stage: Stage) -> None:
    stage.at(DAY - timedelta(days=2))
    number = drafted(stage, notify=PUSH)
    (stage.folder / "days.csv").write_text("rule,name,field,kind,note\n12月11日,检查,,敏感,\n", encoding="utf-8")
    handed_over(stage, number)
    assert out(stage) == {}
    assert "敏感日期（检查）" in "".join(stage.alarms())


def test_a_table_with_faults_leaves_the_days_as_they_were(tmp_path: Path) -> None:
    file, book = tmp_path / "days.csv", DayBook(tmp_path)
    assert book.sensitive(date(2026, 12, 13)) == "国家公祭日"
    for n, (rule, name) in enumerate([("12月11日", "检查"), ("13月1日", "检查"), ("12月12日", "会议")], start=1):
        file.write_text(f"rule,name,field,kind,note\n{rule},{name},,sensitive,\n", encoding="utf-8")
        os.utime(file, (n, n))
        assert book.sensitive(date(2026, 12, 11)) == ("检查" if n < 3 else "")
    assert book.sensitive(date(2026, 12, 12)) == "会议"
