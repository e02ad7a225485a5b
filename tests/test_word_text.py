"""Word's text becomes Markdown that shows the same text: whatever an author writes, a reader sees."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from word_kit import Word, run, shown_body

from content.lint.look import bare_html
from content.word.inline import Picture, picture

SIGNS = "*_`~#>-+=|[](){}!<>&$\\:.1）、。，“”《》 \u3000甲乙丙的了abc0129/@^\"'？！—…😀"
TEXT = st.text(alphabet=SIGNS, min_size=1, max_size=30)
ANY = st.text(
    alphabet=st.characters(
        min_codepoint=0x20, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf")
    ),
    min_size=1,
    max_size=30,
)


def squeezed(text: str) -> str:
    """A text with every stretch of blanks and line ends as one blank."""
    return re.sub(r"[\s\u2800]+", " ", text).strip()


def shown(word: Word) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return shown_body(word.read().body, Path(folder))


@given(st.lists(st.one_of(TEXT, ANY), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(["<!-- 注 -->", "正文"])
@example(["1. 甲", "2. 乙"])
@example(["# 甲", "> 乙", "- 丙", "---", "===", "```", "~~~", "$$x$$", "    四格"])
@example(["[^1] 甲", "[^1]: 乙", "[甲]: http://a.b", "![甲](乙.png)", "[甲](http://a.b)"])
@example(["http://a.b/c_d_e*f*g?h=1&amp;i 甲 https://甲.b/*x*"])
@example(["http://a.b/?a&lt;b&amp;", "http://a.b/&#38;c&copy=1&amp"])
@example(["| 甲 | 乙 |", "| --- | --- |", "| 1 | 2 |"])
@example(["\\", "甲\\", "\\*甲\\*", "`甲`", "``甲", "&copy; &#35; &lt;b&gt;"])
@example(["<b>甲</b>", "<script>甲</script>", "<div>", "</section>", "<a href='x'>甲</a>"])
def test_whatever_is_written_in_paragraphs_is_what_a_reader_sees(paragraphs: list[str]) -> None:
    word = Word().text("这是题目", style="Title").text("开头的一段正文。")
    for text in paragraphs:
        word.text(text)
    word.text("结尾的一段正文。")
    expected = squeezed("\n".join(["开头的一段正文。", *paragraphs, "结尾的一段正文。"]))
    assert squeezed(shown(word)) == expected


@given(
    st.lists(st.tuples(st.one_of(TEXT, ANY), st.sampled_from(["", "b", "i", "bi", "s", "sup"])), min_size=1, max_size=5)
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([("共", ""), ("12", "b"), ("3项", "")])
@example([("说", ""), ("“甲”", "b"), ("了", "")])
@example([("甲 ", "b"), ("乙", "")])
@example([("甲", "b"), ("乙", "i"), ("丙", "bi")])
@example([("a", ""), ("b", "b"), ("c", "")])
@example([("*", "b"), ("甲*", "b"), ("_", "i")])
@example([("a@", "bi"), ("1", "i"), ("b", "")])
@example([("~", ""), ("甲", "s"), ("~", "s"), ("乙~", "s")])
def test_bold_and_slanted_words_show_no_stars(runs: list[tuple[str, str]]) -> None:
    from xml.sax.saxutils import escape

    forms = {
        "": "",
        "s": "<w:strike/>",
        "b": "<w:b/>",
        "i": "<w:i/>",
        "bi": "<w:b/><w:i/>",
        "sup": '<w:vertAlign w:val="superscript"/>',
    }
    word = Word().text("这是题目", style="Title").text("开头的一段正文。")
    word.raw("".join([run("始"), *(run(escape(text), forms[form]) for text, form in runs), run("终")]))
    expected = squeezed("开头的一段正文。\n始" + "".join(text for text, _ in runs) + "终")
    assert squeezed(shown(word)) == expected


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), min_size=1, max_size=3))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([["a|b", "c\\|d"], ["`x|y`", "*"]])
def test_whatever_is_written_in_cells_is_what_a_reader_sees(rows: list[list[str]]) -> None:
    word = Word().text("这是题目", style="Title").text("正文。")
    table = word.document.add_table(len(rows), 2)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    seen = [squeezed(line) for line in shown(word).split("\n")]
    expected = ["正文。", *(squeezed(text) for row in rows for text in row)]
    assert [line for line in seen if line] == [line for line in expected if line]


@given(st.lists(TEXT, min_size=1, max_size=4), st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_written_in_lists_and_headings_is_what_a_reader_sees(texts: list[str], ordered: bool) -> None:
    word = Word().text("这是题目", style="Title").text("正文。")
    texts = [text for text in texts if text.strip()]  # an empty item takes a number in Word, and is dropped
    for text in texts:
        word.text(text, style="List Number" if ordered else "List Bullet")
    word.text("再一段。")
    for text in texts:
        word.text(text, style="Heading 2")
    word.text("末一段。")
    expected = ["正文。", *texts, "再一段。", *texts, "末一段。"]
    assert squeezed(shown(word)) == squeezed("\n".join(expected))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("　　甲乙", "甲乙"),
        ("\u00a0\u00a0  甲乙", "甲乙"),
        ("甲  乙   丙", "甲 乙 丙"),
        ("甲\u00ad乙", "甲乙"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("甲\t乙", "甲 乙"),
        ("张　三", "张　三"),
        ("甲\n　　乙", "甲\\\n乙"),
        ("\u202e甲", "甲"),
    ],
)
def test_blanks_that_only_shape_the_page_are_cleaned(written: str, kept: str) -> None:
    body = Word().text("题目", style="Title").text("开头。").text(written).read().body
    assert body == f"开头。\n\n{kept}\n"


def test_the_words_of_a_picture_are_shown_as_they_are_in_word() -> None:
    written = picture(Picture("a.png", "甲&amp;<b>*乙*[1]"), "丙 &lt; *丁*")
    html = bare_html(written)[0]
    assert 'alt="甲&amp;amp;＜b＞*乙*[1]"' in html
    assert ">丙 &amp;lt; *丁*<" in html
