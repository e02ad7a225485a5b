"""An upload put down on the disk as `intake` reads it: a file under its own name, or a folder with what is in it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from werkzeug.datastructures import FileStorage

from content.errors import FilesWrong
from content.kinds import HEAD, kind_of

_CONTROL = re.compile(r"[\x00-\x1f]")
_LONGEST = 200  # bytes of a name: file systems end at 255
_DEEPEST = 20  # folders within folders


@contextmanager
def put_down(single: FileStorage | None, folder: Sequence[FileStorage]) -> Iterator[tuple[Path, str]]:
    """Yield where an upload lies and the name it came with; it is gone afterwards.

    FilesWrong when nothing was chosen, both were, or a path leads out of its folder.
    """
    chosen = [one for one in folder if one.filename]
    if single is not None and single.filename and chosen:
        raise FilesWrong("文件和文件夹请只选一样。")
    with tempfile.TemporaryDirectory(prefix="wxops-") as place:
        if chosen:
            yield _folder(Path(place), chosen)
        elif single is not None and single.filename:
            target = Path(place) / "upload"
            single.save(target)
            yield target, single.filename
        else:
            raise FilesWrong("请选择要交的 Word 文档（.docx）、ZIP、Markdown 文件（.md），或文章文件夹。")


def cover_in(given: FileStorage | None) -> bytes:
    """Return the picture that was chosen as the cover, or nothing; FilesWrong for what is no picture."""
    if given is None or not given.filename:
        return b""
    data: bytes = given.read()
    if not kind_of(data[:HEAD]):
        raise FilesWrong(f"封面“{given.filename}”不是能用的图片，请换成 JPG 或 PNG。")
    return data


def _folder(place: Path, files: Sequence[FileStorage]) -> tuple[Path, str]:
    """Write the files of a folder, each at its path, which begins with the folder's own name."""
    paths = [_safe(one.filename or "") for one in files]
    name = paths[0].parts[0] if len(paths[0].parts) > 1 else "文件夹"
    try:
        for one, path in zip(files, paths, strict=True):
            inside = PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path
            target = place / "folder" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            one.save(target)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise FilesWrong("文件夹里有同名的文件和文件夹，没有收。请改名再交。") from error
    return place / "folder", name


def _safe(told: str) -> PurePosixPath:
    """Return a path as the browser told it; FilesWrong when it leads elsewhere or no system could have it."""
    plain = told.replace("\\", "/")
    path = PurePosixPath(plain)
    long = any(len(part.encode("utf-8", "replace")) > _LONGEST for part in path.parts) or len(path.parts) > _DEEPEST
    if (
        not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or plain[1:2] == ":"
        or _CONTROL.search(plain)
        or long
    ):
        raise FilesWrong(f"文件夹里的路径“{told[:60]}”不能收，请改名或移走再交。")
    return path
