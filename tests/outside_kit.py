"""Posts of ours and rows of the statistics, made in a line, for the tests of 外部发布."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from gateway_kit import NOW
from sqlalchemy import func, select

from content.clock import SHANGHAI, local_day
from content.db import Store
from content.models import Article, Post, Revision, State
from scheduler import alarm
from scheduler.calls import NamedCalls
from scheduler.drafts import new_publication
from scheduler.models import Publication
from scheduler.outside import listed, subject_of
from scheduler.refusals import Answer, Unsure

YESTERDAY = local_day(NOW) - timedelta(days=1)
AT_TEN = datetime(2026, 11, 30, 10, 0, tzinfo=SHANGHAI)
LONG = "http://mp.weixin.qq.com/s?__biz=B&mid={mid}&idx={idx}&sn=S&chksm=c#rd"


class Told(NamedCalls):
    """WeChat with a published list of the test's making."""

    def __init__(self, *items: dict[str, Any], fails: bool = False) -> None:
        self.items, self.fails, self.asked = items, fails, 0

    def _call(self, path: str, body: Mapping[str, object] | None = None, **more: object) -> Answer:
        assert path == "freepublish/batchget"
        self.asked += 1
        if self.fails:
            raise Unsure("no answer")
        return {"total_count": len(self.items), "item_count": len(self.items), "item": list(self.items)}


def row(mid: str = "2247000001", place: int = 1, title: str = "冬至", **more: object) -> dict[str, Any]:
    said = {"msgid": f"{mid}_{place}", "title": title, "publish_type": 1}
    return {**said, "content_url": LONG.format(mid=mid, idx=place), **more}


def a_post(
    store: Store, *titles: str, state: State = State.PUBLISHED, since: datetime = AT_TEN, **facts: object
) -> int:
    """A post of ours with its frozen texts and publication; returns the post's number."""
    with store.transaction() as session:
        post = Post(state=state, state_since=since, due_at=since, notify=True)
        session.add(post)
        session.flush()
        for place, title in enumerate(titles, start=1):
            reached = State.PUBLISHED if state == State.PUBLISHED else State.APPROVED
            article = Article(
                slug=f"a{place}", title=title, state=reached, state_since=since, post=post, position=place
            )
            session.add(article)
            session.flush()
            session.add(
                Revision(
                    article_id=article.id, number=1, sha256="x", title=title, author="", digest="", cover="",
                    html=f"<p>{title}的正文</p>", original_link="", comments=False, by="编辑", made_at=since,
                )
            )  # fmt: skip
        publication = new_publication(post, "MEDIA")
        publication.published_at = since if state == State.PUBLISHED else None
        for name, value in facts.items():
            setattr(publication, name, value)
        session.add(publication)
        return post.id


def meant(store: Store, said: dict[str, Any], day: date = YESTERDAY, *, now: datetime = NOW) -> Article:
    """The article that a row of the statistics is counted for."""
    with store.transaction() as session:
        seen = listed(said, day)
        assert seen is not None
        return session.get_one(Article, int(subject_of(session, seen, now).removeprefix("article:")))


def count(store: Store, table: type) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def publication(store: Store, post_id: int) -> Publication:
    with store.reading() as session:
        return session.scalars(select(Publication).where(Publication.post_id == post_id)).one()


def state(store: Store, post_id: int) -> State:
    with store.reading() as session:
        return session.get_one(Post, post_id).state


def ringing(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.text for one in alarm.ringing(session)]
