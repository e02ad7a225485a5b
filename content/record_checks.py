"""What may be recorded as field work: by whom, where, when; what is still missing, and what is there already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from content import closing
from content.assignments import FIELD, beyond
from content.clock import local_day
from content.day_names import demand_there
from content.errors import OpsError, WrongUse
from content.field_kinds import FREE, KINDS
from content.field_words import Draft
from content.gazetteer import Spot
from content.models import Article, Person, State
from content.place_models import Place
from content.place_table import COMMUNITY
from content.record_models import Record, RecordPlace
from content.record_twins import Key, twins_of
from content.record_words import day_words

LONGEST = 1000  # characters of what was done
MOST = 100_000  # people: what is more was mistyped


class Missing(WrongUse):
    """Something must still be told of a piece of field work; `what` are its names."""

    def __init__(self, draft: Draft) -> None:
        """Say what is missing, with an example."""
        self.what = draft.missing()
        super().__init__(f"还差：{'、'.join(self.what)}，例如：{KINDS[draft.kind].example}")


class Twice(OpsError):
    """The same was recorded already, whoever did: `other` the first such record; `places` those of the draft it is there for.

    `rest` are the places for which nothing is there yet: the others may be recorded by themselves.
    """

    def __init__(self, person: Person, draft: Draft, twins: Sequence[tuple[Record, frozenset[Key]]]) -> None:
        """Say which record it is, and whose."""
        self.other = twins[0][0]
        met = {key[1] for _, keys in twins for key in keys}
        self.places = [spot for spot in draft.places if spot.id in met]
        self.rest = [spot for spot in draft.places if spot.id not in met] if self.places else []
        where = "、".join(spot.shown for spot in self.places) if self.rest else ""
        who = "您" if self.other.person_id == person.id else self.other.by
        what = f"{day_words(self.other.day)}{where or '的这次'}{'的' if where else ''}{self.other.kind}"
        if KINDS[draft.kind].twin == "name":
            what = f"{where}{'的' if where else ''}{draft.kind}“{draft.text}”"
        numbers = "、".join(str(record.id) for record, _ in twins)
        super().__init__(f"{what}{who}已经记过了（记录{numbers}）。")


def check(session: Session, person: Person, draft: Draft, *, now: datetime, again: bool = False) -> Draft:
    """Return a draft that may be recorded by a person, today's where no day was said; OpsError says why not.

    Missing names what must still be told, Twice the record that is already there, MonthClosed that a reason must be told;
    again: it was done twice that day.
    """
    draft = replace(draft, day=draft.day or local_day(now))
    assert draft.day is not None
    demand_there(session, draft.places, draft.day)
    check_facts(session, person, draft, now)
    demand_not_taken_down(session, draft)
    if draft.missing() or draft.unclear:
        raise Missing(draft)
    if not again and (twins := twins_of(session, draft)):
        raise Twice(person, draft, twins)
    return closing.reasoned(session, draft, [draft.day])


def check_facts(session: Session, person: Person, draft: Draft, now: datetime) -> None:
    """Refuse what cannot be: a day ahead, somebody else's place, a street for a visit, a count without end."""
    if person.role not in FIELD:
        raise OpsError(f"{draft.kind}由联络员、运营或管理员来记，{person.name}不能记。")
    day, today = draft.day or local_day(now), local_day(now)
    if day > today:
        raise OpsError(f"{day_words(day)}还没有到，办过以后再记。")
    if others := beyond(session, person, draft.places, day):
        names = "、".join(spot.shown for spot in others)
        raise OpsError(f"{names}在{day_words(day)}不归{person.name}负责，没有记。您负责哪里请发：我的社区")
    if KINDS[draft.kind].by_community:
        for spot in draft.places:
            if spot.level != COMMUNITY:
                raise OpsError(f"{draft.kind}按社区记：请写是{spot.shown}的哪个社区，例如：{KINDS[draft.kind].example}")
    if (article := draft.more.get("article")) and session.get(Article, min(int(article), 2**31 - 1)) is None:
        raise OpsError(f"没有文章{article}，请核对编号后重新发。")
    if max(draft.people or 0, draft.new_users or 0) > MOST:
        raise OpsError(f"人数超过 {MOST}，请核对后重新发。")
    length = len(draft.text) + sum(len(draft.more.get(key, "")) for key in FREE)
    if length > LONGEST:
        raise OpsError(f"内容有 {length} 个字，最多 {LONGEST} 个字，请写短些；长的材料请上传。")


def demand_not_taken_down(session: Session, told: Draft) -> None:
    """Refuse an article that was taken down: nobody can look it up any more."""
    number = told.more.get("article")
    article = session.get(Article, min(int(number), 2**31 - 1)) if number else None
    if article and article.state == State.WITHDRAWN:
        raise OpsError(f"文章{number}已撤下，不能写进{told.kind}。请换一篇，或写链接。")


def hold_places(session: Session, places: Sequence[Spot]) -> None:
    """Keep everybody else from recording anything at these places before this transaction ends."""
    wanted = select(Place.id).where(Place.id.in_([spot.id for spot in places])).order_by(Place.id)
    session.execute(wanted.with_for_update())


def at_any(places: Collection[int]) -> ColumnElement[bool]:
    """Return what holds for the records of one of some places."""
    return Record.id.in_(select(RecordPlace.record_id).where(RecordPlace.place_id.in_(places)))
