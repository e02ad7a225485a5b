"""Commands that show an article before it is out: preview on this machine, send-preview on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.acting import EDITORIAL, by_roles
from bot.cli.group import Desk

if TYPE_CHECKING:
    from bot.preview import Given


@click.command()
@click.argument("reference", metavar="[文件|编号|月份]", default="")
@click.option("--port", type=click.IntRange(0, 65535), default=8720, show_default=True, help="端口；0 是任意空闲的。")
@click.option("--no-open", is_flag=True, help="不打开浏览器，只输出地址。")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写成一个网页文件，可以发给别人看。"
)
@click.pass_obj
def preview(desk: Desk, reference: str, port: int, no_open: bool, html: Path | None) -> None:
    """预览：卡片、封面、手机上的正文和问题，保存后自动刷新。只有本机能打开，按 Ctrl+C 结束。"""
    from content.errors import WrongUse

    paths = _paths(desk, reference)
    if html is None:
        _serve(desk, paths, port, opened=not no_open)
        return
    if len(files := _files(desk, paths)) != 1:
        raise WrongUse("--html 一次写一篇，请写明是哪篇文章。")
    _write(desk, files[0], html)


@click.command("send-preview")
@click.argument("number", type=int, metavar="N")
@click.argument("wxname", metavar="微信号")
@by_roles(*EDITORIAL)
@click.pass_obj
def send_preview(desk: Desk, number: int, wxname: str, by: str) -> None:
    """手机预览：把文章 N 发到一个微信号的手机上看，每天最多 100 次。对方要关注公众号。"""
    from bot.wiring import gateway
    from scheduler import send_preview as phone

    parts = desk.parts()
    now = parts.clock.now()
    click.echo(phone.send_preview(parts.store, gateway(parts), parts.library, number, wxname, by=by, now=now))


def _paths(desk: Desk, reference: str) -> tuple[str, ...]:
    """Return what is to be shown as paths; a number that is no folder is an article's, for which the database is asked."""
    there = any((root / reference).exists() for root in (Path.cwd(), desk.workspace))
    if reference.isdecimal() and not there:
        return (str(desk.article_source(int(reference)).path),)
    return (reference,) if reference else ()


def _files(desk: Desk, paths: tuple[str, ...]) -> list[Path]:
    from bot.cli.files import files_named

    return files_named(desk, paths)


def _given(desk: Desk, files: list[Path]) -> Given:
    from bot.cli.files import check_context
    from bot.preview import Given
    from content.folders import month_of, name_of

    config = desk.config()
    months = {month_of(name_of(desk.workspace, file)) for file in files}
    return Given(check_context(desk, months), config.account.name if config else "")


def _serve(desk: Desk, paths: tuple[str, ...], port: int, *, opened: bool) -> None:
    import logging
    import threading
    import webbrowser

    from bot.preview import Previews, address, listen

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    files = _files(desk, paths)
    _given(desk, files)  # what is wrong with the settings is said here, not in the browser
    previews = Previews(desk.workspace, lambda: _files(desk, paths), lambda: _given(desk, _files(desk, paths)))
    server = listen(previews, port)
    url = address(server.port, next(iter(previews.named())) if paths and len(files) == 1 else "")
    click.echo(f"预览：{url}\n只有本机能打开，保存后自动刷新。按 Ctrl+C 结束。")
    if opened:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    server.serve_forever()  # it ends with Ctrl+C
    click.echo("预览已结束。")


def _write(desk: Desk, file: Path, html: Path) -> None:
    from bot.preview import look, whole_page

    html.write_text(whole_page(look(desk.workspace, file, _given(desk, [file]))), encoding="utf-8")
    click.echo(f"已写到 {html}，用浏览器打开即可。")
