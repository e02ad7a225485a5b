"""A file of figures read whole: its kind and heads first, then every row; what is wrong, missing and not counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from content.errors import WrongUse
from content.gazetteer import Spot
from content.place_names import PlaceNames
from content.sheets import Table
from content.tables import TableWrong, cell_name, fault
from scheduler.file_heads import Head, Question, Reading, heads_of, recognised
from scheduler.file_kinds import DAY, Kind, kind_named
from scheduler.file_rows import Lookups, SheetRows
from scheduler.metrics import METRICS
from scheduler.spool import Bad, Spool, Total, spool

SHOWN = 50  # faults that are told one by one
NAMED = 10  # missing communities that a line names, and lines that are shown
SAMPLE = 8  # figures that a preview shows


@dataclass(frozen=True)
class Given:
    """A file as it was brought: where it lies and its name, what kind it is said to be ("" for itself), and its day."""

    file: Path
    name: str
    source: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Asked:
    """What must be answered before a file can be read: heads that nobody knows, and whether its day is missing."""

    kind: Kind
    questions: Sequence[Question]
    day: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file: the cell as people find it, its row, and why."""

    cell: str
    line: int
    why: str


@dataclass(frozen=True)
class Read:
    """A file that was read: its figures in the spool, and what people should know of it.

    faults: the first SHOWN of them; bad_rows: how many rows have one. missing: communities without
    figures, a line a day and metric. sums: of the last day. sha256: of the bytes, and of the day that is not in them.
    """

    kind: Kind
    name: str
    sha256: str
    spool: Spool
    rows: int
    days: Sequence[date]
    days_from: Sequence[str]
    aside: Sequence[str]
    faults: Sequence[Fault]
    bad: int
    bad_rows: int
    missing: Sequence[str]
    sums: Mapping[str, tuple[int, int]]
    heads: Sequence[Head] = field(default=())

    @property
    def figures(self) -> int:
        """Return how many figures would be taken in."""
        return self.spool.count()


def quiet(rows: int) -> None:
    """Hear how far the reading is, and tell nobody."""


def kind_for(table: Table, source: str) -> Kind:
    """Return the kind of a file, by the word that came with it or by its own heads; WrongUse when neither says it."""
    if source:
        return kind_named(source)
    if (kind := recognised(table)) is None:
        raise WrongUse(
            f"看不出“{table.name}”是什么数据。请写明种类：注册用户、平台互动、平台日互动、群组、议题；"
            "只有公众平台自己导出的文章和粉丝数据不用写。"
        )
    return kind


def asked(table: Table, reading: Reading) -> Asked | None:
    """Return what must be answered before the rows can be read, None when nothing."""
    return _asked(heads_of(table, reading)[0], reading.kind)


@contextmanager
def read(
    table: Table, given: Given, reading: Reading, lookups: Lookups, progress: Callable[[int], None] = quiet
) -> Iterator[Read]:
    """Read all rows of a file; the figures are there until the end of the block. WrongUse while a question is open."""
    heads, aside = heads_of(table, reading)
    if _asked(heads, reading.kind):
        raise WrongUse(f"{given.name} 里还有不认得的表头，或者没有写日期，没有收。请先回答。")
    _refuse_days(table, heads, reading.today)
    with spool() as kept:
        rows = 0
        for head in heads:
            sheet = SheetRows(table.sheets[head.sheet], head, reading.kind, lookups, kept)
            sheet.read(progress)
            rows += sheet.rows
        kept.all_read()
        _check_totals(kept)
        _check_twice(table, kept)
        kept.leave_out_bad()
        yield _told(table, given, reading, lookups, heads, aside, kept, rows)


def _told(
    table: Table,
    given: Given,
    reading: Reading,
    lookups: Lookups,
    heads: Sequence[Head],
    aside: Sequence[str],
    kept: Spool,
    rows: int,
) -> Read:
    days, (bad, bad_rows) = kept.days(), kept.bad_counts()
    return Read(
        kind=reading.kind,
        name=given.name,
        sha256=_fingerprint(given.file, heads),
        spool=kept,
        rows=rows,
        days=days,
        days_from=list(dict.fromkeys(f"{head.day}（{head.day_from}）" for head in heads if head.day)),
        aside=[
            *(f"工作表“{name}”没有数据" for name in aside),
            *(f"工作表“{name}”是隐藏的" for name in table.hidden),
            *(f"{cell} 这一列没有表头" for head in heads for cell in head.unnamed),
        ],
        faults=[Fault(_cell(table, one), one.line, one.why) for one in kept.bad(SHOWN)],
        bad=bad,
        bad_rows=bad_rows,
        missing=_missing(kept, lookups, reading.kind, heads),
        sums=kept.sums(days[-1]) if days else {},
        heads=heads,
    )


