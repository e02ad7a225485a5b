"""急稿: by phone from a forwarded text to its submission, out at night, and what must follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from click.testing import CliRunner
from publishing_kit import PUSH, approved, out, pass_time
from sqlalchemy import select, update
from stage import Stage, png

from bot.cli import cli
from content.clock import SHANGHAI
from content.errors import OpsError
from content.models import Article, Event, Person, Post, Review, State
from content.steps import Step
from content.urgent import Urgent, read
from scheduler import urgent_after
from scheduler.models import Outbox

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
TITLE = "大风蓝色预警"
FORWARDED = (
    "市气象台12月1日8时30分发布大风蓝色预警信号：\n预计1日14时至2日8时，本市大部分地区有4、5级偏北风，阵风7级左右。\n"
    "请关好门窗，收好阳台和窗台上的物品，出行时远离广告牌和施工围挡。"
)
CHAIN = '\n[review]\nurgent = ["复审", "终审"]\n'
TYPED_A_MINUTE = 120  # characters


@pytest.fixture
def staffed(stage: Stage) -> Iterator[Stage]:
    stage.parts.store.close()
    with stage.open(publish=CHAIN):
        stage.hire()
        yield stage


def told(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(Outbox.text).order_by(Outbox.id)))


def trail(stage: Stage, number: int) -> str:
    with stage.parts.store.reading() as session:
        return "\n".join(session.scalars(select(Event.why).where(Event.subject == f"article:{number}")))


class Phone:
    """The operator's phone: what is typed takes time, what is forwarded a moment."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.minutes = stage, 0.0

    def types(self, words: str) -> str:
        return self._sends(words, len(words) / TYPED_A_MINUTE)

    def forwards(self, words: str) -> str:
        return self._sends(words, 0.1)

    def _sends(self, words: str, minutes: float) -> str:
        self.minutes += minutes + 0.1  # the answer is read
        self.stage.later(minutes=minutes + 0.1)
        answer = self.stage.say("运营", words)
        self.stage.tick()
        return answer


def submitted(stage: Stage, text: str = FORWARDED) -> int:
    """An urgent notice that was brought by message and is in review; its number."""
    stage.say("运营", f"急稿 {TITLE}")
    stage.say("运营", text)
    stage.say("运营", "送审")
    stage.tick()
    with stage.parts.store.reading() as session:
        article = session.scalars(select(Article).where(Article.urgent)).one()
    assert article.state == State.IN_REVIEW, told(stage)
    return article.id


# by phone ------------------------------------------------------------------------------------------------------------


def test_from_the_text_in_hand_to_its_end_by_phone_alone(staffed: Stage) -> None:
    phone = Phone(staffed)
    assert phone.types(f"急稿 {TITLE}").startswith(f"《{TITLE}》：请把原文转发过来")
    assert phone.forwards(FORWARDED).startswith(
        f"《{TITLE}》，正文 93 字。\n发布单位：市气象台\n发布时间：2026-12-01 08:30\n2026-12-02 08:00 提醒核实解除没有\n"
    )
    answer = phone.types("送审")
    assert "今天的推送还没有用，审完可以推送。" in answer
    assert f"社区群转发文字：\n【{TITLE}】市气象台 2026-12-01 08:30 发布\n市气象台12月1日" in answer
    assert any("已送审（1-1），等复审（复审）。今天的推送还没有用" in text for text in told(staffed)), told(staffed)
    assert phone.minutes < 5, phone.minutes
    assert staffed.article(1).state == State.IN_REVIEW

    assert any(text.startswith(f"急稿，轮到您审《{TITLE}》（1-1，复审）") for text in told(staffed))
    assert "下一步：终审" in staffed.say("复审", "同意 1-1")
    assert "审核完成" in staffed.say("主任", "同意 1-1")
    staffed.tick()
    assert staffed.alarms() == [f"急稿文章1“{TITLE}”已通过审核，还没有发出。请回复：立即发布 1"]
    answer = staffed.say("运营", "立即发布 1")
    assert answer.startswith(f"文章1“{TITLE}”马上发出。（主任已审，运营要求）\n将立即发布 1 篇")
    pass_time(staffed, 0, 1, 2)
    assert staffed.alarms() == []
    assert (out(staffed), len(staffed.sim.stats["sends"])) == ({TITLE: 1}, 1)
    assert any("已发出。社区群转发文字" in text and "详情：http" in text for text in told(staffed))

    staffed.at(NOW.replace(day=2, hour=8, minute=31))
    staffed.tick()
    over, later = sorted(staffed.alarms(), key=lambda text: "补审" in text)
    assert "预警解除没有？解除了请回复：已解除 1" in over
    assert "是急稿，发出前省了初审（编辑），要补审" in later
    assert "再提醒核实" in staffed.say("运营", "顺延 1 今天12点")
    assert "要由另一位来做" in staffed.say("复审", "事后复审 1 属实")
    assert "请写意见" in staffed.say("编辑", "事后复审 1")
    assert staffed.say("编辑", "事后复审 1 内容属实，时间无误").startswith("已记下")
    staffed.tick()
    assert staffed.alarms() == []
    staffed.at(NOW.replace(day=2, hour=12, minute=1))
    staffed.tick()
    assert len(staffed.alarms()) == 1
    assert "预警已解除" in staffed.say("运营", "已解除 1")
    staffed.tick()
    assert staffed.alarms() == []
    assert "事后复审（补初审（编辑））：内容属实，时间无误" in trail(staffed, 1)


