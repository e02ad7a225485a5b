"""The table of places that people edit, taken into the database: checked whole, and the same file twice changes nothing."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.article import Problem
from content.clock import local_day
from content.errors import WrongUse
from content.lineage_models import PlaceChange
from content.models import Event
from content.place_models import Place
from content.tables import Line, TableWrong, cell_name, damaged, fault, lines_in, there

DISTRICT, STREET, COMMUNITY = "district", "street", "community"
LEVELS = {
    DISTRICT: DISTRICT, "区": DISTRICT, STREET: STREET, "街道": STREET, "街": STREET, COMMUNITY: COMMUNITY, "社区": COMMUNITY,
}  # fmt: skip
IN_WORDS = {DISTRICT: "区", STREET: "街道", COMMUNITY: "社区"}
ABOVE = {STREET: DISTRICT, COMMUNITY: STREET}
COLUMNS = {
    "code": ("代码",), "level": ("级别",), "name": ("名称",), "parent_code": ("上级代码", "parent"), "short": ("简称",),
}  # fmt: skip
NEEDED = ("code", "level", "name", "parent_code")
FILE = "places.csv"
NAMED = 12  # places that one sentence names


@dataclass(frozen=True)
class PlaceRow:
    """One row of the table, as it was typed; `cells` names the cell of each column."""

    code: str
    level: str
    name: str
    parent: str
    short: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class PlaceFile:
    """A table that was read and is right: its rows, and the sha256 of its bytes."""

    name: str
    rows: Sequence[PlaceRow]
    sha256: str


@dataclass(frozen=True)
class Loaded:
    """What a table has changed: the names of what is new, what has another name or parent, what is not in it any more.

    retired: whether what is not in the table any more was ended. kept: what the table still has as it was before it
    was split, merged or renamed, which is not undone.
    """

    added: Sequence[str]
    changed: Sequence[str]
    missing: Sequence[str]
    retired: bool
    kept: Sequence[str] = ()

    def __str__(self) -> str:
        """Return it as a sentence."""
        told = [
            f"新增 {len(self.added)} 个" if self.added else "",
            f"改动 {some(self.changed)}" if self.changed else "",
        ]
        if self.missing:
            told.append(f"表里不再有的{'已撤销' if self.retired else '没有动'}：{some(self.missing)}")
        if self.kept:
            told.append(f"表里还是旧的，没有照它改：{some(self.kept)}，请改表")
        return "，".join(filter(None, told)) or "没有变化"


def read(workspace: Path) -> PlaceFile:
    """Return a workspace's table of places, CSV (UTF-8 or GBK) or XLSX; TableWrong with all of its faults at once.

    WrongUse when there is none.
    """
    file = there(workspace / FILE)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file.name} 读不出：{error.strerror or error}。表头是 {','.join(COLUMNS)}。") from error
    return parse(data, file.name)


def parse(data: bytes, name: str) -> PlaceFile:
    """Return the table that a file's bytes are; TableWrong with all of its faults."""
    lines = [line for line in lines_in(data, name) if not line[1][0].startswith("#")]
    head = [_column(cell) for cell in lines[0][1]] if lines else []
    if missing := [column for column in NEEDED if column not in head]:
        message = f"第一行缺少这些列：{'、'.join(missing)}。第一行应是 {','.join(COLUMNS)}（简称可以不写）。"
        raise TableWrong(name, [fault(name, lines[0][0] if lines else 1, "TABLE_HEADER", message)])
    rows = [_row(line, head) for line in lines[1:]]
    broken = [problem for line in lines[1:] for problem in damaged(line, name)]
    if problems := [*broken, *_problems(rows, name)]:
        raise TableWrong(name, sorted(problems, key=lambda problem: problem.line))
    return PlaceFile(name, rows, hashlib.sha256(data).hexdigest())


def load(session: Session, table: PlaceFile, *, by: str, now: datetime, retire: bool = False) -> Loaded:
    """Take a table into the database by its codes, and return what has changed; what is not in it stays.

    retire: end what is not in the table any more, from today on. What ended and is in the table again holds again,
    unless it was split or merged; what was renamed keeps its new name.
    """
    known = {place.code: place for place in session.scalars(select(Place)).all()}
    renamed = _former(session)
    added, changed, kept = [], [], []
    for row in table.rows:
        place = known.get(row.code)
        if place and place.active_to and place.successor:
            kept.append(f"{row.code} {row.name}（已经变动）")
            continue
        if place and (olds := renamed.get(place.id)):
            if row.name != place.name and row.name in olds:
                kept.append(f"{row.code} {row.name}（已经改名 {place.name}）")
                row = replace(row, name=place.name)
            row = replace(row, short=_with_olds(row.short, place.short, olds))
        if place is None:
            place = Place(code=row.code, level=LEVELS[row.level.lower()], name=row.name, parent=row.parent)
            session.add(place)
            added.append(row.name)
        elif told := _difference(place, row):
            session.add(Event(subject=f"place:{row.code}", at=now, by=by, why=f"{table.name}：{told}"))
            changed.append(f"{row.name}（{told}）")
        place.level, place.name, place.parent = LEVELS[row.level.lower()], row.name, row.parent
        place.short, place.active_to = row.short, None
    codes, today = {row.code for row in table.rows}, local_day(now)
    gone = [place for code, place in known.items() if code not in codes and place.active_to is None]
    for place in gone if retire else ():
        place.active_to = today
        session.add(Event(subject=f"place:{place.code}", at=now, by=by, why=f"{table.name} 里不再有，撤销"))
    session.flush()
    return Loaded(added, changed, [place.name for place in gone], retire, kept)


