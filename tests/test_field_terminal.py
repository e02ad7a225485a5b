"""`wxops record`: the same rules as by message, with rows for other programs."""

from __future__ import annotations

import json
from pathlib import Path

from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture
from test_recorded import run


def record(stage: Stage, *words: str) -> tuple[int, str]:
    return run(stage, *words, command="record")


def test_field_work_is_recorded_listed_corrected_proved_and_voided(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    added = record(district, "add", "走访", "老槐树", "今天", "3人", "王女士13800138000", "--by", "小东")
    assert added == (0, "已记下。走访记录 1 12月1日 东桥街道槐树里社区 王女士138****8000，3 人，材料 0/1")
    assert record(district, "add", "走访", "老槐树", "今天", "又去", "--by", "小东")[0] == 4
    assert record(district, "add", "走访", "老槐树", "今天", "又去", "--again", "--by", "小东")[0] == 0
    (tmp_path / "现场.png").write_bytes(png("scene"))
    assert record(district, "prove", "1", str(tmp_path / "现场.png"), "--by", "小东") == (
        0,
        "已收下 1 份，附在走访记录1上。",
    )
    assert record(district, "correct", "1", "4人", "--by", "运营") == (0, "记录1已更正：人数 3→4。")
    rows = json.loads(record(district, "list", "--json")[1])
    assert [(row["number"], row["people"], row["complete"], row["flags"]) for row in rows] == [
        (2, None, False, ["同一天同一地点还有记录1"]),
        (1, 4, True, ["同一天同一地点还有记录2"]),
    ]
    assert rows[1]["text"] == "王女士138****8000"
    whole = json.loads(record(district, "show", "1", "--json")[1])[0]
    assert whole["text"] == "王女士13800138000"
    assert [event["by"] for event in whole["trail"]] == ["小东", "运营"]
    assert "1 份，要 1 份\n  现场.png  .wxops/evidence/" in record(district, "show", "1")[1]
    assert "已作废" in record(district, "void", "2", "--why", "重复", "--by", "小东")[1]
    assert (
        len(
            json.loads(record(district, "list", "--place", "东桥", "--kind", "走访", "--month", "2026-12", "--json")[1])
        )
        == 2
    )


def test_the_terminal_keeps_to_the_same_rules(district: Stage) -> None:  # noqa: F811
    assert record(district, "add", "走访", "老槐树", "今天", "座谈", "--by", "小东")[0] == 0
    assert "没有记录1，或者不在您负责的地方" in record(district, "void", "1", "--why", "x", "--by", "小西")[1]
    assert "不归小西负责" in record(district, "add", "走访", "老槐树", "座谈", "--by", "小西")[1]
    assert "还差：做了什么" in record(district, "add", "走访", "老槐树", "--by", "小东")[1]
    assert "有几个" in record(district, "add", "走访", "新风", "座谈", "--by", "运营")[1]
    assert "没有“巡查”这一类" in record(district, "add", "巡查", "新风", "--by", "运营")[1]
    assert "没有名叫" in record(district, "add", "走访", "老槐树", "座谈")[1]
    assert record(district, "list", "--by", "小西") == (0, "没有记录。")
    assert record(district, "show", "1", "--by", "新来")[0] == 4
