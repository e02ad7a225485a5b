"""The tables of what was delivered: one sending, and each report that it brought to its place."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base
from scheduler.models import Report

GROUP, MAIL, LINK = "群", "邮件", "链接"  # the ways of a sending; who opens a link of their own needs no screenshot

Index("ix_report_kind_period", Report.kind, Report.period)
Index("ix_report_state", Report.state)  # what is still to be made is asked for each second


class Sending(Base):
    """One delivery of a week's reports: to a group, by e-mail, or a link that 甲方's liaison opened; taken back, never deleted."""

    __tablename__ = "sending"
    __table_args__ = (Index("ix_sending_period", "period"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # of the reports
    place: Mapped[str] = mapped_column(Text)  # the code of the street or community to whose people it went
    period: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Delivery(Base):
    """One report that a sending delivered."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("sending_id", "report_id"), Index("ix_delivery_report_id", "report_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sending_id: Mapped[int] = mapped_column(ForeignKey("sending.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    day: Mapped[date]  # the last day of the report's week that the contract has: on it the week counts
