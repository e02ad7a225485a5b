"""Odd answers of the statistics: what is missing or no number is unknown, and unknown fields stay outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from content.clock import SHANGHAI
from content.db import Store
from scheduler import figures
from scheduler.calls import NamedCalls
from scheduler.ledger import ACCOUNT
from scheduler.metrics import ARTICLE_METRICS
from scheduler.models import Batch, Figure
from scheduler.refusals import Answer

SAMPLES = Path(__file__).parent / "cases" / "json"
DAY, MORNING = date(2025, 11, 1), datetime(2025, 11, 2, 9, 0, tzinfo=SHANGHAI)  # the only day there can be
NOTHING: Answer = {"list": [], "is_delay": False}


class Told(NamedCalls):
    """WeChat with statistics of the test's making, by the call's name."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def _call(self, path: str, body: Mapping[str, object] | None = None, **more: object) -> Answer:
        found: Answer = self.answers.get(path.removeprefix("datacube/"), NOTHING)
        return found


def article(**detail: object) -> Answer:
    row = {"msgid": "77_1", "title": "通知", "publish_type": 0, "detail_list": [{"stat_date": str(DAY), **detail}]}
    return {"list": [row], "is_delay": False}


def pulled(store: Store, **answers: Any) -> dict[tuple[str, str], int]:
    figures.pull(store, Told(**answers), MORNING)
    with store.reading() as session:
        rows = session.execute(select(Figure.metric, Figure.subject, Figure.value).where(Figure.day == DAY))
        return {(metric, subject): value for metric, subject, value in rows}


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (0, 0),
        (12, 12),
        ("12", 12),
        (None, None),
        ("", None),
        ("abc", None),
        (-1, None),
        (1.5, None),
        (True, None),
        ([1], None),
        ({}, None),
        (2**60, None),
        ("9" * 5000, None),
        ("１２", None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_number_is_taken_and_anything_else_is_unknown(store: Store, said: object, known: int | None) -> None:
    found = pulled(
        store,
        getarticletotaldetail=article(read_user=said, like_user=3),
        getbizsummary={"list": [{"ref_date": str(DAY), "detail": {"read_user": said}}]},
        getusercumulate={"list": [{"ref_date": str(DAY), "cumulate_user": said}]},
        getusersummary={"list": [{"ref_date": str(DAY), "new_user": said, "cancel_user": 1}]},
    )
    assert found.pop(("like_user", "article:1")) == 3
    assert found.pop(("cancel_user", ACCOUNT)) == 1
    odd = {("read_user", "article:1"), ("account_read_user", ACCOUNT), ("followers", ACCOUNT), ("new_user", ACCOUNT)}
    assert found == ({} if known is None else dict.fromkeys(odd, known))


def test_new_followers_are_kept_by_their_source_where_it_is_one(store: Store) -> None:
    told = ((30, 5), ("30", 2), (None, 4), ("qr", 1), (17, None), (0, 0), (201, 3))
    rows = [{"ref_date": str(DAY), "user_source": source, "new_user": new, "cancel_user": 0} for source, new in told]
    assert pulled(store, getusersummary={"list": rows}) == {
        ("new_user", ACCOUNT): 15, ("cancel_user", ACCOUNT): 0,
        ("new_user_from", "source:30"): 7, ("new_user_from", "source:0"): 0, ("new_user_from", "source:201"): 3,
    }  # fmt: skip


@pytest.mark.parametrize(("total", "step"), [(99999999, 1), ("99999999", -1)])
def test_a_row_that_is_the_total_of_a_day_is_no_source_and_not_added(store: Store, total: object, step: int) -> None:
    told = ((0, 3, 1), (30, 4, 0), (total, 8, 2))
    rows = [{"ref_date": str(DAY), "user_source": one, "new_user": new, "cancel_user": gone} for one, new, gone in told]
    assert pulled(store, getusersummary={"list": rows[::step]}) == {
        ("new_user", ACCOUNT): 8, ("cancel_user", ACCOUNT): 2,
        ("new_user_from", "source:0"): 3, ("new_user_from", "source:30"): 4,
    }  # fmt: skip


def test_a_total_that_lacks_a_number_leaves_it_to_the_sources(store: Store) -> None:
    rows = [{"ref_date": str(DAY), "user_source": one, "new_user": 3, "cancel_user": 1} for one in (0, 30)]
    rows.append({"ref_date": str(DAY), "user_source": 99999999, "new_user": 7, "cancel_user": ""})
    found = pulled(store, getusersummary={"list": rows})
    assert (found[("new_user", ACCOUNT)], found[("cancel_user", ACCOUNT)]) == (7, 2)


@pytest.mark.parametrize(
    ("told", "followers"),
    [
        (((0, 1000), (30, 10)), 1000),
        (((30, 10), ("0", 1000)), 1000),
        (((30, 10), (99999999, 1000)), 1000),
        (((99999999, 1000), (0, 990)), 1000),
        (((None, 1000),), 1000),
        (((0, 1000), (0, "")), 1000),
        (((30, 10), (1, 20)), None),
    ],
)
def test_the_followers_of_a_day_are_its_total_and_not_those_of_a_source(
    store: Store, told: tuple[tuple[object, object], ...], followers: int | None
) -> None:
    rows = [{"ref_date": str(DAY), "user_source": source, "cumulate_user": size} for source, size in told]
    assert pulled(store, getusercumulate={"list": rows}).get(("followers", ACCOUNT)) == followers


@pytest.mark.parametrize(
    ("odd", "known"),
    [({"stat_date": str(DAY), "read_user": 7}, True), ([None, "x"], False), ("x", False), (None, False)],
    ids=str,
)
def test_an_article_with_odd_days_takes_no_other_with_it(store: Store, odd: object, known: bool) -> None:
    good = article(read_user=5)["list"][0]
    strange = {"msgid": "78_1", "title": "另一篇", "detail_list": odd}
    found = pulled(store, getarticletotaldetail={"list": [None, strange, good], "is_delay": False})
    assert (5 in found.values(), 7 in found.values()) == (True, known)


@pytest.mark.parametrize(
    ("late", "days"), [(True, []), ("true", []), (1, []), (False, [DAY]), ("false", [DAY]), (0, [DAY])]
)
def test_a_day_is_late_when_wechat_says_so_in_any_way(store: Store, late: object, days: list[date]) -> None:
    summary = {"list": [{"ref_date": str(DAY), "detail": {"read_user": 1}}], "is_delay": late}
    assert figures.pull(store, Told(getbizsummary=summary), MORNING) == days


def test_fields_nobody_knows_stay_outside(store: Store) -> None:
    found = pulled(
        store, getarticletotaldetail=article(read_user=5, ai_read_user=9, read_finish_rate=0.5, praise_money=7)
    )
    assert found == {("read_user", "article:1"): 5}


def test_a_sample_of_the_platform_is_taken_in(store: Store) -> None:
    names = {"getarticletotaldetail": "articletotaldetail_new", "getbizsummary": "bizsummary_new"}
    answers = {call: json.loads((SAMPLES / f"datacube_{name}.json").read_text()) for call, name in names.items()}
    found = pulled(store, **answers)
    assert found["account_read_user", ACCOUNT] == found["read_user", "article:1"] == 4123
    assert {metric for metric, subject in found if subject == "article:1"} == set(ARTICLE_METRICS)


@pytest.mark.parametrize(
    "answer",
    [
        {"list": ["a", None, 7, {}], "is_delay": False},
        {"list": [{"ref_date": "yesterday", "stat_date": None, "msgid": "", "title": ""}]},
        {"list": [{"ref_date": str(DAY), "detail": None, "detail_list": None, "msgid": "1_1", "title": None}]},
        {"list": [{"ref_date": str(DAY), "detail": [], "detail_list": [None, 3, {}], "msgid": "1_1"}]},
    ],
)
def test_rows_that_say_nothing_are_passed_over(store: Store, answer: Answer) -> None:
    calls = ("getbizsummary", "getarticletotaldetail", "getusercumulate", "getusersummary")
    assert pulled(store, **dict.fromkeys(calls, answer)) == {}


@pytest.mark.parametrize("call", ["getbizsummary", "getarticletotaldetail", "getusercumulate", "getusersummary"])
@pytest.mark.parametrize("answer", [{}, {"list": None}, {"list": "none"}, {"errcode": 0}], ids=str)
def test_an_answer_without_a_list_is_no_empty_list(store: Store, call: str, answer: Answer) -> None:
    assert pulled(store, **{call: answer}) == {}
    with store.reading() as session:
        assert session.scalars(select(Batch)).all() == []


def test_a_day_of_another_month_is_not_mixed_in(store: Store) -> None:
    other = {"list": [{"ref_date": "2024-01-01", "cumulate_user": 9}]}
    assert pulled(store, getusercumulate=other) == {}
