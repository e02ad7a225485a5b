"""Tickets: a reader's trouble becomes one, once; a person answers it, and what became of the answer is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from comment_kit import hired
from sqlalchemy import select
from stage import Stage, png

from bot.commands import READERS_ANSWER
from content import complaints, evidence, tickets
from content.errors import OpsError
from content.models import Event
from content.ticket_models import Ticket, TicketMessage, TicketState
from scheduler import ticket_watch
from scheduler.models import Outbox

TROUBLE = "我们楼道漏水没人管"
SEND = "message/custom/send"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Stage]:
    hired(stage)
    stage.say("运营", "工单")  # opens the window in which WeChat lets us write to them
    (stage.folder / "places.csv").write_text(
        "code,level,name,parent_code\n110102000000,district,西城区,\n"
        "110102001000,street,西长安街街道,110102000000\n110102001001,community,义达里社区居委会,110102001000\n",
        encoding="utf-8",
    )
    return stage


def all_of(stage: Stage) -> list[Ticket]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def one_of(stage: Stage) -> Ticket:
    (ticket,) = all_of(stage)
    return ticket


def written(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(TicketMessage.text).order_by(TicketMessage.id)))


def heard(stage: Stage, who: str) -> list[str]:
    """What somebody got on the phone, by the platform's records."""
    sent = stage.sim.stats["custom_messages"]
    return [one["text"]["content"] for one in sent if one["touser"] == f"openid-{who}"]


def trail(stage: Stage) -> list[tuple[str, str]]:
    with stage.parts.store.reading() as session:
        found = session.scalars(select(Event).where(Event.subject == "ticket:1").order_by(Event.id))
        return [(event.by, event.why) for event in found]


# readers -------------------------------------------------------------------------------------------------------------


def test_trouble_becomes_a_ticket_with_a_number_and_the_reader_is_asked_for_a_telephone_first(desk: Stage) -> None:
    said = desk.say("居民", f"{TROUBLE}，义达里社区3号楼")
    assert said.startswith("您好，请先留一个联系电话")
    assert "编号 1，由工作人员在工作时间内答复您" in said
    ticket = one_of(desk)
    assert (ticket.state, ticket.place, ticket.openid) == (TicketState.OPEN, "义达里社区", "openid-居民")
    assert "openid-居民" not in (ticket.reader or "")
    assert trail(desk) == [("读者", "读者发来，开了工单")]


def test_wechats_repeat_opens_no_second_ticket_and_gets_the_same_answer(desk: Stage) -> None:
    said = {desk.say("居民", TROUBLE, msgid=77) for _ in range(3)}
    assert len(said) == 1
    assert written(desk) == [TROUBLE]


