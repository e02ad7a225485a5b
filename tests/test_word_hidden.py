"""What mammoth passes over in silence is kept, or named with the text nearby: nothing is lost unnoticed."""

from __future__ import annotations

import pytest
from word_kit import SPACES, Word, picture, relationship, run

from content.word.manuscript import Manuscript

BOX = "<w:txbxContent><w:p>{}</w:p></w:txbxContent>"
NEW_BOX = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{0}'
    "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:shape><v:textbox>{0}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
)
OLD_BOX = "<w:pict><v:shape><v:textbox>{0}</v:textbox></v:shape></w:pict>"
LONE_BOX = (
    "<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>{0}</wps:txbx></wps:wsp></a:graphicData>"
    "</a:graphic></wp:inline></w:drawing>"
)
BLIP = '<pic:pic><pic:blipFill><a:blip r:embed="{0}"/>{1}</pic:blipFill>{2}</pic:pic>'


def drawing(inside: str, holder: str = "wp:inline") -> str:
    return f"<w:r><w:drawing><{holder}><a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></{holder}></w:drawing></w:r>"


def begun() -> Word:
    return Word().text("题目", style="Title").text("开头的一段。")


def told(found: Manuscript) -> str:
    return "\n".join(found.report.lines())


@pytest.mark.parametrize("box", [NEW_BOX, OLD_BOX, LONE_BOX])
def test_the_text_of_a_text_box_comes_after_its_paragraph_once_and_is_named(box: str) -> None:
    word = begun().raw(run("框边的文字") + f"<w:r>{box.format(BOX.format(run('框里的文字')))}</w:r>").text("后一段。")
    found = word.read()
    assert found.body == "开头的一段。\n\n框边的文字\n\n框里的文字\n\n后一段。\n"
    assert "文本框" in told(found)
    assert "框里的文字" in told(found)
    assert "框边的文字" in told(found)


@pytest.mark.parametrize("newer", ["<wp:inline/>", "<wp:inline><wps:wsp/></wp:inline>"])
def test_of_two_forms_of_a_drawing_the_older_is_taken_where_the_newer_says_nothing(newer: str) -> None:
    word = begun()
    shown = drawing(BLIP.format(word.relation(picture()), "", "")).removeprefix("<w:r>").removesuffix("</w:r>")
    model = f'<mc:Choice Requires="am3d"><w:drawing>{newer}</w:drawing></mc:Choice>'
    found = word.raw(
        f"<w:r><mc:AlternateContent>{model}<mc:Fallback>{shown}</mc:Fallback></mc:AlternateContent></w:r>"
    ).read()
    assert found.body.endswith("![](图1.png)\n")


def test_a_picture_in_a_text_box_and_a_box_in_a_box_are_kept() -> None:
    word = begun()
    key = word.relation(picture())
    inner = OLD_BOX.format(BOX.format(run("里框")))
    content = BOX.format(drawing(BLIP.format(key, "", "")) + run("外框") + f"<w:r>{inner}</w:r>")
    found = word.raw(f"<w:r>{NEW_BOX.format(content)}</w:r>").read()
    assert found.body == "开头的一段。\n\n![](图1.png)\n\n外框\n\n里框\n"


def test_a_floating_picture_is_kept_and_named() -> None:
    word = begun()
    found = word.raw(run("图旁的文字") + drawing(BLIP.format(word.relation(picture()), "", ""), "wp:anchor")).read()
    assert list(found.pictures) == ["图1.png"]
    assert "浮动的图片" in told(found)
    assert "图旁的文字" in told(found)


def test_a_picture_in_a_group_and_one_in_old_vector_markup_are_kept() -> None:
    word = begun()
    red, blue = word.relation(picture("red")), word.relation(picture("blue"))
    word.raw(drawing(f"<wpg:wgp>{BLIP.format(red, '', '')}</wpg:wgp>"))
    word.raw(f'<w:r><w:pict><v:shape><v:imagedata r:id="{blue}" o:title="议事现场"/></v:shape></w:pict></w:r>')
    found = word.read()
    assert found.body.split("\n\n")[1:] == ["![](图1.png)", "![议事现场](图2.png)\n"]


def test_a_cropped_picture_is_named_since_what_was_cut_away_comes_back() -> None:
    word = begun()
    found = word.raw(drawing(BLIP.format(word.relation(picture()), '<a:srcRect l="25000"/>', ""))).read()
    assert "裁剪" in told(found)


