"""The pages of the contract: who sees the board, the rows of a target, their workbook, and what operators note."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from browser_kit import PageAt
from console_kit import House
from figures_kit import out
from sqlalchemy import select

from content.clock import SHANGHAI
from content.db import Store
from content.models import Event
from content.place_models import Place
from content.record_models import Record, RecordPlace
from scheduler import rows_export
from scheduler.obligation_models import Paid
from scheduler.report_models import Download

CONTRACT = """
[contract]
from = 2026-01-01
to = 2026-12-31
amount = 100000
[[target]]
id = "visits"
name = "社区走访"
value = 26
unit = "次"
count = "visits"
evidence = ["照片"]
[[target]]
id = "articles"
name = "公众号文章"
value = 4
per = "month"
unit = "篇"
count = "articles"
[[target]]
id = "demo"
name = "示范社区"
value = 15
unit = "个"
count = "demo_communities"
[[milestone]]
name = "项目实施方案"
due = 2026-01-31
[[payment]]
name = "首款"
amount = 100000
due = 2026-01-31
"""


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        (made.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
        out(made.parts.store, datetime(2026, 3, 1, 10, tzinfo=SHANGHAI), "一", "二", url="https://a/1\n")
        with made.parts.store.transaction() as session:
            session.add(Place(code="110102001", level="community", name="槐树里社区居委会", parent=""))
            session.flush()
            for day in range(25):
                row = Record(
                    kind="走访", day=date(2026, 2, 1) + timedelta(days=day), facts="{}", person_id=1, by="联络",
                    company="", at=made.now,
                )  # fmt: skip
                session.add(row)
                session.flush()
                session.add(RecordPlace(record_id=row.id, place_id=1))
        yield made


@pytest.mark.parametrize(
    ("who", "status", "late"),
    [
        ("运营", 200, True),
        ("管理", 200, True),
        ("主任", 200, False),
        ("街道", 403, False),
        ("编辑", 403, False),
        ("联络", 403, False),
    ],
)
def test_operators_and_the_client_see_the_board_and_the_contractor_alone_what_lateness_comes_to(
    house: House, who: str, status: int, late: bool
) -> None:
    visitor = house.visitor(who)
    assert visitor.get("/console/contract").status_code == status
    assert ("迟付金" in visitor.text) == late
    for path in ("visits", "visits/rows.xlsx"):
        assert visitor.get(f"/console/contract/{path}").status_code == status


def test_the_board_shows_each_target_with_its_light_in_words(house: House) -> None:
    visitor = house.visitor("运营")
    visitor.get("/console/contract")
    for words in (
        "社区走访 注意 25 / 26 次 96.2% 材料齐的 0 次", "公众号文章 落后 2 / 48 篇", "示范社区 尚无数据 — / 15 个", "时间过了 91.8%",
        "项目实施方案 过期 计划 2026-01-31。已过期 304 天", "首款 100,000 元 2026-01-31 到期，已逾期 304 天", "合同总额 100,000 元",
        "满 14 天单项否决", "联络 25 件 记录1 2月1日 槐树里社区：缺照片", "绿（正常）",
    ):  # fmt: skip
        assert words in visitor.text


def test_what_operators_note_stands_on_the_board_and_the_client_only_reads(house: House) -> None:
    visitor = house.visitor("运营")
    visitor.get("/console/contract")
    visitor.press("/console/contract/wait", {"name": "项目实施方案", "why": "等名单", "day": "2026-02-01"})
    assert "已记：项目实施方案从 2026-02-01 起等待甲方：等名单。" in visitor.text
    visitor.press("/console/contract/resume", {"name": "项目实施方案", "day": "2026-02-05"})
    visitor.press("/console/contract/done", {"name": "项目实施方案", "day": "2026-02-10", "document": "回执"})
    assert "2026-02-10 完成，晚 10 天，其中等待甲方 4 天，回执" in visitor.text
    assert visitor.press("/console/contract/paid", {"name": "首款", "amount": "多", "day": ""}).status_code == 422
    assert "金额应写成" in visitor.text
    visitor.press("/console/contract/paid", {"name": "首款", "amount": "", "day": "2026-02-10"})
    assert "2026-02-10 付清，晚 10 天；迟付金 100 元（每日万分之 1）" in visitor.text
    for name, which in (("首款", {"day": "2026-02-10", "amount": "100,000", "document": ""}), ("项目实施方案", {})):
        visitor.press("/console/contract/revoke", {"name": name, "why": "记错了", **which})
        assert f"已撤销：{name} 2026-02-10" in visitor.text
    assert "首款 100,000 元 2026-01-31 到期，已逾期 304 天" in visitor.text
    visitor.press("/console/contract/wait", {"name": "示范社区", "why": "定名单", "day": "2026-11-01"})
    assert visitor.text.count("2026-11-01 起等待甲方：定名单") == 2  # said, and on its card
    client = house.visitor("主任")
    client.get("/console/contract")
    assert "记完成" not in client.text
    assert client.press("/console/contract/paid", {"name": "首款"}).status_code == 403


def test_a_target_shows_its_rows_by_twenty_and_their_sum(house: House) -> None:
    visitor = house.visitor("运营")
    visitor.get("/console/contract/visits")
    assert "明细 25 条，合计 25 次" in visitor.text
    assert visitor.page.text.count("缺照片</span>") == 20
    assert "第 1 / 2 页" in visitor.text
    visitor.get("/console/contract/visits?page=2")
    assert visitor.page.text.count("缺照片</span>") == 5
    visitor.get("/console/contract/demo")
    assert "没有逐条的明细" in visitor.text
    assert visitor.get("/console/contract/demo/rows.xlsx").status_code == 404
    assert visitor.get("/console/contract/nothing").status_code == 404


def test_the_workbook_has_the_rows_the_sum_and_who_took_it_out(house: House) -> None:
    visitor = house.visitor("主任")
    answer = visitor.get("/console/contract/visits/rows.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[2] == ["2026-02-01", "走访", "槐树里社区", 1, "照片", "联络", "记录1"]
    assert sum(row[3] for row in rows[2:27]) == 25
    assert ["合计", 25] in rows
    assert str(rows[-1][0]).startswith("主任 于 ")
    with house.parts.store.reading() as session:
        assert [(one.subject, one.by) for one in session.scalars(select(Download))] == [("target:visits", "主任")]


def test_while_a_workbook_is_made_others_write(house: House, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, impatient = rows_export.workbook, Store(database, wait=0.05)

    def workbook(*given: Any) -> bytes:
        with impatient.transaction() as session:
            session.add(Event(subject="door", at=house.now, by="", why="收到一条消息"))
        return made(*given)

    monkeypatch.setattr(rows_export, "workbook", workbook)
    assert house.visitor("主任").get("/console/contract/visits/rows.xlsx").status_code == 200
    with impatient.reading() as session:
        assert session.scalars(select(Event.why).where(Event.subject == "door")).all() == ["收到一条消息"]
        assert session.scalars(select(Download.by)).all() == ["主任"]
    impatient.close()


def test_without_a_contract_the_page_says_what_to_do(house: House) -> None:
    (house.folder / "contract.toml").unlink()
    visitor = house.visitor("运营")
    visitor.get("/console/contract")
    assert "工作区里还没有 contract.toml" in visitor.text


def test_the_board_fits_a_phone(house: House, page_at: PageAt) -> None:
    page = page_at(390)
    link = house.link("运营")
    page.goto(link)
    page.get_by_role("button", name="登录").click()
    for path in ("/console/contract", "/console/contract/visits"):
        page.goto(house.site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{house.site}/console/contract")
    page.get_by_text("记付款").first.click()
    page.get_by_role("button", name="记付款").click()
    page.get_by_text("已付清").wait_for()


def test_the_board_names_what_was_noted_under_another_first_day(house: House) -> None:
    with house.parts.store.transaction() as session:
        paid = {"name": "首款", "day": date(2026, 2, 1), "amount": 100, "by": "运营", "at": house.now}
        session.add(Paid(contract=date(2026, 1, 15), **paid))
    told = house.visitor("运营").get("/console/contract").text
    assert "合同起始日写成 2026-01-15 时记了付款 1 条，没有列进来。" in told
    assert "请运行：wxops contract adopt 2026-01-15 --by 姓名" in told
