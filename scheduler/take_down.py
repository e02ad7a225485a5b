"""Taking down what is out: evidence first, then the comments, then the deletion, and gone only when it is seen.

Each effect is written before it is made and its outcome after it. A deletion whose
answer was lost is looked after before anything is repeated; where WeChat cannot be
asked, a person looks. Nothing is deleted by a number that does not show the title.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.after_models import Withdrawal
from content.db import Store
from content.library import Library
from content.models import State
from content.revisions import latest_revision
from scheduler import withdraw
from scheduler.comment_models import CommentThread
from scheduler.evidence_kept import keep_evidence
from scheduler.refusals import MINUTE_LIMIT, Answer, NotSent, Refused, Trouble, Unsure
from scheduler.sent import Sent, is_out, is_unsent, sent_as, title_of
from scheduler.standing import NOT_THERE, THERE, UNKNOWN, another, is_gone, read_out, standing
from scheduler.wechat import WeChat
from scheduler.withdraw import ACCEPTED, ASKED, BY_HAND, DELETING, TOLD, UNSENT

log = logging.getLogger(__name__)

CLOSING = "正在关"  # begun, and not known: to close them twice changes nothing
AGAIN_AFTER = timedelta(minutes=1)
PATIENCE = 2  # tries without an answer before a person hears
SETTLE_AFTER = timedelta(minutes=2)  # a deletion whose answer was lost shows by then, or was not made
UNREAD = "微信现在不让接口读这篇文章（多半是今天的次数用完了），核对不了标题，所以没有用接口删。"
LOOK_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 30))  # after the deletion was accepted


@dataclass(frozen=True)
class Job:
    """A withdrawal as it is worked on while no transaction is open."""

    id: int
    number: int
    stage: str
    title: str
    sent: Sent
    comments: bool  # whether readers may have written
    looks: int


def take_down(store: Store, wechat: WeChat, library: Library, now: datetime) -> None:
    """Bring every withdrawal of what is out one step further.

    One that WeChat does not answer is tried again in a minute.
    """
    for job in _jobs(store, now):
        if job.stage == ASKED:
            _begin(store, wechat, library, job, now)
        else:
            _look(store, wechat, job, now)


def _jobs(store: Store, now: datetime) -> Sequence[Job]:
    """Return what can be worked on now; what turned out not to be out leaves its post, what is gone is over."""
    with store.reading() as session:
        if session.scalar(select(Withdrawal.id).where(Withdrawal.ended_at.is_(None)).limit(1)) is None:
            return []
    with store.transaction() as session:
        due = or_(Withdrawal.retry_at.is_(None), Withdrawal.retry_at <= now)
        query = select(Withdrawal).where(Withdrawal.ended_at.is_(None), Withdrawal.stage != UNSENT, due)
        jobs = []
        for row in session.scalars(query.order_by(Withdrawal.id)).all():
            if row.article.state == State.WITHDRAWN:
                withdraw.finish(session, row, "微信说已删除", now=now)
            elif is_unsent(row.article) and row.stage == ASKED:
                withdraw.take_out(session, row, now=now)
            elif is_out(row.article) and row.stage != BY_HAND:
                jobs.append(_job(session, row))
        return jobs


def _job(session: Session, row: Withdrawal) -> Job:
    article, sent = row.article, sent_as(session, row.article)
    revision = latest_revision(session, article)
    opened = session.scalar(
        select(CommentThread.id).where(CommentThread.article_id == article.id, CommentThread.is_open).limit(1)
    )
    may = revision is None or revision.comments or opened is not None
    comments = bool(sent.msg_data_id) and may and row.comments in ("", CLOSING)
    return Job(row.id, article.id, row.stage, title_of(session, article), sent, comments, row.looks)


def _begin(store: Store, wechat: WeChat, library: Library, job: Job, now: datetime) -> None:
    """Keep the evidence, close the comments and delete, or leave it to a person."""
    try:
        items = read_out(wechat, job.sent)
    except (NotSent, Refused, Unsure) as trouble:
        if job.looks < PATIENCE or _keep(store, library, job, None, now):
            try_again(store, job.id, trouble, now)
        return
    if not _keep(store, library, job, items, now):
        return
    if is_gone(items, job.sent):
        _finish(store, job, "微信里已经没有它了", now)
        return
    if job.comments:
        _close_comments(store, wechat, job, now)
    if job.sent.by_api and job.sent.listed and items is None:  # such as 45009 until midnight: a person is faster
        _by_hand(store, job, UNREAD, now)
    elif job.sent.by_api and (why := another(items, job.sent, job.title)):
        _by_hand(store, job, why, now)
    elif job.sent.by_api:
        _delete(store, wechat, job, now)
    else:
        _by_hand(store, job, "它不是用接口发的（后台发表或外部发布），接口只能删接口发的。", now)


def _delete(store: Store, wechat: WeChat, job: Job, now: datetime) -> None:
    if not _move_on(store, job, DELETING, now, tried=True):  # the intent, before the effect
        return
    try:
        if job.sent.article_id:
            wechat.delete_published(job.sent.article_id, job.sent.place)
        else:
            wechat.delete_mass(job.sent.msg_id, job.sent.place)
    except NotSent as trouble:
        try_again(store, job.id, trouble, now, stage=ASKED)
    except Refused as refusal:
        if refusal.errcode == MINUTE_LIMIT:
            try_again(store, job.id, refusal, now, stage=ASKED)
        else:
            _by_hand(store, job, f"微信没有接受删除（{refusal.errcode} {refusal.errmsg}）。", now)
    except Unsure as trouble:
        try_again(store, job.id, trouble, now)
    else:
        _move_on(store, job, ACCEPTED, now)
        log.info("article %s: WeChat took the deletion", job.number)


def _look(store: Store, wechat: WeChat, job: Job, now: datetime) -> None:
    """See whether the article is gone: after a deletion, after one whose answer was lost, after a person's word."""
    try:
        found = standing(wechat, job.sent)
    except (NotSent, Refused, Unsure) as trouble:
        try_again(store, job.id, trouble, now)
        return
    if found == NOT_THERE:
        _finish(store, job, "微信读回，已不在", now)
    elif job.stage == TOLD:
        _settle_word(store, job, found, now)
    elif found == UNKNOWN:
        _by_hand(store, job, _look_yourself(job), now)
    elif job.stage == DELETING:
        _not_made(store, job, now)
    else:
        _look_later(store, job, now)


