"""Small bars as SVG: a community's own last weeks, a gap and no bar where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence

GAP = 3
NOT_FROM_ZERO = "柱子只比高低变化，不都从零起"


def bars(
    values: Sequence[int | None], *, width: int, height: int, colour: str = "#c7d8ee", last: str = "#1d5fae"
) -> str:
    """Return the shapes of bars in a box of `width` × `height`, the last one in a colour of its own; no SVG around them.

    A stock would be a row of equal bars, so the scale begins a little below the smallest value where all are large;
    whoever shows them says so: NOT_FROM_ZERO.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    top, low = max(known), min(known)
    floor = max(0, low - (top - low)) if top > low else 0
    step = width / len(values)
    drawn = []
    for place, value in enumerate(values):
        x, wide = place * step, step - GAP
        if value is None:
            drawn.append(f'<rect x="{x:.1f}" y="{height - 1}" width="{wide:.1f}" height="1" fill="#d0d0d0"/>')
            continue
        tall = max(2.0, (value - floor) / ((top - floor) or 1) * height)
        fill = last if place == len(values) - 1 else colour
        drawn.append(
            f'<rect x="{x:.1f}" y="{height - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}"/>'
        )
    return "".join(drawn)


def chart(values: Sequence[int | None], *, width: int, height: int, title: str) -> str:
    """Return bars as an SVG of its own that says what it shows to whoever cannot see it."""
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}" preserveAspectRatio="none">'
        f"{bars(values, width=width, height=height)}</svg>"
    )
