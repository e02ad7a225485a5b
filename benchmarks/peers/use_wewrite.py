"""wewrite: its converter with its default theme, one for all articles."""

from __future__ import annotations

from collections.abc import Callable

from measure import main


def make() -> Callable[[str], str]:
    """Return the conversion to a body of HTML."""
    from wewrite.toolkit.converter import WeChatConverter

    converter = WeChatConverter()
    return lambda text: converter.convert(text).html


main(make)
