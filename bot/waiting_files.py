"""Files of figures that were handed in at the page and wait for their confirmation: under .wxops/imports, for a day."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from content.errors import OpsError
from scheduler.intake import Given

FOLDER = Path(".wxops") / "imports"
_KEY = re.compile(r"\d{8}-[0-9a-f]{32}")
_KEPT = timedelta(days=1)


class Gone(OpsError):
    """The file waits no more: it was taken in, or lay there for more than a day."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits: the key that names it, its own name, the kind it is said to be, and the day it is said to be of."""

    key: str
    name: str
    source: str
    day: str = ""

    def given(self, workspace: Path) -> Given:
        """Return the file as `bot.taking_in` opens it."""
        day = date.fromisoformat(self.day) if self.day else None
        return Given(workspace / FOLDER / self.key, self.name, self.source, day)


def keep(
    workspace: Path, name: str, source: str, day: date | None, save: Callable[[Path], None], *, today: date
) -> Waiting:
    """Keep a file that `save` writes, and forget those that have waited for too long."""
    folder = workspace / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name[:8].isdecimal() and old.name[:8] < f"{today - _KEPT:%Y%m%d}":
            old.unlink(missing_ok=True)
    waiting = Waiting(f"{today:%Y%m%d}-{secrets.token_hex(16)}", name, source, str(day or ""))
    save(folder / waiting.key)
    _note(folder, waiting)
    return waiting


def waiting_file(workspace: Path, key: str) -> Waiting:
    """Return a file that waits; Gone when it does not."""
    note = workspace / FOLDER / f"{key}.json"
    if not _KEY.fullmatch(key) or not note.is_file() or not note.with_suffix("").is_file():
        raise Gone("这个文件已经不在了：可能已经收过，或者放了一天以上。请重新选文件。")
    return Waiting(**json.loads(note.read_text(encoding="utf-8")))


def with_day(workspace: Path, waiting: Waiting, day: date) -> Waiting:
    """Note of what day a file is."""
    noted = replace(waiting, day=str(day))
    _note(workspace / FOLDER, noted)
    return noted


def forget(workspace: Path, waiting: Waiting) -> None:
    """Let a file go that waits no more."""
    (workspace / FOLDER / f"{waiting.key}.json").unlink(missing_ok=True)
    (workspace / FOLDER / waiting.key).unlink(missing_ok=True)


def _note(folder: Path, waiting: Waiting) -> None:
    (folder / f"{waiting.key}.json").write_text(json.dumps(asdict(waiting), ensure_ascii=False), encoding="utf-8")
