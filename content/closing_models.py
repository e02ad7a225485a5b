"""The tables of months whose field work is closed, and of the files that field work came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class ClosedMonth(Base):
    """A month that is closed now; whoever opens it again deletes the row, and the trail keeps both."""

    __tablename__ = "closed_month"
    __table_args__ = (UniqueConstraint("month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)


class RecordFile(Base):
    """A file of field work that was taken in; the same bytes are taken once, unless they were taken back."""

    __tablename__ = "record_file"
    __table_args__ = (
        Index(
            "uq_record_file_live_sha256",
            "sha256",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    rows: Mapped[int]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
