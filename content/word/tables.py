"""Tables: as Markdown where every cell stands for itself, as HTML where cells are merged."""

from __future__ import annotations

import html
from collections.abc import Iterator

from content.word.blocks import Block, Cell, Figure, Paragraph, Table
from content.word.inline import picture, written
from content.word.pieces import Note, Words, plain
from content.word.report import Report


def flattened(blocks: tuple[Block, ...] | list[Block], report: Report) -> list[Block]:
    """Return the blocks with tables that are none, a frame around text or a place for pictures, taken apart."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and (what := _is_no_table(block)):
            inside = list(_in_reading_order(block))
            report.kept(what, "里面的内容按顺序放进了正文", near=_first_words(block))
            made += flattened(inside, report)
        else:
            made.append(block)
    return made


def _in_reading_order(table: Table) -> Iterator[Block]:
    """Yield what is in the cells row by row; captions in a row under pictures come each after its picture."""
    rows = list(table.rows)
    while rows:
        row = rows.pop(0)
        below = rows[0] if rows and len(rows[0]) == len(row) else ()
        if below and all(_has_figure(cell) for cell in row) and not any(_has_figure(cell) for cell in below):
            rows.pop(0)
            yield from (one for pair in zip(row, below, strict=True) for cell in pair for one in cell.blocks)
        else:
            yield from (one for cell in row for one in cell.blocks)


def _has_figure(cell: Cell) -> bool:
    return any(isinstance(one, Figure) for one in cell.blocks)


def _is_no_table(table: Table) -> str:
    cells = [cell for row in table.rows for cell in row]
    if len(cells) == 1:
        return "只有一格的表格"
    filled = [cell.blocks for cell in cells if cell.blocks]
    if any(isinstance(one, Figure) for blocks in filled for one in blocks) and all(_is_pictures(b) for b in filled):
        return "排图片用的表格"
    return ""


def _is_pictures(blocks: tuple[Block, ...]) -> bool:
    words = [one for one in blocks if isinstance(one, Paragraph)]
    return all(isinstance(one, Figure | Paragraph) for one in blocks) and all(len(one.text) <= 40 for one in words)


def table(one: Table, report: Report) -> str:
    """Return a table as Markdown or HTML; merged cells and tables in tables are named in the report."""
    cells = [cell for row in one.rows for cell in row]
    if any(isinstance(block, Table) for cell in cells for block in cell.blocks):
        report.lost("表格里的表格", "里层的表格变成了文字，请看看对不对", near=_first_words(one))
    merged = sum(1 for cell in cells if cell.columns > 1 or cell.rows > 1)
    if merged:
        report.kept(
            f"有合并单元格的表格（合并了 {merged} 处）", "保留成 HTML 表格，改的时候请当心", near=_first_words(one)
        )
        return _as_html(one)
    return _as_markdown(one)


def _first_words(one: Table) -> str:
    texts = (_text(block) for row in one.rows for cell in row for block in cell.blocks)
    return next((text for text in texts if text), "")


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""


def _as_markdown(one: Table) -> str:
    width = max(len(row) for row in one.rows)
    rows = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in one.rows]
    rows.insert(1, ["---"] * width)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell) -> str:
    return "<br>".join(text for block in cell.blocks if (text := _line(block)))


def _line(block: Block) -> str:
    if isinstance(block, Table):
        return "<br>".join(" ".join(filter(None, (_cell(cell) for cell in row))) for row in block.rows)
    if isinstance(block, Figure):
        return picture(block.picture, plain(block.caption))
    form = block.form
    lead = (f"{form.number} " if form.ordered else "• ") if form.kind == "list" else form.number
    return lead + written(block.pieces, joint="<br>", start=False)


def _as_html(one: Table) -> str:
    rows = ["".join(_html_cell(cell, "th" if at == 0 else "td") for cell in row) for at, row in enumerate(one.rows)]
    return "\n".join(["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"])


def _html_cell(cell: Cell, name: str) -> str:
    span = "".join(f' {key}="{n}"' for key, n in (("colspan", cell.columns), ("rowspan", cell.rows)) if n > 1)
    return f"<{name}{span}>{'<br>'.join(text for block in cell.blocks if (text := _html_line(block)))}</{name}>"


def _html_line(block: Block) -> str:
    if isinstance(block, Table):
        return "<br>".join(" ".join(_html_line(b) for cell in row for b in cell.blocks) for row in block.rows)
    if isinstance(block, Figure):
        alt = html.escape(plain(block.caption) or block.picture.alt)
        return f'<img src="{html.escape(block.picture.file)}" alt="{alt}">'
    form = block.form
    lead = (f"{form.number} " if form.ordered else "• ") if form.kind == "list" else form.number
    return html.escape(lead, quote=False) + "".join(_html_piece(piece) for piece in block.pieces)


def _html_piece(piece: object) -> str:
    if isinstance(piece, Note):
        return f"[{piece.number}]"
    if not isinstance(piece, Words):
        return ""
    text = html.escape(piece.text, quote=False).replace("\n", "<br>")
    return f"<strong>{text}</strong>" if piece.bold and piece.text.strip() else text
