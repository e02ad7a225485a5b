"""What the weekly reports tell, gathered for all communities together in a handful of statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.gazetteer import Gazetteer, Spot
from content.lineage import KINDS, MERGE, Change, lineage, spot_of
from content.lint.privacy import masked
from content.place_models import Place
from content.place_table import COMMUNITY
from content.record_models import Record, RecordPlace
from content.weekly_facts import ACTS, TOTAL, TREND, USERS, Facts, Work
from content.weeks import Week, week_of
from scheduler import stats
from scheduler.targets import Contract
from scheduler.weekly_figures import Own, figures_of

LONGEST = 80  # characters of what was done, in a report
_ACTS_IN_WORDS = {"users": "注册用户和实名认证用户", TOTAL: "平台互动", "groups": "群组"}


@dataclass(frozen=True)
class Worked:
    """The field work of a place: what was done in the week, and by kind how often in each week of the trend."""

    now: Sequence[Work]
    counts: Mapping[str, Sequence[int]]


def gather(session: Session, week: Week, contract: Contract, *, compare: bool = False) -> list[Facts]:
    """Return the facts of each community of a week, in the order of streets and codes.

    A week's communities are those of its Sunday, here as for whoever delivers: one that was split or merged in the
    middle of it has no report of its own any more, and those that came out of it have.
    compare: the means of all communities stand beside; the settings ask for it, never by default.
    """
    there = _places(session)
    known = Gazetteer([spot_of(place) for place in there if _is_of(place, week)])
    by_code, line = {place.code: place for place in there}, lineage(session, week.last)
    figures, worked, kinds = figures_of(session, week, line), _field_work(session, week), _kinds(session)
    articles = _articles(session, week)
    from_day, to_day = max(week.first, contract.first), min(week.last, contract.last)
    named = f"合同：{contract.name or '未写名称'}，{contract.first} 至 {contract.last}。"
    found = []
    for spot in known.places:
        if spot.level != COMMUNITY:
            continue
        own, above = figures.get(spot.code, Own()), list(known.above(spot))
        series = {**own.series, **_counts(worked.get(spot.code), kinds)}
        change, named_then = line.begins(spot.id), spot._replace(name=line.name_on(spot.id, week.last))
        since, merged = change.day if change else by_code[spot.code].active_from, bool(change and change.kind == MERGE)
        found.append(
            Facts(
                code=spot.code, name=named_then.shown, official=named_then.name, street=above[1].name if len(above) > 1 else "", street_code=spot.parent,
                monday=str(week.first), from_day=str(from_day), to_day=str(to_day), rule=contract.week_rule, contract=named,
                origin=line.origin(spot.id), since=str(since or ""), merged=merged, series=_since(series, since, week, merged=merged),
                work=_work(worked, above), missing=_missing(own, change if change and change.day >= week.first else None),
                articles=articles,
            )
        )  # fmt: skip
    return [_beside(facts, found) for facts in found] if compare else found


def _places(session: Session) -> list[Place]:
    return list(session.scalars(select(Place).order_by(Place.code)))


def _is_of(place: Place, week: Week) -> bool:
    begun = place.active_from is None or place.active_from <= week.last
    return begun and (place.active_to is None or place.active_to >= week.last)


def _since(
    series: Mapping[str, Sequence[int | None]], since: date | None, week: Week, *, merged: bool
) -> dict[str, Sequence[int | None]]:
    """Return the series with the weeks in which the community was not there yet unknown, never 0.

    The figures of one that was merged are the sums of the old ones then; its field work was that of others.
    """
    if since is None:
        return dict(series)
    begun = week_of(since)
    absent = sum(1 for n in range(TREND) if week.back(TREND - 1 - n).first < begun.first)
    return {
        name: tuple(values) if merged and not name.startswith("work:") else (None,) * absent + tuple(values[absent:])
        for name, values in series.items()
    }


def _missing(own: Own, change: Change | None) -> list[str]:
    """Return as sentences which figures of the week did not come in, or cannot be right; change: what made the community in it."""
    lacks = []
    for name, word in _ACTS_IN_WORDS.items():
        names = list(USERS) if name == "users" else [name]
        known = [one for one in names if (own.series.get(one) or [None])[-1] is not None]
        if not known:
            if name != TOTAL or not (own.fell or own.baseless):
                lacks.append(f"本周没有收到{word}数据。")
        elif len(known) < len(names):
            lacks.append(f"本周没有收到{'、'.join(USERS[one] for one in names if one not in known)}数据。")
    gone = _gone(own)
    if gone:
        lacks.append(f"本周没有收到平台{'、'.join(ACTS[act] for act in gone)}数据，合计里没有，不和别的周比。")
    if own.days is not None and own.days < 7:
        lacks.append(f"平台互动只收到 {own.days} 天的数据。")
    if own.fell:
        words = "、".join(ACTS[act] for act in own.fell)
        lacks.append(f"平台{words}的累计数比以前小，本周没有计，请核对。")
    if own.baseless:
        words = "、".join(ACTS[act] for act in own.baseless)
        base = f"是{KINDS[change.kind]}以后第一次收到" if change else "上一周没有收到"
        lacks.append(f"平台{words}的累计数{base}，本周是多少算不出来。")
    return lacks


def _gone(own: Own) -> list[str]:
    """Return the acts that came in an earlier week and are not in the week's sum, unless the whole sum is unknown."""
    if (own.series.get(TOTAL) or [None])[-1] is None:
        return []
    told = {*own.fell, *own.baseless}  # these have a sentence of their own
    values = {act: own.series.get(act, []) for act in ACTS if act not in told}
    return [act for act, one in values.items() if one and one[-1] is None and set(one) != {None}]


