"""Corrections (更正) as texts: what a person wrote, where the old words stand, and what is wrong with the new ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from content.article import Level, Problem
from content.errors import OpsError
from content.lint.tables import Tables
from content.models import Revision
from content.render import visible_text

EXAMPLE = "更正 12 十二月五日→十二月六日 活动改期"
_ARROWS = ("→", "⇒", "->", "=>", "－>", "＝>", "—>", "－＞", "＝＞", "-＞", "=＞")
_WORDS = ("改为", "改成", "更改为", "更改成", "更正为", "换成")
_SHOWN = 15  # characters around the old words
_PLACES = 2  # that are told with their text
_QUOTES = {"“": "”", '"': '"', "「": "」", "『": "』", "‘": "’"}


@dataclass(frozen=True)
class Place:
    """A paragraph of the frozen text, counted from 1, that holds the old words, and how often."""

    paragraph: int
    times: int
    text: str


def read(words: str) -> tuple[str, str, str]:
    """Return old, new and reason of `旧→新 原因`; 改为, 改成, -> and => do as well, and quotes keep blanks together.

    OpsError, with an example, for anything else.
    """
    arrow = min((a for a in (*_ARROWS, *_WORDS) if a in words), key=words.index, default="")
    if any(a in words for a in _ARROWS):
        arrow = min((a for a in _ARROWS if a in words), key=words.index)
    old, _, rest = words.partition(arrow) if arrow else (words, "", "")
    new, reason = _first(rest.strip())
    old = _bare(old.strip())
    if not (old and new and reason):
        raise OpsError(f"请写原来的字、改成的字和原因，例如：{EXAMPLE}\n要改的字里有空格的，用“”括起来。")
    if old == new:
        raise OpsError("原来的字和改成的字一样，没有可改的。")
    return old, new, reason


def meant(revision: Revision, old: str) -> str:
    """Return the old words as the text has them: of 把议事会改为 without the 把, where the text has none with it."""
    bare = _bare(old[1:].strip()) if old[:1] in "把将" else ""
    text = "\n".join(paragraphs(revision.html))
    return bare if len(bare) > 1 and old not in text and bare in text else old


def places_of(revision: Revision, old: str) -> list[Place]:
    """Return where the old words stand in the text that readers see; OpsError where they do not, with what to do."""
    found = [
        Place(number, text.count(old), text)
        for number, text in enumerate(paragraphs(revision.html), start=1)
        if old in text
    ]
    if found:
        return found
    name = f"定稿 {revision.article_id}-{revision.number}"
    if old in revision.title:
        raise OpsError(
            f"“{old}”在{name}的标题里。标题发出后通常改不了，请撤稿（撤稿 {revision.article_id} 原因），或改正文的字。"
        )
    raise OpsError(f"{name}的正文里没有“{old}”。请照抄原文（看 {revision.article_id}），一次只改一段里的字。")


def paragraphs(html: str) -> list[str]:
    """Return the paragraphs that readers see, blanks at their ends taken off."""
    return [line.strip() for line in visible_text(html).split("\n") if line.strip()]


def in_words(places: Sequence[Place], old: str) -> str:
    """Return the places as people read them: 第 3 段（……十二月五日……），第 5 段 2 处（……）."""
    told = [
        f"第 {place.paragraph} 段{f' {place.times} 处' if place.times > 1 else ''}（{_around(place.text, old)}）"
        for place in places[:_PLACES]
    ]
    more = "、".join(str(place.paragraph) for place in places[_PLACES : _PLACES + 20])
    return "；".join([*told, *([f"第 {more} 段"] if more else [])])


def shows(html: str, places: Sequence[Place], old: str, new: str) -> bool:
    """Say whether a text that was read back has the new words in each place, and the old ones in none of them."""
    shown = {_squeezed(one) for one in paragraphs(html)}
    wanted = {_squeezed(place.text.replace(old, new)) for place in places}
    before = {_squeezed(place.text) for place in places}
    return wanted <= shown and not before & shown


def problems_of(places: Sequence[Place], old: str, new: str, tables: Tables, now: datetime) -> list[Problem]:
    """Return what the checks find in the corrected paragraphs and did not find before."""
    from content.lint.plain import check_plain

    before = {(p.code, p.message) for place in places for p in check_plain(place.text, tables, now)}
    after = [p for place in places for p in check_plain(place.text.replace(old, new), tables, now)]
    return [p for p in after if (p.code, p.message) not in before and p.level != Level.INFO]


def _first(rest: str) -> tuple[str, str]:
    """Return the new words and what follows them: up to the end of their quotes, or to the first blank."""
    if rest[:1] in _QUOTES and (end := rest.find(_QUOTES[rest[0]], 1)) > 0:
        return rest[1:end], rest[end + 1 :].strip()
    new, _, reason = re.sub(r"[\s\u3000]+", " ", rest).partition(" ")
    return new, reason.strip()


def _bare(text: str) -> str:
    quoted = len(text) > 2 and text[0] in _QUOTES and text[-1] == _QUOTES[text[0]]
    return text[1:-1] if quoted else text


def _around(text: str, old: str) -> str:
    at = text.index(old)
    begin, end = max(0, at - _SHOWN), at + len(old) + _SHOWN
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", text)
