"""Submissions: checked, frozen anew each time, told when nothing is new, and refused on the way out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shelf import Shelf, at
from sqlalchemy import func, select

from content import lint, reviews
from content.article import read_article
from content.db import Store
from content.errors import FilesWrong, OpsError
from content.models import Review, Revision, State
from content.reviews import ProblemsFound


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(store, tmp_path / "space", monkeypatch)
    shelf.hire()
    return shelf


@pytest.fixture
def submitted(shelf: Shelf) -> Shelf:
    """Article 1 in review, as 1-1."""
    assert shelf.submit(shelf.write(due=at(5))).number == 1
    return shelf


def state(shelf: Shelf) -> State:
    return shelf.article(1).state


def count(shelf: Shelf, table: type[Review] | type[Revision]) -> int:
    with shelf.store.reading() as session:
        return session.scalar(select(func.count(table.id))) or 0


def rewrite(shelf: Shelf, body: str = "另一段正文。") -> Path:
    return shelf.write(due=at(5), body=body)


@pytest.mark.parametrize("wrong", [{"cover": "none.png"}, {"publish_at": "2026-13-01"}, {"title": "长" * 40}])
def test_what_has_errors_is_not_submitted_and_nothing_is_stored(shelf: Shelf, wrong: dict[str, object]) -> None:
    with pytest.raises(ProblemsFound, match="没有送审") as refused:
        shelf.submit(shelf.write(**wrong))  # type: ignore[arg-type]
    assert refused.value.problems
    assert refused.value.exit_code == 1
    assert (state(shelf), count(shelf, Revision)) == (State.WRITTEN, 0)
    assert not shelf.library.pictures.exists()


def test_each_submission_is_a_new_revision(submitted: Shelf) -> None:
    for number in (2, 3, 4):
        assert submitted.submit(rewrite(submitted, f"第{number}稿")).number == number
    with submitted.store.reading() as session:
        kept = session.scalars(select(Revision.html).order_by(Revision.number)).all()
    assert all(f"第{number}稿" in kept[number - 1] for number in (2, 3, 4))


@pytest.mark.parametrize("passed", [(), ("编辑",), ("编辑", "复审", "主任")])
def test_the_same_text_again_is_told_and_changes_nothing(submitted: Shelf, passed: tuple[str, ...]) -> None:
    for who in passed:
        submitted.judge(who, 1)
    before = state(submitted)
    with pytest.raises(OpsError, match="和修订1-1一样，不用再送"):
        submitted.submit(submitted.folder / "2026-12/01-a/index.md")
    assert (state(submitted), count(submitted, Revision), count(submitted, Review)) == (before, 1, len(passed))


def test_a_new_text_takes_its_post_back_to_open(submitted: Shelf) -> None:
    for who in ("编辑", "复审", "主任"):
        submitted.judge(who, 1)
    submitted.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    submitted.submit(rewrite(submitted))
    assert submitted.post(1).state == State.OPEN


@pytest.mark.parametrize("state_of_post", [State.PUBLISHING, State.UNSURE, State.PUBLISHED])
def test_nothing_is_submitted_while_its_post_is_on_its_way_out(submitted: Shelf, state_of_post: State) -> None:
    for who in ("编辑", "复审", "主任"):
        submitted.judge(who, 1)
    submitted.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING)
    if state_of_post != State.PUBLISHING:
        submitted.set_post_state(1, state_of_post)
    with pytest.raises(OpsError, match="已经在发布"):
        submitted.submit(rewrite(submitted))
    assert (state(submitted), count(submitted, Revision)) == (State.APPROVED, 1)


def test_a_picture_that_goes_while_it_is_frozen_is_told_and_nothing_is_stored(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shelf.write()
    check = reviews.lint.check

    def then_the_picture_goes(*args: object) -> object:
        problems = check(*args)  # type: ignore[arg-type]
        (file.parent / "cover.png").unlink()
        return problems

    monkeypatch.setattr(reviews.lint, "check", then_the_picture_goes)
    with pytest.raises(FilesWrong, match=r"图片刚刚不见了.*cover\.png"):
        shelf.submit(file)
    assert (state(shelf), count(shelf, Revision)) == (State.WRITTEN, 0)


def test_of_two_submissions_at_one_moment_one_is_told(shelf: Shelf) -> None:
    file = shelf.write()
    shelf.scan()
    together = threading.Barrier(2)

    def submit(by: str) -> str:
        context = lint.Context(now=shelf.now, month="2026-12", css=shelf.library.css)
        source = read_article(file, "2026-12/01-a/index.md")
        together.wait(60)
        try:
            reviews.submit(shelf.store, shelf.library, 1, source, context, by=by, now=shelf.now)
        except OpsError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(submit, ["甲", "乙"]))
    assert sorted(bool(words) for words in said) == [False, True]
    assert (state(shelf), count(shelf, Revision)) == (State.IN_REVIEW, 1)
