"""Evidence of field work: photographs in the chat, files on the page, one of them behind two records, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import PHONE, PageAt, fits
from console_kit import PUBLIC, House
from sqlalchemy import select
from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture
from test_places import SMALL
from test_recorded import run
from wechat_sender import STAFF, xml

from bot.app import create_app
from content import place_table
from content.paper import Evidence

VISIT = "走访 槐树里 今天 3人 讲解平台注册"
PDF = ("签到表.pdf", b"%PDF-1.7 sheet", "application/pdf")


def send(stage: Stage, seed: str, who: str = "小东") -> str:
    return stage.sim.say(openid=f"openid-{who}", picture=png(seed))["reply"] or ""


# in the chat ----------------------------------------------------------------------------------------------------------


def test_photographs_of_the_next_ten_minutes_belong_to_the_record(district: Stage) -> None:  # noqa: F811
    assert "例如“走访”" in send(district, "first of all")
    assert "先回复做了什么，记好以后再发照片" in district.say("小东", "走访 槐树里") + send(district, "early")
    district.say("小东", "讲解平台注册")
    assert send(district, "one") == "图片已收到，附在走访记录1上。"
    district.later(minutes=9)
    assert send(district, "two") == "图片已收到，附在走访记录1上。"
    assert "材料已齐（2 份）" in district.say("小东", "走访")
    district.tick()
    with district.parts.store.reading() as session:
        kept = session.scalars(select(Evidence).where(Evidence.subject == "record:1")).all()
    assert [(district.folder / row.path).read_bytes() for row in kept] == [png("one"), png("two")]
    district.later(minutes=2)
    assert "图片没有收下" in send(district, "late")
    assert "附在走访记录1上" in district.say("小东", "照片 1")
    assert send(district, "late") == "图片已收到，附在走访记录1上。"


def test_what_is_refused_leaves_no_older_record_open_for_its_pictures(district: Stage) -> None:  # noqa: F811
    district.say("小东", VISIT)
    district.say("小东", "作废 1 记重了")
    for words in (
        "照片 1",
        "照片 99",
        "照片",
        "走访 北街 12月30日 座谈",
        "填报 北街 注册用户 12月30日 12",
        "议事 99 分级 座谈",
    ):
        told = district.say("小东", "走访 北街 今天 座谈") + district.say("小东", "是")
        assert "附在走访记录" in told
        district.say("小东", words)
        assert "图片没有收下" in send(district, words), words
    district.say("小东", "走访 北街 昨天 座谈")
    district.say("小东", "记录 99")
    assert "图片已收到" in send(district, "another question, and no picture's")


def test_one_photograph_behind_two_records_is_flagged(district: Stage) -> None:  # noqa: F811
    district.say("小东", VISIT)
    send(district, "same")
    district.say("小东", "走访 北街 今天 座谈")
    send(district, "same")
    district.tick()
    assert "照片和记录2的一样" in district.say("小东", "记录 1")
    assert "照片和记录1的一样" in district.say("小东", "走访")
    district.say("小东", "作废 2 记错了")
    assert "图片没有收下" in send(district, "too late")
    assert "一样" not in district.say("小东", "记录 1")


def test_one_photograph_behind_a_training_and_the_steps_of_a_deliberation_is_flagged_at_each(
    district: Stage,  # noqa: F811
) -> None:
    district.say("小东", "培训 东桥街道 今天 20人 平台使用")
    send(district, "same")
    district.say("小东", "议事 北街 11月20日 楼道堆物怎么管")
    send(district, "same")
    district.say("小东", "议事 1 分级 11月21日 一般议题")
    send(district, "same")
    district.tick()
    told = district.say("小东", "议事 1")
    assert "“议题采集”的照片和记录1、议事1的“分级”的一样\n“分级”的照片和记录1、" in told
    assert "照片和议事1的“议题采集”、议事1的“分级”的一样" in district.say("小东", "记录 1")
    assert run(district, "void", "1", "--why", "错了", "--by", "小东", command="dossier")[0] == 0
    assert "一样" not in district.say("小东", "记录 1")


# on the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An office with log-in: 联络 is there for 东桥街道, 街道 for a community of the other street."""
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        (made.folder / "places.csv").write_text(SMALL, encoding="utf-8")
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.read(made.folder), by="测试", now=made.now)
        run(made, "assign", "联络", "东桥街道", command="person")
        run(made, "assign", "街道", "新风二", command="person")
        yield made


def file_message(house: House, who: str) -> str:
    body = xml(
        ToUserName="gh_simulator", FromUserName=f"openid-{who}", CreateTime=int(house.now.timestamp()), MsgType="file",
        Title="签到表.docx", FileKey="x", FileTotalLen=222, MsgId=7,
    )  # fmt: skip
    return house.wechat.opened(house.wechat.post(body)).get("Content", "")


def test_a_file_in_the_chat_is_answered_with_the_page_of_its_record(house: House) -> None:
    house.say("联络", VISIT)
    told = file_message(house, "联络")
    assert told.startswith("聊天里发的文件公众号取不到。请打开链接，按“登录”，上传到走访记录1：")
    link = re.search(r"http\S+", told)
    assert link
    assert link[0].endswith("?to=/console/records/1/upload")
    visitor = house.visitor()
    address = link[0].replace(PUBLIC, house.site)
    visitor.get(address)
    assert visitor.press(address).url == f"{house.site}/console/records/1/upload"
    visitor.press("/console/records/1/upload", scan=[PDF, ("现场.png", png("scene"), "image/png")])
    assert "材料已收下。" in visitor.text
    assert "材料 2 份" in visitor.text
    assert visitor.get("/console/evidence/1").content == PDF[1]
    assert "点开那一条记录再上传" in house.say("街道", "[文件]")
    assert "?to=/console/hand-in" in house.say("编辑", "[文件] 稿子.docx")
    assert "请运营在网页上交" in house.say("主任", "[文件]")
    assert house.say("路人", "[文件]").startswith("您好，感谢关注")


