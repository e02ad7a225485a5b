"""A month with everything in it, and the one before: posts, figures, followers, field work, tickets, a contract."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from figures_kit import out
from sqlalchemy import select

from content.clock import SHANGHAI, days_between
from content.db import Store
from content.dossier_forms import EXCEPTION
from content.dossier_models import Dossier
from content.models import Article, Person, Theme
from content.place_models import Place
from content.record_models import Record, RecordPlace
from content.ticket_models import Ticket, TicketMessage
from scheduler import ledger
from scheduler.alarm import ring
from scheduler.effect_facts import Effect
from scheduler.effect_periods import CALENDAR, MONTHLY, span
from scheduler.effects import effect
from scheduler.interaction_rule import ACTS
from scheduler.metrics import WECHAT
from scheduler.models import Batch, Figure
from scheduler.tally import recount

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
TODAY = date(2027, 1, 3)
NOVEMBER = date(2026, 11, 1)
CONTRACT = """[contract]
from = 2026-11-01
to = 2027-10-31
version = "原合同"
[[target]]
id = "articles"
name = "公众号文章"
clause = "一(三)3"
rule = "每篇计一"
value = 4
per = "month"
unit = "篇"
count = "articles"
[[target]]
id = "visits"
name = "社区走访"
value = 1052
unit = "次"
count = "visits"
[[target]]
id = "users"
name = "实名认证用户"
value = 350000
unit = "人"
count = "users"
"""


def at(day: int, hour: int = 10, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def furnish(store: Store, folder: Path) -> None:
    """Put November, December and a contract in."""
    (folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    old = out(store, at(5, month=11), "秋天的社区食堂")
    one = out(store, at(3), "楼道里的歇脚椅", "两会之前的小事<一>")
    two = out(store, at(17), "社区晚会的一张照片", case=True, notify=False)
    _figures(store, old, one, two)
    _field(store)
    with store.transaction() as session:
        theme = Theme(month="2026-12", slug="2026-12", title="邻里", summary="十二月的专题")
        session.add_all([theme, Theme(month="2027-01", slug="2027-01", title="新年")])
        session.flush()
        session.get_one(Article, one).theme_id = theme.id
        ring(session, "idle:1", "已经 8 天没有发布，电话 13800001234。\n第二行", now=at(12))
        ticket = Ticket(state_since=at(9), reader="r", opened_at=at(9), waits_since=at(9), last_message_at=at(9))
        session.add(ticket)
        session.flush()
        session.add(TicketMessage(ticket_id=ticket.id, at=at(9, 16), by="运营", text="已经联系", outcome="sent"))


def gathered(store: Store, folder: Path, name: str = "2026-12", kind: str = MONTHLY) -> Effect:
    """The analysis of a period."""
    with store.reading() as session:
        return effect(session, folder, span(kind, name, CALENDAR, None), "西城家园", TODAY)


def snow(store: Store) -> None:
    """Record thirty days of force majeure for the visits, in two files that overlap."""
    with store.transaction() as session:
        person = session.scalars(select(Person)).first()
        assert person
        for title, first, last in (
            ("大雪", "2026-11-11", "2026-12-05"),
            ("封路 13800001234", "2026-12-01", "2026-12-10"),
        ):
            days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
            session.add(
                Dossier(form=EXCEPTION, title=title, targets="visits", person_id=person.id, by="运营", at=at(1), **days)
            )


def _figures(store: Store, old: int, one: int, two: int) -> None:
    """Followers on every day, reads that grow; the second article of December's first post has none of its own."""
    with store.transaction() as session:
        for n, day in enumerate(days_between(NOVEMBER, LAST)):
            values = {
                ("followers", ledger.ACCOUNT): 1000 + 10 * n, ("new_user", ledger.ACCOUNT): 12,
                ("cancel_user", ledger.ACCOUNT): 2, ("account_read_user", ledger.ACCOUNT): 50 + n,
            }  # fmt: skip
            for article, since, step in (
                (old, date(2026, 11, 5), 10), (one, date(2026, 12, 3), 40), (two, date(2026, 12, 17), 5),
            ):  # fmt: skip
                if since <= day < since + timedelta(days=30):
                    age = (day - since).days + 1
                    values |= {(m, f"article:{article}"): step * age // k for m, k in _SHARES.items()}
            batch = Batch(source=WECHAT, file_name=str(day), sha256=str(day), by="t", at=at(1), rows=len(values))
            session.add(batch)
            session.flush()
            session.add_all(
                Figure(day=day, source=WECHAT, metric=metric, subject=subject, value=value, batch_id=batch.id)
                for (metric, subject), value in values.items()
            )
        for act in ACTS:
            recount(session, act)
        users = {("registered", "place:2"): 900, ("real_name", "place:2"): 700}
        ledger.record(session, "users", "用户.xlsx", date(2026, 12, 20), users, complete=True, by="t", now=at(21))


def _field(store: Store) -> None:
    with store.transaction() as session:
        session.add_all(
            [
                Place(code="1", level="street", name="德胜街道", parent="0"),
                Place(code="2", level="community", name="新风社区", parent="1"),
                Place(code="3", level="community", name="双旗杆社区", parent="1"),
                Place(code="4", level="street", name="月坛街道", parent="0"),
            ]
        )
        person = Person(name="联络", role="liaison", party="乙方")
        session.add(person)
        session.flush()
        for kind, day, codes, facts in (
            ("走访", date(2026, 12, 8), "23", {"people": 3}), ("走访", date(2026, 12, 9), "2", {}),
            ("走访", date(2026, 11, 9), "2", {"people": 2}), ("活动", date(2026, 12, 19), "4", {"new_users": 30}),
            ("评价", date(2026, 12, 20), "2", {"score": "4.6", "people": 32}),
            ("评价", date(2026, 12, 21), "3", {"rate": "95"}),
        ):  # fmt: skip
            made = Record(kind=kind, day=day, facts=json.dumps(facts), person_id=person.id, by="联络", at=at(20))
            session.add(made)
            session.flush()
            ids = session.scalars(select(Place.id).where(Place.code.in_(list(codes))))
            session.add_all(RecordPlace(record_id=made.id, place_id=id_) for id_ in ids)


_SHARES = {
    "read_user": 1, "like_user": 4, "zaikan_user": 8, "share_user": 5, "comment_count": 20, "collection_user": 10,
}  # fmt: skip
