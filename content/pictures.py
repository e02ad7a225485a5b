"""Making pictures ready for the platform: what fits goes through as it is, the rest is converted and shrunk.

The same bytes give the same bytes. Nothing is read but the bytes that are
handed in, and nothing is written: the editor's file stays as it is.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from PIL import Image

from content import decoding, metadata, vectors
from content.covers import CENTRE, Focus, crops
from content.errors import FilesWrong
from content.kinds import HEAD, kind_of

Use = Literal["body", "cover"]

BODY_LIMIT = 1024 * 1024  # WeChat, media/uploadimg: JPG and PNG under 1 MB
COVER_LIMIT = 10 * 1024 * 1024  # WeChat, material/add_material: an image of 10 MB at most
GIF_LIMIT = COVER_LIMIT  # a moving picture of the text goes the same way
BODY_WIDTH = 1080  # pixels: a phone's whole width at three dots a point
COVER_WIDTH = 2160  # pixels: both crops are cut from one file
NARROWEST = 360  # pixels; shrunk further, a long picture cannot be read
_AIM = {"body": 1_000_000, "cover": 5_000_000}  # bytes, below both meanings of "MB"
_LONGEST_JPG = 65_500  # pixels, where the format ends
_LONGEST_SVG = 20_000  # pixels
_QUALITIES = (88, 80, 70)
_NO_LOSS = frozenset(("png", "gif", "bmp", "tiff", "svg"))  # drawings and screenshots stay sharp where they fit
_ONE_AT_A_TIME = threading.Lock()  # a picture of a phone takes a quarter of a gigabyte while it is open


class PictureRefused(FilesWrong):
    """A picture that cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Prepared:
    """A picture as it goes out: bytes, kind (jpg, png or gif), size in pixels, what was done to it, a cover's crops."""

    data: bytes
    kind: str
    width: int
    height: int
    notes: tuple[str, ...] = ()
    crops: Mapping[str, str] = field(default_factory=dict)


def prepare(data: bytes, name: str, *, use: Use, focus: Focus = CENTRE) -> Prepared:
    """Return a picture as the platform takes it; PictureRefused, which names the file, when that cannot be.

    `focus` is what a cover's crops keep in their middle, from 0 to 1 from the left
    and the top; pictures of the text have no crops.
    """
    kind = kind_of(data[:HEAD])
    with _ONE_AT_A_TIME, _quiet():
        try:
            made = _made(data, kind, use)
        except decoding.TooManyPixels as error:
            raise PictureRefused(f"图片 {name} 有 {error} 像素，太大了，打开会占满内存。请缩小后再放进来。") from error
        except (vectors.CannotDraw, _Refused) as error:
            raise PictureRefused(f"图片 {name} 不能用：{error}。") from error
        except decoding.BROKEN as error:
            text = f"图片 {name} 打不开（{kind}），可能已损坏，或没有传完。请重新导出，或换一张。"
            raise PictureRefused(text) from error
    return replace(made, crops=crops(made.width, made.height, focus)) if use == "cover" else made


