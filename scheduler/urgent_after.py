"""After an urgent notice is out: its text for the groups, the end of the warning, and the review that was left out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day, stamp
from content.db import Store
from content.errors import OpsError
from content.library import article_by_number
from content.models import Article, Person, Review, State
from content.reviews import ROLES
from content.revisions import latest_revision
from content.steps import Chain, Step, may_hold
from content.urgent import Urgent, urgent_of
from content.workflow import in_words, note
from scheduler import alarm, stats
from scheduler.channels import WECHAT
from scheduler.models import Outbox
from scheduler.urgent import group_text

OVER, LATER, READY = "warning-end", "urgent-review", "urgent-ready"  # the kinds of alarms
MORNING = timedelta(hours=8, minutes=30)  # of the day after, when the review that was left out is asked for
ALREADY = (State.PUBLISHED, State.WITHDRAWN)


def follow_up(store: Store, chain: Chain, now: datetime) -> None:
    """Tell who brought a notice that it is out, and ring for what must follow until somebody has seen to it.

    Before that: one that has passed its review and that nobody lets go rings at any hour.
    """
    with store.transaction() as session:
        open_ = select(Urgent).where(Urgent.article_id.is_not(None))
        open_ = open_.where(Urgent.told_out_at.is_(None) | Urgent.over_at.is_(None) | Urgent.reviewed_at.is_(None))
        ringing: dict[str, str] = {}
        for urgent in session.scalars(open_.order_by(Urgent.id)).all():
            article = article_by_number(session, urgent.article_id or 0)
            if article.state in ALREADY:
                ringing |= _tasks(session, urgent, article, chain, now)
            elif article.state == State.APPROVED and (article.post is None or article.post.due_at is None):
                text = f"急稿{in_words(article)}已通过审核，还没有发出。请回复：立即发布 {article.id}"
                ringing[f"{READY}:article:{article.id}"] = text
        alarm.end_others(session, (OVER, LATER, READY), ringing, now=now)
        for key, text in ringing.items():
            alarm.ring(session, key, text, now=now)


def is_over(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Record that a person has seen that a warning is over; return what people are told."""
    urgent = _urgent(session, article)
    urgent.over_at = now
    note(session, article, by=by, now=now, why="核实：预警已解除")
    alarm.end(session, f"{OVER}:article:{article.id}", now=now)
    return f"已记下：{in_words(article)}的预警已解除。要发解除的消息请发：急稿 标题"


def lasts_until(session: Session, article: Article, at: datetime, *, by: str, now: datetime) -> str:
    """Set another moment at which somebody must look whether a warning is over; it must lie ahead."""
    urgent = _urgent(session, article)
    if at <= now:
        raise OpsError(f"{stamp(at)} 已经过去了，请写以后的时间，例如：顺延 {article.id} 明天9点")
    urgent.ends_at, urgent.over_at = at, None
    note(session, article, by=by, now=now, why=f"预警顺延到 {stamp(at)}")
    alarm.end(session, f"{OVER}:article:{article.id}", now=now)
    return f"{in_words(article)}：{stamp(at)} 再提醒核实预警解除没有。"


def reviewed(session: Session, article: Article, person: Person, opinion: str, chain: Chain, *, now: datetime) -> str:
    """Record a later review (事后复审) with the person's opinion; return what people are told.

    OpsError for whoever brought, submitted or reviewed the notice, or may not hold the last step
    that was left out, without an opinion, or before it is out.
    """
    urgent = _urgent(session, article)
    if article.state not in ALREADY:
        raise OpsError(f"{in_words(article)}还没有发出，请先按审核步骤审。")
    if not opinion.strip():
        raise OpsError(f"请写意见，例如：事后复审 {article.id} 内容属实，时间无误")
    if person.name in _involved(session, urgent, article):
        raise OpsError(f"{in_words(article)}是您送审或审过的，事后复审要由另一位来做。")
    left = _left_out(chain)
    if left and not may_hold(left[-1], person):
        raise OpsError(f"事后复审补的是{_named(left)}，要由{left[-1].party}{ROLES[left[-1].role]}来做。")
    urgent.reviewed_at = now
    note(session, article, by=person.name, now=now, why=f"事后复审（补{_named(left)}）：{opinion.strip()}")
    alarm.end(session, f"{LATER}:article:{article.id}", now=now)
    return f"已记下{in_words(article)}的事后复审。有错要改请走更正。"


def _tasks(session: Session, urgent: Urgent, article: Article, chain: Chain, now: datetime) -> dict[str, str]:
    out = stats.out_at(session, article.post)[0] if article.post else None
    if urgent.told_out_at is None:
        urgent.told_out_at = now
        text = f"急稿{in_words(article)}已发出。社区群转发文字（复制下面的就行）：\n{group_text(session, article)}"
        session.add(Outbox(channel=WECHAT, person_id=urgent.person_id, to="", text=text, due=now))
    tasks = {}
    if urgent.over_at is None and urgent.ends_at <= now:
        tasks[f"{OVER}:article:{article.id}"] = _over_text(urgent, article)
    left = _left_out(chain)
    if not left:
        urgent.reviewed_at = urgent.reviewed_at or now
    elif urgent.reviewed_at is None and now >= day_start(local_day(out or now) + timedelta(days=1)) + MORNING:
        tasks[f"{LATER}:article:{article.id}"] = (
            f"{in_words(article)}是急稿，发出前省了{_named(left)}，要补审。请没有送过、审过它的"
            f"{left[-1].party}{ROLES[left[-1].role]}看过后回复："
            f"事后复审 {article.id} 意见"
        )
    return tasks


def _over_text(urgent: Urgent, article: Article) -> str:
    return (
        f"{in_words(article)}（{urgent.issuer}）到 {stamp(urgent.ends_at)} 该核实了：预警解除没有？"
        f"解除了请回复：已解除 {article.id}，要发消息就再发一条急稿；还没有：顺延 {article.id} 时间"
    )


def _left_out(chain: Chain) -> list[Step]:
    """Return the steps that urgent notices leave out; what only some texts have is none of them."""
    return [step for step in chain if not step.urgent and not step.is_added]


def _named(steps: list[Step]) -> str:
    return "、".join(f"{step.name}（{ROLES[step.role]}）" for step in steps) or "事后复审"


def _involved(session: Session, urgent: Urgent, article: Article) -> set[str]:
    revision = latest_revision(session, article)
    held = select(Person.name).join(Review, Review.person_id == Person.id)
    names = set(session.scalars(held.where(Review.revision_id == revision.id))) if revision else set()
    return names | {session.get_one(Person, urgent.person_id).name, *([revision.by] if revision else [])}


def _urgent(session: Session, article: Article) -> Urgent:
    urgent = urgent_of(session, article)
    if urgent is None:
        raise OpsError(f"{in_words(article)}不是急稿。")
    return urgent
