"""The facts of the effect analysis: the same numbers as the raw rows, the board and the command; unknown is —, never 0."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from effect_kit import FIRST, LAST, TODAY, at, furnish, gathered, snow
from figures_kit import out, put
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from content.clock import SHANGHAI
from content.db import Store
from content.dossier_models import Dossier
from content.errors import OpsError, WrongUse
from content.record_models import Record
from scheduler import contract, counting, metrics, stats
from scheduler.effect_facts import Chapter, Effect, frozen, shown, thawed
from scheduler.effect_periods import CALENDAR, CONTRACT, MONTHLY, QUARTERLY, YEARLY, Span, last_month, span
from scheduler.effect_span import brought
from scheduler.effect_words import FLAT, against, compared, extremes, of_all
from scheduler.effects import effect
from scheduler.interaction_rule import DEFAULT
from scheduler.models import Figure
from scheduler.targets import Contract

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NOT_OURS = (
    "因为",
    "由于",
    "导致",
    "促进",
    "得益",
    "使得",
    "有效",
    "显著",
    "大幅",
    "明显",
    "良好",
    "优异",
    "积极",
    "圆满",
)
FROM_THE_15TH = Contract(date(2026, 3, 15), date(2027, 3, 14), "", "", ())


def numbers(words: str) -> set[float]:
    """The numbers in a sentence, without what stands in book marks."""
    return {float(found.replace(",", "")) for found in NUMBER.findall(re.sub("《.*?》", "", words))}


def known(chapter: Chapter) -> set[float]:
    """All numbers of a chapter: in its rows, as values or in words, and its totals."""
    values = [value for row in chapter.rows for value in row.values()] + [total.value for total in chapter.totals]
    found = {round(abs(float(value)), 2) for value in values if isinstance(value, int | float)}
    return found.union(*(numbers(value) for value in values if isinstance(value, str)))


@pytest.fixture
def december(store: Store, tmp_path: Path) -> Effect:
    furnish(store, tmp_path)
    return gathered(store, tmp_path)


# the numbers -----------------------------------------------------------------------------------------------------------


def test_the_totals_are_those_of_the_command_the_raw_rows_and_the_board(
    store: Store, tmp_path: Path, december: Effect
) -> None:
    with store.reading() as session:
        told, gained = stats.summary(session, FIRST, LAST), stats.gained(session, FIRST, LAST)
        interactions = counting.COUNTS["interactions"](session, FIRST, LAST).value
    overview = december.chapter("overview")
    assert {metric: overview.row(metric)["value"] for metric in gained} == gained
    assert (overview.row("posts")["value"], overview.row("articles")["value"]) == (told.posts, told.articles) == (2, 3)
    assert (
        overview.row("interactions")["value"] == interactions == december.chapter("interactions").total("interactions")
    )
    assert interactions == sum(gained.values()) == 2197
    assert overview.row("read_user")["value"] == 29 * 40 + 15 * 5 + 4 * 10  # the old one's thirty days end on the 4th
    articles = december.chapter("articles")
    for metric, value in gained.items():
        rows = sum(int(row[metric] or 0) for row in articles.rows)
        old = articles.total(f"old_{metric}")
        assert isinstance(old, int)
        assert rows + old == value == articles.total(metric)
    with store.reading() as session:
        _, standings = contract.standings(session, tmp_path, LAST)
    board = december.chapter("contract").rows
    proven = {one.target.name: one.complete if one.target.evidence else "不要求" for one in standings}
    assert {row["name"]: row["complete"] for row in board} == proven
    assert "不要求" in proven.values()
    assert [(row["name"], row["done"], row["total"]) for row in board] == [
        (one.target.name, one.counted.value, one.total) for one in standings
    ]
    assert [(row["visits"], row["visits_plan"]) for row in december.chapter("pace").rows[:3]] == [
        (1, 86), (4, 176), (None, 265),
    ]  # fmt: skip


def test_it_is_compared_with_the_month_before_and_never_with_what_nobody_knows(december: Effect) -> None:
    reads = december.chapter("overview").row("read_user")
    assert (reads["before"], reads["change"]) == (260, round((1275 - 260) * 100 / 260, 1))
    assert (reads["last_year"], reads["change_year"]) == (None, None)
    posts = december.chapter("overview").row("posts")
    assert (posts["before"], posts["change"], posts["last_year"]) == (1, None, None)  # our book begins on 5 November


def test_what_was_done_is_compared_with_a_period_of_which_the_whole_book_was_kept(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    out(store, datetime(2026, 11, 1, 10, tzinfo=SHANGHAI), "十一月一日的一篇")
    december = gathered(store, tmp_path)
    assert december.chapter("field").row("走访")["change"] == 200.0
    assert december.chapter("feedback").row("ratings")["before"] == 0


def test_users_are_compared_over_the_same_places_with_figures_in_both_periods(store: Store, tmp_path: Path) -> None:
    """October knows one of two communities, November both, December one: which says nothing of both."""
    furnish(store, tmp_path)
    for day, values in (
        (date(2026, 9, 30), {"2": 300}), (date(2026, 10, 20), {"2": 400}), (date(2026, 11, 20), {"2": 500, "3": 9000}),
    ):  # fmt: skip
        put(store, day, {("real_name", f"place:{code}"): value for code, value in values.items()})

    def users(month: str) -> tuple[object, object, object]:
        row = gathered(store, tmp_path, month).chapter("overview").row("users")
        return row["before"], row["value"], row["change"]

    assert users("2026-10") == (300, 400, 33.3)
    assert users("2026-11") == (400, 9500, None)
    assert users("2026-12") == (9500, 9700, None)  # only one of two places has a newer figure
    with store.transaction() as session:
        session.execute(delete(Figure).where(Figure.day == date(2026, 12, 20), Figure.metric == "real_name"))
    december = gathered(store, tmp_path).chapter("overview")
    assert (december.row("users")["value"], december.row("users")["change"]) == (9500, None)
    assert (
        "期末实名认证用户：本期数据到 2026-11-20，2 处，上期数据到 2026-11-20，2 处。地方不同的，或期内有新数的不到 90%，不比。"
        in december.notes
    )


def test_before_our_book_begins_the_board_knows_no_articles_either(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    told = (tmp_path / "contract.toml").read_text(encoding="utf-8").replace("2026-11-01", "2026-10-01")
    (tmp_path / "contract.toml").write_text(told, encoding="utf-8")
    october = gathered(store, tmp_path, "2026-10")
    assert "发布没有记录。" in october.chapter("overview").says
    board = october.chapter("contract")
    articles = board.row("articles")
    assert (articles["done"], articles["share"], articles["light"]) == (None, None, "尚无数据")
    assert "公众号文章没有数据。" in board.says
    november = gathered(store, tmp_path, "2026-11")
    assert november.chapter("contract").row("articles")["done"] == 1


def test_before_our_book_begins_field_work_is_as_unknown_as_articles(store: Store, tmp_path: Path) -> None:
    """No visit of October is known to be none, but one that was taken in later is one."""
    furnish(store, tmp_path)
    told = (tmp_path / "contract.toml").read_text(encoding="utf-8").replace("2026-11-01", "2026-09-01")
    (tmp_path / "contract.toml").write_text(told, encoding="utf-8")
    with store.transaction() as session:
        session.add(Record(kind="活动", day=date(2026, 10, 9), facts="{}", person_id=1, by="联络", at=at(20)))
    october = gathered(store, tmp_path, "2026-10")
    assert october.chapter("contract").row("visits")["done"] is None
    assert "社区走访没有数据。" in october.chapter("contract").says
    assert (october.chapter("field").row("走访")["value"], october.chapter("field").row("活动")["value"]) == (None, 1)
    street = october.chapter("streets").rows[0]
    assert (street["走访"], street["visited"], street["活动"]) == (None, None, 0)
    assert october.chapter("streets").total("visited") is None
    assert {row["value"] for row in october.chapter("feedback").rows} == {None}
    assert gathered(store, tmp_path, "2026-11").chapter("field").row("活动")["before"] == 1
    assert [row["visits"] for row in october.chapter("pace").rows[:2]] == [None, None]


def test_months_of_gain_are_not_one_months(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    put(store, date(2026, 10, 1), {("platform_views", "place:2"): 100}, complete=False)
    put(store, date(2026, 12, 20), {("platform_views", "place:2"): 9_100}, complete=False)
    said = "平台的 9,000 次是 2026-10-01 以后到 2026-12-20 增加的，一部分可能在期前。"
    assert said in gathered(store, tmp_path).chapter("interactions").notes


def test_what_is_done_stands_beside_the_plan_of_the_same_day(store: Store, tmp_path: Path) -> None:
    """A month of the contract lasts beyond the calendar's: the row is of the day up to which anything is counted, and the plan goes to its end."""
    furnish(store, tmp_path)
    told = (tmp_path / "contract.toml").read_text(encoding="utf-8").replace("2026-11-01", "2026-11-15")
    (tmp_path / "contract.toml").write_text(told.replace("2027-10-31", "2027-11-14"), encoding="utf-8")
    rows = gathered(store, tmp_path).chapter("pace").rows[:3]
    assert [(row["label"], row["visits"], row["visits_plan"]) for row in rows] == [
        ("2026-12-14", 3, 86), ("2026-12-31", 3, 135), ("2027-01-14", None, 176),
    ]  # fmt: skip


