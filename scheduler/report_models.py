"""The tables of reports at 甲方: the files as they were handed over, what 甲方 said, and what anybody took out of the house."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class ReportFile(Base):
    """A file of a report as it was submitted; its bytes lie by content under `.wxops/reports/submitted`."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("report_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]


class ReportVerdict(Base):
    """What 甲方 said of a submitted report: confirmed or returned, whose word it was and who wrote it down."""

    __tablename__ = "report_verdict"
    __table_args__ = (UniqueConstraint("report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    verdict: Mapped[str] = mapped_column(Text)  # confirmed or returned
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[str] = mapped_column(Text)  # their name then
    recorded_by: Mapped[str] = mapped_column(Text, default="")  # "" where they gave it themselves
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Download(Base):
    """A file that somebody took out: who, when, which (domain.md §1c R9); only ever added to."""

    __tablename__ = "download"
    __table_args__ = (Index("ix_download_subject", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)  # report:12, or what else it belongs to
    file: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)  # of the file as it is kept, without the line of the one who took it
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
