"""The whole contract on one board: targets, plan, payments, waits and the inspection, as they stand on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from content.clock import local_day
from content.errors import WrongUse
from scheduler import compliance, former_start, obligations, payments
from scheduler.agreement import Contract
from scheduler.contract import standings
from scheduler.rules import Rules
from scheduler.target_standing import Standing


@dataclass(frozen=True)
class Board:
    """The contract as it stands `today`; the inspection is always that of the present moment."""

    contract: Contract
    today: date
    standings: Sequence[Standing]
    steps: Sequence[obligations.Step]
    waits: Sequence[obligations.Wait]
    dues: Sequence[payments.Due]
    inspected: Sequence[compliance.Item]
    formers: Sequence[former_start.Former] = ()

    @property
    def days(self) -> int:
        """Return how many days of the contract have begun."""
        return min((self.today - self.contract.first).days + 1, self.contract.days)

    @property
    def share(self) -> float:
        """Return the share of the contract's days that have begun."""
        return self.days / self.contract.days


def board(session: Session, folder: Path, rules: Rules, now: datetime, *, on: date | None = None) -> Board:
    """Return the board of a workspace as of a day, today where none is named; OpsError where there is no contract.

    WrongUse for a day to come, of which nobody knows anything.
    """
    today = on or local_day(now)
    if today > local_day(now):
        raise WrongUse(f"{today} 还没有到，最晚看今天：{local_day(now)}。")
    contract, found = standings(session, folder, today)
    return Board(
        contract=contract,
        today=today,
        standings=found,
        steps=obligations.plan(session, contract, today),
        waits=[wait for wait in obligations.waits(session, today, contract) if wait.until is None],
        dues=payments.dues(session, contract, today),
        inspected=compliance.items(session, rules, now),
        formers=former_start.formers(session, contract),
    )
