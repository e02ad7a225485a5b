"""A WeChat of our own: the platform's side of the API, strict, and with faults on demand.

It imports nothing else of this project, so that both cannot be wrong in the same way.
"""

from __future__ import annotations

from bot.simulator.cli import main
from bot.simulator.settings import PROFILES, Settings, Switches
from bot.simulator.simulator import Simulator, running

__all__ = ["PROFILES", "Settings", "Simulator", "Switches", "main", "running"]
