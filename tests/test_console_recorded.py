"""代录 on the article's page: who may, what is kept with it, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from browser_kit import PHONE, PageAt, fits
from console_kit import House, Visitor
from sqlalchemy import select
from stage import png
from test_approval import rows

from content.clock import SHANGHAI
from content.models import Review, State

pytestmark = pytest.mark.one_database

PAGE = "/console/articles/1"
SCAN = ("批示.png", png("signed"), "image/png")


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        made.submit(made.write(title="歇脚椅"))
        for who in ("编辑", "复审"):
            made.say(who, "同意 1-1")
        yield made


def record(visitor: Visitor, says: str = "pass", note: str = "看过", scan: object = SCAN, name: str = "主任") -> int:
    assert visitor.get(PAGE).status_code == 200
    fields = {"says": says, "name": name, "way": "纸质", "note": note, "revision": "1"}
    return visitor.press(f"{PAGE}/record", fields, **({"scan": scan} if scan else {})).status_code


def ways(house: House) -> list[str]:
    with house.parts.store.reading() as session:
        return [review.way for review in session.scalars(select(Review).order_by(Review.id)) if review.way]


def test_an_operator_records_with_the_scan_and_all_see_it(house: House) -> None:
    operator = house.visitor("运营")
    assert record(operator) == 200
    assert "已记为线下审签" in operator.text
    assert house.article(1).state == State.APPROVED
    reader = house.visitor("编辑")
    reader.get(PAGE)
    assert "终审，主任" in reader.text
    assert "线下审签（纸质），运营代录； 批示.png" in reader.text
    shown = reader.get("/console/evidence/1")
    assert (shown.content, shown.headers["Content-Type"]) == (SCAN[1], "image/png")
    assert reader.get("/console/evidence/2").status_code == 404


def test_a_scan_may_follow_and_a_pdf_is_given_to_keep(house: House) -> None:
    operator = house.visitor("运营")
    record(operator, scan=None)
    assert "还没有凭证" in operator.text
    operator.press(f"{PAGE}/evidence", {"revision": "1", "step": "终审"}, scan=("批.pdf", b"%PDF-1.7 x"))
    assert "凭证已收下" in operator.text
    answer = operator.get("/console/evidence/1")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_what_is_wrong_is_said_and_what_was_typed_stays(house: House) -> None:
    operator = house.visitor("运营")
    assert record(operator, says="back", note="") == 422
    assert "退回要写原因" in operator.text
    assert record(operator, note="原话在此", scan=("a.html", b"<html>")) == 422
    assert "a.html不是图片，也不是 PDF" in operator.text
    assert "原话在此</textarea>" in operator.page.text
    assert record(operator, name="复审") == 422
    assert ways(house) == []


def test_nobody_else_has_the_form_or_its_target(house: House) -> None:
    editor = house.visitor("编辑")
    assert record(editor) == 403
    editor.get(PAGE)
    assert "代录：同意" not in editor.text
    assert ways(house) == []


def test_on_a_phone_a_verdict_is_recorded_with_a_photograph(house: House, page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto(house.link("运营"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")
    page.goto(f"{house.site}{PAGE}")
    page.locator("#record summary").click()
    page.get_by_label("怎么来的").select_option("微信")
    page.get_by_label("原话或说明").fill("微信里回复：可以发")
    page.get_by_label("凭证：截图或扫描件（可以后补）").set_input_files(
        {"name": SCAN[0], "mimeType": SCAN[2], "buffer": SCAN[1]}
    )
    page.locator("#record").get_by_text("已选 批示.png").wait_for()
    assert fits(page)
    page.get_by_role("button", name="代录：同意 1-1").click()
    page.get_by_text("已记为线下审签。").wait_for()
    assert page.get_by_text("线下审签（微信），运营代录").is_visible()
    assert fits(page)
    assert house.article(1).state == State.APPROVED


def test_a_months_sheet_is_fetched_and_its_scan_closes_it(house: House) -> None:
    record(house.visitor("运营"))
    house.at(datetime(2027, 1, 4, 9, 0, tzinfo=SHANGHAI))
    operator = house.visitor("运营")
    operator.get("/console/")
    assert "/console/countersign" in operator.page.text
    made = operator.get("/console/countersign/2026-12.docx").content
    assert rows(made, 0)[1][5] == "主任（甲方）"
    assert operator.get("/console/countersign/x.docx").status_code == 404
    operator.get("/console/countersign")
    assert "2026年12月 1 条线下审签 还没有补签。" in operator.text
    assert operator.press("/console/countersign/2026-12").status_code == 422
    operator.press("/console/countersign/2026-12", scan=("签.pdf", b"%PDF-1.7 y"))
    assert "补签单已收回。" in operator.text
    assert "签好的已收回： 签.pdf" in operator.text
    assert house.visitor("编辑").get("/console/countersign").status_code == 403


def test_the_month_is_not_closed_while_it_lasts(house: House) -> None:
    operator = house.visitor("运营")
    record(operator)
    operator.get("/console/countersign")
    assert "这个月还没有过完" in operator.text
    operator.press("/console/countersign/2026-12", scan=("签.pdf", b"%PDF-1.7 y"))
    assert "2026年12月还没有过完" in operator.text
