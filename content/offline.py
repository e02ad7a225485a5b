"""Pages that open without the product and without a network: relative links, their looks inside, no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

_STYLE = (
    "body{font:16px/1.7 sans-serif;max-width:70rem;margin:1.5rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #c9d1da;padding:.25rem .5rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#e8eef7;white-space:nowrap}.note{color:#57606a;font-size:.9rem}h1{font-size:1.5rem}"
)
UNKNOWN = "—"


class Link(str):
    """HTML that is put into a page as it is."""


def link(path: str, text: object) -> Link:
    """Return a link to a file of the same archive."""
    return Link(f'<a href="{escape(quote(path))}">{escape(str(text))}</a>')


def plain(text: str) -> Link:
    """Return a text as it stands in a page."""
    return Link(escape(text))


def outward(address: str, text: str) -> Link:
    """Return a link that leads out of the archive; who has no network reads the address in it."""
    return Link(f'<a href="{escape(address)}" title="{escape(address)}">{escape(text)}</a>')


def head(title: str, up: str = "") -> str:
    """Return the beginning of a page; `up` is the address of the index, seen from the page."""
    back = f"<p>{link(up, '‹ 目录')}</p>" if up else ""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{back}<h1>{escape(title)}</h1>\n"
    )


def foot(watermark: str) -> str:
    """Return the end of a page, with the line of who took it out."""
    return f'<p class="note">{escape(watermark)}</p>\n</body></html>\n'


def line(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{_shown(text)}</p>\n"


def heading(text: str) -> str:
    """Return a heading of a part."""
    return f"<h2>{escape(text)}</h2>\n"


def table_head(columns: Sequence[str]) -> str:
    """Return the beginning of a table."""
    return f"<table><thead><tr>{''.join(f'<th>{escape(one)}</th>' for one in columns)}</tr></thead><tbody>\n"


def table_row(cells: Iterable[object]) -> str:
    """Return a row; what is unknown (None) is “—”."""
    return f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in cells)}</tr>\n"


TABLE_END = "</tbody></table>\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; without a row, that there is none."""
    inside = "".join(map(table_row, rows))
    return f"{table_head(columns)}{inside}{TABLE_END}" if inside else line("没有。")


def csv_line(cells: Iterable[object]) -> str:
    """Return a row of a CSV; a text that a spreadsheet would take as a formula has a quote before it."""
    return ",".join(map(_csv, cells)) + "\r\n"


def _csv(cell: object) -> str:
    text = UNKNOWN if cell is None else str(cell)
    if isinstance(cell, str) and text[:1] in ("=", "+", "-", "@"):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _shown(cell: object) -> str:
    if isinstance(cell, Link):
        return cell
    return UNKNOWN if cell is None else escape(f"{cell:,}" if type(cell) is int else str(cell))
