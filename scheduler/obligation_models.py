"""The tables of what the contract obliges both parties to: milestones that are done, waits for 甲方, sums that were paid, links.

Each year's contract has the same names: a row says by its first day which one it belongs to (`contract`). What was noted
wrongly stays with `revoked_at`, and counts no more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class MilestoneDone(Base):
    """A milestone or task of contract.toml that is done: the actual day beside the baseline."""

    __tablename__ = "milestone_done"
    __table_args__ = (
        Index(
            "uq_milestone_done_live_name",
            "contract",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract: Mapped[date]
    name: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    document: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ClientWait(Base):
    """等待甲方: a milestone, task or target that cannot go on before 甲方 acts (domain.md §1c R1), from a day to a day."""

    __tablename__ = "client_wait"
    __table_args__ = (
        Index(
            "uq_client_wait_open_name",
            "contract",
            "name",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract: Mapped[date]
    name: Mapped[str] = mapped_column(Text)
    since: Mapped[date]
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    until: Mapped[date | None]
    resumed_by: Mapped[str] = mapped_column(Text, default="")


class Paid(Base):
    """A sum in fen that 甲方 paid on a day for a payment of contract.toml."""

    __tablename__ = "paid"
    __table_args__ = (
        Index(
            "uq_paid_live",
            "contract",
            "name",
            "day",
            "amount",
            "document",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract: Mapped[date]
    name: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LinkCheck(Base):
    """An address in an article that is out: when it was last asked for, what came, how often in a row nothing did."""

    __tablename__ = "link_check"
    __table_args__ = (UniqueConstraint("article_id", "address"), Index("ix_link_check_due_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    address: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    status: Mapped[int | None]  # of HTTP; None where nothing answered
    fails: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text, default="")
