"""What we add to an article: the label of generated text, who stands for it, and the theme's other articles."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from stage import Stage

from content.article import Facts, Source
from content.clock import SHANGHAI
from content.lint import Context, check
from content.markup.foot import LABEL, NO_FOOT, RELATED, Foot, Related
from content.models import State
from content.render import render, theme_css, visible_text
from content.revisions import latest_revision, related_of
from scheduler.related import related

pytestmark = pytest.mark.one_database

THEMES = ("formal", "calm", "warm")
OTHER = Related("楼门里的<议事厅>", "https://mp.weixin.qq.com/s?__biz=A&mid=1&idx=1")


def seen(facts: Facts, foot: Foot = NO_FOOT) -> list[str]:
    source = Source(Path("index.md"), "2026-12/01-a/index.md", facts, "正文一段。", 1)
    return visible_text(render(source, css="", picture=str, foot=foot)).splitlines()


def test_the_foot_names_source_author_and_reviewers_in_one_line() -> None:
    facts = Facts(source="云杉街道", author="编辑部")
    assert seen(facts, Foot(reviewers="甲、乙"))[-1] == "来源：云杉街道　作者：编辑部　审核：甲、乙"
    assert seen(Facts(author="编辑部"))[-1] == "作者：编辑部"


def test_an_article_that_says_nothing_of_itself_gets_no_foot() -> None:
    assert seen(Facts(title="题")) == ["正文一段。"]


def test_names_are_no_markdown() -> None:
    assert seen(Facts(source="*云杉* [街道](https://e.com) `a`"))[-1] == "来源：*云杉* [街道](https://e.com) `a`"


def test_a_generated_text_says_so_before_anything_else() -> None:
    assert seen(Facts(ai_generated=True)) == [LABEL, "正文一段。"]
    assert LABEL not in seen(Facts())


def test_the_digest_that_wechat_makes_itself_would_begin_with_the_label(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    source = Source(tmp_path / "a.md", "2026-12/a.md", Facts(title="题", ai_generated=True), "正文一段。", 1)
    now = datetime(2026, 11, 25, tzinfo=SHANGHAI)
    (told,) = [one.message for one in check(source, Context(now=now)) if one.code == "DIGEST_MISSING"]
    assert f"“{LABEL} 正文一段。”" in told


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_gives_the_label_a_look(theme: str) -> None:
    source = Source(Path("a.md"), "2026-12/a.md", Facts(ai_generated=True), "正文。", 1)
    html = render(source, css=theme_css(theme), picture=str)
    assert f">{LABEL}</p>" in html
    assert "font-size:13px" in html.split(LABEL)[0].rsplit("<p", 1)[1]


def test_links_to_the_themes_articles_stay_links_and_their_titles_text() -> None:
    source = Source(Path("a.md"), "2026-12/a.md", Facts(), "正文。", 1)
    html = render(source, css="", picture=str, foot=Foot(related=(OTHER,)))
    assert f"<p>{RELATED}</p>" in html
    assert 'href="https://mp.weixin.qq.com/s?__biz=A&amp;mid=1&amp;idx=1">楼门里的&lt;议事厅&gt;</a>' in html


def test_the_foot_counts_towards_the_length_that_wechat_takes(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    source = Source(tmp_path / "a.md", "2026-12/a.md", Facts(title="题", author="编"), "字。" * 9_800, 1)
    now = datetime(2026, 11, 25, tzinfo=SHANGHAI)
    codes = [
        [problem.code for problem in check(source, Context(now=now, foot=Foot(text=text))) if problem.level == "error"]
        for text in ("", "尾" * 400)
    ]
    assert codes == [["COVER_MISSING"], ["CONTENT_TOO_LONG", "COVER_MISSING"]]


def test_an_article_of_a_theme_links_to_those_that_are_out_and_keeps_its_approval(stage: Stage) -> None:
    stage.scheduled(name="01-first", notify="静默")
    stage.later(hours=1)
    stage.settle_down()
    assert stage.article(1).state == State.PUBLISHED
    second = stage.write("02-second", due=stage.now + timedelta(days=2), notify="静默")
    stage.approve(stage.submit(second).name)
    with stage.parts.store.reading() as session:
        links = related(session, "2026-12")
        revision = latest_revision(session, stage.article(2))
        assert revision is not None
        assert [one.title for one in links] == ["通知01-first"]
        assert links[0].address.startswith("https://mp.weixin.qq.com/")
        assert related_of(revision) == links
        assert "通知01-first</a>" in revision.html
    text = (second / "index.md").read_text(encoding="utf-8")
    (second / "index.md").write_text(f"{text}\n<!-- 编辑的备注 -->\n", encoding="utf-8")
    stage.later(minutes=2)
    stage.tick()
    assert stage.article(2).state == State.APPROVED
