"""What rendering one article costs beside the bare `markdown` package with its usual extensions."""

from __future__ import annotations

from pathlib import Path

import markdown

from benchmarks.timing import cpu_microseconds
from content.article import read_article
from content.render import render, theme_css

MONTH = Path(__file__).resolve().parent.parent / "content" / "starter" / "month"
EXTENSIONS = ["fenced_code", "tables", "sane_lists", "attr_list", "footnotes", "codehilite"]


def table() -> list[str]:
    """Measure the sample month's articles and return the section as paragraphs of Markdown."""
    css = theme_css("")
    bare = markdown.Markdown(extensions=EXTENSIONS, extension_configs={"codehilite": {"guess_lang": False}})
    lines = ["| article | bare markdown, ms | wxops, ms |", "|---|--:|--:|"]
    for file in sorted(MONTH.glob("*/index.md")):
        source = read_article(file, file.parent.name)
        ours = cpu_microseconds(lambda s=source: render(s, css=css, picture=lambda name: name), calls=20)  # type: ignore[misc]
        theirs = cpu_microseconds(lambda s=source: bare.reset().convert(s.body), calls=20)  # type: ignore[misc]
        lines.append(f"| {file.parent.name} | {theirs / 1000:.2f} | {ours / 1000:.2f} |")
    return ["## Rendering one article of the sample month, warm (CPU)", "\n".join(lines)]
