"""Checking frozen texts again when words.csv or people.csv has changed: which of their errors stand in a text now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from content.article import Facts, Level
from content.finding import FrozenText, Needle, frozen_parts
from content.folding import folded
from content.lint.people import posts_are_right, roll
from content.lint.plain import plain_look
from content.lint.reading import Piece
from content.lint.tables import Tables
from content.lint.words import ALLOWED, matches_in, message_of
from content.render import visible_text


@dataclass(frozen=True)
class Offence:
    """An error in a frozen text: the word or the name, what is wrong with it, and where it stands."""

    word: str
    message: str
    place: str


def offences(text: FrozenText, tables: Tables, out_at: datetime, now: datetime) -> list[Offence]:
    """Return what words.csv and people.csv call errors in a frozen text that goes out (or went out) at a moment.

    Blanks and signs within a word hide nothing; each word is told once.
    """
    found = dict([*_words(text, tables), *_people(text, tables, out_at, now)])
    return [Offence(word, message, _place(text, word)) for word, message in found.items()]


def entries(tables: Tables) -> Mapping[str, str]:
    """Return the words that are errors, and the people, each with a fingerprint of all that is said of them."""
    told: dict[str, list[object]] = {}
    for word in tables.words:
        if word.level == Level.ERROR and word.kind != ALLOWED:
            told.setdefault(word.pattern, []).append([word.kind, word.allow, word.scope])
    for official in tables.officials:
        said = [official.post, official.body, str(official.since), str(official.until)]
        told.setdefault(official.name, []).append(said)
    return {name: _fingerprint(said) for name, said in told.items()}


def _fingerprint(said: object) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:12]


def may_hold(text: FrozenText, needles: Iterable[Needle]) -> bool:
    """Say whether a text may hold one of some words: a quick look before `offences`."""
    whole = text.title + text.digest + text.html
    return any(needle.may_be_in(whole) for needle in needles)


def _words(text: FrozenText, tables: Tables) -> Iterator[tuple[str, str]]:
    plain = _folded_words(tables)
    spelt = {folded(word.pattern).text: word for word in tables.words}
    for name, part in (("title", text.title), ("digest", text.digest), ("body", visible_text(text.html))):
        for _, _, word in matches_in(plain, Piece(name, folded(part).text, 1)):
            if word.level == Level.ERROR:
                yield spelt[word.pattern].pattern, message_of(spelt[word.pattern])


@lru_cache(maxsize=4)
def _folded_words(tables: Tables) -> Tables:
    """Return the words as they stand in folded texts."""
    words = [
        replace(word, pattern=folded(word.pattern).text, allow=tuple(folded(one).text for one in word.allow))
        for word in tables.words
    ]
    return Tables(words=tuple(word for word in words if word.pattern))


def _people(text: FrozenText, tables: Tables, out_at: datetime, now: datetime) -> Iterator[tuple[str, str]]:
    people = roll(tables)
    if people is None:
        return
    facts = Facts(title=folded(text.title).text, digest=folded(text.digest).text, publish_at=out_at)
    look = plain_look(folded(visible_text(text.html)).text, facts, tables, now)
    for problem in posts_are_right(look):
        if name := people.names.match(problem.message):
            yield name[0], problem.message


def _place(text: FrozenText, word: str) -> str:
    needle = Needle(word)
    found = needle.find_in(frozen_parts(text, needle))
    return f"{found.where}：{found.excerpt}" if found else ""
