"""A table of people and their places, checked whole with its cells, then taken in; the same again changes nothing.

A telephone in it is not taken in: people are reached by the account and bound by a code, and what is not needed is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.article import Problem
from content.assignments import FIELD, KINDS, assign, lasting
from content.cells import day, plain_text
from content.clock import local_day
from content.gazetteer import Spot, gazetteer
from content.models import Event, Person
from content.people import PARTIES, add_person
from content.place_names import PlaceNames
from content.reviews import ROLES
from content.steps import CLIENT
from content.tables import Line, TableWrong, cell_name, damaged, fault, lines_in
from content.values import NotUnderstood

COLUMNS: Mapping[str, Sequence[str]] = {
    "姓名": ("name", "联络员", "对接人"),
    "角色": ("role", "身份"),
    "方": ("party", "甲乙方", "哪一方", "甲方/乙方"),
    "单位": ("company", "公司", "所属单位", "工作单位"),
    "电话": ("phone", "手机", "手机号", "联系电话", "手机号码", "联系方式"),
    "负责": ("places", "负责的地方", "负责街道社区", "街道社区", "社区", "负责社区", "街道", "负责街道"),
    "类别": ("kind", "岗位", "种类"),
    "备岗": ("backup", "是否备岗"),
    "从": ("from", "起始日期", "开始日期", "从哪天", "上岗日期"),
}
NEEDED = ("姓名", "角色")
_YES, _NO = (
    ("是", "备岗", "y", "yes", "1", "√", "✓", "true"),
    ("", "否", "不是", "主岗", "n", "no", "0", "false", "-", "—"),
)
_ROLES = {
    **{role: role for role in ROLES},
    **{words: role for role, words in ROLES.items()},
    "复审": "reviewer",
    "终审": "chief",
}
_LIST = re.compile(r"([、,，;；/\n])")
_LOOKED_AT = 10  # lines among which the head is, below a title


@dataclass(frozen=True)
class Row:
    """One person in one row, understood; `cells` name where each column stands."""

    name: str
    role: str
    party: str
    company: str
    places: Sequence[Spot]
    kind: str
    backup: bool
    first: date | None
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table that was read and is right: its name, its rows, and whether it has telephones, which are left in it."""

    name: str
    rows: Sequence[Row]
    has_phones: bool


@dataclass(frozen=True)
class Imported:
    """What a table has changed: the people it added, those whose company it changed, how many places it gave to people."""

    people: Sequence[str]
    companies: Sequence[str]
    assigned: int
    has_phones: bool

    def __str__(self) -> str:
        """Return it as sentences."""
        told = [
            f"加入 {len(self.people)} 人" if self.people else "",
            f"改了单位 {len(self.companies)} 人（{'、'.join(self.companies)}）" if self.companies else "",
            f"分配 {self.assigned} 处" if self.assigned else "",
        ]
        phones = "电话没有收：绑定用绑定码，用不着电话，名册要用的请留在原表里。" if self.has_phones else ""
        codes = "绑定码请打印：wxops person codes --all --out 绑定码.docx" if self.people else ""
        return ("，".join(filter(None, told)) or "没有变化") + f"。{phones}{codes}"


def parse(session: Session, data: bytes, name: str, *, now: datetime) -> Table:
    """Return the people of a table, CSV or XLSX; TableWrong with all that is wrong in it, also against who is there already."""
    lines = lines_in(data, name)
    at = next((n for n, (_, cells) in enumerate(lines[:_LOOKED_AT]) if "姓名" in [_column(cell) for cell in cells]), 0)
    head = [_column(cell) for cell in lines[at][1]] if lines else []
    if missing := [column for column in NEEDED if column not in head]:
        message = f"表头缺少这些列：{'、'.join(missing)}。可以有：{'、'.join(COLUMNS)}。"
        raise TableWrong(name, [fault(name, lines[at][0] if lines else 1, "TABLE_HEADER", message)])
    reading = _Reading(session, name, head, now)
    rows = [row for line in lines[at + 1 :] if (row := reading.row(line))]
    problems = [*(one for line in lines[at + 1 :] for one in damaged(line, name)), *reading.problems]
    if problems:
        raise TableWrong(name, sorted(problems, key=lambda problem: problem.line))
    return Table(name, rows, "电话" in head)


def take_in(session: Session, table: Table, *, by: str, now: datetime) -> Imported:
    """Add the people of a table who are not there, and give them the places that they do not have; return what has changed.

    What a person had and gave back is given again only where the row says from when.
    """
    added, companies, assigned = [], [], 0
    for row in table.rows:
        person = _person(session, row.name)
        if person is None:
            person, _ = add_person(session, row.name, row.role, party=row.party, company=row.company, now=now)
            added.append(row.name)
        elif row.company and row.company != person.company:
            why = f"{table.name}：单位 {person.company or '没有写'}→{row.company}"
            session.add(Event(subject=f"person:{person.id}", at=now, by=by, why=why))
            person.company = row.company
            companies.append(row.name)
        own = {one.place_id for one in lasting(session, person, row.first or date.min)}
        for spot in [spot for spot in row.places if spot.id not in own]:
            first = row.first or local_day(now)
            assign(session, person, spot, first, None, kind=row.kind, backup=row.backup, by=by, now=now)
            assigned += 1
    session.flush()
    return Imported(added, companies, assigned, table.has_phones)


