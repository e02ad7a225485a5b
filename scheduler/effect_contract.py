"""Where the contract stands at the end of a period, how it adds up beside its plan, and what is in trouble: three chapters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day
from content.lint.privacy import masked
from scheduler.contract import METHOD, Standing, standings
from scheduler.counting import COUNTS, NAMES
from scheduler.effect_facts import Chapter, Column, Row, Total, Value, shown
from scheduler.effect_periods import CONTRACT as BY_CONTRACT
from scheduler.effect_periods import MONTHLY, Span
from scheduler.models import Alarm
from scheduler.targets import CONTRACT_FILE, Contract, Target, read_contract

CONTRACT, PACE, PROBLEMS = "contract", "pace", "problems"
PACED = ("visits", "articles")  # counts whose adding up is shown beside the plan
_COLUMNS = (
    Column("name", "指标"), Column("unit", "单位"), Column("done", "已完成"), Column("total", "目标"),
    Column("share", "完成", "%"), Column("elapsed", "时间", "%"), Column("forecast", "预计到期"),
    Column("a_week", "每周至少"), Column("known_to", "数据到"), Column("lacks", "还缺"), Column("clause", "条款"),
    Column("rule", "口径"),
)  # fmt: skip


def board(session: Session, folder: Path, span: Span) -> Chapter:
    """Return where each target stood on the last day of a period; FilesWrong where contract.toml is wrong."""
    contract = read_contract(folder, NAMES)
    if contract is None or contract.first > span.last:
        why = f"没有 {CONTRACT_FILE}" if contract is None else f"合同从 {contract.first} 开始"
        return Chapter(CONTRACT, "合同进度", _COLUMNS, (), notes=(f"{why}，没有进度。",))
    _, found = standings(session, folder, span.last)
    rows = tuple(_target(one) for one in found)
    total = Total(
        "elapsed",
        "时间过了",
        _elapsed(contract, span.last),
        "%",
        f"{contract.first} 至 {contract.last}，共 {contract.days} 天",
    )
    notes = (f"{METHOD}。“—”是没有数据，不是 0。", f"版本：{contract.version}。" if contract.version else "")
    return Chapter(
        CONTRACT, "合同进度", _COLUMNS, rows, (total,), tuple(_said(rows, total)), tuple(filter(None, notes))
    )


def pace(session: Session, folder: Path, span: Span) -> Chapter:
    """Return how visits and articles added up month by month since the contract began, beside a steady plan."""
    contract = read_contract(folder, NAMES)
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


def problems(session: Session, span: Span) -> Chapter:
    """Return what rang in a period and what of it was not over at its end."""
    start, end = day_start(span.first), day_start(span.last + timedelta(days=1))
    rang = session.scalars(select(Alarm).where(Alarm.since < end, Alarm.ended.is_(None) | (Alarm.ended >= start))).all()
    new = [alarm for alarm in rang if alarm.since >= start]
    still = [alarm for alarm in rang if alarm.ended is None or alarm.ended >= end]
    ever = session.scalar(select(Alarm.id).limit(1)) is not None
    rows: list[Row] = [
        {"since": str(local_day(alarm.since)), "what": masked(alarm.text.splitlines()[0]),
         "days": (span.last - local_day(alarm.since)).days + 1}
        for alarm in still
    ]  # fmt: skip
    totals = (
        Total("new", "新出现的问题", len(new) if ever else None, "条", "期内开始的告警"),
        Total("open", "期末没有解决的", len(still) if ever else None, "条", "期末还没有结束的告警"),
    )
    columns = (Column("since", "开始"), Column("what", "问题"), Column("days", "到期末", "天"))
    says = (
        [f"期内新出现问题 {shown(len(new), '条')}，期末没有解决的 {shown(len(still), '条')}。"]
        if ever
        else ["没有告警记录。"]
    )
    return Chapter(PROBLEMS, "问题和等待", columns, tuple(rows), totals, tuple(says))


def _target(one: Standing) -> Row:
    return {
        "key": one.target.id,
        "name": one.target.name,
        "unit": one.target.unit,
        "done": one.counted.value,
        "total": one.total,
        "share": None if one.share is None else round(one.share * 100, 1),
        "elapsed": round(one.elapsed * 100, 1) if one.counted.known_to else None,
        "forecast": one.forecast,
        "a_week": one.a_week,
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
    month = Span(MONTHLY, f"{contract.first:%Y-%m}", contract.first.day, BY_CONTRACT)
    while month.first <= contract.last:
        end = min(month.last, contract.last)
        row: dict[str, Value] = {"label": str(end)}
        known = end <= span.last or month.first <= span.last
        for target in targets:
            until = min(end, span.last)
            done = COUNTS[target.count](session, contract.first, until).value if known else None
            row[target.count] = done
            row[f"{target.count}_plan"] = round(contract.total(target) * _share(contract, end))
        yield row
        month = month.moved(1)


def _share(contract: Contract, day: date) -> float:
    return ((min(day, contract.last) - contract.first).days + 1) / contract.days


def _elapsed(contract: Contract, day: date) -> float:
    return round(_share(contract, day) * 100, 1)
