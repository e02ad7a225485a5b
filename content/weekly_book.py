"""The weekly report of a community as a workbook: a letter, the trend with native charts, field work, the rules."""

from __future__ import annotations

import io
from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from content.periods import day_in_words
from content.weekly_facts import (
    ACTS,
    COUNTING,
    RECENT,
    STOCK_RULE,
    STOCKS,
    TOTAL,
    TREND,
    UNITS,
    UNKNOWN,
    USERS,
    Facts,
    sentences,
)

LETTER, TRENDS, WORK, RULES = "周报", "趋势", "实地工作", "口径"
FONT = "Microsoft YaHei"
Looks = dict[str, Format]
_HIDDEN = 40  # the first column of what the charts draw
_DRAWN = (*USERS, TOTAL)
_NAMES = {**USERS, TOTAL: "平台互动", **ACTS, **STOCKS}


def workbook(facts: Facts, line: str) -> bytes:
    """Return the workbook as XLSX; `line` is the watermark at the foot of each sheet."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title(facts)})
        looks = _looks(book)
        _letter(book.add_worksheet(LETTER), facts, line, looks)
        _trend(book, book.add_worksheet(TRENDS), facts, line, looks)
        _work(book.add_worksheet(WORK), facts, line, looks)
        _rules(book.add_worksheet(RULES), facts, line, looks)
    return file.getvalue()


def title(facts: Facts) -> str:
    """Return the report's title."""
    return f"{facts.shown}运营数据周报"


def names_of(facts: Facts) -> dict[str, str]:
    """Return the series of a report with the names that people give them, field work included."""
    return _NAMES | {f"work:{kind}": kind for kind in facts.kinds_of_work}


def unit_of(name: str) -> str:
    """Return in what a series is counted."""
    return UNITS.get(name, "次")


def _looks(book: Workbook) -> Looks:
    base: dict[str, object] = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    return {
        "text": book.add_format({**base, "text_wrap": True}),
        "title": book.add_format({**base, "font_size": 16, "bold": True}),
        "head": book.add_format({**base, "bold": True, "bottom": 1, "bg_color": "#EAF1F9"}),
        "cell": book.add_format({**base, "num_format": "#,##0", "align": "right"}),
        "signed": book.add_format({**base, "num_format": "+#,##0;-#,##0;0", "align": "right"}),
        "mean": book.add_format({**base, "num_format": "#,##0.0", "align": "right"}),
        "moved": book.add_format({**base, "num_format": "+#,##0.0;-#,##0.0;0.0", "align": "right"}),
        "note": book.add_format({**base, "font_size": 9, "font_color": "#666666"}),
        "small": book.add_format({**base, "font_size": 9, "font_color": "#666666", "text_wrap": True}),
    }


