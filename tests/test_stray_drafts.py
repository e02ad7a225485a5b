"""Stray drafts: a draft whose article has left its post does not stay where somebody could press it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import (
    approve,
    approved,
    child,
    deciding,
    died,
    drafted,
    kill_at_call,
    kill_at_commit,
    pass_time,
    write,
)
from stage import Stage

from bot.wiring import Parts
from content.clock import SHANGHAI
from content.models import Article, State
from scheduler import settle
from scheduler.jobs import Ticks
from scheduler.models import Publication

DELETE = "draft/delete"


def drafts(stage: Stage) -> list[list[str]]:
    """The titles of each draft in the box, by the platform's own records."""
    return [[item["title"] for item in draft.items] for draft in stage.sim.world.drafts.newest_first()]


def move_out(stage: Stage, number: int) -> str:
    with deciding(stage, number) as (session, article):
        return settle.take_out(session, article, by="运营", now=stage.now)


def test_the_draft_of_a_post_that_lost_its_only_article_is_deleted(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=60)
    move_out(stage, number)
    pass_time(stage, 0, 1)
    assert drafts(stage) == []
    assert (stage.calls(DELETE), stage.alarms()) == (1, [])


def test_so_is_one_whose_article_moved_to_another_time_in_its_file(stage: Stage) -> None:
    due = stage.now + timedelta(hours=1)
    for name in ("first", "second"):
        write(stage, name, due=due)
    first, second = approve(stage, "first", "second")
    stage.ticks.slow_rest()
    assert drafts(stage) == [["first", "second"]]
    with stage.parts.store.transaction() as session:  # the first waits for its review, so that nothing is made anew
        session.get_one(Article, first).state = State.WRITTEN
    file = stage.folder / "2026-12" / "second" / "index.md"
    old, new = (moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for moment in (due, due + timedelta(days=5)))
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    pass_time(stage, 1.1, 2.2)
    assert stage.post(first).id != stage.post(second).id
    assert drafts(stage) == []


def test_what_is_remade_at_once_is_not_deleted_twice(stage: Stage) -> None:
    due = stage.now + timedelta(hours=1)
    for name in ("first", "second"):
        write(stage, name, due=due)
    _, second = approve(stage, "first", "second")
    stage.ticks.slow_rest()
    move_out(stage, second)
    pass_time(stage, 0, 1)
    assert (drafts(stage), stage.calls(DELETE)) == ([["first"]], 1)


def test_a_draft_of_an_article_that_is_only_reviewed_again_stays(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=60)
    approved(stage, "other", due=None)
    write(stage, "only", due=stage.now + timedelta(hours=1), body="另一个正文。")
    pass_time(stage, 1.1, 2.2)
    assert stage.state(number) == State.OPEN
    assert (drafts(stage), stage.calls(DELETE)) == ([["only"]], 0)


def test_one_that_was_pressed_meanwhile_is_told(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=60)
    stage.sim.fault(DELETE, "errcode", errcode=40007, errmsg="no")
    move_out(stage, number)
    pass_time(stage, 0, 1)
    (told,) = [text for text in stage.alarms() if "可能已在后台发表" in text]
    assert f"已经移出推文的文章{number}“only”" in told


@pytest.mark.parametrize(("kind", "calls"), [("drop", 2), ("refuse", 2)])
def test_a_deletion_without_an_answer_is_tried_again_and_told_when_it_lasts(
    stage: Stage, kind: str, calls: int
) -> None:
    number = drafted(stage, "only", minutes=60)
    trouble = {
        "drop": {"kind": "drop", "when": "after"},
        "refuse": {"kind": "errcode", "errcode": 48004, "errmsg": "no"},
    }
    stage.sim.fault(DELETE, **trouble[kind])
    move_out(stage, number)
    pass_time(stage, 0, 1)
    assert stage.calls(DELETE) == 1
    pass_time(stage, 6)
    assert (drafts(stage), stage.calls(DELETE), stage.alarms()) == ([], calls, [])


def test_a_deletion_that_lasts_rings_until_it_is_made(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=60)
    stage.sim.fault(DELETE, "errcode", errcode=48004, errmsg="no", times=3)
    move_out(stage, number)
    pass_time(stage, 0, 6, 12)
    assert any("没有删成，会自动再试" in text for text in stage.alarms())
    pass_time(stage, 6)
    assert (drafts(stage), stage.alarms()) == ([], [])


def test_its_alarm_is_over_when_the_draft_is_no_stray_any_more(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=600)
    stage.sim.fault(DELETE, "errcode", errcode=48004, errmsg="no", times=3)
    publication = stage.publication(number).id
    move_out(stage, number)
    pass_time(stage, 0, 6, 12)
    assert len(stage.alarms()) == 1
    with stage.parts.store.transaction() as session:
        session.get_one(Publication, publication).ended_at = stage.now
    pass_time(stage, 1)
    assert stage.alarms() == []


@pytest.mark.parametrize("fuse", ["call", "commit"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_while_it_is_deleted_leaves_no_draft_and_no_riddle(stage: Stage, fuse: str, moment: str) -> None:
    number = drafted(stage, "only", minutes=60)
    move_out(stage, number)

    def delete(parts: Parts, ticks: Ticks) -> None:
        from scheduler.stray_drafts import clear_strays

        (kill_at_call if fuse == "call" else kill_at_commit)(1, moment)
        clear_strays(parts.store, ticks.wechat, stage.now)

    assert died(child(stage, delete))
    pass_time(stage, 1, 7)
    assert (drafts(stage), stage.alarms()) == ([], [])


def test_a_draft_whose_making_broke_off_is_told(stage: Stage) -> None:
    number = drafted(stage, "only", minutes=60)
    with deciding(stage, number) as (session, article):
        publication = session.get_one(type(stage.publication(number)), stage.publication(number).id)
        publication.media_id, publication.drafting_at = None, stage.now
        settle.take_out(session, article, by="运营", now=stage.now)
    pass_time(stage, 1, 9)
    assert stage.alarms() == []
    pass_time(stage, 2)
    assert any("草稿箱里可能还有它" in text for text in stage.alarms())
