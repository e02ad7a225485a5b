"""Changes of the library: what vanishes, changes or breaks is noticed, holds what it must, and stops nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf, at
from stage import png

from content import library as library_module
from content import lint, reviews
from content.article import read_article
from content.db import Store
from content.markup.foot import Foot
from content.models import State


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


# what vanishes ---------------------------------------------------------------------------------------------------------


def test_a_vanished_file_holds_its_post_is_told_and_comes_back(shelf: Shelf) -> None:
    number = shelf.approved(due=at(5))
    away = shelf.folder / "away"
    (shelf.folder / "2026-12/01-a").rename(away)
    for _ in range(2):
        assert list(shelf.scan()) == [f"missing:article:{number}"]
    assert shelf.article(number).missing_since is not None
    assert shelf.article(number).state == State.APPROVED
    assert [why for why in shelf.trail(f"article:{number}") if "不见了" in why] == [
        "2026-12/01-a/index.md 不见了，或是空的"
    ]
    away.rename(shelf.folder / "2026-12/01-a")
    assert shelf.scan() == {}
    assert shelf.article(number).missing_since is None


def test_a_file_that_is_being_replaced_is_not_missing(shelf: Shelf) -> None:
    number = shelf.approved(due=at(5))
    file = shelf.folder / "2026-12/01-a/index.md"
    whole = file.read_bytes()
    file.unlink()
    shelf.between_looks = lambda: file.write_bytes(whole)
    assert shelf.scan() == {}
    assert shelf.article(number).missing_since is None


def test_an_article_that_nobody_waits_for_may_vanish_silently(shelf: Shelf) -> None:
    shelf.write("01-a")
    shelf.scan()
    shutil.rmtree(shelf.folder / "2026-12/01-a")
    assert shelf.scan() == {}
    assert shelf.article(1).missing_since is not None


@pytest.mark.parametrize("state", [State.PUBLISHED, State.PUBLISHING, State.UNSURE])
def test_what_is_out_or_on_its_way_does_not_care_for_its_file(shelf: Shelf, state: State) -> None:
    number = shelf.approved(due=at(5))
    shelf.set_post_state(number, State.DRAFTED, State.SCHEDULED, State.PUBLISHING)
    if state != State.PUBLISHING:
        shelf.set_post_state(number, state)
    shutil.rmtree(shelf.folder / "2026-12/01-a")
    assert shelf.scan() == {}
    assert shelf.article(number).missing_since is None


# what changes ------------------------------------------------------------------------------------------------------------


def new_body(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")


def new_cover(file: Path) -> None:
    (file.parent / "cover.png").write_bytes(png("changed"))


def new_picture(file: Path) -> None:
    (file.parent / "图 1.png").write_bytes(png("changed"))


def no_picture(file: Path) -> None:
    (file.parent / "图 1.png").unlink()


def new_title(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("title: ", "title: 新"), encoding="utf-8")


CHANGES = [new_body, new_cover, new_picture, no_picture, new_title]


def with_picture(shelf: Shelf) -> int:
    """An approved article with a picture, in a scheduled post."""
    (shelf.folder / "2026-12/01-a").mkdir(parents=True)
    (shelf.folder / "2026-12/01-a/图 1.png").write_bytes(png("picture"))
    number = shelf.approved(due=at(5), body="![图](图%201.png)")
    shelf.set_post_state(number, State.DRAFTED, State.SCHEDULED)
    return number


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_text_loses_its_approval_once_and_says_so(shelf: Shelf, change: Callable[[Path], None]) -> None:
    number = with_picture(shelf)
    change(shelf.folder / "2026-12/01-a/index.md")
    for _ in range(3):
        [(key, text)] = shelf.scan().items()
        assert key == f"changed:{number}"
        assert f"修订{number}-1的审核作废，请重新送审" in text
    assert (shelf.article(number).state, shelf.post(number).state) == (State.WRITTEN, State.OPEN)
    assert len([why for why in shelf.trail(f"article:{number}") if "作废" in why]) == 1


def test_what_was_said_of_a_change_ends_when_the_article_is_submitted_again(shelf: Shelf) -> None:
    number = shelf.approved(due=at(5))
    file = shelf.folder / "2026-12/01-a/index.md"
    new_body(file)
    assert list(shelf.scan()) == [f"changed:{number}"]
    assert shelf.submit(file).number == 2
    assert shelf.scan() == {}


def test_a_change_that_the_scan_of_a_submission_saw_is_still_told(shelf: Shelf) -> None:
    """Whoever scans first voids the approval; the scheduler's own scan must still be able to tell people."""
    number = shelf.approved(due=at(5))
    new_body(shelf.folder / "2026-12/01-a/index.md")
    library_module.scan(shelf.store, shelf.library, shelf.now)  # its notices are lost
    assert list(shelf.scan()) == [f"changed:{number}"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_just_before_the_claim(shelf: Shelf, change: Callable[[Path], None]) -> None:
    number = with_picture(shelf)
    change(shelf.folder / "2026-12/01-a/index.md")
    assert list(shelf.recheck(number)) == [f"changed:{number}"]
    assert (shelf.article(number).state, shelf.post(number).state) == (State.WRITTEN, State.OPEN)


def test_a_new_time_is_seen_just_before_the_claim(shelf: Shelf) -> None:
    number = with_picture(shelf)
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8").replace("12-05", "12-06"), encoding="utf-8")
    assert shelf.recheck(number) == {}
    assert (shelf.post(number).due_at, shelf.post(number).state) == (at(6), State.SCHEDULED)


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("publish_at: 2026-12-05 10:00", "publish_at: 2026-12-06 10:00"),
        ("digest: 摘要", "digest: 摘要\ncolumn: 议事"),
        ("digest: 摘要", "digest: 摘要\nnotify: 静默\nposition: 2\ncase_study: 是\nplaces: 甲社区"),
        ("digest: 摘要", "digest: 摘要\nby_hand: 小程序"),
    ],
)
def test_a_changed_fact_that_no_reader_sees_keeps_the_approval(shelf: Shelf, told: str, instead: str) -> None:
    number = with_picture(shelf)
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8").replace(told, instead), encoding="utf-8")
    assert shelf.scan() == {}
    assert shelf.article(number).state == State.APPROVED
    assert shelf.looks == 0  # it is not even worth a second look


