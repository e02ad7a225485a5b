"""Charts: what nobody knows leaves a gap, everything has its unit and its words, and they can be drawn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from content.charts import Bullet, Chart, Series, bars, bullets, curve, line, number, stacked
from content.letters import png

pytestmark = pytest.mark.one_database
MONTHS = ["10月", "11月", "12月"]


def texts(chart: Chart) -> list[str]:
    """The words in a drawing."""
    return [element.text or "" for element in ElementTree.fromstring(chart.svg).iter() if element.tag.endswith("text")]


def lengths(chart: Chart, colour: str = "#1f5f99") -> list[float]:
    """How long the bars of a colour are."""
    return [float(found) for found in re.findall(rf'width="([\d.]+)" height="\d+" fill="{colour}"', chart.svg)]


def test_a_line_has_a_gap_where_nobody_knows() -> None:
    chart = line("粉丝", MONTHS, [Series("净增", [5, None, 7])], "人")
    assert chart.svg.count("<polyline") == 2
    assert chart.alt == "折线图：粉丝（单位：人）。净增：10月 5，11月 —，12月 7。"
    assert {"粉丝", "单位：人", *MONTHS} <= set(texts(chart))


def test_many_points_are_told_by_their_ends_and_extremes() -> None:
    chart = line("阅读", [f"{n}日" for n in range(1, 31)], [Series("阅读", [*range(2, 31), None])], "人")
    assert "开始 1日 2，最后 29日 30，最少 1日 2，最多 29日 30" in chart.alt
    assert len([text for text in texts(chart) if text.endswith("日")]) <= 8


def test_what_falls_stands_below_zero() -> None:
    chart = line("净增", MONTHS, [Series("净增", [-13, 5, None])], "人")
    numbers = [text for text in texts(chart) if re.fullmatch(r"-?[\d.]+", text)]
    assert "0" in numbers
    assert numbers[0].startswith("-")


def test_bars_are_as_long_as_their_values() -> None:
    chart = bars("阅读", ["甲", "乙<丙>", "丁"], [200, 50, None], "人")
    long, short, unknown = lengths(chart)
    assert (long / short, unknown) == (4.0, 0.0)
    assert "乙<丙>" in texts(chart)
    assert texts(chart)[-1] == "—"


def test_a_column_with_an_unknown_part_says_so() -> None:
    chart = stacked("互动", MONTHS, [Series("甲", [1, 2, 3]), Series("乙", [4, None, 6])], "次")
    assert texts(chart).count("—") == 1
    assert "乙：10月 4，11月 —，12月 6" in chart.alt


def test_a_bullet_ends_at_its_whole_and_has_none_where_nothing_is_known() -> None:
    rows = [
        Bullet("走访", 1.5, 0.5, "24/20 次"),
        Bullet("用户", None, 0.5, "—/9 人"),
        Bullet("文章", 0.5, None, "1/2 篇"),
    ]
    whole, half = lengths(bullets("指标", rows))
    assert whole / half == 2.0
    assert bullets("指标", rows).alt == "子弹图：指标。走访 24/20 次；用户 —/9 人；文章 1/2 篇。"


def test_the_plan_is_dashed_beside_what_is_done() -> None:
    chart = curve("走访", MONTHS, [80, None, None], [88, 175, 263], "次")
    assert chart.svg.count("stroke-dasharray") == 1
    assert {"实际累计", "计划累计"} <= set(texts(chart))


@pytest.mark.parametrize("values", [[], [None], [0], [0.4], [3], [987654321]])
def test_every_size_can_be_drawn(values: list[float | None]) -> None:
    labels = [str(n) for n in range(len(values))]
    for chart in (line("图", labels, [Series("", values)], "人"), bars("图", labels, values, "人")):
        ElementTree.fromstring(chart.svg)
    assert png(chart.svg)[:4] == b"\x89PNG"


def test_numbers_are_written_as_people_read_them() -> None:
    assert [number(value) for value in (None, 0, 1234, 12.34, -3)] == ["—", "0", "1,234", "12.3", "-3"]
