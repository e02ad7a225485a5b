"""Make the template of the effect analysis anew: `python docs/forms.py` writes templates/reports/effect.docx.

Whoever wants another look edits a copy of it in Word or WPS (`wxops report template effect`); this script
keeps ours in one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

from content.word.filling import FORMS

FONT = "宋体"
Columns = Sequence[tuple[str, str, float]]  # head, key of the row, width in cm
COMPARED: Columns = (
    ("指标", "name", 4.8), ("单位", "unit", 1.4), ("本期", "value", 2.3), ("上期", "before", 2.3), ("环比", "change", 1.9),
    ("上年同期", "last_year", 2.3), ("同比", "change_year", 1.9),
)  # fmt: skip
ARTICLES: Columns = (
    ("日期", "day", 2.3), ("标题", "title", 4.1), ("栏目", "column", 1.5), ("位置", "place", 1.2), ("阅读（人）", "read_user", 1.5),
    ("点赞（人）", "like_user", 1.4), ("爱心赞（人）", "zaikan_user", 1.5), ("分享（人）", "share_user", 1.4),
    ("评论（条）", "comment_count", 1.4), ("收藏（人）", "collection_user", 1.4),
)  # fmt: skip
FOLLOWERS: Columns = (
    ("时间", "label", 3), ("新增（人）", "new", 2.8), ("取关（人）", "lost", 2.8), ("净增（人）", "added", 2.8),
    ("期末粉丝（人）", "stock", 3), ("有数据（天）", "days", 2.6),
)  # fmt: skip
SOURCES: Columns = (("新关注来源", "name", 7), ("新增（人）", "value", 5), ("占比", "share", 5))
INTERACTIONS: Columns = (
    ("来源", "source", 3.4), ("互动", "name", 4), ("单位", "unit", 2), ("期内新增", "value", 4), ("占比", "share", 3),
)  # fmt: skip
THEMES: Columns = (
    ("月份", "month", 2.4), ("专题", "title", 4.4), ("简介", "summary", 6), ("已发布（篇）", "out", 2.1), ("阅读（人）", "read_user", 2.1),
)  # fmt: skip
FIELD: Columns = (
    ("种类", "name", 2), ("单位", "unit", 1.2), ("本期", "value", 1.6), ("上期", "before", 1.6), ("环比", "change", 1.9),
    ("上年同期", "last_year", 1.8), ("同比", "change_year", 1.9), ("参加（人）", "people", 1.7), ("新增用户（人）", "new_users", 1.7),
    ("材料齐全（条）", "complete", 1.6),
)  # fmt: skip
STREETS: Columns = (
    ("街道", "name", 3.2), ("社区（个）", "communities", 1.5), ("走访到（个）", "visited", 1.6), ("走访（次）", "走访", 1.5),
    ("培训（次）", "培训", 1.5), ("活动（场）", "活动", 1.5), ("群组（个）", "群组", 1.5), ("注册用户（人）", "registered", 2.3),
    ("实名认证用户（人）", "real_name", 2.4),
)  # fmt: skip
FEEDBACK: Columns = (
    ("指标", "name", 4), ("单位", "unit", 1.2), ("本期", "value", 1.8), ("上期", "before", 1.8), ("环比", "change", 1.9),
    ("口径", "rule", 6.3),
)  # fmt: skip
CONTRACT: Columns = (
    ("指标", "name", 2.5), ("已完成", "done", 2), ("目标", "total", 2), ("单位", "unit", 1), ("材料齐", "complete", 2), ("完成", "share", 1.6),
    ("时间", "elapsed", 1.4), ("预计到期", "forecast", 2), ("每周至少", "a_week", 1.4), ("情况", "light", 1.5),
)  # fmt: skip
EXEMPT: Columns = (
    ("指标", "name", 2.2), ("不可抗力", "spans", 3.6), ("扣除（天）", "days", 1.3), ("单位", "unit", 1), ("目标", "total", 1.6),
    ("目标折合", "total_without", 1.6), ("完成", "share", 1.4), ("扣除后完成", "share_without", 1.5), ("时间", "elapsed", 1.4),
    ("扣除后时间", "elapsed_without", 1.5),
)  # fmt: skip
PROBLEMS: Columns = (("开始", "since", 2.4), ("种类", "kind", 2), ("事情", "what", 10.4), ("到期末（天）", "days", 2.2))
NEXT: Columns = (("时间", "at", 3.6), ("方式", "way", 2), ("文章", "titles", 11.4))
CHAPTERS: Sequence[tuple[str, str, Columns, Sequence[str]]] = (  # title, "" for none; key, columns, charts
    ("一、总体情况", "overview", COMPARED, ("reads",)),
    ("二、文章", "articles", ARTICLES, ("articles",)),
    ("三、粉丝", "followers", FOLLOWERS, ("followers",)),
    ("", "sources", SOURCES, ()),
    ("四、互动", "interactions", INTERACTIONS, ()),
    ("五、专题和典型案例", "themes", THEMES, ()),
    ("六、线下工作", "field", FIELD, ()),
    ("七、街道", "streets", STREETS, ("streets",)),
    ("八、评价和反馈", "feedback", FEEDBACK, ()),
    ("九、合同进度", "contract", CONTRACT, ("contract", "pace_visits", "pace_articles")),
    ("", "exempt", EXEMPT, ()),
    ("十、问题和等待", "problems", PROBLEMS, ()),
    ("十一、下期计划", "next", NEXT, ()),
)
TOTALS: Columns = (("合计", "name", 4.6), ("数目", "value", 3.4), ("口径", "rule", 9))
WITH_TOTALS = ("interactions", "themes", "streets", "followers")


def effect() -> Document:
    """Return the template of the effect analysis."""
    made = _paper()
    _centred(made, "{{ title }}", 18)
    _centred(made, "{{ kind }}　{{ span }}", 12)
    _centred(made, "{{ known }}", 9)
    for title, key, columns, charts in CHAPTERS:
        if title:
            made.add_heading(title, 1)
        _each(made, f"one in {key}.says", "{{ one }}")
        for chart in charts:
            _when(made, f"charts.{chart}")
        _table(made, f"{key}.lines", columns)
        if key in WITH_TOTALS:
            made.add_paragraph()
            _table(made, f"{key}.totals", TOTALS)
        _each(made, f"one in {key}.notes", "注：{{ one }}", small=True)
    return made


def _paper() -> Document:
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(2)
    for name, size in (("Normal", 10.5), ("Heading 1", 14)):
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_after = Pt(4)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    made.core_properties.author, made.core_properties.title = "", "推广效果数据分析报告"
    made.core_properties.created = made.core_properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    return made


def _centred(made: Document, words: str, size: int) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words)
    run.font.size, run.bold = Pt(size), size > 12


def _each(made: Document, loop: str, words: str, *, small: bool = False) -> None:
    made.add_paragraph(f"{{%p for {loop} %}}")
    run = made.add_paragraph().add_run(words)
    if small:
        run.font.size = Pt(8)
    made.add_paragraph("{%p endfor %}")


def _when(made: Document, picture: str) -> None:
    made.add_paragraph(f"{{%p if {picture} %}}")
    made.add_paragraph(f"{{{{ {picture} }}}}")
    made.add_paragraph("{%p endif %}")


def _table(made: Document, rows: str, columns: Columns) -> None:
    """Add a table that is left out where there are no rows; its head stands on each page."""
    made.add_paragraph(f"{{%p if {rows} %}}")
    table = made.add_table(rows=0, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    for column, (_, _, width) in zip(table.columns, columns, strict=True):
        column.width = Cm(width)
    _row(table, columns, [head for head, _, _ in columns], bold=True)
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(head.makeelement(qn("w:tblHeader"), {}))
    _row(table, columns, [f"{{%tr for line in {rows} %}}"])
    _row(table, columns, [f"{{{{ line.{key} }}}}" for _, key, _ in columns])
    _row(table, columns, ["{%tr endfor %}"])
    made.add_paragraph("{%p endif %}")


def _row(table: Table, columns: Columns, words: Sequence[str], *, bold: bool = False) -> None:
    cells = table.add_row().cells
    for cell, (_, _, width) in zip(cells, columns, strict=True):
        cell.width = Cm(width)
    for cell, text in zip(cells, words, strict=False):
        run = cell.paragraphs[0].add_run(text)
        run.font.size, run.bold = Pt(8.5), bold


if __name__ == "__main__":
    effect().save(str(FORMS / "effect.docx"))
