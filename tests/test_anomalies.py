"""What looks wrong in the figures is found as it comes in, never corrected, and open until somebody explains it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from console_kit import House
from gateway_kit import NOW
from sqlalchemy import func, select
from table_kit import ALL, HEAD, Office

from bot.cli import cli
from content.db import Store
from content.errors import OpsError
from content.models import Person
from scheduler import anomalies, anomaly_watch, batches, ledger
from scheduler.models import Alarm, Figure

HERE, FIRST = "place:110102001001", date(2026, 12, 1)
OPERATOR = Person(name="运营", role="operator", party="乙方")


def put(store: Store, number: int, values: dict[tuple[str, str], int], *, source: str = "users") -> int:
    """Figures of day `number`, as one batch more."""
    day = FIRST + timedelta(days=number - 1)
    with store.transaction() as session:
        return ledger.record(session, source, str(day), day, values, complete=True, by="test", now=NOW).id


def undo(store: Store, number: int) -> None:
    with store.transaction() as session:
        batches.undo(session, number, "错了", by="运营", now=NOW)


def users(value: int, real: int = 0) -> dict[tuple[str, str], int]:
    return {("registered", HERE): value, ("real_name", HERE): real}


def odd(store: Store) -> list[tuple[str, str, int, int]]:
    with store.reading() as session:
        found = anomalies.listed(session)
        return sorted((one.kind, one.metric, one.value, one.than) for one in found)


def test_a_number_that_falls_is_kept_as_it_is_and_found(store: Store) -> None:
    put(store, 1, users(1000))
    put(store, 2, users(1005))
    assert odd(store) == []
    put(store, 3, users(900))
    assert odd(store) == [("fell", "registered", 900, 1005)]
    with store.reading() as session:
        assert session.scalar(select(Figure.value).where(Figure.value == 900)) == 900


def test_an_older_day_that_comes_later_and_is_higher_is_found_too(store: Store) -> None:
    put(store, 5, users(1000))
    put(store, 3, users(1200))
    assert odd(store) == [("fell", "registered", 1000, 1200)]


def test_followers_may_fall(store: Store) -> None:
    for number, value in ((1, 500), (2, 400)):
        put(store, number, {("followers", "account"): value})
    assert odd(store) == []


def test_a_gain_of_ten_times_the_week_is_found_day_by_day_and_week_by_week(store: Store) -> None:
    for number in range(1, 11):
        put(store, number, users(1000 + 10 * number))
    put(store, 11, users(1100 + 99))  # under a hundred more
    assert odd(store) == []
    put(store, 12, users(1199 + 400))
    assert odd(store) == [("jumped", "registered", 1599, 23)]  # (1199 - 1040) / 7 days
    views = "platform_views"
    for number, value in ((1, 5_000), (8, 5_070), (15, 5_900)):
        put(store, number, {(views, HERE): value}, source="platform")
    assert ("jumped", views, 5_900, 70) in odd(store)


def test_a_day_of_ten_times_its_week_is_found_where_days_are_counted(store: Store) -> None:
    for number in range(1, 5):
        put(store, number, {("new_user", "account"): 12})
    put(store, 5, {("new_user", "account"): 121})
    assert odd(store) == [("jumped", "new_user", 121, 12)]


@pytest.mark.parametrize("order", ["together", "part first", "whole first"])
def test_a_part_that_is_more_than_the_whole_is_found_whichever_came_first(store: Store, order: str) -> None:
    part, whole = {("like_user", "article:1"): 12}, {("read_user", "article:1"): 10}
    for values in {"together": [part | whole], "part first": [part, whole], "whole first": [whole, part]}[order]:
        put(store, 1, values, source="wechat" if values is part else "users")
    assert odd(store) == [("more", "like_user", 12, 10)]


def test_a_part_that_is_more_than_both_its_wholes_is_told_beside_each_and_the_figures_are_in(store: Store) -> None:
    one = "article:1"
    put(store, 1, {("share_user", one): 5, ("read_user", one): 3, ("share_count", one): 4}, source="wechat")
    assert odd(store) == [("more", "share_user", 5, 3), ("more", "share_user", 5, 4)]
    with store.reading() as session:
        said = {anomalies.told(one, "文章1").rpartition("，")[2] for one in anomalies.listed(session)}
        assert session.scalar(select(func.count()).select_from(Figure)) == 3
    assert said == {"比分享次数 4 还多", "比阅读 3 还多"}


def test_what_is_corrected_or_undone_is_over_and_what_is_explained_says_by_whom(store: Store) -> None:
    put(store, 1, users(1000))
    put(store, 2, users(900))
    put(store, 2, users(1010))
    assert odd(store) == []
    wrong = put(store, 3, users(500))
    with store.transaction() as session:
        batches.undo(session, wrong, "错了", by="运营", now=NOW)
    assert odd(store) == []
    put(store, 4, users(800))
    with store.transaction() as session:
        (one,) = anomalies.listed(session)
        for words, person, said in (
            (" ", OPERATOR, "请写明原因"), ("清理", Person(name="联", role="liaison", party="乙方"), "由运营、主编或管理员"),
        ):  # fmt: skip
            with pytest.raises(OpsError, match=said):
                anomalies.explain(session, one.id, words, person, now=NOW)
        anomalies.explain(session, one.id, "平台清理了重复账号", OPERATOR, now=NOW)
        with pytest.raises(OpsError, match="已经了结"):
            anomalies.explain(session, one.id, "再说", OPERATOR, now=NOW)
        assert anomalies.state(one) == "2026-12-01 09:00 运营：平台清理了重复账号"
    assert odd(store) == []


def test_what_was_found_beside_a_typing_error_is_over_with_it_and_back_with_it(store: Store) -> None:
    put(store, 1, users(1000))
    put(store, 2, users(10050))
    put(store, 3, users(1010))
    assert odd(store) == [("fell", "registered", 1010, 10050)]
    put(store, 2, users(2000))
    assert odd(store) == [("fell", "registered", 1010, 2000)]
    mended = put(store, 2, users(1005))
    assert odd(store) == []
    undo(store, mended)
    assert odd(store) == [("fell", "registered", 1010, 2000)]
    with store.transaction() as session:
        (one,) = anomalies.listed(session, all_of_them=True)
        anomalies.explain(session, one.id, "核过", OPERATOR, now=NOW)
    put(store, 2, users(1005))
    undo(store, 1)
    with store.reading() as session:
        assert anomalies.state(anomalies.listed(session, all_of_them=True)[0]).endswith("运营：核过")


def test_a_part_is_judged_by_the_whole_that_came_last_and_a_day_by_its_week(store: Store) -> None:
    put(store, 1, {("like_user", "article:1"): 12, ("read_user", "article:1"): 10})
    right = put(store, 1, {("read_user", "article:1"): 30}, source="wechat")
    assert odd(store) == []
    undo(store, right)
    assert odd(store) == [("more", "like_user", 12, 10)]
    put(store, 1, {("like_user", "article:1"): 9})
    for number in range(1, 5):
        put(store, number, {("new_user", "account"): 12}, source="account")
    put(store, 5, {("new_user", "account"): 150}, source="account")
    assert odd(store) == [("jumped", "new_user", 150, 12)]
    put(store, 3, {("new_user", "account"): 100}, source="account")
    assert odd(store) == []


def test_a_jump_is_over_when_the_week_before_it_is_corrected(store: Store) -> None:
    for number in range(1, 11):
        put(store, number, users(1000 + 10 * number))
    put(store, 11, users(1600))
    assert odd(store) == [("jumped", "registered", 1600, 10)]
    put(store, 10, users(1550))
    assert [one for one in odd(store) if one[2] == 1600] == []


def test_an_alarm_rings_for_the_batch_until_nothing_of_it_is_open(store: Store) -> None:
    def ringing() -> list[str]:
        anomaly_watch.watch(store, NOW)
        with store.reading() as session:
            return list(session.scalars(select(Alarm.text).where(Alarm.ended.is_(None))))

    put(store, 1, users(1000))
    assert ringing() == []
    number = put(store, 2, users(900))
    (text,) = ringing()
    assert (
        "有 1 处异常，数已收，没有改：异常 1：2026-12-02 110102001001 注册用户 900 人，比前一次的 1,000 少 100" in text
    )
    with store.transaction() as session:
        batches.undo(session, number, "错了", by="运营", now=NOW)
    assert ringing() == []


def test_a_file_is_taken_in_and_what_is_odd_is_told_at_its_end_and_in_the_list(office: Office) -> None:
    office.take(office.file(HEAD, *ALL))
    worse = office.file(HEAD, ["德胜街道", "新风社区", 40, 50], *ALL[1:])
    lines = office.take(worse.rename(worse.with_name("注册用户20261201.xlsx"))).lines
    told = "2026-12-01 德胜街道新风社区 "
    assert lines[-3:] == [
        "有 2 处异常，数已收，没有改，请核对后说明（wxops anomalies）：",
        f"  异常 2：{told}实名认证用户 50 人，比注册用户 40 还多",
        f"  异常 1：{told}注册用户 40 人，比前一次的 100 少 60",
    ]
    asked = ["--workspace", str(office.parts.workspace), "anomalies"]
    out = CliRunner().invoke(cli, asked)
    assert "异常 1：" in out.output
    assert "待说明" in out.output


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


def test_by_message_and_on_the_page_it_is_the_same_list_and_the_same_word(house: House) -> None:
    store = house.parts.store
    assert house.say("运营", "异常") == "数据没有待说明的异常。"
    put(store, 1, users(1000, 700))
    put(store, 2, users(900, 600))
    assert house.say("运营", "异常").startswith("待说明的异常 2 处：\n异常 2：")
    assert house.say("运营", "异常 2 平台清理了重复账号") == "异常 2 已说明：平台清理了重复账号。数没有改。"
    assert "由运营、主编或管理员" in house.say("编辑", "异常 1 不知道")
    visitor = house.visitor("主任")
    page = "/console/figures/odd"
    assert "注册用户 900 人" in visitor.get(page).text
    assert visitor.press(f"{page}/1", {"words": "合并社区"}).status_code == 200
    assert "没有待说明的异常" in visitor.text
    assert "主任：合并社区" in visitor.text
