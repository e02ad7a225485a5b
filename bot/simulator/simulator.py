"""A running simulator: its server, its clockwork, and the handle a test or a command holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bot.simulator import backoffice, control, desk
from bot.simulator.call import Json
from bot.simulator.clock import moment_of
from bot.simulator.server import Server
from bot.simulator.settings import Settings, Switches
from bot.simulator.world import World

BEAT = 0.02  # real seconds between two looks at the clock


class Simulator:
    """One simulated account on a port. Everything the control does over HTTP can be called here directly."""

    def __init__(self, settings: Settings, switches: Switches | None = None) -> None:
        """Take the port; nothing is answered before start()."""
        self.world = World(settings, switches or Switches(), desk.all_routes())
        self.server = Server(self.world, control.Control(self))
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True),
            threading.Thread(target=self._beat, daemon=True),
        ]

    @property
    def url(self) -> str:
        """The address to use in place of https://api.weixin.qq.com."""
        return self.server.url

    def start(self) -> None:
        """Begin to answer."""
        self.world.postman.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop answering; hung calls are let go."""
        self._stop.set()
        self.server.close()
        self.world.postman.stop()
        for thread in self._threads:
            thread.join(timeout=5)

    def _beat(self) -> None:
        while not self._stop.wait(BEAT):
            self.world.settle()

    def clock(self) -> Json:
        """Return {"now": ISO, "source": file | own | real}."""
        return control.clock(self)

    def set_clock(self, now: str) -> Json:
        """Set the own clock; what became due happens before this returns. ValueError with --clock."""
        self.world.clock.set(moment_of(now))
        self.world.settle()
        return self.clock()

    def advance(self, seconds: float) -> Json:
        """Move the own clock on; what became due happens before this returns. ValueError with --clock."""
        self.world.clock.advance(seconds)
        self.world.settle()
        return self.clock()

    def fault(self, path: str, kind: str, **more: Any) -> None:
        """Queue a fault for the next calls of a path (see faults.Fault); ValueError for an unknown word."""
        self.world.faults.add({"path": path, "kind": kind} | more)

    @property
    def faults(self) -> list[Json]:
        """The faults that still wait."""
        return self.world.faults.listed()

    def clear(self) -> None:
        """Forget the faults that wait."""
        self.world.faults.clear()

    @property
    def log(self) -> list[Json]:
        """Every API call so far, oldest first."""
        return list(self.world.log)

    def clear_log(self) -> None:
        """Forget the calls so far."""
        with self.world.lock:
            self.world.log.clear()

    def calls(self, path: str) -> list[Json]:
        """Return the calls of one short path ("draft/add")."""
        return [one for one in self.log if one["path"] == path]

    @property
    def stats(self) -> Json:
        """How much of everything there is."""
        return control.stats(self)

    def release(self) -> Json:
        """Let hung answers go, do now what is due later, and wait until every event was delivered."""
        released = self.server.release()
        done = self.world.settle(at_once=True)
        self.world.postman.wait()
        return {"released": released, "done": done}

    def wait(self) -> None:
        """Wait until the events that are due were delivered."""
        self.world.settle()
        self.world.postman.wait()

    def say(self, text: str = "", **more: Any) -> Json:
        """Let a reader write (openid=, event=, event_key=, msgid=, createtime=, fields=, raw_xml=, picture=)."""
        return backoffice.say(self.world, text, **more)

    def press(self, key: str, openid: str = backoffice.READER) -> Json:
        """Let a reader press the menu's button with this key."""
        return self.say(openid=openid, event="CLICK", event_key=key)

    def backoffice(self, action: str, **given: Any) -> Json:
        """Let a person act in the back office by hand; ValueError when it cannot be done."""
        return backoffice.act(self.world, action, given)

    def edit_draft(self, media_id: str, **changed: Any) -> Json:
        """Change a draft by hand (index=0, title=, content=, …)."""
        return self.backoffice("edit_draft", media_id=media_id, **changed)

    def delete_draft(self, media_id: str) -> Json:
        """Delete a draft by hand."""
        return self.backoffice("delete_draft", media_id=media_id)

    def set_callback(self, url: str) -> None:
        """Have messages and events delivered there from now on."""
        self.world.postman.url = url

    @property
    def switches(self) -> Json:
        """How the platform behaves at present (see settings.Switches)."""
        return asdict(self.world.switches) | {"callback": self.world.postman.url}

    def set(self, **wanted: Any) -> Json:
        """Change switches, or `callback`; ValueError for an unknown one."""
        if "callback" in wanted:
            self.set_callback(str(wanted.pop("callback")))
        self.world.switches.change(wanted)
        return self.switches


@contextmanager
def running(**settings: Any) -> Iterator[Simulator]:
    """Run a simulator for a while; takes the names of Settings and of Switches.

    ValueError for an unknown name or an impossible value, OSError when the port is taken.
    """
    fixed = {one.name for one in fields(Settings)}
    switches = Switches()
    switches.change({name: value for name, value in settings.items() if name not in fixed})
    chosen = {name: value for name, value in settings.items() if name in fixed}
    if chosen.get("clock") is not None:
        chosen["clock"] = Path(chosen["clock"])
    simulator = Simulator(Settings(**chosen), switches)
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()
