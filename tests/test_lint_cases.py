"""The lint cases in tests/cases/md: each problem at its level, on its line, naming what is wrong."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from content.article import read_article
from content.lint import Context, check
from content.render import theme_css

CASES = Path(__file__).parent / "cases" / "md"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40
FILES = {
    "images/cover.png": PNG,
    "images/new.webp": WEBP,
    "images/logo.svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "images/really-webp.png": WEBP,
    "images/big.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 1_500_000,
    "images/long.gif": b"GIF89a" + b"\0" * 3_000_000,
}


def wanted(folder: Path) -> dict[str, Any]:
    block = re.search(r"```json\n(.*?)\n```", (folder / "expect.md").read_text("utf-8"), re.S)
    assert block is not None
    return dict(json.loads(block[1]))


LINT = [folder for folder in sorted(CASES.iterdir()) if folder.is_dir() and wanted(folder)["kind"] == "lint"]


@pytest.mark.parametrize("folder", LINT, ids=lambda folder: folder.name)
def test_every_lint_case_is_found_as_its_expectation_says(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "input.md", tmp_path / "index.md")
    (tmp_path / "images").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    context = Context(now=NOW, css=theme_css("formal"))
    problems = check(read_article(tmp_path / "index.md", "case/index.md"), context)
    print(problems)
    for want in wanted(folder)["lint"]:
        assert any(
            problem.code == want["code"]
            and problem.level in want["level"].split("|")
            and problem.line == want.get("line", problem.line)
            and all(words in problem.message for words in want.get("message_has", ()))
            for problem in problems
        ), want
    allowed = {want["code"] for want in wanted(folder)["lint"]} | {"LICENCE_UNKNOWN"}  # no case tells any
    assert {p.code for p in problems if p.level == "error"} <= allowed


def test_there_are_lint_cases() -> None:
    assert len(LINT) >= 12
