"""Drawings have Chinese letters on a machine without any font."""

from __future__ import annotations

import pytest

from bot.starter import STARTER
from content.letters import FAMILY, png

pytestmark = pytest.mark.one_database


def drawn(text: str) -> bytes:
    return png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">'
        f'<text x="4" y="22" font-family="{FAMILY}" font-size="20">{text}</text></svg>'
    )


def test_every_place_of_the_starter_can_be_written() -> None:
    nothing = drawn("\U0010fffd")

    lost = [
        char
        for char in sorted(set("".join((STARTER / "places.csv").read_text("utf-8").split())))
        if drawn(char) == nothing
    ]

    assert lost == []


def test_two_characters_do_not_look_alike() -> None:
    assert drawn("民") != drawn("政")


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="token"):
        png("not a drawing")
