"""The quota of pushes when a time is set: what is left is said, and a time that cannot be kept is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from shelf import Shelf, at
from stage import Stage
from terminal_kit import wxops

from content.clock import SHANGHAI
from content.daybook import DayBook
from content.db import Store
from content.models import Article, State
from scheduler import settle
from scheduler.quota import SlotTaken
from scheduler.rules import Rules


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


def pushes(shelf: Shelf, *days: int, notify: str = "推送") -> None:
    """Write an article for each of these days; article N is that of the N-th."""
    for n, day in enumerate(days, start=1):
        shelf.write(f"{n:02}-{chr(96 + n)}", due=at(day), notify=notify)
    shelf.scan()


def moved(shelf: Shelf, number: int, due: datetime, *, service: bool = False) -> str:
    rules = Rules(service=service, days=DayBook(shelf.folder))
    with shelf.store.transaction() as session:
        article = session.get_one(Article, number)
        return settle.change_time(session, article, due, rules, push=True, by="运营", now=shelf.now)


def test_what_is_left_is_said_with_the_new_time(shelf: Shelf) -> None:
    pushes(shelf, 7, 9)
    assert moved(shelf, 1, at(8)) == "文章1“题01-a”改到 2026-12-08 10:00 发。这一天还可推送 0 次。"
    assert "这一天还可推送 0 次，2026-12 还可推送 2 次。" in moved(shelf, 1, at(10), service=True)


def test_a_second_push_on_a_day_is_refused_with_the_next_free_slot_and_nothing_is_changed(shelf: Shelf) -> None:
    pushes(shelf, 7, 9)
    with pytest.raises(SlotTaken) as refusal:
        moved(shelf, 1, at(9, 18))
    assert "2026-12-09 这一天已有推送（2026-12-09 10:00 文章2“题02-b”）" in str(refusal.value)
    assert "改期 1 2026-12-10 18:00" in str(refusal.value)
    assert "notify: 静默" in str(refusal.value)
    assert shelf.post(1).due_at == at(7)


def test_another_post_at_the_very_same_time_is_a_second_push_too(shelf: Shelf) -> None:
    pushes(shelf, 7, 9)
    with pytest.raises(SlotTaken):
        moved(shelf, 1, at(9))


def test_the_next_free_slot_keeps_off_sensitive_days_and_weekends(shelf: Shelf) -> None:
    pushes(shelf, 7, 11)  # a Friday before a weekend, whose Sunday is sensitive
    with pytest.raises(SlotTaken, match="2026-12-14 18:00"):
        moved(shelf, 1, at(11, 18))


def test_a_post_may_move_within_its_own_day(shelf: Shelf) -> None:
    pushes(shelf, 7)
    assert "改到 2026-12-07 20:00" in moved(shelf, 1, at(7, 20))


@pytest.mark.parametrize("who", ["the moved one", "the other"])
def test_what_is_not_pushed_takes_no_slot(shelf: Shelf, who: str) -> None:
    shelf.write("01-a", due=at(7), notify="静默" if who == "the moved one" else "推送")
    shelf.write("02-b", due=at(9), notify="推送" if who == "the moved one" else "静默")
    shelf.scan()
    said = moved(shelf, 1, at(9, 18))
    assert ("不占推送的次数" in said) is (who == "the moved one")


def test_a_service_account_has_no_fifth_push_in_a_month(shelf: Shelf) -> None:
    pushes(shelf, 2, 8, 15, 22)
    shelf.write("05-e", month="2027-01", due=datetime(2027, 1, 5, 10, tzinfo=SHANGHAI), notify="推送")
    shelf.scan()
    with pytest.raises(SlotTaken, match=r"2026-12 已排满（2026-12-02、2026-12-08、2026-12-15、2026-12-22）") as refusal:
        moved(shelf, 5, at(29), service=True)
    assert "最近的空档，请回复：改期 5 2027-01-04" in str(refusal.value)
    assert "改到 2026-12-29" in moved(shelf, 5, at(29)), "a subscription account has one a day"


def test_what_was_refused_or_never_went_out_leaves_its_slot_free(shelf: Shelf) -> None:
    pushes(shelf, 2, 9, 10)
    shelf.set_post_state(2, State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.FAILED)
    assert "改到 2026-12-09" in moved(shelf, 3, at(9, 18))
    shelf.now = at(4)
    assert "还可推送 3 次" in moved(shelf, 3, at(11), service=True), "that of the second never left, its day is over"


def test_what_is_being_published_has_taken_its_slot(shelf: Shelf) -> None:
    pushes(shelf, 2, 9)
    shelf.set_post_state(2, State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.UNSURE)
    with pytest.raises(SlotTaken):
        moved(shelf, 1, at(9, 18))


def test_what_went_out_today_has_used_the_days_push(stage: Stage) -> None:
    number = stage.scheduled(due=stage.now.replace(hour=2))
    stage.at(stage.post(number).due_at or stage.now)
    stage.tick()
    stage.settle_down()
    assert stage.state(number) == State.PUBLISHED
    stage.write("02-b", due=stage.now.replace(day=3), notify="推送", title="第二篇")
    stage.later(minutes=2)
    stage.tick()
    refused = wxops(stage, "post", "move", "2", "2026-12-01 18:30")
    assert (refused.returncode, "已有推送（2026-12-01 10:0" in refused.stderr) == (4, True), refused.stderr
    allowed = wxops(stage, "post", "move", "2", "2026-12-04 18:30")
    assert "这一天还可推送 0 次" in allowed.stdout, allowed.stderr
