"""A preview on a phone: WeChat shows an article to one person, from a draft that is not its post's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from content.article import Source, read_article
from content.db import Store
from content.drawing import DRAWN
from content.errors import FilesWrong, OpsError, PlatformTrouble
from content.files import UNDER_REVIEW
from content.folders import month_of
from content.library import Library, article_by_number
from content.markup.foot import Foot
from content.models import Article, Revision
from content.revisions import Frozen, as_revision, freeze, keep_pictures, latest_revision
from content.workflow import in_words, note
from scheduler import preview_drafts
from scheduler.pictures import as_draft, forget_covers
from scheduler.refusals import DAY_LIMIT, DRAFT_GONE, NO_RIGHT, Refused, Unsure
from scheduler.related import related
from scheduler.wechat import WeChat

_WHAT_TO_DO = {
    40003: "没有找到这个微信号。请核对：要写微信号（“我”的头像旁边那一串），不是昵称或手机号。",
    40132: "微信号不对。请核对：要写微信号（“我”的头像旁边那一串），不是昵称或手机号。",
    43004: "对方没有关注公众号，请他先关注，再发一次。",
    43019: "对方在公众号的黑名单里，请先在后台移出。",
    DAY_LIMIT: "今天的手机预览用完了（每天 100 次），请明天再发，或在电脑上看：wxops preview。",
    NO_RIGHT: "公众号没有预览接口的权限（未认证或认证过期）。预览草稿已放在草稿箱里，请在后台打开它，点“预览”发到手机。",
}  # fmt: skip


class PreviewRefused(PlatformTrouble):
    """WeChat did not send the preview; the text says why and what to do."""


def send_preview(
    store: Store,
    wechat: WeChat,
    library: Library,
    number: int,
    wxname: str,
    *,
    by: str,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Show article N to one person on the phone and return what was done, as a sentence.

    The newest revision when it is in review or approved, else the file as it
    stands. OpsError or FilesWrong when there is nothing to show, PlatformTrouble
    with what to do when WeChat says no or does not answer.
    """
    revision, label = _text(store, library, number, by=by, now=now)
    preview_drafts.clean(store, wechat, number, now)
    try:
        made = as_draft(store, wechat, library, revision, comments=False)
        media_id = preview_drafts.bring_up(store, wechat, number, label, made, by=by, now=now, sleep=sleep)
    except OSError as error:
        raise OpsError(f"{label} 的图片读不出来了。请重新送审：wxops submit {number}。") from error
    except Refused as refusal:
        _forget_bad_cover(store, revision, refusal)
        raise
    _show(wechat, media_id, wxname)
    with store.transaction() as session:
        note(session, session.get_one(Article, number), by=by, now=now, why=f"手机预览已发出（{label}）")
    return f"“{revision.title}”（{label}）已发到 {wxname} 的微信，请在公众号的消息里点开。"


def _show(wechat: WeChat, media_id: str, wxname: str) -> None:
    try:
        wechat.preview(media_id, wxname)
    except Refused as refusal:
        words = _WHAT_TO_DO.get(refusal.errcode)
        if words is None:
            raise
        raise PreviewRefused(f"没有发到 {wxname}：{words}（{refusal.errcode} {refusal.errmsg}）") from refusal
    except Unsure as doubt:
        raise Unsure(f"{doubt}请看看手机收到没有，没有就再发一次。") from doubt


def _forget_bad_cover(store: Store, revision: Revision, refusal: Refused) -> None:
    """Forget the upload of a cover that WeChat does not know any more: the next try uploads it anew."""
    if refusal.errcode == DRAFT_GONE:
        with store.transaction() as session:
            forget_covers(session, [revision])


def _text(store: Store, library: Library, number: int, *, by: str, now: datetime) -> tuple[Revision, str]:
    """Return what is to be shown, and what people call it: 12-3, or that it was not submitted."""
    with store.reading() as session:
        article = article_by_number(session, number)
        revision = latest_revision(session, article) if article.state in UNDER_REVIEW else None
        name = article.path
        foot = replace(library.foot, related=related(session, month_of(name)))
    if revision:
        return revision, f"{number}-{revision.number}"
    if not name or not (library.folder / name).is_file():
        raise FilesWrong(f"找不到{in_words(article)}的文件，请放回原处。")
    frozen = _frozen_now(library, read_article(library.folder / name, name), foot)
    return as_revision(frozen, number, 0, by=by, now=now), f"{number}，未送审"


def _frozen_now(library: Library, source: Source, foot: Foot) -> Frozen:
    """Freeze an article's file as submitting does; FilesWrong where a draft cannot be made of it."""
    if not source.facts.title:
        raise FilesWrong(f"{source.name} 还没有标题，写上再发预览。")
    try:
        frozen = freeze(source, css=library.css, foot=foot, kept=library.folder / DRAWN)
    except OSError as error:
        raise FilesWrong(f"{source.name} 的图片不见了或读不出：{error.filename}。请放好再发预览。") from error
    if not frozen.cover:
        raise FilesWrong(f"{source.name} 还没有封面，微信要有封面才能预览。请写上 cover，或在正文里放一张图片。")
    keep_pictures(library.pictures, frozen)
    return frozen
