"""What a picture's file really is, told by its first bytes: the ending of its name may lie."""

from __future__ import annotations

import re

HEAD = 4096  # bytes that are enough to tell; an SVG may begin with a long comment


def kind_of(head: bytes) -> str:
    """Return what a file really is by its first bytes: jpg, png, gif, webp, bmp, heic, avif, tiff, svg, or ""."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM"):
        return "bmp"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if head[4:8] == b"ftyp":
        return "avif" if head[8:12] in (b"avif", b"avis") else "heic"
    return "svg" if re.search(rb"<(?:\w+:)?svg[\s>]", head.replace(b"\0", b"")) else ""
