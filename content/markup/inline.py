"""In the line: the authors' own tags, entities, addresses written bare, hard breaks, stars between figures."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown, treeprocessors
from markdown.inlinepatterns import (
    AUTOLINK_RE,
    IMAGE_LINK_RE,
    LINK_RE,
    DelimiterProcessor,
    InlineProcessor,
    Pattern,
    SimpleTextInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

from content.markup import links, raw

_NAMES = "|".join(sorted(raw.KNOWN, key=len, reverse=True))
_TAG = rf"<(/?)({_NAMES})((?:\s[^<>]*)?/?)>"
_ATTRIBUTES = rf"<(?:{_NAMES})\s+((?:[^<>\"']|\"[^\"]*\"|'[^']*')+|[^<>]+)>"
_ADDRESS = r"https?://[!-;=?-_a-~]+"  # ASCII without blanks, < > and back-ticks
_ENTITIES_LAST = re.compile(r"(?:&#?[0-9a-zA-Z]+;)+$")
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
        return AtomicString(links.characters(m[0])), m.start(), m.end()


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
        address = _ENTITIES_LAST.sub("", m[0]).rstrip(_TRAILING)
        while m[0][len(address) : len(address) + 1] == ")" and address.count("(") > address.count(")"):
            address += ")"
        target = links.characters(address)
        element = Element("a", {"href": target})
        element.text = AtomicString(target)
        return element, m.start(), m.start() + len(address)


class Emphasis(DelimiterProcessor):
    """Bold, italics and strokes; python-markdown loses a character of `*a**b*c`, in which the signs stay instead."""

    _SIGNS = str.maketrans("", "", "*_~")

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Return the element of the parser where all its text is in it."""
        element, start, end = super().handleMatch(m, data)
        if element is None:
            return element, start, end
        words = "".join(element.itertext())
        if words.translate(self._SIGNS) == data[start:end].translate(self._SIGNS):
            return element, start, end
        self.reset()
        return None, m.start(), m.end()


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


def _emphasis(md: Markdown) -> Emphasis:
    signs = Emphasis("*", "strong,em", md)
    signs.add("_", "strong,em", smart=True)
    signs.add("~", "del", double=True)
    return signs


Make = Callable[[Markdown], Pattern]
_ENTITY = r"&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);"
# Each with its priority, without its sign in the text it has nothing to find and is not asked: half the time of a
# plain article. Those without a maker are the parser's own.
_PATTERNS: tuple[tuple[str, int, tuple[str, ...], Make | None], ...] = (
    ("backtick", 190, ("`",), None),
    ("attributes", 187, ("<",), lambda md: Attributes(f"(?i:{_ATTRIBUTES})", md)),  # before all but code
    ("linebreak", 185, ("  \n", "\\\n"), lambda md: SubstituteTagInlineProcessor(r"(?: {2,}|\\)\n *", "br")),
    ("escape", 180, ("\\",), None),
    ("footnote", 175, ("[^",), None),
    ("reference", 170, ("]:",), lambda md: links.Reference(LINK_RE, md)),
    ("link", 160, ("[",), lambda md: links.Link(LINK_RE, md)),
    ("image_link", 150, ("![",), lambda md: links.Image(IMAGE_LINK_RE, md)),
    ("image_reference", 140, ("]:",), lambda md: links.ImageReference(IMAGE_LINK_RE, md)),
    ("short_reference", 130, ("]:",), lambda md: links.ShortReference(LINK_RE, md)),
    ("short_image_ref", 125, ("]:",), lambda md: links.ShortImageReference(IMAGE_LINK_RE, md)),
    ("autolink", 120, ("<",), lambda md: links.Autolink(AUTOLINK_RE, md)),
    ("automail", 110, ("<",), lambda md: SimpleTextInlineProcessor(r"<([^<>\s!]+@[^@<>\s]+)>")),
    ("tags0", 90, ("<",), lambda md: Tags(f"(?i:{_TAG})", md)),
    ("tags1", 89, ("<",), lambda md: Tags(f"(?i:{_TAG})", md)),
    ("tags2", 88, ("<",), lambda md: Tags(f"(?i:{_TAG})", md)),
    ("no-tags", 85, ("<",), lambda md: Nothing(f"(?i:{_TAG})")),
    ("address", 83, ("http",), lambda md: Addresses(_ADDRESS)),  # after the tags: in <a> it is the link's own text
    ("entity", 80, ("&",), lambda md: Entities(_ENTITY)),
    ("times", 70, ("*",), lambda md: Literal(r"(?<=\d)\*+(?=\d)")),
    ("em_strong", 60, ("*", "_", "~"), _emphasis),
)


def register(md: Markdown, text: str) -> None:
    """Put those patterns of ours and of the parser into use that can find something in the text."""
    md.ESCAPED_CHARS = list(string.punctuation)
    md.references = links.References()
    md.treeprocessors.register(Plain(md), "plain", 25)  # before the patterns are applied, at 20
    own, used = md.inlinePatterns, Registry[Pattern]()
    for name, priority, signs, make in _PATTERNS:
        if any(sign in text for sign in signs):
            used.register(make(md) if make else own[name], name, priority)
    md.inlinePatterns = used
    md.treeprocessors.register(treeprocessors.InlineProcessor(md), "inline", 20)  # the parser's own keeps all patterns
