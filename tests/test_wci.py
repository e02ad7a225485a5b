"""自算WCI: both formulas by their worked example, each number with its variant, and never one against the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.metrics import NotComparable
from scheduler.wci import BASIS, Basis, Index, Reach, Variant, index

pytestmark = pytest.mark.one_database
MONTH = Basis(30, 8, Reach(9600, 120, 240, 480), Reach(7200, 90, 180, 360), Reach(4100, 60, 110, 190))


@pytest.mark.parametrize(("variant", "value"), [(Variant.THREE, 431.27), (Variant.SHARES, 416.33)])
def test_the_worked_example_comes_out(variant: Variant, value: float) -> None:
    made = index(MONTH, variant)
    assert made.value is not None
    assert (round(made.value, 2), made.variant) == (value, variant)


@pytest.mark.parametrize("basis", [replace(MONTH, days=0), replace(MONTH, articles=0)])
def test_without_a_day_or_an_article_it_is_unknown(basis: Basis) -> None:
    assert [index(basis, variant).value for variant in Variant] == [None, None]


def test_the_three_measures_do_not_see_what_was_shared() -> None:
    silent = replace(MONTH, total=replace(MONTH.total, shares=0))
    assert index(silent, Variant.THREE) == index(MONTH, Variant.THREE)
    assert index(silent, Variant.SHARES) != index(MONTH, Variant.SHARES)


def test_two_variants_are_not_compared() -> None:
    with pytest.raises(NotComparable, match=r"三项.*四项"):
        index(MONTH, Variant.THREE).less(index(MONTH, Variant.SHARES))
    assert Index(3.0, Variant.THREE).less(Index(2.0, Variant.THREE)) == 1.0
    assert Index(3.0, Variant.THREE).less(Index(None, Variant.THREE)) is None


def test_it_says_that_it_counts_persons() -> None:
    assert "人数" in BASIS