def test_another_theme_of_the_pages_keeps_the_approval_of_what_is_frozen(shelf: Shelf) -> None:
    number = with_picture(shelf)
    shelf.library = library_module.Library(folder=shelf.folder, css="p { color: #900 }", foot=Foot("新的页脚"))
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8").replace("12-05", "12-06"), encoding="utf-8")
    assert shelf.scan() == {}
    assert shelf.article(number).state == State.APPROVED


@pytest.mark.parametrize("moment", ["", "---\ntitle: 半", "---\ntitle: 新\n---\n半"])
def test_a_file_that_is_being_saved_does_not_lose_its_approval(shelf: Shelf, moment: str) -> None:
    number = with_picture(shelf)
    file = shelf.folder / "2026-12/01-a/index.md"
    whole = file.read_bytes()
    file.write_text(moment, encoding="utf-8")
    shelf.between_looks = lambda: file.write_bytes(whole)
    assert shelf.scan() == {}
    assert shelf.looks == 1
    assert (shelf.article(number).state, shelf.post(number).state) == (State.APPROVED, State.SCHEDULED)
    assert shelf.scan() == {}


def test_a_file_that_is_still_being_written_at_the_second_look_waits_for_the_next_scan(shelf: Shelf) -> None:
    number = with_picture(shelf)
    file = shelf.folder / "2026-12/01-a/index.md"
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    shelf.between_looks = lambda: file.write_bytes(whole[:-10])
    assert shelf.scan() == {}
    file.write_bytes(whole)
    assert shelf.scan() == {}
    assert (shelf.article(number).state, shelf.post(number).state) == (State.APPROVED, State.SCHEDULED)


def test_a_file_that_becomes_a_link_out_of_the_library_is_gone(shelf: Shelf, tmp_path: Path) -> None:
    number = with_picture(shelf)
    file = shelf.folder / "2026-12/01-a/index.md"
    file.rename(tmp_path / "outside.md")
    file.symlink_to(tmp_path / "outside.md")
    assert list(shelf.recheck(number)) == [f"missing:article:{number}"]
    assert list(shelf.scan()) == [f"missing:article:{number}"]


def test_an_article_that_is_submitted_while_a_scan_reads_keeps_its_review(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shelf.write("01-a", due=at(5))
    shelf.scan()
    new_body(file)
    look = library_module.look

    def then_submitted(*args: object, **more: object) -> object:
        found = look(*args, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(library_module, "look", look)
        new_body(file)
        shelf.submit(file)
        return found

    monkeypatch.setattr(library_module, "look", then_submitted)
    assert shelf.scan() == {}
    assert shelf.article(1).state == State.IN_REVIEW
    assert shelf.scan() == {}


def test_a_file_that_stays_empty_holds_its_post_like_one_that_is_gone(shelf: Shelf) -> None:
    number = with_picture(shelf)
    (shelf.folder / "2026-12/01-a/index.md").write_text("")
    assert list(shelf.scan()) == [f"missing:article:{number}"]
    assert shelf.article(number).state == State.APPROVED


@pytest.mark.parametrize("state", [State.PUBLISHING, State.UNSURE, State.PUBLISHED])
def test_a_change_after_the_claim_is_written_down_once_and_changes_nothing(shelf: Shelf, state: State) -> None:
    number = with_picture(shelf)
    shelf.set_post_state(number, State.PUBLISHING)
    if state != State.PUBLISHING:
        shelf.set_post_state(number, state)
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8").replace("12-05", "12-06") + "新的一段。", encoding="utf-8")
    for _ in range(3):
        assert shelf.scan() == {}
    article = shelf.article(number)
    assert (article.state, shelf.post(number).state, shelf.post(number).due_at) == (State.APPROVED, state, at(5))
    late = [why for why in shelf.trail(f"article:{number}") if "发布途中" in why]
    assert len(late) == (0 if state == State.PUBLISHED else 1)


def test_a_change_during_a_claim_counts_when_the_post_comes_back(shelf: Shelf) -> None:
    number = with_picture(shelf)
    shelf.set_post_state(number, State.PUBLISHING)
    new_body(shelf.folder / "2026-12/01-a/index.md")
    shelf.scan()
    shelf.set_post_state(number, State.SCHEDULED)  # certainly not sent
    assert list(shelf.recheck(number)) == [f"changed:{number}"]
    assert shelf.post(number).state == State.OPEN


def test_a_file_that_was_saved_between_scan_and_submission_is_compared_with_what_was_frozen(shelf: Shelf) -> None:
    """The editor saves while the submission is under way: the scan that runs in between must not hide it."""
    file = shelf.write("01-a", due=at(5))
    shelf.scan()
    first = file.read_bytes()
    new_body(file)
    shelf.scan()  # the scheduler saw the newer file while the article was still being written
    changed = file.read_bytes()
    file.write_bytes(first)
    source = read_article(file, "2026-12/01-a/index.md")  # what the submission had read before
    file.write_bytes(changed)
    context = lint.Context(now=shelf.now, month="2026-12", css=shelf.library.css)
    reviews.submit(shelf.store, shelf.library, 1, source, context, by="撰稿", now=shelf.now)
    assert list(shelf.scan()) == ["changed:1"]
