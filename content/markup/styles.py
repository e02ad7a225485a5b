"""An author's own style attributes: what WeChat keeps of them, and what its structure check would flag."""

from __future__ import annotations

import re

from content.markup import words

KEPT = words(
    "background background-color border border-bottom border-color border-left border-radius border-right border-style"
    " border-top border-width color font-size font-style font-weight letter-spacing line-height list-style"
    " list-style-type margin margin-bottom margin-left margin-right margin-top max-width padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-indent vertical-align width"
)
_BAD_VALUE = re.compile(r"!|url\(|gradient|expression|var\(|[<>\"\\]|@|/\*", re.IGNORECASE)
_FIXED_WIDTH = re.compile(r"\d(?:px|pt|cm|mm|in|vw)\b")
_HEX = re.compile(r"^#([0-9a-f]{3}|[0-9a-f]{6})$")
_RGB = re.compile(r"^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_NAMED = {
    "black": (0, 0, 0), "white": (255, 255, 255), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "orange": (255, 165, 0), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "maroon": (128, 0, 0), "navy": (0, 0, 128), "purple": (128, 0, 128),
    "teal": (0, 128, 128), "gold": (255, 215, 0), "pink": (255, 192, 203), "brown": (165, 42, 42),
    "lightyellow": (255, 255, 224), "lightblue": (173, 216, 230), "lightgray": (211, 211, 211),
}  # fmt: skip
DARK, LIGHT = "#333", "#fff"
LEAST_CONTRAST = 1.5  # WeChat, verify-article-structure-spec: darkmode-low-contrast

Colour = tuple[int, int, int]


def declarations(style: str) -> list[tuple[str, str]]:
    """Return the properties and values of a style attribute, in lower-case names, in order."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return [(name.strip().lower(), value.strip()) for name, value in pairs]


def refused(style: str) -> list[str]:
    """Return, as "name: value", what of a style attribute cannot go into an article."""
    return [f"{name}: {value}" for name, value in declarations(style) if not _fits(name, value)]


def kept(style: str) -> str:
    """Return what can stay of a style attribute, compact; a background always comes with a readable text colour."""
    pairs = {name: " ".join(value.split()) for name, value in declarations(style) if _fits(name, value)}
    ground = background(pairs)
    if ground is not None:
        text = colour(pairs.get("color", ""))
        if text is None or contrast(ground, text) < LEAST_CONTRAST:
            pairs["color"] = DARK if contrast(ground, (51, 51, 51)) >= contrast(ground, (255, 255, 255)) else LIGHT
    elif any(name.startswith("background") for name in pairs) and "color" not in pairs:
        pairs["color"] = DARK
    return ";".join(f"{name}:{value}" for name, value in pairs.items())


def _fits(name: str, value: str) -> bool:
    if name not in KEPT or not value or _BAD_VALUE.search(value):
        return False
    if name == "text-align":
        return value in ("left", "right", "center", "justify")
    if name == "line-height":
        return _roomy(value)
    return not (name == "width" and _FIXED_WIDTH.search(value))


def _roomy(value: str) -> bool:
    """Lines must not overlap: at least 1, 100% or 16px."""
    number = re.match(r"^(\d*\.?\d+)(%|px|em)?$", value)
    least = {"%": 100.0, "px": 16.0}.get(number[2] or "", 1.0) if number else 0.0
    return number is not None and float(number[1]) >= least


def background(pairs: dict[str, str]) -> Colour | None:
    """Return the background colour that stands in the declarations, if it can be read."""
    value = pairs.get("background-color") or pairs.get("background", "")
    return colour(value) or next((found for word in value.split() if (found := colour(word))), None)


def colour(value: str) -> Colour | None:
    """Return red, green and blue (0 to 255) of a CSS colour, or None where it cannot be read."""
    value = value.strip().lower()
    if found := _HEX.match(value):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.match(value):
        return min(255, int(found[1])), min(255, int(found[2])), min(255, int(found[3]))
    return _NAMED.get(value)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(value: Colour) -> float:
    parts = [part / 255 for part in value]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
