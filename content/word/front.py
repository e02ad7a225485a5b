"""The front matter as text: entries set, the editor's own lines and comments left as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from content.article import PictureFacts
from content.frontmatter import NAMES, read_front_matter

MARK = "# wxops-word: "  # the line that says which document an article was made from; a comment to all others
_CHINESE = {key: names[-1] if key != "ai_generated" else "AI生成" for key, names in NAMES.items()}
_FENCE = re.compile(r"^---[ \t]*$")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$")


@dataclass(frozen=True)
class Mark:
    """The document an article was made from: its file, its key, and what it said, so that a change of it is seen."""

    file: str = ""
    key: str = ""
    body: str = ""  # sha256 of the text as it was written
    title: str = ""
    author: str = ""
    source: str = ""
    publish_at: str = ""


def mark_in(text: str) -> Mark | None:
    """Return the mark in an article's file, or None for one that no document made."""
    for line in text.split("\n"):
        if line.startswith(MARK):
            try:
                told = json.loads(line.removeprefix(MARK))
            except ValueError:
                return None
            known = {key: str(told[key]) for key in Mark.__dataclass_fields__ if key in told}
            return Mark(**known) if isinstance(told, dict) else None
    return None


def with_mark(text: str, mark: Mark) -> str:
    """Return an article's text with the mark as the first line of its front matter."""
    lines = [line for line in text.split("\n") if not line.startswith(MARK)]
    lines.insert(1, MARK + json.dumps(mark.__dict__, ensure_ascii=False))
    return "\n".join(lines)


def with_entries(text: str, entries: Mapping[str, str]) -> str:
    """Return an article's text with entries of its front matter set; keys as in `Facts`, values as editors write them.

    An entry that is there keeps its place and its name, English or Chinese.
    """
    if not _FENCE.match(text.split("\n", 1)[0]):
        text = f"---\n---\n\n{text.lstrip(chr(10))}"
    for key, value in entries.items():
        front = read_front_matter(text, "")
        lines = text.split("\n")
        at = front.lines.get(key)
        if at is None:
            end = next(n for n, line in enumerate(lines) if n and _END.match(line))
            lines.insert(end, f"{_CHINESE[key]}: {value}".replace(": \n", ":\n"))
        else:
            name = re.split("[:：]", lines[at - 1], maxsplit=1)[0]
            lines[at - 1 : _end(lines, at)] = [f"{name}: {value}".replace(": \n", ":\n")]
        text = "\n".join(lines)
    return text


def _end(lines: list[str], at: int) -> int:
    """Return where an entry ends: its further lines are indented or belong to a list."""
    while at < len(lines) and lines[at][:1] in (" ", "\t", "-", "\u3000", "]", "}") and not _END.match(lines[at]):
        at += 1
    return at


def scalar(value: str) -> str:
    """Return a value as it can stand in one line: in quotation marks where YAML would see something else in it."""
    plain = " ".join(value.split())
    return json.dumps(plain, ensure_ascii=False) if plain[:1] in tuple("\"'[{") or plain in ("~", "null") else plain


def pictures_entry(pictures: Iterable[PictureFacts]) -> str:
    """Return the value of «pictures»: what is known of each, and empty places for what is not."""
    lines = [""]
    for one in pictures:
        lines.append(f"  - 文件: {_quoted(one.file)}")
        given = {"来源": one.source, "权利人": one.holder, "许可": one.licence, "肖像同意": one.consent}
        lines += [f"    {name}: {_quoted(value)}".rstrip() for name, value in given.items()]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"(?!-)[\w\u3400-\u9fff.，。、（）() -]*", value) and value == value.strip() else (
        json.dumps(value, ensure_ascii=False)
    )  # fmt: skip
