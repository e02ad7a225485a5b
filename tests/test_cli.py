"""The terminal: what it says, and exit codes that tell the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stage import Stage
from terminal_kit import wxops

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent


def process(stage: Stage, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `wxops` as a process in the stage's workspace."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "--workspace", str(stage.folder), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **stage.environ, **environ},
    )


def test_the_way_of_an_article_at_the_terminal(stage: Stage) -> None:
    stage.write(due=stage.now.replace(hour=4), title="歇脚椅", notify="推送")
    for name, role in (("编辑", "editor"), ("复审", "reviewer"), ("主任", "chief")):
        added = wxops(stage, "person", "add", name, "--role", role)
        assert "绑定 " in added.stdout, added.stderr
    submitted = wxops(stage, "submit", "2026-12/01-notice", "--by", "编辑")
    assert submitted.returncode == 0, submitted.stderr
    assert "1-1" in submitted.stdout
    for name in ("编辑", "复审"):
        assert wxops(stage, "review", "1-1", "--pass", "--by", name).returncode == 0
    assert "审核完成" in wxops(stage, "review", "1", "--pass", "--by", "主任").stdout
    assert process(stage, "tick").returncode == 0
    rows = json.loads(wxops(stage, "due", "--json").stdout)
    assert [(row["state"], row["articles"][0]["title"]) for row in rows] == [("scheduled", "歇脚椅")]
    shown = wxops(stage, "article", "show", "1").stdout
    assert "审核 1-1：终审 主任 同意" in shown


def test_a_text_with_errors_is_not_submitted_and_all_its_problems_are_shown(stage: Stage) -> None:
    stage.write(title="长" * 39, author="作" * 20)
    wxops(stage, "person", "add", "编辑", "--role", "editor")
    done = wxops(stage, "submit", "2026-12/01-notice", "--by", "编辑")
    assert done.returncode == 1
    assert "2026-12/01-notice/index.md:2:1: TITLE_TOO_LONG error" in done.stderr
    assert "AUTHOR_TOO_LONG" in done.stderr
    assert json.loads(wxops(stage, "article", "show", "1", "--json").stdout)[0]["revisions"] == []


def test_check_gives_its_problems_as_json_with_place_and_level(stage: Stage) -> None:
    stage.write(title="长" * 39)
    done = wxops(stage, "check", "--json")
    assert done.returncode == 1
    problem = json.loads(done.stdout)["problems"][0]
    assert set(problem) == {"path", "line", "col", "code", "level", "message", "fix"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check"], 0, "没有问题"),
        (["article", "list"], 0, "还没有文章"),
        (["alarms"], 0, "没有告警"),
        (["alarms", "take", "7"], 2, "没有正在响的告警 7"),
        (["due"], 0, "没有待发"),
        (["person", "list"], 0, "还没有人员"),
        (["post", "list"], 0, "还没有推文"),
        (["pause"], 0, "已暂停"),
        (["submit", "2026-12/none"], 1, "找不到文章"),
        (["review", "1-1"], 2, "--pass"),
        (["post", "settle", "1"], 2, "--out"),
        (["post", "move", "1", "明年"], 2, "看不懂"),
        (["nonsense"], 2, "No such command"),
        (["article", "show", "7"], 4, "没有文章7"),
        (["review", "1-1", "--pass", "--by", "无名"], 4, "没有名叫无名的人"),
    ],
)
def test_every_outcome_has_its_exit_code_and_a_sentence(stage: Stage, words: list[str], code: int, said: str) -> None:
    done = wxops(stage, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stdout + done.stderr


def test_a_wrong_configuration_is_told_whole(stage: Stage) -> None:
    done = process(stage, "article", "list", WXOPS_CALLBACK_TOKEN="", WXOPS_SERVER_PORT="none")
    assert done.returncode == 2
    assert "callback.token" in done.stderr
    assert "server.port" in done.stderr


def test_a_workspace_without_configuration_is_told_to_init(stage: Stage) -> None:
    (stage.folder / "config.toml").unlink()
    done = wxops(stage, "tick")
    assert done.returncode == 2
    assert "wxops init" in done.stderr


def test_a_console_that_knows_no_chinese_shows_question_marks_instead_of_failing(stage: Stage) -> None:
    done = process(stage, "alarms", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "?" in done.stdout


def test_render_prints_html_or_what_a_reader_sees(stage: Stage) -> None:
    stage.write(body="说**“甲”**了。")
    assert "<strong>" in wxops(stage, "render", "2026-12/01-notice").stdout
    assert "说“甲”了。" in wxops(stage, "render", "2026-12/01-notice", "--text").stdout


def test_the_doctor_says_of_each_thing_that_it_is_well_or_what_to_do(stage: Stage) -> None:
    stage.tick()
    well = wxops(stage, "doctor")
    assert "令牌和 IP：好" in well.stdout, well.stdout
    assert "权限：好" in well.stdout
    assert "调度：好" in well.stdout
    assert "告警：注意，只用微信的客服消息" in well.stdout
    stage.sim.set(ip_whitelist=["203.0.113.1"])
    ill = wxops(stage, "doctor")
    assert ill.returncode == 3
    assert "127.0.0.1 不在白名单里" in ill.stdout
