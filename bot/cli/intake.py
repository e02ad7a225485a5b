"""Commands that bring files in: import (an article, or a table of figures), and the batches of figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.acting import WRITERS, by_roles
from bot.cli.group import Desk, json_option
from bot.cli.word import MONTH_HELP, TIME_HELP, facts_of, import_article
from content.errors import WrongUse

if TYPE_CHECKING:
    from datetime import date

    from bot.taking_in import Opened
    from scheduler.file_heads import Question
    from scheduler.file_kinds import Kind

TABLES = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv")
_LISTED = 30


@dataclass(frozen=True)
class Options:
    """What was said with a table of figures."""

    day: str
    columns: Sequence[str]
    skip_bad: bool
    only_check: bool


@click.command("import")
@click.argument("given", nargs=-1, required=True, metavar="[种类] 文件")
@click.option("--month", default="", metavar="月份", help=f"文章：{MONTH_HELP}")
@click.option("--title", default="", metavar="标题", help="文章：不用稿子里的标题，用这一个。")
@click.option(
    "--column", "columns", multiple=True, metavar="栏目|表头=列", help="文章的栏目；数据表：不认得的表头是哪一列。"
)
@click.option("--time", default="", metavar="时间", help=f"文章：{TIME_HELP}")
@click.option("--into", default="", metavar="文章", help="文章：作为这一篇的新稿，例如 2026-12/01-文章。")
@click.option("--day", default="", metavar="日期", help="数据表：是哪一天的，例如 2026-11-30；表里有日期列的不用写。")
@click.option("--skip-bad", is_flag=True, help="数据表：有问题的行写进旁边的文件，其余照收。")
@click.option("--check", "only_check", is_flag=True, help="数据表：只检查，不收。")
@by_roles(*WRITERS)
@click.pass_obj
def import_(
    desk: Desk, given: tuple[str, ...], month: str, title: str, columns: tuple[str, ...], time: str, into: str, day: str,
    skip_bad: bool, only_check: bool, by: str,
) -> None:  # fmt: skip
    """导入文章（Word 文档 .docx、ZIP、Markdown、文件夹），或数据表（.xlsx、.csv）。

    文章：wxops import 稿件.docx；同一份文档再交一次，就是那一篇的新稿。

    数据表：wxops import 注册用户 表.xlsx。种类有：注册用户 users、平台互动 platform、平台日互动 platform-daily、
    群组 groups、议题 topics、文章导出 articles、粉丝导出 followers。公众平台自己导出的表不用写种类。
    """
    source, file = _given(given)
    if not (source or file.suffix.lower() in TABLES):
        if day or skip_bad or only_check:
            raise WrongUse("--day、--skip-bad、--check 只用于数据表（.xlsx、.csv）。")
        import_article(desk, file, month, facts_of(title, columns[-1] if columns else "", time), into)
        return
    if month or title or time or into:
        raise WrongUse("--month、--title、--time、--into 只用于文章；数据表用 --day 写日期。")
    _import_figures(desk, source, file, Options(day, columns, skip_bad, only_check), by)


@click.group()
def batch() -> None:
    """数据批次：每导入一个数据表是一批。"""


@batch.command("list")
@json_option
@click.pass_obj
def list_batches(desk: Desk, as_json: bool) -> None:
    """列出导入的批次，最新的在前。"""
    from bot.taking_in import SOURCES, source_name
    from content.clock import stamp
    from scheduler import batches

    with desk.parts().store.reading() as session:
        rows = [
            {"number": one.id, "source": one.source, "name": source_name(one.source), "file": one.file_name,
             "at": stamp(one.at), "by": one.by, "rows": one.rows, "undone": stamp(one.undone_at) if one.undone_at else ""}
            for one in batches.batches(session, SOURCES, _LISTED)
        ]  # fmt: skip
    lines = (
        f"{row['number']} {row['name']} {row['file']} {row['rows']:,} 行 {row['at']} {row['by']}"
        + (f"（{row['undone']} 已撤销）" if row["undone"] else "")
        for row in rows
    )
    show.listed(rows, lines, json_wanted=as_json, nothing="还没有导入过数据表。")


@batch.command("show")
@click.argument("number", type=int, metavar="N")
@click.pass_obj
def show_batch(desk: Desk, number: int) -> None:
    """一批的日期、改了哪些数、撤销的理由。"""
    from bot.taking_in import batch_lines

    click.echo("\n".join(batch_lines(desk.parts(), number)))


@batch.command("undo")
@click.argument("number", type=int, metavar="N")
@click.option("--reason", default="", metavar="理由", help="为什么撤销，留在记录里。")
@by_roles(*WRITERS)
@click.pass_obj
def undo_batch(desk: Desk, number: int, reason: str, by: str) -> None:
    """撤销一批：它的数不再作数，被它替换的数重新作数。"""
    from bot.taking_in import undo

    click.echo(undo(desk.parts(), number, reason, by=by))


def _given(given: Sequence[str]) -> tuple[str, Path]:
    """Return the word for the kind of file, "" when there is none, and the file."""
    if len(given) > 2:
        raise WrongUse("一次导入一个文件：wxops import 文件，或 wxops import 种类 文件。")
    file = Path(given[-1])
    if not file.exists():
        raise WrongUse(f"找不到文件 {file}。")
    return given[0] if len(given) == 2 else "", file


def _import_figures(desk: Desk, source: str, file: Path, options: Options, by: str) -> None:
    from bot import taking_in
    from scheduler.intake import Given, asked

    parts = desk.parts()
    given = Given(file, file.name, source, _day(desk, options.day))
    with taking_in.open_file(parts, given) as opened:
        if ask := asked(opened.table, opened.reading):
            answers = _answers(opened.reading.kind, ask.questions, options.columns)
            taking_in.answer(parts, opened.reading.kind, answers, by=by)
            words = {**opened.reading.words, **taking_in.words_of(answers)}
            day = _asked_day(desk) if ask.day else opened.reading.day
            opened = replace(opened, reading=replace(opened.reading, words=words, day=day))
        if options.only_check:
            _check(opened)
            return
        rows = sum(sheet.length for sheet in opened.table.sheets)
        with click.progressbar(
            length=max(rows, 1), label="读表", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            taken = taking_in.take(
                parts, opened, by=by, skip_bad=options.skip_bad, beside=file.absolute(), progress=bar.update
            )
    click.echo("\n".join(taken.lines))
    if taken.bad_file:
        click.echo(f"没有收的行在 {taken.bad_file}，改好以后再导入这个文件。")


def _check(opened: Opened) -> None:
    from bot.taking_in import FiguresWrong, told
    from scheduler.intake import read

    with read(opened.table, opened.given, opened.reading, opened.lookups) as found:
        if found.bad:
            raise FiguresWrong(found)
        click.echo("\n".join([f"可以收：{found.rows:,} 行 {found.figures:,} 个数。", *told(found)]))


def _day(desk: Desk, text: str) -> date | None:
    from content.cells import day
    from content.clock import local_day
    from content.values import NotUnderstood

    today = local_day(desk.parts().clock.now())
    try:
        return day(text, today)
    except NotUnderstood as error:
        raise WrongUse(f"“{text}”{error}。") from error


def _asked_day(desk: Desk) -> date:
    text = _prompt("表里没有写日期。是哪一天的数", "请用 --day 写明，例如 --day 2026-11-30。")
    day = _day(desk, text)
    if day is None:
        raise WrongUse("请用 --day 写明是哪一天的数，例如 --day 2026-11-30。")
    return day


def _answers(kind: Kind, questions: Sequence[Question], told: Sequence[str]) -> dict[str, str]:
    """Return what each head that nobody knows means: as told with --column, else as answered now."""
    from scheduler.file_kinds import NOTHING, column_name, head_word

    columns = [*kind.columns, NOTHING]
    named = {column_name(column): column for column in columns} | {column: column for column in columns}
    said = {head_word(head): word.strip() for head, _, word in (one.rpartition("=") for one in told)}
    answers = {}
    for question in questions:
        word = said.get(head_word(question.head)) or _chosen(question, [column_name(column) for column in columns])
        if word not in named:
            raise WrongUse(f"“{kind.name}”没有“{word}”这一列，可以写：{'、'.join(map(column_name, columns))}。")
        answers[question.head] = named[word]
    return answers


def _chosen(question: Question, names: Sequence[str]) -> str:
    click.echo(
        f"{question.cell} 的表头“{question.head}”不认得（下面是 {'、'.join(question.examples)}）。它是：", err=True
    )
    for number, name in enumerate(names, start=1):
        click.echo(f"  {number} {name}", err=True)
    text = _prompt(
        "请选", f"请用 --column 写明，例如 --column {question.head}={names[-2]}，不用的写 {question.head}=不用。"
    )
    return names[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(names) else text


def _prompt(question: str, otherwise: str) -> str:
    """Ask at the terminal; where nobody can answer, say which option does."""
    try:
        return str(click.prompt(question, err=True)).strip()
    except click.Abort as error:
        raise WrongUse(otherwise) from error
