"""Statistics of followers, of their messages, and of the callback (the user, upstream and interface pages)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from bot.simulator.call import Json
from bot.simulator.chance import between
from bot.simulator.datacube import Rows, by_day
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World


def user_summary(world: World, day: date) -> list[Json]:
    """Getusersummary: new and lost followers, one row for each source that had any."""
    return [
        {"ref_date": str(day), "user_source": source, "new_user": new, "cancel_user": lost}
        for source, new, lost in world.crowd.changes(day)
    ]


def user_cumulate(world: World, day: date) -> list[Json]:
    """Getusercumulate: how many follow at the day's end."""
    return [{"ref_date": str(day), "user_source": 0, "cumulate_user": world.crowd.size(day)}]


def messages(world: World, day: date) -> list[Json]:
    """Getupstreammsg, …week, …month: who wrote how much; made-up people and those of the control."""
    people, count = _written(world, day)
    return [{"ref_date": str(day), "msg_type": 1, "msg_user": people, "msg_count": count}] if count else []


def messages_by_hour(world: World, day: date) -> list[Json]:
    """Getupstreammsghour: the same by hour (900 is nine o'clock)."""
    hours = Counter(when.hour for when, _ in world.people.written if when.date() == day)
    people, _ = _made_up(day)
    if people:
        hours[9] += people
    return [
        {"ref_date": str(day), "ref_hour": hour * 100, "msg_type": 1, "msg_user": count, "msg_count": count}
        for hour, count in sorted(hours.items())
    ]


def message_spread(world: World, day: date) -> list[Json]:
    """Getupstreammsgdist, …week, …month: how many people wrote 1 to 5 times (interval 1)."""
    people, count = _written(world, day)
    return [{"ref_date": str(day), "count_interval": 1, "msg_user": people}] if count else []


def interface_summary(world: World, day: date) -> list[Json]:
    """Getinterfacesummary: how the callback answered on that day; no row when it was never called."""
    return [{"ref_date": str(day)} | row for row in _served(world, day).values()][:1]


def interface_by_hour(world: World, day: date) -> list[Json]:
    """Getinterfacesummaryhour: the same by hour."""
    hours = list(_served(world, day).items())[1:]
    return [{"ref_date": str(day), "ref_hour": hour * 100} | row for hour, row in hours]


def _written(world: World, day: date) -> tuple[int, int]:
    real = [openid for when, openid in world.people.written if when.date() == day]
    people, count = _made_up(day)
    return people + len(set(real)), count + len(real)


def _made_up(day: date) -> tuple[int, int]:
    people = int(between(0, 9, "writers", day))
    return people, people + int(people * between(0, 1, "messages", day))


def _served(world: World, day: date) -> dict[int, Json]:
    """Return the figures of the whole day (under -1, first) and of each hour."""
    rows: dict[int, Json] = {}
    for delivery in world.postman.deliveries:
        if delivery.at.date() != day:
            continue
        for hour in (-1, delivery.at.hour):
            row = rows.setdefault(
                hour, {"callback_count": 0, "fail_count": 0, "total_time_cost": 0, "max_time_cost": 0}
            )
            costs = [int(one.seconds * 1000) for one in delivery.tries] or [0]
            row["callback_count"] += 1
            row["fail_count"] += delivery.failed
            row["total_time_cost"] += sum(costs)
            row["max_time_cost"] = max(row["max_time_cost"], *costs)
    return dict(sorted(rows.items()))


def _route(rows: Rows, longest: int) -> Route:
    return Route(by_day(rows, longest), access=Access.VERIFIED, plain=True)


ROUTES = {
    "datacube/getusersummary": _route(user_summary, 7),
    "datacube/getusercumulate": _route(user_cumulate, 7),
    "datacube/getupstreammsg": _route(messages, 7),
    "datacube/getupstreammsghour": _route(messages_by_hour, 1),
    "datacube/getupstreammsgweek": _route(messages, 1),
    "datacube/getupstreammsgmonth": _route(messages, 1),
    "datacube/getupstreammsgdist": _route(message_spread, 15),
    "datacube/getupstreammsgdistweek": _route(message_spread, 15),
    "datacube/getupstreammsgdistmonth": _route(message_spread, 15),
    "datacube/getinterfacesummary": _route(interface_summary, 30),
    "datacube/getinterfacesummaryhour": _route(interface_by_hour, 1),
}
