"""What is behind the number of interactions: each article, place, object and topic with what it gained."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.gazetteer import Gazetteer, everywhere
from content.models import Article
from scheduler.behind import Row
from scheduler.interaction_rule import DEFAULT, Rule
from scheduler.interactions import by_thing

_ARTICLE = "article:"


def interactions(session: Session, first: date, last: date, rule: Rule = DEFAULT) -> list[Row]:
    """Return what each thing gained in a period by the contract's rule; the values add up to the number."""
    found, there = by_thing(session, rule, first, last), everywhere(session)
    titles = dict(session.execute(select(Article.id, Article.title)).tuples().all())
    rows = []
    for thing, acts in sorted(found.items()):
        value = sum(acts.values())
        told = "，".join(f"{name} {gained:,}" for name, gained in acts.items())
        if thing.startswith(_ARTICLE):
            what, place = f"《{titles.get(int(thing.removeprefix(_ARTICLE)), '')}》{told}", ""
            rows.append(Row(last, what, place, value, thing))
        else:
            name, place = _placed(thing, there)
            rows.append(Row(last, f"{name}{told}", place, value))
    return rows


def _placed(thing: str, there: Gazetteer) -> tuple[str, str]:
    """Return an object or topic by its name and its place, a place by itself."""
    _, code, *rest = thing.split(":", 2)
    spot = next((one for one in there.places if one.code == code), None)
    return (f"“{rest[0]}”" if rest else ""), there.full(spot) if spot else code
