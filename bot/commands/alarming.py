"""告警: what rings, since when, who sees to it, and the words that settle each."""

from __future__ import annotations

from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command, reference, split
from content import control
from content.clock import stamp
from content.errors import OpsError
from content.models import Person
from scheduler import alarm as alarms
from scheduler.alarm_kinds import kind_of
from scheduler.models import Alarm

TEXT = 160  # characters of one alarm in the list


@command("告警", "报警", "警报", roles=("admin", "operator", "chief"))
def ringing(ask: Ask) -> str:
    """告警：还没有处理完的事，紧急的在前，每条写着该回哪一句；告警 3：看一条的全文。"""
    found = alarms.ringing(ask.session)
    if named := reference(without_thanks(ask.rest), "告警"):
        one = next((alarm for alarm in found if alarm.id == named[0]), None)
        if one is None:
            raise OpsError(f"告警{named[0]} 已经结束，或没有这条。")
        return _told(one, ask.person)
    paused = control.paused_because(ask.session)
    if not found:
        return f"{paused}没有要处理的告警（{stamp(ask.now)}）。"
    urgent_first = sorted(found, key=lambda alarm: (not kind_of(alarm.key).urgent, alarm.id))
    head = [*filter(None, [paused]), f"要处理的告警 {len(found)} 条："]
    return listed(head, [_told(alarm, ask.person, TEXT) for alarm in urgent_first], ["一条的全文请发：告警 编号"])


def _told(alarm: Alarm, person: Person | None, length: int = 0) -> str:
    """Return an alarm with the words by which this person may settle it.

    What its own text says of them stands at its end and is kept.
    """
    kind = kind_of(alarm.key)
    text = alarm.text
    if length and len(text) > length:
        text = f"{text[: length // 2]}……{text[-length // 2 :]}"
    taken = f"，{alarm.taken_by}在处理" if alarm.taken_by else "，紧急" if kind.urgent else ""
    lines = [
        f"告警{alarm.id}（{stamp(alarm.since)[5:]} 起{taken}）：{text}",
        _open_to(person, kind.ending(alarm.key, alarm.id)),
    ]
    if kind.urgent and not kind.once and not alarm.taken_at:
        lines.append(_open_to(person, f"您来处理就回复：收到 {alarm.id}"))
    return "\n".join(filter(None, lines))


def _open_to(person: Person | None, ending: str) -> str:
    """Return those parts of an ending that ask for no words, or for words that this person may send."""
    parts = [(part, split(part.partition("回复：")[2])) for part in ending.split("；")]
    return "；".join(part for part, named in parts if named is None or named[0].is_open_to(person))
