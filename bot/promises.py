"""Answers that are promised first: the promise is written, the work is done in a thread, and the answer comes or follows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.commands.fitting import under, whole
from bot.commands.going_on import shown
from bot.messages import Message
from bot.slow import Race, Slow
from content.clock import Clock
from content.db import Store
from scheduler import late
from scheduler.models import Received

log = logging.getLogger(__name__)

NOT_DONE = "没有做完，请再发一次。"


@dataclass(frozen=True)
class Promises:
    """Where promises are kept, what time it is, and the threads that do the work."""

    store: Store
    clock: Clock
    slow: Slow = field(default_factory=Slow)

    def keep(self, message: Message, work: Callable[[Session], str], *, acts: bool) -> str:
        """Do the work for a promise that is written already; return its answer, or that it will follow.

        work: what says the answer. What acts does so in the transaction that ends the promise, so it
        happens with it or not at all; what only reads holds no transaction that others wait for.
        """
        return self.slow.answer(lambda race: self._kept(message, work, acts, race), late.PREPARING)

    def _kept(self, message: Message, work: Callable[[Session], str], acts: bool, race: Race) -> str:
        try:
            return self._acted(message, work, race) if acts else self._read(message, work, race)
        except late.Abandoned:
            log.warning("a slow answer was given up before it came: it was undone")
        except SQLAlchemyError:
            log.exception("a slow command failed and was undone")
            with self.store.transaction() as session:
                return self._give(session, message, NOT_DONE, race)
        return NOT_DONE

    def _acted(self, message: Message, work: Callable[[Session], str], race: Race) -> str:
        with self.store.transaction() as session:
            return self._give(session, message, work(session), race)

    def _read(self, message: Message, work: Callable[[Session], str], race: Race) -> str:
        with self.store.reading() as session:
            said = work(session)
        with self.store.transaction() as session:
            return self._give(session, message, said, race)

    def _give(self, session: Session, message: Message, said: str, race: Race) -> str:
        """End the promise with an answer, as the answer to the message or, when nobody waits any more, as one that follows."""
        now, key = self.clock.now(), message.key
        if race.finish():
            late.end(session, key)
            answer = shown(session, message.sender, said, now=now)
        else:
            said = under(late.head(session, key), said)
            answer = shown(session, message.sender, said, now=now)
            late.send(session, key, answer, whole(said), now=now)
        session.execute(update(Received).where(Received.key == key).values(answer=answer))
        return answer
