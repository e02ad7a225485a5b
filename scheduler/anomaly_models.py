"""The table of what looks wrong in the figures: found when a batch comes in, and open until somebody explains it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Anomaly(Base):
    """A figure that does not fit beside another one; the figure stays as it is.

    than: the other one; of a jump, the usual gain in the same time. whole: the metric that a part is more than, "" of
    the other kinds. Ended without words: its batch was undone, or its
    value corrected.
    """

    __tablename__ = "anomaly"
    __table_args__ = (
        UniqueConstraint("batch_id", "kind", "metric", "whole", "subject", "day"),
        Index(
            "ix_anomaly_open",
            "batch_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    kind: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(Text)
    whole: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    value: Mapped[int] = mapped_column(BigInteger)
    than: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="")
