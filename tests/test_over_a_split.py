"""Over a day on which places changed: what was done before it stays counted and seen, and each day has its own names."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from console_kit import House
from sqlalchemy import select
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_field_evidence import house  # noqa: F401 - the fixture
from test_place_changes import AT, INTO, changing, place  # noqa: F401 - the fixture
from test_places import SMALL, names, tick, write
from test_recorded import run
from test_visits import rows

from content.gazetteer import gazetteer
from content.lineage import lineage
from content.visit_models import PlannedVisit
from scheduler import effect_field, ledger
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


def test_the_page_narrowed_to_a_street_has_them_too(house: House) -> None:  # noqa: F811
    house.say("运营", "走访 老槐树 今天 座谈")
    house.later(days=1)
    place(house, "split", "老槐树", *INTO, "--from", "2026-12-02", "--document", "7号", "--by", "管理")
    desk = house.visitor("运营")
    assert "东桥街道槐树里社区" in desk.get("/console/records?month=2026-12&place=11").text
    assert "东桥街道槐树里社区" not in desk.get("/console/records?month=2026-12&place=12").text


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


def test_a_figure_by_hand_is_read_by_the_names_of_its_day(changing: Stage) -> None:  # noqa: F811
    place(changing, "split", "老槐树", *INTO, *AT)
    place(changing, "rename", "北街", "--to", "大北社区居委会", *AT)
    told = changing.say("小东", "填报 老槐树 注册用户 11月21日 700")
    assert "填报 1：2026-11-21 东桥街道槐树里社区 注册用户 700 人，小东填，待复核" in told
    refused = "11月24日没有槐东社区，那天是槐树里社区。请按那天的地名写，没有记。"
    typed = ("槐东", "注册用户", "11月24日", "700")
    assert changing.say("小东", f"填报 {' '.join(typed)}") == refused
    assert refused in run(changing, "add", *typed, "--by", "小东", command="figure")[1]
    assert "只能填报自己负责的" in changing.say("新来", "填报 老槐树 注册用户 11月22日 700")
    assert "东桥街道大北社区" in changing.say("小东", "填报 北街 注册用户 11月22日 700")
    assert "没有叫“老槐树”" in changing.say("小东", "填报 老槐树 注册用户 今天 700")
    assert "槐树里社区" in changing.say("主任", "填报")


def test_a_file_is_read_by_the_names_of_its_days(changing: Stage, tmp_path: Path) -> None:  # noqa: F811
    """A day before the split lacks none of the new communities; a new one before its day is refused in words."""
    place(changing, "split", "老槐树", *INTO, *AT)
    changing.later(days=1)

    def taken(*rows: str) -> tuple[int, str]:
        file = tmp_path / f"{len(rows)}.csv"
        file.write_text("\n".join(("街道,社区,日期,注册用户", *rows)), encoding="utf-8")
        return run(changing, "注册用户", str(file), "--by", "运营", command="import")

    early = "东桥,槐树里,2026-11-24,70", "东桥,北街,2026-11-24,5", "东桥,新风一,2026-11-24,6"
    code, told = taken(*early, "东桥,槐东,2026-12-02,30", "东桥,槐西,2026-12-02,41", "东桥,北街,2026-12-02,5")
    assert code == 0, told
    assert "这个文件里 2026-12-02 没有“注册用户”：东桥街道新风一社区（不记 0；台账里已有的数照算）" in told
    assert told.count("这个文件里") == 1
    with changing.parts.store.reading() as session:
        assert ledger.value_on(session, "registered", "place:1101", date(2026, 11, 24)) == 70
    code, told = taken(early[1], "东桥,槐东,2026-11-25,30")
    assert code == 1
    run(changing, "注册用户", str(tmp_path / "2.csv"), "--skip-bad", "--by", "运营", command="import")
    left = (tmp_path / "2-没收进的行.csv").read_text(encoding="utf-8-sig")
    assert "2026-11-25 还没有东桥街道槐东社区，请写那天的社区" in left


def test_a_file_with_the_old_name_of_a_community_that_was_renamed_is_read(changing: Stage, tmp_path: Path) -> None:  # noqa: F811
    place(changing, "rename", "北街", "--to", "大北社区居委会", *AT)
    file = tmp_path / "旧名.csv"
    rows = "\n".join(f"东桥,{name},2026-11-24,5" for name in ("北街社区", "槐树里", "新风一"))
    file.write_text(f"街道,社区,日期,注册用户\n{rows}", encoding="utf-8")
    code, told = run(changing, "注册用户", str(file), "--by", "运营", command="import")
    assert code == 0, told
    with changing.parts.store.reading() as session:
        assert ledger.value_on(session, "registered", "place:1103", date(2026, 11, 24)) == 5


KEPT = ("--into", "1101=槐甲社区居委会", "--into", "1105=槐西社区居委会")


def test_a_code_that_is_kept_has_its_new_name_from_the_day_on_and_is_found_by_the_old_one(
    changing: Stage,  # noqa: F811
) -> None:
    ahead = ("--from", "2027-01-20", "--document", "7号")
    code, told = run(changing, "split", "老槐树", *KEPT, *ahead, command="place")
    assert (code, "请到 2027-01-20 那天再运行" in told) == (4, True), told
    assert "槐树里社区" in names(changing)
    place(changing, "split", "老槐树", *KEPT, *AT)
    tick(changing)
    with changing.parts.store.reading() as session:
        known, line = gazetteer(session, date(2026, 12, 1)), lineage(session, date(2026, 12, 1))
    (kept,) = [spot for spot in known.places if spot.code == "1101"]
    assert known.named("槐甲") == known.named("槐树里") == known.named("老槐树") == kept
    assert (line.name_on(kept.id, date(2026, 11, 30)), kept.name) == ("槐树里社区居委会", "槐甲社区居委会")
    code, told = run(changing, "rename", "槐甲", "--to", "槐乙社区居委会", *AT, command="place")
    assert (code, "请从后一天起改名" in told) == (4, True), told


def test_a_table_from_before_a_split_does_not_undo_the_name_of_the_code_that_is_kept(
    changing: Stage,  # noqa: F811
) -> None:
    place(changing, "split", "老槐树", *KEPT, *AT)
    write(changing, SMALL)
    tick(changing)
    assert "槐甲社区" in names(changing)
    assert "places.csv 里还是旧的：1101 槐树里社区居委会（已经改名 槐甲社区居委会）。" in changing.alarms()[0]


def test_what_was_renamed_is_still_found_by_its_old_name_when_the_table_was_read_again(
    changing: Stage,  # noqa: F811
) -> None:
    place(changing, "rename", "北街", "--to", "大北社区居委会", *AT)
    tick(changing)
    with changing.parts.store.reading() as session:
        assert gazetteer(session, date(2026, 12, 1)).named("北街").name == "大北社区居委会"


def test_a_visit_that_was_not_made_before_a_split_ahead_is_the_new_ones_to_make(changing: Stage) -> None:  # noqa: F811
    """What is done until then counts for both."""
    with changing.parts.store.transaction() as session:
        for row in session.scalars(select(PlannedVisit)):
            row.day = date(2026, 12, 3)
    ahead = ("--from", "2027-01-20", "--document", "7号")
    assert "走访计划：给新的社区排了 2 次。" in place(changing, "split", "老槐树", *INTO, *ahead)
    merged = place(changing, "merge", "北街", "新风一", "--into", "1106=北风社区居委会", *ahead)
    assert "走访计划：给新的社区排了 1 次。" in merged
    planned = {row["place"]: row["planned"] for row in rows(changing, "list")}
    assert planned["东桥街道槐树里社区"] == planned["东桥街道北街社区"] == "2026-12-03"
    changing.later(days=2)
    record(changing, "add", "走访", "北街", "今天", "座谈")
    changing.later(days=49)
    found = {row["place"]: (row["planned"], row["state"]) for row in rows(changing, "list")}
    assert found["东桥街道槐东社区"] == found["东桥街道槐西社区"] == ("2027-01-20", "本周")
    assert found["东桥街道北风社区"][1] == "已走访"
    assert "东桥街道槐树里社区" not in found
