"""Articles and themes as the contract counts them: one row each, by the written rules of contract.toml."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day
from content.db import Moment
from content.models import Article, Post, Revision, State, Theme
from content.months import month_span
from content.prepared import Prepared
from content.record_models import Record
from scheduler.behind import Row
from scheduler.counting_rules import USUAL, CountingRules
from scheduler.models import Publication

PLATFORM = "平台内容"  # the kind of field work that is something published on the platform
OURS = "ours"
LINK = "链接"  # what an article that is out lacks when its address is unknown
_QUOTES = str.maketrans("", "", "《》“”「」 ")


class Out(NamedTuple):
    """An article that went out: when, in which post and at which place of it, and its address, "" for an unknown one."""

    id: int
    title: str
    theme_id: int | None
    is_case: bool
    is_ours: bool
    is_repost: bool
    state: State
    post: int
    is_push: bool
    at: datetime
    url: str


GoneOut = Sequence[Out] | None


def articles(
    session: Session, first: date, last: date, rules: CountingRules = USUAL, gone_out: GoneOut = None
) -> list[Row]:
    """Return the articles of a period by the rules; the link is the evidence, and whoever submitted the text sees to it.

    gone_out: what `out` gives for the period, where it was read already.
    """
    wanted = (one for one in gone_out or out(session, first, last) if one.is_push or rules.articles == "all")
    return rows_of(session, (one for one in wanted if rules.cases == "also" or not one.is_case), rules)


def pushed_articles(
    session: Session, first: date, last: date, rules: CountingRules = USUAL, gone_out: GoneOut = None
) -> list[Row]:
    """Return the articles that were pushed to the followers, whatever the rule for articles says of others."""
    wanted = (one for one in gone_out or out(session, first, last) if one.is_push)
    return rows_of(session, (one for one in wanted if rules.cases == "also" or not one.is_case), rules)


def themes(
    session: Session, first: date, last: date, rules: CountingRules = USUAL, gone_out: GoneOut = None
) -> list[Row]:
    """Return the themes of a period: on the account, on the platform, on both or on either of them, as the rule says.

    A theme counts once, from the day on which it has enough pieces.
    """
    account = (
        _on_account(session, first, gone_out or out(session, first, last), rules) if rules.themes != "platform" else {}
    )
    platform = _on_platform(session, first, last, rules) if rules.themes != "account" else {}
    names = account.keys() & platform.keys() if rules.themes == "both" else {**account, **platform}
    found = []
    for name in names:
        days = [place[name] for place in (account, platform) if name in place]
        where = "、".join(word for word, place in (("公众号", account), ("平台", platform)) if name in place)
        day, title, subject = (max if rules.themes == "both" else min)(days)
        found.append(Row(day, f"{title}（{where}）", "", 1, subject))
    return sorted(found, key=lambda row: (row.day, row.what))


def rows_of(session: Session, gone_out: Iterable[Out], rules: CountingRules) -> list[Row]:
    """Return a row for each article that counts by the rules for withdrawn, external and reposted ones.

    Where a push counts once, its first article stands for it and the others for 0.
    """
    states = (State.PUBLISHED, State.WITHDRAWN) if rules.withdrawn else (State.PUBLISHED,)
    in_state = (one for one in gone_out if one.state in states)
    found = [one for one in in_state if (rules.external or one.is_ours) and (rules.reposts or not one.is_repost)]
    owners, counted, made = _submitters(session, found), set[int](), []
    for one in found:
        value = 0 if rules.several == "post" and one.post in counted else 1
        counted.add(one.post)
        made.append(_row(one, value, owners))
    return made


def _row(one: Out, value: int, owners: Mapping[int, str]) -> Row:
    lacks = () if one.url else (LINK,)
    return Row(local_day(one.at), one.title, "", value, f"article:{one.id}", lacks, owners.get(one.id, ""))


def out(session: Session, first: date, last: date) -> list[Out]:
    """Return what went out in a period and is out or was withdrawn since, in its order, each article once."""
    asked = {"start": day_start(first), "end": day_start(last + timedelta(days=1))}
    found: dict[int, Out] = {}
    places: dict[int, int] = defaultdict(int)
    for row in _OUT.rows(session.connection(), **asked):
        id_, title, slug, theme, case, origin, source, state, post, push, at, urls = row
        links, place = urls.splitlines(), places[post]
        places[post] += 1
        url = links[place] if place < len(links) else ""
        found.setdefault(
            id_, Out(id_, title or slug, theme, case, origin == OURS, bool(source), state, post, push, at, url)
        )
    return list(found.values())


def _submitters(session: Session, found: Sequence[Out]) -> dict[int, str]:
    """Return who submitted the newest text of each article without a link: they owe it."""
    lacking = [one.id for one in found if not one.url]
    if not lacking:
        return {}
    query = select(Revision.article_id, Revision.by).where(Revision.article_id.in_(lacking))
    rows = session.execute(query.order_by(Revision.number))
    return {article: by for article, by in rows}  # noqa: C416 - the newest revision wins


_Pieces = dict[str, tuple[date, str, str]]  # by the bare name: from when a theme counts, its name, its subject


def _on_account(session: Session, first: date, gone_out: Iterable[Out], rules: CountingRules) -> _Pieces:
    pieces: dict[int, list[date]] = defaultdict(list)
    for one in gone_out:
        if one.theme_id and one.state == State.PUBLISHED:
            pieces[one.theme_id].append(local_day(one.at))
    enough = {theme: sorted(days)[rules.theme_items - 1] for theme, days in pieces.items() if _are_enough(days, rules)}
    if not enough:
        return {}
    query = select(Theme.id, Theme.month, Theme.title, Theme.slug).where(Theme.id.in_(enough))
    found: _Pieces = {}
    for id_, month, title, slug in session.execute(query.order_by(Theme.month)):
        if first <= month_span(month)[1]:  # what is left over of a theme before the contract is none of it
            name = bare(title or slug)
            found[f"{name} {month}" if name in found else name] = (enough[id_], title or slug, f"theme:{id_}")
    return found


def platform_pieces(session: Session, first: date, last: date) -> Mapping[str, Sequence[tuple[date, str, str]]]:
    """Return the platform's pieces of a period by the bare name of their theme: the day, the name as written, the subject."""
    there = (Record.kind == PLATFORM, Record.revoked_at.is_(None), Record.day.between(first, last))
    pieces: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
    query = select(Record.id, Record.day, Record.facts).where(*there).order_by(Record.day, Record.id)
    for id_, day, facts in session.execute(query):
        name = str(json.loads(facts).get("topic", ""))
        if bare(name):
            pieces[bare(name)].append((day, name, f"record:{id_}"))
    return pieces


def bare(name: str) -> str:
    """Return the name of a theme without quotation marks and spaces: by it one on the account and on the platform are one."""
    return name.translate(_QUOTES)


def _on_platform(session: Session, first: date, last: date, rules: CountingRules) -> _Pieces:
    pieces = platform_pieces(session, first, last)
    return {name: found[rules.theme_items - 1] for name, found in pieces.items() if _are_enough(found, rules)}


def _are_enough(pieces: Sequence[object], rules: CountingRules) -> bool:
    return len(pieces) >= rules.theme_items


_OUT = Prepared(
    select(
        Article.id, Article.title, Article.slug, Article.theme_id, Article.case_study, Article.origin, Article.source,
        Article.state, Post.id, Post.notify, Publication.published_at, Publication.url,
    )
    .select_from(Publication.__table__)
    .join(Post, Post.id == Publication.post_id)
    .join(Article, Article.post_id == Post.id)
    .where(Publication.published_at >= bindparam("start", type_=Moment))
    .where(Publication.published_at < bindparam("end", type_=Moment))
    .where(or_(Post.state == State.PUBLISHED, Post.state == State.WITHDRAWN))
    .order_by(Publication.published_at, Publication.id, Article.position, Article.id)
)  # fmt: skip
