"""Plans for tests: a month drafted into a folder, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

from days_kit import CALENDAR

from content.article import read_article
from content.clock import SHANGHAI, local
from content.folders import article_files, name_of
from content.known import BestHour, Figure, Known, Record, Shortfall
from content.plan import plan_month
from content.timetable import House

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
KNOWN = Known(
    figures=(Figure("阅读", "人", 1200, 1000), Figure("点赞", "人", 30, 30), Figure("分享", "人", None, 9)),
    records=(
        Record(date(2026, 12, 3), "议事协商", ("槐树里社区",), "楼道堆物议了 *两次*，清出 3|4 处 <杂物>，花费 $20。"),
        Record(date(2026, 12, 8), "志愿服务", (), "给老人送餐。"),
    ),
    shortfall=(Shortfall("典型案例", 2), Shortfall("公众号文章", 3)),
    best_hour=BestHour(18, 37),
)
NOTHING = Known()
MONTHS = ["2026-12", "2027-01", "2027-02", "2027-03", "2027-05", "2027-10", "2028-02"]


def plan(folder: Path, month: str, known: Known = NOTHING, now: datetime = NOW, **house: object) -> list[str]:
    return [str(step) for step in plan_month(House(folder, **house), CALENDAR, month, known, now)]  # type: ignore[arg-type]


def drafts(folder: Path, month: str) -> list[Path]:
    return list(article_files(folder / month)) if (folder / month).is_dir() else []


def times(folder: Path, month: str) -> list[datetime]:
    found = [read_article(file, "x").facts.publish_at for file in drafts(folder, month)]
    return sorted(local(at) for at in found if at)


def write(folder: Path, name: str, **facts: str) -> Path:
    file = folder / name / "index.md"
    file.parent.mkdir(parents=True)
    lines = "\n".join(f"{key}: {value}" for key, value in {"title": "已有的", **facts}.items())
    file.write_text(f"---\n{lines}\n---\n\n正文。\n", encoding="utf-8")
    return file


def everything(folder: Path) -> dict[str, bytes]:
    return {name_of(folder, file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def gaps(days: list[date]) -> list[int]:
    return [(b - a).days for a, b in pairwise(days)]
