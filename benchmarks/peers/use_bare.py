"""The bare `markdown` package with its usual extensions: what ours is built on, and nothing done for WeChat."""

from __future__ import annotations

from collections.abc import Callable

from measure import main

EXTENSIONS = ["fenced_code", "tables", "sane_lists", "attr_list", "footnotes", "codehilite"]


def make() -> Callable[[str], str]:
    """Return the parser's own conversion."""
    from markdown import Markdown

    md = Markdown(extensions=EXTENSIONS, extension_configs={"codehilite": {"guess_lang": False}})
    return lambda text: md.reset().convert(text)


main(make)
