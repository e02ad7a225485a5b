"""外部发布: what is out and was not sent from here is taken in, counts, and rings until someone explains it.

WeChat's statistics name every article that is out. One that no publication of ours
claims was published in the back office, on a phone, or by an intruder, unless it
is one of our drafts on which somebody pressed 发表.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.clock import day_start, local_day, stamp
from content.db import Store
from content.models import Article, Event, Post, State
from scheduler import alarm
from scheduler.addresses import in_places
from scheduler.confirm import confirm, confirm_listed, message_id
from scheduler.draft_once import same_texts
from scheduler.drafts import frozen_texts, live_publication, new_publication
from scheduler.listing import shown
from scheduler.models import MASS, PUBLISH, JobNotice, Publication
from scheduler.published import published_items
from scheduler.refusals import NotSent, Refused, Unsure

if TYPE_CHECKING:
    from scheduler.wechat import WeChat  # the web process settles, too, and does not load the gateway

log = logging.getLogger(__name__)

OUTSIDE = "外部发布"
KEY_LASTS = timedelta(hours=20)  # how long a push whose answer was lost is repeated
UNMATCHED_AFTER = timedelta(minutes=15)  # an event this old has no receipt to come
LOOK_AGAIN = timedelta(minutes=15)  # after trouble: WeChat lists what is published 100 times a day
LOOKED = "outside-looked"
IN_THE_BOX = (State.DRAFTED, State.SCHEDULED, State.FAILED)  # the post's draft stands where somebody can press 发表
ON_ITS_WAY = (State.UNSURE, State.PUBLISHING)
A_DAY = timedelta(days=1)
STRANGE_MASS = "{when} 有一次群发不是从这里发出的。明天的统计会写明是哪一篇；请先核实是谁发的。"


@dataclass(frozen=True)
class Listed:
    """An article that WeChat says is out: its post's id and its place in it (from 1), and how it can be known.

    `at` is the beginning of its day when no better moment is known; `mid` is "" when WeChat did not say it.
    """

    mid: str
    place: int
    title: str
    url: str
    pushed: bool
    at: datetime
    article_id: str = ""

    @property
    def day(self) -> date:
        """The Shanghai day on which it went out."""
        return local_day(self.at)


def listed(row: Mapping[str, Any], published_on: date) -> Listed | None:
    """Read an article's row of the statistics: msgid is `<mid>_<place>`, a long content_url carries mid and idx.

    None when it has neither an id nor a title.
    """
    title, url = str(row.get("title") or "").strip(), str(row.get("content_url") or "")
    named = re.fullmatch(r"(\d+)_(\d+)", str(row.get("msgid") or ""))
    mid = named[1] if named else message_id(url) or ""
    place = int(named[2]) if named else _place_in(url)
    if not (mid or title):
        return None
    return Listed(mid, max(place, 1), title, url, str(row.get("publish_type")) == "0", day_start(published_on))


def subject_of(session: Session, seen: Listed, now: datetime) -> str:
    """Return the article that is meant, such as article:12, taking it in if it is not ours."""
    publication = _by_mid(session, seen.mid)
    if publication is None:
        publication = _joined(session, seen, now)
        alarm.end(session, _mass_alarm(seen.mid), now=now)  # what it rang for is named now
    article = next((a for a in publication.post.articles if a.position == seen.place), None) if publication else None
    if article is None:
        article = _take_in(session, seen, publication, now)
    elif article.origin == OUTSIDE and not article.title:
        article.title = seen.title
    if publication:
        _keep_address(publication, seen)
    return f"article:{article.id}"


def take_strange_notices(store: Store, wechat: WeChat, now: datetime) -> None:
    """See to the events of publications that nobody here sent: a draft pressed by hand, or something foreign.

    An event stays until WeChat could be asked about it.
    """
    with store.reading() as session:
        old = select(JobNotice).where(JobNotice.taken_at.is_(None), JobNotice.at <= now - UNMATCHED_AFTER)
        notices = session.scalars(old.order_by(JobNotice.id)).all()
        looked = control.read(session, LOOKED)
        ours = _awaits_a_receipt(session, now)
    soon = looked is not None and abs(now - looked.at) < LOOK_AGAIN
    for notice in notices:
        info = json.loads(notice.payload)
        if notice.kind == MASS and ours:
            continue  # it may be about a push of ours whose repeat will bring the receipt
        if notice.kind == MASS:
            _ring_for_mass(store, notice, info, now)
        elif notice.kind != PUBLISH or str(info.get("publish_status")) != "0" or not info.get("article_id"):
            _taken(store, notice, now)
        elif not soon:
            soon = not _see_to_published(store, wechat, notice, info, now)


def _awaits_a_receipt(session: Session, now: datetime) -> bool:
    """Say whether a push was handed over lately of which WeChat's answer is not known yet."""
    waiting = (
        select(Publication.id)
        .join(Post, Post.id == Publication.post_id)
        .where(Post.notify, Post.state.in_((State.PUBLISHING, State.UNSURE)))
        .where(Publication.ended_at.is_(None), Publication.receipt == "", Publication.claimed_at > now - KEY_LASTS)
    )
    return session.scalar(waiting.limit(1)) is not None


