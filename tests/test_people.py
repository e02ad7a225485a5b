"""People: added once, tied to a sender by a code that works once, and forgotten when they leave."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from content.db import Store
from content.errors import OpsError, WrongUse
from content.models import Code, Event, Person
from content.people import (
    CODE_DAYS,
    add_person,
    bind,
    forget,
    new_code,
    people,
    person_named,
    person_of,
    revoke,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def add(store: Store, name: str = "甲", role: str = "editor", party: str = "") -> str:
    """Add a person; return their code."""
    with store.transaction() as session:
        return add_person(session, name, role, party=party, company="", now=NOW)[1]


def tie(store: Store, code: str, openid: str, now: datetime = LATER) -> str | None:
    """Bind a sender; return the name of the person."""
    with store.transaction() as session:
        person = bind(session, code, openid, now=now)
        return person.name if person else None


def who(store: Store, openid: str) -> str | None:
    with store.reading() as session:
        person = person_of(session, openid)
        return person.name if person else None


@pytest.mark.parametrize(
    ("role", "party", "expected"),
    [("chief", "", "甲方"), ("editor", "", "乙方"), ("reviewer", "甲方", "甲方"), ("chief", "乙方", "乙方")],
)
def test_a_chief_belongs_to_the_client_and_others_do_not_unless_it_is_said(
    store: Store, role: str, party: str, expected: str
) -> None:
    add(store, role=role, party=party)
    with store.reading() as session:
        assert person_named(session, "甲").party == expected


@pytest.mark.parametrize(
    ("name", "role", "party"), [("", "editor", ""), ("  ", "editor", ""), ("乙", "boss", ""), ("乙", "editor", "丙方")]
)
def test_a_person_needs_a_name_a_known_role_and_a_known_party(store: Store, name: str, role: str, party: str) -> None:
    with pytest.raises(WrongUse):
        add(store, name, role, party)


@pytest.mark.parametrize("name", ["甲", " 甲 "])
def test_two_people_have_two_names(store: Store, name: str) -> None:
    add(store)
    with pytest.raises(OpsError, match="已经有甲了"):
        add(store, name)


def test_a_code_ties_a_sender_to_a_person(store: Store) -> None:
    code = add(store)
    assert who(store, "o1") is None
    assert tie(store, code, "o1") == "甲"
    assert who(store, "o1") == "甲"
    with store.reading() as session:
        assert person_named(session, "甲").bound_at == LATER


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{half} {rest}", "{half}-{rest}", "{wide}"])
def test_a_code_is_understood_however_it_is_typed(store: Store, typed: str) -> None:
    code = add(store)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert tie(store, typed.format(code, lower=code.lower(), half=code[:4], rest=code[4:], wide=wide), "o1") == "甲"


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "x", "😀", "\ud800"])
def test_what_is_no_code_ties_nobody(store: Store, code: str) -> None:
    add(store)
    assert tie(store, code, "o1") is None
    assert who(store, "o1") is None


def test_a_code_works_once(store: Store) -> None:
    code = add(store)
    tie(store, code, "o1")
    assert tie(store, code, "o1") == "甲"  # the same sender may say it again
    with pytest.raises(OpsError, match="已经用过或过期"):
        tie(store, code, "o2", NOW)  # also when the second one asked a little earlier
    assert (who(store, "o1"), who(store, "o2")) == ("甲", None)


@pytest.mark.parametrize(("days", "works"), [(CODE_DAYS - 1, True), (CODE_DAYS, False)])
def test_a_code_is_good_for_thirty_days(store: Store, days: int, works: bool) -> None:
    code = add(store)
    if works:
        assert tie(store, code, "o1", NOW + timedelta(days=days)) == "甲"
    else:
        with pytest.raises(OpsError, match="过期"):
            tie(store, code, "o1", NOW + timedelta(days=days))


def test_a_new_code_makes_the_old_one_void_and_moves_the_person_to_another_account(store: Store) -> None:
    old = add(store)
    tie(store, old, "o1")
    with store.transaction() as session:
        first = new_code(session, person_named(session, "甲"), now=LATER)
        second = new_code(session, person_named(session, "甲"), now=LATER)
    with pytest.raises(OpsError, match="过期"):
        tie(store, first, "o2")
    assert tie(store, second, "o2") == "甲"
    assert (who(store, "o1"), who(store, "o2")) == (None, "甲")


def test_one_account_is_one_person(store: Store) -> None:
    first, second = add(store, "甲"), add(store, "乙")
    tie(store, first, "o1")
    with pytest.raises(OpsError, match="已经绑定了甲"):
        tie(store, second, "o1")
    assert who(store, "o1") == "甲"


def test_of_two_senders_with_one_code_at_one_moment_one_is_tied(store: Store) -> None:
    code, together = add(store), threading.Barrier(2)

    def send(openid: str) -> str | None:
        together.wait(60)
        try:
            return tie(store, code, openid)
        except OpsError:
            return None

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(send, ["o1", "o2"]))
    assert sorted(said, key=str) == ["None", "甲"] or set(said) == {None, "甲"}
    assert [who(store, "o1"), who(store, "o2")] == said


def test_codes_are_kept_hashed_and_hard_to_mistake(store: Store) -> None:
    codes = [add(store, f"人{n}") for n in range(20)]
    with store.reading() as session:
        kept = set(session.scalars(select(Code.hash)))
    assert len(kept) == len(set(codes)) == 20
    assert not kept & set(codes)
    assert not set("01OI") & set("".join(codes))


def test_who_is_revoked_is_nobody_and_stays_in_the_trail(store: Store) -> None:
    code = add(store)
    tie(store, code, "o1")
    with store.transaction() as session:
        fresh = new_code(session, person_named(session, "甲"), now=LATER)
        revoke(session, person_named(session, "甲"), by="管理员", now=LATER)
    assert who(store, "o1") is None
    with pytest.raises(OpsError, match="过期"):
        tie(store, fresh, "o1")
    with store.reading() as session:
        assert list(people(session)) == []
        assert session.scalars(select(Person.openid)).all() == [None]
        trail = session.scalars(select(Event.why).where(Event.subject == "person:1").order_by(Event.id)).all()
        assert trail == ["加入，编辑，乙方", "绑定微信", "不再负责"]
        with pytest.raises(OpsError, match="没有名叫甲的人"):
            person_named(session, "甲")
    add(store)  # the name is free again


def test_who_unsubscribes_is_forgotten_everywhere_and_keeps_the_duty(store: Store) -> None:
    tie(store, add(store), "o1")
    with store.transaction() as session:
        forget(session, "o1", now=LATER)
        forget(session, "stranger", now=LATER)
    assert who(store, "o1") is None
    with store.reading() as session:
        person = person_named(session, "甲")
        assert (person.openid, person.bound_at, person.revoked_at) == (None, None, None)
        assert not [e for e in session.scalars(select(Event)) if "o1" in f"{e.subject}{e.by}{e.why}"]


def test_people_are_listed_oldest_first(store: Store) -> None:
    for name in ("丙", "甲", "乙"):
        add(store, name)
    with store.reading() as session:
        assert [person.name for person in people(session)] == ["丙", "甲", "乙"]
