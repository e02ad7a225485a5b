"""What a person may say of words that are wrong in what is out: correct them, approve it, it is done, it is seen."""

from __future__ import annotations

from bot.commands.naming import article_in, only_article, person_of
from bot.commands.table import Ask, command
from content import corrections
from content.lint.tables import tables
from content.models import Article, Person
from scheduler import correct


@command("更正", acts=True)
def ask_to_correct(ask: Ask) -> str:
    """更正 12 旧→新 原因：改已发出的文章里的几个字，要另一个人批准，例如：更正 12 周五→周六 日期写错"""
    article, person, rest = _given(ask, corrections.EXAMPLE)
    step = correct.approver(ask.chain, ask.rules)
    words, known = corrections.read(rest), tables(ask.folder)
    return correct.ask(ask.session, article, words, person=person, step=step, tables=known, now=ask.now)


@command("同意更正", acts=True)
def approve(ask: Ask) -> str:
    """同意更正 12：批准别人提出的更正，然后到后台改。"""
    article, person = only_article(ask, "同意更正 12"), person_of(ask)
    step = correct.approver(ask.chain, ask.rules)
    return correct.approve(ask.session, article, person=person, step=step, now=ask.now)


@command("不同意更正", acts=True)
def refuse(ask: Ask) -> str:
    """不同意更正 12 原因：不批准，例如：不同意更正 12 原文没有错"""
    article, person, why = _given(ask, "不同意更正 12 原文没有错")
    step = correct.approver(ask.chain, ask.rules)
    return correct.refuse(ask.session, article, why=why, person=person, step=step, now=ask.now)


@command("已更正", acts=True, proves=True)
def is_done(ask: Ask) -> str:
    """已更正 12：后台已经改好；读不回来的，接着发截图。"""
    article, person = only_article(ask, "已更正 12"), person_of(ask)
    return correct.is_done(ask.session, article, person=person, now=ask.now)


@command("核实更正", acts=True)
def is_seen(ask: Ask) -> str:
    """核实更正 12：您看过截图，新的字已经在文章里。"""
    article, person = only_article(ask, "核实更正 12"), person_of(ask)
    return correct.is_seen(ask.session, article, person=person, now=ask.now)


@command("改不了", acts=True)
def is_impossible(ask: Ask) -> str:
    """改不了 12 原因：后台不让改，改为撤稿或另发更正文章，例如：改不了 12 后台说次数用完了"""
    article, person, why = _given(ask, "改不了 12 后台说次数用完了")
    return correct.is_impossible(ask.session, article, why=why, person=person, now=ask.now)


@command("更正文章", acts=True)
def want_article(ask: Ask) -> str:
    """更正文章 12：起草一篇更正说明，照常送审。"""
    article, person = only_article(ask, "更正文章 12"), person_of(ask)
    return correct.want_notice(ask.session, article, person=person, now=ask.now)


def _given(ask: Ask, example: str) -> tuple[Article, Person, str]:
    """Return the article that is named, who speaks, and the rest; OpsError with an example when none is named."""
    article, rest = article_in(ask, example, revision=False)
    return article, person_of(ask), rest.strip()
