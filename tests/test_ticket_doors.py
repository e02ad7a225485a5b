"""Tickets at the page and at the terminal: the same use cases as by message, telephones only for those who see to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser_kit import DESK, PHONE, PageAt, fits
from click.testing import CliRunner
from console_kit import House
from sqlalchemy import select

from bot.cli import cli
from content.errors import OpsError
from content.paper import Evidence
from content.ticket_models import Ticket, TicketMessage, TicketState
from scheduler import ticket_replies
from scheduler.models import Outbox

pytestmark = pytest.mark.one_database

TROUBLE = "楼道漏水没人管，电话13800012345"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An account with tickets 1 and 2."""
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        made.say("居民", TROUBLE)
        made.say("居民", "<script>alert(1)</script>" + "长" * 80)
        made.say("邻居", "投诉物业")
        yield made


def ticket(house: House, number: int = 1) -> Ticket:
    with house.parts.store.reading() as session:
        return session.get_one(Ticket, number)


def answers(house: House) -> list[tuple[str, str, str]]:
    with house.parts.store.reading() as session:
        found = session.scalars(select(TicketMessage).where(TicketMessage.by != "").order_by(TicketMessage.id))
        return [(one.by, one.text, one.outcome) for one in found]


def was_sent(house: House) -> None:
    """Let WeChat have taken what was on its way."""
    with house.parts.store.transaction() as session:
        row = session.scalars(select(Outbox).where(Outbox.reply_id.is_not(None))).one()
        ticket_replies.was_sent(session, row, now=house.now)
        row.sent_at = house.now


