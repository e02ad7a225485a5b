"""Rules for pictures: is the file there, in the article's own folder, and will the platform take it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.article import Level, Problem, local_reference
from content.lint.fitting import fits
from content.lint.look import Look, Rule

_REMOTE = re.compile(
    r"!\[[^\]\n]*\]\(\s*<?((?:https?:)?//[^\s)>]+)|<img\b[^<>]*\bsrc\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]+)", re.I
)
_DATA = re.compile(r"!\[[^\]\n]*\]\(\s*<?(data|file|blob):|<img\b[^<>]*\bsrc\s*=\s*[\"']?(data|file|blob):", re.I)
_OURS = re.compile(r"^(?:https?:)?//mmbiz\.(?:qpic|qlogo)\.cn/", re.I)


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
            found = list(fits(look, use.reference, use.line, file, cover=use.cover)) if file.is_file() else None
        except OSError:
            found = None
        yield from [_missing(look, use, file)] if found is None else found


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


RULES: tuple[Rule, ...] = (files_fit, pictures_are_local)
