"""Figures by message: a period's sums, articles by reads, followers, last week; each with measure, window and as-of."""

from __future__ import annotations

from datetime import date

from bot.commands import weekly as community_week
from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import EVERYBODY, Ask, command
from content.clock import local_day
from content.errors import OpsError
from content.periods import Period, day_in_words, last_week, period, recent
from scheduler import ledger, limits, metrics, stats, weekly
from scheduler.follower_sources import in_a_line, sources
from scheduler.interaction_rule import read_rule
from scheduler.interactions import Total, at_least, told, total
from scheduler.weekly import UNKNOWN

RECENT_DAYS = 30  # of the ranking where nothing is said
_NOT_RANKED = ("社区", "街道", "人员", "联络", "编辑", "部门", "科室")


@command("统计", "看数据")
def figures(ask: Ask) -> str:
    """统计：本月的发布、阅读、互动和粉丝；也可以写哪一段，例如：统计 上周；统计 12-01到12-05"""
    today, words = local_day(ask.now), without_thanks(ask.rest)
    wanted = period(words, today) if words else _month(today)
    used_up = limits.stopped_today(ask.session, ask.now)
    more = [f"今天的次数用完了：{'、'.join(used_up)}，明天零点后再取。"] if used_up else []
    found = total(ask.session, read_rule(ask.folder), wanted.first, wanted.last)
    return "\n".join([tell(stats.summary(ask.session, wanted.first, wanted.last), found, today), *more])


@command("排行", "热文", "排名", "阅读排行")
def ranking(ask: Ask) -> str:
    """排行：自己的文章按阅读人数排，近 30 天；也可以写哪一段，例如：排行 本月；排行 本年"""
    today, words = local_day(ask.now), without_thanks(ask.rest)
    if any(word in words for word in _NOT_RANKED):
        raise OpsError("只排自己的文章，不给社区、街道和人排名次（防治“指尖上的形式主义”）。文章请发：排行 本月")
    wanted = period(words, today) if words else recent(RECENT_DAYS, today)
    known = ledger.last_complete_day(ask.session, metrics.WECHAT, wanted.first, wanted.last)
    ranked = stats.ranking(ask.session, wanted.first, wanted.last)
    if not ranked:
        return f"排行（{wanted.in_words(today)}，{_known(known)}）：{UNKNOWN}，这段时间没有文章的阅读数据。"
    head = f"排行（{wanted.in_words(today)}新增的阅读人数，{_known(known)}）"
    lines = [f"{n}. {r.number} {r.title}：{r.reads:,} 人{_out(r)}" for n, r in enumerate(ranked, 1)]
    return listed([head], lines, ["注：每篇只计发布后 30 天。看一篇请发：文章 编号"])


@command("粉丝", "关注")
def followers(ask: Ask) -> str:
    """粉丝：现有人数，昨天、近 7 天和本月的新增、取关、净增和来源；也可以写哪一段，例如：粉丝 上月"""
    today, words = local_day(ask.now), without_thanks(ask.rest)
    wanted = [period(words, today)] if words else [period("昨天", today), recent(7, today), _month(today)]
    last = max(one.last for one in wanted)
    stock, known = ledger.newest(ask.session, "followers", ledger.ACCOUNT, last) or (None, None)
    head = f"粉丝：{weekly.persons(stock)}（{f'{day_in_words(known, year=known.year != today.year)}末' if known else '还没有取到数据'}）"
    longest = wanted[-1]
    came = in_a_line(sources(ask.session, longest.first, longest.last))
    return "\n".join([head, *(_growth(ask, one, today) for one in wanted), f"{longest.name}的新关注来源：{came}"])


@command("周报", "上周周报", roles=EVERYBODY)
def week(ask: Ask) -> str:
    """周报：上周（周一至周日）公众号的发布、阅读、粉丝、留言，联络员是自己社区的周报；一个地方的，例如：周报 德胜街道"""
    assert ask.person is not None
    today, words = local_day(ask.now), without_thanks(ask.rest)
    if words and (said := community_week.of_place(ask, words)):
        return said
    if ask.person.role == "liaison":
        return community_week.own(ask)
    wanted = last_week(today)
    if words and (asked := period(words, today)) and (asked.first, asked.last) != (wanted.first, wanted.last):
        raise OpsError(f"周报只有上周的，请只发：周报。别的时间请发：统计 {words[:20]}")
    return "\n".join(weekly.told(ask.session, wanted, today, read_rule(ask.folder)))


def tell(summary: stats.Summary, interactions: Total, today: date) -> str:
    """Return a period's figures as sentences, each with its measure, its window and the day it is known to."""
    wanted = Period("", summary.first, summary.last)
    lines = [
        f"统计（{wanted.in_words(today)}，{_known(summary.known_to)}）",
        f"发布：{summary.posts} 次，{summary.articles} 篇，其中推送 {summary.pushed} 次",
        f"互动：{at_least(interactions)}",
        *told(interactions),
        f"粉丝：{weekly.stock(summary)}，期内净增 {weekly.persons(summary.followers_added)}"
        f"{weekly.gaps(wanted, summary.followers_days)}",
    ]
    return "\n".join(lines)


def _growth(ask: Ask, wanted: Period, today: date) -> str:
    both = ["new_user", "cancel_user"]
    (new, there), (lost, _) = ledger.daily(ask.session, both, ledger.ACCOUNT, wanted.first, wanted.last)
    net = UNKNOWN if new is None or lost is None else f"{new - lost:+,} 人"
    counts = f"新增 {weekly.persons(new)}，取关 {weekly.persons(lost)}，净增 {net}{weekly.gaps(wanted, there)}"
    return f"{wanted.name}（{wanted.in_words(today)}）：{counts}"


def _month(today: date) -> Period:
    """Return the month so far; on its first day, the month before by its name."""
    first, last = stats.month_to_yesterday(today)
    return Period("本月" if first.month == today.month else "上月", first, last)


def _known(day: date | None) -> str:
    return f"数据到 {day_in_words(day)}" if day else "还没有取到数据"


def _out(ranked: stats.Ranked) -> str:
    return f"（{day_in_words(ranked.out)}发布）" if ranked.out else ""
