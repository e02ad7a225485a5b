"""代录: the verdict of somebody who never opens anything, recorded by an operator and marked 线下审签.

All rules of `content.reviews` hold for the person whose verdict it is; the recorder
is another one, and never the article's own author where it is about the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from content import evidence, reviews
from content.errors import OpsError, WrongUse
from content.library import article_by_number
from content.models import Person, Review, Revision
from content.people import person_named
from content.steps import Chain, steps_of
from content.workflow import in_words

WAYS = ("电话", "微信", "纸质")
RECORDERS = ("admin", "operator")


@dataclass(frozen=True)
class Spoken:
    """What somebody said outside of the system: whether they agree, who, how it reached us, and their words."""

    passed: bool
    name: str
    way: str
    note: str = ""


@dataclass(frozen=True)
class Recorded:
    """A recorded verdict with the revision that it is of."""

    review: Review
    article: int
    number: int
    person: str

    @property
    def subject(self) -> str:
        """The name under which its evidence is kept."""
        return f"review:{self.review.id}"

    @property
    def words(self) -> str:
        """What people call it."""
        return f"{self.article}-{self.number}{self.review.step}的代录"

    @property
    def again(self) -> str:
        """The words to send before its picture."""
        return f"凭证 {self.article}-{self.number} {self.review.step}"


def record(
    session: Session, article_id: int, number: int, spoken: Spoken, chain: Chain, *, recorder: Person, now: datetime
) -> tuple[str, Recorded]:
    """Record somebody's verdict on a revision; return what follows, as a sentence, and the verdict.

    OpsError when the rules forbid the person the step or the recorder the recording, or the text has changed.
    """
    if spoken.way not in WAYS:
        raise WrongUse(f"请写意见是怎么来的：{'、'.join(WAYS)}，例如：代录 {article_id}-{number} 同意 姓名 电话")
    if not spoken.passed and not spoken.note.strip():
        raise OpsError(f"退回要写原因，例如：代录 {article_id}-{number} 退回 {spoken.name} {spoken.way} 第二段日期不对")
    person = person_named(session, spoken.name)
    _check(session, article_id, number, person, recorder, chain)
    following = reviews.give_verdict(
        session,
        article_id,
        number,
        person,
        chain,
        passed=spoken.passed,
        comment=spoken.note,
        recorded_by=recorder.name,
        way=spoken.way,
        now=now,
    )
    made = offline(session, article_id, number)[0]
    return f"{following}已记为{reviews.OFFLINE}（{person.name}，{spoken.way}），由{recorder.name}代录。", made


def offline(session: Session, article_id: int, number: int, step: str = "") -> list[Recorded]:
    """Return the recorded verdicts of a revision, newest first; only those of a step when one is named."""
    query = _recorded().where(Revision.article_id == article_id, Revision.number == number)
    found = session.execute(query.order_by(Review.id.desc())).all()
    return [Recorded(*row) for row in found if step in ("", row[0].step)]


def between(session: Session, first: datetime, last: datetime) -> list[Recorded]:
    """Return what was recorded from one moment until before another, oldest first."""
    rows = session.execute(_recorded().where(Review.at >= first, Review.at < last).order_by(Review.at, Review.id))
    return [Recorded(*row) for row in rows]


def to_prove(session: Session, article_id: int, number: int, step: str = "", *, recorder: Person) -> Recorded:
    """Return the recorded verdict that evidence is for: the newest without any, else the newest.

    OpsError when there is none, or this is not the recorder's to do.
    """
    _may_record(recorder)
    found = offline(session, article_id, number, step)
    if not found:
        raise OpsError(f"修订{article_id}-{number}没有代录的意见，不用凭证。")
    has = evidence.proven(session, [one.subject for one in found])
    return next((one for one in found if one.subject not in has), found[0])


def unproven(session: Session, found: Sequence[Recorded]) -> list[Recorded]:
    """Return those of recorded verdicts for which there is no evidence."""
    has = evidence.proven(session, [one.subject for one in found])
    return [one for one in found if one.subject not in has]


def _recorded() -> Select[tuple[Review, int, int, str]]:
    return (
        select(Review, Revision.article_id, Revision.number, Person.name)
        .join(Revision, Revision.id == Review.revision_id)
        .join(Person, Person.id == Review.person_id)
        .where(Review.way != "")
    )


def _check(session: Session, article_id: int, number: int, person: Person, recorder: Person, chain: Chain) -> None:
    """Refuse a recorder who may not; what the rules say of the person is asked when the verdict is given."""
    _may_record(recorder)
    if recorder.name == person.name:
        raise OpsError(f"自己的意见不用代录，请直接发：同意 {article_id}-{number}")
    session.refresh(article_by_number(session, article_id), ["state"], with_for_update=True)  # the step stays as it is
    revision = session.scalar(select(Revision).where(Revision.article_id == article_id, Revision.number == number))
    if revision is None:
        return  # give_verdict says so
    step = reviews.current_step(session, revision, chain)
    if step and step == steps_of(revision.article, chain)[-1] and recorder.name == revision.by:
        raise OpsError(
            f"{in_words(revision.article)}是{recorder.name}送审的，{step.name}要由另一位运营或管理员来代录。"
        )


def _may_record(recorder: Person) -> None:
    if recorder.role not in RECORDERS:
        raise OpsError(f"代录由运营或管理员来做，{recorder.name}不能代录。")
