"""换人: a place goes from one person to another on a day, with its visits, open tickets and links, in one transaction.

Whoever has no place any more loses their binding: at once, or on the day where that is still ahead. What they did stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import visits
from content.assignments import FIELD, KINDS, kind_words, lasting
from content.clock import local_day
from content.db import Store
from content.errors import OpsError
from content.gazetteer import Gazetteer, Spot, everywhere, forms_of, gazetteer
from content.handover_models import Handover
from content.lineage import lineage
from content.models import Event, Person
from content.place_models import Assignment
from content.place_table import COMMUNITY
from content.ticket_models import Ticket
from content.tickets import note
from scheduler import binding

_DAY = timedelta(days=1)
_SHOWN = 10  # tickets that one sentence names


@dataclass(frozen=True)
class Swap:
    """Who takes over from whom, which place with all below it, and from which day."""

    spot: Spot
    old: Person
    new: Person
    day: date


def hand_over(session: Session, swap: Swap, *, by: str, now: datetime) -> list[str]:
    """Give a place from one person to another; return what was done, line by line. OpsError says why not.

    Of a street, what the old one has in its communities goes along; so does what comes out of a place by a split or
    merger that is ordered for a later day.
    """
    for person in sorted((swap.old, swap.new), key=lambda one: one.id):
        session.refresh(person, with_for_update=True)
    today, known = local_day(now), gazetteer(session, max(swap.day, local_day(now)))
    coming = _coming(session, swap.spot, known)
    own = _own(session, swap, known, coming)
    _check(swap, own)
    told = [(spot in coming, _taken(session, swap, (one, spot))) for one, spot in own]
    made = Handover(
        place_id=swap.spot.id,
        old_id=swap.old.id,
        new_id=swap.new.id,
        day=swap.day,
        by=by,
        at=now,
    )
    session.add(made)
    session.flush()
    inside = [*known.within(swap.spot), *coming]
    moved = visits.hand_over(session, [spot.id for spot in inside], swap.old, swap.new, swap.day, today)
    leading = [spot for one, spot in own if one.kind == KINDS[0] and not one.backup]
    tickets = _tickets(session, [below for spot in leading for below in known.within(spot)], swap, by=by, now=now)
    head = f"换人：{known.full(swap.spot)}，{swap.old.name} → {swap.new.name}，从 {swap.day} 起。"
    lines = [
        head,
        *_ended(swap, told),
        f"还没去的走访 {moved} 次、没办完的工单 {len(tickets)} 件{_numbers(tickets)}转给{swap.new.name}。",
        f"没做完的议事、缺材料的记录，从 {swap.day} 起由{swap.new.name}接着办、接着补；已经记下的还写{swap.old.name}。",
        _leaves(session, swap, made, today, by=by, now=now),
        *([] if swap.new.openid else [f"{swap.new.name}还没有绑定微信，请给绑定码：wxops person code {swap.new.name}"]),
    ]
    for subject in (f"person:{swap.old.id}", f"person:{swap.new.id}", f"place:{swap.spot.code}"):
        session.add(Event(subject=subject, at=now, by=by, why=head))
    return lines


def follow_up(store: Store, now: datetime) -> None:
    """Do what waited for the day of a 换人: what the old one left undone goes along, and their binding ends."""
    today = local_day(now)
    with store.transaction() as session:
        due = select(Handover).where(Handover.done_at.is_(None), Handover.day <= today).order_by(Handover.id)
        for made in session.scalars(due.with_for_update()).all():
            old, new = session.get_one(Person, made.old_id), session.get_one(Person, made.new_id)
            known = gazetteer(session, today)
            spot = known.by_id(made.place_id)
            gone = lineage(session, today).after(made.place_id)  # what came out of it meanwhile
            places = [one.id for one in known.within(spot)] if spot else sorted(gone)
            visits.hand_over(session, places, old, new, made.day, today)
            if _has_left(session, old, today):
                binding.unbind(session, old, by=made.by, now=now)
            made.done_at = now


def _coming(session: Session, spot: Spot, known: Gazetteer) -> list[Spot]:
    """Return what will come out of a place and of what is below it, as it is ordered by now; of a street, what stays its own."""
    line, ever = lineage(session, date.max), everywhere(session)
    ids = {number for one in known.within(spot) for number in line.after(one.id) if known.by_id(number) is None}
    found = [one for number in sorted(ids) if (one := ever.by_id(number))]
    return [one for one in found if spot.level == COMMUNITY or spot in known.above(one)]


def _ended(swap: Swap, told: Sequence[tuple[bool, str]]) -> list[str]:
    """Return what the old one has no more, and of what is still to come; told: whether it is to come, and what it is."""
    there, ahead = ("、".join(words for coming, words in told if coming is which) for which in (False, True))
    lines = [f"{swap.old.name}到 {swap.day - _DAY} 为止：{there}；以前的记录不变。"] if there else []
    return [*lines, *([f"以后拆分、合并出来的也归{swap.new.name}：{ahead}。"] if ahead else [])]


def _own(session: Session, swap: Swap, known: Gazetteer, coming: Sequence[Spot]) -> list[tuple[Assignment, Spot]]:
    """Return what the old one has of a place and below it on the day or later; OpsError where it is nothing."""
    inside = {spot.id: spot for spot in (*known.within(swap.spot), *coming)}
    own = lasting(session, swap.old, swap.day)
    found = [(one, inside[one.place_id]) for one in own if one.place_id in inside]
    if found:
        return found
    above = {spot.id: spot for spot in known.above(swap.spot)}
    if whole := next((above[one.place_id] for one in own if one.place_id in above), None):
        raise OpsError(
            f"{swap.old.name}负责的是整个{whole.shown}，没有单独负责{swap.spot.shown}，没有换。"
            f"整个换请写{whole.shown}；只换这一个，请管理员运行：wxops person assign {swap.new.name} {swap.spot.bare} --from {swap.day}"
        )
    raise OpsError(f"{swap.old.name}在 {swap.day} 以后没有负责{known.full(swap.spot)}，没有换。")


def _check(swap: Swap, own: Sequence[tuple[Assignment, Spot]]) -> None:
    old, new = swap.old, swap.new
    if old.id == new.id:
        raise OpsError(f"旧的和新的都是{old.name}，没有换。")
    if new.role not in FIELD:
        raise OpsError(f"{new.name}的角色不管街道和社区，没有换。")
    if old.party != new.party:
        raise OpsError(f"{old.name}是{old.party}的，{new.name}是{new.party}的，接不了{own[0][0].kind}，没有换。")


def _taken(session: Session, swap: Swap, own: tuple[Assignment, Spot]) -> str:
    """End one assignment the day before and begin the new one's; return it in words.

    Where the new one was the backup, they stand in the first place from then on.
    """
    one, spot = own
    first = max(one.from_day, swap.day)
    words = f"{spot.shown}（{kind_words(one)}）"
    there = [
        other for other in lasting(session, swap.new, swap.day) if (other.place_id, other.kind) == (spot.id, one.kind)
    ]
    for other in there:
        if other.backup and not one.backup:
            other.to_day = first - _DAY
    _begin(session, swap.new, one, first, [other for other in there if other.backup <= one.backup])
    one.to_day = swap.day - _DAY
    session.flush()
    return words


def _begin(session: Session, new: Person, one: Assignment, first: date, there: Sequence[Assignment]) -> None:
    """Let the new one be there from a day for as long as the old one was to be; `there`: when they are anyway.

    What they have that begins where a gap ends begins earlier, so that it stays one assignment.
    """
    for begin, end in _gaps(first, one.to_day, there):
        following = (other for other in there if end and other.from_day == end + _DAY and other.backup == one.backup)
        if later := next(following, None):
            later.from_day = begin
        else:
            session.add(
                Assignment(
                    person_id=new.id,
                    place_id=one.place_id,
                    kind=one.kind,
                    backup=one.backup,
                    from_day=begin,
                    to_day=end,
                )
            )


def _gaps(first: date, last: date | None, there: Sequence[Assignment]) -> Iterator[tuple[date, date | None]]:
    """Yield from when to when nothing of some assignments holds between two days; None for until further notice."""
    for one in sorted(there, key=lambda one: one.from_day):
        if last and one.from_day > last:
            break
        if one.from_day > first:
            yield first, one.from_day - _DAY
        if one.to_day is None:
            return
        first = max(first, one.to_day + _DAY)
    if last is None or first <= last:
        yield first, last


def _tickets(session: Session, inside: Sequence[Spot], swap: Swap, *, by: str, now: datetime) -> list[int]:
    """Note on the open tickets of the places that had the old one in the first place who sees to them now; return their numbers."""
    names = {form for spot in inside for form in forms_of(spot)}
    found = session.scalars(
        select(Ticket).where(Ticket.closed_at.is_(None), Ticket.place.in_(names)).order_by(Ticket.id)
    )
    tickets = list(found)
    for ticket in tickets:
        note(
            session, ticket, by=by, now=now, why=f"换人：从 {swap.day} 起由{swap.new.name}负责（原来是{swap.old.name}）"
        )
    return [ticket.id for ticket in tickets]


def _leaves(session: Session, swap: Swap, made: Handover, today: date, *, by: str, now: datetime) -> str:
    """End the old one's binding where they have no other place; return what became of it."""
    old = swap.old
    if swap.day <= today:
        made.done_at = now
    if left := lasting(session, old, max(swap.day, today)):
        known = gazetteer(session, max(swap.day, today))
        names = [known.full(spot) for one in left if (spot := known.by_id(one.place_id))]
        return f"{old.name}还负责{'、'.join(names)}，微信绑定不变；{swap.spot.shown}的看不到了。"
    if old.role != "liaison":
        return f"{old.name}没有负责的地方了；还有别的职责，微信绑定不变。"
    if swap.day > today:
        return f"{old.name}没有别的地方，微信绑定到 {swap.day} 自动撤销，在那以前照常用。"
    binding.unbind(session, old, by=by, now=now)
    return (
        f"{old.name}没有别的地方，微信绑定马上撤销，网页已退出，没用过的登录链接和绑定码都作废。"
        f"人已经离开的，再运行：wxops person revoke {old.name}"
    )


def _has_left(session: Session, person: Person, today: date) -> bool:
    return person.role == "liaison" and person.revoked_at is None and not lasting(session, person, today)


def _numbers(tickets: Sequence[int]) -> str:
    return f"（{'、'.join(map(str, tickets[:_SHOWN]))}{'……' if len(tickets) > _SHOWN else ''}）" if tickets else ""