def _kinds(session: Session) -> list[str]:
    """Return the kinds of field work that were ever recorded: of the others nobody knows whether there was any."""
    return sorted(session.scalars(select(Record.kind).where(Record.revoked_at.is_(None)).distinct()))


def _field_work(session: Session, week: Week) -> dict[str, Worked]:
    """Return the field work of the trend by the code of its place, streets included."""
    query = (
        select(Place.code, Record.id, Record.kind, Record.day, Record.facts)
        .join(RecordPlace, RecordPlace.place_id == Place.id)
        .join(Record, Record.id == RecordPlace.record_id)
        .where(Record.revoked_at.is_(None), Record.day.between(week.back(TREND - 1).first, week.last))
        .order_by(Record.day, Record.id)
    )
    now: dict[str, list[Work]] = defaultdict(list)
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * TREND))
    for code, _, kind, day, facts in session.execute(query):
        counts[code][kind][TREND - 1 - (week.first - week_of(day).first).days // 7] += 1
        if day >= week.first:
            now[code].append(_done(kind, day, json.loads(facts)))
    return {code: Worked(now[code], counts[code]) for code in counts}


def _done(kind: str, day: date, facts: Mapping[str, object]) -> Work:
    people = facts.get("people")
    text = masked(str(facts.get("text", "")))
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return Work(kind, str(day), short, people if isinstance(people, int) else None)


def _work(worked: Mapping[str, Worked], above: Sequence[Spot]) -> list[Work]:
    """Return a community's work of the week, then what was done for its street or the district."""
    found = list(worked[above[0].code].now) if above[0].code in worked else []
    for spot in above[1:]:
        wide = worked[spot.code].now if spot.code in worked else ()
        found += [Work(one.kind, one.day, one.text, one.people, wide=True) for one in wide]
    return found


def _counts(worked: Worked | None, kinds: Sequence[str]) -> dict[str, Sequence[int]]:
    none = [0] * TREND
    return {f"work:{kind}": worked.counts.get(kind, none) if worked else none for kind in kinds}


def _articles(session: Session, week: Week) -> list[tuple[str, str]]:
    """Return the account's articles of a week: day and title."""
    out = stats.went_out(session, week.first, week.last)
    posts = stats.published(session, week.first, week.last)
    return [(str(local_day(out[post.id])), one.title or one.slug) for post in posts for one in post.articles]


def _beside(facts: Facts, all_of_them: Sequence[Facts]) -> Facts:
    """Return facts with the means of all communities whose values are known."""
    means = {}
    for name in (*USERS, TOTAL):
        known = [value for one in all_of_them if (value := one.now(name)) is not None]
        if known:
            means[name] = fmean(known)
    return replace(facts, means=means)