def _former(session: Session) -> dict[int, set[str]]:
    """Return the official names that rows had before they were renamed, also by a split or merge in which they go on."""
    query = select(PlaceChange.old_id, PlaceChange.old_name).where(PlaceChange.old_id == PlaceChange.new_id)
    found: dict[int, set[str]] = {}
    for number, name in session.execute(query.where(PlaceChange.old_name != PlaceChange.new_name)):
        found.setdefault(number, set()).add(name)
    return found


def _with_olds(short: str, before: str, olds: Collection[str]) -> str:
    """Return the short names of a table with those that a row has because it was called so: a table knows nothing of them."""
    words = [word for word in before.split("、") if word and any(name.startswith(word) for name in olds)]
    return "、".join(filter(None, (short, *(word for word in words if word not in short))))


def some(names: Sequence[str]) -> str:
    """Return names as a sentence holds them, and how many more there are."""
    more = f"等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def _difference(place: Place, row: PlaceRow) -> str:
    told = [
        f"{place.name} 改名" if place.name != row.name else "",
        f"级别 {IN_WORDS.get(place.level, place.level)}→{IN_WORDS[LEVELS[row.level.lower()]]}"
        if place.level != LEVELS[row.level.lower()]
        else "",
        f"上级 {place.parent}→{row.parent}" if place.parent != row.parent else "",
        f"简称 {place.short or '无'}→{row.short or '无'}" if place.short != row.short else "",
        "恢复" if place.active_to else "",
    ]
    return "，".join(filter(None, told))


def head_of(lines: Sequence[str]) -> list[str]:
    """Return the columns of a table in CSV, in their order, by our names for them."""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return [_column(cell) for cell in next(csv.reader([first]), [])]


def _column(cell: str) -> str:
    plain = cell.strip().lower()
    return next((column for column, others in COLUMNS.items() if plain == column or plain in others), plain)


def _row(line: Line, head: Sequence[str]) -> PlaceRow:
    number, cells = line
    values = dict(zip(head, cells, strict=False))
    names = {column: cell_name(head.index(column), number) for column in NEEDED}
    code, level, name, parent, short = (values.get(column, "") for column in COLUMNS)
    return PlaceRow(code, level, name, parent, short, number, names)


def _problems(rows: Sequence[PlaceRow], file: str) -> Iterator[Problem]:
    """Yield everything that is wrong with the rows."""
    levels = {row.code: LEVELS.get(row.level.lower(), "") for row in rows}
    seen: dict[str, PlaceRow] = {}
    for row in rows:
        for message in _wrong(row, levels, seen):
            yield fault(file, row.line, "TABLE_PLACE", message)
        seen.setdefault(row.code, row)


def _wrong(row: PlaceRow, levels: dict[str, str], seen: dict[str, PlaceRow]) -> Iterator[str]:
    at = row.cells
    for column in ("code", "name"):
        if not getattr(row, column):
            yield f"{at[column]} 是空的，请填写{COLUMNS[column][0]}。"
    if row.code and (first := seen.get(row.code)):
        yield f"{at['code']} 的代码“{row.code}”和 {first.cells['code']}（{first.name}）重复，请改成各自的代码。"
    level = LEVELS.get(row.level.lower(), "")
    if not level:
        yield f"{at['level']} 的级别“{row.level}”不认识，可以写：district（区）、street（街道）、community（社区）。"
    elif level in ABOVE and not row.parent:
        yield f"{at['parent_code']} 是空的，请填写“{row.name}”的上级代码。"
    elif level in ABOVE and row.parent not in levels:
        yield f"{at['parent_code']} 的上级代码“{row.parent}”在表里没有，请核对，或补上这一行。"
    elif level in ABOVE and levels[row.parent] not in ("", ABOVE[level]):
        is_now = IN_WORDS[levels[row.parent]]
        yield f"{at['parent_code']} 的上级“{row.parent}”是{is_now}，{IN_WORDS[level]}的上级应是{IN_WORDS[ABOVE[level]]}。"
