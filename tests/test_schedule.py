"""The schedule rules: another push that day, the month's quota, nine in a post, sensitive days and holidays."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import pytest
from days_kit import CALENDAR
from shelf import at
from stage import Stage
from terminal_kit import wxops

from content.article import Problem, read_article
from content.clock import SHANGHAI
from content.known import Timed
from content.lint import TIMING, Context, problems_of
from content.lint.cache import Cache
from content.lint.look import Look
from content.schedule import Schedule, schedule_of

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
CODES = ("SLOT_TAKEN", "PUSH_QUOTA", "POST_FULL", "SENSITIVE_DAY", "DAY_OFF")


@pytest.fixture
def space(tmp_path: Path) -> Path:
    return tmp_path


def write(space: Path, name: str, at: str, notify: str = "推送") -> Path:
    file = space / name / "index.md"
    file.parent.mkdir(parents=True)
    file.write_text(f"---\n标题: {name[-2:]}\n发布时间: {at}\n推送: {notify}\n---\n\n正文。\n", encoding="utf-8")
    return file


def found(space: Path, file: Path, *, service: bool = False, times: tuple[Timed, ...] = ()) -> dict[str, Problem]:
    """What the rules of the schedule say of an article, by code."""
    name = file.relative_to(space).as_posix()
    schedule = schedule_of(space, [name[:7]], times, service=service, push=True)
    look = Look(read_article(file, name), Context(NOW, name[:7], schedule=schedule))
    return {problem.code: problem for problem in problems_of(look, TIMING) if problem.code in CODES}


def test_two_pushes_on_one_day_are_told_with_the_next_free_one(space: Path) -> None:
    first, second = write(space, "2026-12/01-a", "2026-12-07 10:00"), write(space, "2026-12/02-b", "2026-12-07 18:30")
    write(space, "2026-12/03-c", "2026-12-08 10:00")
    told = found(space, second)["SLOT_TAKEN"]
    assert (told.level, told.line) == ("warn", 3)
    assert "2026-12-07 10:00 2026-12/01-a/index.md" in told.message
    assert "最近的空档是 2026-12-09 18:30" in told.message
    assert told.fix == "publish_at: 2026-12-09 18:30"
    assert "2026-12/02-b/index.md" in found(space, first)["SLOT_TAKEN"].message, "the earlier one's editor hears it too"


@pytest.mark.parametrize(
    ("other", "notify"),
    [("2026-12-07 18:30", "推送"), ("2026-12-07 10:00", "静默"), ("2026-12-08 18:30", "推送")],
    ids=["same time, one post", "published quietly", "another day"],
)
def test_what_does_not_cost_the_days_push_is_free(space: Path, other: str, notify: str) -> None:
    file = write(space, "2026-12/01-a", "2026-12-07 18:30")
    write(space, "2026-12/02-b", other, notify)
    assert found(space, file) == {}


def test_the_day_is_a_shanghai_day_whatever_the_folder(space: Path) -> None:
    file = write(space, "2026-12/01-a", "2027-01-04 00:10")
    write(space, "2027-01/01-b", "2027-01-04 23:50")
    assert "SLOT_TAKEN" in found(space, file)


def test_what_went_out_elsewhere_has_used_the_days_push(space: Path) -> None:
    file = write(space, "2026-12/01-a", "2026-12-07 18:30")
    elsewhere = Timed("", at(7), push=True)
    assert "在外部发布的文章" in found(space, file, times=(elsewhere,))["SLOT_TAKEN"].message


def test_a_time_that_a_person_set_holds_against_the_files(space: Path) -> None:
    file = write(space, "2026-12/01-a", "2026-12-07 18:30")
    write(space, "2026-12/02-b", "2026-12-07 10:00")
    assert found(space, file, times=(Timed("2026-12/02-b/index.md", at(9), push=True),)) == {}


def test_a_time_that_has_passed_takes_nothing(space: Path) -> None:
    file = write(space, "2026-12/01-a", "2026-12-01 08:00")
    write(space, "2026-12/02-b", "2026-12-01 18:00")
    assert found(space, file) == {}


@pytest.mark.parametrize(("service", "codes"), [(True, {"PUSH_QUOTA"}), (False, set())])
def test_a_service_account_has_four_pushes_a_month(space: Path, service: bool, codes: set[str]) -> None:
    files = [write(space, f"2026-12/0{n}-a", f"2026-12-{day:02} 10:00") for n, day in enumerate((2, 9, 15, 18, 22))]
    assert {*found(space, files[-1], service=service)} == codes
    assert found(space, files[3], service=service) == {}, "the fourth still goes out"
    if service:
        told = found(space, files[-1], service=True)["PUSH_QUOTA"]
        assert "2026-12 排了 5 次，这是第 5 次" in told.message
        assert "最近的空档是 2027-01-" in told.message


@pytest.mark.parametrize(("count", "full"), [(8, False), (9, True)])
def test_a_draft_holds_eight(space: Path, count: int, full: bool) -> None:
    files = [write(space, f"2026-12/{n:02}-a", "2026-12-07 10:00") for n in range(count)]
    told = found(space, files[0])
    assert ({*told} == {"POST_FULL"}) is full
    if full:
        assert (told["POST_FULL"].level, "9 篇" in told["POST_FULL"].message) == ("error", True)


def test_a_sensitive_day_needs_a_reason_and_a_holiday_is_good_to_know(space: Path) -> None:
    mourning = found(space, write(space, "2026-12/01-a", "2026-12-13 10:00"))["SENSITIVE_DAY"]
    assert (mourning.level, "国家公祭日：加强审核期：版面用灰色" in mourning.message) == ("warn", True)
    assert mourning.fix == "publish_at: 2026-12-14 10:00"
    holiday = found(space, write(space, "2027-01/01-a", "2027-01-01 10:00"))["DAY_OFF"]
    assert (holiday.level, "元旦" in holiday.message) == ("info", True)


def test_faults_of_the_calendar_do_not_hide_the_others(space: Path) -> None:
    (space / "days.csv").write_text("rule,name,field,kind,note\n13月1日,甲,,day,\n", encoding="utf-8")
    file = write(space, "2026-12/01-a", "2026-12-07 18:30")
    write(space, "2026-12/02-b", "2026-12-07 10:00")
    assert {*found(space, file)} == {"SLOT_TAKEN"}
    assert [p.code for p in schedule_of(space, ["2026-12"], service=False, push=True).problems] == ["DAY_RULE"]


def test_an_article_that_has_not_changed_is_still_told_what_was_put_beside_it(space: Path) -> None:
    file, name = write(space, "2026-12/01-a", "2026-12-07 18:30"), "2026-12/01-a/index.md"
    cache = Cache(space / "cache")
    cache.fresh(file, name, Context(NOW, "2026-12", schedule=Schedule(calendar=CALENDAR)))
    beside = Schedule((Timed("2026-12/02-b/index.md", at(7), push=True),), CALENDAR)
    again = cache.known(file, name, Context(NOW, "2026-12", schedule=beside))
    assert again is not None
    assert "SLOT_TAKEN" in {problem.code for problem in again}


def test_checking_many_files_reads_the_schedule_without_a_database() -> None:
    import subprocess

    code = "import sys, content.lint, content.schedule; sys.exit('sqlalchemy' in sys.modules or 'lunar_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_at_the_terminal_the_clash_is_told_and_submitting_asks_for_a_reason(stage: Stage) -> None:
    stage.write("01-a", due=at(7, 10), notify="推送")
    stage.write("02-b", due=at(7, 18), notify="推送")
    wxops(stage, "person", "add", "编辑", "--role", "editor")
    done = wxops(stage, "check", "--json")
    assert [p["code"] for p in json.loads(done.stdout)["problems"]] == ["SLOT_TAKEN"] * 2
    refused = wxops(stage, "submit", "2026-12/02-b", "--by", "编辑")
    assert (refused.returncode, "SLOT_TAKEN warn" in refused.stderr) == (4, True)
    stage.write("01-a", due=at(8, 10), notify="推送")
    assert wxops(stage, "submit", "2026-12/02-b", "--by", "编辑").returncode == 0
