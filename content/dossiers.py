"""Files that go through steps: opened, each step taken in its order with its day, corrected with a reason, voided, found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from content import closing, evidence
from content.assignments import EVERYWHERE, beyond, seen_ids
from content.clock import days_between, local_day
from content.dossier_forms import EXCEPTION, FORMS, Form, form_named
from content.dossier_models import Dossier, DossierStep
from content.errors import OpsError
from content.gazetteer import Spot
from content.models import Event, Person
from content.place_table import COMMUNITY
from content.succession import goes_on

LONGEST = 1000  # characters of a title or of what was done


@dataclass(frozen=True)
class Opening:
    """What is told of a file when it is opened.

    last: None while it lasts. targets: ids of the contract's. why: for what comes after its month was closed.
    """

    form: str
    title: str
    first: date
    spot: Spot | None = None
    last: date | None = None
    targets: Sequence[str] = ()
    why: str = ""


def open_(session: Session, told: Opening, person: Person, *, now: datetime) -> Dossier:
    """Open a file; OpsError says what is missing, or why the person may not."""
    form = form_named(told.form)
    _check(session, form, told, person, now)
    days = _touched(told.first, told.last, now) if form.is_span else [told.first]
    title, why = closing.reasoned_words(session, told.title, told.why, days)
    if not title.strip():
        raise OpsError(f"还差：{form.title}。")
    made = Dossier(
        form=form.name, title=title.strip(), place_id=told.spot.id if told.spot else None, first=told.first,
        last=told.last, targets=" ".join(told.targets), person_id=person.id, by=person.name, company=person.company, at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, made, f"立档：{form.name}{_reason(why)}", by=person.name, now=now)
    if form.begun:
        take(session, made, form.steps[0], told.first, title, person, now=now, why=why)
    return made


def take(
    session: Session, dossier: Dossier, step: str, day: date, text: str, person: Person, *, now: datetime, why: str = ""
) -> DossierStep:
    """Take the next step; OpsError where it is not the next one, lies before the last one, or may not be taken.

    why: for what comes after its month was closed.
    """
    demand_going_on(session, dossier, person, now=now)
    done, coming = steps_of(session, dossier), next_step(session, dossier)
    if step in {one.step for one in done}:
        raise OpsError(f"“{step}”已经记过了。要改请写原因：wxops dossier correct {dossier.id} {step} 内容 --why 原因")
    if step != coming:
        ahead = f"接下来是“{coming}”" if coming else "各步都做完了"
        raise OpsError(f"{dossier.form}{dossier.id}{ahead}，没有记“{step}”。")
    text, why = closing.reasoned_words(session, text, why, [day])
    _check_step(done[-1] if done else None, None, day, text, now)
    made = DossierStep(dossier_id=dossier.id, step=step, day=day, text=text.strip(), by=person.name, at=now)
    session.add(made)
    session.flush()
    note(session, dossier, f"{step}（{day}）{_reason(why)}", by=person.name, now=now)
    return made


def correct(
    session: Session, dossier: Dossier, step: str, day: date | None, text: str, why: str, person: Person, *, now: datetime
) -> None:  # fmt: skip
    """Correct the day or the words of a step that was taken, with a reason; what was stays in the trail."""
    demand_own(session, dossier, person, now=now)
    done = steps_of(session, dossier)
    at = next((at for at, one in enumerate(done) if one.step == step), None)
    if at is None:
        raise OpsError(f"{dossier.form}{dossier.id}还没有“{step}”这一步。")
    if not why.strip():
        raise OpsError("更正要写原因。")
    was, after = done[at], done[at + 1] if at + 1 < len(done) else None
    new = (day or was.day, text.strip() or was.text)
    _check_step(done[at - 1] if at else None, after, *new, now)
    if new == (was.day, was.text):
        raise OpsError("没有看出要改什么，没有改。")
    late = closing.marked(session, was.day, new[0])
    note(
        session, dossier, f"更正{step}{late}：{was.day} {was.text}→{new[0]} {new[1]}。原因：{why.strip()}", by=person.name, now=now
    )  # fmt: skip
    was.day, was.text = new


def demand_reason(
    session: Session, dossier: Dossier, step: DossierStep, why: str, person: Person, *, now: datetime
) -> None:
    """Keep why evidence is put to a step; MonthClosed where its month is closed and there is no reason."""
    if why := closing.demanded(session, why, [step.day]):
        late = closing.marked(session, step.day)
        note(session, dossier, f"给“{step.step}”补材料{late}{_reason(why)}", by=person.name, now=now)


def end(session: Session, dossier: Dossier, last: date, person: Person, *, now: datetime, why: str = "") -> None:
    """Note with which day a span ended; OpsError for what is none.

    why: where a day that is in the span no more, or only now, lies in a closed month.
    """
    demand_own(session, dossier, person, now=now)
    if not FORMS[dossier.form].is_span:
        raise OpsError(f"{dossier.form}不用写结束日期。")
    if last < dossier.first:
        raise OpsError(f"结束日期 {last} 在开始（{dossier.first}）以前，请核对。")
    today = local_day(now)
    was = dossier.last or max(last, today)
    changed = days_between(
        min(was, last) + timedelta(days=1), min(max(was, last), today)
    )  # what lies ahead is not closed
    why, late = closing.demanded(session, why, changed), closing.marked(session, *changed)
    note(session, dossier, f"结束日期{late} {dossier.last or '未定'}→{last}{_reason(why)}", by=person.name, now=now)
    dossier.last = last


def void(session: Session, dossier: Dossier, why: str, person: Person, *, now: datetime) -> None:
    """Void a file with a reason; it counts no more, and stays with its trail."""
    demand_own(session, dossier, person, now=now)
    if not why.strip():
        raise OpsError("作废要写原因。")
    dossier.revoked_at = now
    steps = steps_of(session, dossier)
    for step in steps:
        evidence.unwanted(session, step_subject(step))
    days = _touched(dossier.first, dossier.last, now) if FORMS[dossier.form].is_span else [dossier.first]
    late = closing.marked(session, *days, *(step.day for step in steps))
    note(session, dossier, f"作废{late}：{why.strip()}", by=person.name, now=now)


def steps_of(session: Session, dossier: Dossier) -> list[DossierStep]:
    """Return the steps that were taken, in their order."""
    order = FORMS[dossier.form].steps
    found = session.scalars(select(DossierStep).where(DossierStep.dossier_id == dossier.id))
    return sorted(found, key=lambda one: order.index(one.step))


def next_step(session: Session, dossier: Dossier) -> str:
    """Return the step that comes next, "" when all are done."""
    done = {one.step for one in steps_of(session, dossier)}
    return next((step for step in FORMS[dossier.form].steps if step not in done), "")


def named(session: Session, number: int, person: Person, *, now: datetime, hold: bool = False) -> Dossier:
    """Return the file of a number; OpsError, the same for one that is not there and one that is not the person's."""
    query = select(Dossier).where(Dossier.id == min(number, 2**31 - 1), _seen_by(session, person, now))
    found = session.scalar(query.with_for_update() if hold else query)
    if found is None:
        raise OpsError(f"没有档案{number}，或者不归您看。")
    return found


