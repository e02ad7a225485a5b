"""The plan of the contract: milestones and tasks with baseline and actual, and what waits for 甲方 (domain.md §1c R1, R3)."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from content.clock import local_day
from content.errors import OpsError
from content.models import Event
from scheduler.agreement import Contract, Milestone
from scheduler.obligation_models import ClientWait, MilestoneDone

LONGEST = 200  # characters of why something waits


@dataclass(frozen=True)
class Wait:
    """Something that waits for 甲方, or did: from when, why, until when (None: still)."""

    name: str
    since: date
    why: str
    until: date | None

    def days(self, today: date) -> int:
        """Return how many days it waited by a day."""
        return max(0, ((self.until or today) - self.since).days)


@dataclass(frozen=True)
class Step:
    """A milestone as it stands: its baseline, when it was done and by what paper, and its waits."""

    milestone: Milestone
    today: date
    done: date | None
    document: str
    waits: Sequence[Wait]

    @property
    def waiting(self) -> Wait | None:
        """Return the wait that is not over."""
        return next((wait for wait in self.waits if wait.until is None), None)

    @property
    def late_days(self) -> int:
        """Return by how many days it is later than its baseline, negative when earlier; 0 where it is not due yet."""
        if self.done:
            return (self.done - self.milestone.due).days
        return max(0, (self.today - self.milestone.due).days)

    @property
    def wait_days(self) -> int:
        """Return how many days it waited for 甲方."""
        return sum(wait.days(self.done or self.today) for wait in self.waits)

    @property
    def in_words(self) -> str:
        """Return how it stands, with whose delay it is."""
        waited = f"，其中等待甲方 {self.wait_days} 天" if self.wait_days and self.late_days > 0 else ""
        if self.done:
            late = (
                f"晚 {self.late_days} 天{waited}"
                if self.late_days > 0
                else f"早 {-self.late_days} 天"
                if self.late_days
                else "按期"
            )
            return f"{self.done} 完成，{late}"
        if self.waiting:
            late = f"，已过期 {self.late_days} 天" if self.late_days else ""
            return f"{self.waiting.since} 起等待甲方：{self.waiting.why}{late}"
        if self.late_days:
            return f"已过期 {self.late_days} 天{waited}"
        begun = self.milestone.start is None or self.milestone.start <= self.today
        return f"还有 {(self.milestone.due - self.today).days} 天" if begun else "还没有开始"


def plan(session: Session, contract: Contract, today: date) -> list[Step]:
    """Return the milestones and tasks as they stand on a day, in the order of the file."""
    done = {row.name: row for row in session.scalars(finished(contract).where(MilestoneDone.day <= today))}
    by_name: Mapping[str, list[Wait]] = defaultdict(list)
    for wait in waits(session, today, contract):
        by_name[wait.name].append(wait)
    return [
        Step(
            one, today, done[one.name].day if one.name in done else None,
            done[one.name].document if one.name in done else "", by_name[one.name],
        )
        for one in contract.milestones
    ]  # fmt: skip


def finished(contract: Contract) -> Select[tuple[MilestoneDone]]:
    """Return the query of the milestones of a contract that are done; last year's have the same names and are not among them."""
    return select(MilestoneDone).where(MilestoneDone.contract == contract.first, MilestoneDone.revoked_at.is_(None))


def waits(session: Session, today: date, contract: Contract) -> list[Wait]:
    """Return all waits of a contract that had begun by a day, the oldest first; one that was over later still waits."""
    mine = (ClientWait.contract == contract.first, ClientWait.since <= today)
    query = select(ClientWait).where(*mine).order_by(ClientWait.since, ClientWait.id)
    return [
        Wait(row.name, row.since, row.why, row.until if row.until and row.until <= today else None)
        for row in session.scalars(query)
    ]


def done(
    session: Session, contract: Contract, name: str, *, day: date, document: str = "", by: str, now: datetime
) -> str:
    """Note that a milestone is done on a day, by a paper; return what is said. OpsError where it may not be.

    A day that was wrong is corrected by saying it anew. What waits for 甲方 waits no more.
    """
    found = _milestone(contract, name)
    _not_ahead(day, now)
    known = {row.name: row for row in session.scalars(finished(contract))}
    if missing := [one for one in found.after if one not in known]:
        raise OpsError(f"{found.name}要在{'、'.join(missing)}之后，请先记：wxops contract done {missing[0]}")
    row = known.get(found.name)
    before = f"（原来记的是 {row.day}）" if row and row.day != day else ""
    if row:
        row.day, row.document, row.by, row.at = day, document or row.document, by, now
    else:
        session.add(MilestoneDone(contract=contract.first, name=found.name, day=day, document=document, by=by, at=now))
    for wait in session.scalars(_open(contract, found.name)):
        wait.until, wait.resumed_by = max(day, wait.since), by
    _trail(session, found.name, f"{day} 完成{f'，{document}' if document else ''}{before}", by=by, now=now)
    return f"已记：{found.name} {day} 完成{before}。"


