"""群发 (message/mass): a draft goes out and followers are told (the mass send pages).

A `clientmsgid` makes a send happen once: for 24 hours the same one gets 45065 with
the first msg_id. One send a day for a 公众号, four a month for a 服务号. With 群发保护
the administrator confirms within 30 minutes, or it becomes err(40001) or err(40002).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator.archive import Article
from bot.simulator.call import Call, Json, number_in, text_in
from bot.simulator.drafts import Draft
from bot.simulator.errors import ApiError
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

REMEMBERED = timedelta(hours=24)
HASTE = timedelta(minutes=1)
CLIENTMSGID_BYTES = 32
CONFIRM_WITHIN = 30 * 60
SENT, SENDING, FAILED, DELETED = "SEND_SUCCESS", "SENDING", "SEND_FAIL", "DELETE"
TYPES = ("mpnews", "text", "voice", "image", "mpvideo")
SPEEDS = (80, 60, 45, 30, 10)  # 10,000 messages a minute


@dataclass
class Send:
    """A mass send; `waiting` while the administrator has not confirmed it."""

    msg_id: int
    mid: int
    draft: Draft | None
    at: datetime
    key: str
    status: str = SENDING
    waiting: bool = False
    outcome: Json = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)


class Sends:
    """All mass sends, oldest first."""

    def __init__(self) -> None:
        """Begin with none, at the highest speed."""
        self.jobs: list[Send] = []
        self.speed = 0

    def new(self, mid: int, draft: Draft | None, now: datetime, key: str) -> Send:
        """Open a send."""
        job = Send(3147483701 + len(self.jobs), mid, draft, now, key)
        self.jobs.append(job)
        return job

    def find(self, msg_id: str) -> Send:
        """Return the send of this msg_id, or raise 40097."""
        found = next((job for job in self.jobs if str(job.msg_id) == msg_id), None)
        if found is None:
            raise ApiError(40097, "invalid args: msg_id")
        return found

    def counted(self) -> list[Send]:
        """Return those that used the quota: all but the failed ones."""
        return [job for job in self.jobs if job.status != FAILED]


def sendall(world: World, call: Call) -> Json:
    """POST message/mass/sendall: to all, or to a tag."""
    to = call.body.get("filter")
    if not isinstance(to, dict):
        raise ApiError(40097, "invalid args: filter")
    tag = to.get("tag_id")
    if bool(to.get("is_to_all")) == bool(tag) or (tag and not world.people.has_tag(tag)):
        raise ApiError(40152)
    return _send(world, call)


def send(world: World, call: Call) -> Json:
    """POST message/mass/send: to a list of openids, 服务号 only."""
    to = call.body.get("touser")
    if not isinstance(to, list) or not 2 <= len(to) <= 10_000:
        raise ApiError(40130)
    return _send(world, call)


def _send(world: World, call: Call) -> Json:
    now = world.clock.now()
    key = _key(call)
    _refuse_repeated(world, key, now)
    draft = _payload(world, call)
    if any(job.waiting for job in world.sends.jobs):
        raise ApiError(89504)
    if not quota_left(world):
        raise ApiError(45028)
    job = world.sends.new(world.next_mid(), draft, now, key)
    job.outcome = world.outcome
    if draft is not None:
        world.drafts.take(draft.media_id)
    if world.switches.mass_protection:
        job.waiting = True
        world.later(CONFIRM_WITHIN, lambda: settle(world, job, "err(40002)") if job.waiting else None, person=True)
    else:
        world.later(world.switches.mass_seconds, lambda: settle(world, job))
    answer: Json = {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id}
    return answer | ({"msg_data_id": job.mid} if draft else {})


def _key(call: Call) -> str:
    key = text_in(call.body, "clientmsgid", "")
    if len(key.encode()) > CLIENTMSGID_BYTES:
        raise ApiError(45067)
    content = {name: call.body.get(name) for name in ("msgtype", *TYPES, "images")}
    return key or hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _refuse_repeated(world: World, key: str, now: datetime) -> None:
    for job in world.sends.jobs:
        if job.key == key and now - job.at < REMEMBERED:
            if world.switches.hasty_45066 and now - job.at < HASTE:
                raise ApiError(45066)
            raise ApiError(45065, msg_id=job.msg_id)


def _payload(world: World, call: Call) -> Draft | None:
    kind = call.text("msgtype")
    if kind == "wxcard":
        raise ApiError(45113)
    payload = call.body.get("images" if kind == "image" else kind)
    if kind not in TYPES or not isinstance(payload, dict):
        raise ApiError(40008)
    if kind == "mpnews":
        number_in(call.body, "send_ignore_reprint", 0)
        return world.drafts.find(text_in(payload, "media_id"))
    if kind == "text" and re.search(r"https?://(?!mp\.weixin\.qq\.com)", text_in(payload, "content")):
        raise ApiError(40066)
    return None


def quota_left(world: World) -> bool:
    """May the account mass send once more? (1 a day; a 服务号 also 4 a month.)"""
    today = world.clock.today()
    days = [job.at.date() for job in world.sends.counted()]
    if world.settings.is_service:
        return sum((day.year, day.month) == (today.year, today.month) for day in days) < 4 and today not in days
    return today not in days


def settle(world: World, job: Send, status: str = "", *, quiet: bool = False) -> None:
    """Let a send succeed or fail, and push MASSSENDJOBFINISH unless `quiet`."""
    job.waiting = False
    status = status or job.outcome.get("status", "send success")
    job.status = SENT if status == "send success" else FAILED
    if job.status == SENT and job.draft is not None:
        job.articles = world.archive.take_in(world, job.mid, job.draft.items, pushed=True)
    elif job.draft is not None:
        world.drafts.put_back(job.draft)
    if not quiet:
        world.push(event="MASSSENDJOBFINISH", fields=_event(world, job, status))


def _event(world: World, job: Send, status: str) -> Json:
    total = world.crowd.size(world.clock.today()) if job.status == SENT else 0
    missed = total // 60
    event: Json = {"MsgID": job.msg_id, "Status": status}
    event |= {"TotalCount": total, "FilterCount": total - missed}
    event |= {"SentCount": total - missed - missed // 4, "ErrorCount": missed // 4}
    if job.draft is None:
        return event
    originals = [_original(place, status) for place in range(1, len(job.draft.items) + 1)]
    event["CopyrightCheckResult"] = {
        "Count": len(originals),
        "ResultList": {"item": originals},
        "CheckState": {"err(30002)": 3, "err(30003)": 2}.get(status, 1),
    }
    urls = [{"ArticleIdx": one.idx, "ArticleUrl": one.url} for one in job.articles]
    event["ArticleUrlResult"] = {"Count": len(urls), "ResultList": {"item": urls}}
    return event


def _original(place: int, status: str) -> Json:
    copied = status in ("err(30001)", "err(30002)", "err(30003)") and place == 1
    return {
        "ArticleIdx": place,
        "UserDeclareState": 0,
        "AuditState": 2,
        "OriginalArticleUrl": "http://mp.weixin.qq.com/s?__biz=SIM_OTHER&mid=1&idx=1&sn=0" if copied else "",
        "OriginalArticleType": 1 if copied else 0,
        "CanReprint": 1 if copied and status != "err(30002)" else 0,
        "NeedReplaceContent": 0,
        "NeedShowReprintSource": 1 if copied else 0,
    }


def preview(world: World, call: Call) -> Json:
    """POST message/mass/preview: to one person; the draft stays."""
    name = text_in(call.body, "towxname", "")
    if not (call.body.get("touser") or name):
        raise ApiError(40003)
    if name in world.switches.unknown_names:
        raise ApiError(40132)
    if name in world.switches.strangers:
        raise ApiError(43004)
    _payload(world, call)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": 34182 + len(world.sends.jobs)}


def get(world: World, call: Call) -> Json:
    """POST message/mass/get: how a send stands."""
    job = world.sends.find(call.key("msg_id"))
    return {"msg_id": job.msg_id, "msg_status": job.status}


def delete(world: World, call: Call) -> Json:
    """POST message/mass/delete: the page goes, the card in people's lists stays; article_idx from 1, 0 = all."""
    if "url" in call.body:
        url = call.text("url")
        found = [one for one in world.archive.articles if one.pushed and url.startswith(one.url)]
    else:
        found = world.sends.find(call.key("msg_id")).articles
    if not found:
        raise ApiError(40097)
    index = call.number("article_idx", 0)
    for article in found:
        article.deleted = article.deleted or index in (0, article.idx)
    for job in world.sends.jobs:
        if job.articles and all(article.deleted for article in job.articles):
            job.status = DELETED
    return {"errcode": 0, "errmsg": "ok"}


def speed_get(world: World, call: Call) -> Json:
    """POST message/mass/speed/get."""
    return {"errcode": 0, "errmsg": "ok", "speed": world.sends.speed, "realspeed": SPEEDS[world.sends.speed]}


def speed_set(world: World, call: Call) -> Json:
    """POST message/mass/speed/set: 0 (fastest) to 4."""
    speed = call.number("speed")
    if not 0 <= speed < len(SPEEDS):
        raise ApiError(40097, "invalid args: speed")
    world.sends.speed = speed
    return {"errcode": 0, "errmsg": "ok"}


ROUTES = {
    "message/mass/sendall": Route(sendall, access=Access.VERIFIED),
    "message/mass/send": Route(send, access=Access.VERIFIED_SERVICE),
    "message/mass/preview": Route(preview, access=Access.VERIFIED),
    "message/mass/get": Route(get, access=Access.VERIFIED),
    "message/mass/delete": Route(delete, access=Access.VERIFIED),
    "message/mass/speed/get": Route(speed_get, access=Access.VERIFIED),
    "message/mass/speed/set": Route(speed_set, access=Access.VERIFIED),
}
