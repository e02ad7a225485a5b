"""The font of formulas, with Chinese characters: those are written as text, which resvg draws in a font of the machine."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziamath.mathfont import MathFont
from ziamath.styles import MathVariant

from content.drawn import CannotBeDrawn

_CHINESE = re.compile(r"[⺀-鿿豈-﫿＀-￯\U00020000-\U0003ffff]")


class FormulaFont(MathFont):
    """ziamath's own font; a Chinese character, which it lacks, becomes a square of text."""

    def findglyph(self, char: str, variant: MathVariant) -> SimpleGlyph:
        """Return the drawing of a character; CannotBeDrawn for one that the font lacks."""
        if len(char) == 1 and _CHINESE.match(char):
            return _Square(char, self)
        glyph = super().findglyph(char, variant)
        if glyph.index == 0 and char.isprintable() and char.strip():
            raise CannotBeDrawn(f"公式里的“{char}”画不出来，请换一种写法，或做成图片插入")
        return glyph


class _Square(SimpleGlyph):
    """A Chinese character: as wide as the font is high, standing a little below the line like its neighbours in print."""

    def __init__(self, char: str, font: MathFont) -> None:
        em = font.info.layout.unitsperem
        super().__init__(0, [], BBox(0, em, round(-0.12 * em), round(0.88 * em)), font)
        self.id = f"char{ord(char):x}"
        self._written = char
        self._em = em

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        """Return how far the next character stands, in the font's units."""
        return int(self._em)

    def svgsymbol(self) -> Element:
        """Return the character as a symbol that ziamath places like a drawn one."""
        xmin, xmax, ymin, ymax = self.viewbox
        symbol = Element("symbol", {"id": self.id, "viewBox": f"{xmin} {-ymax} {xmax - xmin} {ymax - ymin}"})
        SubElement(symbol, "text", {"x": "0", "y": "0", "font-size": str(self.DFLT_SIZE_PT)}).text = self._written
        return symbol
