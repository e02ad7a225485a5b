"""Field work as people type it: what is read of one message, and of the answers to questions."""

from __future__ import annotations

from datetime import date

import pytest
from test_places import district, small

from content.errors import OpsError
from content.field_answers import answered
from content.field_words import Draft, read
from content.gazetteer import Gazetteer
from content.past_days import day_at

pytestmark = pytest.mark.one_database

TODAY = date(2026, 12, 8)  # a Tuesday
REAL, SMALL = district(), small()


def told(draft: Draft, known: Gazetteer = REAL) -> tuple[object, ...]:
    places = "、".join(known.full(spot) for spot in draft.places)
    day = f"{draft.day.month}-{draft.day.day}" if draft.day else ""
    return places, day, draft.people, draft.new_users, draft.text


XINFENG = "德胜街道新风中直社区"
SAID = {
    "走访 德胜街道新风社区 12月3日 3人 讲解平台注册": (XINFENG, "12-3", 3, None, "讲解平台注册"),
    "走访 新风 今天": (XINFENG, "12-8", None, None, ""),
    "走访 新风社区今天3人讲解平台注册": (XINFENG, "12-8", 3, None, "讲解平台注册"),
    "走访 新风社区，昨天，讲解平台注册，３人": (XINFENG, "12-7", 3, None, "讲解平台注册"),
    "走访 12月3日 去新风社区 见了2位居民，帮3位老人注册": (XINFENG, "12-3", None, None, "见了2位居民，帮3位老人注册"),
    "走访 德胜 新风 3号 三人 换了联系人": (XINFENG, "12-3", 3, None, "换了联系人"),
    "走访 西里三区、官园 周五 发放宣传册": ("新街口街道西里三区社区、新街口街道官园社区", "12-4", None, None, "发放宣传册"),
    "走访 讲解注册 新风社区 3人": (XINFENG, "", 3, None, "讲解注册"),
    "走访 月坛街道月坛社区 12/3 下午3点 座谈": ("月坛街道月坛社区", "12-3", None, None, "下午3点 座谈"),
    "培训 德胜街道、月坛街道 12月3日 45人 主题：平台使用": ("德胜街道、月坛街道", "12-3", 45, None, "平台使用"),
    "培训 德胜 月坛 和牛街 上周三 共45人 平台使用": ("德胜街道、月坛街道、牛街街道", "12-2", 45, None, "平台使用"),
    "活动 新风社区 12月6日 新增用户 30 重阳敬老": (XINFENG, "12-6", None, 30, "重阳敬老"),
    "活动 新风社区 重阳敬老，80余人，现场新增实名用户30人": (XINFENG, "", 80, 30, "重阳敬老"),
    "群组 新风社区 新风便民群 120人": (XINFENG, "", 120, None, "新风便民群"),
    "走访 新风 月坛公园见面，13人家，3人": (XINFENG, "", 3, None, "月坛公园见面，13人家"),
    "培训 德胜 月坛 月底前补课 20人": ("德胜街道、月坛街道", "", 20, None, "月底前补课"),
    "走访 德胜街道德胜里讲解 昨天": ("德胜街道德胜里社区", "12-7", None, None, "讲解"),
    "走访 新风 3-5 号院；昨天；座谈": (XINFENG, "12-7", None, None, "3-5 号院；座谈"),
    "走访 今天去了新风社区和德胜里社区，给居民讲怎么注册，3人": (
        "德胜街道新风中直社区、德胜街道德胜里社区", "12-8", 3, None, "给居民讲怎么注册",
    ),
    "群组 月坛 月坛街道便民服务群 230人": ("月坛街道", "", 230, None, "月坛街道便民服务群"),
    "走访 新风\n12月3日\n3人\n内容：讲解\n结果：装好2户": (XINFENG, "12-3", 3, None, "讲解"),
    "走访 新风 5-6人 宣传": (XINFENG, "", 5, None, "宣传"),
    "走访 新风 1.5小时 入户宣传": (XINFENG, "", None, None, "1.5小时 入户宣传"),
    "走访 新风 昨天 1,200人 宣传": (XINFENG, "12-7", 1200, None, "宣传"),
    "走访 新风 昨天 宣传，1，200人": (XINFENG, "12-7", 1200, None, "宣传"),
    "走访 新风 宣传 20261203": (XINFENG, "12-3", None, None, "宣传"),
    "走访 新风 十二月三日 十五六人 宣传": (XINFENG, "12-3", 15, None, "宣传"),
    "走访 新风 12-3 户外宣传": (XINFENG, "12-3", None, None, "户外宣传"),
    "走访 新风 5-6 人宣传": (XINFENG, "", 5, None, "宣传"),
    "走访 12.3去新风社区 宣传": (XINFENG, "12-3", None, None, "宣传"),
    "活动 新风 昨天 新增2个志愿岗 新增用户30 敬老": (XINFENG, "12-7", None, 30, "新增2个志愿岗 敬老"),
    "活动 新风 昨天 新增2个志愿岗": (XINFENG, "12-7", None, None, "新增2个志愿岗"),
    "活动 新风 昨天 敬老 新增3个用户": (XINFENG, "12-7", None, 3, "敬老"),
    "活动 新风 昨天 敬老 新增30,120人参加": (XINFENG, "12-7", 120, 30, "敬老"),
    "活动 新风 昨天 敬老 拉新1,200个": (XINFENG, "12-7", None, 1200, "敬老"),
    "培训 天桥 广内 昨天 30人 使用": ("天桥街道、广安门内街道", "12-7", 30, None, "使用"),
    "培训 天桥 平台使用 昨天 30人": ("天桥街道", "12-7", 30, None, "平台使用"),
    "培训 天桥 月坛公园 昨天 30人 使用": ("天桥街道", "12-7", 30, None, "月坛公园 使用"),
    "走访 新风社区 讲解平台 昨天下午3人": (XINFENG, "12-7", 3, None, "讲解平台"),
    "走访 新风社区 讲解平台 12月3日45人": (XINFENG, "12-3", 45, None, "讲解平台"),
    "走访 新风社区 昨天晚上3人 讲解": (XINFENG, "12-7", 3, None, "讲解"),
    "走访 新风社区 12月3日上午3名居民 讲解": (XINFENG, "12-3", 3, None, "讲解"),
    "走访 昨天下午去新风社区 讲解 下午2人": (XINFENG, "12-7", 2, None, "讲解"),
    "走访 昨天上午新风社区 讲解": (XINFENG, "12-7", None, None, "讲解"),
    "走访 新风社区 昨天下午3点 2人 讲解": (XINFENG, "12-7", 2, None, "下午3点 讲解"),
    "走访 新风社区 昨天下午值班 讲解": (XINFENG, "12-7", None, None, "下午值班 讲解"),
    "走访 新风社区 昨天 2位居民装好了": (XINFENG, "12-7", None, None, "2位居民装好了"),
    "培训 德胜街道 今天上午 四十五人 平台使用": ("德胜街道", "12-8", 45, None, "平台使用"),
    "群组 新风社区 新风便民2群（120人）": (XINFENG, "", 120, None, "新风便民2群"),
    "群组 新风社区 新风便民2群(共120人) 今天": (XINFENG, "12-8", 120, None, "新风便民2群"),
    "群组 新风社区 新风便民2群 群里有120人": (XINFENG, "", 120, None, "新风便民2群"),
    "群组 新风社区 新风便民2群（一期），现有120人": (XINFENG, "", 120, None, "新风便民2群（一期）"),
    "走访 新风社区 12月3日（周四）下午3人 讲解": (XINFENG, "12-3", 3, None, "讲解"),
    "走访 新风社区 讲解（昨天）（2人请假）": (XINFENG, "12-7", None, None, "讲解 （2人请假）"),
    "走访 新风 11月24日 四个人 讲解": (XINFENG, "11-24", 4, None, "讲解"),
    "走访 新风社区今天三个人讲解平台": (XINFENG, "12-8", 3, None, "讲解平台"),
    "走访 新风 两位老人 讲解": (XINFENG, "", 2, None, "讲解"),
    "走访 新风 昨天 3个人信息表": (XINFENG, "12-7", None, None, "3个人信息表"),
    "走访 新风 一百二十人 讲解": (XINFENG, "", 120, None, "讲解"),
    "走访 新风 十几个人 讲解": (XINFENG, "", 10, None, "讲解"),
    "走访 新风 5、6个人 讲解": (XINFENG, "", 5, None, "讲解"),
    "走访 新风 3": (XINFENG, "", 3, None, ""),
    "培训 德胜 昨天 45名学员左右 使用": ("德胜街道", "12-7", 45, None, "使用"),
    "活动 新风 昨天 没有新增 讲座": (XINFENG, "12-7", None, 0, "讲座"),
    "活动 新风 昨天 新增用户：无，讲座": (XINFENG, "12-7", None, 0, "讲座"),
    "活动 新风 昨天 新增三十户 讲座": (XINFENG, "12-7", None, 30, "讲座"),
    "活动 新风 昨天 新增用户十分积极": (XINFENG, "12-7", None, None, "新增用户十分积极"),
    "活动 新风 昨天 30": (XINFENG, "12-7", None, None, ""),
    "走访 新风 没有新增 讲解": (XINFENG, "", None, None, "没有新增 讲解"),
    "走访 新风 讲解 周一至周五开放时间": (XINFENG, "", None, None, "讲解 周一至周五开放时间"),
    "走访 新风 12月3日 周四 讲解": (XINFENG, "12-3", None, None, "周四 讲解"),
    "走访 新风社区，时间：11月8日，人数：3人，内容：讲解平台": (XINFENG, "11-8", 3, None, "讲解平台"),
    "走访 社区：新风社区\n时间：11月8日\n人数：3\n内容：讲解平台": (XINFENG, "11-8", 3, None, "讲解平台"),
    "走访 内容：讲解平台\n参加人数：三人\n日期：11-8\n社区：新风": (XINFENG, "11-8", 3, None, "讲解平台"),
    "走访 社区：新风、德胜里 走访时间：昨天上午9点 事项：讲解": (
        "德胜街道新风中直社区、德胜街道德胜里社区", "12-7", None, None, "上午9点 讲解",
    ),
    "走访 新风 12月3日 时间：上午9点 人数：3 内容：讲解": (XINFENG, "12-3", 3, None, "上午9点 讲解"),
    "走访 地点：新风社区 时间：12月3日（周四）下午 内容：讲解": (XINFENG, "12-3", None, None, "讲解"),
    "群组 社区：新风 群名：新风便民群 人数：120": (XINFENG, "", 120, None, "新风便民群"),
    "走访 新风 昨天 讲解，主题：防诈": (XINFENG, "12-7", None, None, "讲解，主题：防诈"),
    "走访 槐林里社区 今天 座谈": ("", "", None, None, "今天 座谈"),
}  # fmt: skip


