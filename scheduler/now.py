"""Publishing now, ahead of a post's time: one authorised person asks, another one confirms, within half an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control, posts
from content.clock import local_day, stamp
from content.errors import OpsError
from content.models import IN_WORDS, Article, Person, Post, Review, State
from content.reviews import ROLES
from content.revisions import latest_revision
from content.workflow import in_words, note
from scheduler import ledger, settle
from scheduler.channels import WECHAT
from scheduler.draft_once import names
from scheduler.drafts import frozen_texts
from scheduler.held import sensitive
from scheduler.models import Outbox
from scheduler.quota import forecast
from scheduler.ready import must_be_pressed
from scheduler.rules import Rules
from scheduler.sent import refuse_if_out
from scheduler.urgent import group_text, may_push

AUTHORISED = ("admin", "operator", "chief")
WAITS = timedelta(minutes=30)


def publish_now(session: Session, article: Article, person: Person, rules: Rules, *, now: datetime) -> str:
    """Take an authorised person's word that an article's post shall go out now; the second such word lets it go.

    Return what people are told: what will be sent, to how many and at what cost, or that it
    is on its way. OpsError where it may not go out, and where both words are one person's.
    """
    _check_right(person)
    post = _ready(session, article, rules, person, now)
    if post.is_urgent:
        post.notify = may_push(session, rules, now)
    cost = forecast(session, post, rules, now, at=now)
    wish, said = control.read(session, _name(post)), names(frozen_texts(session, post))
    if wish and wish.value == said and now - wish.at <= WAITS:
        if wish.by == person.name:
            raise OpsError(f"您已经要求立即发布{in_words(post)}，要由另一位来确认，请他回复：确认 {article.id}")
        return _let_go(session, article, post, wish.by, person, ("要求", "确认"), rules, now)
    if post.is_urgent and (second := _reviewer(session, article, person)):
        what = _what(session, post, rules, cost, now)
        told = _let_go(session, article, post, second, person, ("已审", "要求"), rules, now)
        return f"{told}\n{what}" + ("" if post.notify else f"\n社区群转发文字：\n{group_text(session, article)}")
    control.write(session, _name(post), said, by=person.name, now=now)
    note(session, post, by=person.name, now=now, why=f"要求立即发布（{said}），等另一位确认")
    what = _what(session, post, rules, cost, now)
    others = _tell_others(session, article, person, what, now)
    until = stamp(now + WAITS)[-5:]
    return f"{what}\n请另一位（{'、'.join(others) or '还没有别的人有这个权限'}）在 {until} 前回复：确认 {article.id}"


def confirm_now(session: Session, article: Article, person: Person, rules: Rules, *, now: datetime) -> str:
    """Take the second person's word; OpsError where nobody has asked, or the text has changed since."""
    post = article.post
    wish = control.read(session, _name(post)) if post else None
    if post is None or wish is None or not wish.value or now - wish.at > WAITS:
        raise OpsError(f"没有人在等着确认{in_words(article)}立即发布。要立即发布请回复：立即发布 {article.id}")
    if wish.value != names(frozen_texts(session, post)):
        raise OpsError(f"{in_words(post)}在要求之后改动过，请重新来：立即发布 {article.id}")
    return publish_now(session, article, person, rules, now=now)


def _check_right(person: Person) -> None:
    if person.role not in AUTHORISED:
        raise OpsError(f"立即发布要由{'、'.join(ROLES[role] for role in AUTHORISED)}来要求和确认。")


def _ready(session: Session, article: Article, rules: Rules, person: Person, now: datetime) -> Post:
    """Return the article's post if it could go out now; an approved article of no post gets one."""
    if article.post is None and article.state == State.APPROVED:
        posts.post_of(session, article, push=rules.push, by=person.name, now=now)
    refuse_if_out(session, article)
    post = article.post
    if post is None:
        raise OpsError(f"{in_words(article)}现在是“{IN_WORDS[article.state]}”，还不能发布。")
    if waiting := posts.waiting_for(post):
        out = "" if len(post.articles) == 1 else f" 不等它请回复：移出 {waiting[0].id}"
        raise OpsError(f"还没有通过审核，不能发：{'、'.join(in_words(a) for a in waiting)}。{out}".strip())
    if must_be_pressed(session, post, rules):
        raise OpsError(f"{in_words(post)}要在后台按“发表”，接口发不了。发表后请回复：已发 {article.id} 链接")
    settle.refuse_in_pause(session)
    if post.state not in posts.UNSENT:
        raise OpsError(f"{in_words(post)}现在是“{IN_WORDS[post.state]}”，不能立即发布。")
    return post


def _reviewer(session: Session, article: Article, person: Person) -> str:
    """Return who else has approved an urgent notice: the second word need not be said again.

    A verdict that was recorded for somebody (代录) is not their own word.
    """
    revision = latest_revision(session, article)
    held = select(Person.name).join(Review, Review.person_id == Person.id).order_by(Review.id.desc())
    found = held.where(Review.revision_id == (revision.id if revision else 0), Review.verdict == "pass")
    found = found.where(Review.way == "")
    return session.scalars(found.where(Person.name != person.name)).first() or ""


def _let_go(
    session: Session,
    article: Article,
    post: Post,
    first: str,
    person: Person,
    did: tuple[str, str],
    rules: Rules,
    now: datetime,
) -> str:
    """Let the post go out; `did`: what the first and the second of the two have done, in words."""
    control.write(session, _name(post), "", by=person.name, now=now)
    note(session, post, by=person.name, now=now, why=f"立即发布，另一位：{first}")
    told = settle.send_now(session, article, rules, by=f"{first}、{person.name}", now=now)
    return f"{told}（{first}{did[0]}，{person.name}{did[1]}）"


def _what(session: Session, post: Post, rules: Rules, cost: str, now: datetime) -> str:
    """Return what will be sent, to how many, and what it costs."""
    readers = ledger.value_on(session, "followers", ledger.ACCOUNT, local_day(now) - timedelta(days=1))
    to = f"全部粉丝（{readers:,} 人）" if readers else "全部粉丝"
    way = f"推送给{to}" if post.notify else "只发表，不推送给粉丝"
    planned = f"原定 {stamp(post.due_at)}。" if post.due_at else ""
    days = _sensitive_now(post, rules, now)
    warning = f"请注意：今天是敏感日期（{days}）。" if days else ""
    return f"将立即发布 {len(post.articles)} 篇：{in_words(post)}。{way}。{planned}{cost}{warning}"


def _sensitive_now(post: Post, rules: Rules, now: datetime) -> str:
    """Return the sensitive days that this very day is, by name, whatever the post's own time is."""
    day = rules.days.sensitive(local_day(now)) if rules.days and post.notify else ""
    return day or sensitive(post, rules, now)


def _tell_others(session: Session, article: Article, person: Person, what: str, now: datetime) -> list[str]:
    """Write to all others who may confirm; return the names of those who can, whether they can be written to or not."""
    may = select(Person).where(Person.role.in_(AUTHORISED), Person.revoked_at.is_(None), Person.name != person.name)
    others = session.scalars(may.order_by(Person.id)).all()
    text = f"{person.name}要求立即发布，要您确认。{what}\n同意请回复：确认 {article.id}；不同意不用回复。"
    for other in others:
        if other.openid:
            session.add(Outbox(channel=WECHAT, person_id=other.id, to="", text=text, due=now))
    return [other.name for other in others]


def _name(post: Post) -> str:
    return f"publish-now:{post.id}"
