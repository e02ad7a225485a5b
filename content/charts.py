"""Charts as small drawings: lines, bars, stacked columns, bullet bars and a curve beside its plan, each with its words.

All of a chart is in one unit, which stands at its axis; who draws has asked whether the figures go together. What nobody
knows leaves a gap and is never drawn as 0. `content.letters.png` makes a picture of a drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from content.letters import FAMILY

WIDTH, HEIGHT = 640, 280
ROW = 24  # of a bar that lies
COLOURS = ("#1f5f99", "#c8641b", "#4b8b3b", "#7a5195", "#8a6d3b", "#3a8f8f")  # told apart in grey, too
TOLD = 12  # points that the words name one by one
_INK, _FAINT, _PALE = "#333333", "#d9d9d9", "#e8edf2"
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 52, 30
_SMALL = 12
_LABELS = 8  # below an axis
_BESIDE = 15  # characters of a name beside a bar

Value = float | None


@dataclass(frozen=True)
class Chart:
    """A drawing (SVG), and what it shows in words for whoever does not see it."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Series:
    """A row of values under one name; None for what nobody knows."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Bullet:
    """What is done of a target, and how much would be by now: shares, 1.0 for all of it; `told` stands beside the bar."""

    name: str
    done: Value
    due: Value
    told: str


def line(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> Chart:
    """Draw one or more rows of values over the same labels."""
    return _lines("折线图", title, labels, series, unit, dashed="")


def curve(title: str, labels: Sequence[str], done: Sequence[Value], planned: Sequence[Value], unit: str) -> Chart:
    """Draw how something adds up beside how it should, which is dashed."""
    both = [Series("实际累计", done), Series("计划累计", planned)]
    return _lines("累计曲线", title, labels, both, unit, dashed="计划累计")


def bars(title: str, labels: Sequence[str], values: Sequence[Value], unit: str) -> Chart:
    """Draw one bar a label, lying, with its value at its end."""
    top = _ceiling(values)
    left, right = 15 * _SMALL + 20, 70
    parts = []
    for n, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = _TOP + n * ROW
        parts.append(_text(left - 8, y + 15, _short(label), anchor="end"))
        length = 0.0 if value is None else max(value, 0) / top * (WIDTH - left - right)
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{length:.1f}" height="{ROW - 8}" fill="{COLOURS[0]}"/>')
        parts.append(_text(left + length + 6, y + 15, number(value)))
    height = _TOP + max(1, len(labels)) * ROW + 8
    return _chart("条形图", title, unit, height, parts, labels, [Series("", values)])


def stacked(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> Chart:
    """Draw one column a label, the series one on another."""
    sums = [sum(one.values[n] or 0 for one in series) for n in range(len(labels))]
    top = _ceiling(sums)
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts = [*_grid(0, top), *_below(labels, step, step / 2)]
    for n in range(len(labels)):
        base = 0.0
        for place, one in enumerate(series):
            value = one.values[n] or 0
            high = _y(base + value, 0, top)
            x, height = _LEFT + n * step + step * 0.2, _y(base, 0, top) - high
            fill = COLOURS[place % len(COLOURS)]
            parts.append(
                f'<rect x="{x:.1f}" y="{high:.1f}" width="{step * 0.6:.1f}" height="{height:.1f}" fill="{fill}"/>'
            )
            base += value
        if any(one.values[n] is None for one in series):  # a part of this column is unknown
            parts.append(_text(_LEFT + (n + 0.5) * step, _y(base, 0, top) - 4, "—", anchor="middle"))
    return _chart("堆叠柱形图", title, unit, HEIGHT, [*parts, *_legend(series)], labels, series)


def bullets(title: str, rows: Sequence[Bullet]) -> Chart:
    """Draw how far each target is, on a bar to its whole, with a mark where it would be by now."""
    left, right = 11 * _SMALL, 190
    full = WIDTH - left - right
    parts = []
    for n, row in enumerate(rows):
        y = _TOP + n * ROW
        parts.append(_text(left - 8, y + 15, _short(row.name, 9), anchor="end"))
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{full}" height="{ROW - 8}" fill="{_PALE}"/>')
        if row.done is not None:
            length = min(max(row.done, 0), 1) * full
            parts.append(f'<rect x="{left}" y="{y + 7}" width="{length:.1f}" height="{ROW - 16}" fill="{COLOURS[0]}"/>')
        if row.due is not None:
            x = left + min(max(row.due, 0), 1) * full
            parts.append(f'<rect x="{x - 1:.1f}" y="{y + 1}" width="2" height="{ROW - 4}" fill="{COLOURS[1]}"/>')
        parts.append(_text(left + full + 8, y + 15, row.told))
    key = "蓝条是完成的比例，竖线是时间过去的比例"
    parts.append(_text(WIDTH - _RIGHT, 40, key, anchor="end"))
    height = _TOP + max(1, len(rows)) * ROW + 8
    alt = f"子弹图：{title}。" + "；".join(f"{row.name} {row.told}" for row in rows) + "。"
    return Chart(_drawing(title, height, parts), alt)


def number(value: Value) -> str:
    """Return a value as people read it: "—" for one that nobody knows."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _lines(kind: str, title: str, labels: Sequence[str], series: Sequence[Series], unit: str, *, dashed: str) -> Chart:
    known = [value for one in series for value in one.values if value is not None]
    low, top = (-_ceiling([-value for value in known]) if min(known, default=0) < 0 else 0.0), _ceiling(known)
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels) - 1)
    parts = [*_grid(low, top), *_below(labels, step, 0)]
    for place, one in enumerate(series):
        colour = COLOURS[place % len(COLOURS)]
        style = ' stroke-dasharray="6 4"' if one.name == dashed else ""
        for run in _runs(one.values):
            points = [(_LEFT + n * step, _y(value, low, top)) for n, value in run]
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"{style}/>')
            dots = points if len(labels) <= TOLD or len(points) == 1 else []
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
    return _chart(kind, title, unit, HEIGHT, [*parts, *_legend(series)], labels, series)


