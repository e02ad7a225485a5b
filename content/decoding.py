"""From a picture's bytes to its pixels: upright, 8 bits, in sRGB, no wider than asked, and no larger than memory."""

from __future__ import annotations

import io
import math
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms

# What Pillow and libheif raise on damaged files; each decoder has its own ways.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError,
    BufferError, EOFError, MemoryError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
MOST_PIXELS = 50_000_000  # the 48 megapixels of a phone; a quarter of a gigabyte while it is open
MOST_PIXELS_JPG = 170_000_000  # a JPG can be decoded at an eighth of its size
FORMATS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF", "avif": "AVIF"}
_SRGB = ImageCms.createProfile("sRGB")
_TURN = Image.Transpose
_TURNS = {  # EXIF orientation → what makes it upright
    2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90,
}  # fmt: skip


class TooManyPixels(Exception):
    """A picture that would not fit into memory; it may be a small file."""


@dataclass(frozen=True)
class Opened:
    """A picture whose head was read: its image, not yet decoded, its size in pixels and how many frames it has."""

    image: Image.Image
    width: int
    height: int
    frames: int


def opened(data: bytes, kind: str) -> Opened:
    """Open a picture of a kind from `FORMATS`, or heic; one of `BROKEN` or TooManyPixels when that cannot be."""
    if kind == "heic":
        return _heic(data)
    try:
        image = Image.open(io.BytesIO(data), formats=[FORMATS[kind]])
    except Image.DecompressionBombError as error:  # Pillow refuses it before we can
        raise TooManyPixels("超过 1.7 亿") from error
    _check(image.width, image.height, MOST_PIXELS_JPG if kind == "jpg" else MOST_PIXELS)
    return Opened(image, image.width, image.height, int(getattr(image, "n_frames", 1)))


def _heic(data: bytes) -> Opened:
    import pillow_heif  # a library of its own, and seldom needed

    file = pillow_heif.open_heif(data)
    width, height = file.size
    _check(width, height, MOST_PIXELS)
    image = file.to_pillow()  # libheif has turned it upright already
    return Opened(image, image.width, image.height, 1)


def _check(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise TooManyPixels(f"{width}×{height}")


def verify(data: bytes, kind: str) -> None:
    """Decode a whole picture and forget it: one that breaks off raises one of `BROKEN`."""
    image = opened(data, kind).image
    image.draft(None, (1, 1))
    image.load()


def pixels(source: Opened, turned: int, widest: int) -> Image.Image:
    """Return a picture's pixels as L, RGB or RGBA; `turned` is its EXIF orientation, `widest` counts pixels after it."""
    image = source.image
    side = turned in (5, 6, 7, 8)
    width = source.height if side else source.width
    scale = min(1.0, widest / width)
    size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    if size != image.size:
        image.draft(None, size)
    profile = image.info.get("icc_profile")
    image = _eight_bits(image)
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _upright(_srgb(image, profile), turned)


def _upright(image: Image.Image, turned: int) -> Image.Image:
    return image.transpose(_TURNS[turned]) if turned in _TURNS else image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture with 8 bits a channel and without a palette; its colours are still those of its profile."""
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        return _grey(image)
    if image.mode in ("PA", "LA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in ("P", "YCbCr", "HSV", "RGBX"):
        return image.convert("RGB")
    return image.convert("L") if image.mode == "1" else image


def _grey(image: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits, or of fractions, as 8 bits of grey."""
    wide = image.convert("F")
    low, high = _black_and_white(image.mode, *(float(edge) for edge in wide.getextrema()))  # type: ignore[arg-type]
    scale = 255 / (high - low)
    return wide.point(lambda value: value * scale - low * scale).convert("L")


def _black_and_white(mode: str, low: float, high: float) -> tuple[float, float]:
    """Return which values are black and white: the ends of the smallest usual range that holds all there are."""
    ends = (65535.0,) if mode.startswith("I;16") else (255.0, 65535.0) if mode == "I" else (1.0, 255.0, 65535.0)
    if low >= 0 and (found := next((end for end in ends if high <= end), None)):
        return 0.0, found
    return (low, high) if math.isfinite(high - low) and high > low else (0.0, 255.0)


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB; a profile that cannot be used is left aside."""
    try:
        if image.mode == "LAB":
            return _converted(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
        if profile:
            return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, *BROKEN):
        return image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGB")
    return image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGB")


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    flat = image.convert("RGB") if alpha else image
    made = ImageCms.profileToProfile(flat, profile, _SRGB, outputMode="RGB")
    assert made is not None  # it gives None only when it works in place
    if alpha:
        made.putalpha(alpha)
    return made
