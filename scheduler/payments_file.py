"""The milestones and the payments of contract.toml, read and checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.agreement import Contract, Milestone, Payment
from scheduler.toml_notes import FEN, Notes, Section

ACCEPTANCE = "执行成果报告"  # the report whose confirmation a payment may wait for (四(二)3, 五)
_MILESTONE_KEYS = ("name", "due", "from", "phase", "clause", "owner", "after")
_PAYMENT_KEYS = ("name", "amount", "due", "within", "clause", "after")
OWNERS = ("", "甲方", "乙方")


def milestones(notes: Notes, tables: Mapping[str, Any]) -> tuple[Milestone, ...]:
    """Return the milestones and tasks in the order of the file; what is wrong is noted."""
    sections = notes.sections(tables, "milestone")
    _check(sections, _MILESTONE_KEYS, "这个节点", ("name", "due"))
    found = [_milestone(section) for section in sections]
    made = tuple(one for one in found if one)
    names = {one.name for one in made}
    for section in sections:
        _known(section, names)
    return made


def payments(notes: Notes, tables: Mapping[str, Any]) -> tuple[Payment, ...]:
    """Return the payments in the order of the file; what is wrong is noted."""
    sections = notes.sections(tables, "payment")
    _check(sections, _PAYMENT_KEYS, "这笔付款", ("name", "amount"))
    names = {str(one.table.get("name")) for one in notes.sections(tables, "milestone")}
    for section in sections:
        _known(section, {*names, ACCEPTANCE})
        if "due" not in section.table and not section.table.get("after"):
            section.note("", "这笔付款要写 due（到期日），或者 after（在什么之后）。")
    return tuple(
        Payment(
            section.text("name"), section.money("amount") or 0, section.day("due"), section.whole("within", 0, 0),
            section.text("clause"), section.texts("after"),
        )
        for section in sections
    )  # fmt: skip


def amounts_agree(head: Section, contract: Contract) -> None:
    """Note when the payments do not add up to the contract's sum."""
    paid = sum(one.amount for one in contract.payments)
    if contract.amount is not None and contract.payments and paid != contract.amount:
        head.note(
            "amount",
            f"付款合计 {yuan(paid)} 元，和 amount 的 {yuan(contract.amount)} 元差 {yuan(abs(paid - contract.amount))} 元。",
        )


def yuan(fen: int) -> str:
    """Return a sum in yuan: 1,067,473 or 12.50."""
    return f"{fen // FEN:,}" if fen % FEN == 0 else f"{fen / FEN:,.2f}"


def _milestone(section: Section) -> Milestone | None:
    due, start, owner = section.day("due"), section.day("from"), section.text("owner")
    if owner not in OWNERS:
        section.note("owner", 'owner 只能写 "甲方" 或 "乙方"。')
    if due and start and due < start:
        section.note("due", "due 比 from 早。")
    if due is None:
        return None
    return Milestone(
        section.text("name"), due, start, section.text("phase"), section.text("clause"), owner, section.texts("after")
    )


def _check(sections: Sequence[Section], known: Sequence[str], what: str, wanted: Sequence[str]) -> None:
    names: set[str] = set()
    for section in sections:
        section.knows(known)
        section.wants(what, *wanted)
        name = str(section.table.get("name", ""))
        if name and name in names:
            section.note("name", f"“{name}”写了两次。")
        names.add(name)


def _known(section: Section, names: set[str]) -> None:
    for name in section.texts("after"):
        if name not in names:
            section.note("after", f"after 里的“{name}”没有这个节点，请先写一节 [[milestone]]。")
