"""Which article a message names, and that it says nothing more where more could mean something else."""

from __future__ import annotations

from bot.commands.near import without_thanks
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


def person_of(ask: Ask) -> Person:
    """Return who asks; strangers never come so far."""
    assert ask.person is not None
    return ask.person
