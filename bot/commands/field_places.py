"""我的社区: the places that a person is there for."""

from __future__ import annotations

from bot.commands.table import Ask, command
from content.assignments import FIELD, in_words
from content.clock import local_day


@command("我的社区", "我的街道", roles=FIELD)
def mine(ask: Ask) -> str:
    """我的社区：您负责哪些街道和社区。"""
    assert ask.person is not None
    return in_words(ask.session, ask.person, local_day(ask.now))
