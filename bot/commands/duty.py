"""What is owed by message: the evidence that is missing, and how the account stands before an inspection."""

from __future__ import annotations

from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command
from content.clock import local_day
from scheduler import compliance, missing
from scheduler.contract import standings
from scheduler.proof import BY_PIECES

OVERSEERS = ("admin", "operator")


@command("缺件", "缺件清单", "缺材料", roles=(*OVERSEERS, "editor", "liaison"))
def lacking(ask: Ask) -> str:
    """缺件：还缺材料的走访、培训、文章等，自己的；运营看各人的，一个人的请发，例如：缺件 姓名"""
    assert ask.person is not None
    today = local_day(ask.now)
    owed = missing.by_person(missing.lacks(ask.session, standings(ask.session, ask.folder, today)[1], today))
    oversees, name = ask.person.role in OVERSEERS, without_thanks(ask.rest).strip()
    if oversees and not name:
        return missing.summary(owed, missing.reachable(ask.session)) if owed else "没有缺件，材料都齐了。"
    who = name if oversees else ask.person.name
    found = owed.get(who, ())
    called = "您" if who == ask.person.name else who
    if not found:
        return f"{called}没有缺件。"
    head = f"缺件清单：{called}有 {len(found)} 件还缺材料，缺材料的验收时不算。{BY_PIECES}。"
    return listed([head], [one.line for one in found], ["补照片、签到表请发：照片 记录号，再把图片发来。"])


@command("合规", "合规看板", "检查指标", roles=("admin", "operator", "editor", "reviewer", "chief"), client_too=True)
def inspected(ask: Ask) -> str:
    """合规：多少天没有更新、最早没有答复的留言和工单、打不开的链接、没有处理的错敏词。"""
    found = compliance.items(ask.session, ask.rules, ask.now)
    return "\n".join(["合规看板", *compliance.lines(found)])
