"""Freezing: the fingerprint covers exactly what a reader gets, and pictures are kept whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from stage import PNG, png

from content.article import Facts, PictureFacts, Source
from content.db import Store
from content.files import fingerprint
from content.markup.foot import Foot
from content.models import Article, RevisionPicture, State
from content.revisions import PLACEHOLDER, Frozen, add_revision, freeze, keep_pictures, latest_revision, picture_bytes

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FACTS = Facts(
    title="题", author="编辑部", digest="摘要", cover="cover.png", original_link="https://example.org/a", comments=True
)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    for name in ("cover.png", "图 1.png", "other.png"):
        (tmp_path / name).write_bytes(png(name))
    return Source(tmp_path / "index.md", "2026-12/01-a/index.md", FACTS, "第一段 $x$。\n\n![图](图%201.png)\n", 1)


def sha256(source: Source, css: str = "p { color: #333 }", foot: str = "") -> str:
    return freeze(source, css=css, foot=Foot(foot)).sha256


def with_facts(**facts: Any) -> Callable[[Source], Source]:
    return lambda source: replace(source, facts=replace(source.facts, **facts))


def with_bytes(name: str) -> Callable[[Source], Source]:
    def change(source: Source) -> Source:
        (source.path.parent / name).write_bytes(png("changed"))
        return source

    return change


COVERED = {
    "title": with_facts(title="别的题"),
    "math": with_facts(math=True),
    "cover_focus": with_facts(cover_focus=(0.0, 0.0)),
    "author": with_facts(author="别人"),
    "digest": with_facts(digest="别的摘要"),
    "cover": with_facts(cover="other.png"),
    "the cover's bytes": with_bytes("cover.png"),
    "link": with_facts(original_link="https://example.org/b"),
    "comments": with_facts(comments=False),
    "source": with_facts(source="某报"),
    "ai_generated": with_facts(ai_generated=True),
    "text": lambda source: replace(source, body=source.body.replace("第一段", "第二段")),
    "a picture's bytes": with_bytes("图 1.png"),
    "another picture": lambda source: replace(source, body=source.body.replace("图%201", "other")),
}
NOT_COVERED = {
    "column": with_facts(column="议事"),
    "publish_at": with_facts(publish_at=NOW),
    "notify": with_facts(notify=False),
    "position": with_facts(position=2),
    "places": with_facts(places=("甲社区",)),
    "by_hand": with_facts(by_hand=("小程序",)),
    "case_study": with_facts(case_study=True),
    "pictures' licences": with_facts(pictures=(PictureFacts("cover.png", "自制"),)),
    "month": with_facts(month="2026-12"),
    "the file's name": lambda source: replace(source, name="2027-01/02-b.md"),
    "a picture that is not used": with_bytes("other.png"),
}


@pytest.mark.parametrize("what", COVERED)
def test_the_fingerprint_covers(source: Source, what: str) -> None:
    before, read_before = sha256(source), fingerprint(source)
    changed = COVERED[what](source)
    assert sha256(changed) != before
    assert fingerprint(changed) != read_before


@pytest.mark.parametrize("what", NOT_COVERED)
def test_the_fingerprint_does_not_cover(source: Source, what: str) -> None:
    before, read_before = sha256(source), fingerprint(source)
    changed = NOT_COVERED[what](source)
    assert sha256(changed) == before
    assert fingerprint(changed) == read_before


def test_every_fact_is_either_covered_or_not() -> None:
    named = {what.split("'")[0] for what in (*COVERED, *NOT_COVERED)} | {"original_link"}
    assert set(Facts.__dataclass_fields__) <= named


def test_the_fingerprint_covers_the_html_and_so_the_looks(source: Source) -> None:
    assert len({sha256(source), sha256(source, css="p { color: #900 }"), sha256(source, foot="页脚")}) == 3
    assert len({fingerprint(source)}) == 1


@pytest.mark.parametrize("field", Frozen.__dataclass_fields__)
def test_each_field_of_what_is_frozen_counts(source: Source, field: str) -> None:
    frozen = freeze(source, css="")
    others: dict[str, Any] = {"comments": False, "pictures": {}, "crops": {}}
    assert replace(frozen, **{field: others.get(field, "别的")}).sha256 != frozen.sha256


def test_the_same_source_freezes_to_the_same_fingerprint(source: Source) -> None:
    assert sha256(source) == sha256(source)


def test_the_frozen_text_names_its_pictures_by_content(source: Source) -> None:
    frozen = freeze(source, css="")
    picture, cover = png("图 1.png"), png("cover.png")
    assert f'src="{PLACEHOLDER}{hashlib.sha256(picture).hexdigest()}"' in frozen.html
    assert frozen.cover == hashlib.sha256(cover).hexdigest()
    assert {data for _, data in frozen.pictures.values()} == {picture, cover}


@pytest.mark.parametrize(
    ("cover", "file"), [("", "图 1.png"), ("./other.png", "other.png"), ("图%201.png", "图 1.png")]
)
def test_the_cover_is_the_file_that_the_check_promised(source: Source, cover: str, file: str) -> None:
    frozen = freeze(with_facts(cover=cover)(source), css="")
    assert frozen.pictures[frozen.cover][1] == png(file)


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname", "link.png", "gone.png", "a\0b.png"])
def test_a_picture_that_is_gone_or_lies_elsewhere_is_not_frozen(source: Source, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "article"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(OSError):  # noqa: PT011 - which one does not matter
        freeze(replace(with_facts(cover=name)(source), path=folder / "index.md", body=""), css="")


# keeping ----------------------------------------------------------------------------------------------------------------


def test_pictures_are_kept_by_content_and_found_again(source: Source, tmp_path: Path) -> None:
    frozen = freeze(source, css="")
    for _ in range(2):
        keep_pictures(tmp_path / "kept", frozen)
    assert {file.name for file in (tmp_path / "kept").iterdir()} == set(frozen.pictures)
    for name, (_, data) in frozen.pictures.items():
        assert picture_bytes(tmp_path / "kept", name) == data


def test_a_crash_while_a_picture_is_written_leaves_only_a_part(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, kept = freeze(source, css=""), tmp_path / "kept"

    def power_cut(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("os.fsync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            keep_pictures(kept, frozen)
    assert [file.suffix for file in kept.iterdir()] == [".part"]
    keep_pictures(kept, frozen)
    assert {file.name for file in kept.iterdir() if file.suffix != ".part"} == set(frozen.pictures)


def test_a_kept_picture_that_was_cut_is_never_handed_out_and_is_mended(source: Source, tmp_path: Path) -> None:
    frozen, kept = freeze(source, css=""), tmp_path / "kept"
    keep_pictures(kept, frozen)
    (kept / frozen.cover).write_bytes(b"cut")
    with pytest.raises(OSError, match="was changed"):
        picture_bytes(kept, frozen.cover)
    keep_pictures(kept, frozen)
    assert picture_bytes(kept, frozen.cover) == frozen.pictures[frozen.cover][1]


def test_revisions_are_numbered_and_the_newest_is_found(store: Store, source: Source) -> None:
    frozen = freeze(source, css="")
    with store.transaction() as session:
        session.add(article := Article(slug="a", state=State.WRITTEN, state_since=NOW))
        session.flush()
        assert latest_revision(session, article) is None
        numbers = [add_revision(session, article, frozen, related=(), by="甲", now=NOW).number for _ in range(3)]
        newest = latest_revision(session, article)
        assert newest is not None
        assert (numbers, newest.number, newest.sha256) == ([1, 2, 3], 3, frozen.sha256)
        kept = session.scalars(select(RevisionPicture.sha256).where(RevisionPicture.revision_id == newest.id)).all()
    assert set(kept) == set(frozen.pictures)
    assert (newest.title, newest.digest, newest.comments) == ("题", "摘要", True)
