"""Weekly reports exactly once: planned with their facts frozen, then made one by one; one that fails stops no other.

A plan writes a row for each community of the week, and one for each street's pack. Whatever breaks
while files are made, the row is still there and is made again; other facts make the next version and the old one stays.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateError
from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import Session, aliased
from xlsxwriter.exceptions import XlsxWriterException

from content import control, watermark
from content.db import Store
from content.models import Event
from content.place_models import Place
from content.weekly_book import workbook
from content.weekly_facts import Facts, facts_of
from content.weekly_page import page
from content.weekly_street import Street, archive, index, picture, text
from content.weeks import Week, week_of
from content.word.placing import write_whole
from scheduler.models import Report
from scheduler.reporting import FOLDER
from scheduler.targets import Contract
from scheduler.weekly_gather import gather

log = logging.getLogger(__name__)

COMMUNITY, STREET = "社区周报", "街道周报"  # the kinds of reports: one community's, and a street's pack
KINDS = (COMMUNITY, STREET)
PLANNED, MADE, FAILED = "planned", "made", "failed"
STATES = {PLANNED: "待生成", MADE: "已生成", FAILED: "没有做成"}
AGAIN_AFTER = timedelta(minutes=10)  # what failed is tried again
SYSTEM = "系统"
PLANNING = "weekly-planning"  # the control that one plan holds at a time
TROUBLE = (OSError, ValueError, LookupError, TypeError, ArithmeticError, TemplateError, XlsxWriterException)


class Planned(NamedTuple):
    """The newest version of a report that is there: its row, its version, its state and what its facts come to."""

    id: int
    version: int
    state: str
    sha256: str


def plan(session: Session, week: Week, contract: Contract, *, by: str, now: datetime, compare: bool = False) -> int:
    """Write a row for each community whose facts of a week are new, and for their streets' packs; return how many.

    The same facts again write nothing, so that it may be asked for as often as one likes.
    """
    control.write(session, PLANNING, week.name, by=by, now=now)  # whoever plans at the same moment waits here
    there = newest(session, COMMUNITY, week.name)
    rows, streets = [], {}
    for facts in gather(session, week, contract, compare=compare):
        sha256, before = hashlib.sha256(facts.key().encode()).hexdigest(), there.get(facts.code)
        if before and before.sha256 == sha256:
            continue
        rows.append(_row(COMMUNITY, facts.code, week, before, sha256, facts.to_json(), by, now))
        streets[facts.street_code] = facts
    if rows:
        session.execute(insert(Report), rows)
        plan_packs(session, week, streets.values(), by=by, now=now)
        why = f"{week.in_words} 社区周报：新做 {len(rows)} 份"
        session.add(Event(subject=f"weekly:{week.name}", at=now, by=by, why=why))
    return len(rows)


def plan_packs(session: Session, week: Week, of: Iterable[Facts], *, by: str, now: datetime) -> None:
    """Write a row for the pack of each street that some communities lie in; it is made once they are."""
    there = newest(session, STREET, week.name)
    rows = []
    for facts in of:
        told = {"name": facts.street, "monday": facts.monday, "rule": facts.rule}
        before = there.get(facts.street_code)
        rows.append(_row(STREET, facts.street_code, week, before, "", json.dumps(told, ensure_ascii=False), by, now))
    session.execute(insert(Report), rows)


def newest(session: Session, kind: str, period: str) -> dict[str, Planned]:
    """Return the newest version of each place's report of a week, by the code of the place."""
    columns = (Report.place, Report.id, Report.version, Report.state, Report.sha256)
    query = select(*columns).where(Report.kind == kind, Report.period == period).order_by(Report.version)
    return {row[0]: Planned(*row[1:]) for row in session.execute(query)}


def newest_made(session: Session, code: str, period: str) -> Report | None:
    """Return the newest version of a community's report of a week whose files are there, None where none is."""
    of = (Report.kind == COMMUNITY, Report.place == code, Report.period == period, Report.state == MADE)
    return session.scalar(select(Report).where(*of).order_by(Report.version.desc()).limit(1))


def waiting(session: Session, now: datetime, most: int, *, period: str = "", places: Collection[str] = ()) -> list[int]:
    """Return the rows that are still to be made, communities before their streets; failed ones after ten minutes.

    period, places: only these; whoever names them does not wait for the ten minutes.
    """
    again = Report.state == FAILED
    query = select(Report.id).where(Report.state.in_((PLANNED, FAILED)), Report.kind.in_(KINDS))
    if period:
        query = query.where(Report.period == period)
    else:
        again = and_(again, Report.made_at <= now - AGAIN_AFTER)
    if places:
        query = query.where(Report.place.in_(places))
    query = query.where(or_(Report.state == PLANNED, again), is_newest())
    return list(session.scalars(query.order_by(Report.id).limit(most)))


