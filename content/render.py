"""From an article to the HTML that WeChat keeps: the parsed tree with a theme's CSS written into it."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import css_inline

from content.article import Source
from content.errors import WrongUse
from content.markup import styles
from content.markup.drawn import Draw
from content.markup.foot import NO_FOOT, Foot
from content.markup.parser import Wish, tree
from content.markup.writer import write

THEMES = Path(__file__).resolve().parent.parent / "templates" / "article"
DEFAULT_THEME = "formal"

_TAG = re.compile(r"<[a-z][^<>]*>")
_CLASS = re.compile(r' class="[^"]*"')
_STYLE = re.compile(r' style="([^"]*)"')
_BREAK = re.compile(
    r"<br\b[^<>]*>|</?(?:p|section|div|h[1-6]|li|ul|ol|tr|th|td|table|blockquote|pre|figure|figcaption)\b[^<>]*>",
    re.IGNORECASE,
)


def render(
    source: Source, *, css: str, picture: Callable[[str], str], foot: Foot = NO_FOOT, draw: Draw | None = None
) -> str:
    """Return the article as HTML with every style in its element; the same input gives the same characters.

    `css` is a theme's text, `picture` gives the address to write for a local
    reference, `foot` is what the account adds under every article, `draw` makes the
    pictures of formulas and diagrams; without it their source is shown.
    """
    return dressed(write(tree(source.body, Wish(picture, source.facts, foot, draw))), css)


def dressed(html: str, css: str) -> str:
    """Return HTML with the rules of a style sheet written into its elements, compact and without classes."""
    inlined = css_inline.inline_fragment(html, css, load_remote_stylesheets=False) if css.strip() else html
    known: dict[str, str] = {}

    def tidy(found: re.Match[str]) -> str:
        tag = found[0]
        if tag not in known:
            known[tag] = _tidy(tag)
        return known[tag]

    return _TAG.sub(tidy, inlined)


def _tidy(tag: str) -> str:
    tag = _CLASS.sub("", tag)
    style = _STYLE.search(tag)
    if style is None:
        return tag
    compact = _compact(style[1])
    return tag[: style.start()] + (f' style="{compact}"' if compact else "") + tag[style.end() :]


@lru_cache(maxsize=1024)
def _compact(style: str) -> str:
    pairs = {n: v for n, v in styles.declarations(style) if n != "font-family" and not re.search("!|gradient", v)}
    ground = any(name.startswith("background") and value != "none" for name, value in pairs.items())
    if ground and "color" not in pairs:  # in dark mode WeChat turns one without the other
        pairs["color"] = styles.DARK
    return ";".join(f"{name}:{value}" for name, value in pairs.items())


def visible_text(html: str) -> str:
    """Return what a reader sees: no tags, entities as characters, borders of blocks and <br> as line ends."""
    without = re.sub(r"<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?</\1\s*>", "", html, flags=re.IGNORECASE)
    text = re.sub(r"<[^<>]*>", "", _BREAK.sub("\n", without))
    return re.sub(r"\n{2,}", "\n", entities.unescape(text).replace("\xa0", " ")).strip("\n")


def theme_css(name: str, workspace: Path | None = None) -> str:
    """Return the CSS of a theme: the workspace's own themes/NAME.css, else ours; WrongUse names those there are."""
    folders = [THEMES] if workspace is None else [workspace / "themes", THEMES]
    known = {
        file.stem: file for folder in reversed(folders) if folder.is_dir() for file in sorted(folder.glob("*.css"))
    }
    wanted = name or DEFAULT_THEME
    if wanted not in known:
        raise WrongUse(f"没有名为“{name}”的主题。可用的主题：{'、'.join(sorted(known))}。")
    try:
        return known[wanted].read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"主题文件 {known[wanted].name} 读不出来，请检查它是不是 UTF-8 文本。") from error
