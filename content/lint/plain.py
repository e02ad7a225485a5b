"""Checking a plain text that goes out without being an article, such as a reply: words, people, numbers, dates, punctuation."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from content.article import Facts, Problem, Source
from content.lint import problems_of
from content.lint.dates import RULES as DATES
from content.lint.look import Context, Look, Rule
from content.lint.names import RULES as NAMES
from content.lint.people import RULES as PEOPLE
from content.lint.phones import RULES as PHONES
from content.lint.privacy import RULES as PRIVACY
from content.lint.punctuation import RULES as PUNCTUATION
from content.lint.tables import Tables
from content.lint.unfinished import RULES as UNFINISHED
from content.lint.words import RULES as WORDS

RULES: tuple[Rule, ...] = (*DATES, *PRIVACY, *NAMES, *WORDS, *PEOPLE, *PHONES, *PUNCTUATION, *UNFINISHED)
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")  # what Markdown could take for more than itself


def check_plain(text: str, tables: Tables, now: datetime) -> list[Problem]:
    """Return the problems of a text that is read exactly as it is written, in its order."""
    source = Source(Path(), "", Facts(publish_at=now), _SIGNS.sub(r"\\\g<0>", text), 1)
    return problems_of(Look(source, Context(now, tables=tables)), RULES)
