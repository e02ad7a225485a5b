"""案例, 平台内容, 评价 in one message, as `field` reads them; a group's end; and the answers to what any kind still needs."""

from __future__ import annotations

from bot.commands.field import begin, go_on
from bot.commands.naming import only_one
from bot.commands.table import Ask, command, continuation, reference
from content import groups, records
from content.assignments import FIELD
from content.clock import local_day
from content.errors import OpsError
from content.field_kinds import KINDS
from content.past_days import day_within
from content.record_words import day_words


@command("案例", "典型案例", roles=FIELD, acts=True, proves=True, questions=True)
def case(ask: Ask) -> str:
    """案例 社区 题目 链接或文章编号：记一个典型案例，例如：案例 新风社区 老楼装上电梯 文章12"""
    return begin(ask, "案例")


@command("平台内容", roles=FIELD, acts=True, proves=True, questions=True)
def content(ask: Ask) -> str:
    """平台内容 标题 链接：记平台上发的一条，可写日期和专题，例如：平台内容 12月3日 重阳节敬老 专题 敬老 链接 https://example.com/1"""
    return begin(ask, "平台内容")


@command("评价", "满意度评价", roles=FIELD, acts=True, proves=True, questions=True)
def rating(ask: Ask) -> str:
    """评价 社区 日期 评分或满意率 人数：记一次满意度评价，例如：评价 新风社区 12月3日 4.6分 32人作答"""
    return begin(ask, "评价")


@command("群组解散", "群组 解散", roles=FIELD, acts=True)
def retire(ask: Ask) -> str:
    """群组解散 12 原因 日期：群组 12 从那天起不再算，例如：群组解散 12 长期没有人说话 12月3日"""
    found = reference(ask.rest, "记录")
    if found is None:
        raise OpsError("请写群组的记录编号和原因，例如：群组解散 12 长期没有人说话 12月3日")
    only_one(found[2], "群组解散 12 长期没有人说话 12月3日")
    assert ask.person is not None
    day, why = day_within(found[2], local_day(ask.now))
    record = records.named(ask.session, found[0], ask.person, now=ask.now, hold=True)
    groups.retire(ask.session, record, day or local_day(ask.now), why, ask.person, now=ask.now)
    assert record.ended is not None
    return f"群组{record.id}从{day_words(record.ended)}起已解散，不再计数，经过留着。"


for _name in KINDS:
    continuation(_name)(go_on)
