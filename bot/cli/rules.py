"""The command that lists the rules of `check`, each with an example; made from the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.group import json_option

if TYPE_CHECKING:
    from content.lint.catalogue import Entry


@click.command()
@click.argument("code", required=False)
@json_option
def rules(code: str | None, as_json: bool) -> None:
    """检查规则：每条规则的级别、一个不对的例子和一个正确的例子；可以只看一条，例如：wxops rules DATE_WEEKDAY"""
    from content.errors import WrongUse
    from content.lint.catalogue import as_markdown, catalogue

    entries = [entry for entry in catalogue() if code is None or entry.example.code == code.upper()]
    if not entries:
        raise WrongUse(f"没有 {code} 这条规则。运行 wxops rules 可以看全部规则。")
    if as_json:
        show.as_json({"rules": [_row(entry) for entry in entries]})
    else:
        click.echo(as_markdown(entries), nl=False)


def _row(entry: Entry) -> dict[str, object]:
    example = entry.example
    return {
        "code": example.code, "level": entry.level, "group": entry.group, "about": example.about, "part": example.part,
        "bad": example.bad, "good": example.good, "message": entry.message, "rule": entry.rule, "why": entry.why,
        "mends": entry.mends,
    }  # fmt: skip
