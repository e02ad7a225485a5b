"""What was found last time: an article whose file, pictures and tables are the same is not parsed again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from content import lint
from content.article import Facts, Level, PictureFacts, Problem, Source, local_reference, read_article
from content.clock import local_day
from content.lint.look import Context, Look
from content.markup.foot import Foot

FOLDER = Path(".wxops") / "check"  # under the workspace
_CODE = Path(__file__).resolve().parent.parent  # all of content: rules, parser, front matter

Entry = dict[str, Any]  # as it stands in the JSON file
Stamps = dict[str, list[int] | None]


@dataclass(frozen=True)
class Cache:
    """The kept answers of one workspace, a small file an article."""

    folder: Path

    def check(self, file: Path, name: str, context: Context) -> list[Problem]:
        """Return the problems of the article in a file, from what is kept where nothing has changed; OSError as in reading."""
        found = self.known(file, name, context)
        return self.fresh(file, name, context) if found is None else found

    def known(self, file: Path, name: str, context: Context) -> list[Problem] | None:
        """Return the problems as they were found before, with those that depend on the moment, or None."""
        entry = self._entry(name)
        if entry is None or entry.get("key") != _key(file.read_bytes(), context):
            return None
        try:
            if _stamps(file.parent, entry["files"]) != entry["files"]:
                return None
            source = Source(file, name, _facts(entry["facts"]), "", entry["body_line"], entry["lines"])
            kept = [Problem(**{**given, "level": Level(given["level"])}) for given in entry["problems"]]
        except (KeyError, TypeError, ValueError):  # written by another version, or damaged
            return None
        return lint.problems_of(Look(source, context), lint.TIMING, kept)

    def fresh(self, file: Path, name: str, context: Context) -> list[Problem]:
        """Check an article and keep what was found; OSError as in reading."""
        key = _key(file.read_bytes(), context)
        source = read_article(file, name)
        look = Look(source, context)
        lasting = lint.problems_of(look, lint.LASTING, source.problems)
        entry = {
            "key": key,
            "files": _stamps(file.parent, _files(look)),
            "facts": {**asdict(source.facts), "publish_at": _moment(source.facts)},
            "lines": dict(source.lines),
            "body_line": source.body_line,
            "problems": [asdict(problem) for problem in lasting],
        }
        if _key(file.read_bytes(), context) == key:  # else it was saved while it was checked
            self._keep(name, entry)
        return lint.problems_of(look, lint.TIMING, lasting)

    def _path(self, name: str) -> Path:
        return self.folder / f"{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"

    def _entry(self, name: str) -> Entry | None:
        try:
            entry = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return entry if isinstance(entry, dict) else None

    def _keep(self, name: str, entry: Entry) -> None:
        with contextlib.suppress(OSError, UnicodeError):  # a full or a read-only disk only makes the next check slower
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.folder, suffix=".part", delete=False
            ) as part:
                json.dump(entry, part, ensure_ascii=False)
            Path(part.name).replace(self._path(name))


def _key(data: bytes, context: Context) -> str:
    return hashlib.sha256(_context_key(context).encode() + data).hexdigest()


def _context_key(context: Context) -> str:
    tables = context.tables
    day = local_day(context.now).isoformat()
    return (
        f"{version()} {day} {context.month} {_lasting_key(context.places, context.css, context.foot)} {tables.sha256} "
    )


@lru_cache(maxsize=8)
def _lasting_key(places: frozenset[str], css: str, foot: Foot) -> str:
    return hashlib.sha256("\n".join([css, repr(foot), *sorted(places)]).encode()).hexdigest()


@lru_cache(maxsize=1)
def version() -> str:
    """Return the version of the rules: the sha256 of the code that finds the problems."""
    found = hashlib.sha256()
    for file in sorted(_CODE.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _files(look: Look) -> Iterable[str]:
    """Return what an article needs beside its own file: pictures, the cover, files that it links to."""
    links = (link.target.split("#")[0].split("?")[0] for link in look.links if ":" not in link.target)
    return dict.fromkeys(local_reference(name) for name in (*look.pictures, look.facts.cover, *links) if name)


def _stamps(folder: Path, names: Iterable[str]) -> Stamps:
    """Return time and size of files; where one is missing the folder's own time too, since a like name is looked for."""
    stamps: Stamps = {name: _stamp(folder / name.replace("\\", "/")) for name in names if name != "."}
    if None in stamps.values():
        stamps["."] = _stamp(folder)
    return stamps


def _stamp(file: Path) -> list[int] | None:
    try:
        stat = file.stat()
    except (OSError, ValueError):
        return None
    return [stat.st_mtime_ns, stat.st_size]


def _moment(facts: Facts) -> str | None:
    return facts.publish_at.isoformat() if facts.publish_at else None


def _facts(given: Mapping[str, Any]) -> Facts:
    """Return the facts from their JSON."""
    moment = given["publish_at"]
    return Facts(
        **{
            **given,
            "publish_at": datetime.fromisoformat(moment) if moment else None,
            "places": tuple(given["places"]),
            "by_hand": tuple(given["by_hand"]),
            "pictures": tuple(PictureFacts(**picture) for picture in given["pictures"]),
        }
    )
