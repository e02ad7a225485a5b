"""Words that let one person of 甲方 stand in for another for some days."""

from __future__ import annotations

import re

from bot import delegating
from bot.commands.table import Ask, command, plain
from content import delegations
from content.errors import OpsError

ENDED = re.compile(r"(?:停|停止|结束|取消)\s*([0-9]{1,9})")
GIVEN = re.compile(r"(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S.*)", re.DOTALL)


@command("代理", roles=("admin", "operator", "chief"), acts=True)
def stand_in(ask: Ask) -> str:
    """代理 甲 乙 12-01 12-05 文号：甲不在的几天由乙审，例如：代理 王主任 李科长 12-01 12-05 京民函〔2026〕12号；代理：看有哪些；代理 停 3：提前结束。"""
    assert ask.person is not None
    text = plain(ask.rest).strip()
    if not text:
        lines = [f"{number}  {words}" for number, words in delegating.listed(ask.session, now=ask.now)]
        return "\n".join(["代理：", *lines]) if lines else "没有生效的代理。"
    if ended := ENDED.fullmatch(text):
        return delegations.end(ask.session, int(ended[1]), by=ask.person, now=ask.now)
    given = GIVEN.fullmatch(text)
    if given is None:
        raise OpsError("请写全：委托人、代理人、从哪天、到哪天、依据，例如：代理 甲 乙 12-01 12-05 京民函〔2026〕12号")
    giver, to, first, last, _ = given.groups()
    document = ask.rest.strip()[given.start(5) :]
    told, _ = delegating.delegate(ask.session, giver, to, (first, last), document, by=ask.person, now=ask.now)
    return told
