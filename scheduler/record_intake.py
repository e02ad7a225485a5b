"""A table of field work taken in whole, in one transaction, or not at all; the same file twice is refused."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content import records
from content.clock import local_day, stamp
from content.closing import MonthClosed, in_words
from content.closing_models import RecordFile
from content.errors import OpsError
from content.field_kinds import KINDS
from content.gazetteer import gazetteer
from content.models import Person
from content.place_names import PlaceNames
from content.record_checks import Twice, check
from content.record_columns import COMPANY, NAMES, PERSON
from content.record_credit import Credit, Credits
from content.record_twins import keys_of
from content.sheets import Table
from content.tables import TableWrong, fault
from content.values import NotUnderstood
from scheduler.record_sheet import Line, Names, lines_of

SHOWN = 50  # faults that are told one by one
ENDING = "-没收进的行"


class RecordsWrong(TableWrong):
    """A table of field work has faults; `bad` are its faulty rows, and nothing of it was taken."""

    def __init__(self, name: str, bad: Sequence[Line]) -> None:
        """Take the file's name and the rows that cannot be taken."""
        self.bad = bad
        faults = [
            fault(name, line.number, "RECORD_ROW", f"{one.cell}：{one.why}") for line in bad for one in line.faults
        ]
        super().__init__(name, faults[:SHOWN])
        more = f"（列出前 {SHOWN} 处）" if len(faults) > SHOWN else ""
        self.args = (
            f"{name} 有 {len(bad)} 行 {len(faults)} 处不对{more}，一行也没有收。请改好再导入；或者只收没有问题的行（网页上打勾，终端加 --skip-bad）。",
        )


@dataclass(frozen=True)
class Wanted:
    """What came with a file: what kind its rows are ("" for itself), why it comes after its month was closed."""

    kind: str = ""
    why: str = ""
    skip_bad: bool = False


@dataclass(frozen=True)
class Taken:
    """What came of a file: how many rows were taken, the others, and what to know of it."""

    rows: int
    bad: Sequence[Line]
    notes: Sequence[str]


def take(session: Session, table: Table, file: Path, wanted: Wanted, person: Person, *, now: datetime) -> Taken:
    """Take in a table of field work by a person; the caller's transaction holds all of it.

    RecordsWrong, and nothing is taken, where a row is wrong, unless those are to be left out.
    """
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if known := session.scalar(select(RecordFile).where(RecordFile.sha256 == digest, RecordFile.undone_at.is_(None))):
        raise OpsError(f"这个文件收过了：{known.name}，{stamp(known.at)}，{known.by}，{known.rows} 条。没有再收。")
    if wanted.kind and wanted.kind not in KINDS:
        raise OpsError(f"没有“{wanted.kind}”这一类，可以写：{'、'.join(KINDS)}。")
    lines, notes = lines_of(table, wanted.kind, _names(session), local_day(now))
    whose = Credits(session, person)
    checked = [_credited(_checked(session, line, wanted, person, now=now), whose) for line in _alone(lines)]
    bad = [line for line, _ in checked if line.draft is None]
    good = [(line.draft, credit) for line, credit in checked if line.draft]
    if bad and not wanted.skip_bad:
        raise RecordsWrong(table.name, bad)
    if not good:
        raise OpsError(f"{table.name} 里没有可以收的行。")
    kinds = "、".join(dict.fromkeys(draft.kind for draft, _ in good))
    try:  # two may bring the same file at one moment
        brought = RecordFile(sha256=digest, name=table.name, kind=kinds, rows=len(good), by=person.name, at=now)
        session.add(brought)
        session.flush()
    except IntegrityError as error:
        raise OpsError("这个文件刚刚有人收过了。没有再收。") from error
    for draft, credit in good:
        records.add(session, person, draft, now=now, credit=credit, file=brought.id)
    back = f"这是台账{brought.id}，收错了可以整份收回：wxops record import --undo {brought.id} --why 原因"
    return Taken(len(good), bad, [f"收进{kinds} {len(good)} 条。", *notes, back])


def bad_lines(bad: Sequence[Line]) -> str:
    """Return the rows that were not taken as CSV: mended, they can be brought again; each ends with why and where."""
    columns = [column for column in NAMES if any(column in line.cells for line in bad)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(NAMES[column] for column in columns), "原因", "位置"])
    for line in bad:
        why = "；".join(one.why for one in line.faults)
        writer.writerow([*(line.cells.get(column, "") for column in columns), why, line.first])
    return "\ufeff" + out.getvalue()


def beside(file: Path) -> Path:
    """Return a new file's name beside a file for the rows that were not taken; none that is there is overwritten."""
    number, target = 1, file.with_name(f"{file.stem}{ENDING}.csv")
    while target.exists():
        number += 1
        target = file.with_name(f"{file.stem}{ENDING}-{number}.csv")
    return target


def _alone(lines: Sequence[Line]) -> list[Line]:
    """Return the rows, with those that say the same once more as wrong."""
    seen: dict[object, str] = {}
    found = []
    for line in lines:
        twice = ""
        for key in keys_of(line.draft) if line.draft else ():
            twice = seen.setdefault(key, line.first) if seen.get(key, line.first) != line.first else twice
            seen.setdefault(key, line.first)
        found.append(line.wrong(f"和 {twice} 是同一次，写了两遍") if twice else line)
    return found


def _checked(session: Session, line: Line, wanted: Wanted, person: Person, *, now: datetime) -> Line:
    """Return a row that the rules of field work let in, or why they do not."""
    if line.draft is None:
        return line
    try:
        return replace(line, draft=check(session, person, replace(line.draft, why=wanted.why.strip()), now=now))
    except Twice as twice:
        same = "同一个群" if KINDS[line.draft.kind].twin == "name" else "同一次"
        where = "、".join(spot.shown for spot in twice.places) if twice.rest else ""
        change = f"，人数变了请更正记录{twice.other.id}" if same == "同一个群" else ""
        return line.wrong(f"{where}和记录{twice.other.id}是{same}，已经记过了（{twice.other.by}）{change}")
    except MonthClosed as closed:
        return line.wrong(f"{in_words(closed.month)}已经封存，要写补录的原因（终端加 --why）")
    except OpsError as error:
        return line.wrong(str(error).partition("。")[0])


def _credited(line: Line, known: Credits) -> tuple[Line, Credit | None]:
    """Return a row with whose work it is, or as one that is wrong where nobody is called so."""
    try:
        person, names = known.person(line.cells.get(PERSON, ""))
    except NotUnderstood as error:
        return line.wrong(str(error), PERSON), None
    try:
        return line, Credit(person, known.company(line.cells.get(COMPANY, ""), person), names)
    except NotUnderstood as error:
        return line.wrong(str(error), COMPANY), None


def _names(session: Session) -> Names:
    """Return the places of a day by their names, each day's looked up once."""
    known: dict[date, PlaceNames] = {}

    def names(day: date) -> PlaceNames:
        if day not in known:
            known[day] = PlaceNames(gazetteer(session, day))
        return known[day]

    return names
