"""Confirming: WeChat's word that a post is out or is not, by its event, its status or (`published`) its published list."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.db import Store
from content.models import Post, State
from content.workflow import in_words, move, note
from scheduler import alarm
from scheduler.addresses import in_places, together
from scheduler.calls import says
from scheduler.correct import end_with_withdrawal
from scheduler.drafts import EDITED, live_publication, new_publication
from scheduler.models import Publication
from scheduler.outcomes import GONE, MEND, OTHERWISE, PUBLISHING, PUSHING, WhyNot, copyright_words, failing
from scheduler.refusals import Answer, NotSent, Refused, Trouble, Unsure
from scheduler.tally import article_anew
from scheduler.withdraw import being_withdrawn

if TYPE_CHECKING:
    from scheduler.wechat import WeChat  # the web process settles, too, and does not load the gateway

log = logging.getLogger(__name__)

ASK_AFTER_MINUTES = (1, 3, 10, 30, 120, 360, 720)  # WeChat allows 100 status calls a day
SILENT_FOR = timedelta(hours=24)
WAY_TO_PUBLISHED = {  # what is out is out, wherever the post waited
    State.OPEN: (State.DRAFTED,),
    State.SCHEDULED: (State.DRAFTED,),
    State.FAILED: (State.OPEN, State.DRAFTED),
}
# what comes of a word that is not as it should be
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, IntegrityError)


def apply_publish(
    session: Session, publication: Publication, info: dict[str, Any], at: datetime, now: datetime
) -> None:
    """Apply publish_status as it comes in an event or in freepublish/get."""
    status = int(info.get("publish_status", 1))
    if status == 0:
        urls = in_places((info.get("article_detail") or {}).get("item"), "idx", "article_url")
        confirm(session, publication, urls=urls, article_id=str(info.get("article_id") or ""), at=at, now=now)
    elif status in (2, 3, 4):
        why, which = PUBLISHING[status], failing(info.get("fail_idx")) if status != 3 else ""
        fail(session, publication, f"{why.what}{'：' + which if which else ''}", why.to_do, now=now)
    elif status in (5, 6):
        confirm(session, publication, urls=[], article_id=str(info.get("article_id") or ""), at=at, now=now)
        _taken_down(session, publication, GONE[status], now)


def apply_mass(session: Session, publication: Publication, info: dict[str, Any], at: datetime, now: datetime) -> None:
    """Apply the Status of a mass send as it comes in an event, with what its originality check found."""
    status, found = str(info.get("Status", "")), copyright_words(info.get("CopyrightCheckResult"))
    if status in ("send success", "sendsuccess"):
        result = (info.get("ArticleUrlResult") or {}).get("ResultList") or {}
        urls = in_places(result.get("item"), "ArticleIdx", "ArticleUrl")
        confirm(session, publication, urls=urls, article_id="", at=at, now=now)
        if found:
            note(session, publication.post, by="wechat", now=now, why=f"发出了，原创校验说：{found}")
    elif status.startswith("err") or status in PUSHING:
        why = PUSHING.get(status, OTHERWISE)
        fail(
            session,
            publication,
            f"{why.what}（{status}）{'。' + found.rstrip('。') if found else ''}",
            why.to_do,
            now=now,
        )
    else:
        raise ValueError(f"a mass send ended as {status!r}")


def confirm(
    session: Session,
    publication: Publication,
    *,
    urls: Sequence[str],
    article_id: str,
    at: datetime,
    now: datetime,
    by: str = "wechat",
    why: str = "微信确认已发出",
) -> None:
    """Record that a post is out, whatever state it waited in; doing it twice changes nothing.

    urls: of its articles in their order, "" for one that is not known.
    """
    post = publication.post
    publication.article_id = article_id or publication.article_id
    publication.url = together(publication.url, urls)
    publication.msg_data_id = publication.msg_data_id or message_id(publication.url)
    if post.state == State.PUBLISHED:
        return
    publication.published_at, publication.last_error = at, ""
    for article in post.articles:
        article_anew(session, article.id)  # since when its figures count is known now
    if publication.doubt == EDITED:
        text = f"{in_words(post)}已发出，但草稿在后台被改过，文字和审过的不一样。请对照核对，要改请走更正。"
        alarm.ring(session, f"edited:post:{post.id}", text, now=now)
    for state in (*WAY_TO_PUBLISHED.get(post.state, ()), State.PUBLISHED):
        move(session, post, state, by=by, now=now, why=why)
    for article in post.articles:
        if article.state == State.APPROVED:
            move(session, article, State.PUBLISHED, by=by, now=now, why=why)
        elif article.state != State.PUBLISHED:
            text = f"{in_words(article)}没有审完就发出了（在后台发表的）。请核对发出的文字，要改请走更正。"
            alarm.ring(session, f"unreviewed:article:{article.id}", text, now=now)
    waited = ("press", "unpressed", "undrafted", "overdue", "unapproved", "waits")
    kinds = (*waited, "unsure", "silent", "failed", "draft", "changed-draft")
    alarm.end(session, *(f"{kind}:post:{post.id}" for kind in kinds), now=now)
    log.info("post %s is out", post.id)


def fail(session: Session, publication: Publication, why: str, to_do: str = MEND, *, now: datetime) -> None:
    """Record that WeChat did not let a post out; a person repairs it or sends it again.

    to_do: what a person does, ending with the words; `{first}` in it is the number of the post's first article.
    """
    post = publication.post
    if publication.ended_at:
        note(session, post, by="wechat", now=now, why=f"微信又说起以前的一次：{why}")
        return  # it speaks of an earlier try; the present one is not touched
    publication.last_error = why
    if post.state == State.UNSURE:
        move(session, post, State.PUBLISHING, by="wechat", now=now, why="微信确认收到过")
    if post.state != State.PUBLISHING:
        note(session, post, by="wechat", now=now, why=why)
        return
    move(session, post, State.FAILED, by="wechat", now=now, why=why)
    _renew(session, publication, now)
    advice = to_do.format(first=post.articles[0].id)
    text = f"{in_words(post)}没有发出：{why.rstrip('。')}。{advice}"
    alarm.end(session, f"unsure:post:{post.id}", now=now)
    alarm.ring_anew(session, f"failed:post:{post.id}", text, since=now, now=now)


def _renew(session: Session, publication: Publication, now: datetime) -> None:
    """End a publication that certainly failed; the next try has the same draft and a key of its own."""
    publication.ended_at = now
    session.flush()
    session.add(new_publication(publication.post, publication.media_id, publication.drafted))


def ask_status(store: Store, wechat: WeChat, now: datetime) -> None:
    """Ask after posts that were handed over and of which no event came: at 1, 3, 10, 30 minutes and then rarely."""
    for publication in _unconfirmed(store, now):
        with alone(store, publication):
            _ask_after(store, wechat, publication, now)


def confirm_listed(
    session: Session,
    publication: Publication,
    articles: Sequence[Answer],
    *,
    urls: Sequence[str],
    article_id: str,
    at: datetime,
    now: datetime,
    why: str = "微信确认已发出",
) -> None:
    """Record that a post is out as WeChat's published list shows its articles; what is deleted there is withdrawn."""
    confirm(session, publication, urls=urls, article_id=article_id, at=at, now=now, why=why)
    places = [place for place, article in enumerate(articles, start=1) if says(article, "is_deleted")]
    if places:
        some = WhyNot(f"发出后{failing(places)}已在后台删除", GONE[5].to_do)
        _taken_down(session, publication, GONE[5] if len(places) == len(articles) else some, now, places)


