"""Numbered lists in a Word file that is written: each begins anew, as Word itself would only go on counting."""

from __future__ import annotations

from docx.document import Document


def restarted(document: Document, style: str, start: int) -> int:
    """Return a new numbering of a list style that begins at a number."""
    numbering = document.part.numbering_part.element
    of_style = document.styles[style].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(of_style).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(start)
    number: int = made.numId
    return number
