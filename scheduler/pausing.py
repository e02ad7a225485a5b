"""Resuming what was paused, of which the chiefs are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.clock import stamp
from content.models import Person
from content.prepared import Prepared
from scheduler.channels import WECHAT
from scheduler.models import Outbox


def resume(session: Session, *, by: str, now: datetime) -> str:
    """Let automatic publishing go on and write to the chiefs that it does; return what people are told."""
    paused = control.paused_because(session)
    told = control.resume(session, by=by, now=now)
    for chief, name in _CHIEFS.rows(session.connection()) if paused else []:
        if name != by:
            text = f"{by}恢复了自动发布（{stamp(now)}）。原来：{paused}"
            session.add(Outbox(channel=WECHAT, person_id=chief, to="", text=text, due=now))
    return told


_PERSON = Person.__table__.c
_CHIEFS = Prepared(
    select(_PERSON.id, _PERSON.name)
    .where(_PERSON.role == "chief", _PERSON.revoked_at.is_(None), _PERSON.openid.is_not(None))
    .order_by(_PERSON.id)
)
