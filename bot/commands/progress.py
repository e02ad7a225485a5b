"""The contract by message: the board of its targets, one target in full, and the interactions of the year."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command
from content.clock import local_day
from content.errors import OpsError
from scheduler import contract as contracts
from scheduler.contract import UNKNOWN, Standing, board_line, named, standings, told
from scheduler.contract import listed as listed_
from scheduler.interactions import reaching_back
from scheduler.targets import CONTRACT_FILE

INTERACTIONS = "interactions"
FOUR_WEEKS = timedelta(days=27)  # and the last day itself


@command("进度", "合同", "指标", "合同进度")
def board(ask: Ask) -> str:
    """进度：合同各项指标完成多少、快慢；一项的预计和口径，例如：进度 文章"""
    today = local_day(ask.now)
    contract, found = standings(ask.session, ask.folder, today, rows=False)
    if words := without_thanks(ask.rest):
        one = named(found, words)
        if one is None:
            raise OpsError(f"没有指标“{words[:20]}”。有：{'、'.join(s.target.name for s in found)}")
        return "\n".join(told(listed_(ask.session, one)))
    elapsed = min((today - contract.first).days + 1, contract.days)
    head = [
        f"合同进度（{contract.first} 至 {contract.last}{f'，{contract.version}' if contract.version else ''}）",
        f"时间过了 {elapsed / contract.days:.1%}（{elapsed}/{contract.days} 天，到 {today}）",
    ]
    foot = [f"快慢是完成比例减时间比例；{UNKNOWN} 是尚无数据，不是 0。一项请发：进度 名称"]
    return listed(head, [board_line(one) for one in found], foot)


@command("互动", "互动量")
def interactions(ask: Ask) -> str:
    """互动：对照合同目标，完成多少、快慢、预计、余下每周要多少。"""
    today = local_day(ask.now)
    if words := without_thanks(ask.rest):
        raise OpsError(f"互动对照的是整个合同期，请只发：互动。一段时间的请发：统计 {words[:20]}")
    _, found = standings(ask.session, ask.folder, today, rows=False, only=INTERACTIONS)
    one = next(iter(found), None)
    if one is None:
        raise OpsError(f'{CONTRACT_FILE} 里没有互动的指标。请加一节 [[target]]，写上 count = "{INTERACTIONS}"。')
    return "\n".join([*told(one), *_lately(ask, one)])


def _lately(ask: Ask, standing: Standing) -> list[str]:
    """Return what the last four weeks brought, for comparison with what each week needs."""
    if standing.counted.known_to is None:
        return []
    last = min(standing.counted.known_to, standing.contract.last)
    first = last - FOUR_WEEKS
    counted = contracts.recent(ask.session, standing, first, last)
    value = UNKNOWN if counted.value is None else f"{counted.value:,}"
    first = max(first, standing.contract.first)
    back = reaching_back(ask.session, standing.contract.interactions, first, last)
    return [f"最近四周（{first} 至 {last}）：{value} {standing.target.unit}", *(f"　{line}" for line in back)]
