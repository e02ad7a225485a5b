"""Communities' weekly reports by message: a liaison's own by a link, one by its name, and that they were sent to a group."""

from __future__ import annotations

import re

from bot import weekly
from bot.commands.table import Ask, command
from bot.weekly_links import DAYS, weekly_link
from content import evidence
from content.assignments import FIELD, places_of
from content.clock import local_day
from content.errors import OpsError
from content.gazetteer import Spot, gazetteer
from content.models import Person
from content.weekly_facts import sentences
from content.weekly_street import text
from content.weeks import Week
from scheduler import weekly_reports, weekly_sent, weekly_watch
from scheduler.agreement import Contract
from scheduler.models import Report
from scheduler.sending_models import GROUP, MAIL

_WEEK = re.compile(r"(?:\d{4}\s*-\s*)?[Ww]\d{1,2}|(?:\d{4}年)?第\s*\d{1,2}\s*周|\d{4}-\d{2}-\d{2}")
_LAST = re.compile("上周|本周")


@command("已发群", roles=FIELD, acts=True, proves=True)
def sent_to_group(ask: Ask) -> str:
    """已发群 街道：各社区的周报发到群里了，再发截图；别的周写在后面，例如：已发群 德胜街道；已发群 德胜街道 第50周"""
    return _sent(ask, GROUP, "已发群")


@command("已发邮件", roles=FIELD, acts=True, proves=True)
def sent_by_mail(ask: Ask) -> str:
    """已发邮件 街道：各社区的周报用邮件发出了，再发截图，例如：已发邮件 德胜街道"""
    return _sent(ask, MAIL, "已发邮件")


def own(ask: Ask) -> str:
    """Return the link to a liaison's own reports, and the week in words where it is one community."""
    person, contract, week = _person(ask), _contract(ask), weekly_watch.last_due(ask.now)
    known = gazetteer(ask.session, week.last)
    inside = weekly.communities(known, places_of(ask.session, person, local_day(ask.now), known))
    if not inside:
        raise OpsError(f"{person.name}现在没有负责的社区，请管理员分配。")
    made = [spot for spot in inside if weekly.newest_facts(ask.session, spot.code, week)]
    if not made:
        weekly.chosen_week(contract, "", ask.now)
        raise OpsError(f"{week.in_words}的周报还没有生成，周一 9 点以后再看。")
    head = f"{week.in_words}的周报，您负责的 {len(inside)} 个社区里有 {len(made)} 个："
    link = weekly_link(ask.server, person, week, now=ask.now)
    counts = bool(weekly.reached(ask.session, person, known, ask.now))
    opened = "打开一个社区的页面，就记为它已送达。" if counts else "打开只是看，不记为送达。"
    told = [head, f"{link}\n{DAYS} 天内有效，只给您本人；{opened}"] if link else [head]
    return "\n".join([*told, *(_one(ask, made[0], week) if len(made) == 1 else ())])


def of_place(ask: Ask, words: str) -> str:
    """Return a community's week in words, or the text to forward of a street; "" where the words name no place."""
    week = weekly_watch.last_due(ask.now)
    known = gazetteer(ask.session, week.last)
    found = known.at(words, 0)
    if found is None:
        return ""
    spot = known.named(words)
    if not weekly.may_read(ask.session, _person(ask), spot, ask.now):
        raise OpsError(f"{spot.shown}的周报不归{_person(ask).name}看。")
    inside = known.below(spot)
    told = _one(ask, spot, week) if inside == [spot] else _street(ask, spot, week)
    if not told:
        raise OpsError(f"{spot.shown} {week.in_words}的周报还没有生成。")
    return "\n".join(told)


def _one(ask: Ask, spot: Spot, week: Week) -> list[str]:
    found = weekly.newest_facts(ask.session, spot.code, week)
    if found is None:
        return []
    report, facts = found
    return [f"{facts.shown}周报，{week.in_words}，第 {report.version} 版", *sentences(facts)]


def _street(ask: Ask, spot: Spot, week: Week) -> list[str]:
    row = weekly_reports.newest(ask.session, weekly_reports.STREET, week.name).get(spot.code)
    if row is None:
        return []
    pack = ask.session.get_one(Report, row.id)
    street = weekly_reports.street_of(pack, *weekly_reports.made_and_lacking(ask.session, pack))
    return [text(street, "")]


def _sent(ask: Ask, way: str, name: str) -> str:
    person, contract = _person(ask), _contract(ask)
    place, words = _read(ask.rest, name)
    spot, week, sent = weekly.record_sent(ask.session, contract, person, place, words, way, now=ask.now)
    said = weekly.in_words(spot, week, sent)
    wanted = evidence.wanted(
        ask.session,
        person,
        weekly_sent.subject(sent.sending),
        words=weekly.words_of(sent.sending, spot),
        again=f"{name} {spot.name} {week.name}",
        what="发送的截图",
        now=ask.now,
    )
    return f"{said}\n{wanted}没有截图的送达，验收时算材料不全。"


def _read(rest: str, name: str) -> tuple[str, str]:
    """Return the place and the week that are named."""
    week = _WEEK.search(rest)
    place = _LAST.sub("", _WEEK.sub("", rest)).strip(" ，,。：:的")
    if not place:
        raise OpsError(f"请写是哪个街道的周报，例如：{name} 德胜街道")
    return place, week[0].replace(" ", "") if week else ""


def _contract(ask: Ask) -> Contract:
    contract = weekly_watch.contract_of(ask.folder)
    if contract is None:
        raise OpsError(weekly.NO_CONTRACT)
    return contract


def _person(ask: Ask) -> Person:
    assert ask.person is not None
    return ask.person
