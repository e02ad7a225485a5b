"""Rules for pictures: is the file there, what is it really, how big, and whose."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.article import Level, Problem, local_reference
from content.lint.look import Look, Rule

BODY_LIMIT = 1024 * 1024  # WeChat, media/uploadimg: jpg and png under 1 MB
COVER_LIMIT = 10 * 1024 * 1024  # WeChat, material/add_material: an image of 10 MB at most
_REMOTE = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?((?:https?:)?//[^\s)>]+)|<img\b[^<>]*\bsrc\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]+)", re.I
)
_DATA = re.compile(r"!\[[^\]\n]*\]\(\s*<?(data|file|blob):|<img\b[^<>]*\bsrc\s*=\s*[\"']?(data|file|blob):", re.I)
_OURS = re.compile(r"^(?:https?:)?//mmbiz\.(?:qpic|qlogo)\.cn/", re.I)
_KINDS = {"jpg": "jpg", "jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "png": "png", "gif": "gif"}
_MB = 1024 * 1024


@dataclass(frozen=True)
class _Use:
    """One use of a local picture: as it is written, where, and whether it is the cover."""

    reference: str
    line: int
    cover: bool


def _uses(look: Look) -> Iterator[_Use]:
    cover = look.facts.cover
    if cover and not re.match(r"(?i)(?:https?:)?//", cover):
        yield _Use(cover, look.at("cover"), True)
    for reference in look.pictures:
        yield _Use(reference, look.line_of(reference), False)


def files_fit(look: Look) -> Iterator[Problem]:
    """Every local picture is a file of the article's own folder, of a kind and size that WeChat takes."""
    for use in _uses(look):
        file = _inside(look.source.path.parent, local_reference(use.reference) if use.cover else use.reference)
        if file is None:
            message = f"图片 {use.reference} 在文章的文件夹之外，不能使用。请把图片复制到文章的文件夹里。"
            yield look.problem(use.line, "PICTURE_OUTSIDE", Level.ERROR, message)
            continue
        try:
            size = file.stat().st_size if file.is_file() else -1
            head = _head(file) if size >= 0 else b""
        except OSError:
            size, head = -1, b""
        if size < 0:
            yield _missing(look, use, file)
        else:
            yield from _kind_fits(look, use, head)
            yield from _size_fits(look, use, size, kind_of(head))


def _inside(folder: Path, reference: str) -> Path | None:
    """Return the file that a reference names, or None where it leaves the folder (by links of the file system too)."""
    name = reference.removeprefix("./")
    if not name or "\0" in name or re.match(r"[A-Za-z]:|[\\/~]", name):
        return None
    try:
        file = (folder / name.replace("\\", "/")).resolve()
        return file if file.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):
        return None


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(1024)


def _missing(look: Look, use: _Use, file: Path) -> Problem:
    what = "封面 cover" if use.cover else "图片"
    near = _near(file)
    hint = f"文件夹里有 {near}，是不是它？" if near else "请把图片放进文章的文件夹，或改正文件名。"
    return look.problem(use.line, "PICTURE_MISSING", Level.ERROR, f"找不到{what}：{use.reference}。{hint}", fix=near)


def _near(file: Path) -> str:
    try:
        there = sorted(other.name for other in file.parent.iterdir())[:500] if file.parent.is_dir() else []
    except OSError:
        return ""
    same = [name for name in there if name.lower() == file.name.lower()]
    return (same or difflib.get_close_matches(file.name, there, 1, 0.6) or [""])[0]


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
    if head.startswith((b"II*\0", b"MM\0*")):
        return "tiff"
    if head[4:8] == b"ftyp":
        return "avif" if head[8:12] in (b"avif", b"avis") else "heic"
    return "svg" if re.search(rb"<svg[\s>]", head) else ""


