"""Named values for the whole account: the pause, the appid, whatever must outlive a process."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, bindparam, func, literal_column, select, text
from sqlalchemy.orm import Session

from content.db import Moment
from content.errors import OpsError
from content.models import Control
from content.prepared import Prepared

PAUSE, PAUSE_WHY = "pause", "pause-why"
ON, OFF = "on", "off"


class Named(NamedTuple):
    """A named value, and when and by whom it was set."""

    name: str
    value: str
    at: datetime
    by: str


def read(session: Session, name: str) -> Named | None:
    """Return a named value, or None."""
    row = _READ.first(session.connection(), name=name)
    return Named(*row) if row else None


def beginning_with(session: Session, prefix: str) -> list[Named]:
    """Return the named values whose names begin with a prefix and that are not empty, by name."""
    return [Named(*row) for row in _BEGINNING_WITH.rows(session.connection(), prefix=prefix)]


def write(session: Session, name: str, value: str, *, by: str, now: datetime) -> None:
    """Set a named value."""
    _SET.first(session.connection(), name=name, value=value, at=now, by=by)


def is_on(session: Session, name: str) -> bool:
    """Say whether a switch is on."""
    row = read(session, name)
    return row is not None and row.value == ON


def pause(session: Session, why: str = "", *, by: str, now: datetime) -> str:
    """Hold all automatic publishing back, for a reason if one is given; return what people are told."""
    row = read(session, PAUSE)
    if row and row.value == ON:
        return f"发布早已暂停（{row.by}{_because(session)}）。要恢复请发：恢复"
    write(session, PAUSE, ON, by=by, now=now)
    write(session, PAUSE_WHY, why, by=by, now=now)
    return f"已暂停自动发布{_because(session)}，到点的推文会等着。要恢复请发：恢复"


def resume(session: Session, *, by: str, now: datetime) -> str:
    """Let automatic publishing go on; return what people are told.

    A word by which a post was to go out at once was given before the pause and holds no more.
    """
    if not is_on(session, PAUSE):
        return "发布没有暂停。"
    write(session, PAUSE, OFF, by=by, now=now)
    _FORGET_WORDS.first(session.connection())
    return "已恢复自动发布。暂停期间到点的推文会陆续发出，等得太久的要先确认。"


def paused_because(session: Session) -> str:
    """Return who holds automatic publishing back and why, as a sentence; "" when nobody does."""
    row = read(session, PAUSE)
    return f"自动发布已暂停（{row.by}{_because(session)}）。" if row and row.value == ON else ""


def _because(session: Session) -> str:
    row = read(session, PAUSE_WHY)
    return f"：{row.value}" if row and row.value else ""


def claim_database(session: Session, appid: str, *, now: datetime) -> None:
    """Remember whose database this is; OpsError when it belongs to another account."""
    session.execute(_ADD, {"name": "appid", "value": appid, "at": now, "by": "wxops"})
    row = read(session, "appid")
    if row is not None and row.value != appid:
        raise OpsError(f"这个数据库属于公众号 {row.value}，而配置里写的是 {appid}。一个公众号用一个数据库。")


_TABLE = Control.__table__  # asked at each tick and at many messages, so prepared
_VALUES = select(_TABLE.c.name, _TABLE.c.value, _TABLE.c.at, _TABLE.c.by)
_FORGET_WORDS = Prepared(text("UPDATE post SET confirmed_at = NULL WHERE confirmed_at IS NOT NULL"))
_READ = Prepared(_VALUES.where(_TABLE.c.name == bindparam("name")))
_INSERT = 'INSERT INTO control (name, value, at, "by") VALUES (:name, :value, :at, :by) ON CONFLICT (name) DO '
_ADD = text(f"{_INSERT}NOTHING").bindparams(bindparam("at", type_=Moment))
_BEGINNING_WITH = Prepared(
    _VALUES.where(
        func.substr(_TABLE.c.name, literal_column("1"), func.length(bindparam("prefix", type_=Text)))
        == bindparam("prefix", type_=Text),
        _TABLE.c.value != literal_column("''"),
    ).order_by(_TABLE.c.name)
)  # no LIKE, whose pattern SQLite reads anew each time it is given
_SET = Prepared(
    text(f'{_INSERT}UPDATE SET value = excluded.value, at = excluded.at, "by" = excluded."by"').bindparams(
        bindparam("at", type_=Moment)
    )
)
