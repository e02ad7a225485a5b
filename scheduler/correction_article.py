"""The correction article (更正文章): a folder in the library, drafted for the next day, to be finished and reviewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from content.after_models import Correction
from content.clock import local, local_day
from content.days import in_words
from content.errors import FilesWrong
from content.folders import article_files, name_of, slug_of
from content.fresh import OPEN, Wish, begin
from content.templates import plain
from content.word import identity

TITLE = 20  # characters of the corrected title, so that the whole stays under WeChat's 32
HOUR = 10  # of the next day, in Shanghai; editors set another time in the file


def draft(workspace: Path, row: Correction, published_at: datetime | None, now: datetime) -> str:
    """Write the article's file and return its name in the workspace; one that is there already is left as it is."""
    at = (local(now) + timedelta(days=1)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    for number in count(1):
        wish = _wish(row, published_at, at, "" if number == 1 else f"（{number}）")
        try:
            return name_of(workspace, begin(workspace, "", wish, now))
        except FilesWrong:  # another correction's, or a process that died had written it
            folder, slug = workspace / f"{at:%Y-%m}", identity.slug(wish.title)
            file = next(file for file in article_files(folder) if slug_of(file) == slug)
            if f"“{plain(row.old)}”，应为“{plain(row.new)}”" in file.read_text(encoding="utf-8", errors="replace"):
                return name_of(workspace, file)
    raise AssertionError  # the numbers have no end


def _wish(row: Correction, published_at: datetime | None, at: datetime, more: str) -> Wish:
    day, title = local_day(published_at) if published_at else None, row.revision.title
    short = title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"
    return Wish(
        title=f"关于《{short}》的更正{more}",
        author=row.revision.author,
        publish_at=at,
        template="更正",
        told={
            "digest": "我们发布的一篇文章有一处错误，现予更正，并致歉意。",
            "when": f"{day.year}年{in_words(day)}" if day else OPEN.format("日期"),
            "of": title,
            "old": row.old,
            "new": row.new,
        },
    )
