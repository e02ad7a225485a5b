"""Rules for QR codes inside pictures: read by zxing-cpp, their targets named and judged like links."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from content.article import Level, Problem, local_reference
from content.lint.example import Example
from content.lint.links import is_personal, is_preview, is_short
from content.lint.look import Look, Rule

LARGEST = 40_000_000  # pixels; a larger picture is not opened
SIDE = 1600  # pixels; a code that is to be read from a phone's screen can be read at this size


def targets(file: Path) -> tuple[str, ...]:
    """Return what the QR codes of a picture say, each once; nothing where the file is no picture that can be read."""
    try:
        stat = file.stat()
    except OSError:
        return ()
    return _targets(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=512)
def _targets(file: Path, _mtime: int, _size: int) -> tuple[str, ...]:
    from PIL import Image  # only where there is a picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged picture is told of by another rule
            with Image.open(file) as image:
                if image.width * image.height > LARGEST:
                    return ()
                image.draft("L", (SIDE, SIDE))
                grey = image.convert("L")
                grey.thumbnail((SIDE, SIDE))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError):  # what Pillow says of bad files
        return ()
    return _decoded(grey)


def _decoded(grey: object) -> tuple[str, ...]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(grey, formats=formats, try_rotate=False)
    return tuple(dict.fromkeys(code.text for code in found if code.text))


def codes_are_told(look: Look) -> Iterator[Problem]:
    """A code in a picture is a link that nobody sees: where it leads must be read by a person."""
    for reference, line in _pictures(look):
        for target in targets(picture_path(look, reference)):
            shown = target if len(target) <= 80 else target[:80] + "…"
            if is_personal(target):
                message = (
                    f"图片 {reference} 里的二维码是个人微信、群或收款码（{shown}），不能放进稿子。请换成单位的二维码。"
                )
                yield look.problem(line, "QR_PERSONAL", Level.ERROR, message)
            elif is_preview(target) or is_short(target):
                message = (
                    f"图片 {reference} 里的二维码是临时链接或短链接（{shown}），可能失效。请换成长期有效的二维码。"
                )
                yield look.problem(line, "QR_SHORT", Level.WARN, message)
            else:
                message = f"图片 {reference} 里的二维码指向 {shown}。请用手机扫一扫，核对打开的页面。"
                yield look.problem(line, "QR_TARGET", Level.INFO, message)


def _pictures(look: Look) -> Iterator[tuple[str, int]]:
    """Yield the local pictures of the article, the cover too, each once with its line."""
    cover = look.facts.cover
    if cover and "://" not in cover and local_reference(cover) not in map(local_reference, look.pictures):
        yield cover, look.at("cover")
    for reference in look.pictures:
        yield reference, look.line_of(reference)


def picture_path(look: Look, reference: str) -> Path:
    """Return the file of a picture where it lies in the article's folder; another one is a file that is not there."""
    folder = look.source.path.parent
    try:
        file = (folder / local_reference(reference).replace("\\", "/")).resolve()
        return file if file.is_relative_to(folder.resolve()) else folder / "outside"
    except (OSError, ValueError, RuntimeError):
        return folder / "outside"


RULES: tuple[Rule, ...] = (codes_are_told,)

EXAMPLES = (
    Example(
        "QR_PERSONAL", "图片里不放个人微信、微信群和收款的二维码。", "![扫码进群](qr-personal.png)", "![官网](qr.png)",
    ),
    Example("QR_SHORT", "图片里的二维码不用短链接。", "![报名](qr-short.png)", "![官网](qr.png)"),
    Example("QR_TARGET", "图片里的二维码指向哪里，要用手机核对。", "![官网](qr.png)", "![合影](plain.png)"),
)  # fmt: skip
