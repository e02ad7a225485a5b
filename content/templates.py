"""The one Jinja environment: what is left out is an error, HTML is escaped, Markdown is written with care."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FOLDER = Path(__file__).resolve().parent.parent / "templates"
_MARKDOWN = re.compile(r"([\\`*_\[\]>#|$~])")


@cache
def environment() -> Environment:
    """Return the environment over templates/; its filters are `fact` and `plain`."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["fact"] = fact
    made.filters["plain"] = plain
    return made


def render(name: str, values: dict[str, object]) -> str:
    """Return a template filled in; jinja2.UndefinedError when a value is missing."""
    return environment().get_template(name).render(values)


def fact(value: object) -> str:
    """Return a value as it can stand behind a key of the front matter: one line, in quotes where YAML needs them."""
    text = " ".join(str(value).split())
    if text[:1] in ("", '"', "'", "[", "{", "|", ">", "&", "*", "!", "%", "@", "~") or text in ("null", "~"):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text else ""
    return text


def plain(value: object) -> str:
    """Return a text that Markdown leaves as it is, in one line."""
    one_line = " ".join(str(value).split()).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", one_line)
