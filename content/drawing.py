"""Drawing what WeChat cannot show, by its kind: a formula of its own, a formula in a line, a diagram."""

from __future__ import annotations

import base64
from pathlib import Path

from content.drawn import Drawn

BLOCK, IN_LINE = "math", "math in line"
DRAWN = ".wxops/drawn"  # where drawn diagrams are kept by their text, under the workspace


def draw(kind: str, text: str, *, kept: Path | None = None) -> Drawn:
    """Return a formula or a diagram as a picture; CannotBeDrawn says what is wrong.

    `kind` is BLOCK, IN_LINE or the word after a diagram's fence, `kept` the folder
    where drawn diagrams are kept: their programs take seconds.
    """
    if kind in (BLOCK, IN_LINE):
        from content import formulas  # with it come fonts and parsers, and few articles have formulas

        return formulas.draw(text, in_line=kind == IN_LINE)
    from content import diagrams

    return diagrams.draw(kind, text, kept=kept)


def address(drawn: Drawn) -> str:
    """Return a picture as an address that holds all of it, for looking at an article on this machine."""
    kind = "jpeg" if drawn.name.endswith("jpg") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(drawn.data).decode('ascii')}"
