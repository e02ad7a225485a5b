"""Ours, with everything on: notes, callouts, tasks, tables, formulas where an article asks for them, a theme, a foot."""

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
    from content.markup.foot import Foot
    from content.render import render, theme_css

    facts = Facts(title="样例", author="编辑部")
    looks = {"css": theme_css(""), "picture": str, "foot": Foot("居民的事，居民议。", "初审、复审"), "draw": look_at}
    return lambda text: render(Source(Path("a.md"), "a.md", facts, text, 1), **looks)


main(make)
