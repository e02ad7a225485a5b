"""The library's files as they stand: read before any transaction is open, and twice where it matters."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep

from content.article import Facts, Level, Source, cover_of, picture_file, pictures_of, read_article
from content.drawing import DRAWN
from content.errors import FilesWrong
from content.folders import inside, name_of
from content.frontmatter import read_front_matter
from content.markup.foot import Foot
from content.models import State
from content.revisions import freeze

SECOND_LOOK_SECONDS = 0.5  # after which a file that was being saved is whole again
OVER = (State.PUBLISHED, State.WITHDRAWN)
UNDER_REVIEW = (State.IN_REVIEW, State.APPROVED)
FootOf = Callable[[str], Foot]  # of the article with that name, as it stands under its frozen text
_SUMMARY = re.compile(r"^(?:summary|简介)(?=[ \t]*[:：])", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Known:
    """What the database knows of an article's file: the article's state, the fingerprint, whether it is missing."""

    state: State
    sha256: str
    missing: bool


@dataclass(frozen=True)
class Found:
    """An article's file as it was read.

    Without a `source` it was not: its article is published, it is being saved
    just now, or there is `trouble` with it. `frozen` is the sha256 of the revision
    that it would make, where a text under review has changed.
    """

    file: Path
    name: str
    source: Source | None = None
    sha256: str = ""
    frozen: str = ""
    trouble: str = ""

    @property
    def broken(self) -> int:
        """Return the line of the first error in how its facts are written, or 0."""
        problems = self.source.problems if self.source else ()
        return next((problem.line for problem in problems if problem.level == Level.ERROR), 0)


def look(folder: Path, files: Iterable[Path], known: Mapping[str, Known], *, css: str, foot: FootOf) -> list[Found]:
    """Read the articles in files, of those that are `known` by name and of new ones; what is not whole yet waits.

    A text under review that has changed, and a file that is gone or empty, are
    looked at twice: one that is being saved is empty or cut for a moment.
    """
    first = {found.name: found for file in files if (found := _read(folder, file, known))}
    doubtful = [name for name in {**known, **first} if _doubtful(first.get(name), known.get(name))]
    if doubtful:
        sleep(SECOND_LOOK_SECONDS)
    for name in doubtful:
        again = _look_again(folder, name, first.pop(name, None), known)
        if again:
            first[name] = _with_frozen(again, css, foot(name), folder) if known[name].state in UNDER_REVIEW else again
    return sorted(first.values(), key=lambda found: found.name)


def fingerprint(source: Source) -> str:
    """Return the sha256 over what a reader gets of an article, as it stands in its files and before it is rendered."""
    facts, folder = source.facts, source.path.parent
    pictures = [(name, _picture_sha256(folder, name)) for name in (*pictures_of(source), cover_of(source)) if name]
    told = [facts.title, facts.author, facts.digest, facts.original_link, facts.comments, facts.cover, source.body]
    told += [facts.cover_focus, facts.math, facts.source, facts.ai_generated]
    return hashlib.sha256(json.dumps([told, pictures], ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def read_theme(file: Path) -> tuple[str, str] | None:
    """Return the title and the summary of a month's theme.md; None when it is not written right."""
    text = file.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    front = read_front_matter(_SUMMARY.sub("digest", text), file.name)
    if any(problem.level == Level.ERROR for problem in front.problems):
        return None
    return front.facts.title, front.facts.digest


def _read(folder: Path, file: Path, known: Mapping[str, Known]) -> Found | None:
    """Return the article in a file, or None when it is empty, or new and cut in its front matter."""
    name = name_of(folder, file)
    if name in known and known[name].state in OVER:
        return Found(file, name)
    if not inside(folder, file):
        return None
    try:
        source = read_article(file, name)
        unclosed = any(problem.code == "FRONT_MATTER_UNCLOSED" for problem in source.problems)
        if (not source.body.strip() and source.facts == Facts()) or (unclosed and name not in known):
            return None
        return Found(file, name, source, fingerprint(source))
    except FileNotFoundError:
        return None
    except OSError as error:
        return Found(file, name, trouble=error.strerror or type(error).__name__)


def _doubtful(found: Found | None, known: Known | None) -> bool:
    if known is None or known.state in OVER or (found and found.trouble):
        return False
    if found is None:
        return not known.missing
    return known.state in UNDER_REVIEW and found.sha256 != known.sha256


def _look_again(folder: Path, name: str, first: Found | None, known: Mapping[str, Known]) -> Found | None:
    """Return what is there at the second look: without its source when it is not what it was at the first."""
    again = _read(folder, folder / name, known)
    if again is None and first is None:
        return None
    if again is None or first is None or again.sha256 != first.sha256:
        return Found(folder / name, name)
    return again


def _with_frozen(found: Found, css: str, foot: Foot, folder: Path) -> Found:
    if found.source is None:
        return found
    try:
        return replace(found, frozen=freeze(found.source, css=css, foot=foot, kept=folder / DRAWN).sha256)
    except (OSError, FilesWrong):
        return replace(found, frozen="a picture is missing, or cannot be used")


def _picture_sha256(folder: Path, name: str) -> str:
    try:
        return hashlib.sha256(picture_file(folder, name).read_bytes()).hexdigest()
    except OSError:
        return "missing"
