"""Posts that a person finishes in the back office: the list of steps, the comparison, and when they count as ours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import PUSH, QUIET, approved, is_out, out, pass_time, write
from stage import Stage

from content import control
from content.by_hand import checklist
from content.models import Article, State
from scheduler.finished import LOOK_EVERY
from scheduler.hold import DRAFT_ONLY
from scheduler.models import Publication

pytestmark = pytest.mark.one_database


def waiting(stage: Stage, *, notify: str = QUIET, **facts: object) -> int:
    """Have an article approved whose post waits for a person; return its number."""
    due = stage.now + timedelta(hours=2)
    number = approved(stage, "01-notice", due=due, notify=notify, body="审过的正文。", **facts)
    stage.tick()
    assert stage.state(number) == State.DRAFTED, stage.alarms()
    return number


def steps_of(stage: Stage, number: int) -> list[str]:
    with stage.parts.store.reading() as session:
        post = session.get_one(Article, number).post
        assert post is not None
        return checklist(post)


def edit(stage: Stage, number: int, content: str) -> None:
    stage.sim.edit_draft(stage.publication(number).media_id, content=content)
    stage.at(stage.now + LOOK_EVERY)
    stage.tick()


def test_a_generated_text_stops_at_its_draft_with_the_declaration_to_make(stage: Stage) -> None:
    number = waiting(stage, ai_generated="是")
    (text,) = stage.alarms()
    assert "AI声明：在正文下方“创作来源”选“内容由AI生成”" in text
    assert f"已发 {number}" in text
    pass_time(stage, 60, 121, 180)
    assert out(stage) == {}
    assert stage.state(number) == State.DRAFTED


def test_the_steps_are_numbered_and_name_who_and_where(stage: Stage) -> None:
    number = waiting(stage, by_hand="原创、短剧", notify=PUSH)
    steps = steps_of(stage, number)
    assert [step.split(".")[0] for step in steps] == ["1", "2", "3", "4", "5", "6"]
    assert steps[0].startswith("1. 运营登录 mp.weixin.qq.com")
    assert steps[1] == "2. 原创：在正文下方打开“原创”，核对作者，点“确定”。"
    assert steps[2] == "3. 短剧：在编辑页里设置好。"
    assert "打开“群发通知”" in steps[4]


def test_each_step_names_its_article_where_the_post_has_several(stage: Stage) -> None:
    due = stage.now + timedelta(hours=2)
    write(stage, "01-a", due=due, by_hand="合集")
    write(stage, "02-b", due=due)
    stage.tick()
    assert any("第 1 篇“01-a”的合集：" in step for step in steps_of(stage, 1))


def test_the_declaration_is_not_asked_for_twice(stage: Stage) -> None:
    number = waiting(stage, ai_generated="是", by_hand="AI 声明、合集")
    assert stage.post(number).by_hand == "AI 声明、合集"


def test_a_text_that_was_changed_while_it_was_finished_rings_with_the_difference(stage: Stage) -> None:
    number = waiting(stage, by_hand="视频")
    edit(stage, number, "<p>审过的正文，又加了一句。</p><p>作者：编辑部</p>")
    text = next(text for text in stage.alarms() if "审过的是" in text)
    assert "正文审过的是“审过的正文。作者：编辑部”，草稿里是“审过的正文，又加了一句。作者：编辑部”" in text
    edit(stage, number, "<p>审过的正文。</p><iframe></iframe><p>作者：编辑部</p>")
    assert not any("审过的是" in text for text in stage.alarms())
    assert stage.publication(number).doubt == ""


def test_a_changed_text_that_is_sent_all_the_same_does_not_pass_as_reviewed(stage: Stage) -> None:
    number = waiting(stage, by_hand="视频")
    edit(stage, number, "<p>没有审过。</p>")
    is_out(stage, number)
    (text,) = stage.alarms()
    assert "文字和审过的不一样" in text


def test_a_finished_draft_that_was_pressed_is_found_as_ours_by_its_text(stage: Stage) -> None:
    number = waiting(stage, by_hand="视频")
    stage.sim.backoffice("publish", media_id=stage.publication(number).media_id)
    pass_time(stage, *range(1, 40))
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


def test_a_draft_of_older_texts_is_not_asked_for_at_every_tick(stage: Stage) -> None:
    number = waiting(stage, by_hand="视频")
    with stage.parts.store.transaction() as session:
        session.get_one(Publication, stage.publication(number).id).drafted = "1-0"
    before = stage.calls("draft/get")
    pass_time(stage, *(15 + minute for minute in range(5)))
    assert stage.calls("draft/get") == before + 1


def test_an_account_without_the_right_to_publish_hears_the_steps_too(stage: Stage) -> None:
    with stage.parts.store.transaction() as session:
        control.write(session, DRAFT_ONLY, control.ON, by="test", now=stage.now)
    waiting(stage, by_hand="视频", title="一张{表}")
    assert any("2. 视频：" in text for text in stage.alarms())


def test_a_title_with_braces_is_said_as_it_is(stage: Stage) -> None:
    with stage.parts.store.transaction() as session:
        control.write(session, DRAFT_ONLY, control.ON, by="test", now=stage.now)
    number = waiting(stage, title="一张{表}")
    (text,) = stage.alarms()
    assert "“一张{表}”：草稿已备好，请在后台按“发表”。" in text
    assert f"已发 {number}" in text


def test_a_draft_is_compared_once_in_a_quarter_of_an_hour(stage: Stage) -> None:
    waiting(stage, by_hand="视频")
    before = stage.calls("draft/get")
    pass_time(stage, *(15 + minute for minute in range(10)))
    assert stage.calls("draft/get") == before + 1
