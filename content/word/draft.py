"""An article as it will be written: the text of its file and its pictures, from what was handed in and what is there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from content.article import Facts, PictureFacts, Source, local_reference
from content.clock import stamp
from content.errors import FilesWrong
from content.folders import ARTICLE_FILE
from content.frontmatter import read_front_matter
from content.licences import facts_of, missing, used_pictures
from content.values import NotUnderstood, moment
from content.word.album import suffix_of
from content.word.front import Mark, mark_in, pictures_entry, scalar, with_entries, with_mark
from content.word.parcel import Parcel
from content.word.report import Report

EMPTY = "---\n标题:\n作者:\n摘要:\n封面:\n栏目:\n发布时间:\n---\n"
_COVER_NAMES = re.compile(r"^(?:cover|封面)", re.IGNORECASE)
RIGHTS_ASKED = (  # what is told of a picture's rights: where it is listed, where it is not
    f"还没有写，写明才能送审；请在 {ARTICLE_FILE} 开头“图片”里各张的下面填写，例如“来源: 编辑部拍摄”“许可: 自有”",
    f"还没有写，写明才能送审；请在 {ARTICLE_FILE} 开头写一行“pictures:”，下面给每张写三行："
    "“  - file: 文件名”“    source: 谁拍的或从哪里来”“    licence: 自有、CC BY 4.0 或购买的授权”",
)
_TAKEN = ("title", "author", "source", "publish_at")  # facts that a document tells by itself


@dataclass
class Draft:
    """A document read: the text without its facts, what it says of itself, its pictures, and the report."""

    body: str
    said: Mark
    pictures: dict[str, bytes]
    report: Report
    front: str = ""  # a Markdown file's own; a Word file has none
    in_text: tuple[str, ...] = ()  # pictures that are part of a Word file

    @property
    def title(self) -> str:
        """The title that the document gives itself."""
        return self.said.title


def read_draft(handed: Parcel, key: str, before: Mapping[str, str] | None = None) -> Draft:
    """Return what was handed in as a draft; `before` gives picture names by sha256, as in `read_word`."""
    draft = _from_word(handed, key, before) if handed.is_word else _from_markdown(handed, key)
    if handed.unused:
        draft.report.lost("一起交来的其他文件", "没有用上", detail="、".join(handed.unused))
    return draft


def _from_word(handed: Parcel, key: str, before: Mapping[str, str] | None) -> Draft:
    from content.word.manuscript import read_word  # mammoth is loaded only where a Word file is read

    found = read_word(handed.text, handed.name, pictures_before=before)
    title = found.title
    if not title:
        title = PurePosixPath(handed.name).stem
        found.report.lost("标题", f"正文里没有认出来，用了文件名“{title}”")
    said = Mark(handed.name, key, digest(found.body), title, found.author, found.source, found.publish_at)
    beside = {name: data for name, data in handed.pictures.items() if name not in found.pictures}
    if others := [name for name in beside if not _COVER_NAMES.match(name)]:
        found.report.kept("一起交来的图片", "已放进文章文件夹，正文里没有引用", detail="、".join(others))
    return Draft(found.body, said, {**beside, **found.pictures}, found.report, in_text=tuple(found.pictures))


def _from_markdown(handed: Parcel, key: str) -> Draft:
    report = Report()
    text = _decoded(handed.text, report).replace("\r\n", "\n").replace("\r", "\n")
    text = text.lstrip() if text.lstrip().startswith("---") else text
    read = read_front_matter(text, handed.name)
    front, body = _cut(text)
    title = read.facts.title or PurePosixPath(handed.name).stem
    if not read.facts.title:
        front = with_entries(front, {"title": scalar(title)})
    return Draft(body, Mark(handed.name, key, digest(body), title), dict(handed.pictures), report, front)


def _cut(text: str) -> tuple[str, str]:
    """Return the front matter of a text, with an end where it has none, and the body."""
    read = read_front_matter(text, "")
    if read.body_line <= 1:
        return EMPTY, text
    lines = text.split("\n")[: read.body_line - 1]
    unclosed = any(problem.code == "FRONT_MATTER_UNCLOSED" for problem in read.problems)
    return "\n".join([*lines, "---"] if unclosed else lines) + "\n", read.body


def _decoded(data: bytes, report: Report) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            report.kept("文件的编码", "已转成 UTF-8")
        return text
    raise FilesWrong("这个文件不是 UTF-8 或 GBK 编码的文字，读不出来。请另存为 UTF-8 编码。")


def files_of(draft: Draft, told: Facts, cover: bytes, old: str = "") -> dict[str, bytes]:
    """Return the files of an article: index.md and its pictures; `old` is the text that is there already.

    What people told with the document wins; what the document says of itself is
    set where it is new or has changed, so that an editor's own changes stay.
    """
    front = _with_old(draft.front, old) if draft.front else _cut(old)[0] if old else EMPTY
    pictures, entries = dict(draft.pictures), {**_said(draft, old), **entries_of(told)}
    given = next((name for name in pictures if _COVER_NAMES.match(name)), "")
    if cover:
        given = f"封面.{suffix_of(cover)}"
        pictures[given] = cover
    if given and "cover" not in entries and (cover or not read_front_matter(front, "").facts.cover):
        entries["cover"] = given
    front = with_entries(front, entries)
    listed = _licences(front, (*([given] if given else []), *draft.in_text), again=bool(old))
    if listed is not None:
        front = with_entries(front, {"pictures": pictures_entry(listed)})
    text = with_mark(front, draft.said).rstrip("\n") + "\n\n" + draft.body.strip("\n") + "\n"
    _ask_for_rights(text, draft.report)
    return {**pictures, ARTICLE_FILE: text.encode()}


def _with_old(front: str, old: str) -> str:
    """Return a Markdown file's front matter with what only the article that is there says."""
    given, there = read_front_matter(front, ""), read_front_matter(old, "").facts if old else Facts()
    entries = entries_of(there) | ({"pictures": pictures_entry(there.pictures)} if there.pictures else {})
    return with_entries(front, {key: value for key, value in entries.items() if key not in given.lines})


