"""Everything that ever went out, whichever way: the articles people can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.call import Json

if TYPE_CHECKING:
    from bot.simulator.world import World


@dataclass
class Article:
    """One published article: `mid` is its msg_data_id, `idx` its place (from 1), `pushed` whether followers were told.

    `audience` is how many people followed when it went out; `has_comments`: readers could
    write at some time; `comments_closed`: since when they no longer can.
    """

    mid: int
    idx: int
    item: Json
    at: datetime
    pushed: bool
    audience: int
    url: str
    deleted: bool = False
    has_comments: bool = False
    comments_closed: datetime | None = None

    @property
    def msgid(self) -> str:
        """The name it has in the statistics."""
        return f"{self.mid}_{self.idx}"

    @property
    def day(self) -> date:
        """The Shanghai day it went out."""
        return self.at.date()


class Archive:
    """The published articles, oldest first."""

    def __init__(self) -> None:
        """Begin empty."""
        self.articles: list[Article] = []

    def take_in(self, world: World, mid: int, items: list[Json], *, pushed: bool) -> list[Article]:
        """Publish these items now and return the articles they become."""
        now = world.clock.now()
        audience = world.crowd.size(now.date())
        added = [
            Article(
                mid=mid,
                idx=place,
                item=dict(item),
                at=now,
                pushed=pushed,
                audience=audience,
                url=address(world.biz, mid, place),
                has_comments=item.get("need_open_comment") == 1,
            )
            for place, item in enumerate(items, 1)
        ]
        self.articles.extend(added)
        return added

    def of(self, mid: int) -> list[Article]:
        """Return the articles that went out under this msg_data_id."""
        return [one for one in self.articles if one.mid == mid]

    def find(self, mid: int, idx: int) -> Article | None:
        """Return one article by msg_data_id and place from 1, deleted ones too."""
        return next((one for one in self.articles if one.mid == mid and one.idx == idx), None)


def address(biz: str, mid: int, idx: int) -> str:
    """Return an article's permanent address with __biz, mid, idx and sn."""
    serial = chance.name(32, "sn", mid, idx).encode().hex()[:32]
    return f"http://mp.weixin.qq.com/s?__biz={biz}&mid={mid}&idx={idx}&sn={serial}"
