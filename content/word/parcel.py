"""What an editor hands in, a file, a ZIP or a folder, as names and bytes with nothing in it that leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from content.folders import inside
from content.word import archive
from content.word.archive import LIMIT, Refused, checked_size

WORD = (".docx", ".docm")
MARKDOWN = (".md", ".markdown")
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".bmp", ".tif", ".tiff", ".svg")
_REFUSED = (".doc", ".wps", ".rtf", ".odt", ".pages", ".pdf")  # said outright what to do with them
NAME_LONGEST = 60  # characters, of up to 4 bytes each: file systems end at 255 bytes
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')  # in names on Windows
_NOISE = re.compile(r"^(?:__MACOSX|\..*|~\$.*|Thumbs\.db|desktop\.ini|theme\.md)$", re.IGNORECASE)


@dataclass(frozen=True)
class Parcel:
    """One article as it was handed in: the file with its text, the pictures beside it, and what is of no use.

    `name` is the name of the text's file; pictures by their path seen from it.
    """

    name: str
    text: bytes
    pictures: Mapping[str, bytes]
    unused: tuple[str, ...] = ()

    @property
    def is_word(self) -> bool:
        """Whether the text is a Word file."""
        return self.name.lower().endswith(WORD)


def parcel(path: Path, name: str = "") -> Parcel:
    """Return what is in a file, a ZIP or a folder; `name` is the original name of an upload.

    Refused for what is none of them, for more than one article, and for paths
    and links that lead elsewhere.
    """
    name = PurePosixPath((name or path.name).replace("\\", "/")).name
    if path.is_dir():
        return _sorted_out(dict(_in_folder(path)), name)
    try:
        checked_size(path.stat().st_size, name)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(f"找不到文件 {path}。") from error
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (*WORD, *_REFUSED) or suffix not in (*MARKDOWN, ".zip"):
        return Parcel(_as_word(name, data), data, {})
    return Parcel(name, data, {}) if suffix in MARKDOWN else _sorted_out(_in_zip(data, name), name)


def _as_word(name: str, data: bytes) -> str:
    """Return the name of a Word file; what is none, and does not look like one, is refused with the kinds there are."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".pdf", ".pages") or (suffix not in (*WORD, *_REFUSED) and not data.startswith(b"PK")):
        raise Refused(f"“{name}”不能导入。可以交 Word 文档（.docx）、Markdown（.md）、ZIP 或文章文件夹。")
    return name if suffix in WORD else f"{name}.docx" if data.startswith(b"PK") else name


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if any(_NOISE.match(part) for part in PurePosixPath(name).parts) or not file.is_file():
            continue
        if not inside(folder, file):
            raise Refused(f"“{folder.name}”里的“{name}”是指向外面的链接，没有导入。请放进文件本身。")
        total += file.stat().st_size
        if total > LIMIT:
            checked_size(total, folder.name)
        yield name, file.read_bytes()


def _in_zip(data: bytes, name: str) -> dict[str, bytes]:
    opened = archive.opened(data, name)
    found = {}
    for entry in opened.infolist():
        inside_ = archive.readable_name(entry).replace("\\", "/")
        if not entry.is_dir() and not any(_NOISE.match(part) for part in PurePosixPath(inside_).parts):
            found[inside_] = archive.content_of(opened, entry, name)
    return found


def _sorted_out(files: Mapping[str, bytes], name: str) -> Parcel:
    """Return the one article among files; Refused for none and for several."""
    texts = [file for file in files if file.lower().endswith((*WORD, *MARKDOWN))]
    if not texts:
        old = next((file for file in files if file.lower().endswith(_REFUSED)), "")
        told = f"里面的“{old}”是旧格式或别的格式，请另存为 .docx。" if old else "请放进一篇 .docx 或 index.md。"
        raise Refused(f"“{name}”里没有能导入的文章。{told}")
    if len(texts) > 1:
        listed = "、".join(PurePosixPath(file).name for file in texts[:5])
        raise Refused(f"“{name}”里有 {len(texts)} 篇文章（{listed}），一次只能交一篇，请分开交。")
    text = texts[0]
    home = PurePosixPath(text).parent
    beside = {file: data for file, data in files.items() if file != text}
    fit = [file for file in beside if _fits(home, file)]
    pictures = {PurePosixPath(file).relative_to(home).as_posix(): beside[file] for file in fit}
    unused = tuple(file for file in beside if file not in fit)
    return Parcel(_own_name(text, name), files[text], pictures, unused)


def _own_name(text: str, name: str) -> str:
    """Return the name by which a text is known: an index.md by its folder, or by the archive it came in."""
    path = PurePosixPath(text)
    if path.stem.lower() != "index" or path.suffix.lower() not in MARKDOWN:
        return path.name
    return f"{path.parent.name or PurePosixPath(name).stem}.md"


def _fits(home: PurePosixPath, file: str) -> bool:
    """Tell whether a file is a picture beside or below the text, with a name that every system can have."""
    path = PurePosixPath(file)
    named = all(len(part) <= NAME_LONGEST and not _FORBIDDEN.search(part) for part in path.parts)
    return named and file.lower().endswith(PICTURES) and path.is_relative_to(home)
