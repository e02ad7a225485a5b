"""Callbacks under one server: CPU of each application, a crowd, how late answers are, 统计 after three years, memory."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from benchmarks import applications, crowd, three_years
from benchmarks.aims import Aim, table
from benchmarks.applications import APPLICATIONS, SAFE, Application, Case, Running
from benchmarks.environments import Failed
from benchmarks.wechat_side import Line, delivery, opened
from content.db import Store
from scheduler.models import Received

ROUNDS, CALLS, WARM = 5, 400, 50
ASKED = 200  # times 统计 is asked after three years
MESSAGES, LOOKS = int(os.environ.get("MESSAGES", "100000")), 10


@dataclass
class Measured:
    """What one application did: CPU µs a callback of each case, what the crowd heard of each, or why it did not run."""

    cpu: dict[Case, float] = field(default_factory=dict)
    heard: dict[Case, Counter[str]] = field(default_factory=dict)
    failed: str = ""


@dataclass(frozen=True)
class Big:
    """统计 after three years: how many figures there are, and the milliseconds of each answer."""

    figures: int
    took: list[float]


@dataclass(frozen=True)
class Results:
    """All that was measured in one run; `acted` of `said` messages that store were kept, memory in MB after each tenth."""

    found: Mapping[Application, Measured]
    late: Mapping[Case, crowd.Lateness]
    said: int
    acted: int
    big: Big
    memory: list[float]


def measure(say: Callable[[str], None]) -> Results:
    """Start every application, and measure them in turns."""
    found = {asked: Measured() for asked in APPLICATIONS}
    say("three years …")
    big = _big()
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folders = {asked: Path(made) / str(n) for n, asked in enumerate(APPLICATIONS)}
        applications.people(folders[applications.PLAIN])
        people = applications.people(folders[SAFE])
        for ours in (applications.PLAIN, SAFE):
            applications.publish(folders[ours])
        servers: dict[Application, Running] = {}
        for asked in APPLICATIONS:
            say(f"{asked.name} …")
            folders[asked].mkdir(exist_ok=True)
            try:
                servers[asked] = stack.enter_context(applications.running(asked, folders[asked]))
            except Failed as failure:
                found[asked].failed = str(failure)
        _measure_cpu(servers, found, people, say)
        before = _kept(folders[SAFE])
        say("a crowd …")
        for asked, server in servers.items():
            found[asked].heard = {case: crowd.listen(asked, server, case, people) for case in asked.crowd}
        acted = _kept(folders[SAFE]) - before
        say("at half of the maximum rate …")
        late = {case: crowd.lateness(SAFE, servers[SAFE], case, people) for case in SAFE.crowd}
        say(f"{MESSAGES:,} messages …")
        memory = list(_memory(servers[SAFE], people))
    return Results(found, late, crowd.SENDERS * crowd.EACH, acted, big, memory)


def _measure_cpu(
    servers: Mapping[Application, Running],
    found: Mapping[Application, Measured],
    people: list[str],
    say: Callable[[str], None],
) -> None:
    """Measure in rounds, each application in each; the best round counts, since a loaded machine only adds."""
    for number in range(ROUNDS):
        say(f"CPU, round {number + 1} of {ROUNDS} …")
        for asked, server in servers.items():
            for case in asked.alone:
                took = _cpu(asked, server, case, people)
                found[asked].cpu[case] = min(took, found[asked].cpu.get(case, took))


def _cpu(asked: Application, server: Running, case: Case, people: list[str]) -> float:
    line = Line(server.port)
    for number in range(WARM + CALLS):
        if number == WARM:
            begun = server.cpu()
        words, begins = case.turn(crowd.FIRST + number)
        one = delivery(words, people[number % len(people)], aes=asked.aes)
        answer = line.send(one)
        assert answer == (200, b"success") or opened(answer, one).startswith(begins), (asked.name, words, answer)
    line.close()
    return (server.cpu() - begun) / CALLS * 1_000_000


def _kept(workspace: Path) -> int:
    """Return how many messages were acted upon."""
    store = Store(f"sqlite:///{applications.database(workspace)}")
    with store.reading() as session:
        kept = session.scalar(select(func.count(Received.id))) or 0
    store.close()
    return kept


def _memory(server: Running, people: list[str]) -> Iterator[float]:
    """Yield the memory at the start and after each tenth of the messages; one of ten stores."""
    yield server.memory()
    for _ in range(LOOKS):
        for case, share in zip(SAFE.crowd, (0.9, 0.1), strict=True):
            crowd.hurry(SAFE, server, case, people, int(MESSAGES / LOOKS * share))
        yield server.memory()


def _big() -> Big:
    """Ask for 统计, over HTTP, one after another, with three years of figures."""
    with tempfile.TemporaryDirectory() as made:
        people = applications.people(Path(made))
        figures, took = three_years.fill(applications.database(Path(made))), []
        with applications.running(SAFE, Path(made)) as server:
            line = Line(server.port)
            for number in range(ASKED):
                one = delivery("统计", people[number % len(people)], aes=True)
                begun = time.perf_counter()
                answer = line.send(one)
                took.append((time.perf_counter() - begun) * 1000)
                assert "阅读" in opened(answer, one)
            line.close()
    return Big(figures, took)


def sections(say: Callable[[str], None]) -> list[str]:
    """Measure, and return what was found as paragraphs of Markdown."""
    load, results = os.getloadavg()[0], measure(say)
    return [
        "## Callbacks, each application under the same gunicorn (one worker, eight threads), on SQLite",
        f"Load of the machine at the start: {load:.1f} on {os.cpu_count()} cores; the senders ran on it too.",
        *table(_aims(results)),
        "### CPU of one callback",
        "\n".join(_cpu_lines(results)),
        f"CPU of the worker process, user and kernel, over a kept connection, one message after another, warm: the best "
        f"of {ROUNDS} rounds of {CALLS}, the applications in turns. Each message has its own id, nonce and time.",
        f"### {crowd.SENDERS} senders at once, each message three times at the same moment",
        "\n".join(_crowd_lines(results)),
        f"Of {results.said:,} messages that store, {results.acted:,} were acted upon by ours. Empty: no text, or the server "
        "hung up.",
        "### How late, in AES",
        "\n".join(_late_lines(results)),
        f"Maximum: {crowd.SENDERS} senders as fast as they are answered. Half of it: {crowd.SECONDS:.0f} seconds, each "
        "message at its moment; from then until its answer was read.",
        "### 统计 after three years, and memory",
        f"{results.big.figures:,} figures, {three_years.COMMUNITIES} communities: over HTTP, {ASKED} times one after another, "
        f"median {median(results.big.took):.1f} ms, first {results.big.took[0]:.1f} ms, slowest {max(results.big.took):.1f} ms.",
        f"Memory of the worker over {MESSAGES:,} messages, one of ten stored, MB at the start and after each tenth: "
        f"{', '.join(f'{mb:.1f}' for mb in results.memory)}.",
    ]


def _cpu_lines(results: Results) -> Iterator[str]:
    base = {asked.aes: took.cpu for asked, took in results.found.items() if asked.peer is applications.WECHATPY}
    yield "| application | what | CPU µs | × wechatpy echo in the same mode |"
    yield "|---|---|--:|--:|"
    for asked, measured in results.found.items():
        if measured.failed:
            yield f"| {asked.name} | {measured.failed} | | |"
        for case, took in measured.cpu.items():
            yield f"| {asked.name} | {case.name} | {took:,.0f} | {took / base[asked.aes][applications.ECHO]:.2f} |"


def _crowd_lines(results: Results) -> Iterator[str]:
    yield "| application | what | right | wrong | empty | the three not alike |"
    yield "|---|---|--:|--:|--:|--:|"
    for asked, measured in results.found.items():
        for case, heard in measured.heard.items():
            counts = (heard[kind] for kind in (crowd.RIGHT, crowd.WRONG, crowd.EMPTY, crowd.UNLIKE))
            yield f"| {asked.name} | {case.name} | {' | '.join(f'{number:,}' for number in counts)} |"


def _late_lines(results: Results) -> Iterator[str]:
    yield "| **wxops** | callbacks a second, maximum | half of it: median ms | p99 ms | slowest ms |"
    yield "|---|--:|--:|--:|--:|"
    for case, late in results.late.items():
        yield f"| {case.name} | {late.rate:,.0f} | {late.at(0.5):.1f} | {late.at(0.99):.1f} | {late.at(1.0):.1f} |"


def _aims(results: Results) -> Iterator[Aim]:
    found, ours = results.found, results.found[SAFE].cpu
    echo = found[applications.WECHATPY_SAFE].cpu[applications.ECHO]
    for case in SAFE.alone:
        times = 1.6 if case.name.startswith("reads") else 2.3
        share = ours[case] / echo
        yield Aim(f"{case.name}, beside the wechatpy echo, AES", f"at most {times} ×", f"{share:.2f} ×", share <= times)
    sessions = found[applications.SESSIONS_SAFE].cpu.get(applications.COUNT)
    if sessions:
        share = ours[applications.PAUSE] / sessions
        yield Aim(
            f"{applications.PAUSE.name}, beside WeRoBot with sessions, AES", "under half", f"{share:.2f} ×", share < 0.5
        )
    heard = [counts for asked in (applications.PLAIN, SAFE) for counts in found[asked].heard.values()]
    bad = sum(counts[kind] for counts in heard for kind in (crowd.WRONG, crowd.EMPTY, crowd.UNLIKE))
    bad += abs(results.said - results.acted)
    yield Aim("wrong, empty or doubled for 16 at once, three times", "none", f"{bad}", bad == 0)
    p99 = max(late.at(0.99) for late in results.late.values())
    yield Aim("p99 at half of the maximum rate", "under 50 ms", f"{p99:.1f} ms", p99 < 50)
    usual = median(results.big.took)
    yield Aim("统计 with three years of figures", "under 20 ms", f"{usual:.1f} ms", usual < 20)
    grown = results.memory[-1] - results.memory[1]
    yield Aim(f"memory over {MESSAGES:,} messages", "flat (5 MB)", f"{grown:+.1f} MB", grown <= 5)