def listed(session: Session, person: Person, *, now: datetime, form: str = "") -> Select[tuple[Dossier]]:
    """Return the query of the files that a person sees, newest first."""
    query = select(Dossier).where(_seen_by(session, person, now))
    return (query.where(Dossier.form == form) if form else query).order_by(Dossier.id.desc())


def forms_for(person: Person) -> list[Form]:
    """Return the forms that a person may keep."""
    return [form for form in FORMS.values() if person.role in form.roles]


def may_change(dossier: Dossier, person: Person) -> bool:
    """Say whether a person may go on with a file: who opened it, or an operator."""
    return dossier.revoked_at is None and (person.role in EVERYWHERE or dossier.person_id == person.id)


def may_go_on(session: Session, dossier: Dossier, person: Person, *, now: datetime) -> bool:
    """Say whether a person may take the next step or prove one: who may change it, or who follows them at its place."""
    if may_change(dossier, person):
        return True
    begun = (dossier.person_id, [dossier.place_id] if dossier.place_id else [])
    return dossier.revoked_at is None and goes_on(session, person, begun, local_day(now))


def demand_going_on(session: Session, dossier: Dossier, person: Person, *, now: datetime) -> None:
    """Raise OpsError where a person may neither take steps of a file nor prove them."""
    if not may_go_on(session, dossier, person, now=now):
        demand_own(session, dossier, person, now=now)


