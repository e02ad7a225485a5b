"""Which article or record a message names, and what may follow it: nothing, or a reason that is no question."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.commands.near import asks, without_thanks
from bot.commands.table import Ask, plain, reference
from content.errors import OpsError
from content.library import article_by_number
from content.models import Article, Person

MOST_AT_ONCE = 20
_ANOTHER = re.compile(
    r"[\s,、和及跟与]*(?:文章|记录|告警|留言|工单|填报|报告)?\s*[0-9]{1,9}"
    r"(?=[\s,、。和及]|$)(?!\s*(?:[点时月号日年](?![击赞评间候坛码期度])|[:>=→]|改[为成]))"
)
_BETWEEN = re.compile(r"[\s,、和及跟与]+")
_NUMBER = re.compile("[0-9]{1,9}")


def article_in(ask: Ask, example: str, *, revision: bool = True) -> tuple[Article, str]:
    """Return the article that is named, and the words that follow its number."""
    found = reference(ask.rest)
    if found is None or (found[1] is not None and not revision):
        raise OpsError(f"请写文章编号，例如：{example}")
    only_one(found[2], example)
    return article_by_number(ask.session, found[0]), found[2]


def only_one(words: str, example: str) -> None:
    """Raise OpsError where another number follows the one that was named: it would be left undone, or taken for a reason.

    No such number is one that belongs to words, as in 3人, 3号9点, 周五→3 and 2026年.
    """
    if _ANOTHER.match(plain(words)):
        raise OpsError(f"一次只办一个编号，没有办。请一个一个发，例如：{example}")


def each(ask: Ask, noun: str, example: str, act: Callable[[int], str]) -> str:
    """Do one thing to each number that is named; what cannot be done to one does not stop the others.

    noun: what the numbers are of, which may stand before each. OpsError where anything but numbers is there.
    """
    words = plain(without_thanks(ask.rest)).replace(noun, " ")
    numbers = [word for word in _BETWEEN.split(words) if word]
    if not numbers or len(numbers) > MOST_AT_ONCE or not all(_NUMBER.fullmatch(word) for word in numbers):
        raise OpsError(f"请写是哪一条{noun}，只写编号，例如：{example}")
    return "\n".join(_said(act, int(number)) for number in dict.fromkeys(numbers))


def number_in(ask: Ask, noun: str, example: str) -> tuple[int, str]:
    """Return the one number that is named of a noun, such as 记录, and the words behind it."""
    found = reference(ask.rest, noun)
    if found is None:
        raise OpsError(f"请写{noun}的编号，例如：{example}")
    only_one(found[2], example)
    return found[0], found[2]


def only_article(ask: Ask, example: str) -> Article:
    """Return the article that is named; OpsError with a revision's number or more words, which may mean another one.

    A time, a question and a condition are such words: nothing is done that was not plainly said.
    """
    found = reference(ask.rest)
    if found is not None and found[1] is None and without_thanks(found[2]):
        raise OpsError(f"请只写一篇的编号，后面不写别的，例如：{example}")
    return article_in(ask, example, revision=False)[0]


def reason_in(words: str) -> str:
    """Return a reason or an opinion as it was written; OpsError where it is a question, which is none."""
    if asks(words):
        raise OpsError("这一句像是在问，没有办。理由和意见请直接写，不写成问句。")
    return words


def _said(act: Callable[[int], str], number: int) -> str:
    try:
        return act(number)
    except OpsError as refusal:
        return str(refusal)


def person_of(ask: Ask) -> Person:
    """Return who asks; strangers never come so far."""
    assert ask.person is not None
    return ask.person
