"""The contract as plain values, for JSON: everything that the board shows, and on demand the rows behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.agreement import Contract
from scheduler.behind import Row
from scheduler.compliance import RULE, Item
from scheduler.contract_board import Board
from scheduler.counting_rules import OF_COUNT
from scheduler.obligations import Step
from scheduler.payments import Due
from scheduler.target_standing import LIGHT_RULE, Standing

Values = dict[str, Any]


def whole(board: Board, *, late_sums: bool) -> Values:
    """Return the whole board; late_sums: what lateness comes to is for 乙方 alone."""
    return {
        "contract": contract_values(board.contract),
        "on": str(board.today),
        "elapsed": {"days": board.days, "of": board.contract.days, "share": round(board.share, 4)},
        "light_rule": LIGHT_RULE,
        "targets": [target_values(one) for one in board.standings],
        "plan": [step_values(one) for one in board.steps],
        "waiting": [{"name": one.name, "since": str(one.since), "why": one.why} for one in board.waits],
        "noted_under_another_start": [{"from": str(one.first), "counts": dict(one.counts)} for one in board.formers],
        "payments": [due_values(one, late_sums=late_sums) for one in board.dues],
        "compliance": {"rule": RULE, "items": [item_values(one) for one in board.inspected]},
    }


def contract_values(contract: Contract) -> Values:
    """Return the contract's days, its papers and its rules."""
    return {
        "name": contract.name,
        "from": str(contract.first),
        "to": str(contract.last),
        "version": contract.version,
        "months": contract.months,
        "weeks": contract.weeks,
        "rules": contract.rules.words(),
        "supplements": [
            {"name": one.name, "document": one.document, "from": str(one.since), "changes": list(one.changes)}
            for one in contract.supplements
        ],
    }


def target_values(one: Standing, rows: Sequence[Row] | None = None) -> Values:
    """Return one target, with its rows where they are given."""
    target, counted = one.target, one.counted
    exempt, _ = one.exempt_days
    values = {
        "id": target.id, "name": target.name, "clause": target.clause, "rule": target.rule, "phase": target.phase,
        "document": target.document, "count": target.count, "unit": target.unit, "per": target.per,
        "value_each": target.value, "target": one.total, "exceed": target.exceed,
        "evidence": [proof.in_words for proof in target.evidence],
        "counted_by": one.contract.rules.words(*OF_COUNT[target.count]) if target.count in OF_COUNT else "",
        "done": counted.value, "complete": one.complete, "lacking": dict(one.lacking), "places_lacking": list(counted.lacks),
        "known_to": str(counted.known_to) if counted.known_to else None, "share": _rounded(one.share),
        "elapsed": round(one.elapsed, 4), "reached": one.is_reached, "forecast": one.forecast, "method": one.method,
        "a_week": one.a_week, "light": one.light.value, "light_in_words": one.light.in_words,
        "exempt": {
            "days": exempt, "elapsed": _rounded(one.elapsed_without), "target": one.total_without,
            "why": [{"from": str(each.first), "to": str(each.last), "why": each.why} for each in one.exempt],
        },
    }  # fmt: skip
    return values if rows is None else values | {"rows": [row_values(row) for row in rows]}


def row_values(row: Row) -> Values:
    """Return one thing that counts."""
    return {
        "day": str(row.day), "what": row.what, "place": row.place, "value": row.value, "subject": row.subject,
        "lacks": list(row.lacks), "owner": row.owner,
    }  # fmt: skip


def step_values(one: Step) -> Values:
    """Return one milestone, baseline and actual."""
    made = one.milestone
    return {
        "name": made.name, "phase": made.phase, "owner": made.owner, "clause": made.clause,
        "from": str(made.start) if made.start else None, "due": str(made.due), "done": str(one.done) if one.done else None,
        "document": one.document, "late_days": one.late_days, "wait_days": one.wait_days,
        "waiting_since": str(one.waiting.since) if one.waiting else None, "state": one.in_words,
    }  # fmt: skip


def due_values(one: Due, *, late_sums: bool) -> Values:
    """Return one payment in fen."""
    values = {
        "name": one.payment.name, "clause": one.payment.clause, "amount_fen": one.payment.amount, "paid_fen": one.paid,
        "due": str(one.due) if one.due else None, "waits_for": list(one.waits_for), "late_days": one.late_days,
        "parts": [{"day": str(part.day), "amount_fen": part.amount, "document": part.document} for part in one.parts],
        "state": one.in_words,
    }  # fmt: skip
    return values | ({"late_sum_fen": one.late_sum} if late_sums else {})


def item_values(one: Item) -> Values:
    """Return one thing that is inspected."""
    return {"id": one.id, "name": one.name, "light": one.light.value, "words": one.words, "more": list(one.more)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
