"""What readers get: one welcome, the answers of replies.csv, cards, a search over what is out, and what can be asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from publishing_kit import drafted, handed_over, night
from stage import Stage
from wechat_sender import Entrance

from bot.card import Card
from bot.commands import READERS_ANSWER
from bot.messages import fields_of
from content.after_models import Withdrawal
from content.models import Article, Post, Revision, State
from scheduler import reply_watch
from scheduler.models import Publication

HEAD = "关键词,匹配,类型,内容\n"
TABLE = (
    f"{HEAD},关注,文字,欢迎您。可以发：{{关键词}}\n,默认,文字,没有对上。可以发：{{关键词}}\n养老,包含,文字,请找居委会。\n"
    "V1_GOOD,全等,文字,谢谢您的赞！\n议事,包含,文章,1\n指南,包含,文章,https://mp.weixin.qq.com/s/guide 办事]]>指南\n"
)
DEFAULT = "没有对上。可以发：养老、议事、指南"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "space", database)


@pytest.fixture
def door(house: Entrance) -> Iterator[Entrance]:
    (house.folder / "replies.csv").write_text(TABLE, encoding="utf-8")
    with house.open():
        house.staff()
        yield house


def out(door: Entrance, title: str, *, body: str = "", url: str = "", state: State = State.PUBLISHED) -> int:
    """An article that is out, as its publication left it."""
    with door.parts.store.transaction() as session:
        post = Post(state=State.PUBLISHED, state_since=door.now, notify=True)
        article = Article(slug=title, title=title, state=state, state_since=door.now, post=post, position=1)
        session.add_all([post, article])
        session.flush()
        text = {"title": title, "author": "编辑部", "digest": f"摘要：{title}", "html": f"<p>{body}</p>"}
        rest = {"sha256": title, "cover": "", "original_link": "", "comments": False, "by": "编辑", "made_at": door.now}
        session.add(Revision(article_id=article.id, number=1, **text, **rest))
        address = url or f"http://mp.weixin.qq.com/s/{article.id}"
        session.add(Publication(post_id=post.id, key=f"k{post.id}", published_at=door.now, url=address))
        return article.id


def withdrawn(door: Entrance, number: int) -> None:
    with door.parts.store.transaction() as session:
        session.add(Withdrawal(article_id=number, reason="错", by="主任", at=door.now, stage="asked"))


# keywords ------------------------------------------------------------------------------------------------------------


def test_whoever_begins_to_follow_is_welcomed_with_the_tables_words_and_nothing_is_kept(door: Entrance) -> None:
    before = door.stored()
    for _ in range(3):
        reply = door.wechat.opened(door.wechat.event("subscribe", CreateTime=1000))
        assert reply["Content"] == "欢迎您。可以发：养老、议事、指南"
    assert door.stored() == before


def test_a_table_without_a_welcome_says_nothing_and_its_default_is_ours(door: Entrance) -> None:
    (door.folder / "replies.csv").write_text(HEAD, encoding="utf-8")
    assert door.wechat.event("subscribe").content == b""
    assert door.say("路人", "在吗") == READERS_ANSWER


def test_keywords_are_answered_and_all_else_gets_the_default(door: Entrance) -> None:
    before = door.stored()
    assert door.say("路人", "请问养老怎么办？") == "请找居委会。"
    for words in ("在吗", "", "帮助", "待审", "绑定 ABCD2345"):
        assert door.say("路人", words) == DEFAULT
    for kind in ("image", "voice", "location", "link"):
        body = door.wechat.written("养老", "openid-路人").replace("[text]", f"[{kind}]")
        assert door.wechat.opened(door.wechat.post(body))["Content"] == DEFAULT
    assert door.stored()[1:] == before[1:]


def test_a_button_is_answered_as_its_key_would_be(door: Entrance) -> None:
    def press(key: str, who: str = "路人") -> str:
        return door.wechat.opened(door.wechat.event("CLICK", f"openid-{who}", EventKey=key)).get("Content", "")

    assert press("V1_GOOD") == "谢谢您的赞！"
    assert press("养老") == "请找居委会。"
    assert press("待审") == press("unknown") == DEFAULT
    assert press("V1_GOOD", "编辑") == "谢谢您的赞！"
    assert press("待审", "编辑") == "没有待审的文章。"
    assert press("") == ""


def test_a_button_answers_no_question_that_is_open(door: Entrance) -> None:
    assert "标题" in door.say("编辑", "急稿")
    assert (
        door.wechat.opened(door.wechat.event("CLICK", "openid-编辑", EventKey="V1_GOOD"))["Content"] == "谢谢您的赞！"
    )
    assert door.say("编辑", "算了") == "好的，“急稿”就此作罢。"


def test_a_button_that_acts_acts_once(door: Entrance) -> None:
    answers = [
        door.wechat.opened(door.wechat.event("CLICK", "openid-运营", EventKey="暂停", CreateTime=1000))["Content"]
        for _ in range(2)
    ]
    assert answers == ["已暂停自动发布，到点的推文会等着。要恢复请发：恢复"] * 2


def test_a_changed_table_answers_at_once_and_a_broken_one_changes_nothing(door: Entrance) -> None:
    file = door.folder / "replies.csv"
    assert door.say("路人", "养老") == "请找居委会。"
    file.write_text(TABLE + "养老,包含,文字,重复\n", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert door.say("路人", "养老") == "请找居委会。"
    file.write_text(TABLE.replace("居委会", "社区居委会"), encoding="utf-8")
    assert door.say("路人", "养老") == "请找社区居委会。"


def test_people_hear_of_a_broken_table_until_it_is_mended(door: Entrance) -> None:
    file, store = door.folder / "replies.csv", door.parts.store
    file.write_text(TABLE + "养老,包含,文字,重复\n,相似,文字,不认识\n", encoding="utf-8")
    reply_watch.watch(store, door.folder, door.now)
    [told] = door.alarms()
    assert told.startswith("replies.csv 有要改的地方，读者得到的还是改之前的回复：第 8 行：")
    assert "第 9 行" in told
    file.write_text(TABLE, encoding="utf-8")
    reply_watch.watch(store, door.folder, door.now)
    assert door.alarms() == []


# cards ---------------------------------------------------------------------------------------------------------------


def test_an_article_that_is_out_comes_as_one_card_with_its_cover(stage: Stage) -> None:
    (stage.folder / "replies.csv").write_text(TABLE, encoding="utf-8")
    stage.at(night(0))
    number = drafted(stage, title="议事]]>厅", digest="说说看", notify="静默")
    assert number == 1
    assert "看不到" in str(stage.sim.say("议事", openid="oA")["reply"])
    handed_over(stage, number)
    stage.settle_down()
    said: dict[str, Any] = stage.sim.say("议事在哪儿", openid="oA")
    assert (said["type"], said["outcome"]) == ("news", "reply")
    item = {name.rpartition("/")[2]: text for name, text in said["fields"].items() if name.startswith("Articles/item/")}
    assert (item["Title"], item["Description"], said["fields"]["ArticleCount"]) == ("议事]]>厅", "说说看", "1")
    assert item["Url"].startswith("https://mp.weixin.qq.com/s")
    assert item["PicUrl"].startswith("http")
    assert "议事]]>厅" in stage.sim.say("搜 议事", openid="oA")["reply"]


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_linked_article_comes_as_a_card_in_every_mode(house: Entrance, mode: str) -> None:
    (house.folder / "replies.csv").write_text(TABLE, encoding="utf-8")
    with house.open(mode=mode):
        reply = house.wechat.opened(house.wechat.text("指南"))
        assert (reply["MsgType"], reply["ArticleCount"]) == ("news", "1")
        assert (reply["Articles/item/Title"], reply["Articles/item/Url"]) == (
            "办事]]>指南",
            "https://mp.weixin.qq.com/s/guide",
        )


def test_an_article_that_is_not_out_or_has_no_address_is_answered_by_a_text(door: Entrance) -> None:
    assert door.say("路人", "议事").startswith("这篇文章现在看不到。")
    number = out(door, "议事厅", state=State.APPROVED)
    assert number == 1
    assert "议事厅" not in door.say("路人", "议事")
    door.change("UPDATE article SET state = 'published'")
    door.change("UPDATE publication SET url = ''")
    assert door.say("路人", "议事") == "《议事厅》已经发布，请到公众号的主页里看。"
    withdrawn(door, number)
    assert "议事厅" not in door.say("路人", "议事")


def test_a_card_can_be_read_as_a_text() -> None:
    assert str(Card("议事厅", "", "", "https://mp.weixin.qq.com/s/a")) == "《议事厅》\nhttps://mp.weixin.qq.com/s/a"


def test_a_sign_that_no_xml_may_have_cannot_hide_the_end_of_a_text() -> None:
    title = "议事]]\x01></Title>厅"
    made = Card(title, "", "", "").xml(source="gh", target="openid", seconds=1)
    assert fields_of(made)["Articles"]["item"]["Title"] == title.replace("\x01", "")


# search --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["搜 助餐", "搜索助餐", "搜：助 餐", "找 “助餐”", "搜一搜助餐？"])
def test_a_search_names_what_is_out_with_its_address_titles_first(door: Entrance, words: str) -> None:
    out(door, "老年助餐点开张")
    out(door, "答居民问", body="关于<strong>助</strong>餐，答复如下。")
    out(door, "议事厅", body="助人")
    answer = door.say("路人", words)
    assert answer == (
        "找到这些文章：\n《老年助餐点开张》\nhttps://mp.weixin.qq.com/s/1\n《答居民问》\nhttps://mp.weixin.qq.com/s/2"
    )


def test_people_with_a_duty_search_as_well(door: Entrance) -> None:
    out(door, "老年助餐点开张")
    assert door.say("街道", "搜 助餐") == door.say("路人", "搜 助餐")
    assert "没有找到" in door.say("编辑", "找 电梯")


def test_what_is_not_out_or_is_being_withdrawn_is_never_found(door: Entrance) -> None:
    out(door, "助餐一", state=State.WITHDRAWN)
    out(door, "助餐二", state=State.APPROVED)
    withdrawn(door, out(door, "助餐三"))
    assert door.say("路人", "搜 助餐") == "没有找到有“助餐”的文章，请换一个短一些的词。"


def test_a_search_says_how_when_nothing_is_asked_and_when_there_is_more(door: Entrance) -> None:
    assert door.say("路人", "搜") == door.say("路人", "搜 ？") == "找文章请发：搜 加上要找的词，例如：搜 养老"
    for number in range(7):
        out(door, f"助餐{number}")
        door.change("UPDATE article SET state_since = :at WHERE id = :n", at=door.now + timedelta(number), n=number + 1)
    answer = door.say("路人", "搜 助餐")
    assert answer.count("https://") == 5
    assert answer.startswith("找到这些文章：\n《助餐6》")
    assert answer.endswith("还有别的文章，请把要找的词写得更具体。")


def test_a_search_fits_into_one_reply_whatever_addresses_are_like(door: Entrance) -> None:
    for number in range(6):
        out(door, f"{'助餐' * 16}{number}", url=f"https://mp.weixin.qq.com/s?__biz={'B' * 500}&mid={number}")
    answer = door.say("路人", "搜 助餐")
    assert len(answer.encode()) <= 2048
    assert answer.count("https://") == 3
