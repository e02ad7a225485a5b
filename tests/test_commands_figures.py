"""Figures by message: each number with its measure, window and as-of; what nobody knows is — and never 0."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from figures_kit import out, put
from wechat_sender import Entrance

from bot.cli import cli
from content.clock import SHANGHAI
from content.errors import WrongUse
from scheduler.interaction_rule import DEFAULT
from scheduler.ledger import ACCOUNT

TODAY = datetime(2026, 12, 9, 10, 0, tzinfo=SHANGHAI)  # a Wednesday


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        house.at(TODAY)
        yield house


@pytest.fixture
def told(door: Entrance) -> Entrance:
    """Two articles, of 11-25 and 12-02, with figures from 11-23 to 12-08, and followers."""
    store = door.parts.store
    old = out(store, datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI), "歇脚椅")
    new = out(store, datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI), "养老助餐点", notify=False)
    for n in range(16):
        day = date(2026, 11, 23) + timedelta(days=n)
        values = {("new_user", ACCOUNT): 10, ("cancel_user", ACCOUNT): 4, ("followers", ACCOUNT): 1000 + 6 * n}
        if day >= date(2026, 11, 25):
            values |= {("read_user", f"article:{old}"): 100 + n, ("like_user", f"article:{old}"): 5}
        if day >= date(2026, 12, 2):
            values[("read_user", f"article:{new}")] = 40 * (n - 8)
        put(store, day, values)
    return door


SOURCES = (
    "　公众号 207（到 12月6日）：阅读 207，点赞 0",
    "　其中按次 0.0%，按人 100.0%（按人的是次数的下限）",
    f"　口径：{DEFAULT.words}",
)


def test_a_period_is_summed_up(told: Entrance) -> None:
    assert told.say("运营", "统计 上周").split("\n") == [
        "统计（11月30日—12月6日，数据到 12月6日）",
        "发布：1 次，1 篇，其中推送 0 次",
        "互动：至少 207 次",
        *SOURCES,
        "粉丝：1,078 人，期内净增 42 人",
    ]
    assert "统计（12月8日，数据到 12月8日）" in told.say("运营", "统计昨天")
    assert "统计（12月1日—12月8日" in told.say("运营", "统计，谢谢")
    assert "统计（11月30日—12月6日" in told.say("运营", "统计：上 周？")
    assert told.say("运营", "统计 今天") == "今日数据明早8点后可查。昨天的请发：统计 昨天"


def test_what_nobody_knows_is_no_zero(door: Entrance) -> None:
    answer = door.say("运营", "统计 上月")
    assert "还没有取到数据" in answer
    assert "互动：—" in answer
    assert "粉丝：—，期内净增 —" in answer
    assert "—" in door.say("运营", "粉丝").split("\n")[0]
    assert door.say("运营", "粉丝").split("\n")[1] == "昨天（12月8日）：新增 —，取关 —，净增 —"
    assert "：—，这段时间没有文章的阅读数据" in door.say("运营", "排行")
    week = door.say("运营", "周报")
    for line in ("互动：—", "粉丝：—，新增 —，取关 —，净增 —；前一周净增 —", "阅读最多：—", "留言：—"):
        assert line in week


def test_an_older_number_of_followers_says_its_day(door: Entrance) -> None:
    put(door.parts.store, date(2026, 11, 20), {("followers", ACCOUNT): 900})
    put(door.parts.store, date(2026, 12, 1), {("read_user", "article:1"): 5})
    assert "粉丝：900 人（11月20日末），期内净增 —" in door.say("运营", "统计")
    assert "粉丝：900 人（11月20日末），新增 —" in door.say("运营", "周报")


def test_articles_are_ranked_by_reads_and_places_and_people_never(told: Entrance) -> None:
    assert told.say("运营", "排行").split("\n") == [
        "排行（11月9日—12月8日新增的阅读人数，数据到 12月8日）",
        "1. 2 养老助餐点：280 人（12月2日发布）",
        "2. 1 歇脚椅：115 人（11月25日发布）",
        "注：每篇只计发布后 30 天。看一篇请发：文章 编号",
    ]
    assert "1. 1 歇脚椅：107 人" in told.say("运营", "热文 上月")
    assert "不给社区、街道和人排名次" in told.say("运营", "排行 社区")


def test_followers_are_told_by_periods(told: Entrance) -> None:
    assert told.say("运营", "粉丝").split("\n") == [
        "粉丝：1,090 人（12月8日末）",
        "昨天（12月8日）：新增 10 人，取关 4 人，净增 +6 人",
        "近 7 天（12月2日—12月8日）：新增 70 人，取关 28 人，净增 +42 人",
        "本月（12月1日—12月8日）：新增 80 人，取关 32 人，净增 +48 人",
        "本月的新关注来源：—",
    ]
    assert told.say("运营", "粉丝 上月").split("\n")[1] == (
        "上月（11月1日—11月30日）：新增 80 人，取关 32 人，净增 +48 人，30 天里有 8 天的数据"
    )


def test_where_new_followers_came_from_fits_in_a_line(told: Entrance) -> None:
    for day, source, new in ((2, 30, 30), (3, 17, 12), (4, 1, 9), (5, 0, 5), (6, 57, 4), (7, 999, 3)):
        put(told.parts.store, date(2026, 12, day), {("new_user_from", f"source:{source}"): new})
    assert told.say("运营", "粉丝").split("\n")[-1] == (
        "本月的新关注来源：扫描二维码 30 人（37.5%），名片分享 12 人（15.0%），公众号搜索 9 人（11.2%），其他 5 人（6.2%），其余 24 人"
    )


def test_the_week_is_compared_with_the_one_before(told: Entrance) -> None:
    refused = "周报只有上周的，请只发：周报。别的时间请发：统计 本周"
    assert told.say("运营", "周报 本周") == refused
    assert "看不懂" in told.say("运营", "周报 给主任")
    assert told.say("运营", "周报 上周") == told.say("运营", "周报")
    assert told.say("运营", "周报").split("\n") == [
        "周报（11月30日—12月6日，周一至周日，数据到 12月6日）",
        "发布：1 次，1 篇，其中推送 0 次；前一周 1 次，1 篇",
        "互动：至少 207 次（环比 +86.5%）",
        *SOURCES,
        "文章：",
        "　阅读 207 人（环比 +95.3%）",
        "　点赞 0 人（环比 -100.0%）",
        "粉丝：1,078 人，新增 70 人，取关 28 人，净增 42 人；前一周净增 42 人",
        "阅读最多：2 养老助餐点，200 人",
        "留言：—",
        "现在没有处理完的告警：0 条",
        "下一周还没有排期。",
        "注：文章的人数只计发布后 30 天；环比是和前一周比。",
    ]


def test_growth_with_days_missing_says_so_in_every_answer(told: Entrance) -> None:
    assert "期内净增 48 人，30 天里有 8 天的数据" in told.say("运营", "统计 上月")
    told.at(datetime(2026, 12, 15, 10, 0, tzinfo=SHANGHAI))
    assert "净增 12 人，7 天里有 2 天的数据；前一周净增 42 人\n" in told.say("运营", "周报")
    told.at(datetime(2026, 12, 22, 10, 0, tzinfo=SHANGHAI))
    assert "净增 —；前一周净增 12 人，7 天里有 2 天的数据\n" in told.say("运营", "周报")


def test_on_the_first_of_a_month_the_month_before_goes_by_its_name(told: Entrance) -> None:
    told.at(datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI))
    assert told.say("运营", "粉丝").split("\n")[3].startswith("上月（11月1日—11月30日）：新增 80 人")


def test_an_articles_figures_say_the_day_they_go_to(told: Entrance) -> None:
    assert "发布以来（数据到 12月8日，最多 30 天）：阅读 115 人，点赞 5 人" in told.say("运营", "文章 1")
    told.at(datetime(2027, 1, 20, 10, 0, tzinfo=SHANGHAI))
    assert "发布以来（数据到 2026年12月8日，最多 30 天）：阅读 115 人" in told.say("运营", "文章 1")


def test_articles_are_found_by_a_word_of_their_title(told: Entrance) -> None:
    assert told.say("运营", "文章 养老").split("\n")[:2] == ["标题里有“养老”的文章 1 篇：", "2 养老助餐点（已发布）"]
    assert told.say("运营", "文章 100%") == "没有标题里有“100%”的文章。"
    assert told.say("运营", "文章 2").startswith("文章2“养老助餐点”：已发布")


def test_the_terminal_takes_the_same_periods(told: Entrance) -> None:
    done = CliRunner().invoke(cli, ["--workspace", str(told.folder), "stats", "上周"], env=told.environ)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(told.say("运营", "统计 上周"))
    refused = CliRunner().invoke(cli, ["--workspace", str(told.folder), "stats", "随便"], env=told.environ)
    assert isinstance(refused.exception, WrongUse)
