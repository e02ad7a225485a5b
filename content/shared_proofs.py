"""One photograph behind two pieces of work: what else that stands is proven by the same content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.dossier_models import Dossier, DossierStep
from content.paper import Evidence
from content.record_models import Record

_RECORD, _STEP = "record:", "step:"


def shared_flags(session: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """Return for each subject (record:12, step:3) what has a piece of evidence in common with it, as a flag; "" for nothing."""
    holders: dict[str, set[str]] = defaultdict(set)
    hashes = select(Evidence.sha256).where(Evidence.subject.in_(subjects), Evidence.sha256 != "")
    for sha256, of in session.execute(
        select(Evidence.sha256, Evidence.subject).where(Evidence.sha256.in_(hashes))
    ):  # fmt: skip
        if of.startswith((_RECORD, _STEP)):
            holders[sha256].add(of)
    others: dict[str, set[str]] = defaultdict(set)
    for together in holders.values():
        for of in together.intersection(subjects):
            others[of] |= together - {of}
    names = _names(session, {one for found in others.values() for one in found})
    return {of: _flag({one: names[one] for one in others[of] if one in names}) for of in subjects}


def _names(session: Session, subjects: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return the number of what stands among some subjects, and how a step is called beside it, "" for a record."""
    numbers = {prefix: [_number(of) for of in subjects if of.startswith(prefix)] for prefix in (_RECORD, _STEP)}
    found: dict[str, tuple[int, str]] = {}
    if numbers[_RECORD]:
        query = select(Record.id).where(Record.id.in_(numbers[_RECORD]), Record.revoked_at.is_(None))
        found |= {f"{_RECORD}{number}": (number, "") for number in session.scalars(query)}
    if numbers[_STEP]:
        steps = select(DossierStep.id, Dossier.id, Dossier.form, DossierStep.step)
        query_ = steps.join(Dossier, Dossier.id == DossierStep.dossier_id).where(Dossier.revoked_at.is_(None))
        rows = session.execute(query_.where(DossierStep.id.in_(numbers[_STEP])))
        found |= {f"{_STEP}{one}": (number, f"{form}{number}的“{step}”") for one, number, form, step in rows}
    return found


def _flag(others: Mapping[str, tuple[int, str]]) -> str:
    in_turn = [others[of] for of in sorted(others, key=_number)]
    records = "、".join(str(number) for number, step in in_turn if not step)
    steps = [step for _, step in in_turn if step]
    told = "、".join(filter(None, [f"记录{records}" if records else "", *steps]))
    return f"照片和{told}的一样" if told else ""


def _number(of: str) -> int:
    return int(of.partition(":")[2])
