"""A contract year taken in as it happens, day by day: posts go out, each morning is pulled, files are brought, people record.

WeChat's statistics come in the shapes of wechat-api.md §7.2 from the year itself, without HTTP: a year of
mornings over HTTP would take minutes, and the gateway has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from wechat_sender import Entrance
from year_files import Brought, files
from year_rows import DAY, FIRST, LAST, PERSONS, STRANGE, TAKEN_DOWN, Piece, Work, Year, month_of

from bot import taking_in
from content import place_table, records
from content.clock import SHANGHAI
from content.field_words import read as field_read
from content.gazetteer import Gazetteer, gazetteer
from content.models import Article, Person, Post, State, Theme
from content.workflow import move
from scheduler import figures
from scheduler.batches import TakenBefore
from scheduler.calls import NamedCalls
from scheduler.drafts import new_publication
from scheduler.intake import Given
from scheduler.refusals import Answer

STARTER = Path(place_table.__file__).parent / "starter"
WAY_OUT = (State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.PUBLISHED)
DELAYED, OUTAGE = FIRST + 9 * DAY, range(20, 25)  # a morning on which WeChat is late, and days of an outage


class Statistics(NamedCalls):
    """WeChat's statistics of a year, as they are on a morning."""

    def __init__(self, year: Year) -> None:
        self.year, self.today = year, FIRST

    def _call(self, path: str, body: Mapping[str, object] | None = None, **more: object) -> Answer:
        assert body
        first, last = (date.fromisoformat(str(body[key])) for key in ("begin_date", "end_date"))
        rows = getattr(self, path.removeprefix("datacube/"))
        days = (first + n * DAY for n in range((last - first).days + 1))
        return {"list": [row for day in days for row in rows(day)], "is_delay": self.today == DELAYED}

    def getbizsummary(self, day: date) -> Iterator[Answer]:
        read = sum(piece.persons("read_user", day) for piece in self._out(day))
        if read:
            yield {"ref_date": str(day), "detail": {"read_user": read}}

    def getarticletotaldetail(self, day: date) -> Iterator[Answer]:
        for piece in (piece for piece in self._out(day) if piece.day == day):
            known = min((self.today - day).days, 30)
            stats = [day + n * DAY for n in range(known)]
            detail = [{"stat_date": str(one), **{m: piece.persons(m, one) for m in PERSONS}} for one in stats]
            yield {"ref_date": str(day), "msgid": f"{mid(piece)}_1", "title": piece.title, "publish_type": 0 if piece.is_push else 1, "detail_list": detail}  # fmt: skip

    def getusercumulate(self, day: date) -> Iterator[Answer]:
        if day >= FIRST:
            yield {"ref_date": str(day), "user_source": 0, "cumulate_user": self.year.followers(day)}

    def getusersummary(self, day: date) -> Iterator[Answer]:
        if day >= FIRST:
            new, lost = self.year.changes(day)
            yield {"ref_date": str(day), "user_source": 0, "new_user": new - 2, "cancel_user": -lost}
            yield {"ref_date": str(day), "user_source": 1, "new_user": 2, "cancel_user": 0}

    def _out(self, day: date) -> Iterable[Piece]:
        return (piece for piece in self.year.pieces if piece.day <= day)


def take_in(house: Entrance, year: Year) -> None:
    """Live through a year in an account's workspace, to the Monday after its last week."""
    (house.folder / "contract.toml").write_text(_contract(), encoding="utf-8")
    known = _begin(house)
    statistics = Statistics(year)
    (house.folder / "files").mkdir()
    brought = sorted(files(year, house.folder / "files"), key=lambda one: one.day)
    for day in (FIRST + n * DAY for n in range((year.last - FIRST).days + 2)):
        house.at(datetime.combine(day, time(9), SHANGHAI))
        statistics.today = day
        if (day - FIRST).days not in OUTAGE:
            figures.pull(house.parts.store, statistics, house.now)
        for one in (one for one in brought if one.day == day - DAY):
            _bring(house, one)
        with house.parts.store.transaction() as session:
            for piece in (piece for piece in year.pieces if piece.day == day and piece.number != STRANGE):
                _publish(session, piece, house.now)
            for work in (work for work in year.works if work.day == day):
                _record(session, work, known, house.now)
            if TAKEN_DOWN in (piece.number for piece in year.pieces if piece.day == day - 20 * DAY):
                _take_down(session, house.now)
    house.at(datetime.combine(year.last + DAY, time(13), SHANGHAI))
    figures.pull(house.parts.store, statistics, house.now)


def mid(piece: Piece) -> str:
    """The id under which WeChat's statistics name an article's post."""
    return str(2_247_480_000 + piece.number)


def _contract() -> str:
    text = (STARTER / "contract.toml").read_text(encoding="utf-8")
    return text.replace("{{from}}", str(FIRST)).replace("{{to}}", str(LAST))


def _begin(house: Entrance) -> Gazetteer:
    house.at(datetime.combine(FIRST, time(8), SHANGHAI))
    with house.parts.store.transaction() as session:
        place_table.load(session, place_table.read(STARTER), by="运营", now=house.now)
        session.add_all(Theme(month=_month(n), slug=f"t{n}", title=f"专题{n}") for n in range(12))
        return gazetteer(session, FIRST)


def _month(number: int) -> str:
    return f"{FIRST.year + (FIRST.month - 1 + number) // 12}-{(FIRST.month - 1 + number) % 12 + 1:02}"


def _publish(session: Session, piece: Piece, now: datetime) -> None:
    """Let an article go its way from a draft to the readers, each state by `move`, without the calls between them."""
    theme = session.scalars(select(Theme).where(Theme.month == _month(month_of(piece.day)))).one()
    post = Post(state=State.OPEN, state_since=now, due_at=now, notify=piece.is_push)
    article = Article(
        slug=f"a{piece.number}", title=piece.title, theme=theme, case_study=piece.is_case, state=State.WRITTEN,
        state_since=now, post=post, position=1,
    )  # fmt: skip
    session.add_all((post, article))
    session.flush()
    for state in (State.IN_REVIEW, State.APPROVED):
        move(session, article, state, by="主任", now=now)
    for state in WAY_OUT:
        move(session, post, state, by="scheduler", now=now)
    move(session, article, State.PUBLISHED, by="scheduler", now=now)
    publication = new_publication(post)
    publication.published_at, publication.msg_data_id = now, mid(piece)
    publication.url = f"https://mp.weixin.qq.com/s/year{piece.number}"
    session.add(publication)


def _take_down(session: Session, now: datetime) -> None:
    article = session.scalars(select(Article).where(Article.slug == f"a{TAKEN_DOWN}")).one()
    move(session, article, State.WITHDRAWN, by="运营", now=now, why="有误")


def _record(session: Session, work: Work, known: Gazetteer, now: datetime) -> None:
    person = session.scalars(select(Person).where(Person.name == "运营")).one()
    names = "、".join(spot.called for spot in work.places)
    records.add(session, person, field_read(f"{names} {work.words}", work.kind, known, work.day), now=now)


def _bring(house: Entrance, one: Brought) -> None:
    with taking_in.open_file(house.parts, Given(one.file, one.file.name, one.source)) as opened:
        if one.again:
            with pytest.raises(TakenBefore):
                taking_in.take(house.parts, opened, by="运营")
            return
        taken = taking_in.take(house.parts, opened, by="运营")
    changed = next((line for line in taken.lines if line.startswith("改了")), "")
    assert bool(one.corrects) is bool(changed), taken.lines
    assert f"{one.corrects} 个" in changed or not one.corrects, changed
