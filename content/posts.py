"""Posts: which articles go out together, when, and who said so.

Articles of a month with the same `publish_at` make one post. A time set by a
person wins until the value in the front matter changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError
from content.models import Article, Event, Post, State
from content.notice import Notice
from content.schedule import ARTICLES_A_POST
from content.workflow import in_words, move, note, subject

FILE = "front matter"  # who set the time when no person did
UNSENT = (State.OPEN, State.DRAFTED, State.SCHEDULED)
CHANGEABLE = (*UNSENT, State.FAILED)  # an article of these may still change
LAST = 100  # where an article stands that tells no position; the front matter takes 1 to 99
TAKEN_OUT = "移出推文"


def arrange(session: Session, retimed: Sequence[Article], *, push: bool, now: datetime) -> list[Notice]:
    """Put articles whose `publish_at` in the front matter is new or changed into the post of that time.

    push: whether a post is pushed when its articles do not say. A post whose
    articles all changed to the same new time keeps its draft and only moves. Too
    many for one post stay out of it; the notices that are returned say so.
    """
    groups: dict[tuple[int | None, datetime | None], list[Article]] = defaultdict(list)
    for article in retimed:
        groups[article.theme_id, article.file_due].append(article)
    moving = [article.id for article in retimed]
    targets = {key: _standing(session, *key, moving) or _kept(*key, group) for key, group in groups.items()}
    for key, group in groups.items():
        leaving = [article for article in group if article.post and article.post is not targets[key]]
        put_into(session, leaving, None, by=FILE, now=now)
    notices = []
    for (theme_id, due), group in groups.items():
        if due:
            notices += _gather(session, group, targets[theme_id, due], due, push=push, now=now)
    return notices


def _standing(session: Session, theme_id: int | None, due: datetime | None, moving: Sequence[int]) -> Post | None:
    """Return the post that other articles of the month with this time are in; one that a person moved comes last."""
    rows = session.scalars(
        select(Post)
        .join(Article, Article.post_id == Post.id)
        .where(Article.theme_id == theme_id, Article.file_due == due, Article.id.not_in(moving))
        .where(Post.state.in_(CHANGEABLE))
    )
    return min(rows.unique(), key=lambda post: (post.due_at != due, post.id), default=None) if due else None


def _kept(theme_id: int | None, due: datetime | None, group: Sequence[Article]) -> Post | None:
    """Return a post of this group that holds nothing else, so that it can move as a whole."""
    own = {a.post.id: a.post for a in group if a.post and set(a.post.articles) <= set(group)}
    return own[min(own)] if own and due else None


def _gather(
    session: Session, group: Sequence[Article], post: Post | None, due: datetime, *, push: bool, now: datetime
) -> list[Notice]:
    joining = [article for article in group if article.post is None]
    if post and len(joining) < len(group):  # it is one of theirs, and moves
        set_time(session, post, due, by=FILE, now=now)
        if post.state == State.FAILED:
            reopen(session, post, by=FILE, now=now, why="改了时间，重新备稿")
    together = {*(post.articles if post else ()), *joining}
    if len(together) > ARTICLES_A_POST:
        return [_too_many(session, joining, due, len(together), now)]
    if joining:
        put_into(session, joining, post or _new_post(session, due, FILE, push=push, now=now), by=FILE, now=now)
    return []


def _too_many(session: Session, joining: Sequence[Article], due: datetime, count: int, now: datetime) -> Notice:
    for article in joining:
        if not left_out(session, article):  # so that it is tried again as long as the file says this time
            note(session, article, by=FILE, now=now, why=TAKEN_OUT)
    return Notice(
        f"full:{joining[0].theme_id}:{due.isoformat()}",
        f"{stamp(due)} 的推文会有 {count} 篇，最多 {ARTICLES_A_POST} 篇。没有编入："
        f"{'、'.join(in_words(article) for article in joining)}。请改其中几篇的发布时间。",
    )


def left_out(session: Session, article: Article) -> bool:
    """Say whether an article has a time in its file and no post, though no person took it out."""
    if article.post or article.file_due is None:
        return False
    by = session.scalars(
        select(Event.by).where(Event.subject == subject(article), Event.why == TAKEN_OUT).order_by(Event.id.desc())
    ).first()
    return by in (None, FILE)


def put_into(session: Session, articles: Sequence[Article], post: Post | None, *, by: str, now: datetime) -> None:
    """Move articles into a post, or out of any (None); both posts change and so need their drafts made anew.

    OpsError when a post is already on its way out, or when more than eight would be together.
    """
    left = list(dict.fromkeys(article.post for article in articles if article.post and article.post is not post))
    affected = [*left, post] if post else left
    for touched in affected:
        if touched.state not in CHANGEABLE:
            raise OpsError(f"{in_words(touched)}已经在发布，不能再调整。")
    if post and len({*post.articles, *articles}) > ARTICLES_A_POST:
        raise OpsError(f"{_when(post)}的推文超过 {ARTICLES_A_POST} 篇，请改其中几篇的时间。")
    for article in articles:
        article.position = None
        article.post = post
        note(session, article, by=by, now=now, why=f"编入推文{post.id}" if post else TAKEN_OUT)
    session.flush()
    for touched in affected:
        session.refresh(touched, ["articles"])
        reopen(session, touched, by=by, now=now, why="所含文章有变动")
        number(session, touched, now=now)
        take_way(touched)


def number(session: Session, post: Post, *, now: datetime) -> None:
    """Order the articles of a post: the position in the front matter, then the name; the first is the headline.

    Another order than the one that was drafted needs another draft.
    """
    ordered = sorted(post.articles, key=lambda a: (a.file_position or LAST, a.path, a.id))
    if [article.position for article in ordered] == list(range(1, len(ordered) + 1)):
        return
    for article in ordered:
        article.position = None
    session.flush()
    for place, article in enumerate(ordered, start=1):
        article.position = place
    session.flush()
    session.refresh(post, ["articles"])
    reopen(session, post, by=FILE, now=now, why="文章的顺序有变动")


def take_way(post: Post, push: bool | None = None) -> Notice | None:
    """Take what the files say about pushing into the post; a notice when its articles disagree, and nothing is taken.

    push: what holds where no article says; None leaves it as it is.
    """
    said = {article.file_notify for article in post.articles} - {None}
    if post.is_urgent and not said:
        return None  # whoever let it go has decided
    if len(said) > 1:
        return Notice(
            f"notify:post:{post.id}",
            f"{in_words(post)}在一条推文里，“推送”却写得不一样，先不发。请都写“推送”，或都写“静默”。",
        )
    post.notify = bool(said.pop()) if said else post.notify if push is None else push
    return None


def take_by_hand(session: Session, post: Post, *, now: datetime) -> None:
    """Take what must be done by hand in the back office into the post; one that was scheduled waits for it."""
    items = "、".join(dict.fromkeys(item for a in post.articles for item in a.by_hand.split("、") if item))
    if items == post.by_hand:
        return
    post.by_hand = items
    note(session, post, by=FILE, now=now, why=f"手工项：{items or '没有了'}")
    if items and post.state == State.SCHEDULED:
        move(session, post, State.DRAFTED, by=FILE, now=now, why="有手工项，要在后台按“发表”")


def reopen(session: Session, post: Post, *, by: str, now: datetime, why: str) -> None:
    """Send a post that is not on its way out back to OPEN; another one only gets a note."""
    if post.state in (State.DRAFTED, State.SCHEDULED, State.FAILED):
        move(session, post, State.OPEN, by=by, now=now, why=why)
    elif post.state != State.OPEN:
        note(session, post, by=by, now=now, why=why)


def set_time(session: Session, post: Post, due: datetime | None, *, by: str, now: datetime) -> None:
    """Set or take the time of a post that is not yet on its way out; OpsError otherwise."""
    if post.state not in CHANGEABLE:
        raise OpsError(f"{in_words(post)}已经在发布，不能改时间。")
    if due == post.due_at and by == FILE:
        return
    post.due_at, post.due_by = due, by
    note(session, post, by=by, now=now, why=f"时间定为 {stamp(due)}" if due else "取消时间")


def confirm(session: Session, post: Post, *, by: str, now: datetime) -> None:
    """Let a post go out now, as a person says: nothing that holds posts back by themselves holds this one."""
    set_time(session, post, now, by=by, now=now)
    post.confirmed_at = now


def is_confirmed(post: Post) -> bool:
    """Say whether a person has let the post go out at the very time that it has."""
    return post.due_at is not None and post.confirmed_at == post.due_at


def plan_for(session: Session, article: Article, due: datetime, *, push: bool, by: str, now: datetime) -> Post:
    """Set the time of an article's post, making a post of its own when it has none; return the post.

    A failed post is made ready again, for its new time.
    """
    if article.state in (State.PUBLISHED, State.WITHDRAWN):
        raise OpsError(f"{in_words(article)}已经发布，不能再排期。")
    post = post_of(session, article, push=push, by=by, now=now)
    set_time(session, post, due, by=by, now=now)
    if post.state == State.FAILED:
        reopen(session, post, by=by, now=now, why="改了时间，重新备稿")
    return post


def post_of(session: Session, article: Article, *, push: bool, by: str, now: datetime) -> Post:
    """Return an article's post; one of its own that has no time yet where it had none."""
    if article.post is None:
        put_into(session, [article], _new_post(session, None, by, push=push, now=now), by=by, now=now)
    assert article.post is not None
    return article.post


