"""The page of a report: who sees and does what, files with a watermark, the stamped page, and what it looks like on a phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import PHONE, PageAt, fits
from console_kit import House
from docx import Document
from report_kit import kept, state
from stage import png
from year_kit import contract

pytestmark = pytest.mark.one_database

PAGE = "/console/reports/1"
SCAN = ("盖章页.png", png("stamp"), "image/png")


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        kept(made.parts.store, made.folder, '{"final": true}')
        yield made


def test_a_report_goes_from_the_operator_to_the_client_and_is_confirmed(house: House) -> None:
    operator, chief = house.visitor("运营"), house.visitor("主任")
    assert chief.get(PAGE).status_code == 200
    assert "提交甲方" not in chief.text
    assert operator.get(PAGE).status_code == 200
    assert operator.press(f"{PAGE}/submit").status_code == 200
    assert "数字和文件不再变" in operator.text
    chief.get(PAGE)
    assert chief.press(f"{PAGE}/decide", {"says": "returned"}).status_code == 422
    assert "请写退回的原因" in chief.text
    assert chief.press(f"{PAGE}/decide", {"says": "confirmed"}, scan=SCAN).status_code == 200
    assert (state(house.parts.store, 1), "盖章页.png" in chief.page.text) == ("confirmed", True)
    assert chief.get("/console/evidence/1").content == SCAN[1]
    operator.get(PAGE)
    assert "确认：主任" in operator.text
    assert operator.press(f"{PAGE}/scan", scan=("补.png", png("later"), "image/png")).status_code == 200
    assert "盖章页 2 份" in operator.text


def test_an_operator_records_the_word_of_the_client_with_its_scan_alone(house: House) -> None:
    operator = house.visitor("运营")
    operator.get(PAGE)
    operator.press(f"{PAGE}/submit")
    fields = {"says": "returned", "whose": "主任", "reason": "数不对"}
    assert operator.press(f"{PAGE}/decide", fields).status_code == 422
    assert operator.press(f"{PAGE}/decide", {**fields, "whose": "外聘"}, scan=SCAN).status_code == 422
    assert operator.press(f"{PAGE}/decide", fields, scan=SCAN).status_code == 200
    assert "退回：主任（运营代录）" in operator.text
    assert "数不对" in operator.text


def test_a_file_is_taken_with_the_line_of_who_took_it_and_logged(house: House) -> None:
    reader = house.visitor("编辑")
    answer = reader.get(f"{PAGE}/file?name=报告.docx")
    assert Document(io.BytesIO(answer.content)).paragraphs[-1].text.startswith("编辑 于 ")
    assert reader.get(f"{PAGE}/file?name=../../config.toml").status_code == 409
    reader.get(PAGE)
    assert "下载记录（1）" in reader.text


@pytest.mark.parametrize(("who", "status"), [("联络", 403), ("街道", 403), ("", 401)])
def test_liaisons_and_strangers_see_nothing_of_it(house: House, who: str, status: int) -> None:
    visitor = house.visitor(who)
    assert visitor.get(PAGE).status_code == status
    assert visitor.get(f"{PAGE}/file?name=报告.docx").status_code == status


def test_what_is_no_report_to_the_client_has_no_page_here(house: House) -> None:
    kept(house.parts.store, house.folder, kind="社区周报")
    admin = house.visitor("管理")
    assert [admin.get(f"/console/reports/{number}").status_code for number in (1, 2, 99)] == [200, 404, 404]


def test_the_reports_of_the_year_are_made_on_the_list_of_reports(house: House) -> None:
    operator = house.visitor("运营")
    operator.get("/console/reports")
    assert operator.press("/console/reports/plan").status_code == 422
    assert "contract.toml" in operator.text
    contract(house.folder, "visits")
    operator.get("/console/reports")
    assert operator.press("/console/reports/acceptance", {"as_of": "三月"}).status_code == 422
    assert operator.press("/console/reports/acceptance", {"as_of": "2026-11-30"}).status_code == 200
    assert "执行成果报告" in operator.text
    assert "2026-01-01_2026-11-30" in operator.text
    operator.get("/console/reports")
    assert operator.press("/console/reports/plan").status_code == 200
    assert "项目实施方案.docx" in operator.text
    editor = house.visitor("编辑")
    editor.get("/console/reports")
    assert "生成执行成果报告" not in editor.text
    assert editor.press("/console/reports/plan").status_code == 403


def test_the_page_fits_on_a_phone(house: House, page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto(house.link("运营"))
    page.get_by_role("button").click()
    page.goto(house.site + PAGE)
    page.get_by_role("button", name="提交").click()
    assert page.get_by_role("status").first.inner_text() == "已提交甲方，数字和文件不再变。"
    assert fits(page)
