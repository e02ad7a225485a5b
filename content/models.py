"""The tables of the editorial floor: themes, articles, revisions, reviews, posts, people, the trail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.db import Base


class State(StrEnum):
    """Where an article or a post stands; `workflow.MOVES` says what may follow what."""

    WRITTEN = "written"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    OPEN = "open"
    DRAFTED = "drafted"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    UNSURE = "unsure"
    FAILED = "failed"


STATE = Enum(State, native_enum=False, length=16, values_callable=lambda states: [s.value for s in states])

IN_WORDS = {
    State.WRITTEN: "在写",
    State.IN_REVIEW: "审核中",
    State.APPROVED: "已通过",
    State.PUBLISHED: "已发布",
    State.WITHDRAWN: "已撤下",
    State.OPEN: "待定稿",
    State.DRAFTED: "草稿已建",
    State.SCHEDULED: "已排期",
    State.PUBLISHING: "发布中",
    State.UNSURE: "待核实",
    State.FAILED: "发布失败",
}


class Theme(Base):
    """A month's theme (专题): one folder of the library."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")


class Post(Base):
    """What goes out in one go: one to eight articles with one time."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_state_due_at", "state", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(STATE, default=State.OPEN)
    state_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_by: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None]  # when a person let it go out; holds as long as it is the time of the post
    notify: Mapped[bool] = mapped_column(default=True)
    by_hand: Mapped[str] = mapped_column(Text, default="")

    articles: Mapped[list[Article]] = relationship(back_populates="post", order_by="Article.position", lazy="selectin")

    @property
    def is_urgent(self) -> bool:
        """Whether it carries urgent notices (急稿) and nothing else."""
        return bool(self.articles) and all(article.urgent for article in self.articles)


class Article(Base):
    """One article; its id is N, the number that people say, and is never used again."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("theme_id", "slug"),
        UniqueConstraint("post_id", "position"),
        Index("ix_article_state", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    slug: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(Text, default="")
    column: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")  # from where a 转载 was taken
    case_study: Mapped[bool] = mapped_column(default=False)
    state: Mapped[State] = mapped_column(STATE, default=State.WRITTEN)
    state_since: Mapped[datetime]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    position: Mapped[int | None]
    origin: Mapped[str] = mapped_column(Text, default="ours")
    file_due: Mapped[datetime | None]  # what the file said when last read: only a change of it overrules a person
    file_notify: Mapped[bool | None]
    file_position: Mapped[int | None]
    by_hand: Mapped[str] = mapped_column(Text, default="")  # what no API can set: AI声明、合集
    file_sha256: Mapped[str] = mapped_column(Text, default="")
    missing_since: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False)  # 急稿: a shorter chain, and no quiet hours
    theme: Mapped[Theme | None] = relationship(lazy="joined")
    post: Mapped[Post | None] = relationship(back_populates="articles", lazy="joined")


class Revision(Base):
    """A frozen text: exactly what was reviewed and what will be published."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    cover: Mapped[str] = mapped_column(Text)
    crop_235_1: Mapped[str] = mapped_column(Text, default="")
    crop_1_1: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text)
    original_link: Mapped[str] = mapped_column(Text)
    comments: Mapped[bool]
    related: Mapped[str] = mapped_column(Text, default="[]")  # the foot's links: [[title, address], …]
    by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]

    article: Mapped[Article] = relationship(lazy="joined")


class RevisionPicture(Base):
    """A picture of a frozen text, by content; the bytes lie under `.wxops/pictures`."""

    __tablename__ = "revision_picture"
    __table_args__ = (UniqueConstraint("revision_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    sha256: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)


class PassedWarning(Base):
    """A warning that a revision was submitted in spite of, with the reason that was given."""

    __tablename__ = "passed_warning"
    __table_args__ = (Index("ix_passed_warning_revision_id", "revision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    code: Mapped[str] = mapped_column(Text)
    line: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Review(Base):
    """One person's verdict on one revision in one step of the chain."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("revision_id", "step", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    step: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(Text)
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))  # when it was given for another
    way: Mapped[str] = mapped_column(Text, default="")  # how a 线下审签 was given: 电话, 微信 or 纸质
    at: Mapped[datetime]


class Seen(Base):
    """A revision that a person was shown to its end, and when for the first time."""

    __tablename__ = "seen"
    __table_args__ = (UniqueConstraint("person_id", "revision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    at: Mapped[datetime]


class Event(Base):
    """What happened to whom, by whom and why: only ever added to."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text, default="")
    to_state: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")


class Person(Base):
    """Somebody with a duty; beside a live `ticket` the only table in which an openid stands."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("openid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    openid: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text, default="")
    bound_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    owed: Mapped[bool] = mapped_column(default=False)  # an answer that could not be sent waits for the next message


class Code(Base):
    """A one-time binding code, hashed."""

    __tablename__ = "code"
    __table_args__ = (UniqueConstraint("hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class Login(Base):
    """One log-in to the pages: its one-time link, hashed, and from its use until its end the session."""

    __tablename__ = "login"
    __table_args__ = (UniqueConstraint("hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Control(Base):
    """One named value for the whole account: the token, the pause, the heartbeat, the appid."""

    __tablename__ = "control"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)