def test_what_the_reader_sends_next_belongs_to_the_ticket_telephone_and_picture_too(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    assert "请先留一个联系电话" in desk.say("居民", "在吗")
    assert desk.say("居民", "１３８ ０００１ ２３４５").startswith("联系电话 138****2345 已记下")
    assert "联系电话" not in desk.say("居民", "三单元也漏")
    picture = png("a leak")
    assert "编号 1" in desk.sim.say(openid="openid-居民", picture=picture)["reply"]
    assert one_of(desk).phone == "13800012345"
    assert written(desk) == [TROUBLE, "在吗", "１３８ ０００１ ２３４５", "三单元也漏", "（图片）"]
    desk.tick()
    with desk.parts.store.reading() as session:
        (kept,) = evidence.of(session, "ticket:1")
    assert evidence.bytes_of(desk.folder, kept) == picture
    assert desk.say("别人", "在吗") == READERS_ANSWER


def test_a_readers_picture_that_cannot_be_had_is_told_on_its_page_and_rings_for_nobody(desk: Stage) -> None:
    desk.say("居民", f"{TROUBLE}，电话13800012345")
    desk.sim.say(openid="openid-居民", picture=png("a leak"))
    desk.sim.fault("media/get", "errcode", errcode=40007, errmsg="gone")
    desk.tick()
    with desk.parts.store.reading() as session:
        (lost,) = evidence.of(session, "ticket:1")
    assert (lost.path, lost.try_at, desk.alarms()) == ("", None, [])


ROBOT = (
    "关键词,匹配,类型,内容\n养老,包含,文字,请找居委会。\n低保,包含,文字,请带户口簿。\n服务热线,包含,文字,请打热线。\n"
)


def test_what_holds_a_keyword_belongs_to_the_ticket_and_only_a_bare_keyword_or_a_search_to_the_robot(
    desk: Stage,
) -> None:
    (desk.folder / "replies.csv").write_text(ROBOT, encoding="utf-8")
    assert desk.say("居民", "请问养老怎么办？") == "请找居委会。"
    desk.say("居民", TROUBLE)
    assert "编号 1" in desk.say("居民", "打过服务热线了没用")
    assert desk.say("居民", "养老驿站旁边3号楼，13800012345").startswith("联系电话 138****2345 已记下")
    assert desk.say("居民", "养老") == "请找居委会。"
    assert "没有找到" in desk.say("居民", "搜 养老驿站旁边漏水没人管怎么办")
    assert (one_of(desk).phone, len(written(desk))) == ("13800012345", 3)


@pytest.mark.parametrize(
    "text", ["养老院食堂的饭菜馊了", "我妈低保被取消了，凭什么", "我父亲在养老院住了两年最近总是说不想待了"]
)
def test_no_robot_answers_trouble_that_holds_a_keyword(desk: Stage, text: str) -> None:
    (desk.folder / "replies.csv").write_text(ROBOT, encoding="utf-8")
    assert "编号 1" in desk.say("居民", text)
    assert written(desk) == [text]


@pytest.mark.parametrize(
    "text", ["想死", "我不想活了", "孩子丢了", "煤气漏了", "有人打我", "老人晕倒了，电话13800012345"]
)
def test_a_reader_in_danger_hears_whom_to_call_first_whatever_was_said_before(desk: Stage, text: str) -> None:
    desk.say("居民", "举报")
    assert "110" not in desk.say("居民", "三单元")
    told = desk.say("居民", text)
    assert told.startswith("遇到危险请马上拨打 110、119 或 120；也可以拨打 12345 市民热线。\n")
    assert "编号 1" in told
    new = desk.say("邻居", text)
    assert new.startswith("遇到危险请马上拨打 110、119 或 120")
    assert new.count("110") == 1


def test_a_voice_joins_a_ticket_and_opens_none(desk: Stage) -> None:
    voice = {"MsgType": "voice", "MediaId": "m", "Format": "amr"}
    assert desk.say("居民", "", fields=voice) == READERS_ANSWER
    desk.say("居民", TROUBLE)
    desk.say("居民", "", fields=voice)
    assert written(desk)[1:] == ["（语音、视频、文件、位置或链接，请到后台看）"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("投 诉 物业", True), ("电梯坏了", True), ("怎么还不来", True), ("我想问一下老年证怎么办要带什么", True),
        ("孩子丢了", True), ("煤气漏了", True), ("有人打我", True), ("我饿了三天了", True), ("家里断水三天", True), ("想 死", True),
        ("居委会不给开证明", True), ("养老金没发", True), ("转人工", True), ("人工", True), ("人工？", True), ("有人吗", True), ("我妈丢了", True), ("怎么没人回复", True),
        ("人工智能讲座", False), ("没发现文章", False), ("你好", False), ("养老", False), ("搜 楼道漏水怎么办怎么办怎么办", False), ("老年证怎么办", False), ("", False),
    ],
)  # fmt: skip
@pytest.mark.one_database
def test_trouble_is_known_by_its_words_and_by_its_length(text: str, is_one: bool, tmp_path: Path) -> None:
    assert (complaints.is_complaint(text, tmp_path) or complaints.is_long(text)) is is_one


