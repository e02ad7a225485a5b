"""Checking an article before anything is sent: every problem at once, each with its line and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from content.article import Problem, Source
from content.lint.dates import RULES as DATES
from content.lint.drawn import RULES as DRAWN
from content.lint.front import RULES as FRONT
from content.lint.html import RULES as HTML
from content.lint.leftovers import RULES as LEFTOVERS
from content.lint.licences import RULES as LICENCES
from content.lint.links import RULES as LINKS
from content.lint.look import Context, Look, Rule
from content.lint.names import RULES as NAMES
from content.lint.people import RULES as PEOPLE
from content.lint.phones import RULES as PHONES
from content.lint.pictures import RULES as PICTURES
from content.lint.privacy import RULES as PRIVACY
from content.lint.punctuation import RULES as PUNCTUATION
from content.lint.qr import RULES as QR
from content.lint.structure import RULES as STRUCTURE
from content.lint.sums import RULES as SUMS
from content.lint.text import RULES as TEXT
from content.lint.timing import RULES as TIMING
from content.lint.unfinished import RULES as UNFINISHED
from content.lint.words import RULES as WORDS

__all__ = ["LASTING", "MENDING", "RULES", "TIMING", "Context", "check", "problems_of"]

# What these find depends on the files, the tables and the day, and can be kept.
LASTING = (
    *FRONT, *TEXT, *DATES, *PRIVACY, *NAMES, *WORDS, *PEOPLE, *PHONES, *LINKS, *PUNCTUATION, *LEFTOVERS, *UNFINISHED, *SUMS,
    *HTML, *DRAWN, *PICTURES, *LICENCES, *QR, *STRUCTURE,
)  # fmt: skip
RULES = (*LASTING, *TIMING)
MENDING = (*PRIVACY, *WORDS, *PUNCTUATION)  # what these find may have one right answer, which `fixing` writes


def check(source: Source, context: Context) -> list[Problem]:
    """Return all problems of an article, those of reading it included, in the order of its lines."""
    return problems_of(Look(source, context), RULES, source.problems)


def problems_of(look: Look, rules: Sequence[Rule], known: Sequence[Problem] = ()) -> list[Problem]:
    """Return what some rules find, beside what is known already, each once, in the order of the lines."""
    found = list(known)
    for rule in rules:
        found += rule(look)
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line, problem.col, problem.code))
