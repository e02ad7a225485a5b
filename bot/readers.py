"""What a reader is answered, in this order: the keywords of replies.csv, a search, what can be asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.card import Card
from content.replies import BUILT_IN, HOW_TO_SEARCH, REPLY_BYTES, WORDS, Kind, Reply
from scheduler import offered

if TYPE_CHECKING:
    from bot.commands.table import Ask  # the commands know the readers

MOST = 5  # articles that a search shows
NOT_TO_BE_SEEN = f"这篇文章现在看不到。{HOW_TO_SEARCH}"
_SEARCH = re.compile(r"(?:(?:搜一搜|搜一下|搜索|搜)[\s:：,，、]*|(?:查找|找)[\s:：,，、]+)(.*)", re.DOTALL)
_AROUND = "《》“”\"'【】<>。？?！! \t\n\u3000"


def reader_answer(ask: Ask) -> str:
    """Return what a reader's words, or the key of a menu's button, are answered; nothing is stored.

    The one place that decides. Who says 搜 means it, so that only a keyword that is all
    of the words comes before it.
    """
    if reply := ask.replies.equal(ask.rest):
        return _given(ask, reply)
    if asked := _SEARCH.fullmatch(ask.rest):
        return search_answer(ask, asked[1])
    if reply := ask.replies.within(ask.rest):
        return _given(ask, reply)
    return default_answer(ask)


def knows(ask: Ask) -> bool:
    """Say whether a reader's words have an answer of their own, and not just the one that all others get."""
    return bool(ask.replies.equal(ask.rest) or is_search(ask.rest) or ask.replies.within(ask.rest))


def is_search(words: str) -> bool:
    """Say whether a reader looks for an article."""
    return _SEARCH.fullmatch(words) is not None


def welcome(ask: Ask) -> str:
    """Return what greets who begins to follow; "" where the table has no such row."""
    reply = ask.replies.welcome
    return _given(ask, reply) if reply else ""


def default_answer(ask: Ask) -> str:
    """Return what is answered when nothing else is known: what can be asked."""
    reply = ask.replies.default or BUILT_IN.default
    assert reply is not None
    return _given(ask, reply)


def search_answer(ask: Ask, words: str) -> str:
    """Return the articles that are out and hold the words, with their addresses, as many as one reply holds."""
    words = words.strip(_AROUND)
    if not words:
        return HOW_TO_SEARCH
    found = offered.look_for(ask.session, words, most=MOST + 1)
    if not found:
        return f"没有找到有“{words[: offered.LONGEST]}”的文章，请换一个短一些的词。"
    lines = [f"《{one.title}》\n{one.url}" for one in found[:MOST]]
    while True:
        more = ["还有别的文章，请把要找的词写得更具体。"] if len(found) > len(lines) else []
        text = "\n".join(["找到这些文章：", *lines, *more])
        if len(text.encode()) <= REPLY_BYTES or len(lines) == 1:
            return text
        lines.pop()


def _given(ask: Ask, reply: Reply) -> str:
    """Return a row's text, or the card of its article."""
    if reply.kind == Kind.TEXT:
        text = reply.text.replace(WORDS, ask.replies.offered)
        return text if len(text.encode()) <= REPLY_BYTES else reply.text.replace(WORDS, "")
    if reply.number is None:
        address, title = reply.link
        return Card(title, "", "", address)
    found = offered.offer(ask.session, reply.number)
    if found is None:
        return NOT_TO_BE_SEEN
    if not found.url:
        return f"《{found.title}》已经发布，请到公众号的主页里看。"
    return Card(found.title, found.digest, found.picture, found.url)
