"""SVG as pixels: only what stands in the file itself is drawn, and a text that would be lost is told before."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

from PIL import Image

from content import fonts
from content.decoding import BROKEN, MOST_PIXELS

MOST_BYTES = 10 * 1024 * 1024
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"\s*([0-9.]+(?:e[+-]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_INLINE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_NEVER = frozenset(("script", "handler", "listener", "set", "animate", "animateMotion", "animateTransform"))


class CannotDraw(Exception):
    """An SVG that would not look as its author sees it; the text says why and what to do."""


@dataclass(frozen=True)
class Drawing:
    """An SVG made ready: its text with nothing in it that leads out, and its size in pixels."""

    svg: str
    width: float
    height: float


def drawing(data: bytes) -> Drawing:
    """Read an SVG and clean it; CannotDraw when something in it would be lost or leads out of the file."""
    if len(data) > MOST_BYTES:
        raise CannotDraw("SVG 文件超过 10 MB，请导出为 PNG")
    try:
        root = fromstring(data)  # noqa: S314 -- expat loads nothing from outside and stops entities that explode
    except (ParseError, ValueError, LookupError) as error:
        raise CannotDraw("SVG 文件的内容不完整或写得不对，请重新导出") from error
    _clean(root)
    if lost := fonts.missing(_text(root)):
        raise CannotDraw(f"SVG 里的文字“{lost[:10]}”没有可用的字体，请把文字转成轮廓，或导出为 PNG")
    width, height = _size(root)
    return Drawing(tostring(root, encoding="unicode"), width, height)


def png(made: Drawing, width: int, height: int) -> bytes:
    """Return the drawing as a PNG of a size in pixels, on white: black lines on nothing vanish in dark mode."""
    import resvg_py

    try:
        return resvg_py.svg_to_bytes(svg_string=made.svg, width=width, height=height, background="#ffffff")
    except (ValueError, OSError, RuntimeError) as error:
        raise CannotDraw("SVG 画不出来，请导出为 PNG") from error


def _clean(root: Element) -> None:
    for parent in list(root.iter()):
        for child in [child for child in parent if _name(child.tag) in _NEVER]:
            parent.remove(child)
    for element in root.iter():
        name = _name(element.tag)
        if name == "foreignObject":
            raise CannotDraw("SVG 里的文字用了 foreignObject，转成图片会丢失，请从原来的软件导出 PNG")
        for key in [key for key in element.attrib if _name(key) == "href" and name != "a"]:
            _check_reference(element.attrib[key].strip())


def _check_reference(reference: str) -> None:
    """Let pass what stands in the file: another element, or a picture written into it."""
    if reference == "" or reference.startswith("#"):
        return
    found = _INLINE.match(reference)
    if found is None:
        raise CannotDraw("SVG 引用了文件之外的图片，转换时读不到，请把图片嵌入，或导出为 PNG")
    try:
        image = Image.open(io.BytesIO(base64.b64decode(reference[found.end() :])))
    except (binascii.Error, *BROKEN) as error:
        raise CannotDraw("SVG 里嵌入的图片已损坏，请重新导出") from error
    if image.width * image.height > MOST_PIXELS:
        raise CannotDraw("SVG 里嵌入的图片太大，请缩小后再嵌入")


def _name(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(root: Element) -> str:
    return "".join(_texts(root))


def _texts(root: Element) -> Iterator[str]:
    for element in root.iter():
        if _name(element.tag) == "text":
            yield from element.itertext()


def _size(root: Element) -> tuple[float, float]:
    """Return the size in pixels: of width and height where both are told, else of the viewBox."""
    told = [_pixels(root.get(side, "")) for side in ("width", "height")]
    if told[0] and told[1]:
        return told[0], told[1]
    numbers = re.findall(r"[-+0-9.eE]+", root.get("viewBox", ""))
    try:
        width, height = (float(number) for number in numbers[2:])
    except ValueError:
        width = height = 0.0
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise CannotDraw("SVG 没有写明大小（width、height 或 viewBox），请导出为 PNG")
    return width, height


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    try:
        number = float(found[1]) * _UNITS.get(found[2].lower(), 0.0) if found else 0.0
    except ValueError:
        number = 0.0
    return number if 0 < number < 1e6 else 0.0
