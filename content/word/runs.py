"""Runs made plain: only what an article keeps of their form, and no text that Word does not show."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from content.word.looks import Look
from content.word.ooxml import child, element, tag, text_of, value
from content.word.report import Report

_WRAPPERS = frozenset(tag(name) for name in ("w:fldSimple", "w:dir", "w:bdo"))
_KEPT = frozenset(("superscript", "subscript"))


def plain_run(run: Element, look: Look, report: Report, near: str) -> None:
    """Leave of a run's form what an article keeps, said outright; hidden text goes, and struck text is named."""
    text = text_of(run)
    if look.hidden:
        if text:
            report.lost("隐藏的文字", "没有带过来", near=near, detail=text)
        for part in list(run):
            if part.tag != tag("w:fldChar"):
                run.remove(part)
        return
    if look.struck and text:
        report.lost("加了删除线的文字", "照样带过来了，如果是要删的，请删去", near=near, detail=text)
    properties = child(run, "w:rPr")
    raised = value(properties, "w:vertAlign") or ""
    if properties is not None:
        run.remove(properties)
    flags = {"w:b": look.bold, "w:i": look.italic, "w:strike": look.struck}
    made = element("w:rPr", None, *(element(name) for name, on in flags.items() if on))
    if raised in _KEPT:
        made.append(element("w:vertAlign", {"w:val": raised}))
    run.insert(0, made)


def unwrap(root: Element, report: Report) -> None:
    """Take text out of what mammoth passes over with all that is in it: simple fields, text directions, ruby."""
    for parent in list(root.iter()):
        for part in list(parent):
            if part.tag in _WRAPPERS:
                _put(parent, part, _flat(part))
            elif part.tag == tag("w:ruby"):
                report.lost("注音（拼音指南）", "只留下了文字", near=text_of(child(part, "w:rubyBase") or part))
                base = child(part, "w:rubyBase")
                _put(parent, part, list(base.iter(tag("w:t"))) if base is not None else [])
            elif part.tag == tag("w:cr"):
                part.tag = tag("w:br")
            elif part.tag == tag("w:altChunk"):
                report.lost("插入的另一份文件", "没有带过来，请把它的内容粘贴到 Word 里")


def _flat(part: Element) -> list[Element]:
    """Return the children of a wrapper; of one in another, the children of both."""
    return [one for inside in part for one in (_flat(inside) if inside.tag in _WRAPPERS else [inside])]


def _put(parent: Element, part: Element, instead: list[Element]) -> None:
    at = list(parent).index(part)
    parent.remove(part)
    parent[at:at] = instead
