"""The 项目实施方案: what contract.toml says of targets, phases and milestones, with when each was done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docx import Document
from stage import Stage
from test_recorded import run
from year_kit import contract

from scheduler import obligations
from scheduler.counting import NAMES
from scheduler.targets import read_contract

PHASES = """
[[milestone]]
name = "项目实施方案"
phase = "启动"
owner = "乙方"
from = 2026-01-01
due = 2026-01-31

[[milestone]]
name = "中期报告"
phase = "中期"
due = 2026-11-30
after = ["项目实施方案"]
"""


def told(folder: Path) -> tuple[list[str], list[list[str]]]:
    document = Document(str(folder / "项目实施方案.docx"))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return [paragraph.text for paragraph in document.paragraphs], rows


def test_the_plan_is_written_kept_in_versions_and_submitted(stage: Stage, tmp_path: Path) -> None:
    stage.hire()
    contract(stage.folder, more=PHASES)
    code, said = run(stage, "plan", "--by", "运营", command="report")
    assert (code, said.split("：")[0]) == (0, "报告1（项目实施方案 2026-01-01_2026-12-31 第 1 版）")
    run(stage, "file", "1", "--out", str(tmp_path / "a"), "--by", "运营", command="report")
    paragraphs, rows = told(tmp_path / "a")
    assert "合同期 365 天，12 个月，4 项指标，2 个节点。" in paragraphs
    assert ["—", "公众号内容管理", "公众号文章", "48 篇", "—"] in [["—", *row[1:]] for row in rows]
    assert ["项目实施方案", "2026-01-01", "2026-01-31", "乙方", "—", "—"] in rows
    assert ["公众号文章", "每月 4 篇", "48 篇"] in rows
    assert ["社区走访", "平均每月 3.3 次", "40 次"] in rows
    assert ["主任", "终审人", "甲方", "—"] in rows
    assert "第 4 季（2026-10-01 至 2026-12-31）：还没有排。" in paragraphs
    assert not any("{" in text for text in [*paragraphs, *(cell for row in rows for cell in row)])
    assert paragraphs[-1].startswith("运营 于 ")

    assert "第 1 版" in run(stage, "plan", "--by", "运营", command="report")[1]  # nothing has changed
    with stage.parts.store.transaction() as session:
        found = read_contract(stage.folder, NAMES)
        assert found is not None
        obligations.done(session, found, "项目实施方案", day=date(2026, 2, 2), by="运营", now=stage.now)
    assert "第 2 版" in run(stage, "plan", "--by", "运营", command="report")[1]
    run(stage, "file", "2", "--out", str(tmp_path / "b"), "--by", "运营", command="report")
    assert ["项目实施方案", "2026-01-01", "2026-01-31", "乙方", "—", "2026-02-02 完成，晚 2 天"] in told(
        tmp_path / "b"
    )[1]
    assert run(stage, "submit", "2", "--by", "运营", command="report")[0] == 0


def test_a_plan_without_milestones_says_so_and_one_without_a_contract_is_refused(stage: Stage, tmp_path: Path) -> None:
    stage.hire()
    assert run(stage, "plan", "--by", "运营", command="report")[0] == 4
    contract(stage.folder)
    run(stage, "plan", "--by", "运营", command="report")
    run(stage, "file", "1", "--out", str(tmp_path), "--by", "运营", command="report")
    assert "还没有写节点（contract.toml 里的 [[milestone]]）。" in told(tmp_path)[0]
