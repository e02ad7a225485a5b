"""wechat-formatter: its plainest template, without tweaks."""

from __future__ import annotations

from collections.abc import Callable

from measure import main


def make() -> Callable[[str], str]:
    """Return the conversion with the template 极简风, 经典."""
    from wechat_formatter import FormatTweaks, get_template, render_article

    template, tweaks = get_template("极简风", "经典"), FormatTweaks()
    return lambda text: render_article(text, template, tweaks)


main(make)