def test_what_cannot_be_read_is_asked_for_and_may_be_changed(staffed: Stage) -> None:
    assert staffed.say("运营", "急稿") == "急稿的标题是什么？请直接回复。"
    assert "请把原文转发过来" in staffed.say("运营", "临时停水")
    assert "是哪个单位" in staffed.say("运营", "各位居民：因管道抢修，今晚部分楼栋停水，请提前储水。")
    assert "是什么时候发布的" in staffed.say("运营", "自来水公司")
    assert "时间看不懂" in staffed.say("运营", "刚才")
    answer = staffed.say("运营", "今天8点半")
    assert "发布单位：自来水公司\n发布时间：2026-12-01 08:30\n2026-12-02 08:30 提醒核实" in answer
    assert "没有看懂" in staffed.say("运营", "嗯？")
    assert "2026-12-01 22:00 提醒核实" in staffed.say("运营", "解除 今晚10点")
    assert "发布单位：区自来水公司" in staffed.say("运营", "单位 区自来水公司")
    assert "正文 67 字" in staffed.say(
        "运营", "文章中提到的楼栋以现场张贴的通知为准，恢复供水的时间另行告知，请各位居民互相转告。"
    )
    assert staffed.say("运营", "算了") == "好的，“急稿”就此作罢。"
    staffed.tick()
    with staffed.parts.store.reading() as session:
        assert session.scalars(select(Urgent)).all() == []


def test_a_text_that_comes_in_parts_is_put_together_and_a_picture_is_no_text(staffed: Stage) -> None:
    staffed.say("运营", "急稿 临时停水")
    assert "急稿要文字，图片没有收下" in staffed.sim.say(openid="openid-运营", picture=png("notice"))["reply"]
    assert "是哪个单位" in staffed.say("运营", "各位居民：因管道抢修，今晚部分楼栋停水。")
    assert "是哪个单位" in staffed.say("运营", "请各位居民提前储水；恢复供水的时间另行通知，请互相转告，谢谢配合。")
    assert "是什么时候发布的" in staffed.say("运营", "自来水公司")
    assert "是什么时候发布的" in staffed.say("运营", "停水的楼栋：\n2号楼、3号楼")
    assert "正文 66 字。\n发布单位：自来水公司" in staffed.say("运营", "今天8点半")


def test_small_talk_never_becomes_the_text_nor_who_issued_it(staffed: Stage) -> None:
    staffed.say("运营", "急稿")
    for words in ("好的", "好的，稍等", "暂停吗", "我找一下"):
        assert "急稿的标题是什么" in staffed.say("运营", words), words
    staffed.say("运营", TITLE)
    for words in ("稍等", "好的，马上发", "在吗？", "可以发了吗", "辛苦了，等我问一下", "👌"):
        assert staffed.say("运营", words).startswith(f"没有看懂。《{TITLE}》：请把原文转发过来"), words
    assert staffed.say("运营", "他们还没发我").startswith("“他们还没发我”只有 6 个字，不像原文，没有收下。")
    assert "原文里没看出发布单位" in staffed.say("运营", "预计今天下午到明天有大风，请各位居民关好门窗。")
    for words in ("稍等", "好的，我问一下", "要写全称吗"):
        assert "没有看懂。原文里没看出发布单位" in staffed.say("运营", words), words
    staffed.say("运营", "市气象台")
    assert "没有看懂。原文里没看出发布时间" in staffed.say("运营", "稍等")
    assert "就此作罢" in staffed.say("运营", "算了吧")


