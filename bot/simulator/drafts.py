"""The draft box: the seven draft calls (draft/add, update, get, batchget, count, delete, switch pages)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.article import accept
from bot.simulator.call import Call, Json
from bot.simulator.errors import ApiError
from bot.simulator.routing import Route

if TYPE_CHECKING:
    from bot.simulator.world import World

ARTICLES = 8  # 上传图文 page and the back office; the present page states no maximum


@dataclass
class Draft:
    """A draft: its articles as the platform keeps them, and when it was last changed (Unix seconds)."""

    media_id: str
    items: list[Json]
    updated: int
    number: int


class DraftBox:
    """The drafts, oldest first."""

    def __init__(self) -> None:
        """Begin empty."""
        self._drafts: dict[str, Draft] = {}
        self._count = 0

    def __len__(self) -> int:
        """Return how many drafts there are."""
        return len(self._drafts)

    def new(self, items: list[Json], stamp: int) -> Draft:
        """Put a draft in, under a new media id."""
        self._count += 1
        draft = Draft(chance.name(64, "draft", self._count), items, stamp, self._count)
        self._drafts[draft.media_id] = draft
        return draft

    def find(self, media_id: str) -> Draft:
        """Return the draft, or raise 40007: never there, deleted, or published."""
        draft = self._drafts.get(media_id)
        if draft is None:
            raise ApiError(40007)
        return draft

    def take(self, media_id: str) -> None:
        """Remove the draft, if it is there."""
        self._drafts.pop(media_id, None)

    def put_back(self, draft: Draft) -> None:
        """Return a draft whose publishing failed."""
        self._drafts[draft.media_id] = draft

    def newest_first(self) -> list[Draft]:
        """Return all drafts, the last changed one first."""
        return sorted(self._drafts.values(), key=lambda draft: (draft.updated, draft.number), reverse=True)


def add(world: World, call: Call) -> Json:
    """POST draft/add."""
    articles = call.body.get("articles")
    if not isinstance(articles, list):
        raise ApiError(47001)
    if not articles:
        raise ApiError(44003)
    if len(articles) > ARTICLES:
        raise ApiError(45008)
    items = [accept(world, call, article) for article in articles]
    return {"media_id": world.drafts.new(items, world.clock.stamp()).media_id}


def update(world: World, call: Call) -> Json:
    """POST draft/update: one article, as one object; `index` counts from 0."""
    draft = world.drafts.find(call.text("media_id"))
    index = call.number("index", 0)
    article = call.body.get("articles")
    if not isinstance(article, dict):
        raise ApiError(47001)
    if not 0 <= index < len(draft.items):
        raise ApiError(40114)
    draft.items[index] = accept(world, call, article)
    draft.updated = world.clock.stamp()
    return {"errcode": 0, "errmsg": "ok"}


def get(world: World, call: Call) -> Json:
    """POST draft/get."""
    draft = world.drafts.find(call.text("media_id"))
    return {"news_item": draft.items}


def batchget(world: World, call: Call) -> Json:
    """POST draft/batchget: a page of drafts, newest first."""
    offset, count = call.page()
    bare = call.number("no_content", 0) == 1
    page = world.drafts.newest_first()[offset : offset + count]
    items = [
        {
            "media_id": draft.media_id,
            "content": {"news_item": [without_content(item) if bare else item for item in draft.items]},
            "update_time": draft.updated,
        }
        for draft in page
    ]
    return {"item": items, "total_count": len(world.drafts), "item_count": len(items)}


def count(world: World, call: Call) -> Json:
    """GET draft/count."""
    return {"total_count": len(world.drafts)}


def delete(world: World, call: Call) -> Json:
    """POST draft/delete: cannot be undone."""
    draft = world.drafts.find(call.text("media_id"))
    world.drafts.take(draft.media_id)
    return {"errcode": 0, "errmsg": "ok"}


def switch(world: World, call: Call) -> Json:
    """POST draft/switch?checkonly=1: is the draft box on? Long since it is for everyone."""
    return {"errcode": 0, "errmsg": "ok", "is_open": 1}


def without_content(item: Json) -> Json:
    """Return an article as a list with no_content=1 shows it."""
    return {name: value for name, value in item.items() if name != "content"}


ROUTES = {
    "draft/add": Route(add),
    "draft/update": Route(update),
    "draft/get": Route(get, plain=True),
    "draft/batchget": Route(batchget, plain=True),
    "draft/count": Route(count, method="GET"),
    "draft/delete": Route(delete),
    "draft/switch": Route(switch),
}
