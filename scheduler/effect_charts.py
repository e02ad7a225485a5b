"""The charts of an effect analysis, drawn from its facts alone; none where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from content.charts import Bullet, Chart, Series, bars, bullets, curve, line, stacked
from scheduler import metrics
from scheduler.effect_articles import ARTICLES
from scheduler.effect_contract import CONTRACT, PACE, PACED
from scheduler.effect_facts import Chapter, Effect, Row, shown
from scheduler.effect_field import STREETS
from scheduler.effect_trend import FOLLOWERS, READS

MOST_BARS = 20  # articles of one chart; the table has all of them
_SHOWN_FIELD = ("走访", "培训")  # both in 次


def charts(effect: Effect) -> dict[str, Chart]:
    """Return the charts by the names under which a template has them."""
    return {name: chart for name, make in _CHARTS.items() for chart in make(effect)}


def _reads(effect: Effect) -> Iterator[Chart]:
    yield from _line(effect.chapter(READS), "全号每天的阅读", {"readers": "account_read_user"})


def _followers(effect: Effect) -> Iterator[Chart]:
    yield from _line(effect.chapter(FOLLOWERS), "新增和取关", {"new": "new_user", "lost": "cancel_user"})


def _articles(effect: Effect) -> Iterator[Chart]:
    rows = effect.chapter(ARTICLES).rows[:MOST_BARS]
    if _has(rows, "read_user"):
        unit = metrics.charted_together(["read_user"]).value
        yield bars("本期文章的阅读", [str(row["title"]) for row in rows], _values(rows, "read_user"), unit)


def _streets(effect: Effect) -> Iterator[Chart]:
    rows = effect.chapter(STREETS).rows
    if any(_has(rows, kind) for kind in _SHOWN_FIELD):
        series = [Series(kind, _values(rows, kind)) for kind in _SHOWN_FIELD]
        yield stacked("各街道的线下工作", [str(row["name"]).removesuffix("街道") for row in rows], series, "次")


def _board(effect: Effect) -> Iterator[Chart]:
    rows = effect.chapter(CONTRACT).rows
    if rows:
        yield bullets("合同指标的完成和时间", [_bullet(row) for row in rows])


def _paced(count: str) -> Callable[[Effect], Iterator[Chart]]:
    def make(effect: Effect) -> Iterator[Chart]:
        chapter = effect.chapter(PACE)
        column = next((column for column in chapter.columns if column.key == count), None)
        if column and _has(chapter.rows, count):
            rows = chapter.rows
            yield curve(column.name, _labels(rows), _values(rows, count), _values(rows, f"{count}_plan"), column.unit)

    return make


def _line(chapter: Chapter, title: str, columns: dict[str, str]) -> Iterator[Chart]:
    """Yield a line for columns of a chapter, which go together by their metrics (NotComparable otherwise)."""
    names = {column.key: column.name for column in chapter.columns}
    if any(_has(chapter.rows, key) for key in columns):
        unit = metrics.charted_together(list(columns.values())).value
        yield line(
            title, _labels(chapter.rows), [Series(names[key], _values(chapter.rows, key)) for key in columns], unit
        )


def _bullet(row: Row) -> Bullet:
    share, elapsed = (
        value / 100 if isinstance(value := row[key], int | float) else None for key in ("share", "elapsed")
    )
    return Bullet(str(row["name"]), share, elapsed, f"{shown(row['done'])}/{shown(row['total'])} {row['unit']}")


def _labels(rows: Sequence[Row]) -> list[str]:
    return [str(row["label"]) for row in rows]


def _values(rows: Sequence[Row], key: str) -> list[float | None]:
    return [value if isinstance(value := row[key], int | float) else None for row in rows]


def _has(rows: Sequence[Row], key: str) -> bool:
    return any(value is not None for value in _values(rows, key))


_CHARTS: dict[str, Callable[[Effect], Iterator[Chart]]] = {
    "reads": _reads, "articles": _articles, "followers": _followers, "streets": _streets, "contract": _board,
    **{f"pace_{count}": _paced(count) for count in PACED},
}  # fmt: skip
NAMES = tuple(_CHARTS)
