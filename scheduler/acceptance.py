"""The 执行成果报告: what became of each target of the contract, by service line, with the evidence and the annexes.

Every number is that of the board (`scheduler/contract.py`) on one day; every annex adds up to its number.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.books import Cell
from content.clock import day_start
from content.errors import WrongUse
from scheduler import annexes, phone_sample, proof_index, reporting, user_growth
from scheduler.annexes import Detail
from scheduler.behind import Row
from scheduler.contract import rows_behind, standings
from scheduler.counting import INTERACTIONS, REGISTRATIONS
from scheduler.counting_rules import OF_COUNT
from scheduler.models import Report
from scheduler.proof_index import Proven
from scheduler.report_states import ACCEPTANCE, AT_CLIENT, KINDS, state_in_words
from scheduler.service_lines import line_of
from scheduler.target_standing import Standing
from scheduler.targets import Contract

INDEX, SAMPLE, TEXT = "证据索引.xlsx", "走访电话抽查表.xlsx", "执行成果报告.docx"


@dataclass(frozen=True)
class TargetFacts:
    """One target in the report; None is unknown. `files` are in the index, `lacking` says which evidence lacks how often.

    told: what stands beside the number on the board: by source, the shares, what is left out. least: it is a lower bound.
    total_without and share_without leave the exempt days out (六(二)、九), None where there are none.
    """

    id: str
    name: str
    unit: str
    line: str
    clause: str
    rule: str
    document: str
    total: int
    exceed: bool
    done: int | None
    complete: int | None
    share: float | None
    reached: bool | None
    known_to: str
    told: Sequence[str]
    least: bool
    lacks: Sequence[str]
    evidence: str
    lacking: Mapping[str, int]
    files: int
    annex: str
    exempt_days: int
    exempt_why: str
    total_without: int | None
    share_without: float | None


@dataclass(frozen=True)
class ReportFacts:
    """A report to 甲方 as the 执行成果报告 lists it."""

    name: str
    period: str
    version: int
    state: str


@dataclass(frozen=True)
class Facts:
    """All that the report tells. final: the contract was over when it was made; seed: of the draw of visits."""

    contract: str
    version: str
    first: str
    last: str
    as_of: str
    final: bool
    targets: Sequence[TargetFacts]
    reports: Sequence[ReportFacts]
    seed: int
    drawn: int
    visits: int
    files: int
    contents: str  # a sha256 of the annexes' rows: another word in one of them is another version

    @property
    def period(self) -> str:
        """Return the period under which the report is kept: from the contract's first day to the day it tells of."""
        return _period(self.first, self.as_of)


@dataclass(frozen=True)
class Gathered:
    """The facts, and what the annexes show."""

    facts: Facts
    rows: Mapping[str, Sequence[Row]]  # by target
    shown: Mapping[str, Sequence[Sequence[Cell]]]
    proofs: Sequence[Proven]
    sample: Sequence[Row]
    known: Mapping[str, Detail]
    contract: Contract


def gather(session: Session, folder: Path, as_of: date, *, today: date, seed: int | None) -> Gathered:
    """Return what the report of a day tells, of the contract's last one where it is over.

    seed: of the draw of visits; where none is given, that of the period's first version, so that to make it again draws
    nothing else. WrongUse for a day that is not over, OpsError where there is no contract.
    """
    if as_of > today:
        raise WrongUse(f"{as_of} 还没有到，最晚写到今天：{today}。")
    contract, found = standings(session, folder, as_of)
    rows = {one.target.id: behind for one in found if (behind := rows_behind(session, one)) is not None}
    known = annexes.details(session, (row.subject for behind in rows.values() for row in behind if row.subject))
    of = {row.subject: one.target.name for one in found for row in rows.get(one.target.id, ()) if row.subject}
    day = min(as_of, contract.last)
    proofs = proof_index.index(session, of, contract.first, day)
    visits = [row for one in found if one.target.count == annexes.VISITS for row in rows.get(one.target.id, ())]
    seed = _first_seed(session, contract, day) if seed is None else seed
    sample = phone_sample.drawn(visits, seed)
    asked = {one.target.id for one in found if one.target.evidence}
    shown = {id_: annexes.lines(behind, known, asked=id_ in asked) for id_, behind in rows.items()}
    files = Counter(one.target for one in proofs)
    facts = Facts(
        contract=contract.name, version=contract.version, first=str(contract.first), last=str(contract.last),
        as_of=str(day), final=day == contract.last < today,
        targets=[_target(one, files[one.target.name], _annex_name(found, one, rows)) for one in found],
        reports=_reports(session, as_of), seed=seed, drawn=len(sample), visits=len(visits), files=len(proofs),
        contents=_digest(shown, proofs),
    )  # fmt: skip
    return Gathered(facts, rows, shown, proofs, sample, known, contract)


