"""Milestones, waits for 甲方 and payments: baseline and actual, who delays, what is due, what lateness comes to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from content.clock import SHANGHAI
from content.db import Store
from content.errors import OpsError
from content.models import Event, Person
from scheduler.agreement import Contract
from scheduler.counting import NAMES
from scheduler.models import Report
from scheduler.obligations import done, plan, resume, wait, waits
from scheduler.payments import dues, paid, sees_late_sums
from scheduler.revoking import revoke
from scheduler.targets import read_contract

NOW = datetime(2023, 4, 20, 10, tzinfo=SHANGHAI)
TODAY = date(2023, 4, 20)
SEED = """
[contract]
from = 2022-03-15
to = 2023-03-15
amount = 2134946
[[target]]
id = "visits"
name = "社区走访"
value = 1052
unit = "次"
count = "visits"
[[milestone]]
name = "项目实施方案"
phase = "启动"
owner = "乙方"
from = 2022-03-15
due = 2022-04-15
[[milestone]]
name = "中期报告"
due = 2022-11-30
after = ["项目实施方案"]
[[payment]]
name = "首款"
clause = "四(二)1"
amount = 1067473
due = 2022-04-14
[[payment]]
name = "中期款"
amount = 640484
due = 2022-11-30
[[payment]]
name = "尾款"
amount = 426989
after = ["执行成果报告"]
within = 10
"""


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    (tmp_path / "contract.toml").write_text(SEED, encoding="utf-8")
    found = read_contract(tmp_path, NAMES)
    assert found is not None
    return found


def test_a_late_milestone_says_how_much_of_it_was_waiting_for_the_client(store: Store, contract: Contract) -> None:
    with store.transaction() as session:
        assert plan(session, contract, date(2022, 4, 1))[0].in_words == "还有 14 天"
        wait(session, contract, "方案", "等街道名单", since=date(2022, 4, 10), by="运营", now=NOW)
        with pytest.raises(OpsError, match=r"从 2022-04-10 起已经在等甲方：等街道名单"):
            wait(session, contract, "方案", "又等", since=date(2022, 4, 11), by="运营", now=NOW)
        stuck = plan(session, contract, date(2022, 4, 20))[0]
        assert stuck.in_words == "2022-04-10 起等待甲方：等街道名单，已过期 5 天"
        assert "等了甲方 12 天" in resume(session, contract, "方案", day=date(2022, 4, 22), by="运营", now=NOW)
        said = done(session, contract, "方案", day=date(2022, 4, 25), document="回执", by="运营", now=NOW)
        assert said == "已记：项目实施方案 2022-04-25 完成。"
        step = plan(session, contract, TODAY)[0]
        assert (step.in_words, step.document) == ("2022-04-25 完成，晚 10 天，其中等待甲方 12 天", "回执")
        assert (
            plan(session, contract, date(2022, 4, 24))[0].in_words == "已过期 9 天，其中等待甲方 12 天"
        )  # as it was then
        assert plan(session, contract, TODAY)[1].in_words == "已过期 141 天"
        trail = [event.why for event in session.query(Event).filter_by(subject="contract:项目实施方案")]
        assert trail == [
            "2022-04-10 起等待甲方：等街道名单",
            "2022-04-22 恢复，等了甲方 12 天",
            "2022-04-25 完成，回执",
        ]


def test_what_cannot_be_is_refused_with_what_to_do(store: Store, contract: Contract) -> None:
    with store.transaction() as session:
        for act, said in (
            (lambda: done(session, contract, "中期报告", day=TODAY, by="", now=NOW), "要在项目实施方案之后"),
            (lambda: done(session, contract, "中期报考", day=TODAY, by="", now=NOW), "是不是 中期报告"),
            (lambda: done(session, contract, "方案", day=date(2023, 5, 1), by="", now=NOW), "还没有到"),
            (lambda: wait(session, contract, "走访", " ", since=TODAY, by="", now=NOW), "请写等甲方做什么"),
            (lambda: resume(session, contract, "走访", day=TODAY, by="", now=NOW), "没有在等甲方"),
            (lambda: wait(session, contract, "款", "等", since=TODAY, by="", now=NOW), "有几个：首款、中期款、尾款"),
        ):
            with pytest.raises(OpsError, match=said):
                act()


def test_a_payment_is_due_overdue_and_paid_in_parts_with_its_late_sum(store: Store, contract: Contract) -> None:
    with store.transaction() as session:
        first = dues(session, contract, date(2022, 4, 14))[0]
        assert (first.in_words, first.late_sum) == ("2022-04-14 到期，还有 0 天", 0)
        paid(session, contract, "首款", day=date(2022, 4, 24), amount=67_473_00, document="回单", by="财务", now=NOW)
        said = paid(session, contract, "首款", day=date(2022, 5, 4), by="财务", now=NOW)
        assert said == "已记：首款 2022-05-04 收到 1,000,000 元，已付清。"
        half = dues(session, contract, date(2022, 4, 25))[0]
        assert half.in_words == "已付 67,473 元，还差 1,000,000 元，2022-04-14 到期，已逾期 11 天"
        first = dues(session, contract, TODAY)[0]
        assert (first.in_words, first.unpaid) == ("2022-05-04 付清，晚 20 天", 0)
        assert (
            first.late_sum == round(1_067_473_00 * 10 / 10_000) + 1_000_000_00 * 10 // 10_000
        )  # 万分之一 a day of the unpaid
        with pytest.raises(OpsError, match="首款已经付清"):
            paid(session, contract, "首款", day=TODAY, by="财务", now=NOW)
        with pytest.raises(OpsError, match=r"还差 640,484 元，记不了 640,485 元"):
            paid(session, contract, "中期款", day=TODAY, amount=640_485_00, by="财务", now=NOW)


def test_the_last_payment_opens_only_when_the_client_has_confirmed_the_whole_report(
    store: Store, contract: Contract
) -> None:
    def report(version: int, state: str, *, final: bool, first: str = "2022-03-15") -> None:
        row = Report(
            kind="acceptance", place="", period=f"{first}_2023-0{version}-15", version=1, state=state,
            facts=json.dumps({"final": final}), made_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            Event(subject=f"report:{row.id}", at=datetime(2023, 4, 5, tzinfo=SHANGHAI), by="主任", to_state=state)
        )

    with store.transaction() as session:
        for version, state, final in ((1, "submitted", True), (2, "confirmed", False)):
            report(version, state, final=final)
            last = dues(session, contract, TODAY)[2]
            assert (last.in_words, last.late_sum, last.late_days) == ("未到付款条件，等：执行成果报告", 0, 0)
        with pytest.raises(OpsError, match="等：执行成果报告"):
            paid(session, contract, "尾款", day=TODAY, by="财务", now=NOW)
        report(3, "confirmed", final=True, first="2021-03-15")
        assert dues(session, contract, TODAY)[2].waits_for == ["执行成果报告"]  # that one is of the year before
        report(4, "confirmed", final=True)
        last = dues(session, contract, TODAY)[2]
        assert (last.due, last.late_days) == (date(2023, 4, 15), 5)
        assert dues(session, contract, date(2023, 4, 4))[2].waits_for == ["执行成果报告"]


def test_what_was_noted_of_one_contract_is_nothing_in_the_next_one_with_the_same_names(
    store: Store, contract: Contract
) -> None:
    following = replace(contract, first=date(2023, 3, 16), last=date(2024, 3, 15))
    with store.transaction() as session:
        done(session, contract, "方案", day=date(2022, 4, 1), by="运营", now=NOW)
        paid(session, contract, "首款", day=date(2022, 4, 1), by="财务", now=NOW)
        wait(session, contract, "走访", "等名单", since=date(2022, 5, 1), by="运营", now=NOW)
        assert [step.done for step in plan(session, following, TODAY)] == [None, None]
        assert [due.paid for due in dues(session, following, TODAY)] == [0, 0, 0]
        assert (len(waits(session, TODAY, contract)), waits(session, TODAY, following)) == (1, [])
        with pytest.raises(OpsError, match="要在项目实施方案之后"):
            done(session, following, "中期报告", day=TODAY, by="运营", now=NOW)
        done(session, following, "方案", day=TODAY, by="运营", now=NOW)
        paid(session, following, "首款", day=date(2022, 4, 1), by="财务", now=NOW)
        wait(session, following, "走访", "又等名单", since=TODAY, by="运营", now=NOW)
        assert plan(session, contract, TODAY)[0].done == date(2022, 4, 1)


def test_what_was_noted_wrongly_is_taken_back_with_a_reason_and_may_be_noted_anew(
    store: Store, contract: Contract
) -> None:
    def back(name: str, why: str = "记错了", **which: Any) -> str:
        return revoke(session, contract, name, why, by="运营", now=NOW, **which)

    def pay(day: date, amount: int, document: str = "") -> None:
        paid(session, contract, "首款", day=day, amount=amount, document=document, by="财务", now=NOW)

    with store.transaction() as session:
        wait(session, contract, "方案", "等章", since=date(2022, 4, 1), by="运营", now=NOW)
        for name in ("方案", "中期报告"):
            done(session, contract, name, day=date(2022, 4, 10), by="运营", now=NOW)
        for given, said in (
            (("方案",), "请先撤销中期报告"), (("方案", " "), "请写为什么撤销"), (("首款",), "还没有记付款"), (("走访",), "没有节点或付款"),
        ):  # fmt: skip
            with pytest.raises(OpsError, match=said):
                back(*given)
        assert back("中期报告") == "已撤销：中期报告 2022-04-10 完成。"
        assert back("方案").endswith("那天结束的等待没有重开，还在等甲方的请再记一次。")
        assert [step.done for step in plan(session, contract, TODAY)] == [None, None]
        done(session, contract, "方案", day=date(2022, 4, 12), by="运营", now=NOW)
        assert plan(session, contract, TODAY)[0].done == date(2022, 4, 12)

        day = date(2022, 4, 20)
        for amount, document in ((100, ""), (100, "回单"), (200, "")):
            pay(day, amount, document)
        with pytest.raises(
            OpsError, match=r"有几笔：2022-04-20 收到 1 元；2022-04-20 收到 1 元（回单）；2022-04-20 收到 2 元。请写清"
        ):
            back("首款")
        with pytest.raises(OpsError, match="没有这一笔，记的有"):
            back("首款", day=TODAY)
        assert back("首款", amount=200) == "已撤销：首款 2022-04-20 收到 2 元。"
        back("首款", day=day, amount=100)
        assert [part.document for part in dues(session, contract, TODAY)[0].parts] == ["回单"]
        back("首款")
        pay(day, 100)
        assert dues(session, contract, TODAY)[0].paid == 100
        trail = [event.why for event in session.query(Event).filter_by(subject="contract:首款")]
        assert trail[3] == "撤销 2022-04-20 收到 2 元：记错了"


@pytest.mark.one_database
def test_what_lateness_comes_to_is_for_the_contractor_alone(contract: Contract) -> None:
    client, contractor = (Person(name="甲", role="operator", party=party) for party in ("甲方", "乙方"))
    assert (sees_late_sums(client), sees_late_sums(contractor), sees_late_sums(None)) == (False, True, True)
    assert sum(one.amount for one in contract.payments) == 2_134_946_00 == contract.amount
