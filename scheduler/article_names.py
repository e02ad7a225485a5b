"""The articles that are out, by the links and titles under which the back office lists them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.cells import day_in
from content.clock import local_day
from content.models import Article, State
from content.values import NotUnderstood
from scheduler.models import Publication


@dataclass(frozen=True)
class ArticleNames:
    """Articles by link, and by title with the day on which each went out."""

    links: dict[str, int] = field(default_factory=dict)
    titles: dict[str, list[tuple[int, date | None]]] = field(default_factory=dict)

    def found(self, title: str, link: str, out_on: str) -> str:
        """Return the subject of an article's figures; NotUnderstood when it is none of ours, or several have its title."""
        if (number := self.links.get(_plain_link(link))) is not None:
            return f"article:{number}"
        known = self.titles.get(_plain(title), [])
        if len(known) > 1 and (day := day_in(out_on, date.max)):
            known = [one for one in known if one[1] == day]
        if len(known) == 1:
            return f"article:{known[0][0]}"
        if known:
            raise NotUnderstood(f"有 {len(known)} 篇“{title}”，请带上链接或发表时间")
        raise NotUnderstood(f"没有发出过“{title or link}”")


def articles_out(session: Session) -> ArticleNames:
    """Return all articles that are or were out; a publication's links stand in the order of its articles."""
    made = ArticleNames({}, defaultdict(list))
    rows = session.execute(
        select(Publication.id, Publication.url, Publication.published_at, Article.id, Article.title)
        .join(Article, Article.post_id == Publication.post_id)
        .where(Article.state.in_((State.PUBLISHED, State.WITHDRAWN)), Publication.published_at.is_not(None))
        .order_by(Publication.id, Article.position, Article.id)
    )
    for _, group in groupby(rows, key=itemgetter(0)):
        for place, (_, urls, at, number, title) in enumerate(group):
            made.titles[_plain(title)].append((number, local_day(at)))
            link = dict(enumerate(urls.split("\n"))).get(place, "")
            if link:
                made.links[_plain_link(link)] = number
    return made


def _plain(title: str) -> str:
    return "".join(title.split())


def _plain_link(link: str) -> str:
    """Return what of a link tells the article: its path, or the numbers of account, message and place."""
    parts = urlsplit(link.strip())
    told = parse_qs(parts.query)
    if "mid" in told:
        return "-".join(told.get(key, [""])[0] for key in ("__biz", "mid", "idx"))
    return re.sub(r"/+$", "", parts.path)
