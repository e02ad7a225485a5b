"""Whether this machine has a font for a character: text in an SVG without one becomes boxes or nothing."""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape

_NOWHERE = "\U0010fffd"  # private use: no font has it, so it shows how a missing character is drawn


def missing(text: str) -> str:
    """Return the characters of a text that no font here can draw, each once, in order; what is no letter is left out."""
    return "".join(char for char in dict.fromkeys(text) if not char.isspace() and char > "~" and not _drawable(char))


@lru_cache(maxsize=4096)
def _drawable(char: str) -> bool:
    return _drawn(char) != _drawn(_NOWHERE)


@lru_cache(maxsize=64)
def _drawn(char: str) -> bytes:
    import resvg_py

    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<text x="2" y="18" font-size="18">{escape(char)}</text></svg>'
    )
    return resvg_py.svg_to_bytes(svg_string=svg)
