"""The README, its Chinese twin and the changelog are held to the program."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields, is_dataclass
from pathlib import Path

import click
import pytest

from bot.cli import cli
from bot.cli.group import COMMANDS
from bot.commands import COMMANDS as MESSAGES
from bot.settings import Config, Step

ROOT = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.zh-CN.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every command as it is typed, subcommands included."""
    context = click.Context(cli)
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found.append(name)
        if isinstance(command, click.Group):
            found += [f"{name} {sub}" for sub in command.commands]
    return found


def settings() -> list[tuple[str, str]]:
    sections = [(f.name, f.default) for f in fields(Config)]
    found = []
    for section, _ in sections:
        kind = Config.__dataclass_fields__[section].type
        made = getattr(__import__("bot.settings", fromlist=["x"]), str(kind))
        assert is_dataclass(made)
        found += [(section, field.name.rstrip("_")) for field in fields(made)]
    return found + [("review", field.name) for field in fields(Step)]


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", commands())
def test_the_readme_names_every_command(readme: str, command: str) -> None:
    assert re.search(rf"wxops {re.escape(command)}\b", text_of(readme)), command


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize(("section", "setting"), settings())
def test_the_readme_names_every_setting(readme: str, section: str, setting: str) -> None:
    line = next(line for line in text_of(readme).splitlines() if line.startswith(f"| `[{section}]`"))
    assert f"`{setting}`" in line


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("message", [entry.names[0] for entry in MESSAGES])
def test_the_readme_names_every_message(readme: str, message: str) -> None:
    assert message in text_of(readme)


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help(command: str) -> None:
    found: click.Command | None = cli
    context = click.Context(cli)
    for word in command.split():
        assert isinstance(found, click.Group)
        found = found.get_command(context, word)
    assert found is not None
    assert found.help


def test_the_list_of_commands_and_the_help_of_each_say_the_same_thing() -> None:
    context = click.Context(cli)
    for name, (_, line) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert (command.help or "")[:2] == line[:2], name


def test_the_changelog_begins_with_this_version() -> None:
    version = re.search(r'^version = "(.+)"', text_of("pyproject.toml"), re.MULTILINE)
    first = re.search(r"^## ([\d.]+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert version
    assert first
    assert version[1] == first[1]


@pytest.mark.parametrize("readme", READMES)
def test_links_in_the_readme_lead_somewhere(readme: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text_of(readme)):
        assert (ROOT / target).exists(), target


def test_the_picture_of_the_states_is_the_one_of_the_moves() -> None:
    states = runpy.run_path(str(ROOT / "docs" / "states.py"))
    page = text_of("docs/architecture.md")
    assert states["written"](page) == page, "run: python docs/states.py"
