"""What the platform makes of an article's HTML between draft/add and draft/get.

Scripts, styles, frames and forms go; ids, classes and handlers go; positions and
filters go out of styles; #hex becomes rgb(); text is wrapped in <span leaf="">;
foreign links lose their address and foreign pictures vanish; white space between
list items shows as an empty bullet; a hidden paragraph is appended. (Observed by
publishers who read their drafts back.)
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

GONE = {"script", "style", "iframe", "form", "object", "video", "audio", "textarea", "select", "button"}
GONE_VOID = {"link", "meta", "input", "embed", "base", "source"}
VOID = {"br", "img", "hr", "col", "wbr", "area"}
REFUSED = {"script", "iframe", "form"}
GONE_STYLES = {"position", "z-index", "filter"}
TAIL = '<p style="display: none;"><mp-style-type data-value="3"></mp-style-type></p>'
EMPTY_BULLET = '<li><section><span leaf=""><br  /></span></section></li>'

_DECLARATION = re.compile(r"(?:[^;(]|\([^)]*\))+")
_HEX = re.compile(r"#([0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9a-fA-F])")


@dataclass
class Cleaned:
    """The HTML the platform keeps, the text a reader sees, and what was taken out."""

    html: str = ""
    text: str = ""
    foreign_links: list[str] = field(default_factory=list)
    foreign_pictures: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)


def clean(content: str, is_own_picture: Callable[[str], bool]) -> Cleaned:
    """Return what the platform keeps of `content`."""
    cleaner = _Cleaner(is_own_picture)
    cleaner.feed(content.replace(TAIL, ""))
    cleaner.close()
    return cleaner.finish()


class _Cleaner(HTMLParser):
    """Writes the page anew while reading it."""

    def __init__(self, is_own_picture: Callable[[str], bool]) -> None:
        super().__init__(convert_charrefs=False)
        self._is_own = is_own_picture
        self._out: list[str] = []
        self._text: list[str] = []
        self._seen: list[str] = []
        self._open: list[tuple[str, str]] = []  # the tag as read and as written ("" when it was not)
        self._gone: list[str] = []
        self._result = Cleaned()

    def finish(self) -> Cleaned:
        """Close what is still open and return the result."""
        self._flush()
        self._close_down_to(0)
        self._result.html = "".join(self._out) + TAIL
        self._result.text = "".join(self._seen).strip()
        return self._result

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=False)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, closed=True)

    def handle_endtag(self, tag: str) -> None:
        if self._gone:
            if tag == self._gone[-1]:
                self._gone.pop()
            return
        self._flush()
        tags = [one for one, _ in self._open]
        if tag in tags:
            self._close_down_to(len(tags) - 1 - tags[::-1].index(tag))

    def handle_data(self, data: str) -> None:
        if not self._gone:
            self._text.append(html.escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        if not self._gone:
            self._text.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if not self._gone:
            self._text.append(f"&#{name};")

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], *, closed: bool) -> None:
        if self._gone:
            if tag == self._gone[-1] and not closed:
                self._gone.append(tag)
            return
        self._flush()
        if tag in GONE | GONE_VOID:
            self._drop(tag, closed=closed)
        elif any(one == "svg" for one, _ in self._open) or tag == "svg":
            self._keep(tag, tag, self.get_starttag_text() or "", closed=closed)
        elif tag == "img":
            self._picture(attrs)
        elif tag == "a" and not _is_ours(dict(attrs).get("href") or ""):
            self._result.foreign_links.append(dict(attrs).get("href") or "")
            self._open.append((tag, ""))
        elif tag == "br":
            self._seen.append("\n")
            self._out.append("<br  />")
        else:
            written = "section" if tag == "div" else tag
            self._keep(tag, written, f"<{written}{_attributes(tag, attrs)}>", closed=closed)

    def _drop(self, tag: str, *, closed: bool) -> None:
        if tag in REFUSED:
            self._result.forbidden.append(tag)
        if tag in GONE and not closed:
            self._gone.append(tag)

    def _keep(self, tag: str, written: str, text: str, *, closed: bool) -> None:
        self._out.append(text)
        if tag not in VOID and not closed:
            self._open.append((tag, "leaf" if 'leaf=""' in text else written))
        elif tag not in VOID and not text.endswith("/>"):
            self._out.append(f"</{written}>")

    def _picture(self, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("src") or ""
        if self._is_own(source):
            self._out.append(f"<img{_attributes('img', attrs)}  />")
        else:
            self._result.foreign_pictures.append(source)

    def _flush(self) -> None:
        text, self._text = "".join(self._text), []
        if not text:
            return
        inside = self._open[-1][0] if self._open else ""
        self._seen.append(html.unescape(text))
        if not text.strip(" \t\r\n"):
            between = inside in ("ul", "ol") and self._out[-1] == "</li>"
            self._out.append(EMPTY_BULLET if between else text)
        elif (self._open and self._open[-1][1] == "leaf") or any(tag == "svg" for tag, _ in self._open):
            self._out.append(text)
        else:
            self._out.append(f'<span leaf="">{text}</span>')

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            _, written = self._open.pop()
            if written:
                self._out.append(f"</{'span' if written == 'leaf' else written}>")


def _is_ours(href: str) -> bool:
    return re.match(r"https?://mp\.weixin\.qq\.com/s[/?]", href) is not None


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> str:
    kept = []
    for name, value in attrs:
        if name in ("id", "class") or name.startswith("on"):
            continue
        if (tag == "img" and name in ("width", "height")) or (tag == "code" and name == "style"):
            continue
        shown = _style(value or "") if name == "style" else (value or "")
        kept.append(f' {name}="{html.escape(shown)}"')
    return "".join(kept)


def _style(style: str) -> str:
    kept = []
    for declaration in _DECLARATION.findall(style):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if not colon or name in GONE_STYLES or name.startswith(("--", "animation")) or "var(" in value:
            continue
        kept.append(f"{name}: {_HEX.sub(_rgb, value.strip())};")
    return " ".join(kept)


def _rgb(found: re.Match[str]) -> str:
    digits = found[1] if len(found[1]) >= 6 else "".join(digit * 2 for digit in found[1])
    parts = [int(digits[place : place + 2], 16) for place in range(0, len(digits), 2)]
    if len(parts) == 4:
        return f"rgba({parts[0]}, {parts[1]}, {parts[2]}, {round(parts[3] / 255, 2)})"
    return f"rgb({parts[0]}, {parts[1]}, {parts[2]})"
