"""换人: a place goes from one person to another, all of it or nothing; whoever has none left is let go; history stays."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select
from stage import Stage
from test_assignments import district, seen  # noqa: F401 - the fixture
from test_place_changes import INTO, changing, place  # noqa: F401 - the fixture
from test_recorded import run
from test_visits import rows

from content.assignments import places_of
from content.models import Code, Event, Person
from content.people import add_person, new_code, person_named
from content.place_models import Assignment, Place
from content.ticket_models import Ticket, TicketState
from content.visit_models import PlannedVisit
from scheduler import handover

DAY = date(2026, 12, 1)


@pytest.fixture
def team(changing: Stage) -> Stage:  # noqa: F811
    """小东 has the street with its plan and an open ticket, and a code and a page that are not used yet."""
    with changing.parts.store.transaction() as session:
        now = changing.now
        session.add(
            Ticket(
                reader="r",
                place="北街社区",
                state=TicketState.OPEN,
                state_since=now,
                opened_at=now,
                waits_since=now,
                last_message_at=now,
            )
        )
        new_code(session, person_named(session, "小东"), now=now)
    return changing


def person(stage: Stage, name: str) -> Person:
    with stage.parts.store.reading() as session:
        return person_named(session, name)


def trail(stage: Stage, subject: str) -> list[str]:
    with stage.parts.store.reading() as session:
        return [e.why for e in session.scalars(select(Event).where(Event.subject == subject).order_by(Event.id))]


def test_all_goes_over_at_once_and_who_has_no_place_left_is_let_go(team: Stage) -> None:
    run(team, "add", "走访", "北街", "今天", "座谈", "--by", "小东", command="record")
    told = team.say("运营", "换人 东桥街道 小东→新来 今天")
    assert told.splitlines() == [
        "换人：东桥街道，小东 → 新来，从 2026-12-01 起。",
        "小东到 2026-11-30 为止：东桥街道（乙方联络员）；以前的记录不变。",
        "还没去的走访 2 次、没办完的工单 1 件（1）转给新来。",
        "没做完的议事、缺材料的记录，从 2026-12-01 起由新来接着办、接着补；已经记下的还写小东。",
        "小东没有别的地方，微信绑定马上撤销，网页已退出，没用过的登录链接和绑定码都作废。人已经离开的，再运行：wxops person revoke 小东",
    ]
    assert seen(team, "新来") == ["东桥", "槐树里", "新风一", "北街"]
    assert seen(team, "小东") == []
    assert seen(team, "小东", date(2026, 11, 30)) != []
    old = person(team, "小东")
    assert (old.openid, old.revoked_at) == (None, None)
    with team.parts.store.reading() as session:
        live = session.scalars(select(Code).where(Code.person_id == old.id, Code.expires > team.now)).all()
        assert live == []
    assert {row["person"] for row in rows(team, "list") if row["place"].startswith("东桥")} == {"新来", "小东"}
    assert "地点：北街社区\n这个地方负责的：新来（乙方联络员）" in team.say("运营", "工单 1")
    assert trail(team, "ticket:1")[-1] == "换人：从 2026-12-01 起由新来负责（原来是小东）"
    assert "换人：东桥街道，小东 → 新来" in trail(team, "place:11")[-1]
    assert "没有看懂" not in team.say("新来", "走访计划")
    assert "北街社区" in run(team, "list", command="record")[1]  # what was done stays


def test_who_keeps_another_place_keeps_their_binding(team: Stage) -> None:
    run(team, "assign", "小东", "西桥街道", command="person")
    told = team.say("运营", "换人 东桥街道 小东换成新来 今天")
    assert "小东还负责西桥街道，微信绑定不变；东桥街道的看不到了。" in told
    assert person(team, "小东").openid
    assert seen(team, "小东") == ["西桥", "新风二", "东桥"]


def test_on_a_day_ahead_the_old_one_works_on_until_it_comes(team: Stage) -> None:
    told = run(team, "replace", "小东", "新来", "--place", "东桥街道", "--from", "2026-12-10", command="person")[1]
    assert "小东没有别的地方，微信绑定到 2026-12-10 自动撤销，在那以前照常用。" in told
    handover.follow_up(team.parts.store, team.now)
    assert person(team, "小东").openid
    assert seen(team, "小东", date(2026, 12, 9)) != []
    team.later(days=9)
    handover.follow_up(team.parts.store, team.now)
    assert person(team, "小东").openid is None
    assert {row["person"] for row in rows(team, "list") if row["place"].startswith("东桥")} == {"新来"}
    handover.follow_up(team.parts.store, team.now)
    assert trail(team, f"person:{person(team, '小东').id}").count("撤销微信绑定：没有负责的地方") == 1


AHEAD = ("--from", "2027-01-20", "--document", "7号", "--by", "运营")


def test_what_a_split_ahead_makes_of_a_place_goes_along_with_it(team: Stage) -> None:
    with team.parts.store.transaction() as session:
        add_person(session, "小南", "liaison", party="甲方", company="", now=team.now)
    place(team, "split", "老槐树", *INTO, *AHEAD)
    swap = ("小西", "小南", "--place", "槐树里", "--from", "2026-12-10", "--by", "运营")
    told = run(team, "replace", *swap, command="person")[1]
    assert "小西到 2026-12-09 为止：槐树里社区（社区对接人）；以前的记录不变。" in told
    assert "以后拆分、合并出来的也归小南：槐东社区（社区对接人）、槐西社区（社区对接人）。" in told
    with team.parts.store.reading() as session:
        for day, west, south in (
            (date(2026, 12, 9), {"槐树里", "新风二"}, set()),
            (date(2027, 1, 19), {"新风二"}, {"槐树里"}),
            (date(2027, 1, 20), {"新风二"}, {"槐东", "槐西"}),
        ):
            own = [places_of(session, person_named(session, name), day) for name in ("小西", "小南")]
            assert [{spot.bare for spot in spots} for spots in own] == [west, south]


def test_of_a_street_the_visits_go_along_of_what_a_merger_ahead_makes_and_no_other_streets(team: Stage) -> None:
    place(team, "merge", "北街", "新风一", "--into", "1106=北风社区居委会", *AHEAD)
    team.say("运营", "换人 东桥街道 小东→新来 12月10日")
    with team.parts.store.reading() as session:
        query = (
            select(PlannedVisit.person_id).join(Place, Place.id == PlannedVisit.place_id).where(Place.code == "1106")
        )
        assert session.scalars(query).all() == [person(team, "新来").id]


def test_who_is_replaced_before_the_order_of_a_split_has_nothing_of_what_it_makes(team: Stage) -> None:
    team.say("运营", "换人 东桥街道 小东→新来 12月10日")
    place(team, "split", "老槐树", *INTO, "--from", "2026-12-05", "--document", "7号", "--by", "运营")
    team.later(days=9)
    handover.follow_up(team.parts.store, team.now)
    assert seen(team, "小东", date(2026, 12, 10)) == []
    assert {row["person"] for row in rows(team, "list") if row["place"].startswith("东桥")} == {"新来"}


def test_a_backup_moves_up_and_a_contact_of_a_community_is_replaced(team: Stage) -> None:
    run(team, "assign", "新来", "东桥街道", "--backup", command="person")
    team.say("运营", "换人 东桥街道 小东→新来 今天")
    with team.parts.store.reading() as session:
        mine = session.scalars(select(Assignment).where(Assignment.person_id == person(team, "新来").id)).all()
        live = [(one.backup, one.from_day) for one in mine if one.to_day is None]
    assert live == [(False, DAY)]
    assert "接不了社区对接人" in team.say("运营", "换人 槐树里 小西→新来 今天")


def test_what_is_unfinished_goes_on_with_who_is_there_now_and_keeps_its_name(team: Stage) -> None:
    text = (team.folder / "contract.toml").read_text(encoding="utf-8") + 'evidence = ["照片"]\n'
    (team.folder / "contract.toml").write_text(text, encoding="utf-8")
    team.say("小东", "走访 北街 11月28日 3人 座谈")
    team.say("小东", "议事 北街 11月20日 楼道堆物怎么管")
    run(team, "assign", "新来", "西桥街道", command="person")
    assert "没有档案1" in team.say("新来", "议事 1 分级 11月21日 一般议题")
    team.say("运营", "换人 东桥街道 小东→新来 今天")
    assert "议事1的“分级”" in team.say("新来", "议事 1 分级 11月21日 一般议题")
    assert "请在 10 分钟内把" in team.say("新来", "照片 1")
    assert team.say("新来", "作废 1 不算") == "记录1是小东记的，由本人或运营来改。"
    assert "是小东立的" in run(team, "void", "1", "--why", "不算", "--by", "新来", command="dossier")[1]
    assert "您有 1 件还缺材料" in team.say("新来", "缺件")
    assert "小东没有缺件" in team.say("运营", "缺件 小东")
    assert "小东立" in team.say("新来", "议事 1")


def test_somebody_else_of_the_same_street_goes_on_with_nothing(team: Stage) -> None:
    team.say("小东", "走访 北街 11月28日 3人 座谈")
    run(team, "assign", "新来", "东桥街道", command="person")
    assert "照片由本人或运营来补" in team.say("新来", "照片 1")


def spans(stage: Stage, name: str) -> list[tuple[str, bool, str, str]]:
    found = json.loads(run(stage, "places", name, "--json", command="person")[1])
    return [(row["place"], "备岗" in row["kind"], row["from"], row["to"]) for row in found]


def test_who_has_the_place_later_anyway_has_it_from_the_day_on(team: Stage) -> None:
    run(team, "assign", "新来", "东桥街道", "--from", "2027-03-01", command="person")
    team.say("运营", "换人 东桥街道 小东→新来 今天")
    assert spans(team, "新来") == [("东桥街道", False, "2026-12-01", "")]
    assert seen(team, "新来", date(2027, 2, 28)) == seen(team, "新来", date(2027, 3, 1)) != []


def test_who_had_the_place_only_for_a_while_has_it_afterwards_too(team: Stage) -> None:
    run(team, "assign", "新来", "东桥街道", "--from", "2026-11-01", "--to", "2026-12-31", command="person")
    run(team, "assign", "新来", "东桥街道", "--from", "2027-02-01", "--to", "2027-02-28", command="person")
    team.say("运营", "换人 东桥街道 小东→新来 今天")
    assert spans(team, "新来") == [
        ("东桥街道", False, "2026-11-01", "2026-12-31"), ("东桥街道", False, "2027-01-01", "2027-02-28"),
        ("东桥街道", False, "2027-03-01", ""),
    ]  # fmt: skip


def test_a_backup_who_goes_takes_no_tickets_along(team: Stage) -> None:
    with team.parts.store.transaction() as session:
        add_person(session, "备二", "liaison", party="乙方", company="", now=team.now)
    run(team, "assign", "新来", "东桥街道", "--backup", command="person")
    told = team.say("运营", "换人 东桥街道 新来→备二 今天")
    assert "还没去的走访 0 次、没办完的工单 0 件转给备二。" in told
    assert trail(team, "ticket:1") == []


ASKED = [
    (
        "换人 新风 小东→新来 今天",
        "还没有换人。“新风”有几个：东桥街道新风一社区、西桥街道新风二社区。请写全名。哪个街道或社区？",
    ),
    ("换人 东桥街道 小冬→新来 今天", "没有名叫小冬的人"),
    ("换人 东桥街道 →新来 今天", "现在是：小东。换下谁？"),
    ("换人 东桥街道 小东→ ", "换成谁？"),
    ("换人 东桥街道 小东→新来", "从哪天起？"),
    ("换人 东桥街道 小东→新来 13月3日", "日期“13月3日”看不懂。从哪天起？"),
    ("换人 小东→新来 今天", "哪个街道或社区？"),
    ("换人 槐树里 小东→新来 今天", "小东负责的是整个东桥街道，没有单独负责槐树里社区，没有换。"),
    ("换人 西桥街道 小东→新来 今天", "没有负责西桥街道，没有换。"),
    ("换人 东桥街道 小东→小东 今天", "旧的和新的都是小东"),
    ("换人 东桥街道 小东→编辑 今天", "编辑的角色不管街道和社区"),
    ("换人 东桥街道 小东 新来 今天", "没有看出谁换成谁"),
    ("换人", "请写全"),
]


def test_what_is_not_clear_is_asked_and_nothing_is_half_done(team: Stage) -> None:
    before = seen(team, "小东"), seen(team, "新来"), rows(team, "list")
    for words, told in ASKED:
        assert told in team.say("运营", words), words
    assert (seen(team, "小东"), seen(team, "新来"), rows(team, "list")) == before
    assert person(team, "小东").openid
    assert "不归联络员用" in team.say("小东", "换人 东桥街道 小东→新来 今天")


def test_answers_complete_it(team: Stage) -> None:
    assert "哪个街道或社区" in team.say("运营", "换人 新风 小冬→新来")
    assert "没有名叫小冬的人" in team.say("运营", "东桥街道")
    assert "从哪天起" in team.say("运营", "小东")
    assert team.say("运营", "今天起").startswith("换人：东桥街道，小东 → 新来，从 2026-12-01 起。")
    assert "从哪天起" in team.say("运营", "换人 东桥街道 新来→小东")
    assert "作罢" in team.say("运营", "算了")
    assert seen(team, "小东") == []
