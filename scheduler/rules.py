"""How an account publishes: the settings under [publish] as the use cases take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Rules:
    """draft_only: a person presses 发表; grace: later than this, a person confirms; draft_ahead: the draft's lead."""

    draft_only: bool = False
    grace: timedelta = timedelta(minutes=120)
    draft_ahead: timedelta = timedelta(hours=24)
    articles: int = 4  # a month
