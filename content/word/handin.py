"""Handing in: a Word file, a ZIP, a folder or a Markdown file becomes an article, or the next version of its article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from content.article import Facts
from content.errors import FilesWrong, WrongUse
from content.folders import ARTICLE_FILE, MONTH, inside, month_of, name_of, named_files
from content.word import identity
from content.word.draft import Draft, digest, files_of, names_by_content, read_draft
from content.word.identity import Shelved, folder_name, key_of, next_number, same_document, same_title, shelved
from content.word.parcel import Parcel, parcel
from content.word.placing import place_new, place_next, write_whole
from content.word.report import Report

PATIENCE = 30.0  # seconds that one hand-in waits for another
INTAKE_LOCK = Path(".wxops") / "intake.lock"
REPLACED = Path(".wxops") / "replaced"
AT_TERMINAL = "（--into）"  # how the article to replace is named there; a page says it in its own way


@dataclass(frozen=True)
class Taken:
    """What came of a hand-in: the article's folder and its name in the workspace, and what the editor must hear.

    `changed` is False where the very same was there already.
    """

    folder: Path
    name: str
    title: str
    report: Report
    is_new: bool
    changed: bool = True


@dataclass(frozen=True)
class _HandIn:
    """All that comes with one document."""

    handed: Parcel
    workspace: Path
    month: str
    facts: Facts
    cover: bytes
    into: str
    closed: Collection[str]
    look_in: Sequence[str]


def intake(
    path: Path,
    workspace: Path,
    month: str,
    facts: Facts | None = None,
    *,
    name: str = "",
    cover: bytes = b"",
    into: str = "",
    closed: Collection[str] = (),
    look_in: Sequence[str] = (),
) -> Taken:
    """Take a document into a month of the library and return what was made of it.

    `facts` are those that were told with it (title, column, publish_at …); `name`
    is an upload's original file name, `cover` a picture that was given as cover,
    `closed` the files, by their names in the workspace, of articles that are out,
    `look_in` further months in which an earlier version of the document may lie.
    The same document handed in again is the next version of its article; what
    another document or a person has made is replaced only when `into` names it,
    and its text is kept under .wxops/replaced then. Raises FilesWrong, and
    nothing is written, for what cannot be taken in; WrongUse when the disk does not let us.
    """
    if not MONTH.fullmatch(month):
        raise WrongUse(f"月份应写成 2026-12 这样，写的是“{month}”。")
    if month_of(name_of(workspace.resolve(), path.resolve())):
        raise FilesWrong(f"{name_of(workspace, path)} 已经在内容库里了，不用导入，直接检查和送审就行。")
    try:
        one = _HandIn(parcel(path, name), workspace, month, facts or Facts(), cover, into, closed, look_in)
        (workspace / ".wxops").mkdir(parents=True, exist_ok=True)
        with FileLock(workspace / INTAKE_LOCK, timeout=PATIENCE):
            return _take(one)
    except Timeout as error:
        raise WrongUse("另一份稿子正在导入，请过一会儿再试。") from error
    except OSError as error:
        raise WrongUse(f"“{name or path.name}”没有导入，文件读写出错：{error.strerror or error}。") from error


def _take(one: _HandIn) -> Taken:
    key = key_of(one.handed.name)
    draft = read_draft(one.handed, key)
    there = shelved(one.workspace / one.month)
    title = one.facts.title or draft.title
    if draft.title not in ("", title):
        draft.report.kept("标题", f"用了填写的“{title}”，稿子里写的是“{draft.title}”")
    if one.into:
        return _next(one, _named(one.workspace, one.into), draft)
    earlier = same_document(key, title, draft.body, there) or _elsewhere(one, key, title, draft)
    return _new(one, title, draft, there) if earlier is None else _next(one, earlier, draft)


def _elsewhere(one: _HandIn, key: str, title: str, draft: Draft) -> Shelved | None:
    """Return what an earlier version has made in another month and is not out: there last month's news stays alone."""
    for month in one.look_in:
        there = [
            other for other in shelved(one.workspace / month) if name_of(one.workspace, other.file) not in one.closed
        ]
        if (earlier := same_document(key, title, draft.body, there)) is not None:
            return earlier
    return None


