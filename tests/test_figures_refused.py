"""A pull that is refused in part or whole: the other days are there, somebody hears of it once, and what helps is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from content.clock import SHANGHAI, days_between
from content.db import Store
from scheduler import alarm, figures
from scheduler.calls import NamedCalls
from scheduler.ledger import ACCOUNT
from scheduler.models import Figure
from scheduler.refusals import Answer, NotSent, Refused, Unsure

FIRST, LAST = date(2025, 11, 1), date(2025, 11, 5)
MORNING = datetime(2025, 11, 6, 9, 0, tzinfo=SHANGHAI)
DAYS = days_between(FIRST, LAST)
SUMMARY, ARTICLES, CHANGES, TOTALS = "getbizsummary", "getarticletotaldetail", "getusersummary", "getusercumulate"
Span = Callable[[date, date], bool]  # says whether a call about these days is hit


class Platform(NamedCalls):
    """WeChat with figures of every day, and calls that are refused as a test says."""

    def __init__(self) -> None:
        self.hit: dict[str, tuple[Span, object]] = {}
        self.asked: Counter[str] = Counter()

    def refuse(self, name: str, how: object, when: Span = lambda first, last: True) -> None:
        """Answer a call with an errcode, an exception, or an Answer of the test's making."""
        self.hit[name] = (when, how)

    def _call(self, path: str, body: Mapping[str, object] | None = None, **more: object) -> Answer:
        name = path.removeprefix("datacube/")
        first, last = (date.fromisoformat(str((body or {})[key])) for key in ("begin_date", "end_date"))
        self.asked[name] += 1
        when, how = self.hit.get(name, (lambda *_: False, None))
        if when(first, last):
            if isinstance(how, int):
                raise Refused(path, how, "no")
            if isinstance(how, Exception):
                raise how
            assert isinstance(how, dict)
            return how
        return {"list": [row for day in days_between(first, last) for row in _rows(name, day)], "is_delay": False}


def _rows(name: str, day: date) -> list[dict[str, object]]:
    if name == ARTICLES:
        details = [{"stat_date": str(each), "read_user": 5} for each in days_between(day, LAST)]
        row = {"ref_date": str(day), "msgid": f"{day:%m%d}_1", "title": f"{day:%m%d}", "detail_list": details}
        return [row] if day in (date(2025, 11, 2), date(2025, 11, 4)) else []
    told: dict[str, object] = {"new_user": 2, "cancel_user": 1, "cumulate_user": 9, "detail": {"read_user": 7}}
    return [{"ref_date": str(day), "user_source": 0, **told}]


def holds(day: date) -> Span:
    return lambda first, last: first <= day <= last


def known(store: Store, metric: str, subject: str = ACCOUNT) -> list[date]:
    with store.reading() as session:
        found = select(Figure.day).where(Figure.metric == metric, Figure.subject == subject).order_by(Figure.day)
        return list(session.scalars(found))


def ringing(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.text for one in alarm.ringing(session) if one.key == "figures-refused"]


def ever_rung(store: Store) -> int:
    with store.reading() as session:
        return len(session.scalars(select(alarm.Alarm).where(alarm.Alarm.key == "figures-refused")).all())


@pytest.mark.parametrize(
    ("name", "how", "day"),
    [
        (SUMMARY, 61503, LAST),
        (SUMMARY, {}, date(2025, 11, 3)),
        (CHANGES, 61501, date(2025, 11, 3)),
        (CHANGES, Unsure("no answer"), LAST),
        (TOTALS, 12345, FIRST),
        (TOTALS, {"list": None}, LAST),
    ],
    ids=str,
)
def test_a_day_of_a_span_that_is_refused_keeps_no_other_waiting(
    store: Store, name: str, how: object, day: date
) -> None:
    platform = Platform()
    platform.refuse(name, how, holds(day))
    assert figures.pull(store, platform, MORNING) == [one for one in DAYS if one != day]
    metric = {SUMMARY: "account_read_user", CHANGES: "new_user", TOTALS: "followers"}[name]
    assert known(store, metric) == [one for one in DAYS if one != day]
    assert known(store, "read_user", "article:1") == days_between(date(2025, 11, 2), LAST)
    platform.hit.clear()
    assert figures.pull(store, platform, MORNING + timedelta(hours=1)) == [day]