@pytest.mark.parametrize("words", SAID)
def test_one_message_is_enough(words: str) -> None:
    kind, _, rest = words.partition(" ")
    draft = read(rest, kind, REAL, TODAY)
    if words.startswith("走访 槐林里"):
        assert draft.word == "槐林里社区"
        assert (draft.day, draft.text) == (TODAY, "座谈")
    else:
        assert told(draft) == SAID[words]


def test_a_place_that_is_not_clear_is_answered_by_number_or_by_name() -> None:
    draft = read("新风 今天 座谈", "走访", SMALL, TODAY)
    assert [spot.bare for spot in draft.unclear] == ["新风一", "新风二"]
    for answer in ("2", "新风二", "西桥街道新风", "２"):
        assert told(answered(draft, answer, SMALL, TODAY), SMALL)[0] == "西桥街道新风二社区"
    with pytest.raises(OpsError, match="没有看懂"):
        answered(draft, "9", SMALL, TODAY)


def test_one_place_of_two_may_be_unclear() -> None:
    draft = read("槐树里、新风 今天 座谈", "走访", SMALL, TODAY)
    for answer in ("1", "新风一"):
        assert told(answered(draft, answer, SMALL, TODAY), SMALL)[0] == "东桥街道槐树里社区、东桥街道新风一社区"
    with pytest.raises(OpsError, match="“新风”和“新风”都不止一个地方"):
        read("新风、新风 今天", "走访", SMALL, TODAY)


