"""The table of what became of places: split, merged, renamed, from a day on and by a document."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class PlaceChange(Base):
    """A place that became another: a row for each pair, so that a split has several; who goes on is its own successor."""

    __tablename__ = "place_change"
    __table_args__ = (UniqueConstraint("day", "old_id", "new_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # one of lineage.KINDS
    day: Mapped[date]  # the first one of the new place
    old_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    new_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    old_name: Mapped[str] = mapped_column(Text)
    new_name: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)  # the number or name of the paper that says so
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
