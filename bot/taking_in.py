"""The one way of a file of figures into the ledger, for the terminal and the page: look, answer, take in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content.article import Level, Problem
from content.clock import local_day, stamp
from content.errors import OpsError
from content.gazetteer import everywhere
from content.names_by_day import NamesByDay
from content.place_names import PlaceNames
from content.sheets import Table, opened
from content.tables import TableWrong
from scheduler import anomalies, bad_rows, batches, hand
from scheduler.article_names import articles_out
from scheduler.batches import Change
from scheduler.file_heads import Reading, known_words, learn
from scheduler.file_kinds import KINDS, Kind, head_word, kind_named
from scheduler.file_rows import Lookups
from scheduler.intake import SHOWN, Given, Read, kind_for, quiet, read
from scheduler.metrics import METRICS
from scheduler.subject_names import subject_name

SOURCES = (*(kind.id for kind in KINDS), hand.HAND)
_CHANGED, _SHOWN_CHANGES = 20, 1_000  # changes that are told one by one, after taking in and when asked for


class FiguresWrong(TableWrong):
    """A file of figures has faults; `problems` are the first of them, and nothing of it was taken."""

    def __init__(self, read: Read) -> None:
        """Take the file as it was read."""
        more = f"（列出前 {SHOWN} 处）" if read.bad > SHOWN else ""
        super().__init__(read.name, problems(read))
        self.args = (
            f"{read.name} 有 {read.bad_rows} 行 {read.bad} 处不对{more}，一个数也没有收。"
            "请改好再导入；或者加 --skip-bad，只收没有问题的行，其余写进旁边的文件。",
        )


@dataclass(frozen=True)
class Taken:
    """What came of a file: its batch's number, and what to tell people of it."""

    number: int
    lines: Sequence[str]
    bad_file: Path | None = None


@dataclass(frozen=True)
class Opened:
    """A file that is open for reading, and what its rows are understood by."""

    table: Table
    given: Given
    reading: Reading
    lookups: Lookups


@contextmanager
def open_file(parts: Parts, given: Given) -> Iterator[Opened]:
    """Open a file that was brought; TableWrong when it is no table, WrongUse when nobody knows what it is of."""
    today = local_day(parts.clock.now())
    with opened(given.file, given.name) as table:
        kind = kind_for(table, given.source)
        with parts.store.reading() as session:
            words, articles = known_words(session, kind), articles_out(session)
            by_day = NamesByDay(session)
            places = by_day.on(today)
        if not len(places) and kind.thing not in ("article", "account"):
            raise OpsError("还没有地名表，认不出社区，没有收。请先运行：wxops place load")
        reading = Reading(kind, words, places, today, given.day)
        yield Opened(table, given, reading, Lookups(by_day.on, by_day.ever(), articles, today))


def answer(parts: Parts, kind: Kind, answers: Mapping[str, str], *, by: str) -> None:
    """Remember what the heads of a kind of file mean."""
    with parts.store.transaction() as session:
        learn(session, kind, answers, by=by, now=parts.clock.now())


def take(
    parts: Parts,
    file: Opened,
    *,
    by: str,
    skip_bad: bool = False,
    beside: Path | None = None,
    progress: Callable[[int], None] = quiet,
) -> Taken:
    """Take a file in whole, or with `skip_bad` what is right of it; FiguresWrong, and nothing is taken, otherwise.

    beside: the file next to which the rows that are not taken are written. It is written before anything is taken in,
    so that no row can be lost when the machine dies in between.
    """
    with read(file.table, file.given, file.reading, file.lookups, progress) as found:
        if found.bad and not skip_bad:
            raise FiguresWrong(found)
        if not found.figures:
            raise OpsError(f"{found.name} 里没有可以收的数。")
        content = found.spool.content()
        with parts.store.reading() as session:
            batches.refuse_again(session, found, content)
        rest = bad_rows.write(file.table, found, beside) if found.bad and beside else None
        with parts.store.transaction() as session:
            batch = batches.take(session, found, content, by=by, now=parts.clock.now())
            lines = [*taken_lines(found, batch.id), *_changed(session, batch.id, file.lookups.shown)]
            lines += odd_lines(session, batch.id, file.lookups.shown)
            return Taken(batch.id, lines, rest)


