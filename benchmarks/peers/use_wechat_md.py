"""wechat-md: its one function, without a theme of one's own."""

from __future__ import annotations

from collections.abc import Callable

from measure import main


def make() -> Callable[[str], str]:
    """Return the conversion."""
    from wechat_md import markdown_to_html

    return markdown_to_html


main(make)
