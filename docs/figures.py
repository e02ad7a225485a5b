"""Write the tables of docs/figures.zh-CN.md anew, from the program: `python docs/figures.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from scheduler.file_kinds import KINDS, TEXTS, column_name
from scheduler.metrics import METRICS, WECHAT

PAGE = Path(__file__).resolve().parent / "figures.zh-CN.md"
SOURCES = {WECHAT: "每天自动取数"} | {kind.id: f"导入：{kind.name}" for kind in KINDS}


def metrics() -> str:
    """Return the table of the metrics."""
    rows = [
        (
            f"`{name}`",
            metric.name,
            metric.unit,
            metric.window,
            "是" if metric.cumulative else "否",
            metric.of,
            METRICS[metric.denominator].name if metric.denominator else "—",
            SOURCES[metric.source],
        )
        for name, metric in METRICS.items()
    ]
    return _table(("编号", "名称", "单位", "统计时间", "累计", "统计对象", "占谁的比", "来源"), rows)


def kinds() -> str:
    """Return the table of the kinds of files."""
    rows = [
        (
            f"{kind.name} `{kind.id}`",
            kind.about,
            "、".join(column_name(column) for column in kind.columns if column in TEXTS),
            "、".join(column_name(column) for column in kind.metrics),
        )
        for kind in KINDS
    ]
    return _table(("种类", "内容", "认得的列", "收的数"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(page: str) -> str:
    """Return the page with both tables between their marks."""
    for name, table in (("metrics", metrics()), ("kinds", kinds())):
        begin, end = f"<!-- {name}: written by docs/figures.py -->", f"<!-- {name} end -->"
        between = f"{begin}\n\n{table}\n\n{end}"
        page = re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _, text=between: text, page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