def words_of(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers by the words under which they are remembered."""
    return {head_word(head): column for head, column in answers.items()}


def batch_lines(parts: Parts, number: int) -> list[str]:
    """Return a batch as people read it: what, when, by whom, which values it changed, and whether it is undone."""
    with parts.store.reading() as session:
        batch = batches.batch_numbered(session, number)
        places = PlaceNames(everywhere(session))
        span = batches.days_of(session, batch)
        count, found = batches.changes(session, batch, _SHOWN_CHANGES)
        lines = [
            f"第 {number} 批：{source_name(batch.source)}，{batch.file_name}，"
            f"{batch.rows:,} 行，{stamp(batch.at)}，{batch.by}",
            f"日期：{'没有数' if span is None else span[0] if span[0] == span[1] else f'{span[0]} 到 {span[1]}'}",
            f"文件：sha256 {batch.sha256}",
            f"改了 {count:,} 个数（旧 → 新）：" if count else "没有改以前的数。",
            *(f"  {change_line(one, places)}" for one in found),
        ]
        lines += [f"  其余 {count - len(found):,} 个没有列出"] if count > len(found) else []
        lines += odd_lines(session, number, places)
        return lines + [f"{stamp(event.at)} {event.by} {event.why}" for event in batches.trail(session, number)]


def source_name(source: str) -> str:
    """Return what people call the source of a batch."""
    if source == hand.HAND:
        return "填报"
    return kind_named(source).name if source in SOURCES else source


def undo(parts: Parts, number: int, reason: str, *, by: str) -> str:
    """Undo a batch and return the sentence for it."""
    with parts.store.transaction() as session:
        batches.undo(session, number, reason, by=by, now=parts.clock.now())
    return f"已撤销第 {number} 批，被它替换的数重新作数。"


def problems(found: Read) -> list[Problem]:
    """Return the first faults of a file as problems, each with its cell."""
    return [Problem(found.name, one.line, "TABLE_FIGURE", Level.ERROR, f"{one.cell} {one.why}") for one in found.faults]


def taken_lines(found: Read, number: int) -> list[str]:
    """Return what was taken in, a line each."""
    rows = found.rows - found.bad_rows
    return [f"已收进第 {number} 批：{found.kind.name}，{rows:,} 行 {found.figures:,} 个数。", *told(found)]


def told(found: Read) -> list[str]:
    """Return what people should know of a file: its days, sums, what is missing, what was left aside."""
    days = found.days
    lines = [f"日期：{'、'.join(found.days_from) if found.days_from else _span(days)}"] if days else []
    if found.sums and found.kind.thing != "account":
        sums = "，".join(f"{METRICS[m].name} {value:,} {METRICS[m].unit}" for m, (value, _) in found.sums.items())
        lines.append(f"{days[-1]} 合计：{sums}")
    more = len(found.missing) - SHOWN
    lines += [f"缺：{one}（没有数据，不记 0）" for one in found.missing[:SHOWN]]
    lines += [f"缺：还有 {more} 项"] if more > 0 else []
    return lines + [f"没有读：{'、'.join(found.aside)}"] * bool(found.aside)


def odd_lines(session: Session, number: int, places: PlaceNames) -> list[str]:
    """Return what looks wrong in a batch and is still open; nothing where nothing does."""
    count = anomalies.open_by_batch(session).get(number, 0)
    found = anomalies.listed(session, batch=number, most=_CHANGED)
    head = [f"有 {count:,} 处异常，数已收，没有改，请核对后说明（wxops anomalies）："] * bool(count)
    lines = [f"  异常 {one.id}：{anomalies.told(one, subject_name(one.subject, places))}" for one in found]
    return [*head, *lines, *([f"  其余 {count - len(found):,} 处用 wxops anomalies 看"] * (count > len(found)))]


def change_line(change: Change, places: PlaceNames) -> str:
    """Return a changed value as a line: 2026-11-30 德胜街道新风中直社区 注册用户 1,200 → 1,234."""
    name = METRICS[change.metric].name
    return f"{change.day} {subject_name(change.subject, places)} {name} {change.old:,} → {change.new:,}"


def _changed(session: Session, number: int, places: PlaceNames) -> list[str]:
    batch = batches.batch_numbered(session, number)
    number_of, found = batches.changes(session, batch, _CHANGED)
    standing = batches.left_standing(session, batch, _CHANGED + 1)
    lines = [f"改了 {number_of:,} 个数（旧 → 新）："] if found else []
    lines += [f"  {change_line(one, places)}" for one in found]
    if number_of > _CHANGED:
        lines.append(f"  其余用 wxops batch show {number} 看")
    if found and standing:
        names = "、".join(dict.fromkeys(subject_name(subject, places) for _, _, subject, _ in standing[:_CHANGED]))
        lines.append(f"同一天以前收过、这次没有的，仍用以前的数：{names}{'等' if len(standing) > _CHANGED else ''}")
    return lines


def _span(days: Sequence[date]) -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]} 到 {days[-1]}，{len(days)} 天"
