"""An article as its file tells it: facts, text, and everything that is wrong with how it was written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

DECLARATION = "AI声明"  # what `ai_generated` asks of the person who presses 发表


class Level(StrEnum):
    """How bad a problem is: an error stops the article, a warning is read, an info is good to know."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True)
class Problem:
    """Something wrong with an editor's file: where, what, and what to do about it.

    `fix` is what to write; where `was` is told too, it stands at line and col and
    `fix` is the one right thing in its place.
    """

    path: str
    line: int
    code: str
    level: Level
    message: str
    col: int = 1
    fix: str = ""
    was: str = ""


@dataclass(frozen=True)
class PictureFacts:
    """What is known about the rights in one picture."""

    file: str = ""
    source: str = ""
    holder: str = ""
    licence: str = ""
    consent: str = ""


@dataclass(frozen=True)
class Facts:
    """What the front matter says; publish_at is aware and UTC, notify None means that nothing was said."""

    title: str = ""
    author: str = ""
    digest: str = ""
    cover: str = ""
    column: str = ""
    source: str = ""
    original_link: str = ""
    publish_at: datetime | None = None
    notify: bool | None = None
    position: int | None = None
    places: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    case_study: bool = False
    comments: bool = False
    ai_generated: bool = False
    math: bool = False  # whether $…$ in a line is a formula
    cover_focus: tuple[float, float] = (0.5, 0.5)  # from the left and the top, of the cover's crops
    pictures: tuple[PictureFacts, ...] = ()
    month: str = ""

    @property
    def to_set_by_hand(self) -> tuple[str, ...]:
        """What no API can set and a person must: the items that are told, and the declaration that a text is generated."""
        told = any(DECLARATION in item.replace(" ", "") for item in self.by_hand)
        return self.by_hand if told or not self.ai_generated else (DECLARATION, *self.by_hand)


NO_FACTS = Facts()


@dataclass(frozen=True)
class Source:
    """An article as it stands in its file; `name` is the path as people know it, `lines` says where a fact stands."""

    path: Path
    name: str
    facts: Facts
    body: str
    body_line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_article(path: Path, name: str) -> Source:
    """Return the article in a file with all problems of reading it; OSError for a file that is not there."""
    from content.frontmatter import read_front_matter  # it needs the classes above

    text, trouble = _decoded(path.read_bytes())
    front = read_front_matter(text.replace("\r\n", "\n").replace("\r", "\n"), name)
    problems = front.problems
    if trouble:
        problems = (Problem(name, 1, "ENCODING", Level.ERROR, trouble), *problems)
    return Source(path, name, front.facts, front.body, front.body_line, front.lines, problems)


def read_some(path: Path, keys: Collection[str]) -> Facts:
    """Return some facts of the article in a file, as `frontmatter.read_some`; OSError for a file that is not there."""
    from content import frontmatter

    return frontmatter.read_some(_decoded(path.read_bytes())[0].replace("\r\n", "\n").replace("\r", "\n"), keys)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and, where the file is not UTF-8, what to tell the editor."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "文件是 UTF-16 编码，请另存为 UTF-8 编码。"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        return data.decode("gb18030"), f"文件是 GBK 编码（第 {line} 行起可以看出），请另存为 UTF-8 编码。"
    except UnicodeDecodeError:
        return data.decode(
            "utf-8", "replace"
        ), f"文件不是 UTF-8 编码（第 {line} 行有无法识别的字节），请另存为 UTF-8 编码。"


def pictures_of(source: Source) -> tuple[str, ...]:
    """Return the local pictures of the text, percent-decoded, each once, in order; the cover is not among them."""
    from content.markup.parser import Wish, tree  # only where the text is really read

    found: dict[str, None] = {}

    def note(reference: str) -> str:
        found[reference] = None
        return "picture"

    tree(source.body, Wish(note, source.facts))
    return tuple(found)


def cover_of(source: Source) -> str:
    """Return the cover's reference: the one that is told, else the first picture of the text; "" without any."""
    return local_reference(source.facts.cover) or next(iter(pictures_of(source)), "")


def picture_file(folder: Path, reference: str) -> Path:
    """Return the file of a picture of the article in a folder; OSError when it leads out of it, by links too."""
    try:
        file = (folder / reference.replace("\\", "/")).resolve()
    except (ValueError, RuntimeError) as error:  # a zero byte, or links in a circle
        raise FileNotFoundError(reference) from error
    if not file.is_relative_to(folder.resolve()):
        raise PermissionError(13, "outside the article's folder", reference)
    return file


def local_reference(reference: str) -> str:
    """Return a reference as a path: percent-decoded, without a leading "./"."""
    return re.sub(r"^(?:\./)+", "", unquote(reference.strip()))
