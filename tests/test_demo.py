"""The demo: a month from Markdown folders to the figures, by the command that a newcomer types first."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", str(folder)],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip


def test_the_demo_plays_a_whole_month_and_says_where_everything_lies(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("送审文章") == 5
    for scene in (
        "交来 Word 稿“社区食堂周末开到晚上八点.docx”",
        "送审，没有通过检查",
        "wxops check --fix 改正 2 处",
        "退回 6-1 没有写要不要预约",
        "修订6-2已通过终审，审核完成",
        "起草下个月",
    ):
        assert scene in done.stdout
    assert done.stdout.count("微信的事件确认已发出") == 4
    assert "发布：4 次，5 篇，其中推送 3 次" in done.stdout
    assert done.stdout.count("7 行 14 个数") == 6
    assert "公众号文章：5/48 篇" in done.stdout
    assert "社区走访：3/1,052 次" in done.stdout
    page = Path(re.findall(r"手机能看，例如：(.+)", done.stdout)[0])
    assert "实名认证" in page.read_text(encoding="utf-8")
    assert str(tmp_path / "demo" / "wxops.db") in done.stdout
    log = (tmp_path / "demo" / ".wxops" / "demo.log").read_text(encoding="utf-8")
    assert "ERROR" not in log
    assert "Traceback" not in log


def test_the_demo_takes_nobody_elses_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = demo(tmp_path)
    assert done.returncode == 2
    assert "换一个空的文件夹" in done.stderr
    assert (tmp_path / "mine.txt").exists()
