"""What counts for the contract, one by one: for each name of `counting.COUNTS` the rows that add up to its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Text, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.field_words import KINDS
from content.gazetteer import Gazetteer, everywhere
from content.models import Article, Revision, State, Theme
from content.paper import Evidence
from content.record_models import Record, RecordPlace
from scheduler import stats
from scheduler.behind import Row, Rows
from scheduler.models import Publication

LINK = "链接"


def articles(session: Session, first: date, last: date) -> list[Row]:
    """Return the articles that are out, pushed or not; each needs its link, which whoever submitted it sees to."""
    return _articles(session, first, last)


def pushed_articles(session: Session, first: date, last: date) -> list[Row]:
    """Return the articles that are out and were pushed."""
    return _articles(session, first, last, pushed=True)


def cases(session: Session, first: date, last: date) -> list[Row]:
    """Return the articles that are out and marked as 典型案例."""
    return _articles(session, first, last, case=True)


def themes(session: Session, first: date, last: date) -> list[Row]:
    """Return the themes of the months of which an article is out."""
    of_months = (Theme.month >= f"{first:%Y-%m}", Theme.month <= f"{last:%Y-%m}")
    query = select(Theme).join(Article, Article.theme_id == Theme.id).where(Article.state == State.PUBLISHED)
    found = session.scalars(query.where(*of_months).distinct().order_by(Theme.month, Theme.id))
    return [Row(date.fromisoformat(f"{one.month}-01"), one.title or one.slug, "", 1) for one in found]


def records(kind: str, *, of_places: bool = False, is_stock: bool = False) -> Rows:
    """Return a function that gives the pieces of field work of a kind, as `counting.records` counts them.

    Who entered a piece owes what it lacks.
    """

    def rows(session: Session, first: date, last: date) -> list[Row]:
        since = date.min if is_stock else first
        there = (Record.kind == kind, Record.revoked_at.is_(None), Record.day.between(since, last))
        columns = (Record.id, Record.day, Record.by)
        found = session.execute(select(*columns).where(*there).order_by(Record.day, Record.id)).all()
        places, proofs, known = _places(session, kind), _proofs(session, kind), everywhere(session)
        made: list[Row] = []
        for number, day, by in found:
            names, lacks = _names(known, places.get(number, [])), KINDS[kind].lacks(proofs.get(number, 0))
            for name in names if of_places else ["、".join(names)]:
                made.append(Row(day, kind, name, 1, f"record:{number}", lacks, by))
        return made

    return rows


ROWS: Mapping[str, Rows] = {
    "articles": articles,
    "pushed_articles": pushed_articles,
    "themes": themes,
    "cases": cases,
    "visits": records("走访", of_places=True),
    "trainings": records("培训"),
    "events": records("活动"),
    "groups": records("群组", is_stock=True),
}


def _articles(session: Session, first: date, last: date, *, pushed: bool = False, case: bool = False) -> list[Row]:
    out, submitters, known = stats.went_out(session, first, last), _submitters(session), _links(session)
    made: list[Row] = []
    for post in stats.published(session, first, last):
        links = known.get(post.id, [])
        for at, one in enumerate(post.articles):
            if one.state != State.PUBLISHED or (pushed and not post.notify) or (case and not one.case_study):
                continue
            lacks = () if at < len(links) and links[at] else (LINK,)
            title, owner = one.title or one.slug, submitters.get(one.id, "")
            made.append(Row(local_day(out[post.id]), title, "", 1, f"article:{one.id}", lacks, owner))
    return made


def _submitters(session: Session) -> dict[int, str]:
    rows = session.execute(select(Revision.article_id, Revision.by).order_by(Revision.number))
    return {article: by for article, by in rows}  # noqa: C416 - the newest revision wins


def _links(session: Session) -> dict[int, list[str]]:
    """Return the addresses of each post's articles, in their order, "" for an unknown one."""
    out = select(Publication.post_id, Publication.url).where(Publication.published_at.is_not(None))
    return {post: url.splitlines() for post, url in session.execute(out.order_by(Publication.id))}


def _places(session: Session, kind: str) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(RecordPlace.record_id, RecordPlace.place_id).join(Record, Record.id == RecordPlace.record_id)
    for number, place in session.execute(query.where(Record.kind == kind)):
        found[number].append(place)
    return found


def _proofs(session: Session, kind: str) -> dict[int, int]:
    """Return how many pieces of evidence each record of a kind has, kept or on their way, the same content once."""
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    piece = func.coalesce(func.nullif(Evidence.sha256, ""), cast(Evidence.id, Text))
    belongs = Evidence.subject == literal("record:") + cast(Record.id, Text)
    query = select(Record.id, func.count(piece.distinct())).join(Evidence, belongs)
    return {row[0]: row[1] for row in session.execute(query.where(Record.kind == kind, good).group_by(Record.id))}


def _names(known: Gazetteer, places: list[int]) -> list[str]:
    spots = filter(None, map(known.by_id, places))
    return [known.full(spot) for spot in sorted(spots, key=lambda spot: spot.code)]
