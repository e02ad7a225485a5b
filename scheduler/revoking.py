"""What was noted wrongly of the contract is taken back: a milestone that is not done, a sum that was not paid."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Event
from scheduler.agreement import Contract
from scheduler.obligation_models import ClientWait, MilestoneDone, Paid
from scheduler.obligations import LONGEST, finished, match
from scheduler.payments import received
from scheduler.payments_file import yuan


def revoke(
    session: Session,
    contract: Contract,
    name: str,
    why: str,
    *,
    day: date | None = None,
    amount: int | None = None,
    document: str = "",
    by: str,
    now: datetime,
) -> str:
    """Take back that a milestone is done or that a payment was paid; return what is said. What was noted stays in the trail.

    day, amount (in fen) and document say which of several sums it is. OpsError where there is none, or no reason.
    """
    why = why.strip()
    if not why or len(why) > LONGEST:
        raise OpsError(f"请写为什么撤销，{LONGEST} 字以内，例如：记错了日期。")
    milestones = [one.name for one in contract.milestones]
    found = match(
        name,
        list(dict.fromkeys([*milestones, *(one.name for one in contract.payments)])),
        "节点或付款",
        "[[milestone]]",
    )
    if found in milestones:
        row: MilestoneDone | Paid = _done(session, contract, found)
        was = f"{row.day} 完成"
    else:
        row = sum_ = _paid(session, contract, found, day, amount, document)
        was = in_words(sum_)
    row.revoked_at = now
    session.add(Event(subject=f"contract:{found}", at=now, by=by, why=f"撤销 {was}：{why}"))
    return f"已撤销：{found} {was}。{_waited(session, contract, found, row.day)}"


def in_words(row: Paid) -> str:
    """Return a sum that was paid as people say it: 2026-02-10 收到 100,000 元（回单）."""
    return f"{row.day} 收到 {yuan(row.amount)} 元{f'（{row.document}）' if row.document else ''}"


def _done(session: Session, contract: Contract, name: str) -> MilestoneDone:
    rows = {row.name: row for row in session.scalars(finished(contract))}
    if name not in rows:
        raise OpsError(f"{name}还没有记完成，不用撤销。")
    if later := [one.name for one in contract.milestones if name in one.after and one.name in rows]:
        raise OpsError(f"{'、'.join(later)}在{name}之后，已经记了完成，请先撤销{later[0]}。")
    return rows[name]


def _paid(session: Session, contract: Contract, name: str, day: date | None, amount: int | None, document: str) -> Paid:
    there = [row for row in session.scalars(received(contract)) if row.name == name]
    if not there:
        raise OpsError(f"{name}还没有记付款，不用撤销。")
    found = [
        row
        for row in there
        if day in (None, row.day) and amount in (None, row.amount) and document in ("", row.document)
    ]
    if day and amount:  # as the page names one: without a receipt means the one without
        found = [row for row in found if row.document == document] or found
    if len(found) == 1:
        return found[0]
    told = "；".join(in_words(row) for row in found or there)
    raise OpsError(f"{name}{'有几笔' if found else '没有这一笔，记的有'}：{told}。请写清日期、金额和回单号。")


def _waited(session: Session, contract: Contract, name: str, day: date) -> str:
    """Return what to do where a wait ended with what is taken back."""
    mine = (ClientWait.contract == contract.first, ClientWait.name == name, ClientWait.until == day)
    ended = session.scalar(select(ClientWait.id).where(*mine).limit(1))
    return "那天结束的等待没有重开，还在等甲方的请再记一次。" if ended else ""