def _new(one: _HandIn, title: str, draft: Draft, there: Sequence[Shelved]) -> Taken:
    slug = identity.slug(title)
    if (other := same_title(title, slug, there)) is not None:
        raise FilesWrong(_both(one, other))
    for other in there:
        if draft.said.key and other.mark is not None and other.mark.key == draft.said.key:
            told = f"内容不同，另建了一篇；原来那一篇“{other.title}”没有动"
            draft.report.kept(f"同名的文件（{name_of(one.workspace, other.file)}）", told)
    month = one.workspace / one.month
    names = [entry.name for entry in month.iterdir()] if month.is_dir() else []
    name = folder_name(next_number(names), slug, [one.slug for one in there])
    folder = place_new(month, name, files_of(draft, one.facts, one.cover))
    return Taken(folder, f"{one.month}/{name}", title, draft.report, is_new=True)


def _both(one: _HandIn, other: Shelved) -> str:
    """Return the sentence that names both documents where one would replace the other's article."""
    made_by = f"由“{other.mark.file}”导入" if other.mark else "不是导入的"
    name = name_of(one.workspace, other.file.parent if other.file.name == ARTICLE_FILE else other.file)
    return (
        f"“{one.handed.name}”没有导入：{name}“{other.title}”和它同名，那一篇{made_by}。"
        f"如果这是那一篇的新稿，请指明替换 {name}{AT_TERMINAL}；如果是另一篇，请换一个标题。"
    )


def _next(one: _HandIn, earlier: Shelved, draft: Draft) -> Taken:
    """Make a draft the next version of an article that is there."""
    folder, name = earlier.file.parent, name_of(one.workspace, earlier.file.parent)
    by_hand = earlier.mark is None or earlier.mark.body != digest(earlier.body)
    _refuse_to_overwrite(one, earlier, by_hand and digest(draft.body) != digest(earlier.body))
    before = names_by_content(folder)
    if before and one.handed.is_word:
        draft = read_draft(one.handed, draft.said.key, before)
    old = earlier.file.read_bytes()
    files = files_of(draft, one.facts, one.cover, old.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    files[earlier.file.name] = files.pop(ARTICLE_FILE)
    if by_hand and one.into:
        kept = one.workspace / REPLACED / f"{folder.parent.name}-{folder.name}-{digest(earlier.body)[:8]}.md"
        write_whole(kept, old)
        draft.report.kept("被替换的正文", f"留在 {name_of(one.workspace, kept)}")
    text = files[earlier.file.name].decode()
    changed = place_next(folder, files, [gone for gone in before.values() if gone not in files and gone not in text])
    return Taken(folder, name, one.facts.title or draft.title, draft.report, is_new=False, changed=changed)


def _refuse_to_overwrite(one: _HandIn, earlier: Shelved, by_hand: bool) -> None:
    """Raise FilesWrong for an article that is out, and for a text changed by hand unless a person has named it."""
    name = name_of(one.workspace, earlier.file.parent)
    if name_of(one.workspace, earlier.file) in one.closed:
        raise FilesWrong(
            f"“{one.handed.name}”没有导入：{name}“{earlier.title}”已经发布（或正在发布），不能再换稿。新的一篇请换一个标题。"
        )
    if by_hand and not one.into:
        raise FilesWrong(
            f"“{one.handed.name}”没有导入：{name} 的正文在导入以后又改过，直接替换会丢掉这些改动。"
            f"请把改动也改进 Word，再指明替换 {name}{AT_TERMINAL}；原来的正文会留一份。"
        )


def _named(workspace: Path, into: str) -> Shelved:
    """Return the article folder that a person named as the one to replace."""
    files = named_files(workspace, into, workspace)
    if len(files) != 1 or not inside(workspace, files[0]) or not month_of(name_of(workspace, files[0])):
        raise WrongUse(f"“{into}”不是内容库里的一篇文章，请写 2026-12/01-文章 这样的文件夹名。")
    if files[0].name.lower() != ARTICLE_FILE:
        raise WrongUse(f"“{into}”是单个文件，放不下图片。请先建一个同名文件夹，把它改名为 index.md 放进去。")
    return next(one for one in shelved(files[0].parent.parent) if one.file == files[0])
