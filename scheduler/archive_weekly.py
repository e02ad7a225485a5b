"""The weekly reports in an archive: each version that was delivered, with who delivered it, when and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from content import offline
from content.bundle import Bundle, safe
from content.clock import stamp
from content.errors import FilesWrong
from content.place_models import Place
from content.watermarked import marked
from scheduler.models import Report
from scheduler.sending_models import Delivery, Sending
from scheduler.weekly_reports import COMMUNITY

COLUMNS = ("社区", "版本", "送达", "文件")
RULE = (
    "只收送达过的版本，更正前后都送达过的都收；没有送达的不算，也不收。"
    "街道的长图、文字和压缩包由这些社区的数做成，不另收；发群的截图在“证据”里。"
)
Span = tuple[date, date]


class _Version(NamedTuple):
    """A version that was delivered: the code of its community, where its files lie, and its deliveries in words."""

    code: str
    version: int
    path: str
    sent: str


def weeks(session: Session, first: date, last: date) -> list[tuple[str, int]]:
    """Return the weeks of which something was delivered, each with how many versions of communities' reports."""
    count = func.count(Report.id.distinct())
    query = select(Report.period, count).join(Delivery, Delivery.report_id == Report.id)
    query = query.join(Sending, Sending.id == Delivery.sending_id).where(*_delivered((first, last)))
    return list(session.execute(query.group_by(Report.period).order_by(Report.period)).tuples().all())


def add(
    made: Bundle, session: Session, workspace: Path, span: Span, watermark: str, told: Callable[[int], None]
) -> list[str]:
    """Write a page and the files of each week, one week after another; return in words what is gone or broken."""
    writing = _Writing(
        made, workspace, watermark, told, dict(session.execute(select(Place.code, Place.name)).tuples().all())
    )
    rows = [
        (offline.link(f"{period}.html", period), writing.week(period, _versions(session, period, span)))
        for period, _ in weeks(session, *span)
    ]
    if rows:
        with made.text("weekly/index.html") as page:
            page.write(offline.head("社区周报", "../index.html") + offline.line(RULE))
            page.write(offline.table(("周", "份数"), rows) + offline.foot(watermark))
    return writing.wrong


class _Writing:
    """The weekly reports on their way into an archive."""

    def __init__(
        self, made: Bundle, workspace: Path, watermark: str, told: Callable[[int], None], names: Mapping[str, str]
    ) -> None:
        self.made, self.workspace, self.watermark, self.told, self.names = made, workspace, watermark, told, names
        self.wrong: list[str] = []

    def week(self, period: str, versions: Sequence[_Version]) -> int:
        """Write the files and the page of a week; return how many versions were delivered."""
        cells = [
            (self.names.get(one.code, one.code), one.version, one.sent, self._files(period, one)) for one in versions
        ]
        with self.made.text(f"weekly/{period}.html") as page:
            page.write(offline.head(f"{period} 社区周报", "index.html") + offline.table(COLUMNS, cells))
            page.write(offline.foot(self.watermark))
        return len(cells)

    def _files(self, period: str, one: _Version) -> offline.Link:
        """Write the files of a version and return the links to them, seen from the page of its week."""
        folder, links = self.workspace / one.path, []
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"{period}/{one.code}-v{one.version}/{safe(file.name)}"
            try:
                self.made.add(f"weekly/{name}", marked(file.read_bytes(), file.name, self.watermark))
                links.append(offline.link(name, file.name))
            except FilesWrong as error:
                self.wrong.append(str(error))
        if not links:
            self.wrong.append(f"{self.names.get(one.code, one.code)} {period} 周报第 {one.version} 版的文件不见了。")
        self.told(1)
        return offline.Link("<br>".join(links) or "（缺）")


def _versions(session: Session, period: str, span: Span) -> Sequence[_Version]:
    """Return the delivered versions of a week in the order of the communities' codes."""
    query = (
        select(Report.id, Report.place, Report.version, Report.path, Sending.way, Sending.by, Sending.at)
        .join(Delivery, Delivery.report_id == Report.id)
        .join(Sending, Sending.id == Delivery.sending_id)
        .where(Report.period == period, *_delivered(span))
        .order_by(Report.place, Report.version, Sending.id)
    )
    found: dict[int, _Version] = {}
    for number, code, version, path, way, by, at in session.execute(query):
        sent = f"{way}，{by}，{stamp(at)}"
        before = found.get(number)
        found[number] = _Version(code, version, path, f"{before.sent}；{sent}" if before else sent)
    return list(found.values())


def _delivered(span: Span) -> tuple[ColumnElement[bool], ...]:
    return Report.kind == COMMUNITY, Sending.revoked_at.is_(None), Delivery.day.between(*span)
