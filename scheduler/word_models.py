"""The table of word holds: frozen texts that wait because a word of theirs was listed as an error afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.db import Base
from content.models import Revision


class WordHold(Base):
    """A word that holds one revision back until a person releases it; released, it never holds that revision again."""

    __tablename__ = "word_hold"
    __table_args__ = (UniqueConstraint("revision_id", "word"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    word: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    revision: Mapped[Revision] = relationship(lazy="joined")
