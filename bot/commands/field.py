"""走访, 培训, 活动, 群组 in one message: what is missing is asked for, what was understood is said, and may be corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.commands.asking import with_ended
from bot.commands.field_another import another, refuse_several, without_kind
from bot.commands.field_saying import facts_in_words, head, how_to_change, told_so_far
from bot.commands.fitting import MOST, listed
from bot.commands.naming import number_in, only_one
from bot.commands.near import asks
from bot.commands.small_talk import declines, is_courtesy
from bot.commands.table import Ask, Facts, command, plain, reference
from content import closing, dialogue, evidence, field_answers, field_changes, field_words, records
from content.assignments import FIELD, beyond
from content.clock import local_day
from content.day_names import on_its_day
from content.errors import OpsError
from content.field_counts import NONE
from content.field_kinds import KINDS
from content.field_words import Draft
from content.gazetteer import everywhere, gazetteer
from content.models import Person
from content.place_table import COMMUNITY
from content.record_checks import Missing, Twice, check
from content.record_models import Record
from content.record_views import line, views
from content.record_words import day_words, subject

MINUTES = 30  # for which a question about field work waits: people are on their way
AGAIN = {"是", "是的", "对", "又去了", "又去了一次", "再记", "记", "ok"}
OTHERS = {"其余", "其余的", "其他", "其它", "只记其余", "只记其余的"}
PICTURES = "照片或签到表"
_REMINDER = re.compile("别忘|不要忘|勿忘")
_CHANGE = re.compile(r"(更正|改正|修改|作废|删除)\s*(?:记录)?\s*")


@command("走访", "入户走访", roles=FIELD, acts=True, proves=True, questions=True)
def visit(ask: Ask) -> str:
    """走访 社区 日期 人数 事项：记一次走访，再发照片；只发“走访”看本月的，例如：走访 新风社区 今天 3人 讲解平台注册"""
    return begin(ask, "走访")


@command("培训", roles=FIELD, acts=True, proves=True, questions=True)
def training(ask: Ask) -> str:
    """培训 街道 日期 人数 主题：记一场培训，例如：培训 德胜街道、月坛街道 12月3日 45人 平台使用"""
    return begin(ask, "培训")


@command("活动", roles=FIELD, acts=True, proves=True, questions=True)
def event(ask: Ask) -> str:
    """活动 社区 日期 新增用户 名称：记一场线下活动，例如：活动 新风社区 12月6日 新增用户 30 冬至包饺子"""
    return begin(ask, "活动")


@command("群组", roles=FIELD, acts=True, proves=True, questions=True)
def group(ask: Ask) -> str:
    """群组 社区 群名 人数：记一个服务群，例如：群组 新风社区 新风便民群 120人"""
    return begin(ask, "群组")


@command("记录", roles=FIELD)
def show(ask: Ask) -> str:
    """记录：本月您看得到的走访、培训、活动等；看一条的内容和材料，例如：记录 12"""
    found = reference(ask.rest, "记录")
    if not ask.rest.strip():
        return _list(ask, "", own=False)
    if found is None:
        raise OpsError("请写记录的编号，例如：记录 12")
    record = records.named(ask.session, found[0], _person(ask), now=ask.now)
    (view,) = views(ask.session, [record])
    own = records.may_change(record, _person(ask))
    return "\n".join([head(view), *facts_in_words(view), *(how_to_change(record) if own else ())])


@command("作废", roles=FIELD, acts=True)
def void(ask: Ask) -> str:
    """作废 12 原因：记录 12 不算数，但不删除，例如：作废 12 记重了"""
    refuse_several(ask, ask.rest)
    return _void(ask, *number_in(ask, "记录", "作废 12 重复记了"))


@command("照片", "补照片", roles=FIELD, acts=True, proves=True)
def pictures(ask: Ask) -> str:
    """照片 12：给记录 12 补照片、签到表，再把图片发来。"""
    number, words = number_in(ask, "记录", "照片 12")
    record = records.named(ask.session, number, _person(ask), now=ask.now)
    if not records.may_prove(ask.session, record, _person(ask), now=ask.now):
        raise OpsError(f"记录{record.id}是{record.by}记的，照片由本人或运营来补；已作废的不用补。")
    why = closing.parted(words)[1]
    records.demand_reason(ask.session, record, why, _person(ask), now=ask.now)
    return _wanted(ask, record)


def refuse_picture(ask: Ask) -> None:
    """Raise OpsError where field work waits for words and a picture comes: there is no record yet to put it to."""
    question = dialogue.question_to(ask.session, _person(ask))
    if question and question.kind in KINDS and question.expires_at > ask.now and not question.facts.get("twice"):
        missing = "、".join(_draft(ask, question.facts).missing()) or "是哪个地方"
        raise OpsError(f"图片没有收下：“{question.kind}”还没有记完，请先回复{missing}，记好以后再发照片。")


def begin(ask: Ask, kind: str) -> str:
    """Record a piece of field work, change one, or list the month's, as the words behind the kind's name say."""
    if not ask.rest.strip():
        return _list(ask, kind, own=True)
    if asks(ask.rest) or _REMINDER.search(ask.rest):
        example = KINDS[kind].example
        raise OpsError(f"这一句像是在问或提醒，没有记，也没有改。办过以后再记，例如：{example}。看本月的请只发：{kind}")
    refuse_several(ask, ask.rest, kind)
    if change := _CHANGE.match(plain(ask.rest)):
        return _change(ask, change[1], ask.rest[change.end() :])
    today = local_day(ask.now)
    return _next(ask, on_its_day(ask.session, lambda known: field_words.read(ask.rest, kind, known, today), today))


def go_on(ask: Ask, facts: Facts) -> str:
    """Take what was asked for."""
    draft = _draft(ask, facts)
    if declines(ask.rest):
        return f"好的，“{draft.kind}”就此作罢。"
    refuse_several(ask, ask.rest)
    if new := another(ask, draft):
        return with_ended(begin(replace(ask, rest=new[1]), new[0]), draft.kind)
    if facts.get("twice"):
        said = plain(ask.rest).strip(" 。.!，").lower()
        if said in AGAIN:
            return _next(ask, draft, again=True)
        rest = tuple(spot for spot in draft.places if spot.id in facts.get("rest", ()))
        if said in OTHERS and rest:
            return _next(ask, replace(draft, places=rest))
        raise OpsError(f"又办了一次，请回复：是；{'只记其余的，请回复：其余；' if rest else ''}不用再记，请回复：算了")
    is_none = draft.wants("new_users") and ask.rest.strip(" 。.") in NONE
    if asks(ask.rest) or (is_courtesy(ask.rest) and not is_none):
        missing = "、".join(draft.missing()) or "是哪个地方"
        raise OpsError(f"没有看懂。还差：{missing}，例如：{KINDS[draft.kind].example}。不记了：算了")
    return _answered(replace(ask, rest=without_kind(ask, draft)), draft, is_told=facts.get("told", True))


def _answered(ask: Ask, draft: Draft, *, is_told: bool) -> str:
    """Take an answer to a draft; is_told: its day was told, and not assumed."""
    today, day = local_day(ask.now), draft.day
    start = draft if is_told else replace(draft, day=None)
    told = on_its_day(
        ask.session,
        lambda known: field_answers.answered(start, ask.rest, known, today, assumed=None if is_told else day),
        day or today,
    )
    return _next(ask, replace(told, day=told.day or day), is_told=told.day is not None)


def _next(ask: Ask, draft: Draft, *, again: bool = False, is_told: bool = True) -> str:
    """Record what is whole; ask for what is missing, for which place is meant, or whether it was done twice."""
    is_told = is_told and draft.day is not None
    kind, draft = KINDS[draft.kind], _own_place(ask, draft)
    streets = [spot for spot in draft.places if spot.level != COMMUNITY] if kind.by_community else []
    asked = replace(draft, places=tuple(spot for spot in draft.places if spot not in streets))
    try:
        checked = check(ask.session, _person(ask), asked, now=ask.now, again=again)
    except Missing as missing:
        asked = replace(asked, day=asked.day or local_day(ask.now))
        _ask(ask, asked, is_told=is_told)
        return _question(ask, asked, missing, streets[0].shown if streets else "")
    except Twice as twice:
        _ask(ask, asked, twice=twice)
        return _again(ask, asked, twice)
    record = records.add(ask.session, _person(ask), checked, now=ask.now, again=again)
    (view,) = views(ask.session, [record])
    today = [] if draft.day else [f"没有写日期，按今天（{day_words(record.day)}）记。"]
    lines = [f"已记下。{head(view)}", *facts_in_words(view), *today, *how_to_change(record)]
    return "\n".join([*lines, *([_wanted(ask, record)] if kind.evidence else [])])


def _again(ask: Ask, draft: Draft, twice: Twice) -> str:
    """Return the question whether it was done twice, or only the rest is to be recorded."""
    rest = f"只记{'、'.join(spot.shown for spot in twice.rest)}请回复：其余；" if twice.rest else ""
    again = "是另一个群" if KINDS[draft.kind].twin == "name" else "又办了一次"
    own = records.may_change(twice.other, _person(ask))
    change = f"要改那一条请发：{draft.kind} 更正 {twice.other.id} 改后的内容；" if own else ""
    return f"{twice}{rest}{again}请回复：是；{change}不记了：算了"


def _own_place(ask: Ask, draft: Draft) -> Draft:
    """Return a draft in which an unclear place is the person's own one, where only one of the candidates is."""
    if not draft.unclear:
        return draft
    person, day = _person(ask), draft.day or local_day(ask.now)
    others = beyond(ask.session, person, draft.unclear, day)
    own = [spot for spot in draft.unclear if spot not in others]
    return replace(draft, places=(*draft.places, *own), unclear=(), word="") if len(own) == 1 else draft


