"""The review chain (三审三校): submitting, verdicts on the revision that is named, and who may give them.

The chain is configuration; the rules are here: who submitted never holds the
last step, the last step belongs to 甲方, nobody holds two steps, and a changed
text starts again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content import delegations, lint, posts
from content import reasons as given_reasons
from content.article import Level, Problem, Source
from content.db import Store
from content.drawing import DRAWN
from content.errors import FilesWrong, OpsError
from content.files import fingerprint
from content.library import Library, article_by_number
from content.models import Article, Person, Review, Revision, State
from content.paper import Delegation
from content.revisions import add_revision, freeze, keep_pictures, latest_revision
from content.steps import CLIENT, Chain, Step, may_hold, steps_of
from content.workflow import in_words, move, note

OFFLINE = "线下审签"


class ProblemsFound(FilesWrong):
    """An article has errors; `problems` are all of them, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Say how many errors there are; the problems themselves are shown by the door."""
        self.problems = problems
        errors = sum(p.level == Level.ERROR for p in problems)
        super().__init__(f"有 {errors} 个错误，没有送审。")


class ReasonsMissing(OpsError):
    """An article has warnings and nobody said why they may pass; `problems` are the ones that lack a reason."""

    def __init__(self, problems: Sequence[Problem], article_id: int) -> None:
        """Say how many there are and the words that pass them; the problems themselves are shown by the door."""
        self.problems = problems
        super().__init__(
            f"有 {len(problems)} 条警告没有写理由，没有送审。请逐条核对，该改的改好；确实没有问题的写明理由再送审：\n"
            f'  wxops submit {article_id} --reason "已向街道核实"\n'
            f"  wxops submit {article_id} --reason {problems[0].code}=原因    （只给这一类，可以写几次）"
        )


class Outdated(OpsError):
    """A verdict names a text that is not under review any more; `what` says so without the words to send."""

    def __init__(self, what: str, hint: str) -> None:
        """Say what is so, and in a message what to send."""
        self.what = what
        super().__init__(what + hint)


def submit(
    store: Store,
    library: Library,
    article_id: int,
    source: Source,
    context: lint.Context,
    *,
    by: str,
    now: datetime,
    reasons: Mapping[str, str] = given_reasons.NO_REASONS,
) -> Revision:
    """Check and freeze an article and put it into review; return its new revision.

    reasons: why its warnings may pass, by their codes; `reasons.ALL` is for all the others.
    ProblemsFound when it has errors, ReasonsMissing when a warning has no reason, OpsError
    when it is published or the very same text is in review already. The pictures are on the
    disk before the revision is in the database.
    """
    problems = lint.check(source, context)
    if any(p.level == Level.ERROR for p in problems):
        raise ProblemsFound(problems)
    if lacking := given_reasons.without_reason(problems, reasons):
        raise ReasonsMissing(lacking, article_id)
    read_as = fingerprint(source)  # before it is frozen: a picture that changes in between is noticed by the next scan
    try:
        frozen = freeze(source, css=library.css, foot=context.foot, kept=library.folder / DRAWN)
    except OSError as error:
        raise FilesWrong(f"{source.name} 的图片刚刚不见了或读不出：{error.filename}。请放好再送审。") from error
    keep_pictures(library.pictures, frozen)
    by = by.strip()
    try:
        with store.transaction() as session:
            article = article_by_number(session, article_id)
            _start_again(session, article, frozen.sha256, by=by, now=now)
            revision = add_revision(session, article, frozen, related=context.foot.related, by=by, now=now)
            given_reasons.keep(session, revision, problems, reasons, by=by, now=now)
            move(session, article, State.IN_REVIEW, by=by, now=now, why=f"送审 {article.id}-{revision.number}")
            article.file_sha256 = read_as
            return revision
    except IntegrityError as error:
        raise OpsError("这篇文章刚刚被别人送审，请再看一次。") from error


def _start_again(session: Session, article: Article, sha256: str, *, by: str, now: datetime) -> None:
    """Send an article that is in review or approved back to WRITTEN, since its text is a new one."""
    if article.state in (State.PUBLISHED, State.WITHDRAWN):
        raise OpsError(f"{in_words(article)}已经发布，不能再送审；要改请走更正。")
    if article.post and article.post.state not in posts.CHANGEABLE:
        raise OpsError(f"{in_words(article)}已经在发布，不能再送审。")
    if article.state == State.WRITTEN:
        return
    last = latest_revision(session, article)
    if last and last.sha256 == sha256:
        raise OpsError(f"{in_words(article)}的内容和修订{article.id}-{last.number}一样，不用再送。")
    move(session, article, State.WRITTEN, by=by, now=now, why="送审新稿")
    if article.post:
        posts.reopen(session, article.post, by=by, now=now, why=f"{in_words(article)}送审新稿")


def give_verdict(
    session: Session,
    article_id: int,
    number: int,
    person: Person,
    chain: Chain,
    *,
    passed: bool,
    comment: str,
    recorded_by: str,
    now: datetime,
    way: str = "",
) -> str:
    """Record a verdict on the revision that the person names; return what follows, as a sentence.

    That they have read it is their own word: by a link, on paper or at a terminal nothing notes it.

    way: how a verdict reached the one who records it for somebody else (`content.recorded`); "" for
    one's own. OpsError when the text has changed since, when it is another role's turn, or when the
    rules forbid this person this step.
    """
    article = article_by_number(session, article_id)
    # held until the end: of two verdicts at one moment the second sees the first
    session.refresh(article, ["state", "state_since"], with_for_update=True)
    revision = _shown(session, article, number)
    step, delegation = _turn_of(session, revision, person, chain, person.name if way else "您", now)
    if not passed and not comment.strip():
        raise OpsError(f"退回要写原因，例如：退回 {article.id}-{number} 第二段日期不对")
    verdict = "pass" if passed else "back"
    session.add(
        Review(
            revision_id=revision.id,
            step=step.name,
            person_id=person.id,
            verdict=verdict,
            comment=comment.strip(),
            recorded_by=recorded_by,
            delegation_id=delegation.id if delegation else None,
            way=way,
            at=now,
        )
    )
    session.flush()
    how, by = _how(session, person, delegation, way, recorded_by), recorded_by if way else person.name
    if not passed:
        move(session, article, State.WRITTEN, by=by, now=now, why=f"{step.name}退回{how}：{comment.strip()}")
        return f"已退回{in_words(article)}修订{article.id}-{number}（{step.name}）。"
    following = current_step(session, revision, chain)
    if following is None:
        move(session, article, State.APPROVED, by=by, now=now, why=f"{step.name}通过{how}，审核完成")
        return f"{in_words(article)}修订{article.id}-{number}已通过{step.name}，审核完成。"
    if how:
        note(session, article, by=by, now=now, why=f"{step.name}通过{how}")
    return f"{in_words(article)}修订{article.id}-{number}已通过{step.name}，下一步：{following.name}。"


def _how(session: Session, person: Person, delegation: Delegation | None, way: str, recorded_by: str) -> str:
    """Return what is special about how a verdict was given, as the trail tells it; "" for nothing."""
    told = [f"{OFFLINE}：{person.name}，{way}，{recorded_by}代录"] if way else []
    told += [delegations.basis(session, delegation)] if delegation else []
    return f"（{'；'.join(told)}）" if told else ""


def remark(session: Session, article_id: int, number: int, person: Person, text: str, *, now: datetime) -> None:
    """Write what a person says of the revision that they name into the trail; it is no verdict."""
    article = article_by_number(session, article_id)
    _shown(session, article, number)
    if not text.strip():
        raise OpsError("请写上要说的话。")
    note(session, article, by=person.name, now=now, why=f"对修订{article.id}-{number}的意见：{text.strip()}")


def current_step(session: Session, revision: Revision, chain: Chain) -> Step | None:
    """Return the step whose turn it is, or None when all have passed."""
    return next(iter(lacking(session, revision, chain)), None)


def lacking(session: Session, revision: Revision, chain: Chain, on: date | None = None) -> list[Step]:
    """Return the steps that a revision has and has not passed, in their order; `on` as in `steps_of`."""
    passed = session.scalars(
        select(Review.step).where(Review.revision_id == revision.id, Review.verdict == "pass")
    ).all()
    return [step for step in steps_of(revision.article, chain, on) if passed.count(step.name) < step.people]


def in_review(session: Session, chain: Chain) -> list[tuple[Revision, Step]]:
    """Return what waits for a verdict, with the step whose turn it is; the longest waiting first."""
    articles = session.scalars(
        select(Article).where(Article.state == State.IN_REVIEW).order_by(Article.state_since, Article.id)
    ).all()
    waiting = []
    for article in articles:
        revision = latest_revision(session, article)
        step = current_step(session, revision, chain) if revision else None
        if revision and step:
            waiting.append((revision, step))
    return waiting


def is_turn_of(session: Session, revision: Revision, person: Person, chain: Chain, *, now: datetime) -> bool:
    """Say whether this person's verdict on a revision would be taken now."""
    return not why_not(session, revision, person, chain, now=now)


