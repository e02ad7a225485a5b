"""The operators' guide and the emergency card agree with the table of commands, and the card is one page."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.commands.table import split

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent
GUIDE, CARD = "docs/operators-guide.zh-CN.md", "docs/emergency-card.zh-CN.md"
NO_MESSAGES = ("wxops ", "python ", "contract.toml", "12-3")
MADE = runpy.run_path(str(ROOT / "docs" / "operators.py"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_list_of_commands_is_the_one_of_the_table() -> None:
    assert MADE["written"](text_of(GUIDE)) == text_of(GUIDE), "run: python docs/operators.py"


@pytest.mark.parametrize("name", [GUIDE, CARD])
def test_all_words_to_send_are_commands(name: str) -> None:
    said = [words for words in re.findall(r"`([^`]+)`", text_of(name)) if not words.startswith(NO_MESSAGES)]
    assert len(said) > 20
    assert [words for words in said if split(words) is None] == []


def test_the_card_tells_what_to_do_in_two_or_three_lines_each() -> None:
    situations = dict(re.findall(r"^## \d (.+)\n\n((?:\d\. .+\n)+)", text_of(CARD), re.MULTILINE))
    assert list(situations) == ["发错了", "要撤稿", "停发", "公众号被拦截", "机器人不回话", "人不在岗"]
    assert all(2 <= len(lines.strip().split("\n")) <= 3 for lines in situations.values())


def test_the_card_prints_on_one_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(MADE["card"]())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
