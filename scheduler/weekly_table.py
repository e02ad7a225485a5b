"""The completeness table: communities × weeks, what was delivered, what is only made, what failed or is missing (domain.md §1b T9)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from content.gazetteer import Spot
from content.lineage import spot_of
from content.place_models import Place
from content.place_table import COMMUNITY as COMMUNITY_LEVEL
from content.weeks import Week, week_of
from scheduler.agreement import Contract
from scheduler.models import Report
from scheduler.sending_models import Delivery, Sending
from scheduler.weekly_reports import COMMUNITY, FAILED, MADE
from scheduler.weekly_watch import last_due


class Cell(StrEnum):
    """How a community's week stands."""

    DELIVERED = "已送达"
    CORRECTED = "待重发"
    MADE = "已生成"
    FAILED = "没做成"
    PLANNED = "待生成"
    MISSING = "没有做"
    NOT_DUE = "未到期"
    ABSENT = "无此社区"


SUBJECT = "weekly-table"  # in the log of downloads
SHORT = {
    Cell.DELIVERED: "送", Cell.CORRECTED: "重", Cell.MADE: "生", Cell.FAILED: "败", Cell.PLANNED: "待", Cell.MISSING: "缺",
    Cell.NOT_DUE: "·", Cell.ABSENT: "",
}  # fmt: skip
COUNTED = (Cell.DELIVERED, Cell.CORRECTED)  # what an older version brought counts


@dataclass(frozen=True)
class Line:
    """One community's weeks."""

    spot: Spot
    street: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """All communities' weeks; `weeks` are the columns."""

    weeks: Sequence[Week]
    lines: Sequence[Line]

    @property
    def due(self) -> int:
        """Return how many reports are due by now."""
        return sum(cell not in (Cell.NOT_DUE, Cell.ABSENT) for line in self.lines for cell in line.cells)

    @property
    def delivered(self) -> int:
        """Return how many were delivered, each community's week once."""
        return self.count(*COUNTED)

    def count(self, *cells: Cell) -> int:
        """Return how many stand so."""
        return sum(cell in cells for line in self.lines for cell in line.cells)

    @property
    def sum_line(self) -> str:
        """Return the table in one line."""
        told = [f"应送 {self.due} 份，已送达 {self.delivered} 份"]
        for cell in (Cell.CORRECTED, Cell.MADE, Cell.FAILED, Cell.PLANNED, Cell.MISSING):
            if count := self.count(cell):
                told.append(f"{'其中' if cell == Cell.CORRECTED else ''}{cell} {count} 份")
        return "，".join(told) + "。"


def weeks_of(contract: Contract) -> list[Week]:
    """Return the contract's weeks by its rule, oldest first."""
    return [week_of(span.first) for span in contract.week_spans()]


def table(session: Session, weeks: Sequence[Week], now: datetime, *, street: str = "") -> Table:
    """Return the communities' weeks; street: the code of one, "" for all of them."""
    places = session.scalars(select(Place).order_by(Place.parent, Place.code)).all()
    names = {place.code: place.name for place in places}
    there = [place for place in places if place.level == COMMUNITY_LEVEL and (not street or place.parent == street)]
    newest, got = _newest(session, weeks), _got(session, weeks)
    there = [place for place in there if any(_is_there(place, week, got) for week in weeks)]
    last = last_due(now)
    lines = []
    for place in there:
        cells = [_cell(place, week, newest.get((place.code, week.name)), got, last) for week in weeks]
        lines.append(Line(spot_of(place), names.get(place.parent, ""), cells))
    return Table(weeks, lines)


def workbook(found: Table, line: str) -> bytes:
    """Return the table as XLSX, with the watermark as its last line."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("周报完成表")
        sheet.freeze_panes(1, 2)
        for column, head in enumerate(["街道", "社区", *(week.name for week in found.weeks)]):
            sheet.write_string(0, column, head)
        for row, one in enumerate(found.lines, 1):
            for column, words in enumerate([one.street, one.spot.name, *map(str, one.cells)]):
                sheet.write_string(row, column, words)
        sheet.write_string(len(found.lines) + 2, 0, found.sum_line)
        sheet.write_string(len(found.lines) + 3, 0, line)
    return file.getvalue()


Got = Mapping[tuple[str, str], set[int]]  # the delivered reports by community and week


def _is_there(place: Place, week: Week, got: Got) -> bool:
    """Say whether a report is due: the community is one of the week's Sunday, or its report was delivered before it ended."""
    first, last = place.active_from or date.min, place.active_to or date.max
    return first <= week.last <= last or (place.code, week.name) in got


def _cell(place: Place, week: Week, newest: tuple[int, str] | None, got: Got, last: Week) -> Cell:
    if not _is_there(place, week, got):
        return Cell.ABSENT
    if newest is None:
        return Cell.MISSING if week <= last else Cell.NOT_DUE
    number, state = newest
    if reports := got.get((place.code, week.name)):
        return Cell.CORRECTED if state == MADE and number not in reports else Cell.DELIVERED
    return {MADE: Cell.MADE, FAILED: Cell.FAILED}.get(state, Cell.PLANNED)


def _newest(session: Session, weeks: Sequence[Week]) -> dict[tuple[str, str], tuple[int, str]]:
    query = select(Report.place, Report.period, Report.id, Report.state).where(Report.kind == COMMUNITY)
    query = query.where(Report.period.in_([week.name for week in weeks])).order_by(Report.version)
    return {(place, period): (number, state) for place, period, number, state in session.execute(query)}


def _got(session: Session, weeks: Sequence[Week]) -> Got:
    """Return the delivered reports of each community and week."""
    query = select(Report.place, Report.period, Report.id).join(Delivery, Delivery.report_id == Report.id)
    query = query.join(Sending, Sending.id == Delivery.sending_id).where(Sending.revoked_at.is_(None))
    found: dict[tuple[str, str], set[int]] = {}
    for place, period, number in session.execute(
        query.where(Report.kind == COMMUNITY, Report.period.in_([week.name for week in weeks]))
    ):
        found.setdefault((place, period), set()).add(number)
    return found
