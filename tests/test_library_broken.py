"""Trouble in the library: a broken file, a slow disk or a second scan spoils nothing for the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from shelf import Shelf, at
from sqlalchemy import func, select

from content import library as library_module
from content.article import read_article
from content.db import Store
from content.models import Article, Event, State


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


# what is broken -------------------------------------------------------------------------------------------------------------


BROKEN = {
    "a wrong date": ("publish_at: 2026-12-05 10:00", "publish_at: 2026-13-45 10:00"),
    "a position that is none": ("digest: 摘要", "digest: 摘要\nposition: 头条"),
    "a broken list": ("digest: 摘要", "digest: 摘要\nplaces: [甲"),
    "a line that is none": ("digest: 摘要", "digest: 摘要\n？？？"),
    "a key told twice": ("digest: 摘要", "digest: 摘要\ntitle: 又一个"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_of_a_broken_article_nothing_is_half_taken_in_and_the_others_are_taken(shelf: Shelf, how: str) -> None:
    file = shelf.write("01-a", due=at(5), column="旧栏")
    shelf.scan()
    text = file.read_text(encoding="utf-8").replace("column: 旧栏", "column: 新栏")
    file.write_text(text.replace(*BROKEN[how]), encoding="utf-8")
    shelf.write("02-b", due=at(6))
    notices = shelf.scan()
    assert list(notices) == ["broken:article:1"]
    assert "2026-12/01-a/index.md 第" in notices["broken:article:1"]
    old, new = shelf.articles()
    assert (old.column, old.file_due, shelf.post(1).due_at) == ("旧栏", at(5), at(5))
    assert new.file_due == at(6)
    file.write_text(text, encoding="utf-8")
    assert shelf.scan() == {}
    assert shelf.article(1).column == "新栏"


def test_a_broken_new_article_gets_its_number_and_nothing_else(shelf: Shelf) -> None:
    shelf.write("01-a", publish_at="2026-13-45 10:00", title="好题目")
    assert shelf.scan() == {}
    [article] = shelf.articles()
    assert (article.title, article.file_due, article.post) == ("", None, None)


def test_an_article_that_cannot_be_read_is_told_and_stops_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shelf.write("01-a", due=at(5))
    shelf.scan()

    def no_right(path: Path, name: str) -> object:
        if path == file:
            raise PermissionError(13, "Permission denied")
        return read_article(path, name)

    monkeypatch.setattr("content.files.read_article", no_right)
    shelf.write("02-b", due=at(6))
    [(key, text)] = shelf.scan().items()
    assert key == "unreadable:2026-12/01-a/index.md"
    assert "Permission denied" in text
    assert [article.missing_since for article in shelf.articles()] == [None, None]
    assert shelf.posts() == [[1], [2]]


def test_no_transaction_is_open_while_files_are_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk must not keep the callback waiting: while a file is read, another one can write."""
    number = shelf.approved(due=at(5))
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8") + "新的一段。", encoding="utf-8")
    seen = []

    def slowly(path: Path, name: str) -> object:
        other = Store(shelf.store.engine.url.render_as_string(hide_password=False))
        with other.transaction() as session:
            session.add(Event(subject="test", at=shelf.now, by="test"))
        other.close()
        seen.append(name)
        return read_article(path, name)

    monkeypatch.setattr("content.db.WAIT_SECONDS", 0)
    monkeypatch.setattr("content.files.read_article", slowly)
    assert list(shelf.scan()) == [f"changed:{number}"]
    assert len(seen) == 2


@pytest.mark.parametrize("known", [False, True])
def test_two_scans_at_once_take_everything_in_once(shelf: Shelf, known: bool) -> None:
    for name in ("01-a", "02-b", "03-c"):
        shelf.write(name)
    if known:
        shelf.scan()
    for name in ("01-a", "02-b", "03-c"):
        shelf.write(name, due=at(5))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: library_module.scan(shelf.store, shelf.library, shelf.now), range(4)))
    assert results == [[]] * 4
    assert len(shelf.articles()) == 3
    assert [sorted(post) for post in shelf.posts()] == [sorted(article.id for article in shelf.articles())]
    with shelf.store.reading() as session:
        assert session.scalar(select(func.count(Event.id)).where(Event.why.like("编入%"))) == 3


def test_a_scan_that_finds_nothing_new_writes_nothing(shelf: Shelf) -> None:
    shelf.approved(due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    with shelf.store.reading() as session:
        before = session.scalar(select(func.max(Event.id)))
    assert shelf.scan() == {}
    with shelf.store.reading() as session:
        assert session.scalar(select(func.max(Event.id))) == before


def test_a_published_article_is_not_read_any_more(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    number = shelf.approved(due=at(5))
    with shelf.store.transaction() as session:
        article = session.get_one(Article, number)
        article.state = State.PUBLISHED
    file = shelf.folder / "2026-12/01-a/index.md"
    file.write_text(file.read_text(encoding="utf-8") + "新的一段。", encoding="utf-8")
    monkeypatch.setattr("content.files.read_article", lambda path, name: pytest.fail("read"))
    assert shelf.scan() == {}
    assert shelf.article(number).title == "题01-a"
    (shelf.folder / "2026-12/01-a").rename(shelf.folder / "away")
    assert shelf.scan() == {}
