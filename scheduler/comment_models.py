"""The tables of readers' comments: where they stand, what was written, and what people want done about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.db import Base
from content.models import Article


class CommentThread(Base):
    """The comments under one article that is out: when WeChat is asked for them next, and whether they are open."""

    __tablename__ = "comment_thread"
    __table_args__ = (UniqueConstraint("msg_data_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    msg_data_id: Mapped[str] = mapped_column(Text)
    place: Mapped[int]  # 0-based, as WeChat counts here
    is_open: Mapped[bool]
    out_at: Mapped[datetime]
    ask_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]  # when all of them were last listed
    trouble: Mapped[str] = mapped_column(Text, default="")

    article: Mapped[Article] = relationship(lazy="joined")


class Comment(Base):
    """A reader's comment; its id is the number that people say. `reader` is the hash of an openid, never the openid.

    `settled_at`: somebody has seen to it, by a reply, an election or a word; an edit takes that back.
    """

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("thread_id", "user_comment_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("comment_thread.id"))
    user_comment_id: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[str] = mapped_column(Text)
    nickname: Mapped[str] = mapped_column(Text, default="")
    reader: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    elected: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    thread: Mapped[CommentThread] = relationship(lazy="joined")


class CommentWish(Base):
    """What a person wants done to a comment or to an article's comments; the scheduler carries it out, once.

    `tried_at` is the intent: it is set before the call and taken back when nothing
    happened; `ended_at` with `done` is the outcome. `target` is comment:12 or thread:3.
    """

    __tablename__ = "comment_wish"
    __table_args__ = (
        Index(
            "uq_comment_wish_live_target",
            "target",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    thread_id: Mapped[int] = mapped_column(ForeignKey("comment_thread.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    content: Mapped[str] = mapped_column(Text, default="")
    warnings: Mapped[str] = mapped_column(Text, default="")  # what the check said and a person let pass
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(Text, default="")
