"""Invented articles for measuring: the same number and seed always give the same text.

Prose of a community's affairs, 800 to 3,000 Han characters an article, with what
editors use: headings, lists and lists in lists, tables, quotations, bold beside
punctuation, links that lead out, notes, pictures, and in some of them callouts,
tasks and code. No name, number or place in it is real.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.phrases import BLOCKS, CODE, HEADINGS, ITEMS, LINKS, NOTES, QUOTES, SENTENCES, TABLES, WORDS
from content.article import Facts, Source
from content.cjk import han_count

SHORTEST, LONGEST = 800, 3000  # Han characters, about


@dataclass(frozen=True)
class Article:
    """An article's title and its Markdown, without front matter."""

    title: str
    body: str
    has_code: bool

    @property
    def source(self) -> Source:
        """The article as the renderer takes it."""
        return Source(Path("index.md"), "index.md", Facts(title=self.title), self.body, 1)


def articles(count: int) -> Iterator[Article]:
    """Yield the first `count` articles."""
    for number in range(count):
        yield _Writer(random.Random(number)).article(number)


def write(folder: Path, count: int) -> list[Article]:
    """Write the articles as 0000.md, 0001.md … into a folder, and return them."""
    made = list(articles(count))
    for number, article in enumerate(made):
        (folder / f"{number:04}.md").write_text(f"{article.body}\n", encoding="utf-8")
    return made


class _Writer:
    """Writes one article with its own chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._notes: list[str] = []
        self._pictures = 0

    def article(self, number: int) -> Article:
        wanted = self._chance.randint(SHORTEST, LONGEST - 650)  # the blocks come on top
        title = f"{self._filled(self._chance.choice(HEADINGS))}（第{number + 1}期）"
        has_code = self._chance.random() < 0.12
        extras = [
            name for _ in range(1 + wanted // 1200) for name, share in BLOCKS.items() if self._chance.random() < share
        ] + ["code"] * has_code
        parts = [self._paragraph(), self._paragraph()]
        while han_count("\n".join(parts)) < wanted:
            parts += self._section(extras)
        parts += [getattr(self, f"_{name}")() for name in extras]  # what the sections had no room for
        parts += self._notes
        return Article(title, "\n\n".join(parts), has_code)

    def _section(self, extras: list[str]) -> Iterator[str]:
        yield f"## {self._filled(self._chance.choice(HEADINGS))}"
        for _ in range(self._chance.randint(2, 4)):
            yield self._paragraph()
        if self._chance.random() < 0.3:
            yield f"### {self._filled(self._chance.choice(HEADINGS))}"
            yield self._paragraph()
        if extras and self._chance.random() < 0.85:
            yield getattr(self, f"_{extras.pop(0)}")()
            yield self._paragraph()

    def _filled(self, template: str) -> str:
        words: dict[str, Callable[[], str]] = {name: self._picker(name) for name in WORDS}
        while "{" in template:
            before, _, rest = template.partition("{")
            name, _, after = rest.partition("}")
            template = before + (words[name]() if name in words else str(self._chance.randint(2, 98))) + after
        return template

    def _picker(self, name: str) -> Callable[[], str]:
        return lambda: self._chance.choice(WORDS[name])

    def _sentence(self) -> str:
        return self._filled(self._chance.choice(SENTENCES))

    def _paragraph(self) -> str:
        sentences = [self._sentence() for _ in range(self._chance.randint(2, 4))]
        if self._chance.random() < 0.25:
            sentences[0] = f"**{self._filled(self._chance.choice(ITEMS))}。**{sentences[0]}"
        if self._chance.random() < 0.08:
            words, address = self._chance.choice(LINKS)
            sentences[-1] += f"详见[{words}]({address}{self._chance.randint(1, 40)})。"
        if self._chance.random() < 0.05:
            name = str(len(self._notes) + 1)
            sentences[-1] = f"{sentences[-1][:-1]}[^{name}]。"
            self._notes.append(f"[^{name}]: {self._filled(self._chance.choice(NOTES))}")
        if self._chance.random() < 0.1:
            sentences[0] += "\n"  # a line broken by the editor's program
        return "".join(sentences)

    def _items(self, count: int) -> list[str]:
        return [self._filled(self._chance.choice(ITEMS)) for _ in range(count)]

    def _list(self) -> str:
        return "\n".join(f"- {item}；" for item in self._items(self._chance.randint(3, 5)))

    def _steps(self) -> str:
        items = self._items(self._chance.randint(3, 5))
        return "\n".join(f"{at}. **{item}**：{self._sentence()}" for at, item in enumerate(items, 1))

    def _nested(self) -> str:
        lines = []
        for item in self._items(self._chance.randint(2, 3)):
            lines.append(f"- **{item}**，共{self._chance.randint(2, 40)}件")
            lines += [f"  - {inner}" for inner in self._items(2)]
        return "\n".join(lines)

    def _table(self) -> str:
        head, row = self._chance.choice(TABLES)
        rows = [self._filled(row) for _ in range(self._chance.randint(3, 5))]
        return "\n".join([head, "|" + " --- |" * (head.count("|") - 1), *rows])

    def _quote(self) -> str:
        return f"> {self._filled(self._chance.choice(QUOTES))}\n>\n> ——{self._chance.choice(WORDS['person'])}"

    def _callout(self) -> str:
        kind = self._chance.choice(("NOTE", "TIP", "WARNING"))
        return f"> [!{kind}]\n> {self._sentence()}"

    def _tasks(self) -> str:
        return "\n".join(f"- [{self._chance.choice('x ')}] {item}" for item in self._items(self._chance.randint(3, 5)))

    def _picture(self) -> str:
        self._pictures += 1
        return f"![{self._filled(self._chance.choice(ITEMS))}](p{self._pictures}.png)"

    def _code(self) -> str:
        return self._chance.choice(CODE)
