"""The page of readers' comments: the queue, the forms, who may use them, and what is shown when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import DESK, PHONE, PageAt, fits
from console_kit import House
from sqlalchemy import select

from content.models import Article, Post, State
from scheduler.comment_models import Comment, CommentThread, CommentWish

pytestmark = pytest.mark.one_database

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGE = "/console/comments"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An account with two comments, 1 and 2, under article 1."""
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        with made.parts.store.transaction() as session:
            post = Post(state=State.PUBLISHED, state_since=made.now, due_at=made.now)
            article = Article(
                slug="a", title="社区邻里节", state=State.PUBLISHED, state_since=made.now, post=post, position=1
            )
            session.add_all([post, article])
            session.flush()
            thread = CommentThread(
                article_id=article.id, msg_data_id="1", place=0, is_open=True, out_at=made.now, ask_at=made.now
            )
            session.add(thread)
            session.flush()
            for number, text in ((7, "请问几点开始？"), (8, "<script>alert(1)</script>" + "长" * 80)):
                at = made.now - timedelta(days=9 - number)
                session.add(Comment(thread_id=thread.id, user_comment_id=number, content=text, created_at=at))
        yield made


def wishes(house: House) -> list[tuple[str, str, str, str]]:
    with house.parts.store.reading() as session:
        found = session.scalars(select(CommentWish).order_by(CommentWish.id))
        return [(wish.target, wish.kind, wish.content, wish.by) for wish in found]


def test_the_queue_is_shown_and_a_press_becomes_a_wish(house: House) -> None:
    visitor = house.visitor("运营")
    assert "留言，2 条待处理" in visitor.text
    visitor.get(PAGE)
    assert "待处理 2 条，最早的 2026-11-29 09:00，过了 2 个工作日。" in visitor.text
    assert "<script>alert" not in visitor.page.text
    assert visitor.press(f"{PAGE}/1", {"wish": "reply", "text": "周六上午九点。"}).status_code == 200
    assert "已记下：回复" in visitor.text
    assert "正在办：回复“周六上午九点。”（运营" in visitor.text
    assert visitor.press(f"{PAGE}/2", {"wish": "skip"}).status_code == 200
    assert visitor.press(f"{PAGE}/of/1", {"wish": "close"}).status_code == 200
    assert wishes(house) == [("comment:1", "reply", "周六上午九点。", "运营"), ("thread:1", "close", "", "运营")]
    visitor.get(f"{PAGE}?all")
    assert "不用回" in visitor.text


def test_what_the_check_finds_is_shown_and_what_was_typed_is_kept(house: House) -> None:
    visitor = house.visitor("主任")
    visitor.get(PAGE)
    assert visitor.press(f"{PAGE}/1", {"wish": "reply", "text": "请打13800138000"}).status_code == 422
    assert "手机号没有遮挡" in visitor.text
    assert "请打13800138000" in visitor.page.text
    assert visitor.press(f"{PAGE}/1", {"wish": "reply", "text": "到布署会现场。"}).status_code == 422
    assert 'name="reason" value=""' in visitor.page.text
    assert wishes(house) == []
    said = {"wish": "reply", "text": "到布署会现场。", "reason": "会名如此"}
    assert visitor.press(f"{PAGE}/1", said).status_code == 200
    assert visitor.press(f"{PAGE}/2", {"wish": "delete"}).status_code == 422
    assert "要写原因" in visitor.text
    assert visitor.press(f"{PAGE}/2", {"wish": "nonsense"}).status_code == 422
    assert visitor.press(f"{PAGE}/{10**20}", {"wish": "elect"}).status_code == 422
    assert "没有留言" in visitor.text
    assert len(wishes(house)) == 1


def test_who_may_not_answer_sees_the_queue_without_forms_and_is_refused(house: House) -> None:
    visitor = house.visitor("编辑")
    visitor.get(PAGE)
    assert "请问几点开始？" in visitor.text
    assert 'name="wish"' not in visitor.page.text
    assert visitor.press(f"{PAGE}/1", {"wish": "elect"}).status_code == 409
    assert "不归编辑" in visitor.text
    assert visitor.press(f"{PAGE}/of/1", {"wish": "close"}).status_code == 409
    assert house.visitor().get(PAGE).status_code == 401
    assert wishes(house) == []


@pytest.mark.parametrize(("width", "dark"), [(DESK, False), (PHONE, True)])
def test_a_comment_is_answered_at_a_desk_and_on_a_phone(
    house: House, page_at: PageAt, tmp_path: Path, width: int, dark: bool
) -> None:
    page = page_at(width, dark=dark)
    page.goto(house.link("运营"))
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="留言，2 条待处理").click()
    page.wait_for_url("**/console/comments")
    assert fits(page)
    _answer(page, "请到布署会现场。")
    page.get_by_role("alert").wait_for()
    assert fits(page)
    page.get_by_label("理由").fill("会名如此")
    page.locator("#c1").get_by_role("button", name="回复").click()
    page.get_by_text("正在办：回复").wait_for()
    assert fits(page)
    page.locator("#c2").get_by_role("button", name="精选").click()
    page.get_by_text("已记下：精选").wait_for()
    assert [(target, kind) for target, kind, _, _ in wishes(house)] == [("comment:1", "reply"), ("comment:2", "elect")]


def _answer(page: Page, text: str) -> None:
    card = page.locator("#c1")
    card.get_by_text("回复", exact=True).first.click()
    card.get_by_role("textbox", name="回复").fill(text)
    card.get_by_role("button", name="回复").click()
