"""What stands in the 信息发布审批表 of a frozen text: who submitted and judged it, what passed, whose the pictures are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.article import read_article
from content.clock import stamp
from content.delegations import told_of
from content.errors import OpsError
from content.evidence import proven
from content.library import article_by_number
from content.licences import rows_of
from content.models import IN_WORDS, Person, Review, Revision
from content.reasons import passed_warnings
from content.render import visible_text
from content.revisions import latest_revision
from content.workflow import in_words

PASSED, BACK = "同意", "退回"


@dataclass(frozen=True)
class Verdict:
    """One line of the form: the step, who held it and for whom, what they said and when; `recorded` names another hand.

    `standing` tells in whose place and by which document it was given; `way` and `evidence` are told of a 线下审签: 电话, 微信 or 纸质, and whether there is anything to show for it.
    """

    step: str
    person: str
    party: str
    verdict: str
    comment: str
    at: str
    recorded: str = ""
    standing: str = ""
    way: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Warned:
    """A warning that passed with a reason."""

    line: int
    message: str
    reason: str
    by: str


@dataclass(frozen=True)
class Rights:
    """What the article's file says of a picture's rights."""

    file: str
    source: str
    holder: str
    licence: str
    consent: str


@dataclass(frozen=True)
class Approval:
    """The facts of the form, all as people read them; moments are Shanghai's."""

    name: str
    title: str
    author: str
    column: str
    digest: str
    state: str
    due: str
    way: str
    submitted_by: str
    submitted_at: str
    text: str
    sha256: str
    verdicts: tuple[Verdict, ...]
    warnings: tuple[Warned, ...]
    pictures: tuple[Rights, ...]

    def as_values(self) -> dict[str, object]:
        """Return the facts by name, as a template takes them."""
        return asdict(self)


def approval_of(session: Session, folder: Path, number: int, revision: int | None = None) -> Approval:
    """Return the form's facts for revision 3 of article 12, or for its newest; `folder` is the workspace.

    The rights in pictures are those that the file tells now. OpsError where there is no such revision.
    """
    article = article_by_number(session, number)
    found = _revision(session, number, revision) if revision is not None else latest_revision(session, article)
    if found is None:
        which = f"没有修订{number}-{revision}" if revision is not None else "还没有送审"
        raise OpsError(f"{in_words(article)}{which}，没有审批表。")
    post = article.post
    return Approval(
        name=f"{number}-{found.number}",
        title=found.title,
        author=found.author,
        column=article.column,
        digest=found.digest,
        state=IN_WORDS[article.state],
        due=stamp(post.due_at) if post and post.due_at else "未定",
        way=("推送" if post.notify else "不推送") if post else "未定",
        submitted_by=found.by,
        submitted_at=stamp(found.made_at),
        text=visible_text(found.html),
        sha256=found.sha256,
        verdicts=_verdicts(session, found),
        warnings=tuple(Warned(one.line, one.message, one.reason, one.by) for one in passed_warnings(session, found)),
        pictures=_rights(folder, article.path),
    )


def _revision(session: Session, number: int, revision: int) -> Revision | None:
    return session.scalar(select(Revision).where(Revision.article_id == number, Revision.number == revision))


def _verdicts(session: Session, revision: Revision) -> tuple[Verdict, ...]:
    rows = session.execute(
        select(Review, Person)
        .join(Person, Person.id == Review.person_id)
        .where(Review.revision_id == revision.id)
        .order_by(Review.id)
    ).all()
    shown = proven(session, [f"review:{review.id}" for review, _ in rows])
    return tuple(
        Verdict(
            step=review.step,
            person=person.name,
            party=person.company or person.party,
            verdict=PASSED if review.verdict == "pass" else BACK,
            comment=review.comment,
            at=stamp(review.at),
            recorded=review.recorded_by if review.recorded_by != person.name else "",
            standing=told_of(session, review),
            way=review.way,
            evidence=("有凭证" if f"review:{review.id}" in shown else "缺凭证") if review.way else "",
        )
        for review, person in rows
    )


def _rights(folder: Path, path: str) -> tuple[Rights, ...]:
    file = folder / path
    if not path or not file.is_file():
        return ()
    rows = rows_of(read_article(file, path))
    return tuple(Rights(row.file, row.source, row.holder, row.licence, row.consent) for row in rows)