def terminal(house: House, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--workspace", str(house.folder), "ticket", *words], env=house.environ)
    if isinstance(done.exception, OpsError):
        return done.exception.exit_code, str(done.exception)
    return done.exit_code, done.output


def test_the_page_lists_shows_answers_and_closes(house: House) -> None:
    visitor = house.visitor("运营")
    assert "工单，2 张待答复" in visitor.text
    visitor.get("/console/tickets")
    assert "13800012345" not in visitor.page.text
    visitor.get("/console/tickets/1")
    assert "2026-12-03 09:00 前可以从公众号答复，还有 48 小时 0 分。" in visitor.text
    assert "13800012345" in visitor.text
    assert "<script>alert" not in visitor.page.text
    assert visitor.press("/console/tickets/1", {"deed": "reply", "text": "到布署会现场。"}).status_code == 422
    assert 'name="reason"' in visitor.page.text
    assert "到布署会现场。" in visitor.page.text
    said = {"deed": "reply", "text": "到布署会现场。", "reason": "会名如此"}
    assert visitor.press("/console/tickets/1", said).status_code == 200
    assert "答复马上发给读者" in visitor.text
    assert answers(house) == [("运营", "到布署会现场。", "waiting")]
    assert visitor.press("/console/tickets/1", {"deed": "elsewhere"}).status_code == 422
    assert "正在发给读者，没有关闭" in visitor.text
    was_sent(house)
    visitor.press("/console/tickets/1", {"deed": "elsewhere"})
    assert "已关闭：已在后台回复（运营" in visitor.text
    assert 'name="deed"' not in visitor.page.text
    assert visitor.press("/console/tickets/2", {"deed": "close"}).status_code == 422
    visitor.press("/console/tickets/2", {"deed": "close", "why": "已电话答复"})
    assert ticket(house, 2).how == "已电话答复"
    assert visitor.press("/console/tickets/2", {"deed": "close", "why": "再关"}).status_code == 422
    assert visitor.press("/console/tickets/2", {"deed": "nonsense"}).status_code == 422
    assert visitor.get("/console/tickets?all").text.count("已关闭") == 2


def test_a_page_that_has_become_old_settles_nothing_and_shows_what_the_reader_wrote_since(house: House) -> None:
    visitor = house.visitor("运营")
    visitor.get("/console/tickets/1")
    house.say("居民", "现在煤气也漏了")
    for deed in ({"deed": "reply", "text": "水管明天修。"}, {"deed": "elsewhere"}, {"deed": "close", "why": "好了"}):
        old = visitor.page
        assert visitor.press("/console/tickets/1", deed).status_code == 422
        assert "读者又来了消息，没有照办" in visitor.text
        assert "现在煤气也漏了" in visitor.text
        visitor.page = old
    assert (answers(house), ticket(house).state) == ([], TicketState.OPEN)
    visitor.press("/console/tickets/1", {"deed": "reply", "text": "水管明天修。", "seen": "nonsense"})
    assert "表格没有送全" in visitor.text
    visitor.press("/console/tickets/1", {"deed": "reply", "text": "煤气马上来修。"})
    assert answers(house) == [("运营", "煤气马上来修。", "waiting")]


def test_reviewers_read_masked_and_without_forms_and_editors_see_nothing(house: House) -> None:
    reviewer = house.visitor("复审")
    reviewer.get("/console/tickets/1")
    assert "138****2345" in reviewer.text
    assert "13800012345" not in reviewer.page.text
    assert 'name="deed"' not in reviewer.page.text
    assert reviewer.press("/console/tickets/1", {"deed": "elsewhere"}).status_code == 409
    editor = house.visitor("编辑")
    assert "工单" not in editor.text
    assert editor.get("/console/tickets").status_code == 403
    with house.parts.store.transaction() as session:
        row = Evidence(subject="ticket:1", words="工单 1", by="读者", sent_at=house.now, path="x.png", sha256="0")
        session.add(row)
    assert editor.get("/console/evidence/1").status_code == 403
    assert ticket(house).state == TicketState.OPEN


def test_after_the_window_the_page_has_no_answer_and_says_so(house: House) -> None:
    house.at(house.now + timedelta(hours=48))
    visitor = house.visitor("运营")
    visitor.get("/console/tickets/1")
    assert "微信的 48 小时已在 2026-12-03 09:00 过了" in visitor.text
    assert 'name="text"' not in visitor.page.text
    assert 'value="elsewhere"' in visitor.page.text


def test_the_terminal_comes_to_the_same(house: House) -> None:
    code, listed = terminal(house, "list", "--json")
    rows = json.loads(listed)
    assert (code, [(row["number"], row["phone"], row["state"]) for row in rows]) == (
        0, [(1, "138****2345", "open"), (2, "", "open")],
    )  # fmt: skip
    assert "13800012345" not in terminal(house, "list")[1]
    assert "电话：13800012345" in terminal(house, "show", "1")[1]
    assert json.loads(terminal(house, "show", "1", "--json")[1])["phone"] == "13800012345"
    assert "马上发给读者" in terminal(house, "reply", "1", "您好，今天下午到。", "--by", "运营")[1]
    assert answers(house) == [("运营", "您好，今天下午到。", "waiting")]
    was_sent(house)
    assert terminal(house, "close", "1", "--by", "运营")[0] == 2
    assert "已关闭" in terminal(house, "close", "1", "--elsewhere", "--by", "运营")[1]
    assert terminal(house, "reply", "1", "您好", "--by", "运营") == (4, "工单 1 已经关闭了：已在后台回复（运营）。")
    assert terminal(house, "show", "9")[0] == 4


@pytest.mark.parametrize(("width", "dark"), [(DESK, True), (PHONE, False)])
def test_a_ticket_is_answered_at_a_desk_and_on_a_phone(house: House, page_at: PageAt, width: int, dark: bool) -> None:
    page = page_at(width, dark=dark)
    page.goto(house.link("运营"))
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="工单，2 张待答复").click()
    page.wait_for_url("**/console/tickets")
    assert fits(page)
    page.get_by_role("link", name="工单 1", exact=True).click()
    page.wait_for_url("**/console/tickets/1")
    assert fits(page)
    page.get_by_role("textbox", name="答复").fill("您好，维修人员下午到。")
    page.get_by_role("button", name="答复", exact=True).click()
    page.get_by_text("答复马上发给读者").wait_for()
    assert fits(page)
    was_sent(house)
    page.get_by_text("关闭", exact=True).click()
    page.get_by_role("textbox", name="原因").fill("已电话答复")
    page.get_by_role("button", name="关闭这张工单").click()
    page.get_by_text("已关闭。", exact=True).wait_for()
    assert ticket(house).state == TicketState.CLOSED
