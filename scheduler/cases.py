"""典型案例: articles marked as one that are out, and cases that were recorded; whatever is both counts once (domain.md §1b T8)."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.gazetteer import everywhere
from content.models import Article, State
from content.record_models import Record
from scheduler import article_rows
from scheduler.behind import Row
from scheduler.record_rows import in_words, places_of

KIND = "案例"


def rows(session: Session, first: date, last: date) -> list[Row]:
    """Return the cases of a period: articles first, then what was recorded of other articles and elsewhere.

    A record for an article counts from the day on which the article is out; of two records for one thing the first counts.
    """
    links = article_rows.links(session)
    known = {same(link): number for number, link in links.items() if link}
    out = {row[0]: row[1] for row in session.execute(select(Article.id, Article.case_study).where(_OUT))}
    places, everything, seen = places_of(session, KIND), everywhere(session), set[str]()
    found = article_rows.rows(session, first, last, Article.case_study.is_(True))
    there = select(Record).where(Record.kind == KIND, Record.revoked_at.is_(None), Record.day <= last)
    for record in session.scalars(there.order_by(Record.day, Record.id)):
        facts = json.loads(record.facts)
        link = same(facts.get("link", ""))
        number = int(facts["article"]) if facts.get("article") else known.get(link)
        key = f"article:{number}" if number else link
        is_there = (number in out and not out[number]) if number else bool(link)
        if not is_there or key in seen:
            continue
        seen.add(key)
        if record.day < first:
            continue
        lacks = (article_rows.LINK,) if number and not links.get(number) else ()
        where = "、".join(in_words(everything, places.get(record.id, [])))
        found.append(Row(record.day, facts.get("text", ""), where, 1, f"record:{record.id}", lacks, record.by))
    return found


def same(link: str) -> str:
    """Return what two addresses of one page have in common: WeChat's long ones differ in much that tells nothing."""
    parts = urlsplit(link.strip())
    asked = parse_qs(parts.query)
    if "mid" in asked:
        return f"{parts.netloc}{parts.path}?{asked['mid'][0]}-{asked.get('idx', ['1'])[0]}"
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}{f'?{parts.query}' if parts.query else ''}"


_OUT = Article.state == State.PUBLISHED
