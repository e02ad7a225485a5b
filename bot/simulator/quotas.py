"""How often each interface may be called (API_Call_Limits page, a small account), and the calls about it.

A day is Shanghai's; over the limit an interface answers 45009 until midnight.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator.call import Call, Json
from bot.simulator.errors import ApiError
from bot.simulator.routing import Route

if TYPE_CHECKING:
    from bot.simulator.world import World

BY_DAY = {
    "token": 2000,
    "stable_token": 500_000,
    "draft/add": 1000,
    "draft/get": 1000,
    "draft/update": 1000,
    "draft/delete": 1000,
    "draft/count": 1000,
    "draft/batchget": 1000,
    "freepublish/submit": 100,
    "freepublish/get": 100,
    "freepublish/getarticle": 100,
    "freepublish/batchget": 100,
    "freepublish/delete": 10,
    "media/upload": 100_000,
    "media/get": 200_000,
    "menu/create": 1000,
    "menu/get": 10_000,
    "menu/delete": 1000,
    "message/custom/send": 500_000,
    "message/mass/sendall": 100,
    "message/mass/send": 100,
    "message/mass/preview": 100,
    "message/mass/get": 100,
    "message/mass/delete": 100,
    "user/get": 500,
    "user/info": 5_000_000,
    "user/info/updateremark": 10_000,
    "qrcode/create": 100_000,
}
DATACUBE = 1000
OTHERS = 100_000
BY_MINUTE = {"stable_token": 10_000, "message/mass/sendall": 60, "message/mass/send": 60}
CLEARS_A_MONTH = 10


def day_limit(path: str) -> int:
    """Return how many calls of this interface a day allows."""
    return DATACUBE if path.startswith("datacube/") else BY_DAY.get(path, OTHERS)


class Quotas:
    """What was used up, by day and minute."""

    def __init__(self) -> None:
        """Begin with nothing used."""
        self._day: date | None = None
        self._used: Counter[str] = Counter()
        self._minute: Counter[tuple[str, datetime]] = Counter()
        self._clears: list[date] = []

    def count(self, path: str, now: datetime) -> None:
        """Count a call; 45009 beyond the day's limit, 45011 beyond the minute's."""
        self._turn(now.date())
        if self._used[path] >= day_limit(path):
            raise ApiError(45009)
        if path in BY_MINUTE:
            minute = (path, now.replace(second=0, microsecond=0))
            if self._minute[minute] >= BY_MINUTE[path]:
                raise ApiError(45011)
            self._minute[minute] += 1
        self._used[path] += 1

    def used(self, path: str, today: date) -> int:
        """Return how often an interface was called today."""
        self._turn(today)
        return self._used[path]

    def use_up(self, path: str, today: date, *, left: int = 0) -> None:
        """Leave only so many calls of an interface for today."""
        self._turn(today)
        self._used[path] = day_limit(path) - left

    def clear(self, today: date) -> None:
        """Reset today's counters; 48006 after 10 times in a month."""
        month = [day for day in self._clears if (day.year, day.month) == (today.year, today.month)]
        if len(month) >= CLEARS_A_MONTH:
            raise ApiError(48006)
        self._clears.append(today)
        self._used.clear()

    def _turn(self, today: date) -> None:
        if today != self._day:
            self._day = today
            self._used.clear()
            self._minute.clear()


def quota_get(world: World, call: Call) -> Json:
    """POST openapi/quota/get: {cgi_path} -> daily_limit, used, remain."""
    path = call.text("cgi_path").removeprefix("/cgi-bin/").strip("/")
    if path not in world.routes:
        raise ApiError(76021)
    limit, used = day_limit(path), world.quotas.used(path, world.clock.today())
    return {
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": limit - used},
        "rate_limit": {"call_count": BY_MINUTE.get(path, 0), "refresh_second": 60 if path in BY_MINUTE else 0},
    }


def clear_quota(world: World, call: Call) -> Json:
    """POST clear_quota: {appid}."""
    if call.text("appid") != world.settings.appid:
        raise ApiError(40013)
    world.quotas.clear(world.clock.today())
    return {"errcode": 0, "errmsg": "ok"}


def clear_quota_v2(world: World, call: Call) -> Json:
    """POST clear_quota/v2: appid and appsecret in place of a token; the same pot."""
    given = call.body if call.raw else call.query
    if given.get("appid") != world.settings.appid:
        raise ApiError(40013)
    if given.get("appsecret") != world.settings.secret:
        raise ApiError(40125)
    world.quotas.clear(world.clock.today())
    return {"errcode": 0, "errmsg": "ok"}


def rid_get(world: World, call: Call) -> Json:
    """POST openapi/rid/get: what a refused call of the last 7 days looked like."""
    rid = call.text("rid")
    if not rid:
        raise ApiError(76002)
    found = world.refusals.get(rid)
    if found is None or world.clock.now() - found.at > timedelta(days=7):
        raise ApiError(76001)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "request": {
            "invoke_time": int(found.at.timestamp()),
            "cost_in_ms": 1,
            "request_url": "access_token=***",
            "request_body": found.request,
            "response_body": found.response,
            "client_ip": found.ip,
        },
    }


def ip_list(world: World, call: Call) -> Json:
    """GET getcallbackip and get_api_domain_ip."""
    return {"ip_list": ["127.0.0.1", "203.0.113.0/25"]}


def callback_check(world: World, call: Call) -> Json:
    """POST callback/check: {action, check_operator}; 40201 without a callback."""
    if call.body.get("action") not in ("all", "dns", "ping"):
        raise ApiError(40202)
    operator = call.body.get("check_operator")
    if operator not in ("DEFAULT", "CHINANET", "UNICOM", "CAP"):
        raise ApiError(40203)
    if not world.postman.url:
        raise ApiError(40201)
    real = "UNICOM" if operator == "DEFAULT" else operator
    dns = [{"ip": "127.0.0.1", "real_operator": real}]
    ping = [{"ip": "127.0.0.1", "from_operator": real, "package_loss": "0%", "time": "1.204ms"}]
    action = call.body["action"]
    return ({"dns": dns} if action != "ping" else {}) | ({"ping": ping} if action != "dns" else {})


ROUTES = {
    "openapi/quota/get": Route(quota_get),
    "openapi/rid/get": Route(rid_get),
    "clear_quota": Route(clear_quota),
    "clear_quota/v2": Route(clear_quota_v2, needs_token=False),
    "getcallbackip": Route(ip_list, method="GET"),
    "get_api_domain_ip": Route(ip_list, method="GET"),
    "callback/check": Route(callback_check),
}