class _Refused(Exception):
    """Why a picture cannot be used; the text goes on after its name."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep decoders from warning about odd files: what matters is whether the picture can be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _made(data: bytes, kind: str, use: Use) -> Prepared:
    if not data:
        raise _Refused("它是空文件，请换一张")
    if kind == "":
        raise _Refused("认不出它是什么格式，请另存为 JPG 或 PNG")
    if kind == "svg":
        return _from_svg(data, use)
    source = decoding.opened(data, kind)
    if kind == "gif" and source.frames > 1 and use == "body":
        return _moving(data, source)
    turned = metadata.orientation(data, kind) if kind in ("jpg", "png") else _turned(source.image)
    if _fits(data, kind, source, turned, use):
        return _as_it_is(data, kind, source)
    if kind in ("webp", "avif") and source.frames > 1 and use == "body":
        raise _Refused(f"动态的 {kind} 图片公众号不接受，请另存为 GIF，或存成一张静态图")
    return _converted(source, kind, turned, use, len(data))


def _turned(image: Image.Image) -> int:
    try:
        turned = image.getexif().get(0x0112, 1)
    except decoding.BROKEN:
        return 1
    return turned if isinstance(turned, int) and 1 <= turned <= 8 and image.format != "TIFF" else 1


def _fits(data: bytes, kind: str, source: decoding.Opened, turned: int, use: Use) -> bool:
    if kind not in ("jpg", "png") or turned != 1 or len(data) >= (BODY_LIMIT if use == "body" else COVER_LIMIT):
        return False
    deep = kind == "png" and data[24] > 8  # bits a channel, in the PNG's head
    large = source.width * source.height > decoding.MOST_PIXELS  # a phone would have to hold them all
    return not deep and not large and source.image.mode not in ("CMYK", "YCCK")


def _as_it_is(data: bytes, kind: str, source: decoding.Opened) -> Prepared:
    """Return the very bytes, after a look whether they can be decoded; what tells the place is cut out."""
    decoding.verify(data, kind)
    if not metadata.tells_place(data, kind):
        return Prepared(data, kind, source.width, source.height)
    bare = metadata.without_place(data, kind)
    decoding.verify(bare, kind)
    return Prepared(bare, kind, source.width, source.height, ("去掉了拍摄地点等附加信息，画面不变",))


def _moving(data: bytes, source: decoding.Opened) -> Prepared:
    if len(data) > GIF_LIMIT:
        raise _Refused(f"动图有 {_size(len(data))}，最多 10 MB。请减少帧数或尺寸，或改用一张静态图")
    source.image.load()
    if not data.rstrip(b"\0").endswith(b";"):  # decoders are content with the frames that are there
        raise _Refused("动图不完整，可能没有传完，请重新导出")
    return Prepared(metadata.without_place(data, "gif"), "gif", source.width, source.height)


def _from_svg(data: bytes, use: Use) -> Prepared:
    made = vectors.drawing(data)
    width = _width_of(use) if made.width * 2 >= _width_of(use) else max(1, round(made.width * 2))
    height = max(1, round(width * made.height / made.width))
    if height > _LONGEST_SVG:
        raise _Refused("SVG 太长，请裁成几张，或导出为 PNG")
    return _converted(decoding.opened(vectors.png(made, width, height), "png"), "svg", 1, use, len(data))


def _converted(source: decoding.Opened, kind: str, turned: int, use: Use, size: int) -> Prepared:
    image = decoding.pixels(source, turned, _width_of(use))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    made = _under(image, kind, _AIM[use])
    if made is None:
        raise _Refused("它太长，压缩到平台的上限以后看不清。请裁成几张")
    told = [f"从 {kind}（{_size(size)}）转成 {made.kind}（{made.width}×{made.height}，{_size(len(made.data))}）"]
    told += ["按拍摄方向转正"] if turned != 1 else []
    told += ["透明的地方填成了白色"] if kind == "svg" or (image.mode, made.kind) == ("RGBA", "jpg") else []
    told += ["有几页或几帧，只用了第一张"] if source.frames > 1 and kind != "jpg" else []
    return replace(made, notes=tuple(told))


def _under(image: Image.Image, kind: str, aim: int) -> Prepared | None:
    """Return the picture in at most `aim` bytes, as good as that allows: without loss, else as JPG, else narrower."""
    if (kind in _NO_LOSS or image.mode == "RGBA") and _as_png(image) < 2 * aim:
        made = Prepared(_saved(image, "PNG"), "png", *image.size)
        if len(made.data) < aim:
            return made
    flat = _on_white(image)
    if flat.height <= _LONGEST_JPG:
        for quality in _QUALITIES:
            made = Prepared(_saved(flat, "JPEG", quality), "jpg", *flat.size)
            if len(made.data) < aim:
                return made
            if len(made.data) > 2 * aim:  # a lower quality will not do
                break
        return _narrower(flat, aim, len(made.data))
    return _narrower(flat, aim, 2 * aim)


def _as_png(image: Image.Image) -> float:
    """Return about how many bytes the picture takes as a PNG, told by a strip from its middle: a photo takes many."""
    rows = min(image.height, max(1, 400_000 // image.width))
    top = (image.height - rows) // 2
    strip = image.crop((0, top, image.width, top + rows))
    return len(_saved(strip, "PNG")) * image.height / rows


def _narrower(flat: Image.Image, aim: int, size: int) -> Prepared | None:
    """Return the picture as narrow as it must be; `size` is what it took before. None when it would be unreadable."""
    width = flat.width
    while True:
        width = int(width * min(0.9, (aim / size) ** 0.5, _LONGEST_JPG / flat.height))
        if width < NARROWEST:
            return None
        scaled = flat.resize((width, max(1, round(flat.height * width / flat.width))), Image.Resampling.LANCZOS)
        made = Prepared(_saved(scaled, "JPEG", _QUALITIES[-1]), "jpg", *scaled.size)
        size = len(made.data)
        if size < aim:
            return made


def _saved(image: Image.Image, into: str, quality: int = 0) -> bytes:
    out = io.BytesIO()
    bare = image.copy()
    bare.info.clear()  # nothing of what the file said about itself goes along
    options = {"quality": quality, "optimize": True} if quality else {}
    bare.save(out, into, exif=b"", **options)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "#ffffff")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _width_of(use: Use) -> int:
    return BODY_WIDTH if use == "body" else COVER_WIDTH


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(1, round(count / 1024))} KB"
