"""Who unfollows is forgotten everywhere; what they did on duty stays, and those who can act hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import LargeBinary, inspect, select
from test_door import speaking
from wechat_sender import Entrance

from bot.cli import cli
from content.db import Base
from content.dialogue import Dialogue
from content.models import Person, Review
from content.openids import hashed
from content.paper import EvidenceWanted
from content.people import new_code, person_named
from scheduler.comment_models import Comment, CommentThread
from scheduler.models import Outbox


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def places_of(door: Entrance, *signs: str) -> list[str]:
    """Every column of every table, ours or Alembic's, in which one of these texts stands."""
    found = set()
    with door.parts.store.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings():
                found |= {f"{name}.{column}" for column, value in row.items() if any(s in str(value) for s in signs)}
    return sorted(found)


def test_nothing_of_an_openid_is_left_in_any_table(door: Entrance) -> None:
    signs = ("openid-运营", hashed("openid-运营"))
    door.submit(door.write(due=door.now + timedelta(days=2)))
    door.say("运营", "排期 1")  # a question is open
    with speaking("长文", lambda ask: "长" * 3000, acts=True):
        door.say("运营", "长文")
    door.say("运营", "绑定 ABCD2345")
    with door.parts.store.transaction() as session:
        person = session.scalars(select(Person).where(Person.name == "运营")).one()
        thread = CommentThread(
            article_id=1, msg_data_id="1", place=0, is_open=True, out_at=door.now, ask_at=door.now, trouble=""
        )
        session.add(thread)
        session.flush()
        session.add(Comment(thread_id=thread.id, user_comment_id=1, content="好", reader=signs[1], created_at=door.now))
        session.add(Outbox(key="turn:1", person_id=person.id, text="轮到您审", due=door.now))
        session.add(EvidenceWanted(person_id=person.id, subject="review:1", words="", again="", at=door.now))
        number = person.id
    assert places_of(door, *signs) == ["comment.reader", "guess.sender", "more.sender", "person.openid"]

    assert door.wechat.event("unsubscribe", "openid-运营").content == b""
    assert places_of(door, *signs) == []
    with door.parts.store.reading() as session:
        assert session.scalars(select(Dialogue)).all() == []
        assert session.scalars(select(EvidenceWanted).where(EvidenceWanted.person_id == number)).all() == []
        assert session.scalars(select(Outbox.failed).where(Outbox.person_id == number)).all() == ["已取消关注"]


def test_what_was_done_on_duty_stays_and_admins_are_told_until_the_person_is_back(door: Entrance) -> None:
    door.submit(door.write())
    door.say("编辑", "同意 1-1")
    door.wechat.event("unsubscribe", "openid-编辑")
    (told,) = door.alarms()
    assert told.startswith("编辑（编辑）取消了关注，微信号已删除")
    assert "wxops person code 编辑" in told
    with door.parts.store.reading() as session:
        assert len(session.scalars(select(Review)).all()) == 1
    with door.parts.store.transaction() as session:
        code = new_code(session, person_named(session, "编辑"), now=door.now)
    assert "已绑定" in door.say("编辑", f"绑定 {code}")
    assert door.alarms() == []


def test_whoever_has_left_and_is_revoked_rings_no_more_and_nothing_waits_for_them(door: Entrance) -> None:
    door.wechat.event("unsubscribe", "openid-编辑")
    with door.parts.store.transaction() as session:
        number = person_named(session, "编辑").id
        session.add(Outbox(key="turn:1", person_id=number, text="轮到您审", due=door.now))
        session.add(EvidenceWanted(person_id=number, subject="review:1", words="", again="", at=door.now))
    assert "编辑" in door.alarms()[0]
    command = ["--workspace", str(door.folder), "person", "revoke", "编辑", "--by", "管理"]
    done = CliRunner().invoke(cli, command, env=door.environ)
    assert (done.exit_code, door.alarms()) == (0, [])
    with door.parts.store.reading() as session:
        assert session.scalars(select(EvidenceWanted)).all() == []
        assert session.scalars(select(Outbox.failed).where(Outbox.person_id == number)).all() == ["已不再负责"]


def test_a_reader_who_leaves_rings_nothing(door: Entrance) -> None:
    door.say("路人", "绑定 ABCD2345")
    door.wechat.event("unsubscribe", "openid-路人")
    assert (door.alarms(), places_of(door, "openid-路人", hashed("openid-路人"))) == ([], [])


def test_no_table_keeps_anything_that_cannot_be_searched() -> None:
    kept = [column for table in Base.metadata.tables.values() for column in table.columns]
    assert [str(column) for column in kept if isinstance(column.type, LargeBinary)] == []
