"""Blocks as an article's Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from content import cjk
from content.word.blocks import Block, Figure, Paragraph, Table
from content.word.inline import picture, written
from content.word.lists import listed
from content.word.pieces import plain
from content.word.report import Report
from content.word.tables import table


def body(blocks: Sequence[Block], notes: Mapping[int, Sequence[Block]], report: Report) -> str:
    """Return the text of an article, ending in a line end; the notes stand under it."""
    made: list[str] = []
    for is_list, group in groupby(blocks, key=lambda block: isinstance(block, Paragraph) and block.form.kind == "list"):
        if is_list:
            made.append(listed([block for block in group if isinstance(block, Paragraph)]))
        else:
            made += [_block(block, report) for block in group]
    made += [f"[^{number}]: {_note(inside, report)}" for number, inside in sorted(notes.items())]
    return "\n\n".join(text for text in made if text) + "\n"


def _block(block: Block, report: Report) -> str:
    if isinstance(block, Table):
        return table(block, report)
    if isinstance(block, Figure):
        return picture(block.picture, plain(block.caption))
    form = block.form
    if form.number:
        report.kept("自动编号", "已写成文字", near=block.text, detail=form.number)
    if form.kind == "heading":
        text = _numbered(block, written(block.pieces, bold=False, joint=" ", start=False))
        return f"{'#' * form.level} {_closed(text)}"
    text = written(block.pieces, start=not form.number)
    if form.kind == "quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return _numbered(block, text)


def _numbered(block: Paragraph, text: str) -> str:
    """Return a paragraph with the number that Word only shows; 第一条 and 1.1 are followed by a blank, 一、 is not."""
    number = block.form.number.strip()
    if not number:
        return text
    gap = "" if cjk.is_wide_stop(number[-1]) else " "
    return f"{_safe(number)}{gap}{text}"


def _safe(number: str) -> str:
    """Return a number that Markdown does not take for the beginning of a list."""
    return (
        f"{number[:-1]}\\{number[-1]}" if number[:-1].isdigit() and number[-1] in ".)" else number.replace("*", "\\*")
    )


def _closed(text: str) -> str:
    """Return a heading whose last # is its own."""
    return f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text


def _note(blocks: Sequence[Block], report: Report) -> str:
    """Return a footnote's text in one line."""
    texts = [written(block.pieces, joint=" ", start=False) for block in blocks if isinstance(block, Paragraph)]
    if len(texts) < len(blocks):
        report.lost("脚注里的图片或表格", "没有带过来", near=" ".join(texts))
    return " ".join(texts)
