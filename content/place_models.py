"""The tables of places and of who is there for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Place(Base):
    """A district, street or community, for as long as it exists."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str] = mapped_column(Text, default="")
    short: Mapped[str] = mapped_column(Text, default="")  # other names that people give it, with 、 between them
    active_from: Mapped[date | None]
    active_to: Mapped[date | None]
    successor: Mapped[str] = mapped_column(Text, default="")


class Assignment(Base):
    """Who is there for which place, of what kind, from when to when."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(Text)
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    backup: Mapped[bool] = mapped_column(default=False)  # 备岗: stands in for whoever is there in the first place
