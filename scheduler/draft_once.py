"""One process makes a draft, once: the intent before the call, and the draft whose answer was lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from content.db import Store
from content.models import Revision
from content.render import visible_text
from scheduler.calls import NamedCalls
from scheduler.listing import listed, shown
from scheduler.models import Publication
from scheduler.refusals import Unsure

SETTLE_AFTER = timedelta(minutes=2)  # a draft whose answer was lost is listed by then, or was never made


def names(revisions: Sequence[Revision]) -> str:
    """Return the revisions as a publication remembers them: 12-3 13-1."""
    return " ".join(f"{revision.article_id}-{revision.number}" for revision in revisions)


def same_texts(items: Sequence[dict[str, Any]], revisions: Sequence[Revision]) -> bool:
    """Say whether what WeChat holds shows the reader the frozen titles and texts.

    Bytes are not compared, since WeChat rewrites HTML when it stores it.
    """
    if not items or len(items) != len(revisions):
        return False
    return all(
        str(item.get("title") or "").strip() == revision.title.strip()
        and _bare(str(item.get("content") or "")) == _bare(revision.html)
        for item, revision in zip(items, revisions, strict=True)
    )


def _bare(html: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", visible_text(html))


class Overtaken(Exception):
    """Another process makes, or has made, this draft."""


def claim(store: Store, seen: Publication, still: Callable[[Session], bool], now: datetime) -> None:
    """Write the intent before the effect; Overtaken when another process wrote its own since `seen`.

    still: says in the same transaction whether the draft is wanted as it is about to be made; Overtaken when not.
    """
    as_seen = (
        Publication.drafting_at.is_(None) if seen.drafting_at is None else Publication.drafting_at == seen.drafting_at
    )
    mine = update(Publication).where(Publication.id == seen.id, Publication.media_id.is_(None), as_seen)
    with store.transaction() as session:
        result = session.execute(mine.values(drafting_at=now))
        assert isinstance(result, CursorResult)
        if result.rowcount != 1 or not still(session):
            raise Overtaken


def find_lost(
    store: Store, wechat: NamedCalls, publication: Publication, revisions: Sequence[Revision], now: datetime
) -> str | None:
    """Find the draft whose answer was lost; None when it is certain that it was not made.

    Unsure while it is too early to say. A draft that another publication holds is not ours.
    """
    with store.reading() as session:
        held = set(session.scalars(select(Publication.media_id).where(Publication.media_id.is_not(None))))
    for item in listed(wechat.list_drafts):
        media_id = str(item.get("media_id") or "")
        if media_id and media_id not in held and same_texts(shown(item), revisions):
            return media_id
    assert publication.drafting_at is not None
    if now - publication.drafting_at < SETTLE_AFTER:
        _stop_if_overtaken(store, publication)
        raise Unsure("上次建草稿没有得到回答，草稿箱里暂时没有，两分钟后再看。")
    return None


def _stop_if_overtaken(store: Store, seen: Publication) -> None:
    with store.reading() as session:
        if session.get_one(Publication, seen.id).drafting_at != seen.drafting_at:
            raise Overtaken
