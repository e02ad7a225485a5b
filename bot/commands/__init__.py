"""What a person may say to the account; strangers get the readers' answer and no hint that there is more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import readers
from bot.commands import (  # noqa: F401 - each fills the table
    acting,
    after,
    alarming,
    comments,
    correcting,
    delegating,
    deliberating,
    duty,
    field,
    field_more,
    field_places,
    figures,
    files,
    finding,
    going_on,
    hand,
    handing_over,
    helping,
    monthly,
    months,
    odd,
    own,
    posting,
    progress,
    reading,
    recording,
    reports,
    searching,
    ticketing,
    unheard,
    urgent,
    visiting,
    weekly,
    which,
)
from bot.commands.asking import Asked, act, continued, refused
from bot.commands.field_another import glued
from bot.commands.near import asks, closest, courteous, seen, without_thanks
from bot.commands.small_talk import courtesy, is_courtesy
from bot.commands.table import COMMANDS, Ask, Command, split
from content import tickets
from content.errors import OpsError
from content.evidence import attach
from content.models import Person
from content.people import code_amid, is_bare_code, is_code, looks_like_code
from content.replies import GREETING
from content.reviews import ROLES
from scheduler.binding import Locked, bind

__all__ = ["COMMANDS", "READERS_ANSWER", "Ask", "Command", "Found", "act", "find", "may_pass_on", "not_open", "refused"]

LONGEST = 2048  # characters of what our people write; a text of WeChat holds as many bytes (wechat-api.md §2)
READERS_ANSWER = GREETING  # where the workspace has no replies.csv


@dataclass(frozen=True)
class Found:
    """The command that some words name, and what follows its name."""

    command: Command
    rest: str


def find(
    words: str,
    person: Person | None,
    asked: Asked,
    now: datetime,
    *,
    picture: bool = False,
    pressed: bool = False,
    for_a_person: Callable[[], bool] = lambda: False,
) -> Found:
    """Return what these words, or a picture, ask for; there is always something that answers.

    asked: reads the question that the person was asked last; only called for words of a person.
    pressed: the words are the key of a menu's button, and answer no question.
    for_a_person: says whether a stranger's message is one that a person must answer; only called for strangers.
    """
    given, words = words, seen(words)
    if person is None:
        return _of_stranger(words, given, for_a_person)
    if picture:
        return Found(_PICTURE, "")
    if len(given) > LONGEST:
        return Found(_TOO_LONG, given)
    if files.is_file(given) or unheard.is_unheard(given):
        return Found(_FILE, "") if files.is_file(given) else Found(_UNHEARD, given)
    named = split(words)
    if pressed and named is None:
        return Found(_READERS, words)
    if not pressed and (goes_on := continued(words, named, person, asked, now)):
        return Found(goes_on, given)
    named = named or split(glued(words, person)) or courteous(words) or split(posting.link_amid(words))
    return Found(_UNKNOWN, words) if named is None else _meant(*named, words, person)


def _meant(command: Command, rest: str, words: str, person: Person) -> Found:
    """Return the command that words begin with, or why this person's words do not reach it."""
    if not command.is_open_to(person):
        if command.answer is acting.take:  # whoever is polite says it too, and hears that it approves nothing
            return Found(_UNKNOWN, words)
        return Found(_NOT_YOURS, command.names[0])
    if command.acts and not command.questions and asks(rest):
        return Found(_ONLY_ASKED_TO_PROVE if command.proves else _ONLY_ASKED, command.names[0])
    return Found(command, rest)


def _of_stranger(words: str, given: str, for_a_person: Callable[[], bool]) -> Found:
    if _strangers_code(words):
        return Found(_STRANGERS_BINDING, words)
    named = split(words)
    if named and named[0].answer is going_on.go_on:
        return Found(_MORE_FOR_READERS, words)
    return Found(_TICKET, given) if for_a_person() else Found(_READERS, words)


def _strangers_code(words: str) -> str:
    """Return the code by which a stranger wants to be bound, politely or with nothing beside it; "" where there is none."""
    if is_bare_code(without_thanks(words)):
        return without_thanks(words)
    named = split(words) or (courteous(words) if "绑定" in words else None)
    code = acting.code_in(named[1]) if named and named[0].answer is acting.bind else ""
    return code if is_code(code) else code_amid(words) if "绑定" in words else ""


