"""The house: bot → scheduler → content and never back, and one door each for HTTP, APScheduler and the time."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"content": 0, "scheduler": 1, "bot": 2}
FILES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
SIMULATOR = [path for path in FILES if path.is_relative_to(ROOT / "bot" / "simulator")]
PRODUCT = [path for path in FILES if path not in SIMULATOR]
HTTP = {"requests", "httpx", "urllib3", "urllib", "http", "aiohttp", "smtplib"}
FRAMEWORKS = {"flask", "werkzeug", "wechatpy", "apscheduler", "gunicorn", "waitress"}
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path) -> frozenset[str]:
    """The modules that a file imports; a relative import is none of ours."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(path)}:{node.lineno} imports relatively"
            found.add(node.module or "")
    return frozenset(found)


def tops(path: Path) -> set[str]:
    """The packages that a file imports from; taking an address apart is not speaking HTTP."""
    return {module.split(".")[0] for module in imports(path) if module != "urllib.parse"}


def test_nothing_imports_from_a_floor_above_its_own() -> None:
    for path in FILES:
        own = FLOORS[path.relative_to(ROOT).parts[0]]
        assert not [top for top in tops(path) if FLOORS.get(top, -1) > own], name(path)


def test_the_simulator_imports_nothing_of_ours() -> None:
    for path in SIMULATOR:
        ours = [m for m in imports(path) if m.split(".")[0] in FLOORS and not m.startswith("bot.simulator")]
        assert not ours, name(path)
        assert "wechatpy" not in tops(path), name(path)


def test_what_leaves_leaves_by_the_gateway_the_alarms_and_the_relay_alone() -> None:
    assert [name(path) for path in PRODUCT if tops(path) & HTTP] == [
        "bot/relay.py",
        "scheduler/alarm.py",
        "scheduler/wechat.py",
    ]


def test_apscheduler_is_known_to_the_jobs_alone() -> None:
    assert [name(path) for path in FILES if "apscheduler" in tops(path)] == ["scheduler/jobs.py"]


def test_the_content_floor_knows_no_web_no_wechat_and_no_scheduler() -> None:
    for path in PRODUCT:
        if name(path).startswith("content/"):
            assert not tops(path) & (FRAMEWORKS | HTTP), name(path)


def test_the_time_is_asked_in_the_clock_alone() -> None:
    def asks(path: Path) -> bool:
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and (node.func.value.id, node.func.attr) in CLOCK_CALLS
            for node in ast.walk(tree(path))
        )

    assert [name(path) for path in PRODUCT if asks(path)] == ["content/clock.py"]


def test_a_broad_except_stands_only_in_the_tick_and_at_the_door() -> None:
    def is_broad(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})

    broad = [name(path) for path in FILES if any(map(is_broad, ast.walk(tree(path))))]
    assert broad == ["bot/door.py", "scheduler/jobs.py"]


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    assert [name(path) for path in FILES if not ast.get_docstring(tree(path))] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    assert [
        name(path)
        for path in FILES
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > 300
    ] == []


def loads(module: str, unwanted: str) -> bool:
    program = f"import sys, {module}; sys.exit('{unwanted}' in sys.modules)"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode != 0


def test_rendering_and_checking_need_no_database() -> None:
    assert not loads("content.render, content.lint, content.preview, bot.preview", "sqlalchemy")


def test_the_web_process_does_not_load_the_gateway() -> None:
    assert not loads("bot.app", "scheduler.wechat")
