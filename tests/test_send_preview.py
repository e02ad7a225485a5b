"""A preview on a phone: from a draft of its own, which is never the post's, never published, and cleaned up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from publishing_kit import approved, child, died, drafted, handed_over, kill_at_call, out, pass_time, write
from sqlalchemy import select
from stage import Stage
from terminal_kit import wxops

from bot.wiring import Parts, gateway
from content import library
from content.errors import FilesWrong, OpsError, PlatformTrouble
from content.models import Article, Event, State
from scheduler.jobs import Ticks
from scheduler.refusals import Unsure
from scheduler.send_preview import send_preview

pytestmark = pytest.mark.one_database

PREVIEW = "message/mass/preview"
NAME = "wx-reader"


def send(stage: Stage, number: int, name: str = NAME, sleep: Callable[[float], None] = lambda seconds: None) -> str:
    return show(stage.parts, number, name, sleep)


def show(parts: Parts, number: int, name: str = NAME, sleep: Callable[[float], None] = lambda seconds: None) -> str:
    now = parts.clock.now()
    return send_preview(parts.store, gateway(parts), parts.library, number, name, by="运营", now=now, sleep=sleep)


def written(stage: Stage, name: str = "01-notice", **facts: object) -> int:
    """Take an article in that was not submitted; return its number."""
    write(stage, name, due=None, **facts)
    library.scan(stage.parts.store, stage.parts.library, stage.now)
    with stage.parts.store.reading() as session:
        return session.scalars(select(Article.id).where(Article.path == f"2026-12/{name}/index.md")).one()


def boxed(stage: Stage) -> dict[str, str]:
    """The draft box by the simulator's own records: media_id → text."""
    return {draft.media_id: draft.items[0]["content"] for draft in stage.sim.world.drafts.newest_first()}


def shown(stage: Stage) -> list[tuple[str, str]]:
    """Who was shown which draft."""
    bodies = [call["body"] for call in stage.sim.calls(PREVIEW)]
    return [(body["towxname"], body["mpnews"]["media_id"]) for body in bodies]


def trail(stage: Stage, number: int) -> list[str]:
    with stage.parts.store.reading() as session:
        events = select(Event.why).where(Event.subject == f"article:{number}").order_by(Event.id)
        return list(session.scalars(events))


def test_a_phone_shows_the_revision_that_is_in_review_and_not_what_was_written_since(stage: Stage) -> None:
    number = approved(stage, "first", due=None, body="审过的正文。\n\n![图](body.png)")
    file = stage.folder / "2026-12" / "first" / "index.md"
    file.write_text(file.read_text(encoding="utf-8").replace("审过的正文", "又改的正文"), encoding="utf-8")
    assert send(stage, number) == f"“first”（{number}-1）已发到 {NAME} 的微信，请在公众号的消息里点开。"
    [(name, media_id)] = shown(stage)
    text = boxed(stage)[media_id]
    assert name == NAME
    assert "审过的正文" in text
    assert "mmbiz.qpic.cn" in text
    assert f"预览稿 {number}-1，仅供审看，不是发布。" in text
    assert trail(stage, number)[-2:] == ["建预览草稿", f"手机预览已发出（{number}-1）"]


def test_a_text_that_was_not_submitted_is_shown_as_it_stands_in_its_file(stage: Stage) -> None:
    number = written(stage, body="写到一半，待补充。")
    assert f"{number}，未送审" in send(stage, number)
    [(_, media_id)] = shown(stage)
    assert "写到一半" in boxed(stage)[media_id]
    assert stage.article(number).state == State.WRITTEN


def test_the_posts_own_draft_is_another_one_and_goes_out_as_if_nothing_had_been_previewed(stage: Stage) -> None:
    number = drafted(stage, "first")
    own = stage.publication(number).media_id
    send(stage, number)
    [(_, media_id)] = shown(stage)
    assert media_id != own
    assert "预览稿" not in boxed(stage)[str(own)]
    assert stage.publication(number).media_id == own
    handed_over(stage, number)
    pass_time(stage, 1, 2)
    assert out(stage) == {"first": 1}
    assert stage.state(number) == State.PUBLISHED
    assert not stage.alarms()


def test_a_preview_is_not_taken_for_the_posts_draft_whose_answer_was_lost(stage: Stage) -> None:
    number = approved(stage, "first", due=stage.now + timedelta(minutes=30))
    send(stage, number)
    [(_, preview)] = shown(stage)
    stage.sim.fault("draft/add", "drop")  # and it was not made
    stage.ticks.slow_rest()
    pass_time(stage, 3, 6)
    assert stage.state(number) == State.SCHEDULED
    assert stage.publication(number).media_id != preview
    assert len(boxed(stage)) == 2


def test_the_same_draft_is_used_again_with_the_newer_text(stage: Stage) -> None:
    number = written(stage, body="第一版。")
    send(stage, number)
    written(stage, body="第二版。")
    send(stage, number, "wx-other")
    (first, media_id), (second, same) = shown(stage)
    assert (first, second, media_id) == (NAME, "wx-other", same)
    [text] = boxed(stage).values()
    assert "第二版" in text
    assert stage.calls("draft/add") == 1


