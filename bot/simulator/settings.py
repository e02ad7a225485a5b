"""What a simulated account is (fixed at the start) and how it behaves (switches, changed at any time)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PROFILES = ("subscription-verified", "subscription-unverified", "service-verified", "service-unverified")
MODES = ("plain", "compatible", "safe")


@dataclass(frozen=True)
class Settings:
    """An account and where its callback stands.

    `profile` is one of PROFILES, `mode` one of MODES, `clock` a file with an ISO
    moment, `now` the moment to start from without such a file. Port 0 takes a free one.
    """

    port: int = 0
    host: str = "127.0.0.1"
    callback: str = ""
    token: str = "simulator-token"  # noqa: S105 -- the public token of a made-up account
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    mode: str = "plain"
    profile: str = "subscription-verified"
    clock: Path | None = None
    now: str = ""
    appid: str = "wx0000000000000001"
    secret: str = "simulator-secret"  # noqa: S105 -- the public secret of a made-up account
    original_id: str = "gh_simulator"

    def __post_init__(self) -> None:
        """Refuse what no account can be, with ValueError."""
        if self.profile not in PROFILES:
            raise ValueError(f"profile is one of {', '.join(PROFILES)}")
        if self.mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        if len(self.aes_key) != 43:
            raise ValueError("the AES key has 43 characters")

    @property
    def is_service(self) -> bool:
        """Is this a 服务号?"""
        return self.profile.startswith("service")

    @property
    def is_verified(self) -> bool:
        """Is its 认证 in force?"""
        return self.profile.endswith("-verified")


@dataclass
class Switches:
    """What the documents leave open, or an account may have either way; seconds are simulated ones.

    links             strip | refuse: a foreign <a href> loses its link, or the draft is refused (45166)
    images            drop | refuse: the same for an <img> that is not the account's own
    markup            strip | refuse: the same for script, iframe, form
    sync_seconds      how long new material gives 40007 as a cover
    publish_seconds   how long publish_status stays 1; mass_seconds the same for a mass send
    publish_id        number | string: how submit writes it
    msg_data_id       is it in submit's answer?
    draft_leaves      submit | success: when a published draft disappears from the box
    mass_protection   does the administrator have to confirm a mass send?
    hasty_45066       does a clientmsgid repeated within a minute get 45066 in place of 45065?
    comment_privilege does the account have 留言?
    pushes            once | twice | lost: how the events reach the callback
    callback_seconds  how long the platform waits for the callback (real seconds)
    followers         how many followed on 2025-11-01
    ip_whitelist      the addresses that may call; none listed = all
    ready_hour        from which hour yesterday's statistics are ready
    unknown_names     WeChat names (towxname of a preview) that nobody has
    strangers         WeChat names of people who do not follow
    delayed_days      days (YYYY-MM-DD) whose statistics say is_delay
    """

    links: str = "strip"
    images: str = "drop"
    markup: str = "strip"
    sync_seconds: float = 0
    publish_seconds: float = 3
    mass_seconds: float = 5
    publish_id: str = "number"
    msg_data_id: bool = True
    draft_leaves: str = "submit"
    mass_protection: bool = False
    hasty_45066: bool = False
    comment_privilege: bool = True
    pushes: str = "once"
    callback_seconds: float = 5
    followers: int = 1200
    ip_whitelist: list[str] = field(default_factory=list)
    unknown_names: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    ready_hour: int = 8
    delayed_days: list[str] = field(default_factory=list)

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Set what `wanted` names, all or nothing; ValueError for an unknown name, word or type."""
        for name, value in wanted.items():
            self._check(name, value)
        for name, value in wanted.items():
            setattr(self, name, value)

    def _check(self, name: str, value: Any) -> None:
        if name not in {one.name for one in fields(self)}:
            raise ValueError(f"unknown setting: {name}")
        words = WORDS.get(name)
        if words is not None and value not in words:
            raise ValueError(f"{name} is one of {', '.join(words)}")
        present = getattr(self, name)
        kind: type | tuple[type, ...] = (int, float) if isinstance(present, float) else type(present)
        if name.endswith("_seconds"):
            kind = (int, float)
        if not isinstance(value, kind):
            raise ValueError(f"{name} should be like {present!r}")


WORDS = {
    "links": ("strip", "refuse"),
    "images": ("drop", "refuse"),
    "markup": ("strip", "refuse"),
    "publish_id": ("number", "string"),
    "draft_leaves": ("submit", "success"),
    "pushes": ("once", "twice", "lost"),
}
