"""Which text goes out after somebody edited the draft: ours again, or theirs once it has been reviewed.

Nothing unreviewed goes out: to take the edited text voids the approval, and the change
comes back through the file and the whole chain. Both decisions stay in the trail.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import posts
from content.errors import OpsError
from content.models import Article, Post, State
from content.workflow import in_words, move
from scheduler import alarm
from scheduler.drafts import live_publication
from scheduler.edited import changes_of, forget, is_edited
from scheduler.models import Publication
from scheduler.ready import is_pressed
from scheduler.rules import Rules


def use_ours(session: Session, article: Article, rules: Rules, *, by: str, now: datetime) -> str:
    """Let the frozen text be written over the edited draft; return what people are told.

    The post keeps its time; one whose time has come goes out at once, unless a person must press 发表.
    """
    post, publication = _edited(session, article)
    forget(publication)
    publication.drafted, publication.retry_at = "", None
    pressed = is_pressed(session, post, rules)
    is_due = not pressed and post.due_at is not None and post.due_at <= now
    if is_due:
        posts.confirm(session, post, by=by, now=now)
    move(session, post, State.OPEN, by=by, now=now, why=f"{by}决定：用审过的原稿，草稿改回去")
    _decided(session, post, now)
    then = "马上发出" if is_due else "改好后请在后台按“发表”" if pressed else "时间不变"
    again = f"手工项（{post.by_hand}）要重新做。" if post.by_hand else ""
    return f"{in_words(post)}用审过的原稿，草稿马上改回去，{then}。{again}"


def use_theirs(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Void the approval of what was edited, so that the edited text is reviewed before it goes out.

    Returns what people are told. The difference stays to be seen until the draft is made of a new text.
    """
    post, publication = _edited(session, article)
    changed = [one for one in post.articles if changes_of(session, one)] or list(post.articles)
    for one in changed:
        if one.state == State.APPROVED:
            why = f"{by}决定：用后台改过的文字，原来的审核作废，要写进稿件重新送审"
            move(session, one, State.WRITTEN, by=by, now=now, why=why)
    publication.doubt = ""
    move(session, post, State.OPEN, by=by, now=now, why=f"{by}决定：用后台改过的文字，等重新送审")
    _decided(session, post, now)
    first = changed[0].id
    return (
        f"{'、'.join(in_words(one) for one in changed)}要用后台改过的文字，原来的审核作废，没有审过不会发出。"
        f"请编辑把改动写进稿件，再回复：送审 {first}。改动在文章的网页上，或看 wxops post edited {first}。"
    )


def _edited(session: Session, article: Article) -> tuple[Post, Publication]:
    post = article.post
    publication = live_publication(session, post) if post else None
    if post is None or publication is None or post.state != State.DRAFTED or not is_edited(publication):
        raise OpsError(f"{in_words(article)}的草稿没有在后台被改过的记录，不用决定用哪一稿。")
    return post, publication


def _decided(session: Session, post: Post, now: datetime) -> None:
    alarm.end(
        session, *(f"{kind}:post:{post.id}" for kind in ("press", "which-text", "changed-draft", "overdue")), now=now
    )
