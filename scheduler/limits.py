"""Daily limits: what a day allows of each call, what it has used, and a stop after WeChat's 45009 until the day turns.

A day is Shanghai's. The limits are those of a small account (wechat-api.md §1,
"Day limits"); they grow with the followers, so our own count never keeps a
publication back, only WeChat's 45009 does. What is less urgent may use up only its
share: the rest of the day's calls is kept for what must go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content import control
from content.clock import day_start, local_day
from content.db import Store
from scheduler.models import CallUse
from scheduler.refusals import DAY_LIMIT, Kept, Refused

BY_DAY = {
    **dict.fromkeys([f"draft/{name}" for name in ("add", "get", "update", "delete", "count", "batchget")], 1000),
    **dict.fromkeys([f"freepublish/{name}" for name in ("submit", "get", "getarticle", "batchget")], 100),
    "freepublish/delete": 10,
    **dict.fromkeys([f"message/mass/{name}" for name in ("sendall", "get", "delete", "preview")], 100),
    "menu/create": 1000,
    "user/get": 500,
}
STATISTICS = 1000  # each call under datacube/ (FBIF)


class Purpose(IntEnum):
    """What a call is for; the value is how much of a day's limit such calls may use up, in percent."""

    PUBLISHING = 100
    FIGURES = 80  # and whatever else only looks
    COMMENTS = 50  # and whatever else can wait


@dataclass(frozen=True)
class Use:
    """A call, how often it was made on a day, how often a day allows it, and whether WeChat has said: no more today."""

    call: str
    used: int
    limit: int
    stopped: bool

    @property
    def words(self) -> str:
        """Return it as people read it: freepublish/get 12/100."""
        return f"{self.call} {self.used}/{self.limit or '不限'}{'（今天用完了）' if self.stopped else ''}"


def day_limit(call: str) -> int | None:
    """Return how often a day allows a call; None for one that nobody uses up (uploads, customer messages, the token)."""
    return STATISTICS if call.startswith("datacube/") else BY_DAY.get(call)


def purpose_of(call: str) -> Purpose:
    """Return what a call is for when its caller does not say."""
    kinds = {"datacube": Purpose.FIGURES, "comment": Purpose.COMMENTS}
    return kinds.get(call.partition("/")[0], Purpose.PUBLISHING)


def spend(store: Store, call: str, now: datetime, purpose: Purpose | None = None) -> None:
    """Count a call that is about to be made; one that dies on its way stays counted.

    Refused 45009 without counting when WeChat has said so today, Kept when the
    purpose has used up its share. A call without a known limit is not counted.
    """
    limit, wanted = day_limit(call), purpose or purpose_of(call)
    with store.reading() if limit is None else store.transaction() as session:
        if _is_stopped(session, call, now):
            raise Refused(call, DAY_LIMIT, "reach max api daily quota limit; not called again today")
        if limit is None:
            return
        used = _counted(session, call, local_day(now))
        if wanted is not Purpose.PUBLISHING and used > limit * wanted // 100:
            raise Kept(call, used - 1, limit)  # the transaction is undone: nothing is counted


def stop(store: Store, call: str, now: datetime) -> None:
    """Remember that a call's limit is used up until 00:00 Shanghai time."""
    with store.transaction() as session:
        control.write(session, _name(call), next_day(now).isoformat(), by="gateway", now=now)


def used_today(session: Session, now: datetime) -> Sequence[Use]:
    """Return the calls of today that have a limit or were stopped, those nearest to it first."""
    day = local_day(now)
    found = {row.call: row.used for row in session.scalars(select(CallUse).where(CallUse.day == day))}
    stopped = set(stopped_today(session, now))
    uses = [Use(call, found.get(call, 0), day_limit(call) or 0, call in stopped) for call in {*found, *stopped}]
    return sorted(uses, key=lambda use: (not use.stopped, -use.used / (use.limit or 1), use.call))


def stopped_today(session: Session, now: datetime) -> Sequence[str]:
    """Return the calls that WeChat allows no more today, by name."""
    rows = control.beginning_with(session, _name(""))
    return [row.name.removeprefix(_name("")) for row in rows if datetime.fromisoformat(row.value) > now]


def in_words(session: Session, now: datetime, *, most: int = 3) -> Sequence[str]:
    """Return what today's calls have used, as lines: what is used up, and the few that are nearest to their limit."""
    uses = used_today(session, now)
    stopped = "、".join(use.call for use in uses if use.stopped)
    shown = "、".join(use.words for use in uses[:most])
    lines = (
        stopped and f"今天的次数用完了：{stopped}，明天零点后自动再试。",
        shown and f"今天用得最多的接口：{shown}。",
    )
    return [line for line in lines if line]


def next_day(now: datetime) -> datetime:
    """Return the next 00:00 in Shanghai, when WeChat's daily limits begin anew."""
    return day_start(local_day(now) + timedelta(days=1))


def _is_stopped(session: Session, call: str, now: datetime) -> bool:
    row = control.read(session, _name(call))
    return row is not None and datetime.fromisoformat(row.value) > now


def _counted(session: Session, call: str, day: date) -> int:
    """Add one to a call's count of a day, in one statement that waits for other processes; return the count with it."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(CallUse).values(call=call, day=day, used=1)
    counted = insert.on_conflict_do_update(index_elements=["call", "day"], set_={"used": CallUse.used + 1})
    return int(session.scalars(counted.returning(CallUse.used)).one())


def _name(call: str) -> str:
    return f"limit:{call}"
