"""Fixing: only what has one right answer, only there, and twice is the same as once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.frontmatter import read_front_matter
from content.lint import samples
from content.lint.fixing import Mended, fix_file, mend
from content.lint.look import bare_html
from content.render import visible_text

CONTEXT = samples.context()
FILE = Path("/nowhere/index.md")
FRONT = "---\ntitle: 标题,一\n---\n"


def mended(text: str, encoding: str = "utf-8") -> str:
    return mend(text.encode(encoding), FILE, "a.md", CONTEXT).data.decode(encoding)


MENDS = [
    ("登记,领取", "登记，领取"),
    ("时间:九点", "时间：九点"),
    ("社区(新)", "社区（新）"),
    ("社区（新)", "社区（新）"),
    ('他说"好的"。', "他说“好的”。"),
    ("共１２户，Ａ座", "共12户，A座"),
    ("完了。。", "完了。"),
    ("甲，，乙", "甲，乙"),
    ("太好了！！！", "太好了！"),
    ("管理精淮化", "管理精准化"),
    ("打13800138000", "打138****8000"),
    ("证11010519491231002X", "证11*************02X"),
    ("卡6222021234567890128", "卡6222***********0128"),
    ("**注意:**请看", "**注意：**请看"),
    ("> - 甲,乙\n>   丙,丁", "> - 甲，乙\n>   丙，丁"),
    ("| 甲,乙 | 丙 |\n|---|---|\n| 丁:戊 | １ |", "| 甲，乙 | 丙 |\n|---|---|\n| 丁：戊 | 1 |"),
    ("[甲,乙](丙,丁.md)", "[甲，乙](丙,丁.md)"),
    ("甲,,乙", "甲,,乙"),
    ("![甲,乙](a.png)", "![甲，乙](a.png)"),
    ("![图](合影,全体 一.png)和甲,乙", "![图](合影,全体 一.png)和甲，乙"),
]


@pytest.mark.parametrize(("before", "after"), MENDS, ids=[before for before, _ in MENDS])
def test_what_has_one_right_answer_is_written(before: str, after: str) -> None:
    assert mended(FRONT + before) == FRONT + after


KEPT = [
    "`甲,乙`和```甲,乙```",
    "```\n甲,乙 13800138000\n```",
    "<!-- 甲,乙 -->",
    "[甲](https://example.com/甲,乙?a=13800138000)",
    "![图](甲,乙.png)",
    "https://example.com/１,２",
    "<span title='甲,乙'>好</span>",
    "[x]: https://example.com/甲,乙",
    "管理精**淮**化",
    "领导亲自参加12月5日（周日）的会,",
    "１. 甲",
    "![图](合影,全体 13800138000.png)",
    "&ａｍｐ;",
    "<ｂ>甲</ｂ>",
    "原价1,234元，3:2，it's (ok), 12:30",
]


@pytest.mark.parametrize("text", KEPT)
def test_code_links_numbers_and_doubtful_things_are_left_alone(text: str) -> None:
    expected = text.replace("会,", "会，")
    assert mended(FRONT + text) == FRONT + expected


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_encoding_mark_and_line_ends_stay(encoding: str, end: str, mark: str) -> None:
    if encoding.startswith("utf-16") and not mark:
        pytest.skip("UTF-16 is known by its mark")
    if encoding == "gb18030" and mark:
        pytest.skip("the mark is Unicode's")
    before = mark + f"{FRONT}甲,乙\n\n丙。。".replace("\n", end)
    assert mended(before, encoding) == before.replace("甲,乙", "甲，乙").replace("。。", "。")


def test_without_front_matter_the_first_line_behind_the_mark_is_mended_in_its_place() -> None:
    assert mended("\ufeff甲,乙") == "\ufeff甲，乙"


def test_bytes_that_cannot_be_read_exactly_stay_as_they_are() -> None:
    data = FRONT.encode() + "甲,乙".encode() + b"\xff\xff\x80"
    assert mend(data, FILE, "a.md", CONTEXT) == Mended(data)


def test_a_file_is_written_only_when_something_was_mended(tmp_path: Path) -> None:
    file = tmp_path / "index.md"
    file.write_text(FRONT + "甲,乙", "utf-8")
    assert [problem.code for problem in fix_file(file, "a.md", CONTEXT)] == ["HALF_WIDTH"]
    first = file.stat().st_mtime_ns
    assert fix_file(file, "a.md", CONTEXT) == ()
    assert file.stat().st_mtime_ns == first
    assert [path.name for path in tmp_path.iterdir()] == ["index.md"]


TEXTS = st.text(
    st.sampled_from("甲乙丙社区精淮化,;:!?。，、“”\"()（）[]*_`~#>-|\n １２Ａａ．.0123456789X<>&\\/!=") , max_size=80
) | st.lists(
    st.sampled_from(
        ["甲,乙", "13800138000", "**", "精淮", "。。", "`", "```\n", "[a](b)", "\n\n", "- ", "１", "<b>", "(甲)", '"', "甲", "|", "（", ")", "11010519491231002X", "*", "~~", "> "]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_fixing_twice_is_fixing_once(text: str) -> None:
    once = mended(FRONT + text)
    assert mended(once) == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_reader_sees_the_same_but_for_the_mended_places(text: str) -> None:
    done = mend((FRONT + text).encode(), FILE, "a.md", CONTEXT)
    before, after = (_html(data) for data in (FRONT + text, done.data.decode()))
    assert _tags(before) == _tags(after)
    seen, expected = visible_text(after), visible_text(before)
    if not done.done:
        assert seen == expected
    changed = "".join(problem.was + problem.fix for problem in done.done)
    changed += " \n"  # a line end beside a mended mark joins as Chinese marks do: without a blank
    assert _without(seen, changed) == _without(expected, changed)


def _html(text: str) -> str:
    return bare_html(read_front_matter(text, "a.md").body)[0]


def _tags(html: str) -> list[str]:
    return re.findall("<[^<>]*>", re.sub(r' alt="[^"]*"', "", html))


def _without(text: str, chars: str) -> str:
    return "".join(char for char in text if char not in chars)
