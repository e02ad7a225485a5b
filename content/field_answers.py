"""Answers to what was asked of field work: they tell what is missing, and never change what was told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from content.errors import OpsError
from content.field_counts import NONE, number_alone, people_alone
from content.field_form import without_labels
from content.field_kinds import KINDS
from content.field_words import Draft, day_stands_apart, narrow, read_beside, stands_apart, start_of, words_of
from content.gazetteer import Gazetteer
from content.past_days import day_at


def answered(draft: Draft, words: str, known: Gazetteer, today: date, *, assumed: date | None = None) -> Draft:
    """Return a draft with what an answer tells beside; a bare number is what was asked for.

    What was told before stays as it is: 今天路滑 is what was done, and no other day. assumed: the day where none was told.
    OpsError when it tells none of what is missing, another place or day, or a day that may be part of what was done.
    """
    text = without_labels(narrow(words), known, today)
    bare = number_alone(text)
    if draft.unclear and bare and bare <= len(draft.unclear):
        return replace(draft, places=(*draft.places, draft.unclear[bare - 1]), unclear=(), word="")
    if draft.wants("people") and (count := people_alone(text)) is not None:
        return replace(draft, people=count)
    if draft.wants("new_users") and (bare is not None or text.strip(" 。.") in NONE):
        return replace(draft, new_users=bare or 0)
    both = draft if draft.unclear and bare is not None else _beside(draft, text, known, today, assumed)
    if both == draft:
        raise OpsError(f"没有看懂。还差：{'、'.join(draft.missing())}，例如：{KINDS[draft.kind].example}。不记了：算了")
    return both


def _beside(draft: Draft, text: str, known: Gazetteer, today: date, assumed: date | None) -> Draft:
    """Return a draft with what a text tells of all that is still open in it."""
    _refuse_other(draft, text, known, today)
    start = replace(draft, unclear=(), word="", places=() if draft.unclear else draft.places)
    if assumed and draft.day is None:
        start = replace(start, day=_day_of_text(text, assumed, today))
    told = read_beside(_without_told(draft, text, known, today), start, known, today)
    if inside := [spot for spot in told.places if spot in draft.unclear]:
        told = replace(told, places=(*draft.places, *inside))
    elif not told.places and not told.unclear:
        told = replace(told, places=draft.places, unclear=draft.unclear, word=told.word or draft.word)
    return replace(told, text=draft.text or told.text)


def _refuse_other(draft: Draft, text: str, known: Gazetteer, today: date) -> None:
    """Raise OpsError where an answer begins with another place than was told, or holds another day as a word of its own."""
    other = _other_place(draft, text, known)
    before = draft.places[0].shown if other else ""
    if not other and draft.day:
        other, before = _other_day(draft.day, text, today), _in_words(draft.day)
    if other:
        missing = "、".join(draft.missing()) or "是哪个地方"
        raise OpsError(
            f"没有记：前面写的是{before}，这一句写的是{other}。请只回复{missing}；"
            "前面的不对，或者是另一次，请先发：算了，再重新记"
        )


def _other_place(draft: Draft, text: str, known: Gazetteer) -> str:
    at = start_of(text)
    found = None if draft.unclear or not draft.places else known.at(text, at)
    if found is None or set(found.spots) & set(draft.places) or not stands_apart(text, found.end):
        return ""
    return text[at : found.end]


def _other_day(told: date, text: str, today: date) -> str:
    for word in words_of(text):
        said = None if word.isascii() else day_at(word, 0, today)  # 3-5 may be a house
        if said and said[0] != told and said[1] == len(word):
            return word
    return ""


def _without_told(draft: Draft, text: str, known: Gazetteer, today: date) -> str:
    """Return an answer without the place and the day at its head that were told before."""
    while True:
        at = start_of(text)
        said = day_at(text, at, today) if draft.day else None
        found = known.at(text, at) if draft.places and not draft.unclear else None
        if said and said[0] == draft.day and stands_apart(text, said[1]):
            text = text[said[1] :]
        elif found and set(found.spots) <= set(draft.places) and stands_apart(text, found.end):
            text = text[found.end :]
        else:
            return text


def _day_of_text(text: str, assumed: date, today: date) -> date | None:
    """Return the day that was assumed where an answer begins with its name as part of what was done: 今天路滑.

    None where it begins with none, or with one that stands apart. OpsError where it is another one: 昨天讲解 may be either.
    """
    at = start_of(text)
    said = day_at(text, at, today)
    if said is None or text[at : said[1]].isascii() or day_stands_apart(text, said[1]):
        return None
    if said[0] == assumed:
        return assumed
    day = text[at : said[1]]
    raise OpsError(
        f"没有记：“{day}”是不是办的那一天，没有看懂。请先写日期，用逗号分开，"
        f"例如：{day}，做了什么；或者：{_in_words(assumed)}，做了什么"
    )


def _in_words(day: date) -> str:
    return f"{day.month}月{day.day}日"
