"""Places: district → street → community, from the table that people edit."""

from __future__ import annotations

import csv
import io
from pathlib import Path

LEVEL_ENDINGS = ("社区居委会", "居委会", "街道办事处")


def names_in(file: Path) -> frozenset[str]:
    """Return every name a place of the table goes by: official, and as people say it.

    An empty set when there is no table, so that nothing is checked.
    """
    if not file.is_file():
        return frozenset()
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    names = ((row.get("name") or "").strip() for row in csv.DictReader(io.StringIO(text, newline="")))
    return frozenset(form for name in names if name for form in _forms(name))


def _forms(name: str) -> set[str]:
    forms = {name}
    ending = next((ending for ending in LEVEL_ENDINGS if name.endswith(ending)), "")
    if ending:
        bare = name.removesuffix(ending)
        forms |= {bare, bare + ("街道" if "街道" in ending else "社区")}
    if name.endswith("街道"):
        forms.add(name.removesuffix("街道"))
    return forms
