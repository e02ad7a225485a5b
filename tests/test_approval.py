"""The 信息发布审批表: what stands in it, from our template or the workspace's own."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from stage import Stage

from content.approval import Approval, approval_of
from content.errors import OpsError, WrongUse
from content.people import person_named
from content.reviews import give_verdict
from content.word.filling import filled, form


def approval(stage: Stage, revision: int | None = None) -> Approval:
    with stage.parts.store.reading() as session:
        return approval_of(session, stage.folder, 1, revision)


def words(data: bytes) -> str:
    """All words of a Word file, tables first."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def rows(data: bytes, number: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(data)).tables[number].rows]


@pytest.fixture
def judged(stage: Stage) -> Stage:
    """An article whose first revision was sent back and whose second has passed two steps."""
    stage.hire()
    folder = stage.write(title="义诊<安排>", body="周六上午九点。\n\n在社区活动站。", column="便民")
    stage.submit(folder)
    stage.say("编辑", "退回 1-1 没有写日期")
    text = (folder / "index.md").read_text(encoding="utf-8")
    (folder / "index.md").write_text(text.replace("周六", "12月12日（星期六）"), encoding="utf-8")
    stage.submit(folder)
    stage.say("编辑", "同意 1-2")
    with stage.parts.store.transaction() as session:
        person = person_named(session, "复审")
        give_verdict(
            session, 1, 2, person, stage.parts.chain, passed=True, comment="可以", recorded_by="运营", now=stage.now
        )
    return stage


def test_the_form_holds_the_text_the_verdicts_and_the_rights(judged: Stage) -> None:
    data = filled(form(judged.folder, "approval"), approval(judged).as_values())
    told = words(data)
    for what in ("1-2", "义诊<安排>", "便民", "12月12日（星期六）上午九点。", "在社区活动站。", "审核中"):
        assert what in told
    assert rows(data, 1)[1:] == [
        ["初审", "编辑", "乙方", "同意", "", "2026-12-01 09:00", ""],
        ["复审", "复审", "乙方", "同意", "可以（运营代录）", "2026-12-01 09:00", ""],
    ]
    assert rows(data, 3)[1][:2] == ["cover.png", "编辑部"]
    assert "{" not in told


def test_an_older_revision_has_a_form_of_its_own(judged: Stage) -> None:
    first = approval(judged, 1)
    assert (first.name, [(v.verdict, v.comment) for v in first.verdicts]) == ("1-1", [("退回", "没有写日期")])
    assert "12月12日" not in first.text


def test_warnings_stand_there_with_the_reason_they_passed_for(stage: Stage) -> None:
    stage.submit(stage.write(digest=""))
    (warned,) = approval(stage).warnings
    assert "没有写摘要" in warned.message
    assert warned.reason
    assert warned.by == "编辑"


def test_a_workspace_has_its_own_form(judged: Stage) -> None:
    own = Document()
    own.add_paragraph("本局审批单 {{ name }}《{{ title }}》")
    (judged.folder / "forms").mkdir()
    own.save(str(judged.folder / "forms" / "approval.docx"))
    assert (
        words(filled(form(judged.folder, "approval"), approval(judged).as_values())) == "本局审批单 1-2《义诊<安排>》"
    )


@pytest.mark.parametrize("text", ["{{ name }", "{% if %}", "{{ one.two }}"])
def test_a_form_with_wrong_braces_says_so(tmp_path: Path, text: str) -> None:
    own = Document()
    own.add_paragraph(text)
    own.save(str(tmp_path / "own.docx"))
    with pytest.raises(WrongUse, match="花括号"):
        filled(tmp_path / "own.docx", {"name": "1-1"})


def test_a_form_that_is_no_word_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"nothing of the kind")
    with pytest.raises(WrongUse, match="读不出来"):
        filled(tmp_path / "own.docx", {})


def test_an_article_that_was_not_submitted_has_no_form(stage: Stage) -> None:
    stage.write()
    stage.tick()
    with pytest.raises(OpsError, match="还没有送审"):
        approval(stage)
    stage.submit(stage.folder / "2026-12" / "01-notice")
    with pytest.raises(OpsError, match="没有修订1-7"):
        approval(stage, 7)
