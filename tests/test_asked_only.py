"""What is asked is not done, and of several numbers each is done or none."""

from __future__ import annotations

from datetime import datetime

import pytest
from publishing_kit import drafted
from stage import Stage

from bot.commands import COMMANDS, find
from bot.commands.table import Ask, Command
from content import control
from content.clock import SHANGHAI
from content.errors import OpsError
from content.models import Person, State
from scheduler import alarm
from scheduler.alarm import ringing

ACTING = [entry for entry in COMMANDS if entry.acts and not entry.questions]
NOW = datetime(2026, 12, 1, tzinfo=SHANGHAI)
NOT_DONE = "这一句像是在问，没有办。"


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    stage.hire()
    stage.later(hours=1)
    return stage


@pytest.mark.one_database
@pytest.mark.parametrize("ending", [" 12 可以吗", " 12 行不行？", "？", " 12 没有吧"])
@pytest.mark.parametrize("entry", ACTING, ids=lambda entry: entry.names[0])
def test_no_command_that_acts_is_reached_by_a_question(entry: Command, ending: str) -> None:
    person = Person(name="甲", role=entry.roles[0], party="")
    found = find(f"{entry.names[0]}{ending}", person, lambda: None, NOW)
    with pytest.raises(OpsError, match=NOT_DONE):
        found.command.answer(Ask(None, person, "", found.rest, NOW, (), None, None, None))  # type: ignore[arg-type]


def test_whoever_asks_hears_that_nothing_was_done_and_how_it_would_be(staffed: Stage) -> None:
    ringing_now(staffed, 1)
    assert staffed.say("运营", "暂停？") == (
        f"{NOT_DONE}要办请直接写，不写成问句，例如：暂停 等街道核实。怎么用请发：帮助 暂停"
    )
    for words in ("收到 1 吗", "收到 1？", "处理完 1 没有吧", "处理完 1 了没有"):
        assert NOT_DONE in staffed.say("运营", words), words
    with staffed.parts.store.reading() as session:
        assert control.paused_because(session) == ""
        assert [one.taken_at for one in ringing(session)] == [None]


def test_a_record_a_group_and_a_ticket_stay_as_they_are_at_a_question(staffed: Stage) -> None:
    for words in ("作废 1 吗", "群组解散 1 吗", "撤稿 1 要撤吗", "删评 3 可以删吗", "异常 3 正常吗", "解绑？"):
        assert NOT_DONE in staffed.say("运营", words), words
    staffed.say("居民", "我家没饭吃了，救命")
    staffed.say("运营", "工单 1")
    assert "像是在问，没有办" in staffed.say("运营", "工单 1 关闭 可以吗")
    assert "等人答复的工单 1 张" in staffed.say("运营", "工单")


def ringing_now(stage: Stage, count: int) -> None:
    with stage.parts.store.transaction() as session:
        for number in range(1, count + 1):
            alarm.ring(session, f"outside:article:{number}", f"外来的{number}。", now=stage.now)


@pytest.mark.parametrize("words", ["2 3", "2、3", "告警2 告警3", "2和3", "２，３ 谢谢", "2 3 3"])
def test_several_alarms_are_taken_and_settled_each(staffed: Stage, words: str) -> None:
    ringing_now(staffed, 3)
    took = staffed.say("运营", f"收到 {words}")
    assert [line[:3] for line in took.splitlines()] == ["告警2", "告警3"]
    assert staffed.say("运营", f"处理完 {words}").count("已记为处理完") == 2
    assert staffed.alarms() == ["外来的1。"]


def test_of_several_alarms_one_that_is_over_stops_no_other_and_words_stop_all(staffed: Stage) -> None:
    ringing_now(staffed, 2)
    assert "请写是哪一条告警，只写编号，例如：处理完 3" in staffed.say("运营", "处理完 1 2 都好了")
    assert len(staffed.alarms()) == 2
    told = staffed.say("运营", "处理完 9 2").splitlines()
    assert told == ["告警9 已经结束，或没有这条。", "告警2 已记为处理完：外来的2。"]


@pytest.mark.parametrize(
    "words",
    ["作废 1 2 重复了", "作废 1、2", "撤稿 1 2 日期写错", "撤稿 1和2 日期写错", "送审 1 2", "已发 1 2", "删评 3 4 骂人", "照片 1 2",
     "确认填报 1 2", "退回填报 1 2 不对", "工单 1 2 关闭 电话答复", "异常 1 2 正常", "放行 1 2 机构原名", "更正 1 2 周五→周六 错了"],
)  # fmt: skip
def test_a_second_number_is_never_left_undone_nor_taken_for_a_reason(staffed: Stage, words: str) -> None:
    number = drafted(staffed, minutes=300)
    assert "一次只办一个编号，没有办。请一个一个发，例如：" in staffed.say("运营", words)
    assert staffed.state(number) == State.SCHEDULED


@pytest.mark.parametrize("words", ["3号9点", "12-05 20:00", "20:00", "9 点半", "2026年12月5日9点", "12 月 5 日 9点"])
def test_a_time_that_begins_with_a_number_is_no_second_number(staffed: Stage, words: str) -> None:
    drafted(staffed, minutes=300)
    assert "一次只办一个编号" not in staffed.say("运营", f"排期 1 {words}")
