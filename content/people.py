"""People with a duty: added by name, tied to a WeChat sender by a one-time code, revoked when they leave."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from content import logins, more
from content.errors import OpsError, WrongUse
from content.models import Code, Event, Person
from content.reviews import ROLES
from content.steps import CLIENT

PARTIES = (CLIENT, "乙方")
CODE_DAYS = 30
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
CODE_LENGTH = 8
_CODE_AMID = re.compile(rf"(?<![0-9A-Z])[{CODE_ALPHABET}](?:[\s-]*[{CODE_ALPHABET}]){{{CODE_LENGTH - 1}}}(?![0-9A-Z])")
_CODE_ALONE = re.compile(rf"(?=.*[0-9])(?=.*[A-Z])[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")  # no word and no number has both
_CODE_TYPED = re.compile(rf"[0-9A-Z]{{{CODE_LENGTH}}}")


def add_person(
    session: Session, name: str, role: str, *, party: str, company: str, now: datetime
) -> tuple[Person, str]:
    """Add a person and return them with a one-time binding code, good for 30 days.

    party: 甲方 or 乙方; left empty, a chief belongs to 甲方 and everybody else to 乙方.
    """
    name = " ".join(name.split())
    if not name:
        raise WrongUse("请写姓名。")
    if role not in ROLES:
        raise WrongUse(f"没有角色 {role}，可以写：{'、'.join(ROLES)}。")
    party = party or (CLIENT if role == "chief" else "乙方")
    if party not in PARTIES:
        raise WrongUse(f"没有 {party} 这一方，可以写：{'、'.join(PARTIES)}。")
    if session.scalar(select(Person).where(Person.name == name, Person.revoked_at.is_(None))):
        raise OpsError(f"已经有{name}了；同名的人请加上单位，例如 {name}（街道）。")
    person = Person(name=name, role=role, party=party, company=company)
    session.add(person)
    session.flush()
    _trail(session, person, now, f"加入，{ROLES[role]}，{party}")
    return person, new_code(session, person, now=now)


def new_code(session: Session, person: Person, *, now: datetime) -> str:
    """Return a new binding code for a person; older ones of theirs are void."""
    _void_codes(session, person, now)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    session.add(Code(hash=_hash(code), person_id=person.id, expires=now + timedelta(days=CODE_DAYS)))
    return code


def bind(session: Session, code: str, openid: str, *, now: datetime) -> Person | None:
    """Tie a sender to the person of a code; None when there is no such code.

    OpsError when the code has been used or is too old, or the sender is tied to somebody else.
    """
    row = session.scalar(select(Code).where(Code.hash == _hash(code)).with_for_update())
    if row is None:
        return None
    person = session.get_one(Person, row.person_id)
    if person.openid == openid:
        return person
    if row.tries or row.expires <= now or person.revoked_at:
        raise OpsError("绑定码已经用过或过期，请向管理员要一个新的。")
    other = person_of(session, openid)
    if other:
        raise OpsError(f"这个微信号已经绑定了{other.name}，没有再绑。要换成别人，请先发：解绑，再发新的绑定码。")
    if person.openid:
        more.forget(session, person.openid)
    person.openid, person.bound_at = openid, now
    row.tries += 1  # used: the row is held, so that of two senders only one gets here
    _trail(session, person, now, "绑定微信")
    return person


def looks_like_code(words: str) -> bool:
    """Say whether a message may hold a binding code, alone or amid other words, with blanks or hyphens in it."""
    return _CODE_AMID.search(unicodedata.normalize("NFKC", words).upper()) is not None


def is_code(typed: str) -> bool:
    """Say whether somebody typed what has the form of a binding code, be it with a sign that none of ours has."""
    return _CODE_TYPED.fullmatch(_bare(typed)) is not None


def is_bare_code(words: str) -> bool:
    """Say whether words are a binding code and nothing else; a word of eight letters or a number is none."""
    return _CODE_ALONE.fullmatch(_bare(words)) is not None


def code_amid(words: str) -> str:
    """Return the binding code that stands among other words, the only one of its form; "" for none."""
    found = _CODE_AMID.findall(unicodedata.normalize("NFKC", words).upper())
    return _bare(found[0]) if len(found) == 1 and is_bare_code(found[0]) else ""


def person_of(session: Session, openid: str) -> Person | None:
    """Return who is behind a sender, or None for a stranger."""
    return session.scalar(_OF_SENDER, {"openid": openid})


def person_named(session: Session, name: str) -> Person:
    """Return the person of that name; OpsError when there is none."""
    person = session.scalar(select(Person).where(Person.name == name, Person.revoked_at.is_(None)))
    if person is None:
        raise OpsError(f"没有名叫{name}的人，请先用 wxops person add {name} --role 角色 加入。")
    return person


def people(session: Session) -> Sequence[Person]:
    """Return everybody with a duty, oldest first."""
    return session.scalars(select(Person).where(Person.revoked_at.is_(None)).order_by(Person.id)).all()


def revoke(session: Session, person: Person, *, by: str, now: datetime) -> None:
    """Take a person's duty and forget their openid; what they did stays in the trail."""
    if person.openid:
        more.forget(session, person.openid)
    person.revoked_at, person.openid = now, None
    _trail(session, person, now, "不再负责", by=by)


def untie(session: Session, person: Person, *, now: datetime) -> None:
    """Take a person's openid away and end what they have open on the pages; they keep their duty and may bind again."""
    if person.openid:
        more.forget(session, person.openid)
    person.openid, person.bound_at = None, None
    logins.end_all(session, person, now=now)
    _trail(session, person, now, "解绑微信")


def unbind(session: Session, person: Person, *, by: str, now: datetime) -> None:
    """Take a person's openid away because they have nothing to do any more, with their pages, links and unused codes."""
    if person.openid:
        more.forget(session, person.openid)
    person.openid, person.bound_at = None, None
    logins.end_all(session, person, now=now)
    _void_codes(session, person, now)
    _trail(session, person, now, "撤销微信绑定：没有负责的地方", by=by)


def forget(session: Session, openid: str, *, now: datetime) -> None:
    """Delete an openid everywhere, as WeChat demands when somebody unsubscribes, and end their sessions on the pages."""
    more.forget(session, openid)
    person = session.scalar(select(Person).where(Person.openid == openid))
    if person:
        person.openid, person.bound_at = None, None
        logins.end_all(session, person, now=now)
        _trail(session, person, now, "取消关注，微信号已删除")


_OF_SENDER = select(Person).where(Person.openid == bindparam("openid"), Person.revoked_at.is_(None))


def _void_codes(session: Session, person: Person, now: datetime) -> None:
    session.execute(update(Code).where(Code.person_id == person.id, Code.expires > now).values(expires=now))


def _trail(session: Session, person: Person, now: datetime, why: str, *, by: str = "") -> None:
    session.add(Event(subject=f"person:{person.id}", at=now, by=by or person.name, why=why))


def _hash(code: str) -> str:
    """Return the hash of a code as it was made, also when it was typed with blanks, small or full-width letters."""
    return hashlib.sha256(_bare(code).encode("utf-8", "replace")).hexdigest()


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()
