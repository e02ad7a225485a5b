"""What takes longer than two seconds is promised at once, and follows as a message or with the person's next one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from stage import Stage

from bot import commands, slow
from bot.commands.fitting import listed
from bot.commands.table import EVERYBODY, Ask, Command
from bot.promises import NOT_DONE, Promises
from content import control, dialogue
from content.models import Person
from content.people import person_named
from scheduler import late, outbox
from scheduler.late import PREPARING, Late
from scheduler.models import Outbox, Received

HEAD = "您问的“慢慢算”："


@pytest.fixture
def door(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage.hire()
    monkeypatch.setattr(slow, "SECONDS", 0.05)
    return stage


class Working:
    """A slow command that waits until it is let go, and a mark for when its outcome is written."""

    def __init__(self) -> None:
        self.go, self.over = threading.Event(), threading.Event()
        self.times = 0

    def finish(self) -> None:
        self.go.set()
        assert self.over.wait(10)


@contextmanager
def working(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[Ask], str], *, acts: bool = False, waits: bool = True
) -> Iterator[Working]:
    work, kept = Working(), Promises._kept

    def slowly(ask: Ask) -> str:
        work.times += 1
        assert not waits or work.go.wait(10)
        return answer(ask)

    def noted(*args: object) -> str:
        try:
            return kept(*args)  # type: ignore[arg-type]
        finally:
            work.over.set()

    monkeypatch.setattr(Promises, "_kept", noted)
    entry = Command(("慢慢算",), EVERYBODY, acts, False, "", answer=slowly, slow=True)
    commands.COMMANDS.append(entry)
    try:
        yield work
    finally:
        commands.COMMANDS.remove(entry)
        work.go.set()


def pause(ask: Ask) -> str:
    assert ask.person is not None
    return control.pause(ask.session, by=ask.person.name, now=ask.now)


def heard(door: Stage, who: str) -> list[str]:
    """The customer messages that reached a person, alarms aside."""
    sent = [one for one in door.sim.stats["custom_messages"] if one["touser"] == f"openid-{who}"]
    return [one["text"]["content"] for one in sent if not one["text"]["content"].startswith("告警")]


def counts(door: Stage) -> tuple[int, int]:
    """How many promises are open, and how many answers of theirs are in the outbox."""
    with door.parts.store.reading() as session:
        promises = session.scalar(select(func.count(Late.id)).where(Late.text == "")) or 0
        letters = session.scalar(select(func.count(Outbox.id)).where(Outbox.key.startswith("late:"))) or 0
    return promises, letters


def is_paused(door: Stage) -> bool:
    with door.parts.store.reading() as session:
        return control.is_on(session, control.PAUSE)


@pytest.mark.parametrize("acts", [True, False])
def test_an_answer_that_comes_in_time_is_the_answer(door: Stage, monkeypatch: pytest.MonkeyPatch, acts: bool) -> None:
    monkeypatch.setattr(slow, "SECONDS", 10)
    with working(monkeypatch, lambda ask: "算好了", acts=acts, waits=False) as work:
        assert {door.say("编辑", "慢慢算", msgid=7001) for _ in range(3)} == {"算好了"}
    assert (work.times, counts(door)) == (1, (0, 0))


@pytest.mark.parametrize("acts", [True, False])
def test_a_late_answer_is_promised_once_and_follows_once(
    door: Stage, monkeypatch: pytest.MonkeyPatch, acts: bool
) -> None:
    answer = pause if acts else (lambda ask: "算好了")
    with working(monkeypatch, answer, acts=acts) as work:
        assert {door.say("运营", "慢慢算", msgid=7001) for _ in range(3)} == {PREPARING}
        assert (counts(door), is_paused(door)) == ((1, 0), False)
        work.finish()
    told = f"{HEAD}\n" + ("已暂停自动发布，到点的推文会等着。要恢复请发：恢复" if acts else "算好了")
    assert (work.times, counts(door), is_paused(door)) == (1, (0, 1), acts)
    assert door.say("运营", "慢慢算", msgid=7001) == told  # a repeat that comes later still
    door.tick()
    door.tick()
    assert heard(door, "运营") == [told]
    assert HEAD not in door.say("运营", "统计")


@pytest.mark.parametrize("errcode", [45015, 40003, 40164])  # the last one refuses the whole account
def test_where_nobody_may_write_the_answer_comes_with_the_next_message_and_once(
    door: Stage, monkeypatch: pytest.MonkeyPatch, errcode: int
) -> None:
    with working(monkeypatch, lambda ask: "算好了") as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        work.finish()
    door.sim.fault("message/custom/send", "errcode", errcode=errcode, errmsg="no")
    door.tick()
    assert door.say("复审", "待审") == "没有待审的文章。"
    assert {door.say("编辑", "待审", msgid=7002) for _ in range(3)} == {f"{HEAD}\n算好了\n\n没有待审的文章。"}
    assert door.say("编辑", "待审") == "没有待审的文章。"
    door.later(minutes=11)
    door.tick()
    assert heard(door, "编辑") == []


def test_each_late_answer_follows_however_many_were_forgotten_before(
    door: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in ("一", "二"):
        with working(monkeypatch, lambda ask, answer=answer: answer) as work:  # type: ignore[misc]
            assert door.say("编辑", "慢慢算") == PREPARING
            work.finish()
        door.tick()
        door.later(days=8)
        door.tick()
    assert heard(door, "编辑") == [f"{HEAD}\n一", f"{HEAD}\n二"]


def test_an_answer_whose_letter_stands_already_is_owed_and_holds_up_no_other(door: Stage) -> None:
    with door.parts.store.transaction() as session:
        for name in ("编辑", "运营"):
            late.promise(session, name, person_named(session, name), name, now=door.now)
        session.add(Outbox(key="late:编辑", text="旧", due=door.now, sent_at=door.now))
    door.later(minutes=6)
    door.tick()
    door.tick()
    assert heard(door, "运营") == ["“运营”没有做完，请再发一次。"]
    assert door.say("编辑", "待审").startswith("“编辑”没有做完，请再发一次。")


def test_a_letter_that_has_ended_meanwhile_is_not_sent(door: Stage) -> None:
    with door.parts.store.transaction() as session:
        letter = Outbox(text="轮到您审", due=door.now, sent_at=door.now)
        session.add(letter)
        session.flush()
        number = letter.id
    assert not outbox._claim(door.parts.store, number, door.now)


def test_a_long_late_answer_is_told_whole_in_parts(door: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{n} {'长' * 50}" for n in range(60)]
    with working(monkeypatch, lambda ask: listed(["头"], lines)) as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        work.finish()
    door.sim.fault("message/custom/send", "errcode", errcode=45015, errmsg="no")
    door.tick()
    said, parts = door.say("编辑", "待审"), ""
    while said.endswith("接着看请发：更多）"):
        parts, said = parts + said.rpartition("\n")[0] + "\n", door.say("编辑", "更多")
    everything = (parts + said).split("\n")
    assert [line for line in everything if line in lines] == lines
    assert everything[-1] == "没有待审的文章。"


@pytest.mark.parametrize("acts", [True, False])
def test_a_process_that_dies_before_the_answer_has_not_acted_and_the_person_hears_it(
    door: Stage, monkeypatch: pytest.MonkeyPatch, acts: bool
) -> None:
    def die(ask: Ask) -> str:
        if acts:
            pause(ask)
        raise SystemExit

    with working(monkeypatch, die, acts=acts) as work:
        assert door.say("运营", "慢慢算", msgid=7001) == PREPARING
        work.finish()
    assert (counts(door), is_paused(door)) == ((1, 0), False)
    door.tick()
    assert heard(door, "运营") == []
    door.later(minutes=6)
    door.tick()
    door.tick()
    told = "“慢慢算”没有做完，请再发一次。"
    assert heard(door, "运营") == [told] == [door.say("运营", "慢慢算", msgid=7001)]


def test_what_only_reads_holds_up_no_other_message_of_the_person(door: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with door.parts.store.transaction() as session:
        dialogue.ask(session, person_named(session, "编辑"), "解绑", {}, now=door.now)
    with working(monkeypatch, lambda ask: "算好了") as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        assert door.say("编辑", "算了") == "好的，“解绑”就此作罢。"
        work.finish()
    door.tick()
    assert heard(door, "编辑") == [f"{HEAD}\n算好了"]


def test_work_that_outlives_its_promise_is_undone(door: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person has heard that nothing came of it, so nothing may."""
    with working(monkeypatch, lambda ask: "算好了") as work:  # what acts holds SQLite's lock, so the order is another
        assert door.say("运营", "慢慢算") == PREPARING
        door.later(minutes=6)
        door.tick()
        work.finish()
    door.tick()
    assert heard(door, "运营") == ["“慢慢算”没有做完，请再发一次。"]


