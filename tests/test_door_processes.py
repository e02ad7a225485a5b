"""The same message to two web processes at the same moment, and many people at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from wechat_sender import NUMBERS, Entrance, Sender

SENDERS = 16


@pytest.fixture
def house(database: str, tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "space", database)


@contextmanager
def processes(house: Entrance, count: int = 2) -> Iterator[list[Sender]]:
    """Run `wxops web` so many times on one database; give WeChat's ways to each."""
    with ExitStack() as stack:
        ports = [_free_port() for _ in range(count)]
        for port in ports:
            stack.enter_context(_web(house, port))
        for port in ports:
            _wait_for(port)
        yield [Sender(f"http://127.0.0.1:{port}/wechat", lambda: house.now) for port in ports]


@contextmanager
def _web(house: Entrance, port: int) -> Iterator[None]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("WXOPS_")}  # of the tests
    environ = around | house.environ | {"WXOPS_SERVER_PORT": str(port)}
    command = [sys.executable, "-m", "bot", "--workspace", str(house.folder), "web"]
    log = house.folder / f"web-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output, cwd=Path(__file__).parent.parent)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(2400):  # two minutes, for a machine that is busy
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the web process did not start")


def test_two_processes_that_get_a_message_at_the_same_moment_act_once_and_answer_alike(house: Entrance) -> None:
    with house.open():
        house.hire()
    with processes(house) as ways, ThreadPoolExecutor(4) as pool:
        for turn in range(20):
            words, expected = [("暂停", "已暂停自动发布"), ("恢复", "已恢复自动发布")][turn % 2]
            start, number = threading.Barrier(4), next(NUMBERS)

            def deliver(way: Sender, start: threading.Barrier = start, words: str = words, id_: int = number) -> str:
                start.wait(10)
                return way.ask(words, "openid-运营", msg_id=id_)

            answers = list(pool.map(deliver, ways * 2))
            assert len(set(answers)) == 1
            assert answers[0].startswith(expected)


def test_sixteen_people_at_once_each_get_their_own_answer_three_times(house: Entrance) -> None:
    """Each binds, asks and leaves a wish, every message delivered three times at once over two processes."""
    with house.open():
        codes = {f"编辑{n}": house.add(f"编辑{n}", "editor" if n % 2 else "operator") for n in range(SENDERS)}

    with processes(house) as ways, ThreadPoolExecutor(SENDERS * 3) as pool:

        def thrice(name: str, words: str) -> list[str]:
            number = next(NUMBERS)
            asked = [
                pool.submit(way.ask, words, f"openid-{name}", msg_id=number) for way in (ways[0], ways[1], ways[0])
            ]
            return [each.result() for each in asked]

        def talk(name: str) -> list[tuple[str, list[str]]]:
            bound = thrice(name, f"绑定 {codes[name]}")
            helped = thrice(name, "帮助")
            refused = thrice(name, "退回 99-1 看看")
            return [(f"{name}，已绑定", bound), (f"{name}（", helped), ("没有文章99。", refused)]

        with ThreadPoolExecutor(SENDERS) as people:
            heard = [turn for turns in people.map(talk, codes) for turn in turns]
    wrong = [(start, answers) for start, answers in heard if len(set(answers)) != 1 or not answers[0].startswith(start)]
    assert wrong == []
    assert len(heard) == SENDERS * 3
    with house.open():
        assert house.stored() == (SENDERS * 2, 0, SENDERS * 2)  # messages acted upon; joined and bound
