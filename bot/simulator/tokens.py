"""Access tokens: two kinds that know nothing of each other (getAccessToken and getStableAccessToken pages).

Ordinary: each fetch kills the token before it, which still works for 5 minutes.
Stable: the same token while it is valid, with the seconds that remain; renewed from
5 minutes before its end; `force_refresh` kills the one before at once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator.call import Call, Json
from bot.simulator.errors import ApiError
from bot.simulator.routing import Route

if TYPE_CHECKING:
    from bot.simulator.world import World

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_A_DAY = 20
FORCED_APART = timedelta(seconds=30)


@dataclass
class Grant:
    """A token that was given out: until when it lives, and when it was replaced, if it was."""

    value: str
    expires: datetime
    dies: datetime | None = None


class Tokens:
    """All tokens the account ever got."""

    def __init__(self) -> None:
        """Begin with none."""
        self._issued: dict[str, Grant] = {}
        self._ordinary: Grant | None = None
        self._stable: Grant | None = None
        self._forced: list[datetime] = []

    def ordinary(self, now: datetime) -> Grant:
        """Return a new ordinary token; the one before it dies in 5 minutes."""
        if self._ordinary is not None:
            self._ordinary.dies = now + OVERLAP
        self._ordinary = self._issue(now)
        return self._ordinary

    def stable(self, now: datetime) -> Grant:
        """Return the stable token, a new one when fewer than 5 minutes are left of it."""
        if self._stable is None or self._stable.dies or self._stable.expires - now <= OVERLAP:
            self._stable = self._issue(now)
        return self._stable

    def forced(self, now: datetime) -> Grant:
        """Return a new stable token and kill the one before; 45009 after 20 a day, 45011 within 30 s."""
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise ApiError(45011)
        today: date = now.date()
        if sum(moment.date() == today for moment in self._forced) >= FORCED_A_DAY:
            raise ApiError(45009)
        self._forced.append(now)
        if self._stable is not None:
            self._stable.dies = now
        self._stable = self._issue(now)
        return self._stable

    def check(self, value: str, now: datetime) -> None:
        """Accept a token, or raise 41001 (none), 40014 (never issued), 42001 (expired), 40001 (replaced)."""
        if not value:
            raise ApiError(41001)
        grant = self._issued.get(value)
        if grant is None:
            raise ApiError(40014)
        if grant.expires <= now:
            raise ApiError(42001)
        if grant.dies is not None and grant.dies <= now:
            raise ApiError(40001)

    def _issue(self, now: datetime) -> Grant:
        grant = Grant(f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(100)}", now + LIFE)
        self._issued[grant.value] = grant
        return grant


def get_token(world: World, call: Call) -> Json:
    """GET token: an ordinary token."""
    _check_account(world, call.query)
    return _answer(world.tokens.ordinary(now := world.clock.now()), now)


def get_stable_token(world: World, call: Call) -> Json:
    """POST stable_token: the stable one; needs a JSON body."""
    _check_account(world, call.body)
    now = world.clock.now()
    if call.body.get("force_refresh") is True:
        return _answer(world.tokens.forced(now), now)
    return _answer(world.tokens.stable(now), now)


def _check_account(world: World, given: Json | dict[str, str]) -> None:
    if given.get("grant_type") != "client_credential":
        raise ApiError(40002)
    if not given.get("appid"):
        raise ApiError(41002)
    if not given.get("secret"):
        raise ApiError(41004)
    if given["appid"] != world.settings.appid:
        raise ApiError(40013)
    if given["secret"] != world.settings.secret:
        raise ApiError(40125)


def _answer(grant: Grant, now: datetime) -> Json:
    return {"access_token": grant.value, "expires_in": int((grant.expires - now).total_seconds())}


ROUTES = {
    "token": Route(get_token, method="GET", needs_token=False),
    "stable_token": Route(get_stable_token, needs_token=False),
}
