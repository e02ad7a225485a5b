"""Pictures of a previewed article: made as WeChat gets them; one that cannot be is a grey card with the reason on it."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from PIL import Image

from content.article import picture_file
from content.covers import RATIOS, Focus
from content.pictures import PictureRefused, prepare
from content.readied import Stamp, readied, stamp_of

MOST_BYTES = 60 * 1024 * 1024  # what is larger is no picture for an article, and reading it would take long
CROP_WIDTHS = {"2.35_1": 900, "1_1": 360}  # pixels, for looking at
_KEPT = 64  # covers whose crops are cut once while somebody writes


def data_address(name: str, data: bytes) -> str:
    """Return a picture as an address that holds all of it."""
    kind = "png" if data.startswith(b"\x89PNG") else "gif" if data.startswith(b"GIF8") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def body_picture(folder: Path, reference: str) -> bytes | str:
    """Return a picture of the text as it goes out, or, as text, why it cannot."""
    found = _found(folder, reference)
    if isinstance(found, str):
        return found
    try:
        return readied(found, reference, "body").data
    except OSError:
        return f"图片 {reference} 读不出来"
    except PictureRefused as refusal:
        return str(refusal)


def cover_crops(folder: Path, reference: str, focus: Focus) -> Mapping[str, bytes] | str:
    """Return both crops of a cover, by ratio, as JPG of a size for looking at, or, as text, why there are none."""
    if not reference:
        return "没有封面，正文里也没有图片"
    found = _found(folder, reference)
    try:
        return found if isinstance(found, str) else _crops(found, stamp_of(found), reference, focus)
    except OSError:
        return f"图片 {reference} 读不出来"


def stand_in(reason: str, width: int, height: int) -> str:
    """Return the address of a grey card with a reason on it, of a size in pixels."""
    in_line = max(8, round(width / height * 8))  # Han characters
    size = width / (in_line + 3)
    lines = _wrapped(reason, in_line)[:4]
    first = height * 0.4 - (len(lines) - 1) * size * 0.7
    spans = "".join(
        f'<text x="{width / 2:g}" y="{first + number * size * 1.4:.1f}">{html.escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="100%" height="100%" fill="#e6e8eb"/><g fill="#5c6370" font-size="{size:.1f}" '
        f'font-family="sans-serif" text-anchor="middle" dominant-baseline="middle">{spans}</g></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode('ascii')}"


def cut(data: bytes, crop: str, ratio: str) -> bytes:
    """Cut a crop ("x1_y1_x2_y2" in parts of the whole) as the platform does, white behind what is transparent."""
    left, top, right, bottom = (float(edge) for edge in crop.split("_"))
    width = CROP_WIDTHS[ratio]
    with Image.open(io.BytesIO(data)) as image:
        box = (left * image.width, top * image.height, right * image.width, bottom * image.height)
        piece = image.convert("RGBA").resize((width, round(width / RATIOS[ratio])), Image.Resampling.LANCZOS, box)
    ground = Image.new("RGB", piece.size, "white")
    ground.paste(piece, mask=piece)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=88)
    return out.getvalue()


def _wrapped(text: str, in_line: int) -> list[str]:
    """Break a text into lines of so many Han characters; a Latin letter takes half the room."""
    lines, room = [""], 0.0
    for letter in text:
        room += 0.55 if letter.isascii() else 1.0
        if room > in_line:
            lines, room = [*lines, ""], 1.0
        lines[-1] += letter
    return lines


def _found(folder: Path, reference: str) -> Path | str:
    """Return a picture's file, or why it cannot be read."""
    try:
        file = picture_file(folder, reference)
        size = file.stat().st_size
    except PermissionError:
        return f"图片 {reference} 在文章的文件夹之外，不能使用"
    except (OSError, ValueError):
        return f"找不到图片 {reference}"
    if not file.is_file():
        return f"{reference} 不是图片文件"
    if size > MOST_BYTES:
        return f"图片 {reference} 超过 60 MB，请压缩"
    return file


@lru_cache(maxsize=_KEPT)
def _crops(file: Path, stamp: Stamp, name: str, focus: Focus) -> Mapping[str, bytes] | str:
    try:
        made = prepare(file.read_bytes(), name, use="cover", focus=focus)
    except PictureRefused as refusal:
        return str(refusal)
    return {ratio: cut(made.data, made.crops[ratio], ratio) for ratio in RATIOS}
