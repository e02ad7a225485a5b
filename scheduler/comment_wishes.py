"""Wishes about comments: what a person wants done is checked and written down; `comment_acts` carries it out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.article import Level, Problem
from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.lint.plain import check_plain
from content.lint.tables import Tables
from content.models import Article, Event, Person
from content.steps import CLIENT
from content.workflow import in_words
from scheduler.comment_models import Comment, CommentThread, CommentWish
from scheduler.comment_queue import comment_by_number, live_wish, note, thread_of

OPEN, CLOSE, ELECT, UNELECT, REPLY, UNREPLY, DELETE = "open", "close", "elect", "unelect", "reply", "unreply", "delete"
IN_WORDS = {
    OPEN: "打开留言",
    CLOSE: "关闭留言",
    ELECT: "精选",
    UNELECT: "取消精选",
    REPLY: "回复",
    UNREPLY: "删除回复",
    DELETE: "删除留言",
}
ANSWERING_ROLES = ("admin", "operator")
REPLY_LENGTH = 600  # our own bound: WeChat refuses what is too long (88007) and does not say where it begins
SOON = "马上就办，结果看“评论”。"


class Unfit(OpsError):
    """A reply has errors, or warnings without a reason; `found` is all of them."""

    def __init__(self, text: str, found: Sequence[Problem], *, needs_reason: bool) -> None:
        """Take what people are told, and what was found."""
        self.found, self.needs_reason = found, needs_reason
        super().__init__(text)


def may_answer(person: Person) -> bool:
    """Say whether a person may speak for the account under its articles: those who can act, and 甲方."""
    return person.role in ANSWERING_ROLES or person.party == CLIENT


def reply(
    session: Session, number: int, text: str, tables: Tables, *, reason: str, how: str, by: str, now: datetime
) -> str:
    """Wish a reply to comment N; return what people are told.

    Unfit when the check finds errors, or warnings and there is no `reason`; `how`
    tells, as the door at hand does it, where the reason is written.
    """
    text, reason = text.replace("\r\n", "\n").strip(), reason.strip()
    comment = _standing(session, number)
    if not text:
        raise WrongUse(f"请写回复的文字，例如：回复 {number} 您好，……")
    if len(text) > REPLY_LENGTH:
        raise WrongUse(f"回复有 {len(text)} 字，请缩短到 {REPLY_LENGTH} 字以内。")
    if comment.reply:
        raise OpsError(f"留言 {number} 已经回复过：“{comment.reply}”。要改，先回复：删回复 {number}，办完再写新的。")
    passed = demand_fit(text, tables, reason, how, now)
    _add(
        session,
        REPLY,
        comment.thread,
        comment,
        content=text,
        warnings=passed,
        reason=reason if passed else "",
        by=by,
        now=now,
    )
    return f"已记下：回复留言 {number}。{SOON}"


def change(session: Session, kind: str, number: int, *, by: str, now: datetime, reason: str = "") -> str:
    """Wish comment N elected or not, deleted (for a reason), or without its reply; return what people are told."""
    comment = _standing(session, number)
    is_so = {ELECT: comment.elected, UNELECT: not comment.elected, UNREPLY: not comment.reply, DELETE: False}[kind]
    if is_so:
        words = {ELECT: "早已精选", UNELECT: "没有精选过", UNREPLY: "没有回复，不用删"}[kind]
        raise OpsError(f"留言 {number}{words}。")
    if kind == DELETE and not reason.strip():
        raise WrongUse(f"删除读者的留言要写原因，会留在记录里，例如：删评 {number} 有他人的手机号")
    _add(session, kind, comment.thread, comment, reason=reason.strip(), by=by, now=now)
    return f"已记下：{IN_WORDS[kind]}（留言 {number}）。{SOON}"


def set_open(session: Session, article: Article, *, is_open: bool, by: str, now: datetime) -> str:
    """Wish the comments of an article opened or closed; return what people are told."""
    kind = OPEN if is_open else CLOSE
    _add(session, kind, thread_of(session, article), None, by=by, now=now)
    return f"已记下：{IN_WORDS[kind]}（{in_words(article)}）。{SOON}"


def leave(session: Session, number: int, *, by: str, now: datetime) -> str:
    """Note that comment N needs no answer; nothing is changed at WeChat."""
    comment = _standing(session, number)
    if comment.settled_at is None:
        comment.settled_at = now
        note(session, comment, by=by, now=now, why="看过，不用回")
    return f"留言 {number} 记为不用回。"


def demand_fit(
    text: str, tables: Tables, reason: str, how: str, now: datetime, *, apart_from: Collection[str] = ()
) -> str:
    """Return the warnings of a text to readers that a reason lets pass, a line each; Unfit for the rest.

    apart_from: the codes that are no mistake here.
    """
    problems = [problem for problem in check_plain(text, tables, now) if problem.code not in apart_from]
    errors = [problem for problem in problems if problem.level == Level.ERROR]
    warnings = [problem for problem in problems if problem.level == Level.WARN]
    if errors:
        lines = ["这样不能回复，请改好再发：", *(f"· {problem.message}" for problem in errors + warnings)]
        raise Unfit("\n".join(lines), problems, needs_reason=False)
    if warnings and not reason:
        lines = ["没有回复，请先看这几处：", *(f"· {problem.message}" for problem in warnings), how]
        raise Unfit("\n".join(lines), problems, needs_reason=True)
    return "\n".join(problem.message for problem in warnings)


def target_of(thread: CommentThread, comment: Comment | None) -> str:
    """Return the name of what a wish is about; of two wishes about one thing the second must wait."""
    return f"comment:{comment.id}" if comment else f"thread:{thread.id}"


def wish_in_words(wish: CommentWish) -> str:
    """Return a wish as people read it: 回复“您好”（运营，2026-12-01 10:05）."""
    said = f"“{wish.content}”" if wish.content else ""
    return f"{IN_WORDS[wish.kind]}{said}（{wish.by}，{stamp(wish.at)}）"


def _standing(session: Session, number: int) -> Comment:
    comment = comment_by_number(session, number)
    if comment.deleted_at:
        raise OpsError(f"留言 {number} 已经删除了。")
    return comment


def _add(
    session: Session,
    kind: str,
    thread: CommentThread,
    comment: Comment | None,
    *,
    by: str,
    now: datetime,
    content: str = "",
    warnings: str = "",
    reason: str = "",
) -> None:
    target = target_of(thread, comment)
    wish = CommentWish(
        kind=kind,
        target=target,
        thread_id=thread.id,
        comment_id=comment.id if comment else None,
        content=content,
        warnings=warnings,
        reason=reason,
        by=by,
        at=now,
    )
    try:
        with session.begin_nested():  # another person may wish at the same moment
            session.add(wish)
    except IntegrityError:
        other = live_wish(session, target)
        doing = wish_in_words(other) if other else "另一件事"
        raise OpsError(f"正在办：{doing}。请等它办完再说。") from None
    let_pass = f"；放行的提醒：{warnings}" if warnings else ""
    because = f"；理由：{reason}" if reason else ""
    why = f"要求{IN_WORDS[kind]}{f'“{content}”' if content else ''}{let_pass}{because}"
    session.add(Event(subject=target, at=now, by=by, why=why))
