"""Formulas as pictures: what is right in LaTeX is drawn so that it can be read anywhere, what is wrong is named."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from content import drawing, fonts, formulas
from content.drawn import CannotBeDrawn, Drawn
from content.errors import FilesWrong
from content.formulas import draw


def image_of(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(drawn.data)).convert("RGB")


RIGHT = [
    r"满意率=\frac{满意人数}{总人数}\times 100\%",
    r"\frac{a}{b}+\sum_{i=1}^n x_i^2=\sqrt{2}",
    r"\begin{cases}1 & x>0\\0 & \text{其他}\end{cases}",
    r"\begin{aligned}a&=b\\c&=d\end{aligned}",
    r"\left\{\begin{array}{l}x\\y\end{array}\right.",
    r"a=b \\ c=d",
    r"\text{其中 }x>0",
    r"e^{-\frac{t}{\tau}}",
    r"\%\{\}\$\&\#\_",
    "a<b>c",
    "“引号”，①℃",
]
# Chinese is drawn with a font of the machine; the other signs have theirs with the library
NEEDS_A_FONT = pytest.mark.skipif(
    bool(fonts.missing("满意率“①℃")), reason="no Chinese font: apt install fonts-noto-cjk"
)
DRAWN = [latex if latex.isascii() else pytest.param(latex, marks=NEEDS_A_FONT) for latex in RIGHT]


@pytest.mark.parametrize("latex", DRAWN)
def test_a_formula_becomes_a_picture_whose_alt_text_is_its_source(latex: str) -> None:
    drawn = draw(f"\n {latex} ")
    image = image_of(drawn)
    assert drawn.alt == latex
    assert drawn.name.startswith("formula-")
    assert 0.5 < drawn.width < 30
    assert image.width > 2 * drawn.width * 16  # at least two dots a pixel of 16-pixel letters
    assert any(count[1] == (0, 0, 0) for count in image.getcolors(100_000) or [])


@pytest.mark.parametrize("latex", DRAWN)
def test_a_formula_stands_on_white_so_that_dark_mode_does_not_swallow_it(latex: str) -> None:
    drawn = draw(latex)
    assert "A" not in Image.open(io.BytesIO(drawn.data)).getbands() or (
        Image.open(io.BytesIO(drawn.data)).getchannel("A").getextrema() == (255, 255)
    )
    image = image_of(drawn)
    corners = [(0, 0), (image.width - 1, 0), (0, image.height - 1), (image.width - 1, image.height - 1)]
    assert {image.getpixel(corner) for corner in corners} == {(255, 255, 255)}


@NEEDS_A_FONT
def test_a_chinese_character_in_a_formula_is_drawn_and_not_a_box() -> None:
    assert image_of(draw("面")).tobytes() != image_of(draw("积")).tobytes()


def test_the_number_of_a_formula_stands_apart_from_it() -> None:
    assert draw(r"x\tag{1}").width > draw("x(1)").width + 1


WRONG = [
    ("", "空"),
    (r"\\", "空"),
    (r"\frac{a", "花括号"),
    ("}a{", "花括号"),
    ("x^", "上标或下标"),
    ("a_b_c", "两个下标"),
    (r"\left( x", r"\left"),
    (r"\satisfy x", r"\satisfy"),
    (r"\text{\foo}", r"\foo"),
    (r"\begin{matrix}1", r"\begin"),
    (r"\begin{matrix}1\end{array}", r"\begin"),
    (r"\begin{tikzpicture}\end{tikzpicture}", "tikzpicture"),
    ("a & b", "读不懂"),
    ("😀", "😀"),
    (r"\hspace{99999999pt}x", "太宽"),
    ("x" * 400, "太宽"),
    ("x" * 1001, "1001"),
    (r"\def\a{\a}\a", "读不懂"),
]


@pytest.mark.parametrize(("latex", "told"), WRONG, ids=lambda value: str(value)[:20])
def test_what_cannot_be_read_is_told_in_the_editors_words(latex: str, told: str) -> None:
    with pytest.raises(CannotBeDrawn) as refused:
        draw(latex)
    assert told in str(refused.value)
    assert isinstance(refused.value, FilesWrong)


def test_a_machine_without_a_chinese_font_says_so_instead_of_drawing_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_drawable", lambda char: False)
    with pytest.raises(CannotBeDrawn, match=r"字体.*缺字"):
        draw("缺字")


def test_the_same_formula_is_drawn_once_and_is_the_same_in_another_process() -> None:
    assert draw(r"\pi r^2") is draw(r"\pi r^2")
    program = r"from content.formulas import draw; print(draw(r'\pi r^2').name)"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == draw(r"\pi r^2").name


def test_a_formula_in_a_line_reaches_below_it_as_far_as_its_letters_do() -> None:
    high, deep = drawing.draw(drawing.IN_LINE, "x"), drawing.draw(drawing.IN_LINE, r"\frac{a}{b}")
    assert 0 < high.sinks < deep.sinks
    assert draw(r"\sum_{i=1}^n i").width != drawing.draw(drawing.IN_LINE, r"\sum_{i=1}^n i").width


def test_a_drawn_picture_can_be_looked_at_without_a_file() -> None:
    assert drawing.address(draw("x")).startswith("data:image/png;base64,")


PIECES = [
    *"ab12+=^_{}&\\ <>%#~$'()[]面",
    r"\frac",
    r"\sqrt",
    r"\left",
    r"\right",
    r"\begin{matrix}",
    r"\end{matrix}",
    r"\text",
]


@settings(max_examples=150, deadline=None)
@given(latex=st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=12))
def test_whatever_an_editor_writes_is_drawn_or_refused(latex: str) -> None:
    try:
        drawn = formulas.draw(latex)
    except CannotBeDrawn:
        return
    assert image_of(drawn).width > 0
