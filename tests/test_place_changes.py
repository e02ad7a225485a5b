"""Split, merged, renamed: what was before stays known, what belongs to a place goes along, and nothing begins at 0."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from stage import Stage
from test_assignments import district, seen  # noqa: F401 - the fixture
from test_places import SMALL, names, tick, write
from test_recorded import run
from test_visits import CONTRACT, rows, visits

from content.assignments import places_of
from content.gazetteer import Spot, gazetteer
from content.lineage import MERGE, SPLIT, Change, Life, Lineage, lineage
from content.models import Event
from content.people import person_named
from content.place_models import Place
from content.weeks import week_of
from scheduler import ledger, user_counts
from scheduler.counting import NAMES
from scheduler.targets import read_contract
from scheduler.weekly_gather import gather

AT = ("--from", "2026-12-01", "--document", "京民函〔2026〕7号", "--by", "运营")
INTO = ("--into", "1104=槐东社区居委会", "--into", "1105=槐西社区居委会")


def place(stage: Stage, *words: str) -> str:
    code, told = run(stage, *words, command="place")
    assert code == 0, told
    return told


@pytest.fixture
def changing(district: Stage) -> Stage:  # noqa: F811
    """The small district with a contract and a plan; 小东 has the street and 小西 (社区对接人) 槐树里 itself."""
    (district.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    assert run(district, "assign", "小西", "槐树里", "--from", "2026-11-01", command="person")[0] == 0
    visits(district, "plan")
    return district


def test_a_split_keeps_both_known_and_takes_people_plan_and_table_along(changing: Stage) -> None:
    told = place(changing, "split", "老槐树", *INTO, *AT)
    assert told.splitlines() == [
        "槐树里社区居委会 从 2026-12-01 起拆分为 槐东社区居委会、槐西社区居委会（京民函〔2026〕7号）。",
        "负责的人：小西，照旧负责新的社区。",
        "走访计划：给新的社区排了 2 次。",
        "合同里的数（社区数、走访次数）不变；要变请按补充协议改 contract.toml。",
        "places.csv 已经照着改好：删去 1 行，新的和改名的 2 行。",
    ]
    assert seen(changing, "小西") == ["槐东", "槐西", "新风二"]
    planned = {row["place"]: row["person"] for row in rows(changing, "list")}
    assert planned["东桥街道槐东社区"] == planned["东桥街道槐西社区"] == "小东"
    assert "东桥街道槐树里社区" not in planned
    with changing.parts.store.reading() as session:
        old = session.scalars(select(Place).where(Place.code == "1101")).one()
        assert (old.active_to, old.successor) == (date(2026, 11, 30), "1104,1105")
        west = person_named(session, "小西")
        assert [spot.bare for spot in places_of(session, west, date(2026, 11, 30))] == ["槐树里"]
        line = lineage(session, date(2026, 12, 1))
        new = gazetteer(session, date(2026, 12, 1)).named("槐东")
        assert line.origin(new.id) == "由槐树里社区拆分（2026-12-01，京民函〔2026〕7号）"
        assert line.before(new.id) == {old.id, new.id}
        assert "拆分为" in session.scalars(select(Event.why).where(Event.subject == "place:1104")).one()


def test_a_person_who_was_revoked_is_not_said_to_go_on(changing: Stage) -> None:
    assert run(changing, "revoke", "小西", command="person")[0] == 0
    assert "小西" not in place(changing, "split", "老槐树", *INTO, *AT)


def test_a_weekly_report_begins_with_where_the_community_comes_from(changing: Stage) -> None:
    place(changing, "split", "老槐树", "--into", "1101=槐树里社区居委会", "--into", "1105=槐西社区居委会", *AT)
    contract = read_contract(changing.folder, NAMES)
    assert contract
    with changing.parts.store.reading() as session:
        told = {facts.code: facts.origin for facts in gather(session, week_of(date(2026, 12, 2)), contract)}
        old = session.scalars(select(Place).where(Place.code == "1101")).one()
        assert (old.active_to, old.successor) == (None, "1105")
    assert told["1105"] == told["1101"] == "由槐树里社区拆分（2026-12-01，京民函〔2026〕7号）"


def test_the_table_agrees_and_an_old_one_that_comes_back_undoes_nothing(changing: Stage) -> None:
    place(changing, "split", "老槐树", *INTO, *AT)
    lines = (changing.folder / "places.csv").read_text(encoding="utf-8").splitlines()
    assert lines[-4:] == [
        "1104,community,槐东社区居委会,11,",
        "1105,community,槐西社区居委会,11,",
        *SMALL.splitlines()[-2:],
    ]
    assert len(lines) == len(SMALL.splitlines()) + 1
    tick(changing)
    assert changing.alarms() == []
    before = names(changing)
    assert "没有变化" in place(changing, "load")
    write(changing, SMALL)
    tick(changing)
    (told,) = changing.alarms()
    assert "places.csv 里不再有：槐东社区居委会、槐西社区居委会。这些地方照旧有效。" in told
    assert "places.csv 里还是旧的：1101 槐树里社区居委会（已经变动）。没有照它改回去" in told
    assert names(changing) == before


def test_a_trial_changes_nothing(changing: Stage) -> None:
    before = names(changing), rows(changing, "list")
    told = place(changing, "split", "老槐树", *INTO, *AT, "--check")
    assert told.endswith("这是试算，什么都没有改。去掉 --check 就照办。")
    assert "走访计划：给新的社区排了 2 次。" in told
    assert (names(changing), rows(changing, "list")) == before
    assert (changing.folder / "places.csv").read_text(encoding="utf-8") == SMALL


def test_who_is_to_be_split_later_is_whole_until_then(changing: Stage) -> None:
    place(changing, "split", "老槐树", *INTO, "--from", "2027-01-04", "--document", "7号")
    tick(changing)
    assert "槐树里社区" in names(changing)
    assert changing.alarms() == []
    changing.later(days=34)
    assert {"槐东社区", "槐西社区"} <= set(names(changing))
    assert "槐树里社区" not in names(changing)
    with changing.parts.store.reading() as session:
        assert lineage(session, date(2027, 1, 3)).changes == []


def test_a_merge_has_one_visit_and_one_that_was_made_before_it_counts(changing: Stage) -> None:
    run(changing, "add", "走访", "北街", "今天", "座谈", "--by", "小东", command="record")
    told = place(changing, "merge", "北街", "新风一", "--into", "1103=北风社区居委会", *AT)
    assert told.startswith("北街居委会、新风一社区居委会 从 2026-12-01 起合并为 北风社区居委会")
    (merged,) = [row for row in rows(changing, "list") if row["place"] == "东桥街道北风社区"]
    assert merged["state"] == "已走访"
    assert "1102" not in (changing.folder / "places.csv").read_text(encoding="utf-8")
    with changing.parts.store.reading() as session:
        line = lineage(session, date(2026, 12, 1))
        kept = gazetteer(session, date(2026, 12, 1)).named("北风")
        assert line.origin(kept.id) == "由北街社区、新风一社区合并（2026-12-01，京民函〔2026〕7号）"
        assert len(line.before(kept.id)) == 2


def test_communities_of_two_streets_are_merged_into_one_of_the_street_that_is_named(changing: Stage) -> None:
    before, since = date(2026, 11, 30), date(2026, 12, 1)
    with changing.parts.store.transaction() as session:
        values = {("registered", f"place:{code}"): value for code, value in (("1101", 100), ("1103", 30), ("1201", 50), ("1202", 7))}  # fmt: skip
        ledger.record(session, "users", "表", before, values, complete=True, by="运营", now=changing.now)
    told = place(changing, "merge", "老槐树", "新风二", "--into", "1204=和风社区居委会", "--street", "西桥", *AT)
    assert told.startswith("槐树里社区居委会、新风二社区居委会 从 2026-12-01 起合并为 和风社区居委会（")
    assert "places.csv 已经照着改好：删去 2 行，新的和改名的 1 行。" in told
    assert "1204,community,和风社区居委会,12," in (changing.folder / "places.csv").read_text(encoding="utf-8")
    assert seen(changing, "小西") == ["和风"]
    (visit,) = [row for row in rows(changing, "list") if row["place"] == "西桥街道和风社区"]
    assert visit["planned"]
    with changing.parts.store.reading() as session:

        def of_streets(day: date) -> list[int | None]:
            line = lineage(session, day)

            def known(code: str, on: date) -> tuple[int, date] | None:
                value = ledger.value_on(session, "registered", f"place:{code}", on)
                return (value, before) if value is not None else None

            places = (
                [spot for spot in line.members(street, day) if known(spot.code, day) or spot.code == "1204"]
                for street in ("11", "12")
            )
            return [line.total(spots, day, known) for spots in places]

        assert (of_streets(before), of_streets(since)) == ([130, 57], [30, 157])
        assert [user_counts.stock(session, "registered", day).value for day in (before, since)] == [187, 187]
        assert [spot.bare for spot in lineage(session, before).members("11", before)] == ["槐树里", "新风一", "北街"]


def test_a_new_name_holds_against_the_table_and_the_old_one_is_still_found(changing: Stage) -> None:
    told = place(changing, "rename", "北街", "--to", "北大街社区居委会", *AT)
    assert told.startswith("北街居委会 从 2026-12-01 起改名为 北大街社区居委会")
    with changing.parts.store.reading() as session:
        known = gazetteer(session, date(2026, 12, 1))
        spot = known.named("北街")
        assert spot.name == "北大街社区居委会"
        assert {known.named(f"北街{ending}") for ending in ("社区", "居委会", "社区居委会")} == {spot}
        line = lineage(session, date(2026, 12, 1))
        assert line.name_on(spot.id, date(2026, 11, 30)) == "北街居委会"
        assert line.name_on(spot.id, date(2026, 12, 1)) == "北大街社区居委会"
        assert line.origin(spot.id) == ""
    write(changing, SMALL)
    assert "表里还是旧的，没有照它改：1103 北街居委会（已经改名 北大街社区居委会），请改表" in place(changing, "load")
    assert "北大街社区" in names(changing)


def test_a_name_that_another_place_took_over_means_that_place(changing: Stage) -> None:
    place(changing, "rename", "北街", "--to", "北大街社区居委会", *AT)
    place(changing, "rename", "新风一", "--to", "北街社区居委会", *AT)
    with changing.parts.store.reading() as session:
        assert gazetteer(session, date(2026, 12, 1)).named("北街社区").name == "北街社区居委会"


WRONG = {
    ("split", "老槐树", "--into", "1104=槐东社区居委会", *AT): "至少两个新社区",
    ("split", "老槐树", "--into", "1102=槐东社区居委会", "--into", "1105=槐西社区居委会", *AT): "代码已经有了：1102",
    ("split", "老槐树", "--into", "1104=北街居委会", "--into", "1105=槐西社区居委会", *AT): "已经有叫“北街居委会”的",
    ("split", "老槐树", "--into", "槐东", "--into", "槐西", *AT): "代码=名称",
    ("split", "东桥街道", *INTO, *AT): "只有社区能这样拆分，东桥街道是街道",
    ("split", "老槐树", *INTO, "--from", "2026-12-01", "--document", " "): "请写依据",
    ("merge", "老槐树", "--into", "1104=槐东社区居委会", *AT): "至少两个社区",
    (
        "merge",
        "老槐树",
        "新风二",
        "--into",
        "1104=槐东社区居委会",
        *AT,
    ): "在 2 个街道：东桥街道、西桥街道。请写合并以后归哪个街道：--street 街道",
    ("merge", "老槐树", "新风二", "--into", "1104=甲社区居委会", "--street", "北街", *AT): "北街社区不是街道",
    (
        "merge",
        "老槐树",
        "新风二",
        "--into",
        "1101=甲社区居委会",
        "--street",
        "西桥",
        *AT,
    ): "代码 1101 是东桥街道的，合并以后归西桥街道，请用新代码",
    (
        "merge",
        "老槐树",
        "新风二",
        "--into",
        "1104=东桥社区居委会",
        "--street",
        "西桥",
        *AT,
    ): "已经有叫“东桥社区居委会”的",
    ("merge", "东桥街道", "西桥街道", "--into", "1104=甲社区居委会", *AT): "只有社区能这样合并，东桥街道是街道",
    ("rename", "北街", "--to", "北大街", "--from", "2027-01-01", "--document", "7号"): "请到那天再运行",
}


def test_what_cannot_be_is_said_and_nothing_is_changed(changing: Stage) -> None:
    before = names(changing)
    for words, why in WRONG.items():
        code, told = run(changing, *words, command="place")
        assert code in (2, 4)
        assert why in told, told
    assert names(changing) == before
    place(changing, "split", "老槐树", *INTO, *AT)
    again = ("--into", "1106=甲社区居委会", "--into", "1107=乙社区居委会")
    assert "已经有过变动" in run(changing, "split", "槐东", *again, *AT, command="place")[1]


def test_a_spreadsheet_is_left_alone_and_its_rows_are_named(changing: Stage) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for line in SMALL.splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(changing.folder / "places.xlsx")
    told = place(changing, "split", "老槐树", *INTO, *AT)
    assert "请改 places.xlsx" in told
    assert "删去代码 1101 那一行；写上 1104,community,槐东社区居委会,11" in told


# figures over the day ------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_total_of_a_street_is_continuous_over_whatever_is_split_and_merged() -> None:
    chance = random.Random(11)
    for _ in range(60):
        first, day = date(2026, 1, 1), date(2026, 1, 1)
        lives = {n: Life(Spot(n, f"c{n}", "community", f"社区{n}", "s", ""), None, None) for n in range(1, 6)}
        share = {n: chance.randint(50, 500) for n in lives}  # the truth: how many people live where
        figures: dict[str, list[tuple[date, int]]] = {f"c{n}": [(first, share[n])] for n in lives}
        changes: list[Change] = []
        for _ in range(chance.randint(1, 4)):
            day += timedelta(days=chance.randint(5, 30))
            alive = [n for n, life in lives.items() if life.last is None]
            kind = chance.choice([SPLIT, MERGE]) if len(alive) > 2 else SPLIT
            olds = chance.sample(alive, 1 if kind == SPLIT else 2)
            whole = sum(share.pop(n) for n in olds)
            fresh = max(lives) + 1
            first_new = chance.choice([olds[0], fresh + 1])  # the old one goes on, or another takes its place
            news = [first_new, fresh] if kind == SPLIT else [first_new]
            cut = chance.randint(0, whole)
            share |= dict(zip(news, (cut, whole - cut) if kind == SPLIT else (whole,), strict=True))
            for n in set(olds) - set(news):
                lives[n] = Life(lives[n].spot, lives[n].first, day - timedelta(days=1))
            for n in news:
                lives.setdefault(n, Life(Spot(n, f"c{n}", "community", f"社区{n}", "s", ""), day, None))
                figures.setdefault(f"c{n}", []).append((day + timedelta(days=chance.randint(0, 4)), share[n]))
            changes += [Change(kind, day, old, new, "", "", "") for old in olds for new in news]
        line = Lineage(list(lives.values()), changes, day)

        def known(code: str, on: date, figures: dict[str, list[tuple[date, int]]] = figures) -> tuple[int, date] | None:
            return max(((value, at) for at, value in figures[code] if at <= on), key=lambda one: one[1], default=None)

        totals = {
            line.total(line.members("s", on), on, known) for on in (first + timedelta(days=n) for n in range(0, 130, 2))
        }
        assert totals == {sum(share.values())}


@pytest.mark.one_database
def test_a_total_is_unknown_where_a_community_never_had_a_figure() -> None:
    lives = [Life(Spot(n, f"c{n}", "community", f"社区{n}", "s", ""), None, None) for n in (1, 2)]
    line = Lineage(lives, [], date(2026, 1, 1))
    assert line.total(line.members("s", date(2026, 1, 1)), date(2026, 1, 1), lambda code, _: None) is None
    assert line.total([], date(2026, 1, 1), lambda code, _: (1, date.min)) is None
