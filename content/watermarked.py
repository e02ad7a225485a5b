"""A copy of a file with the line of who took it out: Word, Excel, pages, texts, pictures (PNG) and ZIPs of these; others stay as they are.

The file is changed in its parts and not made anew, so that charts and layout stay; a picture gets a strip below.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import escape

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from content.errors import FilesWrong
from content.letters import FAMILY, png
from content.watermark import PLAIN

NOTE = "导出说明.txt"  # in a ZIP
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(r'<row\b[^>]*?\br="(\d+)"')
_STRIP, _EDGE, _SIZE, _ZOOM = 28, 16, 12.0, 2  # under a picture: units high, at its left, of the letters, pixels a unit
_PAGE_END = re.compile(rb"</body\s*>", re.IGNORECASE)


def marked(data: bytes, name: str, line: str) -> bytes:
    """Return a file's bytes with `line` as the last of its text; what kind it is, its name says.

    FilesWrong where it is no file of that kind.
    """
    try:
        return _marked(data, name.lower().rpartition(".")[2], line)
    except (zipfile.BadZipFile, UnicodeDecodeError, UnidentifiedImageError) as error:
        raise FilesWrong(f"{name} 读不出来，像是坏了，没有取出。请重新生成，或从备份取回。") from error


def _marked(data: bytes, ending: str, line: str) -> bytes:
    if ending == "docx":
        return _changed(data, lambda part, text: _in_document(text, line) if part == "word/document.xml" else text)
    if ending == "xlsx":
        return _changed(data, lambda part, text: _in_sheet(text, line) if _SHEET.fullmatch(part) else text)
    if ending in ("html", "htm"):
        return _in_page(data, line)
    if ending == "txt":
        return _in_text(data, line)
    if ending == "png":
        return _in_picture(data, line)
    return _in_zip(data, line) if ending == "zip" else data


def _changed(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """Return a package of XML parts with the parts that `change` changes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename.endswith(".xml"):
                text = part.decode("utf-8")
                part = part if (after := change(info.filename, text)) == text else after.encode()
            new.writestr(info, part)
    return made.getvalue()


def _in_document(text: str, line: str) -> str:
    """Put a paragraph at the end of a document, before the settings of its last section."""
    paragraph = f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
    head, end, rest = text.rpartition("</w:body>")
    place = head.rfind("<w:sectPr")
    if place < 0 or "</w:p>" in head[place:]:  # that of an earlier section stands in a paragraph
        place = len(head)
    return head[:place] + paragraph + head[place:] + end + rest


def _in_sheet(text: str, line: str) -> str:
    """Put a row under the last one of a sheet."""
    row = max(map(int, _ROW.findall(text)), default=0) + 1
    cell = f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{escape(line)}</t></is></c></row>'
    if "</sheetData>" in text:
        return text.replace("</sheetData>", f"{cell}</sheetData>")
    return re.sub(r"<sheetData\s*/>", lambda _: f"<sheetData>{cell}</sheetData>", text)


def _in_page(data: bytes, line: str) -> bytes:
    paragraph = f"<p>{escape(line)}</p>".encode()
    end = [found.start() for found in _PAGE_END.finditer(data)]
    return data[: end[-1]] + paragraph + data[end[-1] :] if end else data + paragraph


def _in_text(data: bytes, line: str) -> bytes:
    """Put the line in the place of the plain one at the end of a text, or under it."""
    told = data.rstrip()
    return told.removesuffix(PLAIN.encode()).rstrip() + f"\n{line}\n".encode()


def _in_picture(data: bytes, line: str) -> bytes:
    """Put a strip with the line under a picture, as wide as that is, and the line into its text, where no letter is lacking."""
    made, told = io.BytesIO(), PngInfo()
    told.add_itxt("Comment", line)
    with Image.open(io.BytesIO(data)) as picture:
        wide, high = picture.size
        with Image.open(io.BytesIO(png(_strip(wide / _ZOOM, line), zoom=_ZOOM))) as strip:
            whole = Image.new("RGB", (wide, high + strip.height), "#ffffff")
            whole.paste(picture, (0, 0))
            whole.paste(strip, (0, high))
        whole.save(made, "PNG", pnginfo=told)
    return made.getvalue()


def _strip(wide: float, line: str) -> str:
    """Return the strip as SVG; its letters are smaller where the line would not fit."""
    ems = sum(1 if ord(letter) > 0xFF else 0.6 for letter in line)
    size = min(_SIZE, max(wide - 2 * _EDGE, 1) / ems)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{_STRIP}" font-family="{FAMILY}">'
        f'<text x="{_EDGE}" y="18" font-size="{size:.2f}" fill="#52606d">{escape(line)}</text></svg>'
    )


def _in_zip(data: bytes, line: str) -> bytes:
    """Put the line into the files of a ZIP, and into one of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, _marked(old.read(info), info.filename.lower().rpartition(".")[2], line))
        new.writestr(NOTE, f"{line}\n")
    return made.getvalue()