@pytest.mark.parametrize(
    ("inside", "what", "marked"),
    [
        ("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", "公式", True),
        ("<m:oMathPara><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></m:oMathPara>", "公式", True),
        (drawing('<c:chart r:id="c1"/>'), "图表", True),
        (drawing('<dgm:relIds r:dm="d1"/>'), "SmartArt", True),
        ('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>', "嵌入的对象", True),
        ('<w:r><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>', "公式", True),
        (drawing('<pic:pic><pic:blipFill><a:blip r:link="l1"/></pic:blipFill></pic:pic>'), "链接在外面的图片", True),
        (drawing(BLIP.format("gone", "", "")), "图片", True),
        (drawing("<wps:wsp/>"), "图形", False),
        ("<w:r><w:pict><v:line/></w:pict></w:r>", "图形", False),
    ],
)  # fmt: skip
def test_what_has_no_text_is_named_and_holds_its_place_where_a_reader_would_miss_it(
    inside: str, what: str, marked: bool
) -> None:
    word = begun()
    word.parts["rels:word/document.xml"] = (
        relationship("c1", "chart", "charts/chart1.xml") + relationship("d1", "diagramData", "diagrams/data1.xml")
        + relationship("l1", "image", "http://example.org/a.png", "out")
    )  # fmt: skip
    word.parts["word/charts/chart1.xml"] = (
        f"<c:chartSpace {SPACES}><c:title><a:t>人数变化</a:t></c:title></c:chartSpace>".encode()
    )
    word.parts["word/diagrams/data1.xml"] = (
        f"<dgm:dataModel {SPACES}><a:t>采集</a:t><a:t>分级</a:t></dgm:dataModel>".encode()
    )
    found = word.raw(run("前文") + inside + run("后文")).read()
    assert what in told(found)
    assert "前文后文" in told(found)
    assert ("【待补充：" in found.body) == marked
    assert "前文" in found.body
    assert "后文" in found.body


def test_the_words_in_a_chart_and_a_diagram_are_told() -> None:
    word = begun()
    word.parts["rels:word/document.xml"] = relationship("d1", "diagramData", "diagrams/data1.xml")
    word.parts["word/diagrams/data1.xml"] = (
        f"<dgm:dataModel {SPACES}><a:t>采集</a:t><a:t>分级</a:t></dgm:dataModel>".encode()
    )
    assert "采集 分级" in told(word.raw(drawing('<dgm:relIds r:dm="d1"/>')).read())


def test_hidden_text_does_not_go_out_and_is_named() -> None:
    found = begun().raw(run("看得见") + run("内部意见", "<w:vanish/>")).read()
    assert "内部意见" not in found.body
    assert "内部意见" in told(found)


def test_text_in_fields_rubies_and_text_directions_is_kept() -> None:
    found = (
        begun()
        .raw(f'<w:fldSimple w:instr=" SEQ 图 ">{run("甲")}</w:fldSimple><w:dir w:val="rtl">{run("乙")}</w:dir>')
        .raw(f"<w:r><w:ruby><w:rt>{run('yì')}</w:rt><w:rubyBase>{run('议')}</w:rubyBase></w:ruby></w:r>")
        .raw(f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('丙')}</w:p></w:sdtContent></w:sdt>")
        .read()
    )
    assert found.body.split("\n\n")[1:] == ["甲乙", "议", "丙\n"]
    assert "注音" in told(found)


def test_headers_and_footers_are_named_but_page_numbers_are_not() -> None:
    word = begun()
    word.document.sections[0].header.paragraphs[0].text = "内部资料，注意保存"
    field = '<w:r><w:fldChar {0} w:fldCharType="begin"/><w:instrText {0}> PAGE </w:instrText><w:fldChar {0} w:fldCharType="end"/></w:r>'
    from docx.oxml import parse_xml

    footer = word.document.sections[0].footer.paragraphs[0]
    footer._p.append(parse_xml(field.replace("<w:r>", f"<w:r {SPACES}>").format("")))
    assert told(word.read()) == "页眉：没有带过来（内容“内部资料，注意保存”）。"


def test_a_table_of_contents_is_left_out_and_named() -> None:
    word = begun()
    word.document.styles.add_style("toc 1", 1)
    found = word.text("一、背景\t1", style="toc 1").text("正文。").read()
    assert "背景" not in found.body
    assert "目录" in told(found)


def test_symbols_of_other_fonts_are_left_out_and_named() -> None:
    found = begun().text("\uf0d8 第一条").read()
    assert found.body.endswith("第一条\n")
    assert "特殊符号" in told(found)


def test_a_document_without_anything_hidden_has_an_empty_report() -> None:
    assert begun().text("正文。").read().report.remarks == []


def test_many_of_one_kind_are_told_in_one_line_with_the_first_places() -> None:
    word = begun()
    for number in range(9):
        word.raw(run(f"第{number}处") + "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
    (line,) = word.read().report.lines()
    assert line.startswith("公式 9 处：")
    assert "第0处" in line
    assert "第8处" not in line
