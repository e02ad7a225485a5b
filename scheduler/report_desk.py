"""A report's way to 甲方 and back: submitted with its files frozen, confirmed or returned by a person of 甲方."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import evidence
from content.clock import local_day, stamp
from content.errors import FilesWrong, OpsError
from content.models import Event, Person
from content.paper import Evidence
from content.people import people, person_named
from content.reviews import ROLES
from content.steps import CLIENT
from content.word.placing import write_whole
from scheduler import report_notices, reporting
from scheduler.models import Report
from scheduler.report_models import Download, ReportFile, ReportVerdict
from scheduler.report_states import ACCEPTANCE, KINDS, ReportState, in_words, is_for_client, move, state_in_words

FROZEN = reporting.FOLDER / "submitted"  # by content
SUBMITTERS = ("admin", "operator")
DECIDERS = ("admin", "operator", "editor", "reviewer", "chief")  # of 甲方: all but the liaisons of the communities
LONGEST = 500  # characters of a reason


@dataclass(frozen=True)
class Word:
    """What a person of 甲方 said of a report: whose word, confirmed or returned, and why; `recorder` wrote it down (代录)."""

    confirmed: bool
    person: Person
    reason: str = ""
    recorder: Person | None = None

    @property
    def state(self) -> ReportState:
        """Return where it puts the report."""
        return ReportState.CONFIRMED if self.confirmed else ReportState.RETURNED


def named(session: Session, number: int, *, hold: bool = False) -> Report:
    """Return the report of a number; OpsError when there is none. hold: nobody else may change it before the transaction ends."""
    query = select(Report).where(Report.id == min(number, 2**31 - 1))
    report = session.scalar(query.with_for_update() if hold else query)
    if report is None:
        raise OpsError(f"没有报告{number}。看有哪些请运行 wxops report list，或打开网页“报告”。")
    return report


def demand_maker(session: Session, name: str) -> Person:
    """Return the person who makes reports or archives; OpsError for whoever may not."""
    person = person_named(session, name)
    if person.role not in SUBMITTERS:
        raise OpsError(f"报告由运营或管理员生成，{person.name}是{ROLES[person.role]}，不能生成。")
    return person


def demand_reader(session: Session, name: str) -> Person:
    """Return the person who takes files of reports out; OpsError for a liaison, whose places have reports of their own."""
    person = person_named(session, name)
    if person.role not in DECIDERS:
        raise OpsError(f"给甲方的报告不归{ROLES[person.role]}取，{person.name}没有取。")
    return person


def may_submit(person: Person) -> bool:
    """Say whether a person may give a report to 甲方: an operator or administrator of 乙方."""
    return person.role in SUBMITTERS and person.party != CLIENT


def may_decide(person: Person) -> bool:
    """Say whether a person may confirm or return a report: somebody of 甲方 who is no liaison."""
    return person.role in DECIDERS and person.party == CLIENT


def submit(session: Session, folder: Path, report: Report, person: Person, *, now: datetime) -> str:
    """Give a report to 甲方: its files are kept by content and its figures stay as they are; return what people are told.

    `folder` is the workspace. OpsError where it is not the newest version, another one lies at 甲方 or is confirmed,
    it was made on the contract's last day, its files are gone, or it is not this person's to submit.
    """
    if not may_submit(person):
        raise OpsError(f"报告由乙方的运营或管理员提交，{person.name}不能提交。")
    _demand_for_client(report)
    _demand_over(report)
    _only_one(session, report)
    files = reporting.files_of(folder, report)
    if not files:
        raise FilesWrong(f"{in_words(report)}的文件不见了，没有提交。请重新生成。")
    for name, file in files.items():
        session.add(_frozen(folder, report, name, file))
    move(session, report, ReportState.SUBMITTED, by=person.name, now=now, why=f"提交甲方，{len(files)} 个文件已固定")
    report_notices.ask_client(session, report, [one for one in people(session) if may_decide(one)], now=now)
    return f"{in_words(report)}已提交甲方，数字和 {len(files)} 个文件不再变。请甲方回复：确认报告 {report.id}"


def decide(session: Session, report: Report, word: Word, *, now: datetime) -> str:
    """Record that 甲方 confirmed or returned a report; return what people are told. OpsError where that may not be."""
    _demand_for_client(report)
    person, reason = word.person, " ".join(word.reason.split())
    if not may_decide(person):
        raise OpsError(f"报告由甲方的人确认或退回，{person.name}不能{'确认' if word.confirmed else '退回'}。")
    if word.recorder and word.recorder.role not in SUBMITTERS:
        raise OpsError(f"代录由运营或管理员来做，{word.recorder.name}不能代录。")
    if not word.confirmed and not reason:
        raise OpsError(f"请写退回的原因，例如：退回报告 {report.id} 走访数和台账不一致")
    if len(reason) > LONGEST:
        raise OpsError(f"原因有 {len(reason)} 个字，最多 {LONGEST} 个字，请写短些。")
    by = word.recorder.name if word.recorder else person.name
    said = "甲方确认" if word.confirmed else "甲方退回"
    whose = f"{person.name}，{by}代录" if word.recorder else person.name
    move(session, report, word.state, by=by, now=now, why=f"{said}（{whose}）{f'：{reason}' if reason else ''}")
    session.add(
        ReportVerdict(
            report_id=report.id, verdict=word.state, person_id=person.id, person=person.name,
            recorded_by=word.recorder.name if word.recorder else "", reason=reason, at=now,
        )
    )  # fmt: skip
    after = "不再改动。" if word.confirmed else "请改好以后重新生成，会是新的一版。"
    told = f"{in_words(report)}{said}（{whose}），{after}"
    if not word.recorder:  # who writes it down knows it
        report_notices.tell_submitter(session, report, f"{told}{reason and f'原因：{reason}'}", now=now)
    return told


def add_scan(session: Session, report: Report, path: Path, name: str, *, by: Person, now: datetime) -> str:
    """Put the scan of the stamped page, which `evidence.keep` has kept, to a report; return what people are told."""
    if by.role not in SUBMITTERS and not may_decide(by):
        raise OpsError(f"报告的扫描件由运营、管理员或甲方来交，{by.name}不能交。")
    if report.state not in (ReportState.SUBMITTED, ReportState.CONFIRMED, ReportState.RETURNED):
        raise OpsError(f"{in_words(report)}还没有提交，没有盖章页可收。")
    evidence.hand_in(session, reporting.subject(report), path, name=name, words=in_words(report), by=by.name, now=now)
    session.add(Event(subject=reporting.subject(report), at=now, by=by.name, why=f"收下盖章页扫描件：{name}"))
    return f"扫描件“{name}”已收下，附在{in_words(report)}上。"


def verdict_of(session: Session, report: Report) -> ReportVerdict | None:
    """Return what 甲方 said of a report, None while it said nothing."""
    return session.scalar(select(ReportVerdict).where(ReportVerdict.report_id == report.id))


def scans_of(session: Session, report: Report) -> Sequence[Evidence]:
    """Return the scans of a report, oldest first."""
    return evidence.of(session, reporting.subject(report))


def frozen_files(session: Session, report: Report) -> Sequence[ReportFile]:
    """Return the files of a report as they were submitted, by name; none of a draft."""
    return session.scalars(select(ReportFile).where(ReportFile.report_id == report.id).order_by(ReportFile.name)).all()


def file_names(session: Session, folder: Path, report: Report) -> list[str]:
    """Return the names of a report's files: of the frozen ones, and of a draft's on the disk."""
    frozen = frozen_files(session, report)
    return [file.name for file in frozen] if frozen else list(reporting.files_of(folder, report))


def take_out(session: Session, folder: Path, report: Report, name: str, *, by: str, now: datetime) -> bytes:
    """Return a file of a report and write down who took it; FilesWrong where it is gone or was changed since it was submitted."""
    data, sha256 = bytes_of(session, folder, report, name)
    session.add(Download(subject=reporting.subject(report), file=name, sha256=sha256, by=by, at=now))
    return data


def note_taken(session: Session, subject: str, file: str, data: bytes, *, by: str, now: datetime) -> None:
    """Write down that a person took out a file that was made for them."""
    sha256 = hashlib.sha256(data).hexdigest()
    session.add(Download(subject=subject, file=file, sha256=sha256, by=by, at=now))


def bytes_of(session: Session, folder: Path, report: Report, name: str) -> tuple[bytes, str]:
    """Return a file of a report and its sha256; FilesWrong where it is gone or was changed since it was submitted."""
    row = next((file for file in frozen_files(session, report) if file.name == name), None)
    file = folder / FROZEN / row.sha256 if row else reporting.files_of(folder, report).get(name)
    if file is None or (row is None and frozen_files(session, report)):
        raise OpsError(f"{in_words(report)}没有文件“{name}”。")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FilesWrong(f"{in_words(report)}的文件“{name}”不见了，请从备份取回。") from error
    sha256 = hashlib.sha256(data).hexdigest()
    if row and sha256 != row.sha256:
        raise FilesWrong(f"{in_words(report)}的文件“{name}”提交以后被改过，请从备份取回。")
    return data, sha256


def downloads(session: Session, report: Report | None = None, *, newest: int = 200) -> Sequence[Download]:
    """Return what was taken out, newest first: of one report, or of everything."""
    query = select(Download).order_by(Download.id.desc()).limit(newest)
    return session.scalars(query.where(Download.subject == reporting.subject(report)) if report else query).all()


def listed(session: Session, *, kind: str = "") -> Sequence[Report]:
    """Return the reports to 甲方, the newest first."""
    wanted = [kind] if kind else list(KINDS)
    return session.scalars(select(Report).where(Report.kind.in_(wanted)).order_by(Report.id.desc())).all()


def filed(session: Session, first: date, last: date) -> list[Report]:
    """Return the reports that went to 甲方 and tell of the days of a contract, the newest first; drafts stay in the house."""
    return [
        report
        for report in listed(session)
        if report.state != ReportState.DRAFT and first <= _told(report)[1] and _told(report)[0] <= last
    ]


def trail(session: Session, report: Report) -> list[tuple[str, str, str]]:
    """Return what happened to a report: when, by whom, what."""
    query = select(Event).where(Event.subject == reporting.subject(report)).order_by(Event.id)
    return [(stamp(event.at), event.by, event.why) for event in session.scalars(query)]


def _told(report: Report) -> tuple[date, date]:
    """Return the first and the last day of which a report tells; of one that does not say so, the day on which it was made."""
    told, made = json.loads(report.facts or "{}"), str(local_day(report.made_at))
    return date.fromisoformat(told.get("first", made)), date.fromisoformat(told.get("last", made))


def _demand_for_client(report: Report) -> None:
    if not is_for_client(report):
        raise OpsError(f"{in_words(report)}不用甲方确认，送达就行。")


def _demand_over(report: Report) -> None:
    """Refuse the 执行成果报告 that was made on the contract's last day: what came after it would be in none (domain.md §1c R6)."""
    facts = json.loads(report.facts or "{}")
    if report.kind == ACCEPTANCE and not facts.get("final") and facts.get("as_of", "") == facts.get("last"):
        raise OpsError(
            f"{in_words(report)}是在合同最后一天生成的，那一天还没有过完，没有提交。请在 {facts['last']} 以后重新生成再提交。"
        )


def _only_one(session: Session, report: Report) -> None:
    """Refuse a version beside one that lies at 甲方 or is confirmed, and one that is not the newest."""
    of = (Report.kind == report.kind, Report.place == report.place, Report.period == report.period)
    versions = session.scalars(select(Report).where(*of).order_by(Report.version).with_for_update()).all()
    for other in versions:
        if other.id != report.id and other.state in (ReportState.SUBMITTED, ReportState.CONFIRMED):
            after = "，请先请甲方退回" if other.state == ReportState.SUBMITTED else "，不再换别的版本"
            raise OpsError(f"没有提交：{in_words(other)}{state_in_words(other)}{after}。")
    if versions[-1].id != report.id:
        raise OpsError(f"{in_words(report)}不是最新的一版，请提交{in_words(versions[-1])}。")


def _frozen(folder: Path, report: Report, name: str, file: Path) -> ReportFile:
    try:
        data = file.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if not (folder / FROZEN / sha256).is_file():
            write_whole(folder / FROZEN / sha256, data)
    except OSError as error:
        raise FilesWrong(f"{name} 读写不了：{error.strerror or error}。没有提交。") from error
    return ReportFile(report_id=report.id, name=name, sha256=sha256, size=len(data))