def test_a_text_is_shown_before_it_is_submitted_and_begun_anew_on_a_word(staffed: Stage) -> None:
    staffed.say("运营", f"急稿 {TITLE}")
    staffed.say("运营", "办公室的同事还在要原文，拿到以后马上就转发过来")
    shown = staffed.say("运营", FORWARDED)
    assert "\n正文：办公室的同事还在要原文，拿到以后马上就转发过来 市气象台12月1日" in shown
    assert "正文不对请回复“正文”，再重新转发。" in shown
    assert "请把原文转发过来" in staffed.say("运营", "正文")
    shown = staffed.say("运营", FORWARDED)
    assert "，正文 93 字。" in shown
    assert "\n正文：市气象台12月1日" in shown
    assert "没看出发布单位" in staffed.say("运营", "正文：今晚停水")
    staffed.say("运营", "自来水公司")
    assert "正文：今晚停水\n" in staffed.say("运营", "今天8点半")
    assert "……" in staffed.say("运营", f"正文 {FORWARDED}{'关好门窗，' * 100}")


def test_warnings_are_told_and_pass_with_a_reason_by_message(staffed: Stage) -> None:
    staffed.say("运营", f"急稿 {TITLE}")
    staffed.say("运营", f"{FORWARDED}这是史上最佳的预警。")
    staffed.say("运营", "送审")
    staffed.tick()
    answer = told(staffed)[-1]
    assert answer.startswith(f"急稿文章1“{TITLE}”还没有送审，有 1 条警告：\n· 慎用词“最佳”")
    assert answer.endswith("核对过没有问题，请回复：送审 1 理由")
    assert staffed.article(1).state == State.WRITTEN
    assert staffed.say("运营", "送审 1 原文如此，已核实").endswith("马上送审，结果很快发给您。")
    staffed.tick()
    assert staffed.article(1).state == State.IN_REVIEW
    assert "原文如此，已核实（运营）" in staffed.say("复审", "看 1")
    assert "已经送审了" in staffed.say("运营", "送审 1")


# today's push --------------------------------------------------------------------------------------------------------


def approve_urgent(stage: Stage, number: int) -> None:
    stage.say("复审", f"同意 {number}-1")
    assert "审核完成" in stage.say("主任", f"同意 {number}-1")


def test_a_push_planned_for_today_is_offered_another_slot(staffed: Stage) -> None:
    approved(staffed, "01-notice", due=NOW.replace(hour=18), notify=PUSH)
    number = submitted(staffed)
    assert any("要让急稿推送请先给它改期，回复：改期 1 2026-12-02 18:00；" in text for text in told(staffed))
    approve_urgent(staffed, number)
    staffed.say("运营", "改期 1 2026-12-02 18:00")
    assert "推送给全部粉丝" in staffed.say("运营", f"立即发布 {number}")
    pass_time(staffed, 0, 1, 2)
    assert [send["titles"] for send in staffed.sim.stats["sends"]] == [[TITLE]]


def test_where_todays_push_is_kept_it_is_published_quietly_with_a_text_for_the_groups(staffed: Stage) -> None:
    approved(staffed, "01-notice", due=NOW.replace(hour=18), notify=PUSH)
    number = submitted(staffed)
    approve_urgent(staffed, number)
    answer = staffed.say("运营", f"立即发布 {number}")
    assert "只发表，不推送给粉丝" in answer
    assert f"社区群转发文字：\n【{TITLE}】" in answer
    pass_time(staffed, 0, 1, 2)  # a scan in between leaves it quiet
    assert (out(staffed)[TITLE], staffed.sim.stats["sends"]) == (1, [])
    assert "详情：http" in staffed.say("运营", f"群文字 {number}")


@pytest.mark.parametrize(
    ("words", "said"), [("立即发布 1", "请注意：今天是敏感日期"), ("排期 1 2:30", "改到 2026-12-13 02:30")]
)
def test_neither_the_night_nor_a_sensitive_day_holds_it(stage: Stage, words: str, said: str) -> None:
    stage.parts.store.close()
    with stage.open(publish=f'quiet_hours = ["22:00", "07:00"]\n{CHAIN}'):
        stage.hire()
        (stage.folder / "days.csv").write_text("日期,名称,类别\n12-13,国家公祭日,敏感\n", encoding="utf-8")
        stage.at(datetime(2026, 12, 13, 2, 0, tzinfo=SHANGHAI))
        number = submitted(stage, FORWARDED.replace("12月1日8时30分", "12月13日1时30分"))
        assert any("急稿，轮到您审" in text for text in told(stage))  # at night
        approve_urgent(stage, number)
        assert said in stage.say("运营", words)
        pass_time(stage, 0, 1, 31, 32)
        assert out(stage) == {TITLE: 1}


