"""What shows a rule: a text that breaks it, and the same text put right; kept beside the rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The part of an article that an example writes; the rest is a good article."""

    BODY = "正文"
    FRONT = "开头"  # lines of the front matter; "-key" takes a line away
    FILE = "整个文件"
    THEME = "主题样式"
    TITLE = "标题"


@dataclass(frozen=True)
class Example:
    """A code's example: what the rule wants (a sentence for editors), a text it finds, and one it lets pass."""

    code: str
    about: str
    bad: str
    good: str
    part: Part = Part.BODY
