"""The tables of what happens to an article after it is out: it is taken down, or a word of it is corrected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.db import Base
from content.models import Article, Revision


class Withdrawal(Base):
    """A wish to take an article down (撤稿), and how far it has come; the open one of an article has no `ended_at`."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        Index(
            "uq_withdrawal_open_article",
            "article_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))  # whose draft held it, when it was not out yet
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(Text)  # see scheduler/withdraw.py
    evidence_at: Mapped[datetime | None]
    comments: Mapped[str] = mapped_column(Text, default="")  # what became of closing them
    tried_at: Mapped[datetime | None]  # when the deletion was handed to WeChat
    looks: Mapped[int] = mapped_column(default=0)  # how often it was looked whether the article is gone
    retry_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    told_by: Mapped[str] = mapped_column(Text, default="")  # who says that it is gone
    told_at: Mapped[datetime | None]
    seen: Mapped[str] = mapped_column(Text, default="")  # by whom or by what it was seen to be gone
    ended_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(Text, default="")  # the second person
    confirmed_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship(lazy="selectin")  # joined rows cannot be locked on PostgreSQL


class Correction(Base):
    """A wish to correct what is out (更正), from the asking to what proves it; the open one has no `ended_at`."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_open_article",
            "article_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))  # the frozen text that holds the old words
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    places: Mapped[str] = mapped_column(Text)  # where the old words stand, as people read it
    warnings: Mapped[str] = mapped_column(Text, default="")  # what the checks said of the new words
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(Text, default="")  # who says that the back office was changed
    done_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)  # how often WeChat was asked whether it shows
    retry_at: Mapped[datetime | None]  # when it is asked next; None when it is not
    proof: Mapped[str] = mapped_column(Text, default="")  # by what and by whom the new words were seen
    outcome: Mapped[str] = mapped_column(Text, default="")  # corrected, refused, impossible
    why: Mapped[str] = mapped_column(Text, default="")  # why it was refused, or cannot be done
    ended_by: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    notice_by: Mapped[str] = mapped_column(Text, default="")  # who wants a correction article
    notice: Mapped[str] = mapped_column(Text, default="")  # the file that was drafted for it

    article: Mapped[Article] = relationship(lazy="selectin")
    revision: Mapped[Revision] = relationship(lazy="selectin")
