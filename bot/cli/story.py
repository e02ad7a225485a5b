"""How the demo is told: a line for each thing that happened, a bar while it works, and the figures at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SQUARE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from content.clock import local, local_day
from content.posts import every_post
from scheduler import stats

if TYPE_CHECKING:
    from bot.demo import Beat, Demo

LOG = ".wxops/demo.log"


def tell(beats: Iterable[Beat]) -> None:
    """Print the story while it happens; on a terminal with a bar, elsewhere as plain lines."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("一个公众号的一个月：样例月份在模拟器上走一遍，真实的请求，虚拟的时间。\n")
    bar = Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True)
    with bar:
        task = bar.add_task("", total=1.0)
        for beat in beats:
            moment = f"{local(beat.at):%m月%d日 %H:%M}"
            bar.update(task, description=moment, completed=beat.share or None)
            if beat.text:
                bar.console.print(
                    f"[dim]{moment}[/dim]  {beat.text}" if console.is_terminal else f"{moment}  {beat.text}"
                )


def tell_end(demo: Demo) -> None:
    """Print what was published, read and liked, and where everything lies."""
    console = Console(highlight=False, soft_wrap=True)
    wide = console if console.is_terminal else Console(highlight=False, width=120)
    title = "\n发出的文章（发布以来到昨天，单位：人）"
    table = Table(title=title, title_justify="left", box=SQUARE if console.is_terminal else None)
    for name in ("时间", "方式", "编号", "标题"):
        table.add_column(name, no_wrap=name != "标题")
    for name in ("阅读", "点赞", "分享"):
        table.add_column(name, justify="right")
    for row in _rows(demo):
        table.add_row(*row)
    wide.print(table)
    folder = demo.folder
    console.print(
        f"\n工作区  {folder}\n稿子    {folder}/20*-*/\n数据库  {folder / 'wxops.db'}\n日志    {folder / LOG}\n"
        f"接着看：wxops --workspace {folder} article list"
    )


@contextmanager
def log_to_file(file: Path) -> Iterator[None]:
    """Send the log to a file while the story is on the screen."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    others, root.handlers = root.handlers, [handler]
    try:
        yield
    finally:
        root.handlers = others
        handler.close()


def _rows(demo: Demo) -> Iterator[list[str]]:
    yesterday = local_day(demo.parts.clock.now())
    with demo.parts.store.reading() as session:
        for post in every_post(session):
            at, _ = stats.out_at(session, post)
            if at is None:
                continue
            for article in post.articles:
                values = stats.article_figures(session, article, yesterday)
                figures = [f"{values[m]:,}" if m in values else "—" for m in ("read_user", "like_user", "share_user")]
                yield [
                    f"{local(at):%m-%d %H:%M}",
                    "推送" if post.notify else "不推送",
                    str(article.id),
                    article.title,
                    *figures,
                ]
