"""The schema: migrated is the same as made from the models, other versions are refused, and keys forbid what must not be."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Index, UniqueConstraint, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from content.db import Base, Store
from content.dialogue import Dialogue
from content.errors import WrongUse
from content.models import Event, State
from content.urgent import Urgent
from scheduler import schema

NOW = datetime(2026, 12, 1, tzinfo=UTC)
DAY = date(2026, 12, 1)

SQLITE = (
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN ('alembic_version', 'sqlite_sequence')"
)
POSTGRES = """
    SELECT c.table_name || '.' || c.column_name,
           concat_ws(' ', c.data_type, c.character_maximum_length, c.is_nullable, c.column_default, c.is_identity)
    FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name <> 'alembic_version'
    UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


def created(store: Store) -> dict[str, str]:
    """What the database says it was created as: by name, the SQL with its parts in order."""
    statement = SQLITE if store.engine.dialect.name == "sqlite" else POSTGRES
    with store.engine.connect() as connection:
        return {name: _in_order(sql) for name, sql in connection.execute(text(statement))}


def _in_order(sql: str) -> str:
    head, bracket, inner = re.sub(r"\s+", " ", sql).partition("(")
    parts = re.split(r",\s*(?![^()]*\))", inner.strip().removesuffix(")"))
    return head.strip().replace('"', "") + bracket + ", ".join(sorted(part.strip().replace('"', "") for part in parts))


def test_the_migrated_schema_is_the_one_that_the_models_make(store: Store) -> None:
    migrated = created(store)
    with store.engine.begin() as connection:
        Base.metadata.drop_all(connection)
    assert created(store) == {}
    with store.engine.begin() as connection:
        Base.metadata.create_all(connection)
    assert migrated == created(store)
    assert len(migrated) > len(Base.metadata.tables)


def test_to_migrate_twice_does_nothing(store: Store) -> None:
    before = created(store)
    with store.transaction() as session:
        session.add(Event(subject="test", at=NOW, by="test"))
    assert schema.migrate(store) == schema.newest()
    assert created(store) == before
    with store.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == 1
    schema.demand_current(store)


def test_an_empty_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    assert schema.is_empty(empty)
    with pytest.raises(WrongUse, match="wxops migrate"):
        schema.demand_current(empty)
    empty.close()


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the next version: it knows one more migration."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '9999', '{schema.newest()}'\n"
        "def upgrade() -> None:\n    op.create_table('next', sa.Column('id', sa.Integer(), primary_key=True))\n"
    )
    return folder