def _letter(sheet: Worksheet, facts: Facts, line: str, looks: Looks) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 3, 20)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.write_string(0, 0, title(facts), looks["title"])
    sheet.write_string(1, 0, facts.week.in_words, looks["text"])
    sheet.write_string(2, 0, f"{facts.name}：", looks["text"])
    row = 3
    for said in sentences(facts):
        sheet.merge_range(row, 0, row, 3, said, looks["text"])
        sheet.set_row(row, 17 * (1 + len(said) // 40))
        row += 1
    row = _key_table(sheet, row + 1, facts, looks)
    sheet.merge_range(row + 1, 0, row + 1, 3, facts.rule_in_words, looks["small"])
    sheet.merge_range(row + 2, 0, row + 2, 3, line, looks["small"])


def _key_table(sheet: Worksheet, row: int, facts: Facts, looks: Looks) -> int:
    """Write the table of the week's figures and return the row below it."""
    means, fewer = ["全区社区平均"] if facts.means else [], []
    for column, head in enumerate(("项目", "本周", "比上周", f"前 {RECENT} 周平均", *means)):
        sheet.write_string(row, column, head, looks["head"])
    for name, word in names_of(facts).items():
        row += 1
        is_stock = name in USERS or name in STOCKS
        sheet.write_string(row, 0, f"{word}（{unit_of(name)}）", looks["text"])
        _value(sheet, row, 1, facts.now(name), looks["cell"])
        _value(sheet, row, 2, facts.change(name), looks["signed"])
        usual, look = (facts.usual_change(name), "moved") if is_stock else (facts.usual(name), "mean")
        _value(sheet, row, 3, usual.mean if usual else None, looks[look])
        if usual and usual.weeks < RECENT:
            fewer.append(f"{word} {usual.weeks} 周")
        if facts.means:
            _value(sheet, row, 4, facts.means.get(name), looks["mean"])
    sheet.write_string(row + 1, 0, f"前 {RECENT} 周平均：用户、群、议题是每周的增减，其余是每周的数。", looks["note"])
    if fewer:
        said = f"前 {RECENT} 周不是周周有数的，只平均有数的周：{'、'.join(fewer)}。"
        sheet.merge_range(row + 2, 0, row + 2, 3, said, looks["small"])
        sheet.set_row(row + 2, 14 * (1 + len(said) // 50))
    return row + 2 + bool(fewer)


def _trend(book: Workbook, sheet: Worksheet, facts: Facts, line: str, looks: Looks) -> None:
    names = {name: word for name, word in names_of(facts).items() if name in _DRAWN or set(facts.of(name)) != {None}}
    sheet.set_column(0, 0, 16)
    sheet.write_string(0, 0, "周（周一）", looks["head"])
    for column, (name, word) in enumerate(names.items(), 1):
        sheet.write_string(0, column, f"{word}（{unit_of(name)}）", looks["head"])
        for row, value in enumerate(facts.of(name), 1):
            _value(sheet, row, column, value, looks["cell"])
    for row, week in enumerate(facts.weeks, 1):
        sheet.write_string(row, 0, f"{week.name} {day_in_words(week.first)}", looks["text"])
    below = TREND + 1
    sheet.freeze_panes(1, 1)
    _drawn(sheet, facts)
    sheet.insert_chart(below + 1, 0, _chart(book, "line", "注册和实名认证用户（人）", [*USERS]))
    sheet.insert_chart(below + 17, 0, _chart(book, "column", "平台互动（次、条）", [TOTAL]))
    notes = [f"{facts.name}{facts.origin}，{facts.past_in_words}。"] if facts.origin else []
    for row, said in enumerate([*notes, f"“{UNKNOWN}”是没有收到数据，不是零。", line], below + 34):
        sheet.write_string(row, 0, said)


def _drawn(sheet: Worksheet, facts: Facts) -> None:
    """Write what the charts draw into hidden columns, where an unknown week is an empty cell: a text would be drawn as 0."""
    for place, name in enumerate(_DRAWN):
        for row, value in enumerate(facts.of(name), 1):
            if value is not None:
                sheet.write_number(row, _HIDDEN + place, value)
    sheet.set_column(_HIDDEN, _HIDDEN + len(_DRAWN) - 1, None, None, {"hidden": True})


def _chart(book: Workbook, kind: str, heading: str, names: Iterable[str]) -> Chart:
    chart = book.add_chart({"type": kind})
    for name in names:
        column = _HIDDEN + _DRAWN.index(name)
        chart.add_series(
            {
                "name": _NAMES[name],
                "categories": [TRENDS, 1, 0, TREND, 0],
                "values": [TRENDS, 1, column, TREND, column],
            }
        )
    chart.set_title({"name": heading, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()
    chart.set_size({"width": 640, "height": 300})
    return chart


def _work(sheet: Worksheet, facts: Facts, line: str, looks: Looks) -> None:
    sheet.set_column(0, 2, 12)
    sheet.set_column(3, 3, 60)
    for column, head in enumerate(("日期", "类别", "人数", "内容")):
        sheet.write_string(0, column, head, looks["head"])
    for row, one in enumerate(facts.work, 1):
        sheet.write_string(row, 0, one.day, looks["text"])
        sheet.write_string(row, 1, f"{one.kind}（全街道）" if one.wide else one.kind, looks["text"])
        _value(sheet, row, 2, one.people, looks["cell"])
        sheet.write_string(row, 3, one.text, looks["text"])
    if not facts.work:
        sheet.write_string(1, 0, "本周没有记录。", looks["text"])
    below = max(1, len(facts.work)) + 2
    sheet.write_string(below, 0, "公众号本周文章", looks["head"])
    for row, (day, words) in enumerate(facts.articles or [("", "本周没有发布。")], below + 1):
        sheet.write_string(row, 0, day, looks["text"])
        sheet.write_string(row, 3 if day else 0, words, looks["text"])
    sheet.write_string(below + 2 + max(1, len(facts.articles)), 0, line)


def _rules(sheet: Worksheet, facts: Facts, line: str, looks: Looks) -> None:
    sheet.set_column(0, 0, 100)
    part = (
        ""
        if facts.week.first.isoformat() == facts.from_day and facts.week.last.isoformat() == facts.to_day
        else (f"这一周在合同期内的是 {facts.from_day} 至 {facts.to_day}。")
    )
    told = [
        f"{facts.official}，{facts.street}，代码 {facts.code}", f"{facts.week.name}，{facts.week.in_words}",
        facts.rule_in_words, part, facts.contract, STOCK_RULE, COUNTING,
        "实地工作按记录的日期算在当周，作废的不算；号码已遮住。", f"“{UNKNOWN}”是没有收到数据，不是零。", "只和自己的过去比，不排名。", line,
    ]  # fmt: skip
    for row, said in enumerate(filter(None, told)):
        sheet.write_string(row, 0, said, looks["text"])


def _value(sheet: Worksheet, row: int, column: int, value: float | None, look: Format) -> None:
    if value is None:
        sheet.write_string(row, column, UNKNOWN, look)
    else:
        sheet.write_number(row, column, value, look)
