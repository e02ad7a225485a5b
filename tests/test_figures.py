"""The daily pull: when it asks, for which days, what it takes in, and what it leaves unknown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import clock_at, gateway
from sqlalchemy import func, select

from bot.simulator import Simulator, running
from content.clock import SHANGHAI, days_between
from content.db import Store
from content.models import Post, State
from scheduler import figures, ledger, metrics
from scheduler.models import Batch, Figure, Publication
from scheduler.wechat import WeChat

DAY = timedelta(days=1)
PATHS = ("getbizsummary", "getarticletotaldetail", "getusersummary", "getusercumulate")


def morning(day: int, hour: int = 8, minute: int = 30, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def early(day: int, hour: int = 8, minute: int = 30) -> datetime:
    """A moment of the first days that the statistics know: few of them can be missing."""
    return morning(day, hour, minute, 11, 2025)


class Desk:
    """The pull before a simulator, both on one clock."""

    def __init__(self, folder: Path, store: Store, sim: Simulator) -> None:
        self.folder, self.store, self.sim = folder, store, sim
        self.wechat: WeChat = gateway(sim.url, store, clock_at(folder, early(1)))

    def at(self, moment: datetime) -> None:
        clock_at(self.folder, moment)

    def pull(self, moment: datetime) -> list[date]:
        self.at(moment)
        return figures.pull(self.store, self.wechat, moment)

    def publish(self, moment: datetime, title: str = "街道通知", **more: object) -> None:
        """Somebody publishes by hand."""
        self.at(moment)
        self.sim.backoffice("publish_new", title=title, **more)

    def caught_up(self, moment: datetime) -> None:
        """Let everything up to a morning be there already."""
        self.pull(moment)
        self.sim.clear_log()

    def calls(self, name: str) -> list[dict[str, Any]]:
        return [call["body"] for call in self.sim.calls(f"datacube/{name}")]

    def published_days(self) -> list[str]:
        """The days whose articles were asked for."""
        return [call["begin_date"] for call in self.calls("getarticletotaldetail")]

    def asked(self) -> int:
        return sum(len(self.calls(name)) for name in PATHS)

    def count(self, table: type) -> int:
        with self.store.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def value(self, metric: str, subject: str, day: date) -> int | None:
        with self.store.reading() as session:
            return session.scalar(
                select(Figure.value).where(Figure.metric == metric, Figure.subject == subject, Figure.day == day)
            )


@pytest.fixture
def desk(tmp_path: Path, store: Store) -> Iterator[Desk]:
    clock_at(tmp_path, early(1))
    with running(clock=tmp_path / "clock") as sim:
        yield Desk(tmp_path, store, sim)


# when ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "minute", "asks"), [(0, 1, False), (8, 29, False), (8, 30, True), (23, 59, True)])
def test_nothing_is_asked_before_half_past_eight(desk: Desk, hour: int, minute: int, asks: bool) -> None:
    desk.pull(early(3, hour, minute))
    assert (desk.asked() > 0) is asks


def test_a_morning_asks_for_one_day_of_the_account_and_for_the_days_with_articles(desk: Desk) -> None:
    """What was empty two days later stays empty; the last days are asked about in any case."""
    for day in (4, 9):
        desk.publish(morning(day, 10))
        desk.caught_up(morning(day + 1))
    assert desk.pull(morning(11)) == [date(2026, 12, 10)]
    assert desk.calls("getbizsummary") == [{"begin_date": "2026-12-10", "end_date": "2026-12-10"}]
    assert desk.published_days() == ["2026-12-04", "2026-12-08", "2026-12-09", "2026-12-10"]
    assert desk.asked() == 7


def test_an_empty_answer_is_not_believed_while_a_day_is_late(desk: Desk) -> None:
    desk.publish(morning(4, 10))
    desk.sim.set(delayed_days=["2026-12-09"])
    desk.caught_up(morning(10, 12))
    desk.sim.set(delayed_days=[])
    desk.pull(morning(11))
    assert "2026-11-20" in desk.published_days()
    desk.sim.clear_log()
    desk.pull(morning(12))
    assert desk.published_days() == ["2026-12-04", "2026-12-09", "2026-12-10", "2026-12-11"]


def test_a_day_on_which_we_published_is_never_a_quiet_one(desk: Desk) -> None:
    desk.caught_up(morning(10, 12))
    with desk.store.transaction() as session:
        post = Post(due_at=morning(4), state=State.PUBLISHED, state_since=morning(4))
        session.add(Publication(post=post, key="k", published_at=morning(4, 10)))
    desk.pull(morning(11, 12))
    assert "2026-12-04" in desk.published_days()


def test_a_day_that_is_complete_is_not_asked_for_again(desk: Desk) -> None:
    desk.publish(early(2, 10))
    desk.caught_up(early(3))
    for hour in range(9, 24):
        assert desk.pull(early(3, hour)) == []
    assert desk.asked() == 0


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (39, False), (40, True), (120, True)])
def test_after_trouble_it_waits_forty_minutes(desk: Desk, minutes: int, asks: bool) -> None:
    desk.sim.fault("datacube/getbizsummary", "errcode", errcode=61503)
    desk.pull(early(3))
    desk.sim.clear_log()
    desk.pull(early(3) + timedelta(minutes=minutes))
    assert (desk.asked() > 0) is asks


# which days -----------------------------------------------------------------------------------------------------


def test_the_first_pull_takes_the_last_thirty_days(desk: Desk) -> None:
    assert desk.pull(morning(10, 12)) == days_between(date(2026, 11, 10), date(2026, 12, 9))
    assert desk.calls("getbizsummary") == [{"begin_date": "2026-11-10", "end_date": "2026-12-09"}]


@pytest.mark.parametrize(("day", "days"), [(1, 0), (2, 1), (3, 2), (20, 19)])
def test_nothing_before_november_2025_is_asked_for(desk: Desk, day: int, days: int) -> None:
    pulled = desk.pull(morning(day, 12, month=11, year=2025))
    assert pulled == days_between(date(2025, 11, 1), date(2025, 11, day) - DAY)
    assert len(pulled) == days
    assert all(call["begin_date"] >= "2025-11-01" for name in PATHS for call in desk.calls(name))
    assert {call["errcode"] for call in desk.sim.log} <= {0}


def test_no_call_spans_more_days_than_it_may(desk: Desk) -> None:
    desk.pull(morning(10, 12))
    longest = {"getbizsummary": 30, "getarticletotaldetail": 1, "getusersummary": 7, "getusercumulate": 7}
    for name, most in longest.items():
        spans = [
            (date.fromisoformat(c["end_date"]) - date.fromisoformat(c["begin_date"])).days + 1 for c in desk.calls(name)
        ]
        assert max(spans) <= most
        assert name == "getarticletotaldetail" or sum(spans) == 30
    assert {call["errcode"] for call in desk.sim.log} == {0}


def test_an_outage_of_five_days_is_caught_up(desk: Desk) -> None:
    desk.publish(morning(9, 10))
    desk.caught_up(morning(10))
    missed = days_between(date(2026, 12, 10), date(2026, 12, 15))
    assert desk.pull(morning(16)) == missed
    reads = [desk.value("read_user", "article:1", day) for day in missed]
    assert None not in reads
    assert reads == sorted(reads)


def test_what_is_older_than_thirty_days_is_lost_and_the_log_says_so_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    desk.caught_up(morning(1, 12))
    later = morning(5, 12, month=1, year=2027)
    assert desk.pull(later) == days_between(date(2026, 12, 6), date(2027, 1, 4))
    assert "figures of 5 days from 2026-12-01 to 2026-12-05 are lost" in caplog.text
    caplog.clear()
    desk.pull(later + DAY)
    assert "lost" not in caplog.text


# when a day is complete -------------------------------------------------------------------------------------------


def test_a_quiet_day_is_asked_about_until_noon(desk: Desk) -> None:
    desk.caught_up(early(4, 12))
    assert desk.pull(early(5)) == []
    assert desk.pull(early(5, 11, 59)) == []
    assert desk.pull(early(5, 12, 40)) == [date(2025, 11, 4)]


def test_a_delayed_day_is_asked_for_until_it_is_there(desk: Desk) -> None:
    """Also on the days after it, and while it is late nobody takes it for a quiet day."""
    desk.publish(early(3, 10))
    desk.caught_up(early(4))
    desk.sim.set(delayed_days=["2025-11-04"])
    assert desk.pull(early(5)) == desk.pull(early(5, 13)) == []
    assert date(2025, 11, 4) not in desk.pull(early(6, 13))
    desk.sim.set(delayed_days=[])
    assert date(2025, 11, 4) in desk.pull(early(7))
    assert desk.value("read_user", "article:1", date(2025, 11, 4))


def test_a_day_that_is_not_ready_keeps_no_other_waiting_and_comes_later(desk: Desk) -> None:
    desk.publish(early(3, 10))
    desk.sim.set(ready_hour=10)
    assert desk.pull(early(4)) == [date(2025, 11, 1), date(2025, 11, 2)]
    assert desk.count(Batch) == 2
    assert desk.pull(early(4, 10)) == [date(2025, 11, 3)]


# what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"datacube/{name}" for name in PATHS])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "errcode", "errcode": 61503},
        {"kind": "errcode", "errcode": 45009},
        {"kind": "errcode", "errcode": 48001},
        {"kind": "drop"},
        {"kind": "malformed"},
        {"kind": "truncated"},
    ],
    ids=lambda fault: str(fault.get("errcode", fault["kind"])),
)
def test_no_day_is_complete_that_a_fault_is_about_and_what_was_answered_is_kept(
    desk: Desk, path: str, fault: dict[str, Any]
) -> None:
    desk.publish(early(4, 10))
    of_articles = path.endswith("detail")
    desk.sim.fault(path, times=99, skip=1 if of_articles else 0, **fault)
    assert desk.pull(early(5)) == ([date(2025, 11, 1)] if of_articles else [])
    metric = {"getusersummary": "new_user", "getusercumulate": "followers"}.get(path.removeprefix("datacube/"))
    for told in ("new_user", "followers"):
        assert (desk.value(told, ledger.ACCOUNT, date(2025, 11, 4)) is None) is (told == metric)
    desk.sim.clear()
    assert date(2025, 11, 4) in desk.pull(early(6))


def test_a_used_up_limit_stops_the_pull_until_midnight_and_says_so(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.at(early(2))
    desk.sim.backoffice("use_up_quota", path="datacube/getbizsummary")
    desk.pull(early(2))
    desk.pull(early(2, 12))
    assert len(desk.calls("getbizsummary")) == 1
    assert "明天零点" in caplog.text
    assert desk.pull(early(3, 12))


# what is taken in ---------------------------------------------------------------------------------------------------


def test_only_known_metrics_are_taken_in(desk: Desk) -> None:
    desk.publish(early(4, 10))
    desk.pull(early(5))
    with desk.store.reading() as session:
        assert set(session.scalars(select(Figure.metric))) == {
            name for name, metric in metrics.METRICS.items() if metric.source == metrics.WECHAT
        }


def test_the_figures_are_those_of_the_platform(desk: Desk) -> None:
    desk.publish(early(3, 10))
    desk.pull(early(5))
    body = {"begin_date": "2025-11-04", "end_date": "2025-11-04"}
    total = desk.wechat.article_totals(date(2025, 11, 3))["list"][0]["detail_list"]
    for detail in total:
        for metric in metrics.ARTICLE_METRICS:
            assert desk.value(metric, "article:1", date.fromisoformat(detail["stat_date"])) == detail[metric]
    changes = desk.wechat.follower_changes(date(2025, 11, 4), date(2025, 11, 4))["list"]
    assert len(changes) > 1  # several sources a day
    assert desk.value("new_user", ledger.ACCOUNT, date(2025, 11, 4)) == sum(row["new_user"] for row in changes)
    for row in changes:
        source = f"source:{row['user_source']}"
        assert desk.value("new_user_from", source, date(2025, 11, 4)) == row["new_user"]
    [size] = desk.wechat.follower_totals(date(2025, 11, 4), date(2025, 11, 4))["list"]
    assert desk.value("followers", ledger.ACCOUNT, date(2025, 11, 4)) == size["cumulate_user"]
    assert body in desk.calls("getusercumulate")


def test_a_corrected_day_makes_a_new_batch(desk: Desk) -> None:
    desk.publish(early(4, 10))
    desk.sim.set(delayed_days=["2025-11-04"])
    desk.pull(early(5))
    before = desk.count(Batch)
    desk.sim.set(delayed_days=[])
    desk.pull(early(5, 9, 30))
    assert desk.count(Batch) == before + 1


def test_pulling_again_adds_nothing(desk: Desk) -> None:
    desk.publish(early(4, 10))
    desk.pull(early(5))
    with desk.store.transaction() as session:
        for batch in session.scalars(select(Batch)):
            batch.complete = False
    before = desk.count(Batch), desk.count(Figure)
    desk.pull(early(5, 10))
    assert (desk.count(Batch), desk.count(Figure)) == before
