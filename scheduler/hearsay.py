"""A person's word that a post is out: asked again where nothing waits for it, and taken back while nothing else says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError
from content.models import IN_WORDS, Article, Event, Post, State
from content.posts import waiting_for
from content.workflow import in_words, move, subject
from scheduler.confirm import message_id
from scheduler.drafts import live_publication
from scheduler.models import Figure, Publication
from scheduler.ready import NOT_OUT, is_pressed
from scheduler.rules import Rules
from scheduler.sent import is_titled, title_of
from scheduler.tally import article_anew
from scheduler.withdraw import open_one

IN_DOUBT = (State.UNSURE, State.PUBLISHING, State.FAILED)
WECHAT = "wechat"  # who moved a post that WeChat itself has confirmed


class NotAwaited(OpsError):
    """Nothing waits for the word that a post is out, so its number may be a wrong one; the title must be repeated."""


def demand_title(session: Session, article: Article, title: str, rules: Rules, *, now: datetime) -> None:
    """Raise NotAwaited where nothing waits for the word that an article's post is out, unless its title is repeated.

    OpsError for another title. What is refused anyway, published or not approved, is passed over.
    """
    post = article.post
    if post is None or post.state == State.PUBLISHED or waiting_for(post) or _is_awaited(session, post, rules, now):
        return
    if not title:
        when = f"，定在 {stamp(post.due_at)} 发" if post.due_at else ""
        raise NotAwaited(f"{in_words(post)}现在是“{IN_WORDS[post.state]}”{when}，没有在等人核实，所以还没有记。")
    if not is_titled(session, article, title):
        raise OpsError(
            f"标题对不上，没有记：您写的是“{title.strip()}”，"
            f"文章{article.id} 是“{title_of(session, article)}”。请核对编号和标题。"
        )


def take_back(session: Session, post: Post, article: Article, *, by: str, now: datetime) -> str:
    """Take back a person's word that an article's post is out; return what people are told.

    It goes out at its time as before where that is ahead and it was never handed over; else
    it waits for a person's word, and one that WeChat has received for WeChat's. OpsError
    where WeChat, its figures or an address in them say that it is out, and once it is being taken down.
    """
    publication = live_publication(session, post)
    if publication is None or not _rests_on_a_word(session, post, publication):
        raise OpsError(
            f"{in_words(post)}发出了，不只是有人这样说，不能再记为没发出。要撤下请发：撤稿 {article.id} 原因"
        )
    why = f"{by}核实：没有发出，先前记错了"
    for each in post.articles:
        move(session, each, State.APPROVED, by=by, now=now, why=why)
    publication.published_at, publication.url = None, ""
    if publication.receipt_at:  # with WeChat's own msg_data_id, where it was a push
        publication.asked = 0
        move(session, post, State.PUBLISHING, by=by, now=now, why=why)
        then = "微信收下过这一次，正在再问它结果。"
    else:
        publication.msg_data_id = None
        ahead = post.due_at is not None and post.due_at > now and publication.claimed_at is None
        publication.doubt = publication.doubt if ahead else publication.doubt or NOT_OUT
        move(session, post, State.OPEN, by=by, now=now, why=why)
        then = f"仍定在 {stamp(post.due_at)} 发。" if ahead and post.due_at else f"要现在发请回复：补发 {article.id}；"
        then += f"要改时间：改期 {article.id} 时间"
    for each in post.articles:
        article_anew(session, each.id)
    return f"已改正：{in_words(post)}没有发出。{then}"


def _is_awaited(session: Session, post: Post, rules: Rules, now: datetime) -> bool:
    """Say whether a post is in doubt, late, or a draft on which a person presses 发表."""
    publication = live_publication(session, post)
    asks = publication is not None and bool(publication.doubt)
    late = post.due_at is not None and post.due_at <= now
    by_hand = post.state == State.DRAFTED and is_pressed(session, post, rules)
    return post.state in IN_DOUBT or asks or late or by_hand


def _rests_on_a_word(session: Session, post: Post, publication: Publication) -> bool:
    """Say whether a person alone says that a post is out, all of it still stands, and nobody takes it down."""
    told = select(Event.by).where(Event.subject == subject(post), Event.to_state == State.PUBLISHED)
    by = session.scalars(told.order_by(Event.id.desc())).first()
    told_since = publication.receipt_at is None and publication.msg_data_id != message_id(publication.url)
    counted = select(Figure.id).where(Figure.subject.in_([f"article:{one.id}" for one in post.articles])).limit(1)
    stands = all(one.state == State.PUBLISHED and open_one(session, one) is None for one in post.articles)
    return by != WECHAT and not told_since and not publication.article_id and session.scalar(counted) is None and stands
