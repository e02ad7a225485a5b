"""Rules for punctuation: pairs that do not close, half-width in Chinese, full-width figures, doubled signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.reading import Piece

_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "〈": "〉", "【": "】", "「": "」", "『": "』"}
_CLOSERS = {closer: opener for opener, closer in _PAIRS.items()}
_HAN = "\u4e00-\u9fff"
_HALF = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_HALF_STOP = re.compile(rf"(?<=[{_HAN}”》）])[,;:!?](?=[{_HAN}“《（0-9A-Za-z]|[ ]?$)", re.MULTILINE)
_HALF_ROUND = re.compile(rf"(?<=[{_HAN}”》，。])\(([^()（）\n]*[{_HAN}][^()（）\n]*)\)")
_HALF_QUOTES = re.compile(r'"([^"“”\n]*)"')
_FULL = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+(?:[．][０-９]+)?")
_AMONG_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")  # beside these a letter could make Markdown or an address
_DOUBLED = re.compile(r"([，、；：])\1+|(?<!。)。。(?!。)|(?<![？！])([！？])\2{2,}(?![？！])")
_ODD_RUNS = re.compile(
    r"。{3,}|[，、；：][。，、；：]+|。[，、；：](?:[。，、；：])*|(?<!…)…(?!…)|(?<!—)—(?!—)(?=[，。])"
)
_ITEM = re.compile(r"^\s*[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])$")


def pairs_are_closed(look: Look) -> Iterator[Problem]:
    """A quotation or a bracket that never ends leaves open whose words are read."""
    for piece in look.pieces:
        before = ""
        for start, block in _blocks(piece.text):
            yield from _open_pairs(look, piece, start, block, before)
            before = block


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for block in text.split("\n"):
        if block:
            yield at, block
        at += len(block) + 1


def _open_pairs(look: Look, piece: Piece, start: int, block: str, before: str) -> Iterator[Problem]:
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(block):
        if char in _PAIRS:
            opened.append((char, at))
        elif char in _CLOSERS and not _apostrophe(block, at):
            if opened and opened[-1][0] == _CLOSERS[char]:
                opened.pop()
            elif _CLOSERS[char] in (other for other, _ in opened):
                while opened[-1][0] != _CLOSERS[char]:
                    yield _open_problem(look, piece, block, start, opened.pop()[1])
                opened.pop()
            elif not _ITEM.match(block[:at]) and not (char == "）" and "(" in block[:at]):
                span = (start + at, start + at + 1)
                message = f"“{_around(block, at)}”里的“{char}”前面没有配对的“{_CLOSERS[char]}”，请补上或删去。"
                yield look.found(piece, span, "PAIR_UNCLOSED", Level.WARN, message)
    for char, at in opened:
        if not _goes_on(char, at, block) and not (char == "（" and ")" in block[at:]):
            yield _open_problem(look, piece, block, start, at)
    yield from _mixed_round(look, piece, start, block)


def _open_problem(look: Look, piece: Piece, block: str, start: int, at: int) -> Problem:
    message = f"“{_around(block, at)}”里的“{block[at]}”没有配对的“{_PAIRS[block[at]]}”，请补上或删去。"
    return look.found(piece, (start + at, start + at + 1), "PAIR_UNCLOSED", Level.WARN, message)


def _mixed_round(look: Look, piece: Piece, start: int, block: str) -> Iterator[Problem]:
    """（…) and (…）: a pair of two widths, of which the full one is right beside Chinese."""
    for found in re.finditer(rf"（([^（）()\n]*)\)|\(([^（）()\n]*[{_HAN}][^（）()\n]*)）", block):
        at, sign = (found.end() - 1, "）") if found[0][0] == "（" else (found.start(), "（")
        message = f"“{found[0][:20]}”的括号一半是全角、一半是半角，请写成全角的“{sign}”。"
        span = (start + at, start + at + 1)
        yield look.found(piece, span, "HALF_WIDTH", Level.WARN, message, fix=sign)


def _goes_on(char: str, at: int, block: str) -> bool:
    """A quotation of several paragraphs opens each of them and closes in the last."""
    return char in "“‘「『" and at == 0 and len(block) > 1


def _apostrophe(block: str, at: int) -> bool:
    return block[at] == "’" and at > 0 and block[at - 1].isascii() and block[at - 1].isalnum()


def _around(block: str, at: int) -> str:
    return block[max(0, at - 6) : at + 7]


def signs_are_full_width(look: Look) -> Iterator[Problem]:
    """Half-width signs between Chinese characters look like mistakes, and are."""
    for piece in look.pieces:
        for found in _HALF_STOP.finditer(piece.text):
            yield _half(look, piece, found.start(), _HALF[found[0]])
        for found in _HALF_ROUND.finditer(piece.text):
            yield _half(look, piece, found.start(), "（")
            yield _half(look, piece, found.end() - 1, "）")
        for start, block in _blocks(piece.text) if '"' in piece.text else ():
            for found in _HALF_QUOTES.finditer(block) if block.count('"') % 2 == 0 else ():
                if re.search(f"[{_HAN}]", found[1]):
                    yield _half(look, piece, start + found.start(), "“")
                    yield _half(look, piece, start + found.end() - 1, "”")


def _half(look: Look, piece: Piece, at: int, sign: str) -> Problem:
    message = f"“{_around(piece.text, at).replace(chr(10), '')}”里的“{piece.text[at]}”是半角，中文里请用全角“{sign}”。"
    return look.found(piece, (at, at + 1), "HALF_WIDTH", Level.WARN, message, fix=sign)


def figures_are_half_width(look: Look) -> Iterator[Problem]:
    """Full-width figures and letters come from the input method by mistake."""
    for piece in look.pieces:
        for found in _FULL.finditer(piece.text):
            right = "".join(chr(ord(char) - 0xFEE0) if char != "．" else "." for char in found[0])
            message = f"“{found[0]}”是全角数字或字母，请写成半角“{right}”。"
            before, after = piece.text[: found.start()][-1:], piece.text[found.end() :][:1]
            plain = before not in ("", "\n") and not _AMONG_SIGNS.match(before) and not _AMONG_SIGNS.match(after or " ")
            yield look.found(piece, found.span(), "FULL_WIDTH", Level.WARN, message, fix=right, sure=plain)


def signs_stand_once(look: Look) -> Iterator[Problem]:
    """Two signs in one place: one of them was forgotten."""
    for piece in look.pieces:
        for found in _DOUBLED.finditer(piece.text):
            message = f"标点重复：“{found[0]}”。请只留一个“{found[0][0]}”。"
            yield look.found(piece, found.span(), "DOUBLED_SIGN", Level.WARN, message, fix=found[0][0])
        for found in _ODD_RUNS.finditer(piece.text):
            if len(set(found[0])) > 1 or found[0][0] in "。…—":
                message = f"标点连用不对：“{_around(piece.text, found.start()).strip()}”。{_advice(found[0])}"
                yield look.found(piece, found.span(), "DOUBLED_SIGN", Level.WARN, message)


def _advice(signs: str) -> str:
    if signs[0] in "…—":
        return f"“{signs[0] * 2}”要写两个，占两个字。"
    return "请只留一个；想表示省略，写“……”。"


RULES: tuple[Rule, ...] = (pairs_are_closed, signs_are_full_width, figures_are_half_width, signs_stand_once)

EXAMPLES = (
    Example("PAIR_UNCLOSED", "引号、括号、书名号要成对。", "他说：“今天人真多。", "他说：“今天人真多。”"),
    Example("HALF_WIDTH", "中文里的标点用全角。", "先登记,再领取。", "先登记，再领取。"),
    Example("FULL_WIDTH", "数字和字母用半角。", "共有１２户报名。", "共有12户报名。"),
    Example("DOUBLED_SIGN", "标点不重复。", "活动结束。。大家散去。", "活动结束。大家散去。"),
)  # fmt: skip
