"""How the terminal shows things: a line each, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from content.article import Problem


def as_json(value: object) -> None:
    """Print a value as JSON, in UTF-8 and indented."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def listed(rows: Sequence[Mapping[str, Any]], lines: Iterable[str], *, json_wanted: bool, nothing: str) -> None:
    """Print rows as JSON or as lines; say what it means when there are none."""
    if json_wanted:
        as_json(list(rows))
    elif not rows:
        click.echo(nothing)
    else:
        for line in lines:
            click.echo(line)


def problem_line(problem: Problem) -> str:
    """Return a problem as editors and their tools read it: path:line:col: CODE level message."""
    hint = f"（{problem.fix}）" if problem.fix and "\n" not in problem.fix else ""  # a line is a problem
    return f"{problem.path}:{problem.line}:{problem.col}: {problem.code} {problem.level} {problem.message}{hint}"
