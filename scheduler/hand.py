"""Figures by hand: one person proposes with evidence, another one who has seen it confirms; only then it counts.

Taking it in is a batch of its own, written in one transaction with the word that confirms: exactly once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content import evidence
from content.assignments import FIELD, beyond
from content.clock import local_day
from content.errors import OpsError
from content.gazetteer import everywhere, gazetteer
from content.models import Article, Event, Person
from content.paper import Evidence
from content.place_names import PlaceNames
from scheduler import ledger
from scheduler.hand_models import HandFigure
from scheduler.hand_words import EXAMPLE, Told
from scheduler.metrics import METRICS
from scheduler.models import Batch, Figure
from scheduler.subject_names import subject_name

HAND = "hand"  # the source of its batches
PROPOSED, CONFIRMED, REFUSED, WITHDRAWN = "proposed", "confirmed", "refused", "withdrawn"
STATES = {PROPOSED: "待复核", CONFIRMED: "已复核", REFUSED: "已退回", WITHDRAWN: "已撤回"}
CONFIRMERS = ("admin", "operator", "chief")
SEEN = "看过材料"
_NONE = "没有填报 {}。看待复核的请发：填报"
_WAITS = (HandFigure.decided_at.is_(None),)


@dataclass(frozen=True)
class Other:
    """What the ledger has for the same thing and day already."""

    value: int
    batch: int
    file_name: str


def subject(figure: HandFigure) -> str:
    """Return its name in the trail, and that of its evidence."""
    return f"figure:{figure.id}"


def propose(session: Session, person: Person, told: Told, *, now: datetime) -> HandFigure:
    """Note a figure that a person typed; OpsError where something is missing, is not theirs, or waits already."""
    if told.unclear or told.missing():
        raise OpsError(told.unclear or f"还差：{'、'.join(told.missing())}，例如：{EXAMPLE}")
    assert told.day is not None
    _demand_own(session, person, told, now)
    figure = HandFigure(
        metric=told.metric, subject=told.subject, day=told.day, value=told.value, state=PROPOSED, by=person.name, at=now
    )
    try:
        with session.begin_nested():
            session.add(figure)
    except IntegrityError:
        raise OpsError("这一天的这个数已经有人填报，还没有复核。看待复核的请发：填报") from None
    _trail(session, figure, f"填报 {told.value:,}", by=person.name, now=now)
    return figure


def confirm(session: Session, number: int, person: Person, *, now: datetime) -> HandFigure:
    """Take a figure into the ledger on the word of a second person who has seen its evidence; OpsError says why not."""
    figure = _to_decide(session, number, person)
    proofs = evidence.of(session, subject(figure))
    if not any(proof.fetched_at for proof in proofs):
        if any(proof.try_at for proof in proofs):
            raise OpsError(f"填报 {number} 的材料（截图）收到了，正在取，还看不到。请过一分钟看过再确认。")
        raise OpsError(f"填报 {number} 还没有材料（截图），不能复核。请{figure.by}先发“填报 {number}”，再发图片。")
    if not has_seen(session, figure, person, proofs):
        raise OpsError(
            f"请先看填报 {number} 的材料，再确认：网页 /console/figures/hand/{number}，或 wxops figure show {number}"
        )
    _decide(session, figure, CONFIRMED, person, "", now)
    values = {(figure.metric, figure.subject): figure.value}
    batch = ledger.record(session, HAND, f"填报 {number}", figure.day, values, complete=True, by=person.name, now=now)
    figure.batch_id = batch.id
    _trail(session, figure, f"复核，收进第 {batch.id} 批", by=person.name, now=now)
    return figure


def refuse(session: Session, number: int, reason: str, person: Person, *, now: datetime) -> HandFigure:
    """Send a figure back with a reason."""
    figure = _to_decide(session, number, person)
    if not reason.strip():
        raise OpsError(f"请写明原因，例如：退回填报 {number} 和截图不一样")
    _decide(session, figure, REFUSED, person, reason.strip(), now)
    _trail(session, figure, f"退回：{reason.strip()}", by=person.name, now=now)
    return figure


def withdraw(session: Session, number: int, person: Person, *, now: datetime) -> HandFigure:
    """Take one's own figure back before it is confirmed."""
    figure = shown(session, number, person)
    if figure.by != person.name:
        raise OpsError(f"填报 {number} 是{figure.by}填的，由本人撤回；不对的请退回：退回填报 {number} 原因")
    _decide(session, figure, WITHDRAWN, person, "", now)
    _trail(session, figure, "撤回", by=person.name, now=now)
    return figure


