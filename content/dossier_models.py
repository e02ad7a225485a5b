"""The tables of what goes through steps: a deliberation, a force majeure, a leak, a drill."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Dossier(Base):
    """One file (档案) of a form; its id is the number that people say. It is voided and never deleted."""

    __tablename__ = "dossier"
    __table_args__ = (Index("ix_dossier_form", "form"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(Text)  # its name in dossier_forms.FORMS
    title: Mapped[str] = mapped_column(Text)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    first: Mapped[date]
    last: Mapped[date | None]  # of a span; none while it lasts
    targets: Mapped[str] = mapped_column(Text, default="")  # ids of the contract's targets, with a blank between them
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DossierStep(Base):
    """A step that was taken, on which day and what was done; its evidence belongs to `step:ID`."""

    __tablename__ = "dossier_step"
    __table_args__ = (UniqueConstraint("dossier_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    step: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
