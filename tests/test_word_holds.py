"""When words.csv or people.csv changes, what waits and holds a new error stays, until a person lets it go with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from comment_kit import hired, terminal
from outside_kit import a_post
from publishing_kit import HAND_OVER, PUSH, QUIET, deciding, drafted, handed_over, pass_time
from sqlalchemy import func, select
from stage import Stage

from content.models import Event, State
from scheduler import settle, word_watch
from scheduler.word_models import WordHold

HEAD = "pattern,kind,level,suggest,reason,allow,scope\n"
BODY = "帮扶老街坊。\n\n请老 李头到场。"
BAD = "老李头,ban,error,李先生,不尊重,,\n"


def words(stage: Stage, rows: str = "", people: str = "") -> None:
    """Save the tables and let the scheduler see them."""
    (stage.folder / "words.csv").write_text(HEAD + rows, encoding="utf-8")
    if people:
        (stage.folder / "people.csv").write_text("name,post,body,order,from,to\n" + people, encoding="utf-8")
    look(stage)


def look(stage: Stage) -> None:
    stage.later(minutes=1)
    stage.ticks.slow_rest()


def rung(stage: Stage) -> list[str]:
    return [text for text in stage.alarms() if "words.csv" in text]


@pytest.fixture
def waiting(stage: Stage) -> Stage:
    """Article 1 waits for its time, an hour from now."""
    words(stage)
    drafted(stage, "歇脚椅", minutes=60, body=BODY)
    look(stage)
    assert rung(stage) == []
    return stage


def test_a_scheduled_text_with_a_word_that_is_listed_now_is_held_and_does_not_go_out(waiting: Stage) -> None:
    words(waiting, BAD)
    (text,) = rung(waiting)
    assert "文章1“歇脚椅”" in text
    assert "· 文章1 正文：帮扶老街坊。 请【老 李头】到场。" in text
    assert "编辑部。禁用词“老李头”：不尊重。建议写“李先生”。" in text
    assert "放行 1 理由；" in text
    assert "移出 1；" in text
    assert waiting.state(1) == State.DRAFTED
    handed_over(waiting, 1)
    look(waiting)
    assert waiting.out() == []
    (text,) = rung(waiting)
    assert "到点没有发出" in text


def test_a_word_that_is_listed_a_moment_before_the_claim_still_stops_it(waiting: Stage) -> None:
    (waiting.folder / "words.csv").write_text(HEAD + BAD, encoding="utf-8")
    word_watch.watch(waiting.parts.store, waiting.folder, waiting.now)
    due = waiting.post(1).due_at
    assert due is not None
    waiting.at(due)
    waiting.ticks.publishing()
    assert waiting.state(1) == State.SCHEDULED
    assert waiting.out() == []


def test_a_person_lets_it_go_with_a_reason_and_the_hold_does_not_come_back(waiting: Stage) -> None:
    words(waiting, BAD)
    hired(waiting)
    assert "停住了；确实可以发：放行 1 理由" in waiting.say("运营", "待发")
    code, told = terminal(waiting, "post", "confirm", "1")
    assert code == 4
    assert "放行 1 理由" in told
    assert "要写理由" in waiting.say("运营", "放行 1")
    answer = waiting.say("运营", "放行 1 书名里的原话")
    assert answer.startswith("文章1“歇脚椅”已放行：“老李头”。2026-12-01 10:0")
    assert rung(waiting) == []
    words(waiting, BAD + "别的词,ban,error,,,,\n")
    words(waiting)
    words(waiting, BAD)
    assert rung(waiting) == []
    assert waiting.state(1) == State.SCHEDULED
    handed_over(waiting, 1)
    assert waiting.out() == ["歇脚椅"]
    with waiting.parts.store.reading() as session:
        trail = session.scalars(select(Event.why).where(Event.subject == "article:1")).all()
    assert "放行停住的词“老李头”（1-1）。理由：书名里的原话" in trail
    assert "没有因为词停住" in waiting.say("运营", "放行 1 再来")


def test_a_word_that_is_taken_off_the_list_holds_no_more_and_holds_again_when_it_is_back(waiting: Stage) -> None:
    words(waiting, BAD)
    words(waiting)
    assert rung(waiting) == []
    assert waiting.state(1) == State.SCHEDULED
    words(waiting, BAD)
    assert len(rung(waiting)) == 1
    terminal(waiting, "person", "add", "运营", "--role", "operator")
    code, told = terminal(waiting, "post", "release", "1", "--reason", "原话", "--by", "运营")
    assert code == 0, told
    assert rung(waiting) == []


def test_warnings_allowed_words_and_words_for_another_part_hold_nothing(waiting: Stage) -> None:
    for rows in (
        "老李头,caution,warn,,,,\n",
        "老李头,ban,error,,,请老李头到场,\n",
        "老李头,ban,error,,,,标题\n",
        "李头到,ban,error,,,,\n老李头到场,allow,,,,,\n",
    ):
        words(waiting, rows)
        assert rung(waiting) == [], rows
    assert waiting.state(1) == State.SCHEDULED


def test_a_post_that_somebody_holds_no_more_changes_the_people(stage: Stage) -> None:
    words(stage, people="林样例,主任,云杉街道,1,2025-03-01,\n")
    drafted(stage, "歇脚椅", minutes=60, body="云杉街道主任林样例到场。")
    look(stage)
    words(stage, people="林样例,主任,云杉街道,1,2025-03-01,2026-11-30\n林样例,书记,云杉街道,1,2026-12-01,\n")
    (text,) = rung(stage)
    assert "【林样例】" in text
    assert "林样例任云杉街道主任到2026-11-30为止，现任云杉街道书记" in text
    assert stage.state(1) == State.DRAFTED


def test_a_changed_text_is_free_of_the_hold_of_the_old_one(waiting: Stage) -> None:
    words(waiting, BAD)
    waiting.write("歇脚椅", due=waiting.now + timedelta(hours=1), notify=QUIET, title="歇脚椅", body="请李先生到场。")
    look(waiting)
    waiting.submit(waiting.folder / "2026-12" / "歇脚椅")
    look(waiting)
    assert rung(waiting) == []


def test_a_table_that_is_being_saved_changes_nothing(waiting: Stage) -> None:
    (waiting.folder / "words.csv").write_bytes(b"PK\x03\x04half a spreadsheet")
    look(waiting)
    (waiting.folder / "words.csv").write_text("词语\n", encoding="utf-8")
    look(waiting)
    assert rung(waiting) == []
    with waiting.parts.store.reading() as session:
        assert session.scalar(select(func.count(WordHold.id))) == 0


def test_what_is_out_and_holds_a_new_word_is_told_once_and_old_words_are_not(stage: Stage) -> None:
    a_post(stage.parts.store, "老李头和旧词", since=stage.now)
    (stage.folder / "replies.csv").write_text("词,回答\n找人,请找老李头\n", encoding="utf-8")
    words(stage, "旧词,ban,error,,,,\n")
    assert rung(stage) == []
    words(stage, "旧词,ban,error,,,,\n" + BAD)
    (text,) = rung(stage)
    assert "已发布或正在发布的文章1（老李头）；replies.csv 第 2 行" in text
    assert "排查 老李头" in text
    words(stage, BAD)
    words(stage, "旧词,ban,error,,,,\n" + BAD)
    assert len(rung(stage)) == 1


def test_a_person_who_is_listed_and_rightly_named_in_what_is_out_rings_nothing(stage: Stage) -> None:
    a_post(stage.parts.store, "云杉街道主任林样例", since=stage.now)
    (stage.folder / "replies.csv").write_text("词,回答\n找人,请找林样例\n", encoding="utf-8")
    words(stage)
    words(stage, people="林样例,主任,云杉街道,1,2025-03-01,\n")
    assert rung(stage) == []
    words(stage, people="林样例,书记,云杉街道,1,2025-03-01,\n")
    assert "已发布或正在发布的文章1（林样例）。" in rung(stage)[0]


def test_a_text_that_stood_in_no_post_when_its_word_was_listed_is_held_when_it_gets_a_time(waiting: Stage) -> None:
    with deciding(waiting, 1) as (session, article):
        settle.take_out(session, article, by="运营", now=waiting.now)
    words(waiting, BAD)
    with deciding(waiting, 1) as (session, article):
        due = waiting.now + timedelta(minutes=5)
        settle.change_time(session, article, due, waiting.parts.rules, push=False, by="运营", now=waiting.now)
    pass_time(waiting, 0, 6, 7)
    assert waiting.out() == []
    assert "到点没有发出" in rung(waiting)[0]


def test_a_push_that_may_be_out_is_told_of_and_not_handed_over_again(stage: Stage) -> None:
    words(stage)
    stage.sim.fault(HAND_OVER[PUSH], "drop", when="before")
    handed_over(stage, drafted(stage, "歇脚椅", notify=PUSH, body=BODY))
    assert stage.state(1) == State.UNSURE
    (stage.folder / "words.csv").write_text(HEAD + BAD, encoding="utf-8")
    word_watch.watch(stage.parts.store, stage.folder, stage.now)
    assert "正在发布的文章1（老李头）" in rung(stage)[0]
    pass_time(stage, 2, 10)
    assert stage.calls(HAND_OVER[PUSH]) == 1
