"""The control under /__sim__/: the clock, faults, the log, and people's doings; for demos and tests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.simulator.call import Json

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


class Control:
    """Answers the control's calls for one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        """Take the simulator that is controlled."""
        self._sim = simulator
        self._doors: dict[tuple[str, str], Callable[[Json, dict[str, str]], Any]] = {
            ("GET", "clock"): lambda body, query: simulator.clock(),
            ("POST", "clock"): self._set_clock,
            ("GET", "faults"): lambda body, query: {"faults": simulator.faults},
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): lambda body, query: simulator.clear(),
            ("GET", "log"): self._log,
            ("DELETE", "log"): lambda body, query: simulator.clear_log(),
            ("POST", "release"): lambda body, query: simulator.release(),
            ("GET", "stats"): lambda body, query: simulator.stats,
            ("POST", "say"): lambda body, query: simulator.say(**body),
            ("POST", "backoffice"): lambda body, query: simulator.backoffice(body.pop("action", ""), **body),
            ("GET", "settings"): lambda body, query: simulator.switches,
            ("POST", "settings"): lambda body, query: simulator.set(**body),
        }

    def __call__(self, method: str, path: str, query: dict[str, str], raw: bytes) -> tuple[int, Any]:
        """Return HTTP status and answer; 404 unknown, 400 with {"error": ...} for what cannot be done."""
        door = self._doors.get((method, path.strip("/")))
        if door is None:
            return 404, {"error": f"no {method} {path} here"}
        try:
            body = json.loads(raw) if raw else {}
            return 200, door(body, query) or {"ok": True}
        except (ValueError, TypeError) as error:
            return 400, {"error": str(error)}

    def _set_clock(self, body: Json, query: dict[str, str]) -> Any:
        if "now" in body:
            return self._sim.set_clock(body["now"])
        return self._sim.advance(float(body.get("advance", 0)))

    def _add_faults(self, body: Any, query: dict[str, str]) -> Any:
        for wanted in body if isinstance(body, list) else [body]:
            self._sim.world.faults.add(wanted)
        return {"faults": self._sim.faults}

    def _log(self, body: Json, query: dict[str, str]) -> Any:
        entries = self._sim.log[int(query.get("since", 0)) :]
        wanted = query.get("path")
        return {"log": [one for one in entries if wanted in (None, one["path"])]}


def clock(sim: Simulator) -> Json:
    """Return what time it is for the platform."""
    return {"now": sim.world.clock.now().isoformat(), "source": sim.world.clock.source}


def stats(sim: Simulator) -> Json:
    """Return how much of everything there is."""
    world = sim.world
    with world.lock:
        return {
            "now": world.clock.now().isoformat(),
            "calls": dict(Counter(one["path"] for one in world.log)),
            "drafts": len(world.drafts),
            "published": len(world.publications.public()),
            "publications": [
                {"publish_id": one.publish_id, "msg_data_id": one.mid, "article_id": one.article_id}
                | {"status": one.status, "titles": [item["title"] for item in one.draft.items]}
                for one in world.publications.jobs
            ],
            "mass_sends": len(world.sends.jobs),
            "sends": [
                {"msg_id": one.msg_id, "msg_data_id": one.mid, "status": one.status, "waiting": one.waiting}
                | {"titles": [item["title"] for item in one.draft.items] if one.draft else []}
                for one in world.sends.jobs
            ],
            "materials": len(world.library.kept),
            "followers": world.crowd.size(world.clock.today()),
            "custom_messages": list(world.windows.sent),
            "deliveries": [
                {"what": one.what, "openid": one.openid, "at": one.at.isoformat(), "outcome": one.outcome}
                | {"tries": [asdict(attempt) for attempt in one.tries]}
                for one in world.postman.deliveries
            ],
            "jobs_waiting": world.waiting,
            "hung": sim.server.hung,
        }
