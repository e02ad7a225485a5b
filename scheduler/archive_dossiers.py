"""The files that go through steps in the year's archive: deliberations and force majeure; leaks and drills stay in the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import dossiers, offline
from content.bundle import Bundle
from content.dossier_forms import FORMS
from content.dossier_models import Dossier
from content.lint.privacy import masked
from content.place_models import Place
from scheduler.proof_index import INSIDE

PAGE = "dossiers.html"
COLUMNS = ("编号", "类别", "地点", "内容", "起止", "步骤", "立档人", "说明")


def add(made: Bundle, session: Session, last: date, watermark: str) -> list[Sequence[object]]:
    """Write the page of all files that were opened up to a day; return how many there are of each form."""
    wanted = (Dossier.first <= last, Dossier.form.not_in(INSIDE))
    found = session.scalars(select(Dossier).where(*wanted).order_by(Dossier.form, Dossier.first, Dossier.id)).all()
    places = dict(session.execute(select(Place.id, Place.name)).tuples().all())
    with made.text(PAGE) as page:
        page.write(offline.head("议事和例外", "index.html") + offline.table_head(COLUMNS))
        for one in found:
            page.write(offline.table_row(_row(session, one, places.get(one.place_id or 0, ""))))
        page.write(offline.TABLE_END + offline.foot(watermark))
    forms = [name for name in FORMS if name not in INSIDE]
    return [(offline.link(PAGE, name), sum(one.form == name for one in found)) for name in forms]


def _row(session: Session, one: Dossier, place: str) -> Sequence[object]:
    steps = [f"{step.day} {step.step}：{masked(step.text)}" for step in dossiers.steps_of(session, one)]
    until = f" 至 {one.last}" if one.last else ""
    return (
        str(one.id), one.form, place, masked(one.title), f"{one.first}{until}",
        offline.Link("<br>".join(map(offline.plain, steps))), one.by, "已作废" if one.revoked_at else "",
    )  # fmt: skip
