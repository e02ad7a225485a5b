"""案例, 平台内容, 评价, and groups that end: by message and terminal, and what of them counts."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from figures_kit import out
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_field_terminal import record

from content.clock import SHANGHAI
from content.models import Article, State
from content.past_days import day_within
from scheduler.counted_rows import ROWS
from scheduler.counting import COUNTS

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
LINK = "https://p.example.com/a?id=3"


def rows(stage: Stage, name: str, last: date = LAST) -> list[tuple[str, str]]:
    with stage.parts.store.reading() as session:
        found = ROWS[name](session, FIRST, last)
        assert COUNTS[name](session, FIRST, last).value == sum(row.value for row in found)
        return [(row.what, row.subject) for row in found]


def test_a_case_is_told_with_its_link_or_its_article(district: Stage) -> None:  # noqa: F811
    out(district.parts.store, datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), "一")
    assert "还差：链接或文章。" in district.say("小东", "案例 北街 老楼装上电梯").replace("文章编号", "文章")
    assert district.say("小东", LINK) == (
        "已记下。案例记录1（12月1日，东桥街道北街社区）\n题目：老楼装上电梯\n"
        f"链接：{LINK}\n不用附材料，小东记\n有错请发：案例 更正 1 改后的内容；不算请发：作废 1 原因"
    )
    assert "没有文章99" in district.say("小东", "案例 北街 花园共建 文章99")
    assert "文章：1" in district.say("小东", "案例 北街 花园共建 文章1")
    assert "已经记过了（记录2）" in district.say("小东", "案例 北街 又一个题目 文章 1")
    assert "已更正：题目 花园共建→花园一起建。" in district.say("小东", "案例 更正 2 题目 花园一起建")


def test_an_article_that_was_taken_down_is_no_case(district: Stage) -> None:  # noqa: F811
    out(district.parts.store, datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), "一")
    district.say("小东", "案例 北街 花园共建 文章1")
    with district.parts.store.transaction() as session:
        session.get_one(Article, 1).state = State.WITHDRAWN
    assert "文章1已撤下，不能写进案例" in district.say("小东", "案例 槐树里 老楼装上电梯 文章1")
    assert "已更正：题目" in district.say("小东", "案例 更正 1 题目 花园一起建"), "what was told before stays"


def test_what_is_article_and_record_is_one_case(district: Stage) -> None:  # noqa: F811
    store = district.parts.store
    out(
        store,
        datetime(2026, 11, 20, 10, tzinfo=SHANGHAI),
        "一",
        case=True,
        url="https://mp.weixin.qq.com/s?mid=1&idx=1",
    )
    out(store, datetime(2026, 11, 21, 10, tzinfo=SHANGHAI), "二")
    with store.transaction() as session:
        session.add(Article(slug="三", title="三", state_since=district.now))
    for words in (
        "案例 北街 标过的 文章1", "案例 北街 链接是它的 链接 https://mp.weixin.qq.com/s?mid=1&idx=1&scene=21", "案例 北街 没标过的 文章2",
        "案例 北街 还没有发的 文章3", f"案例 北街 平台上的 {LINK}",
    ):  # fmt: skip
        assert "已记下" in district.say("运营", words), words
    again = ("add", "案例", "槐树里", "同一个链接", LINK, "--again", "--by", "运营")
    assert record(district, *again)[0] == 0
    assert rows(district, "cases") == [
        ("一", "article:1"),
        ("没标过的", "record:3"),
        ("平台上的", "record:5"),
    ]
    district.say("运营", "作废 3 不算")
    assert rows(district, "cases")[1] == ("平台上的", "record:5")


def test_content_on_the_platform_has_title_link_day_and_theme(district: Stage) -> None:  # noqa: F811
    told = district.say("小东", f"平台内容 12月1日 重阳节敬老 专题：敬老月 链接 {LINK}")
    assert "平台内容记录1（12月1日）\n标题：重阳节敬老\n" in told
    assert f"链接：{LINK}\n专题：敬老月\n材料 0/1" in told
    assert "请在 10 分钟内把截图作为图片发来" in told
    assert "已经记过了" in district.say("小东", f"平台内容 同一条 {LINK}")
    found = json.loads(record(district, "list", "--kind", "平台内容", "--json")[1])
    assert [(row["link"], row["topic"], row["places"]) for row in found] == [(LINK, "敬老月", [])]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("4.6分 32人作答", "32 人，评分 4.6 分（满分 5 分）"),
        ("满意率 95% 32人", "32 人，满意率 95%"),
        ("满意率：95.5％", "满意率 —（没有写多少人作答）"),
        ("评分 5分 3人", "3 人，评分 5 分（满分 5 分）"),
    ],
)
def test_a_rating_says_how_many_answered_and_no_rate_without_them(district: Stage, words: str, shown: str) -> None:  # noqa: F811
    assert f"评价记录1（12月1日，东桥街道北街社区，{shown}）" in district.say("小东", f"评价 北街 12月1日 {words}")


def test_a_rating_that_cannot_be_is_refused(district: Stage) -> None:  # noqa: F811
    assert "评分 6 分（满分 5 分）：最多是 5" in district.say("小东", "评价 北街 6分 3人")
    assert "满意率 101%：最多是 100" in district.say("小东", "评价 北街 满意率101% 3人")
    assert "还差：评分（如 4.6分）或满意率（如 满意率95%）" in district.say("小东", "评价 北街 今天 3人")


def test_a_group_stands_from_its_day_until_it_is_retired(district: Stage) -> None:  # noqa: F811
    for words in ("群组 北街 11月20日 北街便民群 30人", "群组 新风一 11月25日 新风群 20人"):
        assert "已记下" in district.say("小东", words)
    for words, answer in (
        ("群组解散 1", "请写解散的原因"),
        ("群组 解散 1 没人说话 11月10日", "应从11月20日（建群）到今天"),
        ("群组 解散 1 没人说话 12月30日", "到今天，写的是12月30日"),
        ("群组 解散 1 没人说话 11月28日", "群组1从11月28日起已解散"),
        ("群组 解散 1 没人说话", "已经在11月28日解散了"),
    ):
        assert answer in district.say("小东", words), words
    assert "11月28日已解散" in district.say("小东", "记录 1")
    assert [subject for _, subject in rows(district, "groups")] == ["record:2"]
    assert len(rows(district, "groups", date(2026, 11, 27))) == 2
    assert len(rows(district, "groups", date(2026, 11, 21))) == 1
    district.say("小东", "走访 北街 座谈")
    assert "只有群组可以解散" in record(district, "retire", "3", "--why", "x", "--by", "小东")[1]
    assert "起已解散" in record(district, "retire", "2", "--why", "合并", "--day", "12月1日", "--by", "小东")[1]


@pytest.mark.one_database
def test_a_day_is_taken_out_of_a_reason_only_where_it_stands_alone() -> None:
    today = date(2026, 12, 5)
    assert day_within("没人说话 12月3日", today) == (date(2026, 12, 3), "没人说话")
    assert day_within("12月3日 合并到新群", today) == (date(2026, 12, 3), "合并到新群")
    assert day_within("12月3日起没人说话", today) == (None, "12月3日起没人说话")
