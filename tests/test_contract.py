"""contract.toml, its mistakes, and where the targets stand: by message, from the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from figures_kit import out, put
from wechat_sender import Entrance

from bot.starter import lay_out
from content.clock import SHANGHAI
from content.errors import FilesWrong
from content.models import Article, Theme
from content.place_models import Place
from content.record_models import Record, RecordPlace
from scheduler.contract import Standing, board_line, told
from scheduler.counting import COUNTS, NAMES, Counted
from scheduler.interaction_rule import DEFAULT
from scheduler.targets import Contract, Target, read_contract

HEAD = '[contract]\nfrom = 2026-01-01\nto = 2026-12-31\nversion = "补充协议一"\n'
TARGETS = """
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
id = "cases"
name = "典型案例"
value = 20
unit = "篇"
count = "cases"
[[target]]
id = "themes"
name = "专题"
value = 1
per = "month"
unit = "个"
count = "themes"
[[target]]
id = "visits"
name = "社区走访"
value = 1052
unit = "次"
count = "visits"
"""
INTERACTIONS = """
[[target]]
id = "interactions"
name = "互动量"
clause = "一(三)6"
rule = "阅读、点赞等之和"
value = 1500000
unit = "次"
count = "interactions"
"""


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def contract(folder: Path, text: str) -> Contract | None:
    (folder / "contract.toml").write_text(text, encoding="utf-8")
    return read_contract(folder, NAMES)


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(FilesWrong) as caught:
        contract(folder, text)
    return str(caught.value).split("\n")


# the file ------------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_sample_has_all_twelve_targets_and_can_be_read(tmp_path: Path) -> None:
    lay_out(tmp_path / "w", datetime(2026, 11, 20, tzinfo=SHANGHAI))
    sample = read_contract(tmp_path / "w", NAMES)
    assert sample is not None
    assert (sample.first, sample.last) == (date(2026, 12, 1), date(2027, 11, 30))
    assert {target.count for target in sample.targets} == set(COUNTS) - {"pushed_articles"}
    totals = {target.id: sample.total(target) for target in sample.targets}
    assert len(totals) == 12
    assert (totals["articles"], totals["themes"], totals["interactions"]) == (48, 12, 1_500_000)
    assert totals["reports"] == 13_676  # 263 × 52, as domain.md §1b T9 has it: most days of the first week lie in it


@pytest.mark.one_database
def test_everything_that_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    text = (
        '[contract]\nfrom = "2026-13-01"\nto = 2025-01-01\nname_ = "x"\n\n[[target]]\nid = "a"\nname = 3\nvalue = 0\n'
        'unit = "篇"\ncount = "artikles"\nper = "day"\n[[target]]\nid = "a"\n[other]\n'
    )
    assert wrong(tmp_path, text) == [
        "contract.toml 有 12 处要改：",
        "第 2 行：from 应写成 2026-01-01 这样的日期。",
        "第 4 行：没有 name_ 这一项，是不是 name？",
        "第 8 行：name 应是文字，要加英文双引号。",
        "第 9 行：value 应是大于 0 的整数，不加引号。",
        "第 11 行：count 没有“artikles”，是不是 articles？",
        '第 12 行：per 只能写 "month"（每月）或 "week"（每周），整个合同期的不写。',
        "第 13 行：这个指标缺 count。",
        "第 13 行：这个指标缺 name。",
        "第 13 行：这个指标缺 unit。",
        "第 13 行：这个指标缺 value。",
        "第 14 行：id “a”写了两次。",
        "第 15 行：没有这一节：other。"
        "可以写 [contract]、[rules]、[[supplement]]、[[target]]、[[milestone]]、[[payment]]、[interactions]。",
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "缺 [contract] 一节"),
        ("target = 3", "target 应写成 [[target]] 一节。"),
        ("[contract]\nfrom = x\n", "第 2 行写得不对"),
        ("[contract]\nfrom = 2026-12-31\nto = 2026-01-01\n" + TARGETS, "第 3 行：to 比 from 早。"),
        ('[contract]\nfrom = "很久以前"\nto = 20261231\n', "第 3 行：to 应写成"),
        (HEAD + "target = [1]", "没有 target 这一项"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in "\n".join(wrong(tmp_path, text))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("first", "last", "months", "weeks"),
    [
        (date(2026, 12, 1), date(2027, 11, 30), 12, 52),
        (date(2022, 3, 15), date(2023, 3, 15), 12, 52),
        (date(2026, 1, 15), date(2026, 3, 1), 1, 7),
        (date(2026, 1, 1), date(2026, 1, 3), 1, 1),
    ],
)
def test_whole_months_and_weeks_count(first: date, last: date, months: int, weeks: int) -> None:
    found = Contract(first, last, "", "", ())
    assert (found.months, found.weeks) == (months, weeks)


@pytest.mark.one_database
def test_a_contract_may_count_the_weeks_that_it_only_touches(tmp_path: Path) -> None:
    found = contract(tmp_path, HEAD + '[rules]\nweeks = "touched"\n' + TARGETS)
    assert found is not None
    assert found.weeks == 53
    assert "touched" in wrong(tmp_path, HEAD + '[rules]\nweeks = "half"\n' + TARGETS)[1]


# where a target stands ------------------------------------------------------------------------------------------------


def standing(value: int | None, known_to: date | None, target: int = 1000, today: date | None = None) -> Standing:
    whole = Contract(date(2026, 1, 1), date(2026, 12, 31), "", "", ())
    counted = Counted(value, known_to)
    return Standing(
        whole, Target("x", "互动量", target, "次", "interactions"), counted, today or known_to or date(2026, 7, 2)
    )


@pytest.mark.one_database
def test_the_forecast_is_linear_on_elapsed_days() -> None:
    half = standing(300, date(2026, 7, 2))  # 183 of 365 days
    assert (half.days, half.forecast, half.a_week) == (183, 598, 27)  # 300 × 365 / 183; 700 in 26 weeks
    lines = "\n".join(told(half))
    assert "时间过了 50.1%（183/365 天），慢 20.1 个百分点" in lines
    assert "预计到期 598 次（预计按天数线性推算：已完成 ÷ 已过天数 × 全期天数）" in lines
    assert "余下每周至少 27 次" in lines


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("value", "known_to", "said", "unsaid"),
    [
        (None, None, "已完成 — 次，目标 1,000 次，完成 —", "预计"),
        (0, date(2026, 1, 1), "已完成 0 次", "—%"),
        (1000, date(2026, 7, 2), "已经完成", "余下"),
        (900, date(2026, 12, 31), "慢 10.0 个百分点", "到期，"),
        (995, date(2026, 12, 30), "余下每周至少 5 次", "到期，"),
    ],
)
def test_ends_and_unknowns_are_told_as_they_are(
    value: int | None, known_to: date | None, said: str, unsaid: str
) -> None:
    lines = "\n".join(told(standing(value, known_to)))
    assert said in lines
    assert unsaid not in lines


@pytest.mark.one_database
@pytest.mark.parametrize("known_to", [date(2026, 12, 31), date(2026, 12, 20)])
def test_a_contract_that_has_ended_asks_for_nothing_more_even_where_its_last_days_have_no_data(known_to: date) -> None:
    lines = "\n".join(told(standing(900, known_to, today=date(2027, 1, 5))))
    assert "到期，没有完成" in lines
    assert "余下" not in lines
    assert "到期，" not in board_line(standing(900, known_to, today=date(2026, 12, 31)))


@pytest.mark.one_database
def test_of_what_stands_on_a_day_no_forecast_is_made() -> None:
    whole = Contract(date(2026, 1, 1), date(2026, 12, 31), "", "", ())
    groups = Standing(
        whole, Target("g", "群组", 15, "个", "groups"), Counted(9, date(2026, 7, 2), is_stock=True), date(2026, 7, 2)
    )
    assert board_line(groups) == "群组：9/15 个，60.0%，还差 6，落后"
    assert not any(word in "\n".join(told(groups)) for word in ("预计", "余下", "百分点"))


# by message -----------------------------------------------------------------------------------------------------------


def test_without_a_contract_people_hear_what_to_do(door: Entrance) -> None:
    for words in ("进度", "互动"):
        assert door.say("运营", words).startswith("工作区里还没有 contract.toml，")
    (door.folder / "contract.toml").write_text(HEAD + TARGETS, encoding="utf-8")
    assert 'count = "interactions"' in door.say("运营", "互动")
    (door.folder / "contract.toml").write_text(HEAD.replace("2026-01-01", "2027-01-01").replace("2026-12", "2027-12"))
    assert "contract.toml 有 1 处要改：\n第 1 行：缺指标" in door.say("运营", "进度")
    (door.folder / "contract.toml").write_text(HEAD.replace("2026-", "2027-") + TARGETS, encoding="utf-8")
    assert door.say("运营", "进度") == "合同从 2027-01-01 开始，现在还没有进度。"


def test_the_board_counts_what_is_out_and_says_what_nobody_counts(door: Entrance) -> None:
    (door.folder / "contract.toml").write_text(HEAD + TARGETS, encoding="utf-8")
    store = door.parts.store
    out(store, datetime(2026, 3, 1, 10, 0, tzinfo=SHANGHAI), "一", "二")
    number = out(store, datetime(2026, 4, 1, 10, 0, tzinfo=SHANGHAI), "三", notify=False, case=True)
    out(store, datetime(2025, 12, 31, 10, 0, tzinfo=SHANGHAI), "去年的")
    with store.transaction() as session:
        theme = Theme(month="2026-04", slug="四月", title="四月")
        session.add_all([theme, Theme(month="2026-05", slug="五月", title="五月")])
        session.flush()
        session.get_one(Article, number).theme_id = theme.id
    assert door.say("运营", "进度").split("\n") == [
        "合同进度（2026-01-01 至 2026-12-31，补充协议一）",
        "时间过了 91.8%（335/365 天，到 2026-12-01）",
        "公众号文章：3/48 篇，6.2%，慢 85.5 个百分点，落后",
        "典型案例：1/20 篇，5.0%，慢 86.8 个百分点，落后",
        "专题：1/12 个，8.3%，慢 83.4 个百分点，落后",
        "社区走访（尚无数据）：—/1,052 次",
        "快慢是完成比例减时间比例；— 是尚无数据，不是 0。一项请发：进度 名称",
    ]
    one = door.say("运营", "进度 文章")
    assert "目标 48 篇（每月 4 × 12 个月），完成 6.2%" in one
    assert "条款：一(三)3。口径：每篇计一" in one
    assert door.say("运营", "进度 别的") == "没有指标“别的”。有：公众号文章、典型案例、专题、社区走访"


def test_field_work_counts_by_communities_and_without_what_is_voided(door: Entrance) -> None:
    (door.folder / "contract.toml").write_text(HEAD + TARGETS, encoding="utf-8")
    with door.parts.store.transaction() as session:
        places = [Place(code=f"11010200{n}", level="community", name=f"社区{n}", parent="110102") for n in (1, 2, 3)]
        session.add_all(places)
        session.flush()
        for day, voided in ((date(2026, 3, 1), None), (date(2026, 4, 1), door.now), (date(2025, 12, 31), None)):
            made = Record(
                kind="走访", day=day, facts="{}", person_id=1, by="联络", company="", at=door.now, revoked_at=voided
            )  # fmt: skip
            session.add(made)
            session.flush()
            session.add_all(RecordPlace(record_id=made.id, place_id=place.id) for place in places)
    assert "社区走访：3/1,052 次，0.3%" in door.say("运营", "进度")


def test_enough_trainings_are_not_done_while_a_street_had_none(door: Entrance) -> None:
    sessions = '[[target]]\nid = "trainings"\nname = "集中培训"\nvalue = 3\nunit = "次"\ncount = "trainings"\n'
    (door.folder / "contract.toml").write_text(HEAD + sessions, encoding="utf-8")
    store = door.parts.store
    with store.transaction() as session:
        names = {"1": "天桥街道", "2": "牛街街道", "3": "椿树街道", "11": "天桥一社区居委会", "31": "椿树一社区居委会"}
        places = {
            code: Place(code=code, level="street" if len(code) == 1 else "community", name=name, parent=code[:-1])
            for code, name in names.items()
        }
        places["9"] = Place(code="9", level="street", name="旧街道", parent="", active_to=date(2026, 5, 1))
        session.add_all(places.values())

    def train(*codes: str, voided: datetime | None = None) -> None:
        with store.transaction() as session:
            made = Record(
                kind="培训", day=date(2026, 3, 1), facts="{}", person_id=1, by="联络", company="", at=door.now,
                revoked_at=voided,
            )  # fmt: skip
            session.add(made)
            session.flush()
            session.add_all(RecordPlace(record_id=made.id, place_id=places[code].id) for code in codes)

    assert "集中培训（尚无数据）：—/3 次" in door.say("运营", "进度")
    train("1", "11")
    train("2", voided=door.now)
    assert "\n还缺：牛街街道、椿树街道\n条款" in door.say("运营", "进度 集中培训")
    for code in ("1", "2", "2"):
        train(code)
    assert "集中培训：4/3 次，133.3%，数目够了，还缺：椿树街道" in door.say("运营", "进度")
    train("31")
    assert "集中培训：5/3 次，166.7%，已经完成" in door.say("运营", "进度")
    assert "还缺" not in door.say("运营", "进度 集中培训")


def test_interactions_are_compared_with_the_years_target(door: Entrance) -> None:
    (door.folder / "contract.toml").write_text(HEAD + INTERACTIONS, encoding="utf-8")
    assert "已完成 — 次，目标 1,500,000 次，完成 —" in door.say("运营", "互动")
    number = out(door.parts.store, datetime(2026, 11, 1, 10, 0, tzinfo=SHANGHAI), "一")
    for day, reads in ((1, 4000), (10, 9000), (30, 12_000)):
        put(door.parts.store, date(2026, 11, day), {("read_user", f"article:{number}"): reads})
    assert door.say("运营", "互动 本月").endswith("一段时间的请发：统计 本月")
    lines = door.say("运营", "互动").split("\n")
    assert lines == [
        "互动量（2026-01-01 至 2026-12-31，数据到 2026年11月30日）",
        "已完成 12,000 次，目标 1,500,000 次，完成 0.8%",
        "　公众号 12,000（到 11月30日）：阅读 12,000",
        "　其中按次 0.0%，按人 100.0%（按人的是次数的下限）",
        f"　口径：{DEFAULT.words}",
        "时间过了 91.5%（334/365 天），慢 90.7 个百分点",
        "预计到期 13,114 次（预计按天数线性推算：已完成 ÷ 已过天数 × 全期天数）",
        "红绿灯：红（落后）",
        "要达到目标，余下每周至少 336,000 次",
        "条款：一(三)6。口径：阅读、点赞等之和",
        "最近四周（2026-11-03 至 2026-11-30）：8,000 次",
    ]
    assert re.search(r"数据到 2026年11月30日", lines[0])
    for day in (10, 20):
        put(door.parts.store, date(2026, 11, day), {("platform_views", "place:1"): day * 100})
    assert "\n　注意：平台的数只到 11月20日，那以后的还不在里面\n　口径" in door.say("运营", "互动")
    assert "落后，数据到 11月30日，平台的数只到 11月20日\n" in door.say("运营", "进度")
    put(door.parts.store, date(2026, 9, 29), {("platform_views", "place:1"): 100})
    assert door.say("运营", "互动").split("\n")[-2:] == [
        "最近四周（2026-11-03 至 2026-11-30）：9,900 次",
        "　平台的 900 次是 2026-09-29 以后到 2026-11-10 增加的，一部分可能在期前",
    ]
    few = '[interactions]\nrule = "只计点赞"\nwechat = ["点赞"]\n'
    (door.folder / "contract.toml").write_text(HEAD + INTERACTIONS + few, encoding="utf-8")
    assert "已完成 — 次" in door.say("运营", "互动")
    assert "互动：—" in door.say("运营", "统计 上月")
    (door.folder / "contract.toml").write_text(
        HEAD + INTERACTIONS + '[interactions]\nwechat = ["投票"]\n', encoding="utf-8"
    )
    assert "第 15 行：wechat 没有“投票”，可以写：阅读、点赞" in door.say("运营", "互动")