def test_every_chapter_has_its_rows(december: Effect) -> None:
    """Articles with their places, field work, streets, users, feedback, problems without private numbers, the index."""
    first, second, third = december.chapter("articles").rows
    assert (first["day"], first["place"], first["way"], first["read_user"]) == ("2026-12-03", "头条", "推送", 1160)
    assert (second["place"], second["read_user"]) == ("次条", None)
    assert (third["way"], third["read_user"]) == ("不推送", 75)
    visits = december.chapter("field").row("走访")
    assert (visits["value"], visits["before"], visits["people"], visits["complete"]) == (3, 1, 3, 0)
    assert (visits["change"], visits["last_year"], visits["change_year"]) == (
        None,
        None,
        None,
    )  # our book begins on 5 November
    assert not any("上升" in said for key in ("field", "feedback") for said in december.chapter(key).says)
    assert december.chapter("field").row("活动")["new_users"] == 30
    assert december.chapter("field").row("培训")["value"] is None
    street, other = december.chapter("streets").rows
    assert (street["走访"], street["visited"], street["registered"], street["known"]) == (3, 2, 900, 1)
    assert (other["活动"], other["走访"], other["培训"], other["registered"]) == (1, 0, None, None)
    feedback = december.chapter("feedback")
    told = {
        key: feedback.row(key)["value"]
        for key in ("opened", "in_time", "open", "hours", "comments", "ratings", "score")
    }
    assert "48 小时内答复的工单 1/1 件。" in feedback.says
    assert told == {"opened": 1, "in_time": 1, "open": 1, "hours": 6.0, "comments": None, "ratings": 2, "score": 4.6}
    users = december.chapter("overview").row("users")
    assert (users["value"], users["before"], december.chapter("streets").total("real_name")) == (700, None, 700)
    (row,) = december.chapter("problems").rows
    assert row == {"since": "2026-12-12", "kind": "告警", "what": "已经 8 天没有发布，电话 138****1234。", "days": 20}
    rows = [row for row in december.chapter("overview").rows if row["unit"] == "指数"]
    assert [str(row["name"]) for row in rows] == [
        "自算WCI（V14.2 三项（阅读、在看、点赞））", "自算WCI（V14.2 四项（加转发））",
    ]  # fmt: skip
    assert {row["value"] for row in rows} == {None}  # nobody knows what the second article was read
    assert any("人数" in note and "自算WCI" in note for note in december.chapter("overview").notes)


