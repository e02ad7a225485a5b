"""Weekly reports as the terminal, the pages and messages use them: made now, delivered, looked at by whoever may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content import evidence
from content.assignments import EVERYWHERE, FIELD, KINDS, beyond, places_of
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Person
from content.people import person_named
from content.steps import CLIENT
from content.weekly_facts import Facts, facts_of
from content.weeks import Week, week_named
from scheduler import report_desk, weekly_reports, weekly_sent, weekly_watch
from scheduler.agreement import Contract
from scheduler.models import Report
from scheduler.sending_models import GROUP, MAIL, Sending
from scheduler.weekly_sent import Sent

WAYS = (GROUP, MAIL)  # what a person records; a link that was opened records itself
NO_CONTRACT = "contract.toml 里没有周报的指标（count = “reports”），不知道哪些周要做。请管理员写上，再来一次。"
AT_ONCE = 10_000
Upload = tuple[str, bytes]
Progress = Callable[[Sequence[int]], Iterable[int]]


@dataclass(frozen=True)
class Made:
    """What came of making a week's reports: new ones planned, files made, and what failed with its reason."""

    week: Week
    planned: int
    made: int
    failed: Sequence[tuple[str, str]]


def contract_of(parts: Parts) -> Contract:
    """Return the contract that asks for weekly reports; OpsError where there is none."""
    contract = weekly_watch.contract_of(parts.workspace)
    if contract is None:
        raise OpsError(NO_CONTRACT)
    return contract


def chosen_week(contract: Contract, words: str, now: datetime) -> Week:
    """Return the week that words name, the last one that is due where they are empty; OpsError for one of no contract."""
    week = week_named(words, local_day(now)) if words.strip() else weekly_watch.last_due(now)
    if week.name not in {span.name for span in contract.week_spans()}:
        raise OpsError(f"{week.in_words}不在合同的周里（{contract.first} 至 {contract.last}）。")
    return week


def make(parts: Parts, words: str, place: str, *, by: str, progress: Progress = lambda ids: ids) -> Made:
    """Plan a week's reports where something is new and make what waits, of one place or of all; failures stop nothing.

    OpsError for a person who makes no reports, and for a week that lasts.
    """
    now, contract = parts.clock.now(), contract_of(parts)
    week = chosen_week(contract, words, now)
    if week > weekly_watch.last_due(now):
        raise OpsError(f"{week.in_words}还没有过完，周一 9 点以后再做。")
    with parts.store.transaction() as session:
        report_desk.demand_maker(session, by)
        known = gazetteer(session, week.last)
        inside = {spot.code for spot in known.within(known.named(place))} if place else set()
        planned = weekly_reports.plan(session, week, contract, by=by, now=now, compare=parts.rules.compare)
    with parts.store.reading() as session:
        waiting = weekly_reports.waiting(session, now, AT_ONCE, period=week.name, places=inside)
    made = sum(weekly_reports.make(parts.store, parts.workspace, number, now) for number in progress(waiting))
    with parts.store.reading() as session:
        return Made(week, planned, made, failures(session, week))


def failures(session: Session, week: Week) -> list[tuple[str, str]]:
    """Return the places whose report of a week could not be made, each with its reason."""
    known = gazetteer(session, week.last)
    shown = {spot.code: known.full(spot) for spot in known.places}
    found = []
    for kind in weekly_reports.KINDS:
        for code, row in weekly_reports.newest(session, kind, week.name).items():
            if row.state == weekly_reports.FAILED:
                found.append((shown.get(code, code), session.get_one(Report, row.id).last_error))
    return found


# who may ----------------------------------------------------------------------------------------------------------------


def reads_all(person: Person) -> bool:
    """Say whether a person reads all communities' reports: operators, and whoever of 甲方 is no liaison."""
    return person.role in EVERYWHERE or (person.party == CLIENT and person.role != "liaison")


def demand_reads_all(session: Session, name: str) -> None:
    """Raise OpsError where a person does not read all communities' reports."""
    if not reads_all(person_named(session, name)):
        raise OpsError(f"完成表由甲方和运营取，{name}没有取；自己社区的在网页“社区周报”里。")


def may_read(session: Session, person: Person, spot: Spot, now: datetime) -> bool:
    """Say whether a person reads the report of a place."""
    return reads_all(person) or not beyond(session, person, [spot], local_day(now))


