"""What was noted while contract.toml said another first day: told on the board, and taken over on a person's word.

A row says by the contract's first day which year it belongs to (`obligation_models.py`); when that day is corrected, what
was noted before would be seen no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import QueryableAttribute, Session

from content.errors import OpsError
from content.models import Event
from scheduler.agreement import Contract
from scheduler.obligation_models import ClientWait, MilestoneDone, Paid

HALF_A_YEAR = timedelta(days=183)  # what begins earlier is last year's contract
_Table = type[MilestoneDone] | type[ClientWait] | type[Paid]
_LIVE: Mapping[_Table, ColumnElement[bool]] = {
    MilestoneDone: MilestoneDone.revoked_at.is_(None),
    Paid: Paid.revoked_at.is_(None),
}
_NAMES: Mapping[_Table, str] = {MilestoneDone: "节点完成", ClientWait: "等待甲方", Paid: "付款"}


@dataclass(frozen=True)
class Former:
    """A first day under which something is noted that is not the contract's, and how much of each kind."""

    first: date
    counts: Sequence[tuple[str, int]]

    @property
    def in_words(self) -> str:
        """Return it as the board says it, with what to do."""
        told = "、".join(f"{name} {count} 条" for name, count in self.counts)
        return (
            f"合同起始日写成 {self.first} 时记了{told}，没有列进来。是同一个合同、改过起始日的，"
            f"请运行：wxops contract adopt {self.first} --by 姓名"
        )


def formers(session: Session, contract: Contract) -> list[Former]:
    """Return the first days, near the contract's or inside of it, under which something is noted; the earliest first."""
    found: dict[date, Counter[str]] = {}
    for table, name in _NAMES.items():
        near = (
            table.contract != contract.first, table.contract > contract.first - HALF_A_YEAR, table.contract <= contract.last
        )  # fmt: skip
        counted = select(table.contract, func.count()).where(*near).group_by(table.contract)
        counted = counted.where(_LIVE[table]) if table in _LIVE else counted
        for first, count in session.execute(counted).tuples():
            found.setdefault(first, Counter())[name] = count
    return [Former(first, tuple(counts.items())) for first, counts in sorted(found.items())]


def adopt(session: Session, contract: Contract, first: date, *, by: str, now: datetime) -> str:
    """Let what is noted under a former first day be the contract's; return what is said.

    OpsError where nothing is noted under it, and where both have one thing of which there can be only one.
    """
    former = next((one for one in formers(session, contract) if one.first == first), None)
    if former is None:
        raise OpsError(f"{first} 起的合同没有记下什么，或者不是这个合同（{contract.first} 至 {contract.last}）。")
    if twice := _twice(session, first, contract.first):
        raise OpsError(f"两边都记了：{'；'.join(twice)}。请先处理现在的合同里的，再运行一次。")
    for table in _NAMES:
        session.execute(update(table).where(table.contract == first).values(contract=contract.first))
    told = "、".join(f"{name} {count} 条" for name, count in former.counts)
    session.add(Event(subject="contract", at=now, by=by, why=f"起始日 {first} 改为 {contract.first}，接过来{told}"))
    return f"已接过来：{told}，现在都记在 {contract.first} 起的合同里。"


def _twice(session: Session, first: date, other: date) -> list[str]:
    """Return what both have of which the database allows one, each with what to do."""

    def both(table: _Table, live: ColumnElement[bool], *columns: QueryableAttribute[Any]) -> list[tuple[Any, ...]]:
        one, two = (
            {tuple(row) for row in session.execute(select(*columns).where(table.contract == of, live))}
            for of in (first, other)
        )
        return sorted(one & two)

    done = both(MilestoneDone, _LIVE[MilestoneDone], MilestoneDone.name)
    waits = both(ClientWait, ClientWait.until.is_(None), ClientWait.name)
    sums = both(Paid, _LIVE[Paid], Paid.name, Paid.day, Paid.amount, Paid.document)
    return [
        *(f"{name}完成（wxops contract revoke {name} --why 重复）" for (name,) in done),
        *(f"{name}等甲方（wxops contract resume {name}）" for (name,) in waits),
        *(f"{name} {day} 的付款（wxops contract revoke {name} --day {day} --why 重复）" for name, day, *_ in sums),
    ]
