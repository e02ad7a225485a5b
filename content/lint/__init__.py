"""Checking an article before anything is sent: every problem at once, each with its line and what to do."""

from __future__ import annotations

from content.article import Problem, Source
from content.lint.front import RULES as FRONT
from content.lint.html import RULES as HTML
from content.lint.look import Context, Look
from content.lint.pictures import RULES as PICTURES
from content.lint.text import RULES as TEXT
from content.lint.timing import RULES as TIMING

__all__ = ["RULES", "Context", "check"]

RULES = (*FRONT, *TIMING, *TEXT, *HTML, *PICTURES)


def check(source: Source, context: Context) -> list[Problem]:
    """Return all problems of an article, those of reading it included, in the order of its lines."""
    look = Look(source, context)
    found = list(source.problems)
    for rule in RULES:
        found += rule(look)
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line, problem.col, problem.code))
