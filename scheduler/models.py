"""The tables of the scheduler's floor: publications, uploads, what was received and told, figures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.db import Base
from content.models import Post
from content.ticket_models import TicketMessage  # noqa: F401 - answers in the outbox refer to it


class Publication(Base):
    """One attempt to get a post out: its draft, its hand-over and what WeChat said.

    `key` is the clientmsgid under which a push is handed over; it is stored with
    the draft and renewed only after a certain refusal (a new row).
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "uq_publication_live_post",
            "post_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        UniqueConstraint("key"),
        UniqueConstraint("article_id"),
        Index("ix_publication_publish_id", "publish_id"),
        Index("ix_publication_msg_id", "msg_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    key: Mapped[str] = mapped_column(Text)
    media_id: Mapped[str | None] = mapped_column(Text)
    drafting_at: Mapped[datetime | None]  # a draft/add was begun and its answer is not known yet
    drafted: Mapped[str] = mapped_column(Text, default="")  # the revisions in the draft: "12-3 13-1"
    doubt: Mapped[str] = mapped_column(Text, default="")  # why it must not go out by itself
    edited: Mapped[str] = mapped_column(
        Text, default=""
    )  # what somebody made of the draft by hand, JSON, article by article
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    refused: Mapped[str] = mapped_column(Text, default="")  # the revisions of which WeChat takes no draft: "12-3 13-1"
    looked_at: Mapped[datetime | None]  # when a draft that waits for a person was last compared
    asked: Mapped[int] = mapped_column(default=0)  # how often the status was asked
    receipt: Mapped[str] = mapped_column(Text, default="")
    receipt_at: Mapped[datetime | None]
    publish_id: Mapped[str | None] = mapped_column(Text)
    msg_id: Mapped[str | None] = mapped_column(Text)
    msg_data_id: Mapped[str | None] = mapped_column(Text)
    article_id: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")  # one address a line, in the order of the articles
    published_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]  # failed or replaced; the live one has none

    post: Mapped[Post] = relationship(lazy="joined")


class Picture(Base):
    """A picture uploaded for one use (body or cover), by content."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("sha256", "use"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    use: Mapped[str] = mapped_column(Text)
    media_id: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    holder: Mapped[str] = mapped_column(Text, default="")
    licence: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text, default="")


class Received(Base):
    """A message or event that was acted upon, with the answer that its repeats get, and replays of its signature."""

    __tablename__ = "received"
    __table_args__ = (UniqueConstraint("key"), UniqueConstraint("proof"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    proof: Mapped[str | None] = mapped_column(Text)  # the signed time and nonce under which it came
    sender: Mapped[str] = mapped_column(Text, default="")  # a hash that proves who sent it, and tells nobody who
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text)
    theirs: Mapped[bool] = mapped_column(default=False)  # XML of the second address, without the openid


PUBLISH, MASS = "publish", "mass"  # the kinds of job notices: freepublish and mass send


class JobNotice(Base):
    """WeChat's word that a publication or mass send ended; it may come before its receipt is recorded."""

    __tablename__ = "job_notice"
    __table_args__ = (Index("ix_job_notice_taken_at", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # PUBLISH or MASS
    job: Mapped[str] = mapped_column(Text)  # publish_id or msg_id
    payload: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    taken_at: Mapped[datetime | None]


class Alarm(Base):
    """Something that a person must hear until it is over."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "uq_alarm_open_key",
            "key",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    taken_at: Mapped[datetime | None]  # somebody sees to it: nobody is told any more
    taken_by: Mapped[str] = mapped_column(Text, default="")
    ended: Mapped[datetime | None]


class Outbox(Base):
    """A message to a person, a mailbox or a group that waits to be sent, or was sent, or cannot be.

    `key` says what it is, to whom and by which channel: the same is never written
    twice. `sent_at` is set when nothing more will be tried; `failed` says why not.
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("key"), Index("ix_outbox_sent_at_due", "sent_at", "due"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, default="wechat")  # or mail, robot
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # wechat
    to: Mapped[str] = mapped_column(Text, default="")  # mail
    alarm_id: Mapped[int | None] = mapped_column(ForeignKey("alarm.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_message.id"))  # an answer to a reader
    text: Mapped[str] = mapped_column(Text)
    due: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed: Mapped[str] = mapped_column(Text, default="")


class CallUse(Base):
    """How often a call that WeChat limits by the day was made on a Shanghai day; written before the call."""

    __tablename__ = "call_use"
    __table_args__ = (UniqueConstraint("call", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    used: Mapped[int]


class Batch(Base):
    """Figures that came in together: a pull of one day, or a file."""

    __tablename__ = "batch"
    __table_args__ = (
        Index(
            "uq_batch_live_sha256",
            "source",
            "sha256",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index(
            "uq_batch_live_content",
            "source",
            "content",
            unique=True,
            sqlite_where=text("undone_at IS NULL AND content <> ''"),
            postgresql_where=text("undone_at IS NULL AND content <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text, default="")  # of a file: the sha256 of its figures, whatever its bytes
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    rows: Mapped[int]
    complete: Mapped[bool] = mapped_column(default=True)  # a pull of a day that WeChat had not finished is not
    undone_at: Mapped[datetime | None]


class HeadWord(Base):
    """What a person said that the head of a column means in one kind of file: a column of it, or "" for nothing."""

    __tablename__ = "head_word"
    __table_args__ = (UniqueConstraint("source", "word"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    word: Mapped[str] = mapped_column(Text)
    column: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Figure(Base):
    """One value of one metric for one thing and day; never overwritten, the newest batch not undone counts."""

    __tablename__ = "figure"
    __table_args__ = (
        UniqueConstraint("batch_id", "metric", "subject", "day"),
        Index("ix_figure_metric_subject_day", "metric", "subject", "day"),
        Index("ix_figure_metric_day_subject", "metric", "day", "subject"),  # which things have values in a period
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    source: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    value: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))


class Report(Base):
    """One report of a place and period in one version; its files lie in `path`, what they tell in `facts`."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "place", "period", "version"),
        Index(  # of a period's versions one alone lies at 甲方 or is confirmed by it
            "uq_report_at_client",
            "kind",
            "place",
            "period",
            unique=True,
            sqlite_where=text("state IN ('submitted', 'confirmed')"),
            postgresql_where=text("state IN ('submitted', 'confirmed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)  # its code, "" for the whole district
    period: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(Text, default="")  # of the facts: the same again is no new version
    facts: Mapped[str] = mapped_column(Text, default="")  # JSON
    by: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
