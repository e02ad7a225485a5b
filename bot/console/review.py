"""What the page of an article under review shows: the frozen text, what was found, what has changed, who said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.sheet import problems_of, source_of
from bot.wiring import Parts
from content import delegations, evidence, reviews
from content.article import Level, Problem
from content.awaited import holders
from content.changes import LIBRARY
from content.checklist import PICTURES_UNREAD, Item, checklist
from content.clock import stamp
from content.difference import Change, difference
from content.files import UNDER_REVIEW, fingerprint
from content.folders import month_of
from content.frozen import look_at_frozen, names_of
from content.models import Article, Event, PassedWarning, Person, Review, Revision, State
from content.paper import Evidence
from content.posts import FILE
from content.preview import Preview
from content.reasons import passed_warnings
from content.recorded import RECORDERS, WAYS
from content.revisions import latest_revision
from content.seen import has_seen, note_seen, seen_before
from content.steps import Step
from content.workflow import subject

VERDICTS = {"pass": "同意", "back": "退回"}
MACHINES = {FILE: "稿子开头", LIBRARY: "内容库", "scheduler": "调度", "wxops": "系统"}  # who else acts


@dataclass(frozen=True)
class Said:
    """One verdict: on which revision, in which step, whose, what, and when.

    `offline` is how a 线下审签 was given and who recorded it, "" for any other; `proofs`
    are the number, name and state of its evidence: "" when it is kept.
    """

    revision: int
    step: str
    who: str
    verdict: str
    comment: str
    at: str
    offline: str = ""
    proofs: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True)
class UnderReview:
    """A frozen text as its reviewers see it.

    `why_not` says why a verdict of who looks would not be taken, "" when it would;
    `is_frozen_text` whether the file still is this text, so that `problems` (those
    that no reason passed) and `items` are of it; `before` is the number of the
    revision that they saw last, 0 for none, `changes` what differs from it.
    """

    revision: Revision
    step: str
    why_not: str
    preview: Preview
    is_frozen_text: bool
    passed: Sequence[PassedWarning]
    problems: Sequence[Problem]
    items: Sequence[Item]
    before: int
    changes: Sequence[Change]
    verdicts: Sequence[Said]
    trail: Sequence[tuple[str, str, str]]  # when, who, what
    is_new: bool
    holders: Sequence[str] = ()  # whose verdict who looks may record
    ways: Sequence[str] = WAYS
    unread: str = PICTURES_UNREAD


def review_of(parts: Parts, session: Session, article: Article, person: Person) -> UnderReview | None:
    """Return what the page shows of a text in review or approved to a person; None for any other."""
    revision = latest_revision(session, article)
    if revision is None or article.state not in UNDER_REVIEW:
        return None
    step = reviews.current_step(session, revision, parts.chain)
    source = source_of(parts, article)
    is_frozen_text = source is not None and fingerprint(source) == article.file_sha256
    passed = passed_warnings(session, revision)
    before = seen_before(session, person, revision)
    return UnderReview(
        revision=revision,
        step=step.name if step else "",
        why_not=reviews.why_not(session, revision, person, parts.chain, now=parts.clock.now()),
        preview=_look(parts, session, revision),
        is_frozen_text=is_frozen_text,
        passed=passed,
        problems=_others(problems_of(parts, article) or (), passed) if is_frozen_text else (),
        items=checklist(source, parts.check_context(month_of(source.name))) if source and is_frozen_text else (),
        before=before.number if before else 0,
        changes=difference(before, revision, names_of(session, before, revision)) if before else (),
        verdicts=_verdicts(session, article),
        trail=_trail(session, article),
        is_new=not has_seen(session, person, revision),
        holders=_to_record(parts, session, revision, step, person),
    )


def remember(parts: Parts, review: UnderReview, person: Person) -> None:
    """Keep that a person was shown this revision: the page shows all of it."""
    if review.is_new:
        with parts.store.transaction() as session:
            note_seen(session, person, review.revision, now=parts.clock.now())


def _look(parts: Parts, session: Session, revision: Revision) -> Preview:
    folder = f"/console/articles/{revision.article_id}/frozen/{revision.number}"
    name, pictures = parts.config.account.name, parts.library.pictures
    return look_at_frozen(session, revision, pictures, account=name, place=lambda sha256: f"{folder}/{sha256}")


def _others(problems: Sequence[Problem], passed: Sequence[PassedWarning]) -> list[Problem]:
    """Return what the checks say now beyond the warnings that were passed with a reason."""
    told = {(warning.code, warning.line, warning.message) for warning in passed}
    rest = [p for p in problems if (p.code, p.line, p.message) not in told]
    return sorted(rest, key=lambda problem: list(Level).index(problem.level))


def _verdicts(session: Session, article: Article) -> list[Said]:
    query = (
        select(Review, Revision.number, Person.name)
        .join(Revision, Revision.id == Review.revision_id)
        .join(Person, Person.id == Review.person_id)
        .where(Revision.article_id == article.id)
        .order_by(Review.id)
    )
    return [_said(session, review, number, name) for review, number, name in session.execute(query)]


def _said(session: Session, review: Review, number: int, name: str) -> Said:
    offline = f"{reviews.OFFLINE}（{review.way}），{review.recorded_by}代录" if review.way else ""
    told = delegations.told_of(session, review)
    whose = f"{name if offline else _whose(review, name)}{f'（{told}）' if told else ''}"
    proofs = [(row.id, row.name or "图片", _lost(row)) for row in evidence.of(session, f"review:{review.id}")]
    return Said(number, review.step, whose, VERDICTS[review.verdict], review.comment, stamp(review.at), offline, proofs)


def _lost(row: Evidence) -> str:
    return "" if row.fetched_at else "还没有取到" if row.try_at else "没有取到"


def _to_record(parts: Parts, session: Session, revision: Revision, step: Step | None, person: Person) -> Sequence[str]:
    """Return whose verdict on a text in review this person may record."""
    if person.role not in RECORDERS or step is None or revision.article.state != State.IN_REVIEW:
        return ()
    return [name for name in holders(session, revision, parts.chain, now=parts.clock.now()) if name != person.name]


def _whose(review: Review, name: str) -> str:
    return name if review.recorded_by == name else f"{name}（{review.recorded_by}代录）"


def _trail(session: Session, article: Article) -> list[tuple[str, str, str]]:
    events = session.scalars(select(Event).where(Event.subject == subject(article)).order_by(Event.id)).all()
    return [(stamp(event.at), MACHINES.get(event.by, event.by), event.why) for event in events if event.why]
