"""What a person may say of what is out: take it down, confirm that, it is down."""

from __future__ import annotations

from bot.commands.naming import article_in, only_article
from bot.commands.table import Ask, Facts, command, continuation
from content import dialogue
from content.library import article_by_number
from scheduler import withdraw
from scheduler.sent import title_of

DECIDERS = ("admin", "operator", "chief")  # of the chiefs only those of 甲方; content/authority.py says so


@command("撤稿", "下架", "删除", roles=DECIDERS, acts=True, by_scheduler=True)
def take_down(ask: Ask) -> str:
    """撤稿 12 原因：撤下一篇文章，接着照抄它的标题，例如：撤稿 12 日期写错"""
    assert ask.person is not None
    article, reason = article_in(ask, "撤稿 12 日期写错", revision=False)
    withdraw.demand_sense(ask.session, article, reason=reason, person=ask.person)
    facts = {"number": article.id, "reason": reason, "copied": title_of(ask.session, article)}
    dialogue.ask(ask.session, ask.person, "撤稿", facts, now=ask.now)
    return (
        f"要撤文章{article.id}，原因：{reason}。请在 {dialogue.MINUTES} 分钟内把它的标题照抄发来，对上了就撤；"
        "已发出的删掉后不能恢复。不撤请发：算了"
    )


@continuation("撤稿", text=True)
def with_the_title(ask: Ask, facts: Facts) -> str:
    """Take the article down whose title was repeated."""
    assert ask.person is not None
    article = article_by_number(ask.session, facts["number"])
    return withdraw.ask(ask.session, article, title=ask.rest, reason=facts["reason"], person=ask.person, now=ask.now)


@command("确认撤稿", roles=DECIDERS, acts=True)
def confirm(ask: Ask) -> str:
    """确认撤稿 12：别人撤下的文章，您知道并同意。"""
    assert ask.person is not None
    article = only_article(ask, "确认撤稿 12")
    return withdraw.confirm(ask.session, article, person=ask.person, now=ask.now)


@command("已撤", "已撤下", roles=DECIDERS, acts=True)
def is_down(ask: Ask) -> str:
    """已撤 12：您已到后台撤下，并且看到它不在了。"""
    assert ask.person is not None
    article = only_article(ask, "已撤 12")
    return withdraw.is_done(ask.session, article, person=ask.person, now=ask.now)
