"""Correcting at the terminal and from the page: the same use case as by message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from after_kit import hire, published, terminal
from browser_kit import PHONE, PageAt, fits
from console_kit import House
from publishing_kit import PUSH
from stage import PNG, Stage
from test_withdraw_doors import put_out

pytestmark = pytest.mark.one_database


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        put_out(made)
        yield made


ASK = {"old": "正文第一段", "new": "正文的第一段", "because": "写错"}
AT = "/console/articles/1/correct"


def test_from_the_page_with_a_picture_that_somebody_has_seen(house: House) -> None:
    editor, chief = house.visitor("编辑"), house.visitor("主任")
    editor.get("/console/articles/1")
    assert editor.press(AT, ASK | {"old": "没有的字"}).status_code == 422
    assert "正文里没有“没有的字”" in editor.text
    assert 'value="没有的字"' in editor.page.text
    assert editor.press(AT, ASK | {"new": ""}).status_code == 422
    editor.press(AT, ASK)
    assert "等批准" in editor.text
    assert "同意更正" not in editor.text
    chief.get("/console/articles/1")
    assert chief.press(f"{AT}/refuse").status_code == 422
    chief.press(f"{AT}/approve")
    assert "各种说法不一" in chief.text
    editor.get("/console/articles/1")
    editor.press(f"{AT}/done")
    assert "待核实" in editor.text
    assert editor.press(f"{AT}/seen").status_code == 422
    editor.press(f"{AT}/proof", proof=("page.png", PNG, "image/png"))
    assert "截图： 编辑" in editor.text
    chief.get("/console/articles/1")
    assert chief.get(f"{AT}/proof/1").content == PNG
    assert chief.get(f"{AT}/proof/2").status_code == 404
    chief.get("/console/articles/1")
    chief.press(f"{AT}/seen")
    assert "截图 1 张，主任看过" in chief.text
    assert "index.md 还没有改" in chief.text
    assert chief.press(f"{AT}/nothing").status_code == 422


def test_at_the_terminal(stage: Stage) -> None:
    hire(stage)
    number = str(published(stage, notify=PUSH))
    words = ("--old", "正文第一段", "--new", "正文的第一段", "--reason", "写错")
    assert terminal(stage, "correct", number, "--old", "正文")[0] == 2
    assert "等主任批准" in terminal(stage, "correct", number, *words, "--by", "编辑")[1]
    assert "不同意要写原因" in terminal(stage, "correct", number, "--refuse", " ", "--by", "主任")[1]
    assert "接下来到后台改" in terminal(stage, "correct", number, "--approve", "--by", "主任")[1]
    assert "待核实" in terminal(stage, "correct", number, "--done", "--by", "编辑")[1]
    (stage.folder / "page.png").write_bytes(PNG)
    assert (
        "截图已收下" in terminal(stage, "correct", number, "--proof", str(stage.folder / "page.png"), "--by", "编辑")[1]
    )
    assert "截图：编辑" in terminal(stage, "correct")[1]
    assert "由您看过截图" in terminal(stage, "correct", number, "--seen", "--by", "主任")[1]
    assert "没有在办的更正" in terminal(stage, "correct", number, "--impossible", "不让改", "--by", "编辑")[1]


def test_on_a_phone_the_form_fits(house: House, page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto(house.link("主任"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")
    page.goto(f"{house.site}/console/articles/1")
    page.get_by_text("改几个字").click()
    page.get_by_label("文章里现在的字").fill("正文第一段")
    page.get_by_label("改成").fill("正文的第一段")
    page.get_by_label("为什么改").fill("写错")
    page.get_by_role("button", name="提出更正").click()
    page.get_by_role("heading", name="等批准").wait_for()
    assert fits(page)
