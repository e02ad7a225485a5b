"""The links that liaisons get: their own places' weekly reports on the phone, without logging in, until they are over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from bot.links import PassVoid, lacking
from bot.settings import Server
from content.assignments import places_of
from content.clock import local_day
from content.gazetteer import Spot
from content.models import Person
from content.weeks import Week, week_named

DAYS = 7  # until the next week's report


@dataclass(frozen=True)
class WeeklyPass:
    """What such a link opens: one week's reports of a person's own places, until a moment."""

    person: int
    week: Week
    until: datetime


class WeeklyVoid(PassVoid):
    """The link is over, or was never one of ours."""

    def __init__(self) -> None:
        """Say how to get another one."""
        super().__init__()
        self.args = ("这个周报链接已经过期，或者没有复制完整。请在微信里给公众号发“周报”，会回复新的。",)


def weekly_link(server: Server, person: Person, week: Week, *, now: datetime) -> str:
    """Return a link to a week's reports of a person's places, good for seven days; "" where the settings are lacking."""
    if lacking(server):
        return ""
    until = int((now + timedelta(days=DAYS)).timestamp())
    return f"{server.public_url}/console/weekly/{_signer(server).dumps([person.id, week.name, until])}"


def opened_weekly(server: Server, token: str, *, now: datetime) -> WeeklyPass:
    """Return what a link opens; WeeklyVoid when it is over, or not ours."""
    try:
        person, period, until = _signer(server).loads(token)
    except BadData as error:
        raise WeeklyVoid from error
    found = WeeklyPass(person, week_named(period, local_day(now)), datetime.fromtimestamp(until, UTC))
    if found.until <= now:
        raise WeeklyVoid
    return found


def holder_of(session: Session, found: WeeklyPass, now: datetime) -> tuple[Person, list[Spot]]:
    """Return whose link it is, and the places that are theirs today; WeeklyVoid when they are no liaison any more."""
    person = session.get(Person, found.person)
    if person is None or person.revoked_at or person.role != "liaison":
        raise WeeklyVoid
    return person, places_of(session, person, local_day(now))


def _signer(server: Server) -> URLSafeSerializer:
    """Return what signs these links; its salt keeps them apart from all others with the same key."""
    return URLSafeSerializer(server.secret_key, salt="wxops.weekly", signer_kwargs={"digest_method": hashlib.sha256})
