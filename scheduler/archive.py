"""The year's archive: one ZIP that opens without the product and without a network, with all that the contract brought about.

It is written piece by piece, so that its size is no question of memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from content import offline
from content.bundle import SUMS, Bundle, bundle, safe
from content.clock import local_day, stamp
from content.db import Store
from content.errors import FilesWrong, OpsError, WrongUse
from content.watermarked import marked
from scheduler import archive_articles, archive_dossiers, archive_records, archive_weekly, report_desk
from scheduler.archive_articles import Place
from scheduler.contract import MISSING, board_line, standings, told
from scheduler.counting import NAMES
from scheduler.models import Report
from scheduler.report_models import Download
from scheduler.report_states import KINDS, state_in_words
from scheduler.targets import CONTRACT_FILE, Contract, read_contract

SUBJECT = "archive"  # in the log of downloads
REPORT_COLUMNS = ("编号", "报告", "期间", "版本", "状态", "甲方意见", "文件")
Progress = Callable[[int, int], None]  # how much is done, of how much


@dataclass(frozen=True)
class Wish:
    """An archive that is wanted: where it shall lie, what it is called, who takes it, the line at the foot of its pages."""

    out: Path
    account: str
    by: str
    watermark: str


@dataclass(frozen=True)
class Archived:
    """What went into an archive; `wrong` names what is missing in it."""

    articles: int
    records: int
    files: int
    reports: int
    weekly: int
    wrong: Sequence[str]


def write(
    store: Store, workspace: Path, pictures: Path, wish: Wish, *, now: datetime, progress: Progress | None = None
) -> Archived:
    """Write the archive of the contract, up to today while it runs; whole, or nothing at all.

    WrongUse where there is a file already, OpsError where there is no contract, FilesWrong where the disk does not take it.
    """
    if wish.out.exists():
        raise WrongUse(f"{wish.out} 已经有了，没有覆盖。请换一个文件名。")
    contract = read_contract(workspace, NAMES)
    if contract is None:
        raise OpsError(MISSING)
    try:
        with store.reading() as session, bundle(wish.out, now) as made:
            one = _Writing(
                made, session, workspace, Place(workspace, pictures, wish.watermark), contract, wish, now, progress
            )
            archived = one.everything()
    except OSError as error:
        raise FilesWrong(f"没有写成 {wish.out}：{error.strerror or error}。") from error
    with store.transaction() as session:
        session.add(Download(subject=SUBJECT, file=wish.out.name, sha256="", by=wish.by, at=now))
    return archived


class _Writing:
    """One archive on its way."""

    def __init__(
        self, made: Bundle, session: Session, workspace: Path, place: Place, contract: Contract, wish: Wish,
        now: datetime, progress: Progress | None,
    ) -> None:  # fmt: skip
        self.made, self.session, self.workspace, self.place = made, session, workspace, place
        self.contract, self.wish, self.now = contract, wish, now
        self.progress, self.done, self.of = progress, 0, 0
        self.wrong: list[str] = []
        self.first, self.last = contract.first, min(contract.last, local_day(now))

    def everything(self) -> Archived:
        articles = archive_articles.out_in(self.session, self.first, self.last)
        kinds = archive_records.kinds(self.session, self.first, self.last)
        kept = archive_records.files(self.session, self.first)
        reports = report_desk.filed(self.session, self.first, self.contract.last)
        weekly = sum(count for _, count in archive_weekly.weeks(self.session, self.first, self.last))
        self.of = len(articles) + sum(count for _, count in kinds) + len(kept) + len(reports) + weekly
        written = self._reports(reports)
        board = self._board()
        records = [self._kind(n, kind, count) for n, (kind, count) in enumerate(kinds, 1)]
        records += archive_dossiers.add(self.made, self.session, self.last, self.wish.watermark)
        gone = archive_records.add_files(self.made, self.workspace, kept, self.wish.watermark, self._tell)
        rows = archive_articles.add(self.made, self.session, self.place, articles, lambda: self._tell(1))
        self.wrong += gone + archive_weekly.add(
            self.made, self.session, self.workspace, (self.first, self.last), self.wish.watermark, self._tell
        )
        self._index(rows, written, weekly, records, len(kept), board)
        return Archived(
            len(articles), sum(count for _, count in kinds), len(kept) - len(gone), len(reports), weekly, self.wrong
        )

    def _tell(self, more: int) -> None:
        self.done += more
        if self.progress:
            self.progress(self.done, self.of)

    def _reports(self, reports: Sequence[Report]) -> list[Sequence[object]]:
        rows: list[Sequence[object]] = []
        for report in reversed(reports):
            verdict = report_desk.verdict_of(self.session, report)
            names = report_desk.file_names(self.session, self.workspace, report)
            links = [self._report_file(report, name, f"{n:02d}-{safe(name)}") for n, name in enumerate(names, 1)]
            said = f"{verdict.person} {stamp(verdict.at)} {verdict.reason}".strip() if verdict else None
            rows.append(
                (str(report.id), KINDS[report.kind], report.period, report.version, state_in_words(report), said,
                 offline.Link("<br>".join(links)))
            )  # fmt: skip
            self._tell(1)
        return rows

    def _report_file(self, report: Report, name: str, called: str) -> offline.Link:
        """Write a file of a report and return a link to it; what is gone or was changed is named and left out."""
        try:
            data = report_desk.bytes_of(self.session, self.workspace, report, name)[0]
            marked_ = marked(data, name, self.wish.watermark)
        except FilesWrong as error:
            self.wrong.append(str(error))
            return offline.plain(f"{name}（缺）")
        self.made.add(f"reports/{report.id}/{called}", marked_)
        return offline.link(f"reports/{report.id}/{called}", name)

    def _board(self) -> list[str]:
        """Write the contract and its board; return the board's lines, or why there are none."""
        self.made.add_file(CONTRACT_FILE, self.workspace / CONTRACT_FILE)
        if self.last < self.contract.first:
            return [f"合同从 {self.contract.first} 开始，还没有进度。"]
        _, found = standings(self.session, self.workspace, self.last)
        with self.made.text("contract.html") as page:
            page.write(offline.head(f"合同进度（到 {self.last}）", "index.html"))
            page.write(offline.line(offline.link(CONTRACT_FILE, CONTRACT_FILE)))
            for one in found:
                page.write(offline.heading(one.target.name) + "".join(map(offline.line, told(one))))
            page.write(offline.foot(self.wish.watermark))
        return [board_line(one) for one in found]

    def _kind(self, number: int, kind: str, count: int) -> Sequence[object]:
        name = f"records/{number}"
        archive_records.add(
            self.made, self.session, kind, name, (self.first, self.last), self.wish.watermark, self._tell
        )
        return (offline.link(f"{name}.html", kind), count)

    def _index(
        self, articles: Sequence[Sequence[object]], reports: Sequence[Sequence[object]], weekly: int,
        records: Sequence[Sequence[object]], files: int, board: Sequence[str],
    ) -> None:  # fmt: skip
        name = self.contract.name or "合同"
        has_board = self.last >= self.contract.first
        with self.made.text("index.html") as page:
            page.write(offline.head(f"{self.wish.account or '公众号'}：{name}归档"))
            page.write(offline.line(f"{self.first} 至 {self.last}，{stamp(self.now)} 生成。断网也能看。"))
            page.write(offline.heading("文章") + offline.table(archive_articles.COLUMNS, articles))
            page.write(offline.heading("给甲方的报告") + offline.table(REPORT_COLUMNS, reports))
            said = offline.link("weekly/index.html", f"送达过的 {weekly:,} 份") if weekly else "没有送达过的。"
            page.write(offline.heading("社区周报") + offline.line(said))
            page.write(offline.heading("现场记录和档案") + offline.table(("类别", "条数"), records))
            page.write(offline.heading("证据") + offline.line(offline.link("evidence/index.html", f"{files:,} 个文件")))
            page.write("".join(map(offline.line, self.wrong)))
            page.write(offline.heading("合同进度") + "".join(map(offline.line, board)))
            if has_board:
                page.write(offline.line(offline.link("contract.html", "各项指标的口径、材料和预计")))
            page.write(offline.heading("校验") + offline.line(offline.link(SUMS, "每个文件的 SHA-256")))
            page.write(offline.foot(self.wish.watermark))
