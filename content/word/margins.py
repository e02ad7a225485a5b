"""Headers and footers: not part of an article, but named when they say something."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from content.word.ooxml import tag
from content.word.package import Package
from content.word.report import Report


def tell_margins(package: Package, report: Report) -> None:
    """Name what stands in headers and footers; page numbers are nothing to name."""
    told: dict[str, str] = {}
    for relation in package.relations(package.main).values():
        if relation.kind in ("header", "footer") and not relation.outside and package.has(relation.target):
            root = package.xml(relation.target)
            text = _without_fields(root) if root is not None else ""
            if any(char.isalpha() for char in text):
                told[text] = "页眉" if relation.kind == "header" else "页脚"
    for text, what in told.items():
        report.lost(what, "没有带过来", detail=text)


def _without_fields(root: Element) -> str:
    """Return the text outside of fields such as the page number."""
    texts, depth = [], 0
    for part in root.iter():
        if part.tag == tag("w:fldChar"):
            depth += {"begin": 1, "end": -1}.get(part.get(tag("w:fldCharType"), ""), 0)
        elif part.tag == tag("w:t") and depth <= 0:
            texts.append(part.text or "")
    return "".join(texts).strip()
