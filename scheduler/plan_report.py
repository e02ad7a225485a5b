"""The 项目实施方案 (三(三), domain.md §1c R3): targets, phases with their milestones, visits and people, out of contract.toml."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.people import people
from content.reviews import ROLES
from content.visits import planned
from scheduler import reporting
from scheduler.agreement import Contract, Target
from scheduler.contract import MISSING
from scheduler.counting import NAMES
from scheduler.models import Report
from scheduler.obligations import Step, plan
from scheduler.report_states import PLAN
from scheduler.service_lines import line_of
from scheduler.targets import read_contract
from scheduler.visit_plan import RULE, quarters

TEXT = "项目实施方案.docx"
UNKNOWN = "—"
STANDING = ("users", "groups", "demo_communities", "registrations")  # nothing of them is done so much a month
LIAISON = "liaison"
NO_PHASE = "未分阶段"


@dataclass(frozen=True)
class Plan:
    """What the plan tells, in words; the template takes it as it is."""

    contract: str
    version: str
    first: str
    last: str
    summary: str
    targets: Sequence[dict[str, str]]
    phases: Sequence[dict[str, object]]
    pace: Sequence[dict[str, str]]
    visits: Sequence[str]
    people: Sequence[dict[str, str]]
    liaisons: str
    rules: Sequence[str]

    @property
    def period(self) -> str:
        """Return the period under which it is kept: the whole contract."""
        return f"{self.first}_{self.last}"

    def as_values(self) -> dict[str, object]:
        """Return the facts by name, as a template takes them."""
        return asdict(self)


def gather(session: Session, folder: Path, today: date) -> Plan:
    """Return what the plan tells; OpsError where the workspace has no contract."""
    contract = read_contract(folder, NAMES)
    if contract is None:
        raise OpsError(MISSING)
    steps = plan(session, contract, today)
    all_people = people(session)
    return Plan(
        contract=contract.name or "项目",
        version=contract.version or UNKNOWN,
        first=str(contract.first),
        last=str(contract.last),
        summary=f"合同期 {contract.days} 天，{contract.months} 个月，{len(contract.targets)} 项指标，{len(steps)} 个节点。",
        targets=[_target(contract, one) for one in contract.targets],
        phases=_phases(steps),
        pace=[_pace(contract, one) for one in contract.targets if one.per or one.count not in STANDING],
        visits=_visits(session, contract),
        people=[
            {"name": one.name, "role": ROLES[one.role], "party": one.party, "company": one.company or UNKNOWN}
            for one in all_people
            if one.role != LIAISON
        ],
        liaisons=_liaisons(Counter(one.party for one in all_people if one.role == LIAISON)),
        rules=contract.rules.words().split("；"),
    )


def keep(session: Session, folder: Path, one: Plan, text: bytes, *, by: str, now: datetime) -> Report:
    """Keep the plan and return its row: the newest one where nothing has changed. `text` is the Word file."""
    told = json.dumps(asdict(one), ensure_ascii=False, sort_keys=True)
    return reporting.keep(session, folder, PLAN, "", one.period, {TEXT: text}, facts=told, by=by, now=now)


def _target(contract: Contract, one: Target) -> dict[str, str]:
    more = "超过 " if one.exceed else ""
    return {
        "clause": one.clause or UNKNOWN,
        "line": line_of(one),
        "name": one.name,
        "total": f"{more}{contract.total(one):,} {one.unit}",
        "rule": one.rule or UNKNOWN,
    }


def _phases(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Return the milestones by phase, in the order of the file, with when they were done."""
    names = dict.fromkeys(step.milestone.phase or NO_PHASE for step in steps)
    return [
        {"name": name, "milestones": [_step(step) for step in steps if (step.milestone.phase or NO_PHASE) == name]}
        for name in names
    ]


def _step(step: Step) -> dict[str, str]:
    one = step.milestone
    return {
        "name": one.name,
        "start": str(one.start) if one.start else UNKNOWN,
        "due": str(one.due),
        "owner": one.owner or UNKNOWN,
        "after": "、".join(one.after) or UNKNOWN,
        "done": step.in_words if step.done else UNKNOWN,
    }


def _pace(contract: Contract, one: Target) -> dict[str, str]:
    each = {"month": f"每月 {one.value:,} {one.unit}", "week": f"每周 {one.value:,} {one.unit}"}
    average = f"平均每月 {contract.total(one) / contract.months:,.1f} {one.unit}"
    return {"name": one.name, "each": each.get(one.per, average), "total": f"{contract.total(one):,} {one.unit}"}


def _visits(session: Session, contract: Contract) -> list[str]:
    told = [RULE]
    for quarter in quarters(contract):
        count = len(planned(session, quarter))
        told.append(f"{quarter.in_words}：{f'已排 {count:,} 个社区' if count else '还没有排'}。")
    return told


def _liaisons(count: Counter[str]) -> str:
    if not count:
        return "还没有联络员。"
    return f"联络员 {count.total():,} 人：{'，'.join(f'{party} {number:,} 人' for party, number in sorted(count.items()))}。"
