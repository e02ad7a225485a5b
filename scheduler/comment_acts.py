"""Carrying out what people wish about comments: intent, call, outcome; what is in doubt is settled by reading back.

A reply that was sent twice would be seen, so nothing is repeated before WeChat's
own list has shown that it was not done (wechat-api.md §8).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.db import Store
from content.lint.privacy import masked
from content.workflow import in_words
from scheduler import alarm
from scheduler.comment_models import Comment, CommentThread, CommentWish
from scheduler.comment_queue import brief, note
from scheduler.comment_wishes import CLOSE, DELETE, ELECT, IN_WORDS, OPEN, REPLY, UNELECT, UNREPLY
from scheduler.comments import pages_of, reply_in
from scheduler.hold import hold, is_held
from scheduler.limits import next_day
from scheduler.refusals import DAY_LIMIT, LATER, WHOLE_ACCOUNT, Answer, NotSent, Refused, Trouble, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)
ACTIONS = {
    OPEN: "open",
    CLOSE: "close",
    ELECT: "markelect",
    UNELECT: "unmarkelect",
    REPLY: "reply/add",
    UNREPLY: "reply/delete",
    DELETE: "delete",
}
ACTS = "comment-acts-wait"  # the control that says until when nothing is tried
SETTLE_AFTER = timedelta(minutes=2)  # what was taken although no answer came is listed by then
AGAIN = timedelta(seconds=70)  # after what certainly did not happen; a limit per minute is over by then
ACCOUNT_AGAIN = timedelta(minutes=10)
TRIES, LOOKS = 5, 20  # how often something is tried, and how often its list is read, before a person hears
AT_ONCE = 10
MISSING = frozenset({88004, 88008})  # the reader, or somebody in the back office, has deleted it
REPLIED = 88005  # by us a moment ago, or by somebody else: its list tells


def carry_out(store: Store, wechat: WeChat, now: datetime) -> None:
    """Do what is wished, oldest first; settle what was begun and of which no outcome is known."""
    with store.reading() as session:
        if is_held(session, ACTS, now):
            return
        due = select(CommentWish.id).where(
            CommentWish.ended_at.is_(None),
            or_(CommentWish.retry_at.is_(None), CommentWish.retry_at <= now),
            or_(CommentWish.tried_at.is_(None), CommentWish.tried_at <= now - SETTLE_AFTER),
        )
        wishes = session.scalars(due.order_by(CommentWish.id).limit(AT_ONCE)).all()
    for wish_id in wishes:
        if trouble := _see_to(store, wechat, wish_id, now):
            log.warning("comment wish %s: %s", wish_id, trouble)
            if _stops_all(trouble):
                with store.transaction() as session:
                    hold(session, ACTS, _later(trouble, now), now=now)
                return


def _stops_all(trouble: Trouble) -> bool:
    """Say whether the other wishes would fare the same; a day's limit is one of a single call."""
    errcode = trouble.errcode if isinstance(trouble, Refused) else 0
    return isinstance(trouble, NotSent) or (errcode in WHOLE_ACCOUNT and errcode != DAY_LIMIT)


def _see_to(store: Store, wechat: WeChat, wish_id: int, now: datetime) -> Trouble | None:
    """Try or settle one wish; return what went wrong, or None."""
    with store.transaction() as session:
        wish = session.get_one(CommentWish, wish_id)
        thread = session.get_one(CommentThread, wish.thread_id)
        comment = session.get_one(Comment, wish.comment_id) if wish.comment_id else None
        in_doubt = wish.tried_at is not None
        if not in_doubt:  # the intent, before the effect
            wish.tried_at, wish.tries = now, wish.tries + 1
    step = _settle if in_doubt else _try
    return step(store, wechat, wish, thread, comment, now)


def _try(
    store: Store, wechat: WeChat, wish: CommentWish, thread: CommentThread, comment: Comment | None, now: datetime
) -> Trouble | None:
    more: dict[str, object] = {"user_comment_id": comment.user_comment_id} if comment else {}
    if wish.kind == REPLY:
        more["content"] = wish.content
    try:  # no transaction is open while we wait for WeChat
        wechat.comment(ACTIONS[wish.kind], thread.msg_data_id, thread.place, **more)
    except (NotSent, Refused, Unsure) as trouble:
        _record_trouble(store, wish, trouble, now)
        return trouble
    _record_done(store, wish, now)
    return None


def _settle(
    store: Store, wechat: WeChat, wish: CommentWish, thread: CommentThread, comment: Comment | None, now: datetime
) -> Trouble | None:
    """Read back whether a wish was carried out; what was certainly not is tried again, what was is never."""
    try:
        item = _listed(wechat, thread, comment) if comment else None
    except (NotSent, Refused, Unsure) as trouble:
        _look_again(store, wish, trouble, now)
        return trouble
    if comment and item is None:
        _record_missing(store, wish, now)
    elif item and _is_so(wish, item):
        _record_done(store, wish, now)
    elif item and wish.kind == REPLY and reply_in(item)[0]:
        _refuse(store, wish, f"已经有别的回复：“{masked(reply_in(item)[0])}”。", now)
    else:  # to open and to close cannot be read back, and to do either twice changes nothing
        _again(store, wish, now)
    return None


