"""The page of readers' comments: the queue, what becomes of each, and the forms for what people want done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.articles import article_of
from bot.console.pages import page
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.lint.tables import tables
from content.models import Article, Person
from content.reviews import ROLES
from content.workdays import workdays_since
from scheduler import comment_queue as queue
from scheduler import comment_wishes as wishes
from scheduler.comment_models import Comment, CommentThread
from scheduler.comment_wishes import Unfit

NEWEST, THREADS = 100, 12
SKIP = "skip"
HOW = "确实要这样回复，请在“理由”里写明，再按一次“回复”。"
SAID = {  # what an address may let the page say; nothing else of an address is shown
    SKIP: "记为不用回，不再提醒。",
    **{kind: f"已记下：{word}。一两分钟内办好，结果在这一页上。" for kind, word in wishes.IN_WORDS.items()},
}


@dataclass(frozen=True)
class Line:
    """A comment as the page shows it; `doing` is what is being done, "" when nothing is."""

    number: int
    article: int
    title: str
    who: str
    at: str
    age: str
    content: str
    state: str
    is_waiting: bool
    is_deleted: bool
    elected: bool
    reply: str
    doing: str


@dataclass(frozen=True)
class Thread:
    """An article's comments: whether readers can write, and what is being done."""

    article: int
    title: str
    is_open: bool
    asked: str
    doing: str
    trouble: str


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be taken: for which comment, and what is wrong with it."""

    number: int
    wish: str
    text: str
    reason: str
    error: str
    needs_reason: bool


def add_comments(console: Blueprint, parts: Parts) -> None:
    """Add the page and the targets of its forms."""

    @console.get("/comments")
    def comments() -> Response:
        return _show(parts, demand(READERS), said=SAID.get(request.args.get("said", ""), ""))

    @console.post("/comments/<int:number>")
    def comment(number: int) -> Response:
        person, form = _answering(), request.form
        try:
            wish = _act(parts, number, person.name, form)
        except OpsError as error:
            needs = isinstance(error, Unfit) and error.needs_reason
            wish, text, reason = form.get("wish", ""), form.get("text", ""), form.get("reason", "")
            return _show(parts, person, typed=Typed(number, wish, text, reason, str(error), needs), status=422)
        return go(f"/console/comments?said={wish}")

    @console.post("/comments/of/<int:number>")
    def thread(number: int) -> Response:
        person, is_open = _answering(), request.form.get("wish") == wishes.OPEN
        article_of(parts, number)
        with parts.store.transaction() as session:
            article, now = session.get_one(Article, number), parts.clock.now()
            wishes.set_open(session, article, is_open=is_open, by=person.name, now=now)
        return go(f"/console/comments?said={wishes.OPEN if is_open else wishes.CLOSE}")


def _answering() -> Person:
    """Return who is at the page; OpsError when it is not theirs to answer."""
    person = demand(READERS)
    if not wishes.may_answer(person):
        raise OpsError(f"{person.name}，留言由运营、管理员或甲方处理，不归{ROLES[person.role]}。")
    return person


def _act(parts: Parts, number: int, by: str, form: Mapping[str, str]) -> str:
    """Do what the form wishes for a comment, and return the wish; OpsError says why not."""
    wish, now = form.get("wish", ""), parts.clock.now()
    reason = form.get("reason", "")
    words = tables(parts.workspace) if wish == wishes.REPLY else None
    with parts.store.transaction() as session:
        if words:
            text = form.get("text", "")
            wishes.reply(session, number, text, words, reason=reason, how=HOW, by=by, now=now)
        elif wish == SKIP:
            wishes.leave(session, number, by=by, now=now)
        elif wish in (wishes.ELECT, wishes.UNELECT, wishes.UNREPLY, wishes.DELETE):
            wishes.change(session, wish, number, reason=reason, by=by, now=now)
        else:
            raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
    return wish


def _show(parts: Parts, person: Person, *, said: str = "", typed: Typed | None = None, status: int = 200) -> Response:
    everything = "all" in request.args
    with parts.store.reading() as session:
        found = queue.latest(session, limit=NEWEST) if everything else queue.waiting(session, limit=NEWEST)
        lines = [_line(parts, session, comment) for comment in found]
        if typed and typed.number not in [line.number for line in lines]:
            meant = session.scalars(select(Comment).where(Comment.id == min(typed.number, 2**31 - 1)))
            lines += [_line(parts, session, comment) for comment in meant]
        newest = select(CommentThread).order_by(CommentThread.out_at.desc(), CommentThread.id.desc()).limit(THREADS)
        threads = [_thread(session, thread) for thread in session.scalars(newest)]
        total, oldest = queue.count_waiting(session), queue.oldest_in_words(session, parts.rules, parts.clock.now())
    return page(
        "comments", status=status, lines=lines, threads=threads, total=total, oldest=oldest, everything=everything,
        newest=NEWEST, said=said, typed=typed, may_answer=wishes.may_answer(person), limit=wishes.REPLY_LENGTH,
    )  # fmt: skip


def _line(parts: Parts, session: Session, comment: Comment) -> Line:
    wish = queue.live_wish(session, wishes.target_of(comment.thread, comment))
    is_waiting = comment.settled_at is None and comment.deleted_at is None
    days = workdays_since(comment.created_at, parts.clock.now(), parts.rules.days) if is_waiting else 0
    return Line(
        number=comment.id,
        article=comment.thread.article_id,
        title=comment.thread.article.title,
        who=comment.nickname or "读者",
        at=stamp(comment.created_at),
        age=f"过了 {days} 个工作日" if days else "",
        content=comment.content,
        state=queue.state_of(comment),
        is_waiting=is_waiting,
        is_deleted=comment.deleted_at is not None,
        elected=comment.elected,
        reply=comment.reply,
        doing=wishes.wish_in_words(wish) if wish else "",
    )


def _thread(session: Session, thread: CommentThread) -> Thread:
    wish = queue.live_wish(session, wishes.target_of(thread, None))
    return Thread(
        article=thread.article_id,
        title=thread.article.title,
        is_open=thread.is_open,
        asked=stamp(thread.asked_at) if thread.asked_at else "",
        doing=wishes.wish_in_words(wish) if wish else "",
        trouble=thread.trouble,
    )
