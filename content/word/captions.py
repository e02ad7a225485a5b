"""Captions: the short line under a picture belongs to the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from content.word.blocks import Block, Figure, Paragraph

LONGEST = 60  # characters
_BEGINS = re.compile(r"^[（(△▲▽▼↑⬆●■]?\s*(?:图|照片|摄|供图)|[△▲▽▼↑⬆]|(?:摄|供图|资料图)[）)]?$")


def with_captions(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with each caption put to the picture above it."""
    made: list[Block] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(last, Figure) and not last.caption and isinstance(block, Paragraph) and _is_caption(block):
            made[-1] = replace(last, caption=block.pieces)
        else:
            made.append(block)
    return made


def _is_caption(block: Paragraph) -> bool:
    """Tell whether a paragraph is a caption: by its style, or short and in the middle; a heading is none."""
    if block.form.kind == "caption":
        return True
    form, text = block.form, block.text
    if form.kind != "text" or not 0 < len(text) <= LONGEST or text.endswith("。"):
        return False
    return (form.centred and not form.strong) or bool(_BEGINS.match(text))
