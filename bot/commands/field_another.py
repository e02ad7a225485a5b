"""Another record amid one's words: several in one message, or one without a blank while a question waits; none is swallowed."""

from __future__ import annotations

import re
from datetime import date

from bot.commands.table import Ask, plain
from content.assignments import FIELD
from content.clock import local_day
from content.errors import OpsError
from content.field_kinds import KINDS
from content.field_words import Draft, places_at_head, read
from content.gazetteer import Gazetteer, gazetteer
from content.models import Person

_NAMES = "|".join(KINDS)
_AMID = re.compile(
    rf"(?P<sign>[\n；;。，,\s])[^\S\n]*(?:(?P<name>{_NAMES}|填报|议事)(?P<gap>[\s:：,，]*)|作废\s*(?=\d))(?=(?P<rest>[^\n；;。]*))"
)
_CHANGE = re.compile(r"(?:更正|改正|修改|作废|删除)\s*\d")
_LIKE_WORK = re.compile(r"[0-9]|社区|街道|今天|昨天|前天|更正|作废")
_BULLET = re.compile(r"\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.．)）]\s*|[-·*•]\s*)?")
_TALE = re.compile(r"(?:今天|昨天|前天|刚才|刚刚|我们?|又|还|也|去|了|[\s，,])*")
_GLUED = re.compile(rf"(?P<kind>{_NAMES})(?![了过完])")
_DAY_TOLD = re.compile(r"\d\s*[月日号]|[今昨前]天|[今昨]日")
_COUNT = re.compile(r"(?:\d|[一二两三四五六七八九十])\s*个?[人名位]")


def glued(words: str, person: Person) -> str:
    """Return the words with a blank behind the command that field workers write without one: 走访新风社区; "" for none.

    Only where more looks like field work: a place, a day or a number.
    """
    name = next((name for name in KINDS if words.strip().startswith(name)), "")
    is_meant = name and person.role in FIELD and _LIKE_WORK.search(plain(words))
    return f"{name} {words.strip()[len(name) :].removeprefix('了')}" if is_meant else ""


def refuse_several(ask: Ask, words: str, kind: str = "") -> None:
    """Raise OpsError where words hold a further record, or a further change of one.

    kind: what the first of them is; then a further line with a place, and a day or a count, is another one without a name.
    """
    today = local_day(ask.now)
    known = gazetteer(ask.session, today)
    found = next((one for one in _AMID.finditer(plain(words)) if _is_record(one, known, today)), None)
    other = words[found.start() + 1 : found.end("rest")].strip() if found else _nameless(words, kind, known, today)
    if other:
        raise OpsError(f"这一条里不止一条记录，都没有记：“{other[:20]}”像是另一条。请一条一条分开发。")


def another(ask: Ask, draft: Draft) -> tuple[str, str] | None:
    """Return the kind and the words of a record that was sent without a blank instead of an answer; None for an answer.

    OpsError where it cannot be told whether it is one.
    """
    today, text = local_day(ask.now), plain(ask.rest)
    told = _TALE.match(text)
    said = _GLUED.match(text, told.end() if told else 0)
    places = places_at_head(text[said.end() :], gazetteer(ask.session, today), today) if said else ()
    if said is None or not places:
        return None
    kind, rest, is_own = said["kind"], ask.rest[said.end() :].strip(), bool(set(places) & set(draft.places))
    if (is_own and not (kind != draft.kind and _COUNT.search(rest))) or (kind == draft.kind and not draft.places):
        return None
    if not is_own and not text[: said.start()].strip():
        return kind, rest
    missing = "、".join(draft.missing()) or "是哪个地方"
    raise OpsError(
        f"没有记：这一句像是另一次{kind}。“{draft.kind}”还没有记完，请先回复{missing}，或者回复：算了；"
        f"另一次请再单独发：{kind} {rest[:20]}"
    )


def without_kind(ask: Ask, draft: Draft) -> str:
    """Return an answer without the kind's name before a place: 德胜街道45人 for 培训德胜街道45人."""
    today, words = local_day(ask.now), ask.rest.strip()
    rest = words.removeprefix(draft.kind)
    is_name = rest != words and places_at_head(plain(rest), gazetteer(ask.session, today), today)
    return rest if is_name else words


def _is_record(found: re.Match[str], known: Gazetteer, today: date) -> bool:
    """Say whether what begins with a command's name is another record: 活动 in 活动室 is none, nor 走访低保户3户."""
    name, sign, rest = found["name"], found["sign"], found["rest"]
    if sign in "，, ":  # may go on with the sentence: 座谈，走访北街社区居民
        is_told = _DAY_TOLD.search(rest) or _COUNT.search(rest)
        return name in KINDS and bool(is_told and places_at_head(rest, known, today))
    if name is None or _CHANGE.match(rest):
        return True
    begins_line = sign == "\n" and found["gap"] != "" and not found["gap"].strip()
    if name not in KINDS:
        return begins_line
    return bool(places_at_head(rest, known, today)) or (begins_line and _LIKE_WORK.search(rest) is not None)


def _nameless(words: str, kind: str, known: Gazetteer, today: date) -> str:
    """Return a further line that tells a place and a day or a count, where those before it tell more than places; "" for none."""
    lines = [line[_BULLET.match(line).end() :] for line in words.splitlines() if line.strip()]  # type: ignore[union-attr]
    for at, line in enumerate(lines[1:], start=1) if kind else ():
        if not places_at_head(plain(line), known, today) or not _is_told(read(line, kind, known, today)):
            continue
        before = read("\n".join(lines[:at]), kind, known, today)
        if (before.places or before.unclear or before.word) and (before.text or _is_told(before)):
            return line
    return ""


def _is_told(draft: Draft) -> bool:
    return draft.day is not None or draft.people is not None
