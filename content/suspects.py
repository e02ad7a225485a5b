"""What in a finished text WeChat may have refused as invalid content (45166), which it does without a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from content.article import NO_FACTS, Source
from content.lint.look import Context, Look
from content.lint.structure import RULES
from content.markup import raw
from content.render import visible_text
from content.revisions import PLACEHOLDER

MOST = 5  # told at once
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_OWN = re.compile(r"https?://mp\.weixin\.qq\.com(?![\w.:@-])", re.IGNORECASE)  # an address may be none at all
_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"')
_FORBIDDEN = re.compile(rf"<({'|'.join(sorted(raw.FORBIDDEN))})(?=[\s/>])")


def suspects(html: str) -> list[str]:
    """Return the blocks of a frozen text for which WeChat is known to answer 45166, each named by its words.

    Reported are external links, forbidden tags, pictures of other accounts
    (wechat-api.md §3); the rest is what its structure check flags.
    """
    found = dict.fromkeys((*_links(html), *_tags(html), *_pictures(html), *_structure(html)))
    return list(found)[:MOST]


def _links(html: str) -> Iterator[str]:
    for found in _LINK.finditer(html):
        if not _OWN.match(found[1]):
            yield f"外部链接“{visible_text(found[2]).strip()[:16]}”（{found[1]}）"


def _tags(html: str) -> Iterator[str]:
    return (f"标签 <{found[1]}>" for found in _FORBIDDEN.finditer(html))


def _pictures(html: str) -> Iterator[str]:
    return (f"不是我们上传的图片（{at}）" for at in _PICTURE.findall(html) if not at.startswith(PLACEHOLDER))


def _structure(html: str) -> Iterator[str]:
    look = Look(Source(Path(), "", NO_FACTS, "", 1), Context(datetime.min.replace(tzinfo=UTC)))
    look.html = html  # which these rules look at alone, never at the time
    for rule in RULES:
        for problem in rule(look):
            yield problem.message.partition("。")[0]
