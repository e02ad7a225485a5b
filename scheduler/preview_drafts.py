"""The draft that an article's preview stands in: one an article, never its post's, made once and deleted after a day.

No publication knows it, and a line at its end says that it is a preview, so that
nobody takes it for the text that goes out and it can be found again. It is used
again when the article is previewed again; the old ones are deleted at the next
preview and not at once, since the link on a phone might be dead before it is read.
What stands in the draft box is kept by name, and written before it is made: a
draft whose answer was lost, or that outlived its process, is found by its line.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content import control
from content.db import Store
from content.models import Article
from content.render import visible_text
from content.workflow import note
from scheduler.listing import listed, shown
from scheduler.refusals import DRAFT_GONE, NotSent, Refused, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

PREFIX = "preview:"  # the controls that hold the media_id of an article's preview draft
MAKING = "making"  # stands there while the draft is made
SETTLE_AFTER = timedelta(minutes=2)  # a draft whose answer was lost is listed by then, or was never made
KEPT_FOR = timedelta(days=1)
COVER_SECONDS = 3.0  # WeChat: new material may give 40007 for two or three seconds
NOTE = '<p style="margin:2em 0 0;font-size:12px;color:#777;text-align:center">{}</p>'


def bring_up(
    store: Store,
    wechat: WeChat,
    number: int,
    label: str,
    made: dict[str, object],
    *,
    by: str,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Put a text, as draft/add takes it, into article N's preview draft, which is made if need be; return its media_id.

    `label` is what people call the text: 12-3. Unsure while a draft whose answer
    was lost may still turn up; Refused 40007 when WeChat does not know the cover.
    """
    made = {**made, "content": f"{made['content']}{NOTE.format(_mark(label))}"}
    known = _known(store, wechat, number, now)
    if known and _is_ours(wechat, known, number):
        wechat.update_draft(known, 0, made)
        _keep(store, number, known, by=by, now=now)
        return known
    _claim(store, number, known, by=by, now=now)
    try:
        media_id = _added(wechat, made, sleep)
    except (NotSent, Refused):  # it was certainly not made
        _keep(store, number, "", by=by, now=now)
        raise
    _keep(store, number, media_id, by=by, now=now)
    return media_id


def clean(store: Store, wechat: WeChat, number: int, now: datetime) -> None:
    """Delete the preview drafts of other articles that are older than a day; what fails is tried again next time."""
    with store.reading() as session:
        rows = control.beginning_with(session, PREFIX)
    for row in rows:
        other = int(row.name.removeprefix(PREFIX))
        if other == number or now - row.at < KEPT_FOR:
            continue
        try:
            media_id = _find(wechat, other) if row.value == MAKING else row.value
            if media_id and _is_ours(wechat, media_id, other):
                wechat.delete_draft(media_id)
        except (NotSent, Refused, Unsure) as trouble:
            log.warning("the preview draft of article %s was not deleted: %s", other, trouble)
            continue
        with store.transaction() as session:
            _forget(session, other, row.value, now)


def _added(wechat: WeChat, made: dict[str, object], sleep: Callable[[float], None]) -> str:
    try:
        return wechat.add_draft([made])
    except Refused as refusal:
        if refusal.errcode != DRAFT_GONE:
            raise
    sleep(COVER_SECONDS)
    return wechat.add_draft([made])


def _known(store: Store, wechat: WeChat, number: int, now: datetime) -> str:
    """Return the media_id of the article's preview draft, "" when there is none; Unsure while it is too early to say."""
    with store.reading() as session:
        row = control.read(session, _name(number))
    if row is None or row.value != MAKING:
        return row.value if row else ""
    found = _find(wechat, number)
    if not found and now - row.at < SETTLE_AFTER:
        raise Unsure("这篇文章的预览草稿正在建，或上次建时没有得到回答。请两分钟后再发一次。")
    return found


def _claim(store: Store, number: int, known: str, *, by: str, now: datetime) -> None:
    """Write that the draft is being made, before it is; Unsure when another process is at it."""
    with store.transaction() as session:
        row = control.read(session, _name(number))
        if row and row.value == MAKING and now - row.at < SETTLE_AFTER:
            raise Unsure("这篇文章的预览草稿正在建，请两分钟后再发一次。")
        control.write(session, _name(number), MAKING, by=by, now=now)
        why = "建预览草稿" if not known else "原来的预览草稿不见了，重新建"
        note(session, session.get_one(Article, number), by=by, now=now, why=why)


def _keep(store: Store, number: int, media_id: str, *, by: str, now: datetime) -> None:
    with store.transaction() as session:
        control.write(session, _name(number), media_id, by=by, now=now)


def _forget(session: Session, number: int, value: str, now: datetime) -> None:
    row = control.read(session, _name(number))
    if row and row.value == value:
        control.write(session, _name(number), "", by="wxops", now=now)
        note(session, session.get_one(Article, number), by="wxops", now=now, why="预览草稿已删除")


def _find(wechat: WeChat, number: int) -> str:
    """Return the preview draft of an article that is listed in the draft box, or ""."""
    ours = (item for item in listed(wechat.list_drafts) if _has_mark(shown(item), number))
    return next((str(item["media_id"]) for item in ours if item.get("media_id")), "")


def _is_ours(wechat: WeChat, media_id: str, number: int) -> bool:
    """Say whether a draft is still there and still says that it is this article's preview."""
    try:
        return _has_mark(wechat.get_draft(media_id), number)
    except Refused as refusal:
        if refusal.errcode != DRAFT_GONE:
            raise
        return False


def _has_mark(items: list[dict[str, Any]], number: int) -> bool:
    last_line = visible_text(str(items[0].get("content") or "")).rstrip().rpartition("\n")[2] if len(items) == 1 else ""
    return re.fullmatch(rf"\s*预览稿 {number}(?:-\d+|，未送审)，仅供审看，不是发布。\s*", last_line) is not None


def _mark(label: str) -> str:
    return f"预览稿 {label}，仅供审看，不是发布。"


def _name(number: int) -> str:
    return f"{PREFIX}{number}"
