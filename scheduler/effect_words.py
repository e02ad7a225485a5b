"""Sentences made from the numbers of an effect analysis: they say up, down, alike or unknown, and never why.

Each number in a sentence is one of its chapter's; nothing is judged, and most or least is said only of what was compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.effect_facts import Row, Value, shown

FLAT = 1.0  # per cent: what differs by less is called alike
BEFORE, YEAR = "上期", "上年同期"
RULE = f"升降按百分比，变动不到 {FLAT:g}% 的说“基本持平”；上期没有、为 0 或数据不全的不比，写“—”"
_NAMED = 3  # titles that share a place


def against(word: str, change: Value) -> str:
    """Return how a number stands beside another one, by per cent: 比上期上升 12.3%; "" where they cannot be compared."""
    if not isinstance(change, int | float):
        return ""
    if abs(change) < FLAT:
        return f"和{word}基本持平（{change:+.1f}%）"
    return f"比{word}{'上升' if change > 0 else '下降'} {abs(change):,.1f}%"


def compared(row: Row, *, least: bool = False) -> str:
    """Return a number with both comparisons as a sentence; least: the number is a lower bound."""
    name, value, unit = str(row["name"]), row["value"], str(row["unit"])
    if value is None:
        return f"{name}没有数据。"
    sides = [against(BEFORE, row.get("change")), against(YEAR, row.get("change_year"))]
    told = "，".join(filter(None, sides)) or "没有可比的数"
    return f"{name}{'至少' if least else ''} {shown(value, unit)}，{told}。"


def published(posts: Value, articles: Value, pushed: Value) -> str:
    """Return what went out."""
    if posts is None:
        return "发布没有记录。"
    return f"发布 {shown(posts)} 次、{shown(articles)} 篇，其中推送 {shown(pushed)} 次。"


def extremes(rows: Sequence[Row], key: str, name: str, unit: str) -> Iterator[str]:
    """Yield which articles have the most and the least of a measure; nothing where there is nothing to compare."""
    known = [(row[key], str(row["title"])) for row in rows if isinstance(row.get(key), int)]
    if len(known) < 2:
        return
    values = [value for value, _ in known]
    low, high = (pick(value for value in values if isinstance(value, int)) for pick in (min, max))
    if low == high:
        yield f"各篇{name}相同，都是 {shown(high, unit)}。"
        return
    for word, extreme in (("最多", high), ("最少", low)):
        yield f"{name}{word}的是{titles([title for value, title in known if value == extreme])}，{shown(extreme, unit)}。"


def titles(names: Sequence[str]) -> str:
    """Return titles in book marks; of many, the first few."""
    return "、".join(f"《{name}》" for name in names[:_NAMED]) + ("等" if len(names) > _NAMED else "")


def of_all(name: str, part: Value, whole: Value, unit: str, lacking: Sequence[str] = ()) -> str:
    """Return how many of all have something, and which do not; "" where nobody knows."""
    if part is None or whole is None:
        return ""
    without = f"，还没有的：{'、'.join(lacking)}" if lacking else ""
    return f"{name} {shown(part)}/{shown(whole, unit)}{without}。"
