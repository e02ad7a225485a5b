"""Faults on demand, the clock, the control over HTTP, and the command itself."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from simulator_kit import Account, account

import bot.simulator

ROOT = Path(__file__).parent.parent
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def add(wx: Account, cover: str, **more: Any) -> requests.Response:
    article = {"title": "标题", "content": "<p>x</p>", "thumb_media_id": cover}
    query = {"access_token": wx.token}
    return requests.post(
        wx.sim.url + "/cgi-bin/draft/add", params=query, json={"articles": [article]}, **{"timeout": 5} | more
    )


def drafts(wx: Account) -> int:
    return int(wx.sim.stats["drafts"])


def test_an_errcode_comes_as_often_as_it_was_ordered() -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "errcode", errcode=45009, times=2)
        assert [add(wx, cover).json().get("errcode") for _ in range(3)] == [45009, 45009, None]
        assert drafts(wx) == 1
        assert [one["acted"] for one in wx.sim.calls("draft/add")] == [False, False, True]


def test_busy_may_mean_that_the_platform_acted() -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "errcode", errcode=-1, when="after", errmsg="system error", extra={"hint": 1})
        answer = add(wx, cover).json()
        assert (answer["errcode"], answer["hint"], drafts(wx)) == (-1, 1, 1)


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_dropped_connection(when: str, made: int) -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "drop", when=when)
        with pytest.raises(requests.ConnectionError):
            add(wx, cover)
        assert drafts(wx) == made
        assert "media_id" in add(wx, cover).json()


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_an_answer_that_does_not_come_in_time(when: str, made: int) -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "timeout", when=when)
        with pytest.raises(requests.ReadTimeout):
            add(wx, cover, timeout=0.1)
        assert drafts(wx) == made
        assert wx.sim.release()["released"] == 1
        assert "media_id" in add(wx, cover).json()


def test_a_hung_answer_comes_after_its_seconds_or_a_release() -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "timeout", when="after", seconds=0.05)
        assert "media_id" in add(wx, cover).json()
        wx.sim.fault("draft/add", "timeout", when="after")
        threading.Timer(0.05, wx.sim.release).start()
        assert "media_id" in add(wx, cover).json()
        wx.sim.fault("draft/add", "timeout", seconds=0.05)
        with pytest.raises(requests.ConnectionError):
            add(wx, cover)
        assert drafts(wx) == 2


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize(("kind", "status"), [("http", 503), ("malformed", 200), ("empty", 200)])
def test_an_answer_that_is_none(kind: str, status: int, when: str, made: int) -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", kind, when=when, status=503)
        answer = add(wx, cover)
        assert answer.status_code == status
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
        assert drafts(wx) == made


def test_an_answer_cut_in_half_and_a_slow_one() -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "truncated")
        with pytest.raises(BROKEN):
            add(wx, cover)
        assert drafts(wx) == 1
        wx.sim.fault("draft/add", "slow", seconds=0.1)
        began = time.monotonic()
        assert "media_id" in add(wx, cover).json()
        assert time.monotonic() - began >= 0.1


def test_a_fault_may_let_calls_pass_first_and_meet_any_path() -> None:
    with account() as wx:
        wx.sim.fault("*", "errcode", errcode=45011, skip=1)
        assert "errcode" not in wx.get("draft/count")
        assert wx.get("material/get_materialcount")["errcode"] == 45011
        wx.sim.fault("draft/*", "errcode", errcode=45011)
        assert wx.post("material/batchget_material")["errcode"] == 40097
        assert wx.get("draft/count")["errcode"] == 45011
        wx.sim.fault("count", "errcode", errcode=45011)
        assert wx.get("draft/count")["errcode"] == 45011


def test_other_calls_go_on_while_one_hangs() -> None:
    with account() as wx:
        cover = wx.cover()
        wx.sim.fault("draft/add", "timeout", when="after")
        thread = threading.Thread(target=add, args=(wx, cover))
        thread.start()
        while wx.sim.stats["hung"] == 0:
            time.sleep(0.005)
        assert wx.get("draft/count")["total_count"] == 1
        wx.sim.release()
        thread.join(5)


def control(wx: Account, method: str, path: str, body: Any = None) -> Any:
    return wx.raw(method, f"/__sim__/{path}", json=body).json()


def test_the_control_over_http_does_what_the_handle_does() -> None:
    with account() as wx:
        assert control(wx, "POST", "faults", {"path": "draft/count", "kind": "errcode", "errcode": 45009})["faults"]
        assert control(wx, "GET", "faults")["faults"][0]["times"] == 1
        assert wx.get("draft/count")["errcode"] == 45009
        control(wx, "POST", "faults", [{"path": "*", "kind": "drop"}])
        assert control(wx, "DELETE", "faults") == {"ok": True}
        assert control(wx, "GET", "clock")["now"].startswith("2026-12-01T09:00:")
        assert control(wx, "POST", "clock", {"advance": 3600})["now"].startswith("2026-12-01T10:00:")
        assert control(wx, "POST", "clock", {"now": "2026-12-05T08:30:00"})["now"].startswith("2026-12-05T08:30:")
        assert control(wx, "GET", "log?path=draft/count")["log"][0]["errcode"] == 45009
        assert control(wx, "DELETE", "log") == {"ok": True}
        assert control(wx, "GET", "log") == {"log": []}
        assert control(wx, "POST", "settings", {"publish_seconds": 0.5})["publish_seconds"] == 0.5
        assert control(wx, "GET", "settings")["links"] == "strip"
        assert control(wx, "POST", "release") == {"released": 0, "done": 0}
        wx.log_in()
        done = control(wx, "POST", "backoffice", {"action": "publish_new", "title": "手工"})
        assert done["article_id"]
        assert control(wx, "GET", "stats")["published"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"path": "x", "kind": "earthquake"}),
        ("faults", {"path": "x", "kind": "drop", "wen": "after"}),
        ("clock", {"now": "tomorrow"}),
        ("settings", {"links": "maybe"}),
        ("settings", {"colour": "red"}),
        ("backoffice", {"action": "publish"}),
        ("say", {"nobody": 1}),
    ],
)
def test_the_control_says_what_it_does_not_understand(path: str, body: dict[str, Any]) -> None:
    with account() as wx:
        answer = wx.raw("POST", f"/__sim__/{path}", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_the_clock_of_a_file_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("2026-12-01T09:00:00\n", encoding="utf-8")
    with account(clock=file) as wx:
        assert control(wx, "GET", "clock") == {"now": "2026-12-01T09:00:00+08:00", "source": "file"}
        job = wx.post("freepublish/submit", {"media_id": wx.draft()})
        time.sleep(0.1)
        assert wx.post("freepublish/get", {"publish_id": job["publish_id"]})["publish_status"] == 1
        file.write_text("2026-12-02T01:30:00+00:00", encoding="utf-8")
        time.sleep(0.1)
        assert wx.sim.stats["published"] == 1
        assert wx.sim.stats["now"] == "2026-12-02T09:30:00+08:00"
        wx.log_in()
        body = {"begin_date": "2026-12-01", "end_date": "2026-12-01"}
        assert len(wx.post("datacube/getarticletotaldetail", body)["list"]) == 1
        with pytest.raises(ValueError, match="file"):
            wx.sim.advance(1)


def test_a_thousand_calls_take_a_few_seconds() -> None:
    with account() as wx:
        began = time.monotonic()
        for _ in range(300):
            wx.get("getcallbackip")
        assert time.monotonic() - began < 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
def test_the_command_says_where_it_is_and_ends_well_on_sigterm() -> None:
    command = [sys.executable, "-m", "bot.simulator", "--port", "0", "--profile", "service-verified"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        assert line.startswith("simulator ready at http://127.0.0.1:")
        url = line.rsplit(" ", 1)[1]
        assert json.loads(requests.get(url + "/__sim__/clock", timeout=5).text)["source"] == "real"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def test_wrong_use_of_the_command_is_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert bot.simulator.main(["--aes-key", "short"]) == 2
    assert "43" in capsys.readouterr().err
    with account() as wx:
        assert bot.simulator.main(["--port", wx.sim.url.rsplit(":", 1)[1]]) == 1


def test_the_simulator_imports_nothing_of_ours_and_no_sdk() -> None:
    allowed = set(sys.stdlib_module_names) | {"requests", "werkzeug", "cryptography"}
    for file in (ROOT / "bot" / "simulator").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.startswith("bot.simulator") or name.split(".")[0] in allowed, f"{file.name}: {name}"


def test_no_file_of_the_simulator_is_longer_than_300_lines() -> None:
    for file in (ROOT / "bot" / "simulator").glob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file.name
