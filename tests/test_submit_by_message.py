"""送审 12 by message: the wish is a row, the next tick carries it out once and tells what came of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from stage import Stage

from content import control
from content.models import State
from scheduler.models import Outbox


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    stage.hire()
    return stage


def told(stage: Stage) -> str:
    with stage.parts.store.reading() as session:
        texts = session.scalars(select(Outbox.text).order_by(Outbox.id.desc())).all()
    return next(text for text in texts if "轮到您审" not in text)


def test_an_article_is_submitted_by_message_and_its_name_is_told(staffed: Stage) -> None:
    staffed.write(title="歇脚椅")
    staffed.tick()
    assert staffed.say("编辑", "送审 1") == "文章1“歇脚椅”马上送审，结果很快发给您。"
    staffed.tick()
    assert told(staffed) == "文章1“歇脚椅”已送审（1-1），等初审（编辑）。"
    assert staffed.say("编辑", "送审 1") == "文章1“歇脚椅”已经送审了。请发：看 1"
    assert "没有文章9" in staffed.say("编辑", "送审 9")


def test_warnings_pass_with_a_reason_and_errors_do_not(staffed: Stage) -> None:
    folder = staffed.write(title="歇脚椅", body="这是最佳的办法。")
    staffed.tick()
    staffed.say("运营", "送审 1")
    staffed.tick()
    assert "有 1 条警告：\n· 慎用词“最佳”" in told(staffed)
    staffed.say("运营", "送审 1 街道原话，已核实")
    staffed.tick()
    assert told(staffed).startswith("文章1“歇脚椅”已送审（1-1）")
    assert "街道原话，已核实（运营）" in staffed.say("编辑", "看 1")
    staffed.say("编辑", "退回 1-1 再看看")
    (folder / "cover.png").unlink()
    staffed.say("运营", "送审 1 理由")
    staffed.tick()
    assert "请改好 2026-12/01-notice/index.md 再回复：送审 1" in told(staffed)
    assert staffed.article(1).state == State.WRITTEN


def test_a_changed_file_is_submitted_again_with_the_words_of_its_alarm(staffed: Stage) -> None:
    staffed.submit(staffed.write(title="歇脚椅"))
    staffed.write(title="歇脚椅", body="改过的正文。")
    staffed.later(minutes=2)
    staffed.tick()
    assert any("改好后请回复：送审 1" in text for text in sent(staffed))
    staffed.say("运营", "送审 1")
    staffed.tick()
    assert told(staffed).startswith("文章1“歇脚椅”已送审（1-2）")


def test_a_process_that_dies_after_the_submission_tells_it_once_more_and_submits_nothing(staffed: Stage) -> None:
    staffed.submit(staffed.write(title="歇脚椅"))
    with staffed.parts.store.transaction() as session:
        person = 4
        control.write(session, "submit:1", f'{{"person": {person}, "reason": ""}}', by="运营", now=staffed.now)
    staffed.tick()
    staffed.tick()
    assert told(staffed) == "文章1“歇脚椅”已送审（1-1），等初审（编辑）。"
    assert sum("已送审" in text for text in sent(staffed)) == 1


def sent(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(Outbox.text)))
