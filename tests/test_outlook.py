"""What would become of each post by itself: `wxops due` and 待发 are the dry run."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from publishing_kit import NIGHT, approved, drafted
from stage import Stage
from terminal_kit import wxops

from content import control
from content.models import Post
from scheduler.drafts import LOST
from scheduler.models import Publication


@pytest.fixture
def month(stage: Stage) -> Stage:
    """One post that is scheduled, one whose draft comes later, one in review, one with a step by hand."""
    stage.at(NIGHT.replace(hour=9))
    drafted(stage, "01-a", notify="推送", minutes=60)
    approved(stage, "02-b", due=stage.now + timedelta(days=3))
    stage.submit(stage.write("03-c", due=stage.now + timedelta(days=4)))
    approved(stage, "04-d", due=stage.now + timedelta(hours=20), by_hand="[合集]")
    stage.ticks.slow_rest()
    return stage


def test_the_terminal_says_what_happens_next_what_is_missing_and_what_is_done_by_hand(month: Stage) -> None:
    lines = wxops(month, "due", "--days", "7").stdout.split("\n")
    assert lines[:2] == ["2026-12-02 10:00  推送  1 01-a（已排期）", "    到时间自动推送。"]
    assert lines[2] == "2026-12-03 05:00  不推送  4 04-d（草稿已建，有手工项（合集），要在后台发表）"
    assert lines[3].startswith("    1. ")
    assert "关掉“群发通知”" in "".join(lines)
    assert lines[-5:] == [
        "2026-12-05 09:00  不推送  2 02-b（待定稿）",
        "    2026-12-04 09:00 建草稿，到时间自动发表，不推送。",
        "2026-12-06 09:00  推送  3 通知03-c（待定稿，还差 3 未通过）",
        "    差：文章3“通知03-c”等初审（没有能审的人，要有一位编辑），审的人请回复：同意 3-1",
        "",
    ]


def test_days_bound_what_is_listed_and_json_says_the_same(month: Stage) -> None:
    rows = json.loads(wxops(month, "due", "--days", "1", "--json").stdout)
    assert [(row["articles"][0]["number"], row["held"], row["next"]) for row in rows] == [
        (1, "", "到时间自动推送"),
        (4, "有手工项（合集），要在后台发表", ""),
    ]
    assert rows[1]["steps"][0].startswith("1. ")


def test_by_message_it_is_said_in_a_line_each(month: Stage) -> None:
    month.hire()
    assert month.say("运营", "待发").split("\n") == [
        "待发 4 次：",
        "2026-12-02 10:00 推送 1 01-a（已排期）",
        "2026-12-03 05:00 不推送 4 04-d（草稿已建，有手工项（合集），要在后台发表）",
        "2026-12-05 09:00 不推送 2 02-b（待定稿）",
        "2026-12-06 09:00 推送 3 通知03-c（待定稿）",
        "　差：文章3“通知03-c”等初审（编辑），审的人请回复：同意 3-1",
        "按“发表”的步骤请发：文章 编号",
    ]


def test_what_holds_a_post_is_named(stage: Stage) -> None:
    number = drafted(stage, "01-a")

    def line() -> str:
        return wxops(stage, "post", "list").stdout

    with stage.parts.store.transaction() as session:
        control.pause(session, by="运营", now=stage.now)
    assert "自动发布已暂停" in line()
    stage.later(hours=4)
    assert f"晚了太久，等人确认：补发 {number}" in line()
    with stage.parts.store.transaction() as session:
        session.get_one(Publication, stage.publication(number).id).doubt = LOST
    assert LOST in line()
    with stage.parts.store.transaction() as session:
        session.get_one(Post, stage.post(number).id).by_hand = "合集"
    assert "有手工项（合集）" in line()
