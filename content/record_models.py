"""The tables of field work: what was done on a day, by whom, and at which places."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Record(Base):
    """One piece of field work; its id is the number that people say. It is voided and never deleted."""

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_kind_day", "kind", "day", "revoked_at"),
        Index("ix_record_file_id", "file_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    facts: Mapped[str] = mapped_column(Text)  # JSON: people, new_users, text, and what field_kinds.FACTS names
    ended: Mapped[date | None]  # the day on which a group was retired
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who may change it: a name may come back
    by: Mapped[str] = mapped_column(Text)  # their name then
    company: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("record_file.id"))  # the ledger that it came in


class RecordPlace(Base):
    """A place of a piece of field work; a training may have many streets."""

    __tablename__ = "record_place"
    __table_args__ = (UniqueConstraint("record_id", "place_id"), Index("ix_record_place_place_id", "place_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