def _question(ask: Ask, draft: Draft, missing: Missing, street: str) -> str:
    known = gazetteer(ask.session, draft.day or local_day(ask.now))
    if draft.unclear:
        lines = [f"{n} {known.full(spot)}" for n, spot in enumerate(draft.unclear, 1)]
        return listed([f"“{draft.word}”是哪一个？请回复编号或全名。"], lines, ["不记了：算了"])
    unknown = f"{known.unknown(draft.word)}\n" if draft.word and not draft.places else ""
    which = f"{draft.kind}按社区记，是{street}的哪个社区？\n" if street else ""
    told = told_so_far(known, draft)
    return f"{unknown}{which}{told}还差：{'、'.join(missing.what)}。请直接回复；不记了：算了"


def _change(ask: Ask, word: str, rest: str) -> str:
    found = reference(rest)
    if found is None:
        raise OpsError(
            f"请写记录的编号，例如：走访 {word} 12 {'改后的内容' if '正' in word or '改' in word else '原因'}"
        )
    number, _, words = found
    only_one(words, f"走访 {word} 12 {'原因' if word in ('作废', '删除') else '改后的内容'}")
    if word in ("作废", "删除"):
        return _void(ask, number, words)
    record = records.named(ask.session, number, _person(ask), now=ask.now, hold=True)
    today = local_day(ask.now)
    told = on_its_day(ask.session, lambda known: field_changes.changed(words, record.kind, known, today), record.day)
    changes = records.correct(ask.session, record, told, _person(ask), now=ask.now)
    (view,) = views(ask.session, [record])
    return "\n".join([f"已更正：{changes}。", head(view), *facts_in_words(view)])