def _taken(store: Store, notice: JobNotice, now: datetime) -> None:
    with store.transaction() as session:
        session.get_one(JobNotice, notice.id).taken_at = now


def _ring_for_mass(store: Store, notice: JobNotice, info: dict[str, Any], now: datetime) -> None:
    with store.transaction() as session:
        session.get_one(JobNotice, notice.id).taken_at = now
        if str(info.get("Status")) == "send success":
            key = _mass_alarm(message_id(notice.payload) or notice.job)
            alarm.ring(session, key, STRANGE_MASS.format(when=stamp(notice.at)), now=now)


def _see_to_published(store: Store, wechat: WeChat, notice: JobNotice, info: dict[str, Any], now: datetime) -> bool:
    """Find out what was published; False when WeChat could not be asked."""
    article_id = str(info["article_id"])
    try:
        recent = published_items(wechat, notice.at - A_DAY)
        found = next((item for item in recent if str(item.get("article_id")) == article_id), None)
    except (NotSent, Refused, Unsure) as trouble:
        log.warning("published list for a strange event: %s", trouble)
        with store.transaction() as session:
            control.write(session, LOOKED, now.isoformat(), by="scheduler", now=now)
        return False
    items = shown(found) if found else []
    with store.transaction() as session:
        session.get_one(JobNotice, notice.id).taken_at = now
        _explain(session, items, _addresses(info), article_id, notice.at, now)
    return True


def _explain(
    session: Session, items: list[dict[str, Any]], urls: list[str], article_id: str, at: datetime, now: datetime
) -> None:
    waiting = select(Post).where(Post.state.in_((*IN_THE_BOX, *ON_ITS_WAY, State.OPEN)))
    for post in session.scalars(waiting).all() if items else []:
        publication = live_publication(session, post)
        if publication and same_texts(items, frozen_texts(session, post)):
            why = "有人在后台发表了"
            confirm_listed(session, publication, items, urls=urls, article_id=article_id, at=at, now=now, why=why)
            return
    mid = message_id("\n".join(urls)) or message_id("\n".join(str(item.get("url")) for item in items)) or ""
    publication = None
    for place, url in enumerate(urls or [""], start=1):
        title = str(items[place - 1].get("title") or "").strip() if len(items) >= place else ""
        seen = Listed(mid, place, title, url, False, at, article_id)
        article = _take_in(session, seen, publication, now)
        publication = live_publication(session, article.post) if article.post else None


def _by_mid(session: Session, mid: str) -> Publication | None:
    if not mid:
        return None
    return session.scalars(
        select(Publication).where(Publication.msg_data_id == mid).order_by(Publication.id.desc())
    ).first()


