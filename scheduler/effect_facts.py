"""What an effect analysis tells: chapters of named columns, rows and totals, frozen as JSON, from which it can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Value = str | int | float | None  # None is what nobody knows
Row = Mapping[str, Value]
UNKNOWN = "—"
PER_CENT = "%"
INDEX = "指数"  # the unit of what has none


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, its head, and the unit of its numbers; a column of words has none.

    signed: a number is shown with its sign.
    """

    key: str
    name: str
    unit: str = ""
    signed: bool = False

    @property
    def head(self) -> str:
        """Return what stands above it, with its unit."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


@dataclass(frozen=True)
class Total:
    """A number beside a chapter's rows, with the rule by which it is counted."""

    key: str
    name: str
    value: Value
    unit: str
    rule: str = ""


@dataclass(frozen=True)
class Chapter:
    """One chapter: its table, its totals, the sentences made from them, and what to know of its figures."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[Total] = ()
    says: Sequence[str] = ()
    notes: Sequence[str] = ()

    def row(self, key: str) -> Row:
        """Return the row that has a key; KeyError without one."""
        return {row.get("key"): row for row in self.rows}[key]

    def total(self, key: str) -> Value:
        """Return the value of a total; KeyError without one."""
        return {total.key: total.value for total in self.totals}[key]


@dataclass(frozen=True)
class Effect:
    """A whole analysis: of which account, kind and period it is, until when its figures are known, and its chapters.

    form: the beginning of the sha256 of the template that its Word file was made with.
    """

    account: str
    kind: str
    period: str
    span: str
    first: str
    last: str
    known: str
    chapters: Sequence[Chapter]
    form: str = ""

    @property
    def title(self) -> str:
        """Return what it is called."""
        return f"{self.account or '公众号'}推广效果数据分析报告"

    def chapter(self, key: str) -> Chapter:
        """Return a chapter; KeyError without one."""
        return {chapter.key: chapter for chapter in self.chapters}[key]


def frozen(effect: Effect) -> str:
    """Return an analysis as JSON; the same analysis gives the same text."""
    return json.dumps(asdict(effect), ensure_ascii=False, sort_keys=True)


def thawed(facts: str) -> Effect:
    """Return the analysis that `frozen` gave."""
    told: dict[str, Any] = json.loads(facts)
    return Effect(**{**told, "chapters": tuple(_chapter(chapter) for chapter in told["chapters"])})


def shown(value: Value, unit: str = "", *, signed: bool = False) -> str:
    """Return a value as people read it, with its unit; "—" for what nobody knows."""
    if value is None or isinstance(value, str):
        return UNKNOWN if value is None else value
    sign = "+" if signed else ""
    number = f"{value:{sign},}" if isinstance(value, int) else f"{value:{sign},.{2 if unit == INDEX else 1}f}"
    return number if unit in ("", INDEX) else f"{number}{unit}" if unit == PER_CENT else f"{number} {unit}"


def per_cent(part: float | None, whole: float | None) -> float | None:
    """Return a share in per cent; None without a denominator."""
    return None if part is None or not whole else round(part * 100 / whole, 1)


def change(value: Value, base: Value) -> float | None:
    """Return by how many per cent a value differs from a base; None where either is unknown or the base is 0."""
    if not isinstance(value, int | float) or not isinstance(base, int | float):
        return None
    return per_cent(value - base, abs(base))


def _chapter(told: dict[str, Any]) -> Chapter:
    return Chapter(
        **{
            **told,
            "columns": tuple(Column(**one) for one in told["columns"]),
            "rows": tuple(told["rows"]),
            "totals": tuple(Total(**one) for one in told["totals"]),
            "says": tuple(told["says"]),
            "notes": tuple(told["notes"]),
        }
    )
