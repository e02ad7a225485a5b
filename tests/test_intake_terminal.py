"""`wxops import` with a table: questions, --check, --skip-bad, and articles beside it without ambiguity."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from table_kit import ALL, DAY, HEAD, Office

from bot.cli import cli

pytestmark = pytest.mark.one_database


def wxops(office: Office, *words: object, typed: str = "") -> Result:
    return CliRunner().invoke(
        cli, ["--workspace", str(office.folder), *map(str, words)], input=typed, env=office.environ
    )


def told(result: Result) -> str:
    """What was shown, or said as an error."""
    return result.output + str(result.exception or "")


def test_a_table_is_taken_in_listed_shown_and_undone(office: Office) -> None:
    wxops(office, "person", "add", "运营", "--role", "operator")
    done = wxops(office, "import", "注册用户", office.file(HEAD, *ALL), "--by", "运营")
    assert done.exit_code == 0, told(done)
    assert "已收进第 1 批：注册用户，5 行 10 个数。" in done.output
    assert wxops(office, "batch", "list").output == "1 注册用户 注册用户20261130.xlsx 5 行 2026-12-01 09:00 运营\n"
    assert "没有改以前的数。" in wxops(office, "batch", "show", 1).output
    assert "已撤销第 1 批" in wxops(office, "batch", "undo", 1, "--reason", "重填").output
    assert "已撤销）" in wxops(office, "batch", "list").output


def test_an_unknown_head_is_asked_once_and_remembered(office: Office) -> None:
    head = ["社区", "注册用户", "活跃度", "实认"]
    first = wxops(office, "import", "users", office.file(head, ["新风", 10, 3, 4]), typed="6\n实名认证用户\n")
    assert "表1!C1 的表头“活跃度”不认得（下面是 3）。它是：" in first.output
    assert (office.figures(), office.figures("real_name")) == ({"101": 10}, {"101": 4})
    second = wxops(office, "import", "users", office.file(head, ["新风", 11, 3, 5]))
    assert "不认得" not in second.output
    assert office.figures("real_name") == {"101": 5}


def test_where_nobody_can_answer_the_option_is_named(office: Office) -> None:
    file = office.file(["社区", "注册用户", "实认"], ["新风", 10, 4])
    assert "请用 --column 写明，例如 --column 实认=实名认证用户" in told(wxops(office, "import", "users", file))
    assert wxops(office, "import", "users", file, "--column", "实认=实名认证用户").exit_code == 0
    assert office.figures("real_name") == {"101": 4}


def test_a_day_that_is_not_in_the_file_is_asked_or_told(office: Office) -> None:
    file = office.file(HEAD, *ALL, name="注册.xlsx")
    assert "--day 2026-11-30" in told(wxops(office, "import", "users", file))
    assert wxops(office, "import", "users", file, typed="11月29日\n").exit_code == 0
    assert wxops(office, "import", "users", file, "--day", "2026-11-30").exit_code == 0
    assert office.figures(day=date(2026, 11, 29)) == office.figures(day=DAY)


def test_only_checking_takes_nothing_in(office: Office) -> None:
    done = wxops(office, "import", "users", office.file(HEAD, *ALL), "--check")
    assert "可以收：5 行 10 个数。" in done.output
    assert office.batches() == 0


def test_bad_rows_stop_it_or_go_into_a_file_beside_it(office: Office) -> None:
    file = office.file(HEAD, *ALL[:4], ["月坛", "一区", "很多", 1])
    refused = wxops(office, "import", "users", file)
    assert "--skip-bad" in told(refused)
    assert office.batches() == 0
    done = wxops(office, "import", "users", file, "--skip-bad")
    assert f"没有收的行在 {file.with_name('注册用户20261130-没收进的行.csv')}" in done.output
    assert "112" not in office.figures()


def test_articles_and_tables_are_told_apart(office: Office, tmp_path: Path) -> None:
    text = tmp_path / "a.md"
    text.write_text("# 楼道里的歇脚椅\n\n居民商量做椅子。\n", encoding="utf-8")
    assert "已新建：2026-12/" in wxops(office, "import", text).output
    assert "请写明种类：注册用户" in told(wxops(office, "import", office.file(HEAD, *ALL)))
    assert "只用于数据表" in told(wxops(office, "import", text, "--day", "2026-11-30"))
    assert "只用于文章" in told(wxops(office, "import", "users", office.file(HEAD, *ALL), "--month", "2026-12"))
    assert "找不到文件" in told(wxops(office, "import", "users", tmp_path / "none.xlsx"))
    assert "一次导入一个文件" in told(wxops(office, "import", "users", text, text))
