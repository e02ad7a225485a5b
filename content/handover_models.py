"""The table of 换人: who took a place over from whom on which day, and whether what waits for that day was done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Handover(Base):
    """A place that goes from one person to another; on its day the old one's visits go along and their binding ends."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    old_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    new_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]  # the new one's first
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # when what waited for the day was done
