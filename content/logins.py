"""Logging in to the pages: a link that is good once and for minutes, then a session that ends by itself or at a word."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Event, Login, Person

LINK_MINUTES = 15
SESSION_HOURS = 12


class LinkVoid(OpsError):
    """The link was used, replaced by a newer one, is too old, or never was one: all of them look the same."""

    def __init__(self) -> None:
        """Say how to get another one."""
        super().__init__("这个登录链接已经用过或过期了。请在微信里给公众号发“登录”，或请管理员再给一个。")


def new_link(session: Session, person: Person, *, by: str, now: datetime) -> str:
    """Return the secret of a new link for a person, good once within 15 minutes; older unused ones are void.

    by: who asked for it, for the trail: whoever holds the link is that person to us.
    """
    unused = (Login.person_id == person.id, Login.used_at.is_(None), Login.expires > now)
    session.execute(update(Login).where(*unused).values(expires=now))
    token = secrets.token_urlsafe(32)
    session.add(Login(hash=_hash(token), person_id=person.id, expires=now + timedelta(minutes=LINK_MINUTES)))
    session.add(Event(subject=f"person:{person.id}", at=now, by=by, why="取得登录链接"))
    session.flush()
    return token


def holder(session: Session, token: str, *, now: datetime) -> Person:
    """Return whose link it is, without using it up; LinkVoid when it is good no more."""
    return session.get_one(Person, _good(session, token, now).person_id)


def log_in(session: Session, token: str, *, now: datetime) -> Login:
    """Use a link up and return the session that begins; LinkVoid when it is good no more."""
    login = _good(session, token, now)
    once = update(Login).where(Login.id == login.id, Login.used_at.is_(None)).values(used_at=now)
    result = session.execute(once)
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:  # of two who press the button at one moment, one is in
        raise LinkVoid
    session.refresh(login)
    person = session.get_one(Person, login.person_id)
    session.add(Event(subject=f"person:{person.id}", at=now, by=person.name, why="登录网页"))
    return login


def person_in(session: Session, login_id: int, *, now: datetime) -> Person | None:
    """Return who is logged in by a session; None when it has ended, is too old, or the person has no duty any more."""
    begun = (Login.id == login_id, Login.ended_at.is_(None), Login.used_at > now - timedelta(hours=SESSION_HOURS))
    query = select(Person).join(Login, Login.person_id == Person.id).where(*begun, Person.revoked_at.is_(None))
    return session.scalar(query)


def log_out(session: Session, login_id: int, *, now: datetime) -> None:
    """End a session; a copy of its cookie is worth nothing from now on."""
    session.execute(update(Login).where(Login.id == login_id).values(ended_at=now))


def end_all(session: Session, person: Person, *, now: datetime) -> None:
    """End a person's sessions, and void their links: whoever has left our WeChat is no more seen on the pages."""
    live = update(Login).where(Login.person_id == person.id, Login.ended_at.is_(None))
    session.execute(live.values(ended_at=now, expires=now))


def _good(session: Session, token: str, now: datetime) -> Login:
    live = (Login.hash == _hash(token), Login.used_at.is_(None), Login.expires > now)
    login = session.scalar(
        select(Login).join(Person, Person.id == Login.person_id).where(*live, Person.revoked_at.is_(None))
    )
    if login is None:
        raise LinkVoid
    return login


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
