"""Headings: those that Word knows, and those that are only bold or bigger lines, as most Chinese documents have them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from content.word.blocks import Block, Paragraph
from content.word.forms import Form
from content.word.looks import DEFAULT_SIZE

LONGEST = 40  # characters; a longer bold line is a sentence that stands out
FIRST = 2  # level in Markdown of an article's highest heading: the first level is the title
_NUMBERED = (
    re.compile(r"^(?:第[一二三四五六七八九十百\d]+[章部篇编]|[一二三四五六七八九十]{1,3}\s*[、．.])"),
    re.compile(r"^(?:第[一二三四五六七八九十百\d]+节|[（(][一二三四五六七八九十]{1,3}[）)])"),
    re.compile(r"^\d{1,2}\s*[、．.](?!\d)"),
)
_SENTENCE = re.compile(r"[。；，：、,;:…]$")


def with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with every heading marked as one, its level counted from the highest in the text."""
    usual = usual_form(blocks)
    guessed = [_rank(blocks, at, usual) for at in range(len(blocks))]
    levels = [_level(block, rank) for block, rank in zip(blocks, guessed, strict=True)]
    known = sorted({level for level in levels if level is not None})
    made: list[Block] = []
    for block, level in zip(blocks, levels, strict=True):
        if level is None or not isinstance(block, Paragraph):
            made.append(block)
        else:
            form = replace(block.form, kind="heading", level=min(known.index(level) + FIRST, 6))
            made.append(replace(block, form=form))
    return made


def _level(block: Block, rank: int | None) -> int | None:
    """Return a sortable level: Word's own outline, else what the number or the look of a line tells."""
    if isinstance(block, Paragraph) and block.form.kind == "heading":
        return block.form.level * 10
    return None if rank is None else rank * 10 + 5  # below Word's own of the same rank


def _rank(blocks: Sequence[Block], at: int, usual: Form) -> int | None:
    block = blocks[at]
    if not _stands_out(block, usual) or not isinstance(block, Paragraph):
        return None
    text = block.form.number + block.text
    for rank, pattern in enumerate(_NUMBERED):
        if pattern.match(text):
            return rank
    near = [blocks[n] for n in (at - 1, at + 1) if 0 <= n < len(blocks)]
    if not block.form.strong or any(_is_plain_bold(other, usual) for other in near) or at + 1 == len(blocks):
        return None  # several bold lines one after another are no headings, and nothing stands under the last line
    return len(_NUMBERED)


def _stands_out(block: Block, usual: Form) -> bool:
    """Tell whether a block is a short line that is bold, bigger, or in a font for headings, as the text is not."""
    if not isinstance(block, Paragraph) or block.form.kind != "text":
        return False
    text = block.form.number + block.text
    return 0 < len(text) <= LONGEST and not _SENTENCE.search(text) and differs(block.form, usual)


def differs(form: Form, usual: Form) -> bool:
    """Tell whether a line looks more important than the text usually does."""
    bold = form.strong and not usual.strong
    return bold or form.size >= usual.size + 2 or (form.heading_font and not usual.heading_font)


def _is_plain_bold(block: Block, usual: Form) -> bool:
    if not _stands_out(block, usual) or not isinstance(block, Paragraph):
        return False
    return not any(pattern.match(block.form.number + block.text) for pattern in _NUMBERED)


def usual_form(blocks: Sequence[Block]) -> Form:
    """Return how most of the text looks: its size, whether it is bold, whether its font is one for headings."""
    text = [block for block in blocks if isinstance(block, Paragraph) and block.form.kind in ("text", "list")]
    looks: Counter[tuple[int, bool, bool]] = Counter()
    for block in [one for one in text if not one.form.centred] or text:  # what is in the middle is no running text
        looks[block.form.size, block.form.strong, block.form.heading_font] += len(block.text)
    size, strong, heading_font = looks.most_common(1)[0][0] if looks else (DEFAULT_SIZE, False, False)
    return Form(size=size, strong=strong, heading_font=heading_font)


def is_numbered(form: Form, text: str) -> bool:
    """Tell whether a heading has a number in front: such a one is a section, not the title."""
    return any(pattern.match(form.number + text) for pattern in _NUMBERED)