def _asked(heads: Sequence[Head], kind: Kind) -> Asked | None:
    questions = {question.head: question for head in heads for question in head.questions}
    no_day = any(head.day is None and DAY not in head.columns.values() for head in heads)
    return Asked(kind, list(questions.values()), no_day) if questions or no_day else None


def _refuse_days(table: Table, heads: Sequence[Head], today: date) -> None:
    """Refuse a file of a day to come: no figure of it can be right."""
    late = [head for head in heads if head.day and head.day > today]
    if late:
        messages = [f"{head.day}（{head.day_from}）还没有到，不会有那一天的数。请改日期。" for head in late]
        raise TableWrong(table.name, [fault(table.name, 1, "TABLE_DAY", message) for message in messages])


def _check_totals(kept: Spool) -> None:
    """Compare the totals of the file with the sums of its rows; a street without communities has its figure itself.

    A total of 1.7万 agrees with all that is rounded to it.
    """
    totals, wrong = kept.totals(), list[Bad]()
    for total in sorted(totals, key=lambda one: not one.street):  # a street's own figure is a part of what follows
        value, number, faulty = kept.sum_of(total)
        if not number and total.place:
            kept.add_street(total)
        elif abs(total.value - value) > total.slack and not faulty:
            wrong.append(Bad(total.sheet, total.line, total.at, _mismatch(total, value)))
    for bad in wrong:  # only now: a total that is wrong excuses no other one
        kept.add_bad(bad)


def _mismatch(total: Total, value: int) -> str:
    metric = METRICS[total.metric]
    return (
        f"{total.word}的{metric.name} {total.value:,} {metric.unit}，各行相加是 {value:,} {metric.unit}，"
        f"差 {abs(total.value - value):,}"
    )


def _check_twice(table: Table, kept: Spool) -> None:
    for sheet, line, at, *first in kept.twice():
        where = _cell(table, Bad(first[0], first[1], first[2], ""))
        kept.add_bad(Bad(sheet, line, at, f"和 {where} 是同一天的同一项，写了两次"))
        kept.add_bad(
            Bad(first[0], first[1], first[2], f"和 {_cell(table, Bad(sheet, line, at, ''))} 是同一天的同一项，写了两次")
        )


def _missing(kept: Spool, lookups: Lookups, kind: Kind, heads: Sequence[Head]) -> list[str]:
    """Return the communities that a file has nothing of: of its one street, or of the whole district."""
    if not kind.by_place:
        return []
    have, streets = kept.places()
    expected = {
        names: [spot for spot in names.communities if len(streets) > 1 or spot.parent in streets]
        for names in map(lookups.on, kept.days())
    }
    if have.isdisjoint(spot.code for spots in expected.values() for spot in spots):
        return []  # it is a table of streets
    told = []
    for day, metric in _gaps(kept, kind, heads, max(map(len, expected.values()), default=0)):
        there, places = kept.places_on(day, metric), lookups.on(date.fromisoformat(day))
        missing = [spot for spot in expected[places] if spot.code not in there]
        if not missing:
            continue  # another day has more communities
        names = _names(missing, places)
        more = f"等，共 {len(missing)} 个社区" if len(names) > NAMED else ""
        told.append(f"{day} 没有“{METRICS[metric].name}”：{'、'.join(names[:NAMED])}{more}")
    return told


def _names(missing: Sequence[Spot], places: PlaceNames) -> list[str]:
    """Return the names of missing communities; a street of which none is there is named as one."""
    whole = Counter(spot.parent for spot in places.communities)
    lacking = Counter(spot.parent for spot in missing)
    named: dict[str, None] = {}
    for spot in missing:
        street = places.by_code(spot.parent)
        if street and whole[spot.parent] == lacking[spot.parent] > 1:
            named[f"{street.name}全部 {whole[spot.parent]} 个社区"] = None
        else:
            named[places.full(spot)] = None
    return list(named)


def _gaps(kept: Spool, kind: Kind, heads: Sequence[Head], wanted: int) -> list[tuple[str, str]]:
    """Return the days and metrics with too few places, in a file of few days also those without any figure."""
    days, found = kept.days(), kept.gaps(wanted)
    if len(days) > NAMED:
        return found
    columns = {name for head in heads for name in head.columns.values() if name in kind.metrics}
    none = [(str(day), one) for day in days for one in columns - set(kept.sums(day))]
    return sorted({*found, *none})


def _cell(table: Table, bad: Bad) -> str:
    sheet = table.sheets[bad.sheet]
    return sheet.cell(cell_name(bad.at, bad.line)) if bad.at >= 0 else sheet.cell(f"第 {bad.line} 行")


def _fingerprint(file: Path, heads: Sequence[Head]) -> str:
    """Return the sha256 of a file's bytes, with the days that are told outside of them: the same table of another day is another."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    for head in heads:
        if head.of_file:
            digest.update(str(head.day).encode())
    return digest.hexdigest()
