"""Once, whatever is repeated, collides, fails or comes to two processes at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from wechat_sender import Entrance

from bot import commands
from bot.commands.table import EVERYBODY, Ask, Command
from bot.door import BROKEN
from bot.messages import Message
from content import control, tickets
from content.models import Event, Person, Review
from scheduler.models import JobNotice, Received


@pytest.fixture
def house(database: str, tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "space", database)


@pytest.fixture
def door(house: Entrance) -> Iterator[Entrance]:
    with house.open():
        house.hire()
        yield house


def notices(door: Entrance) -> list[tuple[str, str]]:
    with door.parts.store.reading() as session:
        return [(n.kind, n.job) for n in session.scalars(select(JobNotice).order_by(JobNotice.id))]


def paused_by(door: Entrance) -> str:
    with door.parts.store.reading() as session:
        row = control.read(session, control.PAUSE)
        return row.by if row and row.value == control.ON else ""


def finished(door: Entrance, publish_id: object, *, created: int | None = 1_796_000_000) -> None:
    info = {"publish_id": publish_id, "publish_status": 0, "article_id": "A"}
    answer = door.wechat.event("PUBLISHJOBFINISH", "oHelper", CreateTime=created, PublishEventInfo=info)
    assert (answer.status_code, answer.content) == (200, b"")


# repeats -------------------------------------------------------------------------------------------------------------


def test_a_message_delivered_three_times_acts_once_and_is_answered_alike(door: Entrance) -> None:
    before = door.stored()[0]
    answers = {door.say("运营", "暂停", msg_id=7001) for _ in range(3)}
    assert answers == {"已暂停自动发布，到点的推文会等着。要恢复请发：恢复"}
    assert door.stored()[0] == before + 1
    assert "早已暂停" in door.say("运营", "暂停", msg_id=7002)


def test_a_verdict_delivered_three_times_counts_once(door: Entrance) -> None:
    door.submit(door.write())
    answers = {door.say("编辑", "同意 1-1", msg_id=7001) for _ in range(3)}
    assert answers == {"文章1“通知01-notice”修订1-1已通过初审，下一步：复审。"}
    with door.parts.store.reading() as session:
        assert len(session.scalars(select(Review)).all()) == 1


def test_a_refusal_is_repeated_too(door: Entrance) -> None:
    refused = door.say("编辑", "同意 1-1", msg_id=7001)
    door.submit(door.write())
    assert door.say("编辑", "同意 1-1", msg_id=7001) == refused == "没有文章1。"
    assert "已通过初审" in door.say("编辑", "同意 1-1", msg_id=7002)


def test_a_repeat_is_answered_alike_when_the_sender_has_lost_the_right_meanwhile(door: Entrance) -> None:
    answer = door.say("运营", "暂停", msg_id=7001)
    door.wechat.event("unsubscribe", "openid-运营")
    assert door.say("运营", "暂停", msg_id=7001) == answer
    assert door.say("运营", "暂停", msg_id=7002) == commands.READERS_ANSWER


def test_the_binding_message_delivered_three_times_binds_once(door: Entrance) -> None:
    code = door.add("联络", "liaison")
    answers = {door.say("联络", f"绑定 {code}", msg_id=7001) for _ in range(3)}
    assert answers == {"联络，已绑定，您的角色是联络员。发“帮助”看能做什么。"}


def test_two_people_with_the_same_msgid_are_both_heard(door: Entrance) -> None:
    assert door.say("运营", "暂停", msg_id=7001).startswith("已暂停")
    assert door.say("主任", "恢复", msg_id=7001).startswith("已恢复")
    assert paused_by(door) == ""


@pytest.mark.parametrize("msg_id", ["0", None])
def test_messages_without_a_msgid_are_told_apart_by_their_time_and_words(door: Entrance, msg_id: str | None) -> None:
    def send(words: str, created: int | None) -> str:
        body = door.wechat.written(words, "openid-运营", msg_id=1)
        number = "" if msg_id is None else f"<MsgId>{msg_id}</MsgId>"
        moment = f"<CreateTime>{int(door.now.timestamp())}</CreateTime>"
        body = body.replace("<MsgId>1</MsgId>", number).replace(moment, f"<CreateTime>{created}</CreateTime>")
        return door.wechat.opened(door.wechat.post(body))["Content"]

    assert send("暂停", 1000) == send("暂停", 1000)
    assert "早已暂停" in send("暂停", 1001)
    assert "已恢复" in send("恢复", 1001)


def test_what_a_person_types_with_emoji_is_kept_and_shown(door: Entrance) -> None:
    why = "等核实👩‍👩‍👧‍👦㈱𠮷"
    assert f"：{why}" in door.say("运营", f"暂停 {why}")
    assert f"：{why}" in door.say("主任", "暂停")


def test_questions_store_nothing(door: Entrance) -> None:
    before = door.stored()
    for words in ("帮助", "统计", "文章", "待审", "待发", "随便说说"):
        assert door.say("编辑", words) == door.say("编辑", words)
        assert door.say("路人", words) == commands.READERS_ANSWER
    assert door.stored() == before


# events --------------------------------------------------------------------------------------------------------------


def message(**changed: str) -> Message:
    """An event of one second; `changed` says what is different."""
    fields = {"sender": "o", "kind": "event", "event": "click", "event_key": "", "text": "", "msg_id": ""} | changed
    job = {"PublishEventInfo": {"publish_id": fields.pop("publish_id", "")}, "MsgID": fields.pop("mass_id", "")}
    return Message(recipient="gh", created=int(fields.pop("created", "1000")), fields=job, **fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"event_key": "A"}, {"event_key": "B"}),
        ({"event": "click"}, {"event": "location"}),
        ({"sender": "o1"}, {"sender": "o2"}),
        ({"created": "1000"}, {"created": "1001"}),
        ({"event": "publishjobfinish", "publish_id": "1"}, {"event": "publishjobfinish", "publish_id": "2"}),
        ({"event": "masssendjobfinish", "mass_id": "1"}, {"event": "masssendjobfinish", "mass_id": "2"}),
        ({"kind": "text", "msg_id": "1"}, {"kind": "text", "msg_id": "2"}),
        ({"kind": "text", "msg_id": "1", "sender": "o1"}, {"kind": "text", "msg_id": "1", "sender": "o2"}),
        ({"kind": "text", "text": "同意 1-1"}, {"kind": "text", "text": "同意 2-1"}),
        ({"sender": "o", "event_key": "1"}, {"sender": "o1", "event_key": ""}),
    ],
)
def test_two_that_differ_are_two_and_each_is_itself(one: dict[str, str], other: dict[str, str]) -> None:
    assert message(**one).key != message(**other).key
    assert message(**one).key == message(**one).key


def test_without_a_time_and_an_id_every_event_is_its_own() -> None:
    assert message(created="0").key != message(created="0").key


def test_two_posts_that_finish_in_the_same_second_are_both_kept(door: Entrance) -> None:
    for publish_id in (2247000001, 2247000002, "2247000003"):
        for _ in range(3):
            finished(door, publish_id)
    assert notices(door) == [("publish", "2247000001"), ("publish", "2247000002"), ("publish", "2247000003")]


def test_two_mass_sends_that_finish_in_the_same_second_are_both_kept(door: Entrance) -> None:
    for job in (1000001, 1000002, 1000001):
        door.wechat.event("MASSSENDJOBFINISH", "oHelper", CreateTime=1000, MsgID=job, Status="send success")
    assert notices(door) == [("mass", "1000001"), ("mass", "1000002")]


def test_an_event_after_another_without_ids_and_time_is_kept(door: Entrance) -> None:
    finished(door, 1, created=None)
    finished(door, 2, created=None)
    assert notices(door) == [("publish", "1"), ("publish", "2")]


@pytest.mark.parametrize("info", [{}, {"publish_status": 0}, {"publish_id": {"a": 1}}, "no mapping"])
def test_a_job_event_that_names_no_job_is_dropped_with_a_line(
    door: Entrance, info: object, caplog: pytest.LogCaptureFixture
) -> None:
    answer = door.wechat.event("PUBLISHJOBFINISH", MsgID=5, PublishEventInfo=info)
    assert (answer.status_code, answer.content, notices(door)) == (200, b"", [])
    assert "publishjobfinish without a job" in caplog.text


@pytest.mark.parametrize("key", [None, "", "qrscene_12", "scanbarcode|1"])
def test_whoever_begins_to_follow_is_welcomed_the_same_each_time(door: Entrance, key: str | None) -> None:
    before = door.stored()
    for _ in range(3):
        reply = door.wechat.opened(door.wechat.event("subscribe", CreateTime=1000, EventKey=key))
        assert reply["Content"] == commands.READERS_ANSWER
    assert door.stored() == before


def test_whoever_leaves_is_forgotten_and_the_trail_stays(door: Entrance) -> None:
    door.submit(door.write())
    door.say("编辑", "同意 1-1")
    for _ in range(3):
        assert door.wechat.event("unsubscribe", "openid-编辑", CreateTime=1000).content == b""
    with door.parts.store.reading() as session:
        person = session.scalars(select(Person).where(Person.name == "编辑")).one()
        assert (person.openid, person.bound_at, person.revoked_at) == (None, None, None)
        told = session.scalars(select(Event.why).where(Event.subject == f"person:{person.id}").order_by(Event.id)).all()
        assert told == ["加入，编辑，乙方", "绑定微信", "取消关注，微信号已删除"]
        assert session.scalars(select(Review.person_id)).all() == [person.id]
        everything = [str(row) for row in session.execute(select(Received.__table__)).all()]
        everything += [str(row) for row in session.execute(select(Event.__table__)).all()]
        assert not any("openid-" in row for row in everything)
    assert door.say("编辑", "待审") == commands.READERS_ANSWER


def test_a_stranger_who_leaves_leaves_no_trail(door: Entrance) -> None:
    before = door.stored()[2]
    assert door.wechat.event("unsubscribe", "oSomebody").status_code == 200
    assert door.stored()[2] == before


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "brand_new_event_2027", ""])
def test_events_that_nothing_waits_for_are_answered_with_nothing(door: Entrance, name: str) -> None:
    before = door.stored()
    answer = door.wechat.event(name, "openid-编辑", EventKey="暂停")
    assert (answer.status_code, answer.content, door.stored()) == (200, b"", before)


# trouble -------------------------------------------------------------------------------------------------------------


@contextmanager
def speaking(name: str, answer: Callable[[Ask], str], *, acts: bool) -> Iterator[None]:
    """Put a command into the table for a while."""
    entry = Command((name,), EVERYBODY, acts, False, "", answer)
    commands.COMMANDS.append(entry)
    try:
        yield
    finally:
        commands.COMMANDS.remove(entry)


@pytest.mark.parametrize("acts", [True, False])
def test_a_command_with_a_bug_is_undone_answered_and_logged_once(
    door: Entrance, acts: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(ask: Ask) -> str:
        control.pause(ask.session, by="bug", now=ask.now)
        raise ZeroDivisionError("openid-编辑 must not be told")

    with speaking("出错", buggy, acts=acts):
        repeats = 3 if acts else 1
        assert {door.say("编辑", "出错", msg_id=7001) for _ in range(repeats)} == {BROKEN}
        assert paused_by(door) == ""
        assert [line.getMessage() for line in caplog.records if line.levelname == "ERROR"] == ["a command failed"]
        assert "已暂停" in door.say("运营", "暂停")


def test_a_reader_whose_complaint_was_undone_is_not_told_that_it_is_written_down(
    door: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def buggy(*args: object, **more: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(tickets, "take", buggy)
    said = door.say("路人", "楼道漏水没人管")
    assert (said, "记下" in said) == (BROKEN, False)
    monkeypatch.undo()
    assert "编号 1" in door.say("路人", "楼道漏水没人管")


@pytest.mark.parametrize("acts", [True, False])
def test_no_words_of_an_answer_make_it_the_xml_of_the_second_address(door: Entrance, acts: bool) -> None:
    forged = "relayed:<xml><MsgType>transfer_customer_service</MsgType></xml>"
    for mark in ("\ue000", "\x01", ""):
        said = mark + forged
        with speaking("伪造", lambda ask, said=said: said, acts=acts):  # type: ignore[misc]
            assert {door.say("编辑", "伪造", msg_id=25_000_000 + ord(mark or "0")) for _ in range(2)} == {
                said.removeprefix("\x01")
            }


def test_a_command_that_is_overtaken_is_undone_and_brought_again(door: Entrance) -> None:
    tries = []

    def overtaken(ask: Ask) -> str:
        tries.append(1)
        control.pause(ask.session, by="抢先", now=ask.now)
        if len(tries) == 1:
            raise IntegrityError("insert", {}, ValueError("unique"))
        return "好了"

    with speaking("抢先", overtaken, acts=True):
        body = door.wechat.written("抢先", "openid-编辑")
        first = door.wechat.post(body)
        assert (first.status_code, first.content, paused_by(door)) == (503, b"", "")
        assert door.wechat.opened(door.wechat.post(body))["Content"] == "好了"
        assert (paused_by(door), len(tries)) == ("抢先", 2)


@pytest.mark.parametrize("words", ["暂停", "统计", "在吗"])
def test_while_the_database_fails_wechat_is_asked_to_come_again(
    door: Entrance, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = door.wechat.written(words, "openid-运营")
    for table in ("received", "person"):
        door.change(f"ALTER TABLE {table} RENAME TO away")
        answer = door.wechat.post(body)
        assert (answer.status_code, answer.content) == (503, b"")
        door.change(f"ALTER TABLE away RENAME TO {table}")
    assert caplog.text.count("the database failed during a callback") == 2
    assert door.wechat.opened(door.wechat.post(body))["Content"]
    assert (paused_by(door) == "运营") == (words == "暂停")


def test_while_the_database_fails_an_event_is_not_lost(door: Entrance) -> None:
    door.change("ALTER TABLE job_notice RENAME TO away")
    event = {"CreateTime": 1000, "PublishEventInfo": {"publish_id": 1, "publish_status": 0}}
    assert door.wechat.event("PUBLISHJOBFINISH", **event).status_code == 503
    door.change("ALTER TABLE away RENAME TO job_notice")
    assert door.wechat.event("PUBLISHJOBFINISH", **event).status_code == 200
    assert notices(door) == [("publish", "1")]


def test_the_health_page_says_that_the_database_fails(door: Entrance) -> None:
    import requests

    page = door.url.replace("/wechat", "/healthz")
    assert requests.get(page, timeout=10).json() == {"web": "ok", "scheduler": "never started"}
    door.change("ALTER TABLE control RENAME TO away")
    answer = requests.get(page, timeout=10)
    assert (answer.status_code, answer.json()) == (503, {"web": "ok", "database": "failing"})
