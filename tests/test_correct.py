"""Correcting (更正): exact words, another person's approval, a step by hand, and nothing counts that was not seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from after_kit import ask as withdraw
from after_kit import hire, published, trail
from publishing_kit import PUSH, drafted, pass_time
from sqlalchemy import select
from stage import PNG, Stage
from test_withdraw import waiting

from content import corrections
from content.after_models import Correction
from content.errors import OpsError
from content.library import Library, scan
from content.models import Article, State
from content.reviews import Step
from content.revisions import latest_revision
from scheduler import correct
from scheduler.alarm import ringing, take
from scheduler.confirm import apply_publish
from scheduler.models import Outbox, Publication
from scheduler.rules import Rules

BODY = "议事会定在十二月五日，请带身份证。\n\n地点在社区活动室。\n\n再说一遍，十二月五日，不要走错。\n"
ASK = "更正 {} 十二月五日→十二月六日 活动改期"


@pytest.fixture
def out(stage: Stage) -> tuple[Stage, int]:
    """An article is out, quietly, and people are there."""
    hire(stage)
    return stage, published(stage, body=BODY)


def correction(stage: Stage) -> Correction:
    with stage.parts.store.reading() as session:
        return session.scalars(select(Correction).order_by(Correction.id.desc())).first()  # type: ignore[return-value]


def edit(stage: Stage, number: int, *, shown: bool = True) -> None:
    """Do in the back office what the steps say; `shown`: the API gives the new words."""
    article_id = stage.publication(number).article_id
    stage.sim.backoffice("edit_article", article_id=article_id, old="十二月五日", new="十二月六日", shown=shown)


# words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("十二月五日→十二月六日 活动改期", ("十二月五日", "十二月六日", "活动改期")),
        ("五日->六日 写错 了", ("五日", "六日", "写错 了")),
        ("五日=>六日　写错", ("五日", "六日", "写错")),
        ("五日 改为 六日 写错", ("五日", "六日", "写错")),
        ("五日改成六日 写错", ("五日", "六日", "写错")),
        ("五日换成六日 写错", ("五日", "六日", "写错")),
        ("“改为 五日”→“10:00 开始” 时间不对", ("改为 五日", "10:00 开始", "时间不对")),
        ("把它改为你→把它改为他 写错", ("把它改为你", "把它改为他", "写错")),
    ],
)
def test_the_words_are_read_as_people_write_them(words: str, read: tuple[str, str, str]) -> None:
    assert corrections.read(words) == read


@pytest.mark.parametrize("words", ["", "五日", "五日→六日", "→六日 写错", "五日→ 写错", "五日→五日 写错"])
def test_what_lacks_a_part_is_asked_for_with_an_example(words: str) -> None:
    with pytest.raises(OpsError, match=r"例如：更正 12|一样"):
        corrections.read(words)


# asking and approving -------------------------------------------------------------------------------------------------


def test_it_is_asked_with_its_places_and_told_to_who_may_approve(out: tuple[Stage, int]) -> None:
    stage, number = out
    answer = stage.say("编辑", ASK.format(number))
    assert "第 1 段（议事会定在十二月五日，请带身份证。）；第 3 段（再说一遍，十二月五日，不要走错。）" in answer
    assert "共 2 处" in answer
    assert answer.endswith("等主任批准。")
    assert "更正是您提出的" in stage.say("编辑", f"同意更正 {number}")
    assert "更正由甲方终审人批准" in stage.say("运营", f"同意更正 {number}")
    assert "还没有批准，先不要到后台改" in stage.say("编辑", f"已更正 {number}")
    assert "还没有办完" in stage.say("编辑", f"更正 {number} 活动室→会议室 写错")
    with stage.parts.store.reading() as session:
        told = "".join(session.scalars(select(Outbox.text)))
    assert f"同意更正 {number}；不同意更正" not in told
    assert f"同意请发：同意更正 {number}；不同意请发：不同意更正 {number} 原因" in told
    assert "像是在问，没有办" in stage.say("主任", f"同意更正 {number} 吗？")
    assert waiting(stage, "correct-approve") != ""
    steps = stage.say("主任", f"同意更正 {number}")
    assert "把\n十二月五日\n改成\n十二月六日\n" in steps
    assert "各种说法不一" in steps
    assert "内容库里的稿子 2026-12/01-notice/index.md 也要改" in steps
    assert waiting(stage, "correct-approve") == ""
    assert f"已更正 {number}" in waiting(stage, "correct")


def test_what_cannot_be_asked_says_why(out: tuple[Stage, int]) -> None:
    stage, number = out
    assert "正文里没有“十三月”" in stage.say("编辑", f"更正 {number} 十三月→十二月 写错")
    assert "在定稿 1-1的标题里" in stage.say("编辑", f"更正 {number} 01-notice→02-notice 写错")
    refused = stage.say("编辑", f"更正 {number} 请带身份证→请带身份证11010519491231002X 补充")
    assert "改成的字有问题，没有提交" in refused
    draft = drafted(stage, "02-other")
    assert "没有在外面，不用更正" in stage.say("编辑", f"更正 {draft} 正文→全文 写错")


def test_a_sentence_with_ba_means_the_words_behind_it_where_the_text_has_none_with_it(out: tuple[Stage, int]) -> None:
    stage, number = out
    with stage.parts.store.reading() as session:
        revision = latest_revision(session, session.get_one(Article, number))
        assert revision is not None
        assert corrections.meant(revision, "把十二月五日") == "十二月五日"
        assert corrections.meant(revision, "把“十二月五日”") == "十二月五日"
        for old in ("十二月五日", "把十二月九日", "把五"):
            assert corrections.meant(revision, old) == old
    assert "“十二月五日”改为“十二月六日”" in stage.say("运营", f"更正 {number} 把十二月五日改成十二月六日 写错了")


def test_a_refusal_needs_a_reason_and_ends_it(out: tuple[Stage, int]) -> None:
    stage, number = out
    stage.say("编辑", ASK.format(number))
    assert "不同意要写原因" in stage.say("主任", f"不同意更正 {number}")
    assert "已记下：不同意更正" in stage.say("主任", f"不同意更正 {number} 日期没有错")
    assert correction(stage).outcome == "refused"
    assert "没有等着批准的更正" in stage.say("主任", f"同意更正 {number}")
    assert "没有同意更正" in trail(stage, number)


# done and seen --------------------------------------------------------------------------------------------------------


def approved(stage: Stage, number: int) -> None:
    stage.say("编辑", ASK.format(number))
    assert "接下来到后台改" in stage.say("主任", f"同意更正 {number}")


def test_what_wechat_shows_corrected_is_corrected(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    edit(stage, number)
    assert "待核实：马上向微信读回" in stage.say("编辑", f"已更正 {number}")
    assert correction(stage).outcome == ""
    stage.tick()
    assert correction(stage).outcome == "corrected"
    assert correction(stage).proof.startswith("微信接口读回")
    assert waiting(stage, "correct") == ""
    assert "已更正：“十二月五日”改为“十二月六日”" in trail(stage, number)
    assert stage.article(number).state == State.PUBLISHED


def test_what_wechat_does_not_show_stays_unverified_until_a_person_has_seen_a_picture(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    with stage.parts.store.transaction() as session:
        first = next(alarm.id for alarm in ringing(session) if alarm.key.startswith("correct:"))
        take(session, first, by="运营", now=stage.now)
    edit(stage, number, shown=False)
    stage.say("编辑", f"已更正 {number}")
    pass_time(stage, 0, 1.1, 4.5, 15)
    assert correction(stage).outcome == ""
    assert "读回的还是旧的字" in waiting(stage, "correct")
    assert "没有写明" in waiting(stage, "correct")
    with stage.parts.store.reading() as session:  # it says something new, so 收到 to the old does not silence it
        assert [a.taken_at for a in ringing(session) if a.key.startswith("correct:")] == [None]
    assert "还没有截图，不能算更正" in stage.say("主任", f"核实更正 {number}")
    assert stage.calls("freepublish/getarticle") == 4


def test_a_push_cannot_be_read_back_so_a_picture_is_asked_for_at_once(stage: Stage) -> None:
    hire(stage)
    number = published(stage, notify=PUSH, body=BODY)
    approved(stage, number)
    assert "把截图或扫描件作为图片发来" in stage.say("编辑", f"已更正 {number}")
    assert "附在文章1的更正上" in (stage.sim.say(picture=PNG, openid="openid-编辑")["reply"] or "")
    assert "不能核实更正" in stage.say("编辑", f"核实更正 {number}")
    assert "由您看过截图" in stage.say("主任", f"核实更正 {number}")
    assert "截图 1 张，主任看过" in correction(stage).proof
    assert waiting(stage, "correct") == ""


def test_what_cannot_be_changed_leads_on_to_taking_down_or_an_article(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    assert "请写为什么改不了" in stage.say("编辑", f"改不了 {number}")
    offered = stage.say("编辑", f"改不了 {number} 后台说次数用完了")
    assert f"撤稿 {number} 原因" in offered
    assert f"更正文章 {number}" in offered
    assert "马上起草" in stage.say("编辑", f"更正文章 {number}")
    stage.tick()
    file = stage.folder / correction(stage).notice
    text = file.read_text(encoding="utf-8")
    assert "我们发布的《01-notice》一文有误" in text
    assert "原文“十二月五日”，应为“十二月六日”" in text
    assert "publish_at: 2026-12-02 10:00" in text
    assert "title: 关于《01-notice》的更正" in text
    assert "已经起草" in stage.say("编辑", f"更正文章 {number}")
    scan(stage.parts.store, Library(folder=stage.folder, css=""), stage.now)
    with stage.parts.store.reading() as session:
        assert session.scalar(select(Article.state).where(Article.path == correction(stage).notice)) == State.WRITTEN


def test_an_article_that_is_taken_down_needs_no_correction_any_more(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    withdraw(stage, number, "01-notice")
    pass_time(stage, 0, 1)
    assert stage.article(number).state == State.WITHDRAWN
    assert correction(stage).outcome == "withdrawn"
    assert waiting(stage, "correct") == ""


def test_the_correction_of_an_article_that_wechat_took_down_ends(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    with stage.parts.store.transaction() as session:
        apply_publish(session, session.get_one(Publication, 1), {"publish_status": 6}, stage.now, stage.now)
    assert stage.article(number).state == State.WITHDRAWN
    assert correction(stage).outcome == "withdrawn"
    assert waiting(stage, "correct") == ""


def test_the_terminal_shows_the_file_that_is_still_to_be_amended(out: tuple[Stage, int]) -> None:
    from bot.corrections import lines_of, rows_of

    stage, number = out
    approved(stage, number)
    edit(stage, number)
    stage.say("编辑", f"已更正 {number}")
    stage.tick()
    with stage.parts.store.reading() as session:
        (shown,) = map(lines_of, rows_of(session, stage.folder, session.get_one(Article, number)))
    assert "已更正" in shown
    assert "01-notice/index.md 还没有改：请把“十二月五日”改成“十二月六日”并保存" in shown
    file: Path = stage.folder / "2026-12" / "01-notice" / "index.md"
    file.write_text(file.read_text(encoding="utf-8").replace("十二月五日", "十二月六日"), encoding="utf-8")
    with stage.parts.store.reading() as session:
        (shown,) = map(lines_of, rows_of(session, stage.folder, session.get_one(Article, number)))
    assert "还没有改" not in shown


def test_every_answer_fits_into_one_message_with_the_words_to_send_at_its_end(stage: Stage) -> None:
    hire(stage)
    old, new = "旧" * 50, "新" * 50
    body = "\n\n".join(f"{'前' * 40}{old}{'后' * 40}第{number}段" for number in range(9))
    number = published(stage, title="长" * 30, notify=PUSH, body=body)
    assert "各不超过 50 字" in stage.say("编辑", f"更正 {number} {old}旧→{new} 写错")
    asked = stage.say("编辑", f"更正 {number} {old}→{new} {'因' * 50}")
    assert "第 3、4、5、6、7、8、9 段" in asked
    assert asked.endswith("等主任批准。")
    assert stage.say("主任", f"同意更正 {number}").endswith("改它不会再送审）。")
    assert f"核实更正 {number}" in stage.say("编辑", f"已更正 {number}")


def test_two_corrections_of_an_article_make_two_articles_and_one_made_twice_is_one(out: tuple[Stage, int]) -> None:
    stage, number = out
    approved(stage, number)
    stage.say("编辑", f"更正文章 {number}")
    stage.tick()
    first = correction(stage)
    with stage.parts.store.transaction() as session:  # a process that died before it could write this down
        session.get_one(Correction, first.id).notice = ""
    stage.tick()
    assert correction(stage).notice == first.notice
    stage.say("编辑", f"改不了 {number} 不让改")
    stage.say("编辑", f"更正 {number} 活动室→会议室 写错")
    stage.say("主任", f"同意更正 {number}")
    stage.say("编辑", f"更正文章 {number}")
    stage.tick()
    second = correction(stage).notice
    assert second != first.notice
    assert "“活动室”，应为“会议室”" in (stage.folder / second).read_text(encoding="utf-8")


def test_who_approves_is_a_setting() -> None:
    chain = (Step("初审", "editor"), Step("终审", "chief", "甲方"))
    assert correct.approver(chain, Rules()) == chain[-1]
    assert correct.approver(chain, Rules(correction_role="operator")) == Step("更正审批", "operator")