def make(store: Store, folder: Path, number: int, now: datetime) -> bool:
    """Make the files of one planned report and say whether that went well; what went wrong is written into its row."""
    with store.reading() as session:
        report = session.get_one(Report, number)
        inside = _communities(session, report) if report.kind == STREET else []
    path = FOLDER / report.kind / report.period / report.place / f"v{report.version}"
    try:
        line = watermark.PLAIN  # whoever takes a file out is named in their copy
        files = _pack(folder, report, inside, line) if report.kind == STREET else files_of(facts_of(report.facts), line)
        for name, data in files.items():
            write_whole(folder / path / name, data)
    except TROUBLE as error:
        log.warning("report %s was not made: %s: %s", number, type(error).__name__, error)
        _note(store, number, now, state=FAILED, last_error=_in_words(error))
        return False
    _note(store, number, now, state=MADE, path=path.as_posix(), last_error="")
    if report.kind == COMMUNITY and report.state == FAILED:
        _pack_again(store, report, now)
    return True


def files_of(facts: Facts, line: str) -> dict[str, bytes]:
    """Return a community's files by name: the workbook and the phone page."""
    name = f"{facts.name}周报{facts.week.name}"
    return {f"{name}.xlsx": workbook(facts, line), f"{name}.html": page(facts, line).encode()}


def street_of(report: Report, made: Sequence[Facts], lacking: Sequence[str]) -> Street:
    """Return a street's week from the row of its pack."""
    told = json.loads(report.facts)
    return Street(told["name"], week_of(date.fromisoformat(told["monday"])), told["rule"], made, lacking)


def made_and_lacking(session: Session, report: Report) -> tuple[list[Facts], list[str]]:
    """Return the facts of a street's communities of the pack's week, and the names of those without a report."""
    return _split(_communities(session, report))


def is_newest() -> ColumnElement[bool]:
    """Return the condition that a report has no later version."""
    later = aliased(Report)
    same = (later.kind == Report.kind, later.place == Report.place, later.period == Report.period)
    return ~select(later.id).where(*same, later.version > Report.version).exists()


def _row(
    kind: str, place: str, week: Week, before: Planned | None, sha256: str, facts: str, by: str, now: datetime
) -> dict[str, object]:
    return {
        "kind": kind, "place": place, "period": week.name, "version": before.version + 1 if before else 1, "state": PLANNED,
        "path": "", "sha256": sha256, "facts": facts, "by": by, "made_at": now, "last_error": "",
    }  # fmt: skip


def _communities(session: Session, pack: Report) -> list[tuple[Report, str]]:
    """Return the reports of the communities of a pack's street with their names, in the order of their codes.

    Of each it is the newest version that is made, and only where none is made the newest: a correction that is not
    made yet takes nothing away.
    """
    query = select(Report, Place.name).join(Place, Place.code == Report.place).where(Place.parent == pack.place)
    query = query.where(Report.kind == COMMUNITY, Report.period == pack.period)
    found: dict[str, tuple[Report, str]] = {}
    for report, name in session.execute(query.order_by(Report.place, Report.version)):
        before = found.get(report.place)
        if report.state == MADE or before is None or before[0].state != MADE:
            found[report.place] = (report, name)
    return list(found.values())


def _split(reports: Iterable[tuple[Report, str]]) -> tuple[list[Facts], list[str]]:
    made, lacking = [], []
    for report, name in reports:
        if report.state == MADE:
            made.append(facts_of(report.facts))
        else:
            lacking.append(name)
    return made, lacking


def _pack(folder: Path, report: Report, inside: Sequence[tuple[Report, str]], line: str) -> Mapping[str, bytes]:
    """Return the files of a street: the picture, the text, and the ZIP of all of them with its communities' files."""
    made, lacking = _split(inside)
    street = street_of(report, made, lacking)
    name = f"{street.name}社区周报{street.week.name}"
    own = {f"{name}.png": picture(street, line), f"{name}.txt": text(street, line).encode()}
    files = _inside(folder, inside)
    listed = index(street, [*own, *files], line).encode("utf-8-sig")
    return {**own, f"{name}.zip": archive({"目录.txt": listed, **own, **files})}


def _inside(folder: Path, inside: Sequence[tuple[Report, str]]) -> dict[str, bytes]:
    """Return the communities' files by their names in the ZIP; where two would have one name, the codes tell them apart."""
    there = [
        (one.place, file) for one, _ in inside if one.state == MADE for file in sorted((folder / one.path).iterdir())
    ]
    times = Counter(file.name for _, file in there)

    def name(place: str, file: Path) -> str:
        return file.name if times[file.name] == 1 else f"{file.stem}（{place}）{file.suffix}"

    return {name(place, file): file.read_bytes() for place, file in there}


def _note(store: Store, number: int, now: datetime, **values: object) -> None:
    with store.transaction() as session:
        session.execute(update(Report).where(Report.id == number).values(made_at=now, **values))


def _pack_again(store: Store, report: Report, now: datetime) -> None:
    """Plan a street's pack anew when one of its communities could be made at last."""
    facts = facts_of(report.facts)
    with store.transaction() as session:
        plan_packs(session, facts.week, [facts], by=report.by, now=now)


def _in_words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"文件没有写成：{error.strerror or error}"
    return f"{type(error).__name__}：{error}"[:300]
