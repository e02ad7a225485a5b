"""Files that go through steps as the terminal and the pages keep them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.wiring import Parts
from content import dossiers, evidence
from content.clock import local_day
from content.dossier_forms import form_named
from content.dossiers import Opening
from content.errors import OpsError, WrongUse
from content.gazetteer import gazetteer
from content.past_days import day_at
from content.people import person_named
from scheduler.counting import NAMES
from scheduler.targets import CONTRACT_FILE, read_contract

Upload = tuple[str, bytes]  # the name of a file and what is in it


def open_(
    parts: Parts, form: str, title: str, *, by: str, first: str = "", last: str = "", place: str = "",
    targets: Sequence[str] = (), why: str = "",
) -> int:  # fmt: skip
    """Open a file of a form, from today where no day is told; return its number. why: after its month was closed."""
    now = parts.clock.now()
    today = local_day(now)
    begun, wanted = day_said(first, today) or today, _targets(parts, targets)
    with parts.store.transaction() as session:
        spot = gazetteer(session, begun).named(place) if place and form_named(form).of_place else None
        told = Opening(form, title, begun, spot, day_said(last, today), wanted, why.strip())
        return dossiers.open_(session, told, person_named(session, by), now=now).id


def take(
    parts: Parts, number: int, step: str, text: str, *, by: str, day: str = "", uploads: Sequence[Upload] = (),
    why: str = "",
) -> str:  # fmt: skip
    """Take a step, today where no day is told, with its evidence; return what was done. why: after its month was closed."""
    now = parts.clock.now()
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    with parts.store.transaction() as session:
        person = person_named(session, by)
        dossier = dossiers.named(session, number, person, now=now, hold=True)
        name = form_named(dossier.form).step(step) or step
        on = day_said(day, local_day(now)) or local_day(now)
        made = dossiers.take(session, dossier, name, on, text, person, now=now, why=why.strip())
        for one, path in kept:
            words = f"{dossier.form}{number}的“{name}”"
            evidence.hand_in(session, dossiers.step_subject(made), path, name=one, words=words, by=by, now=now)
        following = dossiers.next_step(session, dossier)
        return f"{dossier.form}{number}的“{name}”已记下。" + (
            f"接下来：{following}。" if following else "各步都做完了。"
        )


def prove(parts: Parts, number: int, step: str, uploads: Sequence[Upload], *, by: str, why: str = "") -> str:
    """Put evidence to a step that was taken; return what was done. why: after its month was closed."""
    if not uploads:
        raise WrongUse("请选择照片、扫描件或 PDF。")
    now = parts.clock.now()
    kept = [(name, evidence.keep(parts.workspace, data, name)) for name, data in uploads]
    with parts.store.transaction() as session:
        person = person_named(session, by)
        dossier = dossiers.named(session, number, person, now=now, hold=True)
        dossiers.demand_going_on(session, dossier, person, now=now)
        name = form_named(dossier.form).step(step)
        taken = next((one for one in dossiers.steps_of(session, dossier) if one.step == name), None)
        if taken is None:
            raise OpsError(f"{dossier.form}{number}还没有“{step}”这一步，材料没有收。")
        dossiers.demand_reason(session, dossier, taken, why, person, now=now)
        for one, path in kept:
            words = f"{dossier.form}{number}的“{name}”"
            evidence.hand_in(session, dossiers.step_subject(taken), path, name=one, words=words, by=by, now=now)
        return f"已收下 {len(kept)} 份，附在{dossier.form}{number}的“{name}”上。"


def correct(parts: Parts, number: int, step: str, text: str, why: str, *, by: str, day: str = "") -> str:
    """Correct a step with a reason; return what was done."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        dossier = dossiers.named(session, number, person, now=now, hold=True)
        name = form_named(dossier.form).step(step) or step
        dossiers.correct(session, dossier, name, day_said(day, local_day(now)), text, why, person, now=now)
        return f"{dossier.form}{number}的“{name}”已更正。"


def end(parts: Parts, number: int, day: str, *, by: str, why: str = "") -> str:
    """Note with which day a span ended; return what was done. why: where that changes a closed month."""
    now = parts.clock.now()
    last = day_said(day, local_day(now)) or local_day(now)
    with parts.store.transaction() as session:
        person = person_named(session, by)
        dossier = dossiers.named(session, number, person, now=now, hold=True)
        dossiers.end(session, dossier, last, person, now=now, why=why)
        return f"{dossier.form}{number}到 {last} 结束。"


def void(parts: Parts, number: int, why: str, *, by: str) -> str:
    """Void a file with a reason; return what was done."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        dossier = dossiers.named(session, number, person, now=now, hold=True)
        dossiers.void(session, dossier, why, person, now=now)
        return f"{dossier.form}{number}已作废，不再计数，经过留着。"


def day_said(words: str, today: date) -> date | None:
    """Return the day that words say, None for no words; WrongUse where they say none."""
    plain = words.strip()
    if not plain:
        return None
    said = day_at(plain, 0, today)
    if said is None or said[1] != len(plain):
        raise WrongUse(f"“{plain}”不是日期，请写成 12月3日 或 2026-12-03。")
    return said[0]


def _targets(parts: Parts, told: Sequence[str]) -> list[str]:
    """Return the ids of the targets that are named by id or name; WrongUse names those there are."""
    contract = read_contract(parts.workspace, NAMES) if told else None
    if contract is None:
        return list(told)
    ids = {target.name: target.id for target in contract.targets} | {
        target.id: target.id for target in contract.targets
    }
    if unknown := [one for one in told if one not in ids]:
        known = "、".join(f"{target.name}（{target.id}）" for target in contract.targets)
        raise WrongUse(f"{CONTRACT_FILE} 里没有指标“{unknown[0]}”。有：{known}")
    return list(dict.fromkeys(ids[one] for one in told))
