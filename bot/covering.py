"""Coverage as the terminal and the page show it: who is there for each place, and where nobody is."""

from __future__ import annotations

from typing import Any

from bot.delegating import day_in
from bot.wiring import Parts
from content.assignments import KINDS
from content.clock import local_day
from content.coverage import RULE, Covered, Gap, covered, gaps
from content.gazetteer import Gazetteer, gazetteer
from content.months import month_named, month_span

Rows = list[dict[str, Any]]


def day(parts: Parts, words: str) -> tuple[Rows, list[str]]:
    """Return who is there for each place on a day as plain values, and what is lacking as lines; "" is today."""
    now = parts.clock.now()
    when = day_in(words, now=now) if words else local_day(now)
    with parts.store.reading() as session:
        known = gazetteer(session, when)
        found = covered(session, when, known)
    rows = [_row(known, one) for one in found]
    head = [f"{when}，{len(found)} 个街道和社区，{sum(not one.lacks() for one in found)} 个都有人。"]
    for kind in KINDS:
        lacking = [known.full(one.spot) for one in found if kind in one.lacks()]
        head.append(f"没有{kind}的 {len(lacking)} 个{'：' if lacking else '。'}")
        head += [f"  {name}" for name in lacking]
    backups = [known.full(one.spot) for one in found if any(h.backups and not h.names for h in one.held.values())]
    head += [f"只有备岗的：{'、'.join(backups)}"] if backups else []
    return rows, [*head, f"规则：{RULE}"]


def month(parts: Parts, words: str) -> tuple[Rows, list[str]]:
    """Return the gaps of a month, up to today, as plain values and as lines."""
    with parts.store.reading() as session:
        first, last = month_span(month_named(words))
        today = local_day(parts.clock.now())
        known = gazetteer(session, min(last, today))
        found = gaps(session, first, min(last, today)) if first <= today else []
    rows = [
        {"place": known.full(g.spot), "code": g.spot.code, "kind": g.kind, "from": str(g.first), "to": str(g.last),
         "days": g.days} for g in found
    ]  # fmt: skip
    lines = [gap_line(known, gap) for gap in found] or ["每天每处都有人。"]
    return rows, [f"{words}，到 {min(last, today)} 为止没有人的日子：", *lines, f"规则：{RULE}"]


def gap_line(known: Gazetteer, gap: Gap) -> str:
    """Return a gap as people read it."""
    return f"{known.full(gap.spot)}：没有{gap.kind}，{gap.first} 至 {gap.last}，{gap.days} 天"


def _row(known: Gazetteer, one: Covered) -> dict[str, Any]:
    held = {
        kind: {"names": list(there.names), "backups": list(there.backups), "by_street": there.above}
        for kind, there in one.held.items()
    }
    return {"place": known.full(one.spot), "code": one.spot.code, "held": held, "lacks": one.lacks()}
