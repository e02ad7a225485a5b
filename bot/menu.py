"""The workspace's menu, checked against what its keys are answered with: replies.csv, a command, or another system."""

from __future__ import annotations

from pathlib import Path

from bot.commands import COMMANDS
from bot.commands.table import split
from content.errors import WrongUse
from content.finding import MENU_FILE
from content.menu import Menu, read_menu
from content.replies import read_replies


def menu_of(folder: Path, *, forward: bool) -> Menu:
    """Return the menu with all its problems; WrongUse where there is none.

    forward: what is not ours is passed on to another system, which may know the other keys.
    """
    file, replies = folder / MENU_FILE, read_replies(folder)
    if not file.is_file():
        raise WrongUse(f"工作区里没有 {MENU_FILE}。请运行 wxops menu pull 从微信取来，或自己写一份。")
    assert COMMANDS  # importing them has filled the table that `split` asks

    def answered(key: str) -> bool:
        return bool(replies.equal(key) or replies.within(key) or split(key))

    return read_menu(file, answered, elsewhere=forward)
