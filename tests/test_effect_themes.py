"""The themes of an effect analysis: those that its number counts, by the contract's rule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from effect_kit import CONTRACT, at, furnish, gathered
from sqlalchemy import select

from content.db import Store
from content.models import Person
from content.record_models import Record
from scheduler.counting_rules import WORDS


def test_a_theme_on_the_platform_is_in_the_list_that_its_number_counts(store: Store, tmp_path: Path) -> None:
    """By the contract's rule: on either of them, on both, or on the account alone."""
    furnish(store, tmp_path)
    with store.transaction() as session:
        person = session.scalars(select(Person)).first()
        assert person
        for day, topic in ((5, "敬老"), (6, "《敬老》"), (7, "邻里")):
            session.add(
                Record(
                    kind="平台内容", day=date(2026, 12, day), facts=json.dumps({"topic": topic}), person_id=person.id,
                    by="运营", at=at(day),
                )
            )  # fmt: skip

    def told(rule: str) -> tuple[object, list[tuple[object, ...]], list[str]]:
        (tmp_path / "contract.toml").write_text(f'{CONTRACT}[rules]\nthemes = "{rule}"\n', encoding="utf-8")
        chapter = gathered(store, tmp_path).chapter("themes")
        assert next(one for one in chapter.totals if one.key == "themes").rule.startswith(WORDS["themes"][rule])
        rows = [(row["month"], row["title"], row["out"], row["platform"]) for row in chapter.rows]
        return chapter.total("themes"), rows, list(chapter.says)

    value, rows, says = told("either")
    assert (value, rows) == (2, [("2026-12", "邻里", 1, 1), ("2026-12", "敬老", None, 2)])
    assert says == ["2026-12 的专题是《邻里》，本期发布 1 篇，平台内容 1 条。", "平台上的专题《敬老》，本期内容 2 条。"]
    assert told("both")[0] == 1
    assert told("account")[:2] == (1, [("2026-12", "邻里", 1, None)])
