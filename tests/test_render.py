"""Rendering beyond the cases: the kinds behind them, and what must hold for any text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.article import Facts, Source, pictures_of
from content.cjk import han_count
from content.errors import WrongUse
from content.markup import styles, words
from content.markup.foot import Foot
from content.render import THEMES, render, theme_css, visible_text

CSS = theme_css("formal")
PARAGRAPH = (
    "街道的志愿者每周六上午在社区活动中心值班，为老人量血压、理发，**不收钱**；需要帮忙的居民可以打值班电话。\n\n"
)


def article(body: str, title: str = "题") -> Source:
    return Source(Path("index.md"), "2026-12/01-a/index.md", Facts(title=title), body, 1)


def plain(body: str, *, title: str = "题", foot: str = "") -> str:
    """Return what stands in the root section, without styles."""
    html = render(article(body, title), css="", picture=lambda reference: reference, foot=Foot(foot))
    return html.removeprefix("<section>").removesuffix("</section>")


def text(body: str) -> str:
    return visible_text(render(article(body), css=CSS, picture=lambda reference: reference))


EXACT = {
    "**注意：**请看": "<p><strong>注意：</strong>请看</p>",
    "**后端（Backend）**系统": "<p><strong>后端（Backend）</strong>系统</p>",
    "~~“旧”~~新": "<p><del>“旧”</del>新</p>",
    "3*4*5 与 2**3**4": "<p>3*4*5 与 2**3**4</p>",
    "甲*乙**丙*丁`码`": "<p>甲*乙**丙*丁<code>码</code></p>",
    "** 空格 **": "<p>** 空格 **</p>",
    "- **时间**：周六": "<ul><li><section><strong>时间</strong>：周六</section></li></ul>",
    "段落：\n- 甲": "<p>段落：</p><ul><li><section>甲</section></li></ul>",
    "- 甲\n  - 乙": "<ul><li><section>甲<ul><li><section>乙</section></li></ul></section></li></ul>",
    "1. 甲\n  - 乙\n2. 丙": "<ol><li><section>甲<ul><li><section>乙</section></li></ul></section></li>"
    "<li><section>丙</section></li></ol>",
    "1. 甲\n  2. 乙\n\n  3. 丙": "<ol><li><section>甲</section></li><li><section>乙</section></li><li><section>丙</section></li></ol>",
    "10. 甲\n   11. 乙": '<ol start="10"><li><section>甲</section></li><li><section>乙</section></li></ol>',
    "10. 甲\n   1. 子\n   2. 丑": '<ol start="10"><li><section>甲<ol><li><section>子</section></li><li><section>丑</section>'
    "</li></ol></section></li></ol>",
    "1. 甲\n   2. 是文字": "<ol><li><section>甲 2. 是文字</section></li></ol>",
    "- \n- 甲\n-": "<ul><li><section>甲</section></li></ul>",
    "3. 三\n4. 四": '<ol start="3"><li><section>三</section></li><li><section>四</section></li></ol>',
    "```html\n<b>&nbsp;</b>\n```": "<pre>&lt;b&gt;&amp;nbsp;&lt;/b&gt;</pre>",
    "~~~\n  a  b\n\nc\n~~~": "<pre>&nbsp;&nbsp;a&nbsp;&nbsp;b<br><br>c</pre>",
    "<pre><code>a\n  b\n</code></pre>": "<pre>a<br>&nbsp;&nbsp;b</pre>",
    "<pre>\n<span style='color:red'>if</span> x\n\n<b>y</b>\n\t<i>z</i>\n</pre>": '<pre><span style="color:red">if</span>&nbsp;x'
    "<br><br><b>y</b><br>&nbsp;&nbsp;&nbsp;&nbsp;<i>z</i></pre>",
    "<div><pre><div>a</div><div>  b<br>c</div></pre></div>": "<section><pre>a<br>&nbsp;&nbsp;b<br>c</pre></section>",
    "## 用 `<a>`": "<h2>用 <code>&lt;a&gt;</code></h2>",
    "错\n开 a\nb": "<p>错开 a b</p>",
    "**粗**\n体，\nabc": "<p><strong>粗</strong>体，abc</p>",
    "한국\n어": "<p>한국 어</p>",
    "一\\\n二  \n三": "<p>一<br>二<br>三</p>",
    "#话题# 来": "<p>#话题# 来</p>",
    "$100 和 $60": "<p>$100 和 $60</p>",
    "$$\na_1*b*c\n$$": "<section>a_1*b*c</section>",
    "[锚](#a)[空]()[地](b.md)[js](javascript:x)": "<p>锚空地js</p>",
    "http://mp.weixin.qq.com/s/a": '<p><a href="http://mp.weixin.qq.com/s/a">http://mp.weixin.qq.com/s/a</a></p>',
    "https://e.com/a_b_c*d*": "<p>https://e.com/a_b_c*d*</p>",
    "a<b 与 <T> 与 AT&T": "<p>a&lt;b 与 &lt;T&gt; 与 AT&amp;T</p>",
    "`<!-- 留 -->` <!-- 去\n\n掉 -->后": "<p><code>&lt;!-- 留 --&gt;</code> 后</p>",
    "> 一\n\n> 二": "<blockquote><p>一</p></blockquote><blockquote><p>二</p></blockquote>",
    "> [!自定义] 题\n> 文": "<section><p>题</p><p>文</p></section>",
    "&copy; &notit; &copying;": "<p>© &amp;notit; &amp;copying;</p>",
    "[甲](https://mp.weixin.qq.com/s?a=1&amp;b=2&copy=3)": '<p><a href="https://mp.weixin.qq.com/s?a=1&amp;b=2&amp;copy=3">甲</a></p>',
    "<https://e.com/?a&amp;b> https://e.com/?a&amp;b=%E5%A4%8F&gt;": "<p>https://e.com/?a&amp;b https://e.com/?a&amp;b=%E5%A4%8F&gt;</p>",
    "![*斜*&amp;`码`“**粗**” 3*4*5 \\*](x&amp;&#121;.png)字": '<p><img src="x&amp;y.png" alt="斜&amp;码“粗” 3*4*5 *">字</p>',
    '![**图**][p]\n\n[p]: a.png "*题*&amp;"': '<section><img src="a.png" alt="图"><section>*题*&amp;</section></section>',
    "文![图](x.png)字": '<p>文<img src="x.png" alt="图">字</p>',
    '<span style="color:red;position:fixed" id="i" onclick="x()">红</span>': '<p><span style="color:red">红</span></p>',
    '看<a href="https://mp.weixin.qq.com/s/x">内</a>': '<p>看<a href="https://mp.weixin.qq.com/s/x">内</a></p>',
    '<a href="https://mp.weixin.qq.com/s/x">https://mp.weixin.qq.com/s/x</a>': '<p><a href="https://mp.weixin.qq.com/s/x">'
    "https://mp.weixin.qq.com/s/x</a></p>",
    '文<img src="https://e.com/a_b.png">字': '<p>文<img src="https://e.com/a_b.png">字</p>',
    '文<img alt="[图](a) > `b`" src="夏\\_1.png">': '<p>文<img alt="[图](a) ＞ b" src="夏\\_1.png"></p>',
    '\\<b id="x">': '<p>&lt;b id="x"&gt;</p>',
    '<div style="background:#900">白</div>': '<section style="background:#900;color:#fff">白</section>',
    "<div>\n\n**甲**\n\n</div>\n\n乙": "<section><p><strong>甲</strong></p></section><p>乙</p>",
    "<div>\n**甲**\n</div>": "<section>**甲**</section>",
    "<center>甲</center>\n**乙**": '<section style="text-align:center">甲</section><p><strong>乙</strong></p>',
    '<div style="color:red">\n\n甲</div>乙\n丙': '<section style="color:red"><p style="color:red">甲</p></section><p>乙丙</p>',
    "<details><summary>题</summary>\n\n- 甲\n\n</details>": "<section><section>题</section><ul><li><section>甲</section></li></ul></section>",
    "<table>\n  <tr>\n\n    <td>甲</td>\n\n<td>\n\n`</td>` *乙*\n\n</td>\n</tr>\n\n</table>": '<table data-ignore-width=""><tbody><tr>'
    "<td>甲</td><td><p><code>&lt;/td&gt;</code> <em>乙</em></p></td></tr></tbody></table>",
    "<div>\n\n甲\n\n<div>\n\n```\n</div>\n```\n\n</div>\n*乙*\n\n</div>\n\n丙": "<section><p>甲</p><section><pre>&lt;/div&gt;</pre>"
    "</section><p><em>乙</em></p></section><p>丙</p>",
    "<div>\n```\na\n```\n</div>": "<section><pre>a</pre></section>",
    "<div>\n\n*甲*\n\n[乙](https://e.com)": "<section><p><em>甲</em></p><p>乙<sup>[1]</sup></p></section><section><p>参考与注释</p>"
    "<p>[1] 乙：https://e.com</p></section>",
    "- 甲\n\n  <div>\n\n  *乙*\n\n  </div>\n- 丙": "<ul><li><section><p>甲</p><section><p><em>乙</em></p></section></section></li>"
    "<li><section>丙</section></li></ul>",
    "<video>\n\n甲\n\n</video>\n\n<?php x ?>\n乙": "<p>乙</p>",
    "<ul>\n <li>甲</li>\n</ul>": "<ul><li><section>甲</section></li></ul>",
    "| a |\n|---|\n| `x\\|y`<br>z |": '<table data-ignore-width=""><thead><tr><th>a</th></tr></thead><tbody><tr>'
    "<td><code>x|y</code><br>z</td></tr></tbody></table>",
}


@pytest.mark.parametrize("body", EXACT)
def test_a_piece_of_markdown_becomes_exactly_this_html(body: str) -> None:
    assert plain(body) == EXACT[body]


def test_a_first_heading_that_repeats_the_title_is_dropped_and_another_stays() -> None:
    assert plain("# 秋日 **义诊**\n\n文", title="秋日义诊") == "<p>文</p>"
    assert plain("# 别的\n\n文", title="秋日义诊") == "<h1>别的</h1><p>文</p>"


def test_addresses_with_parentheses_are_whole_in_the_notes() -> None:
    assert "[1] 甲：https://e.com/甲_(乙)" in text("[甲](https://e.com/甲_(乙))")
    assert "https://e.com/夏" in text("[夏](https://e.com/%E5%A4%8F)")


@pytest.mark.parametrize(
    "around", ["看{}", "- 看{}", "| a |\n|---|\n| {} |", "**{}**", "# 看{}", "> {}", "看[^1]\n\n[^1]: {}", "{}"]
)
def test_a_link_written_as_html_becomes_a_note_wherever_it_stands(around: str) -> None:
    for link in ('<a href="https://e.com/a_b">外</a>', "<A HREF=https://e.com/a_b >外</A>"):
        assert "] 外：https://e.com/a_b" in text(around.format(link))


def test_entities_in_an_address_and_its_title_are_characters_in_the_note() -> None:
    assert "[1] 甲：https://e.com/?a=1&b=2" in text("[甲](https://e.com/?a=1&amp;b=2)")
    assert "[1] 题&目：https://e.com/?a=1&b=2" in text('[甲][r]\n\n[r]: https://e.com/?a=1&amp;b=2 "题&amp;目"')
    assert "[1] 甲：https://e.com/&amp;b" in text("[甲](https://e.com/\\&amp;b)")


@pytest.mark.parametrize(
    "body",
    [
        "[甲][A B]\n\n[a  B]: {}",
        "[甲][ a\n b ]\n\n[A B]: <{}>\n[a b]: https://e.com/2",
        "[甲][ẞ]\n\n[SS]: {}",
        "[甲]\n\n[ 甲 ]: {}",
    ],
)
def test_labels_are_the_same_whatever_their_blanks_and_capitals_and_the_first_counts(body: str) -> None:
    assert text(body.format("https://e.com/1")).endswith("[1] 甲：https://e.com/1")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ftp://e.com/x", "ftp://e.com/x"), ("//e.com/x", "https://e.com/x"), ("sms:10086", "10086"), ("<https://e.com/a b>", "https://e.com/a b"),
    ],
)  # fmt: skip
def test_an_address_of_whatever_kind_is_written_out_in_the_notes(address: str, shown: str) -> None:
    assert text(f"[甲]({address})").endswith(f"[1] 甲：{shown}")
    assert text(f"[甲][乙]\n\n[乙]: {address}").endswith(f"[1] 甲：{shown}")
    assert text(f'<a href="{address.strip("<>")}">甲</a>').endswith(f"[1] 甲：{shown}")


def test_an_address_of_wechat_without_its_scheme_is_a_link() -> None:
    assert plain("[甲](//mp.weixin.qq.com/s/x)") == '<p><a href="https://mp.weixin.qq.com/s/x">甲</a></p>'


def test_links_inside_the_authors_notes_are_numbered_after_the_notes() -> None:
    shown = text("甲[^a]乙[丙](https://e.com/1)再[^a]\n\n[^a]: 见[丁](https://e.com/2)。")
    assert shown.splitlines()[0] == "甲[1]乙丙[2]再[1]"
    assert shown.splitlines()[-3:] == ["[1] 见丁[3]。", "[2] 丙：https://e.com/1", "[3] 丁：https://e.com/2"]


def test_the_foot_is_markdown_and_stands_after_the_notes() -> None:
    html = plain("[甲](https://e.com)", foot="**街道** 编辑部")
    assert html.endswith("<section><p><strong>街道</strong> 编辑部</p></section>")
    assert html.index("[1] 甲") < html.index("编辑部")


def test_local_pictures_are_decoded_once_each_in_order() -> None:
    body = '![](b%20(1).png)\n\n文 <img src="夏.png"> ![](b%20(1).png) ![](https://e.com/x.png)\n\n`![](no.png)`'
    assert pictures_of(article(body)) == ("b (1).png", "夏.png")


def test_an_article_without_code_takes_at_most_five_characters_for_a_han_character() -> None:
    body = "## 一、安排\n\n" + PARAGRAPH * 8 + "- **时间**：周六\n- **地点**：中心\n\n" + PARAGRAPH * 4
    html = render(article(body), css=CSS, picture=lambda reference: reference)
    assert len(html) <= 5 * han_count(body)


@pytest.mark.parametrize("file", sorted(THEMES.glob("*.css")), ids=lambda file: file.stem)
def test_in_every_theme_text_can_be_read_on_its_background(file: Path) -> None:
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S))
    assert len(rules) > 20
    for name, style in rules:
        pairs = dict(styles.declarations(style))
        if ground := styles.background(pairs):
            front = styles.colour(pairs.get("color", ""))
            assert front is not None, name
            assert styles.contrast(ground, front) >= 4.5, name
        elif front := styles.colour(pairs.get("color", "")):
            assert styles.contrast((255, 255, 255), front) >= 4, name
        assert "font-family" not in pairs
        assert not re.search(r"!important|gradient|url\(", style)


def test_a_workspace_theme_goes_before_ours_and_an_unknown_one_names_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "calm.css").write_text("p{color:#123456}", "utf-8")
    assert theme_css("calm", tmp_path) == "p{color:#123456}"
    with pytest.raises(WrongUse, match="calm、formal、warm"):
        theme_css("none", tmp_path)


def test_a_background_of_a_workspace_theme_gets_a_text_colour() -> None:
    html = render(article("文"), css="p{background:#eee;font-family:x}", picture=lambda reference: reference)
    assert '<p style="background:#eee;color:#333">' in html


@pytest.mark.parametrize("item", ["<ul><li>甲</li></ul>", "\n\n- 甲\n\n", "<ol><li><p>甲</p></li></ol>"])
def test_the_text_of_a_list_in_a_coloured_box_has_the_colour_of_the_box(item: str) -> None:
    html = render(article(f'<div style="background:#900">{item}</div>'), css=CSS, picture=str)
    assert re.search(r'<section style="color:#fff">(<p style="[^"]*color:#fff[^"]*">)?甲', html)


PIECES = [
    *"甲乙。，“” \n\tab1#*_`~>-+|:[]()!$<>&;/\\=\"'^{}.\x02\x03\0",
    "\n\n", "<div>", "</div>", "<b>", "```", "$$", "<!--", "-->", "<script>", "![", "](", "[^1]", "[^1]: ", "- ", "1. ", "> ",
    "\n\n<p>", "</table>", "<td>", "\n\n</div>", "    ", "| a | b |\n|---|---|\n", '<p style="', "<li>", "<table>", "**", "[!note]", "https://e.com/",
    '![<b> " on="](a.png)', '<img alt="<i>" src="b.png">', '<a href="javascript:x">', "</a>", '<ol start="<">',
]  # fmt: skip
ALLOWED = words(
    "a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s section small span strong sub sup table tbody"
    " td tfoot th thead tr u ul wbr"
)
ATTRIBUTES = words("alt colspan data-ignore-width href rowspan src start style")
TAG = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>|</([a-z][a-z0-9]*)>')
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MARKUP | st.text())
def test_any_text_gives_html_with_only_what_is_allowed(body: str) -> None:
    html = render(article(body), css=CSS, picture=lambda reference: "p.png")
    for found in TAG.finditer(html):
        assert (found[1] or found[3]) in ALLOWED, found[0]
        assert set(re.findall(r' ([a-z-]+)="', found[2] or "")) <= ATTRIBUTES, found[0]
    assert not re.search("[<>]", TAG.sub("", html))
    tags = "".join(found[0] for found in TAG.finditer(html))
    assert not re.search(r' href="(?!https?://mp\.weixin\.qq\.com/)', tags, re.IGNORECASE)
    assert html == render(article(body), css=CSS, picture=lambda reference: "p.png")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"甲乙x ，“”*_", "**", "***", "~~", "`c`"]), max_size=12).map("".join))
def test_whatever_signs_stand_in_a_line_none_of_its_words_is_lost(line: str) -> None:
    signs = str.maketrans("", "", "*_~` \n")
    assert text(f"始{line}终").translate(signs) == f"始{line}终".translate(signs)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("甲乙丙丁，。“”《》（）abcXYZ0123 !?%=", min_size=1), min_size=1))
def test_the_visible_text_of_plain_paragraphs_is_the_source(paragraphs: list[str]) -> None:
    lines = [line.strip() for line in paragraphs if line.strip(" =")]
    lines = [line for line in lines if not re.match(r"[=]+$", line)]
    assert text("\n\n".join(lines)).split("\n") == (lines or [""])


@pytest.mark.parametrize("name", ["formal", "calm", "warm"])
def test_a_note_number_in_a_table_head_can_be_read_on_the_heads_background(name: str) -> None:
    source = article("| 步骤[^1] |\n|---|\n| 甲 |\n\n[^1]: 说明。\n")
    html = render(source, css=theme_css(name), picture=str)
    assert '步骤<sup style="color:inherit">[1]</sup></th>' in html
