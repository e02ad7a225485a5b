"""The rows of a contract year, as many times as wanted: what is put into the database, and the files that are imported."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.wiring import build
from content import place_table
from content.clock import day_start, local_day
from content.gazetteer import Spot, gazetteer
from content.models import Article, Person, Post, State
from content.paper import Evidence
from content.place_table import COMMUNITY
from content.record_models import Record, RecordPlace
from scheduler.interaction_rule import ACCOUNT, ACTS
from scheduler.metrics import ARTICLE_METRICS, WECHAT
from scheduler.models import Batch, Figure, Publication
from scheduler.tally import recount

STARTER = Path(__file__).resolve().parent.parent / "content" / "starter"
WEEKS, ARTICLES, VISITS, COUNTED_DAYS = 52, 48, 1_052, 30
USERS = ("日期", "街道", "社区", "注册用户数", "实名认证用户数")
PLATFORM = ("日期", "街道", "社区", "标题", "浏览量", "点赞数", "评论数", "转发数")
Named = tuple[str, str]  # a community's street and name
DAY = timedelta(days=1)


def begin(place: Path, size: int, first: date) -> list[Named]:
    """Put places, articles with their figures, and visits into a workspace's database; return its communities."""
    parts = build(place, {}, durable=False)
    now = parts.clock.now()
    with parts.store.transaction() as session:
        place_table.load(session, place_table.read(place), by="benchmark", now=now)
        known = gazetteer(session, local_day(now))
        spots = [spot for spot in known.places if spot.level == COMMUNITY]
        _publish(session, ARTICLES * size, first)
        _visit(session, VISITS * size, first, spots, now)
        names = {spot.code: spot.name for spot in known.places}
    parts.store.close()
    return [(names[spot.parent], spot.name) for spot in spots]


def files(place: Path, spots: list[Named], first: date, size: int) -> Iterator[tuple[str, Path, int]]:
    """Write the files of users and of the platform, and yield the kind, the file and its rows."""
    for source, head, rows in (
        ("users", USERS, _users(spots, first)),
        ("platform", PLATFORM, _platform(spots, first, size)),
    ):
        file = place / f"{source}.csv"
        with file.open("w", encoding="gb18030", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(head)
            made = [writer.writerow(row) for row in rows]
        yield source, file, len(made)


def _users(spots: list[Named], first: date) -> Iterator[Iterable[object]]:
    for week in range(WEEKS):
        for n, (street, name) in enumerate(spots):
            yield first + (6 + 7 * week) * DAY, street, name, 1_000 + n + 5 * week, 800 + n + 4 * week


def _platform(spots: list[Named], first: date, size: int) -> Iterator[Iterable[object]]:
    for week in range(WEEKS):
        for n, (street, name) in enumerate(spots):
            for thing in range(size):
                views = 100 + n + (90 + thing) * week
                yield (
                    first + (6 + 7 * week) * DAY,
                    street,
                    name,
                    f"内容{thing}",
                    views,
                    views // 10,
                    views // 30,
                    views // 20,
                )


def _publish(session: Session, articles: int, first: date) -> None:
    """Let articles go out over the year, each with 30 days of WeChat's figures, a batch a day."""
    days = 364
    outs = [first + (n * (days - COUNTED_DAYS) // articles) * DAY for n in range(articles)]
    posts = [
        {"id": n + 1, "state": State.PUBLISHED, "state_since": day_start(day), "notify": n % 2 == 0}
        for n, day in enumerate(outs)
    ]
    session.execute(insert(Post), posts)
    session.execute(
        insert(Article),
        [
            {
                "id": n + 1, "slug": f"a{n}", "title": f"文章{n}", "state": State.PUBLISHED, "state_since": day_start(day),
                "post_id": n + 1, "position": 1, "case_study": n % 3 == 0,
            }
            for n, day in enumerate(outs)
        ],
    )  # fmt: skip
    published = [
        {
            "post_id": n + 1,
            "key": uuid.uuid4().hex,
            "published_at": day_start(day),
            "url": f"https://mp.weixin.qq.com/s/{n}",
        }
        for n, day in enumerate(outs)
    ]
    session.execute(insert(Publication), published)
    _count(session, outs, first, days)


def _count(session: Session, outs: list[date], first: date, days: int) -> None:
    now = day_start(first)
    names = [str(first + n * DAY) for n in range(days)]
    batches = [
        {
            "id": n + 1,
            "source": WECHAT,
            "file_name": name,
            "sha256": name,
            "by": "取数",
            "at": now,
            "rows": 0,
            "complete": True,
        }
        for n, name in enumerate(names)
    ]
    session.execute(insert(Batch), batches)
    for n, day in enumerate(outs):
        figures = [
            {
                "day": day + age * DAY, "source": WECHAT, "metric": metric, "subject": f"article:{n + 1}",
                "value": 100 + 20 * age + n % 9, "batch_id": (day - first).days + age + 1,
            }
            for age in range(COUNTED_DAYS)
            for metric in ARTICLE_METRICS
        ]  # fmt: skip
        session.execute(insert(Figure), figures)
    for act in (act for act in ACTS if act.source == ACCOUNT):
        recount(session, act)


def _visit(session: Session, visits: int, first: date, spots: list[Spot], now: datetime) -> None:
    person = session.scalars(select(Person.id)).first()
    rows = [
        {
            "id": n + 1, "kind": "走访", "day": first + (n * 360 // visits) * DAY, "facts": '{"people": 3, "text": "讲解"}',
            "person_id": person, "by": "运营0", "company": "", "at": now,
        }
        for n in range(visits)
    ]  # fmt: skip
    session.execute(insert(Record), rows)
    at = [{"record_id": n + 1, "place_id": spots[n % len(spots)].id} for n in range(visits)]
    session.execute(insert(RecordPlace), at)
    photos = [
        {
            "subject": f"record:{n + 1}",
            "words": "照片",
            "by": "运营0",
            "name": "photo.jpg",
            "sent_at": now,
            "fetched_at": now,
            "sha256": f"{n}",
        }
        for n in range(visits)
    ]
    session.execute(insert(Evidence), photos)
