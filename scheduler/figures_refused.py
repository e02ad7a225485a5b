"""A pull of figures that WeChat refuses: told once while it lasts, since figures are there for 30 days only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from content import control
from scheduler import alarm
from scheduler.refusals import DAY_LIMIT, MINUTE_LIMIT, NO_RIGHT, Refused, Trouble

KIND = "figures-refused"  # the alarm's kind
SINCE = "figures-refused-since"  # the control: since when something was refused each time, "" while all is well
NOT_READY, OFFLINE = 61503, 47009
OF_A_CALL = frozenset({DAY_LIMIT, MINUTE_LIMIT, NO_RIGHT, OFFLINE})  # whatever day is asked for
PASSING = frozenset({DAY_LIMIT, MINUTE_LIMIT, NOT_READY})  # over by itself (wechat-api.md §11), unless it lasts
PATIENCE = timedelta(days=1)
KEPT = timedelta(days=30)  # wechat-api.md §7.2: how long figures can be pulled


def follow(session: Session, troubles: Sequence[Trouble], missing: Sequence[date], now: datetime) -> None:
    """Ring after a pull with trouble, end after one without: at once, or after a day for what passes by itself.

    missing: the days that were asked for and are not complete, oldest first. Whoever
    has said that it is seen to hears no more of it until it has worked again.
    """
    row = control.read(session, SINCE)
    since = datetime.fromisoformat(row.value) if row and row.value else None
    if not troubles or not missing:
        alarm.end(session, KIND, now=now)
        if since:
            control.write(session, SINCE, "", by="scheduler", now=now)
        return
    if since is None:
        control.write(session, SINCE, now.isoformat(), by="scheduler", now=now)
    grave = [trouble for trouble in troubles if not _passes(trouble)]
    if not grave and now - (since or now) < PATIENCE:
        return
    if not alarm.is_settled(session, KIND, since=since or now):
        alarm.ring(session, KIND, _text((grave or troubles)[0], missing), now=now)


def _passes(trouble: Trouble) -> bool:
    return not isinstance(trouble, Refused) or trouble.errcode in PASSING


def _text(trouble: Trouble, missing: Sequence[date]) -> str:
    days = f"{missing[0]} 到 {missing[-1]} 之间有 {len(missing)} 天" if len(missing) > 1 else f"{missing[0]} "
    return (
        f"{days}的统计数据没有取全：{str(trouble).rstrip('。')}。取到的都记下了，每 40 分钟再试。"
        f"微信只保留 30 天，{missing[0]} 的过了 {missing[0] + KEPT} 就取不回来了。"
    )
