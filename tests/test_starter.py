"""`wxops init`: a workspace is laid out once, with a finished sample month that passes every check."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from shelf import Shelf
from stage import AES_KEY

from bot.cli import cli
from bot.starter import PLACEHOLDER, coming_month, lay_out
from content import lint
from content.article import Level, read_article
from content.clock import SHANGHAI, local
from content.db import Store
from content.errors import WrongUse
from content.folders import article_files, month_of, months, name_of
from content.places import names_in
from content.render import theme_css

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    lay_out(tmp_path / "工作区", NOW)
    return tmp_path / "工作区"


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), "2026-12"),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), "2027-01"),  # December already in Shanghai
        (datetime(2026, 12, 31, tzinfo=UTC), "2027-01"),
        (datetime(2027, 1, 31, tzinfo=UTC), "2027-02"),
        (datetime(2028, 2, 29, tzinfo=UTC), "2028-03"),
    ],
)
def test_the_coming_month_is_the_next_in_shanghai(now: datetime, month: str) -> None:
    assert coming_month(now) == month


def test_init_lays_out_what_it_says(tmp_path: Path) -> None:
    said = "\n".join(lay_out(tmp_path / "new", NOW))
    for name in ("config.toml", "places.csv", "2026-12/"):
        assert name in said
        assert (tmp_path / "new" / name).exists()
    assert "wxops doctor" in said


def test_init_refuses_a_second_time_and_changes_nothing(workspace: Path) -> None:
    before = {file: file.read_bytes() for file in workspace.rglob("*") if file.is_file()}
    with pytest.raises(WrongUse, match=r"已经有 config\.toml"):
        lay_out(workspace, NOW + timedelta(days=40))
    assert {file: file.read_bytes() for file in workspace.rglob("*") if file.is_file()} == before


def test_init_leaves_a_month_alone_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "2026-12/01-mine").mkdir(parents=True)
    (tmp_path / "2026-12/01-mine/index.md").write_text("我的", encoding="utf-8")
    lay_out(tmp_path, NOW)
    assert [file.name for file in (tmp_path / "2026-12").iterdir()] == ["01-mine"]


def test_the_secrets_are_made_anew_for_each_workspace_and_are_nobody_elses_to_read(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        lay_out(tmp_path / name, NOW)
        config = tmp_path / name / "config.toml"
        made.append(tomllib.loads(config.read_text(encoding="utf-8")))
        assert config.stat().st_mode & 0o077 == 0
    first, second = made
    assert first["callback"]["token"] != second["callback"]["token"]
    assert len(first["callback"]["token"]) <= 32
    assert len(first["callback"]["aes_key"]) == len(AES_KEY)
    assert first["callback"]["aes_key"] != second["callback"]["aes_key"]
    assert first["server"]["secret_key"] != second["server"]["secret_key"]


@pytest.mark.parametrize("now", [NOW, datetime(2027, 1, 31, 23, 0, tzinfo=SHANGHAI)])
def test_everything_of_the_sample_month_passes_the_check(tmp_path: Path, now: datetime) -> None:
    lay_out(tmp_path, now)
    places, css = names_in(tmp_path / "places.csv"), theme_css("", tmp_path)
    files = [file for month in months(tmp_path) for file in article_files(month)]
    assert len(files) == 5
    for file in files:
        name = name_of(tmp_path, file)
        source = read_article(file, name)
        problems = lint.check(source, lint.Context(now=now, month=month_of(name), places=places, css=css))
        assert [problem for problem in problems if problem.level == Level.ERROR] == []
        assert source.facts.publish_at is not None
        assert f"{local(source.facts.publish_at):%Y-%m}" == coming_month(now)
        assert PLACEHOLDER not in file.read_text(encoding="utf-8")


def test_the_sample_month_is_taken_in_with_its_theme_and_two_articles_in_one_post(
    store: Store, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(store, tmp_path / "space", monkeypatch)
    (tmp_path / "space").rmdir()
    workspace.rename(tmp_path / "space")
    assert shelf.scan() == {}
    assert shelf.theme().title
    assert shelf.theme().summary
    assert sorted(len(post) for post in shelf.posts()) == [1, 1, 1, 2]


@pytest.mark.parametrize("command", [["check"], ["render", "2026-12/01-stairway-seats"], ["days", "2026-12"]])
def test_who_only_writes_needs_nothing_of_the_account(workspace: Path, command: list[str]) -> None:
    done = CliRunner().invoke(cli, ["--workspace", str(workspace), *command])
    assert done.exit_code == 0, done.output
    assert "appid" not in done.output
