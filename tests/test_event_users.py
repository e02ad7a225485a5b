"""New users of events beside the platform's number by code; and how many tickets were answered in time."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_field_terminal import record
from test_recorded import run

from content.ticket_counts import TicketCounts, ticket_counts
from content.ticket_models import SENT, Ticket, TicketMessage, TicketState


def test_the_new_users_of_an_event_agree_with_the_platform_or_not(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    assert record(district, "agree") == (0, "没有带活动码的活动。")
    for words in (
        "活动 北街 今天 新增用户 30 重阳敬老 活动码 HD-1", "活动 新风一 今天 新增用户 5 便民 活动码hd-1", "活动 槐树里 今天 新增用户 8 包饺子 活动码：HD-2",
        "活动 新风二 今天 新增用户 3 义诊 活动码 HD-3",
    ):  # fmt: skip
        assert "已记下" in district.say("运营", words), words
    file = tmp_path / "活动拉新.csv"
    file.write_text(
        "活动码,日期,新增用户\nHD-1,2026-12-01,35\nHD-2,2026-12-01,7\nHD-9,2026-12-01,4\n", encoding="utf-8"
    )
    assert run(district, "event-users", str(file), "--by", "运营", command="import")[0] == 0
    assert record(district, "agree")[1].split("\n") == [
        "相符：活动码 hd-1，记了 35 人，平台导出 35 人",
        "不符：活动码 HD-2，记了 8 人，平台导出 7 人",
        "还不能核对：活动码 HD-3，记了 3 人，平台导出 — 人",
        "没有记：平台导出活动码 HD-9，4 人，没有记过用这个码的活动",
    ]
    rows = json.loads(record(district, "agree", "--json")[1])
    assert [row["agrees"] for row in rows] == [True, False, None, None]
    assert rows[-1] == {"code": "HD-9", "recorded": None, "exported": 4, "agrees": None}


def test_codes_of_the_platform_alone_are_told_though_no_event_has_one(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "活动拉新.csv"
    file.write_text("活动码,日期,新增用户\nZZ9,2026-12-01,7\n", encoding="utf-8")
    assert run(district, "event-users", str(file), "--by", "运营", command="import")[0] == 0
    told = (0, "没有记：平台导出活动码 ZZ9，7 人，没有记过用这个码的活动")
    assert record(district, "agree") == told
    district.say("运营", "活动 北街 今天 新增用户 7 便民 活动码 zz9")
    assert record(district, "agree")[1] == "相符：活动码 zz9，记了 7 人，平台导出 7 人"
    assert record(district, "void", "1", "--why", "没有办", "--by", "运营")[0] == 0
    assert record(district, "agree") == told


def test_tickets_are_counted_with_those_answered_in_time(district: Stage) -> None:  # noqa: F811
    now = district.now
    with district.parts.store.reading() as session:
        assert ticket_counts(session, now.date(), now.date()) is None
    answers = ((1, SENT), (50, SENT), (1, "45015"), (None, ""))
    with district.parts.store.transaction() as session:
        for hours, outcome in answers:
            one = Ticket(state_since=now, opened_at=now, waits_since=now, last_message_at=now, state=TicketState.OPEN)
            session.add(one)
            session.flush()
            if hours:
                at = now + timedelta(hours=hours)
                session.add(TicketMessage(ticket_id=one.id, at=at, by="运营", text="好", outcome=outcome))
        one.closed_at = now
    with district.parts.store.reading() as session:
        day = date(2026, 12, 1)
        found = ticket_counts(session, day, day)
        assert found == TicketCounts(opened=4, closed=1, open=3, answers=[timedelta(hours=1), timedelta(hours=50)])
        assert (found.in_time, found.mean_hours) == (1, 25.5)
        before = ticket_counts(session, day - timedelta(days=9), day - timedelta(days=1))
        assert before
        assert (before.opened, before.open, before.in_time, before.mean_hours) == (0, 0, 0, None)
