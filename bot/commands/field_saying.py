"""How messages speak of field work: a record's head and facts, what is known so far, and how to change it."""

from __future__ import annotations

from content.field_kinds import FACTS, FREE
from content.field_words import Draft
from content.gazetteer import Gazetteer
from content.lint.privacy import masked
from content.record_models import Record
from content.record_views import View
from content.record_words import day_words


def told_so_far(known: Gazetteer, draft: Draft) -> str:
    """Return what has been told of a draft, a line with private numbers masked; "" for nothing."""
    parts = [
        "、".join(known.full(spot) for spot in draft.places),
        day_words(draft.day) if draft.day else "",
        f"{draft.people} 人" if draft.people is not None else "",
        f"新增用户 {draft.new_users} 人" if draft.new_users is not None else "",
        *(FACTS[key].shown(masked(value) if key in FREE else value) for key, value in draft.more.items()),
        masked(draft.text),
    ]
    told = "，".join(filter(None, parts))
    return f"{draft.kind}：{told}。\n" if told else ""


def head(view: View) -> str:
    """Return a record as a line: its number, and in brackets day, places and numbers."""
    facts = "，".join(filter(None, [day_words(view.day), view.where, view.counts]))
    void = "，已作废" if view.is_void else ""
    return f"{view.kind}记录{view.number}（{facts}{void}）"


def facts_in_words(view: View) -> list[str]:
    """Return what was done, how the evidence stands, and what is odd, a line each."""
    text = f"{view.label}：{view.text}" if view.text else ""
    more = [f"{name}：{value}" for name, value in view.told]
    return [one for one in (text, *more, f"{view.evidence}，{view.by}记", *view.flags) if one]


def how_to_change(record: Record) -> list[str]:
    """Return the words that correct or void a record, in a list of one line."""
    return [f"有错请发：{record.kind} 更正 {record.id} 改后的内容；不算请发：作废 {record.id} 原因"]