def test_a_database_that_fails_meanwhile_is_told(door: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ask: Ask) -> str:
        pause(ask)
        raise OperationalError("update", {}, ValueError("away"))

    with working(monkeypatch, fail, acts=True, waits=False):
        monkeypatch.setattr(slow, "SECONDS", 10)
        assert {door.say("运营", "慢慢算", msgid=7001) for _ in range(2)} == {NOT_DONE}
    assert (counts(door), is_paused(door)) == ((0, 0), False)


def test_a_message_of_which_nobody_knows_whether_it_was_sent_is_owed(
    door: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(monkeypatch, lambda ask: "算好了") as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        work.finish()
    with door.parts.store.transaction() as session:  # the scheduler died between writing the try and the outcome
        session.scalars(select(Outbox).where(Outbox.key.startswith("late:"))).one().tried_at = door.now
    door.later(minutes=11)
    door.tick()
    assert heard(door, "编辑") == []
    assert door.say("编辑", "待审").startswith(f"{HEAD}\n算好了\n\n")


def test_what_is_promised_is_forgotten_with_whoever_leaves_and_after_a_week(
    door: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(monkeypatch, lambda ask: "算好了") as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        work.finish()
    door.tick()
    door.later(days=8)
    door.tick()
    with door.parts.store.reading() as session:
        assert session.scalars(select(Late)).all() == []
    with working(monkeypatch, lambda ask: "算好了") as work:
        assert door.say("编辑", "慢慢算") == PREPARING
        door.sim.say(event="unsubscribe", openid="openid-编辑")
        work.finish()
    with door.parts.store.reading() as session:
        assert session.scalars(select(Late)).all() == []
        assert session.scalars(select(Person.owed)).all() == [False] * 4


def test_a_search_that_is_quick_leaves_nothing_behind(door: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "SECONDS", 10)
    assert door.say("编辑", "排查 没有的词") == "没有找到“没有的词”。"
    assert counts(door) == (0, 0)
    with door.parts.store.reading() as session:
        assert session.scalars(select(Received.answer).order_by(Received.id.desc())).first() == "没有找到“没有的词”。"
