"""Commands of the editorial desk: submit, review, article."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_message, by_option
from bot.cli.group import Desk, json_option
from content.errors import WrongUse

REASON = re.compile(r"(?:([A-Za-z][A-Za-z0-9_]+)[=＝])?(.*)", re.DOTALL)
REFERENCE = re.compile(r"(\d+)(?:-(\d+))?")
WAYS = ("电话", "微信", "纸质")  # as in content.recorded, which would load the database


@click.command()
@click.argument("article")
@click.option(
    "--reason", "reasons", multiple=True, metavar="原因", help="警告为什么可以通过；只给一类写 代码=原因，可以写几次。"
)
@by_message("送审")
@click.pass_obj
def submit(desk: Desk, article: str, reasons: tuple[str, ...], by: str) -> None:
    """送审：ARTICLE 是文章的文件夹、文件或编号。有错误就不送，有警告要写理由；所有问题一次列出。"""
    from bot import submitting

    outcome = submitting.submit(desk.parts(), article, Path.cwd(), by, _by_code(reasons))
    for problem in outcome.problems:
        click.echo(show.problem_line(problem), err=True)
    click.echo(f"已送审：{outcome.name}“{outcome.title}”，下一步：{outcome.step}。")


@click.command()
@click.argument("reference", metavar="编号-修订")
@click.option("--pass", "passed", is_flag=True, help="同意。")
@click.option("--back", metavar="原因", help="退回，写明原因。")
@click.option("--for", "for_", default="", metavar="姓名", help="代录：记的是谁的意见；--by 写记录的人。")
@click.option("--via", default="", metavar="|".join(WAYS), help="代录：意见是怎么来的。")
@click.option("--note", default="", metavar="说明", help="代录：原话或说明。")
@click.option(
    "--scan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="文件",
    help="代录的凭证：截图或扫描件（图片或 PDF）；以后补的，只写 --scan。",
)
@by_option
@click.pass_obj
def review(
    desk: Desk,
    reference: str,
    passed: bool,
    back: str | None,
    for_: str,
    via: str,
    note: str,
    scan: Path | None,
    by: str,
) -> None:
    """审核看过的那一稿，例如：wxops review 12-3 --pass --by 姓名"""
    from bot import recording, submitting

    match, says = REFERENCE.fullmatch(reference), passed or back is not None
    number = int(match[2]) if match and match[2] else None
    if match is None or (passed and back is not None) or not (says or (scan and number)):
        raise WrongUse("请写稿号，以及 --pass 或 --back 原因，例如：wxops review 12-3 --pass --by 姓名")
    article = int(match[1])
    if not says and scan and number:
        click.echo(recording.prove(desk.parts(), article, number, scan, by=by))
    elif for_ and number:
        spoken = recording.Spoken(passed, for_, via, back or note)
        click.echo(recording.record(desk.parts(), article, number, spoken, scan, by=by))
    elif for_ or via or note or scan:
        raise WrongUse("代录要写全：wxops review 12-3 --pass --for 姓名 --via 电话 --by 记录的人")
    else:
        click.echo(submitting.judge(desk.parts(), article, number, passed=passed, comment=back or "", by=by))


def _by_code(reasons: tuple[str, ...]) -> dict[str, str]:
    """Return the reasons by the codes they are given for; "" for one without a code."""
    matches = (REASON.fullmatch(reason) for reason in reasons)
    return {(match[1] or "").upper(): match[2] for match in matches if match}


@click.group()
def article() -> None:
    """文章：列表和详情。"""


@article.command("list")
@click.option("--month", metavar="月份", help="只列这个月，例如 2026-12。")
@json_option
@click.pass_obj
def list_articles(desk: Desk, month: str | None, as_json: bool) -> None:
    """列出文章：编号、月份、状态、标题。"""
    from bot.cli.rows import article_rows

    with desk.parts().store.reading() as session:
        rows = article_rows(session, month)
    lines = (f"{r['number']:>4}  {r['month']:<7}  {r['state_name']}  {r['title']}" for r in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="还没有文章。请把稿子放进月份文件夹，再送审。")


@article.command("approval")
@click.argument("reference", metavar="编号[-修订]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="存到哪里。")
@click.pass_obj
def approval(desk: Desk, reference: str, out: Path | None) -> None:
    """信息发布审批表：定稿的文字、各步意见、放行的警告、图片许可，存成 Word 文档。"""
    from bot.cli.word import numbers_in, saved
    from content.approval import approval_of
    from content.word.filling import filled, form

    number, revision = numbers_in(reference)
    with desk.parts().store.reading() as session:
        facts = approval_of(session, desk.workspace, number, revision)
    data = filled(form(desk.workspace, "approval"), facts.as_values())
    click.echo(f"审批表：{saved(out or Path(f'审批表-{facts.name}.docx'), data)}")


@article.command("checklist")
@click.argument("number", type=int)
@json_option
@click.pass_obj
def checklist(desk: Desk, number: int, as_json: bool) -> None:
    """核对清单：人名、机构、电话、日期、数字、链接、二维码，逐项打勾。"""
    from bot.cli.rows import warnings_passed
    from content import checklist as lists
    from content.folders import month_of

    source = desk.article_source(number)
    items = lists.checklist(source, desk.parts().check_context(month_of(source.name)))
    passed, words = warnings_passed(desk, number)
    if as_json:
        rows = [asdict(item) for item in items]
        show.as_json({"items": rows, "passed_warnings": passed, "unread": lists.PICTURES_UNREAD})
    else:
        click.echo(lists.as_markdown(items, source.facts.title, words), nl=False)


@article.command("show")
@click.argument("number", type=int)
@json_option
@click.pass_obj
def show_article(desk: Desk, number: int, as_json: bool) -> None:
    """一篇文章的状态、修订、审核和经过。"""
    from bot.cli.rows import article_lines, article_row
    from content.library import article_by_number

    with desk.parts().store.reading() as session:
        article = article_by_number(session, number)
        row = article_row(session, article)
        lines = article_lines(row)
    show.listed([row], lines, json_wanted=as_json, nothing="")
