"""E-mail and robots: each hears an alarm once, none waits for another, and a secret is in no word of ours."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from post_office import Group, PostOffice, group, post_office
from publishing_kit import child, died
from sqlalchemy import select, update
from stage import START, Stage

from bot.examine import _channels
from bot.wiring import Parts, build, build_ticks
from content.clock import Clock
from content.db import Store
from scheduler import alarm, telling
from scheduler import outbox as emptied
from scheduler.channels import Channels, MailServer
from scheduler.jobs import Ticks
from scheduler.models import Outbox
from scheduler.robots import ROBOTS, robot_of
from scheduler.wechat import WeChat

pytestmark = pytest.mark.one_database

KEY = "0f3a9c77-secret"
PASSWORD = "hidden-pass"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as made:
        yield made


@pytest.fixture
def robot() -> Iterator[Group]:
    with group() as made:
        yield made


@pytest.fixture
def desk(store: Store, office: PostOffice, robot: Group) -> Desk:
    return Desk(store, office, robot)


class Desk:
    """A scheduler's alarms without people in WeChat: two mailboxes and a group."""

    def __init__(self, store: Store, office: PostOffice, robot: Group) -> None:
        self.store, self.office, self.robot, self.now = store, office, robot, START
        self.wechat = WeChat("wx1", "s", "http://127.0.0.1:9", store, Clock())
        server = MailServer("127.0.0.1", office.port, "wxops@example.cn", PASSWORD, "wxops@example.cn")
        address = f"{robot.url}/cgi-bin/webhook/send?key={KEY}"
        self.channels = Channels(server, ("a@example.cn", "b@example.cn"), address)

    def ring(self, text: str = "请核实。", key: str = "press:post:1") -> None:
        with self.store.transaction() as session:
            alarm.ring(session, key, text, now=self.now)

    def tell(self, **span: float) -> None:
        """Let some time pass and tell what is to be told."""
        self.now += timedelta(**span)
        with self.store.transaction() as session:
            telling.queue(session, now=self.now, channels=self.channels)
        emptied.deliver(self.store, self.wechat, self.now, self.channels)

    def rows(self) -> list[Outbox]:
        with self.store.reading() as session:
            return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def test_each_mailbox_and_the_group_hear_an_alarm_once(desk: Desk) -> None:
    desk.ring("请到后台按“发表”。")
    for _ in range(3):
        desk.tell(minutes=1)
    first, second = desk.office.letters
    assert (first["To"], second["To"]) == ("a@example.cn", "b@example.cn")
    assert first["Subject"] == "【wxops】告警1：请到后台按“发表”。"
    assert first["From"] == "wxops@example.cn"
    assert first.get_content_type() == "text/plain"
    assert "告警1（2026-12-01 09:00）：请到后台按“发表”。" in first.get_content()
    assert [(path, body["text"]["content"][:3]) for path, body in desk.robot.posts] == [
        (f"/cgi-bin/webhook/send?key={KEY}", "告警1")
    ]


def test_a_long_text_with_line_breaks_makes_a_short_subject_and_keeps_its_end_for_the_group(desk: Desk) -> None:
    desk.ring("第一行" * 400 + "\n请按“发表”。")
    desk.tell()
    assert len(desk.office.letters[0]["Subject"]) < 60
    content = desk.robot.posts[0][1]["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.startswith("告警1")
    assert content.endswith("请按“发表”。")


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("/cgi-bin/webhook/send?key=1", {"msgtype": "text", "text": {"content": "好"}}, '{"errcode": 0}'),
        ("/robot/send?access_token=1", {"msgtype": "text", "text": {"content": "好"}}, '{"errcode": 0}'),
        ("/open-apis/bot/v2/hook/1", {"msg_type": "text", "content": {"text": "好"}}, '{"code": 0}'),
        ("/open-apis/bot/v2/hook/1", {"msg_type": "text", "content": {"text": "好"}}, '{"StatusCode": 0}'),
    ],
)
def test_each_robot_is_spoken_to_in_its_own_shape(
    robot: Group, path: str, body: dict[str, object], answer: str
) -> None:
    from scheduler import alarm

    robot.answer = answer
    alarm.send_to_robot(robot.url + path, "好")
    assert robot.posts == [(path, body)]


