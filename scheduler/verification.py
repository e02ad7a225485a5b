"""The account's verification (认证): told 60, 30 and 7 days before it ends; without it nothing is published by API.

The day comes from WeChat's events (annual_renew, verify_expired and the successes name it,
wechat-api.md §2.4) or from the settings: a renewal that either of them knows counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content import control
from content.clock import day_start, local_day
from content.db import Store
from scheduler import alarm
from scheduler.calls import moment_in
from scheduler.night import not_at_night
from scheduler.rules import Rules

KIND = "verification"  # the alarm's kind
UNTIL = "verified-until"  # the control that keeps the day that WeChat named
DAYS = (60, 30, 7, 0)
EXPIRED = "verify_expired"  # publishing will soon fail with 48001 (wechat-api.md §2.4)
EVENTS = ("annual_renew", EXPIRED, "naming_verify_success", "qualification_verify_success")
TO_DO = "请管理员到后台“设置与开发 → 公众号设置 → 认证详情”办理年审；办好后改 config.toml 的 account.verified_until，再运行 wxops doctor。"


def note(session: Session, fields: Mapping[str, Any], now: datetime) -> None:
    """Keep the day that one of WeChat's events names.

    One that names none is passed over, unless it says itself that the verification is over: then it ends today.
    """
    at = moment_in(fields, "ExpiredTime")
    if at is None and str(fields.get("Event")).lower() == EXPIRED:
        at = now
    if at:
        control.write(session, UNTIL, local_day(at).isoformat(), by="wechat", now=now)


def remind(store: Store, rules: Rules, now: datetime) -> None:
    """Ring when the verification ends soon or has ended, anew at 60, 30 and 7 days and at its end."""
    with store.transaction() as session:
        until = verified_until(session, rules)
        left = (until - local_day(now)).days if until else None
        passed = [days for days in DAYS if left is not None and left <= days]
        if until is None or left is None or not passed:
            alarm.end(session, KIND, now=now)
            return
        since = not_at_night(day_start(until - timedelta(days=min(passed))))
        if now >= since and not alarm.is_settled(session, KIND, since=since):
            alarm.ring_anew(session, KIND, _text(until, left), since=since, now=now)


def verified_until(session: Session, rules: Rules) -> date | None:
    """Return the last day of the verification, the later one of WeChat's word and the setting; None when nobody has said."""
    row = control.read(session, UNTIL)
    known = [day for day in (row and date.fromisoformat(row.value), rules.verified_until) if day]
    return max(known, default=None)


def _text(until: date, left: int) -> str:
    when = f"还有 {left} 天到期（{until}），到期后接口不能发布" if left > 0 else f"{until} 到期，接口随时会不能发布"
    return f"公众号的微信认证{when}，推文会停在草稿。{TO_DO}"
