"""The pages of field work: the list, one record with its evidence and its trail, and the upload of photographs and sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import fielding
from bot.console.pages import page
from bot.login import demand, go
from bot.wiring import Parts
from content import assignments, closing, evidence, records
from content.assignments import FIELD
from content.clock import local_day, stamp
from content.errors import OpsError
from content.field_kinds import KINDS
from content.folders import MONTH
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import reached
from content.models import Event, Person
from content.months import next_month
from content.paper import Evidence
from content.place_table import DISTRICT, STREET
from content.record_models import Record
from content.record_views import View, views
from content.record_words import subject
from scheduler.event_users import agreements, key_of

NEWEST = 200  # records on one page
MONTHS = 15  # that the list offers: a contract year and what is around it
SAID = {
    "proven": "材料已收下。",
    "corrected": "已更正。",
    "void": "已作废，不再计数。",
    "retired": "已解散，不再计数。",
}


@dataclass(frozen=True)
class Proof:
    """A piece of evidence as the page shows it: its number, its name, by whom and when; why it is not there."""

    number: int
    name: str
    by: str
    at: str
    is_picture: bool
    trouble: str


def add_records(console: Blueprint, parts: Parts) -> None:
    """Add the list, the page of a record and the targets of its forms."""

    @console.get("/records")
    def list_records() -> Response:
        return _list(parts, demand(FIELD))

    @console.get("/records/<int:number>")
    def record(number: int) -> Response:
        demand(FIELD)
        return _show(parts, number, said=SAID.get(request.args.get("said", ""), ""))

    @console.get("/records/<int:number>/upload")
    def upload_page(number: int) -> Response:
        demand(FIELD)
        return _show(parts, number, uploading=True)

    _add_deeds(console, parts)


def _add_deeds(console: Blueprint, parts: Parts) -> None:
    @console.post("/records/months")
    def close_month() -> Response:
        person, month, why = demand(FIELD), request.form.get("month", ""), request.form.get("why")
        try:
            if why is None:
                fielding.close(parts, month, by=person.name)
            else:
                fielding.reopen(parts, month, why, by=person.name)
        except OpsError as error:
            return _list(parts, person, error=str(error), status=422)
        return go(f"/console/records?month={month}")

    @console.post("/records/<int:number>/upload")
    def upload_evidence(number: int) -> Response:
        given = [(one.filename or "", one.read()) for one in request.files.getlist("scan") if one.filename]
        why = request.form.get("why", "")
        return _done(parts, number, "proven", lambda by: fielding.prove(parts, number, given, by=by, why=why))

    @console.post("/records/<int:number>/correct")
    def correct_record(number: int) -> Response:
        words, why = request.form.get("words", ""), request.form.get("why", "")
        return _done(parts, number, "corrected", lambda by: fielding.correct(parts, number, words, by=by, why=why))

    @console.post("/records/<int:number>/retire")
    def retire_group(number: int) -> Response:
        why, day = request.form.get("why", ""), request.form.get("day", "")
        return _done(parts, number, "retired", lambda by: fielding.retire(parts, number, why, day, by=by))

    @console.post("/records/<int:number>/void")
    def void_record(number: int) -> Response:
        why = request.form.get("why", "")
        return _done(parts, number, "void", lambda by: fielding.void(parts, number, why, by=by))


def proof(row: Evidence) -> Proof:
    """Return a piece of evidence as pages show it."""
    waits = "" if row.path else "还在取" if row.try_at else "取不到了，请重新交"
    name = row.name or ("照片" if row.media_id else "材料")
    is_picture = row.path.endswith((".jpg", ".png", ".gif", ".webp"))
    return Proof(row.id, name, row.by, stamp(row.sent_at), is_picture, waits)


def demand_evidence(parts: Parts, row: Evidence) -> None:
    """Stop whoever does not see the record that a piece of evidence belongs to, as if there were none."""
    person = demand(FIELD)
    with parts.store.reading() as session:
        _named(session, int(row.subject.partition(":")[2]), person, parts)


def _done(parts: Parts, number: int, said: str, act: Callable[[str], str]) -> Response:
    by = demand(FIELD).name
    try:
        act(by)
    except OpsError as error:
        return _show(parts, number, error=str(error), status=422)
    return go(f"/console/records/{number}?said={said}")


@dataclass(frozen=True)
class Found:
    """What the list shows for its filters: all views, how many there are, and what was chosen."""

    views: Sequence[View]
    total: int
    kind: str
    month: str
    place: str
    flagged: bool
    offered: Sequence[tuple[str, str]]


def found(parts: Parts, person: Person, limit: int | None = None) -> Found:
    """Return the records that the request asks for, at most so many."""
    today = local_day(parts.clock.now())
    kind, month, place, flagged = (request.values.get(name, "") for name in ("kind", "month", "place", "flagged"))
    kind = kind if kind in KINDS else ""
    month = month if month == "all" or MONTH.fullmatch(month) else f"{today:%Y-%m}"
    with parts.store.reading() as session:
        known = gazetteer(session, today)
        offered = _offered(session, person, known, parts)
        chosen = next((spot for spot in offered if spot.code == place), None)
        inside = reached(session, [chosen], today) if chosen else ()
        query = records.listed(
            session, person, now=parts.clock.now(), kind=kind, month="" if month == "all" else month, places=inside
        )
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        listed = views(session, session.scalars(query if flagged else query.limit(limit)).all())
    if flagged:
        listed = [one for one in listed if one.flags]
        total = len(listed)
    names = [(spot.code, known.full(spot)) for spot in offered]
    return Found(listed[:limit], total, kind, month, chosen.code if chosen else "", bool(flagged), names)


def _list(parts: Parts, person: Person, *, error: str = "", status: int = 200) -> Response:
    today, shown = local_day(parts.clock.now()), found(parts, person, NEWEST)
    with parts.store.reading() as session:
        mine = assignments.in_words(session, person, today)
        is_closed, closings = shown.month in closing.closed_months(session), closing.trail(session, shown.month)
    may_close = person.role in closing.CLOSERS and shown.month != "all" and shown.month < f"{today:%Y-%m}"
    return page(
        "records", status=status, found=shown, newest=NEWEST, kinds=list(KINDS), mine=mine,
        months=[next_month(f"{today:%Y-%m}", -back) for back in range(MONTHS)], is_liaison=person.role == "liaison", error=error,
        is_closed=is_closed, closings=closings, may_close=may_close,
    )  # fmt: skip


def _offered(session: Session, person: Person, known: Gazetteer, parts: Parts) -> Sequence[Spot]:
    """Return the places that the list can be narrowed to: a liaison's own, all streets for the others."""
    if person.role in assignments.EVERYWHERE:
        return [spot for spot in known.places if spot.level in (DISTRICT, STREET)]
    return assignments.places_of(session, person, local_day(parts.clock.now()), known)


