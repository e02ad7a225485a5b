"""The line at the foot of whatever leaves the house: who took it out, and when (the contract's confidentiality, domain.md §1c R9)."""

from __future__ import annotations

from datetime import datetime

from content.clock import stamp

PLAIN = "仅供履约使用，请勿外传。"  # of what is made and not yet taken out: nobody's name stands in it


def line(name: str, now: datetime) -> str:
    """Return the watermark of an export for a person at a moment, in Shanghai time."""
    return f"{name} 于 {stamp(now)} 导出，{PLAIN}"
