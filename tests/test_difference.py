"""The difference of two frozen texts: by sentences and words, with what no word shows, and nothing where nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.difference import Kind, compare, difference
from content.models import Revision

A, B = "a" * 64, "b" * 64


def frozen(html: str = "<p>正文。</p>", **told: object) -> Revision:
    facts: dict[str, object] = {
        "title": "题", "author": "编辑部", "digest": "摘要", "cover": "c", "crop_235_1": "", "crop_1_1": "",
        "original_link": "", "comments": True,
    }  # fmt: skip
    facts |= {"sha256": repr((html, told)), "html": html} | told
    return Revision(**facts)


def marked(old: str, new: str) -> str:
    """What has changed as a reader of plain text sees it: [-gone-] {+new+} …"""
    signs = {Kind.SAME: "{}", Kind.GONE: "[-{}-]", Kind.NEW: "{{+{}+}}", Kind.GAP: "…"}
    return "".join(signs[piece.kind].format(piece.text) for piece in compare(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("定在12月5日，请来。", "定在12月6日，请来。", "定在12月[-5-]{+6+}日，请来。"),
        ("有1,250人参加。", "有1,350人参加。", "有[-1,250-]{+1,350+}人参加。"),
        ("一。二。三。", "一。三。", "一。[-二。-]三。"),
        ("一。三。", "一。二。三。", "一。{+二。+}三。"),
        ("天冷。一。二。三。四。五。花开。", "天热。一。二。三。四。五。花落。", "天[-冷-]{+热+}。一。…五。花[-开-]{+落+}。"),
        ("请带证件。", "食堂今天不营业！", "[-请带证件。-]{+食堂今天不营业！+}"),
        ("他说：“好。”走了。", "他说：“好。”来了。", "他说：“好。”[-走-]{+来+}了。"),
        ("", "新的。", "{+新的。+}"),
    ],
)  # fmt: skip
def test_a_change_is_marked_in_its_sentence_with_one_sentence_on_each_side(old: str, new: str, told: str) -> None:
    assert marked(old, new) == told


@given(st.text("一二三。\n！ab1,", max_size=60), st.text("一二三。\n！ab1,", max_size=60))
def test_what_is_marked_as_gone_and_new_is_all_that_differs(old: str, new: str) -> None:
    pieces = [piece for piece in compare(old, new) if piece.kind != Kind.SAME]
    assert bool(pieces) == (old != new)
    gone = "".join(piece.text for piece in compare(old, new) if piece.kind == Kind.GONE)
    added = "".join(piece.text for piece in compare(old, new) if piece.kind == Kind.NEW)
    assert len(old) - len(gone) == len(new) - len(added)


def test_a_long_text_without_any_sentence_is_compared_at_once() -> None:
    assert marked("长" * 9000, "短" * 9000) == f"[-{'长' * 9000}-]{{+{'短' * 9000}+}}"


def changes(old: Revision, new: Revision) -> dict[str, str]:
    names = {A: "图1.png", B: "图2.png"}
    return {change.name: "".join(piece.text for piece in change.pieces) for change in difference(old, new, names)}


def test_title_digest_and_author_are_compared_too() -> None:
    found = changes(frozen(), frozen(title="新题", digest="摘要改", author="记者"))
    assert list(found) == ["标题", "作者", "摘要"]


def picture(sha256: str) -> str:
    return f'<p>正文。</p><img src="wxops-picture:{sha256}">'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (frozen('<a href="https://a.cn/">看</a>'), frozen('<a href="https://b.cn/">看</a>'),
         {"链接": "https://a.cn/\nhttps://b.cn/\n"}),
        (frozen(), frozen(original_link="https://a.cn/"), {"链接": "阅读原文：https://a.cn/\n"}),
        (frozen(picture(A)), frozen(picture(B)), {"图片": "图1.png\n图2.png\n"}),
        (frozen(picture(A) + picture(B)), frozen(picture(B) + picture(A)), {"图片": "先后变了"}),
        (frozen(), frozen(cover="d"), {"封面": "换了一张"}),
        (frozen(), frozen(crop_1_1="0_0_1_1"), {"封面": "裁切变了"}),
        (frozen(), frozen(comments=False), {"留言": "打开关闭"}),
        (frozen(), frozen("<p style='color:red'>正文。</p>"), {"排版": "文字、链接和图片都没有变化，只是排版变了。"}),
        (frozen(), frozen(), {}),
    ],
)  # fmt: skip
def test_what_no_word_of_the_text_shows_is_said(old: Revision, new: Revision, told: dict[str, str]) -> None:
    assert changes(old, new) == told


def test_another_picture_under_the_same_name_is_said_to_be_another() -> None:
    found = difference(frozen(picture(A)), frozen(picture(B)), {A: "图.png", B: "图.png"})
    assert [piece.text for piece in found[0].pieces] == ["图.png（换了一张）\n"]
