"""What comes in by WeChat's door, acted upon once: events are kept, words go to the commands, repeats get the same."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exc, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot import commands
from bot.commands import ticketing
from bot.messages import Message
from bot.relay import Relay
from bot.settings import Server
from content import dialogue, people, tickets
from content.clock import Clock
from content.db import Store
from content.errors import OpsError
from content.evidence import SentPicture
from content.steps import Chain
from scheduler import verification
from scheduler.models import MASS, PUBLISH, JobNotice, Received
from scheduler.rules import Rules

log = logging.getLogger(__name__)

KINDS = {"publishjobfinish": PUBLISH, "masssendjobfinish": MASS}
RELAYED = "\ue000relayed:"  # before an answer that is XML of the second address, and no text of ours
BROKEN = "这里出了点问题，已经记下，请稍后再试。"
PASSING = (exc.OperationalError, exc.InterfaceError, exc.IntegrityError, exc.TimeoutError)  # busy, away, overtaken


@dataclass(frozen=True)
class Door:
    """One account's door: where things are kept, what time it is, the review chain, its pages, its rules, its workspace."""

    store: Store
    clock: Clock
    chain: Chain
    server: Server
    rules: Rules
    folder: Path
    relay: Relay | None = None

    def answer(self, message: Message, now: datetime) -> str:
        """Return the text that answers a message, or an empty one; SQLAlchemyError when the database fails."""
        if message.kind == "event" or message.event:
            return self._event(message, now)
        with self.store.reading() as session:
            answered = _answer_to(session, message.key)
            if answered is not None:
                return answered
            command, ask = self._asked(session, message, now, hold=False)
            if not command.acts:
                ours = _spoken(lambda: command.answer(ask), savepoint=None)
        if not command.acts:
            return self._passed_on(message, now, ours) if commands.may_pass_on(command, message.text) else ours
        return self._once(message, now, lambda session: self._act(session, message, now))

    def _asked(
        self, session: Session, message: Message, now: datetime, *, hold: bool
    ) -> tuple[commands.Command, commands.Ask]:
        person, words = people.person_of(session, message.sender), message.text if message.kind == "text" else ""
        picture = _picture_of(message)
        found = commands.find(
            words,
            person,
            lambda: dialogue.question_to(session, person, hold=hold) if person and words else None,
            now,
            picture=picture is not None,
            for_a_person=lambda: ticketing.is_for_a_person(session, message, self.folder),
        )
        ask = commands.Ask(
            session, person, message.sender, found.rest, now, self.chain, self.server, self.rules, self.folder, picture
        )
        return found.command, ask

    def _act(self, session: Session, message: Message, now: datetime) -> str:
        command, ask = self._asked(session, message, now, hold=True)
        return _spoken(lambda: commands.act(command, ask), savepoint=session)

    def _event(self, message: Message, now: datetime) -> str:
        kind = KINDS.get(message.event)
        if message.event == "subscribe":
            return commands.READERS_ANSWER
        if message.event not in (*KINDS, *verification.EVENTS, "unsubscribe"):
            return self._passed_on(message, now, "")
        if message.event == "unsubscribe":
            self._once(message, now, lambda session: _forget(session, message.sender, now))
        elif kind and message.job:
            self._once(message, now, lambda session: _keep(session, kind, message, now))
        elif message.event in verification.EVENTS:
            self._once(message, now, lambda session: _verified(session, message, now))
        elif kind:
            log.warning("a %s without a job is ignored", message.event)
        return ""

    def _passed_on(self, message: Message, now: datetime, ours: str) -> str:
        """Ask the second address, if there is one, and keep what comes of it for repeats; `ours` when nothing does.

        No transaction is open meanwhile.
        """
        if self.relay is None:
            return ours
        with self.store.reading() as session:
            answered = _answer_to(session, message.key)
        if answered is not None:
            return answered
        with self.relay.asked(message, now) as theirs:
            return self._once(message, now, lambda session: RELAYED + theirs if theirs else ours)

    def _once(self, message: Message, now: datetime, act: Callable[[Session], str]) -> str:
        """Claim the message's key, act and store the answer, in one transaction; repeats get the answer."""
        key = message.key
        with self.store.transaction() as session:
            if not _claim(session, key, now):
                return _answer_to(session, key) or ""
            answer = act(session)
            session.execute(update(Received).where(Received.key == key).values(answer=answer))
            return answer


def _picture_of(message: Message) -> SentPicture | None:
    media_id, url = message.fields.get("MediaId"), message.fields.get("PicUrl")
    if message.kind != "image" or not isinstance(media_id, str):
        return None
    return SentPicture(media_id, url if isinstance(url, str) else "")


def _answer_to(session: Session, key: str) -> str | None:
    return session.scalar(select(Received.answer).where(Received.key == key))


def _claim(session: Session, key: str, now: datetime) -> bool:
    """Insert the key, or find it there: a second process waits here until the first has answered."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(Received)
    once = insert.values(key=key, at=now, answer="").on_conflict_do_nothing(index_elements=["key"])
    return session.scalar(once.returning(Received.id)) is not None  # a rowcount is not told on PostgreSQL


def _forget(session: Session, openid: str, now: datetime) -> str:
    people.forget(session, openid, now=now)
    tickets.forget(session, openid, now=now)
    return ""


def _verified(session: Session, message: Message, now: datetime) -> str:
    verification.note(session, message.fields, now)
    return ""


def _keep(session: Session, kind: str, message: Message, now: datetime) -> str:
    payload = message.fields.get("PublishEventInfo") if kind == PUBLISH else message.fields
    text = json.dumps(payload, ensure_ascii=False, default=str)
    session.add(JobNotice(kind=kind, job=message.job, payload=text, at=now))
    return ""


def _spoken(act: Callable[[], str], *, savepoint: Session | None) -> str:
    """Return what a person reads: the answer, or what the rules say; a bug is logged once and undone."""
    try:
        if savepoint is None:
            return act()
        with savepoint.begin_nested():
            return act()
    except OpsError as refusal:
        return str(refusal)
    except PASSING:
        raise  # nothing was kept, so WeChat shall bring it again
    except Exception:  # the message must be answered, or WeChat sends it twice more and says we are out of service
        log.exception("a command failed")
        return BROKEN