def test_an_older_database_is_refused_by_a_newer_program_until_it_is_migrated(
    store: Store, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", next_version)
    with pytest.raises(WrongUse, match=r"比程序旧.*备份.*wxops migrate"):
        schema.demand_current(store)
    assert schema.migrate(store) == "9999"
    schema.demand_current(store)


def test_a_newer_database_is_refused_by_an_older_program(
    store: Store, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", next_version)
        schema.migrate(store)
    with pytest.raises(WrongUse, match=r"比程序新.*升级 wxops"):
        schema.demand_current(store)


# one row of each table, so that foreign keys are met; a case gives two rows that must not both be there
ROWS: dict[str, dict[str, Any]] = {
    "theme": {"month": "2026-12", "slug": "2026-12", "title": "", "summary": ""},
    "post": {"state": State.OPEN, "state_since": NOW, "due_by": "", "notify": True, "by_hand": ""},
    "article": {
        "theme_id": 1, "slug": "a", "path": "", "title": "", "author": "", "column": "", "source": "", "case_study": False,
        "state": State.WRITTEN, "state_since": NOW, "origin": "ours", "file_sha256": "", "urgent": False,
    },
    "person": {"name": "甲", "role": "editor", "party": "乙方", "company": "", "owed": False},
    "revision": {
        "article_id": 1, "number": 1, "sha256": "", "title": "", "author": "", "digest": "", "cover": "", "html": "",
        "original_link": "", "comments": False, "by": "", "made_at": NOW,
    },
    "alarm": {"key": "k", "text": "", "since": NOW, "taken_by": ""},
    "batch": {"source": "s", "file_name": "", "sha256": "1", "content": "c", "by": "", "at": NOW, "rows": 0, "complete": True},
    "publication": {
        "post_id": 1, "key": "k", "drafted": "", "doubt": "", "edited": "", "attempts": 0, "asked": 0, "receipt": "", "url": "",
        "last_error": "",
    },
    "revision_picture": {"revision_id": 1, "sha256": "p", "name": ""},
    "review": {
        "revision_id": 1, "step": "初审", "person_id": 1, "verdict": "pass", "comment": "", "recorded_by": "", "way": "",
        "at": NOW,
    },
    "seen": {"person_id": 1, "revision_id": 1, "at": NOW},
    "code": {"hash": "h", "person_id": 1, "expires": NOW, "tries": 0},
    "login": {"hash": "h", "person_id": 1, "expires": NOW},
    "milestone_done": {"contract": DAY, "name": "方案", "day": DAY, "document": "", "by": "", "at": NOW},
    "client_wait": {"contract": DAY, "name": "方案", "since": DAY, "why": "等名单", "by": "", "at": NOW, "resumed_by": ""},
    "paid": {"contract": DAY, "name": "首款", "day": DAY, "amount": 1, "document": "", "by": "", "at": NOW},
    "link_check": {"article_id": 1, "address": "https://a", "due_at": NOW, "fails": 0, "words": ""},
    "late": {"key": "k", "person_id": 1, "words": "", "at": NOW, "text": "", "owed": False},
    "guess": {"sender": "s", "wrong": 1, "at": NOW},
    "more": {"sender": "s", "text": "", "words": "", "at": NOW},
    Dialogue.__tablename__: {"person_id": 1, "kind": "", "facts": "{}", "asked_at": NOW, "expires_at": NOW},
    Urgent.__tablename__: {
        "title": "", "text": "", "issuer": "", "issued_at": NOW, "ends_at": NOW, "person_id": 1, "at": NOW, "reason": "",
        "due": True, "article_id": 1,
    },
    "place": {"code": "110102", "level": "", "name": "", "parent": "", "short": "", "successor": ""},
    "record": {"kind": "走访", "day": DAY, "facts": "{}", "person_id": 1, "by": "", "company": "", "at": NOW},
    "dossier": {
        "form": "议事", "title": "", "first": DAY, "targets": "", "person_id": 1, "by": "", "company": "", "at": NOW,
    },
    "dossier_step": {"dossier_id": 1, "step": "分级", "day": DAY, "text": "", "by": "", "at": NOW},
    "closed_month": {"month": "2026-11", "at": NOW, "by": ""},
    "record_file": {"sha256": "s", "name": "", "kind": "走访", "rows": 0, "by": "", "at": NOW},
    "record_place": {"record_id": 1, "place_id": 1},
    "place_change": {
        "kind": "split", "day": DAY, "old_id": 1, "new_id": 2, "old_name": "", "new_name": "", "document": "", "by": "", "at": NOW,
    },
    "handover": {"place_id": 1, "old_id": 1, "new_id": 2, "day": DAY, "by": "", "at": NOW},
    "planned_visit": {"place_id": 1, "quarter": DAY, "quarter_last": DAY, "day": DAY, "by": "", "at": NOW},
    "picture": {
        "sha256": "p", "use": "body", "media_id": "", "url": "", "source": "", "holder": "", "licence": "", "consent": "",
    },
    "received": {"key": "k", "at": NOW, "answer": ""},
    "outbox": {"key": "k", "channel": "wechat", "to": "", "text": "", "due": NOW, "tries": 0, "failed": ""},
    "figure": {"day": DAY, "source": "", "metric": "read", "subject": "article:1", "value": 1, "batch_id": 1},
    "report": {
        "kind": "weekly", "place": "p", "period": "2026-W49", "version": 1, "state": "", "path": "", "made_at": NOW,
        "last_error": "",
    },
    "anomaly": {
        "batch_id": 1, "kind": "fell", "metric": "real_name", "whole": "", "subject": "place:1", "day": DAY, "value": 1,
        "than": 2, "by": "", "words": "",
    },
    "hand_figure": {
        "metric": "registered", "subject": "place:1", "day": DAY, "value": 1, "state": "proposed", "by": "", "at": NOW,
        "decided_by": "", "reason": "",
    },
    "gain": {"day": DAY, "since": DAY, "source": "平台", "act": "浏览", "times": 1, "persons": 0, "starts": 0},
    "report_file": {"report_id": 1, "name": "a.docx", "sha256": "", "size": 1},
    "report_verdict": {
        "report_id": 1, "verdict": "", "person_id": 1, "person": "", "recorded_by": "", "reason": "", "at": NOW,
    },
    "download": {"subject": "report:1", "file": "", "sha256": "", "by": "", "at": NOW},
    "sending": {"kind": "weekly", "place": "p", "period": "2026-W49", "way": "群", "by": "", "at": NOW},
    "delivery": {"sending_id": 1, "report_id": 1, "day": DAY},
    "head_word": {"source": "users", "word": "w", "column": "", "by": "", "at": NOW},
    "call_use": {"call": "draft/add", "day": DAY, "used": 1},
    "control": {"name": "pause", "value": "", "at": NOW, "by": ""},
    "word_hold": {"revision_id": 1, "word": "w", "message": "", "place": "", "at": NOW, "released_by": "", "reason": ""},
    "comment_thread": {
        "article_id": 1, "msg_data_id": "1", "place": 0, "is_open": True, "out_at": NOW, "ask_at": NOW, "trouble": "",
    },
    "comment": {
        "thread_id": 1, "user_comment_id": 1, "content": "", "nickname": "", "reader": "", "created_at": NOW,
        "elected": False, "reply": "",
    },
    "ticket": {
        "state": "open", "state_since": NOW, "reader": "hash", "phone": "", "place": "", "opened_at": NOW,
        "waits_since": NOW, "last_message_at": NOW, "answered_by": "", "closed_by": "", "how": "",
    },
    "ticket_seen": {"ticket_id": 1, "person_id": 1, "message_id": 1},
    "comment_wish": {
        "kind": "reply", "target": "comment:1", "thread_id": 1, "content": "", "warnings": "", "reason": "", "by": "",
        "at": NOW, "tries": 0, "done": False, "last_error": "",
    },
    "correction": {
        "article_id": 1, "revision_id": 1, "old": "", "new": "", "places": "", "warnings": "", "reason": "", "by": "", "at": NOW,
        "approved_by": "", "done_by": "", "looks": 0, "proof": "", "outcome": "", "why": "", "ended_by": "", "notice_by": "",
        "notice": "",
    },
    "withdrawal": {
        "article_id": 1, "reason": "", "by": "", "at": NOW, "stage": "asked", "comments": "", "looks": 0, "last_error": "",
        "told_by": "", "seen": "", "confirmed_by": "",
    },
}  # fmt: skip

# what house and database forbid: the key, the table, what both rows have in common, and what sets them apart
FORBIDDEN: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "uq_dossier_step_dossier_id_step": ("dossier_step", {"step": "组织"}, {"text": "other"}),
    "uq_closed_month_month": ("closed_month", {"month": "2026-10"}, {"by": "other"}),
    "uq_record_file_live_sha256": ("record_file", {"sha256": "x"}, {"name": "other"}),
    "uq_theme_month": ("theme", {"month": "2027-01"}, {"slug": "other"}),
    "uq_article_theme_id_slug": ("article", {"slug": "same"}, {"path": "other"}),
    "uq_article_post_id_position": ("article", {"slug": "x", "post_id": 1, "position": 1}, {"slug": "other"}),
    "uq_revision_article_id_number": ("revision", {"number": 2}, {"sha256": "other"}),
    "uq_revision_picture_revision_id_sha256": ("revision_picture", {}, {"name": "other"}),
    "uq_review_revision_id_step_person_id": ("review", {}, {"verdict": "back"}),
    "uq_seen_person_id_revision_id": ("seen", {}, {}),
    "uq_person_openid": ("person", {"openid": "o"}, {"name": "乙"}),
    "uq_code_hash": ("code", {}, {"tries": 1}),
    "uq_login_hash": ("login", {}, {"used_at": NOW}),
    "uq_dialogue_person_id": ("dialogue", {}, {"kind": "other"}),
    "uq_urgent_article_id": ("urgent", {}, {"title": "other"}),
    "uq_place_code": ("place", {"code": "2"}, {"name": "other"}),
    "uq_record_place_record_id_place_id": ("record_place", {}, {}),
    "uq_place_change_day_old_id_new_id": ("place_change", {}, {"kind": "merge"}),
    "uq_planned_visit_place_id_quarter": ("planned_visit", {}, {"person_id": 1}),
    "uq_publication_live_post": ("publication", {"post_id": 1}, {"key": "other"}),
    "uq_publication_key": ("publication", {"ended_at": NOW}, {"media_id": "other"}),
    "uq_publication_article_id": ("publication", {"article_id": "a", "ended_at": NOW}, {"key": "other"}),
    "uq_picture_sha256_use": ("picture", {}, {"media_id": "other"}),
    "uq_late_key": ("late", {}, {"words": "other"}),
    "uq_guess_sender": ("guess", {}, {"wrong": 2}),
    "uq_more_sender": ("more", {}, {"text": "other"}),
    "uq_received_key": ("received", {}, {"answer": "other"}),
    "uq_received_proof": ("received", {"proof": "p"}, {"key": "other"}),
    "uq_alarm_open_key": ("alarm", {"key": "open"}, {"text": "other"}),
    "uq_outbox_key": ("outbox", {}, {"text": "other"}),
    "uq_batch_live_sha256": ("batch", {"sha256": "2", "content": ""}, {"file_name": "other"}),
    "uq_batch_live_content": ("batch", {"sha256": "3", "content": "d"}, {"sha256": "4"}),
    "uq_head_word_source_word": ("head_word", {}, {"column": "registered"}),
    "uq_figure_batch_id_metric_subject_day": ("figure", {}, {"value": 2}),
    "uq_anomaly_batch_id_kind_metric_whole_subject_day": ("anomaly", {}, {"value": 3}),
    "uq_hand_figure_waiting": ("hand_figure", {}, {"value": 2}),
    "uq_gain_day_since_source_act": ("gain", {}, {"times": 2}),
    "uq_report_kind_place_period_version": ("report", {"version": 5}, {"path": "other"}),
    "uq_report_at_client": ("report", {"version": 3, "state": "confirmed"}, {"version": 4, "state": "submitted"}),
    "uq_report_file_report_id_name": ("report_file", {}, {"sha256": "other"}),
    "uq_report_verdict_report_id": ("report_verdict", {}, {"verdict": "other"}),
    "uq_delivery_sending_id_report_id": ("delivery", {}, {}),
    "uq_call_use_call_day": ("call_use", {}, {"used": 2}),
    "uq_control_name": ("control", {}, {"value": "other"}),
    "uq_word_hold_revision_id_word": ("word_hold", {"released_at": NOW}, {"released_at": None}),
    "uq_comment_thread_msg_data_id_place": ("comment_thread", {"msg_data_id": "2"}, {"article_id": 2}),
    "uq_comment_thread_id_user_comment_id": ("comment", {}, {"content": "other"}),
    "uq_ticket_live_reader": ("ticket", {"reader": "another"}, {"openid": "other"}),
    "uq_ticket_seen_ticket_id_person_id": ("ticket_seen", {}, {"message_id": 2}),
    "uq_comment_wish_live_target": ("comment_wish", {}, {"content": "other"}),
    "uq_correction_open_article": ("correction", {}, {"by": "乙"}),
    "uq_milestone_done_live_name": ("milestone_done", {}, {"day": DAY.replace(year=2027)}),
    "uq_client_wait_open_name": ("client_wait", {}, {"why": "又等"}),
    "uq_paid_live": ("paid", {}, {"by": "乙"}),
    "uq_link_check_article_id_address": ("link_check", {}, {"fails": 1}),
    "uq_withdrawal_open_article": ("withdrawal", {}, {"by": "乙"}),
}

# what stands beside a forbidden pair and is allowed
ALLOWED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "the same slug in another month": ("article", {"slug": "same", "theme_id": 1}, {"theme_id": 2}),
    "articles of no post have no place": ("article", {"slug": "x", "position": None}, {"slug": "other"}),
    "people without a bound account": ("person", {"openid": None}, {"name": "乙"}),
    "another person in the same step": ("review", {"person_id": 1}, {"person_id": 2}),
    "the same person in another step": ("review", {"step": "初审"}, {"step": "复审"}),
    "a new publication after the old one ended": ("publication", {"ended_at": NOW}, {"key": "other", "ended_at": None}),
    "publications that know no article_id yet": ("publication", {"ended_at": NOW}, {"key": "other", "post_id": 2}),
    "one picture for two uses": ("picture", {"use": "body"}, {"use": "cover"}),
    "an alarm that rings again": ("alarm", {"key": "open", "ended": NOW}, {"ended": None}),
    "a file again after its batch was undone": (
        "batch",
        {"sha256": "5", "content": "e", "undone_at": NOW},
        {"undone_at": None},
    ),
    "one value in two batches": ("figure", {"batch_id": 1}, {"batch_id": 2}),
    "a second withdrawal after the first one ended": ("withdrawal", {"ended_at": NOW}, {"ended_at": None}),
    "a new version after one that was returned": (
        "report",
        {"version": 3, "state": "returned"},
        {"version": 4, "state": "submitted"},
    ),
    "a new version of a report": ("report", {"version": 5}, {"version": 6}),
    "a comment's number under another article": ("comment", {"thread_id": 1}, {"thread_id": 2}),
    "a new ticket after the old one was closed": (
        "ticket",
        {"reader": "another", "closed_at": NOW},
        {"closed_at": None},
    ),
    "a milestone of the same name in the next contract": ("milestone_done", {}, {"contract": DAY.replace(year=2027)}),
    "a milestone done anew after it was taken back": ("milestone_done", {"revoked_at": NOW}, {"revoked_at": None}),
    "a sum paid anew after it was taken back": ("paid", {"revoked_at": NOW}, {"revoked_at": None}),
    "another wait after the last one ended": ("client_wait", {"until": DAY}, {"until": None}),
    "two readers who have unsubscribed": ("ticket", {"reader": None}, {}),
    "a figure typed again after the first was decided": ("hand_figure", {"decided_at": NOW}, {"decided_at": None}),
    "a ledger brought again after it was taken back": (
        "record_file",
        {"undone_at": NOW, "sha256": "u"},
        {"undone_at": None},
    ),
    "a new wish after the old one ended": ("comment_wish", {"ended_at": NOW}, {"ended_at": None}),
}


