"""Whether a picture can be used as it is, is made to fit by itself, or must be changed by the editor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from content.article import Level, Problem
from content.kinds import HEAD, kind_of
from content.lint.look import Look

BODY_LIMIT = 1024 * 1024  # WeChat, media/uploadimg: jpg and png under 1 MB
COVER_LIMIT = 10 * 1024 * 1024  # WeChat, material/add_material: an image of 10 MB at most
MOST_BYTES = 60 * 1024 * 1024  # what is larger is no picture for an article, and reading it would take long
_ENDINGS = {"jpg": "jpg", "jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "tif": "tiff", "heif": "heic"}
_TAKEN = ("jpg", "png", "gif")
_MB = 1024 * 1024


def fits(look: Look, reference: str, line: int, file: Path, *, cover: bool) -> Iterator[Problem]:
    """Yield what an editor should know of a picture's kind and size; OSError when the file cannot be read.

    Only a picture that must be converted is decoded here; one that seems to fit is
    decoded when the article is frozen.
    """
    with file.open("rb") as opened:
        kind = kind_of(opened.read(HEAD))
    size, ending = file.stat().st_size, reference.rsplit(".", 1)[-1].lower()
    told = _ENDINGS.get(ending, ending)
    if kind == "gif" and not cover and size > BODY_LIMIT:
        yield _moving(look, reference, line, size)
    elif kind not in _TAKEN or size >= (COVER_LIMIT if cover else BODY_LIMIT):
        lies = kind not in _TAKEN and told in _TAKEN and kind != ""
        code = "IMAGE_MISLABELED" if lies else "IMAGE_FORMAT" if kind not in _TAKEN else "IMAGE_TOO_BIG"
        yield from _made_to_fit(look, code, reference, line, file, kind, size, cover)
    elif told != kind:
        message = f"图片 {reference} 的后缀是 {ending}，实际是 {kind}。请把后缀改成 .{kind}。"
        yield look.problem(line, "IMAGE_MISLABELED", Level.WARN, message)


def _moving(look: Look, reference: str, line: int, size: int) -> Problem:
    level = Level.ERROR if size > COVER_LIMIT else Level.WARN
    message = f"动图 {reference} 有 {size / _MB:.1f} MB（最多 10 MB），读者打开会慢。请减少帧数或尺寸。"
    return look.problem(line, "GIF_TOO_BIG", level, message)


def _made_to_fit(
    look: Look, code: str, reference: str, line: int, file: Path, kind: str, size: int, cover: bool
) -> Iterator[Problem]:
    from content.pictures import PictureRefused  # decoders, only where one is needed
    from content.readied import readied

    what = f"图片 {reference} 是 {kind or '无法识别的'} 格式"
    if code == "IMAGE_TOO_BIG":
        what = f"图片 {reference} 有 {size / _MB:.1f} MB，{'封面最多 10 MB' if cover else '正文图片必须小于 1 MB'}"
    if size > MOST_BYTES:
        yield look.problem(line, "IMAGE_TOO_BIG", Level.ERROR, f"{what}，文件超过 60 MB，请压缩后再放进来。")
        return
    try:
        made = readied(file, reference, "cover" if cover else "body")
    except PictureRefused as error:
        yield look.problem(line, code, Level.ERROR, f"{what}，不能自动转换。{error}")
        return
    yield look.problem(line, code, Level.INFO, f"{what}，送审时自动处理：{'；'.join(made.notes)}。原图不变。")
