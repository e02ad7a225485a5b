"""Where new followers came from, by the names that WeChat gives its sources (wechat-api.md §7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from scheduler import ledger
from scheduler.effect_facts import UNKNOWN, per_cent

METRIC = "new_user_from"
REST = "没有取到来源"
TOTAL = 99999999  # no source: a row under it is already the total of all others
_NAMES = {
    0: "其他", 1: "公众号搜索", 17: "名片分享", 30: "扫描二维码", 57: "文章内账号名称", 100: "微信广告", 149: "小程序", 161: "他人转载",
    200: "视频号", 201: "直播",
}  # fmt: skip
_MOST = 4  # sources of one line; the others stand together


@dataclass(frozen=True)
class Source:
    """A source by name, how many new followers came from it, and their share of all in per cent; None without any."""

    name: str
    value: int
    share: float | None


def subject(code: int) -> str:
    """Return what the ledger calls a source (user_source)."""
    return f"source:{code}"


def sources(session: Session, first: date, last: date) -> list[Source]:
    """Return where the new followers of a period came from, most first; nothing where no day tells of it.

    Those of days that do not tell of it stand at the end as one.
    """
    found = ledger.added_each(session, METRIC, first, last)
    [new] = ledger.daily(session, ["new_user"], ledger.ACCOUNT, first, last)
    rest = (new.value or 0) - sum(found.values())
    named = sorted(((_name(of), value) for of, value in found.items()), key=lambda one: (-one[1], one[0]))
    counts = [*named, *([(REST, rest)] if named and rest > 0 else [])]
    whole = sum(value for _, value in counts)
    return [Source(name, value, per_cent(value, whole)) for name, value in counts]


def in_a_line(found: Sequence[Source]) -> str:
    """Return the sources in one line, the smaller ones together; "—" where nothing is known."""
    told = [
        f"{one.name} {one.value:,} 人" + (f"（{one.share:.1f}%）" if one.share is not None else "") for one in found
    ]
    if more := sum(one.value for one in found[_MOST:]):
        told[_MOST:] = [f"其余 {more:,} 人"]
    return "，".join(told) or UNKNOWN


def _name(of: str) -> str:
    code = of.removeprefix("source:")
    return _NAMES.get(int(code), f"来源 {code}")
