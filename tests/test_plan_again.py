"""Planning around what is there: nothing is overwritten, and a second run makes only what is missing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from plan_kit import KNOWN, MONTHS, NOW, drafts, everything, gaps, plan, times, write

from content.article import read_article
from content.clock import SHANGHAI
from content.errors import WrongUse
from content.known import Known, Timed
from content.slots import LONGEST_GAP


@pytest.mark.parametrize("month", MONTHS)
def test_a_second_run_changes_nothing_and_says_so(month: str, tmp_path: Path) -> None:
    plan(tmp_path, month, KNOWN)
    before = everything(tmp_path)
    said = plan(tmp_path, month, KNOWN)
    assert everything(tmp_path) == before
    assert f"{month}/theme.md 已经有了，没有改动。" in said
    assert any("没有缺的文章" in line for line in said)


def test_a_second_run_makes_only_what_is_missing(tmp_path: Path) -> None:
    plan(tmp_path, "2027-01")
    victim = drafts(tmp_path, "2027-01")[1]
    moment = read_article(victim, "x").facts.publish_at
    victim.unlink()
    victim.parent.rmdir()
    (tmp_path / "2027-01/theme.md").unlink()
    before = everything(tmp_path)
    plan(tmp_path, "2027-01")
    after = everything(tmp_path)
    assert before.items() <= after.items()
    new = set(after) - set(before)
    assert len(new) == 2
    assert "2027-01/theme.md" in new
    assert moment in [read_article(file, "x").facts.publish_at for file in drafts(tmp_path, "2027-01")]


def test_what_an_editor_wrote_is_kept_to_the_byte_and_planned_around(tmp_path: Path) -> None:
    mine = write(tmp_path, "2027-01/07-数据月报", publish_at="2027-01-14 09:00", title="我写的")
    theme = tmp_path / "2027-01/theme.md"
    theme.write_bytes("---\r\ntitle: 我的专题\r\n---\r\n".encode())
    kept = (mine.read_bytes(), theme.read_bytes())
    plan(tmp_path, "2027-01")
    assert (mine.read_bytes(), theme.read_bytes()) == kept
    names = [file.parent.name for file in drafts(tmp_path, "2027-01")]
    assert len(names) == 4
    assert sum("数据月报" in name for name in names) == 1
    assert all(name.startswith(("07", "08", "09", "10")) for name in names)
    days = [at.date() for at in times(tmp_path, "2027-01")]
    assert date(2027, 1, 14) in days
    assert max(gaps(days)) <= LONGEST_GAP


def test_four_articles_on_one_day_do_not_make_a_month(tmp_path: Path) -> None:
    for number in range(1, 5):
        write(tmp_path, f"2027-01/{number:02}-a{number}", publish_at="2027-01-05 09:00")
    plan(tmp_path, "2027-01")
    days = sorted({at.date() for at in times(tmp_path, "2027-01")})
    assert max(gaps(days)) <= LONGEST_GAP
    assert days[-1] >= date(2027, 1, 25)


def test_a_holiday_that_was_announced_the_month_before_is_not_announced_again(tmp_path: Path) -> None:
    plan(tmp_path, "2027-01")
    assert any("通知-春节" in file.parent.name for file in drafts(tmp_path, "2027-01"))
    plan(tmp_path, "2027-02")
    assert not any("通知-春节" in file.parent.name for file in drafts(tmp_path, "2027-02"))


def test_an_article_without_a_time_is_offered_one_and_counts(tmp_path: Path) -> None:
    mine = write(tmp_path, "2027-01/01-mine")
    text = mine.read_bytes()
    said = plan(tmp_path, "2027-01")
    assert mine.read_bytes() == text
    assert any(line.startswith("2027-01/01-mine/index.md 没有写发布时间，建议 2027-01-") for line in said)
    assert len(drafts(tmp_path, "2027-01")) == 4


def test_the_neighbours_are_seen_on_disk(tmp_path: Path) -> None:
    write(tmp_path, "2026-12/01-last", publish_at="2026-12-27 10:00")
    write(tmp_path, "2027-02/01-first", publish_at="2027-02-05 10:00")
    plan(tmp_path, "2027-01")
    days = [date(2026, 12, 27), *(at.date() for at in times(tmp_path, "2027-01")), date(2027, 2, 5)]
    assert max(gaps(days)) <= LONGEST_GAP


def test_a_time_that_a_person_set_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "2027-01/01-a", publish_at="2027-01-05 10:00")
    moved = Timed("2027-01/01-a/index.md", datetime(2027, 1, 20, 10, tzinfo=SHANGHAI), True)
    plan(tmp_path, "2027-01", Known(times=(moved,)))
    days = [at.date() for at in times(tmp_path, "2027-01")][1:]
    assert max(gaps(sorted([*days, date(2027, 1, 20)]))) <= LONGEST_GAP
    assert days[0] <= date(2027, 1, 7)


def test_a_gap_that_cannot_be_closed_any_more_is_told(tmp_path: Path) -> None:
    write(tmp_path, "2026-11/01-a", publish_at="2026-11-05 10:00")
    said = plan(tmp_path, "2026-11")
    assert {at.date() for at in times(tmp_path, "2026-11")} >= {date(2026, 11, 26)}
    assert any("2026-11-05 到 2026-11-26 有 21 天没有文章" in line for line in said)


def test_what_has_passed_is_not_planned_and_no_slot_lies_in_the_past(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="已经过去"):
        plan(tmp_path, "2026-10")
    with pytest.raises(WrongUse, match="2027-01 这样"):
        plan(tmp_path, "2027-13")
    plan(tmp_path, "2026-11")
    assert min(times(tmp_path, "2026-11")) > NOW
    last = datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)
    plan(tmp_path, "2026-12", now=last)
    assert times(tmp_path, "2026-12") == []
