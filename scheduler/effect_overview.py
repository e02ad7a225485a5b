"""The overview of an effect analysis: the account's sums beside those of the period before and of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler import metrics, wci
from scheduler.effect_facts import INDEX, Chapter, Column, Row, Value, change
from scheduler.effect_periods import YEARLY
from scheduler.effect_span import BOOK, ENOUGH, FOLLOWERS, STOCK, WECHAT, Brought
from scheduler.effect_words import RULE, compared, published
from scheduler.user_counts import ENOUGH_PLACES

KEY = "overview"
COLUMNS = (
    Column("name", "指标"), Column("unit", "单位"), Column("value", "本期"), Column("before", "上期"),
    Column("change", "环比", "%", signed=True), Column("last_year", "上年同期"), Column("change_year", "同比", "%", signed=True),
)  # fmt: skip
INTERACTIONS = "interactions"
_SAID = ("read_user", INTERACTIONS, "added", "followers", "users", *wci.Variant)


@dataclass(frozen=True)
class _Line:
    """One number of a period: what it is called, its unit, its value, and of which kind its days must be known."""

    key: str
    name: str
    unit: str
    value: Value
    days: str


def overview(now: Brought, before: Brought, year_before: Brought) -> Chapter:
    """Return the chapter; a year has only the year before to be compared with."""
    sides = [_lines(one) for one in (now, before, year_before)]
    yearly = now.span.kind == YEARLY
    rows = [_row(lines, now, before, None if yearly else year_before) for lines in zip(*map(list, sides), strict=True)]
    of = {str(row["key"]): row for row in rows}
    says = [published(*(of[key]["value"] for key in ("posts", "articles", "pushed")))]
    says += [compared(of[key], least=key == INTERACTIONS and now.interactions.persons > 0) for key in _SAID]
    return Chapter(
        KEY, "总体情况", COLUMNS, tuple(rows), says=tuple(says), notes=tuple(_notes(now, before, yearly=yearly))
    )


def _lines(one: Brought) -> Iterator[_Line]:
    """Yield the numbers of a period, always the same ones in the same order."""
    summary = one.summary
    for key, name, unit, count in (
        ("posts", "发布次数", "次", summary.posts),
        ("articles", "发布篇数", "篇", summary.articles),
        ("pushed", "推送次数", "次", summary.pushed),
    ):
        yield _Line(key, name, unit, count if one.is_kept else None, BOOK)
    for metric in metrics.ARTICLE_METRICS:
        told = metrics.METRICS[metric]
        yield _Line(metric, told.name, told.unit.value, one.total(metric), WECHAT)
    yield _Line(INTERACTIONS, "互动", "次", one.interactions.value, WECHAT)
    yield _Line("users", "期末实名认证用户", "人", one.users.value, STOCK)
    yield _Line("followers", "期末粉丝", "人", summary.followers, FOLLOWERS)
    yield _Line("new", "新增粉丝", "人", summary.followers_new, FOLLOWERS)
    yield _Line("lost", "取关", "人", summary.followers_lost, FOLLOWERS)
    yield _Line("added", "净增粉丝", "人", summary.followers_added, FOLLOWERS)
    basis = one.wci()
    for variant in wci.Variant:
        value = wci.index(basis, variant).value if basis else None
        yield _Line(variant, f"{wci.NAME}（{variant}）", INDEX, None if value is None else round(value, 2), WECHAT)


def _row(lines: Sequence[_Line], now: Brought, before: Brought, year_before: Brought | None) -> Row:
    line, earlier, last_year = lines
    return {
        "key": line.key,
        "name": line.name,
        "unit": line.unit,
        "value": line.value,
        "before": earlier.value,
        "change": _change(line, now, earlier, before),
        "last_year": last_year.value if year_before else None,
        "change_year": _change(line, now, last_year, year_before) if year_before else None,
    }


def _change(line: _Line, now: Brought, other: _Line, then: Brought) -> Value:
    """Return by how many per cent a value differs; None unless both periods are known well enough and there is something to divide by."""
    known = now.may_be_compared(line.days) and then.may_be_compared(line.days)
    if line.key == INTERACTIONS and now.sources != then.sources:
        return None
    if line.days == STOCK and now.users.by_code.keys() != then.users.by_code.keys():
        return None
    return change(line.value, other.value) if known else None


def _notes(now: Brought, before: Brought, *, yearly: bool) -> Iterator[str]:
    yield f"{RULE}。"
    yield (
        f"微信的数据：本期 {now.span.days} 天里有 {now.complete} 天，上期 {before.span.days} 天里有 {before.complete} 天；"
        f"粉丝的数据：本期 {now.summary.followers_days} 天，上期 {before.summary.followers_days} 天。不到 {ENOUGH}% 的不比。"
    )
    yield "阅读、点赞、爱心赞、分享、收藏按人数计，评论按条数计，都是期内新增；每篇只计发布后 30 天，同一个人读几篇计几次。"
    yield f"期末实名认证用户：本期{_standing(now)}，上期{_standing(before)}。地方不同的，或期内有新数的不到 {ENOUGH_PLACES}%，不比。"
    yield f"互动的口径：{now.interactions.rule.words}。有按人数计的，是次数的下限；两期的来源不同的不比。"
    yield f"{wci.NAME}{wci.BASIS}；两种算法的数不能互相比；没有发布的，或有文章没有数据的，写“—”。"
    if yearly:
        yield "年度分析的上期就是上一年，不另写同比。"


def _standing(one: Brought) -> str:
    """Return until when the users of a period are known, of how many places, and how many have a value of the period."""
    known, parts = one.users.known_to, one.users.parts
    new = sum(part.day >= one.span.first for part in parts)
    some = f"（其中 {new:,} 处期内有新数）" if 0 < new < len(parts) else ""
    return f"数据到 {known}，{len(parts):,} 处{some}" if known else "没有数据"
