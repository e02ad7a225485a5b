"""Taking down (撤稿): one person with the title, evidence first, only what the API sent, gone only when it is seen."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from after_kit import (
    WHY,
    ask,
    confirm,
    hire,
    is_done,
    published,
    published_together,
    readable,
    trail,
    withdrawal,
)
from days_of_tests import DAY, SOAK
from publishing_kit import (
    PUSH,
    QUIET,
    approve,
    approved,
    child,
    died,
    drafted,
    handed_over,
    kill_at_call,
    kill_at_commit,
    out,
    pass_time,
    write,
)
from sqlalchemy import select
from stage import Stage

from bot.wiring import Parts
from bot.withdrawals import evidence_of
from content.errors import OpsError
from content.models import Article, State
from content.people import person_named, revoke
from content.workflow import move
from scheduler import drafts
from scheduler.alarm import ringing, take
from scheduler.comment_models import CommentThread
from scheduler.confirm import apply_publish
from scheduler.confirm import confirm as confirm_out
from scheduler.jobs import Ticks
from scheduler.models import Outbox, Publication
from scheduler.wechat import Patience
from scheduler.withdraw import BY_HAND, DELETING

TITLE = "01-notice"
DELETE = {QUIET: "freepublish/delete", PUSH: "message/mass/delete"}


def waiting(stage: Stage, kind: str) -> str:
    """The texts of the alarms of a kind that ring."""
    with stage.parts.store.reading() as session:
        return "\n".join(alarm.text for alarm in ringing(session) if alarm.key.startswith(f"{kind}:"))


def take_all(stage: Stage, kind: str) -> None:
    """Let somebody say 收到 to every alarm of a kind."""
    with stage.parts.store.transaction() as session:
        for alarm in ringing(session):
            if alarm.key.startswith(f"{kind}:"):
                take(session, alarm.id, by="运营", now=stage.now)


def untaken(stage: Stage, kind: str) -> str:
    """The texts of the alarms of a kind that nobody has answered."""
    with stage.parts.store.reading() as session:
        return "\n".join(a.text for a in ringing(session) if a.key.startswith(f"{kind}:") and a.taken_at is None)


# who may, and what ----------------------------------------------------------------------------------------------------


def test_only_who_may_takes_down_with_a_reason_and_the_title_of_what_is_meant(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    with pytest.raises(OpsError, match="编辑是编辑，不能撤稿"):
        ask(stage, number, TITLE, who="编辑")
    with pytest.raises(OpsError, match="不能撤稿"):
        ask(stage, number, TITLE, who="外聘")
    with pytest.raises(OpsError, match="标题对不上，没有撤：您写的是“别的文章”，文章1 是“01-notice”"):
        ask(stage, number, "别的文章")
    with pytest.raises(OpsError, match="撤稿要写原因"):
        ask(stage, number, TITLE, reason=" ")
    pass_time(stage, 0, 1)
    assert readable(stage) == [TITLE]
    assert "马上撤下" in ask(stage, number, "《 ０１-NOTICE》")
    with pytest.raises(OpsError, match="已经在撤了"):
        ask(stage, number, TITLE)


def test_a_second_person_is_told_at_once_and_again_until_they_confirm(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.say("主任", "帮助")  # for 48 hours the account may write to them
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    told = [one["text"]["content"] for one in stage.sim.stats["custom_messages"] if one["touser"] == "openid-主任"]
    assert any(f"确认撤稿 {number}" in text and WHY in text for text in told)
    with pytest.raises(OpsError, match="另一位有权限的人"):
        confirm(stage, number, "运营")
    with pytest.raises(OpsError, match="不能确认撤稿"):
        confirm(stage, number, "编辑")
    with stage.parts.store.transaction() as session:
        first = next(alarm.id for alarm in ringing(session) if alarm.key.startswith("withdraw-confirm"))
        take(session, first, by="运营", now=stage.now)
    stage.later(hours=25)
    stage.tick()
    with stage.parts.store.reading() as session:
        again = next(alarm for alarm in ringing(session) if alarm.key.startswith("withdraw-confirm"))
    assert again.id != first
    assert again.taken_at is None
    assert "已撤下" in confirm(stage, number)
    assert waiting(stage, "withdraw") == waiting(stage, "withdraw-confirm") == ""
    stage.later(hours=25)
    stage.tick()
    assert waiting(stage, "withdraw-confirm") == ""
    assert "早已由主任确认" in confirm(stage, number)


def test_where_nobody_else_may_the_alarm_asks_for_a_second_person(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    with stage.parts.store.transaction() as session:
        revoke(session, person_named(session, "主任"), by="运营", now=stage.now)
    ask(stage, number, TITLE)
    assert "请先加一位运营或甲方终审人" in waiting(stage, "withdraw-confirm")


# what is not out yet --------------------------------------------------------------------------------------------------


def test_what_is_not_out_leaves_its_post_and_its_draft_is_deleted(stage: Stage) -> None:
    hire(stage)
    number = drafted(stage)
    assert "到时间不会发" in ask(stage, number, TITLE)
    assert stage.article(number).state == State.WRITTEN
    assert stage.article(number).post is None
    pass_time(stage, 0, 11, 60)
    assert out(stage) == {}
    assert stage.sim.stats["drafts"] == 0
    assert withdrawal(stage, number).seen == "没有发出过，草稿已删除"
    assert "撤稿：日期写错" in trail(stage, number)
    with pytest.raises(OpsError, match="不用撤"):
        ask(stage, number, TITLE)


def test_a_second_before_its_minute_it_does_not_go_out_and_the_others_do(stage: Stage) -> None:
    hire(stage)
    due = stage.now + timedelta(minutes=10)
    for name in ("a", "b"):
        write(stage, name, due=due)
    first, second = approve(stage, "a", "b")
    stage.tick()
    stage.at(due - timedelta(seconds=1))
    ask(stage, first, "a")
    stage.at(due)
    stage.ticks.publishing()
    pass_time(stage, 0, 1, 2)
    assert out(stage) == {"b": 1}
    assert stage.article(second).state == State.PUBLISHED


def test_a_draft_that_is_gone_may_have_been_pressed_and_a_person_looks(stage: Stage) -> None:
    hire(stage)
    number = drafted(stage)
    media_id = stage.publication(number).media_id
    stage.sim.backoffice("publish", media_id=media_id)
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    assert "草稿不见了，可能已在后台发表" in waiting(stage, "withdraw")
    assert f"已撤 {number}" in waiting(stage, "withdraw")
    is_done(stage, number)
    assert waiting(stage, "withdraw") == ""
    assert withdrawal(stage, number).seen == "运营看过，已不在"


def test_what_is_on_its_way_is_taken_down_as_soon_as_it_is_out(stage: Stage) -> None:
    hire(stage)
    stage.sim.set(pushes="lost", publish_seconds=50, mass_seconds=50)
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    assert stage.state(number) == State.PUBLISHING
    assert "一有结果就撤" in ask(stage, number, TITLE)
    pass_time(stage, 0.5, 2, 4, 5, 6)
    assert readable(stage) == []
    assert stage.article(number).state == State.WITHDRAWN
    assert stage.calls(DELETE[PUSH]) == 1


def test_a_push_of_unknown_outcome_is_not_repeated_while_it_is_to_be_taken_down(stage: Stage) -> None:
    hire(stage)
    stage.sim.fault("message/mass/sendall", "drop")
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    assert stage.state(number) == State.UNSURE
    ask(stage, number, TITLE)
    pass_time(stage, 2, 10, 60)
    assert stage.calls("message/mass/sendall") == 1


def test_what_was_pressed_unreviewed_can_be_taken_down_too(stage: Stage) -> None:
    hire(stage)
    number = drafted(stage)
    stage.sim.backoffice("publish", media_id=stage.publication(number).media_id)
    with stage.parts.store.transaction() as session:
        article = session.get_one(Article, number)
        move(session, article, State.WRITTEN, by="测试", now=stage.now, why="文件改了")
    with stage.parts.store.transaction() as session:
        settled = session.get_one(Publication, stage.publication(number).id)
        confirm_out(session, settled, urls=[], article_id="", at=stage.now, now=stage.now)
    assert stage.article(number).state == State.WRITTEN
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    assert "“发表记录”" in waiting(stage, "withdraw")
    is_done(stage, number)
    assert stage.article(number).state == State.WITHDRAWN


def test_what_is_withdrawn_while_its_pictures_are_uploaded_gets_no_draft(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(stage)
    number = approved(stage, TITLE, due=stage.now + timedelta(minutes=10))
    uploaded = drafts.as_draft

    def and_withdrawn(*args: Any, **more: Any) -> dict[str, Any]:
        made = uploaded(*args, **more)
        ask(stage, number, TITLE)
        return made

    monkeypatch.setattr(drafts, "as_draft", and_withdrawn)
    pass_time(stage, 0, 1, 5)
    assert withdrawal(stage, number).ended_at
    assert stage.sim.stats["drafts"] == 0


def test_a_draft_that_was_to_be_written_over_still_holds_what_is_withdrawn(stage: Stage) -> None:
    hire(stage)
    number = drafted(stage)
    with stage.parts.store.transaction() as session:
        session.get_one(Publication, 1).drafted = ""  # as 用原稿 leaves it until the next tick
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    assert stage.sim.stats["drafts"] == 0


def test_what_asked_for_a_hand_asks_for_none_when_it_is_withdrawn(stage: Stage) -> None:
    hire(stage)
    number = approved(stage, TITLE, due=stage.now + timedelta(minutes=60), by_hand="投票")
    pass_time(stage, 0)
    assert waiting(stage, "press")
    ask(stage, number, TITLE)
    assert waiting(stage, "press") == ""


def test_an_earlier_withdrawal_is_confirmed_with_the_later_one(stage: Stage) -> None:
    hire(stage)
    number = drafted(stage, minutes=600)
    ask(stage, number, TITLE)
    pass_time(stage, 1)
    approve(stage, TITLE)
    ask(stage, number, TITLE)
    pass_time(stage, 1)
    assert len(waiting(stage, "withdraw-confirm").splitlines()) == 2
    assert "您确认了" in confirm(stage, number)
    assert waiting(stage, "withdraw-confirm") == ""


def test_a_draft_that_was_made_since_without_it_is_left_alone(stage: Stage) -> None:
    hire(stage)
    due = stage.now + timedelta(minutes=10)
    for name in ("a", "b"):
        write(stage, name, due=due)
    first, second = approve(stage, "a", "b")
    stage.tick()
    stage.sim.fault("draft/delete", "drop", times=1)
    ask(stage, first, "a")
    stage.tick()
    assert withdrawal(stage, first).ended_at is None
    pass_time(stage, 3, 5)
    assert withdrawal(stage, first).ended_at is not None
    assert stage.sim.stats["drafts"] == 1
    stage.at(due)
    pass_time(stage, 0, 1, 2)
    assert out(stage) == {"b": 1}
    assert stage.article(second).state == State.PUBLISHED
    assert waiting(stage, "withdraw") == ""


# what is out ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_what_the_api_sent_it_deletes_once_and_withdrawn_is_what_was_seen_gone(stage: Stage, notify: str) -> None:
    hire(stage)
    number = published(stage, notify=notify)
    answer = ask(stage, number, TITLE)
    assert ("卡片会留在粉丝的消息列表里" in answer) == (notify == PUSH)
    pass_time(stage, 0)
    assert stage.article(number).state == State.PUBLISHED  # WeChat took it, and nobody has seen it yet
    pass_time(stage, 0, 1)
    assert stage.article(number).state == State.WITHDRAWN
    assert withdrawal(stage, number).seen == "微信读回，已不在"
    assert readable(stage) == []
    assert stage.calls(DELETE[notify]) == 1
    assert stage.calls(DELETE[QUIET]) + stage.calls(DELETE[PUSH]) == 1
    pass_time(stage, 1, 60)
    assert waiting(stage, "withdraw") == waiting(stage, "taken-down") == ""
    with stage.parts.store.reading() as session:
        assert "撤好了" in "".join(session.scalars(select(Outbox.text)))


def test_one_of_several_is_deleted_alone_by_its_place(stage: Stage) -> None:
    hire(stage)
    first, second, third = published_together(stage, "a", "b", "c")
    ask(stage, second, "b")
    pass_time(stage, 0, 1)
    assert readable(stage) == ["a", "c"]
    states = [stage.article(number).state for number in (first, second, third)]
    assert states == [State.PUBLISHED, State.WITHDRAWN, State.PUBLISHED]
    ask(stage, first, "a")
    pass_time(stage, 0, 1)
    assert readable(stage) == ["c"]


def test_one_of_a_push_that_no_call_shows_waits_for_a_persons_look(stage: Stage) -> None:
    hire(stage)
    first, second = published_together(stage, "a", "b", notify=PUSH)
    ask(stage, second, "b")
    pass_time(stage, 0, 1)
    assert readable(stage) == ["a"]
    assert stage.article(second).state == State.PUBLISHED
    assert "请打开链接看一看" in waiting(stage, "withdraw")
    assert "idx=2" in waiting(stage, "withdraw")
    is_done(stage, second)
    assert stage.article(second).state == State.WITHDRAWN
    assert stage.article(first).state == State.PUBLISHED


def test_the_evidence_is_kept_before_anything_is_deleted(stage: Stage) -> None:
    hire(stage)
    number = published(stage, body="正文。\n\n![图](body.png)\n")
    sha256 = trail_hash(stage, number)
    stage.sim.fault(DELETE[QUIET], "errcode", errcode=48001)
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    assert withdrawal(stage, number).stage == BY_HAND
    with stage.parts.store.reading() as session:
        archive = zipfile.ZipFile(io.BytesIO(evidence_of(session, stage.folder, number)))
    names = archive.namelist()
    assert sum(name.startswith("pictures/") for name in names) == 2
    page = archive.read("定稿.html").decode()
    assert "正文。" in page
    assert "wxops-picture:" not in page
    facts = json.loads(archive.read("facts.json"))
    assert facts["定稿的 sha256"] == sha256
    assert (facts["要求撤稿"][:2], facts["原因"]) == ("运营", WHY)
    assert facts["链接"].startswith("http://mp.weixin.qq.com/s?")
    assert "正文。" in archive.read("公众号上的文章.html").decode()
    for line in archive.read("校验.txt").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def trail_hash(stage: Stage, number: int) -> str:
    from content.revisions import latest_revision

    with stage.parts.store.reading() as session:
        revision = latest_revision(session, session.get_one(Article, number))
        assert revision is not None
        return revision.sha256


def test_nothing_is_deleted_while_the_evidence_cannot_be_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(stage)
    number = published(stage)
    with monkeypatch.context() as full:
        full.setattr(
            "content.custody.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        ask(stage, number, TITLE)
        pass_time(stage, 0, 1)
    assert readable(stage) == [TITLE]
    assert "No space left" in waiting(stage, "withdraw")
    assert "先截图" in waiting(stage, "withdraw")


def test_comments_are_closed_before_the_article_goes(stage: Stage) -> None:
    hire(stage)
    number = published(stage, comments="是")
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    calls = [one["path"] for one in stage.sim.log]
    assert calls.index("comment/close") < calls.index(DELETE[QUIET])
    assert withdrawal(stage, number).comments == "已关"


def test_comments_that_cannot_be_closed_do_not_keep_the_article_up(stage: Stage) -> None:
    hire(stage)
    number = published(stage, comments="是")
    stage.sim.fault("comment/close", "errcode", errcode=88000)
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    assert readable(stage) == []
    assert "没有关成" in withdrawal(stage, number).comments


def test_comments_that_were_opened_later_are_closed_too(stage: Stage) -> None:
    hire(stage)
    number = published(stage, comments="否")
    with stage.parts.store.transaction() as session:
        session.scalars(select(CommentThread)).one().is_open = True
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    assert stage.calls("comment/close") == 1


def test_what_may_not_be_read_this_minute_is_not_deleted_unread(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault("freepublish/getarticle", "errcode", errcode=45011)
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    assert stage.calls(DELETE[QUIET]) == 0
    pass_time(stage, 1.1, 2.2)
    assert stage.article(number).state == State.WITHDRAWN


def test_what_may_not_be_read_today_is_not_deleted_unread_and_a_person_takes_it_down_at_once(stage: Stage) -> None:
    hire(stage)
    number = published(stage, comments="是")
    stage.sim.fault("freepublish/getarticle", "errcode", errcode=45009, times=99)
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1.1)
    told = waiting(stage, "withdraw")
    assert "微信现在不让接口读这篇文章" in told
    assert "核对不了标题" in told
    assert (stage.calls(DELETE[QUIET]), stage.calls("comment/close")) == (0, 1)
    assert withdrawal(stage, number).evidence_at is not None


def test_a_days_limit_after_the_deletion_is_not_told_as_a_place_that_no_call_shows(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault("freepublish/getarticle", "errcode", errcode=45009, times=99, skip=1)
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1.1)
    assert "微信现在不让接口读这篇文章" in waiting(stage, "withdraw")
    assert stage.calls(DELETE[QUIET]) == 1


def test_another_title_at_this_place_is_not_deleted(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.world.archive.articles[0].item["title"] = "别人的文章"
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    assert stage.calls(DELETE[QUIET]) == 0
    assert "标题是“别人的文章”" in waiting(stage, "withdraw")


# doubts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_deletion_whose_answer_was_lost_is_looked_after_and_not_made_again(stage: Stage, notify: str) -> None:
    hire(stage)
    number = published(stage, notify=notify)
    stage.sim.fault(DELETE[notify], "drop", when="after")
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1, 2, 5)
    assert stage.calls(DELETE[notify]) == 1
    assert stage.article(number).state == State.WITHDRAWN


def test_a_deletion_that_was_certainly_not_made_is_made_once_more(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault(DELETE[QUIET], "drop", when="before")
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    assert withdrawal(stage, number).stage == DELETING
    assert stage.calls(DELETE[QUIET]) == 1
    pass_time(stage, 1.5, 2, 3)
    assert stage.article(number).state == State.WITHDRAWN
    assert stage.calls(DELETE[QUIET]) == 2
    assert waiting(stage, "withdraw") == ""


def test_one_of_a_push_whose_answer_was_lost_is_left_to_a_person(stage: Stage) -> None:
    hire(stage)
    _, second = published_together(stage, "a", "b", notify=PUSH)
    stage.sim.fault(DELETE[PUSH], "drop", when="after")
    ask(stage, second, "b")
    pass_time(stage, 0, 1, 2, 10)
    assert stage.calls(DELETE[PUSH]) == 1
    assert "不知道微信删没删" in waiting(stage, "withdraw")


def test_what_wechat_refuses_becomes_steps_for_a_person(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault(DELETE[QUIET], "errcode", errcode=48001)
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1)
    text = waiting(stage, "withdraw")
    assert "48001" in text
    assert "“发表记录”" in text
    assert text.rstrip().endswith(f"已撤 {number}（或运行 wxops withdraw {number} --done --by 姓名）。")
    take_all(stage, "withdraw")
    stage.later(minutes=1)
    assert "马上向微信核对" in is_done(stage, number)
    pass_time(stage, 0)
    assert "微信读回它还在" in untaken(stage, "withdraw")  # nobody has deleted it, whoever said 收到
    stage.sim.backoffice("delete_article", article_id=stage.publication(number).article_id)
    is_done(stage, number)
    pass_time(stage, 0)
    assert stage.article(number).state == State.WITHDRAWN
    assert waiting(stage, "withdraw") == ""


def test_when_wechat_is_silent_the_steps_come_and_it_is_tried_on(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault("freepublish/getarticle", "drop", times=8)
    stage.ticks.wechat._patience = Patience(pause=0)  # each read is repeated once
    ask(stage, number, TITLE)
    pass_time(stage, 0, 1.1, 2.2, 3.3)
    assert "还没有撤成，会接着试" in waiting(stage, "withdraw")
    assert stage.calls(DELETE[QUIET]) == 0
    pass_time(stage, 2, 4, 6)
    assert stage.article(number).state == State.WITHDRAWN
    assert waiting(stage, "withdraw") == ""


def test_what_was_published_by_hand_is_a_step_by_hand(stage: Stage) -> None:
    hire(stage)
    stage.at(stage.now.replace(hour=1))  # 09:00 in Shanghai
    stage.sim.backoffice("publish_new", title="别处发的", notify=True)
    number = outside(stage)
    ask(stage, number, "别处发的")
    pass_time(stage, 0, 1)
    assert stage.calls(DELETE[PUSH]) == stage.calls(DELETE[QUIET]) == 0
    assert "不是用接口发的" in waiting(stage, "withdraw")
    is_done(stage, number)
    assert stage.article(number).state == State.WITHDRAWN
    assert "运营看过，已不在" in trail(stage, number)


def outside(stage: Stage) -> int:
    """Let the next morning's figures bring in what was published elsewhere."""
    stage.later(days=1)
    stage.tick()
    with stage.parts.store.reading() as session:
        return session.scalars(select(Article.id).where(Article.origin != "ours")).one()


