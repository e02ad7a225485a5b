"""Many at once: what sixteen senders hear who say everything three times, how fast a server is, and how late at half of that."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from itertools import count

from benchmarks.applications import Application, Case, Running
from benchmarks.wechat_side import Delivery, Line, delivery, opened

SENDERS, EACH, TIMES = 16, 25, 3
FASTEST_CALLS, SECONDS = 2000, 10.0
RIGHT, WRONG, EMPTY, UNLIKE = "right", "wrong", "empty", "not alike"
FIRST = 1000  # number of an article: there is none of it
NUMBERS = count(FIRST)


def listen(asked: Application, server: Running, case: Case, people: Sequence[str]) -> Counter[str]:
    """Let sixteen say messages of their own at once, each three times at once; count what they hear."""

    def talk(who: str) -> Counter[str]:
        heard, lines = Counter[str](), [Line(server.port) for _ in range(TIMES)]
        for _ in range(EACH):
            words, begins = case.turn(next(NUMBERS))
            one = delivery(words, who, aes=asked.aes)
            begun = [_begun(line, one) for line in lines]
            answers = [_heard(line, one) if went else "" for line, went in zip(lines, begun, strict=True)]
            heard.update(_judged(answer, begins) for answer in answers)
            heard[UNLIKE] += len(set(answers)) > 1
        for line in lines:
            line.close()
        return heard

    with ThreadPoolExecutor(SENDERS) as pool:
        return sum(pool.map(talk, people[:SENDERS]), Counter[str]())


def _begun(line: Line, one: Delivery) -> bool:
    try:
        line.begin(one)
    except OSError:
        line.close()
        return False
    return True


def _heard(line: Line, one: Delivery) -> str:
    """Return what is answered: nothing by a server that hangs up, or is silent for a minute."""
    try:
        return opened(line.end(), one)
    except (OSError, HTTPException):
        line.close()
        return ""


def _judged(answer: str, begins: str) -> str:
    if not answer:
        return EMPTY
    return RIGHT if answer.startswith(begins) else WRONG


@dataclass(frozen=True)
class Lateness:
    """How fast a server is with sixteen senders, and the seconds from when a message was due at half of that rate."""

    rate: float
    waits: Sequence[float]

    def at(self, share: float) -> float:
        """Return the milliseconds within which this share of the answers came."""
        return sorted(self.waits)[min(int(len(self.waits) * share), len(self.waits) - 1)] * 1000


def lateness(asked: Application, server: Running, case: Case, people: Sequence[str]) -> Lateness:
    """Find the maximum rate, then send at half of it for ten seconds, each message at its moment."""
    begun = time.perf_counter()
    hurry(asked, server, case, people, FASTEST_CALLS)
    rate = FASTEST_CALLS / (time.perf_counter() - begun)
    waiting = _deliveries(asked, case, people, int(rate / 2 * SECONDS))
    start = time.perf_counter() + 0.1
    return Lateness(rate, _sent(server, waiting, lambda number: start + number / (rate / 2)))


def hurry(asked: Application, server: Running, case: Case, people: Sequence[str], calls: int) -> None:
    """Send so many messages with sixteen senders, as fast as they are answered."""
    _sent(server, _deliveries(asked, case, people, calls), lambda number: 0.0)


def _deliveries(asked: Application, case: Case, people: Sequence[str], calls: int) -> list[Delivery]:
    return [delivery(case.turn(FIRST + n)[0], people[n % len(people)], aes=asked.aes) for n in range(calls)]


def _sent(server: Running, deliveries: Sequence[Delivery], due: Callable[[int], float]) -> list[float]:
    """Send with sixteen threads, none before it is due; return how long after that its answer was there."""
    waits, numbers, kept = [0.0] * len(deliveries), count(), sys.getswitchinterval()

    def work() -> None:
        line = Line(server.port)
        while (number := next(numbers)) < len(deliveries):
            time.sleep(max(0.0, due(number) - time.perf_counter()))
            status, _ = line.send(deliveries[number])
            assert status == 200, status
            waits[number] = time.perf_counter() - due(number)
        line.close()

    sys.setswitchinterval(0.0005)  # so that the senders do not wait long for each other
    try:
        with ThreadPoolExecutor(SENDERS) as pool:
            for done in [pool.submit(work) for _ in range(SENDERS)]:
                done.result()
    finally:
        sys.setswitchinterval(kept)
    return waits