def test_an_answer_adds_what_was_missing_and_changes_nothing_else() -> None:
    draft = read("新风社区 12月3日", "活动", REAL, TODAY)
    assert draft.missing() == ["新增用户多少人", "活动内容"]
    draft = answered(draft, "30", REAL, TODAY)
    assert told(answered(draft, "重阳敬老", REAL, TODAY)) == (XINFENG, "12-3", None, 30, "重阳敬老")
    assert answered(read("新风 12月3日 敬老", "活动", REAL, TODAY), "没有", REAL, TODAY).new_users == 0
    whole = answered(read("", "培训", REAL, TODAY), "德胜、月坛 45人 平台使用", REAL, TODAY)
    assert whole.missing() == []


@pytest.mark.parametrize(
    ("words", "answer", "text"),
    [
        ("新风 12月3日", "今天路滑，入户讲解平台使用", "今天路滑，入户讲解平台使用"),
        ("新风 12月3日", "昨天约好的那户，讲解平台，3人", "昨天约好的那户，讲解平台"),
        ("新风 12月3日", "12月3日，新风社区，讲解", "讲解"),
        ("新风 12月3日", "德胜里社区的老人来咨询", "德胜里社区的老人来咨询"),
        ("新风 12月3日", "月坛公园见面", "月坛公园见面"),
    ],
)
def test_an_answer_never_changes_the_day_or_the_place_that_was_told(words: str, answer: str, text: str) -> None:
    draft = answered(read(words, "走访", REAL, TODAY), answer, REAL, TODAY)
    assert (told(draft)[:2], draft.text) == ((XINFENG, "12-3"), text)


