"""Binding codes printed a street a page, as HTML or Word; the file and the database are written together or not at all."""

from __future__ import annotations

import io
from pathlib import Path

from bot.wiring import Parts
from content import watermark
from content.clock import local_day
from content.code_sheets import Printed, printed
from content.errors import FilesWrong, OpsError, WrongUse
from content.gazetteer import gazetteer
from content.place_table import STREET
from content.templates import render

HOW = "怎么绑定：用微信关注公众号，把“绑定”和这个码发给它，例如：绑定 {code}。码只给本人，只能用一次。"
PRIVATE = 0o600


def print_codes(parts: Parts, street: str, out: Path, *, everybody: bool, by: str) -> list[str]:
    """Make new codes, write them into a file, .docx or .html, and return what was done; who is bound is left out."""
    if bool(street) == everybody:
        raise WrongUse("请写一个街道（--street 德胜街道），或全部（--all）。")
    if out.suffix.lower() not in (".docx", ".html"):
        raise WrongUse(f"{out.name} 要写成 .docx 或 .html。")
    now = parts.clock.now()
    with parts.store.transaction() as session:
        spot = gazetteer(session, local_day(now)).named(street) if street else None
        if spot and spot.level != STREET:
            raise WrongUse(f"{spot.shown}不是街道。绑定码按街道打印。")
        made = printed(session, spot, by=by, now=now)
        if not made.sheets:
            raise OpsError(f"没有要打印的：{made.bound} 人都已经绑定，或者还没有分配人。")
        mark = watermark.line(by, now)
        data = _word(made, mark) if out.suffix.lower() == ".docx" else _page(made, mark)
        try:
            out.write_bytes(data)
            out.chmod(PRIVATE)
        except OSError as error:
            raise FilesWrong(f"{out} 写不出：{error.strerror or error}。绑定码没有换。") from error
    return [
        f"{out}：{len(made.sheets)} 页，{made.people} 人，{made.until} 前有效。已经绑定的 {made.bound} 人没有印。",
        "数据库里只有绑定码的指纹，印的都是新的，这些人以前的绑定码作废。发完请删掉这个文件。",
    ]


def _page(made: Printed, mark: str) -> bytes:
    return render("people/codes.html", {"made": made, "mark": mark, "how": HOW}).encode()


def _word(made: Printed, mark: str) -> bytes:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    normal.font.size = Pt(12)
    document.styles["Heading 1"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    document.sections[0].footer.paragraphs[0].text = mark
    for number, sheet in enumerate(made.sheets):
        heading = document.add_heading(f"绑定码：{sheet.street}", 1)
        heading.paragraph_format.page_break_before = number > 0
        document.add_paragraph(f"{made.until} 前有效。{HOW.format(code=sheet.lines[0].code)}")
        table = document.add_table(rows=len(sheet.lines) + 1, cols=3, style="Table Grid")
        texts = [("姓名", "负责", "绑定码"), *((line.name, line.places, line.code) for line in sheet.lines)]
        for row, cells in zip(table.rows, texts, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
