"""Rules for figures: totals of tables, percentages that are said to make a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule

_TOTAL = re.compile(r"^\W*(?:合\s*计|总\s*计|共\s*计|总\s*数|总\s*和|总\s*量)\W*$")
_PART_TOTAL = re.compile(r"^\W*小\s*计\W*$")
_NUMBER = re.compile(r"^\D{0,1}?([-−]?\d[\d,，]*(?:\.\d+)?)\s*(%|％|万|亿)?\s*([^\d]{0,4})$")
_NO_SUM = re.compile(r"率|平均|均值|人均|年份|年度|序号|编号|单价|排名|同比|环比|增长")
_EMPTY = ("", "-", "—", "——", "－", "/", "无", "0")
_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_WHOLE = re.compile(r"(?:合计|总计|共计|加起来|相加|合起来)[^，。；\n]{0,4}?100\s*[%％]|[，,]\s*合计\s*100\s*[%％]")


@dataclass(frozen=True)
class Cell:
    """A figure of a table: its value, its unit, and how many decimals it is written with."""

    value: Decimal
    unit: str
    decimals: int


@dataclass(frozen=True)
class Total:
    """A total as a table gives it, beside the sum of its column: at what offset of the prose, in which column."""

    at: int
    column: str
    said: Cell
    sum: Decimal
    rows: int

    @property
    def right(self) -> bool:
        """Tell whether the total is the sum; rounding may move a percentage or a decimal a little."""
        room = Decimal(self.rows) / 2 / 10**self.said.decimals if self.said.decimals or self.said.unit == "%" else 0
        return abs(self.said.value - self.sum) <= room


def totals(prose: list[str]) -> Iterator[Total]:
    """Yield the totals of the tables of a text, column by column."""
    at = 0
    header: list[str] = []
    rows: list[list[str]] = []
    for number, line in enumerate(prose):
        if _RULE.match(line) and "|" in line and number and "|" in prose[number - 1]:
            header, rows = _cells(prose[number - 1]), []
        elif header and "|" in line:
            cells = _cells(line)
            if cells and _TOTAL.match(cells[0]):
                yield from _row_totals(at, header, rows, cells)
            else:
                rows.append(cells)
        elif header:
            header = []
        at += len(line) + 1


def _cells(line: str) -> list[str]:
    return [re.sub(r"[*_`~]|<[^<>]*>", "", cell).strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _row_totals(at: int, header: list[str], rows: list[list[str]], cells: list[str]) -> Iterator[Total]:
    parts = [row for row in rows if row and _PART_TOTAL.match(row[0])]
    for column in range(1, len(cells)):
        name = header[column] if column < len(header) else ""
        said = _cell(cells[column])
        if said is None or _NO_SUM.search(name):
            continue
        counted = parts or rows
        summed = _sum(counted, column, said.unit)
        if summed is not None and len(counted) > 1:
            yield Total(at, name, said, summed, len(counted))


def _sum(rows: list[list[str]], column: int, unit: str) -> Decimal | None:
    """Return the sum of a column, or None where a cell is no figure of the total's unit."""
    total, figures = Decimal(0), 0
    for row in rows:
        text = row[column] if column < len(row) else ""
        if text in _EMPTY:
            continue
        cell = _cell(text)
        if cell is None or cell.unit != unit:
            return None
        total, figures = total + cell.value, figures + 1
    return total if figures > 1 else None


def _cell(text: str) -> Cell | None:
    found = _NUMBER.match(text)
    if found is None:
        return None
    number = re.sub(r"[,，]", "", found[1]).replace("−", "-")
    unit = (found[2] or "").replace("％", "%") + found[3].strip()
    return Cell(Decimal(number), unit, len(number.partition(".")[2]))


def totals_are_sums(look: Look) -> Iterator[Problem]:
    """Readers do add up; a wrong total makes all figures doubtful."""
    for total in totals(look.prose) if "|" in look.prose_text else ():
        if not total.right:
            percent = total.said.unit == "%"
            message = (
                f"“{total.column}”一列各行相加是 {total.sum}{total.said.unit}，合计写的是 {total.said.value}{total.said.unit}。"
                "请核对各行和合计。"
            )
            code = "PERCENT_SUM" if percent else "TOTAL_WRONG"
            yield look.problem(look.line_at(total.at), code, Level.WARN, message)


def percentages_make_a_whole(look: Look) -> Iterator[Problem]:
    """Shares that are said to be all must add up to 100%."""
    for piece in look.pieces:
        for sentence in re.finditer(r"[^。！？\n]+", piece.text) if "100" in piece.text else ():
            whole = _WHOLE.search(sentence[0])
            shares = [Decimal(found[1]) for found in _PERCENT.finditer(sentence[0][: whole.start() if whole else 0])]
            total = sum(shares, Decimal())
            if len(shares) > 1 and abs(total - 100) > Decimal(len(shares)) / 20 + Decimal("0.5"):
                message = f"这句话里的百分比相加是 {total}%，不是 100%。请核对。"
                yield look.found(piece, sentence.span(), "PERCENT_SUM", Level.WARN, message)


RULES: tuple[Rule, ...] = (totals_are_sums, percentages_make_a_whole)

EXAMPLES = (
    Example(
        "TOTAL_WRONG", "表格里的合计要等于各行之和。",
        "| 街道 | 场次 |\n|---|---|\n| 甲 | 3 |\n| 乙 | 4 |\n| 合计 | 8 |",
        "| 街道 | 场次 |\n|---|---|\n| 甲 | 3 |\n| 乙 | 4 |\n| 合计 | 7 |",
    ),
    Example(
        "PERCENT_SUM", "说是全部的百分比，加起来要是 100%。",
        "满意占60%，一般占30%，不满意占20%，合计100%。", "满意占60%，一般占30%，不满意占10%，合计100%。",
    ),
)  # fmt: skip
