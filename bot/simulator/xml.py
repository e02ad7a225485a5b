"""The platform's XML: nested values written as it writes them, and a server's reply read back."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

Tree = Mapping[str, "Value"]
Value = str | int | Tree | list["Value"]


def write(tree: Tree) -> str:
    """Return <xml>…</xml>: numbers bare, texts in CDATA, a list as its element repeated."""
    return f"<xml>{_inside(tree)}</xml>"


def read(text: str) -> dict[str, str] | None:
    """Return the first level of an <xml> document with texts, or None when it is no such thing.

    Elements further down are under their names joined by "/"; of repeated ones the first counts.
    """
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 -- the answer of the server under test, kept short
    except ElementTree.ParseError:
        return None
    if root.tag != "xml":
        return None
    found: dict[str, str] = {}
    _collect(root, "", found)
    return found


def _inside(tree: Tree) -> str:
    return "".join(_element(name, value) for name, value in tree.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_inside(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _collect(element: ElementTree.Element, prefix: str, found: dict[str, str]) -> None:
    for child in element:
        name = prefix + child.tag
        found.setdefault(name, (child.text or "").strip() if len(child) else (child.text or ""))
        _collect(child, f"{name}/", found)