def test_the_index_needs_figures_of_every_article(store: Store, tmp_path: Path, december: Effect) -> None:
    """The post of November has figures, and its index is a number; a month of which two days are known has none."""
    november = gathered(store, tmp_path, "2026-11").chapter("overview")
    assert all(isinstance(row["value"], float) for row in november.rows if row["unit"] == "指数")
    out(store, datetime(2026, 10, 9, 10, tzinfo=SHANGHAI), "十月的一篇")
    put(store, date(2026, 10, 30), {})
    october = gathered(store, tmp_path, "2026-10").chapter("overview")
    assert {row["value"] for row in october.rows if row["unit"] in ("指数", "人")} == {None}
    assert "自算WCI（V14.2 三项（阅读、在看、点赞））没有数据。" in october.says


@pytest.mark.parametrize(("kind", "days"), [(MONTHLY, 30), (QUARTERLY, 92), (YEARLY, 365)])
def test_the_index_divides_by_the_days_of_its_definition(store: Store, kind: str, days: int) -> None:
    """October has 31 days and divides by 30, so that months of unequal length are alike; a quarter has its real days."""
    number = out(store, datetime(2028, 10, 9, 10, tzinfo=SHANGHAI), "一篇")
    put(store, date(2028, 10, 10), {(metric, f"article:{number}"): 9 for metric in metrics.ARTICLE_METRICS})
    month = "2028-01" if kind == YEARLY else "2028-10"
    with store.reading() as session:
        basis = brought(session, Span(kind, month), DEFAULT).wci()
    assert basis is not None
    assert basis.days == days


