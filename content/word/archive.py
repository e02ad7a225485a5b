"""Archives from outside: how much may be in one, and the names that are refused."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from content.errors import FilesWrong

LIMIT = 60 * 1024 * 1024  # bytes that may be handed in at once; as much as one Word file with photos has
UNPACKED_LIMIT = 300 * 1024 * 1024  # bytes when unpacked
RATIO_LIMIT = 200  # unpacked to packed; Word's own XML stays under 60
SMALL = 8 * 1024 * 1024  # bytes up to which the ratio does not matter
ENTRIES_LIMIT = 5000

_MB = 1024 * 1024


class Refused(FilesWrong):
    """A file that is not taken in, with what to do instead."""


def checked_size(size: int, name: str) -> None:
    """Refuse what is larger than may be handed in at once."""
    if size > LIMIT:
        raise Refused(f"“{name}”有 {size / _MB:.0f} MB，最多 {LIMIT // _MB} MB。请压缩里面的图片，或分成几篇。")


def opened(data: bytes, name: str) -> zipfile.ZipFile:
    """Return an archive whose size, ratio, number of entries and names are in order; Refused otherwise."""
    checked_size(len(data), name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Refused(f"“{name}”损坏了，打不开。请重新保存或重新压缩一次。") from error
    entries = archive.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(f"“{name}”有密码，读不出来。请去掉密码再交。")
    if len(entries) > ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise Refused(f"“{name}”解开以后太大（最多 {UNPACKED_LIMIT // _MB} MB），没有打开。")
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > RATIO_LIMIT * max(1, entry.compress_size):
            raise Refused(f"“{name}”里的压缩比例不正常，像是有意做大的文件，没有打开。")
        _check_name(entry, name)
    return archive


def _check_name(entry: zipfile.ZipInfo, name: str) -> None:
    """Refuse an entry that leads out of the archive: upwards, from the root, by a drive or by a link."""
    inside = readable_name(entry).replace("\\", "/")
    path = PurePosixPath(inside)
    if path.is_absolute() or ".." in path.parts or inside[1:2] == ":" or "\0" in inside:
        raise Refused(f"“{name}”里有指向外面的路径“{inside[:60]}”，没有打开。")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(f"“{name}”里的“{inside[:60]}”是链接，不是文件，没有打开。请放进文件本身。")


def content_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | str, name: str) -> bytes:
    """Return the bytes of an entry; Refused when it is damaged."""
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise Refused(f"“{name}”损坏了，里面的内容读不全。请重新保存或重新压缩一次。") from error


def readable_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; without the UTF-8 mark Windows has written GBK, and other systems UTF-8."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
