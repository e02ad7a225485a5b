"""The links of the articles of the last ninety days, asked for one by one, slowly: a dead one counts against the account.

One a minute at most, each once a week; what does not open is asked for again on the next day, and is dead when it
fails twice. WeChat's own addresses are left out: they answer whatever has become of the page (domain.md §2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from content import control
from content.db import Store
from content.lint.links import is_personal, is_private
from content.models import Article, Revision, State
from scheduler.models import Publication
from scheduler.obligation_models import LinkCheck

Ask = Callable[[str], int | None]  # an address → the status of HTTP, None where nothing answers

DAYS = timedelta(days=90)
AGAIN, SOON = timedelta(days=7), timedelta(days=1)
LISTED, LIST_EVERY = "links-listed", timedelta(hours=1)
DEAD_AFTER = 2  # failures in a row
NO_BOTS = (401, 403, 405, 406, 429)  # the page is there, and does not want to be asked by us
WECHAT = ("weixin.qq.com", "qpic.cn")
_LINK = re.compile(r'href="(https?://[^"]+)"', re.IGNORECASE)


def watch(store: Store, ask: Ask, now: datetime) -> None:
    """List the links of what is out once an hour, and ask for the one that is due longest."""
    with store.reading() as session:
        listed = control.read(session, LISTED)
    if listed is None or now - listed.at >= LIST_EVERY:
        _list(store, now)
    with store.transaction() as session:  # what is begun is written before: a crash asks again a day later
        due = select(LinkCheck).where(LinkCheck.due_at <= now, LinkCheck.article_id.in_(_recent(now)))
        row = session.scalars(due.order_by(LinkCheck.due_at, LinkCheck.id).limit(1)).first()
        if row is None:
            return
        row.due_at, number, address = now + SOON, row.id, row.address
    status = ask(address)
    with store.transaction() as session:
        _note(session.get_one(LinkCheck, number), status, now)


def dead(session: Session, now: datetime) -> list[LinkCheck]:
    """Return the dead links of the last ninety days' articles that readers can still see."""
    query = select(LinkCheck).where(LinkCheck.fails >= DEAD_AFTER, LinkCheck.article_id.in_(_recent(now)))
    return list(session.scalars(query.order_by(LinkCheck.article_id, LinkCheck.id)))


def counts(session: Session, now: datetime) -> tuple[int, int]:
    """Return how many links there are, and how many of them have been asked for at all."""
    query = select(func.count(LinkCheck.id), func.count(LinkCheck.asked_at))
    there, asked = session.execute(query.where(LinkCheck.article_id.in_(_recent(now)))).one()
    return there, asked


def _recent(now: datetime) -> Select[tuple[int]]:
    out = select(Publication.post_id).where(Publication.published_at >= now - DAYS)
    return select(Article.id).where(Article.state == State.PUBLISHED, Article.post_id.in_(out))


def _list(store: Store, now: datetime) -> None:
    with store.transaction() as session:
        newest = (
            select(func.max(Revision.id)).where(Revision.article_id.in_(_recent(now))).group_by(Revision.article_id)
        )
        query = select(Revision.article_id, Revision.html, Revision.original_link).where(Revision.id.in_(newest))
        texts = session.execute(query).all()
        found = {(article, address) for article, html, link in texts for address in _links(html, link)}
        known = {(row.article_id, row.address) for row in session.scalars(select(LinkCheck))}
        session.add_all(LinkCheck(article_id=n, address=a, due_at=now) for n, a in sorted(found - known))
        control.write(session, LISTED, str(len(found)), by="scheduler", now=now)


def _links(html: str, original: str) -> Iterator[str]:
    for address in [*map(unescape, _LINK.findall(html)), *([original] if original else [])]:
        if is_public(address):
            yield address


def is_public(address: str) -> bool:
    """Say whether an address is one that we ask for: of the web, not of WeChat, of a person or of an inner network."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    of_wechat = any(host == name or host.endswith(f".{name}") for name in WECHAT)
    return (
        parts.scheme in ("http", "https")
        and "." in host
        and not (of_wechat or is_private(address) or is_personal(address))
    )


def _note(row: LinkCheck, status: int | None, now: datetime) -> None:
    opens = status is not None and (status < 400 or status in NO_BOTS)
    row.asked_at, row.status, row.fails = now, status, 0 if opens else row.fails + 1
    row.due_at = now + (AGAIN if opens else SOON)
    row.words = "" if opens else f"HTTP {status}" if status else "没有回应"
