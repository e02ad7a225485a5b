"""What a picture's file says beside its pixels: the place where it was taken, and taking that out without touching them.

Nothing is decoded and nothing recompressed: a JPG is a row of segments, a PNG a
row of chunks, and what may tell a place stands in some of them or behind the end.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image

# JFIF, colour profile, and Adobe's mark, without which a decoder takes the colours for others.
_NEEDED = ((0xE0, b""), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_TOLD = (*range(0xE0, 0xF0), 0xFE)  # application segments and the comment
_TEXT_CHUNKS = frozenset((b"eXIf", b"iTXt", b"tEXt", b"zTXt", b"tIME"))
_PLACE_WORDS = re.compile(
    rb"GPS(?:Latitude|Longitude|Position|Dest)|photoshop:(?:City|State|Country)"
    rb"|Iptc4xmp\w+:(?:Location|City|CountryName|ProvinceState|Sublocation)"
)
_IPTC_PLACE = re.compile(rb"\x1c\x02[\x1a\x1b\x5a\x5c\x5f\x64\x65]")  # IPTC 2:26 2:27 2:90 2:92 2:95 2:100 2:101
_ENTROPY_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # the next marker after compressed data
_GIF_XMP = re.compile(rb"!\xff\x0bXMP DataXMP[\s\S]*?\xff\xfe\xfd[\s\S]{251}\x01\x00\x00")
_BAD_EXIF = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
    UserWarning,
)


@dataclass(frozen=True)
class _Part:
    """A segment of a JPG (`name` is its marker) or a chunk of a PNG (`name` is its type); what stands behind is b""."""

    name: int | bytes
    start: int
    end: int
    body: bytes


def tells_place(data: bytes, kind: str) -> bool:
    """Say whether a file (jpg, png or gif) may tell where it was taken; what cannot be read counts as telling."""
    if kind == "gif":
        return any(_PLACE_WORDS.search(found[0]) for found in _GIF_XMP.finditer(data))
    return any(_part_tells(part, data) for part in _parts(data, kind))


def without_place(data: bytes, kind: str) -> bytes:
    """Return a file (jpg, png or gif) without anything that may tell a place; every pixel stays as it was."""
    if kind == "gif":
        return _GIF_XMP.sub(b"", data)
    kept = (data[part.start : part.end] for part in _parts(data, kind) if _is_needed(part))
    return (b"\xff\xd8" if kind == "jpg" else data[:8]) + b"".join(kept)


def orientation(data: bytes, kind: str) -> int:
    """Return how a JPG or PNG is to be turned, as EXIF counts it (1 to 8); 1 when it does not say or cannot be read."""
    for part in _parts(data, kind):
        if (exif := _exif(part)) is not None:
            try:
                turned = _loaded(exif).get(ExifTags.Base.Orientation, 1)
            except _BAD_EXIF:
                turned = 1
            return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
    return 1


def _parts(data: bytes, kind: str) -> Iterator[_Part]:
    return _segments(data) if kind == "jpg" else _chunks(data)


def _segments(data: bytes) -> Iterator[_Part]:
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:  # decoders look for the next segment
            found = data.find(b"\xff", at)
            end = found if found > 0 else len(data)
            yield _Part(b"", at, end, data[at:end])
            at = end
            continue
        marker = data[at + 1]
        if marker == 0xFF:  # a filler before a marker
            at += 1
            continue
        if marker == 0xD9:
            yield _Part(marker, at, at + 2, b"")
            if data[at + 2 :].strip(b"\0"):
                yield _Part(b"", at + 2, len(data), data[at + 2 :])
            return
        end = at + 2 if 0xD0 <= marker <= 0xD7 or marker == 0x01 else at + 2 + int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : end]
        if marker == 0xDA:  # the compressed data belongs to its scan
            stop = _ENTROPY_END.search(data, end)
            end = stop.start() if stop else len(data)
        yield _Part(marker, at, end, body)
        at = end


def _chunks(data: bytes) -> Iterator[_Part]:
    at = 8
    while at + 12 <= len(data):
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4])
        yield _Part(name, at, end, data[at + 8 : end - 4])
        at = end
        if name == b"IEND":
            if data[at:].strip(b"\0"):
                yield _Part(b"", at, len(data), data[at:])
            return


def _is_needed(part: _Part) -> bool:
    if isinstance(part.name, int):
        if part.name not in _TOLD:
            return True
        return any(part.name == marker and part.body.startswith(begin) for marker, begin in _NEEDED)
    return part.name not in _TEXT_CHUNKS and part.name != b""


def _part_tells(part: _Part, data: bytes) -> bool:
    if part.name == b"":  # a film, a second picture, or a piece of what was cut away
        return True
    if (exif := _exif(part)) is not None:
        try:
            return bool(_loaded(exif).get_ifd(ExifTags.IFD.GPSInfo))
        except _BAD_EXIF:
            return True
    if part.name in (b"iTXt", b"tEXt", b"zTXt"):
        packed = part.name == b"zTXt" or part.body.startswith((b"Raw profile type", b"XML:com.adobe.xmp\0\x01"))
        return packed or bool(_PLACE_WORDS.search(part.body))
    if part.name not in _TOLD or _is_needed(part):
        return False
    return bool(_PLACE_WORDS.search(part.body)) or (part.name == 0xED and bool(_IPTC_PLACE.search(part.body)))


def _exif(part: _Part) -> bytes | None:
    if part.name == 0xE1 and part.body.startswith(b"Exif\0\0"):
        return part.body
    return b"Exif\0\0" + part.body if part.name == b"eXIf" else None


def _loaded(exif: bytes) -> Image.Exif:
    read = Image.Exif()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what Pillow skips with a warning, another program may still read
        read.load(exif)
    return read
