"""Whom a visit met and what came of it: by message, terminal, ledger and page, masked where many read it."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_field_terminal import record
from test_record_files import xlsx


def facts(stage: Stage, number: int) -> list[str | None]:
    row = json.loads(record(stage, "show", str(number), "--json")[1])[0]
    return [row.get("met"), row.get("text"), row.get("result")]


def test_they_are_told_after_their_names_and_changed_in_the_same_way(district: Stage) -> None:  # noqa: F811
    said = district.say("小东", "走访 北街 3人 讲解平台注册 见到：王主任13800138000 结果：12户注册，还要再来")
    assert "内容：讲解平台注册\n见到：王主任138****8000\n结果：12户注册，还要再来\n" in said
    assert facts(district, 1) == ["王主任13800138000", "讲解平台注册", "12户注册，还要再来"]
    assert "结果 12户注册，还要再来→13户注册" in district.say("小东", "走访 更正 1 结果改为13户注册")
    assert record(district, "correct", "1", "见到：李书记", "--by", "小东")[0] == 0
    assert facts(district, 1) == ["李书记", "讲解平台注册", "13户注册"]


def test_a_visit_without_them_is_told_as_before(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街 3人 见到居民，结果很好")
    assert facts(district, 1) == [None, "见到居民，结果很好", None]


def test_their_columns_in_a_ledger_are_read_and_exported_masked(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    head = ["走访日期", "社区", "走访对象", "走访内容", "走访结果"]
    rows = (
        ["11月20日", "北街", "王主任 13800138000", "讲解", "已 注册"],
        ["11月21日", "槐树里", None, None, "发了宣传册"],
    )
    told = record(district, "import", str(xlsx(tmp_path / "台账.xlsx", head, *rows)), "--by", "运营")
    assert told[0] == 0, told
    assert facts(district, 1) == ["王主任 13800138000", "讲解", "已 注册"]
    assert facts(district, 2) == [None, "发了宣传册", None]  # the result alone is what was done
    listed = json.loads(record(district, "list", "--json")[1])
    assert {row.get("met") for row in listed} == {"王主任 138****8000", None}
    out = tmp_path / "out.xlsx"
    assert record(district, "export", str(out), "--by", "运营")[0] == 0
    sheet = load_workbook(out).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "见到" in cells[0]
    assert "王主任 138****8000" in {row[cells[0].index("见到")] for row in cells}
    assert "13800138000" not in str(cells)


def test_the_result_of_another_kind_stays_a_part_of_what_was_done(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    head = ["培训日期", "培训地点", "培训人数", "培训主题", "结果"]
    file = xlsx(tmp_path / "培训.xlsx", head, ["11月20日", "东桥街道", 30, "平台使用", "都会用了"], title="培训台账")
    assert record(district, "import", str(file), "--by", "运营")[0] == 0
    assert facts(district, 1) == [None, "平台使用；都会用了", None]
