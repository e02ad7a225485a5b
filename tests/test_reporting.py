"""A report is kept in versions: the same facts again make none, and nothing is ever overwritten."""

from __future__ import annotations

from pathlib import Path

from gateway_kit import NOW

from content.db import Store
from scheduler import reporting


def kept(store: Store, folder: Path, facts: str, text: bytes = b"1") -> tuple[int, int]:
    """Keep a report of December that tells these facts; return its row and version."""
    with store.transaction() as session:
        made = reporting.keep(
            session, folder, "月度分析", "", "2026-12", {"报告.docx": text}, facts=facts, by="吴芳", now=NOW
        )
        return made.id, made.version


def test_the_same_facts_again_make_no_new_version(store: Store, tmp_path: Path) -> None:
    assert kept(store, tmp_path, "{}") == kept(store, tmp_path, "{}")


def test_other_facts_make_the_next_version_and_leave_the_first_as_it_was(store: Store, tmp_path: Path) -> None:
    kept(store, tmp_path, '{"reads": 1}', b"one")
    _, version = kept(store, tmp_path, '{"reads": 2}', b"two")

    with store.reading() as session:
        newest = reporting.newest(session, "月度分析", "", "2026-12")
        assert newest is not None
        files = reporting.files_of(tmp_path, newest)
    assert (version, files["报告.docx"].read_bytes()) == (2, b"two")
    assert (files["报告.docx"].parent.parent / "v1" / "报告.docx").read_bytes() == b"one"
