"""places.csv after a change of places: only the lines that the change is about are other ones, and the encoding stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from content.place_changes import New
from content.place_table import COLUMNS, COMMUNITY, FILE, PlaceFile, head_of, parse
from content.tables import XLSX, TableWrong, there
from content.word.placing import write_whole


def agreed(workspace: Path, gone: Collection[str], news: Sequence[New], parent: str) -> str:
    """Write a change into the workspace's places.csv; return what was done, or which rows a person must change.

    gone: the codes that are there no more. news: those that are new or have another name, below `parent`.
    """
    file = there(workspace / FILE)
    by_hand = _by_hand(file.name, gone, news, parent)
    if not file.is_file():
        return f"工作区里没有 {FILE}，只改了数据库。"
    if file.suffix == XLSX:
        return by_hand
    try:
        data = file.read_bytes()
        table = parse(data, file.name)
        written = rewritten(data, table, gone, {new.code: new.name for new in news}, parent)
        parse(written, file.name)
        write_whole(file, written)
    except (TableWrong, OSError):
        return by_hand
    return f"{file.name} 已经照着改好：删去 {len(gone)} 行，新的和改名的 {len(news)} 行。"


def rewritten(data: bytes, table: PlaceFile, gone: Collection[str], names: Mapping[str, str], parent: str) -> bytes:
    """Return the bytes of a table without the codes that are gone, with these names by code; new ones follow their street."""
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
        text = data.decode(encoding)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = head_of(lines)
    fresh = [code for code in names if code not in {row.code for row in table.rows}]
    of_street = [row.line for row in table.rows if parent in (row.code, row.parent)]
    after = max(of_street, default=len(lines))
    written: list[str] = []
    by_line = {row.line: row for row in table.rows}
    for number, line in enumerate(lines, 1):
        row = by_line.get(number)
        if row and row.code in names and row.name != names[row.code]:
            line = _renamed(line, head, names[row.code])
        if row is None or row.code not in gone or row.code in names:
            written.append(line)
        if number == after:
            written += [_new(head, code, names[code], parent) for code in fresh]
    return end.join(written).encode(encoding)


def _renamed(line: str, head: Sequence[str], name: str) -> str:
    cells = next(csv.reader([line]))
    cells[head.index("name")] = name
    return _joined(cells)


def _new(head: Sequence[str], code: str, name: str, parent: str) -> str:
    values = {"code": code, "level": COMMUNITY, "name": name, "parent_code": parent}
    return _joined([values.get(column, "") for column in head])


def _joined(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _by_hand(name: str, gone: Collection[str], news: Sequence[New], parent: str) -> str:
    told = [f"删去代码 {code} 那一行" for code in gone if code not in {new.code for new in news}]
    told += [f"写上 {','.join([new.code, COMMUNITY, new.name, parent])}（没有这一行就加，有就改名称）" for new in news]
    return f"请改 {name}，列是 {','.join(COLUMNS)}：{'；'.join(told)}。在那以前数据库照新的，不会改回去。"
