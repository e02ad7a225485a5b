"""合规看板: what the inspection of government accounts vetoes or takes points for, as it stands now (domain.md §2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from content.clock import local_day, stamp
from content.workdays import workdays_since
from scheduler import alarm, comment_queue, idle, link_watch, ticket_desk
from scheduler.rules import Rules
from scheduler.target_standing import Light
from scheduler.ticket_watch import WORKDAYS

RULE = (
    "更新：7 天提醒（黄）、10 天告警（黄）、13 天红线（红），满 14 天单项否决；留言和工单：过了答复期限黄，过了 30 天红；"
    "打不开的链接：两次打不开算，有就黄；排查：有稿件停住黄，已发布的里有就红。"
)
OLD = timedelta(days=30)
WARNED, ALARMED, LAST = 7, 10, 13
HELD, OUT = ("word", "word-due"), "word-out"  # the kinds of the alarms of 排查
WORDS = {Light.GREEN: "正常", Light.AMBER: "注意", Light.RED: "超限", Light.NONE: "不知道"}
SHOWN = 5


@dataclass(frozen=True)
class Item:
    """One thing that is inspected: its light, how it stands in words, what to send about it."""

    id: str
    name: str
    light: Light
    words: str
    todo: str = ""
    more: Sequence[str] = ()


def items(session: Session, rules: Rules, now: datetime) -> list[Item]:
    """Return all items, as they stand at a moment."""
    return [
        _updates(session, now),
        _comments(session, rules, now),
        _tickets(session, rules, now),
        _links(session, now),
        _findings(session),
    ]


def lines(found: Sequence[Item]) -> list[str]:
    """Return the items in words, a line each, with their lights."""
    return [f"{one.name}：{one.words}，{WORDS[one.light]}{f'。{one.todo}' if one.todo else ''}" for one in found]


def _updates(session: Session, now: datetime) -> Item:
    last = idle.last_out(session)
    if last is None:
        return Item("updates", "更新", Light.NONE, "还没有发布过")
    days = (local_day(now) - local_day(last)).days
    word = next(
        (f"，{said}" for least, said in ((LAST, "红线"), (ALARMED, "告警"), (WARNED, "提醒")) if days >= least), ""
    )
    limit: date = local_day(last) + timedelta(days=idle.LIMIT)
    light = Light.RED if days >= LAST else Light.AMBER if days >= WARNED else Light.GREEN
    words = f"{days} 天没有发布（上一次 {stamp(last)}）{word}；{limit} 满 {idle.LIMIT} 天单项否决"
    return Item("updates", "更新", light, words, "看还差什么请发：待发" if word else "")


def _comments(session: Session, rules: Rules, now: datetime) -> Item:
    oldest = next(iter(comment_queue.waiting(session, limit=1)), None)
    blind = comment_queue.blind(session)
    if oldest is None:
        return Item("comments", "留言", Light.NONE if blind else Light.GREEN, blind or "没有等人理的留言")
    words = f"{comment_queue.count_waiting(session)} 条待处理，{comment_queue.oldest_in_words(session, rules, now)}"
    late = workdays_since(oldest.created_at, now, rules.days) > rules.comment_days
    light = _waiting(oldest.created_at, now, late=late)
    if blind:
        light, words = Light.NONE if light == Light.GREEN else light, f"{words}，{blind}"
    return Item("comments", "留言", light, words, "看留言请发：评论")


def _tickets(session: Session, rules: Rules, now: datetime) -> Item:
    waiting = ticket_desk.open_ones(session)
    if not waiting:
        return Item("tickets", "工单", Light.GREEN, "没有待答复的工单")
    since = min(one.waits_since for one in waiting)
    late = workdays_since(since, now, rules.days) > WORKDAYS
    words = f"{len(waiting)} 张待答复，最早的 {stamp(since)}"
    return Item("tickets", "工单", _waiting(since, now, late=late), words, "都列出来请发：工单")


def _links(session: Session, now: datetime) -> Item:
    there, asked = link_watch.counts(session, now)
    if not asked:
        return Item(
            "links",
            "链接",
            Light.NONE if there else Light.GREEN,
            f"近 90 天的文章有 {there} 个外部链接{'，还没有查' if there else ''}",
        )
    found = link_watch.dead(session, now)
    words = f"近 90 天的文章有 {there} 个外部链接，查过 {asked} 个，{len(found)} 个打不开"
    more = [
        f"文章{row.article_id}：{row.address}（{row.words}，{stamp(row.asked_at)}）" for row in found if row.asked_at
    ]
    todo = f"改链接请发：更正 {found[0].article_id}" if found else ""
    return Item("links", "链接", Light.AMBER if found else Light.GREEN, words, todo, more)


def _findings(session: Session) -> Item:
    ringing = [one for one in alarm.ringing(session) if one.key.partition(":")[0] in (*HELD, OUT)]
    held = sum(1 for one in ringing if one.key.partition(":")[0] in HELD)
    out = len(ringing) - held
    if not ringing:
        return Item("findings", "排查", Light.GREEN, "没有未处理的错敏词")
    words = "，".join(
        said for said in (f"{out} 处在已发布的里" if out else "", f"{held} 次推文停住" if held else "") if said
    )
    light = Light.RED if out else Light.AMBER
    return Item("findings", "排查", light, words, "看告警请发：告警", [one.text for one in ringing[:SHOWN]])


def _waiting(since: datetime, now: datetime, *, late: bool) -> Light:
    return Light.RED if now - since > OLD else Light.AMBER if late else Light.GREEN
