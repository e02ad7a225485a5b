"""A cover's two crops, 2.35:1 for the headline's card and 1:1 for the small one, cut from one file around a focus."""

from __future__ import annotations

import re
import unicodedata

from content.values import NotUnderstood

Focus = tuple[float, float]

CENTRE: Focus = (0.5, 0.5)
RATIOS = {"2.35_1": 2.35, "1_1": 1.0}  # WeChat, draft/add: pic_crop_235_1 and pic_crop_1_1
_LEAST = 0.000001  # WeChat, draft/add: numbers from 0 to 1 with six decimals at most
_ACROSS, _DOWN = {"左": 0.0, "右": 1.0}, {"上": 0.0, "下": 1.0}
_NUMBER = r"(\d{1,3}(?:\.\d+)?)\s*(%?)"
_TWO_NUMBERS = re.compile(rf"{_NUMBER}\s*[,、;/ ]\s*{_NUMBER}")


def crops(width: int, height: int, focus: Focus = CENTRE) -> dict[str, str]:
    """Return for each ratio the largest crop that keeps the focus in its middle as far as the edges let it.

    `width` and `height` are pixels, `focus` is counted from 0 to 1 from the left
    and the top; a crop is written as WeChat takes it, "x1_y1_x2_y2" in parts of the whole.
    """
    return {name: _crop(width / height, ratio, focus) for name, ratio in RATIOS.items()}


def _crop(shape: float, ratio: float, focus: Focus) -> str:
    across, down = min(1.0, ratio / shape), min(1.0, shape / ratio)
    left, right = _span(across, focus[0])
    top, bottom = _span(down, focus[1])
    return "_".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in (left, top, right, bottom))


def _span(size: float, middle: float) -> tuple[float, float]:
    """Return where a stretch of a size begins and ends: around its middle, and inside the whole."""
    size = max(size, _LEAST)
    begin = round(min(max(middle - size / 2, 0.0), 1.0 - size), 6)
    return begin, min(1.0, max(begin + size, begin + _LEAST))


def focus_in(text: str) -> Focus:
    """Return the focus an editor wrote: 上, 左下, 中, "30% 60%" or "0.3 0.6" (from the left, from the top).

    An empty text is the middle; NotUnderstood for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in ("", "中", "居中", "中间"):
        return CENTRE
    if found := _TWO_NUMBERS.fullmatch(plain):
        across, down = _part(found[1], found[2]), _part(found[3], found[4])
        if max(across, down) <= 1:
            return across, down
    elif re.fullmatch(r"(?:[左右中]?[上下中]?|[上下][左右])[边方]?", plain):
        side, level = ([table[c] for c in plain if c in table] for table in (_ACROSS, _DOWN))
        return (side or [0.5])[0], (level or [0.5])[0]
    raise NotUnderstood(f"看不懂：“{text}”。请写 上、下、左、右、左上 等，或写从左、从上算起的两个百分数。", "30% 60%")


def _part(number: str, percent: str) -> float:
    return float(number) / (100 if percent else 1)
