"""A formula in LaTeX as a picture, without a browser: ziamath draws it as SVG, resvg makes a PNG of that.

Black on white with a margin: no single colour of the letters can be read both on
white and on the platform's dark page (4.2:1 at the best, and indices are thin),
and a transparent ground gives black on black in dark mode.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from content import fonts
from content.drawn import CannotBeDrawn, Drawn, name_of
from content.markup import words

if TYPE_CHECKING:
    from ziamath.zmath import Math

LONGEST = 1000  # characters; a longer one takes seconds and cannot be read on a phone
WIDEST = 60.0  # em; a phone shows about 20, what is wider is shrunk to them
READABLE = 32.0  # em; shrunk from there to a phone's width the letters are still 11 pixels high
HIGHEST = 60.0  # em
_SIZE = 24.0  # units an em while drawing
_ZOOM = 2.5  # pixels a unit: three dots a pixel where the text is 16 pixels high, and some more
_SHOWN = 1.1  # em: a formula of its own is a little larger than the text around it
_FONT = "wxops"
_MARGIN = 4.0  # units of white around it
_FAULTS = {
    "MissingSuperScriptOrSubscriptError": "上标或下标（^ 或 _）后面没有内容",
    "DoubleSubscriptsError": "连写了两个下标，请用花括号分开",
    "DoubleSuperscriptsError": "连写了两个上标，请用花括号分开",
    "ExtraLeftOrMissingRightError": r"\left 和 \right 没有配对",
    "MissingEndError": r"\begin 和 \end 没有配对",
    "NoAvailableTokensError": "公式没有写完",
    "NumeratorNotFoundError": "分数缺分子",
    "DenominatorNotFoundError": "分数缺分母",
    "LimitsMustFollowMathOperatorError": r"\limits 前面没有求和、积分一类的符号",
}
_DAMAGE = (
    StopIteration,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
)
_UNKNOWN = re.compile(r">\s*(\\[a-zA-Z]+)")
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_CHINESE = re.compile(r"[⺀-鿿豈-﫿＀-￯\U00020000-\U0003ffff]")
_BEGUN = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]+\*?)\}")
_TAG = re.compile(r"\\tag\s*\{([^{}]*)\}")
_ENVIRONMENTS = words(
    "align align* aligned alignat array bmatrix Bmatrix cases equation equation* gather gather* gathered matrix"
    " pmatrix smallmatrix split vmatrix Vmatrix"
)


@lru_cache(maxsize=512)
def draw(latex: str, *, in_line: bool = False) -> Drawn:
    """Return a formula as a picture whose alt text is its source; CannotBeDrawn says what is wrong with it."""
    import resvg_py

    source = latex.strip()
    _check(source)
    made = _made(source, in_line)
    width, height = made.getsize()
    if not (0 < width <= WIDEST * _SIZE and 0 < height <= HIGHEST * _SIZE):
        size = "是空的" if min(width, height) <= 0 else "太宽或太高，手机上看不清，请拆成几行（用 \\\\ 换行）"
        raise CannotBeDrawn(f"公式{size}")
    try:
        data = resvg_py.svg_to_bytes(svg_string=made.svg(), zoom=_ZOOM, background="#ffffff")
    except ValueError as error:
        raise CannotBeDrawn("公式画不出来，请做成图片插入") from error
    scale = (1.0 if in_line else _SHOWN) / _SIZE
    sinks = round((_MARGIN - made.getyofst()) * scale, 2)
    return Drawn(name_of("formula", data), data, source, round((width + 2 * _MARGIN) * scale, 2), sinks)


def _check(source: str) -> None:
    """Find what the parser would take for something else, or show as it is written."""
    if not source:
        raise CannotBeDrawn("公式是空的")
    if len(source) > LONGEST:
        raise CannotBeDrawn(f"公式有 {len(source)} 个字符，最多 {LONGEST} 个，请拆成几个")
    _check_pairs(source)
    if lost := fonts.missing("".join(_CHINESE.findall(source))):
        raise CannotBeDrawn(f"这台电脑没有字体可以写公式里的“{lost[:10]}”，请装一种中文字体，或做成图片插入")


def _check_pairs(source: str) -> None:
    depth = 0
    for found in _BRACE.finditer(source):
        depth += {"{": 1, "}": -1}.get(found[1], 0)
        if depth < 0:
            break
    if depth:
        raise CannotBeDrawn("公式里的花括号没有配对")
    begun: list[str] = []
    for found in _BEGUN.finditer(source):
        if found[2] not in _ENVIRONMENTS:
            raise CannotBeDrawn(f"公式里的 {found[2]} 环境画不出来，请换一种写法，或做成图片插入")
        if found[1] == "begin":
            begun.append(found[2])
        elif not begun or begun.pop() != found[2]:
            begun.append("")
            break
    if begun:
        raise CannotBeDrawn(r"公式里的 \begin 和 \end 没有配对")


def _made(source: str, in_line: bool) -> Math:
    _prepare_library()
    from latex2mathml import exceptions
    from ziamath.tex import tex2mml
    from ziamath.zmath import Math

    kinds = [value for value in vars(exceptions).values() if isinstance(value, type)]
    faults: tuple[type[Exception], ...] = (*(k for k in kinds if issubclass(k, Exception)), *_DAMAGE, ParseError)
    try:
        mathml = tex2mml(_TAG.sub(r"\\qquad(\1)", source), inline=in_line)
        if found := _UNKNOWN.search(mathml):
            raise CannotBeDrawn(f"公式里的 {found[1]} 不认识，请检查拼写，或做成图片插入")
        return Math(mathml, size=_SIZE, font=_FONT, margin=_MARGIN)
    except faults as error:
        fault = _FAULTS.get(type(error).__name__, "写得不对，或没有写完")
        raise CannotBeDrawn(f"公式读不懂：{fault}") from error


@lru_cache(maxsize=1)
def _prepare_library() -> None:
    """Import ziamath, and give it a font that leaves Chinese characters to resvg."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it reads its font by an old way of importlib
        import ziamath.zmath as zmath
    from content.formula_font import FormulaFont

    zmath.loadedfonts[_FONT] = FormulaFont(zmath.loadedfonts["default"].info.filename)
