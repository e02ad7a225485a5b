"""发布 (freepublish): a draft becomes public, followers are not told (the five freepublish pages).

submit only takes the job; after a few seconds it succeeds or fails, and
PUBLISHJOBFINISH tells the callback. Status: 0 done, 1 under way, 2 not original,
3 failed, 4 refused by review, 5 all deleted by the account, 6 all banned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.archive import Article
from bot.simulator.call import Call, Json
from bot.simulator.drafts import Draft, without_content
from bot.simulator.errors import ApiError
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

DONE, UNDER_WAY, DELETED, BANNED = 0, 1, 5, 6


@dataclass
class Publication:
    """A publishing job and what came of it."""

    publish_id: int
    mid: int
    draft: Draft
    status: int = UNDER_WAY
    fail_idx: list[int] = field(default_factory=list)
    article_id: str = ""
    articles: list[Article] = field(default_factory=list)
    stamp: int = 0


class Publications:
    """All publishing jobs, oldest first."""

    def __init__(self) -> None:
        """Begin with none."""
        self.jobs: list[Publication] = []

    def new(self, mid: int, draft: Draft, stamp: int) -> Publication:
        """Open a job."""
        job = Publication(2247500001 + len(self.jobs), mid, draft, stamp=stamp)
        self.jobs.append(job)
        return job

    def by_article_id(self, article_id: str) -> Publication:
        """Return the job that gave this article_id, or raise 53600."""
        found = next((job for job in self.jobs if article_id and job.article_id == article_id), None)
        if found is None:
            raise ApiError(53600)
        return found

    def public(self) -> list[Publication]:
        """Return what the list of publications shows, newest first."""
        return [job for job in reversed(self.jobs) if job.status == DONE]


def submit(world: World, call: Call) -> Json:
    """POST freepublish/submit."""
    draft = world.drafts.find(call.text("media_id"))
    job = world.publications.new(world.next_mid(), draft, world.clock.stamp())
    if world.switches.draft_leaves == "submit":
        world.drafts.take(draft.media_id)
    outcome = world.outcome
    world.later(world.switches.publish_seconds, lambda: _finish(world, job, outcome))
    publish_id = str(job.publish_id) if world.switches.publish_id == "string" else job.publish_id
    answer: Json = {"errcode": 0, "errmsg": "ok", "publish_id": publish_id}
    return answer | ({"msg_data_id": job.mid} if world.switches.msg_data_id else {})


def publish_now(world: World, draft: Draft) -> Publication:
    """Make a draft public at once, as somebody does in the back office; no event tells of it."""
    job = world.publications.new(world.next_mid(), draft, world.clock.stamp())
    world.drafts.take(draft.media_id)
    _succeed(world, job)
    return job


def _finish(world: World, job: Publication, outcome: Json) -> None:
    status = outcome.get("publish_status", DONE)
    if status in (DONE, DELETED, BANNED):
        _succeed(world, job)
        for article in job.articles:
            article.deleted = status != DONE
    elif world.switches.draft_leaves == "submit":
        world.drafts.put_back(job.draft)
    job.status = status
    job.fail_idx = list(outcome.get("fail_idx", [1] if status in (2, 4) else []))
    world.push(event="PUBLISHJOBFINISH", fields={"PublishEventInfo": _event(job)})


def _succeed(world: World, job: Publication) -> None:
    world.drafts.take(job.draft.media_id)
    job.status = DONE
    job.stamp = world.clock.stamp()
    job.article_id = chance.name(43, "article", job.publish_id)
    job.articles = world.archive.take_in(world, job.mid, job.draft.items, pushed=False)


def _event(job: Publication) -> Json:
    event: Json = {"publish_id": job.publish_id, "publish_status": job.status}
    if job.status == DONE:
        items = [{"idx": one.idx, "article_url": one.url} for one in job.articles]
        event |= {"article_id": job.article_id, "article_detail": {"count": len(items), "item": items}}
    if job.fail_idx:
        event["fail_idx"] = job.fail_idx
    return event


def get(world: World, call: Call) -> Json:
    """POST freepublish/get: how a job stands."""
    wanted = call.key("publish_id")
    job = next((one for one in world.publications.jobs if str(one.publish_id) == wanted), None)
    if job is None:
        raise ApiError(40097, "invalid args: publish_id")
    answer: Json = {"publish_id": str(job.publish_id), "publish_status": job.status}
    if job.status == DONE:
        items = [{"idx": one.idx, "article_url": one.url} for one in job.articles]
        answer |= {"article_id": job.article_id, "article_detail": {"count": len(items), "item": items}}
    return answer | {"fail_idx": job.fail_idx}


def batchget(world: World, call: Call) -> Json:
    """POST freepublish/batchget: what is public and was not pushed, newest first."""
    offset, count = call.page()
    bare = call.number("no_content", 0) == 1
    public = world.publications.public()
    items = [
        {
            "article_id": job.article_id,
            "content": {"news_item": _shown(job, bare=bare)},
            "update_time": job.stamp,
        }
        for job in public[offset : offset + count]
    ]
    return {"item": items, "total_count": len(public), "item_count": len(items)}


def getarticle(world: World, call: Call) -> Json:
    """POST freepublish/getarticle."""
    return {"news_item": _shown(world.publications.by_article_id(call.text("article_id")), bare=False)}


def delete(world: World, call: Call) -> Json:
    """POST freepublish/delete: one article (index from 1) or all of them (0 or absent); irreversible."""
    job = world.publications.by_article_id(call.text("article_id"))
    index = call.number("index", 0)
    if not 0 <= index <= len(job.articles):
        raise ApiError(40114)
    take_down(job, index, DELETED)
    return {"errcode": 0, "errmsg": "ok"}


def take_down(job: Publication, index: int, status: int) -> None:
    """Remove an article (0 = all); when none is left the job gets `status`: 5 deleted or 6 banned."""
    for article in job.articles:
        if index in (0, article.idx):
            article.deleted = True
    if all(article.deleted for article in job.articles):
        job.status = status


def _shown(job: Publication, *, bare: bool) -> list[Json]:
    return [
        (without_content(one.item) if bare else one.item)
        | {"url": f"{one.url}&chksm=sim#rd", "is_deleted": one.deleted}
        for one in job.articles
    ]


ROUTES = {
    "freepublish/submit": Route(submit, access=Access.VERIFIED),
    "freepublish/get": Route(get, access=Access.VERIFIED),
    "freepublish/batchget": Route(batchget, access=Access.VERIFIED, plain=True),
    "freepublish/getarticle": Route(getarticle, access=Access.VERIFIED, plain=True),
    "freepublish/delete": Route(delete, access=Access.VERIFIED),
}
