"""Files that go through steps as people see them: in words, each step with its evidence, private numbers masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Text, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from content.dossier_forms import FORMS
from content.dossier_models import Dossier, DossierStep
from content.gazetteer import everywhere
from content.lint.privacy import masked
from content.paper import Evidence


@dataclass(frozen=True)
class StepView:
    """A step: `day` is None and the rest empty while it was not taken; `proofs` pieces of evidence are there."""

    name: str
    id: int = 0
    day: date | None = None
    text: str = ""
    by: str = ""
    proofs: int = 0


@dataclass(frozen=True)
class DossierView:
    """A file in words."""

    number: int
    form: str
    label: str
    title: str
    place: str
    first: date
    last: date | None
    is_span: bool
    targets: tuple[str, ...]
    by: str
    company: str
    at: datetime
    is_void: bool
    steps: tuple[StepView, ...]

    @property
    def done(self) -> int:
        """Return how many steps were taken."""
        return sum(1 for step in self.steps if step.day)

    @property
    def next(self) -> str:
        """Return the step that comes next, "" when all are done."""
        return next((step.name for step in self.steps if not step.day), "")

    @property
    def lacks(self) -> list[str]:
        """Return the steps that were taken and have no evidence."""
        return [f"{step.name}的材料" for step in self.steps if step.day and not step.proofs]

    @property
    def span(self) -> str:
        """Return from when to when, as people write it."""
        return f"{self.first} 至 {self.last or '未定'}" if self.is_span else str(self.first)

    @property
    def standing(self) -> str:
        """Return how far it is, in words."""
        far = (
            f"各步都做完了（{self.done} 步）"
            if not self.next
            else f"{self.done}/{len(self.steps)} 步，接下来：{self.next}"
        )
        return (
            "已作废"
            if self.is_void
            else "；".join(filter(None, [far, f"还差：{'、'.join(self.lacks)}" if self.lacks else ""]))
        )

    @property
    def line(self) -> str:
        """Return it as a line: 3 议事 德胜街道新风社区 楼道堆物，2/6 步，接下来：组织."""
        return " ".join(filter(None, [str(self.number), self.form, self.place, self.title])) + f"，{self.standing}"


def dossier_views(session: Session, dossiers: Sequence[Dossier], *, full: bool = False) -> list[DossierView]:
    """Return files in words; private numbers are masked unless `full`."""
    known = everywhere(session) if any(one.place_id for one in dossiers) else None
    shown = (lambda text: text) if full else masked
    taken, found = _steps(session, dossiers), []
    for one in dossiers:
        form = FORMS[one.form]
        steps = {
            step.step: StepView(step.step, step.id, step.day, shown(step.text), step.by, proofs)
            for step, proofs in taken[one.id]
        }
        spot = known.by_id(one.place_id) if known and one.place_id else None
        found.append(
            DossierView(
                one.id, one.form, form.title, shown(one.title), known.full(spot) if known and spot else "", one.first, one.last,
                form.is_span, tuple(one.targets.split()), one.by, one.company, one.at, one.revoked_at is not None,
                tuple(steps.get(step, StepView(step)) for step in form.steps),
            )
        )  # fmt: skip
    return found


def _steps(session: Session, dossiers: Sequence[Dossier]) -> dict[int, list[tuple[DossierStep, int]]]:
    """Return the steps of each file, each with how many pieces of evidence it has, in two statements for all."""
    of_these = DossierStep.dossier_id.in_([one.id for one in dossiers])
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    belongs = Evidence.subject == literal("step:") + cast(DossierStep.id, Text)
    counted = select(DossierStep.id, func.count(Evidence.id)).join(Evidence, belongs).where(of_these, good)
    proofs = {row[0]: row[1] for row in session.execute(counted.group_by(DossierStep.id))}
    found: dict[int, list[tuple[DossierStep, int]]] = defaultdict(list)
    for step in session.scalars(select(DossierStep).where(of_these)):
        found[step.dossier_id].append((step, proofs.get(step.id, 0)))
    return found
