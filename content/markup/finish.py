"""What WeChat needs of the finished tree; an element whose tag is "" is not written, only what is in it."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from content import cjk
from content.markup import styles, words
from content.markup.callouts import callouts
from content.markup.drawn import MARK
from content.markup.notes import notes
from content.markup.placing import place

_BLOCKS = words("blockquote h1 h2 h3 h4 h5 h6 hr img li ol p pre section table tbody td th thead tr ul br")
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)


def finish(root: Element, stash: list[str | Element], *, title: str, picture: Callable[[str], str]) -> None:
    """Change the parsed tree in place: the root section with only what an article may hold."""
    root.tag = "section"
    root.set("class", "article")
    _plain_code(root)
    _plain_words(root)
    if stash:
        place(root, stash)
    found: dict[str, list[Element]] = defaultdict(list)
    for element in root.iter():
        if not element.get(MARK):
            found[element.tag].append(element)
    callouts(found["blockquote"])
    if found["h1"]:
        _drop_title(root, title)
    _pictures(found, picture)
    for item in found["li"]:
        _one_child(item)
    for table in found["table"]:
        table.set("data-ignore-width", "")
        _trim_cells(table)
    _join_lines(root)
    notes(root, bool(found["a"] or found["sup"]))


def _plain_code(root: Element) -> None:
    """Take back python-markdown's escaping inside code: the writer escapes."""
    for code in root.iter("code"):
        code.text = html.unescape(code.text or "")
    for pre in root.iter("pre"):
        if len(pre) == 1 and pre[0].tag == "code":
            pre.text = (pre[0].text or "").rstrip("\n")
            pre.remove(pre[0])


def _plain_words(root: Element) -> None:
    """Put the words of a picture, which were read as text, into its attribute, without their signs."""
    for image in reversed(list(root.iter("img"))):  # the inner ones first
        if image.text or len(image):
            image.set("alt", _words(image))
            image.text = None
            image[:] = []


def _words(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += (child.get("alt", "") if child.tag == "img" else _words(child), child.tail or "")
    return "".join(parts)


def _drop_title(root: Element, title: str) -> None:
    """Drop the first heading where it only repeats the title, which WeChat shows itself."""
    heading = next((child for child in root.iter("h1")), None)
    if heading is not None and title and _squeezed("".join(heading.itertext())) == _squeezed(title):
        heading.clear()
        heading.tag = ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def _pictures(found: dict[str, list[Element]], picture: Callable[[str], str]) -> None:
    for image in found["img"]:
        source = image.get("src", "").strip()
        if not source or re.match(r"(?i)(?:data|file|javascript|blob):", source):
            image.tag, image.attrib = "", {}
        elif not _REMOTE.match(source):
            image.set("src", picture(unquote(source)))
    for tag in ("p", "section"):
        for element in found[tag]:
            if len(element) and element[0].tag == "img":
                _figure(element)


def _figure(element: Element) -> None:
    """Pictures that stand alone in their paragraph stand in the middle, each over its caption."""
    if (element.text or "").strip() or any(i.tag != "img" or (i.tail or "").strip() for i in element):
        return
    if element.tag == "p":
        element.tag = "section"
        element.set("class", "figure")
    images = list(element)
    element.text = None
    for image in images:
        image.tail = None
        element.remove(image)
    for image in images:
        element.append(image)
        if caption := (image.get("title") or image.get("alt") or "").strip():
            SubElement(element, "section", {"class": "caption"}).text = caption


def _one_child(item: Element) -> None:
    """An item has one child, and no blank text: WeChat makes empty items of anything else."""
    if len(item) == 1 and item[0].tag == "section" and not item.text and not (item[0].tail or "").strip():
        item[0].tail = None
    else:
        inside = Element("section")
        inside.text, item.text = item.text, None
        inside[:] = list(item)
        item[:] = [inside]
    if colour := dict(styles.declarations(item.get("style", ""))).get("color"):  # a theme has one for the text alone
        item[0].set("style", f"color:{colour};{item[0].get('style', '')}".rstrip(";"))


def _trim_cells(table: Element) -> None:
    for cell in table.iter():
        if style := cell.get("style"):
            cell.set("style", style.replace(": ", ":").rstrip(";"))


def _join_lines(root: Element) -> None:
    """Write a line end in running text as a blank, or as nothing where Chinese goes on."""
    slots: list[Slot] = []
    _gather(root, slots)
    for at, (element, where) in enumerate(slots):
        if element is None:
            continue
        text = element.text if where else element.tail
        if text and "\n" in text:
            left = _edge(slots, at - 1, -1)
            right = _edge(slots, at + 1, 0)
            joined = _joined(text, left, right)
            if where:
                element.text = joined
            else:
                element.tail = joined


Slot = tuple[Element | None, bool]


def _gather(root: Element, slots: list[Slot]) -> None:
    """Gather the places of text in reading order, with (None, …) wherever a block begins or ends."""
    block = root.tag in _BLOCKS
    if block:
        slots.append((None, block))
    if root.tag == "pre" or root.get("class") == "math":
        return
    if root.text:
        slots.append((root, True))
    for child in root:
        _gather(child, slots)
        if child.tail:
            slots.append((child, False))
    if block:
        slots.append((None, block))


def _edge(slots: list[Slot], at: int, end: int) -> str:
    """Return the neighbour's character, or "" at the border of a block."""
    if not 0 <= at < len(slots):
        return ""
    element, where = slots[at]
    text = (element.text if where else element.tail) if element is not None else None
    return text[end] if text else ""


def _joined(text: str, left: str, right: str) -> str:
    lines = [line.strip(" ") for line in text.split("\n")]
    lines[0] = text.split("\n", 1)[0].rstrip(" ")
    lines[-1] = text.rsplit("\n", 1)[1].lstrip(" ")
    made = lines[0]
    for number, line in enumerate(lines[1:], 1):
        before = made[-1:] or left
        after = line[:1] or (right if number == len(lines) - 1 else "")
        if before and after and not cjk.meets(before, after) and before not in " \n":
            made += " "
        made += line
    return made