def _look_again(store: Store, wish: CommentWish, trouble: Trouble, now: datetime) -> None:
    if isinstance(trouble, Unsure) and wish.tries >= LOOKS:
        _refuse(store, wish, f"不知道办成了没有，请到后台“留言”里看一看。{trouble}", now)
        return
    if isinstance(trouble, Refused) and trouble.errcode not in LATER | WHOLE_ACCOUNT:
        _refuse(store, wish, f"不知道办成了没有，留言也读不回来。{trouble}", now)
        return
    with store.transaction() as session:
        live = session.get_one(CommentWish, wish.id)
        live.tries += isinstance(trouble, Unsure)
        live.last_error, live.retry_at = str(trouble), _later(trouble, now)


def _listed(wechat: WeChat, thread: CommentThread, comment: Comment) -> Answer | None:
    """Return a comment as WeChat lists it now, or None; Unsure when the list changed under our eyes."""
    seen, totals = 0, set[int]()
    for total, items in pages_of(wechat, thread):
        found = next((item for item in items if str(item.get("user_comment_id")) == str(comment.user_comment_id)), None)
        if found is not None:
            return found
        seen, totals = seen + len(items), totals | {total}
    if totals != {seen}:
        raise Unsure("留言的列表正在变，稍后再看。")
    return None


def _is_so(wish: CommentWish, item: Answer) -> bool:
    elected, reply = str(item.get("comment_type")) == "1", reply_in(item)[0]
    if wish.kind == REPLY:
        return "".join(reply.split()) == "".join(wish.content.split())
    return {ELECT: elected, UNELECT: not elected, UNREPLY: not reply}.get(wish.kind, False)


def _record_done(store: Store, wish: CommentWish, now: datetime) -> None:
    with store.transaction() as session:
        live = _end(session, wish, now)
        live.done, live.last_error = True, ""
        if live.comment_id:
            _apply(session.get_one(Comment, live.comment_id), live, now)
        else:
            thread = session.get_one(CommentThread, live.thread_id)
            thread.is_open, thread.ask_at = live.kind == OPEN, min(thread.ask_at, now)
        alarm.end(session, f"comment-refused:{live.target}", now=now)
    log.info("comment wish %s is done", wish.id)


def _apply(comment: Comment, wish: CommentWish, now: datetime) -> None:
    """Bring the row up to what was done; the next listing would show the same."""
    if wish.kind == REPLY:
        comment.reply, comment.replied_at, comment.settled_at = wish.content, now, now
    elif wish.kind == UNREPLY:
        comment.reply, comment.replied_at = "", None
        comment.settled_at = comment.settled_at if comment.elected else None
    elif wish.kind == ELECT:
        comment.elected, comment.settled_at = True, now
    elif wish.kind == UNELECT:
        comment.elected = False
    elif wish.kind == DELETE:
        comment.deleted_at = comment.deleted_at or now


def _record_trouble(store: Store, wish: CommentWish, trouble: Trouble, now: datetime) -> None:
    errcode = trouble.errcode if isinstance(trouble, Refused) else 0
    if isinstance(trouble, Unsure) or errcode == REPLIED:
        with store.transaction() as session:  # tried_at stays: it is read back before anything else
            session.get_one(CommentWish, wish.id).last_error = str(trouble)
    elif isinstance(trouble, NotSent) or errcode in LATER or errcode in WHOLE_ACCOUNT:
        with store.transaction() as session:
            live = session.get_one(CommentWish, wish.id)
            live.tried_at, live.tries = None, live.tries - 1  # nothing happened, however often
            live.last_error, live.retry_at = str(trouble), _later(trouble, now)
    elif errcode in MISSING:
        _record_missing(store, wish, now)
    else:
        _refuse(store, wish, str(trouble), now)


def _record_missing(store: Store, wish: CommentWish, now: datetime) -> None:
    """The comment is not there any more: a deletion has what it wants, and nothing else can be done."""
    if wish.kind == DELETE:
        _record_done(store, wish, now)
        return
    with store.transaction() as session:
        comment = session.get_one(Comment, wish.comment_id)
        if comment.deleted_at is None:
            comment.deleted_at = now
            note(session, comment, by="wechat", now=now, why="留言不在了：读者或后台删除了")
    _refuse(store, wish, "留言已经不在了，读者或后台删除了。", now)


def _again(store: Store, wish: CommentWish, now: datetime) -> None:
    if wish.tries >= TRIES:
        _refuse(store, wish, f"试了 {wish.tries} 次都没有办成。{wish.last_error}", now)
        return
    with store.transaction() as session:
        live = session.get_one(CommentWish, wish.id)
        live.tried_at = live.retry_at = None


def _refuse(store: Store, wish: CommentWish, why: str, now: datetime) -> None:
    """End a wish that cannot be carried out; whoever can act hears of it."""
    with store.transaction() as session:
        live = _end(session, wish, now)
        live.last_error = why
        about = in_words(session.get_one(CommentThread, live.thread_id).article)
        if live.comment_id:
            about = f"留言 {live.comment_id}“{brief(session.get_one(Comment, live.comment_id), 20)}”，{about}"
        text = f"没有办成：{IN_WORDS[live.kind]}（{about}，{live.by} {stamp(live.at)} 要求）。{why}"
        alarm.ring_anew(session, f"comment-refused:{live.target}", text, since=now, now=now)


def _end(session: Session, wish: CommentWish, now: datetime) -> CommentWish:
    live = session.get_one(CommentWish, wish.id)
    live.ended_at = now
    return live


def _later(trouble: Trouble, now: datetime) -> datetime:
    if isinstance(trouble, Refused) and trouble.errcode == DAY_LIMIT:
        return next_day(now)
    account = isinstance(trouble, Refused) and trouble.errcode in WHOLE_ACCOUNT
    return now + (ACCOUNT_AGAIN if account else AGAIN)
