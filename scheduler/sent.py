"""How an article went out: what it can be read and deleted by, and where a person finds it in the back office."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError
from content.models import Article, Post, State
from content.revisions import latest_revision
from content.workflow import in_words
from scheduler.models import Publication

ON_ITS_WAY = (State.PUBLISHING, State.UNSURE)


@dataclass(frozen=True)
class Sent:
    """How an article went out: what WeChat deletes it by, and "" for both ids when no call of ours sent it.

    `place` counts from 1 among `of` articles; `listed` is an article_id by which it can be read.
    """

    article_id: str
    msg_id: str
    listed: str
    msg_data_id: str
    url: str
    published_at: datetime | None
    pushed: bool
    place: int
    of: int

    @property
    def by_api(self) -> bool:
        """Whether the API sent it, so that the API may delete it."""
        return bool(self.article_id or self.msg_id)


def sent_as(session: Session, article: Article) -> Sent:
    """Return how an article that is out was sent. wechat-api.md §4.3: the API deletes only what the API sent."""
    post = article.post
    publication = _publication(session, post) if post else None
    place, of = article.position or 1, len(post.articles) if post else 1
    if post is None or publication is None:
        return Sent("", "", "", "", "", None, False, place, of)
    ours = publication.claimed_at is not None
    urls = publication.url.splitlines()
    return Sent(
        article_id=(publication.article_id or "") if ours and not post.notify else "",
        msg_id=(publication.msg_id or "") if ours and post.notify else "",
        listed=publication.article_id or "",
        msg_data_id=publication.msg_data_id or "",
        url=urls[place - 1] if len(urls) >= place else "",
        published_at=publication.published_at,
        pushed=post.notify,
        place=place,
        of=of,
    )


def is_out(article: Article) -> bool:
    """Say whether readers may see an article: also one that somebody pressed before its review was over."""
    return article.state == State.PUBLISHED or (
        article.state != State.WITHDRAWN and article.post is not None and article.post.state == State.PUBLISHED
    )


def refuse_if_out(session: Session, article: Article) -> None:
    """Raise OpsError for an article that is out, with since when, or down again: no time or way is left to decide."""
    if article.state == State.WITHDRAWN:
        raise OpsError(f"{in_words(article)}已经撤下，不能再排或再发。")
    if is_out(article):
        at = sent_as(session, article).published_at
        since = f"{stamp(at)} 就发出了" if at else "已经发出了"
        raise OpsError(f"{in_words(article)}{since}，不能再改或再发。要撤下请发：撤稿 {article.id} 原因")


def is_unsent(article: Article) -> bool:
    """Say whether an article is neither out nor on its way nor down again."""
    on_its_way = article.post is not None and article.post.state in ON_ITS_WAY
    return not is_out(article) and article.state != State.WITHDRAWN and not on_its_way


def title_of(session: Session, article: Article) -> str:
    """Return the title that readers see: of the frozen text, where there is one."""
    revision = latest_revision(session, article)
    return (revision.title if revision else article.title).strip() or f"文章{article.id}"


def is_titled(session: Session, article: Article, words: str) -> bool:
    """Say whether words are an article's title, whatever their blanks, the marks around them and the width of letters."""
    return _bare(words) == _bare(title_of(session, article))


def steps(session: Session, article: Article) -> list[str]:
    """Return what a person does in the back office, numbered; the last line has the words to send."""
    done = f"回复：已撤 {article.id}（或运行 wxops withdraw {article.id} --done --by 姓名）"
    if not is_out(article):
        return [
            "1. 用电脑登录公众平台 mp.weixin.qq.com，点“内容管理”→“草稿箱”，找到有这一篇的草稿，删除。",
            "2. 再点“发表记录”，看它有没有发出去；发出去了，在这一篇的“…”里点“删除”。",
            f"3. 都没有了，{done}。",
        ]
    sent = sent_as(session, article)
    when = f"{stamp(sent.published_at)} " if sent.published_at else ""
    which = f"里的第 {sent.place} 篇（一共 {sent.of} 篇，只删这一篇）" if sent.of > 1 else ""
    look = sent.url or "手机上原来的链接"
    return [
        "1. 用电脑登录公众平台 mp.weixin.qq.com，点“内容管理”→“发表记录”。",
        f"2. 找到 {when}发表的“{title_of(session, article)}”{which}。",
        "3. 在这一篇的“…”里点“删除”，再点“确定”。后台的按钮可能改了样子；找不到就请管理员看站内帮助。",
        f"4. 打开 {look} ，看到“已被发布者删除”，再{done}。",
    ]


def _publication(session: Session, post: Post) -> Publication | None:
    """Return the publication by which a post is out: the last that WeChat confirmed, else the live one."""
    either = or_(Publication.published_at.is_not(None), Publication.ended_at.is_(None))
    query = select(Publication).where(Publication.post_id == post.id, either)
    return session.scalars(query.order_by(Publication.published_at.is_(None), Publication.id.desc())).first()


def _bare(title: str) -> str:
    """Return a title as it is compared: without blanks, the marks around it, and the width of its letters."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title)).casefold()
    return text.strip("《》“”\"'「」")
