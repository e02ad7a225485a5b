"""The tables of what stands on paper or on somebody's screen, outside of the platform: evidence, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base

_IS_THERE = text("fetched_at IS NOT NULL OR try_at IS NOT NULL")


class EvidenceWanted(Base):
    """A person was asked for a picture: what they send in the next minutes belongs to this subject."""

    __tablename__ = "evidence_wanted"
    __table_args__ = (Index("ix_evidence_wanted_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)  # what people call the subject
    again: Mapped[str] = mapped_column(Text)  # the words to send before the picture is sent once more
    at: Mapped[datetime]


class Evidence(Base):
    """A picture or scan that belongs to a subject; the bytes lie by content under `.wxops/evidence`.

    A picture message is a row at once and its bytes are fetched later: `try_at` says
    when next, and is empty when it was fetched or is given up.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_subject", "subject"),
        Index("ix_evidence_try_at", "try_at"),
        Index(
            "ix_evidence_there", "subject", sqlite_where=_IS_THERE, postgresql_where=_IS_THERE
        ),  # what a board counts
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    again: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    media_id: Mapped[str] = mapped_column(Text, default="")  # of a picture message; WeChat keeps it for 3 days
    pic_url: Mapped[str] = mapped_column(Text, default="")
    name: Mapped[str] = mapped_column(Text, default="")  # of a file that was handed in
    sent_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    sha256: Mapped[str] = mapped_column(Text, default="")
    path: Mapped[str] = mapped_column(Text, default="")  # in the workspace
    tries: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class Delegation(Base):
    """A person of 甲方 stands in for another one from a day to a day, both included, by a document."""

    __tablename__ = "delegation"
    __table_args__ = (Index("ix_delegation_delegate_id", "delegate_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_day: Mapped[date]
    until_day: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(Text, default="")
