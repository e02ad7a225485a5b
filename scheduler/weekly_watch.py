"""The weekly reports by themselves: planned on Monday at nine, corrected when figures or records change, what fails is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content import control
from content.clock import SHANGHAI, local
from content.db import Store
from content.errors import FilesWrong
from content.models import Event
from content.place_table import some
from content.record_models import Record
from content.weeks import Week, week_named, week_of
from scheduler import alarm, metrics, weekly_reports, weekly_sent
from scheduler.counting import NAMES
from scheduler.models import Batch, Figure
from scheduler.targets import Contract, read_contract

log = logging.getLogger(__name__)

NINE = time(9)
PLANNED, SEEN, AGAIN = (
    "weekly-planned",
    "weekly-seen",
    "weekly-again",
)  # controls: the last week that was planned, how far changes were seen, weeks to look at again
FAILED, CORRECTED, UNREADABLE = "weekly", "weekly-corrected", "weekly-contract"  # the alarms' kinds
AT_ONCE = 2  # weeks looked at again in one go
RECENT = 5  # weeks that a corrected record may have moved from


def watch(store: Store, folder: Path, now: datetime, *, compare: bool = False) -> None:
    """Plan the weeks that are over, look again at those whose figures have changed, and tell what failed or must be sent again.

    Nothing happens where the contract has no target for weekly reports.
    """
    try:
        contract = contract_of(folder)
    except FilesWrong as wrong:
        with store.transaction() as session:
            text = f"{str(wrong).partition(chr(10))[0]}社区周报现在做不了。都列出来：wxops contract。改好后一分钟内自己重读。"
            alarm.ring(session, UNREADABLE, text, now=now)
        return
    if contract is None:
        return
    for week in _due(store, contract, now):
        with store.transaction() as session:
            made = weekly_reports.plan(session, week, contract, by=weekly_reports.SYSTEM, now=now, compare=compare)
            control.write(session, PLANNED, week.name, by=weekly_reports.SYSTEM, now=now)
            _note(session, _recent(now), now)  # whatever was not seen when it changed
        log.info("weekly reports of %s: %s planned", week.name, made)
    with store.transaction() as session:
        _note_changes(session, now)
        _look_again(session, contract, now, compare=compare)
    with store.transaction() as session:
        _tell(session, now)


def contract_of(folder: Path) -> Contract | None:
    """Return the contract where it asks for weekly reports, else None; FilesWrong when it cannot be read."""
    contract = read_contract(folder, NAMES)
    asked = contract is not None and any(target.count == "reports" for target in contract.targets)
    return contract if asked else None


def last_due(now: datetime) -> Week:
    """Return the newest week whose Monday after, nine o'clock in Shanghai, is past."""
    moment = local(now)
    this = week_of(moment.date())
    is_past = moment >= datetime.combine(this.first, NINE, SHANGHAI)
    return this.back(1 if is_past else 2)


