"""Field work by message: recorded by whoever is there for the place, asked back for what is missing, corrected with its trail."""

from __future__ import annotations

import itertools

from sqlalchemy import func, select
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture

from content import assignments
from content.gazetteer import gazetteer
from content.models import Event
from content.people import add_person, bind, person_named, revoke
from content.record_models import Record
from content.reviews import ROLES
from scheduler.counting import COUNTS

VISIT = "走访 槐树里社区 12月1日 3人 讲解平台注册"


def count(stage: Stage) -> int:
    with stage.parts.store.reading() as session:
        return session.scalar(select(func.count(Record.id))) or 0


def trail(stage: Stage, number: int = 1) -> list[tuple[str, str]]:
    with stage.parts.store.reading() as session:
        found = session.scalars(select(Event).where(Event.subject == f"record:{number}").order_by(Event.id))
        return [(event.by, event.why) for event in found]


def test_one_message_records_a_visit_and_says_what_was_understood(district: Stage) -> None:  # noqa: F811
    assert district.say("小东", VISIT) == (
        "已记下。走访记录1（12月1日，东桥街道槐树里社区，3 人）\n"
        "内容：讲解平台注册\n材料 0/1，小东记\n"
        "有错请发：走访 更正 1 改后的内容；不算请发：作废 1 原因\n"
        "请在 10 分钟内把照片或签到表作为图片发来，可以发几张，都附在走访记录1上。"
    )
    assert district.say("小东", "走访") == (
        "本月您记的走访 1 条：\n1 12月1日 东桥街道槐树里社区 讲解平台注册，3 人，材料 0/1\n"
        "看一条：记录 编号；补照片：照片 编号"
    )
    assert "没有写日期，按今天（12月1日）记。" in district.say("小东", "走访 新风一 查看公告栏")


def test_what_is_missing_is_asked_for_and_the_answer_completes_it(district: Stage) -> None:  # noqa: F811
    assert district.say("运营", "走访 新风 今天") == (
        "“新风”是哪一个？请回复编号或全名。\n1 东桥街道新风一社区\n2 西桥街道新风二社区\n不记了：算了"
    )
    assert "走访：西桥街道新风二社区，12月1日。\n还差：做了什么。" in district.say("运营", "2")
    district.later(minutes=20)
    assert "走访记录1（12月1日，西桥街道新风二社区）" in district.say("运营", "更换联系人")
    assert "还差：哪个街道或社区、多少人。" in district.say("运营", "培训 平台使用")
    assert "没有看懂。还差：哪个街道或社区、多少人" in district.say("运营", "嗯")
    assert "培训：东桥街道、西桥街道，12月1日，平台使用。\n还差：多少人。" in district.say("运营", "东桥、西桥")
    assert "培训记录2（12月1日，东桥街道、西桥街道，45 人）\n主题：平台使用" in district.say("运营", "45")
    assert "没有叫“槐林里社区”的街道或社区。是不是：东桥街道槐树里社区？" in district.say(
        "运营", "走访 槐林里社区 座谈"
    )
    assert "“走访”就此作罢" in district.say("运营", "算了")
    assert "是东桥街道的哪个社区？" in district.say("运营", "走访 东桥街道 座谈")
    assert "走访记录3（12月1日，东桥街道北街社区）" in district.say("运营", "北街")
    assert count(district) == 3


