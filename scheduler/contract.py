"""Where each target of the contract stands: done, share, pace against the time that has passed, forecast, what is short.

The forecast is linear: what is done, divided by the days that are counted, times the days of the contract.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.periods import day_in_words
from content.place_table import some
from scheduler.counting import NAMES, Counted, counted_by
from scheduler.targets import CONTRACT_FILE, DAYS_A_WEEK, Contract, Target, read_contract

UNKNOWN = "—"
METHOD = "预计按天数线性推算：已完成 ÷ 已过天数 × 全期天数"
MISSING = (
    f"工作区里还没有 {CONTRACT_FILE}，不知道指标是多少。请管理员照 wxops init 给出的样例写一份，"
    "写明合同起止和每个指标，再发一次。"
)


@dataclass(frozen=True)
class Standing:
    """One target as it stands `today`; `counted.value` is None where nothing counts it or no data is there."""

    contract: Contract
    target: Target
    counted: Counted
    today: date

    @property
    def is_over(self) -> bool:
        """Say whether the last day of the contract is past; the figures may end before it, on a day of no data."""
        return self.today > self.contract.last

    @property
    def total(self) -> int:
        """Return what is to be reached by the end of the contract."""
        return self.contract.total(self.target)

    @property
    def days(self) -> int:
        """Return how many days of the contract are counted."""
        known = self.counted.known_to
        return (min(known, self.contract.last) - self.contract.first).days + 1 if known else 0

    @property
    def elapsed(self) -> float:
        """Return the share of the contract's days that are counted."""
        return self.days / self.contract.days

    @property
    def share(self) -> float | None:
        """Return the share of the target that is done."""
        return None if self.counted.value is None else self.counted.value / self.total

    @property
    def forecast(self) -> int | None:
        """Return what there will be at the end if it goes on as it went so far."""
        if self.counted.value is None or self.counted.is_stock or self.days < 1:
            return None
        return round(self.counted.value * self.contract.days / self.days)

    @property
    def a_week(self) -> int | None:
        """Return how much each week that is left needs, rounded up; None where nothing is left to do, or no time."""
        left = self.contract.days - self.days
        short = self.total - (self.counted.value or 0)
        if self.counted.value is None or self.counted.is_stock or self.is_over or short <= 0 or left < 1:
            return None
        return math.ceil(short / max(left / DAYS_A_WEEK, 1))


def standings(session: Session, folder: Path, today: date) -> tuple[Contract, list[Standing]]:
    """Return the contract of a workspace and where its targets stand today; OpsError where it has none, or a wrong one."""
    contract = read_contract(folder, NAMES)
    if contract is None:
        raise OpsError(MISSING)
    if today < contract.first:
        raise OpsError(f"合同从 {contract.first} 开始，现在还没有进度。")
    last = min(today, contract.last)
    return contract, [
        Standing(contract, target, _counted(session, contract, target, last), today) for target in contract.targets
    ]


def board_line(standing: Standing) -> str:
    """Return a target in one line: what is done of how much, and how it goes."""
    target, done = standing.target, standing.counted.value
    name = target.name if done is not None else f"{target.name}（尚无数据）"
    share = f"，{standing.share:.1%}" if standing.share is not None else ""
    pace = f"，{_pace(standing)}" if done is not None else ""
    return f"{name}：{_number(done)}/{standing.total:,} {target.unit}{share}{pace}"


def told(standing: Standing) -> list[str]:
    """Return one target in full: done, share, pace, forecast with its method, what each week needs, clause and rule."""
    contract, target, counted = standing.contract, standing.target, standing.counted
    known = f"数据到 {day_in_words(counted.known_to, year=True)}" if counted.known_to else "尚无数据"
    lines = [
        f"{target.name}（{contract.first} 至 {contract.last}，{known}）",
        f"已完成 {_number(counted.value)} {target.unit}，目标 {standing.total:,} {target.unit}{_made_of(contract, target)}"
        f"，完成 {UNKNOWN if standing.share is None else f'{standing.share:.1%}'}",
        *counted.notes,
    ]
    if counted.value is not None and not counted.is_stock:
        lines += [
            f"时间过了 {standing.elapsed:.1%}（{standing.days}/{contract.days} 天），{_pace(standing)}",
            f"预计到期 {_number(standing.forecast)} {target.unit}（{METHOD}）",
        ]
    if standing.a_week is not None:
        lines.append(f"要达到目标，余下每周至少 {standing.a_week:,} {target.unit}")
    if counted.lacks and (standing.share or 0) < 1:  # otherwise the pace says so
        lines.append(_lacking(standing))
    lines.append(f"条款：{target.clause or UNKNOWN}。口径：{target.rule or UNKNOWN}")
    return lines


def recent(session: Session, standing: Standing, first: date, last: date) -> Counted:
    """Return what one target counts in a span of days inside of the contract."""
    count = counted_by(standing.target.count, standing.contract)
    span = max(first, standing.contract.first), min(last, standing.contract.last)
    return count(session, *span) if count else Counted(None, None)


def named(found: list[Standing], words: str) -> Standing | None:
    """Return the target that words name by its id or a part of its name."""
    exact = [one for one in found if words in (one.target.id, one.target.name)]
    return next(iter(exact or [one for one in found if words in one.target.name]), None)


def _counted(session: Session, contract: Contract, target: Target, last: date) -> Counted:
    count = counted_by(target.count, contract)
    return count(session, contract.first, last) if count else Counted(None, None)


def _pace(standing: Standing) -> str:
    """Return how the share that is done compares with the share of the days, in words."""
    if standing.share is None:
        return ""
    if standing.share >= 1:
        return f"数目够了，{_lacking(standing)}" if standing.counted.lacks else "已经完成"
    if standing.counted.is_stock:
        return f"还差 {standing.total - (standing.counted.value or 0):,}"
    if standing.is_over:
        return "到期，没有完成"
    points = (standing.share - standing.elapsed) * 100
    return f"快 {points:.1f} 个百分点" if points >= 0 else f"慢 {-points:.1f} 个百分点"


def _lacking(standing: Standing) -> str:
    """Return the places that a target still lacks."""
    return f"还缺：{some(standing.counted.lacks)}"


def _made_of(contract: Contract, target: Target) -> str:
    of = {
        "month": f"每月 {target.value:,} × {contract.months} 个月",
        "week": f"每周 {target.value:,} × {contract.weeks} 周",
    }
    return f"（{of[target.per]}）" if target.per else ""


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"