@pytest.mark.one_database
def test_a_workspace_adds_words_and_takes_some_out(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text("词\n充电桩\n-施工\n", encoding="gbk")
    assert complaints.is_complaint("充电桩呢", tmp_path)
    assert not complaints.is_complaint("施工公告", tmp_path)
    assert complaints.is_complaint("漏水", tmp_path)
    (tmp_path / "tickets.csv").write_bytes(b'"\xff\xff')
    assert complaints.is_complaint("施工公告", tmp_path)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("我电话13800012345。", "13800012345"), ("+86 138-0001-2345", "13800012345"), ("010-66001234", "01066001234"),
        ("打66001234", "66001234"), ("110102199001011234", ""), ("12345", ""), ("2026年12月1日", ""), ("20261203起漏水", ""),
    ],
)  # fmt: skip
def test_a_telephone_is_found_and_an_identity_number_is_none(text: str, phone: str) -> None:
    assert tickets.phone_in(text) == phone


def test_every_ticket_and_every_message_of_one_is_shown_in_the_end(desk: Stage) -> None:
    with desk.parts.store.transaction() as session:
        for number in range(1, 16):
            told = tickets.Told(f"投诉{number:02}")
            tickets.take(session, f"openid-居民{number}", told, now=desk.now)
            if number > 1:
                tickets.take(session, "openid-居民1", tickets.Told(f"又说{number:02}"), now=desk.now)
    first, more = desk.say("运营", "工单"), desk.say("运营", "更多")
    assert re.findall(r"投诉\d\d", first + more) == [f"投诉{number:02}" for number in range(1, 16)]
    assert "没有列出" not in more
    first, more = desk.say("运营", "工单 1"), desk.say("运营", "更多")
    assert "……还有 3 条，接着看请发：更多" in first
    assert re.findall(r"(?:投诉|又说)(\d\d)", first + more) == [f"{number:02}" for number in range(15, 0, -1)]


def test_our_people_and_their_words_make_no_ticket(desk: Stage) -> None:
    desk.say("编辑", TROUBLE)
    assert all_of(desk) == []


def test_a_reader_who_unsubscribes_is_deleted_and_the_trouble_stays(desk: Stage) -> None:
    desk.say("居民", f"{TROUBLE}，电话13800012345")
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.sim.say(openid="openid-居民", event="unsubscribe")
    ticket = one_of(desk)
    assert (ticket.openid, ticket.reader, ticket.phone, ticket.state) == (None, None, "13800012345", TicketState.OPEN)
    desk.later(minutes=2)
    desk.tick()
    assert heard(desk, "居民") == []
    assert any("读者已取消关注，或工单已关闭" in text for text in heard(desk, "运营"))
    assert "读者已取消关注，只能打电话" in desk.say("运营", "工单 1")


# people --------------------------------------------------------------------------------------------------------------


