"""The pages in a real browser: a Word file handed in, mended, submitted and handed in again, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import DESK, PHONE, PageAt, fits
from console_kit import House, manuscript
from sqlalchemy import select

from content.models import Article, State

pytestmark = pytest.mark.one_database

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


def log_in(page: Page, house: House, who: str = "编辑") -> None:
    page.goto(house.link(who))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")


def hand_in(page: Page, file: Path, **fields: str) -> None:
    page.get_by_role("link", name="交稿").click()
    page.get_by_label("稿件", exact=True).set_input_files(file)
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    assert fits(page)
    page.get_by_role("button", name="交稿并检查").click()
    page.wait_for_url("**/articles/*")


def states(house: House) -> list[State]:
    with house.parts.store.reading() as session:
        return list(session.scalars(select(Article.state).order_by(Article.id)))


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_word_file_is_handed_in_mended_submitted_and_handed_in_again(
    house: House, page_at: PageAt, tmp_path: Path, width: int
) -> None:
    page = page_at(width, dark=width == PHONE)
    log_in(page, house)
    assert fits(page)

    file = manuscript(text="定在12月5日（周一），请来。").image("blue").save(tmp_path / "歇脚椅.docx")
    hand_in(page, file, 栏目="邻里", 作者="编辑部", 摘要="一把椅子。", 发布时间="2026-12-20T10:00")
    assert fits(page)
    problems = page.locator(".wxp-found")
    assert "对不上" in problems.inner_text()
    assert "没有写图片 图1.png 的来源和许可" in problems.inner_text()
    assert "已收下" in page.get_by_role("status").first.inner_text()
    assert page.frame_locator("#look iframe").get_by_text("请来。").is_visible()
    assert page.get_by_role("button", name="送审").count() == 0

    manuscript(text="定在12月5日（周六），请来。").image("blue").save(file)
    page.get_by_role("link", name="‹ 文章").click()
    hand_in(page, file)
    assert "换成了新稿" in page.locator("details", has_text="导入的情况").inner_text()
    assert "对不上" not in problems.inner_text()

    first = page.locator("fieldset.picture").first
    for label, value in {"来源": "本单位拍摄", "许可": "自有", "肖像同意": "无可识别人物"}.items():
        first.get_by_label(label).fill(value)
    page.get_by_role("button", name="其余空格照第一张填").click()
    page.get_by_role("button", name="保存图片许可").click()
    page.get_by_text("图片许可已写进文章开头。").wait_for()
    assert "没有写图片" not in problems.inner_text()

    for reason in page.locator("#submit input:visible").all():
        reason.fill("用正文的图")
    page.get_by_role("button", name="送审", exact=True).click()
    page.get_by_text("已送审。").wait_for()
    assert fits(page)
    assert states(house) == [State.IN_REVIEW]

    page.get_by_role("link", name="‹ 文章").click()
    hand_in(page, file)
    assert "没有变化" in page.locator("details", has_text="导入的情况").inner_text()
    assert states(house) == [State.IN_REVIEW]


def test_pages_work_without_scripts(house: House, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at(javascript=False)
    log_in(page, house)
    hand_in(page, manuscript().save(tmp_path / "稿.docx"), 标题="没有脚本也行")
    assert page.get_by_role("heading", level=1).inner_text() == "1 没有脚本也行"


def test_a_folder_is_chosen_and_handed_in_with_its_pictures(house: House, page_at: PageAt, tmp_path: Path) -> None:
    folder = tmp_path / "议事会"
    manuscript().save(folder / "稿.docx")
    house.write("02-其他")
    page = page_at()
    log_in(page, house)
    page.get_by_role("link", name="交稿").click()
    page.get_by_label("或者整个文件夹").set_input_files(folder)
    page.get_by_text("已选").wait_for()
    page.get_by_role("button", name="交稿并检查").click()
    page.wait_for_url("**/articles/*")
    assert "“议事会”：新建了这一篇" in page.locator("details", has_text="导入的情况").inner_text()


def test_a_file_chosen_before_the_script_arrived_is_told_too(house: House, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at()
    log_in(page, house)
    late: list[Route] = []
    page.route("**/console.js", lambda route: late.append(route))
    with page.expect_request("**/console.js"):
        page.goto(f"{house.site}/console/hand-in", wait_until="commit")
    page.get_by_label("稿件", exact=True).set_input_files(manuscript().save(tmp_path / "稿.docx"))
    assert page.locator("[data-chosen=file]").inner_text() == ""
    late[0].continue_()
    page.get_by_text("已选 稿.docx").wait_for()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(house: House, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at(PHONE)
    log_in(page, house)
    page.get_by_role("link", name="交稿").click()
    large = tmp_path / "大.docx"
    with large.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    page.get_by_label("稿件", exact=True).set_input_files(large)
    page.get_by_text("太大了，交不上来").wait_for()
    page.get_by_role("button", name="交稿并检查").click()
    assert page.url.endswith("/console/hand-in")
    assert fits(page)


def test_no_script_of_an_author_runs(house: House, page_at: PageAt) -> None:
    body = '正文<script>top.ran=1</script> <img src=x onerror="top.ran=1"> <svg onload="top.ran=1"></svg>'
    house.write(title="'<img src=x onerror=\"window.ran=1\">'", body=body)
    from content import library

    library.scan(house.parts.store, house.parts.library, house.now)
    page = page_at()
    log_in(page, house)
    page.goto(f"{house.site}/console/articles/1")
    page.frame_locator("#look iframe").get_by_text("正文").wait_for()
    assert page.evaluate("window.ran") is None
