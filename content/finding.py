"""Finding a word: in frozen texts, in articles' files and in the workspace's tables, with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path

from content.article import Source, read_article
from content.cjk import han_count
from content.folders import THEME_FILE, article_files, inside, months, name_of
from content.folding import excerpt, lookalikes, needle_of, pattern_of
from content.lint.look import Context, Look
from content.render import visible_text
from content.tables import TableWrong, decoded, lines_in, there

REPLIES_FILE, MENU_FILE = "replies.csv", "menu.toml"
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_ALT = re.compile(r'<img\b[^>]*?\balt="([^"]+)"')

Part = tuple[str, str]  # where it stands, such as 标题, and the text


@dataclass(frozen=True)
class Found:
    """A place where a word stands: in which part, with what is around it; `more` are further ones in the same text."""

    where: str
    excerpt: str
    more: int = 0


@dataclass(frozen=True)
class FrozenText:
    """What a search reads of a revision; `id` is the revision's."""

    id: int
    article: int
    title: str
    author: str
    digest: str
    html: str
    original_link: str


class Needle:
    """A word that is looked for: its pattern, and a quick look that spares most texts."""

    def __init__(self, word: str) -> None:
        """Take the word; `text` is "" when nothing of it can be looked for."""
        self.text = needle_of(word)
        self.pattern = pattern_of(self.text)
        self._han = [lookalikes(char) for char in set(self.text) if han_count(char)]

    def may_be_in(self, text: str) -> bool:
        """Say whether all Han characters of the word are in a text."""
        return all(any(char in text for char in same) for same in self._han)

    def find_in(self, parts: Iterable[Part]) -> Found | None:
        """Return the first place in the parts of one text, or None."""
        first, count = None, 0
        for where, text in parts:
            for found in self.pattern.finditer(text) if self.text and self.may_be_in(text) else ():
                first = first or (where, excerpt(text, *found.span()))
                count += 1
        return Found(*first, more=count - 1) if first else None


def frozen_parts(frozen: FrozenText, needle: Needle) -> Iterator[Part]:
    """Yield what readers get of a frozen text; the parts of one whose HTML cannot hold the needle are left out."""
    yield "标题", frozen.title
    yield "作者", frozen.author
    yield "摘要", frozen.digest
    if needle.may_be_in(frozen.html):
        yield "正文", visible_text(frozen.html)
        yield "链接", "\n".join(map(unescape, _LINK.findall(frozen.html)))
        yield "图片说明", "\n".join(map(unescape, _ALT.findall(frozen.html)))
    yield "阅读原文", frozen.original_link


def file_parts(source: Source, now: datetime) -> Iterator[Part]:
    """Yield what readers would get of an article's file."""
    look = Look(source, Context(now))
    yield "标题", source.facts.title
    yield "作者", source.facts.author
    yield "摘要", source.facts.digest
    yield "正文", look.body.text
    yield "代码", "\n".join(region.text for region in look.regions)
    yield "链接", "\n".join(link.target for link in look.links)
    yield "阅读原文", source.facts.original_link


def sources_in(folder: Path) -> Iterator[Source]:
    """Yield the articles on disk; what cannot be read now is left out."""
    for month in months(folder):
        for file in article_files(month):
            try:
                yield read_article(file, name_of(folder, file))
            except OSError:
                continue


def tables_hits(folder: Path, needle: Needle) -> list[tuple[str, Found]]:
    """Return what the workspace's other texts hold, by the file's name: themes, answers for readers, the menu."""
    names = [name_of(folder, month / THEME_FILE) for month in months(folder)]
    hits = [
        (name, found)
        for name in [*names, REPLIES_FILE, MENU_FILE]
        if (found := needle.find_in(_lines(folder, folder / name)))
    ]
    return [(there(folder / name).name if name == REPLIES_FILE else name, found) for name, found in hits]


def _lines(folder: Path, file: Path) -> Sequence[Part]:
    """Return the lines of a file with their numbers; none where there is no such file, or it cannot be read."""
    table = file.name == REPLIES_FILE
    file = there(file) if table else file
    try:
        if not file.is_file() or not inside(folder, file):
            return ()
        data = file.read_bytes()
        if table:
            return [(f"第 {number} 行", "\n".join(cells)) for number, cells in lines_in(data, file.name)]
        lines = decoded(data, file.name).split("\n")
        return [(f"第 {number} 行", line) for number, line in enumerate(lines, 1)]
    except (OSError, TableWrong):
        return ()