def test_facts_are_the_same_after_they_were_kept_and_sentences_say_no_more(december: Effect) -> None:
    """Every number in a sentence is one of its chapter, and none says why or praises."""
    assert thawed(frozen(december)) == december
    assert frozen(thawed(frozen(december))) == frozen(december)
    for chapter in december.chapters:
        for said in chapter.says:
            assert numbers(said) <= known(chapter), said
            assert not [word for word in NOT_OURS if word in said], said


def test_new_followers_are_shown_by_source_and_what_nobody_asked_for_stands_apart(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    nothing = gathered(store, tmp_path).chapter("sources")
    assert (nothing.rows, nothing.total("new"), nothing.says) == ((), None, ("新关注来源没有数据。",))
    put(store, date(2026, 12, 3), {("new_user_from", f"source:{n}"): new for n, new in ((30, 9), (17, 3))})
    put(store, date(2026, 12, 3), {("new_user_from", f"source:{n}"): new for n, new in ((30, 8), (1, 4))})  # corrected
    put(store, date(2026, 12, 4), {("new_user_from", f"source:{n}"): new for n, new in ((30, 10), (0, 2))})
    put(store, date(2027, 1, 1), {("new_user_from", "source:30"): 50})
    december = gathered(store, tmp_path)
    chapter = december.chapter("sources")
    assert [(row["name"], row["value"], row["share"]) for row in chapter.rows] == [
        ("扫描二维码", 18, 4.8), ("公众号搜索", 4, 1.1), ("其他", 2, 0.5), ("没有取到来源", 348, 93.5),
    ]  # fmt: skip
    assert chapter.total("new") == december.chapter("followers").total("new") == 372
    assert chapter.says == (
        "新关注来源（前三）：扫描二维码 18 人（4.8%），公众号搜索 4 人（1.1%），其他 2 人（0.5%）。",
    )
    assert numbers(chapter.says[0]) <= known(chapter)


def test_force_majeure_is_shown_with_and_without_as_the_board_tells_it(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    assert gathered(store, tmp_path).chapter("exempt").notes == ("到期末没有记下影响合同指标的不可抗力。",)
    snow(store)
    december = gathered(store, tmp_path)
    (row,) = december.chapter("exempt").rows
    assert row["spans"] == (
        "2026-11-11 至 2026-12-05 大雪，还缺书面通知、证明材料；2026-12-01 至 2026-12-10 封路 138****1234，还缺书面通知、证明材料"
    )
    with store.reading() as session:
        _, standings = contract.standings(session, tmp_path, LAST)
    (one,) = [one for one in standings if one.target.id == "visits"]
    told = (row["name"], row["days"], row["total"], row["total_without"], row["share"], row["share_without"])
    assert told == ("社区走访", 30, 1052, one.total_without, 0.4, 0.4)
    assert (row["elapsed"], row["elapsed_without"], row["points"]) == (16.7, 9.3, -8.8)
    (line,) = contract.without(one)
    assert december.chapter("exempt").says == (f"社区走访{line.replace('13800001234', '138****1234')}。",)
    assert "时间过了 9.3%，目标折合 966 次，完成 0.4%，慢 8.8 个百分点" in line
    assert numbers(december.chapter("exempt").says[0]) <= known(december.chapter("exempt"))


def test_days_that_are_exempt_are_no_number_of_a_target_without_data(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    snow(store)
    with store.transaction() as session:
        session.execute(update(Dossier).values(targets=""))  # for all
        session.execute(delete(Figure))
    chapter = gathered(store, tmp_path).chapter("exempt")
    users = chapter.row("users")
    assert {
        users[key] for key in ("total_without", "share", "share_without", "elapsed", "elapsed_without", "points")
    } == {None}
    assert [said.split("扣除")[0] for said in chapter.says] == ["公众号文章", "社区走访"]


def test_a_quarter_and_a_year_have_months(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)
    quarter, year = gathered(store, tmp_path, "2026-Q4", QUARTERLY), gathered(store, tmp_path, "2026", YEARLY)
    assert [row["label"] for row in quarter.chapter("followers").rows] == ["2026-10", "2026-11", "2026-12"]
    assert len(year.chapter("reads").rows) == 12
    assert all(row["last_year"] is None for row in year.chapter("overview").rows)


def test_a_period_that_lasts_has_no_analysis_yet(store: Store, tmp_path: Path) -> None:
    with store.reading() as session, pytest.raises(OpsError, match="还没有过完，1月31日以后再生成"):
        effect(session, tmp_path, span(MONTHLY, "2027-01", CALENDAR, None), "", TODAY)


# nothing is known -------------------------------------------------------------------------------------------------------


def test_without_data_everything_is_unknown_and_no_sentence_has_a_number(store: Store, tmp_path: Path) -> None:
    empty = gathered(store, tmp_path)
    for key in ("overview", "field", "feedback", "interactions"):
        assert {row["value"] for row in empty.chapter(key).rows} == {None}, key
    assert {total.value for chapter in empty.chapters for total in chapter.totals} <= {None, 0}
    said = "".join(words for chapter in empty.chapters for words in chapter.says)
    assert not numbers(said.replace("V14.2", ""))
    assert "阅读没有数据。" in said
    put(store, FIRST, {})  # one day of which WeChat knew nothing says nothing of the others
    assert gathered(store, tmp_path).chapter("overview").row("read_user")["value"] is None


# the sentences ----------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (12.34, "比上期上升 12.3%"), (-5.0, "比上期下降 5.0%"), (0.0, "和上期基本持平（+0.0%）"), (-0.9, "和上期基本持平（-0.9%）"),
        (FLAT, "比上期上升 1.0%"), (None, ""),
    ],
)  # fmt: skip
def test_up_down_alike_and_unknown(change: float | None, said: str) -> None:
    assert against("上期", change) == said


@pytest.mark.one_database
@given(
    value=st.none() | st.integers(0, 10**9),
    change=st.none() | st.floats(-100, 10**6).map(lambda x: round(x, 1)),
    year=st.none() | st.floats(-100, 10**6).map(lambda x: round(x, 1)),
)
def test_a_comparison_has_no_number_of_its_own(value: int | None, change: float | None, year: float | None) -> None:
    said = compared({"name": "阅读", "unit": "人", "value": value, "change": change, "change_year": year})
    assert numbers(said) <= {abs(one) for one in (value, change, year) if one is not None}
    assert ("没有数据" in said) == (value is None)
    if value is not None and change is not None and abs(change) >= FLAT:
        assert ("比上期上升" in said, "比上期下降" in said) == (change > 0, change < 0)


@pytest.mark.one_database
def test_most_and_least_need_something_to_be_compared_with() -> None:
    def said(*values: int | None) -> list[str]:
        rows = [{"title": f"题{n}", "read_user": value} for n, value in enumerate(values)]
        return list(extremes(rows, "read_user", "阅读人数", "人"))

    assert said(5) == said(5, None) == said() == []
    assert said(5, 5) == ["各篇阅读人数相同，都是 5 人。"]
    assert said(7, 5, 7, None) == ["阅读人数最多的是《题0》、《题2》，7 人。", "阅读人数最少的是《题1》，5 人。"]


@pytest.mark.one_database
def test_a_share_of_all_names_what_lacks() -> None:
    assert of_all("有走访记录的街道", 1, 2, "个", ["月坛街道"]) == "有走访记录的街道 1/2 个，还没有的：月坛街道。"
    assert of_all("有走访记录的街道", None, 2, "个") == ""


@pytest.mark.one_database
def test_values_are_shown_with_their_unit_and_unknown_ones_as_a_dash() -> None:
    assert [shown(None, "人"), shown(0, "人"), shown(1234, "人"), shown(12.5, "%", signed=True), shown(431.2, "指数")] == [
        "—", "0 人", "1,234 人", "+12.5%", "431.20",
    ]  # fmt: skip


# periods ----------------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "name", "basis", "first", "last"),
    [
        (MONTHLY, "2026-12", CALENDAR, date(2026, 12, 1), date(2026, 12, 31)),
        (QUARTERLY, "2026-q4", CALENDAR, date(2026, 10, 1), date(2026, 12, 31)),
        (YEARLY, "2026", CALENDAR, date(2026, 1, 1), date(2026, 12, 31)),
        (MONTHLY, "2026-12", CONTRACT, date(2026, 12, 15), date(2027, 1, 14)),
        (QUARTERLY, "2026-Q4", CONTRACT, date(2026, 12, 15), date(2027, 3, 14)),
        (QUARTERLY, "2026-Q1", CONTRACT, date(2026, 3, 15), date(2026, 6, 14)),
        (YEARLY, "2026", CONTRACT, date(2026, 3, 15), date(2027, 3, 14)),
    ],
)
def test_periods_go_by_the_calendar_or_by_the_contract(
    kind: str, name: str, basis: str, first: date, last: date
) -> None:
    found = span(kind, name, basis, FROM_THE_15TH)
    assert (found.first, found.last, found.name) == (first, last, name.upper())
    assert found.before().last.toordinal() + 1 == first.toordinal()
    assert found.year_before().first == first.replace(year=2025)
    assert found.months()[0].first == first
    assert found.months()[-1].last == last


