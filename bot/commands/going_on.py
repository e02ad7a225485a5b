"""更多: what the last answer left over, a part at a time, for everybody who writes to the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands.fitting import MORE, first_part, is_whole
from bot.commands.table import EVERYBODY, Ask, command, split
from content import more
from content.db import Store
from content.more import Rest

NOTHING = "没有更多了。"


@command(MORE, "下一部分", "下一页", roles=EVERYBODY, acts=True, aside=True, questions=True)
def go_on(ask: Ask) -> str:
    """更多：上一条没有显示完的，接着看。"""
    return next_part(ask) or NOTHING


def next_part(ask: Ask) -> str:
    """Return what follows the sender's last long answer; "" when nothing was kept for them."""
    rest = more.take(ask.session, ask.sender, now=ask.now)
    if rest is None:
        return ""
    asked = split(rest.words)  # a command with parts of its own
    if asked and asked[0].is_open_to(ask.person):
        return asked[0].answer(replace(ask, rest=asked[1]))
    if rest.text and is_whole(rest.text):
        more.keep(
            ask.session, ask.sender, Rest(), now=ask.now
        )  # so that whoever asks once more hears that this was all
    return rest.text or NOTHING


def shown_before(store: Store, openid: str, said: str, *, now: datetime) -> str | None:
    """Return what one reply holds of an answer; None when what follows is still to be written down."""
    if is_whole(said):
        return said
    part, rest = first_part(said)
    with store.glancing() as connection:
        return part if more.is_kept(connection, openid, rest, now=now) else None


def shown(session: Session, openid: str, said: str, *, now: datetime) -> str:
    """Return what one reply holds of an answer, and keep what follows for 更多."""
    if is_whole(said):
        return said
    part, rest = first_part(said)
    more.keep(session, openid, rest, now=now)
    return part
