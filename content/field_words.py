"""Field work in one message: kind, places, day, how many people; what is left of the words is what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from content.errors import OpsError
from content.field_counts import GLUED, PEOPLE, new_users_in, people, people_alone
from content.field_form import without_labels, without_name
from content.field_kinds import EITHER, FACTS, KINDS
from content.gazetteer import ENDINGS, Found, Gazetteer, Spot
from content.numerals import NUMBER
from content.past_days import day_at, days_at
from content.place_table import COMMUNITY


@dataclass(frozen=True)
class Draft:
    """What has been told so far of one piece of field work; `unclear` are the candidates for a place."""

    kind: str
    places: tuple[Spot, ...] = ()
    unclear: tuple[Spot, ...] = ()
    word: str = ""  # what was typed for the unclear place, or for one that nobody knows
    day: date | None = None
    people: int | None = None
    new_users: int | None = None
    text: str = ""
    more: Mapping[str, str] = field(default_factory=dict)  # the facts of FACTS that the kind has
    why: str = ""  # why it comes or changes after its month was closed

    def missing(self) -> list[str]:
        """Return what must still be told, as people call it."""
        kind = KINDS[self.kind]
        return [kind.called(need) for need in kind.needs if self._lacks(need)]

    def wants(self, need: str) -> bool:
        """Say whether this is still to be told."""
        return need in KINDS[self.kind].needs and self._lacks(need)

    def _lacks(self, need: str) -> bool:
        own = ("places", "people", "new_users", "text")
        return all(
            (getattr(self, one) if one in own else self.more.get(one)) in ((), None, "") for one in need.split(EITHER)
        )


LONGEST_MESSAGE = 1500  # characters; what was done has at most 1000 of them
_WIDE = {0xFF10 + n: 0x30 + n for n in range(10)} | {0x3000: 0x20, 0xFF0F: 0x2F, 0xFF0E: 0x2E, 0xFF0D: 0x2D}
_APART = re.compile(r"[\s，,。.；;：:]*")
_LIST = re.compile(r"[\s，,。.；;：:]*(?:[、和及与]|以及)?[\s，,。.；;：:]*")
_AND = "、和及与"
_SIGNS = " ，,；;、：:。."
_TOKEN = re.compile(r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|[^\s，,；;（）()])+")
_YEAR = re.compile(r"20\d{2}\D|20\d{6}")
_WORD = re.compile(r"[\u4e00-\u9fff]{2,12}(?=[\s，,。；;])")
_PLACE_LIKE = re.compile(r"[^\s，,、。；;]{2,}?(?:社区|街道|居委会)(?=[\s，,、。；;\d]|$)")
_GO = re.compile("[到去在赴]了?")
_PART = re.compile(
    rf"\s*(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)(?!\s*(?:{NUMBER})\s*[点时:：])"
)  # not that of an hour
_WEEKDAY = re.compile(r"\s*[（(](?:周|星期|礼拜)[一二三四五六日天][)）]")
_WORD_ENDS = re.compile(r"[\s，,。；;、：:]|$")
_EMPTIED = re.compile(r"[（(]\s*[)）]")  # the brackets of （120人）
_PART_ENDS = re.compile(rf"[\s，,。；;：:、到去在赴]|$|{PEOPLE.pattern}|{GLUED.pattern}")


def read(words: str, kind: str, known: Gazetteer, today: date) -> Draft:
    """Return what words tell of a piece of field work, whatever the order; nothing is made up for what they leave out.

    OpsError where a street is named that a community does not belong to, for a day that no calendar has, for a
    word among the places that may be a mistyped one, and for a text without end.
    """
    if len(words) > LONGEST_MESSAGE:
        raise OpsError(f"这一条有 {len(words)} 个字，请写到 {LONGEST_MESSAGE} 个字以内；长的材料请上传。")
    return read_beside(without_labels(narrow(words), known, today), Draft(kind), known, today)


def read_beside(text: str, draft: Draft, known: Gazetteer, today: date) -> Draft:
    """Return a draft with what a text, its figures narrow, tells beside; only places, day and counts that it lacks."""
    added: int | None = None
    if draft.new_users is None:
        added, text = new_users_in(text, asked="new_users" in KINDS[draft.kind].needs)
    text, more = _more(text, draft.kind)
    draft = replace(draft, new_users=draft.new_users if added is None else added, more={**draft.more, **more})
    draft, rest = _head(text, draft, known, today)
    if draft.places and draft.day is None:
        _refuse_unknown(rest, known, today)
    return _tail(rest, draft, known, today)


def narrow(words: str) -> str:
    """Return words with narrow figures and blanks, one character for each."""
    return words.translate(_WIDE)


def places_at_head(text: str, known: Gazetteer, today: date) -> Sequence[Spot]:
    """Return the candidates for the place that a text begins with, a whole name of its own, be it behind a day."""
    at = start_of(text)
    if said := day_at(text, at, today):
        at = said[1] + start_of(text[said[1] :])
    gone = _GO.match(text, at)
    found = (known.at(text, gone.end()) if gone else None) or known.at(text, at)
    return found.spots if found and found.whole else ()


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text, apart by blanks or signs."""
    return (token[0] for token in _TOKEN.finditer(text))


