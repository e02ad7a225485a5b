"""补签单: a month's 线下审签 on one sheet, told once a month until it comes back signed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from stage import Stage
from test_approval import rows, words

from content import evidence
from content.clock import SHANGHAI
from content.countersign import countersign_of, open_months
from content.errors import OpsError
from content.models import Event, Review
from content.people import add_person
from content.word.filling import filled, form
from scheduler import unsigned
from scheduler.alarm import ringing, settle


@pytest.fixture
def recorded(stage: Stage) -> Stage:
    """In December a director agreed by telephone and sent another text back on paper."""
    stage.hire()
    with stage.parts.store.transaction() as session:
        add_person(session, "王局长", "chief", party="甲方", company="区民政局", now=stage.now)
    for n, title in ((1, "歇脚椅<一>"), (2, "食堂")):
        stage.submit(stage.write(f"0{n}-a{n}", title=title))
        for who in ("编辑", "复审"):
            stage.say(who, f"同意 {n}-1")
    stage.say("运营", "代录 1-1 同意 王局长 电话")
    stage.say("运营", "代录 2-1 退回 王局长 纸质 日期不对")
    with stage.parts.store.transaction() as session:
        last = session.scalars(select(Review.id).order_by(Review.id.desc())).first()
        path = evidence.keep(stage.folder, b"%PDF-1.7 x")
        evidence.hand_in(session, f"review:{last}", path, name="批.pdf", words="", by="运营", now=stage.now)
    return stage


def close(stage: Stage, month: str = "2026-12", by: str = "运营") -> str:
    from bot.recording import close_month

    scan = stage.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7 signed")
    return close_month(stage.parts, month, scan, by=by)


def told(stage: Stage) -> list[str]:
    """The alarms of the unsigned sheets, after a look at them."""
    unsigned.remind(stage.parts.store, stage.now)
    return [text for text in stage.alarms() if "补签" in text]


def test_the_sheet_lists_what_was_signed_elsewhere(recorded: Stage) -> None:
    with recorded.parts.store.reading() as session:
        facts = countersign_of(session, "2026-12", now=recorded.now)
        with pytest.raises(OpsError, match="2026年11月没有线下审签"):
            countersign_of(session, "2026-11", now=recorded.now)
    data = filled(form(recorded.folder, "countersign"), facts.as_values())
    at = "2026-12-01 09:00"
    assert rows(data, 0)[1:] == [
        ["1", "1-1", "歇脚椅<一>", "终审", "同意", "王局长（区民政局）", "电话", "运营", at, "无", ""],
        ["2", "2-1", "食堂", "终审", "退回：日期不对", "王局长（区民政局）", "纸质", "运营", at, "有", ""],
    ]
    assert "月份：2026年12月　　共 2 条，其中 1 条没有凭证" in words(data)
    assert "{" not in words(data)


def test_an_open_month_is_told_once_a_month_until_its_scan_is_there(recorded: Stage) -> None:
    assert told(recorded) == []
    with pytest.raises(OpsError, match="还没有过完"):
        close(recorded)
    recorded.at(datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI))
    assert "2026年12月有线下审签还没有补签。" in told(recorded)[0]
    assert "wxops countersign 2026-12 --signed" in told(recorded)[0]
    recorded.at(datetime(2027, 2, 1, 9, 0, tzinfo=SHANGHAI))
    assert len(told(recorded)) == 1
    with recorded.parts.store.reading() as session:
        assert [one.since for one in ringing(session)] == [recorded.now]  # it began anew, so people are told again
    with pytest.raises(OpsError, match="编辑不能登记"):
        close(recorded, by="编辑")
    assert close(recorded) == "2026年12月补签单已收回，2 条线下审签补签完毕。"
    assert told(recorded) == []
    with recorded.parts.store.reading() as session:
        assert open_months(session, now=recorded.now) == []
        why = session.scalar(select(Event.why).where(Event.subject == "countersign:2026-12"))
    assert why == "签好的补签单已收回：scan.pdf"


def test_it_begins_anew_each_month_and_ends_for_whoever_has_seen_to_it(recorded: Stage) -> None:
    for month, is_told in ((1, True), (2, True)):
        recorded.at(datetime(2027, month, 3, 9, 0, tzinfo=SHANGHAI))
        assert bool(told(recorded)) == is_told
        with recorded.parts.store.transaction() as session:
            (alarm,) = [one for one in ringing(session) if one.key.startswith("countersign")]
            assert alarm.since == recorded.now
            settle(session, alarm.id, by="运营", now=recorded.now)
        assert told(recorded) == []


def test_the_command_makes_the_sheet(recorded: Stage, tmp_path: Path) -> None:
    from test_recorded import run

    made = tmp_path / "单.docx"
    told_ = run(recorded, "2026-12", "-o", str(made), command="countersign")
    assert told_ == (0, f"补签单：{made}（2 条，其中 1 条还没有凭证）")
    assert "王局长" in words(made.read_bytes())
