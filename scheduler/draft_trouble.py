"""A draft that could not be made: when it is tried again, who waits with it, and what people are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.clock import stamp
from content.db import Store
from content.models import Post, Revision
from content.suspects import suspects
from content.workflow import in_words
from scheduler import alarm
from scheduler.again import AFTER, again_at
from scheduler.draft_once import SETTLE_AFTER, names
from scheduler.hold import DRAFTS, OPEN_COMMENTS, hold, is_held
from scheduler.limits import next_day
from scheduler.models import Publication
from scheduler.pictures import forget_covers
from scheduler.refusals import (
    DRAFT_GONE,
    INVALID_CONTENT,
    NO_COMMENT_RIGHT,
    Reaction,
    Refused,
    Trouble,
)

COVER_AGAIN = timedelta(seconds=5)  # WeChat: new material may give 40007 for two or three seconds
COVER_FORGOTTEN, COVER_TRIES = 2, 4  # after two such refusals the cover is uploaded anew; after four a person hears
MINUTE_TRIES = 3  # a limit per minute is told when so many tries have met it
ALL_WAIT = {  # the other drafts would fare the same: what people are told of them
    Reaction.MINUTE: "",
    Reaction.DAY: "别的草稿也等到明天零点。",
    Reaction.ACCOUNT: "别的草稿也一起等。",
    Reaction.ADMIN: "别的草稿也一起等。",
}


def everybody_waits(trouble: Trouble) -> bool:
    """Say whether the other drafts would fare the same just now."""
    return not isinstance(trouble, Refused) or trouble.reaction in ALL_WAIT


def record(store: Store, publication_id: int, revisions: Sequence[Revision], trouble: Trouble, now: datetime) -> None:
    """Write down what kept a draft from being made.

    What WeChat refuses as it is (wechat-api.md §11: the editor must change it) is not
    tried again before the texts change or a person says so.
    """
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        publication.last_error = str(trouble)
        publication.attempts += 1
        if _may_do_without_comments(session, revisions, trouble, now):
            hold(session, OPEN_COMMENTS, next_day(now), now=now)
            publication.retry_at = None
            return
        publication.retry_at = again = _again_at(publication, trouble, now)
        if _mends_itself(publication, trouble):
            if publication.attempts == COVER_FORGOTTEN and not _meets_limit(trouble):
                forget_covers(session, revisions)
        else:
            _tell(session, publication, revisions, trouble, now)
        if again and isinstance(trouble, Refused) and trouble.reaction in ALL_WAIT:
            hold(session, DRAFTS, again, now=now)


def tell_of_closed_comments(session: Session, post: Post, now: datetime) -> None:
    """Ring for a post whose comments stay closed since the account has no right to them (88000)."""
    text = (
        f"{in_words(post)}写了开留言，但公众号没有留言权限（88000），草稿按不开留言建，到时间照发。"
        "请管理员到后台看留言权限；有了权限，发出以后可以在后台打开留言。"
    )
    alarm.ring(session, f"uncommented:post:{post.id}", text, now=now)


def tell_of_new_draft(session: Session, post: Post, now: datetime) -> None:
    """Ring for a draft that cannot be written over (40007) though it is there: another one takes its place."""
    text = (
        f"{in_words(post)}的草稿在草稿箱里，微信却不让改（40007）：把它删去，按审过的稿子新建一份。"
        "在旧草稿上做过的手工项要重新做，旧草稿的预览链接不再有效。"
    )
    alarm.ring(session, f"redrafted:post:{post.id}", text, now=now)


def record_lost_picture(
    store: Store, publication_id: int, revisions: Sequence[Revision], error: OSError, now: datetime
) -> None:
    """Write down that a kept picture cannot be read: only a new submission brings it back."""
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        publication.last_error, publication.retry_at = str(error), now + AFTER[Reaction.LATER]
        text = f"{names(revisions)} 的草稿没有建成：定稿时存下的图片读不出来。请重新送审，回复：送审 {revisions[0].article_id}"
        alarm.ring(session, f"draft:post:{publication.post_id}", text, now=now)


def _again_at(publication: Publication, trouble: Trouble, now: datetime) -> datetime | None:
    if not isinstance(trouble, Refused):
        return now + SETTLE_AFTER
    if _is_bad_cover(trouble) and publication.attempts < COVER_TRIES:
        return now + COVER_AGAIN
    return again_at(trouble, publication.attempts, now)


def _mends_itself(publication: Publication, trouble: Trouble) -> bool:
    """Say whether there is no reason yet to call a person: a cover not synced, a limit per minute."""
    tries = COVER_TRIES if _is_bad_cover(trouble) else MINUTE_TRIES if _meets_limit(trouble) else 0
    return publication.attempts < tries


def _may_do_without_comments(session: Session, revisions: Sequence[Revision], trouble: Trouble, now: datetime) -> bool:
    """Say whether only the comments were refused; wechat-api.md §11: 88000, set need_open_comment=0."""
    refused = isinstance(trouble, Refused) and trouble.errcode == NO_COMMENT_RIGHT
    opened = any(revision.comments for revision in revisions) and not is_held(session, OPEN_COMMENTS, now)
    return refused and opened


def _is_bad_cover(trouble: Trouble) -> bool:
    return isinstance(trouble, Refused) and trouble.errcode == DRAFT_GONE


def _meets_limit(trouble: Trouble) -> bool:
    return isinstance(trouble, Refused) and trouble.reaction is Reaction.MINUTE


def _tell(
    session: Session, publication: Publication, revisions: Sequence[Revision], trouble: Trouble, now: datetime
) -> None:
    post = publication.post
    if publication.retry_at:
        publication.refused = ""
        text = f"{in_words(post)}的草稿没有建成，会自动再试：{trouble}{_others(trouble)}"
        alarm.ring(session, f"draft:post:{post.id}", text, now=now)
    else:
        publication.refused, publication.attempts = names(revisions), 0
        found = _suspicious(revisions) if isinstance(trouble, Refused) and trouble.errcode == INVALID_CONTENT else ""
        text = f"{in_words(post)}的草稿没有建成，不会自动再试：{trouble}{found}{_ways_on(post, now)}"
        alarm.ring_anew(session, f"draft:post:{post.id}", text, since=now, now=now)


def _others(trouble: Trouble) -> str:
    return ALL_WAIT.get(trouble.reaction, "") if isinstance(trouble, Refused) else ""


def _ways_on(post: Post, now: datetime) -> str:
    first, due = post.articles[0].id, post.due_at
    same = f"改期 {first} {stamp(due)}" if due and due > now else f"补发 {first}"
    return f"改好后请回复：送审 {first}；不用改、再试一次：{same}"


def _suspicious(revisions: Sequence[Revision]) -> str:
    """Return what our own check finds in the frozen texts, since WeChat does not say where."""
    found = [(revision.article_id, what) for revision in revisions for what in suspects(revision.html)]
    if not found:
        return "我们的检查没有看出是哪一处，请先看敏感词和外来的文字、图片。"
    several = len(revisions) > 1
    return f"可疑的地方：{'；'.join(f'文章{number}的{what}' if several else what for number, what in found)}。"