@pytest.mark.one_database
def test_a_contract_month_from_the_31st_begins_on_the_last_day_of_a_short_one() -> None:
    assert Span(MONTHLY, "2027-02", 31, CONTRACT).first == date(2027, 2, 28)
    assert Span(MONTHLY, "2027-01", 31, CONTRACT).last == date(2027, 2, 27)


@pytest.mark.one_database
def test_the_newest_month_that_is_over() -> None:
    assert last_month(date(2027, 1, 3), CALENDAR, None).name == "2026-12"
    assert last_month(date(2027, 1, 14), CONTRACT, FROM_THE_15TH).name == "2026-11"
    assert last_month(date(2027, 1, 15), CONTRACT, FROM_THE_15TH).name == "2026-12"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "name"), [(MONTHLY, "2026-13"), (QUARTERLY, "2026-Q5"), (YEARLY, "26"), (YEARLY, "0000")]
)
def test_a_period_written_otherwise_is_refused_with_an_example(kind: str, name: str) -> None:
    with pytest.raises(WrongUse, match="应写成 2026"):
        span(kind, name, CALENDAR, None)


@pytest.mark.one_database
def test_contract_periods_need_a_contract() -> None:
    with pytest.raises(OpsError, match=r"contract\.toml"):
        span(MONTHLY, "2026-12", CONTRACT, None)
