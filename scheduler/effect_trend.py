"""Followers and reads along a period, by day in a month and by month in a longer one, as chapters of an effect analysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from content.clock import days_between
from content.periods import day_in_words
from scheduler import ledger
from scheduler.effect_facts import Chapter, Column, Row, Total, Value, shown
from scheduler.effect_periods import MONTHLY, Span
from scheduler.effect_span import Brought
from scheduler.follower_sources import in_a_line, sources

FOLLOWERS, SOURCES, READS = "followers", "sources", "reads"
_NAMED = 3  # sources in the sentence; the table has all
_Part = tuple[str, date, date]


def followers(session: Session, one: Brought) -> Chapter:
    """Return how many followers came, went and were there."""
    rows: list[Row] = []
    for label, first, last in _parts(one.span):
        (new, days), (lost, _) = ledger.daily(session, ["new_user", "cancel_user"], ledger.ACCOUNT, first, last)
        added = None if new is None or lost is None else new - lost
        stock = _stock(session, first, last)
        rows.append({"label": label, "new": new, "lost": lost, "added": added, "stock": stock, "days": days})
    summary = one.summary
    totals = (
        Total("new", "新增", summary.followers_new, "人", "按天相加"),
        Total("lost", "取关", summary.followers_lost, "人", "按天相加"),
        Total("added", "净增", summary.followers_added, "人", "新增减取关"),
        Total("stock", "期末粉丝", summary.followers, "人", _on(summary.followers_on)),
        Total("days", "有数据的天数", summary.followers_days, "天", f"本期 {one.span.days} 天"),
    )
    columns = (
        Column("label", "时间"), Column("new", "新增", "人"), Column("lost", "取关", "人"),
        Column("added", "净增", "人", signed=True), Column("stock", "期末粉丝", "人"), Column("days", "有数据", "天"),
    )  # fmt: skip
    return Chapter(FOLLOWERS, "粉丝", columns, tuple(rows), totals, tuple(_said(one)))


def new_from(session: Session, span: Span) -> Chapter:
    """Return where the new followers came from."""
    found = sources(session, span.first, span.last)
    rows = tuple({"key": one.name, "name": one.name, "value": one.value, "share": one.share} for one in found)
    whole = sum(one.value for one in found) if found else None
    columns = (Column("name", "来源"), Column("value", "新增", "人"), Column("share", "占比", "%"))
    first = "（前三）" if len(found) > _NAMED else ""
    says = f"新关注来源{first}：{in_a_line(found[:_NAMED])}。" if found else "新关注来源没有数据。"
    total = Total("new", "新增粉丝", whole, "人", "各来源每天的新增相加，来源是微信的分法")
    return Chapter(SOURCES, "新关注来源", columns, rows, (total,), (says,))


def reads(session: Session, one: Brought) -> Chapter:
    """Return how many persons read anything of the account on each day, or on the days of each month."""

    def readers(first: date, last: date) -> ledger.Daily:
        return ledger.daily(session, ["account_read_user"], ledger.ACCOUNT, first, last)[0]

    found = [(label, readers(first, last)) for label, first, last in _parts(one.span)]
    rows: list[Row] = [{"label": label, "readers": there.value, "days": there.days} for label, there in found]
    whole = readers(one.span.first, one.span.last).value
    rule = "每天的人数相加，几天都读的人每天计一次；和“阅读”不是一个口径，不相加"
    columns = (Column("label", "时间"), Column("readers", "全号阅读", "人"), Column("days", "有数据", "天"))
    return Chapter(
        READS,
        "每天的阅读",
        columns,
        tuple(rows),
        (Total("readers", "全号阅读", whole, "人", rule),),
        (),
        (f"{rule}。",),
    )


def _said(one: Brought) -> Sequence[str]:
    summary = one.summary
    if summary.followers is None and summary.followers_added is None:
        return ["粉丝没有数据。"]
    told = f"期末粉丝 {shown(summary.followers, '人')}，本期新增 {shown(summary.followers_new, '人')}，取关 {shown(summary.followers_lost, '人')}"
    return [
        f"{told}，净增 {shown(summary.followers_added, '人', signed=True)}；有数据的 {shown(summary.followers_days, '天')}。"
    ]


def _parts(span: Span) -> Sequence[_Part]:
    if span.kind == MONTHLY:
        return [(day_in_words(day), day, day) for day in days_between(span.first, span.last)]
    return [(month.month, month.first, month.last) for month in span.months()]


def _stock(session: Session, first: date, last: date) -> Value:
    """Return the newest number of followers of some days; None where none of them has one."""
    found = ledger.newest(session, "followers", ledger.ACCOUNT, last)
    return found[0] if found and found[1] >= first else None


def _on(day: date | None) -> str:
    return f"{day} 的人数" if day else "没有数据"