def test_a_link_leads_on_to_our_pages_alone(house: House) -> None:
    for to in ("https://evil.test/", "//evil.test/console", "/console/../x", "/console//evil.test", "javascript:x"):
        visitor, link = house.visitor(), f"{house.link('联络')}?to={to}"
        visitor.get(link)
        assert visitor.press(link).url == f"{house.site}/console/records"


def test_each_sees_the_records_of_their_own_places_and_nobody_else_anything(house: House) -> None:
    house.say("联络", "走访 槐树里 今天 3人 秘密的事 13800138000")
    operator = house.visitor("联络")
    operator.get("/console/records/1")
    operator.press("/console/records/1/upload", scan=PDF)
    seen = {"管理", "运营", "联络"}
    pages = ("/console/records/1", "/console/records/1/upload", "/console/evidence/1")
    for who in STAFF:
        visitor = house.visitor(who)
        field = who in {*seen, "街道"}
        assert visitor.get("/console/records").status_code == (200 if field else 403), who
        assert ("秘密的事 138****8000" in visitor.text) == (who in seen), who
        for path in pages:
            assert visitor.get(path).status_code == (200 if who in seen else 404 if field else 403), (who, path)
        visitor.get("/console/records")
        for path in ("upload", "correct", "void"):
            if who not in seen:
                assert visitor.press(f"/console/records/1/{path}", {"words": "9人", "why": "x"}).status_code in (
                    403,
                    404,
                )
    assert house.visitor().get("/console/records").status_code == 401
    assert "秘密的事 13800138000" in house.visitor("联络").get("/console/records/1").text


def test_a_liaison_has_no_other_page(house: House) -> None:
    house.submit(house.write())
    visitor = house.visitor("联络")
    assert visitor.get("/console/").url == f"{house.site}/console/records"
    editor = house.visitor("管理")
    rules = [rule for rule in create_app(house.parts).url_map.iter_rules() if str(rule).startswith("/console/")]
    paths = {re.sub("<int:[^>]*>", "1", str(rule)): rule.methods or set() for rule in rules}
    ours = {
        path: methods
        for path, methods in paths.items()
        if "<" not in path and not re.search("/(?:records|dossiers|visits|reports/weekly|figures/hand)", path)
    }
    assert len(ours) > 20
    for path in ours.keys() - {"/console/", "/console/logout", "/console/evidence/1"}:
        visitor.get("/console/records")
        told = visitor.get(path) if "GET" in ours[path] else visitor.press(path)
        assert told.status_code == 403 or "不归联络员" in visitor.text, path
        assert "GET" not in ours[path] or editor.get(path).status_code in (200, 404), path


def test_the_list_is_narrowed_and_a_record_is_corrected_and_voided_on_its_page(house: House) -> None:
    house.say("联络", VISIT)
    house.say("运营", "培训 西桥街道 昨天 20人 平台使用")
    operator = house.visitor("运营")
    for query, found in (("", 1), ("?month=all", 2), ("?month=all&kind=培训", 1), ("?month=all&place=11", 1)):
        operator.get(f"/console/records{query}")
        assert f"{found} 条" in operator.text, query
    operator.get("/console/records/1")
    operator.press("/console/records/1/correct", {"words": "4人"})
    assert "已更正。" in operator.text
    assert "更正：人数 3→4" in operator.text
    assert operator.press("/console/records/1/void", {"why": " "}).status_code == 422
    assert "请写作废的原因" in operator.text
    operator.press("/console/records/1/void", {"why": "重复"})
    assert "已作废" in operator.text
    assert operator.press("/console/records/1/upload", scan=PDF).status_code == 422
    assert operator.press("/console/records/2/upload", scan=("a.docx", b"PK\3\4")).status_code == 422
    assert "a.docx不是图片，也不是 PDF" in operator.text


@pytest.mark.one_database
def test_on_a_phone_photographs_are_uploaded_to_a_record(house: House, page_at: PageAt) -> None:
    house.say("联络", VISIT)
    page = page_at(PHONE)
    page.goto(f"{house.link('联络')}?to=/console/records")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("走访 东桥街道槐树里社区").click()
    page.locator("#scan").set_input_files([{"name": "现场.png", "mimeType": "image/png", "buffer": png("scene")}])
    page.locator("#upload").get_by_text("已选 现场.png").wait_for()
    assert fits(page)
    page.get_by_role("button", name="上传").click()
    page.get_by_text("材料已收下。").wait_for()
    assert page.get_by_text("材料已齐（1 份）").is_visible()
    page.get_by_role("img", name="现场.png").wait_for()
    assert fits(page)


def test_a_lost_picture_of_a_record_that_is_void_asks_for_nothing(district: Stage) -> None:  # noqa: F811
    district.say("小东", VISIT)
    send(district, "one")
    district.later(days=4)
    district.ticks.slow_rest()
    assert any("取不到了" in text for text in district.alarms())
    district.say("小东", "作废 1 记错了")
    district.ticks.slow_rest()
    assert not any("取不到了" in text for text in district.alarms())