def move(session: Session, old: str, new: str, *, by: str, now: datetime) -> None:
    """Let the figures of a thing that became one with another be that one's, those that wait and those that are decided.

    Where one of the other waits for the same day and metric, it stays, and the moved one is sent back. Called before the
    ledger's own figures are moved, so that what is confirmed at this moment is moved with them.
    """
    waiting = {
        (one.metric, one.day): one.id
        for one in session.scalars(select(HandFigure).where(HandFigure.subject == new, *_WAITS))
    }
    for figure in session.scalars(select(HandFigure).where(HandFigure.subject == old).with_for_update()):
        twin = waiting.get((figure.metric, figure.day))
        if twin and figure.decided_at is None:
            figure.state, figure.decided_by, figure.decided_at = REFUSED, by, now
            figure.reason = f"同一件事已有填报 {twin} 待复核"
            evidence.unwanted(session, subject(figure))
        figure.subject = new
        told = f"{old}就是{new}，已并为一条".replace("article:", "文章")
        _trail(session, figure, told, by=by, now=now)
    session.flush()


def to_prove(session: Session, number: int, person: Person) -> HandFigure:
    """Return a figure of one's own that waits, to put evidence to it; OpsError for another one."""
    figure = shown(session, number, person)
    if figure.decided_at or figure.by != person.name:
        raise OpsError(f"填报 {number} 的材料由{figure.by}在复核以前交。")
    return figure


def named(session: Session, number: int) -> HandFigure:
    """Return figure N; OpsError when there is none."""
    known = 0 < number < 2**31
    figure = session.get(HandFigure, number, with_for_update=True, populate_existing=True) if known else None
    if figure is None:
        raise OpsError(_NONE.format(number))
    return figure


def sees(person: Person, figure: HandFigure) -> bool:
    """Say whether a person may see a figure: one of their own, or any where they may confirm it."""
    return person.role in CONFIRMERS or person.name == figure.by


def shown(session: Session, number: int, person: Person) -> HandFigure:
    """Return figure N for a person to look at; OpsError where there is none that they may see."""
    figure = named(session, number)
    if not sees(person, figure):
        raise OpsError(_NONE.format(number))
    return figure


def listed(
    session: Session, person: Person | None = None, *, waiting: bool = True, most: int = 100
) -> list[HandFigure]:
    """Return what waits for a second person, or everything with that first, the newest first.

    person: whose list it is; without one, it is everybody's.
    """
    query = select(HandFigure).where(*_for(person)).order_by(HandFigure.decided_at.is_not(None), HandFigure.id.desc())
    return list(session.scalars((query.where(*_WAITS) if waiting else query).limit(most)))


def waiting(session: Session, person: Person | None = None) -> int:
    """Return how many wait for a second person, of those that a person may see."""
    return session.scalar(select(func.count(HandFigure.id)).where(*_WAITS, *_for(person))) or 0


def note_seen(session: Session, figure: HandFigure, person: Person, *, now: datetime) -> None:
    """Note that a person was shown the evidence, once for what is there now."""
    proofs = evidence.of(session, subject(figure))
    if figure.decided_at is None and proofs and not has_seen(session, figure, person, proofs):
        _trail(session, figure, SEEN, by=person.name, now=now)


def has_seen(session: Session, figure: HandFigure, person: Person, proofs: Sequence[Evidence]) -> bool:
    """Say whether a person was shown all of the evidence."""
    seen = select(func.max(Event.at)).where(
        Event.subject == subject(figure), Event.why == SEEN, Event.by == person.name
    )
    at = session.scalar(seen)
    newest = max((proof.fetched_at or proof.sent_at for proof in proofs), default=None)
    return at is not None and newest is not None and at >= newest


