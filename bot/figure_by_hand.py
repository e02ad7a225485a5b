"""Figures by hand as the terminal and the pages do them: words are read as a message's, files are on the disk first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wiring import Parts
from content import evidence
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.people import person_named
from scheduler import hand
from scheduler.hand_words import on_its_day

Upload = tuple[str, bytes]  # the name of a file and what is in it


def add(parts: Parts, words: str, uploads: Sequence[Upload], *, by: str) -> int:
    """Propose a figure in the words of a message, with what is at hand of its evidence; return its number."""
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    now = parts.clock.now()
    with parts.store.transaction() as session:
        told = on_its_day(session, words, local_day(now))
        figure = hand.propose(session, person_named(session, by), told, now=now)
        for name, path in kept:
            evidence.hand_in(session, hand.subject(figure), path, name=name, words=f"填报 {figure.id}", by=by, now=now)
        return figure.id


def prove(parts: Parts, number: int, uploads: Sequence[Upload], *, by: str) -> str:
    """Put screenshots to a figure that waits; return what was done."""
    if not uploads:
        raise WrongUse("请选择截图或 PDF。")
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    with parts.store.transaction() as session:
        figure = hand.to_prove(session, number, person_named(session, by))
        for name, path in kept:
            evidence.hand_in(
                session, hand.subject(figure), path, name=name, words=f"填报 {number}", by=by, now=parts.clock.now()
            )
    return f"已收下 {len(kept)} 份，附在填报 {number} 上。"


def decide(parts: Parts, number: int, what: str, *, by: str, reason: str = "") -> str:
    """Confirm, refuse or withdraw a figure; return what was done. what: hand.CONFIRMED, REFUSED or WITHDRAWN."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        if what == hand.CONFIRMED:
            figure = hand.confirm(session, number, person, now=now)
            return f"填报 {number} 已复核，收进第 {figure.batch_id} 批。"
        if what == hand.REFUSED:
            hand.refuse(session, number, reason, person, now=now)
            return f"填报 {number} 已退回：{reason.strip()}"
        if what == hand.WITHDRAWN:
            hand.withdraw(session, number, person, now=now)
            return f"填报 {number} 已撤回。"
    raise OpsError("没有这样办的。")
