"""Words that decide which text goes out after somebody edited a draft in the back office."""

from __future__ import annotations

from bot.commands.naming import only_article
from bot.commands.table import Ask, command
from scheduler import which_text


@command("用原稿", roles=("admin", "operator"), acts=True)
def ours(ask: Ask) -> str:
    """用原稿 12：草稿在后台被改过，还发审过的原稿。"""
    assert ask.person is not None
    return which_text.use_ours(ask.session, only_article(ask, "用原稿 12"), ask.rules, by=ask.person.name, now=ask.now)


@command("用后台稿", roles=("admin", "operator"), acts=True)
def theirs(ask: Ask) -> str:
    """用后台稿 12：要用后台改过的文字，写进稿件、重新审核后再发。"""
    assert ask.person is not None
    return which_text.use_theirs(ask.session, only_article(ask, "用后台稿 12"), by=ask.person.name, now=ask.now)
