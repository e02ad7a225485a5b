"""Links and notes: what leads out of WeChat becomes a numbered note, in one numbering with the authors' own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement

TITLE = "参考与注释"
_SHOWN = re.compile(
    r"^(?!(?:file|javascript|vbscript|data|blob):)(?:(?:[a-z][a-z0-9+.-]*:)?//[^/\s]|(?:mailto|tel|sms):)",
    re.IGNORECASE,
)


class _List:
    """The notes in the order in which a reader meets them, each address and each author's note once."""

    def __init__(self, bodies: dict[str, Element]) -> None:
        self.bodies = bodies
        self.entries: dict[str, Element | tuple[str, str]] = {}

    def number(self, key: str, entry: Element | tuple[str, str]) -> int:
        self.entries.setdefault(key, entry)
        return list(self.entries).index(key) + 1


def notes(root: Element, any_links: bool) -> None:
    """Number the links and the authors' notes of a tree, and write the list at its end (before the foot)."""
    kept = next((child for child in root if child.get("class") == "notes"), None)
    bodies = {body.get("note", ""): body for body in kept} if kept is not None else {}
    if kept is not None:
        root.remove(kept)
    if not any_links:
        return
    listed = _List(bodies)
    for element in list(root.iter()):
        _visit(element, listed)
    done = 0
    while done < len(listed.entries):  # a note may hold links and notes of its own
        entry = list(listed.entries.values())[done]
        for element in list(entry.iter()) if isinstance(entry, Element) else ():
            _visit(element, listed)
        done += 1
    if listed.entries:
        foot = next((at for at, child in enumerate(root) if child.get("class") == "foot"), len(root))
        root.insert(foot, _written(listed))


def _visit(element: Element, listed: _List) -> None:
    if element.tag == "sup" and (name := element.get("note")):
        del element.attrib["note"]
        element.text = f"[{listed.number('^' + name, listed.bodies[name])}]" if name in listed.bodies else f"[{name}]"
    elif element.tag == "a":
        _link(element, listed)


def _link(element: Element, listed: _List) -> None:
    """Keep a link into WeChat, make a note of one that leads out, drop the rest; the words always stay."""
    address = element.get("href", "").strip()
    if address.startswith("//"):  # as on the page it stands on, which here is WeChat's
        address = f"https:{address}"
    if is_wechat(address):
        element.attrib = {"href": address, **({"style": element.attrib["style"]} if "style" in element.attrib else {})}
        return
    title = element.get("title", "")
    element.tag, element.attrib = "", {}
    words = "".join(element.itertext()).strip()
    if not is_shown(address) or words in (address, unquote(address), shown(address)):
        return
    sup = SubElement(element, "sup")
    sup.text = f"[{listed.number(address, (title.strip() or words, shown(address)))}]"


def is_wechat(address: str) -> bool:
    """Tell whether an address is an article of an official account, the only link WeChat keeps."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == "mp.weixin.qq.com"


def is_shown(address: str) -> bool:
    """Tell whether an address that is no link in WeChat is written out in the list, for readers to type or to call."""
    return _SHOWN.match(address) is not None


def shown(address: str) -> str:
    """Return an address as it is written out in the list: readable where it is only percent-encoded Chinese."""
    address = re.sub(r"^(?:mailto|tel|sms):", "", address, flags=re.IGNORECASE)
    if "%" not in address:
        return address
    readable = unquote(address, errors="replace")
    return address if re.search(r"[\s\ufffd<>\"\x00-\x1f]|%", readable) else readable


def _written(listed: _List) -> Element:
    section = Element("section", {"class": "notes"})
    SubElement(section, "p", {"class": "notes-title"}).text = TITLE
    for number, entry in enumerate(listed.entries.values(), 1):
        if isinstance(entry, tuple):
            words, address = entry
            SubElement(section, "p").text = f"[{number}] {words}：{address}" if words else f"[{number}] {address}"
        else:
            section.extend(_body(entry, number))
    return section


def _body(body: Element, number: int) -> Iterator[Element]:
    first = next(iter(body), None)
    if first is None or first.tag != "p":
        label = Element("p")
        label.text = f"[{number}]"
        yield label
    else:
        first.text = f"[{number}] {first.text or ''}"
    yield from list(body)