@contextmanager
def alone(store: Store, publication: Publication) -> Iterator[None]:
    """Let trouble with one publication keep no other waiting; it is asked after again at the next of its minutes."""
    try:
        yield
    except (NotSent, Refused, Unsure) as trouble:
        _note_trouble(store, publication.id, trouble)
    except UNREADABLE:
        log.exception("post %s: WeChat's word cannot be applied", publication.post_id)
        _note_trouble(store, publication.id, Unsure("微信的回答读不懂，稍后再问。"))


def is_time_to_ask(publication: Publication, since: datetime, now: datetime) -> bool:
    """Say whether the next question is due, and count it as asked."""
    passed = sum(now - since >= timedelta(minutes=minutes) for minutes in ASK_AFTER_MINUTES)
    if passed <= publication.asked:
        return False
    publication.asked = passed
    return True


def message_id(urls: str) -> str | None:
    """Return the `mid` in an article's address, which the statistics and comments use as msg_data_id."""
    found = re.search(r"[?&]mid=(\d+)", urls)
    return found.group(1) if found else None


def _unconfirmed(store: Store, now: datetime) -> list[Publication]:
    with store.transaction() as session:
        due = []
        for post in session.scalars(select(Post).where(Post.state == State.PUBLISHING)).all():
            publication = live_publication(session, post)
            if publication is None or publication.receipt_at is None:
                continue
            if now - publication.receipt_at >= SILENT_FOR:
                first = post.articles[0].id
                text = (
                    f"{in_words(post)}交给微信 24 小时了，还没有结果。请到后台“发表记录”核实。"
                    f"发出了请回复：已发出 {first}；没发出：没发出 {first}"
                )
                alarm.ring(session, f"silent:post:{post.id}", text, now=now)
            if is_time_to_ask(publication, publication.receipt_at, now):
                due.append(publication)
        return due


def _note_trouble(store: Store, publication_id: int, trouble: Trouble) -> None:
    """Keep why WeChat could not be asked, for the lists; it is asked again at the next of the minutes."""
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        if publication.post.state != State.PUBLISHED:
            publication.last_error = str(trouble)
    log.warning("post %s could not be asked after: %s", publication.post_id, trouble)


def _ask_after(store: Store, wechat: WeChat, publication: Publication, now: datetime) -> None:
    if publication.publish_id:
        info = wechat.publish_status(publication.publish_id)
    else:
        info = {"mass": wechat.mass_status(publication.msg_id or "")}
    with store.transaction() as session:
        live = session.get_one(Publication, publication.id)
        if "mass" not in info:
            apply_publish(session, live, info, now, now)
        elif info["mass"] == "SEND_SUCCESS":
            confirm(session, live, urls=[], article_id="", at=now, now=now)
        elif info["mass"] == "SEND_FAIL":
            fail(session, live, PUSHING["SEND_FAIL"].what, PUSHING["SEND_FAIL"].to_do, now=now)
        elif info["mass"] == "DELETE":
            confirm(session, live, urls=[], article_id="", at=now, now=now)
            _taken_down(session, live, GONE["DELETE"], now)


def _taken_down(
    session: Session, publication: Publication, gone: WhyNot, now: datetime, places: Collection[int] | None = None
) -> None:
    """Withdraw the articles, of some places or all; their post stays PUBLISHED, since it was out and its push counts."""
    post, why = publication.post, gone.what
    note(session, post, by="wechat", now=now, why=why)
    expected = being_withdrawn(session, post)
    there = [article for article in post.articles if article.state == State.PUBLISHED]
    lost = [article for article in there if places is None or article.position in places]
    for article in lost:
        move(session, article, State.WITHDRAWN, by="wechat", now=now, why=why)
        end_with_withdrawal(session, article, now=now)
    if any(article not in expected for article in lost):
        alarm.ring(session, f"taken-down:post:{post.id}", f"{in_words(post)}{why}。{gone.to_do}", now=now)
