"""Watching places.csv: when it changes it is taken into the database, and what is wrong with it is told."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from content import control, place_table
from content.db import Store
from content.place_table import Loaded, PlaceFile
from content.tables import TableWrong, there
from scheduler import alarm

log = logging.getLogger(__name__)

SEEN = "places-seen"  # the control: the sha256 of the table that was taken in last
WRONG, FEWER = "places", "places-fewer"  # the alarms' kinds
TOLD = 5  # faults that an alarm names


def watch(store: Store, folder: Path, now: datetime) -> None:
    """Take the table in when it has changed; one with faults changes nothing and rings until it is right."""
    if not there(folder / place_table.FILE).is_file():
        return
    try:
        table = place_table.read(folder)
    except TableWrong as wrong:
        told = "".join(problem.message for problem in wrong.problems[:TOLD])
        more = f"……一共 {len(wrong.problems)} 处，全部列出：wxops place load" if len(wrong.problems) > TOLD else ""
        with store.transaction() as session:
            alarm.ring(session, WRONG, f"{wrong.name} 有错，没有收进来，照旧用原来的：{told}{more}", now=now)
        return
    with store.reading() as session:
        row = control.read(session, SEEN)
        rings = any(one.key == WRONG for one in alarm.ringing(session))
    if row and row.value == table.sha256 and not rings:
        return
    loaded = take_in(store, table, by="scheduler", now=now)
    log.info("%s: %s", table.name, loaded)


def take_in(store: Store, table: PlaceFile, *, by: str, now: datetime, retire: bool = False) -> Loaded:
    """Take a table in and remember it, in one transaction; what it lacks rings until it is ended or back."""
    with store.transaction() as session:
        loaded = place_table.load(session, table, by=by, now=now, retire=retire)
        control.write(session, SEEN, table.sha256, by=by, now=now)
        alarm.end(session, WRONG, now=now)
        if text := _different(table, loaded, retire):
            alarm.ring(session, FEWER, text, now=now)
        else:
            alarm.end(session, FEWER, now=now)
        return loaded


def _different(table: PlaceFile, loaded: Loaded, retire: bool) -> str:
    """Return what people must hear where table and database do not agree; "" when they do."""
    told = ""
    if loaded.missing and not retire:
        told = f"{table.name} 里不再有：{place_table.some(loaded.missing)}。这些地方照旧有效。"
        told += "少写了请补回表里；确实撤了请运行：wxops place load --retire"
    if loaded.kept:
        told += f"{table.name} 里还是旧的：{place_table.some(loaded.kept)}。没有照它改回去，请改表。"
    return told
