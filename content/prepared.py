"""Statements on the way of every message, made once and run by the database driver itself.

SQLAlchemy needs a tenth of a millisecond to hand a statement over, several times what the database takes to answer it
(`make bench-webhook`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase, TextClause, exc

Turn = Callable[[Any], Any]


class Prepared:
    """One statement; it runs on a connection that is open, in that one's transaction.

    Its values are turned by their types as SQLAlchemy turns them, in and out: those of a SELECT by its
    columns, those of a text by its bindparams, whose results come as the driver gives them.
    """

    def __init__(self, statement: SelectBase | TextClause) -> None:
        """Take the statement; it is compiled when it first runs."""
        self._statement = statement
        self._made = lru_cache(maxsize=4)(self._compiled)  # one for each dialect

    def first(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """Run it and return its first row, None for no row; SQLAlchemyError as SQLAlchemy itself raises it."""
        return next(iter(self.rows(connection, **values)), None)

    def rows(self, connection: Connection, **values: Any) -> Sequence[tuple[Any, ...]]:
        """Run it and return its rows, none for what gives none; SQLAlchemyError as SQLAlchemy itself raises it."""
        dialect = connection.dialect
        made = self._made(dialect.name, dialect)
        given = {**made.fixed, **values}
        for name, turn in made.turns_in:
            given[name] = turn(given[name])
        driver: Any = connection.connection.dbapi_connection  # both drivers make a cursor by themselves
        try:
            cursor = driver.execute(made.sql, given if made.places is None else [given[name] for name in made.places])
            found = cursor.fetchall() if cursor.description else []
        except dialect.loaded_dbapi.Error as trouble:
            base = dialect.loaded_dbapi.Error
            raise exc.DBAPIError.instance(made.sql, None, trouble, base, hide_parameters=True) from trouble
        return [_turned(row, made.turns_out) for row in found] if made.turns_out else found

    def _compiled(self, name: str, dialect: Dialect) -> _Made:
        made = self._statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in made.bind_names.items()}
        columns = self._statement.selected_columns if isinstance(self._statement, SelectBase) else ()
        turns_in = {
            name: turn
            for name, bind in binds.items()
            if (turn := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        turns_out = (
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(columns)
        )
        return _Made(
            sql=str(made),
            places=made.positiontup,
            fixed={name: turns_in[name](value) if name in turns_in else value for name, value in fixed.items()},
            turns_in=[(name, turn) for name, turn in turns_in.items() if name not in fixed],
            turns_out=[(place, turn) for place, turn in turns_out if turn],
        )


@dataclass(frozen=True)
class _Made:
    """A statement as one database takes it: its text, the order of its values, those that it brings, what turns the others."""

    sql: str
    places: Sequence[str] | None
    fixed: Mapping[str, Any]
    turns_in: Sequence[tuple[str, Turn]]
    turns_out: Sequence[tuple[int, Turn]]


def _turned(row: Sequence[Any], turns: Sequence[tuple[int, Turn]]) -> tuple[Any, ...]:
    values = list(row)
    for place, turn in turns:
        values[place] = turn(values[place])
    return tuple(values)