def _void(ask: Ask, number: int, why: str) -> str:
    record = records.named(ask.session, number, _person(ask), now=ask.now, hold=True)
    records.void(ask.session, record, why, _person(ask), now=ask.now)
    return f"记录{record.id}（{day_words(record.day)}{record.kind}）已作废，不再计数，经过留着。"


def _list(ask: Ask, kind: str, *, own: bool) -> str:
    month = f"{local_day(ask.now):%Y-%m}"
    query = records.listed(ask.session, _person(ask), now=ask.now, kind=kind, month=month, own=own)
    found = ask.session.scalars(query).all()
    what = kind or "记录"
    if not found:
        example = f"记一条请发：{KINDS[kind or '走访'].example}"
        return f"本月{'您' if own else ''}还没有{what}。{example}"
    lines = [f"{'' if kind else view.kind + ' '}{line(view)}" for view in views(ask.session, found[:MOST])]
    top = f"本月{'您记的' if own else ''}{what} {len(found)} 条："
    return listed([top], lines, ["看一条：记录 编号；补照片：照片 编号"], of=len(found))


def _wanted(ask: Ask, record: Record) -> str:
    asked = KINDS[record.kind].evidence
    return evidence.wanted(
        ask.session,
        _person(ask),
        subject(record),
        words=f"{record.kind}记录{record.id}",
        again=f"照片 {record.id}",
        what="或".join(asked) if asked and "照片" not in asked else PICTURES,
        now=ask.now,
    )


def _ask(ask: Ask, draft: Draft, *, twice: Twice | None = None, is_told: bool = True) -> None:
    facts: dict[str, Any] = {
        "kind": draft.kind,
        "places": [spot.id for spot in draft.places],
        "unclear": [spot.id for spot in draft.unclear],
        "word": draft.word,
        "day": (draft.day or local_day(ask.now)).isoformat(),  # an answer after midnight is still about this day
        "told": is_told,
        "people": draft.people,
        "new_users": draft.new_users,
        "text": draft.text,
        "more": dict(draft.more),
        "twice": twice is not None,
        "rest": [spot.id for spot in twice.rest] if twice else [],
    }
    dialogue.ask(ask.session, _person(ask), draft.kind, facts, now=ask.now, minutes=MINUTES)


def _draft(ask: Ask, facts: Mapping[str, Any]) -> Draft:
    by_id = {spot.id: spot for spot in everywhere(ask.session).places}
    return Draft(
        facts["kind"],
        tuple(by_id[number] for number in facts["places"] if number in by_id),
        tuple(by_id[number] for number in facts["unclear"] if number in by_id),
        facts["word"],
        date.fromisoformat(facts["day"]),
        facts["people"],
        facts["new_users"],
        facts["text"],
        facts["more"],
    )


def _person(ask: Ask) -> Person:
    assert ask.person is not None
    return ask.person