def waiting_for(post: Post) -> list[Article]:
    """Return the articles that keep a post from going out.

    They are not approved, their file is missing, or they disagree on whether it is pushed.
    """
    at_odds = len({a.file_notify for a in post.articles} - {None}) > 1
    return [
        a
        for a in post.articles
        if a.state != State.APPROVED or a.missing_since or (at_odds and a.file_notify is not None)
    ]


def approved_late(post: Post) -> bool:
    """Say whether the last approval came after the time of the post: then only a person lets it go out."""
    approvals = [a.state_since for a in post.articles if a.state == State.APPROVED]
    return post.due_at is not None and any(at > post.due_at for at in approvals)


def unsent(session: Session) -> list[Post]:
    """Return all posts with articles that are not out yet, soonest first, those without a time last."""
    states = (*CHANGEABLE, State.PUBLISHING, State.UNSURE)
    posts: Iterable[Post] = session.scalars(
        select(Post).where(Post.state.in_(states)).order_by(Post.due_at.is_(None), Post.due_at, Post.id)
    )
    return [post for post in posts if post.articles]


def every_post(session: Session) -> list[Post]:
    """Return all posts with articles, soonest first, those without a time last."""
    posts: Iterable[Post] = session.scalars(select(Post).order_by(Post.due_at.is_(None), Post.due_at, Post.id))
    return [post for post in posts if post.articles]


def _new_post(session: Session, due: datetime | None, by: str, *, push: bool, now: datetime) -> Post:
    post = Post(state=State.OPEN, state_since=now, due_at=due, due_by=by, notify=push)
    session.add(post)
    session.flush()
    return post


def _when(post: Post) -> str:
    return f"{stamp(post.due_at)} " if post.due_at else ""
