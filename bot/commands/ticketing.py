"""Tickets by message: readers make them by writing, operators answer and close them."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy.orm import Session

from bot.commands.files import is_file
from bot.commands.fitting import MOST, listed
from bot.commands.naming import only_one, reason_in
from bot.commands.table import Ask, command, reference, split
from bot.messages import Message
from bot.readers import is_search, reader_answer
from content import tickets
from content.clock import local_day
from content.complaints import is_complaint, is_long
from content.coverage import in_charge
from content.errors import OpsError
from content.lint.tables import tables
from content.places import names_in
from content.replies import Replies
from content.ticket_models import Ticket, TicketState
from scheduler import ticket_desk as desk
from scheduler import ticket_seen

SEEN_BY_A_PERSON = ("image", "voice", "video", "shortvideo", "location", "link", "file")
HOW = "确实要这样答复，请在最后加上“放行：理由”再发一次。"
PLACES = "places.csv"
_REASON = re.compile(r"\s*放行\s*[:：]\s*(?P<reason>[^\n]+)\s*$")
_DEED = re.compile(
    r"(?P<elsewhere>(?:已经?(?:在?后台)?|在?后台已?经?)(?:回复|答复)了?[。.]?)|(?P<word>回复|答复|关闭|关单|办结)(?P<text>.*)",
    re.DOTALL,
)


# readers -------------------------------------------------------------------------------------------------------------


def is_for_a_person(session: Session, message: Message, folder: Path, replies: Replies) -> bool:
    """Say whether a stranger's message is one that a person must answer, or that a ticket of theirs must know of.

    A search and words that are a keyword of replies.csv only move the ticket's 48 hours (see `take`), a button's
    key does nothing; a text that holds a keyword beside words of trouble, or in a long tale, is one all the same.
    """
    if message.kind == "text":
        text = message.text
        if not text or message.event_key:
            return False
        # whoever has left may still send commands
        is_tale = is_complaint(text, folder) or (is_long(text) and split(text) is None)
        if is_tale and not _is_asked_of_the_robot(text, replies):
            return True
    return message.kind in ("text", *SEEN_BY_A_PERSON) and tickets.has_live(session, message.sender)


def take(ask: Ask) -> str:
    """Open a reader's ticket, or add to it; what is asked of the robot is answered as ever, and is a message too."""
    if _is_asked_of_the_robot(ask.rest, ask.replies):
        tickets.heard(ask.session, ask.sender, now=ask.now)
        return reader_answer(ask)
    words = "" if is_file(ask.rest) else ask.rest
    told = tickets.Told(words, tickets.place_in(words, names_in(ask.folder / PLACES)), ask.picture)
    if not told.text and not told.picture:
        told = tickets.Told("（语音、视频、文件、位置或链接，请到后台看）")
    return tickets.take(ask.session, ask.sender, told, now=ask.now)


def _is_asked_of_the_robot(words: str, replies: Replies) -> bool:
    return is_search(words) or replies.equal(words) is not None


# people --------------------------------------------------------------------------------------------------------------


@command("工单", "问题", roles=desk.READERS, acts=True, questions=True)
def ticket(ask: Ask) -> str:
    """工单：等人答复的，最早的在前；工单 12：看；工单 12 回复 文字；工单 12 已在后台回复；工单 12 关闭 原因。"""
    assert ask.person is not None
    number, _, rest = reference(ask.rest, "工单") or (0, None, "")
    if not number:
        if ask.rest.strip():
            raise OpsError("请写工单的编号，例如：工单 12；工单 12 回复 您好，……；工单 12 关闭 已电话答复")
        return _waiting(ask)
    if not rest.strip():
        return _one(ask, desk.by_number(ask.session, number))
    desk.demand_handler(ask.person)
    only_one(rest, "工单 12 关闭 已电话答复")
    return _deed(ask, number, rest.strip())


def _deed(ask: Ask, number: int, rest: str) -> str:
    assert ask.person is not None
    said = _DEED.fullmatch(rest)
    if said is None:
        raise OpsError(f"没有看懂。请发：工单 {number} 回复 文字；工单 {number} 已在后台回复；工单 {number} 关闭 原因")
    by, seen = ask.person.name, ticket_seen.up_to(ask.session, number, ask.person)
    if said["elsewhere"]:
        return desk.answered_elsewhere(ask.session, number, by=by, now=ask.now, seen=seen)
    text = said["text"].lstrip(" 　:：,，")
    if said["word"] in ("回复", "答复"):
        found = _REASON.search(text)
        text, reason = (text[: found.start()], found["reason"]) if found else (text, "")
        answer = desk.Answer(text, by, reason, HOW, seen)
        return desk.reply(ask.session, number, answer, tables(ask.folder), now=ask.now)
    return desk.close(ask.session, number, reason_in(text), by=by, now=ask.now, seen=seen)


def _waiting(ask: Ask) -> str:
    found = desk.open_ones(ask.session, limit=MOST)
    if not found:
        return "没有等人答复的工单。"
    total = desk.count_open(ask.session)
    foot = [f"看一张请发：工单 {found[0].id}"]
    return listed([f"等人答复的工单 {total} 张："], [_line(ask, one) for one in found], foot, of=total)


def _line(ask: Ask, one: Ticket) -> str:
    place = f"{one.place}，" if one.place else ""
    return f"{one.id} {desk.brief(ask.session, one)}（{place}{desk.window_in_words(one, ask.now).rstrip('。')}）"


def _one(ask: Ask, one: Ticket) -> str:
    assert ask.person is not None
    whole = desk.may_handle(ask.person)
    if whole:
        ticket_seen.note(ask.session, one, ask.person)
    head = [f"工单 {one.id}（{desk.state_in_words(ask.session, one)}）"]
    head += [f"电话：{desk.phone_of(one, whole=whole) or '还没有留'}" + (f"，地点：{one.place}" if one.place else "")]
    if people := in_charge(ask.session, one.place, local_day(ask.now)):
        head.append(f"这个地方负责的：{people}")
    if window := desk.window_in_words(one, ask.now):
        head.append(window)
    newest_first = reversed(desk.messages(ask.session, one))  # what is noted as seen stands in the first part
    lines = [desk.told_by(message, whole=whole) for message in newest_first]
    foot = []
    if whole and one.state != TicketState.CLOSED:
        foot = [f"请发：工单 {one.id} 回复 文字；工单 {one.id} 已在后台回复；工单 {one.id} 关闭 原因"]
    return listed(head, lines, foot)
