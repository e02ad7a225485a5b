"""`wxops contract` and `wxops compliance`: the same totals as by message, as lines and as JSON; notes by name."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from figures_kit import out
from wechat_sender import Entrance

from bot import contracting
from bot.cli import cli
from content.clock import SHANGHAI
from content.errors import OpsError
from scheduler.obligation_models import MilestoneDone

CONTRACT = """
[contract]
from = 2026-01-01
to = 2026-12-31
[[supplement]]
name = "补充协议一"
document = "〔2026〕12号"
from = 2026-07-01
[[target]]
id = "articles"
name = "公众号文章"
clause = "一(三)3"
value = 4
per = "month"
unit = "篇"
count = "articles"
evidence = ["链接"]
[[target]]
id = "articles"
supplement = "补充协议一"
value = 5
[[milestone]]
name = "项目实施方案"
due = 2026-01-31
[[payment]]
name = "首款"
amount = 100000
due = 2026-01-31
"""


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        (house.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
        out(house.parts.store, datetime(2026, 3, 1, 10, tzinfo=SHANGHAI), "一", "二", url="https://a/1\n")
        yield house


def wxops(door: Entrance, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--workspace", str(door.folder), *words], env=door.environ)
    if isinstance(done.exception, OpsError):
        return done.exception.exit_code, f"{done.exception}\n"
    return done.exit_code, done.output


def test_the_board_the_message_and_the_json_say_the_same(door: Entrance) -> None:
    code, said = wxops(door, "contract")
    line = "公众号文章：2/54 篇，3.7%，慢 88.1 个百分点，材料齐 1，落后"
    assert (code, line in said, line in door.say("运营", "进度")) == (0, True, True)
    assert "补充协议一（〔2026〕12号，2026-07-01 起）：公众号文章：数目 4→5" in said
    assert "合规 更新：" in said
    board = json.loads(wxops(door, "contract", "--json")[1])
    (target,) = board["targets"]
    assert (target["done"], target["complete"], target["target"], target["light"]) == (2, 1, 54, "red")
    assert json.loads(wxops(door, "contract", "--json", "--on", "2026-06-30")[1])["targets"][0]["target"] == 48


def test_one_target_shows_the_rows_behind_its_number(door: Entrance) -> None:
    said = wxops(door, "contract", "文章", "--rows")[1]
    assert "明细：2 条，合计 2\n  2026-03-01  一  1\n  2026-03-01  二  1，缺链接\n" in said
    found = json.loads(wxops(door, "contract", "articles", "--json")[1])
    assert sum(row["value"] for row in found["rows"]) == found["done"]
    assert wxops(door, "contract", "没有的") == (4, "没有指标“没有的”。有：公众号文章\n")
    assert wxops(door, "contract", "--on", "五月")[0] == 2
    code, said = wxops(door, "contract", "--on", "2027-02-01")
    assert (code, "2027-02-01 还没有到，最晚看今天：" in said) == (2, True)


def test_milestones_waits_and_payments_are_noted_by_name(door: Entrance) -> None:
    assert (
        "2026-03-01 起等待甲方：等名单" in wxops(door, "contract", "wait", "方案", "等名单", "--since", "2026-03-01")[1]
    )
    assert "等了甲方 9 天" in wxops(door, "contract", "resume", "方案", "--day", "2026-03-10")[1]
    assert wxops(door, "contract", "done", "方案", "--day", "2026-03-12", "--document", "回执")[0] == 0
    assert "还差 99,999.50 元" in wxops(door, "contract", "paid", "首款", "--amount", "0.5", "--day", "2026-02-10")[1]
    assert wxops(door, "contract", "paid", "首款", "--amount", "很多")[0] == 2
    said = wxops(door, "contract")[1]
    assert "节点 项目实施方案（2026-01-31）：2026-03-12 完成，晚 40 天，其中等待甲方 9 天" in said
    assert "付款 首款 100,000 元：已付 0.50 元，还差 99,999.50 元，2026-01-31 到期，已逾期" in said
    assert "迟付金" in said
    payment = json.loads(wxops(door, "contract", "--json")[1])["payments"][0]
    assert (payment["paid_fen"], payment["parts"][0]["day"]) == (50, "2026-02-10")
    assert wxops(door, "contract", "revoke", "首款")[0] == 2
    assert (
        wxops(door, "contract", "revoke", "首款", "--why", "记错", "--amount", "0.5")[1]
        == "已撤销：首款 2026-02-10 收到 0.50 元。\n"
    )
    assert "已撤销：项目实施方案 2026-03-12 完成。" in wxops(door, "contract", "revoke", "方案", "--why", "记错")[1]


def test_what_was_noted_before_the_first_day_was_corrected_is_named_and_taken_over(door: Entrance) -> None:
    def begins(first: str) -> None:
        (door.folder / "contract.toml").write_text(CONTRACT.replace("2026-01-01", first), encoding="utf-8")

    wxops(door, "contract", "wait", "公众号文章", "等街道审稿", "--since", "2026-02-01", "--by", "运营")
    wxops(door, "contract", "done", "项目实施方案", "--day", "2026-02-03", "--by", "运营")
    wxops(door, "contract", "paid", "首款", "--amount", "60000", "--day", "2026-02-10", "--by", "运营")
    last_year = MilestoneDone(
        contract=date(2025, 1, 1), name="项目实施方案", day=date(2026, 1, 20), by="运营", at=door.now
    )
    with door.parts.store.transaction() as session:
        session.add(last_year)
    board = wxops(door, "contract")[1]
    assert "adopt" not in board
    for first in ("2026-01-15", "2025-12-15"):
        begins(first)
        told = (
            "合同起始日写成 2026-01-01 时记了节点完成 1 条、等待甲方 1 条、付款 1 条，没有列进来。"
            "是同一个合同、改过起始日的，请运行：wxops contract adopt 2026-01-01 --by 姓名"
        )
        assert f"注意：{told}\n" in wxops(door, "contract")[1]
        noted = json.loads(wxops(door, "contract", "--json")[1])["noted_under_another_start"]
        assert noted == [{"from": "2026-01-01", "counts": {"节点完成": 1, "等待甲方": 1, "付款": 1}}]
    wxops(door, "contract", "done", "项目实施方案", "--day", "2026-02-05", "--by", "运营")
    code, refused = wxops(door, "contract", "adopt", "2026-01-01", "--by", "运营")
    assert (code, refused) == (
        4,
        "两边都记了：项目实施方案完成（wxops contract revoke 项目实施方案 --why 重复）。请先处理现在的合同里的，再运行一次。\n",
    )
    wxops(door, "contract", "revoke", "项目实施方案", "--why", "重复", "--by", "运营")
    assert wxops(door, "contract", "adopt", "2026-01-01", "--by", "运营") == (
        0,
        "已接过来：节点完成 1 条、等待甲方 1 条、付款 1 条，现在都记在 2025-12-15 起的合同里。\n",
    )
    after = wxops(door, "contract")[1]
    assert "adopt" not in after
    for line in ("2026-02-03 完成", "已付 60,000 元，还差 40,000 元"):
        assert line in after
    assert "没有记下什么" in wxops(door, "contract", "adopt", "2025-01-01", "--by", "运营")[1]


def test_of_two_who_note_one_thing_at_one_moment_the_second_is_told(door: Entrance) -> None:
    def both(*notes: Callable[[], str]) -> list[str]:
        together = threading.Barrier(2)

        def noted(note: Callable[[], str]) -> str:
            together.wait(60)
            try:
                return note()
            except OpsError as error:
                return str(error)

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(noted, notes))

    pay, wait, done = (
        partial(act, door.parts, by="运营") for act in (contracting.paid, contracting.wait, contracting.done)
    )
    first, second = both(partial(pay, "首款", document="甲"), partial(pay, "首款", document="乙"))
    assert (first[:3], second) == ("已记：", "首款已经付清，没有再记。")
    first, second = both(partial(wait, "方案", "等名单"), partial(wait, "方案", "等章"))
    assert (first[:3], "已经在等甲方" in second) == ("已记：", True)
    assert {words[:3] for words in both(partial(done, "方案"), partial(done, "方案"))} == {"已记："}


def test_missing_evidence_and_the_inspection_are_listed(door: Entrance) -> None:
    assert wxops(door, "contract", "missing", "--by-person")[1] == "不知道是谁：1 件\n  文章2 3月1日 二：缺链接\n"
    assert json.loads(wxops(door, "contract", "missing", "--json")[1])[0]["lacks"] == ["链接"]
    assert [one["id"] for one in json.loads(wxops(door, "compliance", "--json")[1])] == [
        "updates", "comments", "tickets", "links", "findings",
    ]  # fmt: skip
    assert "满 14 天单项否决" in wxops(door, "compliance")[1]
