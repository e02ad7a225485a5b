"""The contract as the terminal and the pages work on it: what is noted of milestones, waits and payments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content.clock import local_day
from content.errors import OpsError, WrongUse
from scheduler import former_start, obligations, payments, revoking
from scheduler.agreement import Contract
from scheduler.contract import MISSING
from scheduler.counting import NAMES
from scheduler.targets import read_contract
from scheduler.toml_notes import FEN


def done(parts: Parts, name: str, *, day: str = "", document: str = "", by: str) -> str:
    """Note that a milestone is done; return what is said."""
    with _at_work(parts) as (session, contract, now):
        on = day_said(day, now)
        return obligations.done(session, contract, name, day=on, document=document.strip(), by=by, now=now)


def wait(parts: Parts, name: str, why: str, *, since: str = "", by: str) -> str:
    """Note that something waits for 甲方; return what is said."""
    with _at_work(parts) as (session, contract, now):
        return obligations.wait(session, contract, name, why, since=day_said(since, now), by=by, now=now)


def resume(parts: Parts, name: str, *, day: str = "", by: str) -> str:
    """Note that 甲方 has acted; return what is said."""
    with _at_work(parts) as (session, contract, now):
        return obligations.resume(session, contract, name, day=day_said(day, now), by=by, now=now)


def paid(parts: Parts, name: str, *, day: str = "", amount: str = "", document: str = "", by: str) -> str:
    """Note that 甲方 paid; return what is said. amount: in yuan, "" for all that is open."""
    with _at_work(parts) as (session, contract, now):
        on, sum_ = day_said(day, now), fen_said(amount) if amount.strip() else None
        return payments.paid(session, contract, name, day=on, amount=sum_, document=document.strip(), by=by, now=now)


def revoke(parts: Parts, name: str, why: str, *, day: str = "", amount: str = "", document: str = "", by: str) -> str:
    """Take back what was noted wrongly of a milestone or a payment; return what is said."""
    with _at_work(parts) as (session, contract, now):
        on, sum_ = day_said(day, now) if day.strip() else None, fen_said(amount) if amount.strip() else None
        return revoking.revoke(
            session, contract, name, why, day=on, amount=sum_, document=document.strip(), by=by, now=now
        )


def adopt(parts: Parts, first: str, *, by: str) -> str:
    """Take over what was noted while contract.toml said another first day; return what is said."""
    with _at_work(parts) as (session, contract, now):
        return former_start.adopt(session, contract, day_said(first, now), by=by, now=now)


def day_said(text: str, now: datetime) -> date:
    """Return a day written as 2026-12-05, today for ""; WrongUse for another."""
    if not text.strip():
        return local_day(now)
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUse(f"日期应写成 2026-12-05 这样，写的是“{text.strip()[:20]}”。") from error


def fen_said(text: str) -> int:
    """Return a sum of yuan in fen; WrongUse for what is none."""
    try:
        fen = Decimal(text.strip().replace(",", "").replace("，", "").removesuffix("元")) * FEN
    except InvalidOperation as error:
        raise WrongUse(f"金额应写成 1067473 或 1067473.50 这样（元），写的是“{text.strip()[:20]}”。") from error
    if not fen.is_finite() or fen != int(fen) or not 0 < fen < 10**15:
        raise WrongUse(f"金额应大于 0，最多两位小数，写的是“{text.strip()[:20]}”。")
    return int(fen)


@contextmanager
def _at_work(parts: Parts) -> Iterator[tuple[Session, Contract, datetime]]:
    now = parts.clock.now()
    contract = read_contract(parts.workspace, NAMES, on=local_day(now))
    if contract is None:
        raise OpsError(MISSING)
    with parts.store.transaction() as session:
        obligations.alone(session)
        yield session, contract, now
