"""Checking again: what has not changed is not parsed, what has changed is never taken for unchanged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from content import watching
from content.article import Problem, read_article
from content.lint import Context, cache, check, samples
from content.lint.cache import Cache
from content.lint.many import check_all
from content.lint.tables import Tables

CONTEXT = samples.context()
NAME = "2026-12/01-a/index.md"
TEXT = "---\ntitle: 标题\nauthor: 甲\ndigest: 乙。\ncover: cover.png\npublish_at: 2026-12-05 18:30\nplaces: 槐树馆\npictures:\n  - file: cover.png\n---\n\n第一段,好。![图](plain.png)[附件](a.pdf)\n"  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "2026-12" / "01-a"
    folder.mkdir(parents=True)
    samples.lay_out(folder)
    (folder / "index.md").write_text(TEXT, "utf-8")
    return folder / "index.md"


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / cache.FOLDER)


def truth(file: Path, context: Context = CONTEXT) -> list[Problem]:
    return check(read_article(file, NAME), context)


def test_the_second_answer_is_the_first_and_nothing_is_read_for_it(
    file: Path, kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept.check(file, NAME, CONTEXT)
    assert first == truth(file)
    assert {"HALF_WIDTH", "UNKNOWN_PLACE", "LICENCE_UNKNOWN", "LINK_LOCAL"} <= {problem.code for problem in first}
    monkeypatch.setattr(cache, "read_article", None)
    assert kept.check(file, NAME, CONTEXT) == first


def test_what_depends_on_the_moment_is_found_anew_each_time(file: Path, kept: Cache) -> None:
    noon = replace(CONTEXT, now=CONTEXT.now.replace(year=2026, month=12, day=5, hour=4))
    evening = replace(noon, now=noon.now + timedelta(hours=8))
    kept.check(file, NAME, noon)
    assert kept.known(file, NAME, evening) == truth(file, evening)
    assert "PUBLISH_AT_PAST" in {problem.code for problem in truth(file, evening)}


CHANGES = {
    "text": lambda file: file.write_text(TEXT + "再加一段。", "utf-8"),
    "picture": lambda file: (file.parent / "plain.png").write_bytes(b""),
    "cover": lambda file: (file.parent / "cover.png").unlink(),
    "linked file": lambda file: (file.parent / "a.pdf").write_bytes(b"%PDF"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_checked_again(change: str, file: Path, kept: Cache) -> None:
    kept.check(file, NAME, CONTEXT)
    CHANGES[change](file)
    assert kept.known(file, NAME, CONTEXT) is None
    assert kept.check(file, NAME, CONTEXT) == truth(file)


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTEXT, css="p { opacity: 0 }"),
        replace(CONTEXT, places=frozenset(("槐树馆",))),
        replace(CONTEXT, month="2027-01"),
        replace(CONTEXT, now=CONTEXT.now + timedelta(days=1)),
        replace(CONTEXT, tables=Tables(sha256="other")),
    ],
    ids=["theme", "places", "month", "day", "tables"],
)
def test_another_context_is_another_question(other: Context, file: Path, kept: Cache) -> None:
    kept.check(file, NAME, CONTEXT)
    assert kept.known(file, NAME, other) is None
    assert kept.check(file, NAME, other) == truth(file, other)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"key": 1}', "keep"])
def test_a_damaged_entry_is_no_answer(damage: bytes | str, file: Path, kept: Cache) -> None:
    kept.check(file, NAME, CONTEXT)
    (entry,) = kept.folder.iterdir()
    if isinstance(damage, str):
        text = entry.read_text("utf-8")
        entry.write_text(text.replace('"problems"', '"other"'), "utf-8")
    else:
        entry.write_bytes(damage)
    assert kept.check(file, NAME, CONTEXT) == truth(file)


def test_a_place_that_cannot_be_written_only_costs_time(file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert Cache(tmp_path / "file" / "check").check(file, NAME, CONTEXT) == truth(file)


def test_many_articles_are_answered_in_their_order(file: Path, kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    from content.lint import many

    monkeypatch.setattr(many, "WORTH_A_PROCESS", 3)
    files = []
    for number in range(4):
        folder = file.parent.parent / f"{number:02d}-b"
        shutil.copytree(file.parent, folder)
        (folder / "index.md").write_text(TEXT + f"\n{'甲,乙' * number}\n", "utf-8")
        files.append((folder / "index.md", f"2026-12/{folder.name}/index.md"))
    expected = [check(read_article(path, name), CONTEXT) for path, name in files]
    kept.check(*files[1], CONTEXT)
    assert list(check_all(files, replace(CONTEXT, month=""), kept, processes=2)) == expected
    assert list(check_all(files, replace(CONTEXT, month=""), kept, processes=2)) == expected


def test_watching_tells_changed_articles_once(tmp_path: Path) -> None:
    articles = [tmp_path / "01-a" / "index.md", tmp_path / "02-b.md"]
    for article in articles:
        article.parent.mkdir(exist_ok=True)
        article.write_text("甲", "utf-8")
    picture = articles[0].parent / "图.png"
    steps: Iterator[object] = iter(
        [
            lambda: None,
            lambda: _touch(articles[1]),
            lambda: picture.write_bytes(b"x"),
            lambda: (tmp_path / "words.csv").write_text("pattern\n"),
            lambda: articles[1].unlink(),
            lambda: _touch(articles[0]),
        ]
    )
    told = []
    changed = watching.changes(
        tmp_path, lambda: [path for path in articles if path.is_file()], sleep=lambda _: next(steps)()  # type: ignore[operator]
    )  # fmt: skip
    for _ in range(5):
        told.append([path.name for path in next(changed)])
    assert told == [["index.md", "02-b.md"], ["02-b.md"], ["index.md"], ["index.md", "02-b.md"], ["index.md"]]


def _touch(file: Path) -> None:
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
