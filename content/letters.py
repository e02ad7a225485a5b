"""Drawings with Chinese letters on any machine: SVG becomes PNG in the font that the project brings along.

The font (templates/fonts) has the 6,763 characters of GB 2312 and those of the starter's places; a rarer one is drawn as a box.
"""

from __future__ import annotations

from content.templates import FOLDER

FAMILY = "wxops Sans"  # what the SVG names as its font-family
FONT = FOLDER / "fonts" / "wxops-sans.otf"


def png(svg: str, *, zoom: float = 2.0) -> bytes:
    """Return an SVG as PNG on white, `zoom` times its own size; no font of the machine is asked.

    ValueError when it is no SVG.
    """
    import resvg_py

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
