"""Over a day on which places changed: what was done before it stays counted and seen, and each day has its own names."""

from __future__ import annotations

import json

from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_place_changes import AT, INTO, changing, place  # noqa: F401 - the fixture
from test_recorded import run

from scheduler import effect_field
from scheduler.counting import COUNTS
from scheduler.effect_periods import CONTRACT, MONTHLY, Span

SPAN = Span(MONTHLY, "2026-11", 15, CONTRACT)  # to 14 December: the split is in it


def record(stage: Stage, *words: str, by: str = "小东") -> str:
    code, told = run(stage, *words, "--by", by, command="record")
    assert code == 0, told
    return told


def test_what_was_done_before_a_split_stays_its_streets(changing: Stage) -> None:  # noqa: F811
    record(changing, "add", "培训", "老槐树", "11月20日", "30人", "平台使用")
    record(changing, "add", "走访", "老槐树", "11月20日", "座谈")
    place(changing, "split", "老槐树", *INTO, *AT)
    with changing.parts.store.reading() as session:
        assert COUNTS["trainings"](session, SPAN.first, SPAN.last).lacks == ["西桥街道"]
        east, west = effect_field.streets(session, SPAN, effect_field.work(session, SPAN)).rows
    told = ("communities", "visited", "走访", "培训")  # each of the new ones was reached
    assert [[row[name] for name in told] for row in (east, west)] == [[4, 2, 1, 1], [2, 0, 0, 0]]


def listed(stage: Stage, *words: str) -> list[int]:
    code, told = run(stage, "list", *words, "--json", command="record")
    assert code == 0, told
    return [row["number"] for row in json.loads(told)]


def test_what_was_recorded_before_a_split_is_still_seen(changing: Stage) -> None:  # noqa: F811
    """By the street, by each new community, by their liaisons; not by those of the other communities."""
    record(changing, "add", "走访", "老槐树", "11月20日", "座谈", by="运营")
    record(changing, "add", "走访", "北街", "11月20日", "座谈", by="运营")
    place(changing, "split", "老槐树", *INTO, *AT)
    assert run(changing, "assign", "新来", "槐西", "--from", "2026-12-01", command="person")[0] == 0
    assert listed(changing, "--place", "东桥街道") == [2, 1]
    assert listed(changing, "--place", "槐东") == [1]
    assert listed(changing, "--place", "新风一") == []
    assert listed(changing, "--by", "小东") == [2, 1]
    assert listed(changing, "--by", "新来") == [1]
    assert "走访记录1（11月20日，东桥街道槐树里社区）" in changing.say("小东", "记录 1")


def test_the_old_community_that_goes_on_keeps_its_records_to_itself(changing: Stage) -> None:  # noqa: F811
    record(changing, "add", "走访", "老槐树", "11月20日", "座谈", by="运营")
    place(changing, "split", "老槐树", "--into", "1101=槐树里社区居委会", "--into", "1105=槐西社区居委会", *AT)
    assert run(changing, "assign", "新来", "槐西", "--from", "2026-12-01", command="person")[0] == 0
    assert listed(changing, "--by", "新来") == []
    assert listed(changing, "--place", "槐树里") == [1]


def test_what_is_entered_late_is_read_by_the_names_of_its_day(changing: Stage) -> None:  # noqa: F811
    """By message and at the terminal; a place that was not there on the day is refused, with what was there."""
    place(changing, "split", "老槐树", *INTO, *AT)
    assert "走访记录1（11月21日，东桥街道槐树里社区）" in changing.say("小东", "走访 老槐树 11月21日 座谈")
    assert "还差：做了什么" in changing.say("小东", "走访 北街、老槐树 11月22日")
    assert "走访记录2（11月22日，东桥街道槐树里社区、东桥街道北街社区）" in changing.say("小东", "讲解注册")
    assert "已记下" in record(changing, "add", "走访", "槐树里", "11月23日", "座谈")
    assert "走访记录4（12月1日，东桥街道槐东社区）" in changing.say("小东", "走访 槐东 座谈")
    refused = "11月24日没有槐东社区，那天是槐树里社区。请按那天的地名写，没有记。"
    assert changing.say("小东", "走访 槐东 11月24日 座谈") == refused
    assert "没有叫“槐东”的街道或社区" in changing.say("小东", "走访 北街、槐东 11月24日 座谈")
    assert changing.say("小东", "走访 更正 4 11月24日") == refused
    assert "12月1日没有槐树里社区，那天是槐东社区、槐西社区。" in changing.say("小东", "走访 更正 1 12月1日")
    by_terminal = ("--by", "小东")
    assert refused in run(changing, "add", "走访", "槐东", "11月24日", "座谈", *by_terminal, command="record")[1]
    assert refused in run(changing, "correct", "4", "日期改成11月24日", *by_terminal, command="record")[1]
    assert "已更正：地点 槐东社区→槐树里社区" in changing.say("小东", "走访 更正 4 11月24日 老槐树")
    assert "已更正" in changing.say("小东", "走访 更正 1 内容 调解")
