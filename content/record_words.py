"""How a record is named: in the trail and as people say its day."""

from __future__ import annotations

from datetime import date

from content.record_models import Record


def subject(record: Record) -> str:
    """Return the name under which a record's trail and evidence are kept: record:12."""
    return f"record:{record.id}"


def day_words(day: date) -> str:
    """Return a day as a sentence names it: 12月3日."""
    return f"{day.month}月{day.day}日"