@pytest.mark.parametrize("answer", ["12月4日，讲解", "讲解 昨天", "德胜里社区 讲解", "德胜里 3人 讲解"])
def test_an_answer_with_another_day_or_place_is_refused(answer: str) -> None:
    with pytest.raises(OpsError, match="没有记：前面写的是"):
        answered(read("新风 12月3日", "走访", REAL, TODAY), answer, REAL, TODAY)


def test_where_no_day_was_told_an_answer_may_tell_it() -> None:
    draft = read("新风", "走访", REAL, TODAY)
    for answer in ("昨天，讲解", "昨天下午3人，讲解", "讲解，昨天"):
        assert told(answered(draft, answer, REAL, TODAY, assumed=TODAY))[1::3] == ("12-7", "讲解"), answer
    assert answered(draft, "今天路滑，讲解", REAL, TODAY, assumed=TODAY).text == "今天路滑，讲解"
    with pytest.raises(OpsError, match="“昨天”是不是办的那一天，没有看懂。请先写日期"):
        answered(draft, "昨天约好的那户，讲解", REAL, TODAY, assumed=TODAY)


@pytest.mark.parametrize(
    ("kind", "answer", "counts"),
    [
        ("培训", "45个人", (45, None)), ("培训", "大概四十五人", (45, None)), ("培训", "40-50人", (40, None)),
        ("活动", "没有新增", (None, 0)), ("活动", "零", (None, 0)), ("活动", "十个", (None, 10)),
    ],
)  # fmt: skip
def test_a_count_is_answered_as_people_say_it(kind: str, answer: str, counts: tuple[int | None, int | None]) -> None:
    draft = answered(read("新风 昨天 使用", kind, REAL, TODAY), answer, REAL, TODAY)
    assert (draft.people, draft.new_users, draft.text) == (*counts, "使用")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("新风 时间：上周 内容：讲解", "“时间：上周”没有看懂，没有记。请写日期，例如：时间：12月3日"),
        ("新风 人数：若干 讲解", "“人数：若干”没有看懂"),
        ("社区：新丰 讲解", "没有叫“新丰”的街道或社区"),
        ("新风 日期：11月16日-18日 讲解", "“11月16日-18日”不止一天"),
        ("新风 日期：11月31日 讲解", "没有“11月31日”这一天"),
    ],
)
def test_a_named_value_that_cannot_be_read_is_refused(words: str, why: str) -> None:
    with pytest.raises(OpsError, match=why):
        read(words, "走访", REAL, TODAY)


