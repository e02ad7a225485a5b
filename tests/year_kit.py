"""A contract with some of its work done, for tests of the reports of the year: put straight into the database."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from pathlib import Path

from figures_kit import out
from sqlalchemy import select
from stage import png

from content import evidence
from content.clock import SHANGHAI
from content.db import Store
from content.models import Person
from content.people import add_person
from content.place_models import Place
from content.record_models import Record, RecordPlace

LETTERS = "甲乙丙丁"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
CONTRACT = """[contract]
name = "社区公众号运营服务"
from = 2026-01-01
to = 2026-12-31
version = "原合同"
"""
TARGETS = {
    "articles": 'clause = "一(三)3"\nevidence = ["链接"]\nvalue = 4\nper = "month"\nunit = "篇"\nname = "公众号文章"',
    "visits": 'clause = "一(三)4"\nrule = "一个社区计一"\nevidence = ["照片"]\nvalue = 40\nunit = "次"\nname = "社区走访"',
    "trainings": 'value = 2\nunit = "次"\nname = "集中培训"\nevidence = ["签到表"]',
    "users": 'exceed = true\nvalue = 350000\nunit = "人"\nname = "实名认证用户"',
}


def contract(folder: Path, *targets: str, more: str = "") -> None:
    """Write a contract with some targets."""
    told = [f'[[target]]\nid = "{name}"\ncount = "{name}"\n{TARGETS[name]}\n' for name in targets or TARGETS]
    (folder / "contract.toml").write_text("\n".join([CONTRACT, *told, more]), encoding="utf-8")


def places(store: Store) -> None:
    """A street with four communities."""
    with store.transaction() as session:
        session.add(Place(code="110102", level="district", name="西山区"))
        session.add(Place(code="110102001", level="street", name="东桥街道", parent="110102"))
        session.add_all(
            Place(code=f"11010200100{n}", level="community", name=f"{LETTERS[n - 1]}里", parent="110102001")
            for n in range(1, 5)
        )


def work(store: Store, folder: Path, *, visits: int = 40, proven: int = 30) -> None:
    """Four communities visited in turn by 运营, some of the visits with their photograph; a training; three articles."""
    places(store)
    with store.transaction() as session:
        person = session.scalar(select(Person).where(Person.name == "运营"))
        if person is None:
            person, _ = add_person(session, "运营", "operator", party="", company="乙方公司", now=_noon(FIRST))
        communities = session.scalars(select(Place.id).where(Place.level == "community").order_by(Place.code)).all()
        streets = session.scalars(select(Place.id).where(Place.level == "street")).all()
        for n in range(visits + 1):
            day = FIRST + timedelta(days=5 * n)
            kind = "走访" if n < visits else "培训"
            facts = {"people": 2, "text": f"第{n}次，联系人13800138{n:03d}"}
            made = Record(
                kind=kind, day=day, facts=json.dumps(facts), person_id=person.id, by="运营", company="乙方公司",
                at=_noon(day),
            )  # fmt: skip
            session.add(made)
            session.flush()
            at = communities[n % 4] if kind == "走访" else streets[0]
            session.add(RecordPlace(record_id=made.id, place_id=at))
            if n < proven:
                path = evidence.keep(folder, png(f"photo {n}"), "照片.png")
                evidence.hand_in(
                    session, f"record:{made.id}", path, name=f"照片{n}.png", words=f"{kind}记录{made.id}", by="运营",
                    now=_noon(day),
                )  # fmt: skip
    for n in range(3):
        out(
            store, _noon(FIRST + timedelta(days=20 * n)), f"文章{n}", url=f"https://mp.weixin.qq.com/s/{n}" if n else ""
        )


def draw(seed: int, subject: str, place: str) -> str:
    """The rank of a visit in a draw, as the sheet says it is made."""
    return hashlib.sha256(f"{seed}:{subject}:{place}".encode()).hexdigest()


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
