"""What an endpoint is: its function, its method, and which accounts may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.simulator.call import Binary, Call, Json
from bot.simulator.settings import Settings

if TYPE_CHECKING:
    from bot.simulator.world import World

Endpoint = Callable[["World", Call], "Json | Binary"]


class Access(StrEnum):
    """Who may call; the rest get 48001."""

    ALL = "all"
    VERIFIED = "verified"
    VERIFIED_SERVICE = "verified-service"

    def allows(self, settings: Settings) -> bool:
        """May this account call? (The pages say 仅认证 and 服务号 仅认证.)"""
        if self is Access.ALL:
            return True
        return settings.is_verified and (self is Access.VERIFIED or settings.is_service)


@dataclass(frozen=True)
class Route:
    """An endpoint; `plain` ones answer as text/plain without a charset, as some of the platform's do."""

    endpoint: Endpoint
    method: str = "POST"
    access: Access = Access.ALL
    needs_token: bool = True
    plain: bool = False
