"""The table of planned visits: each community once in a quarter of the contract."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class PlannedVisit(Base):
    """A community that is to be visited in a quarter, on about which day and by whom; what was done stands in `record`."""

    __tablename__ = "planned_visit"
    __table_args__ = (
        UniqueConstraint("place_id", "quarter"),
        Index("ix_planned_visit_quarter_person_id", "quarter", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quarter: Mapped[date]  # its first day
    quarter_last: Mapped[date]
    day: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # nobody where nobody is assigned
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
