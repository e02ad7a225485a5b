"""Withdrawing (撤稿) as people decide it: asked for with the title, confirmed by a second person, told to be done.

What is not out yet leaves its post in the same transaction. What is out is taken down
by `take_down` in the next tick; what the API did not send, a person takes down in the
back office, step by step. The rules: domain.md §2.5, wechat-api.md §4.1 and §4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content import posts
from content.after_models import Withdrawal
from content.authority import authorised, demand_authority
from content.clock import stamp
from content.db import Store
from content.errors import OpsError
from content.files import UNDER_REVIEW
from content.models import Article, Person, Post, State
from content.workflow import in_words, move, note
from scheduler import alarm
from scheduler.channels import WECHAT
from scheduler.correct import end_with_withdrawal
from scheduler.models import Outbox, Publication
from scheduler.sent import ON_ITS_WAY, is_out, is_titled, is_unsent, sent_as, steps, title_of

ASKED = "asked"  # nothing has left yet
DELETING = "deleting"  # the deletion was handed to WeChat, its answer is not known
ACCEPTED = "accepted"  # WeChat took it; it is not seen yet that the article is gone
BY_HAND = "by-hand"  # a person must take it down in the back office
TOLD = "told"  # a person says that it is gone, and WeChat is asked whether it is
UNSENT = "unsent"  # it was taken out before it went out; its draft is still to be deleted
GONE = "gone"

IN_WORDS = {
    ASKED: "马上撤", DELETING: "正在删除", ACCEPTED: "微信已接受删除，正在核对", BY_HAND: "等人到后台撤",
    TOLD: "正在核对", UNSENT: "已移出，正在删草稿", GONE: "已撤下",
}  # fmt: skip
_OF_A_POST = (  # the alarms that asked for something to be done about what is withdrawn now
    "press", "failed", "waits", "draft", "changed-draft", "overdue", "sensitive", "unapproved", "undrafted", "unpressed",
)  # fmt: skip
A_DAY = timedelta(days=1)
CARD_STAYS = "推送过的卡片会留在粉丝的消息列表里，点开显示已删除；卡片上的标题收不回来。"


def ask(session: Session, article: Article, *, title: str, reason: str, person: Person, now: datetime) -> str:
    """Begin to take an article down, and tell the second person; return what people are told.

    OpsError without the right, the reason or the article's own title, and when there is nothing to take down.
    """
    session.refresh(article, ["state", "state_since", "post_id"], with_for_update=True)
    demand_sense(session, article, reason=reason, person=person)
    _demand_title(session, article, title)
    row = Withdrawal(article_id=article.id, reason=reason.strip(), by=person.name, at=now, stage=ASKED)
    session.add(row)
    session.flush()
    session.refresh(row)
    note(session, article, by=person.name, now=now, why=f"要求撤稿：{row.reason}")
    if is_unsent(article):
        told = take_out(session, row, now=now)
    elif is_out(article):
        sent = sent_as(session, article)
        told = f"{in_words(article)}马上撤下：先留证据，再关留言、删除；删掉了不能恢复。{CARD_STAYS if sent.pushed else ''}"
    else:
        told = f"{in_words(article)}正在发布，还不知道结果；一有结果就撤。请同时到后台“发表记录”看一看。"
    ring_to_confirm(session, row, now=now)
    _tell_the_others(session, row, person, now)
    return f"{told}已请另一位有权限的人确认（确认撤稿 {article.id}）。"


def demand_sense(session: Session, article: Article, *, reason: str, person: Person) -> None:
    """OpsError unless this person may take this article down, for a reason, and it is not down already."""
    demand_authority(person, "撤稿")
    if not reason.strip():
        raise OpsError(f"撤稿要写原因，例如：撤稿 {article.id} 日期写错，影响居民办事")
    if article.state == State.WITHDRAWN:
        raise OpsError(f"{in_words(article)}早已撤下。")
    if open_one(session, article):
        raise OpsError(
            f"{in_words(article)}已经在撤了。进展在网页的文章页上（发“登录”），或运行：wxops withdraw {article.id}"
        )
    if is_unsent(article) and article.post is None and article.state == State.WRITTEN:
        raise OpsError(f"{in_words(article)}没有送审，也没有排期，不会发出，不用撤。")


def confirm(session: Session, article: Article, *, person: Person, now: datetime) -> str:
    """Record that a second person knows of an article's withdrawals and agrees; OpsError for the one who asked."""
    demand_authority(person, "确认撤稿")
    rows = every_one(session, article)
    if not rows:
        raise OpsError(f"{in_words(article)}没有人要撤，不用确认。")
    for row in rows:
        session.refresh(row, with_for_update=True)
    waiting = [row for row in rows if not row.confirmed_by]
    if not waiting:
        return f"{in_words(article)}的撤稿早已由{rows[0].confirmed_by}确认。"
    others = [row for row in waiting if row.by != person.name]
    if not others:
        raise OpsError(f"{in_words(article)}的撤稿是您要求的，要由另一位有权限的人确认。")
    for row in others:
        row.confirmed_by, row.confirmed_at = person.name, now
        note(session, article, by=person.name, now=now, why=f"确认撤稿（{row.by}要求的）")
        alarm.end(session, _confirm_key(row), now=now)
    return f"已记下：您确认了{in_words(article)}的撤稿。现在的情况：{IN_WORDS[rows[0].stage]}。"


