"""The desk where calls arrive: faults, token, permission, quota, the endpoint, and what goes into the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.simulator import (
    comments,
    customer,
    datacube,
    drafts,
    mass,
    material,
    menu,
    people,
    publishing,
    quotas,
    tokens,
    usage,
)
from bot.simulator.call import Binary, Call, Json
from bot.simulator.errors import ApiError, new_rid
from bot.simulator.faults import FOR_EVER, Fault
from bot.simulator.routing import Route
from bot.simulator.world import Refusal, World

MODULES = (
    tokens,
    quotas,
    material,
    drafts,
    publishing,
    mass,
    comments,
    people,
    menu,
    customer,
    datacube,
    usage,
)
JSON_TYPE = "application/json; encoding=utf-8"
MALFORMED = b"<html><body>502 Bad Gateway</body></html>"


@dataclass
class Reply:
    """What goes back over the wire, and how badly.

    `hang`: seconds to wait for a release first; `answered_late`: is it sent after
    that; `drop`: close without a word; `cut`: send half; `delay`: seconds to wait.
    """

    body: bytes = b""
    content_type: str = JSON_TYPE
    status: int = 200
    hang: float = 0
    answered_late: bool = False
    drop: bool = False
    cut: bool = False
    delay: float = 0


def all_routes() -> dict[str, Route]:
    """Return every endpoint by its short path."""
    return {path: route for module in MODULES for path, route in module.ROUTES.items()}


def serve(world: World, call: Call) -> Reply:
    """Answer one call, as the fault that waits for it wants it."""
    with world.lock:
        world.settle()
        at = world.clock.now().isoformat()
        fault = world.faults.take(call.path)
        reply, errcode = _acted(world, call, fault)
        if fault is not None:
            reply = _spoilt(world, call, fault, reply)
            errcode = fault.errcode if fault.kind == "errcode" else errcode
        world.log.append(
            {"at": at}
            | call.shown()
            | {
                "errcode": errcode,
                "fault": fault.kind if fault else None,
                "acted": fault is None or fault.acts,
                "warnings": call.warnings,
            }
        )
        return reply


def _acted(world: World, call: Call, fault: Fault | None) -> tuple[Reply, int | None]:
    if fault is not None and not fault.acts:
        return Reply(), None
    world.outcome = fault.extra if fault is not None and fault.kind == "outcome" else {}
    try:
        route, answer = _answer(world, call)
    except ApiError as error:
        return _refuse(world, call, error), error.errcode
    if isinstance(answer, Binary):
        return Reply(answer.content, answer.content_type), 0
    return Reply(_text(answer), "text/plain" if route.plain else JSON_TYPE), answer.get("errcode", 0)


def _answer(world: World, call: Call) -> tuple[Route, Json | Binary]:
    route = world.routes.get(call.path)
    if route is None:
        raise ApiError(40066, "invalid url")
    allowed = world.switches.ip_whitelist
    if allowed and call.ip not in allowed:
        raise ApiError(40164)
    if route.needs_token:
        world.tokens.check(call.query.get("access_token", ""), world.clock.now())
    if not route.access.allows(world.settings):
        raise ApiError(48001)
    if call.method != route.method:
        raise ApiError(43002 if route.method == "POST" else 43001)
    world.quotas.count(call.path, world.clock.now())
    return route, route.endpoint(world, call)


def _refuse(world: World, call: Call, error: ApiError) -> Reply:
    rid = new_rid()
    text = error.errmsg.replace("{ip}", call.ip)
    body = _text({"errcode": error.errcode, "errmsg": f"{text} rid: {rid}"} | error.extra)
    world.refusals[rid] = Refusal(world.clock.now(), str(call.shown()["raw"]), body.decode(), call.ip)
    return Reply(body)


def _spoilt(world: World, call: Call, fault: Fault, reply: Reply) -> Reply:
    match fault.kind:
        case "errcode":
            return _refuse(world, call, ApiError(fault.errcode, fault.errmsg, **fault.extra))
        case "timeout":
            reply.hang, reply.answered_late = fault.seconds or FOR_EVER, fault.acts
        case "drop":
            reply.drop = True
        case "http":
            return Reply(MALFORMED, "text/html", fault.status)
        case "malformed":
            return Reply(MALFORMED, "text/html")
        case "empty":
            return Reply()
        case "truncated":
            reply.body, reply.cut = reply.body or b'{"errcode":0,"errmsg":"ok"}', True
        case "slow":
            reply.delay = fault.seconds
    return reply


def _text(answer: Any) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
