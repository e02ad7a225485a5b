"""The pages for work on articles: what each role may do, what is taken in, what is refused, what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_kit import House, Visitor, manuscript
from sqlalchemy import select
from stage import PNG
from wechat_sender import STAFF
from word_kit import Word, picture, zipped

from bot.console import pages
from content import library
from content.article import read_article
from content.models import Article, Event, State
from content.workflow import move

pytestmark = pytest.mark.one_database

WRITERS = {"管理", "运营", "编辑"}
READERS = {*WRITERS, "复审", "主任", "外聘"}


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


@pytest.fixture
def editor(house: House) -> Visitor:
    return house.visitor("编辑")


def articles(house: House) -> list[Article]:
    with house.parts.store.reading() as session:
        return list(session.scalars(select(Article).order_by(Article.id)))


def scanned(house: House) -> None:
    library.scan(house.parts.store, house.parts.library, house.now)


def trail(house: House, number: int = 1) -> list[tuple[str, str]]:
    with house.parts.store.reading() as session:
        found = session.scalars(select(Event).where(Event.subject == f"article:{number}").order_by(Event.id))
        return [(event.by, event.why) for event in found]


def publish(house: House, number: int) -> None:
    with house.parts.store.transaction() as session:
        article = session.get_one(Article, number)
        for state in (State.IN_REVIEW, State.APPROVED, State.PUBLISHED):
            move(session, article, state, by="测试", now=house.now)


# roles ---------------------------------------------------------------------------------------------------------------


def test_each_role_may_do_its_own_and_is_told_politely_what_it_may_not(house: House) -> None:
    house.write()
    scanned(house)
    for who in STAFF:
        visitor = house.visitor()
        link = house.link(who)
        visitor.get(link)
        visitor.press(link)
        assert visitor.get("/console/").url.endswith("/console/" if who in READERS else "/console/records"), who
        assert visitor.get("/console/articles/1").status_code == (200 if who in READERS else 403), who
        assert ('id="submit"' in visitor.page.text) == (who in WRITERS)
        assert visitor.get("/console/hand-in").status_code == (200 if who in WRITERS else 403), who
        if who not in WRITERS:
            assert "这一页不归" in visitor.text
            for path in ("/console/hand-in", "/console/articles/1/submit", "/console/articles/1/rights"):
                assert visitor.press(path).status_code == 403, (who, path)
    assert [article.state for article in articles(house)] == [State.WRITTEN]


# handing in ----------------------------------------------------------------------------------------------------------


def test_a_word_file_becomes_an_article_with_what_was_told_in_the_fields(house: House, editor: Visitor) -> None:
    fields = {"column": "邻里", "author": "编辑部", "digest": "一把椅子。", "publish_at": "2026-12-20T10:00"}
    answer = editor.hand_in("歇脚椅.docx", manuscript().bytes(), **fields)
    assert answer.status_code == 200
    assert answer.url.endswith("/console/articles/1?said=handed")
    (article,) = articles(house)
    facts = read_article(house.folder / article.path, article.path).facts
    assert article.path == "2026-12/01-楼道里的歇脚椅/index.md"
    assert (facts.title, facts.column, facts.author, facts.digest) == ("楼道里的歇脚椅", "邻里", "编辑部", "一把椅子。")
    for told in ("已收下", "2026-12-20 10:00", "“歇脚椅.docx”：新建了这一篇", "没有写图片 图1.png 的来源和许可"):
        assert told in editor.text
    assert ("编辑", "交稿：歇脚椅.docx，新建了这一篇") in trail(house)


def test_the_same_word_file_is_the_next_version_of_its_article_wherever_that_lies(
    house: House, editor: Visitor
) -> None:
    editor.hand_in("歇脚椅.docx", manuscript().bytes(), publish_at="2026-12-20T10:00")
    editor.hand_in("歇脚椅 修改稿.docx", manuscript(text="居民在楼道里商量，先做两把椅子。").bytes())
    (article,) = articles(house)
    assert "两把椅子" in read_article(house.folder / article.path, article.path).body
    assert "换成了新稿" in editor.text
    editor.hand_in("歇脚椅 修改稿.docx", manuscript(text="居民在楼道里商量，先做两把椅子。").bytes())
    assert "没有变化" in editor.text
    assert len(articles(house)) == 1


def test_without_month_and_time_it_is_the_coming_month(house: House, editor: Visitor) -> None:
    editor.hand_in("a.md", "# 通知\n\n正文。\n".encode())
    editor.hand_in("b.md", "# 告示\n\n别的。\n".encode(), month="2027-03", publish_at="2026-12-20T10:00")
    assert [Path(article.path).parts[0] for article in articles(house)] == ["2027-01", "2027-03"]


def test_last_months_news_of_the_same_name_stays_alone_when_it_is_out(house: House, editor: Visitor) -> None:
    editor.hand_in("简报.docx", manuscript("每月简报").bytes(), publish_at="2026-12-20T10:00")
    publish(house, 1)
    editor.hand_in("简报.docx", manuscript("每月简报", "一月的事。").bytes())
    assert [article.path.partition("/")[0] for article in articles(house)] == ["2026-12", "2027-01"]


def test_a_folder_with_its_pictures_is_taken_in(house: House, editor: Visitor) -> None:
    editor.get("/console/hand-in")
    text = "# 议事\n\n![院子](图/院子.png)\n".encode()
    files = [("议事/index.md", text), ("议事/图/院子.png", picture("green")), ("议事/封面.png", PNG)]
    editor.press("/console/hand-in", {"month": "2026-12"}, folder=files)
    (article,) = articles(house)
    folder = (house.folder / article.path).parent
    assert (folder / "图" / "院子.png").read_bytes() == picture("green")
    assert read_article(house.folder / article.path, article.path).facts.cover == "封面.png"


def test_a_cover_that_was_chosen_is_the_articles_cover_and_must_be_a_picture(house: House, editor: Visitor) -> None:
    editor.get("/console/hand-in")
    word = ("稿.docx", manuscript().bytes())
    assert editor.press("/console/hand-in", file=word, cover=("c.png", b"no picture")).status_code == 422
    assert "不是能用的图片" in editor.text
    editor.press("/console/hand-in", file=word, cover=("c.png", PNG))
    (article,) = articles(house)
    assert read_article(house.folder / article.path, article.path).facts.cover == "封面.png"


def test_what_another_document_made_is_replaced_only_when_it_is_named(house: House, editor: Visitor) -> None:
    house.write("01-通知", title="通知")
    scanned(house)
    other = Word().text("通知", style="Title").text("另一份稿子，写的是别的事。").bytes()
    assert editor.hand_in("别的.docx", other, month="2026-12").status_code == 422
    assert "请指明替换 2026-12/01-通知（见“替换哪一篇”）" in editor.text
    assert "--into" not in editor.text
    assert 'value="1"' in editor.page.text
    assert editor.hand_in("别的.docx", other, month="2026-12", into="1").status_code == 200
    assert "写的是别的事" in read_article(house.folder / "2026-12/01-通知/index.md", "x").body
    assert len(articles(house)) == 1


def test_what_is_out_is_neither_offered_nor_replaced(house: House, editor: Visitor) -> None:
    house.write("01-通知", title="通知")
    scanned(house)
    publish(house, 1)
    editor.get("/console/hand-in")
    assert 'value="1"' not in editor.page.text
    assert editor.hand_in("新.docx", manuscript().bytes(), into="1").status_code == 422
    assert "已经发布，不能再换稿" in editor.text


def test_what_is_on_its_way_out_is_not_replaced_either(house: House, editor: Visitor) -> None:
    editor.hand_in("稿.docx", manuscript().bytes(), publish_at="2026-12-20T10:00")
    with house.parts.store.transaction() as session:
        post = session.get_one(Article, 1).post
        assert post is not None
        for state in (State.DRAFTED, State.SCHEDULED, State.PUBLISHING):
            move(session, post, state, by="测试", now=house.now)
    answer = editor.hand_in("稿.docx", manuscript(text="换了。").bytes(), publish_at="2026-12-20T10:00")
    assert answer.status_code == 422
    assert "正在发布" in editor.text


WRONG_FIELDS = [
    ({"publish_at": "2026-13-45T99:00"}, "发布时间"),
    ({"month": "明年"}, "月份应写成 2026-12 这样"),
    ({"month": "../../etc"}, "月份应写成"),
    ({"into": "../../1"}, "请从“替换哪一篇”里选一篇"),
    ({"into": "999"}, "没有文章999"),
]
WRONG_FILES = [
    ("稿.pdf", b"%PDF-1.7", "不能导入"),
    ("稿.docx", b"PK\3\4broken", "损坏了"),
    ("空.zip", zipped({"readme.txt": b"x"}), "没有能导入的文章"),
    ("滑.zip", zipped({"../../index.md": "# 坏\n".encode()}), "指向外面的路径"),
]
WRONG_PATHS = ["../坏.md", "/坏.md", "a/../../坏.md", "C:/坏.md", "a/" + "长" * 90 + ".md", "a/" * 30 + "坏.md"]


def test_a_field_that_is_wrong_is_told_and_what_was_typed_is_kept(house: House, editor: Visitor) -> None:
    for fields, told in WRONG_FIELDS:
        answer = editor.hand_in("稿.docx", manuscript().bytes(), title="写好的<标题>", **fields)
        assert answer.status_code == 422
        assert told in editor.text
        assert 'value="写好的&lt;标题&gt;"' in answer.text
    assert articles(house) == []


def test_a_file_that_cannot_be_taken_in_is_told_in_the_form(house: House, editor: Visitor) -> None:
    for name, data, told in WRONG_FILES:
        assert editor.hand_in(name, data).status_code == 422
        assert told in editor.text
    assert articles(house) == []


def test_a_folder_with_a_path_that_leads_elsewhere_is_refused_whole(house: House, editor: Visitor) -> None:
    for path in WRONG_PATHS:
        editor.get("/console/hand-in")
        answer = editor.press("/console/hand-in", folder=[("a/index.md", "# 好\n".encode()), (path, "# 坏\n".encode())])
        assert answer.status_code == 422, path
        assert "不能收" in editor.text
    assert articles(house) == []
    assert not list(house.folder.rglob("坏.md"))


def test_nothing_chosen_or_both_is_told(house: House, editor: Visitor) -> None:
    editor.get("/console/hand-in")
    assert editor.press("/console/hand-in", file=("", b"")).status_code == 422
    assert "请选择要交的 Word 文档" in editor.text
    editor.press("/console/hand-in", file=("a.md", b"# a"), folder=[("a/index.md", b"# a")])
    assert "请只选一样" in editor.text


def test_too_much_at_once_is_answered_with_a_page(
    house: House, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "UPLOAD_BYTES", 200_000)
    answer = editor.hand_in("大.docx", b"PK" + bytes(2_000_000))
    assert answer.status_code == 413
    assert "文件太大" in editor.text
    editor.get("/console/hand-in")
    assert (
        editor.press("/console/hand-in", {f"field-{n}": "" for n in range(1100)}, file=("a.md", b"# a")).status_code
        == 413
    )
    assert articles(house) == []


# the article's page ---------------------------------------------------------------------------------------------------


def test_what_an_author_writes_is_shown_and_never_obeyed(house: House, editor: Visitor) -> None:
    title = "<script>alert(1)</script>&\"'"
    body = "正文<script>alert(2)</script> <img src=x onerror=alert(3)> [链接](javascript:alert(4))"
    house.write(title=f"'{title.replace(chr(39), chr(39) * 2)}'", column="<b>栏</b>", body=body)
    scanned(house)
    for path in ("/console/", "/console/articles/1", "/console/hand-in"):
        page = editor.get(path).text
        assert "<script>alert" not in page
        assert "<b>栏" not in page
        assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert(3)&gt;", "")
        assert "&lt;script&gt;alert(1)" in page
    frame = re.search(r"<iframe[^>]*>", editor.get("/console/articles/1").text)
    assert frame
    assert "sandbox" in frame[0]
    assert "allow-scripts" not in frame[0]


def test_problems_stand_by_level_with_their_lines_and_errors_keep_it_from_being_submitted(
    house: House, editor: Visitor
) -> None:
    house.write(body="电话13812345678。", digest="")
    scanned(house)
    editor.get("/console/articles/1")
    assert re.search(r"1 个错误 .*错误 第 \d+ 行 手机号没有遮挡.* 第 \d+ 行 没有写摘要", editor.text)
    assert "还有 1 个错误，改好再送审" in editor.text
    editor.press("/console/articles/1/submit")
    assert editor.page.status_code == 422
    assert "没有送审" in editor.text
    assert articles(house)[0].state == State.WRITTEN


def test_an_article_is_submitted_by_who_is_logged_in_with_the_reasons_that_were_written(
    house: House, editor: Visitor
) -> None:
    house.write(digest="")
    scanned(house)
    editor.get("/console/articles/1")
    assert editor.press("/console/articles/1/submit").status_code == 422
    assert "没有写理由" in editor.text
    assert editor.press("/console/articles/1/submit", {"reason-": "用正文开头就好"}).status_code == 200
    assert "已送审" in editor.text
    assert "等初审" in editor.text
    assert ("编辑", "送审 1-1") in trail(house)
    with house.parts.store.reading() as session:
        from content.reasons import PassedWarning

        assert session.scalars(select(PassedWarning.reason)).all() == ["用正文开头就好"]


def test_the_rights_in_pictures_are_told_in_a_form_and_written_into_the_file(house: House, editor: Visitor) -> None:
    editor.hand_in("歇脚椅.docx", manuscript().bytes(), author="编辑部", digest="一把椅子。")
    before = read_article(house.folder / articles(house)[0].path, "x")
    told = {"file": "图1.png", "source": "本单位拍摄", "holder": "社区", "licence": "自有", "consent": "无可识别人物"}
    editor.press("/console/articles/1/rights", told)
    assert "图片许可已写进文章开头" in editor.text
    assert "LICENCE" not in editor.page.text
    assert "没有写图片" not in editor.text
    after = read_article(before.path, "x")
    assert [(p.file, p.source, p.holder, p.licence, p.consent) for p in after.facts.pictures] == [tuple(told.values())]
    assert after.body == before.body
    assert ("编辑", "填写图片许可") in trail(house)


def test_rights_of_a_picture_that_the_article_does_not_use_are_not_written(house: House, editor: Visitor) -> None:
    house.write()
    scanned(house)
    file = house.folder / "2026-12/01-notice/index.md"
    before = file.read_bytes()
    editor.get("/console/articles/1")
    row = {"file": "../../config.toml", "source": "x", "holder": "x", "licence": "x", "consent": "x"}
    assert "没有变化" in Visitor.press(editor, "/console/articles/1/rights", row).text
    assert file.read_bytes() == before
    assert editor.press("/console/articles/1/rights", {"file": "cover.png"}).status_code == 422


def test_pictures_are_shown_only_where_the_article_uses_them(house: House, editor: Visitor) -> None:
    folder = house.write(body="![图](s.svg)")
    (folder / "s.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    (folder / "other.png").write_bytes(PNG)
    scanned(house)
    answer = editor.get("/console/articles/1/picture?name=cover.png")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "image/png", PNG)
    for name in ("other.png", "s.svg", "../../config.toml", "index.md", ""):
        assert editor.get(f"/console/articles/1/picture?name={name}").status_code == 404, name


def test_the_newest_frozen_text_can_be_taken_away_as_word(house: House, editor: Visitor) -> None:
    house.submit(house.write(title="歇脚椅"))
    editor.get("/console/articles/1")
    assert "下载定稿 1-1" in editor.text
    answer = editor.get("/console/articles/1/word")
    assert answer.content.startswith(b"PK")
    assert "1-1.zip" in answer.headers["Content-Disposition"]
    house.write("02-b")
    scanned(house)
    assert editor.get("/console/articles/2/word").status_code == 409


def test_what_is_out_is_neither_submitted_nor_changed(house: House, editor: Visitor) -> None:
    house.write()
    scanned(house)
    publish(house, 1)
    page = editor.get("/console/articles/1").text
    assert "/articles/1/submit" not in page
    assert "/articles/1/rights" not in page
    assert editor.press("/console/articles/1/submit").status_code == 422
    row = {"file": "cover.png", "source": "x", "holder": "x", "licence": "x", "consent": "x"}
    editor.get("/console/articles/1")
    assert editor.press("/console/articles/1/rights", row).status_code == 422


def test_a_file_that_is_gone_is_said_and_breaks_no_page(house: House, editor: Visitor) -> None:
    folder = house.write()
    scanned(house)
    (folder / "index.md").unlink()
    editor.get("/console/")
    assert "文件不见了" in editor.text
    assert editor.get("/console/articles/1").status_code == 200
    assert "请放回原处" in editor.text


def test_an_article_that_is_not_there_is_a_page_not_found(editor: Visitor) -> None:
    for path in ("999", "0", "99999999999999999999", "-1", "1x", "1/../../etc"):
        assert editor.get(f"/console/articles/{path}").status_code == 404, path
        assert "没有" in editor.text


def test_the_first_page_lists_this_month_and_the_next(house: House, editor: Visitor) -> None:
    house.write("01-a", title="十二月的", due=house.now.replace(day=20), body="电话13812345678。")
    for month in ("2026-11", "2027-01"):
        folder = house.folder / month / "01-b"
        folder.mkdir(parents=True)
        (folder / "index.md").write_text(f"---\n标题: 属于{month}\n---\n\n正文。\n", encoding="utf-8")
    scanned(house)
    editor.get("/console/")
    assert re.search(r"十二月的 在写 2026-12-20 \d\d:\d\d 1 个错误", editor.text)
    assert "属于2027-01" in editor.text
    assert "属于2026-11" not in editor.text
    assert "还差 3 篇（每月至少 4 篇）" in editor.text


def test_a_bug_is_a_page_that_says_so_and_no_traceback(
    house: House, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.console.home._month", broken)
    answer = editor.get("/console/")
    assert answer.status_code == 500
    assert "这里出了点问题" in editor.text
    assert "ZeroDivision" not in answer.text
