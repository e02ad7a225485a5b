"""How long our HTML is for a Han character, as it goes out: pictures with addresses as long as WeChat's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from benchmarks.aims import Aim
from benchmarks.corpus import Article
from content.article import Source, read_article
from content.cjk import han_count
from content.lint.look import PICTURE_ADDRESS
from content.render import render, theme_css

MONTH = Path(__file__).resolve().parent.parent / "content" / "starter" / "month"
THEMES = ("formal", "calm", "warm")
MOST = 5.0


class Thrift:
    """The lengths of the articles without code, and of the sample month, in each theme."""

    def __init__(self, made: Sequence[Article]) -> None:
        """Render all of them."""
        plain = [article.source for article in made if not article.has_code]
        month = [read_article(file, file.parent.name) for file in sorted(MONTH.glob("*/index.md"))]
        self.generated = {theme: _each(plain, theme) for theme in THEMES}
        self.month = {theme: _each(month, theme) for theme in THEMES}

    def parts(self) -> Iterator[str]:
        """Yield the section as paragraphs of Markdown."""
        yield "### Ours as it goes out, articles without code, pictures with addresses as long as WeChat's"
        head = f"| theme | HTML characters a Han character, mean | median | most | articles above {MOST:.0f} |"
        lines = [head, "|---|--:|--:|--:|--:|"]
        for name, made in (("generated", self.generated), ("sample month", self.month)):
            for theme, each in made.items():
                above = f"{sum(one > MOST for one in each)} of {len(each)}"
                lines.append(f"| {name}, {theme} | {mean(each):.2f} | {median(each):.2f} | {max(each):.2f} | {above} |")
        yield "\n".join(lines)
        yield (
            "The articles of the sample month are short (about 820 Han characters) and dense: most have a table, "
            "lists in lists and two pictures, whose addresses alone are 170 characters each."
        )

    def aims(self) -> Iterator[Aim]:
        """Yield what is aimed at, for all themes together."""
        for name, made in (("generated articles", self.generated), ("sample month", self.month)):
            most = max(max(each) for each in made.values())
            wanted = f"at most {MOST:.0f}"
            yield Aim(f"HTML characters a Han character, {name} without code", wanted, f"{most:.1f}", most <= MOST)


def _each(sources: Sequence[Source], theme: str) -> list[float]:
    css = theme_css(theme)
    return [
        len(render(source, css=css, picture=lambda _: PICTURE_ADDRESS)) / han_count(source.body) for source in sources
    ]
