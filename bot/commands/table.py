"""The table of what a person may say: names, roles, one line of help; and how words are read; no HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.settings import Server
from content.evidence import SentPicture
from content.models import Person
from content.reviews import ROLES
from content.steps import CLIENT, Chain
from scheduler.rules import Rules

EVERYBODY = tuple(ROLES)
EDITORIAL = ("admin", "operator", "editor", "reviewer", "chief")


@dataclass(frozen=True)
class Ask:
    """One question to a command: who asks, what follows the command's name or which picture, and where answers come from."""

    session: Session
    person: Person | None
    sender: str
    rest: str
    now: datetime
    chain: Chain
    server: Server
    rules: Rules
    folder: Path  # the workspace
    picture: SentPicture | None = None


@dataclass(frozen=True)
class Command:
    """A command: its names, the first of which is shown, who may say it, and whether it changes anything.

    aside: what it does leaves an open question open; the others that act end it. slow: it may take
    longer than two seconds, so its answer may follow.
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    acts: bool
    client_too: bool
    help: str
    answer: Callable[[Ask], str]
    aside: bool = False
    slow: bool = False

    def is_open_to(self, person: Person | None) -> bool:
        """Say whether this person may say it; `client_too` opens it to everybody of 甲方."""
        if person is None:
            return False
        return person.role in self.roles or (self.client_too and person.party == CLIENT)


Answer = Callable[[Ask], str]
Facts = Mapping[str, Any]
Continue = Callable[[Ask, Facts], str]


@dataclass(frozen=True)
class Continuation:
    """What becomes of the plain message that answers a command's question; it acts, and may ask again.

    text: the answer may be a long text, which is no command even if it begins with the name of one.
    """

    command: Command
    text: bool
    answer: Continue


COMMANDS: list[Command] = []
CONTINUATIONS: dict[str, Continuation] = {}  # by the first name of the command that asks


def command(
    *names: str,
    roles: tuple[str, ...] = EDITORIAL,
    acts: bool = False,
    client_too: bool = False,
    aside: bool = False,
    slow: bool = False,
) -> Callable[[Answer], Answer]:
    """Enter a function into the table; the first line of its docstring is its help."""

    def enter(answer: Answer) -> Answer:
        line = (answer.__doc__ or "").strip().splitlines()[0]
        COMMANDS.append(Command(names, roles, acts, client_too, line, answer, aside, slow))
        return answer

    return enter


def continuation(name: str, *, text: bool = False) -> Callable[[Continue], Continue]:
    """Enter what answers a question of the command of that first name, which must stand in the table already.

    The function gets the whole plain message as `ask.rest` and the facts of the question,
    which is over by then. An OpsError leaves it open, so that the person may try again.
    """
    asking = next(entry for entry in COMMANDS if entry.names[0] == name)

    def enter(answer: Continue) -> Continue:
        CONTINUATIONS[name] = Continuation(asking, text, answer)
        return answer

    return enter


def plain(words: str) -> str:
    """Return words as commands are compared, one character for each: full-width ones narrow, all dashes alike."""
    return words.translate(_NARROW)


def split(words: str) -> tuple[Command, str] | None:
    """Return the command that words begin with, and the rest of them as written; the longest name wins."""
    words = words.strip().lstrip("/／").strip()
    text = plain(words)
    found = [(name, entry) for entry in COMMANDS for name in entry.names if _begins(text, name)]
    if not found:
        return None
    name, entry = max(found, key=lambda pair: len(pair[0]))
    return entry, words[len(name) :].strip()


def reference(rest: str) -> tuple[int, int | None, str] | None:
    """Read 12, 12-3 or 12-3 and what is said about it; None when it does not begin with a number."""
    match = _REFERENCE.fullmatch(plain(rest))
    if match is None:
        return None
    return int(match[1]), int(match[2]) if match[2] else None, rest[match.start(3) :]


def _begins(text: str, name: str) -> bool:
    """Say whether a name ends before what follows: 同意12-3 is 同意, 同意了吧 is not; 绑定K7PA is 绑定, helper not help."""
    if text[: len(name)].lower() != name:
        return False
    following = text[len(name) : len(name) + 1]
    return not following.isalpha() or (following.isascii() and not name.isascii())


_NARROW = (
    {0xFF01 + place: 0x21 + place for place in range(94)}
    | {0x3000: 0x20}
    | {ord(dash): ord("-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"}
)
_REFERENCE = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?(?![0-9-])[\s,.:;、。]*(.*)", re.DOTALL)
