"""What WeChat lists, page by page: drafts and quiet publications, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scheduler.outcomes import as_list
from scheduler.refusals import Answer, Unsure


def listed(page_at: Callable[[int], Answer]) -> Iterator[Any]:
    """Yield the entries of a list whose page at an offset a call returns.

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
        yield from items
        offset, total = offset + len(items), int(count)
