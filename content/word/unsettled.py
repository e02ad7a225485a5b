"""What is still open in a Word file, changes not accepted and comments not answered: such a file is not taken in.

A change that only concerns the form (fonts, spacing) is not counted: the form is not taken over.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.word.archive import Refused
from content.word.ooxml import tag, text_of
from content.word.package import Package
from content.word.report import first_few

_CHANGES = {tag(name): word for name, word in {
    "w:ins": "插入", "w:del": "删除", "w:moveFrom": "移走", "w:moveTo": "移入", "w:cellIns": "插入单元格",
    "w:cellDel": "删除单元格", "w:cellMerge": "合并单元格",
}.items()}  # fmt: skip
_STORIES = ("footnotes", "endnotes")
_EMPTY = {"插入": "插入空行或图片", "删除": "删除空行或图片"}


class StillOpen(Refused):
    """Tracked changes or comments are open; the text is not decided yet."""


def refuse_open_changes(package: Package) -> None:
    """Raise StillOpen, with how many and the first few texts, for tracked changes and comments that are open."""
    roots = [package.xml(package.main), *(package.xml(package.part(kind)) for kind in _STORIES)]
    changes = [told for root in roots if root is not None for told in _changes(root)]
    comments = list(_comments(package))
    if not changes and not comments:
        return
    parts = [_told(changes, "处没有处理的修订")] if changes else []
    parts += [_told(comments, "条没有解决的批注")] if comments else []
    raise StillOpen(
        f"“{package.name}”里还有{'，还有'.join(parts)}。没有导入。"
        "请在 Word 的“审阅”里接受或拒绝所有修订，删去批注或标为已解决，保存后再交。"
    )


def _told(texts: list[str], what: str) -> str:
    return f" {len(texts)} {what}（{first_few(texts)}）"


def _changes(root: Element) -> Iterator[str]:
    """Yield each change in words; what lies inside another change is part of it."""
    open_ = [root]
    while open_:
        found = open_.pop()
        word = _CHANGES.get(found.tag)
        if word is None:
            open_ += reversed(list(found))
        elif text := text_of(found):
            yield f"{word}：{text}"
        else:
            yield _EMPTY.get(word, word)


def _comments(package: Package) -> Iterator[str]:
    root = package.xml(package.part("comments"))
    closed = _closed(package)
    for comment in root.iter(tag("w:comment")) if root is not None else ():
        marks = {paragraph.get(tag("w14:paraId"), "") for paragraph in comment.iter(tag("w:p"))}
        if not marks & closed:
            author = comment.get(tag("w:author"), "")
            yield f"{author}：{text_of(comment)}" if author else text_of(comment) or "空批注"


def _closed(package: Package) -> set[str]:
    """Return the marks of the comments that are resolved, answers to them included."""
    root = package.xml(package.part("commentsExtended"))
    if root is None:
        return set()
    done, parents = set(), {}
    for one in root.iter(tag("w15:commentEx")):
        mark = one.get(tag("w15:paraId"), "")
        parents[mark] = one.get(tag("w15:paraIdParent"), "")
        if one.get(tag("w15:done")) in ("1", "true"):
            done.add(mark)
    return done | {mark for mark, parent in parents.items() if parent in done}