def _not_made(store: Store, job: Job, now: datetime) -> None:
    """It is there after a deletion whose answer was lost: late enough that it was not made, it may be made again."""
    with store.transaction() as session:
        row = session.get_one(Withdrawal, job.id, with_for_update=True)
        if row.ended_at or row.stage != DELETING:
            return
        settled = (row.tried_at or row.at) + SETTLE_AFTER
        row.retry_at = settled if now < settled else None
        row.stage = DELETING if now < settled else ASKED
        withdraw.ring_for_trouble(session, row, now=now)


def _settle_word(store: Store, job: Job, found: str, now: datetime) -> None:
    if found == THERE:
        _by_hand(store, job, "说已撤下，但微信读回它还在。请再看一看，一篇一篇核对。", now)
        return
    with store.reading() as session:
        told_by = session.get_one(Withdrawal, job.id).told_by
    _finish(store, job, f"{told_by}看过，已不在", now)


def _look_yourself(job: Job) -> str:
    word = "微信接受了删除" if job.stage == ACCEPTED else "不知道微信删没删"
    where = "微信现在不让接口读这篇文章，看不到它" if job.sent.listed else "接口看不到一次推送里的某一篇"
    return f"{word}，但{where}还在不在。请打开链接看一看；还在就照下面的步骤删除。"


def _keep(store: Store, library: Library, job: Job, items: list[Answer] | None, now: datetime) -> bool:
    """Keep the evidence, once; False, with an alarm, when the disk does not take it."""
    try:
        keep_evidence(store, library, job.id, items, now)
    except OSError as error:
        why = (
            f"证据存不下来（{error.strerror or error}），所以没有用接口删。请清理磁盘；急的话先截图，再照步骤到后台删。"
        )
        _by_hand(store, job, why, now)
        return False
    return True


def _close_comments(store: Store, wechat: WeChat, job: Job, now: datetime) -> None:
    """Close the comments; what WeChat says is kept, and the deletion does not wait for it."""
    _note_comments(store, job.id, CLOSING)
    try:
        wechat.comment("close", job.sent.msg_data_id, job.sent.place - 1)  # 0-based here: wechat-api.md §8
    except (NotSent, Refused, Unsure) as trouble:
        _note_comments(store, job.id, f"没有关成：{trouble}")
        log.warning("article %s: comments not closed: %s", job.number, trouble)
    else:
        _note_comments(store, job.id, "已关")


def _note_comments(store: Store, row_id: int, words: str) -> None:
    with store.transaction() as session:
        session.get_one(Withdrawal, row_id).comments = words


def _move_on(store: Store, job: Job, stage: str, now: datetime, *, tried: bool = False) -> bool:
    """Move a withdrawal to its next stage, unless a person has moved it meanwhile."""
    with store.transaction() as session:
        row = session.get_one(Withdrawal, job.id, with_for_update=True)
        if row.ended_at or row.stage not in (job.stage, DELETING):
            return False
        row.stage, row.looks, row.retry_at = stage, 0, None
        row.tried_at = now if tried else row.tried_at
        return True


def _look_later(store: Store, job: Job, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Withdrawal, job.id, with_for_update=True)
        if row.looks >= len(LOOK_AGAIN):
            withdraw.by_hand(session, row, "微信接受了删除，半小时后读回它还在。", now=now)
            return
        row.retry_at = now + LOOK_AGAIN[row.looks]
        row.looks += 1


def try_again(store: Store, row_id: int, trouble: Trouble, now: datetime, *, stage: str = "") -> None:
    """Try again in a minute; after some tries a person hears and may be faster."""
    with store.transaction() as session:
        row = session.get_one(Withdrawal, row_id, with_for_update=True)
        if row.ended_at:
            return
        row.stage, row.last_error = stage or row.stage, str(trouble)
        row.retry_at, row.looks = now + AGAIN_AFTER, row.looks + 1
        if row.looks > PATIENCE:
            withdraw.ring_for_trouble(session, row, now=now)


def _by_hand(store: Store, job: Job, why: str, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Withdrawal, job.id, with_for_update=True)
        if not row.ended_at:
            withdraw.by_hand(session, row, why, now=now)


def _finish(store: Store, job: Job, seen: str, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Withdrawal, job.id, with_for_update=True)
        if not row.ended_at:
            withdraw.finish(session, row, seen, now=now)
