"""A report at the terminal and by message: the same rules, files with a watermark, and a log of what was taken out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image, ImageOps
from report_kit import docx, kept, state, xlsx
from sqlalchemy import select
from stage import Stage, png
from test_recorded import run

from content import letters
from content.errors import FilesWrong
from content.people import add_person
from content.watermarked import marked
from scheduler.models import Outbox


def report(stage: Stage, *words: str) -> tuple[int, str]:
    return run(stage, *words, command="report")


@pytest.fixture
def house(stage: Stage) -> Stage:
    """Four people are bound, and a report is kept: report 1."""
    stage.hire()
    assert kept(stage.parts.store, stage.folder, '{"final": true}') == 1
    return stage


def test_a_report_goes_to_the_client_and_is_confirmed_by_message_with_the_stamped_page(house: Stage) -> None:
    assert report(house, "submit", "1", "--by", "运营")[0] == 0
    assert "由甲方的人确认或退回，编辑不能确认" in house.say("编辑", "确认报告 1")
    assert "像是在问，没有办" in house.say("主任", "确认报告 1？")
    answer = house.say("主任", "确认报告 1")
    assert answer.startswith("报告1（执行成果报告 2026 第 1 版）甲方确认（主任），不再改动。\n请在 10 分钟内把盖章页")
    assert house.say("主任", "确认报告 1").startswith("报告1（执行成果报告 2026 第 1 版）甲方已确认。\n请在 10 分钟内")
    assert "不能变为" in house.say("主任", "退回报告 1 数不对")
    with house.parts.store.reading() as session:
        told = {row.key: row.text for row in session.scalars(select(Outbox).where(Outbox.key.startswith("report:")))}
    assert [text.partition("。")[0] for text in told.values()] == [
        "报告1（执行成果报告 2026 第 1 版）已提交，请确认",
        "报告1（执行成果报告 2026 第 1 版）甲方确认（主任），不再改动",
    ]
    assert state(house.parts.store, 1) == "confirmed"


def test_a_report_is_returned_by_message_with_a_reason(house: Stage) -> None:
    report(house, "submit", "1", "--by", "运营")
    assert "请写退回的原因" in house.say("主任", "退回报告 1")
    assert "甲方退回（主任）" in house.say("主任", "退回报告 1 走访数和台账不一致")
    row = json.loads(report(house, "show", "1", "--json")[1])[0]
    assert (row["state"], row["verdict"]["reason"]) == ("returned", "走访数和台账不一致")


def test_another_writes_the_word_of_the_client_down_only_with_the_stamped_page(house: Stage, tmp_path: Path) -> None:
    report(house, "submit", "1", "--by", "运营")
    assert report(house, "confirm", "1", "--for", "主任", "--by", "运营") == (
        4,
        "代录要附盖章页的扫描件（图片或 PDF）。",
    )
    page = tmp_path / "盖章页.png"
    page.write_bytes(png("stamp"))
    code, told = report(house, "confirm", "1", "--for", "主任", "--scan", str(page), "--by", "运营")
    assert (code, told.splitlines()[1]) == (
        0,
        "扫描件“盖章页.png”已收下，附在报告1（执行成果报告 2026 第 1 版）上。",
    )
    shown = report(house, "show", "1")[1]
    assert "甲方：主任（运营代录）" in shown
    assert "扫描件：盖章页.png" in shown
    assert "1  执行成果报告 2026 第 1 版  甲方已确认" in report(house, "list")[1]


def test_a_file_is_taken_out_with_a_watermark_and_written_down(house: Stage, tmp_path: Path) -> None:
    code, told = report(house, "file", "1", "--out", str(tmp_path / "out"), "--by", "运营")
    assert (code, told) == (0, f"已取出：{tmp_path / 'out' / '报告.docx'}")
    paragraphs = [p.text for p in Document(str(tmp_path / "out" / "报告.docx")).paragraphs]
    assert paragraphs[-1] == "运营 于 2026-12-01 09:00 导出，仅供履约使用，请勿外传。"
    assert report(house, "downloads")[1].split("  ")[1:] == ["运营", "report:1", "报告.docx"]
    assert json.loads(report(house, "downloads", "1", "--json")[1])[0]["by"] == "运营"


def test_nobody_reads_a_report_that_is_not_there(house: Stage) -> None:
    assert report(house, "show", "99") == (
        4,
        "没有报告99。看有哪些请运行 wxops report list，或打开网页“报告”。",
    )


def test_who_may_not_make_or_take_is_told_so(house: Stage, tmp_path: Path) -> None:
    with house.parts.store.transaction() as session:
        add_person(session, "小东", "liaison", party="", company="", now=house.now)
    out = str(tmp_path / "a")
    assert report(house, "file", "1", "--out", out, "--by", "小东") == (4, "给甲方的报告不归联络员取，小东没有取。")
    for words in (("acceptance",), ("plan",), ("archive", "--out", f"{out}.zip")):
        assert report(house, *words, "--by", "编辑") == (4, "报告由运营或管理员生成，编辑是编辑，不能生成。")
    assert "没有名叫谁的人" in report(house, "plan", "--by", "谁")[1]
    assert list(tmp_path.glob("a*")) == []


def test_a_scan_waits_until_there_is_something_to_stamp(house: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png("a"))
    assert "还没有提交" in report(house, "scan", "1", str(tmp_path / "a.png"), "--by", "运营")[1]


# the line of who took it out ------------------------------------------------------------------------------------------


def test_a_picture_has_the_line_in_a_strip_below_and_in_its_text() -> None:
    whole = letters.png('<svg xmlns="http://www.w3.org/2000/svg" width="390" height="40"></svg>')
    line = "王玥 于 2026-12-07 09:00 导出，仅供履约使用，请勿外传。"
    with Image.open(io.BytesIO(marked(whole, "a.png", line))) as picture:
        assert (picture.size, picture.info["Comment"]) == ((780, 80 + 56), line)
        assert picture.crop((0, 0, 780, 80)).getcolors() == [(780 * 80, (255, 255, 255))]
        ink = ImageOps.invert(picture.convert("L")).getbbox()
    assert ink
    assert (ink[0] >= 30, 600 < ink[2] <= 748, ink[1] > 80) == (True, True, True)
    long = marked(whole, "a.png", "一个名字很长很长很长很长的单位的工作人员" + line)
    with Image.open(io.BytesIO(long)) as picture:
        ink = ImageOps.invert(picture.convert("L")).getbbox()
    assert ink
    assert ink[2] <= 750


def test_a_watermark_is_the_last_line_of_each_kind_of_file() -> None:
    line = "甲<乙> 于今天导出"
    assert Document(io.BytesIO(marked(docx("正文"), "a.docx", line))).paragraphs[-1].text == line
    book = load_workbook(io.BytesIO(marked(xlsx(["社区", "走访"], ["东桥", 3]), "a.xlsx", line)))
    assert [row[0].value for row in book.worksheets[0].iter_rows()] == ["社区", "东桥", line]
    empty = load_workbook(io.BytesIO(marked(xlsx(), "a.xlsx", line)))
    assert empty.worksheets[0]["A1"].value == line
    assert marked(b"<body>1</body>", "a.html", line) == "<body>1<p>甲&lt;乙&gt; 于今天导出</p></body>".encode()
    assert marked(b"picture", "a.jpg", line) == b"picture"
    with pytest.raises(FilesWrong, match="像是坏了"):
        marked(b"no picture", "a.png", line)
    with pytest.raises(FilesWrong, match="像是坏了"):
        marked(b"no Word file", "a.docx", line)
