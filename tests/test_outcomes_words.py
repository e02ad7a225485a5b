"""WeChat's refusals of a publication in words: what happened, what the originality check found, what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from publishing_kit import HAND_OVER, PUSH, QUIET, drafted, handed_over, out, pass_time
from stage import Stage

from bot.messages import clean, fields_of
from content.models import State
from scheduler.models import MASS, PUBLISH, JobNotice
from scheduler.outcomes import GONE, OTHERWISE, PUBLISHING, PUSHING, WhyNot, copyright_words

pytestmark = pytest.mark.one_database

XML = Path(__file__).parent / "cases" / "xml"
EVERY_STATUS = (  # wechat-api.md §2.4
    "send fail", "err(10001)", "err(20001)", "err(20002)", "err(20004)", "err(20006)", "err(20008)", "err(20013)",
    "err(21000)", "err(22000)", "err(30001)", "err(30002)", "err(30003)", "err(40001)", "err(40002)",
)  # fmt: skip
WORDS = [*PUBLISHING.values(), *PUSHING.values(), OTHERWISE]


def case(name: str) -> dict[str, Any]:
    return dict(fields_of(clean((XML / name).read_bytes())))


def told(stage: Stage, number: int, kind: str, payload: dict[str, Any]) -> str:
    """Let WeChat send this about a post that was handed over; return the alarm that rings."""
    publication = stage.publication(number)
    job = publication.publish_id if kind == PUBLISH else publication.msg_id
    with stage.parts.store.transaction() as session:
        session.add(JobNotice(kind=kind, job=job or "", payload=json.dumps(payload), at=stage.now))
    stage.tick()
    (text,) = stage.alarms()
    return text


@pytest.fixture
def silent(stage: Stage) -> Stage:
    """A WeChat that sends no events of its own."""
    stage.sim.set(pushes="lost")
    return stage


@pytest.mark.parametrize("why", WORDS, ids=lambda why: why.what)
def test_every_refusal_says_what_to_do_and_ends_with_the_words(why: WhyNot) -> None:
    advice = why.to_do.format(first=12)
    assert "重发 12" in advice or "送审 12" in advice
    assert not re.search(r"[,;:?!]\s", f"{why.what}{advice.replace('wxops', '')}")


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_every_status_of_a_mass_send_has_words_of_its_own(status: str) -> None:
    assert sum(PUSHING[status].what == other.what for other in PUSHING.values()) == 1


def test_what_failed_the_originality_check_is_told_by_article_with_the_rules_of_the_original(silent: Stage) -> None:
    number = drafted(silent, notify=PUSH)
    handed_over(silent, number)
    text = told(silent, number, MASS, case("event_masssendjobfinish_copyright.xml"))
    assert "没有发出：判定为转载，而接口不发转载（err(30003)）。" in text
    rules = "原文允许转载，转载要换成原文的内容，转载要注明来源。"
    assert f"第 1 篇和别人的原创文章相同（Url_1）：{rules}第 2 篇和别人的原创文章相同（Url_2）：{rules}" in text
    assert f"送审 {number}" in text
    assert silent.state(number) == State.FAILED


def test_a_refusal_without_a_check_says_the_rest(silent: Stage) -> None:
    number = drafted(silent, notify=PUSH)
    handed_over(silent, number)
    text = told(silent, number, MASS, case("edge_event_masssend_err_30003.xml"))
    assert "（err(30003)）。自己的原创" in text


def test_a_code_that_no_page_lists_is_told_with_the_code(silent: Stage) -> None:
    number = drafted(silent, notify=PUSH)
    handed_over(silent, number)
    assert "平台审核没有通过（err(20431)）。请到后台" in told(silent, number, MASS, {"Status": "err(20431)"})


def test_the_articles_that_a_quiet_publication_failed_for_are_named(silent: Stage) -> None:
    number = drafted(silent, notify=QUIET)
    handed_over(silent, number)
    info = case("edge_event_publishjobfinish_status2.xml")["PublishEventInfo"]
    assert "原创校验没有通过：第 1 篇、第 2 篇。自己的原创" in told(silent, number, PUBLISH, dict(info))


def test_what_was_deleted_after_it_was_out_is_withdrawn_with_an_alarm_and_stays_in_the_trail(silent: Stage) -> None:
    number = drafted(silent, notify=QUIET)
    handed_over(silent, number)
    pass_time(silent, 2)
    assert (silent.state(number), silent.alarms()) == (State.PUBLISHED, [])
    text = told(silent, number, PUBLISH, dict(case("edge_event_publishjobfinish_status5.xml")["PublishEventInfo"]))
    assert f"{GONE[5].what}。{GONE[5].to_do}" in text
    assert silent.article(number).state == State.WITHDRAWN
    assert out(silent) == {"01-notice": 1}


@pytest.mark.parametrize(("can", "words"), [("0", "原文不允许转载"), (1, "原文允许转载")])
def test_the_originals_permission_is_read_from_text_and_number(can: object, words: str) -> None:
    item = {"ArticleIdx": "1", "OriginalArticleUrl": "U", "CanReprint": can}
    assert copyright_words({"ResultList": {"item": item}}) == f"第 1 篇和别人的原创文章相同（U）：{words}。"


@pytest.mark.parametrize("found", [None, "", [], {}, {"ResultList": None}, {"ResultList": {"item": [None, {}, "x"]}}])
def test_a_check_that_found_nothing_says_nothing(found: object) -> None:
    assert copyright_words(found) == ""


def test_a_reprint_is_never_sent_by_itself(silent: Stage) -> None:
    number = drafted(silent, notify=PUSH)
    handed_over(silent, number)
    assert silent.sim.calls(HAND_OVER[PUSH])[0]["body"]["send_ignore_reprint"] == 0
