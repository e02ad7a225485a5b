"""`make bench` and `make bench-render`: measure once and write the command's section of benchmarks/RESULTS.md."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from benchmarks import beside, callback, checking, cold, corpus, rendering, results
from content.cjk import han_count
from content.lint.look import PICTURE_ADDRESS

ARTICLES = 500


def _usual() -> Iterator[str]:
    """Callbacks, the sample month, the terminal."""
    yield from callback.table()
    yield from rendering.table()
    yield from cold.table()


def _render() -> Iterator[str]:
    """Rendering beside the peers, and checking, on generated articles."""
    with tempfile.TemporaryDirectory() as made:
        texts, desk = Path(made) / "texts", Path(made) / "workspace"
        texts.mkdir()
        articles = corpus.write(texts, ARTICLES)
        checking.workspace(desk)
        han = [han_count(article.body) for article in articles]
        yield f"## Rendering and checking, on {ARTICLES} generated articles"
        yield (
            f"`benchmarks/corpus.py`: {min(han)} to {max(han):,} Han characters, {mean(han):,.0f} in the mean; "
            f"{sum(article.has_code for article in articles)} with code."
        )
        yield from beside.tables(beside.measure(texts, _usual_length(texts, han), _say), articles)
        yield from beside.thrift(articles, PICTURE_ADDRESS)
        _say("wxops check …")
        yield from checking.table(desk)


def _usual_length(folder: Path, han: list[int]) -> Path:
    at = min(range(len(han)), key=lambda number: abs(han[number] - mean(han)))
    return folder / f"{at:04}.md"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


COMMANDS = {"": ("make bench", _usual), "render": ("make bench-render", _render)}
if __name__ == "__main__":
    command, measured = COMMANDS["".join(sys.argv[1:])]
    print(results.replace(command, list(measured())))