def test_a_recorded_verdict_or_another_text_beside_it_asks_for_a_second_person(staffed: Stage) -> None:
    number = submitted(staffed)
    approve_urgent(staffed, number)
    with staffed.parts.store.transaction() as session:
        session.execute(update(Review).values(way="电话"))
    assert "请另一位（主任）在" in staffed.say("运营", f"立即发布 {number}")
    assert "马上发出。（运营要求，主任确认）" in staffed.say("主任", f"确认 {number}")
    assert not Post(articles=[Article(urgent=True), Article(urgent=False)]).is_urgent


def test_who_may_hold_the_last_step_left_out_makes_up_for_it(staffed: Stage) -> None:
    number = submitted(staffed)
    last = Step("终审", "chief", "甲方", urgent=False)
    added = Step("加审", "editor", columns=("便民",), urgent=False)
    chain = (Step("初审", "editor", urgent=False), Step("复审", "reviewer"), last, added)
    with staffed.parts.store.transaction() as session:
        article = session.get_one(Article, number)
        article.state = State.PUBLISHED
        editor, chief = (session.scalars(select(Person).where(Person.name == name)).one() for name in ("编辑", "主任"))
        with pytest.raises(OpsError, match="补的是初审（编辑）、终审（终审人），要由甲方终审人来做"):
            urgent_after.reviewed(session, article, editor, "属实", chain, now=staffed.now)
        assert "已记下" in urgent_after.reviewed(session, article, chief, "属实", chain, now=staffed.now)


# it must hold --------------------------------------------------------------------------------------------------------


def test_a_process_that_dies_in_between_makes_one_article(staffed: Stage) -> None:
    number = submitted(staffed)
    with staffed.parts.store.transaction() as session:  # as if it had died before it could say so
        session.scalars(select(Urgent)).one().due = True
    staffed.tick()
    with staffed.parts.store.reading() as session:
        assert [article.id for article in session.scalars(select(Article))] == [number]
    assert staffed.article(number).state == State.IN_REVIEW


def test_without_a_shorter_chain_all_steps_are_passed_and_none_is_made_up_for(stage: Stage) -> None:
    stage.hire()
    number = submitted(stage)
    assert any("等初审（编辑）" in text for text in told(stage))
    stage.approve(f"{number}-1")
    stage.say("运营", f"立即发布 {number}")
    pass_time(stage, 0, 1, 2)
    stage.at(NOW.replace(day=2, hour=9, minute=30))
    stage.tick()
    assert ["补审" in text for text in stage.alarms()] == [False]


def test_the_terminal_brings_one_too(staffed: Stage) -> None:
    file = staffed.folder / "原文.txt"
    file.write_text(FORWARDED, encoding="utf-8")
    words = ["--workspace", str(staffed.folder), "urgent", TITLE, str(file), "--by", "运营"]
    done = CliRunner().invoke(cli, words, env=dict(staffed.environ))
    assert "已送审（1-1），等复审（复审）" in done.output, done.output
    file.write_text("今天有风。", encoding="utf-8")
    done = CliRunner().invoke(cli, words, env=dict(staffed.environ))
    assert "--issuer 单位" in str(done.exception)


READ = {
    FORWARDED: ("市气象台", "12-01 08:30", "12-02 08:00"),
    "因抢修，12月1日22:00至12月2日6:00停水。\n自来水公司\n2026年12月1日 8:00": (
        "自来水公司",
        "12-01 08:00",
        "12-02 06:00",
    ),
    "发布单位：区应急管理局 2026-12-01 08:20 道路结冰预警，有效期至明天10时。": (
        "区应急管理局",
        "12-01 08:20",
        "12-02 10:00",
    ),
    "据区气象局12月1日8时发布，持续到3日8时": ("区气象局", "12-01 08:00", "12-03 08:00"),
    "今天下午有大风，请关好门窗。": ("", None, None),
    "11月1日8时发布的预警": ("", None, None),
}


@pytest.mark.parametrize(("text", "meant"), READ.items())
def test_who_issued_it_when_and_until_when_is_read_from_the_text(
    text: str, meant: tuple[str, str | None, str | None]
) -> None:
    found = read(text, NOW)
    times = [at and f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" for at in (found.issued_at, found.ends_at)]
    assert (found.issuer, *times) == meant
