"""What may follow what: the moves of articles and posts, each made once and written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import IN_WORDS, Article, Event, Post, State

MOVES: dict[type[Article] | type[Post], dict[tuple[State, State], str]] = {  # what may follow what, and when
    Article: {
        (State.WRITTEN, State.IN_REVIEW): "submitted",
        (State.IN_REVIEW, State.APPROVED): "every step passed",
        (State.IN_REVIEW, State.WRITTEN): "sent back, or the file changed",
        (State.APPROVED, State.WRITTEN): "the file changed",
        (State.APPROVED, State.IN_REVIEW): "its day or column asks for one more step",
        (State.APPROVED, State.PUBLISHED): "its post is out",
        (State.PUBLISHED, State.APPROVED): "a person's word that it was out is taken back",
        (State.PUBLISHED, State.WITHDRAWN): "taken down",
        (State.WRITTEN, State.WITHDRAWN): "it was out unreviewed, and taken down",
    },
    Post: {
        (State.OPEN, State.DRAFTED): "the draft was made",
        (State.DRAFTED, State.OPEN): "an article changed",
        (State.DRAFTED, State.SCHEDULED): "it goes out by itself at its time",
        (State.DRAFTED, State.PUBLISHED): "somebody pressed 发表",
        (State.DRAFTED, State.UNSURE): "its draft is gone: pressed by hand?",
        (State.SCHEDULED, State.DRAFTED): "a person must press 发表",
        (State.SCHEDULED, State.OPEN): "an article changed",
        (State.SCHEDULED, State.PUBLISHING): "claimed",
        (State.SCHEDULED, State.UNSURE): "its draft is gone: pressed by hand?",
        (State.PUBLISHING, State.SCHEDULED): "certainly not sent",
        (State.PUBLISHING, State.PUBLISHED): "confirmed",
        (State.PUBLISHING, State.FAILED): "WeChat said no",
        (State.PUBLISHING, State.UNSURE): "no answer",
        (State.UNSURE, State.PUBLISHED): "it was out",
        (State.UNSURE, State.PUBLISHING): "WeChat has it",
        (State.UNSURE, State.SCHEDULED): "it was not sent",
        (State.PUBLISHED, State.OPEN): "a person's word that it was out is taken back",
        (State.PUBLISHED, State.PUBLISHING): "that word is taken back, and WeChat has it",
        (State.FAILED, State.OPEN): "repair",
        (State.FAILED, State.SCHEDULED): "send again",
    },
}


class Overtaken(OpsError):
    """Someone else moved the article or post first."""


def move(session: Session, thing: Article | Post, to: State, *, by: str, now: datetime, why: str = "") -> None:
    """Move an article or a post, unless someone else moved it since it was read.

    The WHERE on the old state is what makes a move happen once: of two processes
    that try the same move, one changes a row and the other none. The event is
    written in the same transaction. OpsError when the move does not exist,
    Overtaken when it came too late.
    """
    kind, old = type(thing), thing.state
    if (old, to) not in MOVES[kind]:
        raise OpsError(f"{in_words(thing)}现在是“{IN_WORDS[old]}”，不能变为“{IN_WORDS[to]}”。")
    result = session.execute(
        update(kind)
        .where(kind.id == thing.id, kind.state == old)
        .values(state=to, state_since=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Overtaken(f"{in_words(thing)}刚刚被别人改动了，请再看一次。")
    session.refresh(thing, ["state", "state_since"])
    session.add(Event(subject=subject(thing), at=now, by=by, from_state=old.value, to_state=to.value, why=why))


def note(session: Session, thing: Article | Post, *, by: str, now: datetime, why: str) -> None:
    """Write down what happened to an article or a post without moving it."""
    session.add(Event(subject=subject(thing), at=now, by=by, why=why))


def subject(thing: Article | Post) -> str:
    """Return the name under which the trail keeps the events of an article or a post, such as article:12."""
    return f"{thing.__tablename__}:{thing.id}"


def in_words(thing: Article | Post) -> str:
    """Return what people call it: 文章12“标题”, and for a post all its articles."""
    if isinstance(thing, Article):
        return f"文章{thing.id}“{thing.title or thing.slug}”"
    return "、".join(in_words(article) for article in thing.articles) or f"推文{thing.id}（没有文章）"