def is_done(session: Session, article: Article, *, person: Person, now: datetime) -> str:
    """Record that a person has taken the article down in the back office and seen that it is gone.

    Where WeChat lets us read it, it counts only once that shows it gone.
    """
    demand_authority(person, "记撤稿")
    row = open_one(session, article)
    if row is not None:
        session.refresh(row, with_for_update=True)
    if row is None or row.ended_at:
        raise OpsError(f"{in_words(article)}没有在撤的稿。要撤请发：撤稿 {article.id} 原因")
    if article.post and article.post.state in ON_ITS_WAY:
        raise OpsError(
            f"{in_words(article)}还没有发布结果，请先到后台看一看。发出了请回复：已发出 {article.id}；没发出：没发出 {article.id}"
        )
    row.told_by, row.told_at, row.looks, row.retry_at = person.name, now, 0, None
    if is_out(article) and sent_as(session, article).listed:
        row.stage = TOLD
        note(session, article, by=person.name, now=now, why="说已撤下，等微信读回")
        return f"已记下。马上向微信核对，看到{in_words(article)}不在了才算撤下。"
    finish(session, row, f"{person.name}看过，已不在", now=now)
    return f"已记下：{in_words(article)}已撤下，由您看过。"


def finish(session: Session, row: Withdrawal, seen: str, *, now: datetime) -> None:
    """Record that the article is gone, by whom or what it was seen; its state changes here and nowhere else."""
    article = row.article
    if is_out(article):
        if article.state in UNDER_REVIEW:  # it went out though nobody had approved it
            move(session, article, State.WRITTEN, by=row.by, now=now, why=f"撤稿：{row.reason}")
        move(session, article, State.WITHDRAWN, by=row.by, now=now, why=f"撤稿：{row.reason}（{seen}）")
        end_with_withdrawal(session, article, now=now)
    else:
        note(session, article, by="scheduler", now=now, why=f"撤稿办完：{seen}")
    row.stage, row.seen, row.ended_at, row.retry_at, row.last_error = GONE, seen, now, None, ""
    alarm.end(session, trouble_key(row), now=now)
    if not row.confirmed_by:
        ring_to_confirm(session, row, now=now)
    asker = session.scalar(select(Person).where(Person.name == row.by, Person.revoked_at.is_(None)))
    if asker and asker.openid:
        text = f"{in_words(article)}撤好了：{seen}。证据可以导出：wxops withdraw {article.id} --evidence 文件.zip"
        _write(session, f"withdrawn:{row.id}:{asker.id}", asker, text, now)


def take_out(session: Session, row: Withdrawal, *, now: datetime) -> str:
    """Take an article that is not out yet out of its post and its review; its draft is deleted in the next tick."""
    article, post = row.article, row.article.post
    if post:  # a draft that is being made has its intent in this row: wait until it stands there, or may not any more
        live = select(Publication.id).where(Publication.post_id == post.id, Publication.ended_at.is_(None))
        session.execute(live.with_for_update())
    row.stage, row.post_id, row.retry_at = UNSENT, post.id if post else None, None
    if post:
        posts.put_into(session, [article], None, by=row.by, now=now)
        alarm.end(session, *(f"{kind}:post:{post.id}" for kind in _OF_A_POST), now=now)
    if article.state in UNDER_REVIEW:
        move(session, article, State.WRITTEN, by=row.by, now=now, why=f"撤稿：{row.reason}")
    if post is None or not _may_stand_in_the_box(session, post):
        finish(session, row, "没有发出过", now=now)
    return f"{in_words(article)}还没有发出，已移出推文，审核作废，到时间不会发。"


