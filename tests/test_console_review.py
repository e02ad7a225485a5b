"""The reviewers' page: the frozen text and no other is shown and judged, and what changed since it was last seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_kit import House, Visitor
from sqlalchemy import select
from stage import PNG

from content.models import Article, Event, Person, Review, Revision, Seen, State
from content.people import person_named, revoke

pytestmark = pytest.mark.one_database

TEXT = "议事会定在12月5日。\n\n请带身份证。"
PAGE = "/console/articles/1"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


@pytest.fixture
def sent(house: House) -> House:
    """An article is in review: 1-1."""
    house.submit(house.write(title="歇脚椅", body=TEXT))
    return house


def again(house: House, body: str, **facts: object) -> None:
    """The editor changes the text and submits it again."""
    house.submit(house.write(body=body, **({"title": "歇脚椅"} | facts)))


def judge(visitor: Visitor, wish: str, comment: str = "", revision: object = None) -> int:
    """Press a button of the form that the last page showed; return the status."""
    shown = re.search(r'name="revision" value="(\d+)"', visitor.page.text)
    number = revision if revision is not None else shown[1] if shown else ""
    return visitor.press(f"{PAGE}/verdict", {"wish": wish, "comment": comment, "revision": number}).status_code


def verdicts(house: House) -> list[tuple[str, str, str, str]]:
    with house.parts.store.reading() as session:
        query = select(Review.step, Person.name, Review.verdict, Review.comment).join(Person).order_by(Review.id)
        return [tuple(row) for row in session.execute(query)]


def trail(house: House) -> list[str]:
    with house.parts.store.reading() as session:
        return list(session.scalars(select(Event.why).where(Event.subject == "article:1").order_by(Event.id)))


def seen(house: House, who: str) -> list[int]:
    """The revisions that somebody was shown."""
    with house.parts.store.reading() as session:
        query = select(Revision.number).join(Seen, Seen.revision_id == Revision.id).order_by(Revision.number)
        return list(session.scalars(query.where(Seen.person_id == person_named(session, who).id)))


# judging -------------------------------------------------------------------------------------------------------------


def test_three_people_pass_a_text_one_after_the_other_from_the_page(sent: House) -> None:
    for who in ("编辑", "复审", "主任"):
        visitor = sent.visitor(who)
        assert "待您审 1 篇" in visitor.text
        visitor.get(PAGE)
        assert judge(visitor, "pass", "看过" if who == "主任" else "") == 200
        assert "您的意见已记下：同意。" in visitor.text
        visitor.get("/console/")
        assert "歇脚椅" not in visitor.text.partition("2026 年 12 月")[0]
    assert verdicts(sent) == [
        ("初审", "编辑", "pass", ""), ("复审", "复审", "pass", ""), ("终审", "主任", "pass", "看过"),
    ]  # fmt: skip
    assert sent.article(1).state == State.APPROVED


def test_sending_back_needs_a_reason_which_the_trail_keeps(sent: House) -> None:
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    assert judge(visitor, "back", "  ") == 422
    assert "退回要写原因" in visitor.text
    assert judge(visitor, "back", "第一段日期不对") == 200
    assert "已退回给编辑" in visitor.text
    assert sent.article(1).state == State.WRITTEN
    assert trail(sent)[-1] == "初审退回：第一段日期不对"


def test_a_remark_stands_in_the_trail_and_decides_nothing(sent: House) -> None:
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    assert judge(visitor, "remark") == 422
    assert judge(visitor, "remark", "来源问过街道了吗？") == 200
    assert "编辑：对修订1-1的意见：来源问过街道了吗？" in visitor.text
    assert verdicts(sent) == []
    assert sent.article(1).state == State.IN_REVIEW


def test_a_text_that_changed_meanwhile_is_not_judged_and_what_was_typed_is_kept(sent: House) -> None:
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    again(sent, TEXT.replace("5日", "6日"))
    assert judge(visitor, "pass", "写好的意见") == 409
    assert "修订1-1不是现在的稿子，最新是1-2。刚才的意见没有记下。" in visitor.text
    assert "写好的意见</textarea>" in visitor.page.text
    assert "和您上次看过的 1-1 相比" in visitor.text
    assert verdicts(sent) == []
    assert judge(visitor, "pass") == 200
    assert verdicts(sent) == [("初审", "编辑", "pass", "")]


def test_a_text_that_somebody_sent_back_meanwhile_is_not_judged(sent: House) -> None:
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    sent.say("编辑", "退回 1-1 日期不对")
    assert judge(visitor, "pass") == 409
    assert "不在审核中，这条意见没有记下" in visitor.text
    assert "发：看" not in visitor.text


def test_a_form_that_was_sent_odd_does_nothing(sent: House) -> None:
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    for wish, revision in (("", 1), ("approve", 1), ("pass", ""), ("pass", "1-1"), ("pass", "9" * 40), ("pass", "²")):
        assert judge(visitor, wish, revision=revision) == 422, (wish, revision)
    assert visitor.press("/console/articles/9/verdict", {"wish": "pass", "revision": "1"}).status_code == 404
    assert verdicts(sent) == []


def test_who_is_not_in_turn_sees_why_and_has_no_form(sent: House) -> None:
    for who, why in (("复审", "现在是初审，由编辑审，您不能代审。"), ("运营", "由编辑审")):
        visitor = sent.visitor(who)
        visitor.get(PAGE)
        assert why in visitor.text
        assert 'name="wish"' not in visitor.page.text
        assert judge(visitor, "pass", revision=1) == 422
    sent.say("编辑", "同意 1-1")
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    assert "现在是复审，由复审人审，您不能代审。" in visitor.text
    assert verdicts(sent) == [("初审", "编辑", "pass", "")]


# what is shown -------------------------------------------------------------------------------------------------------


def test_the_frozen_text_is_shown_whatever_the_file_says_by_now(sent: House) -> None:
    sent.write(title="改过的题", body="改过的正文。", digest="改过的摘要")
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    assert "请带身份证" in visitor.page.text
    assert "改过的正文" not in visitor.page.text
    assert "改过的摘要" not in visitor.page.text
    assert "文件在送审以后改过或不见了" in visitor.text
    assert "列不出" in visitor.text


def test_the_checklist_verdicts_warnings_and_trail_stand_on_the_page(house: House) -> None:
    house.submit(house.write(title="歇脚椅", body=TEXT, digest=""), reasons={"": "用正文开头就好"})
    editor = house.visitor("编辑")
    editor.get(PAGE)
    judge(editor, "pass", "日期核对过")
    visitor = house.visitor("复审")
    visitor.get(PAGE)
    for told in (
        "按定稿 1-1 列出", "12月5日 第", "没有写摘要", "理由：用正文开头就好（编辑）", "1-1 初审，编辑", "日期核对过",
        "编辑：送审 1-1", "图片里的文字没有经过检查",
    ):  # fmt: skip
        assert told in visitor.text, told
    assert "现在再查" not in visitor.text


def test_pictures_come_from_what_was_frozen_and_only_from_this_revision(house: House) -> None:
    folder = house.write(body="正文。\n\n![图](图.png)")
    (folder / "图.png").write_bytes(PNG)
    house.submit(folder)
    (folder / "图.png").unlink()
    visitor = house.visitor("编辑")
    address = re.search(rf"{PAGE}/frozen/1/[0-9a-f]{{64}}", visitor.get(PAGE).text)
    assert address
    answer = visitor.get(address[0])
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    for wrong in (
        address[0].replace("/1/", "/2/"),
        address[0][:-1] + "g",
        f"{PAGE}/frozen/1/x",
        f"{PAGE}/frozen/{9**20}/x",
    ):
        assert visitor.get(wrong).status_code == 404, wrong
    (house.parts.library.pictures / address[0].rpartition("/")[2]).write_bytes(b"changed")
    assert visitor.get(address[0]).status_code == 404
    (house.parts.library.pictures / address[0].rpartition("/")[2]).unlink()
    assert "data:image/svg+xml" in visitor.get(PAGE).text


def test_a_script_in_a_text_a_comment_or_a_title_is_shown_and_never_obeyed(house: House) -> None:
    house.submit(house.write(title="'<script>alert(1)</script>'", body="`<script>alert(2)</script>`"))
    editor = house.visitor("编辑")
    editor.get(PAGE)
    judge(editor, "pass", "<script>alert(3)</script>")
    visitor = house.visitor("复审")
    visitor.get(PAGE)
    judge(visitor, "remark", "<script>alert(4)</script>")
    assert "<script>alert" not in visitor.page.text
    assert "alert(4)" in visitor.page.text


# what has changed ----------------------------------------------------------------------------------------------------


def test_the_second_time_the_page_shows_what_has_changed_since_the_first(sent: House) -> None:
    visitor = sent.visitor("编辑")
    assert "相比" not in visitor.get(PAGE).text
    again(sent, TEXT.replace("5日", "6日"), digest="新的摘要")
    for _ in range(2):  # looking twice takes nothing away
        page = visitor.get(PAGE).text
        assert "定在12月<del>5</del><ins>6</ins>日。" in page
        assert "<h3>摘要</h3>" in page
        assert "<h3>标题</h3>" not in page
    assert seen(sent, "编辑") == [1, 2]
    assert "相比" not in sent.visitor("复审").get(PAGE).text


def test_what_was_shown_by_message_counts_once_its_last_part_was_shown(house: House) -> None:
    house.submit(house.write(title="歇脚椅", body="很长的一段。" * 200))
    last = re.search(r"共 (\d+) 部分", house.say("编辑", "看 1"))
    assert last
    assert seen(house, "编辑") == []
    house.say("编辑", f"看 1 {last[1]}")
    house.say("编辑", "看 1 99")
    assert seen(house, "编辑") == [1]
    again(house, "很长的一段。" * 199)
    visitor = house.visitor("编辑")
    assert "和您上次看过的 1-1 相比" in visitor.get(PAGE).text


def test_who_left_and_came_back_is_asked_no_more_than_before(sent: House) -> None:
    sent.visitor("编辑").get(PAGE)
    again(sent, "换了正文。")
    with sent.parts.store.transaction() as session:
        revoke(session, person_named(session, "编辑"), by="管理", now=sent.now)
    sent.add("编辑", "editor")
    assert "和您上次看过的 1-1 相比" in sent.visitor("编辑").get(PAGE).text


def test_reviewers_hear_that_nothing_waits(house: House) -> None:
    assert "现在没有等您审的文章" in house.visitor("复审").text
    assert "待您审" not in house.visitor("编辑").text


def test_an_article_that_is_not_under_review_shows_its_file(sent: House) -> None:
    sent.say("编辑", "退回 1-1 日期不对")
    visitor = sent.visitor("编辑")
    visitor.get(PAGE)
    assert "定稿 1-1" not in visitor.text.replace("下载定稿 1-1", "")
    assert 'id="submit"' in visitor.page.text
    with sent.parts.store.reading() as session:
        assert session.get_one(Article, 1).state == State.WRITTEN
