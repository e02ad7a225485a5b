"""replies.csv: read with every fault at once, matched as people write, kept as it was while it is broken."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from test_spreadsheet import sheet

from content.article import Level
from content.clock import SHANGHAI
from content.lint.answers import answers_are_fit
from content.lint.tables import tables
from content.replies import BUILT_IN, Kind, Match, read_replies
from content.reply_book import ReplyBook

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
STARTER = Path(__file__).resolve().parent.parent / "content" / "starter"
HEAD = "关键词,匹配,类型,内容\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "replies.csv").write_text(text, encoding=encoding)
    return folder


def faults(folder: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in read_replies(folder).problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_either_encoding_with_its_line_ends(tmp_path: Path, encoding: str) -> None:
    text = "# 说明\n" + HEAD + ',关注,,"您好。\n欢迎。"\n议事,包含,文章,12\n'
    found = read_replies(written(tmp_path, text, encoding))
    assert found.problems == ()
    assert [(row.match, row.keyword, row.kind, row.text, row.line) for row in found.rows] == [
        (Match.WELCOME, "", Kind.TEXT, "您好。\n欢迎。", 3),
        (Match.CONTAIN, "议事", Kind.ARTICLE, "12", 5),
    ]


def test_english_names_and_a_spreadsheet_do_as_well(tmp_path: Path) -> None:
    rows = [["keyword", "match", "kind", "reply"], ["", "default", "text", "在"], ["Help", "equal", "", "是"]]
    sheet(tmp_path / "replies.xlsx", rows)
    found = read_replies(tmp_path)
    assert (found.problems, found.default and found.default.text) == ((), "在")
    assert [row.text for row in [found.equal("ｈｅｌｐ ！")] if row] == ["是"]


def test_all_faults_are_told_at_once_with_line_and_cure_and_the_other_rows_count(tmp_path: Path) -> None:
    long = "长" * 700
    text = (
        f"{HEAD},包含,文字,没有词\n养老,相似,文字,不认识\n养老,包含,图片,不认识\n助餐,包含,文字,{long}\n助餐,全等,文章,第三篇\n"
        "办事,全等,文章,http://mp.weixin.qq.com/s/a 办事指南\n办事,全等,文章,https://mp.weixin.qq.com/s/a\n"
        "低保,全等,文字,对\n 低 保！,全等,文字,重复\n,默认,文字,甲\n,默认,文字,乙\n您好,关注,文字,丙\n婚姻,包含,文字,\n"
    )
    found = faults(written(tmp_path, text))
    assert [line for line, _ in found] == [2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14]
    told = "\n".join(message for _, message in found)
    for words in (
        "“包含”要写关键词", "请写：全等、包含、关注、默认", "请写：文字、文章", "一条回复最多 2048 字节", "请写文章编号",
        "https://mp.weixin.qq.com/s/a", "空一格写文章的标题", "和第 9 行重复", "“默认”和第 11 行重复", "不看关键词", "是空的",
    ):  # fmt: skip
        assert words in told, words
    rows = read_replies(tmp_path).rows
    assert [(row.match.value, row.text) for row in rows] == [("全等", "对"), ("默认", "甲"), ("关注", "丙")]
    assert [p.level for p in read_replies(tmp_path).problems if p.line == 13] == [Level.WARN]


def test_a_table_without_its_columns_says_which(tmp_path: Path) -> None:
    assert "reply" in faults(written(tmp_path, "关键词,匹配\n养老,全等\n"))[0][1]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("养老助餐", "助餐"),
        (" 养老 助餐！", "助餐"),
        ("请问养老助餐怎么申请？", "助餐"),
        ("请问养老怎么办", "养老"),
        ("WIFI密码", "网"),
        ("ｗｉｆｉ 密码。", "网"),
        ("wifi密码是多少", None),
        ("你好", None),
        ("？！", None),
        ("", None),
    ],
)
def test_words_are_matched_as_people_write_them_and_the_longest_keyword_wins(
    tmp_path: Path, asked: str, answer: str | None
) -> None:
    rows = "养老,包含,文字,养老\n养老助餐,包含,文字,助餐\nWiFi密码,全等,文字,网\n"
    found = read_replies(written(tmp_path, HEAD + rows))
    reply = found.equal(asked) or found.within(asked)
    assert (reply.text if reply else None) == answer


def test_what_is_offered_are_keywords_and_no_keys_of_a_menu(tmp_path: Path) -> None:
    rows = "养老,包含,文字,养老\nV1_GOOD,全等,文字,好\n低保,全等,文字,低保\n,默认,文字,{关键词}\n"
    assert read_replies(written(tmp_path, HEAD + rows)).offered == "养老、低保"


def test_a_changed_file_is_noticed_and_a_broken_one_leaves_the_answers_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replies = ReplyBook(tmp_path)
    assert replies.current() is BUILT_IN
    written(tmp_path, HEAD + "养老,包含,文字,一\n")
    first = replies.current()
    assert replies.current() is first
    assert [row.text for row in first.rows] == ["一"]
    written(tmp_path, HEAD + "养老,包含,文字,二\n养老,包含,文字,重复\n")
    os.utime(tmp_path / "replies.csv", ns=(1, 1))
    assert (replies.current(), replies.current()) == (first, first)
    assert caplog.text.count("the answers for readers have faults") == 1
    written(tmp_path, HEAD + "养老,包含,文字,三\n")
    assert [row.text for row in replies.current().rows] == ["三"]
    (tmp_path / "replies.csv").unlink()
    assert replies.current() is BUILT_IN


def test_of_a_table_that_was_never_whole_the_good_rows_count(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "养老,包含,文字,一\n养老,包含,文字,重复\n")
    assert [row.text for row in ReplyBook(tmp_path).current().rows] == ["一"]


def test_the_texts_are_checked_like_everything_that_readers_get(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "残疾,包含,文字,帮扶辖区残废人。\n议事,包含,文章,https://mp.weixin.qq.com/s/a 坐谈会\n")
    found = [(p.path, p.line, p.code) for p in answers_are_fit(tmp_path, tables(tmp_path), NOW)]
    assert found == [("replies.csv", 2, "WORD_BANNED"), ("replies.csv", 3, "TYPO")]


def test_the_starters_answers_are_without_fault() -> None:
    assert list(answers_are_fit(STARTER, tables(STARTER), NOW)) == []
    found = read_replies(STARTER)
    assert found.welcome
    assert found.default
    assert len(found.rows) > 4