def not_open(name: str, person: Person) -> str:
    """Return what somebody is told whose role may not say a command, wherever they say it."""
    return f"“{name}”不归{ROLES[person.role]}用。"


def may_pass_on(command: Command, ask: Ask, words: str) -> bool:
    """Say whether a message may go to a second address: for readers, and without an answer of ours.

    What looks like a deed of our people, whose WeChat may not be bound, or like a binding code, never leaves.
    """
    named = split(seen(words))
    is_ours = (named and named[0].acts) or looks_like_code(words) or looks_like_code(seen(words))
    return command is _READERS and not is_ours and not readers.knows(ask)


def _more_for_readers(ask: Ask) -> str:
    tickets.heard(ask.session, ask.sender, now=ask.now)
    return going_on.next_part(ask) or readers.reader_answer(ask)


def _strangers_binding(ask: Ask) -> str:
    """Bind the holder of a code; whoever has none, or has tried too many, learns nothing."""
    try:
        person = bind(ask.session, _strangers_code(ask.rest), ask.sender, now=ask.now)
    except Locked:
        person = None
    if person is None:
        return readers.reader_answer(ask)
    return f"{person.name}，已绑定，您的角色是{ROLES[person.role]}。发“帮助”看能做什么。"


def _unknown(ask: Ask) -> str:
    if (meant := closest(ask.rest, ask.person)) and not is_courtesy(ask.rest):
        named = split(meant)
        is_short = named and not named[1] and named[0].usage != named[0].names[0]
        example = f"例如：{named[0].example}。" if named and is_short else ""
        return f"没有看懂。您是想发：{meant} 吗？{example}发“帮助”看能做什么。"
    entry = next(entry for entry in COMMANDS if entry.answer is acting.agree)
    how = "同意或退回要写稿号，例如：同意 12-3" if entry.is_open_to(ask.person) else ""
    if ask.rest.strip() and is_courtesy(ask.rest):
        return f"{courtesy(ask.rest)}这一句{'不算同意，也' if how else ''}没有办什么。发“帮助”看能做什么。{how}"
    return f"没有看懂。发“帮助”看能做什么。{how}"


def _too_long(ask: Ask) -> str:
    return f"这一条有 {len(ask.rest)} 个字，太长，没有办。请写到 {LONGEST} 个字以内；长的文字请分几条发，长的材料请在网页上传。"


def _not_yours(ask: Ask) -> str:
    assert ask.person is not None
    return f"{not_open(ask.rest, ask.person)}发“帮助”看能做什么。"


def _only_asked(ask: Ask) -> str:
    named = split(ask.rest)
    assert named is not None
    example = named[0].example or named[0].usage
    raise OpsError(f"这一句像是在问，没有办。要办请直接写，不写成问句，例如：{example}。怎么用请发：帮助 {ask.rest}")


def _picture(ask: Ask) -> str:
    assert ask.person is not None
    assert ask.picture is not None
    urgent.refuse_picture(ask)
    field.refuse_picture(ask)
    example = "走访" if ask.person.role == "liaison" else "代录"
    return attach(ask.session, ask.person, ask.picture, now=ask.now, example=example)


_PICTURE = Command((), (), True, False, "", _picture, aside=True)
_FILE = Command((), (), True, False, "", files.answer, aside=True)
_UNHEARD = Command((), (), False, False, "", unheard.answer)
_READERS = Command((), (), False, False, "", readers.reader_answer)
_MORE_FOR_READERS = Command((), (), True, False, "", _more_for_readers)
_UNKNOWN = Command((), (), False, False, "", _unknown)
_TOO_LONG = Command((), (), False, False, "", _too_long)
_ONLY_ASKED = Command((), (), False, False, "", _only_asked)
_ONLY_ASKED_TO_PROVE = Command((), (), True, False, "", _only_asked, aside=True, proves=True)
_NOT_YOURS = Command((), (), False, False, "", _not_yours)
_TICKET = Command((), (), True, False, "", ticketing.take)
_STRANGERS_BINDING = Command((), (), True, False, "", _strangers_binding)
