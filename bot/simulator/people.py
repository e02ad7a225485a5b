"""Followers by openid and their tags (the user and tag pages)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.call import Call, Json
from bot.simulator.clock import SHANGHAI
from bot.simulator.errors import ApiError
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

PAGE = 10_000
INFO_AT_MOST = 100
TAGS = 100
TAG_CHARACTERS = 30
MEMBERS_AT_MOST = 50
LONG_AGO = datetime(2025, 11, 1, tzinfo=SHANGHAI)  # since when the made-up followers follow
SYSTEM_TAG = 2  # 星标组


@dataclass
class Person:
    """Somebody who came by the control, unlike the made-up followers who are only a number."""

    openid: str
    since: datetime
    follows: bool = True
    scene: str = ""
    remark: str = ""
    tags: set[int] = field(default_factory=set)


class People:
    """Those who wrote or pressed something, the tags, and who wrote when."""

    def __init__(self) -> None:
        """Begin with nobody and the system's tag."""
        self.known: dict[str, Person] = {}
        self.tags: dict[int, str] = {SYSTEM_TAG: "星标组"}
        self.written: list[tuple[datetime, str]] = []
        self._made_up: list[str] = []

    def openids(self, count: int) -> list[str]:
        """Return the openids of all `count` followers: those who came by the control, then made-up ones."""
        real = [one.openid for one in self.known.values() if one.follows]
        while len(self._made_up) < count:
            self._made_up.append("o" + chance.name(27, "follower", len(self._made_up)))
        return (real + self._made_up)[:count]

    def has_tag(self, tag: object) -> bool:
        """Is there such a tag?"""
        return isinstance(tag, int) and tag in self.tags


def come(world: World, openid: str, scene: str = "") -> Person:
    """Return this person as a follower, from now on when they were none."""
    person = world.people.known.get(openid)
    today = world.clock.today()
    if person is None or not person.follows:
        person = Person(openid, world.clock.now(), scene=scene)
        world.people.known[openid] = person
        _count(world.crowd.arrivals, today)
    return person


def leave(world: World, openid: str) -> None:
    """Let this person stop following."""
    person = world.people.known.get(openid)
    if person is not None and person.follows:
        person.follows = False
        _count(world.crowd.departures, world.clock.today())


def _count(days: dict[date, int], day: date) -> None:
    days[day] = days.get(day, 0) + 1


def get(world: World, call: Call) -> Json:
    """GET user/get?next_openid=: all openids, 10,000 a page; `data` is absent when the page is empty."""
    openids = world.people.openids(world.crowd.size(world.clock.today()))
    start = call.query.get("next_openid", "")
    if start and start not in openids:
        raise ApiError(40003)
    place = openids.index(start) + 1 if start else 0
    page = openids[place : place + PAGE]
    answer: Json = {"total": len(openids), "count": len(page)}
    return answer | ({"data": {"openid": page}} if page else {}) | {"next_openid": page[-1] if page else ""}


def info(world: World, call: Call) -> Json:
    """GET user/info?openid=: no name and no picture since 2021-12-27."""
    return _info(world, call.query.get("openid", ""))


def info_batchget(world: World, call: Call) -> Json:
    """POST user/info/batchget: up to 100."""
    wanted = call.body.get("user_list")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= INFO_AT_MOST:
        raise ApiError(40032)
    openids = [str(one.get("openid", "")) for one in wanted if isinstance(one, dict)]
    return {"user_info_list": [_info(world, openid) for openid in openids]}


def _info(world: World, openid: str) -> Json:
    person = world.people.known.get(openid)
    if person is None:
        if openid not in set(world.people.openids(world.crowd.size(world.clock.today()))):
            raise ApiError(40003)
        person = Person(openid, LONG_AGO)
    if not person.follows:
        return {"subscribe": 0, "openid": openid, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": openid,
        "language": "zh_CN",
        "subscribe_time": int(person.since.timestamp()),
        "remark": person.remark,
        "groupid": 0,
        "tagid_list": sorted(person.tags),
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": person.scene,
    }


def remark(world: World, call: Call) -> Json:
    """POST user/info/updateremark."""
    _known(world, call.text("openid")).remark = call.text("remark")
    return {"errcode": 0, "errmsg": "ok"}


def tag_create(world: World, call: Call) -> Json:
    """POST tags/create: {tag:{name}}."""
    name = _tag_name(world, call)
    if len(world.people.tags) >= TAGS:
        raise ApiError(45056)
    number = max(99, *world.people.tags) + 1
    world.people.tags[number] = name
    return {"tag": {"id": number, "name": name}}