@pytest.mark.parametrize("how", [61503, {}, Unsure("no answer")], ids=str)
def test_a_day_whose_articles_are_refused_hides_no_other_article(store: Store, how: object) -> None:
    platform, day = Platform(), date(2025, 11, 2)
    platform.refuse(ARTICLES, how, holds(day))
    assert figures.pull(store, platform, MORNING) == [FIRST]
    assert known(store, "read_user", "article:1") == days_between(date(2025, 11, 4), LAST)
    assert known(store, "followers") == DAYS
    platform.hit.clear()
    assert figures.pull(store, platform, MORNING + timedelta(hours=1)) == DAYS[1:]


def test_what_is_refused_for_the_whole_account_is_asked_once(store: Store) -> None:
    for hours, how in enumerate((40164, NotSent("no way out"))):
        platform = Platform()
        platform.refuse(SUMMARY, how)
        assert figures.pull(store, platform, MORNING + timedelta(hours=hours)) == []
        assert platform.asked == {SUMMARY: 1}


def test_a_silent_wechat_is_not_waited_for_call_by_call(store: Store) -> None:
    platform = Platform()
    for name in (SUMMARY, ARTICLES, CHANGES, TOTALS):
        platform.refuse(name, Unsure("no answer"))
    assert figures.pull(store, platform, MORNING) == []
    assert platform.asked.total() == 4


@pytest.mark.parametrize(("how", "calls"), [(47009, 1), (45011, 1), (Unsure("no"), 3)])
def test_a_call_that_is_refused_whatever_the_day_takes_no_other_call_with_it(
    store: Store, how: object, calls: int
) -> None:
    platform = Platform()
    platform.refuse(CHANGES, how)
    assert figures.pull(store, platform, MORNING) == []
    assert platform.asked[CHANGES] == calls
    assert known(store, "read_user", "article:1") == days_between(date(2025, 11, 2), LAST)
    assert (known(store, "followers"), known(store, "new_user")) == (DAYS, [])


@pytest.mark.parametrize("how", [47009, 40164])
def test_what_a_person_must_mend_is_told_at_once_and_once_until_it_works(store: Store, how: int) -> None:
    platform = Platform()
    platform.refuse(SUMMARY, how)
    for hour in (0, 1, 24):
        figures.pull(store, platform, MORNING + timedelta(hours=hour))
        (text,) = ringing(store)
        assert str(how) in text
        assert "2025-11-01" in text
        assert "2025-12-01 就取不回来" in text
    assert ever_rung(store) == 1
    platform.hit.clear()
    assert len(figures.pull(store, platform, MORNING + timedelta(hours=25))) == 6
    assert ringing(store) == []
    platform.refuse(SUMMARY, how)
    figures.pull(store, platform, MORNING + timedelta(hours=48))
    assert len(ringing(store)) == 1


@pytest.mark.parametrize("how", [61503, 45009, Unsure("no answer")], ids=str)
def test_what_passes_by_itself_is_told_when_it_has_lasted_for_a_day(store: Store, how: object) -> None:
    platform = Platform()
    platform.refuse(SUMMARY, how)
    for hours, rings in ((0, 0), (23, 0), (24, 1)):
        figures.pull(store, platform, MORNING + timedelta(hours=hours))
        assert len(ringing(store)) == rings, hours
    platform.hit.clear()
    figures.pull(store, platform, MORNING + timedelta(hours=25))
    assert ringing(store) == []


def test_whoever_has_seen_to_it_hears_no_more_until_it_has_worked_again(store: Store) -> None:
    platform = Platform()
    platform.refuse(SUMMARY, 48001)
    figures.pull(store, platform, MORNING)
    with store.transaction() as session:
        row = next(one for one in alarm.ringing(session) if one.key == "figures-refused")
        alarm.settle(session, row.id, by="管理", now=MORNING + timedelta(minutes=5))
    figures.pull(store, platform, MORNING + timedelta(hours=24))
    assert ringing(store) == []
    platform.hit.clear()
    figures.pull(store, platform, MORNING + timedelta(hours=25))
    platform.refuse(SUMMARY, 48001)
    figures.pull(store, platform, MORNING + timedelta(hours=48))
    assert len(ringing(store)) == 1
