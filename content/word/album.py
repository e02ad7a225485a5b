"""The pictures of a document as files of its article: named in order, each content once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from content.kinds import HEAD, kind_of
from content.word.pieces import Picture

# What Word, WPS and phones write into the alternative text by themselves.
_BY_ITSELF = re.compile(
    r"^(?:图片|图像|图形|文本框|picture|image|img|screenshot|截图|微信图片|wps|qq图片|photo)[\s_\-\d()（）]*$|[\\/]"
    r"|\.(?:jpe?g|png|gif|bmp|webp|heic|tiff?)$|自动生成|可能不正确|automatically generated|^(?=.*[\d_])[A-Za-z0-9_\-{}]{1,40}$",
    re.IGNORECASE,
)


@dataclass
class Album:
    """The pictures so far, by file name; `before` gives the names that contents (sha256) had in an earlier version."""

    before: Mapping[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, data: bytes, alt: str) -> Picture:
        """Keep a picture and return how the text refers to it."""
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self._names:
            self._names[sha256] = self.before.get(sha256) or self._next_name(data)
            self.files[self._names[sha256]] = data
        return Picture(self._names[sha256], told_by_a_person(alt))

    def _next_name(self, data: bytes) -> str:
        number = len(self.files) + 1
        taken = {name.rpartition(".")[0] for name in (*self.files, *self.before.values())}
        while f"图{number}" in taken:
            number += 1
        return f"图{number}.{suffix_of(data)}"


def suffix_of(data: bytes) -> str:
    """Return the suffix for what a picture really is; "bin" where that cannot be told."""
    if data[40:44] == b" EMF":
        return "emf"
    if data.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0")):
        return "wmf"
    return kind_of(data[:HEAD]) or "bin"


def told_by_a_person(alt: str) -> str:
    """Return an alternative text in one line, or "" where a program has written it."""
    plain = " ".join(alt.split())
    return "" if _BY_ITSELF.search(plain) else plain
