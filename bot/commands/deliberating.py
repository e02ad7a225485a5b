"""议事 by message: a topic of a community opened, and each of its six steps with day, words and pictures."""

from __future__ import annotations

import re

from bot.commands.field_another import refuse_several
from bot.commands.fitting import MOST, listed
from bot.commands.near import asks
from bot.commands.table import Ask, command, plain, reference
from content import closing, dossiers, evidence
from content.assignments import FIELD
from content.clock import local_day
from content.closing import MonthClosed
from content.dossier_forms import DELIBERATION, FORMS
from content.dossier_models import Dossier, DossierStep
from content.dossier_views import dossier_views
from content.dossiers import Opening
from content.errors import OpsError
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Person
from content.past_days import day_at, day_within
from content.shared_proofs import shared

_FORM = FORMS[DELIBERATION]
_FIRST = re.compile(r"[^\s，,、。；;：:]*")
_SIGNS = " \u3000，,、。；;：:"  # that stand between a place and what follows
_EXAMPLE = "议事 新风社区 楼道堆物怎么管"


@command("议事", "议事协商", roles=FIELD, acts=True, proves=True, questions=True)
def deliberation(ask: Ask) -> str:
    """议事 社区 议题：立一个议题；做了下一步写 议事 3 分级 日期 内容，例如：议事 新风社区 楼道堆物怎么管"""
    if not ask.rest.strip():
        return _list(ask)
    if asks(ask.rest):
        raise OpsError(f"这一句像是在问，没有记。立议题例如：{_EXAMPLE}。看本人的请只发：议事")
    refuse_several(ask, ask.rest)
    words, today = plain(ask.rest).strip(), local_day(ask.now)
    found = None if day_at(words, 0, today) else reference(ask.rest, "议事")
    if found is None:
        return _open(ask)
    dossier = dossiers.named(ask.session, found[0], _person(ask), now=ask.now, hold=True)
    told, why = closing.parted(found[2])
    return _take(ask, dossier, found[2]) if told.strip() else _show(ask, dossier, why)


def _open(ask: Ask) -> str:
    today = local_day(ask.now)
    day, words = day_within(ask.rest, today)
    spot, title = _place(gazetteer(ask.session, day or today), words)
    told = Opening(DELIBERATION, title, day or today, spot)
    dossier = dossiers.open_(ask.session, told, _person(ask), now=ask.now)
    (first,) = dossiers.steps_of(ask.session, dossier)
    (view,) = dossier_views(ask.session, [dossier])
    return "\n".join(
        [
            f"已立档。议事{dossier.id}（{view.place}，{view.first}）：{view.title}",
            _next(view.number, view.next),
            _wanted(ask, first),
        ]
    )


def _place(known: Gazetteer, words: str) -> tuple[Spot, str]:
    """Return the community that words begin with, and what follows; OpsError names the candidates, or the nearest."""
    end, found = 0, known.at(words, 0)
    while found and found.whole:
        end = found.end
        found = known.at(words, end)
    end = end or len(_FIRST.match(words)[0])  # type: ignore[index]  # it matches the empty word
    return known.named(words[:end]), words[end:].strip(_SIGNS)


def _take(ask: Ask, dossier: Dossier, words: str) -> str:
    step = _FORM.step(words.strip())
    if dossier.form != DELIBERATION or not step:
        coming = dossiers.next_step(ask.session, dossier)
        raise OpsError(
            f"请写是哪一步。接下来是“{coming}”，例如：议事 {dossier.id} {coming} 做了什么"
            if coming
            else "各步都做完了。"
        )
    told = words.strip().removeprefix(step).removeprefix(step.removeprefix("议题"))
    day, text = day_within(told, local_day(ask.now))
    made = dossiers.take(ask.session, dossier, step, day or local_day(ask.now), text, _person(ask), now=ask.now)
    (view,) = dossier_views(ask.session, [dossier])
    said = [f"已记下。议事{dossier.id}的“{step}”（{made.day}）", _next(dossier.id, view.next)]
    return "\n".join([*filter(None, said), _wanted(ask, made)])


def _show(ask: Ask, dossier: Dossier, why: str) -> str:
    (view,) = dossier_views(ask.session, [dossier])
    head = f"议事{view.number}（{view.place}，{view.by}立）：{view.title}"
    steps = [f"{one.name} {one.day}：{one.text}（材料 {one.proofs} 份）" for one in view.steps if one.day]
    subjects = {one.step: dossiers.step_subject(one) for one in dossiers.steps_of(ask.session, dossier)}
    odd = shared(ask.session, set(subjects.values()))
    flags = [f"“{step}”的{odd[of]}" for step, of in subjects.items() if of in odd]
    told = [head, *steps, *flags, view.standing]
    if dossiers.may_go_on(ask.session, dossier, _person(ask), now=ask.now):
        told.append(_to_prove(ask, dossier, dossiers.steps_of(ask.session, dossier)[-1], why))
    return "\n".join(told)


def _to_prove(ask: Ask, dossier: Dossier, step: DossierStep, why: str) -> str:
    try:
        dossiers.demand_reason(ask.session, dossier, step, why, _person(ask), now=ask.now)
    except MonthClosed as closed:
        return f"{closing.in_words(closed.month)}的记录已经封存，补材料要写原因：议事 {dossier.id} 原因：为什么"
    return _wanted(ask, step)


def _list(ask: Ask) -> str:
    query = dossiers.listed(ask.session, _person(ask), now=ask.now, form=DELIBERATION)
    found = ask.session.scalars(query.where(Dossier.revoked_at.is_(None))).all()
    if not found:
        return f"还没有议题。立一个请发：{_EXAMPLE}"
    views = dossier_views(ask.session, found[:MOST])
    lines = [one.line.replace(f" {DELIBERATION} ", " ", 1) for one in views]
    return listed([f"议题 {len(found)} 个："], lines, ["看一个：议事 编号"], of=len(found))


def _next(number: int, step: str) -> str:
    return f"接下来是“{step}”，做了请发：议事 {number} {step} 做了什么" if step else "六步都做完了。"


def _wanted(ask: Ask, step: DossierStep) -> str:
    words = f"议事{step.dossier_id}的“{step.step}”"
    return evidence.wanted(
        ask.session, _person(ask), dossiers.step_subject(step), words=words, again=f"议事 {step.dossier_id}",
        what="照片或截图", now=ask.now,
    )  # fmt: skip


def _person(ask: Ask) -> Person:
    assert ask.person is not None
    return ask.person
