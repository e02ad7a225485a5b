"""Taking down by message, at the terminal and from the page: three doors, one use case."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from after_kit import hire, published, readable, terminal, withdrawal
from browser_kit import PHONE, PageAt, fits
from console_kit import House
from publishing_kit import approved, pass_time
from stage import Stage

from bot.wiring import build_ticks
from content.models import Article, State
from content.workflow import move

pytestmark = pytest.mark.one_database

TITLE = "01-notice"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


def put_out(house: House) -> None:
    """Article 1 is out, and nobody knows how: it was published in the back office."""
    house.submit(house.write(title="歇脚椅"))
    with house.parts.store.transaction() as session:
        article = session.get_one(Article, 1)
        for state in (State.APPROVED, State.PUBLISHED):
            move(session, article, state, by="测试", now=house.now)


def test_by_message_the_title_is_asked_for_and_the_next_message_is_the_title(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    assert stage.say("运营", "撤稿") == "请写文章编号，例如：撤稿 12 日期写错"
    assert "撤稿要写原因" in stage.say("运营", f"撤稿 {number}")
    assert "不能撤稿" in stage.say("外聘", f"撤稿 {number} 日期写错")
    assert "不归编辑用" in stage.say("编辑", f"撤稿 {number} 日期写错")
    asked = stage.say("运营", f"撤稿 {number} 日期写错")
    assert "标题照抄发来" in asked
    assert TITLE not in asked
    assert "标题对不上，没有撤" in stage.say("运营", "02-notice")
    assert "马上撤下" in stage.say("运营", "《01-notice》")
    assert withdrawal(stage, number).reason == "日期写错"
    assert "要由另一位" in stage.say("运营", f"确认撤稿 {number}")
    assert "像是在问，没有办" in stage.say("主任", f"确认撤稿 {number} 吗？")
    for doubt in ("先等等", "下午"):
        assert "后面不写别的，例如：确认撤稿 12" in stage.say("主任", f"确认撤稿 {number} {doubt}")
        assert "后面不写别的，例如：已撤 12" in stage.say("主任", f"已撤 {number}{doubt}")
    assert "已记下：您确认了" in stage.say("主任", f"确认撤稿{number}，谢谢")
    pass_time(stage, 0, 1)
    assert readable(stage) == []
    assert "没有在撤的稿" in stage.say("运营", f"已撤 {number}")
    assert "早已撤下" in stage.say("运营", f"撤稿 {number} 再撤一次")


def test_whoever_thinks_better_of_it_takes_nothing_down(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.say("运营", f"撤稿 {number} 日期写错")
    assert "作罢" in stage.say("运营", "算了")
    stage.say("运营", TITLE)
    stage.say("运营", f"撤稿 {number} 日期写错")
    stage.later(minutes=11)
    assert "等得太久" in stage.say("运营", TITLE)
    pass_time(stage, 0, 1)
    assert readable(stage) == [TITLE]


def test_at_the_terminal(stage: Stage) -> None:
    hire(stage)
    number = approved(stage, TITLE, due=None)
    words = ("withdraw", str(number), "--reason", "日期写错", "--title")
    code, told = terminal(stage, *words, "别的", "--by", "运营")
    assert (code, "标题对不上" in told) == (4, True)
    assert terminal(stage, "withdraw", str(number), "--reason", "日期写错")[0] == 2
    assert terminal(stage, *words, TITLE, "--by", "路人")[0] == 4
    assert "到时间不会发" in terminal(stage, *words, TITLE, "--by", "运营")[1]
    listed = terminal(stage, "withdraw")[1]
    assert "已撤下" in listed
    assert f"wxops withdraw {number} --confirm --by 姓名" in listed
    assert "您确认了" in terminal(stage, "withdraw", str(number), "--confirm", "--by", "主任")[1]
    code, told = terminal(stage, "withdraw", str(number), "--evidence", str(stage.folder / "e.zip"))
    assert (code, "没有留存的证据" in told) == (4, True)


def test_from_the_page(house: House) -> None:
    put_out(house)
    operator, chief = house.visitor("运营"), house.visitor("主任")
    operator.get("/console/articles/1")
    assert "撤下这一篇" in operator.text
    assert operator.press("/console/articles/1/withdraw", {"title": "别的", "reason": "写错"}).status_code == 422
    assert "标题对不上" in operator.text
    assert 'value="写错"' in operator.page.text
    assert operator.press("/console/articles/1/withdraw", {"title": "歇脚椅", "reason": "写错"}).status_code == 200
    build_ticks(house.parts).publishing()
    operator.get("/console/articles/1")
    assert "等人到后台撤" in operator.text
    assert "“发表记录”" in operator.text
    assert "撤下这一篇" not in operator.text
    assert "确认这次撤稿" not in operator.text
    file = operator.get("/console/articles/1/withdraw/evidence")
    (house.folder / "e.zip").write_bytes(file.content)
    assert "定稿.html" in zipfile.ZipFile(house.folder / "e.zip").namelist()
    editor = house.visitor("编辑")
    editor.get("/console/articles/1")
    assert "确认这次撤稿" not in editor.text
    assert editor.press("/console/articles/1/withdraw/confirm").status_code == 422
    chief.get("/console/articles/1")
    chief.press("/console/articles/1/withdraw/confirm")
    assert "主任已确认" in chief.text
    operator.get("/console/articles/1")
    operator.press("/console/articles/1/withdraw/done")
    assert "运营看过，已不在" in operator.text
    assert house.article(1).state == State.WITHDRAWN


def test_on_a_phone_the_form_fits(house: House, page_at: PageAt) -> None:
    put_out(house)
    page = page_at(PHONE)
    page.goto(house.link("运营"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/")
    page.goto(f"{house.site}/console/articles/1")
    page.get_by_text("撤下这一篇").click()
    page.get_by_label("原因").fill("写错")
    page.get_by_label("照抄这一篇的标题").fill("歇脚椅")
    page.get_by_role("button", name="撤稿").click()
    page.get_by_text("马上撤").wait_for()
    assert fits(page)
