"""Where the contract stands at the end of a period, how it adds up beside its plan, and what is in trouble, as chapters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day
from content.lint.privacy import masked
from scheduler import obligations
from scheduler.agreement import Contract, Target
from scheduler.annexes import NOT_ASKED
from scheduler.contract import Standing, count_of, standings
from scheduler.counting import INTERACTIONS, NAMES, REGISTRATIONS, Counted
from scheduler.effect_exempt import exempt
from scheduler.effect_facts import Chapter, Column, Row, Total, Value, shown
from scheduler.effect_periods import CONTRACT as BY_CONTRACT
from scheduler.effect_periods import MONTHLY, Span
from scheduler.effect_span import begun
from scheduler.models import Alarm
from scheduler.proof import BY_PIECES
from scheduler.target_standing import LIGHT_RULE
from scheduler.targets import CONTRACT_FILE, read_contract

CONTRACT, PACE, PROBLEMS = "contract", "pace", "problems"
_WAITS = "等待甲方"
_FIGURES = (INTERACTIONS, "users", REGISTRATIONS)  # counts of the ledger's figures; all others are of our own deeds
PACED = ("visits", "articles")  # counts whose adding up is shown beside the plan
_COLUMNS = (
    Column("name", "指标"), Column("unit", "单位"), Column("done", "已完成"), Column("complete", "材料齐"),
    Column("total", "目标"),
    Column("share", "完成", "%"), Column("elapsed", "时间", "%"), Column("forecast", "预计到期"),
    Column("a_week", "每周至少"), Column("light", "情况"), Column("known_to", "数据到"), Column("lacks", "还缺"), Column("clause", "条款"),
    Column("rule", "口径"),
)  # fmt: skip


def board(session: Session, folder: Path, span: Span) -> tuple[Chapter, Chapter]:
    """Return where each target stood on the last day of a period, and how it was without the exempt days.

    FilesWrong where contract.toml is wrong.
    """
    contract = read_contract(folder, NAMES, on=span.last)
    if contract is None or contract.first > span.last:
        why = f"没有 {CONTRACT_FILE}" if contract is None else f"合同从 {contract.first} 开始"
        return Chapter(CONTRACT, "合同进度", _COLUMNS, (), notes=(f"{why}，没有进度。",)), exempt(())
    _, found = standings(session, folder, span.last)
    since = begun(session)
    found = [one if _is_known(one.target, one.counted.value, span.last, since) else _unknown(one) for one in found]
    rows = tuple(_target(one) for one in found)
    total = Total(
        "elapsed",
        "时间过了",
        _elapsed(contract, span.last),
        "%",
        f"{contract.first} 至 {contract.last}，共 {contract.days} 天",
    )
    methods = sorted({one.method for one in found if one.method})
    version = f"版本：{contract.version}" if contract.version else ""
    told = (*methods, LIGHT_RULE.rstrip("。"), BY_PIECES, version, "“—”是没有数据，不是 0")
    notes = tuple(f"{note}。" for note in told if note)
    stood = Chapter(CONTRACT, "合同进度", _COLUMNS, rows, (total,), tuple(_said(rows, total)), notes)
    return stood, exempt(found)


def pace(session: Session, folder: Path, span: Span) -> Chapter:
    """Return how visits and articles added up month by month since the contract began, beside a steady plan."""
    contract = read_contract(folder, NAMES, on=span.last)
    targets = [target for target in contract.targets if target.count in PACED] if contract else []
    columns = [Column("label", "截至")]
    for target in targets:
        columns += [
            Column(target.count, f"{target.name}累计", target.unit),
            Column(f"{target.count}_plan", "计划", target.unit),
        ]
    rows = list(_months(session, contract, targets, span)) if contract and contract.first <= span.last else []
    notes = ("计划是把目标按天数平均分到整个合同期。",) if rows else ()
    return Chapter(PACE, "累计和计划", tuple(columns), tuple(rows), notes=notes)


def problems(session: Session, folder: Path, span: Span) -> Chapter:
    """Return what rang in a period and was not over at its end, and what waited for 甲方 then."""
    start, end = day_start(span.first), day_start(span.last + timedelta(days=1))
    rang = session.scalars(select(Alarm).where(Alarm.since < end, Alarm.ended.is_(None) | (Alarm.ended >= start))).all()
    new = [alarm for alarm in rang if alarm.since >= start]
    still = [alarm for alarm in rang if alarm.ended is None or alarm.ended >= end]
    contract = read_contract(folder, NAMES, on=span.last)
    waiting = obligations.waits(session, span.last, contract) if contract else []
    waits = [wait for wait in waiting if wait.until is None]
    rows = [_problem(span, local_day(alarm.since), "告警", alarm.text.splitlines()[0]) for alarm in still]
    rows += [_problem(span, wait.since, _WAITS, f"{wait.name}：{wait.why}") for wait in waits]
    ever = session.scalar(select(Alarm.id).limit(1)) is not None
    totals = (
        Total("new", "新出现的问题", len(new) if ever else None, "条", "期内开始的告警"),
        Total("open", "期末没有解决的", len(still) if ever else None, "条", "期末还没有结束的告警"),
        Total("waits", _WAITS, len(waits), "件", "期末登记为等待甲方、还没有恢复的"),
    )
    columns = (Column("since", "开始"), Column("kind", "种类"), Column("what", "事情"), Column("days", "到期末", "天"))
    says = (
        [f"期内新出现问题 {shown(len(new), '条')}，期末没有解决的 {shown(len(still), '条')}。"]
        if ever
        else ["没有告警记录。"]
    )
    says += [f"期末{_WAITS}的 {shown(len(waits), '件')}。"] if waits else []
    return Chapter(PROBLEMS, "问题和等待", columns, tuple(rows), totals, tuple(says))


def _problem(span: Span, since: date, kind: str, what: str) -> Row:
    return {"since": str(since), "kind": kind, "what": masked(what), "days": (span.last - since).days + 1}


def _is_known(target: Target, done: int | None, day: date, since: date | None) -> bool:
    """Say whether a number of our own deeds up to a day is one: nothing before our book begins is not known to be none."""
    return target.count in _FIGURES or bool(done) or (since is not None and since <= day)


def _unknown(one: Standing) -> Standing:
    return replace(one, counted=Counted(None, None), rows=None, proven=None)


def _target(one: Standing) -> Row:
    return {
        "key": one.target.id,
        "name": one.target.name,
        "unit": one.target.unit,
        "done": one.counted.value,
        "complete": one.complete if one.target.evidence else NOT_ASKED,
        "total": one.total,
        "share": None if one.share is None else round(one.share * 100, 1),
        "elapsed": round(one.elapsed * 100, 1) if one.counted.known_to else None,
        "forecast": one.forecast,
        "a_week": one.a_week,
        "light": one.light.in_words,
        "known_to": str(one.counted.known_to) if one.counted.known_to else None,
        "lacks": "、".join(one.counted.lacks),
        "clause": one.target.clause,
        "rule": one.target.rule,
    }


def _said(rows: tuple[Row, ...], elapsed: Total) -> Iterator[str]:
    yield f"合同时间过了 {shown(elapsed.value, '%')}。"
    for row in rows:
        if row["done"] is None:
            yield f"{row['name']}没有数据。"
        else:
            share = f"，完成 {shown(row['share'], '%')}" if row["share"] is not None else ""
            yield f"{row['name']} {shown(row['done'])}/{shown(row['total'])} {row['unit']}{share}。"


def _months(session: Session, contract: Contract, targets: list[Target], span: Span) -> Iterator[Row]:
    since = begun(session)
    month = Span(MONTHLY, f"{contract.first:%Y-%m}", contract.first.day, BY_CONTRACT)
    while month.first <= contract.last:
        end = min(month.last, contract.last)
        known = month.first <= span.last
        until = min(end, span.last) if known else end  # what is done is told beside the plan of its own day
        row = _planned(contract, targets, until)
        for target in targets:
            done = count_of(contract, target)(session, contract.first, until).value if known else None
            row[target.count] = done if _is_known(target, done, until, since) else None
        yield row
        if until < end:
            yield _planned(contract, targets, end)
        month = month.moved(1)


def _planned(contract: Contract, targets: list[Target], day: date) -> dict[str, Value]:
    """Return what the plan has reached on a day, with nothing known of what is done."""
    row: dict[str, Value] = {"label": str(day)}
    for target in targets:
        row[target.count], row[f"{target.count}_plan"] = None, round(contract.total(target) * _share(contract, day))
    return row


def _share(contract: Contract, day: date) -> float:
    return ((min(day, contract.last) - contract.first).days + 1) / contract.days


def _elapsed(contract: Contract, day: date) -> float:
    return round(_share(contract, day) * 100, 1)
