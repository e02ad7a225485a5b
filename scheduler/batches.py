"""A file's figures taken into the ledger in one transaction, what a batch changed, and how it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from content.clock import stamp
from content.errors import OpsError
from content.models import Event
from scheduler import anomalies, ledger
from scheduler.anomaly_standing import judge_anew
from scheduler.intake import Read
from scheduler.models import Batch, Figure
from scheduler.tally import alone, counted_anew


class TakenBefore(OpsError):
    """The same file, or the same figures in another file, are there already."""


@dataclass(frozen=True)
class Change:
    """A value that a batch has replaced by another one."""

    day: date
    metric: str
    subject: str
    old: int
    new: int


def refuse_again(session: Session, read: Read, content: str) -> None:
    """Refuse a file that was taken in before and is not undone, also in other bytes."""
    same = select(Batch).where(Batch.source == read.kind.id, Batch.undone_at.is_(None))
    found = session.scalar(same.where(or_(Batch.sha256 == read.sha256, Batch.content == content)).limit(1))
    if found is not None:
        what = "这个文件" if found.sha256 == read.sha256 else f"这些数（文件“{found.file_name}”）"
        raise TakenBefore(
            f"{what}已经收过：第 {found.id} 批，{stamp(found.at)}，{found.by}。没有再收。"
            f'要重新收，先撤销那一批：wxops batch undo {found.id} --reason "为什么"'
        )


def take(session: Session, read: Read, content: str, *, by: str, now: datetime) -> Batch:
    """Take a file's figures in as a batch; older values of the same things and days are superseded.

    The caller's transaction holds all of it: whatever breaks, nothing is taken in. TakenBefore for the same again.
    """
    alone(session)
    refuse_again(session, read, content)
    batch = Batch(
        source=read.kind.id,
        file_name=read.name,
        sha256=read.sha256,
        content=content,
        by=by,
        at=now,
        rows=read.rows - read.bad_rows,
        complete=not read.bad_rows,
    )
    session.add(batch)
    try:
        session.flush()
    except IntegrityError as error:  # somebody took it in at this very moment
        raise TakenBefore("这个文件刚刚被别人收进来了，没有再收。") from error
    _insert(session, read, batch)
    ledger.supersede(session, batch)
    counted_anew(session, batch.id)
    anomalies.look(session, batch, now=now)
    return batch


def _insert(session: Session, read: Read, batch: Batch) -> None:
    """Insert the figures as the driver takes them: there may be half a million, and everybody who writes waits for it."""
    connection = session.connection()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    columns = "day, metric, subject, value, source, batch_id"
    statement = f"INSERT INTO figure ({columns}) VALUES ({', '.join([mark] * 6)})"  # noqa: S608
    for rows in read.spool.figures_by_month():
        connection.exec_driver_sql(statement, [(*row, batch.source, batch.id) for row in rows])


def changes(session: Session, batch: Batch, most: int) -> tuple[int, list[Change]]:
    """Return how many values a batch replaced by others, and the first ones."""
    new, older = aliased(Figure), aliased(Batch)
    counted_then = or_(older.undone_at.is_(None), older.undone_at > batch.at)
    found = (
        select(Figure.day, Figure.metric, Figure.subject, Figure.value, new.value.label("new"))
        .join(new, (new.metric == Figure.metric) & (new.subject == Figure.subject) & (new.day == Figure.day))
        .join(older, older.id == Figure.batch_id)
        .where(new.batch_id == batch.id, Figure.superseded_by == batch.id, Figure.value != new.value, counted_then)
    )
    number = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if not number:
        return 0, []
    rows = session.execute(found.order_by(Figure.day, Figure.metric, Figure.subject, Figure.id.desc()).limit(most))
    return number, [Change(*row) for row in rows]


def left_standing(session: Session, batch: Batch, most: int) -> list[tuple[date, str, str, int]]:
    """Return the values of the same source and days that a batch says nothing of: they still count."""
    days = select(Figure.day).where(Figure.batch_id == batch.id).distinct()
    rows = session.execute(
        select(Figure.day, Figure.metric, Figure.subject, Figure.value)
        .join(Batch, Batch.id == Figure.batch_id)
        .where(Batch.source == batch.source, Batch.id < batch.id, Batch.undone_at.is_(None))
        .where(Figure.superseded_by.is_(None), Figure.day.in_(days))
        .order_by(Figure.day, Figure.metric, Figure.subject)
        .limit(most)
    )
    return [(day, metric, subject, value) for day, metric, subject, value in rows]


def undo(session: Session, number: int, reason: str, *, by: str, now: datetime) -> Batch:
    """Undo a batch: what it superseded counts again. OpsError without a reason, or when it is undone already."""
    alone(session)
    batch = batch_numbered(session, number)
    session.refresh(batch)
    if not reason.strip():
        raise OpsError(f"撤销第 {number} 批要写理由。")
    if batch.undone_at:
        raise OpsError(f"第 {number} 批在 {stamp(batch.undone_at)} 已经撤销了。")
    batch.undone_at = now
    mine = aliased(Figure)
    later = (
        select(mine.superseded_by)
        .where(mine.batch_id == number, mine.metric == Figure.metric)
        .where(mine.subject == Figure.subject, mine.day == Figure.day)
        .scalar_subquery()
    )
    session.execute(
        update(Figure)
        .where(Figure.superseded_by == number)
        .values(superseded_by=later)
        .execution_options(synchronize_session=False)
    )
    session.add(Event(subject=f"batch:{number}", at=now, by=by, why=f"撤销：{reason.strip()}"))
    session.flush()
    counted_anew(session, number)
    judge_anew(session, number, now=now)
    return batch


def batch_numbered(session: Session, number: int) -> Batch:
    """Return batch N; OpsError when there is none."""
    batch = session.get(Batch, number) if 0 < number < 2**31 else None
    if batch is None:
        raise OpsError(f"没有第 {number} 批。用 wxops batch list 看有哪些。")
    return batch


def batches(session: Session, sources: Sequence[str], most: int) -> list[Batch]:
    """Return the newest batches of some sources, the newest first."""
    query = select(Batch).where(Batch.source.in_(sources)).order_by(Batch.id.desc()).limit(most)
    return list(session.scalars(query))


def days_of(session: Session, batch: Batch) -> tuple[date, date] | None:
    """Return the first and the last day that a batch has figures of, None when it has none."""
    first, last = session.execute(
        select(func.min(Figure.day), func.max(Figure.day)).where(Figure.batch_id == batch.id)
    ).one()
    return (first, last) if first else None


def trail(session: Session, number: int) -> list[Event]:
    """Return what happened to a batch."""
    return list(session.scalars(select(Event).where(Event.subject == f"batch:{number}").order_by(Event.id)))