def _joined(session: Session, seen: Listed, now: datetime) -> Publication | None:
    """Find a publication without an id yet by its title: settled by a person, or a draft somebody pressed 发表 on."""
    states = (State.PUBLISHED, *ON_ITS_WAY, *IN_THE_BOX)
    without_id = (
        select(Publication)
        .join(Post, Post.id == Publication.post_id)
        .where(Publication.msg_data_id.is_(None), Publication.ended_at.is_(None), Post.state.in_(states))
        .order_by(Publication.id)
    )
    near = [
        (abs((since - seen.day).days), publication)
        for publication in session.scalars(without_id).all()
        if (since := _since(session, publication, seen)) is not None
    ]
    if not near:
        return None
    publication = min(near, key=lambda pair: pair[0])[1]
    publication.msg_data_id = seen.mid or None
    claimed = publication.claimed_at
    at = claimed if claimed and local_day(claimed) == seen.day else seen.at
    confirm(session, publication, urls=[], article_id="", at=at, now=now, why="统计数据里有它，已发出")
    return publication


def _since(session: Session, publication: Publication, seen: Listed) -> date | None:
    """Return the day of a publication that may be what was seen, or None when it cannot be."""
    post, revisions = publication.post, frozen_texts(session, publication.post)
    titles = [revision.title for revision in revisions] or [article.title for article in post.articles]
    if not seen.title or len(titles) < seen.place or titles[seen.place - 1].strip() != seen.title:
        return None
    if post.state == State.PUBLISHED:  # a person may have settled it days after it went out
        day = local_day(publication.published_at) if publication.published_at else seen.day
        return day if day >= seen.day - A_DAY else None
    made = revisions[seen.place - 1].made_at if revisions and post.state in ON_ITS_WAY else post.state_since
    return local_day(made) if local_day(made) <= seen.day else None


def _take_in(session: Session, seen: Listed, publication: Publication | None, now: datetime) -> Article:
    """Record an article that was not sent from here, beside the others of its post, and ring."""
    if publication is None:
        publication = _strange_post(session, seen, now)
    article = Article(
        slug=f"{seen.mid or seen.article_id}_{seen.place}",
        title=seen.title,
        state=State.PUBLISHED,
        state_since=now,
        origin=OUTSIDE,
        post_id=publication.post_id,
        position=seen.place,
    )
    session.add(article)
    session.flush()
    session.refresh(article)
    session.refresh(publication.post, ["articles"])
    _keep_address(publication, seen)
    where = seen.url or seen.mid
    session.add(Event(subject=f"article:{article.id}", at=now, by="wechat", why=f"{OUTSIDE}：{where}"))
    name = f"“{seen.title}”" if seen.title else f"（{where}）"
    text = f"有一篇不是从这里发出的文章{name}，发布于 {seen.day}，已记为文章{article.id}。请核实是谁发的。"
    alarm.ring(session, f"outside:article:{article.id}", text, now=now)
    return article


def _strange_post(session: Session, seen: Listed, now: datetime) -> Publication:
    post = Post(state=State.PUBLISHED, state_since=now, due_at=seen.at, due_by=OUTSIDE, notify=seen.pushed)
    session.add(post)
    session.flush()
    publication = new_publication(post)
    publication.msg_data_id, publication.article_id = seen.mid or None, seen.article_id or None
    publication.published_at = seen.at
    session.add(publication)
    session.flush()
    session.refresh(publication)
    return publication


def _keep_address(publication: Publication, seen: Listed) -> None:
    """Note an article's address in its line, if it is not known."""
    lines = publication.url.split("\n")
    lines += [""] * (seen.place - len(lines))
    lines[seen.place - 1] = lines[seen.place - 1] or seen.url
    publication.url = "\n".join(lines) if any(lines) else ""


def _addresses(info: Mapping[str, Any]) -> list[str]:
    """Return an event's addresses in the order of its articles; an event that cannot be read has none."""
    detail = info.get("article_detail")
    return in_places(detail.get("item"), "idx", "article_url") if isinstance(detail, dict) else []


def _mass_alarm(mid: str) -> str:
    return f"outside-mass:{mid}"


def _place_in(url: str) -> int:
    found = re.search(r"[?&]idx=(\d+)", url)
    return int(found[1]) if found else 1
