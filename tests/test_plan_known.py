"""What the database tells the planner: the hour read most, field work, what is lacking; and the clock that it asks."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from stage import START, Stage
from terminal_kit import wxops
from test_stats import out, put

from bot.planning import known_to_us
from content.clock import SHANGHAI, days_between
from content.db import Store
from content.known import BestHour, Known, Record, Shortfall
from content.models import Theme
from content.people import add_person
from content.place_models import Place
from content.record_models import Record as FieldRecord
from content.record_models import RecordPlace
from scheduler import models

FIRST = date(2026, 9, 1)


def known(store: Store, month: str = "2026-12", articles: int = 4) -> Known:
    with store.reading() as session:
        return known_to_us(session, month, articles=articles)


def read(store: Store, hours: list[tuple[int, int]], *, notify: bool = True, until: date | None = None) -> None:
    """Publish an article a day at these hours, each read by so many in its first week and by all the world later."""
    for n, (hour, readers) in enumerate(hours):
        day = FIRST + timedelta(days=n)
        number = out(store, datetime(day.year, day.month, day.day, hour, 5, tzinfo=SHANGHAI), f"甲{n}", notify=notify)
        subject = ("read_user", f"article:{number}")
        put(store, day, {subject: 1})
        put(store, day + timedelta(days=3), {subject: readers})
        put(store, day + timedelta(days=20), {subject: 1_000_000 * (24 - hour)})
    for day in days_between(FIRST, until or FIRST + timedelta(days=40)):
        put(store, day, {("followers", "account"): 1})


def test_the_hour_with_the_highest_median_of_the_first_week_is_taken(store: Store) -> None:
    read(store, [(10, 100), (10, 110), (10, 90), (10, 9_000), (18, 200), (18, 210), (18, 190), (18, 220)])
    assert known(store).best_hour == BestHour(18, 8, hours=2)


def test_of_seven_articles_nobody_knows_the_best_hour(store: Store) -> None:
    read(store, [(10, 100)] * 4 + [(18, 200)] * 3)
    assert known(store).best_hour is None


def test_an_hour_of_one_lucky_article_is_not_taken(store: Store) -> None:
    read(store, [(10, 100)] * 4 + [(18, 200)] * 4 + [(22, 9_000)])
    assert known(store).best_hour == BestHour(18, 9, hours=3)


def test_an_article_whose_first_week_is_not_over_does_not_count(store: Store) -> None:
    read(store, [(10, 100)] * 8, until=FIRST + timedelta(days=12))
    with store.transaction() as session:  # the later days, which the kit put, were never complete
        for batch in session.query(models.Batch).where(models.Batch.file_name > str(FIRST + timedelta(days=12))):
            batch.complete = False
    assert known(store).best_hour is None


def test_what_was_not_pushed_is_compared_only_with_its_like(store: Store) -> None:
    read(store, [(10, 100)] * 4 + [(18, 200)] * 4, notify=False)
    assert known(store).best_hour == BestHour(18, 8, hours=2)


def test_the_field_work_of_the_month_before_becomes_case_studies(store: Store) -> None:
    rows = [
        ("2026-10-31", "走访", "早了"),
        ("2026-11-03", "议事协商", "清出三处。电话 13800138000。"),
        ("2026-11-04", "活动", "错的"),
    ]
    with store.transaction() as session:
        person, _ = add_person(session, "联络员", "liaison", party="", company="", now=START)
        for code, name in (("1", "甲社区"), ("2", "乙社区居委会")):
            session.add(Place(code=code, level="community", name=name))
        for day, kind, text in rows:
            facts = json.dumps({"text": text})
            day_of = date.fromisoformat(day)
            made = FieldRecord(kind=kind, day=day_of, facts=facts, person_id=person.id, by="联络员", at=START)
            session.add(made)
        made.revoked_at = START
        session.flush()
        session.add_all(RecordPlace(record_id=2, place_id=place) for place in (1, 2))
    assert known(store).records == (
        Record(date(2026, 11, 3), "议事协商", ("甲社区", "乙社区"), "清出三处。电话 138****8000。"),
    )


def test_what_the_year_lacks_is_counted_from_its_first_article_and_with_what_is_still_to_go_out(store: Store) -> None:
    assert known(store).shortfall == ()
    for day in (3, 10):
        out(store, datetime(2026, 10, day, 10, 0, tzinfo=SHANGHAI), f"十月{day}", f"次条{day}")
    out(store, datetime(2026, 11, 3, 10, 0, tzinfo=SHANGHAI), "十一月")
    with store.transaction() as session:
        session.add(Theme(month="2026-10", slug="甲", title="甲"))
        session.add(Theme(month="2026-11", slug="", title=""))
    assert known(store).shortfall == (
        Shortfall("公众号文章（按每月 4 篇算）", 3),
        Shortfall("专题（按每月一个算）", 1, "个"),
    )
    assert known(store, articles=2).shortfall[0].name.startswith("专题")
    assert known(store, "2027-01").shortfall == (), "a new year begins anew"


@pytest.mark.parametrize("command", ["days", "new", "import"])
def test_the_calendar_and_new_articles_go_by_the_given_clock(stage: Stage, command: str) -> None:
    stage.at(datetime(2031, 5, 6, 9, 0, tzinfo=SHANGHAI))
    if command == "days":
        assert "2031-05-06" in wxops(stage, "days").stdout
        return
    (stage.folder.parent / "稿.md").write_text("# 车棚\n\n正文。\n", encoding="utf-8")
    words = ["new", "--title", "车棚"] if command == "new" else ["import", str(stage.folder.parent / "稿.md")]
    assert "2031-05/01-车棚" in wxops(stage, *words).stdout
