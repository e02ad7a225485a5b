"""Files put into the library whole or not at all: a reader never meets half an article."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from content.folders import ARTICLE_FILE


def place_new(month: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Write a new article's files beside the others of its month, then give the folder its name; return it."""
    month.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=month))  # what is hidden waits: see content.folders
    try:
        for file, data in files.items():
            target = made / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        made.chmod(0o755)
        return made.rename(month / name)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        raise


def place_next(folder: Path, files: Mapping[str, bytes], gone: Iterable[str]) -> bool:
    """Write the next version over an article: its pictures first, its text last, then drop pictures it no longer has.

    A file that is the same already is not touched; returns whether any was written.
    """
    text_last = sorted(files, key=lambda name: (name.lower() == ARTICLE_FILE, name))
    changed = [name for name in text_last if not _is_same(folder / name, files[name])]
    for name in changed:
        write_whole(folder / name, files[name])
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return bool(changed)


def write_whole(file: Path, data: bytes) -> None:
    """Write a file so that it is there with all of its bytes, or as it was before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".part", delete=False) as partial:
        partial.write(data)
        partial.flush()
        os.fsync(partial.fileno())
    Path(partial.name).chmod(0o644)
    Path(partial.name).replace(file)


def _is_same(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except OSError:
        return False