def test_the_day_that_was_told_stays_whatever_the_answer_says(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街 11月28日")
    told = district.say("小东", "今天路滑，入户讲解平台使用")
    assert told.startswith("已记下。走访记录1（11月28日，东桥街道北街社区）\n内容：今天路滑，入户讲解平台使用\n")
    district.say("小东", "走访 槐树里")
    assert "“昨天”是不是办的那一天，没有看懂" in district.say("小东", "昨天约好的那户，讲解")
    assert "走访记录2（12月1日" in district.say("小东", "今天，昨天约好的那户，讲解")
    district.say("小东", "走访 新风一")
    assert "走访记录3（11月30日" in district.say("小东", "昨天，讲解")


def test_another_record_without_a_blank_is_no_answer(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街")
    told = district.say("小东", "走访槐树里社区今天3人讲解注册")
    assert "已记下。走访记录1（12月1日，东桥街道槐树里社区，3 人）\n内容：讲解注册" in told
    assert told.endswith("（刚才的“走访”不再等您回答。）")
    district.say("小东", "走访 北街")
    assert "还差：培训主题" in district.say("小东", "培训东桥街道昨天30人")
    assert "培训记录2（11月30日，东桥街道，30 人）" in district.say("小东", "培训东桥街道居民用平台")
    district.say("小东", "走访 槐树里 今天 又去")
    assert "走访记录3（12月1日，东桥街道北街社区）" in district.say("小东", "走访北街社区今天讲解"), (
        "not asked of 槐树里"
    )
    district.say("小东", "走访 新风一")
    assert "走访记录4（12月1日，东桥街道新风一社区）\n内容：走访了2户老人" in district.say("小东", "走访了2户老人")
    district.say("小东", "走访 新风一 11月29日")
    assert "没有记：这一句像是另一次培训" in district.say("小东", "培训新风一社区5人使用")
    assert "没有记：这一句像是另一次走访" in district.say("小东", "昨天还走访北街社区2人")


def test_several_records_in_one_message_are_refused_and_none_is_swallowed(district: Stage) -> None:  # noqa: F811
    for words in (
        "走访 北街 11月18日 3人 讲解甲\n走访 槐树里 11月18日 2人 讲解乙",
        "走访 北街 11月18日 3人 讲解甲 \n\n培训 东桥街道 11月1日 45人 平台使用",
        "走访 北街 11月18日 3人 讲解甲；走访槐树里2人讲解乙",
        "走访 北街 11月18日 3人 讲解甲，走访 11月18日 槐树里 2人 讲解乙",
        "走访 北街 11月18日 3人 讲解甲 走访槐树里社区2人讲解乙",
        "走访 北街 11月18日 3人 讲解甲\n走访 槐花里社区 11月18日 2人 讲解乙",
        "走访 北街 11月18日 3人 讲解甲\n槐树里 11月18日 2人 讲解乙",
        "走访\n1、北街 11月18日 3人 讲解甲\n2、槐树里 11月18日 2人 讲解乙",
        "走访 北街 11月18日 3人 讲解甲\n填报 槐树里 注册用户 11月18日 12",
        "走访北街社区11月18日3人讲解\n走访槐树里社区11月18日2人讲解",
    ):
        assert "这一条里不止一条记录，都没有记" in district.say("小东", words), words
    district.say("小东", "走访 北街 今天")
    assert "都没有记" in district.say("小东", "讲解甲\n走访 槐树里 11月18日 2人 讲解乙")
    assert "走访记录1" in district.say("小东", "讲解平台，走访北街社区居民；走访低保户3户")
    assert "都没有记" in district.say("小东", "走访 更正 1 4人\n走访 更正 2 5人")
    assert "都没有记" in district.say("小东", "作废 1 记重了\n作废 2 记重了")
    assert "都没有记" in district.say("小东", "议事 北街社区 楼道堆物怎么管\n议事 槐树里社区 停车")
    assert "走访记录2" in district.say("小东", "走访 北街\n槐树里 11月29日 3人 讲解")
    assert count(district) == 2


def test_politeness_is_no_record_and_who_declines_is_let_alone(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街 今天")
    for words in ("好的", "谢谢", "知道了", "没有", "好的，谢谢！", "👍", "[微笑]", "做什么呢？"):
        assert district.say("小东", words).startswith("没有看懂。还差：做了什么，例如：走访"), words
    for words in ("不记了", "取消", "不用", "不记了：算了"):
        district.say("小东", "走访 北街 今天")
        assert district.say("小东", words) == "好的，“走访”就此作罢。"
        assert district.say("小东", "好的").startswith("好的。这一句没有办什么。")
    assert "还差：新增用户多少人" in district.say("小东", "活动 北街 今天 包饺子")
    assert "已记下。活动记录1" in district.say("小东", "没有")
    assert count(district) == 1


def test_what_is_asked_or_reminded_of_is_no_record(district: Stage) -> None:  # noqa: F811
    for words in (
        "走访北街社区今天去了吗？", "走访 北街 今天 座谈了吗", "活动北街昨天新增30户了吗", "培训东桥昨天45人到了吗？",
        "走访北街今天别忘了", "走访？",
    ):  # fmt: skip
        told = district.say("小东", words)
        assert told.startswith("这一句像是在问或提醒，没有记，也没有改。办过以后再记，例如："), words
    district.say("小东", VISIT)
    assert "没有改" in district.say("小东", "走访 更正 1 4人吗？")
    assert (count(district), len(trail(district))) == (1, 1)


def test_a_liaison_means_their_own_place_and_an_answer_after_midnight_the_day_of_the_question(district: Stage) -> None:  # noqa: F811
    assert "走访记录1（12月1日，东桥街道新风一社区）" in district.say("小东", "走访 新风 今天 座谈")
    district.later(hours=14, minutes=55)
    assert "走访：东桥街道北街社区，12月1日。\n还差：做了什么。" in district.say("小东", "走访 北街")
    district.later(minutes=10)
    assert "走访记录2（12月1日，东桥街道北街社区）" in district.say("小东", "夜里查看灯光")
    assert "没有叫“北树里社区”的街道或社区。是不是" in district.say("小东", "走访 更正 2 北树里社区")


def test_where_one_of_some_places_is_there_already_only_the_rest_may_be_recorded(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街 今天 座谈")
    asked = district.say("小东", "走访 北街、新风一、槐树里 今天 发宣传册")
    assert asked.startswith(
        "12月1日北街社区的走访您已经记过了（记录1）。只记新风一社区、槐树里社区请回复：其余；又办了一次请回复：是；"
    )
    assert "只记其余的，请回复：其余" in district.say("小东", "嗯嗯")
    assert "已记下。走访记录2（12月1日，东桥街道槐树里社区、东桥街道新风一社区）" in district.say("小东", "其余")


def test_a_correction_makes_no_second_record_of_one_visit(district: Stage) -> None:  # noqa: F811
    district.say("小东", "走访 北街 今天 座谈")
    district.say("小东", "走访 新风一 今天 座谈")
    told = district.say("小东", "走访 更正 2 北街")
    assert "走访您已经记过了（记录1）。没有改。确实又办了一次，请先作废记录2，再重新记一条。" in told
    district.say("小东", "走访 北街 今天 又去")
    assert "已记下。走访记录3" in district.say("小东", "是")
    assert "已更正：人数 没有写→4。" in district.say("小东", "走访 更正 3 4人")


def test_the_same_visit_twice_on_a_day_is_asked_back(district: Stage) -> None:  # noqa: F811
    district.say("小东", VISIT)
    asked = district.say("小东", "走访 老槐树 今天 又去座谈")
    assert asked.startswith("12月1日的这次走访您已经记过了（记录1）。又办了一次请回复：是；")
    assert count(district) == 1
    assert "又办了一次，请回复：是" in district.say("小东", "嗯嗯")
    told = district.say("小东", "是")
    assert "走访记录2" in told
    assert "同一天同一地点还有记录1" in told
    assert "走访记录3" in district.say("小东", "走访北街社区今天 座谈")
    assert district.say("小东", "走访完了").startswith("没有看懂")


def test_a_visit_that_somebody_else_recorded_is_asked_back_too(district: Stage) -> None:  # noqa: F811
    district.say("运营", VISIT)
    assert district.say("小东", "走访 北街、槐树里 今天 座谈") == (
        "12月1日槐树里社区的走访运营已经记过了（记录1）。只记北街社区请回复：其余；又办了一次请回复：是；不记了：算了"
    )
    assert count(district) == 1
    assert "走访记录2" in district.say("小东", "是")
    assert "已记下" in district.say("小东", "走访 槐树里 昨天 座谈"), "another day"
    assert "已记下" in district.say("小东", "培训 槐树里 今天 9人 使用"), "another kind"
    assert "小东已经记过了（记录3）。又办了一次请回复：是；要改那一条请发：走访 更正 3 " in district.say(
        "运营", "走访 槐树里 昨天 座谈"
    ), "an operator may correct it"


def test_days_ahead_are_refused_and_late_ones_are_flagged(district: Stage) -> None:  # noqa: F811
    assert district.say("小东", "走访 北街 12月2日 座谈") == "12月2日还没有到，办过以后再记。"
    assert "晚于 7 天录入" not in district.say("小东", "走访 北街 11月24日 座谈")
    assert "晚于 7 天录入" in district.say("小东", "走访 北街 11月23日 座谈")
    assert "人数超过" in district.say("小东", "走访 北街 999999人 座谈")
    assert "1500 个字以内" in district.say("小东", f"走访 北街 {'长' * 1501}")
    assert "最多 1000 个字" in district.say("小东", f"走访 北街 {'长' * 1001}")


def test_an_error_is_corrected_and_a_record_is_voided_with_its_trail_and_never_deleted(district: Stage) -> None:  # noqa: F811
    district.say("小东", VISIT)
    assert "已更正：人数 3→4；内容 讲解平台注册→讲解注册，发手册。" in district.say(
        "小东", "走访 更正 1 4人 讲解注册，发手册"
    )
    assert "已更正：地点 槐树里社区→北街社区；日期 2026-12-01→2026-11-30。" in district.say(
        "运营", "走访更正 1 北街 昨天"
    )
    assert "已更正：日期 2026-11-30→2026-11-29；人数 4→5。" in district.say(
        "小东", "走访 更正 1 人数改成5，日期改为11月29日"
    )
    assert "“人数”要改成什么没有看懂" in district.say("小东", "走访 更正 1 人数不对")
    assert "没有看出要改什么" in district.say("小东", "走访 更正 1")
    assert "不归小东负责" in district.say("小东", "走访 更正 1 新风二")
    assert "请写作废的原因" in district.say("小东", "作废 1")
    assert "记录1（11月29日走访）已作废" in district.say("小东", "走访 作废 1 记错了")
    assert "已经作废，不能再改" in district.say("小东", "走访 更正 1 5人")
    assert "已作废" in district.say("小东", "记录 1")
    assert trail(district) == [
        ("小东", "记下：走访"),
        ("小东", "更正：人数 3→4；内容 讲解平台注册→讲解注册，发手册"),
        ("运营", "更正：地点 槐树里社区→北街社区；日期 2026-12-01→2026-11-30"),
        ("小东", "更正：日期 2026-11-30→2026-11-29；人数 4→5"),
        ("小东", "作废：记错了"),
    ]
    assert count(district) == 1


def test_private_numbers_are_masked_in_messages(district: Stage) -> None:  # noqa: F811
    told = district.say("小东", "走访 北街 今天 王女士 13800138000 身份证11010519491231002X")
    for said in (told, district.say("小东", "走访"), district.say("小东", "记录"), district.say("小东", "记录 1")):
        assert "王女士 138****8000" in said
        assert "19491231" not in said
    changed = district.say("小东", "走访 更正 1 李女士 13900139000")
    assert "内容 王女士 138****8000 " in changed
    assert "→李女士 139****9000。" in changed
    assert "13900139000" not in changed
    assert "13800138000" in trail(district)[-1][1]
    assert "李女士 137****7000" in district.say("运营", "走访 今天 李女士 13700137000")


def test_what_counts_for_the_contract(district: Stage) -> None:  # noqa: F811
    for words in (
        "走访 槐树里、北街 今天 座谈",
        "走访 新风一 今天 座谈",
        "走访 新风二 今天 座谈",
        "培训 东桥、西桥 20人 使用",
    ):
        assert "已记下" in district.say("运营", words)
    district.say("运营", "作废 3 记错了")
    with district.parts.store.reading() as session:
        today = district.now.date()
        counts = [COUNTS[name](session, today, today).value for name in ("visits", "trainings", "events")]
    assert counts == [3, 1, None]


# who may --------------------------------------------------------------------------------------------------------------

WORDS = {
    "走访": "走访 槐树里 今天 座谈",
    "培训": "培训 东桥街道 今天 20人 平台使用",
    "活动": "活动 槐树里 今天 新增用户 3 敬老",
    "群组": "群组 槐树里 便民群 20人",
    "案例": "案例 槐树里 老楼装上电梯 链接 https://p.example.com/a",
    "评价": "评价 槐树里 今天 4.6分 32人",
    "走访更正": "走访 更正 1 9人",
    "走访作废": "走访 作废 1 原因",
    "作废": "作废 1 原因",
    "照片": "照片 1",
    "记录": "记录 1",
}
OTHERS = {"小西": "liaison", "新来": "liaison", "编辑": "editor", "复审": "reviewer", "主任": "chief", "路人": ""}


def test_who_is_not_there_for_a_place_neither_writes_nor_sees_anything_of_it(district: Stage) -> None:  # noqa: F811
    assert "已记下" in district.say("小东", "走访 槐树里 今天 2人 秘密的事")
    for who, (name, words) in itertools.product(OTHERS, WORDS.items()):
        told = district.say(who, words)
        if not OTHERS[who]:
            assert told.startswith("您好，感谢关注"), name
        elif OTHERS[who] != "liaison":
            assert told == f"“{name[:2]}”不归{ROLES[OTHERS[who]]}用。发“帮助”看能做什么。"
        elif "1" in words:
            assert told == "没有记录1，或者不在您负责的地方。看有哪些请发：记录"
        else:
            assert f"不归{who}负责，没有记。您负责哪里请发：我的社区" in told, name
        assert "秘密" not in told
    for who in OTHERS:
        assert "秘密" not in district.say(who, "记录") + district.say(who, "走访") + district.say(who, "我的社区")
    assert count(district) == 1
    assert trail(district) == [("小东", "记下：走访")]


def test_an_operator_does_it_for_all_and_a_liaison_sees_what_others_did_at_their_places(district: Stage) -> None:  # noqa: F811
    assert "已记下" in district.say("运营", WORDS["培训"])
    assert "培训 1 12月1日 东桥街道 平台使用" in district.say("小东", "记录")
    assert "本月还没有记录" in district.say("小西", "记录")
    assert district.say("小东", "作废 1 原因") == "记录1是运营记的，由本人或运营来改。"
    assert "记录1是运营记的" in district.say("小东", "培训 更正 1 9人")
    assert "记录1是运营记的" in district.say("小东", "照片 1")
    assert "东桥街道、西桥街道在12月1日不归小东" not in district.say("小东", "培训 东桥街道、西桥街道 9人 使用")
    assert count(district) == 1


def test_somebody_of_the_same_name_inherits_no_records(district: Stage) -> None:  # noqa: F811
    assert "已记下" in district.say("小东", VISIT)
    with district.parts.store.transaction() as session:
        revoke(session, person_named(session, "小东"), by="运营", now=district.now)
        person, code = add_person(session, "小东", "liaison", party="", company="", now=district.now)
        bind(session, code, "openid-小东", now=district.now)
        street = gazetteer(session, district.now.date()).named("东桥街道")
    assert "您还没有走访" in district.say("小东", "走访")
    assert "没有记录1，或者不在您负责的地方" in district.say("小东", "作废 1 原因")
    with district.parts.store.transaction() as session:
        person = person_named(session, "小东")
        assignments.assign(session, person, street, district.now.date(), None, by="运营", now=district.now)
    assert "材料 0/1，小东记" in district.say("小东", "记录 1")
    assert "有错请发" not in district.say("小东", "记录 1")
    assert district.say("小东", "作废 1 原因") == "记录1是小东记的，由本人或运营来改。"
    assert "小东已经记过了（记录1）。又办了一次请回复：是；不记了：算了" in district.say("小东", VISIT)
    assert "走访记录2" in district.say("小东", "是")


def test_rights_follow_the_assignment_of_the_day(district: Stage) -> None:  # noqa: F811
    assert "已记下" in district.say("小东", "走访 槐树里 今天 座谈")
    with district.parts.store.transaction() as session:
        person = person_named(session, "小东")
        street = gazetteer(session, district.now.date()).named("东桥街道")
        assignments.end(session, person, street, district.now.date(), by="运营", now=district.now)
    district.later(days=1)
    assert "不归小东负责" in district.say("小东", "走访 北街 今天 座谈")
    assert "已记下" in district.say("小东", "走访 北街 昨天 座谈"), "what was done on a day of theirs"
    assert "本月记录 2 条" in district.say("小东", "记录"), "what they entered themselves"
    assert "本月还没有记录" in district.say("小西", "记录")
