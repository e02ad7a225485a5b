"""Putting code, formulas and the authors' HTML back where their places were kept."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from content.markup import raw, styles
from content.markup.html_blocks import PART

_PLACE = re.compile(r"\x02wzxhzdk:(\d+)\x03")

Stash = list[str | Element]


def place(root: Element, stash: Stash) -> None:
    """Put everything of the stash into the tree; what stands between the pieces of a block of HTML comes into it."""
    _place(root, stash)
    if any(isinstance(kept, Element) and kept.tag == PART for kept in stash):
        for parent in list(root.iter()):
            _weave(parent, stash)


def _place(root: Element, stash: list[str | Element]) -> None:
    for parent in list(root.iter()):
        if parent.text and "\x02" in parent.text:
            parent.text, inserted = _split(parent.text, stash)
            parent[:0] = inserted
            if inserted and parent.tag == "p":
                parent.tag = (
                    "" if not (parent.text.strip() or any((i.tail or "").strip() for i in inserted)) else "section"
                )
        for child in list(parent):
            if child.tail and "\x02" in child.tail:
                child.tail, inserted = _split(child.tail, stash)
                at = list(parent).index(child) + 1
                parent[at:at] = inserted


def _split(text: str, stash: list[str | Element]) -> tuple[str, list[Element]]:
    parts = _PLACE.split(text)
    inserted = []
    for number, after in zip(parts[1::2], parts[2::2], strict=True):
        kept = stash[int(number)] if int(number) < len(stash) else ""
        element = _read(kept, stash) if isinstance(kept, str) else kept
        element.tail = after
        inserted.append(element)
    return parts[0], inserted


def _read(html: str, stash: Stash) -> Element:
    """Return the authors' HTML as elements, with the code and the formulas that stand in it."""
    element = raw.elements(html)
    if "\x02" in html:
        _place(element, stash)
    return element


def _weave(parent: Element, stash: Stash) -> None:
    """Make one element of all pieces of a block, as a browser would, with the Markdown between them."""
    parts = [_part(child) for child in parent]
    at = 0
    while at < len(parts):
        if (part := parts[at]) is not None:
            block = part.get("block")
            last = next(
                (n for n, p in enumerate(parts) if p is not None and p.get("last") and p.get("block") == block), at
            )
            run = parent[at : last + 1]
            parent[at : last + 1] = [_woven(run, stash)]
            parts[at : last + 1] = [None]
        at += 1


def _part(child: Element) -> Element | None:
    """Return the piece of HTML that alone stands in what was a paragraph."""
    return child[0] if child.tag == "" and len(child) == 1 and child[0].tag == PART else None


def _woven(run: list[Element], stash: Stash) -> Element:
    html: list[str] = []
    for child in run:
        part = _part(child)
        if part is not None:
            html.append(part.text or "")
        else:  # a <p>, so that it ends and moves what a paragraph ends and moves
            html.append(f"<p>\x02wzxhzdk:{len(stash)}\x03</p>")
            stash.append(child)
    woven = raw.elements("\n".join(html))
    for paragraph in list(woven.iter("p")):
        mark = _PLACE.fullmatch(paragraph.text or "")
        kept = stash[int(mark[1])] if mark else None
        colour = dict(styles.declarations(paragraph.get("style", ""))).get("color")
        if isinstance(kept, Element) and colour:
            raw.colour(kept, colour)
    _place(woven, stash)
    return woven
