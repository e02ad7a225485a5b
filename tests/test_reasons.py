"""Warnings: each needs a reason to pass, and the reason is kept and shown wherever the revision is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shelf import Shelf
from sqlalchemy import func, select
from stage import Stage
from terminal_kit import wxops

from content.db import Store
from content.models import PassedWarning, Revision, State
from content.reasons import passed_warnings
from content.reviews import ProblemsFound, ReasonsMissing

HOME = "家住3号楼的刘奶奶说。"
TWO_HOMES = f"{HOME}\n\n家住5号楼的陈奶奶说。"
TWO_KINDS = f"{HOME}\n\n地点在XX会议室。"
CHECKED = "已征得本人同意"


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


def passed(shelf: Shelf, revision: Revision) -> list[tuple[str, int, str, str]]:
    with shelf.store.reading() as session:
        return [(w.code, w.line, w.reason, w.by) for w in passed_warnings(session, revision)]


def counted(shelf: Shelf) -> int:
    with shelf.store.reading() as session:
        return (session.scalar(select(func.count(Revision.id))) or 0) + (
            session.scalar(select(func.count(PassedWarning.id))) or 0
        )


@pytest.mark.parametrize("reasons", [{}, {"": " "}, {"ADDRESS_EXACT": ""}, {"OTHER_CODE": CHECKED}])
def test_a_warning_without_a_reason_is_not_submitted_and_says_how_it_passes(
    shelf: Shelf, reasons: dict[str, str]
) -> None:
    with pytest.raises(ReasonsMissing, match=r'wxops submit 1 --reason "已向街道核实"') as refused:
        shelf.submit(shelf.write(body=HOME), reasons=reasons)
    assert [problem.code for problem in refused.value.problems] == ["ADDRESS_EXACT"]
    assert "--reason ADDRESS_EXACT=原因" in str(refused.value)
    assert refused.value.exit_code == 4
    assert (shelf.article(1).state, counted(shelf)) == (State.WRITTEN, 0)


def test_only_the_warnings_that_still_lack_a_reason_are_asked_for(shelf: Shelf) -> None:
    with pytest.raises(ReasonsMissing) as refused:
        shelf.submit(shelf.write(body=TWO_KINDS), reasons={"ADDRESS_EXACT": CHECKED})
    codes = {problem.code for problem in refused.value.problems}
    assert codes
    assert "ADDRESS_EXACT" not in codes


def test_errors_are_told_before_anybody_is_asked_for_reasons(shelf: Shelf) -> None:
    with pytest.raises(ProblemsFound):
        shelf.submit(shelf.write(body=HOME, cover="none.png"), reasons={})


def test_each_warning_is_kept_with_the_revision_even_two_of_one_kind(shelf: Shelf) -> None:
    revision = shelf.submit(shelf.write(body=TWO_HOMES), by=" 撰稿 ", reasons={"": CHECKED})
    kept = passed(shelf, revision)
    assert [(code, reason, by) for code, _, reason, by in kept] == [("ADDRESS_EXACT", CHECKED, "撰稿")] * 2
    assert kept[0][1] + 2 == kept[1][1], "each has the line it stands on"


def test_a_reason_for_a_kind_goes_before_the_one_for_all(shelf: Shelf) -> None:
    revision = shelf.submit(shelf.write(body=TWO_KINDS), reasons={"": "都看过", "ADDRESS_EXACT": CHECKED})
    assert {(code == "ADDRESS_EXACT", reason) for code, _, reason, _ in passed(shelf, revision)} == {
        (True, CHECKED),
        (False, "都看过"),
    }


def test_the_next_revision_has_reasons_of_its_own(shelf: Shelf) -> None:
    first = shelf.submit(shelf.write(body=HOME), reasons={"": CHECKED})
    second = shelf.submit(shelf.write(body="没有住址了。"), reasons={})
    assert len(passed(shelf, first)) == 1
    assert passed(shelf, second) == []


def test_an_info_needs_no_reason(shelf: Shelf) -> None:
    file = shelf.write()
    spare = "{file: b.png, source: 编辑部, licence: 自有}]"
    file.write_text(file.read_text(encoding="utf-8").replace("}]", "}, " + spare), encoding="utf-8")
    assert passed(shelf, shelf.submit(file, reasons={})) == []


def test_at_the_terminal_the_reason_is_asked_for_and_then_shown_everywhere(stage: Stage) -> None:
    stage.write(title="歇脚椅", body=TWO_HOMES)
    wxops(stage, "person", "add", "编辑", "--role", "editor")
    refused = wxops(stage, "submit", "2026-12/01-notice", "--by", "编辑")
    assert refused.returncode == 4
    assert refused.stderr.count("ADDRESS_EXACT warn") == 2
    assert 'wxops submit 1 --reason "已向街道核实"' in refused.stderr
    done = wxops(stage, "submit", "1", "--by", "编辑", "--reason", f"address_exact={CHECKED}", "--reason", "都看过=1")
    assert done.returncode == 0, done.stderr
    assert f"理由：{CHECKED}（编辑）" in wxops(stage, "article", "show", "1").stdout
    shown = json.loads(wxops(stage, "article", "show", "1", "--json").stdout)[0]["passed_warnings"]
    assert [(row["revision"], row["code"], row["reason"]) for row in shown] == [(1, "ADDRESS_EXACT", CHECKED)] * 2
    listed = wxops(stage, "article", "checklist", "1").stdout
    assert listed.count(f"理由：{CHECKED}（编辑）") == 2
    assert "## 送审时写了理由放行的警告" in listed
    rows = json.loads(wxops(stage, "article", "checklist", "1", "--json").stdout)
    assert [row["reason"] for row in rows["passed_warnings"]] == [CHECKED] * 2


def test_the_reviewer_reads_the_reasons_after_the_text(stage: Stage) -> None:
    stage.hire()
    stage.submit(stage.write(body=TWO_HOMES), reasons={"": CHECKED})
    shown = stage.say("复审", "看 1")
    assert "送审时写了理由放行的警告（2 条）：" in shown
    assert shown.count(f"理由：{CHECKED}（编辑）") == 2
    assert shown.index("陈奶奶") < shown.index("放行的警告") < shown.index("同意请回复")
    assert "放行的警告" not in _shown_without_any(stage)


def _shown_without_any(stage: Stage) -> str:
    stage.submit(stage.write("02-b"), reasons={})
    return stage.say("复审", "看 2")
