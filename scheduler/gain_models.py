"""The table of what readings add to the interactions, day by day: a sum of the figures, kept so that a year is quick."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class Gain(Base):
    """What one act gained on a day over all things, made from the figures and made anew with each batch.

    since: the day from which on it surely came about; a period that begins later leaves it out, since a part of it may
    lie before. starts: how many first readings are among it, with which a period that leaves them out begins.
    """

    __tablename__ = "gain"
    __table_args__ = (UniqueConstraint("day", "since", "source", "act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    since: Mapped[date]
    source: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(BigInteger)
    persons: Mapped[int] = mapped_column(BigInteger)
    starts: Mapped[int]
