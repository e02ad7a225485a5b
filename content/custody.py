"""Custody: what an article was when it was taken down, kept as files beside the database, never changed again."""

from __future__ import annotations

import hashlib
import html
import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.frozen import names_of
from content.kinds import HEAD, kind_of
from content.models import Revision
from content.revisions import PLACEHOLDER, picture_bytes

FOLDER = Path(".wxops") / "withdrawn"
SUMS = "校验.txt"  # the sha256 of every other file
_PAGE = '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{body}\n</body></html>\n'


def place_of(workspace: Path, article: int, withdrawal: int) -> Path:
    """Return the folder of what is kept of a withdrawal: `.wxops/withdrawn/12/3`."""
    return workspace / FOLDER / str(article) / str(withdrawal)


def keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files and their sums into a new folder, whole or not at all; what is kept already stays as it is.

    OSError when the disk does not take it.
    """
    if folder.is_dir():
        return
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a process that died
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    for name, data in {**files, SUMS: sums.encode()}.items():
        file = part / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
    part.replace(folder)


def frozen_files(session: Session, revision: Revision, pictures: Path) -> dict[str, bytes]:
    """Return a frozen text as a page with its pictures, by file name; a picture that is gone is left out."""
    body, files = revision.html, {}
    for sha256 in names_of(session, revision):
        try:
            data = picture_bytes(pictures, sha256)
        except OSError:
            continue
        file = f"pictures/{sha256[:16]}.{kind_of(data[:HEAD]) or 'bin'}"
        files[file] = data
        body = body.replace(PLACEHOLDER + sha256, html.escape(file))
    return {"定稿.html": page(revision.title, body), **files}


def page(title: str, body: str) -> bytes:
    """Return HTML as a page of its own."""
    head, _, rest = _PAGE.partition("{body}")
    return (head.replace("{title}", html.escape(title)) + body + rest).encode(errors="replace")


def files_in(folder: Path) -> list[str]:
    """Return the names of what is kept in a folder; none where nothing is kept."""
    found = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(found) if folder.is_dir() else []


def as_zip(folder: Path) -> bytes:
    """Return what is kept as a ZIP; OpsError where nothing is kept."""
    names = files_in(folder)
    if not names:
        raise OpsError("没有留存的证据：文章没有发出过，或者还没有轮到撤稿。")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, (folder / name).read_bytes())
    return made.getvalue()
