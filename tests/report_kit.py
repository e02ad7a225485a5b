"""Reports for tests: one that is kept, and the people between whom it goes."""

from __future__ import annotations

import io
from pathlib import Path

from docx import Document
from gateway_kit import NOW
from openpyxl import Workbook

from content.db import Store
from content.people import add_person, person_named
from scheduler import report_desk, reporting
from scheduler.report_desk import Word

PEOPLE = {  # who is who: role, party
    "运营": ("operator", "乙方"),
    "编辑": ("editor", "乙方"),
    "主任": ("chief", "甲方"),
    "科长": ("admin", "甲方"),
    "街道": ("liaison", "甲方"),
}


def docx(text: str = "成果") -> bytes:
    """A Word file with a paragraph."""
    made, document = io.BytesIO(), Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def xlsx(*rows: list[object]) -> bytes:
    """A workbook with some rows."""
    made, book = io.BytesIO(), Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(made)
    return made.getvalue()


def people(store: Store) -> None:
    """Add everybody."""
    with store.transaction() as session:
        for name, (role, party) in PEOPLE.items():
            add_person(session, name, role, party=party, company="", now=NOW)


def kept(store: Store, folder: Path, facts: str = "{}", *, kind: str = "acceptance", period: str = "2026") -> int:
    """Keep a report with a Word file; return its number."""
    with store.transaction() as session:
        files = {"报告.docx": docx(facts)}
        return reporting.keep(session, folder, kind, "", period, files, facts=facts, by="运营", now=NOW).id


def submit(store: Store, folder: Path, number: int, by: str = "运营") -> str:
    """Submit a report."""
    with store.transaction() as session:
        report = report_desk.named(session, number)
        return report_desk.submit(session, folder, report, person_named(session, by), now=NOW)


def decide(
    store: Store, number: int, confirmed: bool, by: str = "主任", reason: str = "数不对", recorder: str = ""
) -> str:
    """Have somebody confirm or return a report."""
    with store.transaction() as session:
        word = Word(
            confirmed,
            person_named(session, by),
            "" if confirmed else reason,
            recorder=person_named(session, recorder) if recorder else None,
        )
        return report_desk.decide(session, report_desk.named(session, number), word, now=NOW)


def state(store: Store, number: int) -> str:
    """Where a report stands."""
    with store.reading() as session:
        return report_desk.named(session, number).state
