"""What the page of one article shows: how it stands, what to do next, its rights, and how it looks with what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content import reviews
from content.article import Problem, Source, read_article
from content.clock import stamp
from content.drawing import DRAWN
from content.files import OVER, UNDER_REVIEW
from content.folders import inside, month_of
from content.licences import UNUSED, Row, rows_of
from content.lint.cache import FOLDER, Cache
from content.models import IN_WORDS, Article, Revision, State
from content.preview import Preview, look_at
from content.revisions import latest_revision

SHOWN_AS = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}  # what browsers show
RIGHTS_LACK = "LICENCE_UNKNOWN"  # what the form on the page mends


@dataclass(frozen=True)
class Sheet:
    """An article as its page shows it; without a file there are no problems, no rights and no look.

    Nor has a text under review a look of its file: what is judged is the frozen one.
    """

    number: int
    title: str
    state: State
    state_name: str
    facts: Sequence[tuple[str, str]]
    following: str
    rights: Sequence[Row]
    has_file: bool
    preview: Preview | None
    revision: str

    @property
    def errors(self) -> Sequence[Problem]:
        """The problems that keep it from being submitted."""
        return self.preview.errors if self.preview else ()

    @property
    def warnings(self) -> dict[str, Problem]:
        """A problem for each kind of warning, by its code, in the order of the lines."""
        found: dict[str, Problem] = {}
        for problem in self.preview.warnings if self.preview else ():
            found.setdefault(problem.code, problem)
        return found

    @property
    def lacks_rights(self) -> bool:
        """Whether something is missing of what must be told of its pictures."""
        return any(row.missing for row in self.rights)

    @property
    def lacks_rights_alone(self) -> bool:
        """Whether nothing is wrong that the form for rights does not mend."""
        return bool(self.errors) and all(problem.code == RIGHTS_LACK for problem in self.errors)


def source_of(parts: Parts, article: Article) -> Source | None:
    """Return an article as it stands in its file; None when that is gone, or was never there."""
    file = parts.workspace / article.path
    if not article.path or not inside(parts.workspace, file) or not file.is_file():
        return None
    try:
        return read_article(file, article.path)
    except OSError:  # it has just been moved, or nobody may read it
        return None


def problems_of(parts: Parts, article: Article) -> list[Problem] | None:
    """Return what the checks say of an article, nothing of one that is out; None when its file is gone."""
    if article.state in OVER:
        return []
    file = parts.workspace / article.path
    if not article.path or not inside(parts.workspace, file) or not file.is_file():
        return None
    context = parts.check_context(month_of(article.path))
    try:
        return Cache(parts.workspace / FOLDER).check(file, article.path, context)
    except OSError:
        return None


def sheet_of(parts: Parts, session: Session, article: Article) -> Sheet:
    """Return what the page of an article shows; of one that is out neither rights nor look, since its file may differ."""
    source = None if article.state in OVER else source_of(parts, article)
    revision = latest_revision(session, article)
    sheet = Sheet(
        number=article.id,
        title=article.title or article.slug,
        state=article.state,
        state_name=IN_WORDS[article.state],
        facts=_facts(article, source, revision),
        following="",
        has_file=source is not None,
        rights=[row for row in rows_of(source) if row.use != UNUSED] if source else [],
        preview=_preview(parts, source) if source and article.state not in UNDER_REVIEW else None,
        revision=f"{article.id}-{revision.number}" if revision else "",
    )
    return replace(sheet, following=_following(parts, session, article, revision, sheet))


def _preview(parts: Parts, source: Source) -> Preview:
    context = parts.check_context(month_of(source.name))
    return look_at(source, context, account=parts.config.account.name, kept=parts.workspace / DRAWN)


def _facts(article: Article, source: Source | None, revision: Revision | None) -> list[tuple[str, str]]:
    digest = revision.digest if revision and article.state in UNDER_REVIEW else source.facts.digest if source else ""
    due = article.post.due_at if article.post else None
    way = ("，推送" if article.post.notify else "，不推送") if article.post and due else ""
    return [
        ("栏目", article.column),
        ("作者", article.author),
        ("摘要", digest),
        ("发布时间", f"{stamp(due)}{way}" if due else ""),
        ("文件", article.path),
        ("最近送审", f"{article.id}-{revision.number}，{stamp(revision.made_at)}，{revision.by}" if revision else ""),
    ]


def _following(parts: Parts, session: Session, article: Article, revision: Revision | None, sheet: Sheet) -> str:
    """Return what to do next, as a sentence."""
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
    if not sheet.has_file:
        return "文件不见了：请放回原处，或重新交一次。"
    if sheet.lacks_rights_alone:
        return "图片许可还没有写全，请在“图片许可”里填好，再送审。"
    errors = len(sheet.errors)
    return f"先改好 {errors} 个错误，再交一次。" if errors else "看过下面的样子和检查的结果，就可以送审。"
