"""Figures by hand: proposed with evidence, confirmed by a second person who has seen it, taken in once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from console_kit import House
from gateway_kit import NOW
from sqlalchemy import func, select
from stage import png
from wechat_sender import xml

from bot.cli import cli
from content import evidence
from content.errors import OpsError
from content.models import Person
from content.people import add_person, bind, person_named
from content.place_models import Place
from scheduler import anomalies, batches, hand, hand_watch, ledger
from scheduler.hand_models import HandFigure
from scheduler.models import Alarm, Batch, Figure

HERE, DAY = "place:1101", date(2026, 11, 30)
PAGE = "/console/figures/hand"
SCREEN = ("截图.png", png("users"), "image/png")


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        with made.parts.store.transaction() as session:
            for code, level, name, parent in (
                ("1", "district", "长河区", ""), ("11", "street", "东桥街道", "1"), ("1101", "community", "槐树里", "11"),
                ("1102", "community", "北街", "11"),
            ):  # fmt: skip
                session.add(Place(code=code, level=level, name=name, parent=parent))
            _, code = add_person(session, "二运", "operator", party="乙方", company="", now=made.now)
            bind(session, code, "openid-二运", now=made.now)
        yield made


def rows(house: House) -> list[tuple[int, str]]:
    with house.parts.store.reading() as session:
        return sorted(session.execute(select(Figure.value, Figure.source)).tuples().all())


def command(house: House, *words: str) -> str:
    done = CliRunner().invoke(cli, ["--workspace", str(house.folder), "figure", *words])
    return done.output if done.exit_code == 0 else str(done.exception)


def test_by_message_what_is_missing_is_asked_for_and_the_number_counts_only_when_confirmed(house: House) -> None:
    asked = house.say("运营", "填报 槐树里社区 1,234")
    assert asked == "还差：哪个指标、哪一天。请直接回复；不填了：算了"
    told = house.say("运营", "注册用户 11月30日")
    assert told.split("\n")[0] == (
        "已填，等另一个人复核。填报 1：2026-11-30 东桥街道槐树里社区 注册用户 1,234 人，运营填，待复核"
    )
    assert "把截图作为图片发来" in told
    assert rows(house) == []
    assert "是您自己填的" in house.say("运营", "确认填报 1")
    assert "还没有材料" in house.say("二运", "确认填报 1")
    assert "由运营、主编或管理员" not in house.say("二运", "填报 1")
    assert "已经有人填报" in house.say("二运", "填报 槐树里社区 注册用户 11月30日 1300")
    assert house.say("二运", "退回填报 1 和截图不一样") == "填报 1 已退回：和截图不一样"
    assert "不用再办" in house.say("二运", "退回填报 1 再退一次")
    assert house.say("运营", "填报") == "没有待复核的填报。填一个数请发：填报 新风社区 注册用户 12月3日 1234"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("槐树里社区 11月30日 12 阅读次数", "“阅读次数”不是这里填的，可以填：注册用户、"),
        ("槐树里社区 12月30日 注册用户 12", "还没有到"),
        ("大槐树 11月30日 注册用户 12", "没有叫“大槐树”的街道或社区"),
        ("文章 9 阅读次数 11月30日 12", "没有文章 9。"),
        ("槐树里社区 评论 11月30日 12", "“评论”有几种：平台评论、议题评论。请写全。"),
    ],
)
def test_what_cannot_be_is_refused_and_what_is_unclear_is_asked(house: House, words: str, said: str) -> None:
    assert said in house.say("运营", f"填报 {words}")


def test_what_was_unclear_is_told_again_and_the_rest_is_kept(house: House) -> None:
    assert "没有叫“槐花里”" in house.say("运营", "填报 槐花里 11月30日 浏览 1.2万")
    assert "槐树里社区 平台浏览 12,000 次，运营填，待复核" in house.say("运营", "槐树里")


def test_an_answer_that_is_not_read_spoils_nothing_of_what_was_told(house: House) -> None:
    assert house.say("运营", "填报 槐树里社区 注册用户 11月30日").startswith("还差：多少。")
    for words in ("差不多吧", "大概1,200吧", "稍等", "北街", "不知道 还没问"):
        told = house.say("运营", words)
        assert told == f"“{words}”没有看懂。还差：多少。请直接回复；不填了：算了", told
    assert "“左右”没有看懂。没有填。请去掉看不懂的，再发一次" in house.say("运营", "900 左右")
    assert "槐树里社区 注册用户 900 人" in house.say("运营", "九百")
    assert "“差不多吧”没有看懂。还差：哪个指标、哪一天。" in house.say("运营", "填报 差不多吧 北街 1200个")
    assert "北街社区 注册用户 1,200 人" in house.say("运营", "注册用户 11月30日")


def test_who_confirms_too_early_or_too_late_hears_how_it_stands(house: House) -> None:
    house.say("运营", "填报 槐树里社区 注册用户 11月30日 1234")
    house.wechat.post(
        xml(
            ToUserName="gh_simulator", FromUserName="openid-运营", CreateTime=int(house.now.timestamp()), MsgType="image",
            PicUrl="http://127.0.0.1:9/1", MediaId="media-1", MsgId=7,
        )
    )  # fmt: skip
    assert "材料（截图）收到了，正在取" in house.say("二运", "确认填报 1")
    house.say("运营", "撤回填报 1")
    assert house.say("二运", "确认填报 1") == "填报 1 已撤回（运营），不用再办。"
    assert house.say("二运", "退回填报 1") == "填报 1 已撤回（运营），不用再办。"


def test_on_the_page_a_second_person_sees_the_picture_and_both_values_and_then_takes_it_in_once(house: House) -> None:
    store = house.parts.store
    with store.transaction() as session:
        values = {("registered", HERE): 1200, ("registered", "place:1102"): 5}
        ledger.record(session, "users", "表.xlsx", DAY, values, complete=True, by="运营", now=NOW)
    author, second = house.visitor("运营"), house.visitor("主任")
    author.get(PAGE)
    form = {"place": "槐树里社区", "metric": "注册用户", "day": "2026-11-30", "value": "1234"}
    assert author.press(PAGE, form, scan=SCREEN).status_code == 200
    assert "二运" not in author.text
    assert author.press(f"{PAGE}/1/confirmed").status_code == 422
    second.get(PAGE)
    assert second.press(f"{PAGE}/1/confirmed").status_code == 422
    assert "请先看填报 1 的材料" in second.text
    assert "台账里已有 1,200，和填的 1,234 不一样（第 1 批 表.xlsx）" in second.get(f"{PAGE}/1").text
    assert second.get("/console/evidence/1").content == SCREEN[1]
    second.get(f"{PAGE}/1")
    assert second.press(f"{PAGE}/1/confirmed").status_code == 200
    assert "收进第 2 批" in second.text
    assert rows(house) == [(5, "users"), (1200, "users"), (1234, "hand")]
    assert second.press(f"{PAGE}/1/confirmed").status_code == 422
    assert len(rows(house)) == 3
    listed = CliRunner().invoke(cli, ["--workspace", str(house.folder), "batch", "list"]).output
    assert "2 填报 填报 1 1 行" in listed
    with store.transaction() as session:
        batches.undo(session, 2, "错了", by="运营", now=NOW)
        assert ledger.value_on(session, "registered", HERE, DAY) == 1200
    assert "已复核（主任），第 2 批已撤销，不作数" in author.get(f"{PAGE}/1").text


def test_of_what_was_confirmed_and_then_replaced_the_list_says_by_which_batch(house: House) -> None:
    house.say("运营", "填报 槐树里社区 注册用户 11月30日 12")
    with house.parts.store.transaction() as session:
        figure, second = session.get_one(HandFigure, 1), person_named(session, "二运")
        hand._decide(session, figure, hand.CONFIRMED, second, "", NOW)
        values = {(figure.metric, figure.subject): figure.value}
        first = ledger.record(session, hand.HAND, "填报 1", DAY, values, complete=True, by="二运", now=NOW)
        figure.batch_id = first.id
        assert hand.in_words(session, figure).endswith("运营填，已复核（二运）")
        ledger.record(session, "users", "表.xlsx", DAY, {("registered", HERE): 15}, complete=True, by="运营", now=NOW)
        assert hand.in_words(session, figure).endswith("已复核（二运），已被第 2 批代替")


def test_evidence_that_came_after_the_look_must_be_seen_too(house: House, tmp_path: Path) -> None:
    file = tmp_path / "截图.png"
    file.write_bytes(png("one"))
    said = command(
        house, "add", "槐树里社区", "实名认证用户", "2025-11-20", "700", "--evidence", str(file), "--by", "运营"
    )
    assert said == "已填，等另一个人复核：填报 1。\n"
    assert "待复核" in command(house, "list")
    assert "请先看填报 1 的材料" in command(house, "confirm", "1", "--by", "二运")
    assert "材料：" in command(house, "show", "1", "--by", "二运")
    file.write_bytes(png("two"))
    house.at(house.now.replace(minute=house.now.minute + 5))
    assert "已收下 1 份" in command(house, "prove", "1", str(file), "--by", "运营")
    assert "请先看填报 1 的材料" in command(house, "confirm", "1", "--by", "二运")
    command(house, "show", "1", "--by", "二运")
    assert command(house, "confirm", "1", "--by", "二运") == "填报 1 已复核，收进第 1 批。\n"
    assert "由本人撤回" in command(house, "withdraw", "1", "--by", "二运")


def test_a_screenshot_is_seen_by_whoever_sees_its_figure_and_by_nobody_else(house: House) -> None:
    with house.parts.store.transaction() as session:
        for name, role in (("小东", "liaison"), ("小西", "liaison"), ("审", "reviewer")):
            _, code = add_person(session, name, role, party="乙方", company="", now=house.now)
            bind(session, code, f"openid-{name}", now=house.now)
        figure = HandFigure(metric="registered", subject=HERE, day=DAY, value=12, state="proposed", by="小东", at=NOW)
        session.add(figure)
        session.flush()
        path = evidence.keep(house.folder, SCREEN[1])
        evidence.hand_in(session, hand.subject(figure), path, name=SCREEN[0], words="填报 1", by="小东", now=NOW)
    seen = {
        who: house.visitor(who).get("/console/evidence/1") for who in ("小东", "运营", "主任", "小西", "编辑", "审")
    }
    assert {who: answer.status_code for who, answer in seen.items()} == {
        "小东": 200, "运营": 200, "主任": 200, "小西": 404, "编辑": 403, "审": 403,
    }  # fmt: skip
    assert seen["小东"].content == SCREEN[1]


def test_a_signed_sheet_is_seen_by_whoever_sees_the_sheets(house: House) -> None:
    with house.parts.store.transaction() as session:
        path = evidence.keep(house.folder, SCREEN[1])
        evidence.hand_in(session, "countersign:2026-11", path, name="单.png", words="补签单", by="运营", now=NOW)
    for who, status in (("运营", 200), ("编辑", 403)):
        visitor = house.visitor(who)
        seen = [visitor.get(f"/console/{path}").status_code for path in ("countersign", "evidence/1")]
        assert seen == [status, status], who


def test_of_two_who_confirm_at_one_moment_one_takes_it_in(house: House) -> None:
    store = house.parts.store
    house.say("运营", "填报 槐树里社区 注册用户 11月30日 12")
    with store.transaction() as session:
        figure = session.get_one(HandFigure, 1)
        stale = HandFigure(id=1, by=figure.by, state="proposed", metric="", subject="", day=DAY, value=1, at=NOW)
        hand._decide(session, figure, hand.REFUSED, person_named(session, "二运"), "不对", NOW)
    with store.transaction() as session, pytest.raises(OpsError, match="不用再办"):
        hand._decide(session, stale, hand.CONFIRMED, person_named(session, "主任"), "", NOW)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_a_liaison_types_only_for_their_own_places_and_nobody_else_for_them(house: House) -> None:
    with house.parts.store.transaction() as session:
        add_person(session, "小东", "liaison", party="乙方", company="", now=house.now)
        person = person_named(session, "小东")
        told = hand.Told("registered", HERE, DAY, 12)
        with pytest.raises(OpsError, match="只能填报自己负责的"):
            hand.propose(session, person, told, now=house.now)
        with pytest.raises(OpsError, match="由联络员、运营或管理员填报"):
            hand.propose(session, Person(name="编", role="editor", party="乙方"), told, now=house.now)


def test_whoever_neither_typed_nor_confirms_sees_nothing_of_a_figure(house: House) -> None:
    with house.parts.store.transaction() as session:
        for name in ("小东", "小西"):
            _, code = add_person(session, name, "liaison", party="乙方", company="", now=house.now)
            bind(session, code, f"openid-{name}", now=house.now)
        session.add(
            HandFigure(metric="registered", subject=HERE, day=DAY, value=12, state="proposed", by="小东", at=NOW)
        )
    none = "没有填报 1。看待复核的请发：填报"
    assert house.say("小东", "填报 1").startswith("填报 1：2026-11-30")
    for words in ("填报 1", "撤回填报 1"):
        assert house.say("小西", words) == none, words
    with house.parts.store.transaction() as session:
        with pytest.raises(OpsError, match=none):
            hand.to_prove(session, 1, person_named(session, "小西"))
        for number in (1, 2):  # there, and not there
            with pytest.raises(OpsError, match="由运营、主编或管理员复核"):
                hand.refuse(session, number, "不对", person_named(session, "小西"), now=NOW)
    assert command(house, "show", "1", "--by", "小西") == none
    assert none in house.visitor("小西").get(f"{PAGE}/1").text
    assert "待复核" in house.say("主任", "填报 1")


@pytest.mark.parametrize("number", [2**31, 10**20, 0])
def test_a_number_that_is_too_large_names_nothing_and_breaks_nothing(house: House, number: int) -> None:
    words = f"没有填报 {number}。"
    with house.parts.store.transaction() as session, pytest.raises(OpsError, match=words):
        hand.named(session, number)
    with house.parts.store.transaction() as session, pytest.raises(OpsError, match=f"没有异常 {number}。"):
        anomalies.explain(session, number, "原因", person_named(session, "运营"), now=NOW)
    with house.parts.store.transaction() as session, pytest.raises(OpsError, match=f"没有第 {number} 批。"):
        batches.undo(session, number, "错了", by="运营", now=NOW)
    assert words in house.visitor("主任").get(f"{PAGE}/{number}").text


def test_what_waits_is_listed_first_and_counted_however_much_was_typed_since(house: House) -> None:
    with house.parts.store.transaction() as session:
        for name in ("小东", "小西"):
            _, code = add_person(session, name, "liaison", party="乙方", company="", now=house.now)
            bind(session, code, f"openid-{name}", now=house.now)
        typed = {"metric": "registered", "subject": HERE, "value": 12, "at": NOW}
        session.add(HandFigure(**typed, day=DAY, state="proposed", by="小东"))
        session.flush()
        for number in range(1, 121):
            session.add(HandFigure(**typed, day=DAY - timedelta(days=number), state="proposed", by="小西"))
        for _ in range(101):
            session.add(HandFigure(**typed, day=DAY, state="withdrawn", by="小东", decided_by="小东", decided_at=NOW))
    assert house.say("小东", "填报").startswith("待复核的填报 1 个：\n填报 1：")
    assert house.say("运营", "填报").startswith("待复核的填报 121 个：\n填报 121：")
    own = house.visitor("小东").get(PAGE).text
    assert ("待复核 1 个" in own, own.index("填报 1：") < own.index("填报 222：")) == (True, True)
    hand_watch.watch(house.parts.store, house.now)
    with house.parts.store.reading() as session:
        assert session.scalars(select(Alarm.text)).one().startswith("有 121 个填报的数")


def test_what_waits_rings_until_it_is_decided_on(house: House) -> None:
    def ringing() -> list[str]:
        hand_watch.watch(house.parts.store, house.now)
        with house.parts.store.reading() as session:
            return list(session.scalars(select(Alarm.text).where(Alarm.ended.is_(None))))

    assert ringing() == []
    house.say("运营", "填报 槐树里社区 注册用户 11月30日 12")
    (text,) = ringing()
    assert text.startswith("有 1 个填报的数待另一个人复核：填报 1：2026-11-30 东桥街道槐树里社区 注册用户 12 人")
    assert house.say("运营", "撤回填报 1") == "填报 1 已撤回。"
    assert ringing() == []
