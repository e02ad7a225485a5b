"""The library: what lies in the month folders is taken in whole, and its changes are noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from shelf import Shelf, at
from stage import PNG

from content.db import Store
from content.folders import article_files, find_article, months, slug_of
from content.models import Article, State
from content.reviews import ProblemsFound


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


def paths(shelf: Shelf) -> list[str]:
    return sorted(article.path for article in shelf.articles())


# what is an article ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("01-volunteers", "volunteers"),
        ("02 志愿者 之家", "志愿者 之家"),
        ("3、议事", "议事"),
        ("没有编号", "没有编号"),
        ("2026", "2026"),
        ("04-notice.md", "notice"),
        ("05_通知 最终.MD", "通知 最终"),
    ],
)
def test_an_article_is_known_by_its_name_without_the_leading_number(shelf: Shelf, name: str, slug: str) -> None:
    file = shelf.folder / "2026-12" / name
    file = file if name.lower().endswith(".md") else file / "index.md"
    file.parent.mkdir(parents=True)
    file.write_text("---\ntitle: 好题目\n---\n正文", encoding="utf-8")
    shelf.scan()
    [article] = shelf.articles()
    assert (article.slug, article.title) == (slug, "好题目")
    assert article.path == file.relative_to(shelf.folder).as_posix()
    assert slug_of(file) == slug


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff---\ntitle: 好题目\npublish_at: 2026-12-05 18:30\n---\n正文",
        "---\r\ntitle: 好题目\r\npublish_at: 2026-12-05 18:30\r\n---\r\n正文\r\n",
        "\ufeff---\r\n标题：好题目\r\n发布时间：2026年12月5日18:30\r\n---\r\n正文",
    ],
    ids=["BOM", "CRLF", "BOM, CRLF and Chinese keys"],
)
def test_a_file_is_read_however_its_editor_saves_it(shelf: Shelf, text: str) -> None:
    file = shelf.write("01-a")
    file.write_bytes(text.encode("utf-8"))
    shelf.scan()
    [article] = shelf.articles()
    assert (article.title, article.file_due) == ("好题目", at(5, 18, 30))


def test_an_index_is_found_however_its_letters_are_written(shelf: Shelf) -> None:
    shelf.write("01-a").rename(shelf.folder / "2026-12/01-a/INDEX.MD")
    shelf.scan()
    assert paths(shelf) == ["2026-12/01-a/INDEX.MD"]
    assert find_article(shelf.folder, "2026-12/01-a", shelf.folder).name == "INDEX.MD"


WAITING = ["~$01-a.md", "01-a.md.part", ".01-a.md", "01-a.md.crdownload", "01-a.md~", "01-a.tmp", "照片.jpg"]


@pytest.mark.parametrize("name", WAITING)
def test_lock_files_and_half_copied_files_are_no_articles(shelf: Shelf, name: str) -> None:
    (shelf.folder / "2026-12").mkdir()
    (shelf.folder / "2026-12" / name).write_text("---\ntitle: 题\n---\n正文", encoding="utf-8")
    assert shelf.scan() == {}
    assert shelf.articles() == []


@pytest.mark.parametrize("name", ["~$01-a", ".01-a", "01-a.part"])
def test_a_folder_that_is_being_copied_waits(shelf: Shelf, name: str) -> None:
    shelf.write(name)
    shelf.scan()
    assert shelf.articles() == []


@pytest.mark.parametrize("text", ["", "\n\n", "---\n", "---\ntitle: 半", "---\ntitle: 半篇\nauthor: 编辑部\n"])
def test_an_empty_or_half_copied_index_waits_until_it_is_whole(shelf: Shelf, text: str) -> None:
    file = shelf.write("01-a", due=at(5))
    whole = file.read_bytes()
    file.write_text(text, encoding="utf-8")
    assert shelf.scan() == {}
    assert shelf.articles() == []
    file.write_bytes(whole)
    shelf.scan()
    assert shelf.posts() == [[1]]


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "12", "草稿", "2026-12-备份"])
def test_a_folder_that_is_no_month_is_left_alone(shelf: Shelf, month: str) -> None:
    shelf.write("01-a", month=month)
    shelf.scan()
    assert shelf.articles() == []


@pytest.mark.parametrize("link", ["month", "folder", "index", "one file"])
def test_a_link_that_leads_out_of_the_library_is_not_followed(shelf: Shelf, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside" / "2026-11" / "01-secret"
    outside.mkdir(parents=True)
    (outside / "index.md").write_text("---\ntitle: 秘密\n---\n正文", encoding="utf-8")
    inside = shelf.folder / "2026-12"
    (inside / "02-b").mkdir(parents=True)
    target, name = {
        "month": (outside.parent, shelf.folder / "2026-11"),
        "folder": (outside, inside / "01-secret"),
        "index": (outside / "index.md", inside / "02-b/index.md"),
        "one file": (outside / "index.md", inside / "03-c.md"),
    }[link]
    name.symlink_to(target)
    assert [file for month in months(shelf.folder) for file in article_files(month)] == []
    assert shelf.folder / "2026-11" not in months(shelf.folder)
    shelf.scan()
    assert shelf.articles() == []


def test_links_in_a_circle_stop_nothing(shelf: Shelf) -> None:
    shelf.write("01-a")
    (shelf.folder / "2026-12/02-b").symlink_to(shelf.folder / "2026-12/03-c")
    (shelf.folder / "2026-12/03-c").symlink_to(shelf.folder / "2026-12/02-b")
    shelf.scan()
    assert paths(shelf) == ["2026-12/01-a/index.md"]


@pytest.mark.parametrize("how", ["cover link", "cover path", "picture link", "picture path"])
def test_a_picture_outside_of_the_article_is_refused(shelf: Shelf, tmp_path: Path, how: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    what, by = how.split()
    reference = "link.png" if by == "link" else "../../../secret.png"
    facts = {"cover": reference} if what == "cover" else {"body": f"![图]({reference})"}
    file = shelf.write("01-a", **facts)  # type: ignore[arg-type]
    if by == "link":
        (file.parent / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(ProblemsFound) as refused:
        shelf.submit(file)
    assert "PICTURE_OUTSIDE" in [problem.code for problem in refused.value.problems]
    assert shelf.article(1).state == State.WRITTEN


def test_a_file_in_gbk_gets_a_number_and_is_refused_with_what_to_do(shelf: Shelf) -> None:
    file = shelf.write("01-a")
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    shelf.scan()
    assert shelf.article(1).state == State.WRITTEN
    with pytest.raises(ProblemsFound) as refused:
        shelf.submit(file)
    [problem] = [problem for problem in refused.value.problems if problem.code == "ENCODING"]
    assert "另存为 UTF-8" in problem.message


# themes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 商量着办\nsummary: 从小事: 说起\ncolumns:\n  - 议事\n---\n正文",
        "\ufeff---\r\ntitle: 商量着办\r\nsummary: 从小事: 说起\r\n---\r\n",
        "---\n标题：商量着办\n简介：从小事: 说起\n---\n",
        "---\n标题: 商量着办\n摘要: 从小事: 说起\n---\n",
    ],
)
def test_a_month_takes_title_and_summary_from_its_theme(shelf: Shelf, text: str) -> None:
    (shelf.folder / "2026-12").mkdir()
    (shelf.folder / "2026-12/theme.md").write_bytes(text.encode("utf-8"))
    shelf.scan()
    theme = shelf.theme()
    assert (theme.title, theme.summary) == ("商量着办", "从小事: 说起")
    assert shelf.articles() == []


def test_a_broken_theme_changes_nothing(shelf: Shelf) -> None:
    (shelf.folder / "2026-12").mkdir()
    (shelf.folder / "2026-12/theme.md").write_text("---\ntitle: 好\nsummary: 全\n---\n", encoding="utf-8")
    shelf.scan()
    (shelf.folder / "2026-12/theme.md").write_text("---\ntitle: 坏\nsummary: [半\n---\n", encoding="utf-8")
    shelf.scan()
    assert (shelf.theme().title, shelf.theme().summary) == ("好", "全")


# numbers and names -----------------------------------------------------------------------------------------------------


def test_of_two_articles_with_one_name_the_first_is_kept_and_the_other_told(shelf: Shelf) -> None:
    shelf.write("02-same")
    shelf.scan()
    shelf.write("01-same", title="后来的")
    for _ in range(2):
        [(key, text)] = shelf.scan().items()
        assert key == "slug:2026-12/01-same/index.md"
        assert "2026-12/01-same/index.md" in text
        assert "2026-12/02-same/index.md" in text
        [article] = shelf.articles()
        assert (article.path, article.title) == ("2026-12/02-same/index.md", "题02-same")
    (shelf.folder / "2026-12/01-same").rename(shelf.folder / "2026-12/01-other")
    assert shelf.scan() == {}
    assert paths(shelf) == ["2026-12/01-other/index.md", "2026-12/02-same/index.md"]


def test_the_same_name_in_two_months_is_two_articles(shelf: Shelf) -> None:
    shelf.write("01-same", month="2026-11")
    shelf.write("01-same", month="2026-12", body="别的。")
    shelf.scan()
    assert len(shelf.articles()) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-12/01-a", "2026-12/05-a"),
        ("2026-12/01-a", "2026-12/01-另一个名字"),
        ("2026-12/01-a", "2027-01/01-a"),
        ("2026-12/01-a.md", "2026-12/01-b.md"),
    ],
)
def test_a_moved_article_keeps_its_number_and_its_approval(shelf: Shelf, old: str, new: str) -> None:
    number = shelf.approved(Path(old).name)
    shelf.write("09-other")
    shelf.scan()
    (shelf.folder / new).parent.mkdir(exist_ok=True)
    if old.endswith(".md"):
        (shelf.folder / new).parent.joinpath("cover.png").write_bytes(PNG)
    (shelf.folder / old).rename(shelf.folder / new)
    assert shelf.scan() == {}
    article = shelf.article(number)
    assert article.path.startswith(new)
    assert (article.state, article.missing_since) == (State.APPROVED, None)
    assert article.theme is not None
    assert article.theme.month == new[:7]
    assert len(shelf.articles()) == 2


def test_an_article_that_was_never_submitted_keeps_its_number_too(shelf: Shelf) -> None:
    shelf.write("01-a")
    shelf.scan()
    (shelf.folder / "2026-12/01-a").rename(shelf.folder / "2026-12/02-b")
    shelf.scan()
    assert [(article.id, article.slug) for article in shelf.articles()] == [(1, "b")]


def test_a_copied_article_is_a_new_one(shelf: Shelf) -> None:
    shelf.write("01-a", month="2026-11")
    shelf.scan()
    shutil.copytree(shelf.folder / "2026-11/01-a", shelf.folder / "2026-12/01-a")
    shelf.scan()
    assert paths(shelf) == ["2026-11/01-a/index.md", "2026-12/01-a/index.md"]


def test_a_number_is_never_given_twice(shelf: Shelf) -> None:
    shelf.write("01-a")
    shelf.write("02-b")
    shelf.scan()
    with shelf.store.transaction() as session:
        session.delete(session.get_one(Article, 2))
    shutil.rmtree(shelf.folder / "2026-12/02-b")
    shelf.write("03-c")
    shelf.scan()
    assert [article.id for article in shelf.articles()] == [1, 3]