def why_not(session: Session, revision: Revision, person: Person, chain: Chain, *, now: datetime) -> str:
    """Return why this person's verdict on a revision would not be taken now; "" when it would."""
    try:
        _turn_of(session, revision, person, chain, "您", now)
    except OpsError as refusal:
        return str(refusal)
    return ""


def _shown(session: Session, article: Article, number: int) -> Revision:
    last = latest_revision(session, article)
    if last is None:
        raise OpsError(f"{in_words(article)}还没有送审。")
    if number != last.number:
        what = f"修订{article.id}-{number}不是现在的稿子，最新是{article.id}-{last.number}。"
        raise Outdated(what, f"请先看新稿，发：看 {article.id}")
    if article.state != State.IN_REVIEW:
        raise Outdated(f"{in_words(article)}不在审核中，这条意见没有记下。", f"请发：看 {article.id}")
    return last


def _turn_of(
    session: Session, revision: Revision, person: Person, chain: Chain, who: str, now: datetime
) -> tuple[Step, Delegation | None]:
    """Return the step that this person may judge now, and the delegation by which; OpsError says why not.

    Whoever stands in for another is one with them: what either has held or submitted counts for both.
    """
    step = current_step(session, revision, chain)
    if step is None:
        raise OpsError("这一稿每一步都已审过。如果还显示在审核中，是审核步骤改过了，请编辑改动后重新送审。")
    found = None if may_hold(step, person) else delegations.standing_in(session, step, person, now=now)
    if found is None and not may_hold(step, person):
        raise OpsError(f"现在是{step.name}，由{step.party}{_role_word(step.role)}审，{who}不能代审。")
    names = {person.name: who} | ({found[1].name: found[1].name} if found else {})
    for holder, held in delegations.held_by(session, revision):
        if holder in names:
            raise OpsError(f"{names[holder]}已经审过这一稿（{held}），{step.name}要由另一个人来审。")
    if step == steps_of(revision.article, chain)[-1]:
        client = person.party == CLIENT or (revision.article.urgent and step.party != CLIENT)  # as the settings say
        if revision.by in names or not client:
            raise OpsError(f"{step.name}必须由甲方的人来审，而且不能是送审人{revision.by}。")
    return step, found[0] if found else None


ROLES = {
    "admin": "管理员",
    "operator": "运营",
    "editor": "编辑",
    "reviewer": "复审人",
    "chief": "终审人",
    "liaison": "联络员",
}


def _role_word(role: str) -> str:
    return ROLES.get(role, role)