def wait(session: Session, contract: Contract, name: str, why: str, *, since: date, by: str, now: datetime) -> str:
    """Note that something waits for 甲方 since a day; return what is said. OpsError where it may not be, or waits already."""
    found, why = _named(contract, name), why.strip()
    _not_ahead(since, now)
    if not why or len(why) > LONGEST:
        raise OpsError(f"请写等甲方做什么，{LONGEST} 字以内，例如：wxops contract wait {found} 等街道联络人名单")
    if session.scalar(finished(contract).where(MilestoneDone.name == found)):
        raise OpsError(f"{found}已经完成，不用再等。")
    if there := session.scalars(_open(contract, found)).first():
        raise OpsError(f"{found}从 {there.since} 起已经在等甲方：{there.why}。办了请记：wxops contract resume {found}")
    session.add(ClientWait(contract=contract.first, name=found, since=since, why=why, by=by, at=now))
    _trail(session, found, f"{since} 起等待甲方：{why}", by=by, now=now)
    return f"已记：{found}从 {since} 起等待甲方：{why}。"


def resume(session: Session, contract: Contract, name: str, *, day: date, by: str, now: datetime) -> str:
    """Note that 甲方 has acted on a day; return what is said. OpsError where nothing waits."""
    found = _named(contract, name)
    _not_ahead(day, now)
    row = session.scalars(_open(contract, found)).first()
    if row is None:
        raise OpsError(f"{found}没有在等甲方。")
    if day < row.since:
        raise OpsError(f"{found}从 {row.since} 起才等甲方，恢复的日期不能更早。")
    row.until, row.resumed_by = day, by
    days = (day - row.since).days
    _trail(session, found, f"{day} 恢复，等了甲方 {days} 天", by=by, now=now)
    return f"已记：{found} {day} 恢复，等了甲方 {days} 天。"


def alone(session: Session) -> None:
    """Let nobody else note anything of a contract before this transaction ends: what is checked still holds when it is kept."""
    if session.get_bind().dialect.name == "postgresql":  # on SQLite whoever writes is alone
        session.execute(text("LOCK TABLE milestone_done, client_wait, paid IN SHARE ROW EXCLUSIVE MODE"))


def _open(contract: Contract, name: str) -> Select[tuple[ClientWait]]:
    mine = (ClientWait.contract == contract.first, ClientWait.name == name)
    return select(ClientWait).where(*mine, ClientWait.until.is_(None))


def _milestone(contract: Contract, name: str) -> Milestone:
    found = match(name, [one.name for one in contract.milestones], "节点", "[[milestone]]")
    return next(one for one in contract.milestones if one.name == found)


def _named(contract: Contract, name: str) -> str:
    """Return the whole name of a milestone, task, payment or target."""
    names = [one.name for one in contract.milestones]
    names += [one.name for one in contract.payments] + [one.name for one in contract.targets]
    return match(name, list(dict.fromkeys(names)), "节点或指标", "[[milestone]]")


def match(name: str, names: Sequence[str], what: str, section: str) -> str:
    """Return the one name that a person's words name, whole or in part; OpsError with those that there are."""
    words = name.strip()
    found = [one for one in names if one == words] or [one for one in names if words and words in one]
    if len(found) == 1:
        return found[0]
    if not names:
        raise OpsError(f"contract.toml 里还没有{what}，请加一节 {section}。")
    if found:
        raise OpsError(f"“{words}”有几个：{'、'.join(found)}。请写全名。")
    near = difflib.get_close_matches(words, names, n=1)
    ending = f"，是不是 {near[0]}？" if near else f"。有：{'、'.join(names)}"
    raise OpsError(f"没有{what}“{words[:20]}”{ending}")


def _not_ahead(day: date, now: datetime) -> None:
    if day > local_day(now):
        raise OpsError(f"{day} 还没有到，到时候再记。")


def _trail(session: Session, name: str, why: str, *, by: str, now: datetime) -> None:
    session.add(Event(subject=f"contract:{name}", at=now, by=by, why=why))
