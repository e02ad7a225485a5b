"""Field work by kind and by street, as chapters of an effect analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.field_kinds import KINDS
from content.gazetteer import Spot, everywhere, gazetteer
from content.lineage import lineage
from content.place_table import COMMUNITY, STREET
from content.record_models import Record, RecordPlace
from content.record_views import View, views
from scheduler import counting, metrics
from scheduler.effect_facts import Chapter, Column, Row, Total, Value, change
from scheduler.effect_periods import Span
from scheduler.effect_span import is_kept, is_whole
from scheduler.effect_words import compared, of_all
from scheduler.user_counts import Stock, stock

FIELD, STREETS = "field", "streets"
VISIT = "走访"
_UNITS = {"活动": "场", "群组": "个", "案例": "篇", "平台内容": "条"}
_SHOWN_KINDS = ("走访", "培训", "活动", "群组")  # columns of the streets; all kinds stand in the chapter of field work
_FIELD_COLUMNS = (
    Column("name", "种类"), Column("unit", "单位"), Column("value", "本期"), Column("before", "上期"),
    Column("change", "环比", "%", signed=True), Column("last_year", "上年同期"), Column("change_year", "同比", "%", signed=True),
    Column("people", "参加", "人"), Column("new_users", "新增用户", "人"), Column("complete", "材料齐全", "条"),
)  # fmt: skip
_STREET_COLUMNS = (
    Column("name", "街道"), Column("communities", "社区", "个"), Column("visited", "走访到", "个"),
    *(Column(kind, kind, _UNITS.get(kind, "次")) for kind in _SHOWN_KINDS),
    *(Column(metric, metrics.METRICS[metric].name, "人") for metric in ("registered", "real_name")),
    Column("known", "有用户数据的社区", "个"),
)  # fmt: skip


@dataclass(frozen=True)
class _Street:
    """A street with its communities on the last day, each with the rows of all that it came from; own: the rows it ever had."""

    spot: Spot
    communities: Mapping[Spot, Collection[int]]
    own: Set[int]


@dataclass(frozen=True)
class Work:
    """The field work of a period that stands, with the places of each record, as rows of the table."""

    views: Sequence[View]
    places: Mapping[int, Sequence[int]]


def work(session: Session, span: Span) -> Work:
    """Return the field work of a period."""
    held = (Record.day.between(span.first, span.last), Record.revoked_at.is_(None))
    found = session.scalars(select(Record).where(*held).order_by(Record.day, Record.id)).all()
    places: dict[int, list[int]] = defaultdict(list)
    at = select(RecordPlace.record_id, RecordPlace.place_id).join(Record, Record.id == RecordPlace.record_id)
    for record, place in session.execute(at.where(*held)):
        places[record].append(place)
    return Work(views(session, found), places)


def field(session: Session, span: Span, done: Work) -> Chapter:
    """Return the field work by kind: how much, for how many, and how much of it has its evidence."""
    rows = [_kind(session, span, done, kind) for kind in KINDS]
    says = [compared(row) for row in rows if row["value"]]
    notes = [
        "走访按社区计，一次走三个社区计三次；别的每场或每条计一次。作废的不算。一条也没有记过的种类，和开始记录以前的，写“—”。"
    ]
    return Chapter(
        FIELD, "线下工作", _FIELD_COLUMNS, tuple(rows), (), tuple(says or ["本期没有线下工作的记录。"]), tuple(notes)
    )


def streets(session: Session, span: Span, done: Work) -> Chapter:
    """Return each street in the order of the codes, which is no ranking: its field work, and its users as far as known."""
    stocks = {metric: stock(session, metric, span.last) for metric in ("registered", "real_name")}
    users = {metric: one.by_code for metric, one in stocks.items()}
    known_kinds = _known_kinds(session, span, done)
    rows = [_street(street, done, users, known_kinds) for street in _streets(session, span.last)]
    seen = [row for row in rows if row["visited"]]
    lacking = [str(row["name"]) for row in rows if row["visited"] == 0]
    is_known = VISIT in known_kinds
    totals = (
        Total("streets", "街道", len(rows) or None, "个", "期末的地名表"),
        Total("visited", "走访到的街道", len(seen) if is_known else None, "个", "至少有一个社区有走访记录"),
        *(Total(m, metrics.METRICS[m].name, one.value, "人", _stock_rule(one)) for m, one in stocks.items()),
    )
    says = [of_all("有走访记录的街道", totals[1].value, totals[0].value, "个", lacking)]
    notes = ["按街道代码排列，不排名次。一场涉及几个街道的，每个街道各计一次，相加可以大于总数。"]
    notes.append("用户是期末以前最近一次导入的存量，每人只计一次；缺社区的，只是有数据的地方之和。")
    return Chapter(STREETS, "街道", _STREET_COLUMNS, tuple(rows), totals, tuple(filter(None, says)), tuple(notes))


def _known_kinds(session: Session, span: Span, done: Work) -> set[str]:
    """Return the kinds of which none is known to be none: before our book begins, those of which there is one."""
    if not is_kept(session, span):
        return {view.kind for view in done.views}
    return set(session.scalars(select(Record.kind).where(Record.revoked_at.is_(None)).distinct()))


def _kind(session: Session, span: Span, done: Work, kind: str) -> Row:
    of = [view for view in done.views if view.kind == kind]
    earlier = (span.before(), span.year_before())
    value, before, last_year = (_count(session, one, kind) for one in (span, *earlier))
    base, base_year = (
        known if is_whole(session, one) else None for one, known in zip(earlier, (before, last_year), strict=True)
    )
    return {
        "key": kind,
        "name": kind,
        "unit": _UNITS.get(kind, "次"),
        "value": value,
        "before": before,
        "change": change(value, base),
        "last_year": last_year,
        "change_year": change(value, base_year),
        "people": _told([view.people for view in of]),
        "new_users": _told([view.new_users for view in of]),
        "complete": sum(view.is_complete for view in of) if value is not None else None,
    }


def _count(session: Session, span: Span, kind: str) -> int | None:
    value = counting.records(kind, of_places=KINDS[kind].by_community)(session, span.first, span.last).value
    return value if value or is_kept(session, span) else None


def _streets(session: Session, day: date) -> list[_Street]:
    """Return the streets of a day; what was done where a community was split or merged away since stays its street's."""
    there, line = gazetteer(session, day), lineage(session, day)
    own: dict[str, set[int]] = defaultdict(set)
    for spot in everywhere(session).places:
        own[spot.parent if spot.level == COMMUNITY else spot.code].add(spot.id)
    below: dict[str, dict[Spot, Collection[int]]] = defaultdict(dict)
    for spot in there.places:
        if spot.level == COMMUNITY:
            below[spot.parent][spot] = line.before(spot.id)
    streets = (spot for spot in there.places if spot.level == STREET)
    return [_Street(spot, below[spot.code], own[spot.code]) for spot in streets]


