"""`wxops …`: the terminal's door. Each command parses, calls one use case and says what happened.

Everything heavy is imported inside the commands, so that `wxops --help` is there at once.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from types import TracebackType
from typing import Any, NoReturn

import click

from bot.cli.group import Desk, OpsGroup
from content.errors import OpsError

BUG = 70


@click.group(cls=OpsGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--workspace", metavar="目录", help="工作区；不写则用 WXOPS_WORKSPACE，再不然就是当前目录。")
@click.version_option(package_name="wxops", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, workspace: str | None) -> None:
    """公众号内容运营：从 Markdown 文件夹到阅读数据。

    退出码：0 完成，1 稿子有错，2 用法或配置不对，3 微信拒绝或连不上，4 规则不允许，70 程序的问题。
    """
    desk = context.obj = Desk(workspace)
    context.call_on_close(desk.close)


def main() -> NoReturn:
    """Run the command line; a person's mistake is a sentence, a bug is a traceback and exit code 70."""
    sys.excepthook = _bug
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console in another encoding shows ? instead of failing
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        code: Any = cli.main(standalone_mode=False)
    except OpsError as error:
        code = _say(error)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        click.echo("已中断。", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _say(error: OpsError) -> int:
    for problem in getattr(error, "problems", ()):
        from bot.cli.show import problem_line

        click.echo(problem_line(problem), err=True)
    click.echo(str(error), err=True)
    return error.exit_code


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    traceback.print_exception(kind, error, trace)
    click.echo("程序出了问题，请把上面的内容报给开发者。", err=True)
    sys.stderr.flush()
    os._exit(BUG)
