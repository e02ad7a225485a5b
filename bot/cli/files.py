"""Commands on an editor's files: init, check, render. They need no database."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from content.article import Problem, Source
    from content.lint import Context
    from content.markup.foot import Foot


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
@click.option("--fix", is_flag=True, help="改正只有一种改法的问题（标点、全角、错别字、号码遮挡），再检查。")
@click.option("--watch", is_flag=True, help="一直看着，稿子一保存就再检查；按 Ctrl+C 结束。")
@json_option
@click.pass_obj
def check(desk: Desk, paths: tuple[str, ...], fix: bool, watch: bool, as_json: bool) -> None:
    """检查稿子（文件、文件夹或月份；不写则全部），一次列出所有问题。有错误时退出码是 1。"""
    from content.watching import changes

    if watch:
        for changed in changes(desk.workspace, lambda: files_named(desk, paths)):
            _tell(_problems(desk, changed, fix=fix), as_json=as_json)
    problems = _problems(desk, files_named(desk, paths), fix=fix)
    _tell(problems, as_json=as_json)
    raise SystemExit(1 if any(problem.level == "error" for problem in problems) else 0)


@click.command()
@click.argument("file")
@click.option("--text", is_flag=True, help="只看读者看到的文字。")
@click.pass_obj
def render(desk: Desk, file: str, text: bool) -> None:
    """把一篇稿子排成公众号能保留的 HTML，输出到屏幕。"""
    from content import render as rendering
    from content.markup.drawn import look_at

    css, foot = _looks(desk)
    html = rendering.render(_sources(desk, (file,))[0], css=css, picture=lambda name: name, foot=foot, draw=look_at)
    click.echo(rendering.visible_text(html) if text else html)


def _tell(problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        rows = (asdict(problem) for problem in problems)
        show.as_json({"problems": [{key: row[key] for key in row if key != "was"} for row in rows]})
        return
    for problem in problems:
        click.echo(show.problem_line(problem))
    click.echo(f"{len(problems)} 个问题。" if problems else "没有问题。", err=True)


def _problems(desk: Desk, files: list[Path], *, fix: bool) -> list[Problem]:
    """Return the problems of the tables and of articles; with `fix`, after putting right what can be."""
    from content.folders import month_of, name_of
    from content.lint.answers import answers_are_fit
    from content.lint.cache import FOLDER, Cache
    from content.lint.many import check_all

    named = [(file, name_of(desk.workspace, file)) for file in files]
    context = check_context(desk, {month_of(name) for _, name in named})
    for file, name in named if fix else ():
        from content.lint.fixing import fix_file

        for problem in fix_file(file, name, replace(context, month=month_of(name))):
            click.echo(f"{name}:{problem.line}:{problem.col}: 已改正 {problem.was} → {problem.fix}", err=True)
    cache = Cache(desk.workspace / FOLDER)
    found = [problem for problems in check_all(named, context, cache) for problem in problems]
    answers = answers_are_fit(desk.workspace, context.tables, context.now)
    tables = [*context.tables.problems, *context.schedule.problems, *answers, *_menu(desk)]
    return [*tables, *_without_what_is_out(desk, found)]


def _menu(desk: Desk) -> Sequence[Problem]:
    """Return the problems of the menu, but for what its keys are answered: `wxops menu check` looks at that, too."""
    from content.finding import MENU_FILE
    from content.menu import read_menu

    file = desk.workspace / MENU_FILE
    return read_menu(file, lambda key: True).problems if file.is_file() else ()


def check_context(desk: Desk, months: Collection[str]) -> Context:
    """Return what the checks of articles of some months need to know; the month is each article's own."""
    from content import lint
    from content.lint.tables import tables
    from content.places import names_in
    from content.quiet import quiet_hours
    from content.schedule import schedule_of

    css, foot = _looks(desk)
    config = desk.config()
    service, push = (config.account.kind == "service", config.publish.mode == "push") if config else (False, True)
    quiet = quiet_hours(config.publish.quiet_hours if config else ())
    return lint.Context(
        now=desk.clock().now(),
        places=names_in(desk.workspace / "places.csv"),
        css=css,
        foot=foot,
        tables=tables(desk.workspace),
        schedule=schedule_of(desk.workspace, months, service=service, push=push, quiet=quiet),
    )


def _without_what_is_out(desk: Desk, problems: list[Problem]) -> list[Problem]:
    """Leave out that the time of an article has passed where the article is out; only then the database is asked."""
    from bot.config import CONFIG_FILE

    late = [problem for problem in problems if problem.code == "PUBLISH_AT_PAST"]
    if not late or not (desk.workspace / CONFIG_FILE).is_file():
        return problems
    from bot.cli.rows import paths_that_are_out

    out = paths_that_are_out(desk)
    return [problem for problem in problems if problem not in late or problem.path not in out]


def _looks(desk: Desk) -> tuple[str, Foot]:
    """Return the theme's CSS and the foot; defaults where there is no configuration yet."""
    from content.markup.foot import NO_FOOT, Foot
    from content.render import theme_css

    config = desk.config()
    if config is None:
        return theme_css("", desk.workspace), NO_FOOT
    return theme_css(config.render.theme, desk.workspace), Foot(config.render.foot, config.render.reviewers)


def files_named(desk: Desk, paths: tuple[str, ...]) -> list[Path]:
    """Return the articles that some paths name, or all of the library; FilesWrong when a path names none."""
    from content.folders import article_files, months, named_files

    if paths:
        return [file for path in paths for file in named_files(desk.workspace, path, Path.cwd())]
    return [file for month in months(desk.workspace) for file in article_files(month)]


def _sources(desk: Desk, paths: tuple[str, ...]) -> list[Source]:
    return [_source(desk, file) for file in files_named(desk, paths)]


def _source(desk: Desk, file: Path) -> Source:
    from content.article import read_article
    from content.folders import name_of

    return read_article(file, name_of(desk.workspace, file))
