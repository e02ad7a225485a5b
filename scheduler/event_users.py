"""新增用户 of events beside the platform's own number by event code: whether the two agree (domain.md §1a 5)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.record_models import Record
from content.record_views import UNKNOWN
from scheduler.models import Batch, Figure

METRIC = "event_users"
EVENT = "活动"


@dataclass(frozen=True)
class Agreement:
    """An event's number as it was recorded and as the platform has it, None where nobody knows.

    is_ours: an event with the code was recorded; the platform may have one that nobody told of.
    """

    code: str
    ours: int | None
    theirs: int | None
    is_ours: bool = True

    @property
    def agrees(self) -> bool | None:
        """Say whether the two are the same; None where one of them is not known."""
        return None if self.ours is None or self.theirs is None else self.ours == self.theirs

    @property
    def words(self) -> str:
        """Return both numbers and the outcome, as people read it."""
        if not self.is_ours:
            return f"没有记：平台导出活动码 {self.code}，{_or_unknown(self.theirs)} 人，没有记过用这个码的活动"
        outcome = {None: "还不能核对", True: "相符", False: "不符"}[self.agrees]
        return (
            f"{outcome}：活动码 {self.code}，记了 {_or_unknown(self.ours)} 人，平台导出 {_or_unknown(self.theirs)} 人"
        )


def agreements(session: Session) -> dict[str, Agreement]:
    """Return the comparison of each event code, by `key_of` it; several events of one code are added up.

    Ours come first, then those that the platform alone has.
    """
    there = (Record.kind == EVENT, Record.revoked_at.is_(None), Record.facts.contains('"code"'))
    facts = [
        json.loads(one) for one in session.scalars(select(Record.facts).where(*there).order_by(Record.day, Record.id))
    ]
    codes = {key_of(one["code"]): one["code"] for one in facts}
    theirs, named = _exported(session)
    ours: dict[str, int] = {}
    for one in facts:
        if one.get("new_users") is not None:
            ours[key_of(one["code"])] = ours.get(key_of(one["code"]), 0) + one["new_users"]
    found = {key: Agreement(code, ours.get(key), theirs.get(key)) for key, code in codes.items()}
    return found | {
        key: Agreement(named[key], None, theirs[key], False) for key in sorted(theirs.keys() - codes.keys())
    }


def key_of(code: str) -> str:
    """Return a code as it is compared, whatever its letters' case."""
    return code.strip().upper()


def _exported(session: Session) -> tuple[dict[str, int], dict[str, str]]:
    """Return the newest number of each code, over all its places, and the codes as they are written."""
    query = select(Figure.subject, Figure.value).join(Batch, Batch.id == Figure.batch_id)
    standing = query.where(Figure.metric == METRIC, Batch.undone_at.is_(None)).order_by(Figure.day, Figure.batch_id)
    newest = {subject: value for subject, value in session.execute(standing)}  # noqa: C416 - the newest wins
    found, named = dict[str, int](), dict[str, str]()
    for subject, value in newest.items():
        code = subject.rpartition(":")[2]
        found[key_of(code)] = found.get(key_of(code), 0) + value
        named[key_of(code)] = code
    return found, named


def _or_unknown(number: int | None) -> str:
    return UNKNOWN if number is None else str(number)