@pytest.mark.parametrize("one", ROBOTS, ids=lambda one: one.host)
def test_a_robot_is_known_by_its_host_and_never_without_encryption(one: object) -> None:
    assert one in ROBOTS
    for robot in ROBOTS:
        assert robot_of(f"https://{robot.host}{robot.path}") is robot
        assert robot_of(f"http://{robot.host}{robot.path}") is None
        assert robot_of(f"https://{robot.host}.example.cn{robot.path}") is None


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, '{"errcode": 93000}', "重新复制"),
        (200, '{"errcode": 310000}', "自定义关键词“告警”"),
        (200, "[]", "没有接受"),
        (200, "<html>", "读不懂"),
        (302, "", "HTTP 302"),
        (500, "", "HTTP 500"),
    ],
)
def test_what_a_robot_did_not_take_is_tried_again_with_growing_pauses(
    desk: Desk, status: int, answer: str, said: str
) -> None:
    desk.ring()
    desk.robot.status, desk.robot.answer = status, answer
    for minutes in (0, 0.5, 1, 3, 3, 30):
        desk.tell(minutes=minutes)
    assert len(desk.robot.posts) == 4  # at once, after 1, 5 and 15 minutes
    assert said in desk.rows()[-1].failed
    assert len(desk.office.letters) == 2  # the mail did not wait for it
    desk.robot.status, desk.robot.answer = 200, '{"errcode": 0}'
    desk.tell(hours=1)
    desk.tell(hours=1)
    assert len(desk.robot.posts) == 5
    assert desk.rows()[-1].failed == ""


def test_a_channel_that_stays_broken_is_given_up_after_a_day_and_the_next_alarm_tries_it_again(desk: Desk) -> None:
    desk.ring()
    desk.robot.status = 500
    for _ in range(48):
        desk.tell(hours=1)
    assert len(desk.robot.posts) == len(emptied.PAUSES)
    desk.robot.status = 200
    desk.ring(key="press:post:2")
    desk.tell()
    assert len(desk.robot.posts) == len(emptied.PAUSES) + 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"AUTH": "535 no"}, "授权码"),
        ({"MAIL": "550 no"}, "发件人"),
        ({"RCPT": "550 no"}, "收件人"),
        ({"DATA": "554 no"}, "没有接受"),
        ({"END": "451 later"}, "没有接受"),
        ({"EHLO": "421 closing"}, "没有谈成"),
    ],
)
def test_a_letter_that_the_server_did_not_take_is_tried_again_and_says_why(
    desk: Desk, answers: dict[str, str], said: str
) -> None:
    desk.ring()
    desk.office.answers = answers
    desk.tell()
    before = len(desk.office.letters)
    failed = [row.failed for row in desk.rows() if row.channel == "mail" and row.failed]
    assert failed
    assert said in failed[0]
    assert len(desk.robot.posts) == 1  # the group did not wait for it
    desk.office.answers = {}
    for minutes in (1, 1, 1):
        desk.tell(minutes=minutes)
    assert len(desk.office.letters) - before == 2


def test_a_server_that_hangs_up_after_taking_a_letter_gets_no_second_one(desk: Desk) -> None:
    desk.ring()
    desk.office.answers = {"QUIT": ""}
    for minutes in (0, 1, 10):
        desk.tell(minutes=minutes)
    assert len(desk.office.letters) == 2


def test_one_letter_that_nobody_takes_stops_no_other(desk: Desk) -> None:
    desk.robot.status = 500
    desk.ring("甲")
    desk.tell()
    desk.robot.status = 200
    desk.ring("乙", key="press:post:2")
    with desk.store.transaction() as session:  # the first has failed often, and is due again
        session.execute(update(Outbox).where(Outbox.channel == "robot").values(tries=5))
    desk.tell(minutes=2)
    assert [body["text"]["content"][-1] for _, body in desk.robot.posts] == ["甲", "乙", "甲"]


