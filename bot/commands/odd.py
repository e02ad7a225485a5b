"""What looks wrong in the figures, by message: what is open, and why it is so."""

from __future__ import annotations

from bot.commands.fitting import listed
from bot.commands.naming import only_one
from bot.commands.table import EDITORIAL, Ask, command, reference
from content.clock import local_day
from content.errors import OpsError
from scheduler import anomalies, anomaly_watch


@command("异常", "数据异常", roles=EDITORIAL, acts=True)
def odd(ask: Ask) -> str:
    """异常：数据里待说明的异常；说明一处请写编号和原因，例如：异常 12 平台清理了重复账号"""
    found = reference(ask.rest, "异常")
    if ask.rest.strip() and found is None:
        raise OpsError("请写异常的编号和原因，例如：异常 12 平台清理了重复账号；看全部请只发：异常")
    if found and ask.person:
        only_one(found[2], "异常 12 平台清理了重复账号")
        one = anomalies.explain(ask.session, found[0], found[2], ask.person, now=ask.now)
        return f"异常 {one.id} 已说明：{one.words}。数没有改。"
    waiting = anomalies.listed(ask.session)
    if not waiting:
        return "数据没有待说明的异常。"
    lines = anomaly_watch.lines(ask.session, waiting, local_day(ask.now))
    return listed([f"待说明的异常 {len(waiting)} 处："], lines, ["说明一处请发：异常 编号 原因"])
