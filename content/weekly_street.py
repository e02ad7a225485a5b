"""A street's week: one long picture for a phone, a text to forward, and all of its communities' files as a ZIP.

The communities stand in the order of their codes; no figure of theirs is put in a rank (domain.md §0.5).
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from content.letters import FAMILY, png
from content.place_table import some
from content.sparks import NOT_FROM_ZERO, bars
from content.weekly_facts import TOTAL, TREND, USERS, Facts, Work, number
from content.weeks import RULES, Week

LONGEST_TEXT = 600  # characters of the text to forward
WIDE = 390  # units: what a phone shows
ZOOM = 2.0
_HEAD, _BLOCK, _FOOT, _LINE, _EDGE, _BARS = 112, 94, 84, 24, 16, 84
_STAMP = (2020, 1, 1, 0, 0, 0)  # of the files in the ZIP: the same reports are the same bytes


@dataclass(frozen=True)
class Street:
    """A street's communities of a week, those whose report could not be made by name."""

    name: str
    week: Week
    rule: str
    made: Sequence[Facts]
    lacking: Sequence[str] = ()


def text(street: Street, line: str) -> str:
    """Return the text to forward, of at most 600 characters, with the watermark as its last line."""
    told = [
        f"{street.name}各社区运营数据周报，{street.week.in_words}，共 {len(street.made)} 个社区。",
        *(_sum(street, name) for name in USERS),
        _sum(street, TOTAL),
        _work(street),
        f"还没有做出来的：{some(street.lacking)}。" if street.lacking else "",
        "每个社区的数见长图，明细见压缩包里各社区的文件；只和自己的过去比，不排名。“—”是没有收到数据，不是零。",
        line,
    ]
    return "\n".join(filter(None, told))[:LONGEST_TEXT]


def picture(street: Street, line: str) -> bytes:
    """Return one long picture as PNG, 780 pixels wide."""
    wide = _wide(street)
    height = _HEAD + _BLOCK * len(street.made) + _LINE * bool(wide) + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height}" font-family="{FAMILY}">',
        f'<rect width="{WIDE}" height="{height}" fill="#ffffff"/>',
        f'<rect width="{WIDE}" height="{_HEAD - 10}" fill="#1d5fae"/>',
        _words(_EDGE, 36, f"{street.name}社区运营数据周报", 21, "#ffffff"),
        _words(_EDGE, 64, street.week.in_words, 15, "#ffffff"),
        _words(_EDGE, 88, f"括号里是比上周的增减；柱子是注册用户近 {TREND} 周", 13, "#ffffff"),
        *(_block(facts, _HEAD + _BLOCK * place) for place, facts in enumerate(street.made)),
        _words(_EDGE, height - 78, f"面向全街道的实地工作：{wide}" if wide else "", 14, "#1c2733"),
        _words(_EDGE, height - 58, f"“—”是没有收到数据，不是零。{NOT_FROM_ZERO}。", 12, "#52606d"),
        _words(_EDGE, height - 38, f"{RULES[street.rule]}。不排名。", 13, "#52606d"),
        _words(_EDGE, height - 18, line, 12, "#52606d"),
        "</svg>",
    ]
    return png("".join(parts), zoom=ZOOM)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files by their names as a ZIP; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            squeezed = zipfile.ZIP_STORED if name.endswith((".xlsx", ".png")) else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name, _STAMP), data, squeezed)
    return out.getvalue()


def index(street: Street, names: Sequence[str], line: str) -> str:
    """Return the list of what is in the ZIP, with the watermark as its last line."""
    head = f"{street.name} {street.week.in_words} 社区周报，{len(street.made)} 个社区"
    lacking = [f"还没有做出来的：{'、'.join(street.lacking)}"] if street.lacking else []
    return "\r\n".join([head, *names, *lacking, line, ""])


def _sum(street: Street, name: str) -> str:
    """Return the sum over the communities that are known, and over how many they are."""
    word = USERS.get(name, "平台互动")
    known = [value for facts in street.made if (value := facts.now(name)) is not None]
    if not known:
        return f"本周没有收到{word}数据。"
    part = "" if len(known) == len(street.made) else f"（{len(street.made)} 个社区中 {len(known)} 个有数）"
    both = [facts.change(name) for facts in street.made]
    change = sum(one for one in both if one is not None)
    moved = f"，比上周 {change:+,}" if len(known) == len(street.made) and None not in both else ""
    return f"{word}合计 {sum(known):,}{' 人' if name in USERS else ''}{moved}{part}。"


def _work(street: Street) -> str:
    own = Counter(one.kind for facts in street.made for one in facts.work if not one.wide)
    told = "、".join(f"{kind} {count} 个社区次" for kind, count in own.items())
    wide = _wide(street)
    if not told and not wide:
        return "实地工作：本周没有记录。"
    return f"实地工作：{'；'.join(filter(None, [told, wide and f'面向全街道的{wide}']))}。"


def _wide(street: Street) -> str:
    """Return what was done for the whole street, each once though each community tells of it; "" for nothing."""
    each: Counter[Work] = Counter()
    for facts in street.made:
        each |= Counter(one for one in facts.work if one.wide)
    kinds: Counter[str] = Counter()
    for one, count in each.items():
        kinds[one.kind] += count
    return "、".join(f"{kind} {count} 次" for kind, count in kinds.items())


def _block(facts: Facts, top: int) -> str:
    """Return the part of one community: its name, its figures, the bars of its registered users; few texts, for each costs a millisecond."""
    told = [("注册", "registered"), ("实名", "real_name"), ("互动", TOTAL)]
    said = [f"{word} {number(facts.now(name))}（{number(facts.change(name), signed=True)}）" for word, name in told]
    said.append(f"实地工作 {sum(1 for one in facts.work if not one.wide)} 次" if facts.work else "")
    spots = [(_EDGE, 54), (_EDGE + 132, 54), (_EDGE, 78), (_EDGE + 132, 78)]
    parts = [
        f'<g transform="translate(0 {top})"><rect x="{_EDGE}" y="0" width="{WIDE - 2 * _EDGE}" height="1" fill="#dfe4ea"/>',
        _words(_EDGE, 27, facts.name, 17, "#1c2733"),
        _words(WIDE - _EDGE, 27, facts.origin.partition("（")[0], 13, "#52606d", end=True),
        *(_words(x, y, words, 14, "#1c2733") for words, (x, y) in zip(said, spots, strict=True)),
    ]
    drawn = bars(facts.of("registered"), width=_BARS, height=40)
    parts.append(f'<g transform="translate({WIDE - _EDGE - _BARS} 40)">{drawn}</g></g>')
    return "".join(parts)


def _words(x: int, y: int, words: str, size: int, colour: str, *, end: bool = False) -> str:
    if not words:
        return ""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{anchor}>{escape(words)}</text>'
