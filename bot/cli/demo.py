"""Commands that show: the simulator and the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.demo import Demo

DEFAULT = "wxops-demo"


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(arguments: tuple[str, ...]) -> None:
    """运行微信模拟器，练习和测试用；wxops simulate --help 看各项参数。"""
    from bot.simulator import main

    raise SystemExit(main(list(arguments)))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=DEFAULT)
@click.option("--serve", is_flag=True, help="演完以后不退出，可以接着动手试。")
def demo(folder: Path, serve: bool) -> None:
    """演示：在模拟器上跑完一个月，从 Markdown 文件夹到阅读数据。"""
    from bot.cli.story import LOG, log_to_file, tell, tell_end
    from bot.demo import Demo
    from content.clock import Clock

    made = Demo(folder.absolute())
    with made.open(Clock().now()), log_to_file(made.folder / LOG):
        tell(made.play())
        tell_end(made)
        if serve:
            _keep_up(made)


def _keep_up(demo: Demo) -> None:
    import signal
    import threading

    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    click.echo(f"\n网页进程 {demo.callback} 和模拟器 {demo.simulator.url} 还在运行，按 Ctrl+C 结束。")
    click.echo("替运营给公众号发一条消息：")
    click.echo(f'  curl -s {demo.simulator.url}/__sim__/say -d \'{{"openid": "demo-林运营", "text": "文章"}}\'')
    over.wait()
