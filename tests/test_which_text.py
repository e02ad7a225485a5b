"""A draft that was edited in the back office: the difference is shown, and a person decides which text goes out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from console_kit import House
from publishing_kit import QUIET, approve, approved, drafted, handed_over, out, pass_time, write
from sqlalchemy import select
from stage import Stage
from terminal_kit import wxops

from content.errors import OpsError
from content.models import Article, Event, State
from scheduler import which_text
from scheduler.alarm import ringing
from scheduler.alarm_kinds import kind_of
from scheduler.drafts import new_publication
from scheduler.edited import keep

pytestmark = pytest.mark.one_database

BODY = "第一句没有变。\n\n时间是上午九点。"
EDITED = "<p>第一句没有变。</p><p>时间是上午十点。</p>"


def edit(stage: Stage, number: int, content: str = EDITED) -> None:
    stage.sim.edit_draft(stage.publication(number).media_id, content=f"{content}<p>作者：编辑部</p>")


def decide(stage: Stage, number: int, how: str) -> str:
    with stage.parts.store.transaction() as session:
        article = session.get_one(Article, number)
        if how == "ours":
            return which_text.use_ours(session, article, stage.parts.rules, by="运营", now=stage.now)
        return which_text.use_theirs(session, article, by="运营", now=stage.now)


def text_that_went_out(stage: Stage) -> str:
    return str(stage.sim.world.publications.jobs[-1].draft.items[0]["content"])


@pytest.fixture
def changed(stage: Stage) -> int:
    """A post that is due in five hours, whose draft was edited an hour ago; its number."""
    number = drafted(stage, minutes=300, body=BODY)
    edit(stage, number)
    pass_time(stage, 61)
    return number


def test_an_edit_is_noticed_within_the_hour_and_told_with_the_place_and_the_words(stage: Stage, changed: int) -> None:
    assert stage.state(changed) == State.DRAFTED
    (text,) = stage.alarms()
    assert "正文审过的是“…有变。时间是上午九点。作者：编辑部”，草稿里是“…有变。时间是上午十点。" in text
    assert text.endswith(f"用原稿 {changed}；要用改过的文字（重新审核以后再发）：用后台稿 {changed}。")
    pass_time(stage, 15, 60)
    assert stage.alarms() == [text]  # one alarm, and it keeps the difference
    assert stage.state(changed) == State.DRAFTED


def test_the_terminal_and_the_message_window_show_it_in_full(stage: Stage, changed: int) -> None:
    said = wxops(stage, "post", "edited", str(changed)).stdout
    assert "［删：九］［加：十］" in said
    stage.hire()
    assert "草稿在后台被改动" in stage.say("运营", "待发")


def test_ours_puts_the_draft_back_and_it_goes_out_at_its_time(stage: Stage, changed: int) -> None:
    stage.hire()
    due = stage.post(changed).due_at
    assert "用审过的原稿，草稿马上改回去，时间不变。" in stage.say("运营", f"用原稿 {changed}")
    stage.tick()
    assert (stage.state(changed), stage.post(changed).due_at, stage.alarms()) == (State.SCHEDULED, due, [])
    handed_over(stage, changed)
    assert "上午九点" in text_that_went_out(stage)
    pass_time(stage, 1)
    assert out(stage) == {"01-notice": 1}


def test_theirs_goes_through_the_chain_before_it_goes_out(stage: Stage, changed: int) -> None:
    stage.hire()
    answer = stage.say("运营", f"用后台稿 {changed}")
    assert "原来的审核作废，没有审过不会发出" in answer
    assert stage.article(changed).state == State.WRITTEN
    due = stage.post(changed).due_at
    assert due is not None
    stage.at(due)
    pass_time(stage, 0, 5)
    assert out(stage) == {}
    assert "［加：十］" in wxops(stage, "post", "edited", str(changed)).stdout  # still to be seen by whoever writes it
    write(stage, "01-notice", due=stage.now + timedelta(minutes=10), body=BODY.replace("九", "十"))
    approve(stage, "01-notice")
    pass_time(stage, 0, 10, 11)
    assert out(stage) == {"01-notice": 1}
    assert "上午十点" in text_that_went_out(stage)


def test_the_decision_stays_in_the_trail(stage: Stage, changed: int) -> None:
    decide(stage, changed, "theirs")
    with stage.parts.store.reading() as session:
        why = [event.why for event in session.scalars(select(Event).where(Event.by == "运营").order_by(Event.id))]
    assert why == [
        "运营决定：用后台改过的文字，原来的审核作废，要写进稿件重新送审",
        "运营决定：用后台改过的文字，等重新送审",
    ]


def test_ours_after_the_time_goes_out_at_once(stage: Stage) -> None:
    number = drafted(stage, body=BODY)
    edit(stage, number)
    handed_over(stage, number)
    assert out(stage) == {}
    with stage.parts.store.reading() as session:
        (ring,) = ringing(session)
    assert kind_of(ring.key).urgent  # its time has come
    assert "上午十点" in ring.text
    pass_time(stage, 200)
    assert len(stage.alarms()) == 1
    assert "马上发出" in decide(stage, number, "ours")
    pass_time(stage, 0, 0.1, 1)
    assert out(stage) == {"01-notice": 1}
    assert "上午九点" in text_that_went_out(stage)
    assert stage.alarms() == []


def test_an_edit_that_is_taken_back_is_forgotten(stage: Stage, changed: int) -> None:
    edit(stage, changed, EDITED.replace("十", "九"))
    pass_time(stage, 16, 17)
    assert (stage.state(changed), stage.alarms()) == (State.SCHEDULED, [])
    with pytest.raises(OpsError, match="没有在后台被改过"):
        decide(stage, changed, "ours")


def test_of_several_articles_only_the_edited_one_is_reviewed_again(stage: Stage) -> None:
    due = stage.now + timedelta(hours=5)
    write(stage, "01-a", due=due, body=BODY)
    write(stage, "02-b", due=due, body="另一篇。")
    first, second = approve(stage, "01-a", "02-b")
    stage.tick()
    stage.sim.backoffice("edit_draft", media_id=stage.publication(first).media_id, index=1, title="改了的标题")
    pass_time(stage, 61)
    assert "标题审过的是“02-b”，草稿里是“改了的标题”" in "".join(stage.alarms())
    decide(stage, first, "theirs")
    assert [stage.article(n).state for n in (first, second)] == [State.APPROVED, State.WRITTEN]


def test_what_was_done_by_hand_must_be_done_again_with_ours(stage: Stage) -> None:
    number = approved(stage, "01-notice", due=stage.now + timedelta(hours=2), notify=QUIET, body=BODY, by_hand="视频")
    stage.tick()
    edit(stage, number)
    pass_time(stage, 16)
    assert "改好后请在后台按“发表”。手工项（视频）要重新做。" in decide(stage, number, "ours")
    stage.tick()
    assert stage.state(number) == State.DRAFTED


def test_only_those_who_run_the_account_decide(stage: Stage, changed: int) -> None:
    stage.hire()
    assert "不归编辑用" in stage.say("编辑", f"用原稿 {changed}")
    assert "请写文章编号" in stage.say("运营", "用后台稿")
    assert stage.state(changed) == State.DRAFTED


def test_the_articles_page_shows_the_difference(database: str, tmp_path: Path) -> None:
    house = House(tmp_path / "house", database)
    with house.open():
        house.staff()
        house.submit(house.write(body=BODY, due=house.now + timedelta(hours=5)))
        with house.parts.store.transaction() as session:
            post = session.get_one(Article, 1).post
            assert post is not None
            publication = new_publication(post)
            keep(publication, [{"title": "通知01-notice", "content": f"{EDITED}<p>作者：编辑部</p>"}])
            session.add(publication)
        editor = house.visitor("编辑")
        page = editor.get("/console/articles/1").text
        assert "<del>九</del><ins>十</ins>" in page
        assert "用原稿 1，或：用后台稿 1" in page
