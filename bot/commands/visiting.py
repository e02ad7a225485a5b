"""走访计划 and 补访: the visits of the contract's quarter at one's own places, what is due and what is to be caught up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command
from content.assignments import FIELD
from content.clock import local_day
from content.errors import OpsError
from content.gazetteer import Gazetteer, gazetteer
from content.periods import day_in_words
from content.visits import DONE, DUE, LATE, Quarter, Visit, to_catch_up
from scheduler.visit_plan import seen

NONE = "还没有排走访计划，请管理员运行：wxops visits plan"
RECORD = "去过以后记一次请发：走访 社区 今天 人数 事项"


@command("走访计划", roles=FIELD)
def plan(ask: Ask) -> str:
    """走访计划：这一季走访了几个社区，过期的和本周要去的；也可以写地方，例如：走访计划 德胜街道"""
    quarter, found, known = _seen(ask)
    done = sum(one.state == DONE for one in found)
    head = [f"走访计划，{quarter.in_words}", f"{len(found)} 个社区，已走访 {done} 个，还有 {len(found) - done} 个"]
    if not any(one.planned or one.done for one in found):
        return "\n".join([*head, NONE])
    due = sorted(
        (one for one in found if one.state in (DUE, LATE)), key=lambda one: (one.planned or quarter.last, one.spot.code)
    )
    lines = [_line(known, one) for one in due] or ["本周没有排走访。"]
    return listed(head, lines, ["这一季没去过的请发：补访", RECORD], of=len(lines))


@command("补访", "补走访", roles=FIELD)
def catch_up(ask: Ask) -> str:
    """补访：这一季还没有走访的社区，最久没去的在前；也可以写地方，例如：补访 德胜街道"""
    quarter, found, known = _seen(ask)
    left = to_catch_up(found)
    if not left:
        return f"{quarter.in_words}的 {len(found)} 个社区都走访过了。"
    head = [f"{quarter.in_words}还没有走访的 {len(left)} 个社区，最久没去的在前："]
    return listed(head, [_line(known, one, latest=True) for one in left], [RECORD], of=len(left))


def _seen(ask: Ask) -> tuple[Quarter, Sequence[Visit], Gazetteer]:
    assert ask.person is not None
    known = gazetteer(ask.session, local_day(ask.now))
    quarter, found = seen(ask.session, ask.folder, ask.person, now=ask.now)
    if words := without_thanks(ask.rest):
        inside = known.below(known.named(words))
        found = [one for one in found if one.spot in inside]
        if not found:
            raise OpsError(f"“{words}”不在您负责的地方。您负责哪里请发：我的社区")
    if not found:
        raise OpsError("您现在没有负责的社区，请管理员分配。")
    return quarter, found, known


def _line(known: Gazetteer, visit: Visit, *, latest: bool = False) -> str:
    told = [
        f"计划 {day_in_words(visit.planned)}" if visit.planned else "没有计划",
        visit.person,
        visit.state if visit.state == LATE else "",
        (f"上次 {visit.latest}" if visit.latest else "没有走访记录") if latest else "",
    ]
    return f"{known.full(visit.spot)}：{'，'.join(filter(None, told))}"
