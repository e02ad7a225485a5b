"""Which article a message names, and what may follow it: nothing, or a reason that is no question."""

from __future__ import annotations

from bot.commands.near import asks, without_thanks
from bot.commands.table import Ask, reference
from content.errors import OpsError
from content.library import article_by_number
from content.models import Article, Person


def article_in(ask: Ask, example: str, *, revision: bool = True) -> tuple[Article, str]:
    """Return the article that is named, and the words that follow its number."""
    found = reference(ask.rest)
    if found is None or (found[1] is not None and not revision):
        raise OpsError(f"请写文章编号，例如：{example}")
    return article_by_number(ask.session, found[0]), found[2]


def only_article(ask: Ask, example: str) -> Article:
    """Return the article that is named; OpsError with a revision's number or more words, which may mean another one.

    A time, a question and a condition are such words: nothing is done that was not plainly said.
    """
    article, words = article_in(ask, example, revision=False)
    if without_thanks(words):
        raise OpsError(f"请只写一篇的编号，后面不写别的，例如：{example}")
    return article


def reason_in(words: str) -> str:
    """Return a reason or an opinion as it was written; OpsError where it is a question, which is none."""
    if asks(words):
        raise OpsError("这一句像是在问，没有办。理由和意见请直接写，不写成问句。")
    return words


def person_of(ask: Ask) -> Person:
    """Return who asks; strangers never come so far."""
    assert ask.person is not None
    return ask.person
