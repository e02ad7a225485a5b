"""Pictures of files made ready once while a process lives: a save of the text converts none of them again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from content.pictures import PictureRefused, Prepared, Use, prepare

_KEPT = 32  # pictures, a megabyte each at most: those of the article at hand

Stamp = tuple[int, int]  # when a file was saved, in nanoseconds, and how many bytes it has


def readied(file: Path, name: str, use: Use) -> Prepared:
    """Return the picture in a file as the platform takes it, cropped around its middle.

    PictureRefused, which names it, when that cannot be; OSError when it cannot be read.
    """
    made = _made(file, stamp_of(file), name, use)
    if isinstance(made, str):
        raise PictureRefused(made)
    return made


def stamp_of(file: Path) -> Stamp:
    """Return what changes when a file is saved; OSError when it is gone."""
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=_KEPT)
def _made(file: Path, stamp: Stamp, name: str, use: Use) -> Prepared | str:
    try:
        return prepare(file.read_bytes(), name, use=use)
    except PictureRefused as refusal:
        return str(refusal)
