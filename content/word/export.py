"""An article as a Word file with its pictures beside it, for posting on another platform by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn

from content.word.htmltree import tree
from content.word.identity import slug
from content.word.page import Page

PICTURES_FOLDER = "图片"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name: the same article gives the same bytes


@dataclass(frozen=True)
class Piece:
    """An article to be exported: its HTML, and its pictures (file name, bytes) by the address the HTML has for them.

    `others` are pictures that are not in the text, such as the cover.
    """

    title: str
    author: str
    html: str
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    others: Mapping[str, bytes] = field(default_factory=dict)


def as_zip(piece: Piece) -> bytes:
    """Return a ZIP with the Word file and the pictures in the order of the text."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{slug(piece.title)}.docx", as_word(piece))
        for number, (name, data) in enumerate(piece.pictures.values(), 1):
            _add(archive, f"{PICTURES_FOLDER}/{number:02d}-{_plain(name)}", data)
        for name, data in piece.others.items():
            _add(archive, f"{PICTURES_FOLDER}/{_plain(name)}", data)
    return made.getvalue()


def as_word(piece: Piece) -> bytes:
    """Return the article as a Word file; links that lead out are numbered notes at its end."""
    document = Document()
    _dress(document)
    document.core_properties.title = piece.title[:255]  # the end that the format sets
    document.core_properties.author = piece.author[:255]
    document.add_heading(piece.title, 0)
    if piece.author:
        document.add_paragraph(f"作者：{piece.author}")
    Page(document, piece.pictures).write(tree(piece.html))
    made = io.BytesIO()
    document.save(made)
    return _undated(made)


def _dress(document: DocumentObject) -> None:
    """Give Chinese text a Chinese font: without one Word takes whatever the template's language has."""
    for style in ("Normal", "Title", *(f"Heading {level}" for level in range(1, 7))):
        properties = document.styles[style].element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), "宋体" if style == "Normal" else "黑体")


def _undated(word: io.BytesIO) -> bytes:
    """Return a Word file whose parts do not say when they were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(word) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            _add(archive, name, old.read(name))
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


def _plain(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
