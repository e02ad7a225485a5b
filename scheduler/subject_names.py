"""What figures are about, as people say it."""

from __future__ import annotations

from content.place_names import PlaceNames


def subject_name(subject: str, places: PlaceNames) -> str:
    """Return the name of a subject of the ledger: an article, a place, what is listed of a place, or the account."""
    kind, _, rest = subject.partition(":")
    if kind == "article":
        return f"文章 {rest}"
    code, _, thing = rest.partition(":")
    spot = places.by_code(code)
    return f"{places.full(spot) if spot else code}{f'“{thing}”' if thing else ''}" or "公众号"