def _street(street: _Street, done: Work, users: Mapping[str, Mapping[str, int]], known_kinds: set[str]) -> Row:
    """Return a street's row. A visit to the community that others came out of reaches each of them (content/visits.py)."""
    counts: dict[str, int] = dict.fromkeys(_SHOWN_KINDS, 0)
    visited: set[int] = set()
    for view in done.views:
        here = street.own & set(done.places.get(view.number, ()))
        if view.kind in counts and here:
            counts[view.kind] += len(here) if KINDS[view.kind].by_community else 1
        if view.kind == VISIT:
            visited |= here
    communities = street.communities
    spots = [street.spot, *communities]  # a street may have a number of its own, in the place of its communities'
    values = {metric: [of[spot.code] for spot in spots if spot.code in of] for metric, of in users.items()}
    return {
        "key": street.spot.code,
        "name": street.spot.name,
        "communities": len(communities),
        "visited": sum(not visited.isdisjoint(rows) for rows in communities.values()) if VISIT in known_kinds else None,
        **{kind: count if kind in known_kinds else None for kind, count in counts.items()},
        **{metric: sum(of) if of else None for metric, of in values.items()},
        "known": max(sum(spot.code in of for spot in communities) for of in users.values()),
    }


def _told(values: Sequence[int | None]) -> Value:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _stock_rule(one: Stock) -> str:
    apart = f"；{'；'.join(one.apart)}" if one.apart else ""
    return f"{len(one.parts)} 个社区（街道、区）有数据的之和，不重复{apart}" if one.parts else "没有数据"
