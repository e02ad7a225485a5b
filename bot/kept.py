"""Answers as `received` keeps them: for WeChat's repeats, for nobody but who was answered, and without an openid."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.orm import Session

from bot.messages import Message
from content.db import Moment
from content.prepared import Prepared
from scheduler.models import Received

OPENID = "\x01"  # in XML that is kept, where the openid stood: no XML that comes in has this character

_CLAIM = Prepared(
    text(
        "INSERT INTO received (key, proof, sender, at, answer, theirs) VALUES (:key, :proof, :sender, :at, '', FALSE)"
        " ON CONFLICT DO NOTHING RETURNING id"
    ).bindparams(bindparam("at", type_=Moment))
)
_KEEP = Prepared(text("UPDATE received SET answer = :answer, theirs = :theirs WHERE key = :key"))
_KEPT = select(Received.answer, Received.theirs)


class Relayed(str):
    """XML of the second address, which goes on as it is; all other answers are texts and cards of ours."""


def claim(session: Session, message: Message, now: datetime) -> bool:
    """Insert the key and the signature, or find one there: a second process waits here until the first has answered.

    What was signed itself needs no signature of its own: another message may have come under the same time and nonce.
    """
    mark, connection = _mark(message.key, message.sender), session.connection()
    for proof in (message.proof or None, None) if message.sealed else (message.proof or None,):
        if _CLAIM.first(connection, key=message.key, proof=proof, sender=mark, at=now) is not None:
            return True
    return False


def keep(session: Session, message: Message, answer: str) -> None:
    """Keep the answer to a message that was claimed."""
    theirs = isinstance(answer, Relayed)
    kept = answer.replace(message.sender, OPENID) if theirs else str(answer)
    _KEEP.first(session.connection(), key=message.key, answer=kept, theirs=theirs)


def given(answer: str | None, theirs: bool | None, message: Message) -> str | None:
    """Return what is kept as it is given to the sender of a message; None where nothing is kept."""
    if answer is None or not theirs:
        return answer
    return Relayed(answer.replace(OPENID, message.sender))


def answer_to(session: Session, message: Message) -> str | None:
    """Return the answer that a message had, or None."""
    row = session.execute(_KEPT.where(Received.key == message.key)).first()
    return given(row.answer, row.theirs, message) if row else None


def answer_under_signature(session: Session, message: Message, first: str) -> str:
    """Return the answer that a message's sender had under its signature; "" for another sender or none.

    first: the key of the message that came first under it, as far as this process knows.
    """
    earlier = or_(Received.key == first, Received.proof == message.proof)
    for row in session.execute(_KEPT.add_columns(Received.key, Received.sender).where(earlier)):
        if row.sender == _mark(row.key, message.sender):
            return given(row.answer, row.theirs, message) or ""
    return ""


def _mark(key: str, openid: str) -> str:
    """Return what proves that a message had this sender, and tells nobody who it was."""
    return hashlib.sha256(f"{key}\0{openid}".encode()).hexdigest()
