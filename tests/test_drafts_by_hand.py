"""What hands do to a draft in the back office: edited, emptied, deleted, published, pushed. Nothing goes out twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import (
    PUSH,
    QUIET,
    approve,
    confirm_now,
    deciding,
    drafted,
    handed_over,
    is_out,
    out,
    pass_time,
    send_again,
    speaks_of,
    write,
)
from stage import Stage

from content.models import State
from scheduler import settle

pytestmark = pytest.mark.one_database


def rewrite(stage: Stage, name: str, body: str) -> None:
    """Change an article's text on the disk and have it approved anew."""
    file = stage.folder / "2026-12" / name / "index.md"
    head = file.read_text(encoding="utf-8").rpartition("---\n")[0]
    file.write_text(f"{head}---\n\n{body}\n", encoding="utf-8")
    approve(stage, name)


def test_a_draft_edited_by_hand_is_held_and_send_again_restores_the_frozen_text(stage: Stage) -> None:
    number = drafted(stage, body="审过的正文。")
    media_id = stage.publication(number).media_id
    stage.sim.edit_draft(media_id, content="<p>没有审过的正文。</p>")
    handed_over(stage, number)
    pass_time(stage, 1, 2)
    assert out(stage) == {}
    assert stage.state(number) == State.DRAFTED
    (text,) = stage.alarms()
    assert "草稿在后台被改动" in text
    assert f"重发 {number}" in text
    send_again(stage, number)
    pass_time(stage, 0, 0.1)
    assert out(stage) == {"01-notice": 1}
    assert stage.publication(number).media_id == media_id
    assert "审过的正文" in stage.sim.world.publications.jobs[0].draft.items[0]["content"]
    assert "没有审过" not in stage.sim.world.publications.jobs[0].draft.items[0]["content"]
    pass_time(stage, 1)
    assert stage.alarms() == []


def test_a_draft_that_somebody_emptied_is_held(stage: Stage) -> None:
    number = drafted(stage, body="审过的正文。")
    stage.sim.world.drafts.find(stage.publication(number).media_id).items[0]["content"] = ""
    handed_over(stage, number)
    assert out(stage) == {}
    assert speaks_of(stage, number)


def test_an_edited_draft_is_no_riddle_any_more_when_the_file_is_changed_and_approved_anew(stage: Stage) -> None:
    number = drafted(stage, body="审过的正文。")
    stage.sim.edit_draft(stage.publication(number).media_id, content="<p>改动。</p>")
    handed_over(stage, number)
    assert stage.state(number) == State.DRAFTED
    write(stage, "01-notice", due=stage.now + timedelta(minutes=5), body="改过、又审过的正文。")
    approve(stage, "01-notice")
    pass_time(stage, 0, 5, 6)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_draft_deleted_by_hand_is_asked_about_and_sent_again_only_by_a_person(stage: Stage, notify: str) -> None:
    number = drafted(stage, notify=notify)
    stage.sim.delete_draft(stage.publication(number).media_id)
    handed_over(stage, number)
    pass_time(stage, 1, 5, 30)
    assert out(stage) == {}
    assert stage.state(number) == State.UNSURE
    assert "可能已在后台发表" in "".join(stage.alarms())
    with deciding(stage, number) as (session, article):
        settle.is_not_out(session, article, by="运营", now=stage.now)
    pass_time(stage, 1, 2)
    assert out(stage) == {}  # the person has not said when
    assert speaks_of(stage, number)
    confirm_now(stage, number)
    pass_time(stage, 0.1, 1)
    assert out(stage) == {"01-notice": 1}
    assert stage.alarms() == []


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_draft_published_quietly_by_hand_is_found_in_the_published_list(stage: Stage, notify: str) -> None:
    number = drafted(stage, notify=notify)
    stage.later(minutes=5)
    stage.sim.backoffice("publish", media_id=stage.publication(number).media_id)
    handed_over(stage, number)
    pass_time(stage, 2, 4)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.PUBLISHED
    assert stage.publication(number).article_id
    assert stage.alarms() == []


def test_a_draft_pushed_by_hand_waits_for_a_person(stage: Stage) -> None:
    number = drafted(stage, notify=PUSH)
    stage.later(minutes=5)
    stage.sim.backoffice("mass", media_id=stage.publication(number).media_id)
    handed_over(stage, number)
    pass_time(stage, 1, 5, 30, 300)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.UNSURE
    assert speaks_of(stage, number)
    is_out(stage, number)
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


def test_a_draft_lost_before_its_time_waits_for_a_persons_word(stage: Stage) -> None:
    number = drafted(stage, minutes=60)
    stage.sim.delete_draft(stage.publication(number).media_id)
    rewrite(stage, "01-notice", "新的正文。")
    pass_time(stage, 1, 60, 61)
    assert out(stage) == {}
    assert "原来的草稿不见了" in "".join(stage.alarms())
    confirm_now(stage, number)
    pass_time(stage, 0.1)
    assert out(stage) == {"01-notice": 1}