class _Reading:
    """One reading of a table: what was found wrong so far, and who it has named already."""

    def __init__(self, session: Session, name: str, head: Sequence[str], now: datetime) -> None:
        self._session, self._name, self._head, self._today = session, name, head, local_day(now)
        self._places = PlaceNames(gazetteer(session, self._today))
        self._seen: dict[str, Row] = {}
        self.problems: list[Problem] = []

    def row(self, line: Line) -> Row | None:
        """Return what a line says; None where it says nothing, or something that is wrong, which is noted."""
        number, cells = line
        values = dict.fromkeys(COLUMNS, "") | dict(zip(self._head, map(plain_text, cells), strict=False))
        at = {column: cell_name(self._head.index(column), number) for column in COLUMNS if column in self._head}
        before = len(self.problems)
        row = Row(
            name=values["姓名"],
            role=_ROLES.get(values["角色"].lower(), ""),
            party=values["方"] or (CLIENT if _ROLES.get(values["角色"].lower()) == "chief" else PARTIES[1]),
            company=values["单位"],
            places=self._spots(values["负责"], at.get("负责", ""), number),
            kind=values["类别"],
            backup=values["备岗"].lower() in _YES,
            first=self._day(values["从"], at.get("从", ""), number),
            cells=at,
        )
        for message in (*self._wrong(row, values), *self._against(row)):
            self._note(number, message)
        self._seen.setdefault(row.name, row)
        return row if len(self.problems) == before else None

    def _wrong(self, row: Row, values: Mapping[str, str]) -> Iterator[str]:
        at = row.cells
        if not row.name:
            yield f"{at['姓名']} 是空的，请填写姓名。"
        if not row.role:
            yield f"{at['角色']} 的角色“{values['角色']}”不认识，可以写：{'、'.join(ROLES.values())}。"
        if row.party not in PARTIES:
            yield f"{at['方']} 的“{row.party}”不认识，可以写：{'、'.join(PARTIES)}。"
        if row.kind and row.kind not in KINDS:
            yield f"{at['类别']} 的类别“{row.kind}”不认识，可以写：{'、'.join(KINDS)}。"
        if values["备岗"].lower() not in (*_YES, *_NO):
            yield f"{at['备岗']} 的“{values['备岗']}”不认识，请写 是 或 否。"
        if row.places and row.role and row.role not in FIELD:
            yield f"{at['负责']}：{ROLES[row.role]}不管街道和社区，请换成联络员或删去。"

    def _against(self, row: Row) -> Iterator[str]:
        """Yield what does not agree with another row of the same person, or with what is there already."""
        at, other = row.cells, self._seen.get(row.name)
        if other and (other.role, other.party, other.company) != (row.role, row.party, row.company):
            yield f"{at['姓名']} 的{row.name}在 {other.cells['姓名']} 写过，角色、哪一方、单位不一样；同名的两个人请加上单位，例如 {row.name}（街道）。"
        if other:
            for twice in [spot for spot in row.places if spot in other.places]:
                yield f"{at['负责']} 的{twice.shown}在 {other.cells['姓名']} 那一行写过了。"
        person = _person(self._session, row.name) if row.name else None
        if person is None:
            return
        if row.role and (person.role, person.party) != (row.role, row.party):
            yield (
                f"{at['姓名']} 的{row.name}已经在系统里，是{person.party}的{ROLES[person.role]}，和表里不一样。"
                f"同名的两个人请加上单位；换了角色的请先撤销：wxops person revoke {row.name}"
            )
        wanted = (row.kind or KINDS[row.party == CLIENT], row.backup)
        places = {spot.id: spot for spot in row.places}
        for one in lasting(self._session, person, row.first or self._today):
            spot = places.get(one.place_id)
            if spot and (one.kind, one.backup) != wanted:
                yield f"{at['负责']}：{row.name}已经负责{spot.shown}，类别或备岗和表里不一样，请先结束：wxops person unassign {row.name} {spot.bare}"

    def _spots(self, text: str, at: str, number: int) -> list[Spot]:
        """Return the places that a cell lists; a name may hold 、 itself: 第二、二社区."""
        parts, found = _LIST.split(text), []
        while parts:
            try:
                spot, length = self._places.leading(parts)
            except NotUnderstood as error:
                self._note(number, f"{at}：{error}。")
                spot, length = None, 1
            if spot and spot in found:
                self._note(number, f"{at} 里{spot.shown}写了两次。")
            found += [spot] if spot else []
            parts = parts[2 * length :]
        return found

    def _day(self, text: str, at: str, number: int) -> date | None:
        try:
            return day(text, self._today)
        except NotUnderstood as error:
            self._note(number, f"{at} 的“{text}”{error}。")
            return None

    def _note(self, number: int, message: str) -> None:
        self.problems.append(fault(self._name, number, "TABLE_PERSON", message))


def _person(session: Session, name: str) -> Person | None:
    return session.scalar(select(Person).where(Person.name == name, Person.revoked_at.is_(None)))


def _column(cell: str) -> str:
    plain = plain_text(cell).replace(" ", "").lower()
    return next((column for column, others in COLUMNS.items() if plain == column or plain in others), plain)
