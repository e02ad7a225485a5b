"""Links and pictures as CommonMark reads them, where python-markdown takes their addresses and words as they are written."""

from __future__ import annotations

import html
import re
from html.entities import html5
from xml.etree.ElementTree import Element

from markdown import inlinepatterns
from markdown.util import AtomicString

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([a-zA-Z][a-zA-Z0-9]*));")

Found = tuple[Element | str | None, int | None, int | None]


def characters(text: str) -> str:
    """Return a text with the characters that its entities stand for; an unknown name stays (CommonMark 0.31, §2.5)."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    if entity[1] and f"{entity[1]};" not in html5:
        return entity[0]
    return "".join(char for char in html.unescape(entity[0]) if char >= " " or char in "\n\t")


class References(dict[str, tuple[str, str]]):
    """Addresses by their labels: blanks and capitals in a label mean nothing, the first of two counts (§4.7)."""

    def __setitem__(self, label: str, target: tuple[str, str]) -> None:
        """Keep a target, unless there is one."""
        super().setdefault(label_of(label), target)

    def __getitem__(self, label: str) -> tuple[str, str]:
        """Return the target of a label; KeyError without one."""
        return super().__getitem__(label_of(label))

    def __contains__(self, label: object) -> bool:
        """Tell whether there is a target for a label."""
        return super().__contains__(label_of(str(label)))


def label_of(text: str) -> str:
    """Return a label in the form in which two that are the same are equal."""
    return " ".join(text.split()).casefold()


class _Resolved(inlinepatterns.LinkInlineProcessor):
    """Mixed into the parser's own: entities of an address or title are characters, a picture's words are read as text."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the element of the parser, its attributes and words put right."""
        element, start, end = super().handleMatch(m, data)
        if isinstance(element, Element):
            for name in ("href", "src", "title"):
                if value := element.get(name):
                    element.set(name, characters(value))
            if element.tag == "img":  # `finish` takes the words back when they are read
                element.text = self.getText(data, m.end())[0]
                element.set("alt", "")
        return element, start, end


class Link(_Resolved):
    """`[words](address "title")`."""


class Image(_Resolved, inlinepatterns.ImageInlineProcessor):
    """`![words](file "title")`."""


class Reference(_Resolved, inlinepatterns.ReferenceInlineProcessor):
    """`[words][label]`."""


class ImageReference(_Resolved, inlinepatterns.ImageReferenceInlineProcessor):
    """`![words][label]`."""


class ShortReference(_Resolved, inlinepatterns.ShortReferenceInlineProcessor):
    """`[label]`."""


class ShortImageReference(_Resolved, inlinepatterns.ShortImageReferenceInlineProcessor):
    """`![label]`."""


class Autolink(inlinepatterns.AutolinkInlineProcessor):
    """`<address>`."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the address as a link to itself."""
        address = characters(self.unescape(m[1]))
        element = Element("a", {"href": address})
        element.text = AtomicString(address)
        return element, m.start(), m.end()
