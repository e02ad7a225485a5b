"""What the editor is told about a file that was taken in: what was left out, what was changed, and where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.article import Level

NEAR = 18  # characters of the text nearby: enough to find the place
TOLD = 5  # places named for one kind of thing; a count says how many more


@dataclass(frozen=True)
class Remark:
    """One thing: what it is, what became of it, the text nearby, and something of its own content."""

    what: str
    outcome: str
    level: Level
    near: str = ""
    detail: str = ""


@dataclass
class Report:
    """All remarks on one file, in the order of the text."""

    remarks: list[Remark] = field(default_factory=list)

    def lost(self, what: str, outcome: str, *, near: str = "", detail: str = "") -> None:
        """Note what was left out, or what a person must look at."""
        self._add(Remark(what, outcome, Level.WARN, _short(near), _short(detail, 60)))

    def kept(self, what: str, outcome: str, *, near: str = "", detail: str = "") -> None:
        """Note what was kept in another form."""
        self._add(Remark(what, outcome, Level.INFO, _short(near), _short(detail, 60)))

    def _add(self, remark: Remark) -> None:
        self.remarks.append(remark)

    @property
    def left_out(self) -> list[Remark]:
        """What was left out, or must be looked at."""
        return [remark for remark in self.remarks if remark.level == Level.WARN]

    def lines(self) -> list[str]:
        """Return the report as sentences, one for each kind of thing, what was left out first."""
        ordered = [*self.left_out, *(remark for remark in self.remarks if remark.level != Level.WARN)]
        groups: dict[tuple[str, str], list[Remark]] = {}
        for remark in ordered:
            groups.setdefault((remark.what, remark.outcome), []).append(remark)
        return [_sentence(what, outcome, group) for (what, outcome), group in groups.items()]


def _sentence(what: str, outcome: str, group: list[Remark]) -> str:
    count = f" {len(group)} 处" if len(group) > 1 else ""
    places = [place for remark in group if (place := _place(remark))]
    told = "；".join(dict.fromkeys(places[:TOLD])) + ("等" if len(places) > TOLD else "")
    return f"{what}{count}：{outcome}" + (f"（{told}）。" if told else "。")


def _place(remark: Remark) -> str:
    parts = (f"内容“{remark.detail}”" if remark.detail else "", f"在“{remark.near}”附近" if remark.near else "")
    return "，".join(filter(None, parts))


def _short(text: str, limit: int = NEAR) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def first_few(texts: Iterable[str], limit: int = 3) -> str:
    """Return the first few texts in quotation marks, one after another."""
    short = [f"“{_short(text, 20)}”" for text in texts if text.strip()]
    return "、".join(short[:limit]) + ("等" if len(short) > limit else "")