def test_an_operator_lists_reads_and_answers_and_hears_that_it_was_sent(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("居民", "13800012345")
    assert desk.say("运营", "工单").startswith(
        f"等人答复的工单 1 张：\n1 {TROUBLE}（2026-12-03 09:00 前可以从公众号答复"
    )
    whole = desk.say("运营", "问题 1")
    assert "电话：13800012345" in whole
    assert "还有 48 小时 0 分" in whole
    assert "马上发给读者" in desk.say("运营", "工单 1 回复 您好，维修人员今天下午到。")
    assert desk.calls(SEND) == 0
    desk.tick()
    assert heard(desk, "居民") == ["您好，您反映的事（编号 1）答复如下：\n您好，维修人员今天下午到。"]
    desk.tick()
    assert "工单 1 的答复已发给读者。" in heard(desk, "运营")
    ticket = one_of(desk)
    assert (ticket.state, ticket.answered_by) == (TicketState.ANSWERED, "运营")
    assert desk.say("运营", "工单") == "没有等人答复的工单。"
    assert desk.say("居民", "谢谢！").startswith("不客气")
    assert one_of(desk).state == TicketState.ANSWERED
    desk.say("居民", "又漏了")
    assert one_of(desk).state == TicketState.OPEN


@pytest.mark.parametrize("deed", ["已在后台回复", "关闭 已电话答复"])
def test_nothing_is_closed_while_an_answer_is_on_its_way(desk: Stage, deed: str) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    assert desk.say("运营", f"工单 1 {deed}").startswith("工单 1 的答复正在发给读者，没有关闭。")
    desk.tick()
    assert len(heard(desk, "居民")) == 1
    assert "已关闭" in desk.say("运营", f"工单 1 {deed}")


@pytest.mark.parametrize(
    ("code", "why"), [(45015, "48 小时已过"), (45047, "条数用完了"), (48001, "没有这个接口的权限")]
)
def test_a_refused_answer_is_told_with_the_words_to_send(desk: Stage, code: int, why: str) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    with desk.parts.store.transaction() as session:  # what else waits comes later
        ticket_watch.queue(session, now=desk.now)
        for row in session.scalars(select(Outbox).where(Outbox.reply_id.is_(None))):
            row.due = desk.now + timedelta(minutes=1)
    desk.sim.fault(SEND, "errcode", errcode=code, errmsg="no")
    desk.tick()
    desk.later(minutes=2)
    desk.tick()
    (told,) = [text for text in heard(desk, "运营") if text.startswith("工单 1 的答复")]
    assert why in told
    assert told.endswith("请在后台回复（或打电话），再发：工单 1 已在后台回复")
    assert one_of(desk).state == TicketState.OPEN
    assert desk.say("运营", "工单 1 已在后台回复") == "工单 1 记为已在后台回复，已关闭。"
    ticket = one_of(desk)
    assert (ticket.state, ticket.how, ticket.openid) == (TicketState.CLOSED, "已在后台回复", None)
    assert heard(desk, "居民") == []


def test_an_answer_that_met_the_limit_per_minute_is_sent_a_minute_later(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.sim.fault(SEND, "errcode", errcode=45011, errmsg="slower")
    desk.tick()
    desk.later(seconds=75)
    desk.tick()
    (answer,) = heard(desk, "居民")
    assert answer.endswith("您好，马上处理。")


def test_an_answer_in_doubt_is_never_sent_again_and_a_person_looks(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.sim.fault(SEND, "drop", when="after")
    for _ in range(3):
        desk.later(minutes=2)
        desk.tick()
    assert len(heard(desk, "居民")) == 1
    assert any("不知道发没发到。请到后台看一看" in text for text in heard(desk, "运营"))


def test_an_answer_whose_process_died_is_in_doubt_too(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    with desk.parts.store.transaction() as session:
        session.scalars(select(Outbox).where(Outbox.reply_id.is_not(None))).one().tried_at = desk.now
    desk.later(minutes=6)
    desk.tick()
    assert heard(desk, "居民") == []
    assert "没有发到：微信没有回答" in desk.say("运营", "工单 1")


def test_what_cannot_be_done_says_why(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    for words, answer in {
        "工单 7": "没有工单 7",
        "工单 漏水": "请写工单的编号",
        "工单 1 好的": "没有看懂",
        "工单 1 回复": "请写答复的文字",
        "工单 1 关闭": "要写原因",
        f"工单 1 回复 {'长' * 601}": "缩短到 600 字以内",
        f"工单 1 回复 {'👌' * 600}": "字节，微信一条只收 2048 字节",
        "工单 1 回复 到布署会现场。": "放行：理由",
    }.items():
        assert answer in desk.say("运营", words), words
    assert "马上发给读者" in desk.say("运营", "工单 1 回复 请打13800012345，到布署会现场。放行：会名如此")
    desk.tick()
    assert desk.say("运营", "工单 1 关闭 重复").startswith("工单 1 已关闭：重复")
    assert "已经关闭了" in desk.say("运营", "工单 1 回复 您好")
    desk.later(hours=1)
    assert desk.say("居民", TROUBLE).count("编号 2") == 1


def test_the_reader_is_not_answered_after_the_window(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.later(hours=48)
    assert "48 小时已在 2026-12-03 09:00 过了" in desk.say("运营", "工单 1 回复 您好")
    desk.tick()
    assert one_of(desk).openid is None  # it would be of no use any more
    desk.say("居民", "还在漏")
    assert (one_of(desk).openid, len(written(desk))) == ("openid-居民", 2)


def test_the_window_begins_anew_with_whatever_the_reader_writes_and_not_with_a_button(desk: Stage) -> None:
    (desk.folder / "replies.csv").write_text(ROBOT, encoding="utf-8")
    desk.say("居民", TROUBLE)
    for words in ("养老", "搜 养老", "更多"):
        desk.later(hours=30)
        desk.say("居民", words)
        assert one_of(desk).last_message_at == desk.now, words
    desk.later(hours=1)
    desk.sim.say(openid="openid-居民", event="CLICK", event_key="养老")
    assert one_of(desk).last_message_at == desk.now - timedelta(hours=1)
    assert "马上发给读者" in desk.say("运营", "工单 1 回复 您好，明天来修。")
    desk.say("居民", "养老")
    desk.tick()
    assert (one_of(desk).state, written(desk)) == (TicketState.ANSWERED, [TROUBLE, "您好，明天来修。"])


def test_reviewers_read_without_numbers_and_others_nothing(desk: Stage) -> None:
    desk.say("居民", f"{TROUBLE}，电话13800012345")
    read = desk.say("主任", "工单 1")
    assert ("138****2345" in read, "13800012345" in read, "关闭" in read) == (True, False, False)
    assert "不归终审人" in desk.say("主任", "工单 1 关闭 好了")
    assert "不归编辑用" in desk.say("编辑", "工单 1")
    assert desk.say("路人", "工单 1") == READERS_ANSWER


@pytest.mark.parametrize("old", TicketState)
@pytest.mark.parametrize("new", TicketState)
def test_a_ticket_moves_only_as_the_table_says(desk: Stage, old: TicketState, new: TicketState) -> None:
    with desk.parts.store.transaction() as session:
        now = desk.now
        ticket = Ticket(state=old, state_since=now, opened_at=now, waits_since=now, last_message_at=now)
        session.add(ticket)
        session.flush()
        if (old, new) in tickets.MOVES:
            tickets.move(session, ticket, new, by="甲", now=now, why="试")
            assert ticket.state == new
        else:
            with pytest.raises(OpsError):
                tickets.move(session, ticket, new, by="甲", now=now, why="试")


# those on duty, and the alarms ---------------------------------------------------------------------------------------


def test_twenty_new_tickets_are_one_message(desk: Stage) -> None:
    for n in range(20):
        desk.say(f"居民{n}", TROUBLE)
    desk.tick()
    desk.tick()
    (told,) = heard(desk, "运营")
    assert told.startswith("新工单 20 张：\n1 我们楼道漏水没人管\n")
    assert "还有 15 张" in told
    desk.say("又一位", TROUBLE)
    desk.later(minutes=10)
    desk.tick()
    assert len(heard(desk, "运营")) == 1
    desk.later(minutes=20)
    desk.tick()
    assert heard(desk, "运营")[1].startswith("新工单 1 张：\n21 ")


def test_an_alarm_rings_six_hours_before_the_window_ends_and_ends_with_the_answer(desk: Stage) -> None:
    desk.later(hours=10)  # it is 19:00, so the window ends in an evening
    desk.say("居民", TROUBLE)
    desk.later(hours=41, minutes=55)
    desk.tick()
    assert not any("工单 1 还没有人答复" in text for text in desk.alarms())
    desk.later(minutes=6)
    desk.tick()
    (told,) = [text for text in desk.alarms() if "工单 1 还没有人答复" in text]
    assert told.endswith("前可以从公众号答复，还有 5 小时 59 分。请发：工单 1")
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.tick()
    desk.later(minutes=2)
    desk.tick()
    assert [text for text in desk.alarms() if "工单" in text] == []


def test_a_window_that_ends_in_the_morning_rings_the_evening_before(desk: Stage) -> None:
    desk.say("居民", TROUBLE)  # at nine; six hours before are three at night
    desk.later(hours=36, minutes=25)
    desk.tick()
    assert not any("还没有人答复" in text for text in desk.alarms())
    desk.later(minutes=6)
    desk.tick()
    assert any("还没有人答复" in text for text in desk.alarms())


def test_more_than_one_working_day_without_an_answer_rings(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.later(days=1, hours=1)
    desk.tick()
    assert desk.alarms() == []
    desk.later(days=1)
    desk.tick()
    late = [text for text in desk.alarms() if "过了 1 个工作日" in text]
    assert late == [f"有 1 张工单过了 1 个工作日还没有答复，最早的 2026-12-01 09:00：“{TROUBLE}”。请发：工单 1"]
    desk.say("运营", "工单 1 关闭 已电话答复")
    desk.later(minutes=2)
    desk.tick()
    assert [text for text in desk.alarms() if "工单" in text] == []


def test_what_is_answered_closes_when_the_reader_has_nothing_more_to_say(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.tick()
    desk.later(hours=49)
    desk.tick()
    ticket = one_of(desk)
    assert (ticket.state, ticket.openid, ticket.how) == (TicketState.CLOSED, None, ticket_watch.BY_ITSELF)


def test_an_answer_at_the_end_of_the_window_leaves_the_reader_as_long_to_say_that_nothing_is_mended(
    desk: Stage,
) -> None:
    desk.say("居民", TROUBLE)
    desk.later(hours=47)
    desk.say("运营", "工单 1 回复 您好，已经修了。")
    desk.tick()
    desk.later(hours=2)
    desk.tick()
    ticket = one_of(desk)
    assert (ticket.state, ticket.openid) == (TicketState.ANSWERED, None)
    assert "已补充到编号 1" in desk.say("居民", "还没有修好")
    desk.say("运营", "工单 1")
    desk.say("运营", "工单 1 回复 您好，今天再修。")
    desk.tick()
    desk.later(hours=24)
    desk.say("运营", "工单 1 回复 您好，这次修好了。")
    desk.tick()
    desk.later(hours=25)
    desk.tick()
    assert one_of(desk).state == TicketState.ANSWERED
    desk.later(hours=23)
    desk.tick()
    assert (one_of(desk).state, one_of(desk).how) == (TicketState.CLOSED, ticket_watch.BY_ITSELF)


@pytest.mark.parametrize("deed", ["回复 您好，明天修。", "已在后台回复", "关闭 已电话答复"])
def test_what_the_reader_has_written_since_is_read_before_anything_is_settled(desk: Stage, deed: str) -> None:
    desk.say("居民", TROUBLE)
    assert TROUBLE in desk.say("运营", "工单 1")
    desk.say("居民", "现在煤气也漏了")
    assert desk.say("运营", f"工单 1 {deed}").startswith("读者又来了消息，没有照办。请先看：工单 1")
    assert (one_of(desk).state, len(written(desk))) == (TicketState.OPEN, 2)
    assert "煤气" in desk.say("运营", "工单 1")
    assert "读者又来了消息" not in desk.say("运营", f"工单 1 {deed}")


def test_what_comes_while_the_answer_is_sent_keeps_the_ticket_open(desk: Stage) -> None:
    desk.say("居民", TROUBLE)
    desk.say("运营", "工单 1 回复 您好，马上处理。")
    desk.say("居民", "现在煤气也漏了")  # at the same moment by the clock
    desk.tick()
    desk.tick()
    assert any("读者之后又来了消息，请看：工单 1" in text for text in heard(desk, "运营"))
    assert one_of(desk).state == TicketState.OPEN