def test_a_preview_draft_is_deleted_a_day_later_at_the_next_preview(stage: Stage) -> None:
    first, second = written(stage, "first"), written(stage, "second")
    send(stage, first)
    stage.later(hours=23)
    send(stage, second)
    assert len(boxed(stage)) == 2
    stage.later(hours=2)
    send(stage, second)
    [text] = boxed(stage).values()
    assert f"预览稿 {second}，未送审" in text
    assert trail(stage, first)[-1] == "预览草稿已删除"


def test_a_preview_draft_that_was_made_into_something_else_by_hand_is_left_alone(stage: Stage) -> None:
    number = written(stage, "first")
    send(stage, number)
    [(_, media_id)] = shown(stage)
    stage.sim.edit_draft(media_id, content="<p>有人把它改成了别的。</p>")
    send(stage, number)
    assert shown(stage)[1][1] != media_id
    stage.later(hours=25)
    send(stage, written(stage, "second"))
    assert "别的" in boxed(stage)[media_id]


def test_a_preview_draft_that_somebody_deleted_is_made_anew(stage: Stage) -> None:
    number = written(stage)
    send(stage, number)
    stage.sim.delete_draft(shown(stage)[0][1])
    send(stage, number)
    assert [media_id for _, media_id in shown(stage)][1] in boxed(stage)


def test_a_draft_whose_answer_was_lost_is_found_again_and_not_made_twice(stage: Stage) -> None:
    number = written(stage)
    stage.sim.fault("draft/add", "drop", when="after")
    with pytest.raises(Unsure):
        send(stage, number)
    send(stage, number)
    assert len(boxed(stage)) == 1
    assert stage.calls("draft/add") == 1


def test_a_draft_that_was_never_made_is_made_when_two_minutes_have_passed(stage: Stage) -> None:
    number = written(stage)
    stage.sim.fault("draft/add", "drop")
    with pytest.raises(Unsure):
        send(stage, number)
    with pytest.raises(Unsure, match="两分钟后"):
        send(stage, number)
    stage.later(minutes=3)
    send(stage, number)
    assert len(boxed(stage)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [2, 3, 4])
def test_a_machine_that_dies_on_the_way_leaves_one_draft_that_the_next_preview_uses(
    stage: Stage, call: int, moment: str
) -> None:
    number = approved(stage, "first", due=stage.now + timedelta(hours=1))

    def mortal(parts: Parts, ticks: Ticks) -> None:
        kill_at_call(call, moment)
        show(parts, number)

    assert died(child(stage, mortal))  # at the cover's upload, at draft/add, at the preview
    stage.later(minutes=3)
    send(stage, number)
    assert len(boxed(stage)) == 1
    pass_time(stage, 1, 57, 58, 60)
    assert out(stage) == {"first": 1}
    assert stage.state(number) == State.PUBLISHED
    assert not stage.alarms()


def test_a_cover_that_wechat_does_not_know_yet_is_waited_for(stage: Stage) -> None:
    stage.sim.set(sync_seconds=2)
    number = written(stage)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        stage.later(seconds=seconds)

    send(stage, number, sleep=wait)
    assert waited == [3.0]


def test_a_refusal_says_what_to_do(stage: Stage) -> None:
    number = written(stage)
    for errcode, words in (
        (48001, "请在后台打开它，点“预览”"),
        (40132, "不是昵称"),
        (43004, "请他先关注"),
        (45011, "一分钟后"),
        (45009, "每天 100 次"),  # from here on it is not asked again today
    ):
        stage.sim.fault(PREVIEW, "errcode", errcode=errcode)
        with pytest.raises(PlatformTrouble, match=words):
            send(stage, number)
    assert not any("手机预览" in why for why in trail(stage, number))


def test_names_that_nobody_has_or_that_do_not_follow_are_told_apart(stage: Stage) -> None:
    stage.sim.set(unknown_names=["nobody"], strangers=["stranger"])
    number = written(stage)
    with pytest.raises(PlatformTrouble, match="微信号不对"):
        send(stage, number, "nobody")
    with pytest.raises(PlatformTrouble, match="没有关注"):
        send(stage, number, "stranger")


def test_a_lost_answer_says_where_to_look(stage: Stage) -> None:
    number = written(stage)
    stage.sim.fault(PREVIEW, "drop", when="after")
    with pytest.raises(Unsure, match="看看手机"):
        send(stage, number)


def test_what_cannot_be_shown_is_said_before_anything_is_made(stage: Stage) -> None:
    number = written(stage)
    folder: Path = stage.folder / "2026-12" / "01-notice"
    (folder / "cover.png").unlink()
    with pytest.raises(FilesWrong, match=r"cover\.png"):
        send(stage, number)
    written(stage, cover="")
    with pytest.raises(FilesWrong, match="封面"):
        send(stage, number)
    (folder / "index.md").unlink()
    with pytest.raises(FilesWrong, match="放回原处"):
        send(stage, number)
    with pytest.raises(OpsError, match="没有文章99"):
        send(stage, 99)
    assert boxed(stage) == {}


def test_the_terminal_says_what_wechat_refused_and_its_exit_code_is_three(stage: Stage) -> None:
    stage.sim.set(strangers=[NAME])
    wxops(stage, "person", "add", "运营", "--role", "operator")
    done = wxops(stage, "send-preview", str(written(stage)), NAME, "--by", "运营")
    assert done.returncode == 3
    assert done.stderr.strip().endswith(
        f"没有发到 {NAME}：对方没有关注公众号，请他先关注，再发一次。（43004 require subscribe）"
    )
