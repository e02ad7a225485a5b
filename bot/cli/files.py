"""Commands on an editor's files: init, check, render. They need no database."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from content.article import Problem, Source
    from content.clock import Clock


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def init(folder: Path) -> None:
    """建立工作区：配置、地名表和一个样例月份。"""
    from bot.starter import lay_out
    from content.clock import Clock

    for line in lay_out(folder.absolute(), Clock().now()):
        click.echo(line)


@click.command()
@click.argument("paths", nargs=-1)
@json_option
@click.pass_obj
def check(desk: Desk, paths: tuple[str, ...], as_json: bool) -> None:
    """检查稿子（文件、文件夹或月份；不写则全部），一次列出所有问题。有错误时退出码是 1。"""
    problems = _without_what_is_out(desk, [p for source in _sources(desk, paths) for p in _check(desk, source)])
    if as_json:
        _print_json(problems)
    else:
        for problem in problems:
            click.echo(show.problem_line(problem))
        click.echo(f"{len(problems)} 个问题。" if problems else "没有问题。", err=True)
    raise SystemExit(1 if any(problem.level == "error" for problem in problems) else 0)


@click.command()
@click.argument("file")
@click.option("--text", is_flag=True, help="只看读者看到的文字。")
@click.pass_obj
def render(desk: Desk, file: str, text: bool) -> None:
    """把一篇稿子排成公众号能保留的 HTML，输出到屏幕。"""
    from content import render as rendering

    css, foot, _ = _settings(desk)
    html = rendering.render(_sources(desk, (file,))[0], css=css, picture=lambda name: name, foot=foot)
    click.echo(rendering.visible_text(html) if text else html)


def _print_json(problems: list[Problem]) -> None:
    show.as_json({"problems": [asdict(problem) for problem in problems]})


def _check(desk: Desk, source: Source) -> list[Problem]:
    from content import lint
    from content.folders import month_of
    from content.places import names_in

    css, _, clock = _settings(desk)
    places = names_in(desk.workspace / "places.csv")
    return lint.check(source, lint.Context(now=clock.now(), month=month_of(source.name), places=places, css=css))


def _without_what_is_out(desk: Desk, problems: list[Problem]) -> list[Problem]:
    """Leave out that the time of an article has passed where the article is out; only then the database is asked."""
    from bot.config import CONFIG_FILE

    late = [problem for problem in problems if problem.code == "PUBLISH_AT_PAST"]
    if not late or not (desk.workspace / CONFIG_FILE).is_file():
        return problems
    from bot.cli.rows import paths_that_are_out

    out = paths_that_are_out(desk)
    return [problem for problem in problems if problem not in late or problem.path not in out]


def _settings(desk: Desk) -> tuple[str, str, Clock]:
    """Return the theme's CSS, the foot and the clock; defaults where there is no configuration yet."""
    from bot.config import CONFIG_FILE, clock_file, load
    from content.clock import Clock
    from content.render import theme_css

    file = desk.workspace / CONFIG_FILE
    if not file.is_file():
        return theme_css("", desk.workspace), "", Clock()
    config = load(file, os.environ)
    return theme_css(config.render.theme, desk.workspace), config.render.foot, Clock(clock_file(config, os.environ))


def _sources(desk: Desk, paths: tuple[str, ...]) -> list[Source]:
    from content.folders import article_files, months, named_files

    if paths:
        return [_source(desk, file) for path in paths for file in named_files(desk.workspace, path, Path.cwd())]
    return [_source(desk, file) for month in months(desk.workspace) for file in article_files(month)]


def _source(desk: Desk, file: Path) -> Source:
    from content.article import read_article
    from content.folders import name_of

    return read_article(file, name_of(desk.workspace, file))
