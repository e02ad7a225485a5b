"""Alarms about how the account stands: days without a post, the verification's end, a scheduler that is silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from post_office import Group, PostOffice, group, post_office
from publishing_kit import drafted, handed_over, pass_time
from sqlalchemy import select
from stage import START, Stage

from bot import watching
from bot.config import ConfigWrong, load
from content.db import Store
from content.models import Article, State
from content.workflow import move
from scheduler import alarm, heartbeat, idle, verification
from scheduler.channels import Channels, MailServer
from scheduler.models import Outbox
from scheduler.rules import Rules
from scheduler.watchdog import watch

pytestmark = pytest.mark.one_database

EIGHT_THIRTY = timedelta(hours=8, minutes=30)


def texts(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.text for one in alarm.ringing(session)]


# days without a post ------------------------------------------------------------------------------------------------


@pytest.fixture
def published(stage: Stage) -> Stage:
    """Something went out on the 1st of December at 9:10."""
    handed_over(stage, drafted(stage))
    pass_time(stage, 1)
    assert stage.alarms() == []
    return stage


def look(stage: Stage, day: int, *, after: timedelta = EIGHT_THIRTY) -> list[str]:
    """What rings some days after the first, by this step alone."""
    idle.remind(stage.parts.store, START.replace(hour=0) + timedelta(days=day) + after)
    return stage.alarms()


def test_seven_ten_and_thirteen_days_without_a_post_are_told_each_anew(published: Stage) -> None:
    numbers = []
    for day, words in ((6, ""), (7, "已经 7 天"), (8, "已经 8 天"), (10, "已经 10 天"), (13, "已经 13 天")):
        said = look(published, day)
        assert (words in said[0]) if words else said == []
        with published.parts.store.reading() as session:
            numbers += [one.id for one in alarm.ringing(session)]
    assert numbers == [1, 1, 2, 3]
    assert "2026-12-15 满 14 天，检查时单项否决" in said[0]
    assert said[0].endswith("看还差什么请回复：待发；定时间请回复：改期 编号 时间")


def test_it_is_told_in_the_morning(published: Stage) -> None:
    assert look(published, 7, after=timedelta(minutes=1)) == []
    assert look(published, 7, after=timedelta(hours=8, minutes=29)) == []
    assert len(look(published, 7)) == 1


def test_a_post_that_goes_out_that_day_is_the_usual_pace(published: Stage) -> None:
    published.at(START + timedelta(days=7))
    drafted(published, "02-next", minutes=60)
    assert look(published, 7, after=timedelta(hours=9)) == []


def test_the_next_post_is_named_and_a_new_one_ends_it(published: Stage) -> None:
    published.at(START + timedelta(days=10))
    number = drafted(published, "02-next", minutes=60)
    (said,) = look(published, 10, after=timedelta(hours=9))
    assert f"下一次定在 2026-12-11 10:00（文章{number}“02-next”）" in said
    handed_over(published, number)
    pass_time(published, 1, 3)
    assert published.alarms() == []


def test_what_was_published_elsewhere_counts_and_what_was_taken_down_does_not(published: Stage) -> None:
    published.at(START + timedelta(days=6))
    published.sim.backoffice("publish_new", title="在后台发的")
    pass_time(published, 60 * 24 + 1)  # the figures of that day name it
    with published.parts.store.reading() as session:
        ours, foreign = session.scalars(select(Article).order_by(Article.id)).all()
        last = idle.last_out(session)
    assert foreign.origin == "外部发布"
    assert last is not None
    assert last > START + timedelta(days=5)
    with published.parts.store.transaction() as session:
        move(session, session.get_one(Article, foreign.id), State.WITHDRAWN, by="运营", now=published.now)
    with published.parts.store.reading() as session:
        assert idle.last_out(session) == published.publication(ours.id).published_at


def test_an_account_that_never_published_is_not_silent(store: Store) -> None:
    idle.remind(store, START)
    assert texts(store) == []


# the verification -------------------------------------------------------------------------------------------------------

UNTIL = Rules(verified_until=datetime(2027, 3, 31).date())


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:30:00+08:00")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-01-29", ""), ("2027-01-30", "还有 60 天到期（2027-03-31）"), ("2027-03-01", "还有 30 天"),
        ("2027-03-24", "还有 7 天"), ("2027-03-31", "2027-03-31 到期，接口随时会不能发布"), ("2027-05-01", "到期"),
    ],
)  # fmt: skip
def test_the_end_of_the_verification_is_told_ahead(store: Store, day: str, words: str) -> None:
    verification.remind(store, UNTIL, at(day))
    said = texts(store)
    assert (words in said[0] and "年审" in said[0] and said[0].endswith("wxops doctor。")) if words else said == []


def test_each_step_is_told_anew_and_a_renewal_ends_it(store: Store) -> None:
    for day in ("2027-01-30", "2027-02-10", "2027-03-01", "2027-03-24"):
        verification.remind(store, UNTIL, at(day))
    with store.reading() as session:
        assert [one.id for one in alarm.ringing(session)] == [3]
    verification.remind(store, Rules(verified_until=datetime(2028, 3, 31).date()), at("2027-03-25"))
    assert texts(store) == []


def test_wechats_own_word_counts_without_a_setting(stage: Stage) -> None:
    soon = int((stage.now + timedelta(days=20)).timestamp())
    stage.sim.say(event="annual_renew", fields={"ExpiredTime": soon})
    stage.tick()
    assert "还有 20 天到期（2026-12-21）" in "".join(stage.alarms())
    stage.sim.say(event="qualification_verify_success", fields={"ExpiredTime": soon + 365 * 86400}, createtime=1)
    pass_time(stage, 2)
    assert stage.alarms() == []


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "0", "9" * 30, None])
def test_a_verification_of_which_wechat_says_that_it_is_over_ends_that_day(store: Store, stamp: str | None) -> None:
    later = str(int((START + timedelta(days=300)).timestamp()))
    with store.transaction() as session:
        verification.note(session, {"Event": "annual_renew", "ExpiredTime": later}, START)
        verification.note(session, {"Event": "verify_expired", "ExpiredTime": stamp}, START)
    verification.remind(store, Rules(), START)
    assert "2026-12-01 到期，接口随时会不能发布" in texts(store)[0]


def test_the_event_that_the_verification_is_over_rings_also_without_its_day(stage: Stage) -> None:
    stage.sim.say(event="verify_expired", fields={})
    stage.tick()
    assert "2026-12-01 到期，接口随时会不能发布" in "".join(stage.alarms())


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "0", "9" * 30, None])
def test_an_event_without_a_day_is_passed_over(store: Store, stamp: str | None) -> None:
    with store.transaction() as session:
        verification.note(session, {"ExpiredTime": stamp} if stamp is not None else {}, START)
    with store.reading() as session:
        assert verification.verified_until(session, UNTIL) == UNTIL.verified_until


@pytest.mark.parametrize("day", ["2027-3-31", "31.03.2027", "2027-02-30"])
def test_a_day_that_is_none_is_refused(stage: Stage, day: str) -> None:
    with pytest.raises(ConfigWrong, match=r"account\.verified_until"):
        load(stage.folder / "config.toml", {"WXOPS_ACCOUNT_VERIFIED_UNTIL": day})


# the watchdog ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as made:
        yield made


@pytest.fixture
def robot() -> Iterator[Group]:
    with group() as made:
        yield made


@pytest.fixture
def channels(office: PostOffice, robot: Group) -> Channels:
    server = MailServer("127.0.0.1", office.port, "", "", "wxops@example.cn")
    return Channels(server, ("a@example.cn",), f"{robot.url}/cgi-bin/webhook/send?key=k")


def test_a_silent_scheduler_is_told_by_mail_and_robot_and_again_until_it_ticks(
    stage: Stage, channels: Channels, office: PostOffice, robot: Group
) -> None:
    stage.hire()
    stage.tick()
    store, begin = stage.parts.store, stage.now
    assert not watch(store, channels, begin + timedelta(minutes=4))
    for minutes in (5, 6, 21):
        assert watch(store, channels, begin + timedelta(minutes=minutes))
    assert len(robot.posts) == len(office.letters) == 2  # at once, and after a quarter of an hour
    (text,) = stage.alarms()
    assert "调度从 2026-12-01 09:00 起没有动静" in text
    assert text.endswith("找原因：wxops doctor。")
    assert stage.calls("message/custom/send") == 0
    with store.reading() as session:
        assert session.scalars(select(Outbox).where(Outbox.channel == "wechat", Outbox.sent_at.is_(None))).all()
    stage.later(minutes=22)
    stage.tick()
    assert stage.alarms() == []
    assert stage.calls("message/custom/send") == 0  # what is over is told no more


def test_one_that_never_ran_is_not_missed(store: Store, channels: Channels) -> None:
    assert not watch(store, channels, START)
    assert texts(store) == []


def test_the_web_process_watches_and_one_thread_of_a_workspace_alone(stage: Stage) -> None:
    heartbeat.beat(stage.parts.store, stage.now)
    stage.later(minutes=6)
    stopping = threading.Event()
    threads = [watching.begin(stage.parts, stopping, every=0.01) for _ in range(2)]
    for _ in range(500):
        if stage.alarms():
            break
        stopping.wait(0.01)
    stopping.set()
    for thread in threads:
        thread.join(5)
    assert len(stage.alarms()) == 1
