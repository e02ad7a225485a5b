"""What contract.toml settles in writing: the rules of counting, supplements, evidence, traffic lights, exempt days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from figures_kit import out, put
from sqlalchemy import select, update
from wechat_sender import Entrance

from content.clock import SHANGHAI
from content.dossier_forms import EXCEPTION
from content.dossier_models import Dossier, DossierStep
from content.errors import FilesWrong
from content.models import Article, State, Theme
from content.paper import Evidence
from content.place_models import Place
from content.record_models import Record, RecordPlace
from scheduler.agreement import Contract, Proof, Target
from scheduler.behind import Row
from scheduler.contract import board_line, count_of, named, rows_behind, standings, told
from scheduler.counting import NAMES, Counted
from scheduler.counting_rules import CountingRules
from scheduler.target_months import by_month, dated, mean
from scheduler.target_standing import Earlier, Exempt, Light, Standing
from scheduler.targets import read_contract
from scheduler.visit_plan import quarters

HEAD = "[contract]\nfrom = 2026-01-15\nto = 2027-01-14\n"
VISITS = '[[target]]\nid = "visits"\nname = "社区走访"\nvalue = 1052\nunit = "次"\ncount = "visits"\n'
ARTICLES = '[[target]]\nid = "articles"\nname = "文章"\nvalue = 4\nper = "month"\nunit = "篇"\ncount = "articles"\n'
INTERACTIONS = '[[target]]\nid = "all"\nname = "互动量"\nvalue = 1000\nunit = "次"\ncount = "interactions"\n'
TODAY = date(2026, 12, 1)


def read(folder: Path, text: str, *, on: date | None = None) -> Contract:
    (folder / "contract.toml").write_text(text, encoding="utf-8")
    found = read_contract(folder, NAMES, on=on)
    assert found is not None
    return found


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(FilesWrong) as caught:
        read(folder, text)
    return str(caught.value).split("\n")[1:]


# the file ------------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_supplement_changes_a_target_from_its_day_on_and_says_what(tmp_path: Path) -> None:
    text = HEAD + (
        '[[supplement]]\nname = "补充协议一"\ndocument = "〔2026〕12号"\nfrom = 2026-07-15\nto = 2027-02-14\n'
        + ARTICLES + VISITS
        + '[[target]]\nid = "articles"\nsupplement = "补充协议一"\nvalue = 5\n'
        + '[[target]]\nid = "cases"\nsupplement = "补充协议一"\nname = "典型案例"\nvalue = 20\nunit = "篇"\ncount = "cases"\n'
    )  # fmt: skip
    before, after = read(tmp_path, text, on=date(2026, 7, 14)), read(tmp_path, text, on=date(2026, 7, 15))
    assert [before.total(target) for target in before.targets] == [48, 1052]
    assert (before.last, before.supplements) == (date(2027, 1, 14), ())
    assert [after.total(target) for target in after.targets] == [
        6 * 4 + 7 * 5,
        1052,
        20,
    ]  # the contract is a month longer
    assert (after.version, after.targets[0].document, after.targets[1].document) == ("补充协议一", "补充协议一", "")
    (paper,) = after.supplements
    assert paper.document == "〔2026〕12号"
    assert paper.changes == ("文章：数目 4→5", "新增典型案例", "合同期到 2027-02-14")


@pytest.mark.one_database
def test_of_a_target_that_a_supplement_brings_nothing_is_wanted_before_it(tmp_path: Path) -> None:
    text = HEAD.replace("2026-01-15", "2026-03-15").replace("2027-01-14", "2027-03-14") + VISITS
    for name, since, keys in (
        ("一", "2026-09-15", 'name = "讲座"\nvalue = 1\nper = "month"\nunit = "场"\ncount = "trainings"\n'),
        ("二", "2026-12-15", "value = 3\n"),
        ("三", "2027-01-15", 'value = 1\nper = "week"\n'),
    ):
        text += f'[[supplement]]\nname = "{name}"\ndocument = "{name}号"\nfrom = {since}\n'
        text += f'[[target]]\nid = "talks"\nsupplement = "{name}"\n{keys}'
    totals = []
    for day in (date(2026, 9, 14), date(2026, 9, 15), date(2026, 12, 15), date(2027, 1, 15)):
        found = read(tmp_path, text, on=day)
        totals.append([found.total(target) for target in found.targets[1:]])
    assert totals == [[], [6], [3 + 3 * 3], [sum(1 for week in found.week_spans() if week.first >= date(2026, 9, 15))]]


@pytest.mark.one_database
def test_all_that_is_wrong_in_rules_supplements_and_payments_is_said_with_its_line(tmp_path: Path) -> None:
    text = HEAD + (
        'amount = 100\n[rules]\narticles = "some"\nreposts = "yes"\ntheme_items = 0\n[[supplement]]\nname = "一"\nfrom = 2026-01-01\n'
        + VISITS
        + 'supplement = "二"\nevidence = [1]\nexceed = 1\n[[milestone]]\nname = "方案"\ndue = 2026-02-01\nafter = ["没有的"]\n'
        + '[[payment]]\nname = "首款"\namount = 50.005\n[[payment]]\nname = "尾款"\namount = 40\nafter = "执行成果报告"\n'
    )
    assert wrong(tmp_path, text) == [
        "第 4 行：付款合计 40 元，和 amount 的 100 元差 60 元。",
        '第 6 行：articles 只能写 "all"（推送和不推送的文章都算），"pushed"（只算推送给粉丝的文章）。',
        "第 7 行：reposts 只能写 true（转载（写了来源）的算），false（转载（写了来源）的不算）。",
        "第 8 行：theme_items 应是大于 0 的整数，不加引号。",
        "第 9 行：这份补充协议缺 document。",
        "第 11 行：from 比合同开始早。",
        "第 18 行：没有补充协议“二”，请加一节 [[supplement]]，写上 name、document、from。",
        '第 19 行：evidence 应是一列文字，例如 evidence = ["签到表", "照片"]。',
        "第 20 行：exceed 只能写 true（是）或 false（否），不加引号。",
        "第 24 行：after 里的“没有的”没有这个节点，请先写一节 [[milestone]]。",
        "第 25 行：这笔付款要写 due（到期日），或者 after（在什么之后）。",
        "第 27 行：amount 应是以元计的数，最多两位小数，不加引号，例如 amount = 1067473。",
    ]


@pytest.mark.one_database
def test_evidence_is_written_with_or_without_a_number(tmp_path: Path) -> None:
    found = read(
        tmp_path, HEAD + VISITS + 'evidence = ["签到表", "照片 2", "截图×3张"]\nphase = "全程"\nexceed = true\n'
    )
    (target,) = found.targets
    assert target.evidence == (Proof("签到表"), Proof("照片", 2), Proof("截图", 3))
    assert (target.phase, target.exceed) == ("全程", True)


@pytest.mark.one_database
def test_contract_months_run_from_the_15th_to_the_14th_or_by_the_calendar(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD.replace("2027-01-14", "2027-01-15") + VISITS)
    months = found.month_spans()
    assert (len(months), months[0].last, months[1].first) == (12, date(2026, 2, 14), date(2026, 2, 15))
    assert months[-1].last == date(2027, 1, 15)  # the day that is left over
    calendar = read(tmp_path, HEAD + '[rules]\nmonths = "calendar"\n' + VISITS).month_spans()
    assert [(span.name, span.first) for span in calendar][:2] == [
        ("2026-01", date(2026, 1, 15)),
        ("2026-02", date(2026, 2, 1)),
    ]
    assert (len(calendar), calendar[-1].last) == (13, date(2027, 1, 14))


MONTHS = [
    ("2026-05-31", "2026-11-29", 6), ("2026-05-31", "2026-11-28", 5), ("2026-05-31", "2027-05-30", 12),
    ("2024-02-29", "2025-02-27", 12), ("2024-02-29", "2025-02-28", 12), ("2025-02-28", "2026-02-27", 12),
    ("2026-08-31", "2027-02-27", 6), ("2026-12-31", "2027-06-29", 6), ("2025-03-31", "2026-02-27", 11),
    ("2026-01-30", "2026-02-27", 1), ("2026-01-29", "2026-03-28", 2), ("2026-01-15", "2026-07-14", 6),
    ("2026-01-15", "2026-07-13", 5), ("2026-01-31", "2026-01-31", 1),
]  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize(("first", "last", "months"), MONTHS)
def test_a_contract_month_begins_on_one_day_or_on_the_last_of_a_short_month(
    tmp_path: Path, first: str, last: str, months: int
) -> None:
    found = read(tmp_path, f"[contract]\nfrom = {first}\nto = {last}\n{ARTICLES}")
    spans = found.whole_months()
    assert (found.months, len(spans), found.total(found.targets[0])) == (months, months, 4 * months)
    assert (spans[0].first, spans[-1].last) == (found.first, found.last)
    assert [span.last + timedelta(days=1) for span in spans[:-1]] == [span.first for span in spans[1:]]
    assert len(quarters(found)) == max(1, months // 3)


@pytest.mark.one_database
def test_by_the_calendar_the_parts_at_the_ends_are_listed_and_in_no_mean_and_grow_no_target(tmp_path: Path) -> None:
    text = '[contract]\nfrom = 2026-05-31\nto = 2027-05-30\n[rules]\nmonths = "calendar"\n'
    found = read(tmp_path, text + ARTICLES)
    spans = found.month_spans()
    assert (len(spans), [span.name for span in spans if span.is_part]) == (13, ["2026-05", "2027-05"])
    standing = Standing(found, found.targets[0], Counted(9, date(2026, 8, 10)), date(2026, 8, 10))
    months = by_month(standing, [Row(date(2026, 6, 3), "", "", 5), Row(date(2026, 7, 3), "", "", 4)])
    assert mean(standing, months) == "平均每月 4.5 篇（满 2 个月），各月依次 0 5 4；这个月到现在 0 篇"
    counting = count_of(found, Target("r", "注册用户增长", 1, "月", "registrations", per="month"))
    assert counting.keywords["spans"] == found.whole_months()  # type: ignore[attr-defined]


# counting by the rules -----------------------------------------------------------------------------------------------


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


@pytest.fixture
def year(door: Entrance) -> Entrance:
    """A year with pushed and quiet posts, several articles in one, a repost, one from outside, one taken down, two themes."""
    store = door.parts.store
    first = out(store, datetime(2026, 3, 1, 10, tzinfo=SHANGHAI), "一", "二", url="https://a/1\n")
    quiet = out(store, datetime(2026, 3, 20, 10, tzinfo=SHANGHAI), "静", notify=False, case=True, url="https://a/3")
    repost, strange, gone = (
        out(store, datetime(2026, 4, day, 10, tzinfo=SHANGHAI), title, url=f"https://a/{day}")
        for day, title in ((1, "转"), (2, "外"), (3, "撤"))
    )
    with store.transaction() as session:
        session.get_one(Article, repost).source = "首都之窗"
        session.get_one(Article, strange).origin = "外部发布"
        session.get_one(Article, gone).state = State.WITHDRAWN
        theme = Theme(month="2026-03", slug="三月", title="敬老")
        session.add(theme)
        session.flush()
        session.get_one(Article, first).theme_id = session.get_one(Article, quiet).theme_id = theme.id
        for day, name in ((date(2026, 3, 5), "《敬老》"), (date(2026, 5, 5), "助残"), (date(2026, 5, 6), "助残")):
            facts = f'{{"topic": "{name}"}}'
            session.add(Record(kind="平台内容", day=day, facts=facts, person_id=1, by="运营", company="", at=door.now))
    return door


THEMES = '[[target]]\nid = "themes"\nname = "专题"\nvalue = 1\nper = "month"\nunit = "个"\ncount = "themes"\n'


@pytest.mark.parametrize(
    ("rules", "articles", "themes"),
    [
        ("", 5, 2),
        ('articles = "pushed"', 4, 2),
        ('several = "post"', 4, 2),
        ("reposts = false\nexternal = false", 3, 2),
        ("withdrawn = true", 6, 2),
        ('cases = "only"\nthemes = "account"', 4, 1),
        ('themes = "platform"', 5, 2),
        ('themes = "both"', 5, 1),
        ('themes = "either"\ntheme_items = 2', 5, 2),
        ('themes = "account"\ntheme_items = 3', 5, 0),
    ],
)
def test_the_rules_say_what_counts_and_the_rows_add_up(year: Entrance, rules: str, articles: int, themes: int) -> None:
    (year.folder / "contract.toml").write_text(f"{HEAD}[rules]\n{rules}\n{ARTICLES}{THEMES}", encoding="utf-8")
    with year.parts.store.reading() as session:
        _, found = standings(session, year.folder, TODAY)
        assert [one.counted.value for one in found] == [articles, themes]
        for one in found:
            rows = rows_behind(session, one) or []
            assert sum(row.value for row in rows) == one.counted.value
            assert sum(value for _, value in by_month(one, rows)) == one.counted.value


CASES = '[[target]]\nid = "cases"\nname = "典型案例"\nvalue = 20\nunit = "篇"\ncount = "cases"\n'


@pytest.mark.parametrize(
    ("rules", "marked", "recorded"),
    [
        ("", "静转外", "转外"),
        ("reposts = false", "静外", "外"),
        ("external = false", "静转", "转"),
        ("withdrawn = true", "静转外撤", "转外撤"),
    ],
)
def test_cases_obey_the_rules_that_concern_them_whether_marked_or_recorded(
    year: Entrance, rules: str, marked: str, recorded: str
) -> None:
    (year.folder / "contract.toml").write_text(f"{HEAD}[rules]\n{rules}\n{CASES}", encoding="utf-8")
    with year.parts.store.transaction() as session:
        numbers = {title: number for number, title in session.execute(select(Article.id, Article.title))}
        for title in "转外撤":
            facts = f'{{"text": "{title}", "article": {numbers[title]}}}'
            session.add(
                Record(kind="案例", day=date(2026, 4, 9), facts=facts, person_id=1, by="运营", company="", at=year.now)
            )
    assert titles(year) == f"静{recorded}"
    with year.parts.store.transaction() as session:
        session.execute(update(Article).where(Article.title.in_(tuple("转外撤"))).values(case_study=True))
    assert titles(year) == marked
    said = year.say("运营", "进度 典型案例")
    assert f"已完成 {len(marked)} 篇" in said
    assert f"算法：转载（写了来源）的{'不' * ('reposts' in rules)}算；" in said


def titles(year: Entrance) -> str:
    with year.parts.store.reading() as session:
        (one,) = standings(session, year.folder, TODAY)[1]
        return "".join(row.what for row in rows_behind(session, one) or [])


def test_the_rules_are_printed_with_the_mean_and_the_months(year: Entrance) -> None:
    (year.folder / "contract.toml").write_text(HEAD + ARTICLES + 'evidence = ["链接"]\n', encoding="utf-8")
    lines = year.say("运营", "进度 文章")
    assert "算法：推送和不推送的文章都算；一次推送几篇，每篇计一；转载（写了来源）的算；撤下的不算；" in lines
    assert "平均每月 0.5 篇（满 10 个月），各月依次 0 2 3 0 0 0 0 0 0 0；这个月到现在 0 篇" in lines
    assert "材料齐的 4 篇（每篇要：链接；缺链接 1；材料按份数计，内容由人核对）" in lines
    assert "文章：5/48 篇，10.4%，慢 77.5 个百分点，材料齐 4，落后" in year.say("运营", "进度")


def test_the_interactions_of_each_month_are_those_whose_readings_came_in_it(year: Entrance) -> None:
    (year.folder / "contract.toml").write_text(HEAD + INTERACTIONS, encoding="utf-8")
    number = out(year.parts.store, datetime(2026, 2, 1, 10, tzinfo=SHANGHAI), "互动")
    for day, reads in ((date(2026, 2, 1), 100), (date(2026, 2, 20), 300), (date(2026, 4, 1), 450)):
        put(year.parts.store, day, {("read_user", f"article:{number}"): reads})
    with year.parts.store.reading() as session:
        (one,) = standings(session, year.folder, date(2026, 5, 1))[1]
        rows = rows_behind(session, one) or []
        months = [value for _, value in by_month(one, dated(session, one, rows))]
    assert (one.counted.value, sum(row.value for row in rows), months) == (450, 450, [100, 200, 150, 0])


def test_each_thing_needs_the_evidence_that_the_target_names(door: Entrance) -> None:
    (door.folder / "contract.toml").write_text(HEAD + VISITS + 'evidence = ["照片 2"]\n', encoding="utf-8")
    with door.parts.store.transaction() as session:
        session.add_all(
            Place(code=f"11010200{n}", level="community", name=f"社区{n}", parent="110102") for n in (1, 2, 3)
        )
        for place, pieces in ((1, 2), (2, 1), (3, 0)):
            made = Record(
                kind="走访", day=date(2026, 3, place), facts="{}", person_id=1, by="联络", company="", at=door.now
            )
            session.add(made)
            session.flush()
            session.add(RecordPlace(record_id=made.id, place_id=place))
            session.add_all(
                Evidence(subject=f"record:{made.id}", words="", by="联络", sent_at=door.now, fetched_at=door.now, sha256=f"{n}")
                for n in range(pieces)
            )  # fmt: skip
    with door.parts.store.reading() as session:
        (one,) = standings(session, door.folder, TODAY)[1]
        (quick,) = standings(session, door.folder, TODAY, rows=False)[1]
    assert (one.counted.value, one.complete) == (3, 1)
    assert (quick.complete, quick.rows, quick.light) == (1, None, one.light)  # the same without the rows
    assert dict(one.lacking) == {"照片 2 份中的 1 份": 1, "照片 2 份": 1}
    assert [row.owner for row in one.rows or ()] == ["联络"] * 3


# pace, forecast and the traffic light --------------------------------------------------------------------------------

WHOLE = Contract(date(2026, 1, 1), date(2026, 12, 31), "", "", ())
HALF = date(2026, 7, 2)  # 183 of 365 days
TARGET = Target("x", "走访", 1000, "次", "visits")
PROVEN = replace(TARGET, evidence=(Proof("照片"),))


def standing(value: int | None, *, target: Target = TARGET, known: date = HALF, **more: object) -> Standing:
    counted = Counted(value, known if value is not None else None)
    return replace(Standing(WHOLE, target, counted, known), **more)  # type: ignore[arg-type]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("one", "light"),
    [
        (standing(None), Light.NONE),
        (standing(502), Light.GREEN),  # 502 × 365 / 183 = 1001
        (standing(460), Light.AMBER),  # 917
        (standing(440), Light.RED),  # 878
        (standing(0, known=date(2026, 1, 10)), Light.AMBER),  # it has just begun
        (standing(999, today=date(2027, 1, 1)), Light.RED),
        (standing(1000, today=date(2027, 1, 1)), Light.GREEN),
        (standing(1000, target=replace(TARGET, exceed=True), today=date(2027, 1, 1)), Light.RED),
        (standing(1001, target=replace(TARGET, exceed=True)), Light.GREEN),
        (standing(600, today=date(2026, 8, 6)), Light.GREEN),  # the figures are 35 days old
        (standing(600, today=date(2026, 8, 7)), Light.AMBER),
        (standing(1000, today=date(2026, 12, 1)), Light.GREEN),  # reached, whatever came since
        (standing(1000, counted=Counted(1000, HALF, is_stock=True), today=date(2026, 12, 1)), Light.AMBER),
        (standing(1016, counted=Counted(1016, HALF, lacks=["广安门外街道"])), Light.RED),
        (
            standing(1000, target=PROVEN, rows=[Row(HALF, "", "", 899), Row(HALF, "", "", 101, lacks=["照片"])]),
            Light.AMBER,
        ),
        (
            standing(1000, target=PROVEN, rows=[Row(HALF, "", "", 900), Row(HALF, "", "", 100, lacks=["照片"])]),
            Light.GREEN,
        ),
    ],
)
def test_the_traffic_light_goes_by_its_written_rule(one: Standing, light: Light) -> None:
    assert one.light == light
    assert one.light.in_words in "\n".join([board_line(one), *told(one), "尚无数据"])


@pytest.mark.one_database
def test_the_board_says_up_to_which_day_the_figures_are_where_they_are_not_of_today() -> None:
    assert "数据到" not in board_line(standing(600))
    assert board_line(standing(600, today=date(2026, 7, 3))).endswith("，正常，数据到 7月2日")
    assert board_line(standing(600, today=date(2027, 1, 1))).endswith("，落后，数据到 2026年7月2日")
    assert "数据到" not in board_line(standing(600, known=WHOLE.last, today=date(2027, 1, 1)))  # that is all of it


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 1, 20), "平均每月 —（满 0 个月）；这个月到现在 3 篇"),
        (date(2026, 1, 31), "平均每月 3.0 篇（满 1 个月），各月依次 3"),
        (date(2026, 2, 1), "平均每月 3.0 篇（满 1 个月），各月依次 3；这个月到现在 1 篇"),
    ],
)
def test_the_mean_is_of_the_months_that_are_over(day: date, said: str) -> None:
    rows = [Row(date(2026, 1, 10), "", "", 3), Row(date(2026, 2, 1), "", "", 1)]
    lines = told(standing(4, target=replace(TARGET, unit="篇", count="articles"), known=day, rows=rows))
    assert said in lines


@pytest.mark.one_database
def test_a_stock_is_forecast_by_its_growth_and_must_exceed_what_it_is_to_break_through() -> None:
    users = Target("users", "实名用户", 350_000, "人", "users", exceed=True)
    one = standing(
        300_000, target=users, counted=Counted(300_000, HALF, is_stock=True), earlier=Earlier(date(2026, 4, 3), 273_000)
    )
    assert (one.forecast, one.light) == (300_000 + 300 * 182, Light.GREEN)
    assert one.method == "预计按最近 90 天的净增推算到合同最后一天"
    lines = "\n".join(told(one))
    assert "已完成 300,000 人，目标超过 350,000 人" in lines
    assert "还差 50,001" in board_line(one)
    assert one.a_week == 1924  # 50,001 in 26 weeks
    assert not standing(350_000, target=users).is_reached


@pytest.mark.one_database
def test_exempt_days_are_shown_with_and_without() -> None:
    epidemic = Exempt(date(2026, 4, 25), date(2026, 6, 6), "疫情")  # 43 days, domain.md §1c R8
    one = standing(450, exempt=[epidemic, Exempt(date(2026, 6, 1), date(2026, 6, 6), "疫情")])
    assert one.exempt_days == (43, 43)
    lines = told(one)
    assert "时间过了 50.1%（183/365 天），慢 5.1 个百分点" in lines
    assert "扣除不可抗力 43 天（疫情）：时间过了 43.5%，目标折合 883 次，完成 51.0%，快 7.5 个百分点" in lines
    assert one.light == Light.RED  # the light goes by all days


def test_recorded_force_majeure_is_shown_at_the_targets_that_it_names(year: Entrance) -> None:
    (year.folder / "contract.toml").write_text(HEAD + ARTICLES + VISITS, encoding="utf-8")

    def span(title: str, first: date, last: date | None, *, revoked: datetime | None = None) -> Dossier:
        return Dossier(
            form=EXCEPTION, title=title, first=first, last=last, targets="articles", person_id=1, by="运营",
            at=year.now, revoked_at=revoked,
        )  # fmt: skip

    with year.parts.store.transaction() as session:
        session.add(span("疫情", date(2026, 4, 25), date(2026, 6, 6)))
        session.flush()
        session.add_all(
            DossierStep(dossier_id=1, step=step, day=date(2026, 4, 26), text="", by="运营", at=year.now)
            for step in ("书面通知", "证明材料")
        )
        session.add(span("大雪", date(2026, 11, 30), None))
        session.add(span("记错的", date(2026, 7, 1), date(2026, 7, 31), revoked=year.now))
    with year.parts.store.reading() as session:
        articles, visits = standings(session, year.folder, TODAY)[1]
        assert (articles.exempt_days, visits.exempt_days) == (
            (45, 45),
            (0, 0),
        )  # 43 days, and the two that it snows already
        early = standings(session, year.folder, date(2026, 4, 30))[1][0]
        assert early.exempt_days == (43, 6)
    assert "扣除不可抗力 45 天（大雪，还缺书面通知、证明材料；疫情）：时间过了 86.2%，目标折合 43 篇" in year.say(
        "运营", "进度 文章"
    )


def test_a_target_is_named_by_its_id_or_a_part_of_its_name(year: Entrance) -> None:
    (year.folder / "contract.toml").write_text(HEAD + ARTICLES + VISITS, encoding="utf-8")
    with year.parts.store.reading() as session:
        _, found = standings(session, year.folder, TODAY)
        assert named(found, "走访") is found[1] is named(found, "visits")
    assert CountingRules().words("articles") == "推送和不推送的文章都算"
