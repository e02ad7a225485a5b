"""Ours, with everything on: notes, callouts, tasks, tables, formulas where an article asks for them, a theme inlined."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from measure import main

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def make() -> Callable[[str], str]:
    """Return our renderer with the default theme."""
    from content.article import Facts, Source
    from content.markup.drawn import look_at
    from content.render import render, theme_css

    css, facts = theme_css(""), Facts(title="样例")
    return lambda text: render(Source(Path("a.md"), "a.md", facts, text, 1), css=css, picture=str, draw=look_at)


main(make)
