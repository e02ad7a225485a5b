"""The XML in a Word file: its names with the usual prefixes, and a parser that lets nothing be declared or nested away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from content.errors import FilesWrong

DEEPEST = 120  # levels of elements; Word's own files stay under 40, and a reader that recurses ends at about 160

_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_NAMES = {
    "w": _TRANSITIONAL + "wordprocessingml/2006/main",
    "r": _TRANSITIONAL + "officeDocument/2006/relationships",
    "wp": _TRANSITIONAL + "drawingml/2006/wordprocessingDrawing",
    "a": _TRANSITIONAL + "drawingml/2006/main",
    "pic": _TRANSITIONAL + "drawingml/2006/picture",
    "c": _TRANSITIONAL + "drawingml/2006/chart",
    "dgm": _TRANSITIONAL + "drawingml/2006/diagram",
    "m": _TRANSITIONAL + "officeDocument/2006/math",
    "ct": _TRANSITIONAL + "package/2006/content-types",
    "rel": _TRANSITIONAL + "package/2006/relationships",
    "mc": _TRANSITIONAL + "markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "cx": "http://schemas.microsoft.com/office/drawing/2014/chartex",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
# ISO strict files have the same elements under other addresses.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": _NAMES["w"].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": _NAMES["r"].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": _NAMES["m"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": _NAMES["wp"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": _NAMES["a"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/picture": _NAMES["pic"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/chart": _NAMES["c"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/diagram": _NAMES["dgm"].encode(),
}
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")


class Broken(FilesWrong):
    """The XML in a Word file cannot be read, or asks for what no Word file needs."""


@cache
def tag(name: str) -> str:
    """Return a name such as "w:p" as ElementTree writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def element(name: str, attributes: dict[str, str] | None = None, *children: Element) -> Element:
    """Return a new element with attributes and children; names have prefixes."""
    made = Element(tag(name), {tag(key) if ":" in key else key: value for key, value in (attributes or {}).items()})
    made.extend(children)
    return made


def parsed(data: bytes) -> Element:
    """Return the root of a part; Broken for what is no XML, declares a document type or is nested without end."""
    data = _as_utf8(data)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Broken("这个 Word 文件里有不该有的文档声明，为安全起见没有打开。请在 Word 里另存为 .docx 再试。")
    for strict, transitional in _STRICT.items():
        data = data.replace(strict, transitional)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 -- no document type, so no entities and no outside files
    except ElementTree.ParseError as error:
        raise Broken("这个 Word 文件损坏了，读不出来。请在 Word 里打开，另存为 .docx 再试。") from error
    if _too_deep(root):
        raise Broken("这个 Word 文件里的内容嵌套得太深，没有打开。请把正文复制到新文档里再试。")
    return root


def _as_utf8(data: bytes) -> bytes:
    """Return a part in UTF-8; Word writes UTF-8 or UTF-16 and nothing else."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return re.sub(rb"^<\?xml[^>]*\?>", b"", data.decode("utf-16", "replace").encode())
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _ENCODING.match(data)
    if not data.startswith(b"<") or (found and found[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")):
        raise Broken("这个 Word 文件的编码不对，读不出来。请在 Word 里打开，另存为 .docx 再试。")
    return data


def _too_deep(root: Element) -> bool:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in parent]
        if not level:
            return False
    return True


def serialised(root: Element) -> bytes:
    """Return a part's bytes."""
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def child(parent: Element | None, *path: str) -> Element | None:
    """Return the first element at a path of names below a parent, or None."""
    for name in path:
        parent = parent.find(tag(name)) if parent is not None else None
    return parent


def value(parent: Element | None, *path: str) -> str | None:
    """Return w:val of the element at a path, or None."""
    found = child(parent, *path)
    return found.get(tag("w:val")) if found is not None else None


def switched(parent: Element | None, name: str) -> bool | None:
    """Return whether a property such as w:b is on or off; None where it is not given."""
    found = child(parent, name)
    return None if found is None else found.get(tag("w:val"), "true") not in ("0", "false", "off", "none")


def text_of(root: Element) -> str:
    """Return the text of all w:t below an element, with a blank for each tab and break."""
    return "".join(_texts(root)).strip()


def _texts(root: Element) -> Iterator[str]:
    for found in root.iter():
        if found.tag == tag("w:t") or found.tag == tag("w:delText"):
            yield found.text or ""
        elif found.tag in (tag("w:tab"), tag("w:br"), tag("w:p")):
            yield " "
