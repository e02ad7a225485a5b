"""Statistics of articles (the four new datacube pages); the six old article calls are offline (47009).

Days are Shanghai's; yesterday is ready from 08:00 (61503 before), today never
(61501). The new article calls know nothing before 2025-11-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.simulator import readers
from bot.simulator.archive import Article
from bot.simulator.call import Call, Json
from bot.simulator.errors import ApiError
from bot.simulator.readers import Day
from bot.simulator.routing import Access, Endpoint, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

OLDEST = date(2014, 12, 1)
OLD_CALLS = (
    "getarticlesummary",
    "getarticletotal",
    "getuserread",
    "getuserreadhour",
    "getusershare",
    "getusersharehour",
)
Rows = Callable[["World", date], list[Json]]


def span(world: World, call: Call, longest: int, oldest: date) -> list[date]:
    """Return the days asked for; 61500 malformed, 61501 not allowed, 61503 not ready yet."""
    begin, end = _day(call, "begin_date"), _day(call, "end_date")
    yesterday = world.clock.today() - timedelta(days=1)
    if begin > end or (end - begin).days >= longest or begin < oldest or end > yesterday:
        raise ApiError(61501)
    if end > ready_until(world):
        raise ApiError(61503)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def ready_until(world: World) -> date:
    """Return the last day whose statistics are ready."""
    now = world.clock.now()
    return now.date() - timedelta(days=1 if now.hour >= world.switches.ready_hour else 2)


def _day(call: Call, name: str) -> date:
    text = call.body.get(name)
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ApiError(61500)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ApiError(61500) from error


def by_day(rows: Rows, longest: int, *, oldest: date = OLDEST, delays: bool = False) -> Endpoint:
    """Return an endpoint that lists the rows of each day asked for, of at most `longest` days.

    With `delays` the answer says `is_delay`: a day of the switch `delayed_days` is missing from it.
    """

    def endpoint(world: World, call: Call) -> Json:
        days = span(world, call, longest, oldest)
        answer: Json = {"list": [row for day in days for row in rows(world, day)]}
        if delays:
            touched = {str(day) for day in days} | (
                {str(ready_until(world))} if rows is article_total_detail else set()
            )
            answer["is_delay"] = not touched.isdisjoint(world.switches.delayed_days)
        return answer

    return endpoint


def _offline(world: World, call: Call) -> Json:
    raise ApiError(47009)


def article_read(world: World, day: date) -> list[Json]:
    """Getarticleread: who read each article on that day alone."""
    return [
        _named(article, day, {"read_user": grown.reads, "read_user_source": readers.source_rows(grown)})
        for article, grown in _grown_on(world, day)
    ]


def article_share(world: World, day: date) -> list[Json]:
    """Getarticleshare: who shared each article on that day alone."""
    return [
        _named(article, day, {"share_user": grown.counts["share_user"]}) for article, grown in _grown_on(world, day)
    ]


def biz_summary(world: World, day: date) -> list[Json]:
    """Getbizsummary: the whole account's day; no row for a day on which nothing happened."""
    grown = _grown_on(world, day)
    if not grown:
        return []
    whole = readers.total([one for _, one in grown])
    detail = {"read_user": whole.reads, "read_user_source": readers.source_rows(whole)} | whole.counts
    detail |= {
        "redirect_ori_page_user": whole.reads // 50,
        "send_page_count": sum(article.day == day for article in world.archive.articles),
    }
    return [{"ref_date": str(day), "detail": detail}]


def article_total_detail(world: World, day: date) -> list[Json]:
    """Getarticletotaldetail: the articles published that day, cumulative up to the last ready day."""
    return [
        {
            "ref_date": str(day),
            "msgid": article.msgid,
            "publish_type": 0 if article.pushed else 1,
            "title": article.item["title"],
            "content_url": f"{article.url}&chksm=sim#rd",
            "detail_list": _history(world, article),
        }
        for article in world.archive.articles
        if article.day == day
    ]


def _history(world: World, article: Article) -> list[Json]:
    known = min((ready_until(world) - article.day).days + 1, readers.DAYS)
    rows = []
    for number, so_far in enumerate(readers.so_far(readers.days_of(article)[: max(known, 0)])):
        day = str(article.day + timedelta(days=number))
        if day in world.switches.delayed_days:
            continue
        row: Json = {
            "stat_date": day,
            "read_user": so_far.reads,
            "read_user_source": readers.source_rows(so_far),
        }
        row |= so_far.counts
        row["read_subscribe_user"] = readers.subscribed_by_reading(article, so_far.reads)
        rows.append(row | readers.quality(article))
    return rows


def _grown_on(world: World, day: date) -> list[tuple[Article, Day]]:
    found: list[tuple[Article, Day]] = []
    if str(day) in world.switches.delayed_days:
        return found
    for article in world.archive.articles:
        age = (day - article.day).days
        if 0 <= age < readers.DAYS:
            found.append((article, readers.days_of(article)[age]))
    return found


def _named(article: Article, day: date, detail: Json) -> Json:
    return {"ref_date": str(day), "msgid": article.msgid, "detail": detail}


def _new(rows: Rows, longest: int) -> Route:
    endpoint = by_day(rows, longest, oldest=readers.FIRST_DAY, delays=True)
    return Route(endpoint, access=Access.VERIFIED, plain=True)


ROUTES = {
    "datacube/getarticleread": _new(article_read, 1),
    "datacube/getarticleshare": _new(article_share, 1),
    "datacube/getbizsummary": _new(biz_summary, 30),
    "datacube/getarticletotaldetail": _new(article_total_detail, 1),
} | {f"datacube/{name}": Route(_offline, access=Access.VERIFIED) for name in OLD_CALLS}