def test_wechats_own_word_that_it_is_deleted_rings_for_nobody_who_asked_for_it(stage: Stage) -> None:
    hire(stage)
    number = published(stage)
    stage.sim.fault(DELETE[QUIET], "errcode", errcode=48001)
    ask(stage, number, TITLE)
    pass_time(stage, 0)
    with stage.parts.store.transaction() as session:
        publication = session.get_one(Publication, stage.publication(number).id)
        apply_publish(session, publication, {"publish_status": 5}, stage.now, stage.now)
    pass_time(stage, 0)
    assert waiting(stage, "taken-down") == waiting(stage, "withdraw") == ""
    assert stage.article(number).state == State.WITHDRAWN


# crashes --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fuse", "moment"), [(kill_at_call, "after"), (kill_at_commit, "before")])
def test_wherever_the_scheduler_dies_it_is_taken_down(
    stage: Stage, fuse: Callable[[int, str], None], moment: str
) -> None:
    """Without `make soak` each third point is tried, the others on another day."""
    hire(stage)
    stage.at(stage.now.replace(day=2, hour=1))
    step = 1 if SOAK else 3
    point, killed = DAY % step + 1 - step, True
    while killed:
        point += step
        title = f"crash-{point:02}"
        number = published(stage, title, comments="是")
        ask(stage, number, title)
        killed = died(child(stage, partial(_ticks, stage, partial(fuse, point, moment))))
        pass_time(stage, 0.6, 2, 3, 5)
        assert stage.article(number).state == State.WITHDRAWN, (point, stage.alarms())
        assert readable(stage) == []
        assert waiting(stage, "withdraw") == ""
    assert point > 3


def _ticks(stage: Stage, fuse: Callable[[], None], parts: Parts, ticks: Ticks) -> None:
    fuse()
    for _ in range(3):
        ticks.publishing()
