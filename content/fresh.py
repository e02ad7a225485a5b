"""A new article: its folder and its file with what is known of it, to be filled in by an editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from content.clock import local, stamp
from content.errors import FilesWrong, WrongUse
from content.folders import ARTICLE_FILE, MONTH, article_files, name_of, slug_of
from content.templates import render
from content.word import identity
from content.word.placing import place_new

OPEN = "（待补充：{}）"  # `check` stops an article with it
BLANK = "空白"
TEMPLATES: dict[str, tuple[str, dict[str, object]]] = {  # what people choose → the template and what it asks for
    BLANK: ("_front", {}),
    "活动": ("activity", {"records": [], "last": ""}),
    "案例": ("case", {"record": None, "case_study": True}),
    "通知": ("notice", {"name": OPEN.format("节日"), "off": "", "make_up": ""}),
    "更正": (
        "correction",
        {
            "when": OPEN.format("日期"),
            "of": OPEN.format("原文标题"),
            "old": OPEN.format("原文"),
            "new": OPEN.format("改后"),
        },
    ),
    "问答": ("qa", {"when": OPEN.format("日期"), "name": OPEN.format("日子"), "field": OPEN.format("事项")}),
}


@dataclass(frozen=True)
class Wish:
    """What is known of a new article; `template` is a key of TEMPLATES."""

    title: str
    author: str = ""
    column: str = ""
    publish_at: datetime | None = None
    template: str = BLANK
    told: Mapping[str, object] = field(default_factory=dict)  # what the template asks for, where it is known


def begin(workspace: Path, month: str, wish: Wish, now: datetime) -> Path:
    """Write a new article's file and return it.

    Without a month it is that of the time, or the present one. FilesWrong when the
    month has an article of that name, WrongUse for what is no month or no template.
    """
    month = month or f"{local(wish.publish_at or now):%Y-%m}"
    if not MONTH.fullmatch(month):
        raise WrongUse(f"月份应写成 2026-12 这样，写的是“{month}”。")
    if wish.template not in TEMPLATES:
        raise WrongUse(f"没有名为“{wish.template}”的模板。可用的模板：{'、'.join(TEMPLATES)}。")
    if not wish.title.strip():
        raise WrongUse("请写标题，例如：wxops new --title 文章标题")
    folder, slug = workspace / month, identity.slug(wish.title)
    there = list(article_files(folder)) if folder.is_dir() else []
    if same := next((file for file in there if slug_of(file) == slug), None):
        raise FilesWrong(f"{month} 里已经有同名的文章：{name_of(workspace, same)}。没有新建。")
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    name = identity.folder_name(identity.next_number(names), slug, ())
    return place_new(folder, name, {ARTICLE_FILE: _text(wish).encode()}) / ARTICLE_FILE


def _text(wish: Wish) -> str:
    name, asked = TEMPLATES[wish.template]
    at = stamp(wish.publish_at) if wish.publish_at else ""
    told = {"title": wish.title, "author": wish.author, "digest": "", "column": wish.column, "at": at, "notify": ""}
    text = render(f"drafts/{name}.md", {**told, **asked, **wish.told})
    return text.rstrip() + f"\n\n{OPEN.format('正文')}\n" if wish.template == BLANK else text
