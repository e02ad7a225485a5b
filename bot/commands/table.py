"""The table of what a person may say: names, roles, one line of help; and how words are read; no HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.commands.fitting import under
from bot.settings import Server
from content.evidence import SentPicture
from content.models import Person
from content.replies import BUILT_IN, Replies
from content.reviews import ROLES
from content.steps import CLIENT, Chain
from scheduler import heartbeat
from scheduler.rules import Rules

SIGNS = (":", ",", "、")  # one of which may stand between a name and what follows it: 同意：12-3
LONGEST_NAME = 40  # characters, blanks inside of it included
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
    replies: Replies = BUILT_IN  # for readers


Answer = Callable[[Ask], str]


@dataclass(frozen=True)
class Command:
    """A command: its names, the first of which is shown, who may say it, and whether it changes anything.

    aside: what it does leaves an open question open; the others that act end it. slow: it may take
    longer than two seconds, so its answer may follow. proves: it asks for pictures. questions: words that
    end as a question reach it, for its text may be one or it says itself what it makes of them; other
    commands that act get none.
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    acts: bool
    client_too: bool
    help: str
    answer: Answer
    aside: bool = False
    slow: bool = False
    proves: bool = False
    questions: bool = False

    @property
    def usage(self) -> str:
        """Return what to send, with words such as 原因 in the place of what the person writes."""
        return self.help.partition("：")[0]

    @property
    def example(self) -> str:
        """Return what can be sent as it stands: what follows 例如 in the help, or its beginning; "" where neither is one."""
        if told := _EXAMPLE.search(self.help):
            return told[1].rstrip("。")
        return "" if _PLACEHOLDER.search(self.usage.removeprefix(self.names[0])) else self.usage

    def is_open_to(self, person: Person | None) -> bool:
        """Say whether this person may say it; `client_too` opens it to everybody of 甲方."""
        return person is not None and self.is_for(person.role, client=person.party == CLIENT)

    def is_for(self, role: str, *, client: bool) -> bool:
        """Say whether somebody of this role may say it, of 甲方 or not."""
        return role in self.roles or (self.client_too and client)


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
    proves: bool = False,
    questions: bool = False,
    by_scheduler: bool = False,
) -> Callable[[Answer], Answer]:
    """Enter a function into the table; the first line of its docstring is its help.

    The help is what to send, a colon, and what it does; where that is no example as it stands (同意 12-3
    is one, 退回 12-3 原因 is none), an example follows after 例如： and ends with the line or at a ；.
    by_scheduler: the scheduler carries out what it promises, so its answer says when that is silent.
    """

    def enter(answer: Answer) -> Answer:
        line = (answer.__doc__ or "").strip().splitlines()[0]
        said = partial(_with_warning, answer) if by_scheduler else answer
        COMMANDS.append(Command(names, roles, acts, client_too, line, said, aside, slow, proves, questions))
        return answer

    return enter


def _with_warning(answer: Answer, ask: Ask) -> str:
    said, silent = answer(ask), heartbeat.warning(ask.session, ask.now)
    return under(silent, said) if silent else said


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
    """Return the command that words begin with, and the rest of them as written; the longest name wins.

    Blanks and line ends inside of a name do not count where it is none otherwise: 更正 文章12 is 更正.
    """
    words = words.strip().lstrip("/／").strip()
    head = words[:LONGEST_NAME]
    places = [place for place, sign in enumerate(head) if not sign.isspace()]
    return _named(words, range(len(head))) or (_named(words, places) if len(places) < len(head) else None)


def reference(rest: str, noun: str = "") -> tuple[int, int | None, str] | None:
    """Read 12, 12-3 or 12-3 and what is said about it, also as 第12篇 or #12; None when it does not begin with a number.

    noun: what the number is of where it is none of an article, such as 告警; 告警12 is then read as 12.
    """
    words = plain(rest)
    match = _REFERENCE.fullmatch(words, len(noun) if words.startswith(noun) else 0)
    if match is None:
        return None
    return int(match[2]), int(match[3]) if match[3] else None, rest[match.start(4) :]


def _named(words: str, places: Sequence[int]) -> tuple[Command, str] | None:
    """Return the command whose name stands at the first of some places, and what follows it."""
    letters = plain("".join(words[place] for place in places)).lower()
    for length, names in _names(tuple(map(id, COMMANDS))):
        entry = names.get(letters[:length]) if length <= len(places) else None
        after = places[length - 1] + 1 if entry else 0
        if entry and _ends(plain(words[after : after + 1]), letters[:length]):
            rest = words[after:].strip()
            return entry, rest[1:].strip() if plain(rest[:1]) in SIGNS else rest
    return None


@lru_cache(maxsize=1)
def _names(_: tuple[int, ...]) -> list[tuple[int, dict[str, Command]]]:
    """Return the names in the table by their length, the longest first; made anew only when the table has changed."""
    names = {name.lower(): entry for entry in COMMANDS for name in entry.names}
    lengths = sorted({len(name) for name in names}, reverse=True)
    return [(length, {name: names[name] for name in names if len(name) == length}) for length in lengths]


def _ends(following: str, name: str) -> bool:
    """Say whether a name ends before what follows: 同意12-3 is 同意, 同意了吧 is not; 绑定K7PA is 绑定, helper not help."""
    return not following.isalpha() or (following.isascii() and not name.isascii())


_NARROW = (
    {0xFF01 + place: 0x21 + place for place in range(94)}
    | {0x3000: 0x20}
    | dict(zip(map(ord, "﹐﹒﹔﹕﹖﹗﹙﹚︰︓﹟"), ",.;:?!()::#", strict=True))
    | {ord(dash): ord("-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"}
)
_REFERENCE = re.compile(
    r"(?:文章|编号|稿号|#|(第))?\s*([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?(?![0-9-])(?(1)\s*[篇条]?)[\s,.:;、。]*(.*)",
    re.DOTALL,
)
_EXAMPLE = re.compile(r"例如：([^；]+)")
_PLACEHOLDER = re.compile(r"[^\W\d_a-zA-Z]")