def start_of(text: str) -> int:
    """Return where the first word of a text begins."""
    return len(_APART.match(text)[0])  # type: ignore[index]  # it matches the empty word


def stands_apart(text: str, at: int) -> bool:
    """Say whether a place or a day that ends here is a word of its own."""
    return _WORD_ENDS.match(text, at) is not None


def day_stands_apart(text: str, at: int) -> bool:
    """Say whether a day that ends here is no part of what was done: a sign, a place's 到 or a count follows, also 下午3人."""
    part = _PART.match(text, at)
    return any(_PART_ENDS.match(text, end) for end in (at, part.end() if part else at))


def merged(draft: Draft, told: Draft, *, keep_text: bool = False) -> Draft:
    """Return a draft in which what was told later counts; keep_text: a text that is there already stays."""
    text = draft.text if keep_text and draft.text else told.text or draft.text
    return replace(
        draft,
        places=told.places or draft.places,
        unclear=told.unclear or (() if told.places else draft.unclear),
        word=told.word or ("" if told.places else draft.word),
        day=told.day or draft.day,
        people=draft.people if told.people is None else told.people,
        new_users=draft.new_users if told.new_users is None else told.new_users,
        text=text,
        more={**draft.more, **told.more},
    )


def _more(text: str, kind: str) -> tuple[str, dict[str, str]]:
    """Take the facts that only some kinds have out of words; return what is left, and them by their names."""
    found: dict[str, str] = {}
    for name in KINDS[kind].more:
        if said := FACTS[name].pattern.search(text):
            value, most = next(filter(None, said.groups())), FACTS[name].most
            if most is not None and Decimal(value) > most:
                raise OpsError(f"{FACTS[name].shown(value)}：最多是 {most}，请核对后重新发。")
            found[name] = value
            text = f"{text[: said.start()]} {text[said.end() :]}"
    return text, found


def _head(text: str, draft: Draft, known: Gazetteer, today: date) -> tuple[Draft, str]:
    """Read places, the day and the count that words begin with; return them and the rest."""
    at, listed, are_told = 0, True, bool(draft.places)
    streets: Sequence[Spot] = ()
    while True:
        gap, at = _gap(text, at, known, is_list=bool(draft.places or draft.unclear))
        listed = listed or any(sign in gap for sign in _AND)
        if not are_told and (gone := _GO.match(text, at)) and known.at(text, gone.end()):
            at = gone.end()
        _refuse_days(text, at, draft.day, today)
        if draft.day is None and (said := day_at(text, at, today)):
            draft, at = replace(draft, day=said[0]), _after_part(text, said[1], known)
        elif draft.people is None and (count := PEOPLE.match(text, at) or GLUED.match(text, at)):
            draft, at = replace(draft, people=people(count)), count.end()
        elif (
            not are_told
            and (found := known.at(text, at))
            and not (draft.places and set(found.spots) <= set(draft.places))  # named again: 月坛街道便民服务群
            and (found.whole or listed or not gap or known.under(found.spots, streets))
        ):
            draft, streets = _with_place(draft, found, text[at : found.end], known, () if listed else streets)
            at, listed = found.end, False
        else:
            return draft, text[at:]


def _gap(text: str, at: int, known: Gazetteer, *, is_list: bool) -> tuple[str, int]:
    """Return what stands before the next word, and where that begins; the 和 of 和平门 is no sign of a list."""
    apart = _APART.match(text, at)
    assert apart is not None
    signs = _LIST.match(text, at)
    if not is_list or signs is None or known.at(text, apart.end()):
        return apart[0], apart.end()
    return signs[0], signs.end()


def _after_part(text: str, at: int, known: Gazetteer) -> int:
    """Return where what a day is told with ends at a place of a text, if it stands there: （周四）, 下午 of 昨天下午3人."""
    weekday = _WEEKDAY.match(text, at)
    at = weekday.end() if weekday else at
    part = _PART.match(text, at)
    return part.end() if part and (_PART_ENDS.match(text, part.end()) or known.at(text, part.end())) else at