def demand_own(session: Session, dossier: Dossier, person: Person, *, now: datetime) -> None:
    """Raise OpsError where a file is void, or not this person's to change."""
    if dossier.revoked_at:
        raise OpsError(f"{dossier.form}{dossier.id}已经作废，不能再改。")
    if not may_change(dossier, person):
        raise OpsError(f"{dossier.form}{dossier.id}是{dossier.by}立的，由本人或运营来改。")


def exempted(session: Session) -> list[Dossier]:
    """Return the spans of force majeure that stand, oldest first; `targets` says what each of them is about."""
    there = and_(Dossier.form == EXCEPTION, Dossier.revoked_at.is_(None))
    return list(session.scalars(select(Dossier).where(there).order_by(Dossier.first, Dossier.id)))


def subject(dossier: Dossier) -> str:
    """Return the name under which a file's trail is kept."""
    return f"dossier:{dossier.id}"


def step_subject(step: DossierStep) -> str:
    """Return the name under which the evidence of a step is kept."""
    return f"step:{step.id}"


def note(session: Session, dossier: Dossier, why: str, *, by: str, now: datetime) -> None:
    """Write into a file's trail what happened to it."""
    session.add(Event(subject=subject(dossier), at=now, by=by, why=why))


def _reason(why: str) -> str:
    return f"。原因：{why}" if why else ""


def _touched(first: date, last: date | None, now: datetime) -> list[date]:
    """Return the days of a span up to today; its first one where it lies ahead."""
    until = min(last or local_day(now), local_day(now))
    return days_between(first, max(first, until))


def _seen_by(session: Session, person: Person, now: datetime) -> ColumnElement[bool]:
    own = [form.name for form in forms_for(person)]
    if not own:
        return false()
    ids = seen_ids(session, person, local_day(now))
    of_forms = Dossier.form.in_(own)
    return of_forms if ids is None else and_(of_forms, or_(Dossier.person_id == person.id, Dossier.place_id.in_(ids)))


def _check(session: Session, form: Form, told: Opening, person: Person, now: datetime) -> None:
    if person.role not in form.roles:
        raise OpsError(f"{form.name}的档案不归{person.name}立。")
    if not told.title.strip():
        raise OpsError(f"还差：{form.title}。")
    if len(told.title) > LONGEST:
        raise OpsError(f"{form.title}有 {len(told.title)} 个字，最多 {LONGEST} 个字。")
    if told.first > local_day(now) and not form.is_span:
        raise OpsError(f"{told.first} 还没有到，办过以后再记。")
    if form.of_place and (told.spot is None or told.spot.level != COMMUNITY):
        raise OpsError(f"{form.name}按社区立档，请写是哪个社区。")
    if told.spot and beyond(session, person, [told.spot], told.first):
        raise OpsError(f"{told.spot.shown}在 {told.first} 不归{person.name}负责，没有记。")
    if told.last and told.last < told.first:
        raise OpsError(f"日期不对：从 {told.first} 到 {told.last}。")
    if form.is_span and not told.targets:
        raise OpsError("请写影响哪些指标，例如：visits")


def _check_step(before: DossierStep | None, after: DossierStep | None, day: date, text: str, now: datetime) -> None:
    if not text.strip():
        raise OpsError("还差：做了什么。")
    if len(text) > LONGEST:
        raise OpsError(f"内容有 {len(text)} 个字，最多 {LONGEST} 个字，请写短些；长的材料请上传。")
    if day > local_day(now):
        raise OpsError(f"{day} 还没有到，办过以后再记。")
    if before and day < before.day:
        raise OpsError(f"{day} 在“{before.step}”（{before.day}）以前，请核对日期。")
    if after and day > after.day:
        raise OpsError(f"{day} 在“{after.step}”（{after.day}）以后，请核对日期。")
