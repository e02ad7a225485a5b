"""Reviews: the chain as it is configured, the rules that no configuration changes, and verdicts on what was shown."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shelf import CHAIN, Shelf, at
from sqlalchemy import func, select

from content import reviews
from content.db import Store
from content.errors import OpsError
from content.models import Review, Revision, State
from content.people import people, person_named, revoke
from content.steps import Step

FIRST, SECOND, LAST = CHAIN


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


# the chain -----------------------------------------------------------------------------------------------------------------


def test_three_steps_by_three_people_approve_an_article(submitted: Shelf) -> None:
    assert "已通过初审，下一步：复审" in submitted.judge("编辑", 1)
    assert "已通过复审，下一步：终审" in submitted.judge("复审", 1)
    assert state(submitted) == State.IN_REVIEW
    assert "审核完成" in submitted.judge("主任", 1)
    assert state(submitted) == State.APPROVED


@pytest.mark.parametrize("who", ["复审", "主任"])
def test_nobody_comes_before_their_turn(submitted: Shelf, who: str) -> None:
    with pytest.raises(OpsError, match=r"现在是初审.*不能代审"):
        submitted.judge(who, 1)
    assert count(submitted, Review) == 0


def test_a_step_of_two_people_needs_two_different_ones(submitted: Shelf) -> None:
    chain = (Step("初审", "editor", people=2), LAST)
    submitted.hire({"编辑乙": "editor"})
    assert "下一步：初审" in submitted.judge("编辑", 1, chain=chain)
    with pytest.raises(OpsError, match="已经审过"):
        submitted.judge("编辑", 1, chain=chain)
    assert "下一步：终审" in submitted.judge("编辑乙", 1, chain=chain)
    with pytest.raises(OpsError, match="现在是终审"):
        submitted.judge("编辑乙", 1, chain=chain)


def test_a_last_step_of_two_people_approves_with_the_second(submitted: Shelf) -> None:
    chain = (Step("终审", "chief", "甲方", people=2),)
    submitted.hire({"副主任": "chief"})
    submitted.judge("主任", 1, chain=chain)
    assert state(submitted) == State.IN_REVIEW
    submitted.judge("副主任", 1, chain=chain)
    assert state(submitted) == State.APPROVED


@pytest.mark.parametrize("party", ["甲方", "乙方"])
def test_a_step_with_a_party_is_held_by_that_party_alone(submitted: Shelf, party: str) -> None:
    chain = (Step("初审", "editor", "甲方"), LAST)
    submitted.hire({"另一个编辑": "editor"}, party=party)
    if party == "甲方":
        submitted.judge("另一个编辑", 1, chain=chain)
    else:
        with pytest.raises(OpsError, match="由甲方编辑审"):
            submitted.judge("另一个编辑", 1, chain=chain)


# rules ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("configured", ["甲方", ""])
def test_the_last_step_belongs_to_the_client_whatever_is_configured(submitted: Shelf, configured: str) -> None:
    chain = (Step("终审", "chief", configured),)
    submitted.hire({"外人": "chief"}, party="乙方")
    with pytest.raises(OpsError, match="甲方"):
        submitted.judge("外人", 1, chain=chain)
    assert count(submitted, Review) == 0
    submitted.judge("主任", 1, chain=chain)
    assert state(submitted) == State.APPROVED


@pytest.mark.parametrize("by", ["主任", " 主任 "])
def test_who_submitted_never_holds_the_last_step(shelf: Shelf, by: str) -> None:
    shelf.submit(shelf.write(), by=by)
    chain = (FIRST, LAST)
    shelf.judge("编辑", 1, chain=chain)
    with pytest.raises(OpsError, match="不能是送审人主任"):
        shelf.judge("主任", 1, chain=chain)
    assert state(shelf) == State.IN_REVIEW


def test_who_submitted_may_hold_an_earlier_step(shelf: Shelf) -> None:
    shelf.submit(shelf.write(), by="编辑")
    assert "已通过初审" in shelf.judge("编辑", 1)


def test_nobody_holds_two_steps_of_one_text(submitted: Shelf) -> None:
    chain = (Step("初审", "editor"), Step("校对", "editor"), LAST)
    submitted.judge("编辑", 1, chain=chain)
    with pytest.raises(OpsError, match="已经审过这一稿（初审），校对要由另一个人来审"):
        submitted.judge("编辑", 1, chain=chain)


def test_somebody_who_left_and_came_back_in_another_role_is_still_the_same_person(submitted: Shelf) -> None:
    submitted.judge("编辑", 1)
    with submitted.store.transaction() as session:
        revoke(session, person_named(session, "编辑"), by="管理员", now=submitted.now)
    submitted.hire({"编辑": "reviewer"})
    with pytest.raises(OpsError, match="已经审过"):
        submitted.judge("编辑", 1)


def test_a_person_without_a_duty_any_more_gives_no_verdict(submitted: Shelf) -> None:
    with submitted.store.transaction() as session:
        revoke(session, person_named(session, "编辑"), by="管理员", now=submitted.now)
    with pytest.raises(OpsError, match="没有名叫编辑的人"):
        submitted.judge("编辑", 1)


def test_a_later_step_may_be_held_again_for_the_next_text(submitted: Shelf) -> None:
    submitted.judge("编辑", 1)
    submitted.submit(rewrite(submitted))
    assert "已通过初审" in submitted.judge("编辑", 1, 2)


# sent back ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comment", ["", "  ", "\n"])
def test_who_sends_back_says_why(submitted: Shelf, comment: str) -> None:
    with pytest.raises(OpsError, match="退回要写原因"):
        submitted.judge("编辑", 1, back=comment, passed=False)
    assert (state(submitted), count(submitted, Review)) == (State.IN_REVIEW, 0)


def test_what_is_sent_back_starts_again_at_the_first_step(submitted: Shelf) -> None:
    submitted.judge("编辑", 1)
    assert "已退回" in submitted.judge("复审", 1, back="第二段日期不对")
    assert state(submitted) == State.WRITTEN
    assert submitted.trail("article:1")[-1] == "复审退回：第二段日期不对"
    assert submitted.submit(rewrite(submitted)).number == 2
    with pytest.raises(OpsError, match="现在是初审"):
        submitted.judge("复审", 1, 2)


def test_the_same_text_may_be_submitted_again_after_it_was_sent_back(submitted: Shelf) -> None:
    submitted.judge("编辑", 1, back="请核对")
    assert submitted.submit(submitted.folder / "2026-12/01-a/index.md").number == 2
    assert state(submitted) == State.IN_REVIEW


# what was shown ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3, 0])
def test_a_verdict_counts_only_for_the_newest_revision(submitted: Shelf, number: int) -> None:
    submitted.submit(rewrite(submitted))
    with pytest.raises(OpsError, match=r"最新是1-2。请先看新稿，发：看 1"):
        submitted.judge("编辑", 1, number)
    assert count(submitted, Review) == 0


def test_a_verdict_on_a_text_that_changed_meanwhile_is_refused(submitted: Shelf) -> None:
    rewrite(submitted)
    submitted.scan()
    with pytest.raises(OpsError, match="不在审核中，这条意见没有记下"):
        submitted.judge("编辑", 1)


def test_a_verdict_on_what_was_never_submitted_is_refused(shelf: Shelf) -> None:
    shelf.write()
    shelf.scan()
    with pytest.raises(OpsError, match="还没有送审"):
        shelf.judge("编辑", 1)
    with pytest.raises(OpsError, match="没有文章99"):
        shelf.judge("编辑", 99)


def test_a_verdict_after_the_last_is_refused(submitted: Shelf) -> None:
    for who in ("编辑", "复审", "主任"):
        submitted.judge(who, 1)
    with pytest.raises(OpsError, match="不在审核中"):
        submitted.judge("主任", 1)


def test_a_text_that_changes_after_its_last_step_starts_again(submitted: Shelf) -> None:
    for who in ("编辑", "复审", "主任"):
        submitted.judge(who, 1)
    assert submitted.submit(rewrite(submitted)).number == 2
    assert state(submitted) == State.IN_REVIEW
    with pytest.raises(OpsError, match="现在是初审"):
        submitted.judge("主任", 1, 2)


# lists ------------------------------------------------------------------------------------------------------------------------------


def test_what_waits_for_a_verdict_is_listed_with_its_step_the_longest_waiting_first(shelf: Shelf) -> None:
    for name in ("01-a", "02-b"):
        shelf.submit(shelf.write(name))
    shelf.judge("编辑", 2)
    with shelf.store.reading() as session:
        waiting = reviews.in_review(session, CHAIN)
        assert [(revision.article_id, step.name) for revision, step in waiting] == [(1, "初审"), (2, "复审")]
        holders = {p.name: [s.name for s in CHAIN if reviews.may_hold(s, p)] for p in people(session)}
    assert holders == {"编辑": ["初审"], "复审": ["复审"], "主任": ["终审"]}


# races ------------------------------------------------------------------------------------------------------------------------------


def race(shelf: Shelf, whos: list[str], chain: tuple[Step, ...]) -> list[str]:
    """Let people pass 1-1 at the same moment; return what each reads."""
    together = threading.Barrier(len(whos))

    def judge(who: str) -> str:
        together.wait(60)
        try:
            with shelf.store.transaction() as session:
                return reviews.give_verdict(
                    session, 1, 1, person_named(session, who), chain, passed=True, comment="", recorded_by=who, now=shelf.now
                )  # fmt: skip
        except OpsError as refusal:
            return f"refused: {refusal}"

    with ThreadPoolExecutor(len(whos)) as pool:
        return list(pool.map(judge, whos))


def test_two_that_complete_the_last_step_at_one_moment_approve_it(submitted: Shelf) -> None:
    submitted.hire({"副主任": "chief"})
    said = race(submitted, ["主任", "副主任"], (Step("终审", "chief", "甲方", people=2),))
    assert sorted("审核完成" in words for words in said) == [False, True]
    assert state(submitted) == State.APPROVED


def test_of_two_that_pass_one_step_at_one_moment_one_is_told_that_it_is_over(submitted: Shelf) -> None:
    submitted.hire({"编辑乙": "editor"})
    said = race(submitted, ["编辑", "编辑乙"], CHAIN)
    assert sorted(words.startswith("refused: 现在是复审") for words in said) == [False, True]
    assert count(submitted, Review) == 1


def test_one_verdict_that_arrives_twice_at_one_moment_is_recorded_once(submitted: Shelf) -> None:
    said = race(submitted, ["编辑", "编辑"], CHAIN)
    assert sum(words.startswith("refused") for words in said) == 1
    assert count(submitted, Review) == 1
