"""The effect analysis as Word and Excel: what the facts say stands in the cells, numbers as numbers, charts with words."""

from __future__ import annotations

import io
import re
import runpy
import zipfile
from pathlib import Path

import pytest
from docx import Document
from effect_kit import furnish, gathered, snow
from openpyxl import load_workbook
from test_approval import rows, words

from content.db import Store
from content.errors import OpsError, WrongUse
from content.watermarked import marked
from content.word.filling import FORMS, copied, filled, form
from scheduler.effect_book import HEAD_ROW, workbook
from scheduler.effect_charts import NAMES, charts
from scheduler.effect_facts import Effect, frozen, thawed
from scheduler.effect_word import document, values

LINE = "吴芳 于 2027-01-03 09:00 导出，仅供履约使用，请勿外传。"


def made(store: Store, folder: Path) -> Effect:
    furnish(store, folder)
    snow(store)
    return gathered(store, folder)


def test_the_word_file_has_the_cells_the_sentences_and_described_charts(store: Store, tmp_path: Path) -> None:
    effect = made(store, tmp_path)
    data = document(effect, tmp_path)
    told = words(data)
    for chapter in effect.chapters:
        for said in chapter.says:
            assert said in told, said
    assert ["阅读", "人", "1,275", "260", "+390.4%", "—", "—"] in rows(data, 0)
    assert [row[:5] for row in rows(data, 1)[1:]] == [
        ["2026-12-03", "楼道里的歇脚椅", "", "头条", "1,160"],
        ["2026-12-03", "两会之前的小事<一>", "", "次条", "—"],
        ["2026-12-17", "社区晚会的一张照片", "", "头条", "75"],
    ]
    tables = Document(io.BytesIO(data)).tables
    (at,) = [n for n, table in enumerate(tables) if table.cell(0, 1).text == "不可抗力"]
    exempt = rows(data, at)[1:]
    assert [row[2:] for row in exempt] == [["30", "次", "1,052", "966", "0.4%", "0.4%", "16.7%", "9.3%"]]
    assert exempt[0][1].startswith("2026-11-11 至 2026-12-05 大雪")
    assert "{" not in told
    alts = [shape._inline.docPr.get("descr") for shape in Document(io.BytesIO(data)).inline_shapes]
    assert alts == [charts(effect)[name].alt for name in NAMES]
    assert alts[0].startswith("折线图：全号每天的阅读（单位：人）。")
    again = thawed(frozen(effect))
    assert (values(again), charts(again)) == (values(effect), charts(effect))


def test_the_workbook_has_numbers_as_numbers_with_units_rules_and_charts(store: Store, tmp_path: Path) -> None:
    effect = made(store, tmp_path)
    data = workbook(effect)
    book = load_workbook(io.BytesIO(marked(data, "a.xlsx", LINE)))
    assert book.sheetnames == ["说明", *(chapter.title for chapter in effect.chapters)]
    for chapter in effect.chapters:
        sheet = book[chapter.title]
        heads = [cell.value for cell in sheet[HEAD_ROW + 1]][: len(chapter.columns)]
        assert heads == [column.head for column in chapter.columns]
        for row, cells in zip(chapter.rows, sheet.iter_rows(min_row=HEAD_ROW + 2), strict=False):
            shown = [cell.value for cell in cells][: len(chapter.columns)]
            told = [row[column.key] for column in chapter.columns]
            assert shown == ["—" if value is None else value for value in told]
        assert sheet.cell(sheet.max_row, 1).value == LINE
    interactions = book["互动"]
    (total,) = effect.chapter("interactions").totals
    row = HEAD_ROW + 4 + len(effect.chapter("interactions").rows)
    assert [interactions.cell(row, n).value for n in (1, 2, 3, 4)] == [total.name, total.value, "次", total.rule]
    assert "阅读、点赞、爱心赞" in total.rule
    assert {sheet.title: len(sheet._charts) for sheet in book if sheet._charts} == {
        "文章": 1, "每天的阅读": 1, "粉丝": 1, "街道": 1, "合同进度": 1, "累计和计划": 2,
    }  # fmt: skip
    assert workbook(thawed(frozen(effect))) == data


def test_a_chart_draws_what_nobody_knows_as_a_gap(store: Store, tmp_path: Path) -> None:
    """The plan of the months to come has no visits yet: their cells are empty for the chart, as — would be drawn as 0."""
    data = workbook(made(store, tmp_path))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        drawn = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert drawn
    assert all('<c:plotVisOnly val="1"/>' not in one for one in drawn)
    book = load_workbook(io.BytesIO(data))
    references = {ref for one in drawn for ref in re.findall(r"<c:val><c:numRef><c:f>'?(.*?)'?!(.*?)</c:f>", one)}
    values = [cell.value for title, where in references for (cell,) in book[title][where.replace("$", "")]]
    assert None in values
    assert not [value for value in values if isinstance(value, str)]


def test_without_data_both_files_have_dashes_and_no_charts(store: Store, tmp_path: Path) -> None:
    empty = gathered(store, tmp_path)
    assert charts(empty) == {}
    data = document(empty, tmp_path)
    assert rows(data, 0)[4] == ["阅读", "人", "—", "—", "—", "—", "—"]
    sheet = load_workbook(io.BytesIO(workbook(empty)))["总体情况"]
    assert [cell.value for cell in sheet[HEAD_ROW + 5]][:5] == ["阅读", "人", "—", "—", "—"]


def test_the_template_is_the_one_that_its_script_makes() -> None:
    made = runpy.run_path(str(FORMS.parent.parent / "docs" / "forms.py"))["effect"]()
    kept = Document(str(FORMS / "effect.docx"))
    assert kept.element.xml == made.element.xml, "run: python docs/forms.py"


def test_a_workspace_edits_a_copy_of_the_template(store: Store, tmp_path: Path) -> None:
    own = copied(tmp_path, "effect")
    assert own == form(tmp_path, "effect")
    edited = Document(str(own))
    edited.paragraphs[0].runs[0].text = "本局用：{{ title }}"
    edited.save(str(own))
    assert "本局用：西城家园推广效果数据分析报告" in words(document(gathered(store, tmp_path), tmp_path))
    with pytest.raises(OpsError, match="已经有了，没有覆盖"):
        copied(tmp_path, "effect")
    with pytest.raises(WrongUse, match="没有模板“别的”，可以写：acceptance、approval、countersign、effect"):
        copied(tmp_path, "别的")


@pytest.mark.parametrize(
    "text", ["{{ overview.says }", "{{ ovreview.says }}", "{{ title + 1 }}", "{% for x in title %}"]
)
def test_a_template_that_was_broken_says_what_to_do(store: Store, tmp_path: Path, text: str) -> None:
    (tmp_path / "forms").mkdir()
    own = Document()
    own.add_paragraph(text)
    own.save(str(tmp_path / "forms" / "effect.docx"))
    with pytest.raises(WrongUse, match=r"模板 effect\.docx 里花括号的写法不对.*请对照自带的模板改正"):
        filled(form(tmp_path, "effect"), values(gathered(store, tmp_path)))
