"""Whole numbers as people write them of what they count: 3, 1,200, 三十一, 一百二十, and 5-6, of which the smaller counts."""

from __future__ import annotations

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
CHINESE = r"[一二两三四五六七八九十]{1,3}"  # patterns without groups
_HUNDREDS = r"[一二两三四五六七八九]百(?:零?[一二三四五六七八九](?!十)|[一二三四五六七八九]?十[一二三四五六七八九]?)?"
WRITTEN = rf"{_HUNDREDS}|{CHINESE}"
PLAIN = r"\d{1,3}(?:[,，]\d{3})+|\d{1,6}"
NUMBER = rf"{PLAIN}|{WRITTEN}"
ABOUT = rf"{PLAIN}|{WRITTEN}|\d{{1,6}}\s*[-~～—至到、]\s*\d{{1,6}}"


def number(text: str) -> int:
    """Return the number that a text is, as ABOUT matches it; of 5-6 and of 三五 the smaller, 0 for what is none."""
    plain = text.replace(",", "").replace("，", "")
    if plain[:1].isdecimal():
        end = next((at for at, sign in enumerate(plain) if not sign.isdecimal()), len(plain))
        return int(plain[:end])
    hundreds, hundred, rest = plain.partition("百")
    if hundred:
        scale = 10 if rest in _DIGITS else 1  # 一百二 is 120
        return 100 * _DIGITS.get(hundreds, 0) + scale * number(rest.lstrip("零"))
    tens, ten, ones = plain.rpartition("十")
    if not ten:
        return _DIGITS.get(plain[:1], 0)
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones[:1], 0) if ones else 0)
