"""What a person does in the back office for a correction: the exact words, where they stand, and what to send."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content.after_models import Correction
from content.clock import stamp
from scheduler.sent import sent_as, title_of

UNCONFIRMED = "后台允许改多少，各种说法不一（常说一篇只能改一次、20 个字以内，标题和封面不能改），以后台提示为准"


def steps(session: Session, row: Correction) -> list[str]:
    """Return the steps of an approved correction, numbered; the last line has the words to send.

    domain.md §2.5: the limits of the back office are not confirmed, and the first step says so.
    """
    article, sent = row.article, sent_as(session, row.article)
    when = f"{stamp(sent.published_at)} " if sent.published_at else ""
    which = f"里的第 {sent.place} 篇" if sent.of > 1 else ""
    lines = [
        f"1. 用电脑登录公众平台 mp.weixin.qq.com，点“内容管理”→“发表记录”，找到 {when}发表的“{title_of(session, article)}”{which}。",
        f"2. 在这一篇的“…”里点“修改”。{UNCONFIRMED}。",
        f"3. 找到{row.places}，把\n{row.old}\n改成\n{row.new}\n只改这几个字，逐字核对，再提交；后台要管理员扫码的，请管理员扫码。",
        f"4. 打开文章看到新的字，再回复：已更正 {article.id}。后台不让改，就回复：改不了 {article.id} 原因",
    ]
    if article.path:
        lines.append(
            f"5. 内容库里的稿子 {article.path} 也要改成新的字并保存（以后都以它为准；文章已发出，改它不会再送审）。"
        )
    return lines
