"""What the page of one article shows: how it stands, what the checks say, what to do next, and how it looks."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content import reviews
from content.article import Level, Problem, Source, picture_file, read_article
from content.clock import stamp
from content.files import OVER
from content.folders import inside, month_of
from content.kinds import HEAD, kind_of
from content.licences import UNUSED, Row, rows_of
from content.lint.cache import FOLDER, Cache
from content.markup.drawn import look_at
from content.models import IN_WORDS, Article, Revision, State
from content.render import render
from content.revisions import latest_revision

SHOWN_AS = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}  # what browsers show
GROUPS = (
    (Level.ERROR, "错误", "改好才能送审。"),
    (Level.WARN, "警告", "请逐条核对；确实没有问题的，送审时写明理由。"),
    (Level.INFO, "提示", "供参考，不影响送审。"),
)


@dataclass(frozen=True)
class Group:
    """The problems of one level; `told` is what they mean for the editor."""

    level: Level
    name: str
    told: str
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Sheet:
    """An article as its page shows it; without a file there are no problems, no rights and no look."""

    number: int
    title: str
    state: State
    state_name: str
    facts: Sequence[tuple[str, str]]
    following: str
    groups: Sequence[Group]
    rights: Sequence[Row]
    look: str
    revision: str
    has_file: bool
    is_over: bool

    @property
    def errors(self) -> Sequence[Problem]:
        """The problems that keep it from being submitted."""
        return next((group.problems for group in self.groups if group.level == Level.ERROR), ())

    @property
    def warnings(self) -> dict[str, Problem]:
        """A problem for each kind of warning, by its code."""
        found = next((group.problems for group in self.groups if group.level == Level.WARN), ())
        return {problem.code: problem for problem in reversed(found)}


def source_of(parts: Parts, article: Article) -> Source | None:
    """Return an article as it stands in its file; None when that is gone, or was never there."""
    file = parts.workspace / article.path
    if not article.path or not inside(parts.workspace, file) or not file.is_file():
        return None
    return read_article(file, article.path)


def problems_of(parts: Parts, article: Article) -> list[Problem] | None:
    """Return what the checks say of an article, nothing of one that is out; None when its file is gone."""
    if article.state in OVER:
        return []
    file = parts.workspace / article.path
    if not article.path or not inside(parts.workspace, file) or not file.is_file():
        return None
    context = parts.check_context(month_of(article.path))
    return Cache(parts.workspace / FOLDER).check(file, article.path, context)


def sheet_of(parts: Parts, session: Session, article: Article) -> Sheet:
    """Return what the page of an article shows."""
    source = source_of(parts, article)
    problems = problems_of(parts, article) or []
    revision = latest_revision(session, article)
    grouped = ((*group, [p for p in problems if p.level == group[0]]) for group in GROUPS)
    return Sheet(
        number=article.id,
        title=article.title or article.slug,
        state=article.state,
        state_name=IN_WORDS[article.state],
        facts=_facts(article, source, revision),
        following=_following(parts, session, article, revision, problems, there=source is not None),
        groups=[Group(*group) for group in grouped if group[-1]],
        rights=[row for row in rows_of(source) if row.use != UNUSED] if source else [],
        look=_look(parts, source) if source else "",
        revision=f"{article.id}-{revision.number}" if revision else "",
        has_file=source is not None,
        is_over=article.state in OVER,
    )


def _facts(article: Article, source: Source | None, revision: Revision | None) -> list[tuple[str, str]]:
    told = source.facts if source else None
    due = article.post.due_at if article.post else None
    way = ("，推送" if article.post.notify else "，不推送") if article.post and due else ""
    return [
        ("栏目", article.column),
        ("作者", article.author),
        ("摘要", told.digest if told else ""),
        ("发布时间", f"{stamp(due)}{way}" if due else ""),
        ("文件", article.path),
        ("最近送审", f"{article.id}-{revision.number}，{stamp(revision.made_at)}，{revision.by}" if revision else ""),
    ]


def _following(
    parts: Parts,
    session: Session,
    article: Article,
    revision: Revision | None,
    problems: Sequence[Problem],
    *,
    there: bool,
) -> str:
    """Return what to do next, as a sentence."""
    errors = sum(problem.level == Level.ERROR for problem in problems)
    if article.state == State.IN_REVIEW and revision:
        step = reviews.current_step(session, revision, parts.chain)
        return f"正在审核，等{step.name if step else '定稿'}。文件一改，审核就作废，要重新送审。"
    if article.state == State.APPROVED:
        due = article.post.due_at if article.post else None
        return (
            f"审核通过，{stamp(due)} 发出。"
            if due
            else "审核通过，还没有发布时间：请填上发布时间再交一次，或请运营排期。"
        )
    if article.state in OVER:
        return f"这一篇{IN_WORDS[article.state]}，不能再换稿。"
    if not there:
        return "文件不见了：请放回原处，或重新交一次。"
    return f"先改好 {errors} 个错误，再交一次。" if errors else "看过下面的问题和样子，就可以送审。"


def _look(parts: Parts, source: Source) -> str:
    """Return the article's HTML with its pictures inside; a picture that a browser cannot show is left out."""

    def picture(reference: str) -> str:
        return data_address(source, reference)

    return render(source, css=parts.library.css, picture=picture, foot=parts.library.foot, draw=look_at)


def data_address(source: Source, reference: str) -> str:
    """Return a picture of an article as an address that holds it; "" when it is gone or no browser shows it."""
    try:
        data = picture_file(source.path.parent, reference).read_bytes()
    except OSError:
        return ""
    kind = SHOWN_AS.get(kind_of(data[:HEAD]))
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if kind else ""
