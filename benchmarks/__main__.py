"""`make bench`, `bench-render`, `bench-webhook`, `bench-ledger`, `bench-reports`: measure once and write the command's section of benchmarks/RESULTS.md."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import mean

from benchmarks import (
    aims,
    beside,
    checking,
    cold,
    contract_year,
    corpus,
    intake,
    rendering,
    results,
    thrift,
    webhook,
    weekly,
)
from content.cjk import han_count

ARTICLES = 500


def _usual() -> list[str]:
    """The sample month, the terminal."""
    return [*rendering.table(), *cold.table()]


def _render() -> list[str]:
    """Rendering beside the peers, and checking, on generated articles."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        texts = Path(made) / "texts"
        texts.mkdir()
        articles = corpus.write(texts, ARTICLES)
        han = [han_count(article.body) for article in articles]
        found = beside.measure(texts, _usual_length(texts, han), _say)
        _say("wxops check …")
        checked = checking.measure(Path(made))
    lengths = thrift.Thrift(articles)
    return [
        f"## Rendering and checking, on {ARTICLES} generated articles",
        f"`benchmarks/corpus.py`: {min(han)} to {max(han):,} Han characters, {mean(han):,.0f} in the mean; "
        f"{sum(article.has_code for article in articles)} with code. "
        f"Load of the machine at the start: {load:.1f} on {os.cpu_count()} cores.",
        *aims.table([*beside.aims(found), *lengths.aims(), *checked.aims()]),
        *beside.tables(found, articles),
        *lengths.parts(),
        *checked.parts(),
    ]


def _usual_length(folder: Path, han: list[int]) -> Path:
    at = min(range(len(han)), key=lambda number: abs(han[number] - mean(han)))
    return folder / f"{at:04}.md"


def _webhook() -> list[str]:
    """Callbacks, beside the peers."""
    return webhook.sections(_say)


def _ledger() -> list[str]:
    """Files of figures into the ledger, and a contract year in it."""
    return [*intake.measure(_say), *contract_year.measure(_say)]


def _reports() -> list[str]:
    """A week's reports of all communities."""
    return weekly.measure(_say)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


COMMANDS = {
    "": ("make bench", _usual),
    "render": ("make bench-render", _render),
    "webhook": ("make bench-webhook", _webhook),
    "ledger": ("make bench-ledger", _ledger),
    "reports": ("make bench-reports", _reports),
}
if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled once, not at every start
    command, measured = COMMANDS["".join(sys.argv[1:])]
    print(results.replace(command, measured()))
