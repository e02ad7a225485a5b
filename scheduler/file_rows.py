"""The rows of a sheet as figures, totals and faults: places, days and counts are understood, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from content import cells
from content.gazetteer import Spot
from content.place_names import PlaceNames
from content.place_table import DISTRICT, STREET
from content.sheets import Sheet, Span
from content.values import NotUnderstood
from scheduler import file_kinds as names
from scheduler.article_names import ArticleNames
from scheduler.file_heads import Head
from scheduler.file_kinds import TEXTS, Kind
from scheduler.ledger import ACCOUNT
from scheduler.spool import Bad, Spool, Total, Value

_TOTAL = re.compile(r"(?:.{0,12}?)(合计|小计|总计|共计|总和|汇总|总数)(?:数)?[::]?")
_TELL_AFTER = 1_000  # rows
_SIGNS = frozenset("计总汇")  # one of them stands in the name of every total
_NAMING = (names.STREET, names.PLACE, names.THING, names.DAY)  # the columns in which a total may be named
_WHOLE = ("总计", "总和", "共计", "汇总", "总数")  # totals of a whole sheet; 合计 and 小计 begin after the last one
NO_PLACE = Spot(0, "", "", "", "", "")


@dataclass(frozen=True)
class Lookups:
    """What rows are understood by: the places of each day, the articles that are out, and the present day.

    shown: all places that ever were, to tell of what was found.
    """

    on: Callable[[date], PlaceNames]
    shown: PlaceNames
    articles: ArticleNames
    today: date


class SheetRows:
    """Reads one sheet into the spool."""

    def __init__(self, sheet: Sheet, head: Head, kind: Kind, lookups: Lookups, spool: Spool) -> None:
        """Take the sheet, its head and where its figures go."""
        self._sheet, self._head, self._kind, self._by, self._spool = sheet, head, kind, lookups, spool
        self._column = {name: column for column, name in head.columns.items()}
        self._metrics = [(name, column) for name, column in self._column.items() if name not in TEXTS]
        self._naming = [self._column[name] for name in _NAMING if name in self._column]
        self._has_places = names.PLACE in self._column or names.STREET in self._column
        self._texts = [column for name, column in self._column.items() if name in TEXTS]
        self._merged = _merged_cells(sheet.spans, [column for _, column in self._metrics], head.line)
        self._first = {"小计": head.line + 1, "合计": head.line + 1}  # where the rows of the next total begin
        self._street = ""  # the last one that was written
        self._days: dict[str, date | None] = {}
        self.rows = 0

    def read(self, progress: Callable[[int], None]) -> None:
        """Read all rows; `progress` hears how many, from time to time."""
        untold = 0
        for line, row in filled(self._sheet, self._texts):
            if line > self._head.line:
                self._take(line, row)
            untold += 1
            if untold == _TELL_AFTER:
                progress(untold)
                untold = 0
        progress(untold)

    def _take(self, line: int, row: list[str]) -> None:
        told = [(metric, at, row[at]) for metric, at in self._metrics if at < len(row) and row[at]]
        if not told or (not told[0][2].isdecimal() and self._is_head(row)):
            return
        if word := self._total_word(row):
            self._total(line, told, word)
            return
        self.rows += 1
        values, faults = self._values(line, row, told)
        if faults:
            for at, why in faults:
                self._spool.add_bad(Bad(self._head.sheet, line, at, why))
        elif values:
            self._spool.add(values)

    def _is_head(self, row: Sequence[str]) -> bool:
        """Say whether the head stands here again, as at the top of each printed page."""
        again = [name for name, at in self._column.items() if self._kind.column(_at(row, at)) == name]
        return len(again) > 1 and len(again) == len(self._column)

    def _total_word(self, row: Sequence[str]) -> str:
        """Return the word of a row that is a total, "" for others."""
        unnamed = [row[0]] if row and 0 not in self._head.columns else []  # under 序号
        for text in (*(_at(row, at) for at in self._naming), *unnamed):
            if text and not _SIGNS.isdisjoint(text) and (found := _TOTAL.fullmatch("".join(text.split()))):
                return found[1]
        return ""

    def _total(self, line: int, told: Sequence[tuple[str, int, str]], word: str) -> None:
        whole = word in _WHOLE
        first = self._head.line + 1 if whole else self._first["小计" if word == "小计" else "合计"]
        for metric, at, text in told:
            try:
                value = cells.count(text, self._head.scales[at])
            except NotUnderstood as error:
                self._spool.add_bad(Bad(self._head.sheet, line, at, f"“{text}”{error}"))
                continue
            if value is not None:
                self._spool.add_total(Total(metric, first, "", "", "", value, word, self._head.sheet, line, at))
        for one in ("小计", "合计") if word != "小计" else ("小计",):
            self._first[one] = line + 1

    def _values(
        self, line: int, row: Sequence[str], told: Sequence[tuple[str, int, str]]
    ) -> tuple[list[Value], list[tuple[int, str]]]:
        faults: list[tuple[int, str]] = []
        counted = []
        for metric, at, text in told:
            try:
                if (line, at) in self._merged:
                    raise NotUnderstood("是合并的单元格，不知道是哪一行的数，请拆开")
                if (value := cells.count(text, self._head.scales[at])) is not None:
                    counted.append((metric, at, value))
            except NotUnderstood as error:
                faults.append((at, f"“{text}”{error}"))
        if not counted and not faults:
            return [], []
        day, spot, subject = self._day(row, faults), NO_PLACE, ""
        try:
            spot, subject = self._subject(row, day or self._by.today)
        except NotUnderstood as error:
            faults.append((self._subject_column(), str(error)))
        if faults or day is None:
            return [], faults
        return self._figures(line, day, spot, subject, counted), []

    def _figures(
        self, line: int, day: date, spot: Spot, subject: str, counted: Sequence[tuple[str, int, int]]
    ) -> list[Value]:
        """Return the figures of a row; those of a street or the district may be totals, and are kept as such."""
        sheet, on = self._head.sheet, day.isoformat()
        if spot.level == DISTRICT and subject.startswith("place:"):
            for metric, at, value in counted:
                self._spool.add_total(
                    Total(metric, self._head.line + 1, spot.code, "", on, value, spot.name, sheet, line, at)
                )
            return []
        if spot.level == STREET and subject.startswith("place:"):
            for metric, at, value in counted:
                self._spool.add_total(Total(metric, 0, spot.code, spot.code, on, value, spot.name, sheet, line, at))
            return []
        street = spot.code if spot.level == STREET else spot.parent
        return [(on, metric, subject, value, spot.code, street, sheet, line, at) for metric, at, value in counted]

    def _day(self, row: Sequence[str], faults: list[tuple[int, str]]) -> date | None:
        if names.DAY not in self._column:
            return self._head.day
        at = self._column[names.DAY]
        text = _at(row, at)
        try:
            if text not in self._days:
                self._days[text] = cells.day(text, self._by.today)
            day = self._days[text]
            if day is None:
                raise NotUnderstood("没有写日期")
            if day > self._by.today:
                raise NotUnderstood("的日子还没有到")
            return day
        except NotUnderstood as error:
            faults.append((at, f"“{text}”{error}" if text else str(error)))
            return None

    def _subject(self, row: Sequence[str], day: date) -> tuple[Spot, str]:
        """Return the place of a row and what its figures are about; NotUnderstood when that cannot be known."""
        if self._kind.thing == "account":
            return NO_PLACE, ACCOUNT
        thing, link = self._text(row, names.THING), self._text(row, names.LINK)
        if self._kind.thing == "article":
            return NO_PLACE, self._by.articles.found(thing, link, self._text(row, names.OUT_ON))
        spot = self._spot(row, day)
        if spot is NO_PLACE and (self._has_places or not (thing or link)):
            raise NotUnderstood("没有写社区")
        if thing or link:
            return spot, f"{self._kind.thing}:{spot.code}:{link or ' '.join(thing.split())}"
        return spot, f"place:{spot.code}"

    def _spot(self, row: Sequence[str], day: date) -> Spot:
        place, street = self._text(row, names.PLACE), self._text(row, names.STREET)
        self._street = street or self._street
        if self._head.street and not street:
            street = self._head.street
        if not place:
            return self._by.on(day).found(street) if street else NO_PLACE
        try:
            return self._by.on(day).found(place, street or self._street, sure=bool(street))
        except NotUnderstood:
            self._refuse_of_today(place, street, day)
            raise

    def _refuse_of_today(self, place: str, street: str, day: date) -> None:
        """Say of a place that is there today, and was not on the day of the row, that this is what is wrong."""
        there = self._by.on(self._by.today)
        if there is not self._by.on(day) and (spot := there.found(place, street or self._street, sure=bool(street))):
            raise NotUnderstood(f"{day} 还没有{there.full(spot)}，请写那天的社区")

    def _subject_column(self) -> int:
        wanted = (
            (names.THING, names.LINK) if self._kind.thing == "article" else (names.PLACE, names.STREET, names.THING)
        )
        return next((self._column[name] for name in wanted if name in self._column), -1)

    def _text(self, row: Sequence[str], name: str) -> str:
        return _at(row, self._column[name]) if name in self._column else ""


def _merged_cells(spans: Sequence[Span], columns: Sequence[int], head: int) -> set[tuple[int, int]]:
    """Return the cells below the head in which a count stands that is merged over several."""
    return {
        (span[0], column)
        for span in spans
        for column in columns
        if span[0] > head and span[1] <= column <= span[3] and (span[0], span[1]) != (span[2], span[3])
    }


def filled(sheet: Sheet, columns: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows; below a text that is merged downwards it stands in each row of the merged cell."""
    begins: dict[int, list[tuple[int, int]]] = {}
    for first, left, last, right in sheet.spans:
        if last > first:
            begins.setdefault(first, []).extend((column, last) for column in columns if left <= column <= right)
    open_spans: dict[int, tuple[int, str]] = {}
    for line, row in sheet.rows():
        for column, (last, text) in list(open_spans.items()):
            if line > last:
                del open_spans[column]
            else:
                row += [""] * (column + 1 - len(row))
                row[column] = text
        for column, last in begins.get(line, ()):
            open_spans[column] = (last, _at(row, column))
        yield line, row


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
