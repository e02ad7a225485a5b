"""The correction article (更正文章): a folder in the library, drafted for the next day, to be finished and reviewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from content.after_models import Correction
from content.clock import local, local_day
from content.days import in_words
from content.errors import FilesWrong
from content.folders import article_files, name_of, slug_of
from content.fresh import OPEN, Wish, begin
from content.word import identity

HOUR = 10  # of the next day, in Shanghai; editors set another time in the file


def draft(workspace: Path, row: Correction, published_at: datetime | None, now: datetime) -> str:
    """Write the article's file and return its name in the workspace; one that is there already is left as it is."""
    day = local_day(published_at) if published_at else None
    at = (local(now) + timedelta(days=1)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    wish = Wish(
        title=f"更正说明（文章{row.article_id}）",
        author=row.revision.author,
        publish_at=at,
        template="更正",
        told={
            "digest": "我们发布的一篇文章有一处错误，现予更正，并致歉意。",
            "when": f"{day.year}年{in_words(day)}" if day else OPEN.format("日期"),
            "of": row.revision.title,
            "old": row.old,
            "new": row.new,
        },
    )
    try:
        return name_of(workspace, begin(workspace, "", wish, now))
    except FilesWrong:  # a process that died had written it
        folder, slug = workspace / f"{at:%Y-%m}", identity.slug(wish.title)
        return name_of(workspace, next(file for file in article_files(folder) if slug_of(file) == slug))
