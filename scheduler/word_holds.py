"""Word holds: what waits to go out and holds a word that is an error now stays where it is until a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.models import Article, Post, Revision
from content.posts import UNSENT
from content.workflow import in_words, note
from scheduler import alarm
from scheduler.word_models import WordHold

HELD, DUE = "word", "word-due"  # the kinds of the alarms


def holds_of(session: Session, post: Post) -> Sequence[WordHold]:
    """Return what holds a post back: of the newest frozen texts of its articles, and not released."""
    return _live(session, [article.id for article in post.articles])


def why_held(session: Session, post: Post) -> str:
    """Return in a few words why a post is held, and what to send; "" when no word holds it."""
    found = holds_of(session, post)
    if not found:
        return ""
    words = "、".join(f"“{hold.word}”" for hold in found)
    return f"有新列入的词{words}，停住了；确实可以发：放行 {found[0].revision.article_id} 理由"


def release(session: Session, article: Article, reason: str, *, by: str, now: datetime) -> str:
    """Let article N go out with the words that hold it, for a reason that is kept; return what people are told."""
    found = _live(session, [article.id])
    if not found:
        raise OpsError(f"{in_words(article)}没有因为词停住，不用放行。")
    if not reason.strip():
        raise WrongUse(f"放行要写理由，会留在记录里，例如：放行 {article.id} 引用的是机构原名")
    for hold in found:
        hold.released_at, hold.released_by, hold.reason = now, by, reason.strip()
        why = f"放行停住的词“{hold.word}”（{article.id}-{hold.revision.number}）。理由：{reason.strip()}"
        note(session, article, by=by, now=now, why=why)
    session.flush()
    ring(session, now)
    words = "、".join(f"“{hold.word}”" for hold in found)
    return f"{in_words(article)}已放行：{words}。{_what_follows(session, article.post, now)}"


def ring(session: Session, now: datetime) -> None:
    """Ring for each post that a word holds, louder once its time has come; what is not held any more rings no more."""
    by_post: dict[int, list[WordHold]] = defaultdict(list)
    waiting = select(Article.id).join(Post, Post.id == Article.post_id).where(Post.state.in_(UNSENT))
    for hold in _live(session, list(session.scalars(waiting))):
        if hold.revision.article.post_id:
            by_post[hold.revision.article.post_id].append(hold)
    rung = {}
    for post_id, found in by_post.items():
        post = session.get_one(Post, post_id)
        kind = DUE if post.due_at and post.due_at <= now else HELD
        rung[f"{kind}:post:{post_id}"] = _text(post, found, now)
    alarm.end_others(session, (HELD, DUE), rung, now=now)
    for key, text in rung.items():
        alarm.ring(session, key, text, now=now)


def _text(post: Post, found: Sequence[WordHold], now: datetime) -> str:
    when = f"定在 {stamp(post.due_at)}，" if post.due_at else ""
    late = "到点没有发出" if post.due_at and post.due_at <= now else "停住了，不会自动发出"
    lines = [f"{in_words(post)}{when}{late}：words.csv 或 people.csv 改了，里面有"]
    for hold in found:
        lines.append(f"· 文章{hold.revision.article_id} {hold.place}。{hold.message}")
    first = found[0].revision.article_id
    lines.append(f"确实可以发：放行 {first} 理由；不发这篇、其余照发：移出 {first}；要改：改文件后重新送审。")
    return "\n".join(lines)


def _live(session: Session, articles: Sequence[int]) -> Sequence[WordHold]:
    newest = select(func.max(Revision.id)).where(Revision.article_id.in_(articles)).group_by(Revision.article_id)
    query = select(WordHold).where(WordHold.revision_id.in_(newest), WordHold.released_at.is_(None))
    return session.scalars(query.order_by(WordHold.id)).all()


def _what_follows(session: Session, post: Post | None, now: datetime) -> str:
    if post is None:
        return ""
    if others := holds_of(session, post):
        return f"同一次推文里还有停住的：文章{others[0].revision.article_id}，也要放行或移出。"
    if post.due_at and post.due_at <= now:
        return "时间已经到了，没有别的事等着就马上发出；晚得太久的会再请您确认。"
    return f"{stamp(post.due_at)} 照常发。" if post.due_at else ""
