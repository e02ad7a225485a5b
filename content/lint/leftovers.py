"""Rules for what was forgotten in a text: places to fill in (待补充 is `unfinished`'s), paragraphs that stand there twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule

LONG = 20  # characters; a shorter paragraph may be meant to stand there twice
_NOTE = re.compile(
    r"(?<![有亟尚仍还])待补(?!充)|待填写?|待插入|待替换|此处(?:插入|填写|放图)|(?<![A-Za-z])(?:TODO|FIXME|TBD)(?![A-Za-z])"
    r"|【[\s\u3000]*】|（[\s\u3000]*）|《[\s\u3000]*》|“[\s\u3000]*”|\{\{[^{}\n]*\}\}|_{4,}"
)
_CROSSES = re.compile(r"(?<![A-Za-z0-9])(?:[Xx×Ｘｘ]{2,}|[XＸ×](?=[月日年时点]|街道|社区|某))(?![A-Za-z0-9Ｘ])")
_SQUEEZED = re.compile(r"[\s\u3000]+")


def nothing_is_to_be_filled_in(look: Look) -> Iterator[Problem]:
    """What was to be filled in later goes out as it stands."""
    for piece in look.pieces:
        for found in _NOTE.finditer(piece.text):
            message = f"“{found[0].strip()}”是还没有填的地方，请补上内容或删去。"
            yield look.found(piece, found.span(), "PLACEHOLDER", Level.ERROR, message)
        for found in _CROSSES.finditer(piece.text):
            around = piece.text[max(0, found.start() - 4) : found.end() + 4].replace("\n", "")
            message = f"“{around}”里的“{found[0]}”像是还没有填的地方。请补上；隐去姓名请写“某”，例如“张某”。"
            yield look.found(piece, found.span(), "PLACEHOLDER_CROSS", Level.WARN, message)


def paragraphs_stand_once(look: Look) -> Iterator[Problem]:
    """A paragraph that was pasted twice."""
    seen: dict[str, int] = {}
    at = 0
    for block in look.body.text.split("\n"):
        plain = _SQUEEZED.sub("", block)
        if len(plain) >= LONG:
            line, _ = look.body.place(at)
            if plain in seen and not look.lines[line - look.source.body_line].lstrip(" >").startswith("|"):
                message = f"这一段和第 {seen[plain]} 行的一段一样：“{block.strip()[:20]}…”。请删去一段。"
                yield look.found(look.body, (at, at + len(block)), "DUPLICATE_PARAGRAPH", Level.WARN, message)
            seen.setdefault(plain, line)
        at += len(block) + 1


RULES: tuple[Rule, ...] = (nothing_is_to_be_filled_in, paragraphs_stand_once)

EXAMPLES = (
    Example("PLACEHOLDER", "发出去之前，待补充的地方都要填好。", "参加人数：待补充。", "参加人数：四十人。"),
    Example("PLACEHOLDER_CROSS", "XX、×× 要换成真实的内容。", "在XX社区举行。", "在槐树里社区举行。"),
    Example(
        "DUPLICATE_PARAGRAPH", "同一段话不出现两次。",
        "议事会开了四次，大家把歇脚椅的事议定了，邻居们很高兴。\n\n议事会开了四次，大家把歇脚椅的事议定了，邻居们很高兴。",
        "议事会开了四次，大家把歇脚椅的事议定了，邻居们很高兴。",
    ),
)  # fmt: skip
