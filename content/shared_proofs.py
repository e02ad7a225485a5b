"""One photo for several things: which records and steps have a piece of evidence that another one has too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.dossier_forms import DRILL, LEAK
from content.dossier_models import Dossier, DossierStep
from content.paper import Evidence
from content.record_models import Record

RECORD, STEP = "record:", "step:"


def shared(session: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """Return for each subject (record:7, step:9) a sentence about the others that have one of its pieces; none for most.

    Of what is void and of leaks and drills, which only operators see, nothing is said.
    """
    holders: dict[str, set[str]] = defaultdict(set)
    hashes = select(Evidence.sha256).where(Evidence.subject.in_(subjects), Evidence.sha256 != "")
    ours = or_(Evidence.subject.startswith(RECORD), Evidence.subject.startswith(STEP))
    query = select(Evidence.sha256, Evidence.subject).where(Evidence.sha256.in_(hashes), ours)
    for sha256, of in session.execute(query).tuples():
        holders[sha256].add(of)
    others: dict[str, set[str]] = defaultdict(set)
    for held in holders.values():
        for one in held.intersection(subjects):
            others[one] |= held - {one}
    records, steps = _standing(session, set().union(*others.values()))
    found = {
        one: _in_words(records & held, {of: steps[of] for of in held & steps.keys()}) for one, held in others.items()
    }
    return {one: f"照片和{words}的一样" for one, words in found.items() if words}


def _standing(session: Session, subjects: Collection[str]) -> tuple[set[str], dict[str, str]]:
    """Return the records among some subjects that stand, and the steps with what people call them."""
    records, steps = (
        [int(one.removeprefix(kind)) for one in subjects if one.startswith(kind)] for kind in (RECORD, STEP)
    )
    there = select(Record.id).where(Record.id.in_(records), Record.revoked_at.is_(None))
    named = select(DossierStep.id, Dossier.form, Dossier.id, DossierStep.step).join(
        Dossier, Dossier.id == DossierStep.dossier_id
    )
    shown = (DossierStep.id.in_(steps), Dossier.revoked_at.is_(None), Dossier.form.not_in((LEAK, DRILL)))
    rows = session.execute(named.where(*shown)).tuples() if steps else ()
    return (
        {f"{RECORD}{number}" for number in session.scalars(there)} if records else set(),
        {f"{STEP}{step}": f"{form}{number}的“{name}”" for step, form, number, name in rows},
    )


def _in_words(records: Collection[str], steps: Mapping[str, str]) -> str:
    numbers = sorted(int(one.removeprefix(RECORD)) for one in records)
    told = [f"记录{'、'.join(map(str, numbers))}"] if numbers else []
    return "、".join([*told, *(steps[one] for one in sorted(steps, key=lambda one: int(one.removeprefix(STEP))))])
