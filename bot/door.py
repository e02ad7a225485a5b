"""What comes in by WeChat's door, acted upon once: events are kept, words go to the commands, repeats get the same."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.orm import Session

from bot import commands, glance, kept, readers
from bot.commands import files, ticketing, unheard
from bot.commands.asking import Asked
from bot.commands.fitting import under
from bot.commands.going_on import shown, shown_before
from bot.messages import Message
from bot.promises import Promises
from bot.relay import Relay
from bot.replays import Replays
from bot.settings import Server
from bot.slow import Slow
from content import dialogue, people, tickets
from content.clock import Clock
from content.db import Store
from content.errors import OpsError
from content.evidence import SentPicture
from content.models import Person
from content.replies import BUILT_IN
from content.reply_book import ReplyBook
from content.steps import Chain
from content.throttle import Throttle
from scheduler import binding, late, owed, verification
from scheduler.models import MASS, PUBLISH, JobNotice
from scheduler.rules import Rules

log = logging.getLogger(__name__)

KINDS = {"publishjobfinish": PUBLISH, "masssendjobfinish": MASS}
BROKEN = "这里出了点问题，您发的没有办成，请稍后再发一次。"
TOO_MANY = "您发得太快了，请过一分钟再发。"
READERS_SHARE = 3  # readers may send a third of what people with a duty may
PASSING = (exc.OperationalError, exc.InterfaceError, exc.IntegrityError, exc.TimeoutError)  # busy, away, overtaken


@dataclass(frozen=True)
class Door:
    """One account's door: where things are kept, what time it is, and what it hands to the commands and the readers."""

    store: Store
    clock: Clock
    chain: Chain
    server: Server
    rules: Rules
    folder: Path
    replies: ReplyBook
    limit: int = 0  # messages of a person in a minute, a third of it for readers; 0 is none
    relay: Relay | None = None
    replays: Replays = field(default_factory=Replays)
    throttle: Throttle = field(default_factory=Throttle)
    slow: Slow = field(default_factory=Slow)

    @property
    def promises(self) -> Promises:
        """Return where slow answers are promised and kept."""
        return Promises(self.store, self.clock, self.slow)

    def answer(self, message: Message, now: datetime) -> str:
        """Return the text or the Card that answers a message, or an empty text; SQLAlchemyError when the database fails."""
        first = self.replays.first(message.proof, message.key)
        if first != message.key and not message.sealed:
            log.warning("another message under a signature that was used: nothing is done")
            with self.store.reading() as session:
                return kept.answer_under_signature(session, message, first)
        if message.kind == "event" or message.event:
            return self._event(message, now)
        return self._hear(message, now)

    def _hear(self, message: Message, now: datetime) -> str:
        if self.limit and (said := self._too_many(message, now)) is not None:
            return said
        return self._answer_to_words(message, now)

    def _answer_to_words(self, message: Message, now: datetime) -> str:
        with self.store.glancing() as connection:
            known = glance.known(connection, message)
            if known.answer is not None:
                return known.answer
            with self.store.reading(connection) as session:
                command, ask = self._asked(session, message, now, known.person, lambda: known.question)
                passes_on = self.relay is not None and commands.may_pass_on(command, ask, message.text)
                only_read = not (command.acts or command.slow or (ask.person and ask.person.owed))
                said = _spoken(lambda: command.answer(ask), savepoint=None) if only_read else ""
        if only_read:
            return self._passed_on(message, now, said) if passes_on else self._shown(message, said, now)
        if command.slow and ask.person:
            return self._slowly(message, ask.person, now, acts=command.acts)
        return self._once(message, now, partial(self._act, message=message, now=now))

    def _shown(self, message: Message, said: str, now: datetime) -> str:
        """Return what one reply holds of what was only read; nothing is written when it is all."""
        part = shown_before(self.store, message.sender, said, now=now)
        if part is not None:
            return part
        return self._once(message, now, partial(shown, openid=message.sender, said=said, now=now))

    def _slowly(self, message: Message, person: Person, now: datetime, *, acts: bool) -> str:
        """Promise an answer, once; then give it, when it is there in time."""
        promised: list[str] = []

        def promise(session: Session) -> str:
            promised.append(late.promise(session, message.key, person, message.text, now=now))
            return promised[0]

        said = self._once(message, now, promise)
        if not promised:
            return said
        work = partial(self._said, message=message, now=now, bring=False, hold=acts)
        return self.promises.keep(message, work, acts=acts)

    def _too_many(self, message: Message, now: datetime) -> str | None:
        """Return what is told to whoever sends too much, a sentence and then nothing; None to all others."""
        place = self.throttle.place(message.sender, message.key, now)
        readers_limit = max(self.limit // READERS_SHARE, 1)
        if place <= readers_limit:
            return None
        with self.store.reading() as session:
            known = people.person_of(session, message.sender)
        limit = self.limit if known else readers_limit
        return None if place <= limit else TOO_MANY if place == limit + 1 else ""

    def _asked(
        self, session: Session, message: Message, now: datetime, person: Person | None, asked: Asked
    ) -> tuple[commands.Command, commands.Ask]:
        words, picture = _words_of(message, person), _picture_of(message)
        pressed = message.kind == "text" and bool(message.event_key)
        replies = self.replies.current() if person is None or pressed else BUILT_IN  # the others' words need no look
        found = commands.find(
            words,
            person,
            asked if words else lambda: None,
            now,
            picture=picture is not None,
            pressed=pressed,
            for_a_person=lambda: ticketing.is_for_a_person(session, message, self.folder, replies),
        )
        ask = commands.Ask(
            session, person, message.sender, found.rest, now, self.chain, self.server, self.rules, self.folder, picture,
            replies=replies,
        )  # fmt: skip
        return found.command, ask

    def _act(self, session: Session, message: Message, now: datetime) -> str:
        said = self._said(session, message=message, now=now, bring=True)
        return shown(session, message.sender, said, now=now)

    def _said(self, session: Session, *, message: Message, now: datetime, bring: bool, hold: bool = True) -> str:
        """Return what a command answers; bring: after what the person is still owed.

        hold: the question to the person is kept from other transactions, which is not for what only reads.
        """
        person = glance.person_in(session, message.sender)
        held = partial(dialogue.question_to, session, person, hold=hold) if person else lambda: None
        command, ask = self._asked(session, message, now, person, held)
        said = _spoken(
            lambda: commands.act(command, ask), savepoint=session, refused=lambda: commands.refused(command, ask)
        )
        waits = owed.bring(session, person, now=now) if bring and person and person.owed else ""
        return under(f"{waits}\n", said) if waits else said

    def _welcome(self, message: Message, now: datetime) -> str:
        with self.store.reading() as session:
            _, ask = self._asked(session, message, now, None, lambda: None)
            return _spoken(lambda: readers.welcome(ask), savepoint=None)

    def _event(self, message: Message, now: datetime) -> str:
        kind = KINDS.get(message.event)
        if message.event == "subscribe":
            said = self._shown(message, self._welcome(message, now), now)
            self._tell(message, now)
            return said
        if message.event == "click" and message.event_key:  # a button's key is what one would write
            return self._hear(replace(message, kind="text", event="", text=message.event_key.strip()), now)
        if message.event not in (*KINDS, *verification.EVENTS, "unsubscribe"):
            return self._passed_on(message, now, "")
        if message.event == "unsubscribe":
            self._once(message, now, lambda session: _forget(session, message.sender, now))
            self._tell(message, now)
        elif kind and message.job:
            self._once(message, now, lambda session: _keep(session, kind, message, now))
        elif message.event in verification.EVENTS:
            self._once(message, now, lambda session: _verified(session, message, now))
        elif kind:
            log.warning("a %s without a job is ignored", message.event)
        return ""

    def _tell(self, message: Message, now: datetime) -> None:
        if self.relay is not None:
            self.relay.tell(message, now)

    def _passed_on(self, message: Message, now: datetime, ours: str) -> str:
        """Ask the second address, if there is one, and keep what comes of it for repeats; `ours` in parts when nothing does.

        No transaction is open meanwhile.
        """
        if self.relay is None:
            return ours
        with self.store.reading() as session:
            answered = kept.answer_to(session, message)
        if answered is not None:
            return answered
        with self.relay.asked(message, now) as theirs:
            if theirs:
                return self._once(message, now, lambda session: kept.Relayed(theirs))
            return self._once(message, now, partial(shown, openid=message.sender, said=ours, now=now))

    def _once(self, message: Message, now: datetime, act: Callable[[Session], str]) -> str:
        """Claim the message's key, act and store the answer, in one transaction; repeats get the answer."""
        with self.store.transaction() as session:
            if not kept.claim(session, message, now):
                again = kept.answer_to(session, message)
                return kept.answer_under_signature(session, message, message.key) if again is None else again
            answer = act(session)
            kept.keep(session, message, answer)
            # a card is given as its text, since repeats get no more
            return answer if isinstance(answer, kept.Relayed) else str(answer)


def _words_of(message: Message, person: Person | None) -> str:
    """Return the text of a message; a file, whose bytes nobody can have, and what nobody can hear are words for one.

    An article that one of our people shares is its address (wechat-api.md §2.3, link).
    """
    address = message.fields.get("Url") if person else ""
    shared = address.strip() if isinstance(address, str) else ""
    unheard_ = unheard.MARKS.get(message.kind, "") if person else ""
    return {"text": message.text, "file": files.MARK, "link": shared}.get(message.kind, unheard_)


def _picture_of(message: Message) -> SentPicture | None:
    media_id, url = message.fields.get("MediaId"), message.fields.get("PicUrl")
    if message.kind != "image" or not isinstance(media_id, str):
        return None
    return SentPicture(media_id, url if isinstance(url, str) else "")


def _forget(session: Session, openid: str, now: datetime) -> str:
    binding.leave(session, openid, now=now)
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


def _spoken(act: Callable[[], str], *, savepoint: Session | None, refused: Callable[[], None] = lambda: None) -> str:
    """Return what a person reads: the answer, or what the rules say; a bug is logged once and undone.

    refused: called where the rules say no, after all is undone.
    """
    try:
        if savepoint is None:
            return act()
        with savepoint.begin_nested():
            return act()
    except OpsError as refusal:
        refused()
        return str(refusal)
    except PASSING:
        raise  # nothing was kept, so WeChat shall bring it again
    except Exception:  # the message must be answered, or WeChat sends it twice more and says we are out of service
        log.exception("a command failed")
        return BROKEN
