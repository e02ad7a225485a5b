"""`wxops rules`: every code has an example that it finds and one that it lets pass, and the list comes from the code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from content import frontmatter, lint
from content.lint import samples
from content.lint.catalogue import GROUPS, answers, as_markdown, catalogue
from content.lint.example import Example

CONTEXT = samples.context()
EXAMPLES = [example for examples in GROUPS.values() for example in examples]
READING = [Path(frontmatter.__file__), Path(frontmatter.__file__).with_name("article.py")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    samples.lay_out(folder)
    return folder


def codes(example: Example, text: str, folder: Path) -> set[str]:
    return {problem.code for problem, _, _ in answers(example, text, CONTEXT, folder)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.code} {example.bad[:10]!r}")
def test_an_example_shows_its_rule(example: Example, folder: Path) -> None:
    assert example.code in codes(example, example.bad, folder)
    assert example.code not in codes(example, example.good, folder)


def test_every_code_that_the_rules_tell_has_an_example() -> None:
    files = {Path(str(sys.modules[rule.__module__].__file__)) for rule in lint.RULES} | set(READING)
    told = {code for file in files for code in _codes_in(file)}
    assert told - {example.code for example in EXAMPLES} - {"NFKC"} == set()  # a form of Unicode


def _codes_in(file: Path) -> set[str]:
    """Return the constants that look like codes, except where an Example names its own."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name) and node.func.id in ("Example", "words")
        ):
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and _is_code(a.value)}
        elif isinstance(node, ast.Dict):
            found |= {v.value for v in node.values if isinstance(v, ast.Constant) and _is_code(v.value)}
    return found


def _is_code(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isupper()
        and len(value) > 3
        and value.replace("_", "").isalpha()
    )


def test_every_rule_says_why_it_is_there_and_answers_an_example() -> None:
    entries = catalogue()
    assert len(entries) == len(EXAMPLES)
    answering = {entry.rule for entry in entries}
    for rule in lint.RULES:
        assert rule.__doc__
        assert f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}" in answering


def test_the_list_for_editors_names_every_code_with_level_and_message() -> None:
    text = as_markdown(catalogue())
    for example in EXAMPLES:
        assert f"### {example.code}（" in text
        assert example.about in text
    assert "### HALF_WIDTH（警告，写明理由可以送审；可自动改正）" in text
    assert "### DATE_WEEKDAY（错误，不能送审）" in text
    assert all(len(line) < 400 for line in text.split("\n"))
