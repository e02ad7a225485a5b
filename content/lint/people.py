"""Rules for people of people.csv: a wrong or past post, a name nearly right, a wrong order of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from content.article import Level, Problem
from content.lint.dates import base_day
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.reading import Piece
from content.lint.sounds import sound
from content.lint.tables import Official, Tables

_RANKS = (
    "书记|主任|局长|处长|科长|区长|市长|部长|主席|会长|理事长|秘书长|院长|校长|委员|站长|队长|所长|园长|董事长|总经理|经理"
    "|理事|代表|组长|馆长|社长|行长|厅长|镇长|乡长|村长|司长|调研员"
)
_TWO = tuple(rank for rank in _RANKS.split("|") if len(rank) == 2)
RANK = rf"(?:常务副|副|代)?(?:{_RANKS})"
_RANK = re.compile(RANK)
_RANK_BEFORE = re.compile(rf"({RANK})(?:同志)?[、 ]?$")
_RANK_AFTER = re.compile(rf"^({RANK})")
_FORMER = re.compile(r"(?:时任|原任?|曾任|前任?|老|候任)[^，。；\n]{0,14}$")
_SAYS = r"(?=同志|先生|女士|表示|指出|强调|介绍|主持|出席|参加|致辞|讲话|带队|说|到场|一行|等)"
_PAUSE = re.compile(r"[，。；！？：\n]")


@dataclass(frozen=True)
class Who:
    """One person of the table with all posts, and the place in the order of names."""

    name: str
    posts: tuple[Official, ...]

    def current(self, day: date) -> tuple[Official, ...]:
        """Return the posts held on a day."""
        return tuple(post for post in self.posts if post.holds(day))


@dataclass(frozen=True)
class Roll:
    """The people of the tables: by name, a pattern for all names, the bodies, and names by their sound and spelling."""

    people: Mapping[str, Who]
    names: re.Pattern[str]
    bodies: tuple[str, ...]
    near: tuple[re.Pattern[str], ...]
    likely: Mapping[str, str]


@lru_cache(maxsize=4)
def roll(tables: Tables) -> Roll | None:
    """Return the people of the tables, ready to be looked up; None without any."""
    people: dict[str, Who] = {}
    for post in tables.officials:
        held = people[post.name].posts if post.name in people else ()
        people[post.name] = Who(post.name, (*held, post))
    if not people:
        return None
    longest = sorted(people, key=lambda name: (-len(name), name))
    return Roll(
        people,
        re.compile("|".join(map(re.escape, longest))),
        tuple(sorted({post.body for post in tables.officials if post.body}, key=len, reverse=True)),
        tuple(_near(length) for length in sorted({len(name) for name in people})),
        _likely(longest),
    )


def _near(length: int) -> re.Pattern[str]:
    """Return the pattern for as many characters as a name has, after a post, or before a post or a verb."""
    name = f"([\u4e00-\u9fff]{{{length}}})"
    return re.compile(rf"(?=(?<={'|'.join(_TWO)}){name}|{name}(?:{RANK}|{_SAYS}))")


def _likely(names: list[str]) -> dict[str, str]:
    """Return each name by its sound, and with one character left open."""
    likely = {f"♪{sound(name)}": name for name in names}
    for name in names:
        for at in range(len(name)) if len(name) > 2 else ():
            likely.setdefault(f"{name[:at]}？{name[at + 1 :]}", name)
    return likely


def posts_are_right(look: Look) -> Iterator[Problem]:
    """Who stands in people.csv is called by the post held on the day of publication, and by the right body."""
    people = roll(look.context.tables)
    if people is None:
        return
    day = base_day(look)
    for piece in look.pieces:
        for found in people.names.finditer(piece.text):
            who = people.people[found[0]]
            said = _said(piece.text, found.start(), found.end(), people.bodies)
            if said and not _FORMER.search(said.before) and (message := _post_message(who, said, day)):
                yield look.found(piece, found.span(), "PERSON_POST", Level.ERROR, message)


@dataclass(frozen=True)
class _Said:
    """The post and the body that a text gives a name, and the words before it in its clause."""

    rank: str
    body: str
    before: str


def _said(text: str, start: int, end: int, bodies: tuple[str, ...]) -> _Said | None:
    before = _PAUSE.split(text[max(0, start - 30) : start])[-1].rsplit("、", 1)[-1]
    rank = _RANK_BEFORE.search(before) or _RANK_AFTER.match(text[end : end + 6])
    if rank is None:
        return None
    body = next((body for body in bodies if body in before), "")
    return _Said(rank[1], body, before)


def _post_message(who: Who, said: _Said, day: date) -> str:
    current = who.current(day)
    fitting = [post for post in who.posts if _rank(post.post) == said.rank and said.body in ("", post.body)]
    if any(post in current for post in fitting):
        return ""
    now = "、".join(f"{post.body}{post.post}" for post in current)
    if fitting and (last := max((post.until for post in fitting if post.until), default=None)):
        today = f"，现任{now}" if now else ""
        return (
            f"{who.name}任{fitting[0].body}{fitting[0].post}到{last}为止{today}。请改正；写的是当时的事，请写“时任”。"
        )
    if not now:
        return ""
    return f"{who.name}的职务写的是“{said.body}{said.rank}”，people.csv 里是“{now}”。请核对；职务有变动请先改表。"


def _rank(post: str) -> str:
    found = list(_RANK.finditer(post))
    return found[-1][0] if found else post


def names_are_spelt_right(look: Look) -> Iterator[Problem]:
    """A name one character or one sound off, where a post or a verb shows that it is a name."""
    people = roll(look.context.tables)
    if people is None:
        return
    for piece in look.pieces:
        seen: set[str] = set()
        for found in (found for pattern in people.near for found in pattern.finditer(piece.text)):
            number = 1 if found[1] else 2
            written, meant = found[number], _meant(found[number], people)
            if meant and written not in seen:
                seen.add(written)
                message = f"“{written}”和 people.csv 里的“{meant}”只差一点，是不是同一个人？请核对姓名用字。"
                yield look.found(piece, found.span(number), "PERSON_NEAR", Level.WARN, message, fix=meant, sure=False)


def _meant(written: str, people: Roll) -> str:
    if written in people.people:
        return ""
    keys = (f"♪{sound(written)}", *(f"{written[:at]}？{written[at + 1 :]}" for at in range(len(written))))
    meant = next((people.likely[key] for key in keys if key in people.likely), "")
    return meant if len(meant) == len(written) else ""


def names_stand_in_order(look: Look) -> Iterator[Problem]:
    """People who are named together stand in the order of the table."""
    people = roll(look.context.tables)
    if people is None:
        return
    day = base_day(look)
    for piece in look.pieces:
        for group in _groups(piece, people):
            known = [(order, found) for found in group if (order := _order(people.people[found[0]], day))]
            right = sorted(known, key=lambda entry: entry[0])
            if known != right:
                names = "、".join(found[0] for _, found in right)
                message = f"姓名的先后和 people.csv 里的排序不一致，按排序应是：{names}。请核对。"
                yield look.found(piece, known[0][1].span(), "PERSON_ORDER", Level.WARN, message)


def _groups(piece: Piece, people: Roll) -> Iterator[list[re.Match[str]]]:
    """Yield the known names that are listed with 、 or 和 between them."""
    for clause in re.finditer(r"[^，。；！？\n]+", piece.text):
        names = list(people.names.finditer(piece.text, *clause.span()))
        if len(names) > 1 and re.search("[、和与及]", clause[0]):
            yield names


def _order(who: Who, day: date) -> int:
    return min((post.order for post in (who.current(day) or who.posts) if post.order is not None), default=0)


RULES: tuple[Rule, ...] = (posts_are_right, names_are_spelt_right, names_stand_in_order)

EXAMPLES = (
    Example(
        "PERSON_POST", "people.csv 里的人，职务和单位要按发布那天的写。",
        "云杉街道书记林样例到场。", "云杉街道主任林样例到场。",
    ),
    Example("PERSON_NEAR", "人名和 people.csv 只差一个字、或者同音，多半是写错了。", "主任林洋例介绍。", "主任林样例介绍。"),
    Example(
        "PERSON_ORDER", "一起出现的人按 people.csv 的排序写。",
        "白示范、林样例参加活动。", "林样例、白示范参加活动。",
    ),
)  # fmt: skip