def _show(
    parts: Parts, number: int, *, said: str = "", error: str = "", uploading: bool = False, status: int = 200
) -> Response:
    person: Person = g.person
    with parts.store.reading() as session:
        record = _named(session, number, person, parts)
        (view,) = views(session, [record], full=True)
        proofs = [proof(row) for row in evidence.of(session, subject(record))]
        query = select(Event).where(Event.subject == subject(record)).order_by(Event.id)
        trail = [(stamp(event.at), event.by, event.why) for event in session.scalars(query)]
        agreement = agreements(session).get(key_of(view.more.get("code", ""))) if "code" in view.more else None
        may_prove = records.may_prove(session, record, person, now=parts.clock.now())
        may_change, is_closed = records.may_change(record, person), closing.is_closed(session, record.day)
    return page(
        "record", status=status, view=view, proofs=proofs, trail=trail, may_change=may_change, may_prove=may_prove, said=said, error=error,
        agreement=agreement, is_closed=is_closed, uploading=uploading, entered=stamp(view.at), more=[(*one, _where(view.more, one[0])) for one in view.told],
    )  # fmt: skip


def _where(more: Mapping[str, str], name: str) -> str:
    """Return where a fact of this name leads to, "" for nowhere."""
    return more["link"] if name == "链接" else f"/console/articles/{more['article']}" if name == "文章" else ""


def _named(session: Session, number: int, person: Person, parts: Parts) -> Record:
    try:
        return records.named(session, number, person, now=parts.clock.now())
    except OpsError as error:
        abort(404, str(error))
