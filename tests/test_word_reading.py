"""A Word file becomes an article's text: headings, lists, tables, pictures, notes, links, the facts at its head."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from word_kit import Word, picture, relationship, run, shown_body

from content.word.manuscript import read_word

HEAD = ("题目", "开头的一段正文，说明缘由。")


def begun() -> Word:
    """A document with a title and a first paragraph."""
    return Word().text(HEAD[0], style="Title").text(HEAD[1])


def body_of(word: Word) -> str:
    """The text after the first paragraph."""
    return word.read().body.removeprefix(HEAD[1] + "\n\n").rstrip("\n")


@pytest.mark.parametrize(
    ("text", "style", "bold", "size", "expected"),
    [
        ("一、背景", None, True, None, "## 一、背景"),
        ("一、背景", None, False, 16, "## 一、背景"),
        ("一、背景", None, False, None, "一、背景"),
        ("（一）缘起", None, True, None, "## （一）缘起"),
        ("1、缘起", None, True, None, "## 1、缘起"),
        ("怎么办", None, True, None, "## 怎么办"),
        ("怎么办？", None, True, None, "## 怎么办？"),
        ("这句话很要紧。", None, True, None, "**这句话很要紧。**"),
        ("背景", "Heading 1", False, None, "## 背景"),
        ("背景", "Heading 3", False, None, "## 背景"),
    ],
)
def test_a_line_that_word_or_the_eye_takes_for_a_heading_is_one(
    text: str, style: str | None, bold: bool, size: float | None, expected: str
) -> None:
    word = begun().text(text, style=style, bold=bold, size=size).text("后面的一段。")
    assert body_of(word).split("\n\n")[0] == expected


def test_levels_of_headings_follow_their_numbers_and_begin_below_the_title() -> None:
    word = begun()
    for text in ("一、背景", "（一）缘起", "1. 难处"):
        word.text(text, bold=True).text("正文一段。")
    headings = [line for line in body_of(word).split("\n") if line.startswith("#")]
    assert headings == ["## 一、背景", "### （一）缘起", "#### 1. 难处"]


def test_several_bold_lines_one_after_another_are_no_headings() -> None:
    word = begun().text("车头朝里", bold=True).text("照线停放", bold=True).text("末段。")
    assert body_of(word) == "**车头朝里**\n\n**照线停放**\n\n末段。"


def test_a_heading_whose_look_comes_from_its_style_is_seen() -> None:
    word = begun()
    style = word.document.styles.add_style("小标题", 1)
    style.font.bold, style.font.size = True, docx.shared.Pt(16)
    word.text("怎么办", style="小标题").text("照约定办。")
    assert body_of(word) == "## 怎么办\n\n照约定办。"


@pytest.mark.parametrize(
    ("build", "title"),
    [
        (lambda w: w.text("题目在此", style="Title").text("正文。"), "题目在此"),
        (lambda w: w.text("题目在此", style="Heading 1").text("正文。").text("小节", style="Heading 1"), "题目在此"),
        (lambda w: w.text("题目在此", bold=True, centred=True).text("正文。"), "题目在此"),
        (lambda w: w.text("题目在此", size=22, centred=True).text("正文。"), "题目在此"),
        (
            lambda w: w.text("内部资料", centred=True).text("题目在此", bold=True, centred=True).text("正文。"),
            "题目在此",
        ),
        (lambda w: w.text().text().text("题目在此", bold=True, centred=True).text("正文。"), "题目在此"),
        (lambda w: w.text("题目\n在此", bold=True, centred=True).text("正文。"), "题目 在此"),
        (lambda w: w.text("一、背景", style="Heading 1").text("正文。"), ""),
        (lambda w: w.text("一开头就是正文，没有题目。").text("小节", style="Heading 1"), ""),
    ],
)
def test_the_title_is_found_and_is_no_part_of_the_text(build: object, title: str) -> None:
    found = build(Word()).read()  # type: ignore[operator]
    assert found.title == title
    assert "题目" not in found.body or not title


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("作者：张编辑", ("张编辑", "")),
        ("来源：槐树里社区", ("", "槐树里社区")),
        ("供稿：槐树里社区", ("", "槐树里社区")),
        ("来源：槐树里社区　　作者：张编辑", ("张编辑", "槐树里社区")),
        ("（作者：张编辑）", ("张编辑", "")),
        ("作者:张编辑 | 来源:云杉街道", ("张编辑", "云杉街道")),
        ("文/张编辑", ("张编辑", "")),
        ("（槐树里社区供稿）", ("", "槐树里社区")),
        ("作者说：张编辑", ("", "")),
        ("来源：这是一句正文。后面还有。", ("", "")),
        ("图/李编辑 文/张编辑", ("", "")),
    ],
)
@pytest.mark.parametrize("at_the_end", [False, True])
def test_lines_that_say_whose_it_is_become_facts(line: str, facts: tuple[str, str], at_the_end: bool) -> None:
    word = Word().text("题目", style="Title")
    word = word.text("正文一段。").text(line) if at_the_end else word.text(line, centred=True).text("正文一段。")
    found = word.read()
    assert (found.author, found.source) == facts
    assert (line.strip() in found.body.replace("\\", "")) == (facts == ("", ""))


def test_the_moment_of_publication_is_taken_and_a_date_under_the_title_is_named() -> None:
    word = Word().text("题目", style="Title").text("2026年12月1日", centred=True).text("发布时间：2026年12月5日18:30")
    found = word.text("正文。").read()
    assert found.publish_at == "2026年12月5日18:30"
    assert found.body == "正文。\n"
    assert "2026年12月1日" in "".join(found.report.lines())


def test_a_date_at_the_end_stays() -> None:
    word = begun().text("槐树里社区居委会").text("2026年12月1日")
    assert body_of(word) == "槐树里社区居委会\n\n2026年12月1日"


def test_lists_keep_their_nesting_and_their_numbers() -> None:
    word = begun()
    bullets, numbers = (
        word.numbering(("bullet", ""), ("bullet", "")),
        word.numbering(("decimal", "%1."), ("lowerLetter", "%2)")),
    )
    word.item("甲", bullets).item("甲一", bullets, 1).item("乙", bullets).text("中间一段。")
    word.item("子", numbers).item("子一", numbers, 1).item("子二", numbers, 1).text("隔一段。").item("丑", numbers)
    assert body_of(word) == ("- 甲\n  - 甲一\n- 乙\n\n中间一段。\n\n1. 子\n   1. 子一\n   2. 子二\n\n隔一段。\n\n2. 丑")


def test_two_numbered_lists_that_meet_keep_the_numbers_word_shows(tmp_path: Path) -> None:
    word = begun()
    first, second = word.numbering(("decimal", "%1.")), word.numbering(("decimal", "%1."))
    word.item("甲", first).item("乙", first).item("子", second).item("丑", second)
    assert "1. 甲\n2. 乙\n1. 子\n2. 丑" in shown_body(word.read().body, tmp_path)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ((("chineseCounting", "%1、"),), ["一、甲", "二、乙"]),
        ((("japaneseCounting", "（%1）"),), ["（一）甲", "（二）乙"]),
        ((("chineseCountingThousand", "第%1条"),), ["第一条 甲", "第二条 乙"]),
        ((("decimalEnclosedCircle", "%1"),), ["① 甲", "② 乙"]),
        ((("upperRoman", "%1."),), ["I. 甲", "II. 乙"]),
        ((("decimal", "（%1）"),), ["（1）甲", "（2）乙"]),
    ],
)
def test_automatic_numbers_that_markdown_lacks_become_text_and_are_named(
    levels: tuple[tuple[str, str], ...], shown: list[str], tmp_path: Path
) -> None:
    word = begun()
    number = word.numbering(*levels)
    found = word.item("甲", number).item("乙", number).text("末段。").read()
    assert shown_body(found.body, tmp_path).split("\n")[1:3] == shown
    assert "自动编号" in "".join(found.report.lines())


def test_headings_keep_their_automatic_numbers() -> None:
    word = begun()
    number = word.numbering(("decimal", "%1"), ("decimal", "%1.%2"))
    word.item("总则", number, style="Heading1").item("范围", number, 1, style="Heading2")
    word.item("细则", number, style="Heading1").item("时间", number, 1, style="Heading2").text("末段。")
    headings = [line for line in body_of(word).split("\n") if line.startswith("#")]
    assert headings == ["## 1 总则", "### 1.1 范围", "## 2 细则", "### 2.1 时间"]


def test_a_table_becomes_one_and_its_merged_cells_are_kept_and_named(tmp_path: Path) -> None:
    word = begun()
    table = word.document.add_table(3, 2)
    for at, text in enumerate(("步骤", "谁来做", "采集", "居民", "分级", "居委会")):
        table.cell(at // 2, at % 2).text = text
    assert body_of(word) == "| 步骤 | 谁来做 |\n| --- | --- |\n| 采集 | 居民 |\n| 分级 | 居委会 |"
    table.cell(1, 1).merge(table.cell(2, 1))
    found = word.read()
    assert '<td rowspan="2">居民<br>居委会</td>' in found.body
    assert "合并单元格" in found.report.lines()[0]
    assert "步骤" in found.report.lines()[0]
    assert shown_body(found.body, tmp_path).split("\n")[1:] == ["步骤", "谁来做", "采集", "居民", "居委会", "分级"]


def test_a_frame_of_one_cell_and_a_table_that_only_holds_pictures_are_taken_apart() -> None:
    word = begun()
    word.document.add_table(1, 1).cell(0, 0).text = "温馨提示：请带身份证。"
    table = word.document.add_table(2, 2)
    for at, colour in enumerate(("red", "blue")):
        table.cell(0, at).paragraphs[0].add_run().add_picture(io.BytesIO(picture(colour)))
        table.cell(1, at).text = f"图{at + 1}"
    found = word.read()
    assert found.body.split("\n\n")[1:4] == ["温馨提示：请带身份证。", "![图1](图1.png)", "![图2](图2.png)\n"]
    assert "|" not in found.body
    assert len(found.report.lines()) == 2


def test_pictures_are_files_in_order_each_once_and_named_by_what_they_are() -> None:
    word = begun().image("red").text("中间。").image("blue", kind="JPEG").image("red")
    found = word.read()
    assert found.pictures == {"图1.png": picture("red"), "图2.jpg": picture("blue", "JPEG")}
    assert body_of(word) == "![](图1.png)\n\n中间。\n\n![](图2.jpg)\n\n![](图1.png)"


@pytest.mark.parametrize(
    ("alt", "below", "expected"),
    [
        ("", "图1 议事现场", "![图1 议事现场](图1.png)"),
        ("", "邻居们围坐议事", "![邻居们围坐议事](图1.png)"),
        ("邻居们围坐在圆桌旁", "", "![邻居们围坐在圆桌旁](图1.png)"),
        ("邻居们围坐", "图1 议事", '![邻居们围坐](图1.png "图1 议事")'),
        ("图片 1", "", "![](图1.png)"),
        ("IMG_20261201.jpg", "", "![](图1.png)"),
        ("C:\\Users\\a\\b.png", "", "![](图1.png)"),
        ("图形用户界面\n\n描述已自动生成", "", "![](图1.png)"),
        ("说[明]", "", "![说\\[明\\]](图1.png)"),
    ],
)
def test_a_caption_is_the_short_line_below_or_what_a_person_said_of_the_picture(
    alt: str, below: str, expected: str
) -> None:
    word = begun().image(alt=alt)
    word = word.text(below, centred=True) if below else word
    assert body_of(word.text("后面的正文，写得长一些。")).split("\n\n") == [expected, "后面的正文，写得长一些。"]


def test_a_picture_amid_a_sentence_stays_there() -> None:
    word = begun()
    paragraph = word.document.add_paragraph("点")
    paragraph.add_run().add_picture(io.BytesIO(picture()))
    paragraph.add_run("进入。")
    assert body_of(word) == "点![](图1.png)进入。"


def test_links_are_kept_and_those_into_the_authors_machine_are_named() -> None:
    word = begun()
    word.parts["rels:word/document.xml"] = relationship(
        "x1", "hyperlink", "https://example.org/a_b(1)", "out"
    ) + relationship("x2", "hyperlink", "file:///C:/稿件/附件.docx", "out")
    word.raw(run("见!") + f'<w:hyperlink r:id="x1">{run("办事指南")}</w:hyperlink>' + run("。"))
    word.raw(run("见") + f'<w:hyperlink r:id="x2">{run("附件")}</w:hyperlink>' + run("。"))
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    told = '<w:r><w:instrText xml:space="preserve"> HYPERLINK "http://example.org/c" </w:instrText></w:r>'
    word.raw(field.format("begin") + told + field.format("separate") + run("网页") + field.format("end"))
    found = word.read()
    assert found.body.split("\n\n")[1:] == [
        "见\\![办事指南](<https://example.org/a_b(1)>)。", "见附件。", "[网页](http://example.org/c)\n",
    ]  # fmt: skip
    assert "附件.docx" in "".join(found.report.lines())


def test_footnotes_and_endnotes_stand_under_the_text_in_the_order_of_the_text() -> None:
    word = begun()
    notes = '<w:{0}s {1}><w:{0} w:id="5"><w:p>{2}</w:p></w:{0}></w:{0}s>'
    from word_kit import SPACES

    for kind, text in (("footnote", "脚注一。"), ("endnote", "尾注一。")):
        word.parts[f"word/{kind}s.xml"] = notes.format(kind, SPACES, run(text)).encode()
    word.parts["rels:word/document.xml"] = relationship("n1", "footnotes", "footnotes.xml") + relationship(
        "n2", "endnotes", "endnotes.xml"
    )
    word.raw(
        run("甲")
        + '<w:r><w:endnoteReference w:id="5"/></w:r>'
        + run("乙")
        + '<w:r><w:footnoteReference w:id="5"/></w:r>'
    )
    assert body_of(word) == "甲[^1]乙[^2]\n\n[^1]: 尾注一。\n\n[^2]: 脚注一。"


def test_line_breaks_bold_struck_and_raised_text_are_kept_and_fonts_and_colours_are_not() -> None:
    word = begun()
    word.raw(
        run("甲", "<w:b/><w:color w:val='FF0000'/>") + run("乙", '<w:rFonts w:eastAsia="楷体"/><w:u w:val="single"/>')
        + "<w:r><w:br/></w:r>" + run("10m") + run("2", '<w:vertAlign w:val="superscript"/>') + run("旧", "<w:strike/>")
    )  # fmt: skip
    found = word.read()
    assert found.body.split("\n\n")[1] == "**甲**乙\\\n10m<sup>2</sup>~~旧~~\n"
    assert "删除线" in "".join(found.report.lines())


def test_empty_paragraphs_and_page_breaks_are_dropped() -> None:
    word = begun().text().text("　　").text("甲").raw('<w:r><w:br w:type="page"/></w:r>').text("乙")
    assert body_of(word) == "甲\n\n乙"


def test_a_file_in_the_strict_form_of_the_standard_is_read() -> None:
    from word_kit import patched

    data = begun().text("甲").bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        strict = archive.read("word/document.xml").replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    assert read_word(patched(data, {"word/document.xml": strict}), "a.docx").body.endswith("甲\n")


def test_a_document_of_wps_with_a_compatibility_setting_and_its_own_names_is_read() -> None:
    """WPS writes its own namespaces, «标题 1» as a style's name, and parts from the root."""
    word = Word()
    word.document.styles["Heading 1"].element.find(docx.oxml.ns.qn("w:name")).set(docx.oxml.ns.qn("w:val"), "标题 1")
    word.raw('<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' + run("题目"))
    word.raw(
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr><w:t>正文</w:t></w:r>'
    )
    found = word.read()
    assert (found.title, found.body) == ("题目", "正文\n")
