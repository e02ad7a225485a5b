"""Faults on demand: what the next calls of a path meet instead of a proper answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("errcode", "timeout", "drop", "http", "malformed", "empty", "truncated", "slow", "outcome")
FOR_EVER = 600.0  # seconds a hung call waits at most


@dataclass
class Fault:
    """One fault.

    path     "draft/add" (the end of the path), "freepublish/*", or "*"
    kind     errcode    answers `errcode`, `errmsg` and the fields of `extra`
             timeout    hangs until released, at most `seconds` (600 when 0); after a release a call
                        that was carried out is answered, one that was not is closed
             drop       closes the connection without an answer
             http       answers HTTP `status`
             malformed  answers what is no JSON; empty: nothing; truncated: half of the answer
             slow       answers properly after `seconds` real seconds
             outcome    answers properly, and the job ends as `extra` says: {"publish_status": 2, "fail_idx": [1]}
                        for freepublish/submit, {"status": "err(30003)"} for a mass send
    when     before | after the platform acts (slow and outcome always act; truncated is after unless said)
    times    for how many calls; skip: how many calls to let pass first
    """

    path: str
    kind: str
    when: str = ""
    times: int = 1
    skip: int = 0
    errcode: int = -1
    errmsg: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0
    status: int = 502

    def __post_init__(self) -> None:
        """Refuse what is no fault, with ValueError."""
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if not self.when:
            self.when = "after" if self.kind in ("truncated", "slow", "outcome") else "before"
        if self.when not in ("before", "after"):
            raise ValueError("when is before or after")

    @property
    def acts(self) -> bool:
        """Does the platform act although the answer goes wrong?"""
        return self.when == "after" or self.kind in ("slow", "outcome")

    def meets(self, path: str) -> bool:
        """Is this path meant?"""
        return self.path in ("*", path) or path.endswith(f"/{self.path}") or fnmatchcase(path, self.path)


class Faults:
    """The faults that wait, first come, first met."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[Fault] = []

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Queue a fault; ValueError for an unknown word."""
        unknown = set(wanted) - {one.name for one in fields(Fault)}
        if unknown or not {"path", "kind"} <= set(wanted):
            raise ValueError(f"a fault has path and kind; unknown: {', '.join(sorted(unknown)) or 'nothing'}")
        fault = Fault(**wanted)
        self._waiting.append(fault)
        return fault

    def take(self, path: str) -> Fault | None:
        """Return the fault this call meets, using it up once."""
        for fault in self._waiting:
            if not fault.meets(path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        """Forget all of them."""
        self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return those that still wait."""
        return [asdict(fault) for fault in self._waiting]
