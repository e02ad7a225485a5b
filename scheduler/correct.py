"""Correcting (更正) as people decide it: asked for, approved by another person, done by hand, and seen before it counts.

No call of WeChat's edits an article that is out, and what the back office allows is not
confirmed (domain.md §2.5): so it is a step by hand, and what was not read back or proven
by a picture that a named person has looked at stays 待核实.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import corrections, evidence
from content.after_models import Correction
from content.article import Level
from content.authority import demand_authority
from content.clock import stamp
from content.errors import OpsError
from content.lint.tables import Tables
from content.models import Article, Person, State
from content.people import people
from content.reviews import ROLES
from content.revisions import latest_revision
from content.steps import Chain, Step, last_step, may_hold
from content.workflow import in_words, note
from scheduler import alarm
from scheduler.channels import WECHAT
from scheduler.correct_steps import steps
from scheduler.models import Outbox
from scheduler.rules import Rules
from scheduler.sent import is_out, sent_as

LONGEST = 50  # characters of the words and of the reason, so that every answer fits into one message
CORRECTED, REFUSED, IMPOSSIBLE, WITHDRAWN = "corrected", "refused", "impossible", "withdrawn"
OUTCOMES = {
    CORRECTED: "已更正", REFUSED: "没有同意更正", IMPOSSIBLE: "后台改不了", WITHDRAWN: "已撤稿，不用更正",
}  # fmt: skip


def approver(chain: Chain, rules: Rules) -> Step:
    """Return who approves corrections, as a step: of the configured role, else of the chain's last one."""
    return Step("更正审批", rules.correction_role) if rules.correction_role else last_step(chain)


