"""Drafts: made once from the frozen texts, brought up to date in place, and stopped when WeChat refuses the account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import (
    NIGHT,
    PUSH,
    approve,
    approved,
    child,
    deciding,
    died,
    drafted,
    handed_over,
    kill_at_call,
    out,
    pass_time,
    picture,
    speaks_of,
    write,
)
from stage import PNG, Stage

from bot.wiring import Parts
from content.models import State
from scheduler import settle
from scheduler.confirm import fail
from scheduler.jobs import Ticks
from scheduler.models import Publication

PICTURE_CALLS = ("media/uploadimg", "material/add_material")


def drafts(stage: Stage) -> list[list[str]]:
    """The titles of each draft in the box, by the simulator's own records."""
    return [[item["title"] for item in draft.items] for draft in stage.sim.world.drafts.newest_first()]


def text_of(stage: Stage, number: int, index: int = 0) -> str:
    media_id = stage.publication(number).media_id
    assert media_id
    return str(stage.sim.world.drafts.find(media_id).items[index]["content"])


def two_articles(stage: Stage, *, minutes: float = 60) -> list[int]:
    """Two approved articles that go out together."""
    due = stage.now + timedelta(minutes=minutes)
    write(stage, "first", due=due, position=1, body="甲的正文。")
    write(stage, "second", due=due, position=2, body="乙的正文。")
    return approve(stage, "first", "second")


def rewrite(stage: Stage, name: str, body: str) -> None:
    """Change an article's text on the disk and have it approved anew."""
    file = stage.folder / "2026-12" / name / "index.md"
    head = file.read_text(encoding="utf-8").rpartition("---\n")[0]
    file.write_text(f"{head}---\n\n{body}\n", encoding="utf-8")
    approve(stage, name)


def test_a_draft_that_is_up_to_date_is_not_pushed_again(stage: Stage) -> None:
    number = drafted(stage)
    pass_time(stage, 1, 2, 3)
    assert stage.calls("draft/add") == 1
    assert stage.calls("draft/update") == 0
    assert stage.state(number) == State.SCHEDULED


def test_a_changed_article_is_written_over_its_place_in_the_same_draft(stage: Stage) -> None:
    first, _ = two_articles(stage)
    stage.ticks.slow_rest()
    before = stage.publication(first).media_id
    rewrite(stage, "second", "乙的新正文。")
    assert stage.state(first) == State.OPEN
    stage.ticks.slow_rest()
    assert stage.state(first) == State.SCHEDULED
    assert stage.publication(first).media_id == before
    assert [call["body"]["index"] for call in stage.sim.calls("draft/update")] == [1]
    assert "乙的新正文" in text_of(stage, first, 1)
    assert stage.calls("draft/add") == 1


def test_another_number_of_articles_replaces_the_draft_and_deletes_the_old_one(stage: Stage) -> None:
    first, second = two_articles(stage)
    stage.ticks.slow_rest()
    with deciding(stage, second) as (session, article):
        settle.take_out(session, article, by="运营", now=stage.now)
    stage.ticks.slow_rest()
    assert drafts(stage) == [["first"]]
    handed_over(stage, first)
    pass_time(stage, 1)
    assert out(stage) == {"first": 1}
    assert stage.state(first) == State.PUBLISHED


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_crash_while_a_draft_is_replaced_leaves_one_draft_and_no_riddle(stage: Stage, call: int, moment: str) -> None:
    stage.at(NIGHT)
    first, second = two_articles(stage)
    stage.ticks.slow_rest()
    with deciding(stage, second) as (session, article):
        settle.take_out(session, article, by="运营", now=stage.now)

    def replace(parts: Parts, ticks: Ticks) -> None:
        kill_at_call(call, moment)
        ticks.slow_rest()

    killed = died(child(stage, replace))
    assert killed == (call < 4)  # look, delete, add
    pass_time(stage, 1, 3, 5)
    assert drafts(stage) == [["first"]]
    assert stage.state(first) == State.SCHEDULED
    assert not speaks_of(stage, first)


