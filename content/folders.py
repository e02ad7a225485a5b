"""The library's folders: months, the articles in them, and their names; nothing is read and no database asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from content.errors import FilesWrong

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
ARTICLE_FILE = "index.md"
THEME_FILE = "theme.md"
WAITING = re.compile(r"^[.~]|~$|\.(part|partial|tmp|crdownload|download|swp)$", re.IGNORECASE)


def months(folder: Path) -> list[Path]:
    """Return the month folders of a workspace, oldest first; links that lead out of it are not followed."""
    return sorted(p for p in folder.iterdir() if MONTH.fullmatch(p.name) and p.is_dir() and inside(folder, p))


def article_files(month: Path) -> Iterator[Path]:
    """Yield the Markdown file of each article of a month; what is hidden, half-copied or a lock file (~$) waits."""
    root = month.parent.resolve()
    for entry in sorted(month.iterdir()):
        if WAITING.search(entry.name) or entry.name.lower() == THEME_FILE:
            continue
        try:
            file = _index(entry) if entry.is_dir() else entry
            readable = file.suffix.lower() == ".md" and file.is_file() and _leads_into(root, file)
        except OSError:  # no right to look into it: to us it is not there
            readable = False
        if readable:
            yield file


def slug_of(file: Path) -> str:
    """Return an article's name in its theme: the folder's or file's name without its leading number."""
    name = file.parent.name if file.name.lower() == ARTICLE_FILE else file.stem
    return re.sub(r"^\d+[\s._、．-]*", "", name) or name


def name_of(folder: Path, file: Path) -> str:
    """Return a file's name as people know it: from the workspace on, with slashes; a file elsewhere keeps its path."""
    return (file.relative_to(folder) if file.is_relative_to(folder) else file).as_posix()


def named_files(folder: Path, reference: str, base: Path) -> list[Path]:
    """Return the Markdown files that a path names, seen from `base` or from the workspace: a file, an article, a month.

    FilesWrong when there are none.
    """
    for root in (base, folder):
        path = (root / reference).absolute()
        if path.is_file():
            return [path]
        if path.is_dir() and _index(path).is_file():
            return [_index(path)]
        if path.is_dir() and (files := list(article_files(path))):
            return files
    raise FilesWrong(f"找不到文章 {reference}，请写文件夹名、文件名或文章编号。")


def find_article(folder: Path, reference: str, base: Path) -> Path:
    """Return the file of the one article in the library that a path names; FilesWrong when it is not there."""
    files = named_files(folder, reference, base)
    if len(files) > 1:
        raise FilesWrong(f"{reference} 里有 {len(files)} 篇文章，请写明是哪一篇。")
    return _in_library(folder, files[0], reference)


def _in_library(folder: Path, file: Path, reference: str) -> Path:
    place = file.resolve().relative_to(folder.resolve()) if inside(folder, file) else Path()
    if len(place.parts) < 2 or not MONTH.fullmatch(place.parts[0]):
        raise FilesWrong(f"{reference} 不在内容库的月份文件夹里，请放到工作区的 2026-12 这样的文件夹中。")
    return folder / place


def month_of(name: str) -> str:
    """Return the month in an article's name, 2026-12, or "" when it is not in a month folder."""
    first = name.partition("/")[0]
    return first if MONTH.fullmatch(first) else ""


def inside(folder: Path, path: Path) -> bool:
    """Say whether a path leads to a place in a folder when all links are followed."""
    return _leads_into(folder.resolve(), path)


def _leads_into(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # links in a circle
        return False


def _index(article: Path) -> Path:
    """Return an article folder's index.md, however its letters are written; one that need not be there if there is none."""
    named = (file for file in sorted(article.iterdir()) if file.name.lower() == ARTICLE_FILE)
    return next(named, article / ARTICLE_FILE)