def test_nobody_is_no_count() -> None:
    with pytest.raises(OpsError, match="人数写的是 0"):
        read("新风 昨天 0人 讲解", "走访", REAL, TODAY)
    with pytest.raises(OpsError, match="人数写的是 0"):
        answered(read("新风 昨天 使用", "培训", REAL, TODAY), "0", REAL, TODAY)


@pytest.mark.parametrize(
    "days",
    [
        "11月16日-11月18日", "11月16日至18日", "11月16-18日", "11月16-18", "16日到18日", "11.16-11.18", "11-16至11-18",
        "昨天和今天", "周一到周三", "11月16日、17日",
    ],
)  # fmt: skip
def test_a_record_is_of_one_day(days: str) -> None:
    for words in (f"新风 {days} 讲解", f"新风 讲解 {days}"):
        with pytest.raises(OpsError, match=f"“{days}”不止一天"):
            read(words, "走访", REAL, TODAY)
    with pytest.raises(OpsError, match="“12月3日、周五”不止一天"):
        read("新风 12月3日，周五 讲解", "走访", REAL, TODAY)


def test_a_community_is_not_looked_for_in_another_street() -> None:
    with pytest.raises(OpsError, match="东桥街道槐树里社区不在西桥街道"):
        read("西桥街道槐树里社区 今天 座谈", "走访", SMALL, TODAY)


@pytest.mark.parametrize("word", ["椿数", "展览馆", "广南街道", "新风中心"])
def test_a_word_among_the_places_that_may_be_a_mistyped_one_is_asked_back(word: str) -> None:
    for told in (f"天桥 {word} 昨天 30人 使用", f"天桥 {word} 30人 使用"):
        with pytest.raises(OpsError, match=f"没有叫“{word}”的街道或社区。.*没有记，请核对后重新发"):
            read(told, "培训", REAL, TODAY)


DAYS = {
    "今天": "2026-12-08", "昨天": "2026-12-07", "大前天": "2026-12-05", "12月3日": "2026-12-03", "12-3": "2026-12-03",
    "12.3": "2026-12-03", "11月30号": "2026-11-30", "3号": "2026-12-03", "30日": "2026-11-30", "周一": "2026-12-07",
    "周二": "2026-12-08", "周五": "2026-12-04", "上周五": "2026-12-04", "本周五": "2026-12-11", "12月20日": "2026-12-20",
    "下周三": "2026-12-16", "上上周五": "2026-11-27", "十二月三日": "2026-12-03", "二月十号": "2026-02-10",
    "20261203": "2026-12-03", "12.3号": "2026-12-03", "2026年12月3日": "2026-12-03", "2025-12-3": "2025-12-03", "明天": "2026-12-09",
}  # fmt: skip


@pytest.mark.parametrize("words", DAYS)
def test_days_of_what_is_done_are_the_last_that_fit(words: str) -> None:
    found = day_at(words, 0, TODAY)
    assert found
    assert found[0].isoformat() == DAYS[words]
    assert found[1] == len(words)


def test_the_end_of_the_year_lies_behind_in_january() -> None:
    found = day_at("12月30日", 0, date(2027, 1, 4))
    assert found
    assert found[0] == date(2026, 12, 30)
    for words in ("3号楼", "12月3号楼", "99号", "13-2", "5-6人", "1.5 小时", "12月30人"):
        assert day_at(words, 0, TODAY) is None, words


@pytest.mark.parametrize("words", ["2月30日", "11月31日", "2月29日", "31号", "20261131", "十三月一日", "2026-02-30"])
def test_what_is_said_as_a_day_and_is_none_never_passes_for_today(words: str) -> None:
    for told in (f"新风 {words} 座谈", f"新风 座谈 {words}"):
        with pytest.raises(OpsError, match=f"没有“{words}”这一天"):
            read(told, "走访", REAL, TODAY)


def test_every_community_is_understood_alone_and_after_its_street() -> None:
    streets = {spot.code: spot for spot in REAL.places}
    lost = []
    for spot in REAL.below(REAL.places[0]):
        forms = {spot.name, spot.shown, spot.bare}
        for words in (*forms, *(f"{streets[spot.parent].name}{form}" for form in forms)):
            if read(f"{words} 昨天 3人 讲解", "走访", REAL, TODAY).places != (spot,):
                lost.append(words)
    assert lost == []
