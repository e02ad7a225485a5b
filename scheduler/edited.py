"""A draft that somebody edited in the back office: what stands there now, kept and compared with the frozen text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from content.difference import Change, Kind, compare
from content.models import Article, Post
from content.render import visible_text
from scheduler.draft_once import same_texts
from scheduler.drafts import EDITED, frozen_texts, live_publication
from scheduler.models import Publication

KEPT = ("title", "content")  # what is compared of a draft's article, as the last look before publishing does
BEFORE, SHOWN = 8, 40  # characters before a difference, and in all


def keep(publication: Publication, items: Sequence[Mapping[str, Any]]) -> None:
    """Keep what stands in an edited draft, so that people can be shown the difference without asking WeChat."""
    kept = [{name: str(item.get(name) or "") for name in KEPT} for item in items]
    publication.doubt, publication.edited = EDITED, json.dumps(kept, ensure_ascii=False)


def forget(publication: Publication) -> None:
    """Let go of a draft's other text: it is the frozen one again."""
    publication.edited = ""
    publication.doubt = "" if publication.doubt == EDITED else publication.doubt


def is_edited(publication: Publication | None) -> bool:
    """Say whether somebody edited a publication's draft and nobody has decided yet which text goes out."""
    return publication is not None and publication.doubt == EDITED


def first_place(session: Session, post: Post) -> str:
    """Return the first place where a post's edited draft is not the frozen text, as a sentence; "" without one."""
    items, revisions = _items(session, post), frozen_texts(session, post)
    for item, revision in zip(items, revisions, strict=False):
        for what, ours, theirs in (
            ("标题", revision.title, item["title"]),
            ("正文", visible_text(revision.html), visible_text(item["content"])),
        ):
            ours, theirs = "".join(ours.split()), "".join(theirs.split())
            if ours != theirs:
                pairs = zip(ours, theirs, strict=False)
                same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
                start = max(0, same - BEFORE)
                return f"{what}审过的是“{_from(ours, start)}”，草稿里是“{_from(theirs, start)}”。"
    if not items or len(items) == len(revisions):
        return ""
    return f"审过的有 {len(revisions)} 篇，草稿里有 {len(items)} 篇。"


def changes_of(session: Session, article: Article) -> list[Change]:
    """Return what an article's draft in the back office says otherwise than its frozen text, all of it; [] for nothing."""
    post, place = article.post, (article.position or 1) - 1
    items, revisions = (_items(session, post), frozen_texts(session, post)) if post else ([], [])
    revision = next((one for one in revisions if one.article_id == article.id), None)
    if revision is None or not items:
        return []
    if place >= len(items):
        return [Change("这一篇", compare(revision.title, ""))]
    if same_texts([items[place]], [revision]):
        return []
    told = (
        Change("标题", compare(revision.title, items[place]["title"])),
        Change("正文", compare(visible_text(revision.html), visible_text(items[place]["content"]))),
    )
    return [change for change in told if any(piece.kind != Kind.SAME for piece in change.pieces)]


def in_lines(changes: Sequence[Change]) -> list[str]:
    """Return changes as lines of plain text: what is gone and what is new in brackets, as it reads."""
    marks = {Kind.GONE: "［删：{}］", Kind.NEW: "［加：{}］", Kind.GAP: "……\n"}
    lines = []
    for change in changes:
        parts = (marks.get(piece.kind, "{}").replace("{}", piece.text) for piece in change.pieces)
        lines += [f"{change.name}：", *(f"  {line}" for line in "".join(parts).split("\n") if line.strip())]
    return lines


def _items(session: Session, post: Post) -> list[dict[str, str]]:
    publication = live_publication(session, post)
    return list(json.loads(publication.edited)) if publication and publication.edited else []


def _from(text: str, start: int) -> str:
    return f"{'…' if start else ''}{text[start : start + SHOWN]}{'…' if len(text) > start + SHOWN else ''}"
