"""What of the weekly reports was delivered: recorded by who, when and how; a folder of files is no delivery.

A report of one community and week counts once, whatever its versions and however often it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from content import evidence
from content.errors import OpsError
from content.gazetteer import Gazetteer, Spot
from content.models import Event
from content.place_models import Place
from content.weeks import Week
from scheduler.behind import Row
from scheduler.models import Report
from scheduler.sending_models import LINK, Delivery, Sending
from scheduler.weekly_reports import COMMUNITY, FAILED, KINDS, MADE, is_newest

PICTURE = "发群截图"
LOOKED_AT = 8  # weeks back that alarms look at


@dataclass(frozen=True)
class Sent:
    """One sending as it was recorded: its row, how many reports it delivered, and the communities without one yet.

    again: how many of them replace an older version that was delivered. is_old: it was recorded before.
    """

    sending: Sending
    count: int
    lacking: Sequence[str]
    again: int = 0
    is_old: bool = False


class One(NamedTuple):
    """A community's report of a week that is made, as far as delivery matters."""

    report: int
    version: int
    facts: str


def record(
    session: Session, known: Gazetteer, spot: Spot, week: Week, way: str, *, by: str, now: datetime, version: int = 0
) -> Sent:
    """Record that the newest reports that are made of a place's communities reached its people; the same again is one.

    known: the places of that week. version: the one that was seen, 0 for the newest that is made. OpsError where none
    of them is made yet: what is not there cannot have been sent.
    """
    inside = {one.code: one for one in known.below(spot)}
    made = _made(session, week, list(inside), version)
    if not made:
        raise OpsError(
            f"{spot.shown} {week.name} 的周报还没有生成，没有记。先生成：wxops report weekly --week {week.name}"
        )
    lacking = [one.shown for code, one in inside.items() if code not in made]
    live = _live_sendings(session, spot.code, week.name, way)
    for number, reports in live.items():
        if reports >= {one.report for one in made.values()}:
            return Sent(session.get_one(Sending, number), len(made), lacking, is_old=True)
    had: dict[str, int] = {}
    for row in _delivered(session, Report.period == week.name):
        had[row.place] = max(row.version, had.get(row.place, 0))
    sending = Sending(kind=COMMUNITY, place=spot.code, period=week.name, way=way, by=by, at=now)
    session.add(sending)
    session.flush()
    session.add_all(
        Delivery(sending_id=sending.id, report_id=one.report, day=date.fromisoformat(json.loads(one.facts)["to_day"]))
        for one in made.values()
    )
    why = f"{spot.shown} {week.name} 周报 {len(made)} 份，{way}"
    session.add(Event(subject=subject(sending), at=now, by=by, why=why))
    session.flush()
    return Sent(
        sending, len(made), lacking, again=sum(had.get(code, one.version) < one.version for code, one in made.items())
    )


def revoke(session: Session, number: int, why: str, *, by: str, now: datetime) -> Sending:
    """Take a sending back that was recorded by mistake; its reports count no more unless another one delivered them."""
    sending = session.get(Sending, number)
    if sending is None:
        raise OpsError(f"没有第 {number} 次送达。")
    if not why.strip():
        raise OpsError("撤销送达要写理由。")
    if sending.revoked_at:
        raise OpsError(f"第 {number} 次送达已经撤销了。")
    sending.revoked_at = now
    evidence.unwanted(session, subject(sending))
    session.add(Event(subject=subject(sending), at=now, by=by, why=f"撤销：{why.strip()}"))
    return sending


def subject(sending: Sending) -> str:
    """Return the name under which a sending's trail and evidence are kept."""
    return f"sending:{sending.id}"


def needs_picture(sending: Sending) -> bool:
    """Say whether a sending is proven by a screenshot; a link that was opened is its own proof."""
    return sending.way != LINK


def sendings(session: Session, *, period: str = "", place: str = "", most: int = 100) -> list[Sending]:
    """Return the sendings of a week and place, newest first, those taken back included."""
    query = select(Sending).where(Sending.kind == COMMUNITY)
    if period:
        query = query.where(Sending.period == period)
    if place:
        query = query.where(Sending.place == place)
    return list(session.scalars(query.order_by(Sending.id.desc()).limit(most)))


# what counts ---------------------------------------------------------------------------------------------------------


def delivered(session: Session, first: date, last: date) -> int | None:
    """Count the communities' weeks that were delivered, each once; None where no report was ever planned."""
    if session.scalar(select(Report.id).where(Report.kind == COMMUNITY).limit(1)) is None:
        return None
    pairs = _pairs(Delivery.day.between(first, last)).subquery()
    return session.scalar(select(func.count()).select_from(pairs)) or 0