def _kind_fits(look: Look, use: _Use, head: bytes) -> Iterator[Problem]:
    kind, suffix = kind_of(head), use.reference.rsplit(".", 1)[-1].lower()
    said = _KINDS.get(suffix, suffix)
    if not head:
        yield look.problem(use.line, "IMAGE_FORMAT", Level.ERROR, f"图片 {use.reference} 是空文件，请换一张。")
    elif kind in ("jpg", "png", "gif"):
        if said != kind:
            message = f"图片 {use.reference} 的后缀是 {suffix}，实际是 {kind}。请把后缀改成 .{kind}。"
            yield look.problem(use.line, "IMAGE_MISLABELED", Level.WARN, message)
    elif kind and said in ("jpg", "png", "gif"):
        message = f"图片 {use.reference} 的后缀是 {suffix}，实际是 {kind}，公众号不接受。请另存为 JPG 或 PNG，只改后缀没有用。"
        yield look.problem(use.line, "IMAGE_MISLABELED", Level.ERROR, message)
    elif kind != "bmp" or not use.cover:
        message = (
            f"图片 {use.reference} 是 {kind or '无法识别的'} 格式，公众号只接受 JPG、PNG 和 GIF。请另存为 JPG 或 PNG。"
        )
        yield look.problem(use.line, "IMAGE_FORMAT", Level.ERROR, message)


def _size_fits(look: Look, use: _Use, size: int, kind: str) -> Iterator[Problem]:
    told = f"{size / _MB:.1f} MB"
    if kind == "gif" and not use.cover:
        if size > BODY_LIMIT:
            level = Level.ERROR if size > COVER_LIMIT else Level.WARN
            message = (
                f"动图 {use.reference} 有 {told}，要走永久素材上传（最多 10 MB），读者打开会慢。请减少帧数或尺寸。"
            )
            yield look.problem(use.line, "GIF_TOO_BIG", level, message)
    elif size >= BODY_LIMIT and not use.cover:
        message = f"图片 {use.reference} 有 {told}，正文图片必须小于 1 MB。请压缩后再放进来。"
        yield look.problem(use.line, "IMAGE_TOO_BIG", Level.ERROR, message)
    elif size > COVER_LIMIT:
        message = f"封面 {use.reference} 有 {told}，最多 10 MB。请压缩后再放进来。"
        yield look.problem(use.line, "IMAGE_TOO_BIG", Level.ERROR, message)


def pictures_are_local(look: Look) -> Iterator[Problem]:
    """WeChat drops pictures from elsewhere; the readers would see nothing."""
    for found in _REMOTE.finditer(look.prose_text):
        address = found[1] or found[2]
        if not _OURS.match(address):
            message = f"图片在别的网站上，公众号会去掉：{address[:80]}。请下载到文章的文件夹里再引用。"
            yield look.problem(look.line_at(found.start()), "IMAGE_REMOTE", Level.ERROR, message)
    for found in _DATA.finditer(look.prose_text):
        message = (
            f"图片写成了 {(found[1] or found[2]).lower()}: 地址，公众号会去掉。请存成文件放进文章的文件夹里再引用。"
        )
        yield look.problem(look.line_at(found.start()), "IMAGE_EMBEDDED", Level.ERROR, message)
    if re.match(r"(?i)(?:https?:)?//", look.facts.cover):
        message = "封面 cover 要用文章文件夹里的图片文件，不能用网址。请下载后再引用。"
        yield look.problem(look.at("cover"), "IMAGE_REMOTE", Level.ERROR, message)


def licences_are_known(look: Look) -> Iterator[Problem]:
    """For every picture it should be known where it comes from and who allows its use."""
    given = {local_reference(facts.file): facts for facts in look.facts.pictures}
    used = {local_reference(use.reference): use for use in reversed(list(_uses(look)))}
    for name, use in reversed(used.items()):
        facts = given.get(name) or given.get(name.rsplit("/", 1)[-1])
        if facts is None or not (facts.source or facts.holder) or not facts.licence:
            missing = "来源和许可" if facts is None else "来源或权利人" if facts.licence else "许可"
            message = f"没有写图片 {use.reference} 的{missing}。请在文件开头的 图片（pictures）里写明。"
            yield look.problem(use.line, "LICENCE_UNKNOWN", Level.WARN, message)
    for name in given:
        if name not in used and not any(other.rsplit("/", 1)[-1] == name for other in used):
            message = f"图片（pictures）里写了 {name}，文章却没有用到这张图，请核对文件名。"
            yield look.problem(look.at("pictures"), "PICTURE_UNUSED", Level.INFO, message)


RULES: tuple[Rule, ...] = (files_fit, pictures_are_local, licences_are_known)
