"""A Word file read: its facts, its text in Markdown, its pictures, and the report of what was left out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from content.word.album import Album
from content.word.archive import Refused
from content.word.blocks import Block, Paragraph, Reader
from content.word.captions import with_captions
from content.word.head import without_head
from content.word.headings import with_headings
from content.word.margins import tell_margins
from content.word.markdown import body
from content.word.package import open_package
from content.word.plain import Plain, made_plain
from content.word.report import Report
from content.word.tables import flattened
from content.word.unsettled import refuse_open_changes


@dataclass(frozen=True)
class Manuscript:
    """What a Word file holds; `publish_at` as it is written, pictures by the names that the text uses."""

    title: str
    author: str
    source: str
    publish_at: str
    body: str
    pictures: Mapping[str, bytes]
    report: Report


def read_word(data: bytes, name: str, *, pictures_before: Mapping[str, str] | None = None) -> Manuscript:
    """Return what is in a Word file; `name` is the file's, for what is said about it.

    `pictures_before` gives the names, by sha256, that pictures had in an earlier
    version. Raises Refused for what is no .docx or is locked, and StillOpen where
    changes or comments are open. Macros in a .docm are not read and not kept.
    """
    package = open_package(data, name)
    refuse_open_changes(package)
    report = Report()
    plain = made_plain(package, report)
    tell_margins(package, report)
    if package.macros:
        report.lost("宏", "没有读取，也没有保留")
    album = Album(pictures_before or {})
    blocks, reader = _read(plain, album, report, name)
    without_toc = _without_toc(blocks, report)
    head = without_head(flattened(without_toc, report), report)
    text = body(with_headings(with_captions(head.rest)), reader.note_bodies, report)
    return Manuscript(head.title, head.author, head.source, head.publish_at, text, album.files, report)


def _read(plain: Plain, album: Album, report: Report, name: str) -> tuple[tuple[Block, ...], Reader]:
    from mammoth import docx  # only where a file is read: it takes a tenth of a second

    try:
        document = docx.read(io.BytesIO(plain.data)).value
        reader = Reader(plain.forms, album, report, document.notes)
        return reader.blocks(document.children), reader
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, RecursionError, OSError) as error:
        raise Refused(f"“{name}”的结构不完整，读不出来。请在 Word 里打开，另存为 .docx 再试。") from error


def _without_toc(blocks: tuple[Block, ...], report: Report) -> tuple[Block, ...]:
    """Leave out a table of contents: its page numbers mean nothing in an article."""
    toc = [block for block in blocks if isinstance(block, Paragraph) and block.form.kind == "toc"]
    if toc:
        report.lost("目录", "没有带过来", detail=" ".join(block.text for block in toc))
    return tuple(block for block in blocks if block not in toc)