def entries_of(told: Facts) -> dict[str, str]:
    """Return facts as entries of a front matter; what is not told is left out."""
    plain = ("title", "author", "digest", "cover", "column", "source", "original_link")
    entries = {key: scalar(value) for key in plain if (value := getattr(told, key))}
    if told.publish_at is not None:
        entries["publish_at"] = stamp(told.publish_at)
    if told.notify is not None:
        entries["notify"] = "推送" if told.notify else "静默"
    if told.position is not None:
        entries["position"] = str(told.position)
    entries |= {key: "、".join(value) for key in ("places", "by_hand") if (value := getattr(told, key))}
    return entries | {key: "是" for key in ("case_study", "comments", "ai_generated") if getattr(told, key)}


def _said(draft: Draft, old: str) -> dict[str, str]:
    """Return what a Word file says of itself, where it said something else the last time."""
    last = mark_in(old) or Mark()
    entries = {
        key: scalar(value) for key in _TAKEN if (value := getattr(draft.said, key)) != getattr(last, key) and value
    }
    if "publish_at" in entries:
        try:
            meant = moment(draft.said.publish_at)
            entries["publish_at"] = stamp(meant) if meant else ""
        except NotUnderstood:
            draft.report.lost("发布时间", "看不懂，没有用上", detail=entries.pop("publish_at"))
    return entries


def _licences(front: str, wanted: tuple[str, ...], *, again: bool) -> list[PictureFacts] | None:
    """Return what is known of each picture, with places for those nothing is known of; None where nothing changes."""
    read = read_front_matter(front, "")
    if any(problem.line == read.lines.get("pictures") for problem in read.problems):
        return None  # it cannot be read: the editor mends it
    known = {local_reference(one.file): one for one in read.facts.pictures}
    dropped = [name for name in known if again and is_ours(name) and name not in wanted]
    if not dropped and all(name in known for name in wanted):
        return None
    others = [one for name, one in known.items() if name not in wanted and name not in dropped]
    return [*others, *(known.get(name, PictureFacts(file=name)) for name in dict.fromkeys(wanted))]


def _ask_for_rights(text: str, report: Report) -> None:
    """Say of which pictures nobody has told whose they are, and where to write it: without it nothing is submitted."""
    read = read_front_matter(text, "")
    source = Source(Path(ARTICLE_FILE), ARTICLE_FILE, read.facts, read.body, read.body_line)
    for name in used_pictures(source):
        facts = facts_of(source, name)
        if lacks := missing(facts):
            what = f"图片的{'和'.join(lacks)}"
            report.lost(what, RIGHTS_ASKED[0] if facts else RIGHTS_ASKED[1], detail=name)


def is_ours(name: str) -> bool:
    """Tell whether a picture was named by us when a Word file was read."""
    return bool(re.fullmatch(r"图\d+\.[a-z]{2,4}", name))


def names_by_content(folder: Path) -> dict[str, str]:
    """Return the pictures that were read from Word files into a folder: sha256 → name."""
    ours = [file for file in sorted(folder.iterdir()) if is_ours(file.name) and file.is_file()]
    return {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in ours}


def digest(body: str) -> str:
    """Return the sha256 of a text, blanks at its ends left out."""
    return hashlib.sha256(body.strip().encode()).hexdigest()
