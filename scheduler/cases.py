"""典型案例: articles marked as one that are out, and cases that were recorded; whatever is both counts once (domain.md §1b T8)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.gazetteer import everywhere
from content.record_models import Record
from scheduler.article_counts import GoneOut, out, rows_of
from scheduler.behind import Row
from scheduler.counting_rules import USUAL, CountingRules
from scheduler.record_rows import in_words, places_of

KIND = "案例"
EVER = date(2012, 8, 1)  # no account is older


def rows(
    session: Session, first: date, last: date, rules: CountingRules = USUAL, gone_out: GoneOut = None
) -> list[Row]:
    """Return the cases of a period: articles first, then what was recorded of other articles and elsewhere.

    Articles count by the rules for reposts, withdrawn and external ones, whether they were marked or recorded. A record
    for an article counts from the day on which the article is out; of two records for one thing the first counts.
    gone_out: what `article_counts.out` gives for the period, where it was read already.
    """
    now_out, obeyed = gone_out or out(session, first, last), _of_cases(rules)
    found = rows_of(session, (one for one in now_out if one.is_case), obeyed)
    there = select(Record).where(Record.kind == KIND, Record.revoked_at.is_(None), Record.day <= last)
    records = session.scalars(there.order_by(Record.day, Record.id)).all()
    if not records:
        return found
    ever = [*out(session, EVER, first - timedelta(days=1)), *now_out]
    marked = {f"article:{one.id}" for one in ever if one.is_case}
    counting = {row.subject: row for row in rows_of(session, ever, obeyed)}
    known = {same(one.url): one.id for one in ever if one.url}
    places, everything, seen = places_of(session, KIND), everywhere(session), set[str]()
    for record in records:
        facts = json.loads(record.facts)
        link = same(facts.get("link", ""))
        number = int(facts["article"]) if facts.get("article") else known.get(link)
        key = f"article:{number}" if number else link
        is_there = (key in counting and key not in marked) if number else bool(link)
        if not is_there or key in seen:
            continue
        seen.add(key)
        if record.day < first:
            continue
        lacks = counting[key].lacks if number else ()
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


def _of_cases(rules: CountingRules) -> CountingRules:
    """Return the rules with those that concern no case left as usual: each counts once, pushed or not."""
    return replace(USUAL, reposts=rules.reposts, withdrawn=rules.withdrawn, external=rules.external)
