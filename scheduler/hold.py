"""Holding back: after WeChat refused the whole account, nothing of that kind is tried before a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import control

DRAFT_ONLY = "draft-only"  # the control that holds the account at drafts after a 48001
DRAFTS, POSTS = "drafts-wait", "posts-wait"  # the controls that say until when
OPEN_COMMENTS = "open-comments-wait"  # until then drafts are made without comments


class Stopped(Exception):
    """Nothing more of this kind can be done for the whole account just now."""


def hold(session: Session, kind: str, until: datetime, *, now: datetime) -> None:
    """Try nothing of this kind (DRAFTS, POSTS, OPEN_COMMENTS) before a moment."""
    control.write(session, kind, until.isoformat(), by="scheduler", now=now)


def is_held(session: Session, kind: str, now: datetime) -> bool:
    """Say whether this kind is held back at present."""
    row = control.read(session, kind)
    return row is not None and datetime.fromisoformat(row.value) > now
