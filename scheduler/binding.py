"""Binding and leaving: a code ties a sender to a person, five wrong ones lock for an hour, and who unfollows is forgotten.

WeChat demands that all data of whoever unsubscribes is deleted (wechat-api.md §2.4); what a person did on duty stays.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from content import dialogue, guessing, people
from content.clock import stamp
from content.errors import OpsError
from content.models import Event, Person
from content.openids import hashed
from content.paper import EvidenceWanted
from content.reviews import ROLES
from scheduler import alarm, late
from scheduler.comment_models import Comment
from scheduler.models import Outbox

GUESSING = "guessing"  # the alarm's kind
LEFT = "left"  # the alarm's kind, of a person: left:12


class Locked(OpsError):
    """The sender has sent too many wrong codes; readers are not told."""


def bind(session: Session, code: str, openid: str, *, now: datetime) -> Person | None:
    """Tie a sender to the person of a code; None when there is no such code, counted when it could have been one.

    Locked for an hour after five wrong ones; OpsError as `people.bind` says.
    """
    if not guessing.may_try(session, openid, now=now):
        raise Locked("绑定码错得太多，暂时不能绑定。请过一小时再发，或请管理员发：解锁绑定")
    person = people.bind(session, code, openid, now=now)
    if person is None and people.is_code(code):
        _count(session, guessing.note_wrong(session, openid, now=now), now)
    if person is not None:
        guessing.forget(session, openid)
        alarm.end(session, f"{LEFT}:{person.id}", now=now)
    return person


def untie(session: Session, person: Person, *, now: datetime) -> None:
    """Untie a person from their WeChat as they wish, with all that waits to be told or asked there."""
    people.untie(session, person, now=now)
    _let_go(session, person, "已解绑", now)


def revoke(session: Session, person: Person, *, by: str, now: datetime) -> None:
    """Take a person's duty with all that waits for them; the alarm that they have left is over."""
    people.revoke(session, person, by=by, now=now)
    _let_go(session, person, "已不再负责", now)
    alarm.end(session, f"{LEFT}:{person.id}", now=now)


def unbind(session: Session, person: Person, *, by: str, now: datetime) -> None:
    """End the binding of a person who has no place any more, with all that waits for them; they keep their name here."""
    people.unbind(session, person, by=by, now=now)
    _let_go(session, person, "没有负责的地方了", now)
    alarm.end(session, f"{LEFT}:{person.id}", now=now)


def unlock(session: Session, *, by: str, now: datetime) -> str:
    """Let everybody try again who was locked; return what people are told."""
    locked, counted = guessing.locked(session, now=now), guessing.forget_all(session)
    alarm.end(session, GUESSING, now=now)
    if not counted:
        return "没有锁住的绑定。"
    session.add(Event(subject="binding", at=now, by=by, why=f"解锁绑定（锁住的 {locked} 个微信号）"))
    return f"已解锁绑定（锁住的 {locked} 个微信号），请本人再发：绑定 绑定码"


def leave(session: Session, openid: str, *, now: datetime) -> None:
    """Delete an openid and all that hangs on it, and tell those who can act when it was a person's."""
    person = people.person_of(session, openid)
    people.forget(session, openid, now=now)
    guessing.forget(session, openid)
    session.execute(update(Comment).where(Comment.reader == hashed(openid)).values(reader=""))
    if person is None:
        return
    _let_go(session, person, "已取消关注", now)
    text = (
        f"{person.name}（{ROLES[person.role]}）取消了关注，微信号已删除，公众号的消息发不到了。还负责的，请重新关注，"
        f"再运行 wxops person code {person.name} 换绑定码；不再负责的，请运行 wxops person revoke {person.name}。"
    )
    alarm.ring(session, f"{LEFT}:{person.id}", text, now=now)


def _let_go(session: Session, person: Person, why: str, now: datetime) -> None:
    """End what waits for a person who cannot be written to any more."""
    dialogue.end(session, person)
    late.forget(session, person)
    session.execute(delete(EvidenceWanted).where(EvidenceWanted.person_id == person.id))
    unsent = update(Outbox).where(Outbox.person_id == person.id, Outbox.sent_at.is_(None))
    session.execute(unsent.values(sent_at=now, failed=why))


def _count(session: Session, wrong: int, now: datetime) -> None:
    """Ring when a sender is locked or all of them together have tried too often."""
    everybody = guessing.altogether(session, now=now)
    if wrong < guessing.WRONG and everybody < guessing.ALTOGETHER:
        return
    until = stamp(now + guessing.LOCKED)
    text = f"有 {guessing.locked(session, now=now)} 个微信号连续发错 {guessing.WRONG} 次绑定码，锁到 {until}"
    if everybody >= guessing.ALTOGETHER:
        text = f"一小时内有人发错 {everybody} 次绑定码，每个微信号现在只能试一次，到 {until}"
    alarm.ring(session, GUESSING, f"{text}。可能有人在猜。", now=now)