def ask(
    session: Session,
    article: Article,
    words: tuple[str, str, str],
    *,
    person: Person,
    step: Step,
    tables: Tables,
    now: datetime,
) -> str:
    """Ask for a correction of what is out and tell who may approve it; return what people are told.

    words: old, new and reason. OpsError when the article is not out, the old words are not in
    its frozen text, or the checks find an error in the new ones.
    """
    session.refresh(article, ["state", "state_since"], with_for_update=True)
    revision = latest_revision(session, article)
    if is_out(article) and article.state != State.PUBLISHED:
        raise OpsError(f"{in_words(article)}没有审完就发出了，没有审过的定稿可对照。请撤稿：撤稿 {article.id} 原因")
    if article.state != State.PUBLISHED:
        raise OpsError(f"{in_words(article)}没有在外面，不用更正：还没发出的改文件、重新送审；撤下的不用再改。")
    if revision is None:
        raise OpsError(f"{in_words(article)}不是从这里发的，没有定稿可对照。请到后台改，或撤稿：撤稿 {article.id} 原因")
    if open_one(session, article):
        raise OpsError(
            f"{in_words(article)}有一处更正还没有办完，请先办完。进展在网页的文章页上（发“登录”），或运行：wxops correct {article.id}"
        )
    old, new, reason = corrections.meant(revision, words[0]), *words[1:]
    if max(map(len, words)) > LONGEST:
        raise OpsError(f"原来的字、改成的字和原因各不超过 {LONGEST} 字；要改得更多，请撤稿，或分几次更正。")
    places = corrections.places_of(revision, old)
    found = corrections.problems_of(places, old, new, tables, now)
    if errors := [p.message for p in found if p.level == Level.ERROR]:
        raise OpsError(f"改成的字有问题，没有提交：{'；'.join(errors)}")
    where = corrections.in_words(places, old)
    warnings = "；".join(p.message for p in found)
    row = Correction(
        article_id=article.id, revision_id=revision.id, old=old, new=new, places=where, warnings=warnings, reason=reason,
        by=person.name, at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.refresh(row)
    note(session, article, by=person.name, now=now, why=f"要求更正：“{old}”改为“{new}”，{reason}")
    names = _tell_approvers(session, row, step, now)
    count = sum(place.times for place in places)
    more = f"共 {count} 处，都改；只改其中一处，请把前后的字也写上。" if count > 1 else ""
    return f"已提交更正：{in_words(article)}{where}，“{old}”改为“{new}”。{more}{_warned(row)}等{names}批准。"


def approve(session: Session, article: Article, *, person: Person, step: Step, now: datetime) -> str:
    """Approve the correction that waits, as another person than the one who asked; return the steps by hand."""
    row = _waiting(session, article)
    _demand_approver(row, person, step)
    row.approved_by, row.approved_at = person.name, now
    note(session, article, by=person.name, now=now, why=f"同意更正：“{row.old}”改为“{row.new}”")
    told = "\n".join(steps(session, row))
    alarm.end(session, _approve_key(row), now=now)
    alarm.ring(session, to_do_key(row), f"{in_words(article)}有一处更正已批准，要到后台改：\n{told}", now=now)
    return f"已同意更正{in_words(article)}。接下来到后台改：\n{told}"


def refuse(session: Session, article: Article, *, why: str, person: Person, step: Step, now: datetime) -> str:
    """Refuse the correction that waits, with a reason."""
    row = _waiting(session, article)
    _demand_approver(row, person, step)
    if not why.strip():
        raise OpsError(f"不同意要写原因，例如：不同意更正 {article.id} 原文没有错")
    _end(session, row, REFUSED, why=why.strip(), by=person.name, now=now)
    return f"已记下：不同意更正{in_words(article)}，原因：{why.strip()}。"


def is_done(session: Session, article: Article, *, person: Person, now: datetime) -> str:
    """Take a person's word that the back office was changed: it waits to be read back, or for a picture."""
    row = _approved(session, article)
    row.done_by, row.done_at, row.looks = person.name, now, 0
    note(session, article, by=person.name, now=now, why="说后台已改，待核实")
    if sent_as(session, article).listed:
        row.retry_at = now
        alarm.ring(session, to_do_key(row), f"{in_words(article)}说已更正，正在向微信读回。", now=now)
        return f"已记下，待核实：马上向微信读回{in_words(article)}，看到新的字才算更正。"
    alarm.ring(session, to_do_key(row), f"{in_words(article)}说已更正，待核实。{_prove(row)}", now=now)
    return f"已记下，待核实：这一篇接口读不回来。{wish_for_picture(session, row, person, now)}再请人看过截图，回复：核实更正 {article.id}"


def is_seen(session: Session, article: Article, *, person: Person, now: datetime) -> str:
    """Record that a named person has seen the new words on the page, with a picture kept that shows them."""
    demand_authority(person, "核实更正")
    row = _approved(session, article)
    if row.done_at is None:
        raise OpsError(f"还没有人说{in_words(article)}改好了。改好后回复：已更正 {article.id}")
    if not evidence.proven(session, [subject_of(row)]):
        raise OpsError(f"还没有截图，不能算更正。{_prove(row)}")
    count = len(evidence.of(session, subject_of(row)))
    row.proof = f"截图 {count} 张，{person.name}看过，{stamp(now)}"
    _end(session, row, CORRECTED, by=person.name, now=now)
    return f"已记下：{in_words(article)}已更正，由您看过截图。"


def is_impossible(session: Session, article: Article, *, why: str, person: Person, now: datetime) -> str:
    """End a correction that the back office does not allow, and offer what remains."""
    row = _approved(session, article)
    if not why.strip():
        raise OpsError(f"请写为什么改不了，例如：改不了 {article.id} 后台说次数用完了")
    _end(session, row, IMPOSSIBLE, why=why.strip(), by=person.name, now=now)
    return (
        f"已记下：{in_words(article)}后台改不了。还可以：\n"
        f"撤下它，请发：撤稿 {article.id} 原因\n另发一篇更正，请发：更正文章 {article.id}（起草一篇，照常送审）"
    )


def want_notice(session: Session, article: Article, *, person: Person, now: datetime) -> str:
    """Wish for a correction article (更正文章); the next tick drafts it in the coming day's month."""
    row = newest(session, article)
    if row is None or row.outcome == REFUSED:
        raise OpsError(f"{in_words(article)}没有批准过的更正。先提出：更正 {article.id} 旧→新 原因")
    if row.notice:
        return f"更正文章已经起草：{row.notice}。"
    row.notice_by = row.notice_by or person.name
    note(session, article, by=person.name, now=now, why="要一篇更正文章")
    return f"马上起草{in_words(article)}的更正文章，放进内容库，补好以后照常送审。"


def wish_for_picture(session: Session, row: Correction, person: Person, now: datetime) -> str:
    """Take the person's next pictures as proof of a correction; return what to tell them."""
    words = f"文章{row.article_id}的更正"
    return evidence.wanted(session, person, subject_of(row), words=words, again=f"已更正 {row.article_id}", now=now)


def read_back(session: Session, row: Correction, *, now: datetime) -> None:
    """Record that WeChat itself shows the new words."""
    row.proof = f"微信接口读回，{stamp(now)}"
    _end(session, row, CORRECTED, by="wechat", now=now)


def end_with_withdrawal(session: Session, article: Article, *, now: datetime) -> None:
    """End the correction of an article that was taken down, if one is under way."""
    if row := open_one(session, article):
        _end(session, row, WITHDRAWN, by="scheduler", now=now, why="文章已撤下")


def not_shown(session: Session, row: Correction, why: str, *, now: datetime) -> None:
    """Leave a correction 待核实: it could not be read back, so a picture and a person must show it."""
    row.retry_at = None
    text = f"{in_words(row.article)}的更正还没有看到：{why}{_prove(row)}"
    alarm.ring_anew(session, to_do_key(row), text, since=now, now=now)


def open_one(session: Session, article: Article) -> Correction | None:
    """Return the correction of an article that is under way, held until the end of the transaction."""
    query = select(Correction).where(Correction.article_id == article.id, Correction.ended_at.is_(None))
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def newest(session: Session, article: Article) -> Correction | None:
    """Return the last correction of an article, under way or over."""
    return next(iter(every_one(session, article)), None)


def every_one(session: Session, article: Article | None = None) -> Sequence[Correction]:
    """Return all corrections, or those of one article, newest first."""
    query = select(Correction).order_by(Correction.id.desc())
    return session.scalars(query.where(Correction.article_id == article.id) if article else query).all()


def state_of(row: Correction) -> str:
    """Return how far a correction has come, as people read it."""
    if row.outcome:
        return OUTCOMES[row.outcome]
    return "待核实" if row.done_at else "等人到后台改" if row.approved_at else "等批准"


def subject_of(row: Correction) -> str:
    """Return the subject under which the pictures of a correction are kept."""
    return f"correction:{row.id}"


def to_do_key(row: Correction) -> str:
    """Return the alarm that rings from the approval until the correction is seen."""
    return f"correct:article:{row.article_id}"


def may_approve(row: Correction, person: Person, step: Step) -> bool:
    """Say whether a person may approve this correction."""
    return may_hold(step, person) and person.name != row.by


def _end(session: Session, row: Correction, outcome: str, *, by: str, now: datetime, why: str = "") -> None:
    row.outcome, row.why, row.ended_by, row.ended_at, row.retry_at = outcome, why, by, now, None
    told = f"{OUTCOMES[outcome]}：“{row.old}”改为“{row.new}”（{why or row.proof}）"
    note(session, row.article, by=by, now=now, why=told)
    alarm.end(session, to_do_key(row), _approve_key(row), now=now)


def _waiting(session: Session, article: Article) -> Correction:
    row = open_one(session, article)
    if row is None:
        raise OpsError(f"{in_words(article)}没有等着批准的更正。")
    if row.approved_at:
        raise OpsError(f"{in_words(article)}的更正早已由{row.approved_by}批准。")
    return row


def _approved(session: Session, article: Article) -> Correction:
    row = open_one(session, article)
    if row is None:
        raise OpsError(f"{in_words(article)}没有在办的更正。要更正请发：更正 {article.id} 旧→新 原因")
    if row.approved_at is None:
        raise OpsError(f"{in_words(article)}的更正还没有批准，先不要到后台改。批准请发：同意更正 {article.id}")
    return row


def _demand_approver(row: Correction, person: Person, step: Step) -> None:
    if person.name == row.by:
        raise OpsError("更正是您提出的，要由另一个人批准。")
    if not may_hold(step, person):
        raise OpsError(f"更正由{step.party}{ROLES[step.role]}批准，{person.name}是{ROLES[person.role]}。")


def _tell_approvers(session: Session, row: Correction, step: Step, now: datetime) -> str:
    """Tell everybody who may approve, once, and ring in the morning while nobody has; return their names."""
    able = [person for person in people(session) if may_approve(row, person, step)]
    text = (
        f"{row.by}要求更正{in_words(row.article)}（{row.places}）：“{row.old}”改为“{row.new}”，原因：{row.reason}。{_warned(row)}"
        f"\n同意请发：同意更正 {row.article_id}；不同意请发：不同意更正 {row.article_id} 原因"
    )
    for person in able:
        if person.openid:
            session.add(
                Outbox(key=f"correct:{row.id}:{person.id}", channel=WECHAT, person_id=person.id, text=text, due=now)
            )
    alarm.ring(session, _approve_key(row), text, now=now)
    return "、".join(person.name for person in able) or f"{step.party}{ROLES[step.role]}（现在没有这样的人，请先加人）"


def _warned(row: Correction) -> str:
    return f"检查有警告：{row.warnings}。" if row.warnings else ""


def _prove(row: Correction) -> str:
    n = row.article_id
    return (
        f"请打开文章截图：先发“已更正 {n}”，{evidence.MINUTES} 分钟内把截图发来；再请管理员、运营或甲方终审人看过，回复：核实更正 {n}。"
        f"没有改成的，回复：改不了 {n} 原因"
    )


def _approve_key(row: Correction) -> str:
    return f"correct-approve:article:{row.article_id}"