def test_an_alarm_that_is_over_or_taken_is_not_told_late(desk: Desk) -> None:
    desk.robot.status = 500
    desk.ring()
    desk.ring(key="press:post:2")
    desk.tell()
    with desk.store.transaction() as session:
        alarm.end(session, "press:post:1", now=desk.now)
        alarm.take(session, 2, by="运营", now=desk.now)
    posts = len(desk.robot.posts)
    desk.tell(hours=2)
    assert len(desk.robot.posts) == posts


def test_a_server_elsewhere_hears_no_word_in_clear(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ring()
    monkeypatch.setattr(alarm, "is_this_machine", lambda host: False)
    desk.tell()
    assert desk.office.letters == []
    assert not any(word in line for line in desk.office.heard for word in (b"EHLO", b"AUTH", PASSWORD.encode()))
    assert "没有谈成" in desk.rows()[0].failed


def test_no_secret_stands_in_a_log_in_the_outbox_or_in_a_printed_setting(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.ring()
    desk.office.answers = {"AUTH": "535 no"}
    for status, answer in ((500, ""), (200, "{}"), (200, "?")):
        desk.robot.status, desk.robot.answer = status, answer
        desk.tell(hours=1)
    kept = [f"{row.key}{row.to}{row.text}{row.failed}" for row in desk.rows()]
    said = "\n".join([caplog.text, repr(desk.channels), *kept])
    assert "没有接受" in said
    assert KEY not in said
    assert PASSWORD not in said


@pytest.fixture
def configured(stage: Stage, office: PostOffice, robot: Group) -> Stage:
    """A stage whose config.toml names a mailbox and a robot; nobody is bound."""
    with (stage.folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[alarm]\nemail = "a@example.cn，"\nwebhook = "{robot.url}/robot/send?access_token={KEY}"\n'
            f'[mail]\nhost = "localhost"\nport = {office.port}\nuser = "wxops@example.cn"\npassword = "{PASSWORD}"\n'
        )
    return stage


def ring(stage: Stage, now: datetime) -> None:
    with stage.parts.store.transaction() as session:
        alarm.ring(session, "press:post:1", "请按“发表”。", now=now)


def test_the_settings_lead_to_mail_and_robot_while_wechat_is_away(
    configured: Stage, office: PostOffice, robot: Group
) -> None:
    configured.hire()
    parts = build(configured.folder, configured.environ)
    assert _channels(parts).line == "告警：好，微信的客服消息，邮件发到 1 个邮箱，钉钉群机器人"
    ring(configured, configured.now)
    configured.sim.fault("message/custom/send", "http", status=502, when="before")
    build_ticks(parts).slow_rest()
    parts.store.close()
    assert [letter["To"] for letter in office.letters] == ["a@example.cn"]
    assert [path for path, _ in robot.posts] == [f"/robot/send?access_token={KEY}"]


def test_after_a_crash_between_sending_and_writing_a_letter_comes_again_under_the_same_name(
    configured: Stage, office: PostOffice
) -> None:
    ring(configured, configured.now)
    send = alarm.send_mail

    def tell_and_die(parts: Parts, ticks: Ticks) -> None:
        def mortal(*args: object, **more: object) -> None:
            send(*args, **more)  # type: ignore[arg-type]
            os.kill(os.getpid(), signal.SIGKILL)

        alarm.send_mail = mortal
        build_ticks(build(configured.folder, configured.environ)).slow_rest()

    assert died(child(configured, tell_and_die))
    assert len(office.letters) == 1

    def tell(parts: Parts, ticks: Ticks) -> None:
        for minutes in (0, 1, 10):
            configured.later(minutes=minutes)
            build_ticks(build(configured.folder, configured.environ)).slow_rest()

    assert not died(child(configured, tell))
    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"]
