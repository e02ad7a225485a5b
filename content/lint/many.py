"""Checking many articles: what is known from before at once, the rest on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from content.article import Problem
from content.folders import month_of
from content.lint.cache import Cache
from content.lint.look import Context

WORTH_A_PROCESS = 120  # articles; below that a second process starts longer than it helps
_CHUNK = 20

Named = tuple[Path, str]


def check_all(files: Sequence[Named], context: Context, cache: Cache, *, processes: int = 0) -> Iterator[list[Problem]]:
    """Yield the problems of each article, in the order of `files` (path, and name as people know it).

    `context` holds for all; the month is taken from each name. `processes`: how
    many to use at most, 0 for as many as there are cores. OSError as in reading.
    """
    known = [cache.known(file, name, _of(context, name)) for file, name in files]
    missing = [named for named, found in zip(files, known, strict=True) if found is None]
    fresh = _checked(missing, context, cache, processes or os.cpu_count() or 1)
    for found in known:
        yield next(fresh) if found is None else found


def _of(context: Context, name: str) -> Context:
    return replace(context, month=month_of(name))


def _checked(files: Sequence[Named], context: Context, cache: Cache, processes: int) -> Iterator[list[Problem]]:
    if processes < 2 or len(files) < WORTH_A_PROCESS:
        for file, name in files:
            yield cache.fresh(file, name, _of(context, name))
        return
    start = multiprocessing.get_context("spawn")  # the same on every system
    with ProcessPoolExecutor(processes, start, initializer=_begin, initargs=(context, cache)) as pool:
        yield from pool.map(_one, files, chunksize=_CHUNK)


_given: dict[str, tuple[Context, Cache]] = {}  # in a process of the pool: what it was started with


def _begin(context: Context, cache: Cache) -> None:
    _given["pool"] = (context, cache)


def _one(named: Named) -> list[Problem]:
    context, cache = _given["pool"]
    return cache.fresh(named[0], named[1], _of(context, named[1]))
