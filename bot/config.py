"""The configuration: config.toml and the environment in, one frozen, checked Config out.

The settings themselves stand in `bot.settings`; a lower module never asks for
the configuration, it is handed the value it needs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.settings import (
    Account,
    Alarm,
    Callback,
    Config,
    Database,
    Mail,
    Plan,
    Publish,
    Render,
    Report,
    Review,
    Server,
    Step,
)
from bot.settings_check import findings, is_loopback
from bot.settings_read import Notes, read
from content.errors import WrongUse

__all__ = [
    "CONFIG_FILE",
    "Account",
    "Alarm",
    "Callback",
    "Config",
    "ConfigWrong",
    "Database",
    "Mail",
    "Plan",
    "Publish",
    "Render",
    "Report",
    "Review",
    "Server",
    "Step",
    "clock_file",
    "database_url",
    "is_loopback",
    "load",
    "workspace",
]

CONFIG_FILE = "config.toml"
FOR_WECHAT = ("account", "account.appid", "account.secret", "callback", "callback.token", "callback.aes_key")
TOML_HINT = "请检查引号、等号和括号是否成对、是否为英文标点，同一个设置是否写了两遍。"


class ConfigWrong(WrongUse):
    """The configuration cannot be used; the text has a line for every setting to mend, and no secret."""


def load(path: Path, environ: Mapping[str, str], *, writing: bool = False) -> Config:
    """Return the configuration in a file, with the WXOPS_… variables of `environ` laid over it.

    writing: for those who only write, and have no business with the account's
    secrets: what only WeChat needs may be missing or an example still.
    ConfigWrong lists everything that is wrong with it at once.
    """
    notes = Notes()
    config = read(_tables(path), environ, path.parent, notes)
    wrong = dict(notes.wrong)
    for key, advice in findings(config):
        if key.partition(".")[0] not in notes.wrong:  # a section that is no table has been answered already
            wrong.setdefault(key, advice)
    if writing:
        wrong = {key: advice for key, advice in wrong.items() if key not in FOR_WECHAT}
    if wrong:
        raise ConfigWrong("\n".join([f"{path.name} 有 {len(wrong)} 处要改：", *_lines(wrong, notes)]))
    return config


def workspace(option: str | None, environ: Mapping[str, str]) -> Path:
    """Return the workspace, absolute: --workspace, else WXOPS_WORKSPACE, else the folder one stands in."""
    return Path(option or environ.get("WXOPS_WORKSPACE") or ".").absolute()


def database_url(config: Config, workspace: Path) -> str:
    """Return the address for SQLAlchemy: an SQLite file is found from the workspace, PostgreSQL by psycopg."""
    url = config.database.url
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite:///"):
        return url
    file, mark, options = url.removeprefix("sqlite:///").partition("?")
    return f"sqlite:///{(workspace / file).as_posix()}{mark}{options}"


def clock_file(config: Config, environ: Mapping[str, str]) -> Path | None:
    """Return the file that WXOPS_CLOCK names, or None; ConfigWrong where a real account would be at the end."""
    name = environ.get("WXOPS_CLOCK")
    if not name:
        return None
    if not is_loopback(config.account.api_base):
        raise ConfigWrong(
            "WXOPS_CLOCK：只能和本机的模拟器一起用（account.api_base 是 http://127.0.0.1:端口）；"
            "连接真实的公众号时请去掉这个环境变量。"
        )
    return Path(name)


def _lines(wrong: Mapping[str, str], notes: Notes) -> list[str]:
    """Return a line for each key, with the variable that the value was taken from."""
    taken = {key: f"（来自环境变量 {variable}）" for key, variable in notes.taken_from.items()}
    return [f"{key}{taken.get(key, '')}：{advice}" for key, advice in wrong.items()]


def _tables(path: Path) -> dict[str, object]:
    """Return the file as TOML tables; ConfigWrong when it is missing, unreadable or not TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Windows writes a mark that TOML does not know
    except FileNotFoundError as error:
        raise ConfigWrong(
            f"没有找到 {path}。请先运行 wxops init 建立工作区，或用 --workspace 指明已有的工作区。"
        ) from error
    except OSError as error:
        raise ConfigWrong(f"{path} 读不了，请看看它是不是文件、本程序有没有权限读它。") from error
    except UnicodeDecodeError as error:
        raise ConfigWrong(f"{path} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ConfigWrong(f"{path.name} {_spot(str(error), text)}读不懂：{TOML_HINT}") from error


def _spot(message: str, text: str) -> str:
    """Return line and column, which tomllib tells in words alone; the end of the file where it gives none."""
    match = re.search(r"at line ([0-9]+), column ([0-9]+)", message)
    if match:
        return f"第 {match[1]} 行第 {match[2]} 列"
    lines = text.splitlines() or [""]
    return f"第 {len(lines)} 行第 {len(lines[-1]) + 1} 列（文件末尾）"
