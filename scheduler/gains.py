"""What readings add: cumulative ones as differences, each once, and never two tellings of one thing.

A thing stands in a tree: an object of the platform below its community, that below its street and the district; the
persons who read an article below its reads. What is told of a thing itself tells of all below it, so that a difference
of its totals takes the place of what was counted below it meanwhile. So the sum over all days is what the totals say,
in whatever order, and however often, the readings came. Places that were split or merged go on from what the old ones
had: when each of the new ones has a total, the sum is compared; where an old one had none, their first totals begin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from scheduler.became import Becoming
from scheduler.interaction_rule import Act

PERSONS = "#"  # after an article: its persons
UNKNOWN = date.min  # since when something counts of which nobody knows when it began
Vector = tuple[int, int]  # each time, each person
Told = Mapping[str, tuple[int | None, int | None]]  # of a thing on a day: its total, or what the day itself brought
_NOTHING = (0, 0)


@dataclass(frozen=True)
class Gain:
    """What a thing added on a day. since: the day from which on it surely came about; see the table of the same name."""

    day: date
    since: date
    act: Act
    thing: str
    times: int
    persons: int
    starts: int = 0


@dataclass
class _Waiting:
    """New places that have not all a total yet: what the old ones had, and what was counted below all of them since."""

    change: Becoming
    before: int
    counted: Vector


@dataclass
class Walk:
    """One walk over the days, for one act.

    parents: what stands above a thing, "" for nothing. began: since when a thing whose first total comes on a day
    surely counts; UNKNOWN for one that may have been there before. changes: the places that become others on the way,
    or did before it, in their order.
    """

    act: Act
    parents: Callable[[str], str]
    began: Callable[[str, date], date]
    changes: Sequence[Becoming] = ()
    _changed: int = 0  # how many of them
    _waiting: dict[str, _Waiting] = field(default_factory=dict)  # of each new place that goes on from the old ones
    _totals: dict[str, int] = field(default_factory=dict)  # the last one of each thing
    _below: dict[str, Vector] = field(default_factory=lambda: defaultdict(lambda: _NOTHING))  # counted since then
    _depths: dict[str, int] = field(default_factory=dict)

    def stand(self, thing: str, total: int) -> None:
        """Begin with a total of before the first day of the walk."""
        self._totals[thing] = total
        if thing.endswith(PERSONS) and (article := thing.removesuffix(PERSONS)) not in self._totals:
            self._below[article] = (0, total)

    def day(self, day: date, told: Told) -> Iterator[Gain]:
        """Yield what was added on a day, of which is told; the days come one after the other."""
        while self._changed < len(self.changes) and self.changes[self._changed].day <= day:
            self._become(self.changes[self._changed])
            self._changed += 1
        levels: dict[int, set[str]] = defaultdict(set)
        brought: dict[str, Vector] = defaultdict(lambda: _NOTHING)
        for thing in told:
            levels[self._depth(thing)].add(thing)
        while levels:
            depth = max(levels)
            for thing in levels.pop(depth):
                added = brought[thing]
                for gain in self._one(day, thing, told.get(thing, (None, None)), added):
                    added = _plus(added, (gain.times, gain.persons))
                    yield gain
                if not self._is_fresh(thing, told):
                    self._below[thing] = _plus(self._below[thing], added)
                if above := self._above(thing, told):
                    brought[above] = _plus(brought[above], added)
                    levels[self._depth(above)].add(above)

    def _one(self, day: date, thing: str, told: tuple[int | None, int | None], below: Vector) -> Iterator[Gain]:
        """Yield what a thing adds beside what was added below it on the same day: by what the day brought, by its total."""
        total, daily = told
        if daily is not None:
            more = _minus((daily, 0), below)
            yield self._gain(day, day, thing, more)
            below = _plus(below, more)
        if total is not None:
            value, before = self._vector(thing, total), self._totals.get(thing)
            since = day if before is not None else self.began(thing.removesuffix(PERSONS), day)
            counted = _plus(self._below.pop(thing, _NOTHING), below)
            self._totals[thing] = total
            if waiting := self._waiting.get(thing):
                yield from self._go_on(day, waiting, counted)
            elif before is not None:
                yield self._gain(day, day, thing, _minus(_minus(value, self._vector(thing, before)), counted))
            else:
                more = _NOTHING if since == UNKNOWN else _minus(value, counted)
                yield self._gain(day, since, thing, more, starts=1)

    def _become(self, change: Becoming) -> None:
        """Let new places wait for their totals with what the old ones had, all that is known of it."""
        totals = [self._totals.pop(old, None) for old in change.olds]
        counted = _NOTHING
        for old in change.olds:
            counted = _plus(counted, self._below.pop(old, _NOTHING))
        apart = [waiting for old in change.olds if (waiting := self._waiting.get(old))]
        for new in {new for waiting in apart for new in waiting.change.news}:
            del self._waiting[new]  # what these had together can no longer be told
        if not apart and None not in totals:
            waiting = _Waiting(change, sum(total for total in totals if total is not None), counted)
            self._waiting |= dict.fromkeys(change.news, waiting)

    def _go_on(self, day: date, waiting: _Waiting, counted: Vector) -> Iterator[Gain]:
        """Yield what places gained since the old ones, once each has a total: of the old one, or of the one new one."""
        olds, news = waiting.change.olds, waiting.change.news
        waiting.counted = _plus(waiting.counted, counted)
        if all(new in self._totals for new in news):
            for new in news:
                del self._waiting[new]
            more = (sum(self._totals[new] for new in news) - waiting.before, 0)
            yield self._gain(day, day, olds[0] if len(olds) == 1 else news[0], _minus(more, waiting.counted))

    def _gain(self, day: date, since: date, thing: str, value: Vector, starts: int = 0) -> Gain:
        return Gain(day, since, self.act, thing.removesuffix(PERSONS), *value, starts)

    def _vector(self, thing: str, total: int) -> Vector:
        persons = thing.endswith(PERSONS) or not self.act.total
        return (0, total) if persons else (total, 0)

    def _is_fresh(self, thing: str, told: Told) -> bool:
        """Say whether a total of this very day tells all of a thing, so that nothing is counted beside it yet."""
        return told.get(thing, (None, None))[0] is not None

    def _above(self, thing: str, told: Told) -> str:
        """Return the nearest thing above that is told of, now or before."""
        if thing.endswith(PERSONS):
            return thing.removesuffix(PERSONS)
        above = self.parents(thing)
        while above and not (above in told or above in self._totals or above in self._waiting):
            above = self.parents(above)
        return above

    def _depth(self, thing: str) -> int:
        """Return how many things stand above a thing."""
        if thing not in self._depths:
            above = thing.removesuffix(PERSONS) if thing.endswith(PERSONS) else self.parents(thing)
            self._depths[thing] = self._depth(above) + 1 if above else 0
        return self._depths[thing]


def of_persons(act: Act, subject: str) -> str:
    """Return under which name the persons of a thing are told of: below it, where its times may be told, too."""
    return subject + PERSONS if act.total else subject


def _plus(one: Vector, other: Vector) -> Vector:
    return one[0] + other[0], one[1] + other[1]


def _minus(one: Vector, other: Vector) -> Vector:
    return one[0] - other[0], one[1] - other[1]


Reading = tuple[date, str, str, int]  # day, metric, subject, value


def told_by_day(act: Act, readings: Iterable[Reading]) -> Iterator[tuple[date, Told]]:
    """Yield what is told of an act, day by day; the readings come in the order of the days."""
    now: date | None = None
    told: dict[str, tuple[int | None, int | None]] = {}
    for day, metric, subject, value in readings:
        if day != now:
            if now:
                yield now, told
            now, told = day, {}
        if metric == act.persons:
            told[of_persons(act, subject)] = (value, None)
        else:
            total, daily = told.get(subject, (None, None))
            told[subject] = (value, daily) if metric == act.total else (total, value)
    if now:
        yield now, told
