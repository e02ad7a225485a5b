"""The answers for readers under the rules for texts: words, names, numbers, punctuation; what is told stands by its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from content.article import Problem
from content.finding import REPLIES_FILE
from content.lint.plain import check_plain
from content.lint.tables import Tables
from content.replies import WORDS, Kind, read_replies
from content.tables import there


def answers_are_fit(folder: Path, tables: Tables, now: datetime) -> Iterator[Problem]:
    """Yield the problems of a workspace's replies.csv: its own, and those of the texts that it answers with."""
    found = read_replies(folder)
    yield from found.problems
    name = there(folder / REPLIES_FILE).name
    for row in found.rows if found.there else ():
        text = row.text.replace(WORDS, "") if row.kind == Kind.TEXT else row.link[1]
        for problem in check_plain(text, tables, now) if text else ():
            where = f"（{row.keyword or row.match}）"
            yield replace(problem, path=name, line=row.line, col=1, was="", message=f"{problem.message}{where}")