def _runs(values: Sequence[Value]) -> Iterator[list[tuple[int, float]]]:
    """Yield the stretches of known values, each with its place: a gap stays a gap."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _chart(
    kind: str, title: str, unit: str, height: int, parts: Sequence[str], labels: Sequence[str], series: Sequence[Series]
) -> Chart:
    drawn = [_text(_LEFT, 40, f"单位：{unit}"), *parts]
    return Chart(_drawing(title, height, drawn), f"{kind}：{title}（单位：{unit}）。{_in_words(labels, series)}")


def _in_words(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Return the values in words: each of a few, of many the first, the last, the least and the most."""
    told = []
    for one in series:
        known = [(label, value) for label, value in zip(labels, one.values, strict=True) if value is not None]
        if len(labels) <= TOLD:
            points = "，".join(f"{label} {number(value)}" for label, value in zip(labels, one.values, strict=True))
        elif known:
            low, high = (pick(known, key=lambda pair: pair[1]) for pick in (min, max))
            ends = (("开始", known[0]), ("最后", known[-1]), ("最少", low), ("最多", high))
            points = "，".join(f"{word} {label} {number(value)}" for word, (label, value) in ends)
        else:
            points = "没有数据"
        told.append(f"{one.name}：{points}" if one.name else points)
    return "；".join(told) + "。"


def _drawing(title: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="{FAMILY}" '
        f'font-size="{_SMALL}" fill="{_INK}">' + _text(_LEFT, 20, title, size=15) + "".join(parts) + "</svg>"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = _SMALL) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def _grid(low: float, top: float) -> Iterator[str]:
    """Yield the lines of the axis with their numbers, four at most on each side of 0."""
    most = max(top, -low)
    step = most / 4 if most >= 4 else 1.0
    for n in range(math.ceil(low / step), math.floor(top / step) + 1):
        y = _y(n * step, low, top)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}" stroke="{_FAINT}"/>'
        yield _text(_LEFT - 8, y + 4, number(n * step), anchor="end")


def _below(labels: Sequence[str], step: float, shift: float) -> Iterator[str]:
    """Yield the labels of an axis, as many as have room."""
    every = max(1, math.ceil(len(labels) / _LABELS))
    for n in range(0, len(labels), every):
        anchor = "middle" if shift or 0 < n < len(labels) - 1 else "start" if n == 0 else "end"
        yield _text(_LEFT + n * step + shift, HEIGHT - 10, labels[n], anchor=anchor)


def _legend(series: Sequence[Series]) -> Iterator[str]:
    """Yield the names of the series with their colours, from the right; none for one alone."""
    x = float(WIDTH - _RIGHT)
    for place, one in reversed(list(enumerate(series)) if len(series) > 1 else []):
        x -= len(one.name) * _SMALL + 24
        yield f'<rect x="{x:.1f}" y="31" width="12" height="10" fill="{COLOURS[place % len(COLOURS)]}"/>'
        yield _text(x + 16, 40, one.name)


def _y(value: float, low: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (value - low) / (top - low) * (HEIGHT - _TOP - _BOTTOM)


def _ceiling(values: Sequence[Value]) -> float:
    """Return a round number at or above all of them: 4, 8, 20, 40 or 80 times a power of ten, or 1 to 3."""
    most = max((value for value in values if value is not None), default=0.0)
    if most <= 4:
        return float(max(1, math.ceil(most)))
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12) if step * power >= most)


def _short(name: str, most: int = _BESIDE) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
