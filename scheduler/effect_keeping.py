"""The effect analysis made and kept: at somebody's wish, and the newest month's draft by itself, once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from content import control
from content.clock import SHANGHAI, local_day
from content.db import Store
from content.errors import FilesWrong, OpsError
from scheduler import alarm, reporting
from scheduler.agreement import Contract
from scheduler.counting import NAMES
from scheduler.effect_facts import Effect, frozen
from scheduler.effect_periods import CONTRACT, MONTHLY, Span, last_month, span
from scheduler.effect_span import begun
from scheduler.effects import effect
from scheduler.models import Report
from scheduler.rules import Rules
from scheduler.targets import read_contract

BY = "自动"  # as the page shows who made it
MADE = "effect-month"  # the named value: the newest month whose draft was made by itself
ALARM = "effect"  # the kind
AT = time(9, 0)  # of Shanghai


def make(store: Store, folder: Path, rules: Rules, kind: str, name: str, *, by: str, now: datetime) -> Report:
    """Make and keep the analysis of a period such as 2026-12, 2026-Q4 or 2026; return its row.

    The newest version is returned where nothing has changed since. folder: the workspace. OpsError while the period
    lasts; WrongUse for a name or a template that is wrong; FilesWrong for a wrong contract.toml or a full disk.
    """
    with store.reading() as session:
        told = gathered(session, folder, rules, kind, name, now=now)
    return _keep(store, folder, told, by=by, now=now)


def gathered(session: Session, folder: Path, rules: Rules, kind: str, name: str, *, now: datetime) -> Effect:
    """Return the analysis of a period as the figures are now."""
    wanted = span(kind, name, rules.report_basis, _contract(folder, rules))
    return effect(session, folder, wanted, rules.account, local_day(now))


def newest_month(folder: Path, rules: Rules, today: date) -> Span:
    """Return the newest month that is over."""
    return last_month(today, rules.report_basis, _contract(folder, rules))


def make_due(store: Store, folder: Path, rules: Rules, now: datetime) -> None:
    """Make the draft of the newest month whose day has come, unless it was made; an alarm says what keeps it.

    What keeps it is tried again when somebody has ended the alarm.
    """
    with store.reading() as session:
        due = _due(session, folder, rules, now) if rules.report_day else None
        if due is None or any(one.key == _key(due.name) for one in alarm.ringing(session)):
            return
    try:
        with store.reading() as session:
            told = effect(session, folder, due, rules.account, local_day(now))
        _keep(store, folder, told, by=BY, now=now, due=True)
    except OpsError as trouble:
        text = (
            f"{due.in_words}的效果分析草稿没有生成：{trouble} 改好以后请运行：wxops report monthly {due.name} --by 姓名"
        )
        with store.transaction() as session:
            alarm.ring(session, _key(due.name), text, now=now)


def _due(session: Session, folder: Path, rules: Rules, now: datetime) -> Span | None:
    """Return the newest month whose day has come, None where its draft was made, or we kept no book in it."""
    newest = newest_month(folder, rules, local_day(now))
    months = (newest, newest.before())
    month = next((one for one in months if _moment(one, rules) <= now), None)
    made, since = control.read(session, MADE), begun(session)
    if month is None or since is None or since > month.last or (made and made.value >= month.name):
        return None
    return month


def _moment(month: Span, rules: Rules) -> datetime:
    return datetime.combine(month.last + timedelta(days=rules.report_day), AT, SHANGHAI)


def _contract(folder: Path, rules: Rules) -> Contract | None:
    """Return the contract where the periods go by it."""
    return read_contract(folder, NAMES) if rules.report_basis == CONTRACT else None


def _key(name: str) -> str:
    return f"{ALARM}:{name}"


def _keep(store: Store, folder: Path, told: Effect, *, by: str, now: datetime, due: bool = False) -> Report:
    """Keep an analysis with its files and, of a month that was due, that it was made, in one transaction."""
    from content.word.filling import form
    from scheduler.effect_word import TEMPLATE

    try:
        template = hashlib.sha256(form(folder, TEMPLATE).read_bytes()).hexdigest()[:12]
        facts = frozen(replace(told, form=template))
        with store.reading() as session:
            before = reporting.newest(session, told.kind, "", told.period)
            is_new = before is None or before.facts != facts or before.state == reporting.RETURNED
        files = _files(told, folder) if is_new else {}
        with store.transaction() as session:
            kept = reporting.keep(session, folder, told.kind, "", told.period, files, facts=facts, by=by, now=now)
            if due:
                control.write(session, MADE, told.period, by=by, now=now)
            if told.kind == MONTHLY:
                alarm.end(session, _key(told.period), now=now)
        return kept
    except OSError as error:
        raise FilesWrong(f"报告的文件写不下：{error.strerror or error}。请看看磁盘。") from error


def _files(told: Effect, folder: Path) -> dict[str, bytes]:
    from scheduler.effect_book import workbook
    from scheduler.effect_word import document

    stem = f"推广效果数据分析报告-{told.period}"  # not by the account, whose name may hold any sign
    return {f"{stem}.docx": document(told, folder), f"{stem}.xlsx": workbook(told)}
