"""Days on which nothing was published: WeChat said so when they were long over, and is not asked about them again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.clock import day_start, local_day
from scheduler.models import Publication

NAME = "figures-quiet"
SURE_AFTER = timedelta(days=2)  # an empty list says little while a day may still be delayed (wechat-api.md §7.2)


def known(session: Session) -> set[date]:
    """Return the days without an article, as far as they are known; never one on which a publication of ours went out."""
    row = control.read(session, NAME)
    quiet = {date.fromisoformat(day) for day in row.value.split()} if row else set()
    if quiet:
        ours = select(Publication.published_at).where(Publication.published_at >= day_start(min(quiet)))
        quiet -= {local_day(at) for at in session.scalars(ours) if at}
    return quiet


def learn(session: Session, empty: Iterable[date], newest: date, first: date, now: datetime) -> None:
    """Add days whose articles were asked for and are none; forget what lies before the window.

    newest: the last day that there can be figures of; what is not older than two days is not believed yet.
    """
    sure = {day for day in empty if day <= newest - SURE_AFTER}
    days = sorted(day for day in known(session) | sure if day >= first)
    control.write(session, NAME, " ".join(map(str, days)), by="scheduler", now=now)
