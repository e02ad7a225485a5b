"""The annexes of the 执行成果报告: behind each target a workbook with everything that counts, adding up to its number.

What was told of a visit or a training is shown with private numbers masked (domain.md §1c R9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.books import Cell, Sheet, book
from content.field_kinds import FREE, KINDS
from content.lint.privacy import masked
from content.models import Article
from content.record_models import Record
from content.record_views import View, views
from scheduler import stats
from scheduler.agreement import Target
from scheduler.behind import Row
from scheduler.proof import BY_PIECES

COLUMNS = (
    ("序号", 6), ("日期", 12), ("事项", 24), ("地点", 28), ("数量", 8), ("人数", 8), ("内容", 40), ("经办", 12),
    ("单位", 16), ("材料", 20), ("链接", 40), ("编号", 14),
)  # fmt: skip
VISITS = "visits"  # the count of a target
OF_VISITS = (("见到", 16), ("结果", 30))  # the last columns of visits (domain.md §1b T7)
COMPLETE, NOT_ASKED = "齐全", "不要求"
_MANY = 500  # things of one question to the database


@dataclass(frozen=True)
class Detail:
    """What a thing tells beside its row: how many people, what was done, by whom, of which company, its address.

    met, result: of a visit; None for other things.
    """

    people: int | None = None
    text: str = ""
    by: str = ""
    company: str = ""
    link: str = ""
    met: str | None = None
    result: str | None = None


def details(session: Session, subjects: Iterable[str]) -> Mapping[str, Detail]:
    """Return what is known of records, articles and themes by their subject; nothing of other things."""
    asked = set(subjects)
    found: dict[str, Detail] = {}
    for numbers in _numbers(asked, "record:"):
        for view in views(session, session.scalars(select(Record).where(Record.id.in_(numbers))).all()):
            has = KINDS[view.kind].more if view.kind in KINDS else ()
            more = [view.more.get(key, "") if key in has else None for key in FREE]
            told = (view.people, view.text, view.by, view.company, _of_record(session, view))
            found[f"record:{view.number}"] = Detail(*told, *more)
    for numbers in _numbers(asked, "article:"):
        for article in session.scalars(select(Article).where(Article.id.in_(numbers))):
            found[f"article:{article.id}"] = Detail(None, article.column, article.author, "", _link(session, article))
    for numbers in _numbers(asked, "theme:"):
        links: dict[int | None, list[str]] = defaultdict(list)
        for article in session.scalars(select(Article).where(Article.theme_id.in_(numbers)).order_by(Article.id)):
            links[article.theme_id].append(_link(session, article))
        found |= {f"theme:{theme}": Detail(link="\n".join(filter(None, urls))) for theme, urls in links.items()}
    return found


def lines(rows: Sequence[Row], known: Mapping[str, Detail], *, asked: bool) -> list[list[Cell]]:
    """Return the rows of a target as an annex shows them; asked: the target asks for evidence."""
    made: list[list[Cell]] = []
    for number, row in enumerate(rows, 1):
        detail = known.get(row.subject, Detail())
        lacks = f"缺{'、'.join(row.lacks)}" if row.lacks else COMPLETE if asked else NOT_ASKED
        by = detail.by or row.owner
        made.append(
            [number, str(row.day), masked(row.what), row.place, row.value, detail.people, detail.text, by, detail.company, lacks, detail.link, row.subject,
             *(one for one in (detail.met, detail.result) if one is not None)]
        )  # fmt: skip
    return made


def annex(
    target: Target, shown: Sequence[Sequence[Cell]], rows: Sequence[Row], period: str, rule: str, told: Sequence[str]
) -> bytes:
    """Return the workbook of a target; the sum below is that of the board, with its rule and what is told beside it."""
    complete = sum(row.value for row in rows if not row.lacks)
    total = sum(row.value for row in rows)
    proven = f"材料齐全 {complete:,}，缺材料 {total - complete:,}" if target.evidence else f"材料：{NOT_ASKED}"
    below: list[Sequence[Cell]] = [["合计", "", "", "", total, "", proven], [f"口径：{rule or '—'}"]]
    below += [[line] for line in told] + [[f"{BY_PIECES}。"]] * bool(target.evidence)
    columns = (*COLUMNS, *OF_VISITS) if target.count == VISITS else COLUMNS
    return book(Sheet(target.name, f"{target.name}（{period}）", columns, shown, below))


def _numbers(subjects: Set[str], kind: str) -> Iterator[list[int]]:
    """Yield the numbers of the subjects of a kind, as many at once as one question may name."""
    numbers = sorted(int(name.removeprefix(kind)) for name in subjects if name.startswith(kind))
    yield from (numbers[at : at + _MANY] for at in range(0, len(numbers), _MANY))


def _of_record(session: Session, view: View) -> str:
    """Return the address that a case or a piece of content was recorded with, or that of the article it is."""
    article = session.get(Article, int(view.more["article"])) if view.more.get("article") else None
    return view.more.get("link") or (_link(session, article) if article else "")


def _link(session: Session, article: Article) -> str:
    if article.post is None:
        return ""
    _, urls = stats.out_at(session, article.post)
    place = (article.position or 1) - 1
    return urls[place] if place < len(urls) else ""
