"""The table of figures that were typed: proposed by one person, and taken into the ledger by another one's word."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base

_WAITING = text("decided_at IS NULL")


class HandFigure(Base):
    """A typed figure. state: proposed, confirmed, refused or withdrawn; `batch_id` is what a confirmed one became."""

    __tablename__ = "hand_figure"
    __table_args__ = (
        Index(
            "uq_hand_figure_waiting", "metric", "subject", "day", unique=True,
            sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    value: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