def _with_place(
    draft: Draft, found: Found, word: str, known: Gazetteer, streets: Sequence[Spot]
) -> tuple[Draft, Sequence[Spot]]:
    """Add the place that was found; after its own street, without a sign between, it takes the street's place."""
    spots = list(found.spots)
    if streets and (inside := known.under(spots, streets)):
        draft, spots = replace(draft, places=tuple(one for one in draft.places if one not in streets)), inside
    elif streets and all(spot.level == COMMUNITY for spot in spots):
        named = known.candidates(spots)
        raise OpsError(f"{named}不在{streets[0].shown}，请核对后重新发。")
    if KINDS[draft.kind].by_community:
        spots = [spot for spot in spots if spot.level == COMMUNITY] or spots
    elif len(above := [spot for spot in spots if spot.level != COMMUNITY]) == 1:
        spots = above
    if len(spots) > 1 and draft.unclear:
        raise OpsError(f"“{draft.word}”和“{word}”都不止一个地方，请写全名重新发。")
    if len(spots) > 1:
        return replace(draft, unclear=tuple(spots), word=word), ()
    places = draft.places if spots[0] in draft.places else (*draft.places, spots[0])
    return replace(draft, places=places), () if spots[0].level == COMMUNITY else tuple(spots)


def _tail(text: str, draft: Draft, known: Gazetteer, today: date) -> Draft:
    """Take the words of the rest that are a day or a count, or look like a place; what is left is what was done."""
    if not draft.places and not draft.unclear and (like := _PLACE_LIKE.search(text)):
        found = known.at(text, like.start())
        if found and found.end == like.end():
            draft, _ = _with_place(draft, found, like[0], known, ())
        elif like.start() == 0:
            draft = replace(draft, word=like[0])
        if draft.places or draft.unclear or draft.word:
            text = f"{text[: like.start()]} {text[like.end() :]}"
    kept, at = "", 0
    for token in _TOKEN.finditer(text):
        told = _day_and_count(token[0], draft, known, today)
        if told is None:
            continue
        draft = told
        kept, at = kept + text[at : token.start()], _APART.match(text, token.end()).end()  # type: ignore[union-attr]
    text = _EMPTIED.sub(" ", kept + text[at:])
    done = re.sub(r"\s+", " ", text).strip(_SIGNS)
    return _without_bare(replace(draft, text=without_name(done).strip(_SIGNS)))


def _without_bare(draft: Draft) -> Draft:
    """Return a draft whose text is no bare number: 走访 双旗杆 3 tells of 3 people; of an event it may be either count."""
    kind = KINDS[draft.kind]
    counts = kind.by_community or {"people", "new_users"} & set(kind.needs)
    if not counts or draft.people is not None or (count := people_alone(draft.text)) is None:
        return draft
    return replace(draft, text="", people=None if "new_users" in kind.needs else count)


def _day_and_count(token: str, draft: Draft, known: Gazetteer, today: date) -> Draft | None:
    """Return a draft with the day and the count that are the whole of a word, as 昨天下午3人 is; None where it is more."""
    may_be_house = token.isascii() and not _YEAR.match(token)  # 3-5
    days = len(days_at(token, 0, today)) if draft.day is None else 0
    if days and (days == len(token) or PEOPLE.fullmatch(token, days)):
        _refuse_days(token, 0, None, today)
    said = None if draft.day or may_be_house else day_at(token, 0, today)
    at = _after_part(token, said[1] if said else 0, known)
    count = PEOPLE.fullmatch(token, at) if draft.people is None else None
    if not count and not (said and at == len(token)):
        return None
    return replace(draft, day=said[0] if said else draft.day, people=people(count) if count else draft.people)


def _refuse_days(text: str, at: int, told: date | None, today: date) -> None:
    """Raise OpsError where a text tells more than one day: a record is of one."""
    if told is None:
        said = days_at(text, at, today)
    else:
        other = day_at(text, at, today)
        end = other[1] if other and other[0] != told and _WORD_ENDS.match(text, other[1]) else at
        said = "" if text[at:end].isascii() else f"{told.month}月{told.day}日、{text[at:end]}"  # 3-5 may be a house
    if said:
        raise OpsError(f"“{said.strip()}”不止一天。一条记录只记一天：请只写其中一天；几天都办了，请一天一条分开记。")


def _refuse_unknown(rest: str, known: Gazetteer, today: date) -> None:
    """Refuse a word that stands between places and the day or the count, and is written like a place: it was meant as one."""
    word = _WORD.match(rest)
    if word is None:
        return
    after = word.end() + len(_APART.match(rest, word.end())[0])  # type: ignore[index]
    is_between = day_at(rest, after, today) or PEOPLE.match(rest, after)
    if is_between and _may_be_place(word[0], known):
        raise OpsError(f"{known.unknown(word[0])}没有记，请核对后重新发；不是地名的，请写在日期和人数后面。")


def _may_be_place(word: str, known: Gazetteer) -> bool:
    """Say whether a word that is no place looks like a mistyped one; 月坛公园 is not, and 民政 is not 民康."""
    if known.at(word, 0):
        return False
    is_like_street = any(spot.level != COMMUNITY for spot in known.near(word, 0.5))
    return word.endswith(ENDINGS) or is_like_street or bool(known.near(word, 0.7))
