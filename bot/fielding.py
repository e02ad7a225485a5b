"""Field work as the terminal and the pages do it: words are read as a message's, files are on the disk first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content import closing, evidence, field_changes, field_words, groups, records
from content.clock import local_day
from content.day_names import on_its_day
from content.errors import OpsError, WrongUse
from content.field_kinds import KINDS
from content.gazetteer import gazetteer
from content.past_days import day_at
from content.people import person_named
from content.record_models import Record
from content.record_words import day_words, subject

Upload = tuple[str, bytes]  # the name of a file and what is in it


def add(parts: Parts, kind: str, words: str, *, by: str, again: bool = False, why: str = "") -> int:
    """Record a piece of field work in the words of a message; return its number. OpsError names what is missing.

    why: for what comes after its month was closed.
    """
    if kind not in KINDS:
        raise WrongUse(f"没有“{kind}”这一类，可以写：{'、'.join(KINDS)}。")
    now = parts.clock.now()
    today = local_day(now)
    with parts.store.transaction() as session:
        draft = on_its_day(session, lambda known: field_words.read(words, kind, known, today), today)
        known = gazetteer(session, draft.day or today)
        if draft.unclear:
            raise OpsError(f"“{draft.word}”有几个：{known.candidates(draft.unclear)}。请写全名。")
        if draft.word and not draft.places:
            raise OpsError(known.unknown(draft.word))
        told = replace(draft, why=why.strip())
        return records.add(session, person_named(session, by), told, now=now, again=again).id


def correct(parts: Parts, number: int, words: str, *, by: str, why: str = "") -> str:
    """Correct a record by the words of a message; return what was changed. why: after its month was closed."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        record = records.named(session, number, person, now=now, hold=True)
        told = on_its_day(
            session, lambda known: field_changes.changed(words, record.kind, known, local_day(now)), record.day
        )
        changes = records.correct(session, record, replace(told, why=why.strip()), person, now=now)
        return f"记录{number}已更正：{changes}。"


def void(parts: Parts, number: int, why: str, *, by: str) -> str:
    """Void a record with a reason; return what was done."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        records.void(session, records.named(session, number, person, now=now, hold=True), why, person, now=now)
    return f"记录{number}已作废，不再计数，经过留着。"


def retire(parts: Parts, number: int, why: str, day: str = "", *, by: str) -> str:
    """Retire a group from a day, today's where none is told; return what was done."""
    now = parts.clock.now()
    found = day_at(day.strip(), 0, local_day(now)) if day.strip() else (local_day(now), 0)
    if found is None:
        raise WrongUse(f"“{day}”不是日期，请写成 12月3日 或 2026-12-03。")
    with parts.store.transaction() as session:
        person = person_named(session, by)
        group = records.named(session, number, person, now=now, hold=True)
        groups.retire(session, group, found[0], why, person, now=now)
    return f"群组{number}从{day_words(found[0])}起已解散，不再计数，经过留着。"


def prove(parts: Parts, number: int, uploads: Sequence[Upload], *, by: str, why: str = "") -> str:
    """Put photographs, sheets or PDFs to a record; return what was done. One that cannot be taken stops all of them.

    why: after its month was closed.
    """
    if not uploads:
        raise WrongUse("请选择照片、签到表或 PDF。")
    now = parts.clock.now()
    with parts.store.transaction() as session:  # before anything is kept
        closing.demanded(session, why, [_own(session, number, by, now).day])
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    with parts.store.transaction() as session:
        record = _own(session, number, by, now)
        records.demand_reason(session, record, why, person_named(session, by), now=now)
        words = f"{record.kind}记录{number}"
        for name, path in kept:
            evidence.hand_in(session, subject(record), path, name=name, words=words, by=by, now=now)
    return f"已收下 {len(kept)} 份，附在{words}上。"


def close(parts: Parts, month: str, *, by: str) -> str:
    """Close a month; return what was done."""
    with parts.store.transaction() as session:
        return closing.close(session, month, person_named(session, by), now=parts.clock.now())


def reopen(parts: Parts, month: str, why: str, *, by: str) -> str:
    """Open a closed month again; return what was done."""
    with parts.store.transaction() as session:
        return closing.reopen(session, month, why, person_named(session, by), now=parts.clock.now())


def _own(session: Session, number: int, by: str, now: datetime) -> Record:
    """Return a record; OpsError where it is not this person's to prove."""
    person = person_named(session, by)
    record = records.named(session, number, person, now=now, hold=True)
    if not records.may_prove(session, record, person, now=now):
        raise OpsError(f"记录{number}的材料由记的人或运营来交；已作废的不用交。")
    return record