def files_of(one: Gathered, text: bytes) -> dict[str, bytes]:
    """Return the files of the report by name; `text` is the Word file."""
    facts = one.facts
    period = f"{facts.first} 至 {facts.as_of}"
    made = {TEXT: text}
    by_id = {target.id: target for target in one.contract.targets}
    for told in facts.targets:
        if told.annex:
            made[told.annex] = annexes.annex(
                by_id[told.id], one.shown[told.id], one.rows[told.id], period, told.rule, told.told
            )
    made[INDEX] = proof_index.workbook(one.proofs, period)
    made[SAMPLE] = phone_sample.workbook(one.sample, one.known, seed=facts.seed, of=facts.visits, period=period)
    return made


def keep(session: Session, folder: Path, one: Gathered, text: bytes, *, by: str, now: datetime) -> Report:
    """Keep the report and return its row: the newest one where nothing has changed."""
    told = json.dumps(asdict(one.facts), ensure_ascii=False, sort_keys=True)
    return reporting.keep(
        session, folder, ACCEPTANCE, "", one.facts.period, files_of(one, text), facts=told, by=by, now=now
    )


def _period(first: object, day: object) -> str:
    return f"{first}_{day}"


def _first_seed(session: Session, contract: Contract, day: date) -> int:
    """Return the seed of the first version of a period's report; the day as a number while there is none."""
    of = (Report.kind == ACCEPTANCE, Report.period == _period(contract.first, day))
    facts = session.scalar(select(Report.facts).where(*of).order_by(Report.version).limit(1))
    return int(json.loads(facts or "{}").get("seed", f"{day:%Y%m%d}"))


def _target(one: Standing, files: int, annex: str) -> TargetFacts:
    target, counted = one.target, one.counted
    reached = None if counted.value is None else one.is_reached and not counted.lacks
    return TargetFacts(
        id=target.id, name=target.name, unit=target.unit, line=line_of(target), clause=target.clause,
        rule=_rule(one), document=target.document, total=one.total, exceed=target.exceed, done=counted.value,
        complete=one.complete, share=None if one.share is None else round(one.share, 4), reached=reached,
        known_to=str(counted.known_to) if counted.known_to else "", told=_told(one), least=counted.is_least, lacks=list(counted.lacks),
        evidence="、".join(proof.in_words for proof in target.evidence), lacking=dict(one.lacking), files=files,
        annex=annex, exempt_days=one.exempt_days[0], exempt_why="、".join(sorted({e.why for e in one.exempt if e.why})),
        total_without=one.total_without,
        share_without=None if one.share_without is None else round(one.share_without, 4),
    )  # fmt: skip


def _rule(one: Standing) -> str:
    """Return how the target is counted, in full: as it was agreed on, and what contract.toml settles and the board prints."""
    rules = OF_COUNT.get(one.target.count)
    settled = one.contract.rules.words(*rules) if rules else ""
    if one.target.count == INTERACTIONS:
        settled = one.contract.interactions.words
    elif one.target.count == REGISTRATIONS:
        settled = user_growth.RULE
    return "。".join(filter(None, [one.target.rule, settled and f"算法：{settled}"]))


def _told(one: Standing) -> list[str]:
    """Return what else stands beside the number, line by line; the rule has its own place."""
    lines = [line.strip() for line in one.counted.notes]
    return [line for line in lines if not line.startswith(("口径：", "算法："))]


def _annex_name(found: Sequence[Standing], one: Standing, rows: Mapping[str, Sequence[Row]]) -> str:
    if one.target.id not in rows:
        return ""
    listed = [other.target.id for other in found if other.target.id in rows]
    name = "".join(sign if sign.isalnum() else "-" for sign in one.target.name)
    return f"附件{listed.index(one.target.id) + 1:02d}-{name}.xlsx"


def _reports(session: Session, as_of: date) -> list[ReportFacts]:
    """Return the other reports to 甲方 that were made up to a day: the version that lies at 甲方 or is confirmed, else the newest."""
    others = [kind for kind in KINDS if kind != ACCEPTANCE]
    query = select(Report).where(Report.kind.in_(others)).order_by(Report.id)
    end, newest = day_start(date.fromordinal(as_of.toordinal() + 1)), dict[tuple[str, str], Report]()
    for report in session.scalars(query.where(Report.made_at < end)):
        before = newest.get((report.kind, report.period))
        if before is None or before.state not in AT_CLIENT:
            newest[report.kind, report.period] = report
    return [ReportFacts(KINDS[r.kind], r.period, r.version, state_in_words(r)) for r in newest.values()]


def _digest(shown: Mapping[str, Sequence[Sequence[Cell]]], proofs: Sequence[Proven]) -> str:
    told = [shown, [(one.subject, one.sha256, one.path) for one in proofs]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
