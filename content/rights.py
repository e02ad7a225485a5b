"""What a person tells of the rights in pictures is written into the front matter; the text is not touched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from content.article import PictureFacts, Source, read_article
from content.errors import FilesWrong, WrongUse
from content.frontmatter import FrontMatter, read_front_matter
from content.licences import facts_of, used_pictures
from content.word.front import pictures_entry, with_entries
from content.word.handin import INTAKE_LOCK, PATIENCE
from content.word.placing import write_whole

LONGEST = 200  # characters of one fact; nobody writes more, and a file is no dump
_BOM = b"\xef\xbb\xbf"
_ENDS = re.compile(r"(\r\n|\r|\n)")
_BY_HAND = "请直接在文件开头的“图片”一项里改"


def tell_rights(workspace: Path, file: Path, name: str, told: Mapping[str, PictureFacts]) -> bool:
    """Write what is told of pictures, by the references that the article uses; return whether the file changed.

    What is told of a picture that the article does not use is left out. FilesWrong,
    and nothing is written, where the front matter cannot be changed safely.
    """
    try:
        (workspace / ".wxops").mkdir(exist_ok=True)
        with FileLock(workspace / INTAKE_LOCK, timeout=PATIENCE):
            data = file.read_bytes()
            written = _with_rights(data, read_article(file, name), told)
            if written == data:
                return False
            write_whole(file, written)
            return True
    except Timeout as error:
        raise WrongUse("有稿子正在导入，请过一会儿再试。") from error
    except OSError as error:
        raise FilesWrong(f"{name} 没有改，文件读写出错：{error.strerror or error}。") from error


def _with_rights(data: bytes, source: Source, told: Mapping[str, PictureFacts]) -> bytes:
    wanted = _merged(source, told)
    if wanted == source.facts.pictures:
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FilesWrong(f"{source.name} 不是 UTF-8 编码，没有改。请另存为 UTF-8 编码再填。") from error
    if any(problem.code == "FRONT_MATTER_UNCLOSED" for problem in source.problems):
        raise FilesWrong(f"{source.name} 开头的信息没有结束，没有改。请先在最后一项信息的下一行补上 ---。")
    head, body = _cut(text, source.body_line) if source.body else (text, "")
    changed = with_entries(_ENDS.sub("\n", head).lstrip("\n"), {"pictures": pictures_entry(wanted)})
    before, after = read_front_matter(_ENDS.sub("\n", text), ""), read_front_matter(changed + _ENDS.sub("\n", body), "")
    if not _is_safe(before, after, wanted):
        raise FilesWrong(f"{source.name} 开头的信息写得特别，没有敢改。{_BY_HAND}，再检查一次。")
    end = found[0] if (found := _ENDS.search(text)) else "\n"
    return (_BOM if data.startswith(_BOM) else b"") + (changed.replace("\n", end) + body).encode()


def _merged(source: Source, told: Mapping[str, PictureFacts]) -> tuple[PictureFacts, ...]:
    """Return all entries as they shall be: those that are there in their places, then those of pictures without one."""
    entries = list(source.facts.pictures)
    for reference in used_pictures(source):
        if reference not in told:
            continue
        there = facts_of(source, reference)
        new = replace(_plain(told[reference]), file=there.file if there else reference)
        if there:
            entries[source.facts.pictures.index(there)] = new
        elif new != PictureFacts(file=reference):
            entries.append(new)
    return tuple(entries)


def _plain(facts: PictureFacts) -> PictureFacts:
    """Return facts in one line each, without characters that no eye sees."""

    def plain(text: str) -> str:
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST].strip()

    return PictureFacts("", plain(facts.source), plain(facts.holder), plain(facts.licence), plain(facts.consent))


def _cut(text: str, body_line: int) -> tuple[str, str]:
    """Return what stands before the line on which the body begins, and the rest as it is, line ends included."""
    parts = _ENDS.split(text)
    return "".join(parts[: 2 * (body_line - 1)]), "".join(parts[2 * (body_line - 1) :])


def _is_safe(before: FrontMatter, after: FrontMatter, wanted: Sequence[PictureFacts]) -> bool:
    """Say whether a changed front matter reads as wanted, and everything else in it as before."""
    same = replace(before.facts, pictures=()) == replace(after.facts, pictures=())
    no_worse = [p.code for p in after.problems] == [p.code for p in before.problems]
    return (
        same
        and no_worse
        and after.facts.pictures == tuple(wanted)
        and after.body.lstrip("\n") == before.body.lstrip("\n")
    )
