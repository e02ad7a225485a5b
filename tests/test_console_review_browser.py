"""The reviewers' page in a real browser, at a desk and on a phone: read, look at it in the dark, send back, look again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import DESK, PHONE, PageAt, fits
from console_kit import PUBLIC, House
from PIL import Image

from content.models import State

pytestmark = pytest.mark.one_database

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = "议事会定在12月5日（周六）。\n\n请带身份证。电话010-66001234。\n\n![椅子](椅子.png)\n\n一共来了32人。"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


def send(house: House, body: str) -> None:
    folder = house.write(title="六层楼没有电梯，他们先议出一把歇脚椅", body=body)
    Image.new("RGB", (600, 400), "#3a7d44").save(folder / "椅子.png")
    house.submit(folder)


def enter(page: Page, house: House, who: str) -> None:
    page.goto(house.link(who))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_reviewer_reads_sends_back_and_is_stopped_when_the_text_has_changed(
    house: House, page_at: PageAt, width: int
) -> None:
    send(house, TEXT)
    page = page_at(width, dark=width == PHONE)
    enter(page, house, "编辑")
    assert fits(page)
    page.locator("#mine").get_by_role("link", name=re.compile("1-1")).click()
    page.get_by_role("link", name="轮到您审：初审").wait_for()
    article = page.frame_locator("#look iframe")
    assert article.get_by_text("请带身份证").is_visible()
    assert article.locator("#article img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    page.get_by_role("button", name="深色").click()
    assert article.locator("html.dark").count() == 1
    assert fits(page)
    assert page.locator("#checklist").get_by_text("12月5日").count() == 1

    page.get_by_role("button", name="退回").click()
    assert "退回要写原因" in page.get_by_role("alert").inner_text()
    page.get_by_label("意见").fill("人数请再核对")
    send(house, TEXT.replace("32人", "35人"))
    page.get_by_role("button", name="退回").click()
    page.get_by_text("最新是1-2").wait_for()
    assert "修订1-1不是现在的稿子，最新是1-2。刚才的意见没有记下。" in page.get_by_role("alert").inner_text()
    assert page.locator("#changes del").all_inner_texts() == ["32"]
    assert page.locator("#changes ins").all_inner_texts() == ["35"]
    assert page.get_by_label("意见").input_value() == "人数请再核对"
    assert fits(page)
    page.get_by_role("button", name="退回").click()
    page.get_by_text("已退回给编辑").wait_for()
    assert house.article(1).state == State.WRITTEN
    assert fits(page)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_forwarded_link_is_read_in_light_and_dark(house: House, page_at: PageAt, width: int) -> None:
    send(house, TEXT)
    found = re.search(rf"{PUBLIC}\S+", house.say("编辑", "看 1"))
    assert found
    page = page_at(width)
    page.goto(found[0].replace(PUBLIC, house.site))
    assert "仅供阅读" in page.get_by_role("note").inner_text()
    article = page.frame_locator("iframe")
    assert article.locator("#article img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    page.get_by_role("button", name="深色").click()
    assert article.locator("html.dark").count() == 1
    assert fits(page)