def rows(session: Session, first: date, last: date) -> list[Row]:
    """Return one row for each community and week that was delivered, with what its proof lacks and who owes it."""
    found = _delivered(session, Delivery.day.between(first, last))
    names = dict(session.execute(select(Place.code, Place.name)).tuples().all())
    proven = evidence.proven(session, {f"sending:{row.sending}" for row in found})
    best: dict[tuple[str, str], Row] = {}
    for row in found:
        of = f"sending:{row.sending}"
        lacks = () if row.way == LINK or of in proven else (PICTURE,)
        made = Row(
            row.day,
            f"社区周报 {row.period}，{row.way}，{row.by}",
            names.get(row.place, row.place),
            1,
            of,
            lacks,
            row.by,
        )
        if (before := best.get((row.place, row.period))) is None or (before.lacks and not lacks):
            best[row.place, row.period] = made
    return list(best.values())


# what is wrong -------------------------------------------------------------------------------------------------------


def failed(session: Session, since: str) -> list[tuple[str, str]]:
    """Return the names and weeks of the communities and streets whose newest report could not be made, from a week on."""
    query = select(Place.name, Report.period).join(Place, Place.code == Report.place)
    query = query.where(Report.period >= since, Report.state == FAILED, Report.kind.in_(KINDS), is_newest())
    return [(name, period) for name, period in session.execute(query.order_by(Report.period, Report.place))]


def outdated(session: Session, since: str) -> list[tuple[str, str]]:
    """Return the names and weeks of the communities that got an older version than the newest that is made."""
    old, new = aliased(Report), aliased(Report)
    got = _pairs(Report.period >= since).subquery()
    has_newest = (
        select(Delivery.id)
        .join(Sending, Sending.id == Delivery.sending_id)
        .where(Delivery.report_id == new.id, Sending.revoked_at.is_(None))
        .exists()
    )
    later = select(old.id).where(old.kind == new.kind, old.place == new.place, old.period == new.period)
    query = (
        select(Place.name, new.period)
        .join(Place, Place.code == new.place)
        .join(got, (got.c.place == new.place) & (got.c.period == new.period))
        .where(new.kind == COMMUNITY, new.state == MADE, ~later.where(old.version > new.version).exists(), ~has_newest)
    )
    return [(name, period) for name, period in session.execute(query.order_by(new.period, new.place))]


def _made(session: Session, week: Week, codes: Sequence[str], version: int) -> dict[str, One]:
    """Return the newest report that is made of each community, or the version that is named; a newer one may still wait."""
    query = select(Report.place, Report.id, Report.version, Report.facts).where(
        Report.kind == COMMUNITY, Report.period == week.name, Report.place.in_(codes), Report.state == MADE
    )
    found = [(row[0], One(*row[1:])) for row in session.execute(query.order_by(Report.place, Report.version))]
    return {place: one for place, one in found if version in (0, one.version)}


def _live_sendings(session: Session, place: str, period: str, way: str) -> dict[int, set[int]]:
    """Return the reports of each sending to a place in a week by a way that was not taken back."""
    query = select(Sending.id, Delivery.report_id).join(Delivery, Delivery.sending_id == Sending.id)
    same = (Sending.place == place, Sending.period == period, Sending.way == way, Sending.revoked_at.is_(None))
    found: dict[int, set[int]] = {}
    for sending, report in session.execute(query.where(*same).order_by(Sending.id)):
        found.setdefault(sending, set()).add(report)
    return found


class _Delivered(NamedTuple):
    place: str
    period: str
    version: int
    day: date
    sending: int
    way: str
    by: str


def _delivered(session: Session, *conditions: ColumnElement[bool]) -> list[_Delivered]:
    columns = (Report.place, Report.period, Report.version, Delivery.day, Sending.id, Sending.way, Sending.by)
    query = (
        select(*columns)
        .join(Delivery, Delivery.report_id == Report.id)
        .join(Sending, Sending.id == Delivery.sending_id)
    )
    query = query.where(Report.kind == COMMUNITY, Sending.revoked_at.is_(None), *conditions)
    return [_Delivered(*row) for row in session.execute(query.order_by(Report.period, Report.place, Sending.id))]


def _pairs(*conditions: ColumnElement[bool]) -> Select[tuple[str, str]]:
    """Select the communities and weeks that were delivered, each once."""
    query = select(Report.place, Report.period).join(Delivery, Delivery.report_id == Report.id)
    query = query.join(Sending, Sending.id == Delivery.sending_id)
    return query.where(Report.kind == COMMUNITY, Sending.revoked_at.is_(None), *conditions).distinct()
