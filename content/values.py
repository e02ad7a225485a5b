"""What editors write for a moment, a yes, a number or a list of names, and what is meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from content.clock import SHANGHAI

EXAMPLE = "2026-12-05 18:30"
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
_MOMENT = re.compile(
    _DAY + r"(?:\s*[((]?(?:周|星期)[一二三四五六日天][))]?)?[\sT]*(上午|早上|中午|下午|晚上)?\s*"
    r"(\d{1,2})\s*(?:[:时点]\s*(半|\d{1,2})?)\s*分?(?::(\d{1,2})(?:\.\d+)?|(\d{1,2})秒)?\s*(Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_ONLY_DAY = re.compile(_DAY + "$")
_YES = frozenset(("是", "真", "有", "开", "开启", "true", "yes", "on", "1", "y"))
_NO = frozenset(("否", "不是", "无", "关", "关闭", "false", "no", "off", "0", "n", ""))
_PUSH = frozenset(("推送", "通知", "群发", "push", *_YES))
_QUIET = frozenset(("静默", "不推送", "不通知", "quiet", *(_NO - {""})))


class NotUnderstood(Exception):
    """A value that cannot be read; the text goes on after the name of the key."""

    def __init__(self, text: str, fix: str = "") -> None:
        """Take what to tell the editor, and what to write instead."""
        super().__init__(text)
        self.fix = fix


def moment(text: str) -> datetime | None:
    """Return the moment, aware, in UTC; a moment without a zone is Shanghai's; None for an empty text."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return None
    if _ONLY_DAY.match(plain):
        raise NotUnderstood(f"写了日期没有写时间：“{text}”。请写成 {EXAMPLE}（北京时间）。", EXAMPLE)
    found = _MOMENT.match(plain)
    if found is None:
        raise NotUnderstood(f"的时间看不懂：“{text}”。请写成 {EXAMPLE}（北京时间）。", EXAMPLE)
    year, month_, day, part, hour, minute, second, second_, zone = found.groups()
    try:
        written = datetime(
            int(year), int(month_), int(day), _hour(part, int(hour)), 30 if minute == "半" else int(minute or 0),
            int(second or second_ or 0), tzinfo=_zone(zone),
        )  # fmt: skip
        return written.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood(f"的时间不存在：“{text}”。请检查年月日和时分，例如 {EXAMPLE}。", EXAMPLE) from error


def _hour(part: str | None, hour: int) -> int:
    late = part in ("下午", "晚上") or (part == "中午" and hour < 10)
    return hour + 12 if late and hour < 12 else hour


def _zone(text: str | None) -> Any:
    if not text:
        return SHANGHAI
    if text.upper() == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def yes(text: str) -> bool:
    """Return whether a yes was written."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise NotUnderstood(f"应写“是”或“否”，写的是“{text}”。", "是")


def notify(text: str) -> bool | None:
    """Return True for a push, False for a quiet post, None for nothing."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _PUSH:
        return True
    if plain in _QUIET:
        return False
    if not plain:
        return None
    raise NotUnderstood(f"应写“推送”或“静默”，写的是“{text}”。", "推送")


def position(text: str) -> int | None:
    """Return the place in the post, a whole number from 1; None for an empty text."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if not re.fullmatch(r"[1-9]\d?", plain):
        raise NotUnderstood(f"应是 1 到 99 的整数（1 是头条），写的是“{text}”。", "1")
    return int(plain)


def names(raw: Any) -> tuple[str, ...]:
    """Return the names in a list or in a text with 、 or commas between them, each once."""
    if isinstance(raw, str):
        raw = [raw]
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise NotUnderstood("应是一组名称，例如 [甲社区, 乙社区] 或 甲社区、乙社区。")
    parts = (part.strip() for item in raw for part in re.split(r"[、，,;；]", item))
    return tuple(dict.fromkeys(part for part in parts if part))


def month(text: str) -> str:
    """Return a month as "2026-12"; an empty text stays empty."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return ""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?", plain)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise NotUnderstood(f"应写成 2026-12 这样的月份，写的是“{text}”。", "2026-12")
    return f"{found[1]}-{int(found[2]):02d}"