@pytest.mark.parametrize("slow", ["material/add_material", "draft/add"])
def test_two_processes_that_begin_a_draft_at_one_moment_make_one(stage: Stage, slow: str) -> None:
    stage.at(NIGHT)
    number = approved(stage, "notice", due=NIGHT + timedelta(hours=1))
    stage.sim.fault(slow, "slow", seconds=0.4, times=2)
    begun = [child(stage, lambda parts, ticks: ticks.slow_rest()) for _ in range(2)]
    assert [died(pid) for pid in begun] == [False, False]
    stage.tick()
    assert drafts(stage) == [["notice"]]
    assert (stage.state(number), stage.alarms()) == (State.SCHEDULED, [])


def test_a_draft_pressed_by_hand_while_it_was_being_replaced_asks_a_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_articles(stage)
    stage.ticks.slow_rest()
    with deciding(stage, second) as (session, article):
        settle.take_out(session, article, by="运营", now=stage.now)
    delete = stage.ticks.wechat.delete_draft

    def too_late(media_id: str) -> None:
        stage.sim.backoffice("publish", media_id=media_id)
        delete(media_id)

    monkeypatch.setattr(stage.ticks.wechat, "delete_draft", too_late)
    pass_time(stage, 1, 2, 70)
    assert out(stage) == {"first": 1, "second": 1}
    assert stage.state(first) == State.DRAFTED
    assert speaks_of(stage, first)
    assert second


def test_a_picture_is_uploaded_once_however_often_and_under_whatever_name_it_is_used(stage: Stage) -> None:
    due = stage.now + timedelta(minutes=60)
    body = "![一](a.png)\n\n文字一。\n\n![二](b.png)\n\n文字二。\n\n![三](a.png)"
    for name in ("first", "second"):
        folder = stage.write(name, due=due, title=name, body=body)
        for file in ("a.png", "b.png", "cover.png"):
            (folder / file).write_bytes(PNG)
    approve(stage, "first", "second")
    stage.ticks.slow_rest()
    assert [stage.calls(call) for call in PICTURE_CALLS] == [1, 1]
    assert drafts(stage) == [["first", "second"]]


def test_chinese_goes_to_wechat_as_it_is_and_not_as_escapes(stage: Stage) -> None:
    drafted(stage, title="歇脚椅议事")
    (call,) = stage.sim.calls("draft/add")
    assert "歇脚椅议事" in call["raw"]
    assert "\\u" not in call["raw"]


@pytest.mark.parametrize(
    ("path", "used", "tomorrow"), [("draft/add", [1, 1, 1], [3, 3, 4]), ("media/uploadimg", [1, 0, 0], [4, 3, 3])]
)
def test_the_days_limit_stops_all_drafts_and_tomorrow_each_goes_on_where_it_stopped(
    stage: Stage, path: str, used: list[int], tomorrow: list[int]
) -> None:
    stage.at(NIGHT)
    due = stage.now + timedelta(hours=30)
    names = [f"post-{number}" for number in range(3)]
    for number, name in enumerate(names):
        write(stage, name, due=due + timedelta(minutes=number), body="文字。\n\n![图](body.png)")
    numbers = approve(stage, *names)
    stage.sim.fault(path, "errcode", errcode=45009, errmsg="reach max api daily quota limit")
    stage.at(due - timedelta(hours=20))
    pass_time(stage, 0, 1, 2, 60)
    assert [stage.calls(call) for call in (*PICTURE_CALLS, "draft/add")] == used
    (text,) = stage.alarms()
    assert "次数用完" in text
    assert "别的草稿也等到明天零点" in text
    pass_time(stage, 14 * 60, 14 * 60 + 1)
    assert [stage.calls(call) for call in (*PICTURE_CALLS, "draft/add")] == tomorrow
    assert [stage.state(number) for number in numbers] == [State.SCHEDULED] * 3
    assert stage.alarms() == []