def by_hand(session: Session, row: Withdrawal, why: str, *, now: datetime) -> None:
    """Leave the taking down to a person, with the steps, and ring until it is done."""
    row.stage, row.last_error, row.retry_at = BY_HAND, why, None
    note(session, row.article, by="scheduler", now=now, why=f"撤稿要到后台办：{why}")
    text = f"{in_words(row.article)}要撤下，接口撤不了：{why}\n" + "\n".join(steps(session, row.article))
    alarm.ring_anew(session, trouble_key(row), text, since=now, now=now)


def ring_for_trouble(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Ring because it takes longer than it should; a person may be faster, and it is tried on meanwhile."""
    text = f"{in_words(row.article)}还没有撤成，会接着试：{row.last_error}\n也可以马上到后台办：\n"
    alarm.ring(session, trouble_key(row), text + "\n".join(steps(session, row.article)), now=now)


def ring_to_confirm(session: Session, row: Withdrawal, *, now: datetime) -> None:
    """Ring for the second person until they confirm; after each day it rings anew, whoever has said 收到."""
    when = f"{stamp(row.at)} 由{row.by}要求撤稿，原因：{row.reason}。现在：{IN_WORDS[row.stage]}。"
    others = "、".join(person.name for person in authorised(session) if person.name != row.by)
    who = f"请{others}中的一位" if others else "现在只有一个人有权限，请先加一位运营或甲方终审人，再请他"
    text = f"{in_words(row.article)} {when}{who}核对后回复：确认撤稿 {row.article_id}"
    since = row.at + A_DAY * ((now - row.at) // A_DAY)
    alarm.ring_anew(session, _confirm_key(row), text, since=since, now=now)


def ring_for_the_unconfirmed(store: Store, now: datetime) -> None:
    """Ring anew, after each day, for the withdrawals that no second person has confirmed."""
    with store.transaction() as session:
        for row in session.scalars(select(Withdrawal).where(Withdrawal.confirmed_by == "")).all():
            ring_to_confirm(session, row, now=now)


def open_one(session: Session, article: Article) -> Withdrawal | None:
    """Return the withdrawal of an article that is under way."""
    query = select(Withdrawal).where(Withdrawal.article_id == article.id, Withdrawal.ended_at.is_(None))
    return session.scalar(query)


def every_one(session: Session, article: Article | None = None) -> Sequence[Withdrawal]:
    """Return all withdrawals, or those of one article, newest first."""
    query = select(Withdrawal).order_by(Withdrawal.id.desc())
    return session.scalars(query.where(Withdrawal.article_id == article.id) if article else query).all()


def being_withdrawn(session: Session, post: Post) -> Sequence[Article]:
    """Return the articles of a post that somebody wants to take down: it must not be handed over, nor repeated."""
    ids = set(
        session.scalars(
            select(Withdrawal.article_id)
            .join(Article, Article.id == Withdrawal.article_id)
            .where(Article.post_id == post.id, Withdrawal.ended_at.is_(None))
        )
    )
    return [article for article in post.articles if article.id in ids]


def trouble_key(row: Withdrawal) -> str:
    """Return the alarm that rings while a person must act for a withdrawal."""
    return f"withdraw:article:{row.article_id}"


def _demand_title(session: Session, article: Article, title: str) -> None:
    if not is_titled(session, article, title):
        raise OpsError(
            f"标题对不上，没有撤：您写的是“{title.strip()}”，文章{article.id} 是“{title_of(session, article)}”。请核对编号和标题。"
        )


def _may_stand_in_the_box(session: Session, post: Post) -> bool:
    """Say whether a draft of the post is there, or is being made."""
    there = or_(Publication.media_id.is_not(None), Publication.drafting_at.is_not(None))
    query = select(Publication.id).where(Publication.post_id == post.id, Publication.ended_at.is_(None), there)
    return session.scalar(query) is not None


def _tell_the_others(session: Session, row: Withdrawal, asker: Person, now: datetime) -> None:
    """Tell every other person who may confirm, once; the alarm goes on telling those on duty."""
    text = f"{asker.name}要求撤下{in_words(row.article)}，原因：{row.reason}。请核对后回复：确认撤稿 {row.article_id}"
    for person in authorised(session):
        if person.id != asker.id and person.openid:
            _write(session, f"withdraw:{row.id}:{person.id}", person, text, now)


def _write(session: Session, key: str, person: Person, text: str, now: datetime) -> None:
    session.add(Outbox(key=key, channel=WECHAT, person_id=person.id, text=text, due=now))


def _confirm_key(row: Withdrawal) -> str:
    return f"withdraw-confirm:withdrawal:{row.id}"
