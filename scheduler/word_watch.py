"""Watching words.csv and people.csv: when they change, what waits to go out is checked again, and what is out is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content import control
from content.article import Level
from content.db import Store
from content.files import UNDER_REVIEW
from content.finding import FrozenText, Needle, tables_hits
from content.lint.tables import Tables, tables
from content.models import Article, Event, Post, State
from content.rechecking import Offence, entries, may_hold, offences
from scheduler import alarm
from scheduler.search import frozen_texts
from scheduler.sent import ON_ITS_WAY
from scheduler.word_holds import ring
from scheduler.word_models import WordHold

log = logging.getLogger(__name__)

SEEN = "words-seen"  # the control: the files' hashes, and every entry that was ever there
TOLD = 8  # articles that an alarm names
_OURS = ("words.", "people.")
_NOT_READ = ("TABLE_UNREADABLE", "TABLE_HEADER")  # the whole table; of a bad row alone the others count

Offences = Mapping[int, Sequence[Offence]]  # by revision


def watch(store: Store, folder: Path, now: datetime) -> None:
    """Hold and ring as the tables say now; a table that cannot be read just now changes nothing."""
    found = tables(folder)
    wrong = any(p.code in _NOT_READ and p.level == Level.ERROR and p.path.startswith(_OURS) for p in found.problems)
    with store.reading() as session:
        row = control.read(session, SEEN)
        seen = json.loads(row.value) if row else None
        changed = not wrong and (seen is None or seen["sha256"] != _sha256(found))
        waiting = _check_waiting(session, found, now) if changed else {}
        fresh = _fresh(found, seen["entries"]) if seen and changed else ()
        out = _check_out(session, found, fresh, now) if fresh else {}
    told = _told(folder, [word.pattern for word in found.words if word.pattern in fresh], out)
    with store.transaction() as session:
        if changed and _still_newest(session, waiting):
            _keep(session, waiting, now)
            known = {**(seen["entries"] if seen else {}), **entries(found)}
            value = json.dumps({"sha256": _sha256(found), "entries": known}, ensure_ascii=False)
            control.write(session, SEEN, value, by="scheduler", now=now)
            if told:
                alarm.ring(session, f"word-out:{_sha256(found)[:8]}", told, now=now)
        ring(session, now)


def _sha256(found: Tables) -> str:
    """Return the hashes of the two tables that are watched; those of phones and places do not matter here."""
    return "-".join(found.sha256.split("-")[:2])


def _fresh(found: Tables, known: Mapping[str, str]) -> Collection[str]:
    return [name for name, fingerprint in entries(found).items() if known.get(name) != fingerprint]


def _check_waiting(session: Session, found: Tables, now: datetime) -> Offences:
    """Return what is wrong with each frozen text that waits to go out, none left out."""
    return {
        text.id: offences(text, found, _due(session, text) or now, now)
        for text in frozen_texts(session, Article.state.in_(UNDER_REVIEW))
    }


def _due(session: Session, text: FrozenText) -> datetime | None:
    post = session.get_one(Article, text.article).post
    return post.due_at if post else None


def _check_out(session: Session, found: Tables, fresh: Collection[str], now: datetime) -> Mapping[int, Sequence[str]]:
    """Return the articles that are out and hold what is new in the tables, each with its words."""
    hits, needles = {}, [Needle(word) for word in fresh]
    on_its_way = Article.post.has(Post.state.in_(ON_ITS_WAY))  # it may be out: nothing holds it any more
    for text in frozen_texts(session, or_(Article.state == State.PUBLISHED, on_its_way)):
        if may_hold(text, needles):
            out_at = session.get_one(Article, text.article).state_since
            words = [one.word for one in offences(text, found, out_at, now) if one.word in fresh]
            hits.update({text.article: words} if words else {})
    return hits


def _told(folder: Path, words: Sequence[str], out: Mapping[int, Sequence[str]]) -> str:
    """Return what people are told of new words that readers meet already: in articles, answers, the menu; "" for none."""
    files = dict.fromkeys(f"{name} {hit.where}" for word in words for name, hit in tables_hits(folder, Needle(word)))
    if not out and not files:
        return ""
    articles = "、".join(f"文章{number}（{'、'.join(found)}）" for number, found in list(out.items())[:TOLD])
    more = f"等 {len(out)} 篇" if len(out) > TOLD else ""
    where = "；".join(filter(None, [f"已发布或正在发布的{articles}{more}" if out else "", "、".join(files)]))
    word = next((found[0] for found in out.values()), words[0] if words else "")
    return f"words.csv 或 people.csv 新列入的，这些地方已经有了：{where}。看全部请发：排查 {word}。"


def _still_newest(session: Session, waiting: Offences) -> bool:
    """Say whether no text was frozen while we read; else the next look sees to it."""
    newest = {text.id for text in frozen_texts(session, Article.state.in_(UNDER_REVIEW))}
    return newest <= set(waiting)


def _keep(session: Session, waiting: Offences, now: datetime) -> None:
    """Write new holds down, and take back those whose word is no error any more."""
    there = {(h.revision_id, h.word): h for h in session.scalars(select(WordHold)) if h.revision_id in waiting}
    for revision_id, found in waiting.items():
        for one in found:
            if there.pop((revision_id, one.word), None) is None:
                session.add(
                    WordHold(revision_id=revision_id, word=one.word, message=one.message, place=one.place, at=now)
                )
                log.warning("revision %s is held", revision_id)
    for hold in there.values():
        if hold.released_at is None:
            article = hold.revision.article_id
            why = f"“{hold.word}”已不算错误，不再停住"
            session.add(Event(subject=f"article:{article}", at=now, by="scheduler", why=why))
            session.delete(hold)
    session.flush()
