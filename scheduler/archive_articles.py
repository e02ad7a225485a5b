"""The articles of the year's archive: each that was out with its frozen text, pictures, approval form and 30-day figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import custody, offline
from content.approval import approval_of
from content.bundle import Bundle
from content.clock import day_start, local_day, stamp
from content.db import Moment
from content.models import IN_WORDS, Article
from content.placed import stand_in
from content.revisions import PLACEHOLDER, latest_revision
from content.word.filling import filled, form
from scheduler import metrics
from scheduler.models import Batch, Figure, Publication
from scheduler.sent import sent_as

DAYS = 30  # for which WeChat tells an article's figures (wechat-api.md §5)
TEXT, FORM, TABLE, FIGURES = "text.html", "approval.docx", "figures.csv", "figures.html"
COLUMNS = ("日期", "编号", "标题", "方式", "状态", "阅读", "定稿", "审批表", "30 天数据", "链接")
_GONE = (640, 360)  # pixels of the stand-in for a picture that is gone


@dataclass(frozen=True)
class Place:
    """Where the archive takes from: the workspace and its kept pictures; the line at the foot of its pages."""

    workspace: Path
    pictures: Path
    watermark: str


def out_in(session: Session, first: date, last: date) -> list[tuple[int, datetime]]:
    """Return the articles that went out in a period, be they taken down since, the soonest first, and when."""
    went = func.min(Publication.published_at, type_=Moment())
    query = select(Article.id, went).join(Publication, Publication.post_id == Article.post_id).group_by(Article.id)
    start, end = day_start(first), day_start(last + timedelta(days=1))
    found = session.execute(query.where(Publication.published_at >= start, Publication.published_at < end))
    return sorted(((row[0], row[1]) for row in found), key=lambda one: (one[1], one[0]))


def add(
    made: Bundle, session: Session, place: Place, articles: Sequence[tuple[int, datetime]], told: Callable[[], None]
) -> list[Sequence[object]]:
    """Write the articles and return their rows of the index; `told` is called after each."""
    rows: list[Sequence[object]] = []
    for number, at in articles:
        rows.append(_article(made, session, place, session.get_one(Article, number), at))
        session.expunge_all()
        told()
    return rows


def _article(made: Bundle, session: Session, place: Place, article: Article, at: datetime) -> Sequence[object]:
    folder = f"articles/{article.id}"
    revision, sent = latest_revision(session, article), sent_as(session, article)
    title = (revision.title if revision else article.title) or article.slug
    figures = _figures(session, article.id, local_day(at))
    _write_figures(made, folder, title, figures, place)
    text: object = None
    approval: object = None
    if revision:
        _write_text(made, folder, custody.frozen_files(session, revision, place.pictures), place)
        facts = approval_of(session, place.workspace, article.id, revision.number)
        made.add(f"{folder}/{FORM}", filled(form(place.workspace, "approval"), facts.as_values()))
        text, approval = offline.link(f"{folder}/{TEXT}", "定稿"), offline.link(f"{folder}/{FORM}", "审批表")
    reads = next((values["read_user"] for _, values in reversed(figures) if "read_user" in values), None)
    return (
        stamp(at), str(article.id), title, "推送" if sent.pushed else "不推送", IN_WORDS[article.state], reads, text, approval,
        offline.link(f"{folder}/{FIGURES}", "数据"),
        offline.outward(sent.url, "原文") if sent.url.startswith(("http://", "https://")) else None,
    )  # fmt: skip


def _write_text(made: Bundle, folder: str, files: Mapping[str, bytes], place: Place) -> None:
    """Write a frozen text with its pictures, as a page of the archive: a card where a picture is gone, a link to the cover."""
    pictures = {name: data for name, data in files.items() if name.startswith("pictures/")}
    (page,) = (data.decode() for name, data in files.items() if name not in pictures)
    gone = stand_in("图片不见了", *_GONE)
    while (at := page.find(PLACEHOLDER)) >= 0:
        page = page[:at] + gone + page[at + len(PLACEHOLDER) + 64 :]  # a sha256 has 64 signs
    links = [offline.link("../../index.html", "‹ 目录")]
    links += [offline.link(name, "封面") for name in pictures if name not in page]
    page = page.replace("<body>", f"<body>\n<p>{' '.join(links)}</p>", 1)
    made.add(f"{folder}/{TEXT}", page.replace("</body></html>", offline.foot(place.watermark)).encode())
    for name, data in pictures.items():
        made.add(f"{folder}/{name}", data)


_Figures = list[tuple[date, dict[str, int]]]


def _figures(session: Session, number: int, out: date) -> _Figures:
    """Return what is known of an article's first 30 days by day: of each metric the newest batch's value."""
    query = (
        select(Figure.day, Figure.metric, Figure.value)
        .join(Batch, Batch.id == Figure.batch_id)
        .where(Figure.subject == f"article:{number}", Batch.undone_at.is_(None))
        .where(Figure.day.between(out, out + timedelta(days=DAYS)))
        .order_by(Figure.day, Figure.batch_id)
    )
    found: dict[date, dict[str, int]] = {}
    for day, metric, value in session.execute(query):
        found.setdefault(day, {})[metric] = value
    return sorted(found.items())


def _write_figures(made: Bundle, folder: str, title: str, figures: _Figures, place: Place) -> None:
    used = [name for name in metrics.METRICS if any(name in values for _, values in figures)]
    names: list[object] = ["日期", *(f"{metrics.METRICS[name].name}（{metrics.METRICS[name].unit}）" for name in used)]
    rows: list[list[object]] = [[day.isoformat(), *(values.get(name) for name in used)] for day, values in figures]
    made.add(f"{folder}/{TABLE}", ("\ufeff" + "".join(map(offline.csv_line, [names, *rows]))).encode())
    body = [
        offline.head(f"{title}：30 天数据", "../../index.html"),
        offline.line("从发布到当天的累计；“—”是没有数据，不是 0。"),
        offline.table([str(name) for name in names], rows),
        offline.line(offline.link(TABLE, "表格文件（CSV）")),
        offline.foot(place.watermark),
    ]
    made.add(f"{folder}/{FIGURES}", "".join(body).encode())
