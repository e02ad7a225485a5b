"""`wxops init`: a workspace laid out from the starter, its sample month moved to the coming month."""

from __future__ import annotations

import base64
import secrets
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.config import CONFIG_FILE
from content.clock import local_day
from content.errors import WrongUse
from scheduler.targets import CONTRACT_FILE

STARTER = Path(__file__).resolve().parent.parent / "content" / "starter"
EXAMPLES = (STARTER / CONFIG_FILE, STARTER.parent.parent / "config.example.toml")  # in a wheel, in a checkout
PLACEHOLDER = "{{month}}"


def lay_out(folder: Path, now: datetime) -> list[str]:
    """Lay a workspace out and return what was made, a line each; WrongUse when one is there already.

    The callback's token and keys are made at random; the account's own stay to be filled in.
    """
    if (folder / CONFIG_FILE).exists():
        raise WrongUse(f"{folder} 里已经有 {CONFIG_FILE} 了，没有改动。要新建工作区请换一个文件夹。")
    folder.mkdir(parents=True, exist_ok=True)
    month = lay_out_month(folder, now)
    for table in STARTER.glob("*.csv"):
        shutil.copyfile(table, folder / table.name)
    (folder / CONTRACT_FILE).write_text(_contract(now), encoding="utf-8")
    (folder / CONFIG_FILE).touch(mode=0o600)  # it holds secrets
    (folder / CONFIG_FILE).write_text(_config(), encoding="utf-8")
    return [
        f"工作区：{folder}",
        f"  {CONFIG_FILE}  请填公众号的 appid 和 secret；令牌和密钥已经随机生成",
        "  places.csv   区、街道、社区",
        "  days.csv     工作日子、加强审核的日子",
        "  contract.toml  合同起止和指标，样例，请照合同改",
        "  words.csv、people.csv、phones.csv  检查用的词、人名职务、电话",
        "  replies.csv  给读者的自动回复",
        f"  {month}/     样例月份，五篇文章",
        "下一步：填好 config.toml，然后运行 wxops doctor。",
    ]


def lay_out_month(folder: Path, now: datetime) -> str:
    """Copy the sample month as the coming month and return its name; a month that is there is left alone."""
    month = coming_month(now)
    if (folder / month).exists():
        return month
    for file in sorted((STARTER / "month").rglob("*")):
        target = folder / month / file.relative_to(STARTER / "month")
        if file.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif file.suffix == ".md":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.read_text(encoding="utf-8").replace(PLACEHOLDER, month), encoding="utf-8")
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return month


def coming_month(now: datetime) -> str:
    """Return the month after the present one in Shanghai, such as 2026-12."""
    return f"{local_day(now).replace(day=1) + timedelta(days=31):%Y-%m}"


def _contract(now: datetime) -> str:
    """Return the sample contract: a year from the first day of the coming month."""
    first = date.fromisoformat(f"{coming_month(now)}-01")
    last = first.replace(year=first.year + 1) - timedelta(days=1)
    text = (STARTER / CONTRACT_FILE).read_text(encoding="utf-8")
    return text.replace("{{from}}", str(first)).replace("{{to}}", str(last))


def _config() -> str:
    example = next(file for file in EXAMPLES if file.is_file())
    text = example.read_text(encoding="utf-8")
    for value, made in {
        "换成消息推送里的令牌": secrets.token_hex(16),
        "换成43个字符的消息加解密密钥": base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        "换成一串随机字符": secrets.token_urlsafe(32),
    }.items():
        text = text.replace(value, made)
    return text
