"""The gains of all interactions summed up by the day, and made anew from a batch's first day with each batch."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, Date, bindparam, delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from scheduler.gain_models import Gain
from scheduler.gained import gains
from scheduler.interaction_rule import ACCOUNT, ACTS, Act
from scheduler.models import Figure

_SINCE = (Figure.metric.in_(bindparam("metrics", expanding=True)), Figure.day >= bindparam("first", type_=Date))
_ANY_SINCE = select(exists().where(*_SINCE))
_Sums = tuple[int, int, int]  # times, persons, starts


def alone(session: Session) -> None:
    """Wait for whoever else changes the ledger and keep the others waiting until this transaction ends.

    Asked before anything is read: two that looked at one moment would both leave their values standing. On SQLite
    whoever writes is alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE gain IN SHARE ROW EXCLUSIVE MODE"))


def counted_anew(session: Session, batch_id: int) -> None:
    """Sum up anew what a batch may have changed: it was taken in or undone in this very transaction."""
    _anew(session, Figure.batch_id == batch_id)


def article_anew(session: Session, number: int) -> None:
    """Sum up anew what an article gained: since when its first total counts, or whose it is, is another now."""
    metrics = {metric for act in ACTS for metric in act.metrics}
    _anew(session, Figure.metric.in_(sorted(metrics)), Figure.subject == f"article:{number}")


def places_anew(session: Session, first: date) -> None:
    """Sum up anew what is told since the day from which on places are split or merged."""
    for act in ACTS:
        if act.source != ACCOUNT and session.scalar(_ANY_SINCE, {"metrics": act.metrics, "first": first}):
            recount(session, act, first)


def _anew(session: Session, *of: ColumnElement[bool]) -> None:
    found = select(Figure.metric, func.min(Figure.day)).where(*of).group_by(Figure.metric)
    first = dict(session.execute(found).tuples().all())
    for act in ACTS:
        if days := [first[metric] for metric in act.metrics if metric in first]:
            recount(session, act, min(days))


def recount(session: Session, act: Act, first: date = date.min) -> None:
    """Sum up an act anew, from a day on."""
    alone(session)
    sums: dict[tuple[date, date], _Sums] = defaultdict(lambda: (0, 0, 0))
    for gain in gains(session, act, first):
        times, persons, starts = sums[gain.day, gain.since]
        sums[gain.day, gain.since] = times + gain.times, persons + gain.persons, starts + gain.starts
    mine = (Gain.source == act.source, Gain.act == act.name)
    session.execute(delete(Gain).where(*mine, Gain.day >= first), execution_options={"synchronize_session": False})
    rows = [
        {"day": day, "since": since, "source": act.source, "act": act.name, "times": t, "persons": p, "starts": s}
        for (day, since), (t, p, s) in sums.items()
    ]
    if rows:
        session.execute(insert(Gain), rows)
