"""Places: district → street → community, from the table that people edit."""

from __future__ import annotations

from pathlib import Path

from content.tables import TableWrong, lines_in, there

LEVEL_ENDINGS = ("社区居委会", "居委会", "街道办事处")


def names_in(file: Path) -> frozenset[str]:
    """Return every name a place of the table goes by: official, and as people say it.

    An empty set when there is no table, so that nothing is checked; what is wrong with it the checks' own tables tell.
    """
    file = there(file)
    if not file.is_file():
        return frozenset()
    try:
        lines = lines_in(file.read_bytes(), file.name)
    except TableWrong:
        return frozenset()
    head = [cell.lower() for cell in lines[0][1]] if lines else []
    at = next((number for number, cell in enumerate(head) if cell in ("name", "名称")), len(head))
    names = (cells[at] for _, cells in lines[1:] if at < len(cells))
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