def _due(store: Store, contract: Contract, now: datetime) -> list[Week]:
    """Return the weeks of the contract that are over and not planned yet; the first time only the last one."""
    newest = last_due(now)
    with store.reading() as session:
        row = control.read(session, PLANNED)
    begun = week_named(row.value, local(now).date()).back(-1) if row else newest
    weeks = [begun.back(-n) for n in range((newest.first - begun.first).days // 7 + 1)]
    return [week for week in weeks if week.name in {span.name for span in contract.week_spans()}]


def _note_changes(session: Session, now: datetime) -> None:
    """Write down which planned weeks may tell something else by now, and how far changes were seen, together."""
    row = control.read(session, SEEN)
    batch, event = session.scalar(select(func.max(Batch.id))) or 0, session.scalar(select(func.max(Event.id))) or 0
    seen = json.loads(row.value) if row else {}
    if (seen.get("batch"), seen.get("event")) == (batch, event):
        return
    newest = {"batch": batch, "event": event}
    control.write(session, SEEN, json.dumps(newest), by=weekly_reports.SYSTEM, now=now)
    if not seen:
        return
    weeks = _of_figures(session, seen) | _of_records(session, seen, now)
    if weeks:
        _note(session, weeks, now)


def _of_figures(session: Session, seen: dict[str, int]) -> set[Week]:
    """Return the weeks of new or undone batches of files, each with the two weeks after.

    The next week tells what a running number gained since, the one after it how that differs from the week before.
    """
    undone = _subjects(session, "batch:", seen["event"])
    changed = select(Batch.id).where(
        or_(Batch.id > seen["batch"], Batch.id.in_(undone)), Batch.source != metrics.WECHAT
    )
    days = select(func.min(Figure.day), func.max(Figure.day)).where(Figure.batch_id.in_(changed))
    first, last = session.execute(days).one()
    if first is None:
        return set()
    begun = week_of(first)
    return {begun.back(-n) for n in range((week_of(last).first - begun.first).days // 7 + 3)}


def _of_records(session: Session, seen: dict[str, int], now: datetime) -> set[Week]:
    """Return the weeks of records that were added or changed; a day that was corrected may have been in another one."""
    numbers = _subjects(session, "record:", seen["event"])
    days: Collection[date] = session.scalars(select(Record.day).where(Record.id.in_(numbers))).all()
    return {week_of(day) for day in days} | (set(_recent(now)) if days else set())


def _subjects(session: Session, prefix: str, after: int) -> list[int]:
    """Return the numbers of the things of a kind to which something has happened since."""
    events = select(Event.subject).where(Event.id > after, Event.subject.startswith(prefix))
    return [int(of.partition(":")[2]) for of in session.scalars(events.distinct())]


def _recent(now: datetime) -> list[Week]:
    return [last_due(now).back(n) for n in range(RECENT)]


def _look_again(session: Session, contract: Contract, now: datetime, *, compare: bool) -> None:
    """Plan some of the weeks again that were noted; those that were never planned are left alone."""
    waiting = _waiting(session)
    for name in waiting[:AT_ONCE]:
        week = week_named(name, local(now).date())
        if weekly_reports.newest(session, weekly_reports.COMMUNITY, name):
            weekly_reports.plan(session, week, contract, by=weekly_reports.SYSTEM, now=now, compare=compare)
    if waiting:
        _write(session, waiting[AT_ONCE:], now)


def _waiting(session: Session) -> list[str]:
    row = control.read(session, AGAIN)
    return row.value.split() if row else []


def _note(session: Session, weeks: Iterable[Week], now: datetime) -> None:
    """Note weeks that are to be looked at again."""
    _write(session, sorted({*_waiting(session), *(week.name for week in weeks)}), now)


def _write(session: Session, names: list[str], now: datetime) -> None:
    control.write(session, AGAIN, " ".join(names), by=weekly_reports.SYSTEM, now=now)


def _tell(session: Session, now: datetime) -> None:
    """Ring for what could not be made, and for what was delivered and has been corrected since; end what is over."""
    alarm.end(session, UNREADABLE, now=now)
    failed = weekly_sent.failed(session, last_due(now).back(weekly_sent.LOOKED_AT - 1).name)
    if failed:
        places = some([f"{name} {period}" for name, period in failed])
        text = f"有 {len(failed)} 份周报没有做成：{places}。每十分钟自己再试；原因看：wxops report weekly --failed"
        alarm.ring(session, FAILED, text, now=now)
    else:
        alarm.end(session, FAILED, now=now)
    outdated = weekly_sent.outdated(session, last_due(now).back(weekly_sent.LOOKED_AT - 1).name)
    if outdated:
        told = some([f"{name} {period}" for name, period in outdated])
        text = f"有 {len(outdated)} 份周报送达后又更正了，请重发新版：{told}。发到群里以后请发：已发群 街道"
        alarm.ring(session, CORRECTED, text, now=now)
    else:
        alarm.end(session, CORRECTED, now=now)
