"""What WeChat lists, page by page: drafts and quiet publications, newest first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from scheduler.calls import articles_in
from scheduler.outcomes import as_list
from scheduler.refusals import Answer, Unsure

log = logging.getLogger(__name__)


def listed(page_at: Callable[[int], Answer]) -> Iterator[Answer]:
    """Yield the entries of a list whose page at an offset a call returns; one without fields is passed over.

    An empty page ends it, whatever total_count says: a day allows few calls
    (wechat-api.md §1). Unsure when already the first one is empty though something
    is there, or when a page does not say how much is there: nothing was read.
    """
    offset, total = 0, 1
    while offset < total:
        page = page_at(offset)
        count, items = str(page.get("total_count")), as_list(page.get("item"))
        if not count.isdecimal() or (not items and int(count) and not offset):
            raise Unsure("微信的列表读不懂，稍后再看。")
        if not items:
            return
        yield from (item for item in items if _has_fields(item))
        offset, total = offset + len(items), int(count)


def shown(item: Answer) -> list[Answer]:
    """Return the articles of an entry, [] with a warning where they cannot be read: the others are still looked at."""
    content = item.get("content")
    try:
        return articles_in(content if isinstance(content, dict) else {})
    except Unsure:
        log.warning("an entry of WeChat's list without articles is passed over: %s", _name(item))
        return []


def _has_fields(item: object) -> bool:
    if not isinstance(item, dict):
        log.warning("an entry of WeChat's list without fields is passed over: %r", item)
    return isinstance(item, dict)


def _name(item: Answer) -> object:
    return item.get("article_id") or item.get("media_id") or sorted(item)
