"""The command line: one simulated account, served until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from bot.simulator.settings import MODES, PROFILES, Settings
from bot.simulator.simulator import running


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop and return 0; 2 for wrong use, 1 when the port is taken."""
    options = vars(_parser().parse_args(argv))
    try:
        with running(**options) as simulator:
            stop = threading.Event()
            before = {number: signal.signal(number, lambda *_: stop.set()) for number in _signals()}
            sys.stdout.write(f"simulator ready at {simulator.url}\n")
            sys.stdout.flush()
            while not stop.wait(0.5):  # a wait without end would not hear Ctrl-C on Windows
                continue
            for number, handler in before.items():
                signal.signal(number, handler)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, ValueError) else 1
    return 0


def _signals() -> tuple[signal.Signals, signal.Signals]:
    return signal.SIGINT, signal.SIGTERM


def _parser() -> argparse.ArgumentParser:
    plain = Settings()
    parser = argparse.ArgumentParser(prog="simulator", description="A simulated WeChat server.")
    parser.add_argument("--port", type=int, default=plain.port, help="0 takes a free one")
    parser.add_argument("--host", default=plain.host)
    parser.add_argument("--callback", default=plain.callback, help="URL that messages and events go to")
    parser.add_argument("--token", default=plain.token)
    parser.add_argument("--aes-key", default=plain.aes_key, help="43 characters")
    parser.add_argument("--mode", choices=MODES, default=plain.mode)
    parser.add_argument("--profile", choices=PROFILES, default=plain.profile)
    parser.add_argument("--clock", type=Path, default=None, help="file with the ISO moment to live in")
    parser.add_argument("--now", default=plain.now, help="ISO moment to start from, without --clock")
    parser.add_argument("--appid", default=plain.appid)
    parser.add_argument("--secret", default=plain.secret)
    parser.add_argument("--original-id", default=plain.original_id)
    return parser
