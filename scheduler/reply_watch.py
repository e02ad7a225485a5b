"""Watching replies.csv: while it has faults, readers get the answers of before, and people hear of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from content.article import Level
from content.db import Store
from content.replies import read_replies
from scheduler import alarm

KEY = "replies"
TOLD = 3  # faults that an alarm shows


def watch(store: Store, folder: Path, now: datetime) -> None:
    """Ring while the table has faults, end the alarm when it has none."""
    wrong = [problem for problem in read_replies(folder).problems if problem.level == Level.ERROR]
    with store.transaction() as session:
        if not wrong:
            alarm.end(session, KEY, now=now)
            return
        shown = "；".join(f"第 {problem.line} 行：{problem.message.rstrip('。')}" for problem in wrong[:TOLD])
        more = f"等 {len(wrong)} 处" if len(wrong) > TOLD else ""
        text = f"{wrong[0].path} 有要改的地方，读者得到的还是改之前的回复：{shown}{more}。"
        alarm.ring(session, KEY, text, now=now)