@pytest.fixture
def grounded(store: Store) -> Store:
    """A database with two of everything that others point at."""
    with store.engine.begin() as connection:
        for name, second in (
            ("theme", {"month": "2026-11"}), ("post", {}), ("person", {"name": "丙"}), ("article", {"slug": "b"}),
            ("revision", {"article_id": 2}), ("alarm", {"key": "l"}), ("batch", {"sha256": "0", "content": ""}),
            ("comment_thread", {"place": 1}), ("place", {"code": "1"}), ("record_file", {"sha256": "r"}), ("record", {}), ("dossier", {}), ("ticket", {"reader": "other"}),
            ("report", {"version": 9}),
            ("sending", {}),
        ):  # fmt: skip
            for row in (ROWS[name], {**ROWS[name], **second}):
                connection.execute(insert(Base.metadata.tables[name]).values(**row))
    return store


def put(store: Store, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        with store.engine.begin() as connection:
            connection.execute(insert(Base.metadata.tables[table]).values(**{**ROWS[table], **row}))


@pytest.mark.parametrize("key", FORBIDDEN)
def test_the_database_itself_forbids(grounded: Store, key: str) -> None:
    table, both, second = FORBIDDEN[key]
    put(grounded, table, both)
    with pytest.raises(IntegrityError) as refused:
        put(grounded, table, {**both, **second})
    told = str(refused.value.orig)
    assert key in told or all(column in told for column in _columns(key)), told


@pytest.mark.parametrize("what", ALLOWED)
def test_the_database_allows(grounded: Store, what: str) -> None:
    table, first, second = ALLOWED[what]
    put(grounded, table, first, {**first, **second})


def test_every_key_that_the_models_declare_is_tried_here() -> None:
    assert set(_keys()) == set(FORBIDDEN)


def _keys() -> dict[str, list[str]]:
    tables = Base.metadata.tables.values()
    named = [c for table in tables for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes: list[Index | UniqueConstraint] = [i for table in tables for i in table.indexes if i.unique]
    return {str(key.name): [column.name for column in key.columns] for key in [*named, *indexes]}


def _columns(key: str) -> list[str]:
    return _keys()[key]


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ("article", {"slug": "z"}),
        ("post", {}),
        ("record", {}),
        ("dossier", {}),
        ("sending", {}),
        ("alarm", {"key": "z"}),
        ("comment", {"user_comment_id": 2}),
    ],
)
def test_a_number_that_people_say_is_never_used_again(grounded: Store, table: str, more: dict[str, Any]) -> None:
    found, row = Base.metadata.tables[table], {**ROWS[table], **more}
    with grounded.engine.begin() as connection:
        connection.execute(insert(found).values(**row))
        highest = connection.scalar(select(func.max(found.c.id)))
        connection.execute(found.delete().where(found.c.id == highest))
        connection.execute(insert(found).values(**row))
        assert connection.scalar(select(func.max(found.c.id))) > highest


def test_what_points_at_nothing_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError):
        put(store, "revision", {"article_id": 99})