def other(session: Session, figure: HandFigure) -> Other | None:
    """Return what the ledger says of the same thing and day, None where it says nothing or it is this very figure."""
    row = session.execute(
        select(Figure.value, Figure.batch_id, Batch.file_name)
        .join(Batch, Batch.id == Figure.batch_id)
        .where(Figure.metric == figure.metric, Figure.subject == figure.subject, Figure.day == figure.day)
        .where(Figure.superseded_by.is_(None), Batch.undone_at.is_(None))
    ).first()
    return None if row is None or row[1] == figure.batch_id else Other(*row)


def in_words(session: Session, figure: HandFigure) -> str:
    """Return a figure in a line: what it is, who typed it, how it stands, and what the ledger has instead."""
    metric, places = METRICS[figure.metric], PlaceNames(everywhere(session))
    state = STATES[figure.state]
    if figure.decided_by:
        state += f"（{figure.decided_by}{f'：{figure.reason}' if figure.reason else ''}）{_since(session, figure)}"
    beside = other(session, figure) if figure.state == PROPOSED else None
    differs = f"；已有 {beside.value:,}（第 {beside.batch} 批 {beside.file_name}）" if beside else ""
    return (
        f"填报 {figure.id}：{figure.day} {subject_name(figure.subject, places)} {metric.name} {figure.value:,} "
        f"{metric.unit}，{figure.by}填，{state}{differs}"
    )


def _since(session: Session, figure: HandFigure) -> str:
    """Return what became of a confirmed figure in the ledger, "" while it counts."""
    row = session.execute(
        select(Batch.undone_at, Figure.superseded_by)
        .join(Figure, Figure.batch_id == Batch.id)
        .where(Batch.id == figure.batch_id)
    ).first()
    if row is None or not any(row):
        return ""
    return f"，第 {figure.batch_id} 批已撤销，不作数" if row[0] else f"，已被第 {row[1]} 批代替"


def _for(person: Person | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for what a person may see, as `sees` says it."""
    return () if person is None or person.role in CONFIRMERS else (HandFigure.by == person.name,)


def _demand_own(session: Session, person: Person, told: Told, now: datetime) -> None:
    if person.role not in FIELD:
        raise OpsError("数由联络员、运营或管理员填报。")
    assert told.day is not None
    if told.code:
        spots = [spot for spot in gazetteer(session, told.day).places if spot.code == told.code]
        if not spots or all(beyond(session, person, spots, day) for day in (told.day, local_day(now))):
            raise OpsError("您只能填报自己负责的街道和社区。")
    elif person.role == "liaison":
        raise OpsError("您只能填报自己负责的街道和社区。")
    elif (
        told.subject.startswith("article:") and session.get(Article, int(told.subject.removeprefix("article:"))) is None
    ):
        raise OpsError(f"没有文章 {told.subject.removeprefix('article:')}。")


def _to_decide(session: Session, number: int, person: Person) -> HandFigure:
    if person.role not in CONFIRMERS:
        raise OpsError("填报由运营、主编或管理员复核。")
    figure = named(session, number)
    if figure.by == person.name:
        raise OpsError(f"填报 {number} 是您自己填的，要由另一个人复核。")
    if figure.decided_at:
        raise _decided(figure)
    return figure


def _decide(session: Session, figure: HandFigure, state: str, person: Person, reason: str, now: datetime) -> None:
    """Decide a figure, unless someone else did since it was read: one row is changed, or none."""
    waits = update(HandFigure).where(HandFigure.id == figure.id, HandFigure.decided_at.is_(None))
    done = session.execute(waits.values(state=state, decided_by=person.name, decided_at=now, reason=reason))
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        raise _decided(figure)
    evidence.unwanted(session, subject(figure))


def _decided(figure: HandFigure) -> OpsError:
    return OpsError(f"填报 {figure.id} {STATES[figure.state]}（{figure.decided_by}），不用再办。")


def _trail(session: Session, figure: HandFigure, why: str, *, by: str, now: datetime) -> None:
    session.add(Event(subject=subject(figure), at=now, by=by, why=why))
