"""Added steps: sensitive days and marked columns ask for one more, also when an approved text is moved to such a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from publishing_kit import confirm_now, out
from shelf import CHAIN, Shelf, at
from stage import Stage

from content import added
from content.awaited import awaited
from content.db import Store
from content.errors import OpsError
from content.models import Article, State
from content.steps import Step, steps_of
from scheduler import publish

FIRST, SECOND, LAST = CHAIN


def sensitive(day: date) -> str:
    return "国家公祭日" if day == date(2026, 12, 13) else ""


ADDED = Step("加审", "chief", "甲方", columns=("政策解读",), days=sensitive)
LONG = (FIRST, SECOND, ADDED, LAST)


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(store, tmp_path / "space", monkeypatch)
    shelf.hire()
    shelf.hire({"副局长": "chief"})
    return shelf


def steps(shelf: Shelf) -> list[str]:
    with shelf.store.reading() as session:
        return [step.name for step in steps_of(session.get_one(Article, 1), LONG)]


def follow(shelf: Shelf) -> State:
    with shelf.store.transaction() as session:
        added.follow(session, LONG, now=shelf.now)
    return shelf.article(1).state


@pytest.mark.parametrize(
    ("day", "column", "names"),
    [
        (12, "便民", ["初审", "复审", "终审"]),
        (13, "便民", ["初审", "复审", "加审", "终审"]),
        (12, "政策解读", ["初审", "复审", "加审", "终审"]),
        (None, "便民", ["初审", "复审", "终审"]),
    ],
)
def test_the_day_or_the_column_adds_the_step_at_its_place(
    shelf: Shelf, day: int | None, column: str, names: list[str]
) -> None:
    shelf.submit(shelf.write(due=at(day) if day else None, column=column))
    assert steps(shelf) == names


def test_the_added_step_is_judged_in_its_turn_by_another_person(shelf: Shelf) -> None:
    shelf.submit(shelf.write(due=at(13)))
    shelf.judge("编辑", 1, chain=LONG)
    assert "下一步：加审" in shelf.judge("复审", 1, chain=LONG)
    assert "下一步：终审" in shelf.judge("主任", 1, chain=LONG)
    with pytest.raises(OpsError, match="已经审过这一稿（加审）"):
        shelf.judge("主任", 1, chain=LONG)
    assert "审核完成" in shelf.judge("副局长", 1, chain=LONG)


@pytest.fixture
def approved(shelf: Shelf) -> Shelf:
    """Article 1 is approved for an ordinary day, and its post has its time."""
    shelf.submit(shelf.write(due=at(12)))
    for who in ("编辑", "复审", "主任"):
        shelf.judge(who, 1, chain=LONG)
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    assert follow(shelf) == State.APPROVED
    return shelf


def test_an_approved_text_that_is_moved_to_such_a_day_waits_and_names_who_is_missing(approved: Shelf) -> None:
    approved.person_moves(1, at(13))
    assert follow(approved) == State.IN_REVIEW
    assert approved.post(1).state == State.OPEN
    with approved.store.reading() as session:
        post = session.get_one(Article, 1).post
        assert post
        missing = awaited(session, post, LONG, now=approved.now)
    assert missing == ["文章1“题01-a”等加审（副局长），审的人请回复：同意 1-1"]
    assert "要加一步加审：发布日是敏感日期" in approved.trail("article:1")
    assert "审核完成" in approved.judge("副局长", 1, chain=LONG)
    assert follow(approved) == State.APPROVED


def test_moved_back_it_needs_the_step_no_more(approved: Shelf) -> None:
    approved.person_moves(1, at(13))
    follow(approved)
    approved.person_moves(1, at(14))
    assert follow(approved) == State.APPROVED


def test_what_lacks_a_usual_step_is_not_approved_by_a_move(shelf: Shelf) -> None:
    shelf.submit(shelf.write(due=at(13)))
    shelf.judge("编辑", 1, chain=LONG)
    shelf.person_moves(1, at(14))
    assert follow(shelf) == State.IN_REVIEW


def test_what_is_on_its_way_out_stays_as_it_is(approved: Shelf) -> None:
    approved.person_moves(1, at(13))
    approved.set_post_state(1, State.PUBLISHING)
    assert follow(approved) == State.APPROVED


CONFIGURED = """
[review]
steps = [
    { name = "初审", role = "editor" },
    { name = "加审", role = "reviewer", days = "sensitive" },
    { name = "终审", role = "chief", party = "甲方" },
]
"""


def test_the_scheduler_lets_nothing_out_on_a_sensitive_day_without_the_step(stage: Stage) -> None:
    with stage.open(publish=CONFIGURED):
        stage.hire()
        stage.at(at(12, 9))
        stage.submit(stage.write(due=at(12, 12), notify="静默"))
        for who in ("编辑", "主任"):
            stage.say(who, "同意 1-1")
        stage.tick()
        assert stage.state(1) == State.SCHEDULED
        stage.write(due=at(13, 9), notify="静默")
        stage.later(minutes=2)
        stage.tick()
        stage.tick()
        assert stage.article(1).state == State.IN_REVIEW
        assert stage.state(1) == State.OPEN
        stage.at(at(13, 9, 1))
        stage.tick()
        assert stage.out() == []
        assert any("等加审（复审），审的人请回复：同意 1-1" in text for text in stage.alarms())
        assert "审核完成" in stage.say("复审", "同意 1-1")


@pytest.mark.parametrize(
    ("change", "due", "claimed"),
    [
        ("column", at(12, 12), at(12, 12)),
        ("confirmed", at(14, 8), at(13, 9)),
        ("midnight", at(12, 23, 59), at(13, 0, 1)),
    ],
)
def test_what_asks_for_the_step_a_moment_before_the_claim_still_waits_for_it(
    stage: Stage, change: str, due: datetime, claimed: datetime
) -> None:
    """The column is changed in the file, somebody says 立即发布, or it was held over midnight into such a day."""
    with stage.open(publish=CONFIGURED.replace('"sensitive"', '"sensitive", columns = ["政策解读"]')):
        stage.hire()
        stage.at(claimed - timedelta(minutes=5))
        stage.submit(stage.write(due=due, notify="静默"))
        for who in ("编辑", "主任"):
            stage.say(who, "同意 1-1")
        stage.tick()
        assert stage.state(1) == State.SCHEDULED
        stage.at(claimed)
        if change == "column":
            stage.write(due=due, notify="静默", column="政策解读")
        if change == "confirmed":
            confirm_now(stage, 1)
        ticks = stage.ticks  # the articles to send back were read before that
        publish.publish_post(
            ticks.store, ticks.wechat, ticks.library, ticks.rules, ticks.chain, stage.post(1).id, stage.now
        )
        assert (dict(out(stage)), stage.state(1)) == ({}, State.SCHEDULED)
        stage.tick()
        assert (dict(out(stage)), stage.article(1).state) == ({}, State.IN_REVIEW)