def tag_list(world: World, call: Call) -> Json:
    """GET tags/get."""
    sizes = {tag: sum(tag in one.tags for one in world.people.known.values()) for tag in world.people.tags}
    return {"tags": [{"id": tag, "name": name, "count": sizes[tag]} for tag, name in world.people.tags.items()]}


def tag_update(world: World, call: Call) -> Json:
    """POST tags/update: {tag:{id,name}}."""
    tag = _own_tag(world, call)
    world.people.tags[tag] = _tag_name(world, call)
    return {"errcode": 0, "errmsg": "ok"}


def tag_delete(world: World, call: Call) -> Json:
    """POST tags/delete: {tag:{id}}."""
    tag = _own_tag(world, call)
    del world.people.tags[tag]
    for person in world.people.known.values():
        person.tags.discard(tag)
    return {"errcode": 0, "errmsg": "ok"}


def tag_members(world: World, call: Call) -> Json:
    """POST user/tag/get: who has a tag."""
    tag = call.number("tagid")
    openids = [one.openid for one in world.people.known.values() if tag in one.tags]
    data = {"data": {"openid": openids}} if openids else {}
    return {"count": len(openids)} | data | {"next_openid": openids[-1] if openids else ""}


def batchtagging(world: World, call: Call) -> Json:
    """POST tags/members/batchtagging: up to 50 people."""
    for person, tag in _members(world, call):
        person.tags.add(tag)
    return {"errcode": 0, "errmsg": "ok"}


def batchuntagging(world: World, call: Call) -> Json:
    """POST tags/members/batchuntagging: up to 50 people."""
    for person, tag in _members(world, call):
        person.tags.discard(tag)
    return {"errcode": 0, "errmsg": "ok"}


def tags_of(world: World, call: Call) -> Json:
    """POST tags/getidlist."""
    return {"tagid_list": sorted(_known(world, call.text("openid")).tags)}


def _members(world: World, call: Call) -> list[tuple[Person, int]]:
    openids, tag = call.body.get("openid_list"), call.number("tagid")
    if not isinstance(openids, list) or not 0 < len(openids) <= MEMBERS_AT_MOST:
        raise ApiError(40032)
    if tag not in world.people.tags:
        raise ApiError(45159)
    return [(_known(world, str(openid)), tag) for openid in openids]


def _known(world: World, openid: str) -> Person:
    person = world.people.known.get(openid)
    if person is not None and person.follows:
        return person
    if openid not in world.people.openids(world.crowd.size(world.clock.today())):
        raise ApiError(40003)
    person = Person(openid, LONG_AGO)  # one of the made-up followers gets a face
    world.people.known[openid] = person
    return person


def _tag_name(world: World, call: Call) -> str:
    tag = call.body.get("tag")
    name = tag.get("name") if isinstance(tag, dict) else None
    if not isinstance(name, str) or not name:
        raise ApiError(40097)
    if len(name) > TAG_CHARACTERS:
        raise ApiError(45158)
    if name in world.people.tags.values():
        raise ApiError(45157)
    return name


def _own_tag(world: World, call: Call) -> int:
    tag = call.body.get("tag")
    number = tag.get("id") if isinstance(tag, dict) else None
    if not isinstance(number, int) or number not in world.people.tags:
        raise ApiError(45159)
    if number <= SYSTEM_TAG:
        raise ApiError(45058)
    return number


ROUTES = {
    "user/get": Route(get, method="GET", access=Access.VERIFIED),
    "user/info": Route(info, method="GET", access=Access.VERIFIED),
    "user/info/batchget": Route(info_batchget, access=Access.VERIFIED),
    "user/info/updateremark": Route(remark, access=Access.VERIFIED),
    "user/tag/get": Route(tag_members, access=Access.VERIFIED),
    "tags/create": Route(tag_create, access=Access.VERIFIED),
    "tags/get": Route(tag_list, method="GET", access=Access.VERIFIED),
    "tags/update": Route(tag_update, access=Access.VERIFIED),
    "tags/delete": Route(tag_delete, access=Access.VERIFIED),
    "tags/members/batchtagging": Route(batchtagging, access=Access.VERIFIED),
    "tags/members/batchuntagging": Route(batchuntagging, access=Access.VERIFIED),
    "tags/getidlist": Route(tags_of, access=Access.VERIFIED),
}
