"""The command group that imports a command's module only when it is called, and the desk commands work at."""

from __future__ import annotations

import importlib
import keyword
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from bot.config import Config
    from bot.wiring import Parts
    from content.article import Source
    from content.clock import Clock
    from content.models import Article

COMMANDS = {  # command → its module in bot.cli and its one line of help
    "init": ("files", "建立工作区：配置、地名表和一个样例月份。"),
    "check": ("files", "检查稿子，一次列出所有问题。"),
    "rules": ("rules", "检查规则：每条的级别和例子。"),
    "render": ("files", "把一篇稿子排成公众号能保留的 HTML。"),
    "preview": ("preview", "预览：在浏览器里看卡片、封面和手机上的正文。"),
    "pictures": ("pictures", "图片台账：来源、权利人、许可、肖像同意，缺什么。"),
    "plan": ("planning", "计划：起草一个月的专题和文章。"),
    "month": ("planning", "月份：各状态的文章、空档、还差多少、接下来的期限。"),
    "days": ("planning", "日历：放假、调休、节气和工作日子。"),
    "new": ("word", "新建一篇文章。"),
    "import": ("intake", "导入：Word 文档、ZIP 或文件夹变成文章，数据表收进台账。"),
    "export": ("word", "导出定稿：Word 文档和图片。"),
    "send-preview": ("preview", "手机预览：把一篇文章发到一个微信号的手机上看。"),
    "submit": ("desk", "送审：检查、定稿、进入审核。"),
    "urgent": ("urgent", "急稿：一段原文马上建成文章送审。"),
    "review": ("desk", "审核：同意或退回看过的那一稿。"),
    "countersign": ("countersigning", "补签单：一个月的线下审签，导出请本人补签。"),
    "article": ("desk", "文章：列表和详情。"),
    "post": ("posts", "推文：列表、核实、重发、确认、放行、改时间。"),
    "withdraw": ("after", "撤稿：撤下一篇文章，确认，办完，导出证据。"),
    "correct": ("correcting", "更正：改已发出文章里的字，批准，办完，核实。"),
    "due": ("posts", "待发：排好时间的推文。"),
    "alarms": ("posts", "告警：还没有解决的事。"),
    "search": ("search", "排查：哪些文章、稿件、回复里有一个词。"),
    "comments": ("comments", "留言：还没有人理的，最早的在前。"),
    "ticket": ("tickets", "工单：读者要人答复的事，列表、答复、关闭。"),
    "menu": ("menu", "菜单：检查、推送、从微信取来。"),
    "takeover": ("menu", "接管：把后台的菜单和自动回复带过来。"),
    "pause": ("posts", "暂停自动发布。"),
    "resume": ("posts", "恢复自动发布。"),
    "person": ("people", "人员：加入、列表、换绑定码、撤销。"),
    "record": ("records", "走访、培训、活动、群组：记下、列表、更正、作废、附材料。"),
    "dossier": ("dossiers", "档案：议事协商、不可抗力、泄密事件和演练，一步一步地记。"),
    "place": ("places", "地名：把 places.csv 收进来，列出区、街道、社区。"),
    "visits": ("visits", "走访计划：排一季的走访，看办了哪些，哪些要补。"),
    "login-link": ("people", "网页登录：给一个人一次性的链接。"),
    "batch": ("intake", "数据批次：列表、改了什么、撤销。"),
    "figure": ("hand", "手填的数：填报、复核、退回、撤回。"),
    "anomalies": ("anomalies", "数据异常：收进来的数里不像对的，说明原因。"),
    "contract": ("contract", "合同：各项指标、节点、付款，缺什么材料，等甲方的事。"),
    "compliance": ("contract", "合规看板：更新、留言、工单、链接、排查。"),
    "report": ("reports", "报告：生成、提交甲方、确认或退回、取文件、下载记录。"),
    "stats": ("figures", "统计：发布、阅读和互动。"),
    "migrate": ("server", "建立或升级数据库。"),
    "tick": ("server", "走一步：做完现在该做的事就退出。"),
    "run": ("server", "运行调度：到时间发布、每天取数据。"),
    "web": ("server", "运行网页进程：接收微信的消息，给编辑开网页。"),
    "serve": ("server", "同时运行网页进程和调度。"),
    "doctor": ("doctor", "体检：配置、数据库、令牌、IP、回调、权限、次数、时钟、网页、告警、字体。"),
    "simulate": ("demo", "运行微信模拟器，练习和测试用。"),
    "demo": ("demo", "演示：在模拟器上跑完一个月。"),
}


class Desk:
    """Where a command works: the workspace, and its parts once they are needed."""

    def __init__(self, workspace: str | None) -> None:
        """Take --workspace as it was given, or None."""
        self._option = workspace
        self._parts: Parts | None = None

    @property
    def workspace(self) -> Path:
        """Return the workspace's folder, absolute."""
        from bot.config import workspace

        return workspace(self._option, os.environ)

    def config(self) -> Config | None:
        """Return the configuration as those need it who write, None where there is none yet; ConfigWrong says what is wrong."""
        from bot.config import CONFIG_FILE, load

        file = self.workspace / CONFIG_FILE
        return load(file, os.environ, writing=True) if file.is_file() else None

    def clock(self) -> Clock:
        """Return the clock that WXOPS_CLOCK names, else the system's."""
        from bot.config import clock_file
        from content.clock import Clock

        config = self.config()
        return Clock(clock_file(config, os.environ) if config else None)

    def parts(self, *, durable: bool = True, create: bool = False) -> Parts:
        """Return the account's parts, made once; WrongUse when the configuration or the database is not right."""
        from bot.wiring import build

        if self._parts is None:
            self._parts = build(self.workspace, os.environ, durable=durable, create=create)
        return self._parts

    def close(self) -> None:
        """Close the connections to the database, if any were opened."""
        if self._parts:
            self._parts.store.close()

    def article_source(self, number: int) -> Source:
        """Return article N as it stands in its file; FilesWrong when the file is not there."""
        from content.article import read_article
        from content.errors import FilesWrong
        from content.library import article_by_number

        with self.parts().store.reading() as session:
            name = article_by_number(session, number).path
        if not name or not (self.workspace / name).is_file():
            raise FilesWrong(f"找不到文章 {number} 的文件，请放回原处。")
        return read_article(self.workspace / name, name)

    @contextmanager
    def decision(self, number: int) -> Iterator[tuple[Session, Article, datetime]]:
        """Open a transaction for what a person decides about article N; OpsError when there is none."""
        from content.library import article_by_number

        with self.parts().store.transaction() as session:
            yield session, article_by_number(session, number), self.parts().clock.now()


class OpsGroup(click.Group):
    """A group whose commands stand in COMMANDS and are imported when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import the command's module and return it; None for an unknown name."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.cli.{COMMANDS[name][0]}")
        found = getattr(module, f"{name}_" if keyword.iskeyword(name) else name.replace("-", "_"))
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def json_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON。")(command)
