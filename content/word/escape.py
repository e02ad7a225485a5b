"""Text as Markdown: only the characters that would do something are escaped, so that editors can read it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https?://[!-;=?-Z^_a-{}~]+")  # as content.markup.inline reads one, without [ ] \ ` |
_ENTITY = re.compile(r"&(?=#?[0-9a-zA-Z]+;)")
_SIGNS = re.compile(
    r"[\\`*\[|<]|&(?=#?[0-9a-zA-Z]+;)|~(?=~)|(?<=~)~|\$(?=\$)|(?<=\$)\$|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)
_START = re.compile(r"[-+](?=[\s-]|$)|=(?==*\s*$)|#(?=[\s#]|$)|>")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_INSTEAD = {"<": "&lt;", "&": "&amp;"}


def escaped(text: str, *, in_link: bool = False) -> str:
    """Return a piece of text within a line; in a link's words addresses are no links and ] ends them."""
    if in_link:
        return _plain(text).replace("]", "\\]")
    made, at = [], 0
    for found in _ADDRESS.finditer(text):
        made += [_plain(text[at : found.start()]), literal(found[0])]
        at = found.end()
    return "".join([*made, _plain(text[at:])])


def _plain(text: str) -> str:
    return _SIGNS.sub(lambda found: _INSTEAD.get(found[0]) or f"\\{found[0]}", text)


def literal(text: str) -> str:
    """Return a text for an address or a title, in which nothing but an entity stands for something else."""
    return _ENTITY.sub("&amp;", text)


def line_start(line: str) -> str:
    """Return a line whose beginning would otherwise make a heading, a list, a quotation or a rule."""
    if _START.match(line):
        return f"\\{line}"
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def address(href: str) -> str:
    """Return a link's target for Markdown, or "" where an article can have no such link."""
    href = "".join(href.split())
    if not re.match(r"(?i)https?://.|mailto:.|tel:.", href):
        return ""
    return literal("".join(f"%{ord(char):02X}" if char in "<>\\`*[]" else char for char in href))
