"""A month at a glance, and the reminder of the 25th."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from shelf import NOW, Shelf, at
from stage import Stage

from bot.cli.group import Desk
from bot.cli.planning import month as month_command
from content.clock import SHANGHAI, local
from content.daylist import STARTER, read_days
from content.days import Calendar
from content.db import Store
from content.deadlines import submit_by
from content.errors import WrongUse
from content.models import State
from content.month import MonthView, month_lines, month_view, reminder
from content.slots import gaps

CALENDAR = Calendar(read_days(STARTER), known_to=2026)
DAY = timedelta(days=1)


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


def view(shelf: Shelf, month: str = "2026-12", **more: object) -> MonthView:
    shelf.scan()
    with shelf.store.reading() as session:
        return month_view(session, month, CALENDAR, now=shelf.now, draft_ahead=DAY, steps=3, **more)  # type: ignore[arg-type]


def told(shelf: Shelf, **more: object) -> str:
    return "\n".join(month_lines(view(shelf, **more)))


def reminded(shelf: Shelf, now: datetime, wanted: int = 4) -> str:
    shelf.scan()
    with shelf.store.reading() as session:
        notice = reminder(session, now=now, wanted=wanted)
    return f"{notice.key} {notice.text}" if notice else ""


def theme(shelf: Shelf, month: str = "2026-12") -> None:
    folder = shelf.folder / month
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "theme.md").write_text("---\ntitle: 有事好商量\nsummary: 简介\n---\n", encoding="utf-8")


def test_articles_are_counted_by_state(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(3))
    shelf.submit(shelf.write("02-b", due=at(8)))
    shelf.write("03-c", due=at(15))
    shelf.write("04-other", month="2027-01")
    theme(shelf)
    found = view(shelf)
    assert found.counts == {"written": 1, "in_review": 1, "approved": 1}
    assert (found.articles, found.lacking) == (3, 1)
    said = told(shelf)
    assert "2026-12 专题“有事好商量”" in said
    assert "文章 3 篇：在写 1、审核中 1、已通过 1" in said
    assert "还差 1 篇（每月至少 4 篇），可以运行 wxops plan 2026-12 起草。" in said


def test_a_withdrawn_article_counts_no_more(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(3))
    shelf.write("02-b", due=at(8))
    shelf.scan()
    with shelf.store.transaction() as session:
        session.get_one(type(shelf.article(1)), 1).state = State.WITHDRAWN
    found = view(shelf)
    assert (found.articles, found.lacking) == (1, 3)
    assert (date(2026, 11, 30), date(2026, 12, 8)) in found.gaps


def test_an_empty_month_lacks_everything(shelf: Shelf) -> None:
    found = view(shelf)
    assert (found.articles, found.lacking, found.theme, found.deadlines) == (0, 4, "", [])
    said = told(shelf)
    assert "还没有专题" in said
    assert "还差 4 篇" in said
    assert "2026-11-30 到 2027-01-01 有 32 天没有文章" in said


def test_enough_articles_well_spread_leave_nothing_to_say(shelf: Shelf) -> None:
    theme(shelf)
    for number, day in enumerate((2, 8, 15, 22, 28)):
        shelf.write(f"{number:02}-a{number}", due=at(day))
    found = view(shelf)
    assert found.gaps == []
    assert "还差" not in told(shelf)


def test_long_gaps_are_named_the_neighbours_months_included(shelf: Shelf) -> None:
    shelf.write("01-before", month="2026-11", due=datetime(2026, 11, 24, 10, tzinfo=SHANGHAI))
    for number, day in enumerate((2, 20)):
        shelf.write(f"{number:02}-a{number}", due=at(day))
    shelf.write("01-after", month="2027-01", due=datetime(2027, 1, 4, 10, tzinfo=SHANGHAI))
    assert view(shelf).gaps == [
        (date(2026, 11, 24), date(2026, 12, 2)),
        (date(2026, 12, 2), date(2026, 12, 20)),
        (date(2026, 12, 20), date(2027, 1, 4)),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], [("11-30", "01-01")]),
        ([7, 14, 21, 28], []),
        ([8, 14, 21, 28], [("11-30", "12-08")]),
        ([7, 14, 21, 24], [("12-24", "01-01")]),
    ],
)
def test_a_month_alone_is_measured_from_its_first_day_to_its_last(
    days: list[int], expected: list[tuple[str, str]]
) -> None:
    found = gaps([date(2026, 12, day) for day in days], "2026-12")
    assert [(f"{a:%m-%d}", f"{b:%m-%d}") for a, b in found] == expected


def test_the_moment_at_which_a_post_really_went_out_counts(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(3))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.PUBLISHED)
    post = shelf.post(1)
    assert (date(2026, 11, 30), date(2026, 12, 9)) in view(shelf, out_at={post.id: at(9)}).gaps


# deadlines ------------------------------------------------------------------------------------------------------------


def test_the_next_deadlines_are_submission_approval_and_post_in_order(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(10), title="歇脚椅")
    lines = [str(one) for one in view(shelf).deadlines]
    assert lines == [
        "2026-12-04 18:00  送审：1 歇脚椅",
        "2026-12-09 10:00  审完，之后建草稿：1 歇脚椅",
        "2026-12-10 10:00  发布：1 歇脚椅",
    ]


def test_what_is_done_is_no_deadline_any_more(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(10))
    shelf.submit(shelf.write("02-b", due=at(17)))
    said = [one.text for one in view(shelf).deadlines]
    assert said == ["发布：1 题01-a", "审完，之后建草稿：2 题02-b", "发布：2 题02-b"]


def test_a_deadline_that_has_passed_says_so(shelf: Shelf) -> None:
    shelf.write("01-a", due=NOW + timedelta(hours=30))
    found = view(shelf).deadlines
    assert [one.late for one in found] == [True, False, False]
    assert str(found[0]).endswith("（已过）")


@pytest.mark.parametrize(
    ("drafted", "steps", "expected"),
    [
        ("2026-12-09", 3, "2026-12-04"),  # over a weekend
        ("2026-12-09", 1, "2026-12-08"),
        ("2026-10-09", 2, "2026-09-30"),  # over the national holiday
        ("2026-10-12", 1, "2026-10-10"),  # a Saturday that is worked
        ("2027-02-12", 1, "2027-01-29"),  # around a Spring Festival whose days are not announced: the safe side
        ("2027-03-24", 2, "2027-03-22"),  # not announced, but no holiday is near
    ],
)
def test_each_step_of_the_review_has_a_workday_of_its_own(drafted: str, steps: int, expected: str) -> None:
    moment = datetime.fromisoformat(f"{drafted}T10:00").replace(tzinfo=SHANGHAI)
    assert f"{local(submit_by(CALENDAR, moment, steps)):%Y-%m-%d}" == expected


# the reminder ---------------------------------------------------------------------------------------------------------


def test_from_the_25th_a_thin_coming_month_is_spoken_of(shelf: Shelf) -> None:
    shelf.write("01-a", month="2027-01")
    assert reminded(shelf, at(24, 23, 59)) == ""
    said = reminded(shelf, at(25, 0, 0))
    assert said.startswith("few:2027-01 ")
    assert "2027-01 只有 1 篇文章，至少要 4 篇" in said
    assert "wxops plan 2027-01" in said
    assert reminded(shelf, at(31)) == said


def test_a_month_that_is_full_is_not_spoken_of(shelf: Shelf) -> None:
    for number in range(4):
        shelf.write(f"{number:02}-a{number}", month="2027-01")
    assert reminded(shelf, at(26)) == ""
    assert "只有 4 篇" in reminded(shelf, at(26), wanted=5)


def test_an_article_whose_file_is_gone_does_not_fill_the_month(shelf: Shelf) -> None:
    files = [shelf.write(f"{number:02}-a{number}", month="2027-01") for number in range(4)]
    shelf.scan()
    files[0].unlink()
    assert "只有 3 篇" in reminded(shelf, at(26))


def test_the_reminder_looks_over_the_end_of_the_year_and_at_a_month_that_is_not_there(shelf: Shelf) -> None:
    assert reminded(shelf, datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)).startswith("few:2027-01 ")
    assert reminded(shelf, datetime(2027, 1, 25, 1, tzinfo=SHANGHAI)).startswith("few:2027-02 2027-02 只有 0 篇")


# at the terminal ------------------------------------------------------------------------------------------------------


def test_the_terminal_shows_the_present_month_or_the_one_named(stage: Stage) -> None:
    stage.write("01-a", due=stage.now + timedelta(days=9), title="歇脚椅")
    stage.tick()
    desk = Desk(str(stage.folder))
    desk._parts = stage.parts
    said = CliRunner().invoke(month_command, [], obj=desk, catch_exceptions=False).output
    assert said.startswith("2026-12 ")
    assert "发布：1 歇脚椅" in said
    assert isinstance(CliRunner().invoke(month_command, ["2027-13"], obj=desk).exception, WrongUse)
    row = json.loads(CliRunner().invoke(month_command, ["2027-01", "--json"], obj=desk).output)[0]
    assert (row["month"], row["articles"], row["lacking"]) == ("2027-01", 0, 4)
