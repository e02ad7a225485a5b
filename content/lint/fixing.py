"""Putting right what has one right answer: exactly there, and nothing else of the file changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from content import lint
from content.article import Problem, Source
from content.frontmatter import read_front_matter
from content.lint.look import Context, Look, bare_html

ROUNDS = 6  # one mend may show another; they end long before
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_TAG = re.compile(r"<[^<>]*>")
_ALT = re.compile(r' alt="[^"]*"')  # the words under a picture are text


@dataclass(frozen=True)
class Mended:
    """A file's bytes with everything put right that could be, and the problems that were."""

    data: bytes
    done: tuple[Problem, ...] = ()


def fix_file(file: Path, name: str, context: Context) -> tuple[Problem, ...]:
    """Put a file right and return the problems that were; nothing is written when there were none.

    OSError when the file cannot be read or written. It is written beside itself
    first, so that it is never cut.
    """
    data = file.read_bytes()
    mended = mend(data, file, name, context)
    if mended.data != data:
        partial = file.with_name(f".{file.name}.part")
        partial.write_bytes(mended.data)
        partial.chmod(file.stat().st_mode & 0o7777)
        partial.replace(file)
    return mended.done


def mend(data: bytes, file: Path, name: str, context: Context) -> Mended:
    """Return the bytes of an article with its problems put right; bytes that cannot be read exactly stay as they are."""
    encoding = _encoding(data)
    if encoding is None:
        return Mended(data)
    text, done = data.decode(encoding), []
    for _ in range(ROUNDS):
        source = _source(text, file, name)
        wanted = [problem for problem in lint.problems_of(Look(source, context), lint.MENDING) if problem.was]
        text, changed = _applied(text, wanted, file, name)
        if not changed:
            break
        done += changed
    return Mended(text.encode(encoding), tuple(done))


def _encoding(data: bytes) -> str | None:
    """Return the encoding in which the bytes can be read and written back the same, or None."""
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    for encoding in (marks[data[:2]],) if data[:2] in marks else ("utf-8", "gb18030"):
        try:
            if data.decode(encoding).encode(encoding) == data:
                return encoding
        except UnicodeError:
            continue
    return None


def _source(text: str, file: Path, name: str) -> Source:
    front = read_front_matter(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), name)
    return Source(file, name, front.facts, front.body, front.body_line, front.lines, front.problems)


def _applied(text: str, problems: Sequence[Problem], file: Path, name: str) -> tuple[str, list[Problem]]:
    """Return the text with the problems put right that leave headings, lists, links and code as they are."""
    before = _shape(text, file, name) if problems else []
    changed = _written(text, problems)
    if not problems or _shape(changed, file, name) == before:
        return changed, list(problems) if changed != text else []
    done: list[Problem] = []
    for problem in reversed(problems):  # from the end, so that the places before stay where they are
        trial = _written(text, [problem])
        if trial != text and _shape(trial, file, name) == before:
            text = trial
            done.insert(0, problem)
    return text, done


def _shape(text: str, file: Path, name: str) -> list[str]:
    """Return the tags of the article: what a mend of the text must not change."""
    source = _source(text, file, name)
    html, pictures = bare_html(source.body, source.facts)
    return [*_TAG.findall(_ALT.sub("", html)), *pictures, repr(source.facts)]


def _written(text: str, problems: Iterable[Problem]) -> str:
    parts = _LINE_END.split(text)
    skipped = len(text) - len(text.lstrip("\ufeff"))
    reached: tuple[int, int] | None = None
    for problem in sorted(problems, key=lambda problem: (problem.line, problem.col), reverse=True):
        at = 2 * (problem.line - 1)
        begun = problem.col - 1 + (skipped if problem.line == 1 else 0)
        end = begun + len(problem.was)
        if at >= len(parts) or parts[at][begun:end] != problem.was or (reached and (at, end) > reached):
            continue
        parts[at] = parts[at][:begun] + problem.fix + parts[at][end:]
        reached = (at, begun)
    return "".join(parts)
