"""The simulated platform's pictures, drafts, and what it makes of an article's HTML."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulator_kit import JPEG, PNG, Account, account

MB = 1024 * 1024


def kept(wx: Account, content: str) -> str:
    """Return what the platform keeps of a content."""
    return str(wx.post("draft/get", {"media_id": wx.draft(content=content)})["news_item"][0]["content"])


def test_a_picture_of_the_body_is_told_by_its_bytes_and_its_size() -> None:
    with account() as wx:
        assert wx.upload("media/uploadimg", JPEG, "no-picture.txt")["url"].startswith("http://mmbiz.qpic.cn/")
        assert wx.upload("media/uploadimg", b"GIF89a....", "a.png")["errcode"] == 40005
        assert wx.upload("media/uploadimg", b"<svg/>", "a.png")["errcode"] == 40005
        assert wx.upload("media/uploadimg", PNG + b"0" * MB)["errcode"] == 40009
        assert wx.upload("media/uploadimg", b"")["errcode"] == 44001
        assert wx.post("media/uploadimg", {"media": "x"})["errcode"] == 41005


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("image", b"GIF89a....", None),
        ("image", PNG + b"0" * 10 * MB, 40009),
        ("image", b"%PDF", 40005),
        ("thumb", JPEG, None),
        ("thumb", PNG, 40005),
        ("thumb", JPEG + b"0" * 64 * 1024, 40006),
        ("video", b"\0\0\0\x18ftypmp42", None),
        ("voice", b"ID3", None),
        ("painting", PNG, 40004),
    ],
)
def test_each_kind_of_material_has_its_own_limits(kind: str, content: bytes, errcode: int | None) -> None:
    with account() as wx:
        assert wx.upload("material/add_material", content, type=kind).get("errcode") == errcode


def test_the_library_lists_counts_returns_and_deletes() -> None:
    with account() as wx:
        first, second = wx.cover(), wx.cover()
        page = wx.post("material/batchget_material", {"type": "image", "offset": 0, "count": 1})
        assert (page["total_count"], page["item_count"]) == (2, 1)
        assert page["item"][0]["media_id"] == second
        assert wx.get("material/get_materialcount")["image_count"] == 2
        query, body = {"access_token": wx.token}, {"media_id": first}
        assert wx.raw("POST", "/cgi-bin/material/get_material", params=query, json=body).content == PNG
        assert wx.post("material/del_material", {"media_id": first})["errcode"] == 0
        assert wx.post("material/del_material", {"media_id": first})["errcode"] == 40007


LIMITS: list[tuple[dict[str, Any], int | None]] = [
    ({"title": "题" * 64}, None),
    ({"title": "题" * 65}, 45003),
    ({"title": ""}, 45003),
    ({"author": "者" * 16}, None),
    ({"author": "者" * 17}, 45110),
    ({"digest": "摘" * 128}, None),
    ({"digest": "摘" * 129}, 45004),
    ({"content": "字" * 19_999}, None),
    ({"content": "字" * 20_000}, 45002),
    ({"content": ""}, 44004),
    ({"thumb_media_id": ""}, 40007),
    ({"thumb_media_id": "of-another-account"}, 40007),
    ({"content_source_url": "https://example.com/" + "a" * 1024}, 41039),
    ({"content_source_url": "example"}, 41039),
    ({"need_open_comment": 2}, 40097),
    ({"pic_crop_235_1": "0_0_1_0.5"}, None),
    ({"pic_crop_235_1": "0,0,1,1"}, 40097),
]


@pytest.mark.parametrize(("more", "errcode"), LIMITS)
def test_an_article_has_limits(more: dict[str, Any], errcode: int | None) -> None:
    with account() as wx:
        assert wx.post("draft/add", {"articles": [wx.article(**more)]}).get("errcode") == errcode


def test_a_title_over_the_pages_own_limit_is_taken_with_a_warning_in_the_log() -> None:
    with account() as wx:
        wx.draft(title="题" * 33)
        assert "33 characters" in wx.sim.log[-1]["warnings"][0]
        wx.draft(title="题" * 32)
        assert wx.sim.log[-1]["warnings"] == []


def test_an_escaped_character_counts_six() -> None:
    with account() as wx:
        cover = wx.cover()

        def add(**more: str) -> Any:
            article = {"title": "abc", "content": "<p>x</p>", "thumb_media_id": cover} | more
            return wx.post("draft/add", json.dumps({"articles": [article]}).encode())  # \u escapes

        assert "media_id" in add(title="十个汉字算六十个字符")
        assert add(title="十一个汉字算六十六字符")["errcode"] == 45003
        assert add(author="三个字")["errcode"] == 45110
        stored = wx.post("draft/get", {"media_id": add(author="编")["media_id"]})["news_item"][0]
        assert stored["author"] == "\\u7f16"


def test_a_draft_holds_one_to_eight_articles() -> None:
    with account() as wx:
        article = wx.article()
        assert wx.post("draft/add", {"articles": []})["errcode"] == 44003
        assert wx.post("draft/add", {"articles": [article] * 9})["errcode"] == 45008
        media_id = wx.post("draft/add", {"articles": [article] * 8})["media_id"]
        assert len(wx.post("draft/get", {"media_id": media_id})["news_item"]) == 8


def test_a_body_that_is_no_json_object_is_a_format_error() -> None:
    with account() as wx:
        for body in (b"[]", b"{", b"\xff\xfe{}"):
            assert wx.post("draft/add", body)["errcode"] == 47001
        assert wx.post("draft/add", {"articles": {}})["errcode"] == 47001
        assert wx.post("draft/add", b"")["errcode"] == 44002
        assert wx.get("draft/add")["errcode"] == 43002
        assert wx.post("draft/count")["errcode"] == 43001


def test_an_update_takes_one_object_and_an_index_from_zero() -> None:
    with account() as wx:
        media_id, article = wx.draft(), wx.article(title="改过的标题")
        change = {"media_id": media_id, "index": 0, "articles": article}
        assert wx.post("draft/update", change | {"articles": [article]})["errcode"] == 47001
        assert wx.post("draft/update", change | {"index": 1})["errcode"] == 40114
        assert wx.post("draft/update", change | {"media_id": "none"})["errcode"] == 40007
        wx.sim.advance(60)
        assert wx.post("draft/update", change) == {"errcode": 0, "errmsg": "ok"}
        item = wx.post("draft/batchget", {"offset": 0, "count": 20})["item"][0]
        assert item["content"]["news_item"][0]["title"] == "改过的标题"
        assert item["update_time"] == int(wx.sim.world.clock.now().timestamp())


def test_the_box_is_listed_newest_first_and_counted_and_emptied() -> None:
    with account() as wx:
        ids = [wx.draft(title=f"第{number}篇") for number in range(3)]
        page = wx.post("draft/batchget", {"offset": 1, "count": 20, "no_content": 1})
        assert (page["total_count"], page["item_count"]) == (3, 2)
        assert [one["media_id"] for one in page["item"]] == ids[1::-1]
        assert "content" not in page["item"][0]["content"]["news_item"][0]
        assert wx.post("draft/batchget", {"offset": 0, "count": 21})["errcode"] == 40097
        assert wx.post("draft/delete", {"media_id": ids[0]})["errcode"] == 0
        assert wx.post("draft/get", {"media_id": ids[0]})["errcode"] == 40007
        assert wx.get("draft/count")["total_count"] == 2
        assert wx.post("draft/switch", checkonly=1)["is_open"] == 1


def test_a_new_cover_may_take_two_seconds_to_be_known() -> None:
    with account(sync_seconds=2) as wx:
        article = wx.article()
        assert wx.post("draft/add", {"articles": [article]})["errcode"] == 40007
        wx.sim.advance(2)
        assert "media_id" in wx.post("draft/add", {"articles": [article]})


def test_a_picture_post_needs_its_pictures() -> None:
    with account() as wx:
        cover = wx.cover()
        post = {"article_type": "newspic", "title": "贴图", "content": "文字"}
        pictures = {"image_info": {"image_list": [{"image_media_id": cover}]}}
        assert wx.post("draft/add", {"articles": [post]})["errcode"] == 40007
        assert "media_id" in wx.post("draft/add", {"articles": [post | pictures]})
        assert wx.post("draft/add", {"articles": [post | pictures | {"content": "长" * 1001}]})["errcode"] == 45166


def test_without_the_privilege_comments_cannot_be_opened() -> None:
    with account(comment_privilege=False) as wx:
        assert wx.post("draft/add", {"articles": [wx.article(need_open_comment=1)]})["errcode"] == 88000


def test_a_missing_digest_is_made_of_the_first_54_characters() -> None:
    with account() as wx:
        media_id = wx.draft(digest="", content="<p>" + "字" * 30 + "</p><p>" + "文" * 60 + "</p>")
        digest = wx.post("draft/get", {"media_id": media_id})["news_item"][0]["digest"]
        assert digest == "字" * 30 + "文" * 24


CLEANED = [
    ('<p style="color:#ff0000">红</p>', '<p style="color: rgb(255, 0, 0);"><span leaf="">红</span></p>'),
    ('<p id="a" class="b" onclick="x()">文</p>', '<p><span leaf="">文</span></p>'),
    ("<div>一<br>二</div>", '<section><span leaf="">一</span><br  /><span leaf="">二</span></section>'),
    ("<style>p{}</style><script>x()</script><p>留</p>", '<p><span leaf="">留</span></p>'),
    ("<form><p>表</p></form><iframe src='x'></iframe><p>留</p>", '<p><span leaf="">留</span></p>'),
    ('<p style="position:fixed;z-index:9;margin:0">x</p>', '<p style="margin: 0;"><span leaf="">x</span></p>'),
    ('<p style="color:var(--c);--c:red">x</p>', '<p style=""><span leaf="">x</span></p>'),
    ('<p><a href="https://example.com/">外链</a></p>', '<p><span leaf="">外链</span></p>'),
    (
        '<a href="https://mp.weixin.qq.com/s/abc">旧文</a>',
        '<a href="https://mp.weixin.qq.com/s/abc"><span leaf="">旧文</span></a>',
    ),
    ('<p>图<img src="https://example.com/a.png"></p>', '<p><span leaf="">图</span></p>'),
    ('<code style="color:red">a&nbsp;&lt;b</code>', '<code><span leaf="">a&nbsp;&lt;b</span></code>'),
    ('<p><span leaf="">读回的</span></p>', '<p><span leaf="">读回的</span></p>'),
    ("<p>没关", '<p><span leaf="">没关</span></p>'),
]


@pytest.mark.parametrize(("sent", "expected"), CLEANED)
def test_the_platform_cleans_what_it_keeps(sent: str, expected: str) -> None:
    with account() as wx:
        shown = kept(wx, sent)
        assert shown.startswith(expected + "<p style=")
        assert shown.count("<mp-style-type") == 1
        assert kept(wx, shown) == shown


def test_an_own_picture_stays_and_loses_its_measures() -> None:
    with account() as wx:
        url = wx.upload("media/uploadimg")["url"]
        https = url.replace("http:", "https:")
        assert f'<img src="{https}"  />' in kept(wx, f'<p><img src="{https}" width="300" height="2"></p>')
        assert "<img" not in kept(wx, '<p>x<img src="http://mmbiz.qpic.cn/mmbiz_png/foreign/0"></p>')


def test_white_space_between_list_items_shows_as_an_empty_bullet() -> None:
    with account() as wx:
        assert kept(wx, "<ul><li>一</li><li>二</li></ul>").count("<li>") == 2
        assert kept(wx, "<ul><li>一</li>\n<li>二</li></ul>").count("<li>") == 3


@pytest.mark.parametrize(
    ("switch", "content"),
    [
        ({"links": "refuse"}, '<a href="https://example.com">x</a>'),
        ({"images": "refuse"}, '<img src="https://example.com/a.png">'),
        ({"markup": "refuse"}, "<p>x</p><script>1</script>"),
    ],
)
def test_the_platform_can_be_told_to_refuse_instead_of_cleaning(switch: dict[str, str], content: str) -> None:
    with account() as wx:
        assert "media_id" in wx.post("draft/add", {"articles": [wx.article(content=content)]})
        wx.sim.set(**switch)
        assert wx.post("draft/add", {"articles": [wx.article(content=content)]})["errcode"] == 45166
