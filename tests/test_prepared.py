"""A prepared statement says what SQLAlchemy says: moments aware, dates as dates, and its own errors."""

from __future__ import annotations

from datetime import date

import pytest
from gateway_kit import NOW
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from content import control
from content.db import Moment, Store
from content.models import Control
from content.prepared import Prepared
from scheduler.models import Figure

CONTROL, FIGURE = Control.__table__.c, Figure.__table__.c
AT = Prepared(select(CONTROL.at).where(CONTROL.name == bindparam("name")))
SET = Prepared(
    text("INSERT INTO control (name, value, at, \"by\") VALUES (:name, 'on', :at, 'x') RETURNING id").bindparams(
        bindparam("at", type_=Moment)
    )
)


def test_a_moment_comes_back_as_it_was_given(store: Store) -> None:
    with store.transaction() as session:
        assert SET.first(session.connection(), name="one", at=NOW)

        assert AT.first(session.connection(), name="one") == (NOW,)
        assert AT.first(session.connection(), name="none") is None


def test_a_value_that_stands_in_the_statement_needs_not_be_given(store: Store) -> None:
    said = Prepared(select(FIGURE.day).where(FIGURE.day == bindparam("day"), FIGURE.metric == "read_user").limit(3))

    with store.reading() as session:
        assert list(said.rows(session.connection(), day=date(2026, 12, 1))) == []


def test_what_the_database_forbids_is_sqlalchemys_error(store: Store) -> None:
    with store.transaction() as session:
        SET.first(session.connection(), name="one", at=NOW)

    with pytest.raises(IntegrityError), store.transaction() as session:
        SET.first(session.connection(), name="one", at=NOW)
    with pytest.raises(SQLAlchemyError), store.reading() as session:
        Prepared(text("SELECT nothing FROM nowhere")).first(session.connection())


def test_a_prefix_with_a_sign_of_patterns_is_meant_as_it_stands(store: Store) -> None:
    with store.transaction() as session:
        for name in ("a_b:1", "axb:2", "a%b:3"):
            control.write(session, name, "on", by="x", now=NOW)

        found = {prefix: [row.name for row in control.beginning_with(session, prefix)] for prefix in ("a_b:", "a%b:")}

    assert found == {"a_b:": ["a_b:1"], "a%b:": ["a%b:3"]}
