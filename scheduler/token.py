"""The access token: one row in the database, one process at a time that refreshes it.

The token is WeChat's stable_token, fetched without force: that gives everybody
the same token and kills nobody's. Only where WeChat gives back the very token that it
has refused, a new one is forced, seldom (wechat-api.md §1: 20 a day, 30 s apart). A
process that refreshes holds a lease; when it dies, another one takes over after at
most `LEASE_SECONDS`.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content import control
from content.clock import Clock
from content.db import Store
from content.errors import PlatformTrouble
from content.models import Control

log = logging.getLogger(__name__)

TOKEN, LEASE, FORCED = "token", "token-lease", "token-forced"
FREE = ""  # the lease that nobody holds
BY = "gateway"
SPARE_SECONDS = 60  # a token this close to its end is not used any more
LEASE_SECONDS = 30.0
FORCED_APART = timedelta(minutes=80)  # so 18 a day at most
LOOK_SECONDS = 0.1

Fetch = Callable[[], tuple[str, int]]  # asks WeChat: the token and the seconds it has left


@dataclass(frozen=True)
class _Look:
    """What a look at the database brought: a token, or the lease to fetch one under, or who holds the lease."""

    token: str = ""
    lease: str = ""
    holder: str = ""


class TokenKeeper:
    """Hands out the token that all processes on one database share."""

    def __init__(self, store: Store, clock: Clock, fetch: Fetch, force: Fetch | None = None) -> None:
        """Take where the token is kept, how one is fetched, and how a new one is forced."""
        self._store, self._clock, self._fetch, self._force = store, clock, fetch, force

    def token(self, *, instead_of: str = "") -> str:
        """Return a token that is not `instead_of`, which WeChat has just refused; fetch one when there is none.

        Whatever the fetch raises comes through, with the lease given back.
        """
        holder, since = FREE, time.monotonic()
        while True:
            waited = time.monotonic() - since >= LEASE_SECONDS  # in real time: our clock may stand still
            look = self._look(instead_of, dead=holder if waited else FREE)
            if look.token:
                return look.token
            if look.lease:
                return self._refresh(look.lease, instead_of)
            if look.holder != holder:
                holder, since = look.holder, time.monotonic()
            time.sleep(LOOK_SECONDS)  # another process is refreshing it

    def _look(self, refused: str, *, dead: str) -> _Look:
        now = self._clock.now()
        with self._store.reading() as session:
            if known := _usable(control.read(session, TOKEN), refused, now):
                return _Look(token=known)
        with self._store.transaction() as session:
            look = _take_lease(session, dead, now)
            if look.lease and (known := _usable(control.read(session, TOKEN), refused, now)):
                _swap_lease(session, look.lease, FREE, now)  # the holder before us was faster than our first look
                return _Look(token=known)
            return look

    def _refresh(self, lease: str, refused: str) -> str:
        token, seconds = "", 0
        try:
            token, seconds = self._fetch()
            if token == refused and self._force and self._may_force():
                token, seconds = _forced(self._force) or (token, seconds)
        finally:
            now = self._clock.now()
            with self._store.transaction() as session:
                ours = _swap_lease(session, lease, FREE, now)
                if ours and token:  # else another process took over, and its token is the newer one
                    until = (now + timedelta(seconds=seconds)).isoformat()
                    control.write(session, TOKEN, json.dumps([token, until]), by=BY, now=now)
        return token

    def _may_force(self) -> bool:
        """Say whether a token may be forced again by now; that it is, is written before it happens."""
        now = self._clock.now()
        with self._store.transaction() as session:
            last = control.read(session, FORCED)
            if last and now - last.at < FORCED_APART:
                return False
            control.write(session, FORCED, control.ON, by=BY, now=now)
            return True


def _forced(force: Fetch) -> tuple[str, int] | None:
    try:
        return force()
    except PlatformTrouble as trouble:
        log.warning("no new token could be forced: %s", trouble)
        return None


def _usable(row: control.Named | None, refused: str, now: datetime) -> str:
    if row is None or not row.value:
        return ""
    token, until = json.loads(row.value)
    fresh = datetime.fromisoformat(until) - timedelta(seconds=SPARE_SECONDS) > now
    return str(token) if fresh and token != refused else ""


def _take_lease(session: Session, dead: str, now: datetime) -> _Look:
    row, lease = control.read(session, LEASE), uuid.uuid4().hex
    if row is None:
        return _Look(lease=lease) if _first_lease(session, lease, now) else _Look()
    alive = row.value != dead and now - row.at < timedelta(seconds=LEASE_SECONDS)
    if row.value != FREE and alive:
        return _Look(holder=row.value)
    return _Look(lease=lease) if _swap_lease(session, row.value, lease, now) else _Look()


def _first_lease(session: Session, lease: str, now: datetime) -> bool:
    try:
        with session.begin_nested():
            session.add(Control(name=LEASE, value=lease, at=now, by=BY))
    except IntegrityError:  # another process was first
        return False
    return True


def _swap_lease(session: Session, old: str, new: str, now: datetime) -> bool:
    """Change the lease from what was seen to what is wanted; False when somebody else changed it."""
    result = session.execute(
        update(Control)
        .where(Control.name == LEASE, Control.value == old)
        .values(value=new, at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