def demand_sender(session: Session, person: Person, spot: Spot, now: datetime) -> None:
    """Raise OpsError where a person may not record that the reports of a place were delivered."""
    if person.role not in FIELD:
        raise OpsError(f"{person.name}的角色不记送达，请运营或负责的联络员来记。")
    if beyond(session, person, [spot], local_day(now)):
        raise OpsError(f"{spot.shown}不归{person.name}负责，没有记。您负责哪里请发：我的社区")


def reached(session: Session, person: Person, known: Gazetteer, now: datetime) -> list[Spot]:
    """Return the communities whose report is delivered when a person opens it: where they are 甲方's 社区对接人 today.

    Whoever of 乙方 opens one has only looked at it: nobody delivers to themselves.
    """
    if person.party != CLIENT:
        return []
    return communities(known, places_of(session, person, local_day(now), known, kind=KINDS[1]))


# delivery ---------------------------------------------------------------------------------------------------------------


def record_sent(
    session: Session, contract: Contract, person: Person, place: str, words: str, way: str, *, now: datetime
) -> tuple[Spot, Week, Sent]:
    """Record that a week's reports of a street or community were delivered by a person; OpsError says why not."""
    if way not in WAYS:
        raise WrongUse(f"没有“{way}”这种送法，可以写：{'、'.join(WAYS)}。")
    week = chosen_week(contract, words, now)
    known = gazetteer(session, week.last)
    spot = known.named(place)
    demand_sender(session, person, spot, now)
    return spot, week, weekly_sent.record(session, known, spot, week, way, by=person.name, now=now)


def in_words(spot: Spot, week: Week, sent: Sent) -> str:
    """Return what was recorded, as people are told."""
    way = {GROUP: "已发群", MAIL: "已发邮件"}.get(sent.sending.way, "已打开")
    head = "早已记过" if sent.is_old else "已记下"
    told = [f"{head}：{spot.shown} {week.name} 的周报 {sent.count} 份{way}（送达{sent.sending.id}）。"]
    if sent.again:
        told.append(f"其中 {sent.again} 份是更正后的重发，不重复计数。")
    if sent.lacking:
        told.append(f"没有周报、没有记的：{'、'.join(sent.lacking)}。")
    return "".join(told)


def send(
    parts: Parts, place: str, words: str, way: str, uploads: Sequence[Upload], *, by: str
) -> tuple[Spot, Week, Sent]:
    """Record a delivery with its screenshots, as the terminal and the page do; OpsError says why not."""
    now, contract = parts.clock.now(), contract_of(parts)
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    with parts.store.transaction() as session:
        found = record_sent(session, contract, person_named(session, by), place, words, way, now=now)
        _prove(session, found[2].sending, kept, by=by, now=now)
    return found


def unsend(parts: Parts, number: int, why: str, *, by: str) -> Sending:
    """Take a delivery back that was recorded by mistake; OpsError says why not."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        sending = session.get(Sending, number)
        if sending is not None and person.role not in EVERYWHERE and sending.by != person.name:
            raise OpsError(f"第 {number} 次送达是{sending.by}记的，由本人或运营来撤销。")
        return weekly_sent.revoke(session, number, why, by=by, now=now)


def words_of(sending: Sending, spot: Spot) -> str:
    """Return what people call a delivery, as its pictures name it."""
    return f"{spot.shown}{sending.period}送达{sending.id}"


def _prove(session: Session, sending: Sending, kept: Sequence[tuple[str, Path]], *, by: str, now: datetime) -> None:
    for name, path in kept:
        words = f"送达{sending.id}"
        evidence.hand_in(session, weekly_sent.subject(sending), path, name=name, words=words, by=by, now=now)


# looking ----------------------------------------------------------------------------------------------------------------


def newest_facts(session: Session, code: str, week: Week) -> tuple[Report, Facts] | None:
    """Return a community's newest report of a week that is made, with what it tells; None where there is none."""
    row = weekly_reports.newest_made(session, code, week.name)
    return (row, facts_of(row.facts)) if row else None


def communities(known: Gazetteer, spots: Sequence[Spot]) -> list[Spot]:
    """Return the communities of some places, each once, in the order of the places."""
    return list({one.code: one for spot in spots for one in known.below(spot)}.values())