def test_an_address_that_is_not_on_the_whitelist_is_named_and_nothing_else_is_called(stage: Stage) -> None:
    stage.at(NIGHT)
    for number in range(3):
        approved(stage, f"post-{number}", due=stage.now + timedelta(minutes=30 + number))
    stage.ticks.wechat.callback_addresses()  # the token is there already
    stage.sim.set(ip_whitelist=["203.0.113.7"])
    stage.sim.clear_log()
    pass_time(stage, 0, 1, 2)
    assert len(stage.sim.log) == 1
    (text,) = stage.alarms()
    assert "127.0.0.1" in text
    assert "白名单" in text
    stage.sim.set(ip_whitelist=[])
    pass_time(stage, 6, 7)
    assert stage.alarms() == []
    assert len(drafts(stage)) == 3


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"kind": "errcode", "errcode": 45166, "errmsg": "invalid content"}, True),
        ({"kind": "errcode", "errcode": 40007, "errmsg": "invalid media_id"}, False),  # not synced yet
    ],
)
def test_one_bad_draft_never_stops_the_next(stage: Stage, trouble: dict[str, Any], told: bool) -> None:
    bad = approved(stage, "bad", due=stage.now + timedelta(minutes=30))
    good = approved(stage, "good", due=stage.now + timedelta(minutes=31))
    stage.sim.fault("draft/add", **trouble)
    stage.ticks.slow_rest()
    assert stage.state(bad) == State.OPEN
    assert stage.state(good) == State.SCHEDULED
    assert speaks_of(stage, bad) is told


def test_a_cover_that_was_deleted_in_the_back_office_is_uploaded_anew(stage: Stage) -> None:
    drafted(stage, "first")
    stage.sim.world.library.kept.clear()
    folder = stage.write("second", due=stage.now + timedelta(minutes=30), title="second")
    (folder / "cover.png").write_bytes(picture("cover first"))
    (number,) = approve(stage, "second")
    pass_time(stage, 0, 0.2, 0.4, 0.6)
    assert stage.state(number) == State.SCHEDULED
    assert stage.calls("material/add_material") == 2
    assert stage.alarms() == []


def test_new_material_that_is_not_synced_yet_is_waited_for(stage: Stage) -> None:
    stage.sim.set(sync_seconds=2)
    number = approved(stage, "first", due=stage.now + timedelta(minutes=30))
    pass_time(stage, 0, 0.2)
    assert stage.state(number) == State.SCHEDULED
    assert stage.calls("material/add_material") == 1
    assert stage.alarms() == []


def test_a_post_of_several_articles_goes_out_whole_and_in_order(stage: Stage) -> None:
    first, second = two_articles(stage, minutes=30)
    stage.ticks.slow_rest()
    handed_over(stage, first)
    pass_time(stage, 1)
    assert [job["titles"] for job in stage.sim.stats["publications"]] == [["first", "second"]]
    assert stage.state(first) == stage.state(second) == State.PUBLISHED


def test_a_post_waits_for_its_missing_article_and_names_it(stage: Stage) -> None:
    due = stage.now + timedelta(minutes=30)
    write(stage, "first", due=due, position=1)
    write(stage, "second", due=due, position=2)
    (first,) = approve(stage, "first")
    pass_time(stage, 30, 31)
    assert out(stage) == {}
    (text,) = stage.alarms()
    assert "“second”" in text
    assert "“first”" not in text
    assert first


def test_the_alarm_of_a_failure_is_over_when_the_mended_text_stands_in_its_draft(stage: Stage) -> None:
    stage.sim.set(pushes="lost")
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    with stage.parts.store.transaction() as session:
        fail(session, session.get_one(Publication, 1), "涉嫌广告", now=stage.now)
    assert any("涉嫌广告" in text for text in stage.alarms())
    write(stage, "01-notice", due=stage.now + timedelta(minutes=60), notify=PUSH, body="改好了。")
    approve(stage, "01-notice")
    pass_time(stage, 1)
    assert stage.state(number) == State.SCHEDULED
    assert not any("涉嫌广告" in text for text in stage.alarms())
