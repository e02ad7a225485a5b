"""In the line: the authors' own tags, entities, addresses written bare, hard breaks, stars between figures."""

from __future__ import annotations

import html
import re
import string
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor, SimpleTextInlineProcessor, SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from content.markup import raw

_NAMES = "|".join(sorted(raw.KNOWN, key=len, reverse=True))
_TAG = rf"<(/?)({_NAMES})((?:\s[^<>]*)?/?)>"
_ATTRIBUTES = rf"<(?:{_NAMES})\s+((?:[^<>\"']|\"[^\"]*\"|'[^']*')+|[^<>]+)>"
_ADDRESS = r"https?://[!-;=?-_a-~]+"  # ASCII without blanks, < > and back-ticks
_TRAILING = "*_~.,;:!?'\")]}"

Found = tuple[Element | str | None, int | None, int | None]


class Attributes(InlineProcessor):
    """What a tag says of itself is no text: put away before any pattern reads it, and taken back by `Tags`."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the attributes, or nothing for a tag that a backslash makes text."""
        if is_escaped(data, m.start()):
            return None, None, None
        return self.unescape(m[1]), m.start(1), m.end(1)


def is_escaped(text: str, at: int) -> bool:
    """Tell whether an odd number of backslashes stands before a place."""
    return (at - len(text[:at].rstrip("\\"))) % 2 == 1


class Tags(InlineProcessor):
    """An opening tag and its partner; registered once for each depth of nesting that we follow."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the element with what stands between, or nothing where the partner is missing."""
        name = m[2].lower()
        if m[1]:
            return None, None, None
        tag = self.unescape(m[0])
        if name in raw.VOID or name in ("input", "embed", "source", "link", "meta"):
            return _void(name, tag), m.start(), m.end()
        close = _partner(name, data, m.end())
        if close is None:
            return None, None, None
        if name in raw.FORBIDDEN and name != "form":
            return "", m.start(), close[1]
        return _paired(name, tag, data[m.end() : close[0]]), m.start(), close[1]


def _void(name: str, tag: str) -> Element | str:
    found = raw.elements(tag)
    return found[0] if len(found) and name in raw.VOID else ""


def _paired(name: str, tag: str, inside: str) -> Element:
    found = raw.elements(f"{tag}</{name}>") if name in raw.INLINE else None
    element = found[0] if found is not None and len(found) else Element("")
    element.text, element.tail = inside, None
    return element


def _partner(name: str, data: str, start: int) -> tuple[int, int] | None:
    """Return where the closing tag begins and ends."""
    depth = 1
    for found in re.compile(rf"<(/?){name}(?:\s[^<>]*)?>", re.IGNORECASE).finditer(data, start):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.span()
    return None


class Nothing(InlineProcessor):
    """What is left of tags without a partner: dropped, so that no half tag is shown."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return an empty text in the tag's place."""
        return "", m.start(), m.end()


class Entities(InlineProcessor):
    """`&copy;` and the like: the character itself."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the character, or the text as it stands where the name is unknown."""
        text = html.unescape(m[0])
        return AtomicString("".join(char for char in text if char >= " " or char in "\n\t")), m.start(), m.end()


class Literal(InlineProcessor):
    """What is text and nothing else."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the matched text, safe from the patterns that follow."""
        return AtomicString(m[0]), m.start(), m.end()


class Addresses(InlineProcessor):
    """A bare address: its stars and underlines are its own."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the address as a link to itself."""
        address = m[0].rstrip(_TRAILING)
        while m[0][len(address) : len(address) + 1] == ")" and address.count("(") > address.count(")"):
            address += ")"
        element = Element("a", {"href": address})
        element.text = AtomicString(address)
        return element, m.start(), m.start() + len(address)


class References(InlineProcessor):
    """`[^1]`: a reference to an author's note that exists."""

    def __init__(self, pattern: str, notes: dict[str, str]) -> None:
        """Take the notes by their names, filled while the blocks are read."""
        super().__init__(pattern)
        self._notes = notes

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the element that will carry the number, or nothing for a name without a note."""
        if m[1] not in self._notes:
            return None, None, None
        return Element("sup", {"note": m[1]}), m.start(), m.end()


class Plain(Treeprocessor):
    """Puts text without any of Markdown's signs past the patterns, each of which would search it."""

    _SIGN = re.compile(r"[\\`*_~\[<&$\x02]|http|  \n")

    def run(self, root: Element) -> None:
        """Mark such text as finished."""
        for element in root.iter():
            if element.text and not self._SIGN.search(element.text):
                element.text = AtomicString(element.text)


# Without its sign in the text a pattern has nothing to find, and is not asked: half the time of a plain article.
_SIGNS: dict[str, tuple[str, ...]] = {
    "backtick": ("`",),
    "attributes": ("<",),
    "linebreak": ("  \n", "\\\n"),
    "escape": ("\\",),
    "footnote": ("[^",),
    "reference": ("]:",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("]:",),
    "short_reference": ("]:",),
    "short_image_ref": ("]:",),
    "autolink": ("<",),
    "automail": ("<",),
    "address": ("http",),
    "tags0": ("<",),
    "tags1": ("<",),
    "tags2": ("<",),
    "no-tags": ("<",),
    "entity": ("&",),
    "times": ("*",),
}


def register(md: Markdown, text: str) -> None:
    """Put our patterns beside the parser's own; keep those that can find something in the text."""
    md.ESCAPED_CHARS = list(string.punctuation)
    md.treeprocessors.register(Plain(md), "plain", 25)  # before the patterns are applied, at 20
    patterns = md.inlinePatterns
    patterns.deregister("html")
    patterns.register(SimpleTextInlineProcessor(r"<([^<>\s!]+@[^@<>\s]+)>"), "automail", 110)
    patterns.register(SubstituteTagInlineProcessor(r"(?: {2,}|\\)\n *", "br"), "linebreak", 185)
    patterns.register(Attributes(f"(?i:{_ATTRIBUTES})", md), "attributes", 187)  # after code, before all the others
    for depth in range(3):
        patterns.register(Tags(f"(?i:{_TAG})", md), f"tags{depth}", 90 - depth)
    patterns.register(Nothing(f"(?i:{_TAG})"), "no-tags", 85)
    patterns.register(Addresses(_ADDRESS), "address", 83)  # after the tags: one inside <a> is the link's own text
    patterns.register(Entities(r"&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);"), "entity", 80)
    patterns.register(Literal(r"(?<=\d)\*+(?=\d)"), "times", 70)
    if md.delimiters is not None:
        md.delimiters.add("~", "del", double=True)
    for name, signs in _SIGNS.items():
        if not any(sign in text for sign in signs):
            patterns.deregister(name)
