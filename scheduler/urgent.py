"""Urgent notices carried out: the folder is written, taken in and submitted, and those who must know are told.

What a person said by message is a row (`content/urgent.py`). Each step can be done
again: the folder's name is the row's own, and a text that is in review already is not
submitted twice; so a process that dies anywhere leaves nothing half done.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import library
from content.clock import stamp
from content.db import Store
from content.errors import FilesWrong, OpsError
from content.library import Library, article_by_number
from content.models import Article, Person
from content.steps import Chain
from content.urgent import FOLLOW_UP, Urgent, for_groups, place, urgent_of
from content.workflow import in_words, note
from scheduler import quota, stats
from scheduler.channels import WECHAT
from scheduler.models import Outbox
from scheduler.rules import Rules
from scheduler.submitting import ContextOf, in_review, submitted

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drafting:
    """What the writing of an article needs beside the library: the checks' knowledge by month, and an author."""

    context_of: ContextOf
    author: str


def begin(
    session: Session,
    person: Person,
    title: str,
    text: str,
    issuer: str,
    issued_at: datetime,
    ends_at: datetime | None,
    *,
    reason: str = "",
    now: datetime,
) -> Urgent:
    """Keep an urgent notice that the next tick shall make into an article and submit."""
    urgent = Urgent(
        title=" ".join(title.split()),
        text=text.strip(),
        issuer=issuer.strip(),
        issued_at=issued_at,
        ends_at=ends_at or issued_at + FOLLOW_UP,
        person_id=person.id,
        at=now,
        reason=reason,
    )
    session.add(urgent)
    session.flush()
    return urgent


def waiting(store: Store) -> list[int]:
    """Return the notices that shall be made and submitted now, oldest first."""
    with store.reading() as session:
        return list(session.scalars(select(Urgent.id).where(Urgent.due).order_by(Urgent.id)))


def carry_out(
    store: Store, shelf: Library, chain: Chain, rules: Rules, drafting: Drafting, urgent_id: int, now: datetime
) -> str:
    """Write one notice's folder, take it in and submit it; tell its bringer what came of it, and return that."""
    with store.reading() as session:
        urgent = session.get_one(Urgent, urgent_id)
    name = place(shelf.folder, urgent, drafting.author)
    library.scan(store, shelf, now)
    with store.transaction() as session:
        article = session.scalar(select(Article).where(Article.path == name))
        if article is None:
            raise FilesWrong(f"急稿“{urgent.title}”写好了（{name}），还没有收进来，会再试。")
        if not article.urgent:
            article.urgent = True
            session.get_one(Urgent, urgent_id).article_id = article.id
            note(session, article, by="急稿", now=now, why=f"急稿，{urgent.issuer} {stamp(urgent.issued_at)} 发布")
        number, by = article.id, session.get_one(Person, urgent.person_id).name
    outcome = submitted(store, shelf, number, name, urgent.reason, by, drafting.context_of, now)
    with store.transaction() as session:
        told = _tell(session, urgent_id, number, outcome, chain, rules, now)
    log.info("urgent notice %s is article %s", urgent_id, number)
    return told


def _tell(
    session: Session, urgent_id: int, number: int, outcome: str, chain: Chain, rules: Rules, now: datetime
) -> str:
    """Write the outcome to whoever brought the notice, and note that nothing is left to be tried."""
    urgent, article = session.get_one(Urgent, urgent_id), article_by_number(session, number)
    urgent.due = False
    next_ = f"{todays_push(session, rules, now)}审完由运营回复：立即发布 {number}"
    text = f"急稿{in_words(article)}{outcome or in_review(session, article, chain, now=now) + next_}"
    session.add(Outbox(channel=WECHAT, person_id=urgent.person_id, to="", text=text, due=now))
    return text


def todays_push(session: Session, rules: Rules, now: datetime) -> str:
    """Return whether a push is left for this day, and what can be done about one that is planned, as sentences."""
    if not rules.push:
        return "按设置只发表、不推送。"
    planned, out = quota.pushes_today(session, rules, now)
    if out:
        return f"今天不能再推送（{out}），审完只发表、不推送；发出后给您转发到社区群的文字。"
    if not planned:
        return "今天的推送还没有用，审完可以推送。"
    lines = []
    for post, at in planned:
        free = quota.next_free(session, post, rules, at, now)
        words = f"改期 {post.articles[0].id} {stamp(free) if free else '时间'}"
        lines.append(f"今天 {stamp(at)[-5:]} 已排了推送（{in_words(post)}），要让急稿推送请先给它改期，回复：{words}")
    return f"{'；'.join(lines)}；不改期，急稿就只发表、不推送。"


def may_push(session: Session, rules: Rules, now: datetime) -> bool:
    """Say whether an urgent notice may be pushed now: nothing else is pushed today, and a push is left."""
    planned, out = quota.pushes_today(session, rules, now)
    return rules.push and not planned and not out


def group_text(session: Session, article: Article) -> str:
    """Return an urgent notice as a text for residents' groups, with its address where it is known."""
    urgent = urgent_of(session, article)
    if urgent is None:
        raise OpsError(f"{in_words(article)}不是急稿，没有社区群转发文字。")
    return for_groups(urgent, _address(session, article))


def _address(session: Session, article: Article) -> str:
    urls = stats.out_at(session, article.post)[1] if article.post else []
    place_ = article.position or 1
    return urls[place_ - 1] if len(urls) >= place_ else ""
