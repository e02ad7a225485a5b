"""The rows behind the numbers of the contract: they add up to them, and say what each still lacks and who owes it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from figures_kit import out, put
from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture

from content.clock import SHANGHAI
from content.models import Article, Theme
from scheduler.counted_rows import ROWS
from scheduler.counting import COUNTS
from scheduler.models import Report
from scheduler.sending_models import GROUP, Delivery, Sending
from scheduler.weekly_reports import COMMUNITY, MADE

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
PLACE = "place:1"


@pytest.fixture
def worked(district: Stage) -> Stage:  # noqa: F811
    """A district with two posts that are out, and field work of every kind, some of it proven."""
    number = out(district.parts.store, datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), "一", "二", url="https://a/1\n")
    out(district.parts.store, datetime(2026, 11, 21, 10, tzinfo=SHANGHAI), "三", notify=False, case=True)
    with district.parts.store.transaction() as session:
        theme = Theme(month="2026-11", slug="十一月", title="敬老")
        session.add(theme)
        session.flush()
        session.get_one(Article, number).theme_id = theme.id
    for words in (
        "走访 槐树里、北街 今天 座谈", "走访 新风一 今天 座谈", "培训 东桥、西桥 今天 45人 平台使用",
        "活动 北街 今天 新增用户 3 包饺子", "群组 北街 北街便民群 30人", "走访 新风二 今天 看望",
        "议事 北街 楼道堆物", "议事 1 分级 一般", "议事 1 组织 约人", "议事 1 协商 谈", "议事 1 公示 贴", "议事 1 反馈 好",
    ):  # fmt: skip
        district.say("运营", words)
        if "槐树里" in words or "培训" in words:
            district.sim.say(openid="openid-运营", picture=png(words))
    district.say("运营", "作废 6 记错了")
    for day, more in ((date(2026, 10, 31), 0), (date(2026, 11, 25), 5), (date(2026, 11, 30), 9)):
        place = {("real_name", PLACE): 20 + more, ("registered", PLACE): 30 + more, ("platform_views", PLACE): more}
        put(district.parts.store, day, place | {("read_user", f"article:{number}"): 7})
    with district.parts.store.transaction() as session:
        report = Report(kind=COMMUNITY, place="1101", period="2026-W49", version=1, state=MADE, made_at=district.now)
        sending = Sending(kind=COMMUNITY, place="11", period="2026-W49", way=GROUP, by="运营", at=district.now)
        session.add_all([report, sending])
        session.flush()
        session.add(Delivery(sending_id=sending.id, report_id=report.id, day=FIRST))
    return district


def test_the_rows_of_every_count_add_up_to_its_number(worked: Stage) -> None:
    with worked.parts.store.reading() as session:
        totals = {name: sum(row.value for row in rows(session, FIRST, LAST)) for name, rows in ROWS.items()}
        assert totals == {name: COUNTS[name](session, FIRST, LAST).value for name in ROWS}
        assert min(totals.values()) > 0
        assert (totals["visits"], totals["articles"], totals["pushed_articles"]) == (3, 3, 2)


def test_a_row_names_the_evidence_that_it_lacks_and_who_owes_it(worked: Stage) -> None:
    with worked.parts.store.reading() as session:
        visits, trainings, events, articles = (
            ROWS[name](session, FIRST, LAST) for name in ("visits", "trainings", "events", "articles")
        )
    assert [(row.place, row.subject, tuple(row.lacks), row.owner) for row in visits] == [
        ("东桥街道槐树里社区", "record:1", (), "运营"),
        ("东桥街道北街社区", "record:1", (), "运营"),
        ("东桥街道新风一社区", "record:2", ("照片",), "运营"),
    ]
    assert [(row.place, row.lacks) for row in trainings] == [("东桥街道、西桥街道", ("签到表、照片中的 1 份",))]
    assert [row.lacks for row in events] == [("签到表", "照片")]
    assert [(row.day, row.what, tuple(row.lacks)) for row in articles] == [
        (date(2026, 11, 20), "一", ()),
        (date(2026, 11, 20), "二", ("链接",)),
        (date(2026, 11, 21), "三", ("链接",)),
    ]
