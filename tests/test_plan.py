"""The month's plan: a theme and drafts that pass the check but for what is still to be written."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from days_kit import CALENDAR
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plan_kit import KNOWN, MONTHS, NOTHING, NOW, drafts, gaps, plan, times, write
from stage import Stage

from bot import planning
from bot.cli.group import Desk
from bot.cli.planning import plan as plan_command
from content import lint
from content.article import Level, read_article
from content.clock import SHANGHAI, local_day
from content.days import Calendar
from content.files import read_theme
from content.folders import name_of
from content.known import Figure, Known, Timed
from content.lint.unfinished import nothing_is_left_open
from content.plan import plan_month
from content.render import theme_css
from content.slots import LONGEST_GAP
from content.templates import fact, plain, render
from content.timetable import House
from scheduler import ledger, metrics

CSS = theme_css("formal")
TO_BE_WRITTEN = {"PLACEHOLDER", "COVER_MISSING"}


@pytest.mark.parametrize("known", [Known(), KNOWN], ids=["nothing known", "all known"])
@pytest.mark.parametrize("month", MONTHS)
def test_a_month_gets_a_theme_and_at_least_four_articles(month: str, known: Known, tmp_path: Path) -> None:
    said = plan(tmp_path, month, known)
    told = read_theme(tmp_path / month / "theme.md")
    assert told
    assert all(told)
    assert said[0].startswith(f"{month}/theme.md  专题“{told[0]}”")
    names = [name_of(tmp_path, file) for file in drafts(tmp_path, month)]
    assert len(names) >= 4
    assert [line.split("  ")[0] for line in said[1 : len(names) + 1]] == names


@pytest.mark.parametrize("known", [Known(), KNOWN], ids=["nothing known", "all known"])
@pytest.mark.parametrize("month", MONTHS)
def test_every_draft_passes_the_check_but_for_what_is_still_to_be_written(
    month: str, known: Known, tmp_path: Path
) -> None:
    plan(tmp_path, month, known, articles=9)
    context = lint.Context(now=NOW, month=month, places=frozenset(["槐树里社区"]), css=CSS)
    for file in drafts(tmp_path, month):
        source = read_article(file, name_of(tmp_path, file))
        problems = [*lint.check(source, context), *nothing_is_left_open(lint.look.Look(source, context))]
        assert [p for p in problems if p.code not in TO_BE_WRITTEN] == []
        assert any(p.code == "PLACEHOLDER" and p.level == Level.ERROR for p in problems), file
        assert source.facts.title
        assert source.facts.digest
        assert source.facts.column


def test_what_is_known_stands_in_the_drafts(tmp_path: Path) -> None:
    said = plan(tmp_path, "2027-01", KNOWN)
    report = (tmp_path / "2027-01/01-数据月报/index.md").read_text(encoding="utf-8")
    assert "| 阅读 | 1200 人 | 增加 200 人（20.0%） |" in report
    assert "| 点赞 | 30 人 | 持平 |" in report
    assert "| 分享 | 待补充：2026年12月的分享 | 不作比较 |" in report
    case = tmp_path / "2027-01/02-典型案例-1203-槐树里社区/index.md"
    source = read_article(case, "x")
    assert source.facts.case_study
    assert source.facts.places == ("槐树里社区",)
    assert [line for line in source.body.splitlines() if line.startswith("## ")] == [
        "## 背景",
        "## 做法",
        "## 成效",
        "## 启示",
    ]
    words = lint.look.bare_html(source.body)[0]
    assert "楼道堆物议了 *两次*，清出 3|4 处 &lt;杂物&gt;，花费 $20。" in words
    assert any("到上月底还差：典型案例 2 篇" in line for line in said)
    assert "- 典型案例：还差 2 篇" in (tmp_path / "2027-01/theme.md").read_text(encoding="utf-8")


def test_a_shortfall_of_case_studies_makes_two_of_them(tmp_path: Path) -> None:
    for known, count in ((KNOWN, 2), (NOTHING, 1)):
        folder = tmp_path / str(count)
        plan(folder, "2027-05", known)
        assert sum("典型案例" in file.parent.name for file in drafts(folder, "2027-05")) == count


@pytest.mark.parametrize(
    ("value", "before", "words"),
    [
        (120, 100, "增加 20 人（20.0%）"),
        (80, 100, "减少 20 人（20.0%）"),
        (100, 100, "持平"),
        (5, 0, "增加 5 人"),
        (None, 100, "不作比较"),
        (100, None, "不作比较"),
    ],
)
def test_a_figure_is_compared_only_with_what_is_known(value: int | None, before: int | None, words: str) -> None:
    assert Figure("阅读", "人", value, before).change == words


def test_the_hour_read_most_is_taken_and_the_articles_behind_it_are_told(tmp_path: Path) -> None:
    said = plan(tmp_path, "2027-01", KNOWN)
    assert {at.hour for at in times(tmp_path, "2027-01")} == {18}
    assert any("18:00" in line and "37 篇" in line for line in said)
    said = plan(tmp_path, "2027-02")
    assert {at.hour for at in times(tmp_path, "2027-02")} == {10}
    assert any("10:00" in line and "还不知道" in line for line in said)


def test_the_spring_festival_is_announced_before_it_and_its_doubtful_days_get_a_note(tmp_path: Path) -> None:
    said = plan(tmp_path, "2027-02", Known(times=(Timed("", datetime(2027, 1, 28, 10, tzinfo=SHANGHAI), True),)))
    notice = next(line for line in said if "通知-春节" in line)
    assert "推算，放假安排未公布" in notice
    at = read_article(next(f for f in drafts(tmp_path, "2027-02") if "春节" in f.parent.name), "x").facts.publish_at
    assert at
    assert local_day(at) < date(2027, 2, 5)
    doubtful = [at.date() for at in times(tmp_path, "2027-02") if CALENDAR.day(at.date()).may_shift]
    assert doubtful
    for day in doubtful:
        line = next(line for line in said if f"{day} 10:00" in line)
        assert "可能调休" in line or "放假（春节，推算）" in line
    assert any("wxops days import" in line for line in said)


@pytest.mark.parametrize(("month", "name", "day"), [("2026-12", "国家宪法日", 4), ("2027-11", "全国消防日", 9)])
def test_an_article_about_a_day_goes_out_on_it_or_shortly_before(
    month: str, name: str, day: int, tmp_path: Path
) -> None:
    plan(tmp_path, month)
    file = next(f for f in drafts(tmp_path, month) if f.parent.name.endswith(name))
    at = read_article(file, "x").facts.publish_at
    assert at
    assert 0 <= (date.fromisoformat(f"{month}-{day:02}") - local_day(at)).days <= LONGEST_GAP


def test_a_slot_in_a_time_of_stricter_review_says_so(tmp_path: Path) -> None:
    said = plan(tmp_path, "2027-03")
    inside = [line for line in said if "加强审核期（全国两会）" in line]
    assert len(inside) == sum(CALENDAR.day(at.date()).sensitive for at in times(tmp_path, "2027-03"))
    assert inside


def test_a_service_account_pushes_four_times_and_the_fifth_is_quiet(tmp_path: Path) -> None:
    around = tuple(Timed("", datetime(2027, *day, 10, tzinfo=SHANGHAI), True) for day in ((2, 24), (4, 2)))
    said = plan(tmp_path, "2027-03", Known(times=around), articles=7, service=True)
    found = [read_article(file, "x").facts for file in drafts(tmp_path, "2027-03")]
    moments = dict(sorted((facts.publish_at, facts.notify) for facts in found if facts.publish_at))
    assert len(found) == 7
    assert list(moments.values()) == [True] * 4 + [False]
    assert any("服务号每月只能推送 4 次" in line for line in said)


def test_pushes_that_are_gone_already_count_against_the_four(tmp_path: Path) -> None:
    out = tuple(Timed("", datetime(2027, 3, day, 10, tzinfo=SHANGHAI), True) for day in (2, 3, 4))
    plan(tmp_path, "2027-03", Known(times=out), service=True)
    found = [read_article(file, "x").facts for file in drafts(tmp_path, "2027-03")]
    assert len({facts.publish_at for facts in found if facts.notify}) == 1
    assert len({facts.publish_at for facts in found if facts.notify is False}) >= 2


def test_a_subscription_account_gets_at_most_one_post_a_day(tmp_path: Path) -> None:
    write(tmp_path, "2027-03/01-a", publish_at="2027-03-10 09:00")
    plan(tmp_path, "2027-03", articles=20)
    days = [at.date() for at in times(tmp_path, "2027-03")]
    assert len(days) == len(set(days)) == 20


def test_an_account_that_does_not_push_leaves_it_to_the_settings(tmp_path: Path) -> None:
    plan(tmp_path, "2027-03", push=False)
    assert {read_article(file, "x").facts.notify for file in drafts(tmp_path, "2027-03")} == {None}


def test_more_articles_than_days_share_the_days(tmp_path: Path) -> None:
    plan(tmp_path, "2027-02", articles=40)
    found = times(tmp_path, "2027-02")
    assert len(found) == 40
    assert max(found.count(at) for at in found) <= 8


# the theme ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "word", "days"),
    [("2027-10", "老有所养", "国际老年人日、老年节（重阳）、敬老月"), ("2027-02", "欢欢喜喜过节", "除夕、春节、元宵")],
)
def test_the_theme_is_of_the_field_with_most_days(month: str, word: str, days: str, tmp_path: Path) -> None:
    said = plan(tmp_path, month)[0]
    assert word in said
    assert all(name in said for name in days.split("、"))


def test_a_month_without_days_still_has_a_theme(tmp_path: Path) -> None:
    steps = plan_month(House(tmp_path), Calendar(known_to=2026), "2027-11", Known(), NOW)
    assert "社区" in str(steps[0])


def test_last_years_folder_of_the_same_month_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "2026-01/01-old", title="去年的腊八粥")
    (tmp_path / "2026-01/theme.md").write_text("---\ntitle: 去年的专题\nsummary: 简介\n---\n", encoding="utf-8")
    said = plan(tmp_path, "2027-01")[0]
    assert "去年同月的专题是“去年的专题”" in said
    assert "- 去年的腊八粥" in (tmp_path / "2027-01/theme.md").read_text(encoding="utf-8")


# templates ------------------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40))
@settings(deadline=None)
def test_a_value_in_the_front_matter_is_read_back_as_it_was(text: str) -> None:
    from content.frontmatter import read_front_matter

    wanted = " ".join(text.split())
    front = read_front_matter(f"---\ntitle: {fact(text)}\n---\n\n正文\n", "x")
    assert front.facts.title == wanted


@example("&amp; &lt;")
@given(st.text("字a*_`[]<>#|$~\\&;!(1.-+= ", max_size=30))
@settings(deadline=None)
def test_a_text_put_into_markdown_is_seen_as_it_was(text: str) -> None:
    from content.render import visible_text

    html = lint.look.bare_html(f"前“{plain(text)}”后")[0]
    assert visible_text(html).strip() == f"前“{' '.join(text.split())}”后"


def test_a_template_with_a_value_missing_is_a_bug_and_not_a_blank() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render("drafts/qa.md", {})


# from the database ----------------------------------------------------------------------------------------------------


def test_the_terminal_plans_with_what_the_database_knows(stage: Stage) -> None:
    stage.write("01-mine", due=datetime(2026, 12, 15, 9, 0, tzinfo=SHANGHAI))
    stage.tick()
    done = CliRunner().invoke(plan_command, ["2026-12"], obj=_desk(stage), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    days = [at.date() for at in times(stage.folder, "2026-12")]
    assert date(2026, 12, 15) in days
    assert max(gaps(days)) <= LONGEST_GAP
    assert "2026-12/theme.md" in done.output


@pytest.mark.asks_figures
def test_last_months_figures_come_in_when_the_month_is_complete(stage: Stage) -> None:
    values = {("read_user", "article:1"): 500, ("like_user", "article:1"): 20}
    with stage.parts.store.transaction() as session:
        assert planning.known_to_us(session, "2026-12").figures == ()
        day = date(2026, 11, 30)
        ledger.record(session, metrics.WECHAT, str(day), day, values, complete=True, by="取数", now=stage.now)
    with stage.parts.store.reading() as session:
        found = {figure.name: figure for figure in planning.known_to_us(session, "2026-12").figures}
    assert (found["阅读"].value, found["阅读"].before) == (500, None)


def _desk(stage: Stage) -> Desk:
    desk = Desk(str(stage.folder))
    desk._parts = stage.parts
    return desk
