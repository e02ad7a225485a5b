"""What 甲方 pays: when each sum is due, what of it is paid, and what lateness comes to (四(二), 六(一); domain.md §1c R4-R6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.clock import local_day
from content.errors import OpsError
from content.models import Event, Person
from scheduler import report_states
from scheduler.agreement import Contract, Payment
from scheduler.obligation_models import MilestoneDone, Paid
from scheduler.obligations import finished, match
from scheduler.payments_file import ACCEPTANCE, yuan

CLIENT = "甲方"
CONFIRMED = report_states.ReportState.CONFIRMED.value
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Part:
    """A sum in fen that was paid on a day."""

    day: date
    amount: int
    document: str = ""


@dataclass(frozen=True)
class Due:
    """A payment as it stands: what it waits for, from when it is due, what was paid; `late`: ten-thousandths a day."""

    payment: Payment
    today: date
    waits_for: Sequence[str]
    due: date | None
    parts: Sequence[Part]
    late: int

    @property
    def paid(self) -> int:
        """Return what was paid, in fen."""
        return sum(part.amount for part in self.parts)

    @property
    def unpaid(self) -> int:
        """Return what is not paid yet, in fen."""
        return self.payment.amount - self.paid

    @property
    def late_days(self) -> int:
        """Return for how many days a part of it was or is overdue."""
        if self.due is None:
            return 0
        end = self.today if self.unpaid else max(part.day for part in self.parts)
        return max(0, (end - self.due).days)

    @property
    def late_sum(self) -> int:
        """Return what lateness comes to in fen: for each day after the due day, the rate of what was unpaid on it (六(一))."""
        if self.due is None:
            return 0
        owed, since, total = self.payment.amount, self.due, 0
        for part in [*self.parts, Part(self.today, 0)]:
            total += owed * max(0, (part.day - since).days)
            owed, since = owed - part.amount, max(since, part.day)
        return (total * self.late + TEN_THOUSAND // 2) // TEN_THOUSAND

    @property
    def in_words(self) -> str:
        """Return how it stands, without what lateness comes to."""
        if not self.unpaid:
            late = f"，晚 {self.late_days} 天" if self.late_days else ""
            return f"{max(part.day for part in self.parts)} 付清{late}"
        part = f"已付 {yuan(self.paid)} 元，还差 {yuan(self.unpaid)} 元，" if self.paid else ""
        if self.waits_for:
            return f"{part}未到付款条件，等：{'、'.join(self.waits_for)}"
        if self.due is None:
            return f"{part}没有写到期日"
        if self.late_days:
            return f"{part}{self.due} 到期，已逾期 {self.late_days} 天"
        return f"{part}{self.due} 到期，还有 {(self.due - self.today).days} 天"


def dues(session: Session, contract: Contract, today: date) -> list[Due]:
    """Return the payments as they stand on a day, in the order of the file."""
    done = {row.name: row.day for row in session.scalars(finished(contract).where(MilestoneDone.day <= today))}
    if confirmed := acceptance_day(session, contract, today):
        done[ACCEPTANCE] = confirmed
    paid_: dict[str, list[Part]] = {}
    for row in session.scalars(received(contract).where(Paid.day <= today)):
        paid_.setdefault(row.name, []).append(Part(row.day, row.amount, row.document))
    return [_due(one, today, done, paid_.get(one.name, []), contract.late) for one in contract.payments]


def received(contract: Contract) -> Select[tuple[Paid]]:
    """Return the query of what was paid for a contract, in the order of the days."""
    mine = (Paid.contract == contract.first, Paid.revoked_at.is_(None))
    return select(Paid).where(*mine).order_by(Paid.day, Paid.id)


def acceptance_day(session: Session, contract: Contract, today: date) -> date | None:
    """Return the day on which 甲方 confirmed the 执行成果报告 of the whole contract, None while it has not."""
    report = report_states.acceptance_confirmed(session, contract.first)
    if report is None:
        return None
    moved = select(Event.at).where(Event.subject == f"report:{report.id}", Event.to_state == CONFIRMED)
    at = session.scalar(moved.order_by(Event.id.desc()).limit(1))
    return local_day(at) if at and local_day(at) <= today else None


def paid(
    session: Session,
    contract: Contract,
    name: str,
    *,
    day: date,
    amount: int | None = None,
    document: str = "",
    by: str,
    now: datetime,
) -> str:
    """Note that 甲方 paid, on a day, a sum in fen (all that is open when none is named); return what is said.

    OpsError where the payment waits for something, is paid already, or less is open.
    """
    found = match(name, [one.name for one in contract.payments], "付款", "[[payment]]")
    if day > local_day(now):
        raise OpsError(f"{day} 还没有到，付了以后再记。")
    one = next(due for due in dues(session, contract, local_day(now)) if due.payment.name == found)
    if one.waits_for:
        raise OpsError(f"{found}还没有到付款条件，等：{'、'.join(one.waits_for)}。")
    if not one.unpaid:
        raise OpsError(f"{found}已经付清，没有再记。")
    sum_ = one.unpaid if amount is None else amount
    if not 0 < sum_ <= one.unpaid:
        raise OpsError(f"{found}还差 {yuan(one.unpaid)} 元，记不了 {yuan(sum_)} 元，请核对金额。")
    try:
        with session.begin_nested():  # the same sum once more: the database forbids it
            session.add(
                Paid(contract=contract.first, name=found, day=day, amount=sum_, document=document, by=by, at=now)
            )
    except IntegrityError as error:
        raise OpsError(f"{found} {day} 的 {yuan(sum_)} 元已经记过了，没有再记。") from error
    session.add(
        Event(
            subject=f"contract:{found}",
            at=now,
            by=by,
            why=f"{day} 收到 {yuan(sum_)} 元{f'，{document}' if document else ''}",
        )
    )
    left = one.unpaid - sum_
    return f"已记：{found} {day} 收到 {yuan(sum_)} 元，{f'还差 {yuan(left)} 元' if left else '已付清'}。"


def sees_late_sums(person: Person | None) -> bool:
    """Say whether somebody may see what lateness comes to: 乙方 alone. At the terminal there is nobody else."""
    return person is None or person.party != CLIENT


def _due(one: Payment, today: date, done: dict[str, date], parts: Sequence[Part], late: int) -> Due:
    waits_for = [name for name in one.after if name not in done]
    opened = max((done[name] for name in one.after if name in done), default=None)
    after = opened + timedelta(days=one.within) if opened and not waits_for else None
    days = [day for day in (one.due, after) if day]
    return Due(one, today, waits_for, None if waits_for or not days else max(days), parts, late)
