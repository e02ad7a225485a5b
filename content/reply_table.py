"""Adding rows to replies.csv: in the form the file has, and without losing anything that somebody wrote there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from content.errors import FilesWrong
from content.finding import REPLIES_FILE
from content.replies import COLUMNS, Replies, Reply, read_replies
from content.tables import XLSX, lines_in, there

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Merged:
    """A table with rows added: its file and bytes, what came in, and what stayed as somebody had written it."""

    file: Path
    data: bytes
    added: tuple[Reply, ...]
    kept: tuple[Reply, ...]


def merged(folder: Path, rows: Sequence[Reply], usual: Replies) -> Merged:
    """Return a workspace's table with these rows; one that is there wins, unless it is still one of the `usual` ones.

    FilesWrong for a table that has faults: it is to be mended first.
    """
    file, mine = there(folder / REPLIES_FILE), read_replies(folder)
    if not mine.is_whole:
        raise FilesWrong(f"{file.name} 有要改的地方，没有改动。请运行 wxops check，改好后再来一次。")
    data = file.read_bytes() if mine.there else b""
    lines = [list(cells) for _, cells in lines_in(data, file.name)] if data.strip() else [list(COLUMNS.values())]
    starts = {number: at for at, (number, _) in enumerate(lines_in(data, file.name))} if data.strip() else {}
    head = next(cells for cells in lines if not cells[0].startswith("#"))
    by_key = {row.key: row for row in (mine.rows if mine.there else ())}
    untouched = {(row.key, row.kind, row.text) for row in usual.rows}
    added, kept = [], []
    for row in (_readable(row, head) for row in rows):
        old = by_key.get(row.key)
        if old and (old.kind, old.text) == (row.kind, row.text):
            continue
        if old and (old.key, old.kind, old.text) not in untouched:
            kept.append(row)
            continue
        if old and old.line in starts:
            lines[starts[old.line]] = _cells(row, head)
        else:
            lines.append(_cells(row, head))
        by_key[row.key] = replace(row, line=old.line if old else 0)
        added.append(row)
    return Merged(file, _written(lines, file, data) if added else data, tuple(added), tuple(kept))


def _readable(row: Reply, head: Sequence[str]) -> Reply:
    """Return a row that is not read back as a remark: a # that would begin its line is a ＃, which readers' # equals."""
    if not _cells(row, head)[0].lstrip().startswith("#"):
        return row
    if _column(head[0]) == "keyword":
        return replace(row, keyword=f"＃{row.keyword.lstrip()[1:]}")
    return replace(row, text=f"＃{row.text.lstrip()[1:]}")


def _cells(row: Reply, head: Sequence[str]) -> list[str]:
    """Return a row's cells in the order of the head; columns that are not ours stay empty."""
    told = {"keyword": row.keyword, "match": row.match.value, "kind": row.kind.value, "reply": row.text}
    return [told.get(_column(cell), "") for cell in head]


def _column(cell: str) -> str:
    """Return the name of a column by its head, "" for one that is not ours."""
    names = {name: english for english, chinese in COLUMNS.items() for name in (english, chinese)}
    return names.get(cell.strip().lower(), "")


def _written(lines: Sequence[Sequence[str]], file: Path, before: bytes) -> bytes:
    if file.suffix == XLSX:
        from content.spreadsheet import bytes_of  # openpyxl, only where there is one

        return bytes_of(lines)
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\r\n" if b"\r\n" in before else "\n").writerows(lines)
    return made.getvalue().encode(_encoding(before), errors="replace")


def _encoding(data: bytes) -> str:
    """Return the encoding of a table; a new one is marked, so that spreadsheet programs read it right."""
    if not data or data.startswith(_BOM):
        return "utf-8-sig"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
