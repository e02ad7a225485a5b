"""What a search overlooks, and what it does not."""

from __future__ import annotations

import pytest

from content.finding import Needle
from content.folding import excerpt, folded, needle_of, pattern_of
from content.lint.privacy import masked

pytestmark = pytest.mark.one_database


def found(word: str, text: str) -> list[str]:
    return [match[0] for match in pattern_of(needle_of(word)).finditer(text)]


@pytest.mark.parametrize(
    ("word", "text", "spelt"),
    [
        ("残废人", "帮扶残废人。", "残废人"),
        ("残废人", "帮扶残 废　人。", "残 废　人"),
        ("残废人", "帮扶残*废··人。", "残*废··人"),
        ("残废人", "帮扶残\u200b废\ufeff人。", "残\u200b废\ufeff人"),
        ("残 废 人", "帮扶残废人。", "残废人"),
        ("WiFi", "免费ＷＩＦＩ。", "ＷＩＦＩ"),
        ("12345", "拨打１２３ 45。", "１２３ 45"),
        ("人文社区", "⼈⽂社区。", "⼈⽂社区"),  # radicals that look the same
        ("“一带一路”战略", "“一带一路” 战略", "“一带一路” 战略"),
        ("3.5", "增长3.5倍", "3.5"),
        ("a,b", "a，b", "a，b"),
    ],
)
def test_width_case_blanks_and_signs_between_characters_hide_nothing(word: str, text: str, spelt: str) -> None:
    assert found(word, text) == [spelt]


@pytest.mark.parametrize(
    ("word", "text"),
    [("区工", "社区。工作"), ("区工", "社区\n工作"), ("35", "3.5"), ("区工", "社区、工作"), ("ab", "a-b")],
)
def test_what_a_reader_sees_as_two_words_is_not_one(word: str, text: str) -> None:
    assert found(word, text) == []


def test_a_word_of_blanks_and_marks_alone_is_none() -> None:
    assert needle_of(" \u200b\u3000") == ""


def test_a_place_is_told_with_what_stands_around_it() -> None:
    text = "一二三四五六七八九十一二三四五残废人一二三四五六七八九十一二三四五"
    assert excerpt(text, 15, 18) == "……四五六七八九十一二三四五【残废人】一二三四五六七八九十一二……"
    assert excerpt("头残废人\n尾", 1, 4) == "头【残废人】 尾"
    hit = Needle("残废人").find_in([("标题", "好"), ("正文", "残废人和残 废人"), ("链接", "残废人")])
    assert hit is not None
    assert (hit.where, hit.more) == ("正文", 2)


def test_a_text_is_folded_for_rules_with_its_punctuation_and_each_place_is_known() -> None:
    text = "主 任：张*三，\n电话１２３。a-b"
    made = folded(text)
    assert made.text == "主任：张三，\n电话123。a-b"
    assert text[slice(*made.span(3, 5))] == "张*三"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打13800138000", "打138****8000"),
        ("打138-0013.8000。", "打138****8000。"),
        ("打１３８００１３８０００", "打１３８****８０００"),
        ("11010519491231002X", "11*************02X"),
        ("卡6222021234567890128", "卡6222********0128"),
        ("李奶奶住3号楼2单元501，腿脚不便", "李奶奶住*号楼*单元***，腿脚不便"),
        ("12月5日上午9点，热线12345", "12月5日上午9点，热线12345"),
        ("座机66001234", "座机6600****"),
        ("（010）6600-1234转8", "（010）6600-****转8"),
        ("家里 8800 1234，晚上在", "家里 8800 ****，晚上在"),
        ("010-66001234", "010****1234"),
        ("6222 0210 0112 3456 789", "6222********6789"),
        ("6222-0210-0112-3456-789", "622****6789"),
        ("住5-2-301室", "住*-*-***室"),
        ("5-2-1301，有人", "*-*-****，有人"),
        ("5-301室刘奶奶", "*-***室刘奶奶"),
        ("5栋301、6幢 1202室", "*栋***、*幢 ****室"),
        ("QQ：123456789", "QQ：12****"),
        ("qq号 13800138000", "qq号 13****"),
        ("加微信:wxid_abc12", "加微信:wx****"),
        ("邮箱 liu.nai-nai@qq.com。", "邮箱 l****@qq.com。"),
        ("13800138000@163.com", "1****@163.com"),
    ],
)
def test_no_private_number_is_left_in_a_masked_text(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "互动 66001234 次", "56,001,234", "20261130 的表", "累计 5000-6000 人", "12-05-2026 开会", "2026-12-05", "5-6人 301 室外",
        "微信公众号西城家园", "街道@大家", "https://a.cn/@ab/5-2", "QQ 群已建", "收入 56001234.50 元", "编号 BJ66001234",
    ],
)  # fmt: skip
def test_what_is_no_private_number_stays(text: str) -> None:
    assert masked(text) == text
