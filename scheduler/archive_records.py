"""The field work of the year's archive: a list for each kind with private numbers masked, and the files that prove it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from content import offline
from content.bundle import Bundle
from content.groups import GROUP
from content.lint.privacy import masked
from content.paper import Evidence
from content.record_models import Record
from content.record_views import views
from scheduler.proof_index import of_the_contract

COLUMNS = ("编号", "日期", "地点", "人数", "新增用户", "内容", "记录人", "单位", "材料", "说明")
FILE_COLUMNS = ("属于", "编号", "文件", "谁交的", "sha256")
_MANY = 300  # records that are in memory at once


def kinds(session: Session, first: date, last: date) -> list[tuple[str, int]]:
    """Return the kinds of field work of a period, and how many there are of each, the voided ones included."""
    query = select(Record.kind, func.count()).where(_in_period(first, last)).group_by(Record.kind).order_by(Record.kind)
    return [(row[0], row[1]) for row in session.execute(query)]


def add(
    made: Bundle,
    session: Session,
    kind: str,
    name: str,
    span: tuple[date, date],
    watermark: str,
    told: Callable[[int], None],
) -> None:
    """Write the list of a kind as `name`.html and `name`.csv beside it; `told` hears how many were written."""
    query = select(Record.id).where(Record.kind == kind, _in_period(*span)).order_by(Record.day, Record.id)
    numbers = session.scalars(query).all()
    with made.text(f"{name}.html") as page:
        page.write(
            offline.head(kind, "../index.html")
            + offline.line(offline.link(f"{Path(name).name}.csv", "表格文件（CSV）"))
        )
        page.write(offline.table_head(COLUMNS))
        for rows in _rows(session, numbers):
            page.write("".join(map(offline.table_row, rows)))
            told(len(rows))
        page.write(offline.TABLE_END + offline.foot(watermark))
    with made.text(f"{name}.csv") as table:
        table.write("\ufeff" + offline.csv_line(COLUMNS))
        for rows in _rows(session, numbers):
            table.write("".join(map(offline.csv_line, rows)))


def files(session: Session, first: date) -> Sequence[Evidence]:
    """Return the evidence that is kept since a day: of field work, verdicts, reports."""
    return session.scalars(of_the_contract(first)).all()


def add_files(
    made: Bundle, workspace: Path, kept: Sequence[Evidence], watermark: str, told: Callable[[int], None]
) -> list[str]:
    """Write the files by content, each once, and the page that names them; return in words what is gone or was changed."""
    names, wrong = dict[str, str](), []
    for row in kept:
        if row.sha256 not in names and _is_whole(workspace / row.path, row.sha256):
            names[row.sha256] = f"{row.sha256}{Path(row.path).suffix}"
            made.add_file(f"evidence/{names[row.sha256]}", workspace / row.path)
        elif row.sha256 not in names:
            wrong.append(f"{row.words}的文件 {row.path} 不见了，或被改过。")
        told(1)
    with made.text("evidence/index.html") as page:
        page.write(offline.head("证据", "../index.html") + offline.table_head(FILE_COLUMNS))
        for row in kept:
            shown = masked(row.name) or "照片"
            name = names.get(row.sha256)
            file = offline.link(name, shown) if name else f"{shown}（文件不见了，或被改过）"
            page.write(offline.table_row((masked(row.words), row.subject, file, row.by, row.sha256)))
        page.write(offline.TABLE_END + offline.foot(watermark))
    return wrong


def _in_period(first: date, last: date) -> ColumnElement[bool]:
    return or_(Record.day.between(first, last), and_(Record.kind == GROUP, Record.day <= last))


def _rows(session: Session, numbers: Sequence[int]) -> Iterator[list[list[object]]]:
    for at in range(0, len(numbers), _MANY):
        some = session.scalars(
            select(Record).where(Record.id.in_(numbers[at : at + _MANY])).order_by(Record.day, Record.id)
        ).all()
        yield [
            [
                str(view.number), str(view.day), view.where, view.people, view.new_users, view.text, view.by, view.company,
                view.evidence, "；".join([*(["已作废"] if view.is_void else []), *view.flags]),
            ]
            for view in views(session, some)
        ]  # fmt: skip
        session.expunge_all()


def _is_whole(file: Path, sha256: str) -> bool:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == sha256
    except OSError:
        return False
