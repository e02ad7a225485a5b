"""Places that are split, merged or renamed from a day on: old and new stay known, and what belongs to them goes along.

The numbers of the contract (263 communities, 1,052 visits) do not change by it: only a supplement changes them (domain.md §1c R11).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content import visits
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.gazetteer import Spot, bare, gazetteer
from content.lineage import KINDS, MERGE, RENAME, SPLIT, lineage
from content.lineage_models import PlaceChange
from content.models import Event, Person
from content.place_models import Assignment, Place
from content.place_table import COMMUNITY, STREET
from content.record_models import Record, RecordPlace

_DAY = timedelta(days=1)
UNCHANGED = "合同里的数（社区数、走访次数）不变；要变请按补充协议改 contract.toml。"


@dataclass(frozen=True)
class New:
    """A place as it shall be: its code and its official name."""

    code: str
    name: str


@dataclass(frozen=True)
class Order:
    """What shall become of places: the first day on which it holds, the document that says so, who orders it and when.

    carry: assignments and planned visits go on to the new places.
    """

    day: date
    document: str
    by: str
    now: datetime
    carry: bool = True


def split(session: Session, old: Spot, news: Sequence[New], order: Order) -> list[str]:
    """Split a community into others, of which one may keep its code; return what was done, line by line."""
    if len(news) < 2:
        raise WrongUse(f"拆分要写至少两个新社区；{old.shown}本身留下的，用它原来的代码写在里面。")
    _check_levels(SPLIT, [old])
    return _become(session, SPLIT, [old], news, old.parent, order)


def merge(session: Session, olds: Sequence[Spot], new: New, order: Order, street: Spot | None = None) -> list[str]:
    """Merge communities into one, which may have the code of one of them; return what was done, line by line.

    street: where the new one lies; the old ones' street without it, which must be one then.
    """
    if len({spot.id for spot in olds}) < 2:
        raise WrongUse("合并要写至少两个社区。")
    _check_levels(MERGE, olds)
    return _become(session, MERGE, olds, [new], _street_of(session, olds, new, street, order), order)


def rename(session: Session, spot: Spot, name: str, order: Order) -> list[str]:
    """Give a place another official name; people still find it by the one before. Return what was done, line by line.

    OpsError for a day that is ahead: until then it has its old name.
    """
    name = "".join(name.split())
    _check(order)
    if order.day > local_day(order.now):
        raise OpsError(f"改名从 {order.day} 起，请到那天再运行：在那以前还用原来的名称。")
    if not name or name == spot.name:
        raise WrongUse(f"请写“{spot.name}”的新名称。")
    _check_names(session, [New(spot.code, name)], [spot], spot.parent, order)
    if any(one.day == order.day and one.old_id == one.new_id == spot.id for one in lineage(session, date.max).changes):
        raise OpsError(f"{spot.shown}从 {order.day} 起已经有过变动，请从后一天起改名。")
    place = session.get_one(Place, spot.id)
    before = place.name
    _call(place, name)
    _put(session, RENAME, place, place, before, order)
    told = f"{before} 从 {order.day} 起改名为 {name}（{order.document}），代码 {place.code} 不变，原来的叫法照旧认得。"
    _trail(session, place, told, order)
    session.flush()
    return [told, UNCHANGED]


def _become(
    session: Session, kind: str, olds: Sequence[Spot], news: Sequence[New], parent: str, order: Order
) -> list[str]:
    _check(order)
    _check_places(session, olds, news, parent, order)
    rows = [session.get_one(Place, spot.id, with_for_update=True) for spot in olds]
    before = {row.id: row.name for row in rows}
    made = [_made(session, new, rows, parent, order) for new in news]
    for row in rows:
        others = [one.code for one in made if one is not row]
        row.successor = ",".join(dict.fromkeys([*filter(None, row.successor.split(",")), *others]))
        if row not in made:
            row.active_to = order.day - _DAY
    for row in rows:
        for one in made:
            _put(session, kind, row, one, before[row.id], order)
    session.flush()
    head = f"{'、'.join(before.values())} 从 {order.day} 起{KINDS[kind]}为 {'、'.join(one.name for one in made)}（{order.document}）。"
    for row in {row.id: row for row in (*rows, *made)}.values():
        _trail(session, row, head, order)
    return [head, *_carried(session, rows, made, order), *_left(session, rows, made, order), UNCHANGED]


def _carried(session: Session, rows: Sequence[Place], made: Sequence[Place], order: Order) -> Iterator[str]:
    """Take assignments and planned visits along; yield what became of them."""
    ends = [row for row in rows if row not in made]
    people = _assignments(session, rows, made, ends, order)
    if people:
        yield f"负责的人：{'、'.join(people)}，" + (
            "照旧负责新的社区。" if order.carry else "到前一天为止，请重新分配。"
        )
    if order.carry:
        olds, news = [row.id for row in rows], [one.id for one in made]
        count = visits.carry_over(session, olds, news, order.day, by=order.by, now=order.now)
        if count:
            yield f"走访计划：给新的社区排了 {count} 次。"
    else:
        yield "走访计划没有带过去，请运行：wxops visits plan"


def _assignments(
    session: Session, rows: Sequence[Place], made: Sequence[Place], ends: Sequence[Place], order: Order
) -> list[str]:
    """End the assignments to places that end, and begin those to the new ones; return the names of the people."""
    names: dict[str, None] = {}
    there = {(one.person_id, one.place_id, one.kind) for one in _lasting(session, made, order.day)}
    for one in _lasting(session, rows, order.day):
        person = one.person_id
        names[_name(session, person)] = None
        for place in made if order.carry else ():
            if (person, place.id, one.kind) not in there:
                there.add((person, place.id, one.kind))
                session.add(
                    Assignment(
                        person_id=person,
                        place_id=place.id,
                        kind=one.kind,
                        backup=one.backup,
                        from_day=max(one.from_day, order.day),
                        to_day=one.to_day,
                    )
                )
        if one.place_id in {row.id for row in ends}:
            one.to_day = order.day - _DAY
    session.flush()
    return list(names)


def _lasting(session: Session, places: Sequence[Place], day: date) -> Sequence[Assignment]:
    lasts = or_(Assignment.to_day.is_(None), Assignment.to_day >= day)
    at = (Assignment.place_id.in_([place.id for place in places]), Person.revoked_at.is_(None))
    query = select(Assignment).join(Person, Person.id == Assignment.person_id).where(*at, lasts)
    whole = query.where(or_(Assignment.to_day.is_(None), Assignment.to_day >= Assignment.from_day))
    return session.scalars(whole.order_by(Assignment.id)).all()


def _left(session: Session, rows: Sequence[Place], made: Sequence[Place], order: Order) -> Iterator[str]:
    """Yield what was recorded of places that end, on days when they are there no more."""
    for row in rows:
        if row in made:
            continue
        query = select(func.count(Record.id.distinct())).join(RecordPlace, RecordPlace.record_id == Record.id)
        late = (RecordPlace.place_id == row.id, Record.day >= order.day, Record.revoked_at.is_(None))
        if count := session.scalar(query.where(*late)) or 0:
            yield f"{row.name} 在 {order.day} 以后有 {count} 条记录，照旧算在它名下；要改请更正。"


def _street_of(session: Session, olds: Sequence[Spot], new: New, street: Spot | None, order: Order) -> str:
    """Return the code of the street of what is merged; OpsError where it must be told, or is none of the code that is kept."""
    known = gazetteer(session, local_day(order.now))
    streets = {above.code: above.shown for spot in olds for above in known.above(spot) if above.level == STREET}
    if street is None:
        if len(streets) > 1:
            names = "、".join(streets.values())
            raise OpsError(f"要合并的社区在 {len(streets)} 个街道：{names}。请写合并以后归哪个街道：--street 街道")
        return olds[0].parent
    if street.level != STREET:
        raise OpsError(f"{street.shown}不是街道。请写合并以后归哪个街道：--street 街道")
    if kept := next((spot for spot in olds if spot.code == new.code and spot.parent != street.code), None):
        raise OpsError(
            f"代码 {kept.code} 是{streets.get(kept.parent, '别的街道')}的，合并以后归{street.shown}，请用新代码："
            f"以前的数还算{streets.get(kept.parent, '原来的街道')}的。"
        )
    return street.code


def _made(session: Session, new: New, rows: Sequence[Place], parent: str, order: Order) -> Place:
    """Return the row of a new place: a new one, or that of the old place which keeps its code."""
    if kept := next((row for row in rows if row.code == new.code), None):
        _call(kept, new.name)
        return kept
    made = Place(
        code=new.code,
        level=COMMUNITY,
        name=new.name,
        parent=parent,
        short="",
        active_from=order.day,
        successor="",
    )
    session.add(made)
    session.flush()
    return made


def _call(place: Place, name: str) -> None:
    """Give a row its name; people still find it by the one before."""
    old, place.name = bare(place.name), name
    if old != bare(name) and old not in place.short:
        place.short = "、".join(filter(None, (place.short, old)))


def _check(order: Order) -> None:
    if not order.document.strip():
        raise WrongUse("请写依据（文号或文件名）：--document 文号")


def _check_levels(kind: str, olds: Sequence[Spot]) -> None:
    for spot in olds:
        if spot.level != COMMUNITY:
            raise OpsError(f"只有社区能这样{KINDS[kind]}，{spot.shown}是{'街道' if spot.level == STREET else '区'}。")


def _check_places(session: Session, olds: Sequence[Spot], news: Sequence[New], parent: str, order: Order) -> None:
    codes = [new.code for new in news]
    own = {spot.code for spot in olds}
    taken = session.scalars(select(Place.code).where(Place.code.in_(codes))).all()
    if twice := sorted({code for code in codes if codes.count(code) > 1} | (set(taken) - own)):
        raise OpsError(f"代码已经有了：{'、'.join(twice)}。新社区要用新代码。")
    line = lineage(session, date.max)
    for spot in olds:
        later = [one for one in line.changes if spot.id in (one.old_id, one.new_id) and one.day >= order.day]
        if later:
            raise OpsError(
                f"{spot.shown}在 {later[0].day} 已经有过变动（{later[0].document}），不能再从 {order.day} 起变。"
            )
    _check_names(session, news, olds, parent, order)
    _check_kept(news, olds, order)


def _check_kept(news: Sequence[New], olds: Sequence[Spot], order: Order) -> None:
    """Refuse another name for a code that is kept before the day: a row has one name, and until then it is the old one."""
    if order.day > local_day(order.now):
        names = {spot.code: spot.name for spot in olds}
        for new in news:
            if names.get(new.code, new.name) != new.name:
                raise OpsError(
                    f"代码 {new.code} 留着用、名称改成“{new.name}”的，请到 {order.day} 那天再运行：在那以前还用原来的名称。"
                    f"要先办，请写 {new.code}={names[new.code]}，或者给“{new.name}”新代码。"
                )


def _check_names(session: Session, news: Sequence[New], olds: Sequence[Spot], parent: str, order: Order) -> None:
    """Refuse an empty name, and one that another place below the same one has."""
    own = {spot.id for spot in olds}
    there = {spot.name for spot in gazetteer(session, order.day).places if spot.parent == parent and spot.id not in own}
    for at, new in enumerate(news):
        if not new.name or not new.code:
            raise WrongUse("新社区请写成 代码=名称，例如 110102001099=某某社区居委会")
        if new.name in there or new.name in {one.name for one in news[:at]}:
            raise OpsError(f"已经有叫“{new.name}”的了，请换一个名称。")


def _put(session: Session, kind: str, old: Place, new: Place, before: str, order: Order) -> None:
    session.add(
        PlaceChange(
            kind=kind,
            day=order.day,
            old_id=old.id,
            new_id=new.id,
            old_name=before,
            new_name=new.name,
            document=order.document.strip(),
            by=order.by,
            at=order.now,
        )
    )


def _name(session: Session, person: int) -> str:
    return session.get_one(Person, person).name


def _trail(session: Session, place: Place, why: str, order: Order) -> None:
    session.add(Event(subject=f"place:{place.code}", at=order.now, by=order.by, why=why))
