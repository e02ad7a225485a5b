"""A ZIP that is written to the disk piece by piece, whole or not at all, and knows the sha256 of all that is in it.

Nothing of it stays in memory but the names and sums, so that it may be larger than the machine's memory (ZIP64).
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from content.clock import local

SUMS = "sha256.txt"
CHUNK = 1024 * 1024
LONGEST = 80  # characters of a name that was given by people
_PACKED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".docx", ".xlsx", ".zip", ".pdf")  # it saves nothing
_ODD = re.compile(r"[^\w.（）()、-]+")


class Bundle:
    """A ZIP that is being written: bytes, files of the disk, or texts line by line; `sums` has each name with its sha256."""

    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        """Take the open archive and the moment that stands at its files."""
        self._archive, self._at = archive, local(now).timetuple()[:6]
        self.sums: list[tuple[str, str]] = []

    def add(self, name: str, data: bytes) -> None:
        """Write some bytes."""
        with self._open(name) as out:
            out(data)

    def add_file(self, name: str, path: Path) -> None:
        """Write a file of the disk; OSError when it cannot be read, and then nothing of it is written."""
        with path.open("rb") as source:
            first = source.read(CHUNK)
            with self._open(name) as out:
                out(first)
                while some := source.read(CHUNK):
                    out(some)

    @contextmanager
    def text(self, name: str) -> Iterator[_Lines]:
        """Open a text that is written in pieces."""
        with self._open(name) as out:
            yield _Lines(out)

    def close(self) -> None:
        """Write the sums of all that was written."""
        told = "".join(f"{sha256}  {name}\n" for name, sha256 in self.sums)
        self._archive.writestr(self._info(SUMS), told.encode())

    @contextmanager
    def _open(self, name: str) -> Iterator[_Sink]:
        with self._archive.open(self._info(name), "w", force_zip64=True) as entry:
            sink = _Sink(entry)
            yield sink
        self.sums.append((name, sink.sha256))

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_STORED if name.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info


class _Sink:
    """Where bytes go, summed up on their way."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry, self._sum = entry, hashlib.sha256()

    def __call__(self, data: bytes) -> None:
        self._sum.update(data)
        self._entry.write(data)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


class _Lines:
    """A text that is written in pieces."""

    def __init__(self, out: _Sink) -> None:
        self._out = out

    def write(self, text: str) -> None:
        """Write a piece."""
        self._out(text.encode(errors="replace"))


@contextmanager
def bundle(out: Path, now: datetime) -> Iterator[Bundle]:
    """Open a new ZIP; it is at `out` with all that was written when the block ends well, and leaves nothing otherwise.

    OSError when the disk does not take it.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".", suffix=".part", delete=False) as part:
        name = Path(part.name)
    try:
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            made = Bundle(archive, now)
            yield made
            made.close()
        name.chmod(0o644)
        name.replace(out)
    finally:
        name.unlink(missing_ok=True)


def safe(name: str) -> str:
    """Return a name that people gave as a file's name that every system takes: no path, no odd signs, not too long."""
    stem, dot, ending = Path(name.replace("\\", "/")).name.rpartition(".")
    stem, ending = (_ODD.sub("-", part).strip(" .-") for part in (stem or ending, ending if dot and stem else ""))
    return f"{stem[:LONGEST] or 'file'}{f'.{ending[:10]}' if ending else ''}"
