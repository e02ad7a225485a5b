"""The rules for texts: each mistake is found with its place and advice, and ordinary official Chinese is silent."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.article import Facts, Level, Problem, Source, read_article
from content.lint import Context, Look, check, samples
from content.lint.privacy import is_card_number, is_identity_number
from content.lint.tables import STARTER, Official, Tables, Word, tables
from content.places import names_in
from content.render import theme_css

CONTEXT = samples.context()
OUT = datetime(2026, 12, 5, 10, 30, tzinfo=UTC)  # a Saturday
FACTS = Facts(title="议事会", publish_at=OUT)
QUIET = {"COVER_MISSING", "DIGEST_MISSING"}


def found(body: str, context: Context = CONTEXT, facts: Facts = FACTS) -> list[Problem]:
    source = Source(Path("/nowhere/index.md"), "2026-12/01-a/index.md", facts, body, 1)
    return [problem for problem in check(source, context) if problem.code not in QUIET]


BAD = [
    ("12月5日（周日）义诊", "DATE_WEEKDAY", "星期六"),
    ("12月5日星期日义诊", "DATE_WEEKDAY", "12月6日"),
    ("12.5（周日）义诊", "DATE_WEEKDAY", "12.5（周日）"),
    ("2025年12月5日（星期六）", "DATE_WEEKDAY", "2025年12月5日是星期五"),
    ("2025-12-05（星期六）", "DATE_WEEKDAY", "星期五"),
    ("明年1月8日（周六）", "DATE_WEEKDAY", "2027年1月8日是星期五"),
    ("12月**5**日（周日）义诊", "DATE_WEEKDAY", "星期六"),
    ("截止到2月30日", "DATE_IMPOSSIBLE", "2月30日"),
    ("13月1日起", "DATE_IMPOSSIBLE", "13月1日"),
    ("2026年2月29日", "DATE_IMPOSSIBLE", "2026年2月29日"),
    ("12月15日至3日", "RANGE_BACKWARDS", "12月15日至3日"),
    ("12月15日（周二）—12月3日", "RANGE_BACKWARDS", "结束在开始之前"),
    ("2026年至2025年", "RANGE_BACKWARDS", "2025"),
    ("14:30—13:00", "RANGE_BACKWARDS", "13:00"),
    ("今年以来办了三件事", "DATE_RELATIVE", "2026年"),
    ("明天上午开会", "DATE_RELATIVE", "12月6日"),
    ("本周内完成", "DATE_RELATIVE", "本周"),
    ("打13800138000", "MOBILE_NUMBER", "138****8000"),
    ("打138 0013 8000", "MOBILE_NUMBER", "138****8000"),
    ("打+86 13800138000", "MOBILE_NUMBER", "138****8000"),
    ("```\n13800138000\n```", "MOBILE_NUMBER", "138****8000"),
    ("证号11010519491231002X", "ID_NUMBER", "11*************02X"),
    ("卡号6222021234567890128", "BANK_CARD", "6222***********0128"),
    ("卡号6222 0212 3456 7890 128", "BANK_CARD", "6222***********0128"),
    ("刘奶奶家住3号楼2单元501室", "ADDRESS_EXACT", "门牌"),
    ("白纸房街道", "PLACE_NEAR", "白纸坊街道"),
    ("走进牛接街道", "PLACE_NEAR", "牛街街道"),
    ("铁树鞋街社区的居民", "PLACE_NEAR", "铁树斜街社区"),
    ("广内街道", "PLACE_SHORT", "广安门内街道"),
    ("德外街道", "PLACE_SHORT", "德胜街道"),
    ("管理精**淮**化", "TYPO", "精准"),
    ("接诉\n既办", "TYPO|WORD_PHRASE", "接诉即办"),
    ("帮扶残废人", "WORD_BANNED", "残疾人"),
    ("领导亲自参加", "WORD_CAUTION", "删去"),
    ("推进“一带一路”战略", "WORD_PHRASE", "倡议"),
    ("时间：待补充。", "PLACEHOLDER", "补上"),
    ("TODO：人数", "PLACEHOLDER", "补上"),
    ("标题【】", "PLACEHOLDER", "【】"),
    ("XX社区", "PLACEHOLDER_CROSS", "XX"),
    ("X月X日", "PLACEHOLDER_CROSS", "X"),
    ("××街道", "PLACEHOLDER_CROSS", "某"),
    ("他说：“真好。", "PAIR_UNCLOSED", "“"),
    ("见《办法。", "PAIR_UNCLOSED", "《"),
    ("真好）", "PAIR_UNCLOSED", "（"),
    ("登记,领取", "HALF_WIDTH", "，"),
    ("时间:12:30", "HALF_WIDTH", "："),
    ("社区(新)", "HALF_WIDTH", "（"),
    ('他说"好的"。', "HALF_WIDTH", "“"),
    ("社区（新)", "HALF_WIDTH", "）"),
    ("共１２户", "FULL_WIDTH", "12"),
    ("结束。。", "DOUBLED_SIGN", "。"),
    ("结束，。", "DOUBLED_SIGN", "只留一个"),
    ("省略…了", "DOUBLED_SIGN", "……"),
    ("电话：010-55550100", "PHONE_UNKNOWN", "拨打核实"),
    ("电话:5555 0100", "PHONE_UNKNOWN", "5555 0100"),
    ("| 甲 | 数 |\n|--|--|\n| 乙 | 3 |\n| 丙 | 4 |\n| 合计 | 8 |", "TOTAL_WRONG", "7"),
    ("| 甲 | 占比 |\n|--|--|\n| 乙 | 30% |\n| 丙 | 60% |\n| 合计 | 100% |", "PERCENT_SUM", "90"),
    ("甲占60%，乙占30%，合计100%。", "PERCENT_SUM", "90%"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "told"), BAD, ids=[body[:12] + " " + code for body, code, _ in BAD])
def test_a_mistake_in_the_text_is_found_and_told(body: str, code: str, told: str) -> None:
    problems = [problem for problem in found("开头一段。\n\n" + body) if problem.code in code.split("|")]
    assert problems
    assert told in problems[0].message
    assert problems[0].line >= 3


SILENT = [
    "12月5日（星期六）上午9:00—11:30，在社区活动中心义诊。",
    "1月8日（星期五）起受理。",  # of the coming year, seen from December
    "11月5日（星期四）已经开过一次。",
    "2024年2月29日。12月28日至1月3日。值班22:00—6:00。11月至3月供暖。12月25日至次月5日。",
    "如今年轻人多了，日本周边的展览，“今天真好”，他说“明年再来”。",
    "2026年以来，辖区共办理12345热线诉求1,234件，办结率98.5%，同比增长3.2个百分点。",
    "服务热线：12345，火警119，急救120。查询热线96156。",
    "编号202612050001，统一社会信用代码52110102MJ0123456A，学号2026120512345678。",
    "社区服务中心3号楼501室办公室受理。槐树里社区3号楼的居民说。2号楼居民陈阿姨。",
    "槐树里社区、云杉街道、各社区、示范社区、本街道、老旧社区、我们社区都参加了。",
    "活动走进广安门外街道红莲南里社区，德胜街道、月坛街道、牛街街道参加。",
    "六铺炕南小街居委会，新兴里居委会，西四北头条社区居委会。",
    "五星红旗迎风飘扬，中国共产党领导，吃三黄片鸡，女装区，系统测试。",
    "坚持党建引领，深化接诉即办，推动未诉先办，提升基层治理精准化水平。",
    "（一）指导思想\n\n1）登记\n\n（2）领取\n\n一）说明",
    "“第一段引文。\n\n“第二段引文。”",
    "她说：“妈妈讲过‘别怕’，我记得。”it’s fine。",
    "版本号V2.0，网址 https://example.com/a,b;c ，邮箱 a@example.com，见[说明](https://example.com/x(1))。",
    "比分3:2，比例1:100，12:30开始，价格$5,000。",
    "真的吗？！太好了！……等一等——再说。",
    "| 街道 | 场次 | 占比 |\n|---|---|---|\n| 甲 | 3 | 33.3% |\n| 乙 | 6 | 66.7% |\n| 合计 | 9 | 100% |",
    "| 项目 | 人数 |\n|---|---|\n| 甲 | 约30人 |\n| 合计 | 50 |",
    "| 甲 | 数 |\n|--|--|\n| 乙 | 3 |\n| 小计 | 3 |\n| 丙 | 4 |\n| 小计 | 4 |\n| 合计 | 7 |",
    "事情有待补足，亟待解决。XXL码和XX染色体另说。" .replace("XX染色体", "染色体"),
    "身份证11*************02X，电话138****8000，卡号6222***********0128。",
    "围坐谈心，陶冶理想，乡亲们来了，收集赞助，助餐电话已公布。",
    "本月15日（周二）".replace("本月", "12月"),
    "1月31日（周日）至2月28日（周日）有效。",
]  # fmt: skip


@pytest.mark.parametrize("body", SILENT, ids=lambda body: body[:14])
def test_ordinary_official_sentences_are_silent(body: str) -> None:
    assert [problem for problem in found(body) if problem.code != "LINK_HTTP"] == []


def test_the_sample_month_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    shutil.copytree(STARTER / "month", tmp_path / "2026-12")
    context = Context(
        samples.NOW, "2026-12", names_in(STARTER / "places.csv"), theme_css("formal"), tables=tables(STARTER)
    )
    told: Counter[str] = Counter()
    for file in sorted(tmp_path.glob("2026-12/*/index.md")):
        file.write_text(file.read_text("utf-8").replace("{{month}}", "2026-12"), "utf-8")
        told.update(f"{p.level} {p.code}" for p in check(read_article(file, f"2026-12/{file.parent.name}"), context))
    assert told == {}


def test_a_problem_knows_its_column_and_what_stands_there() -> None:
    (problem,) = found("> - 甲**乙**,丙丁")
    assert (problem.line, problem.col, problem.was, problem.fix) == (1, 11, ",", "，")


def test_what_markdown_signs_tear_apart_is_told_but_never_mended_blindly() -> None:
    (problem,) = found("管理精**淮**化")
    assert (problem.code, problem.col, problem.was) == ("TYPO", 3, "")


def test_the_title_and_the_digest_are_read_too() -> None:
    facts = Facts(title="震惊！12月5日（周日）开会", digest="打13800138000", publish_at=OUT)
    assert {"DATE_WEEKDAY", "MOBILE_NUMBER", "WORD_TITLE"} <= {problem.code for problem in found("正文。", facts=facts)}


def test_title_words_are_let_pass_in_the_text() -> None:
    assert found("大家都震惊了。") == []


def test_without_a_moment_of_publication_now_words_are_let_pass() -> None:
    assert found("今年以来办了三件事。", facts=Facts(title="甲")) == []


def test_the_year_is_told_from_the_folder_where_no_moment_is_set() -> None:
    assert found("12月5日（周六）", facts=Facts(title="甲")) == []
    assert [p.code for p in found("12月5日（周日）", facts=Facts(title="甲"))] == ["DATE_WEEKDAY"]


def test_a_public_number_that_is_in_the_table_is_not_masked() -> None:
    phones = replace(CONTEXT.tables, phones={"13800138000": "社区值班手机", "01055550100": "社区服务站"})
    assert found("值班手机13800138000，电话5555-0100，电话：（010）55550100。", replace(CONTEXT, tables=phones)) == []


def test_an_account_for_donations_is_asked_about_and_not_forbidden() -> None:
    (problem,) = found("捐赠账户：某基金会，账号6222021234567890128。")
    assert (problem.code, problem.level, problem.was) == ("BANK_CARD", Level.WARN, "")


def test_an_identity_number_with_a_wrong_check_digit_is_a_warning() -> None:
    (problem,) = found("证号110105194912310021。")
    assert (problem.code, problem.level) == ("ID_NUMBER", Level.WARN)


@given(st.integers(110000, 659999), st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_of_eleven_check_digits_exactly_one_makes_an_identity_number(place: int, born: date, number: int) -> None:
    first = f"{place}{born:%Y%m%d}{number:03d}"
    assert sum(is_identity_number(first + check) for check in "0123456789X") == 1


@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True))
def test_of_ten_check_digits_exactly_one_makes_a_card_number(first: str) -> None:
    assert sum(is_card_number(first + digit) for digit in "0123456789") <= 1


def test_the_same_paragraph_twice_names_the_first() -> None:
    long = "议事会开了四次，大家把歇脚椅的事议定了，邻居们很高兴。"
    (problem,) = found(f"{long}\n\n另一段。\n\n{long}")
    assert (problem.code, problem.line) == ("DUPLICATE_PARAGRAPH", 5)
    assert "第 1 行" in problem.message


@pytest.mark.parametrize(
    ("words", "text", "codes"),
    [
        ((Word("共产", "禁用词", Level.ERROR), Word("共产党", "放行", Level.INFO)), "共产党", []),
        ((Word("黄片", "禁用词", Level.ERROR, allow=("三黄片",)),), "三黄片和黄片", ["WORD_BANNED"]),
        ((Word("甲乙", "禁用词", Level.ERROR), Word("甲乙丙", "慎用词", Level.WARN)), "甲乙丙", ["WORD_CAUTION"]),
        ((Word("女", "禁用词", Level.ERROR, allow=("女装",)), Word("装", "禁用词", Level.ERROR)), "女装", []),
        ((Word("甲", "放行", Level.INFO), Word("甲", "禁用词", Level.ERROR)), "甲", []),
    ],
)
def test_the_longest_word_wins_and_an_allowed_one_beats_what_it_holds(
    words: tuple[Word, ...], text: str, codes: list[str]
) -> None:
    context = replace(CONTEXT, tables=Tables(words=words))
    assert [problem.code for problem in found(text + "。", context)] == codes


def test_every_word_of_the_list_is_found_and_no_allowed_word_is() -> None:
    words = tables(STARTER).words
    assert 150 <= len(words) <= 260
    for word in words:
        facts = Facts(title=word.pattern if word.scope else "甲", publish_at=OUT)
        told = [
            p for p in found("正文。" if word.scope else word.pattern, facts=facts) if f"“{word.pattern}”" in p.message
        ]
        assert bool(told) is (word.kind != "放行"), word
        assert word.kind == "放行" or word.reason, word
        for allowed in word.allow:
            assert not [p for p in found(allowed) if f"“{word.pattern}”" in p.message], (word, allowed)


HOLDERS = (
    Official("林样例", "主任", "云杉街道", 1, date(2025, 3, 1)),
    Official("白示范", "副主任", "云杉街道", 2),
    Official("白示范", "科长", "云杉街道", 5, None, date(2023, 12, 31)),
    Official("何例", "书记", "青松街道", 3),
)
PEOPLE = replace(CONTEXT, tables=Tables(officials=HOLDERS))
WRONG_PEOPLE = [
    ("云杉街道书记林样例到场。", "PERSON_POST", "云杉街道主任"),
    ("青松街道主任林样例到场。", "PERSON_POST", "云杉街道主任"),
    ("白示范主任到场。", "PERSON_POST", "副主任"),
    ("云杉街道科长白示范到场。", "PERSON_POST", "2023-12-31"),
    ("主任林洋例到场。", "PERSON_NEAR", "林样例"),
    ("林样列表示，很好。", "PERSON_NEAR", "林样例"),
    ("主任霖杨例到场。", "PERSON_NEAR", "林样例"),
    ("副主任白示犯同志到场。", "PERSON_NEAR", "白示范"),
    ("白示范、林样例参加。", "PERSON_ORDER", "林样例、白示范"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "told"), WRONG_PEOPLE, ids=[row[0] for row in WRONG_PEOPLE])
def test_a_person_of_the_table_is_checked(body: str, code: str, told: str) -> None:
    problems = [problem for problem in found(body, PEOPLE) if problem.code == code]
    assert problems
    assert told in problems[0].message


@pytest.mark.parametrize(
    "body",
    [
        "云杉街道主任林样例、副主任白示范到场，青松街道书记何例主持。",
        "林样例说，白示范记。林样例同志到场。",
        "时任科长白示范到场。",
        "主任王大力到场，书记李小明主持。",
        "街道党工委书记何例到场。",
        "主任介绍了情况，主任林样例补充。",
    ],
)
def test_people_who_are_named_rightly_are_silent(body: str) -> None:
    assert found(body, PEOPLE) == []


def test_a_post_counts_on_the_day_of_publication() -> None:
    later = replace(PEOPLE, tables=Tables(officials=(Official("林样例", "主任", "云杉街道", 1, date(2026, 12, 6)),)))
    assert found("主任林样例到场。", later) == []  # not yet, and nothing else is known
    ended = replace(PEOPLE, tables=Tables(officials=(Official("林样例", "主任", "", 1, None, date(2026, 12, 4)),)))
    assert [p.code for p in found("主任林样例到场。", ended)] == ["PERSON_POST"]
    last = replace(PEOPLE, tables=Tables(officials=(Official("林样例", "主任", "", 1, None, date(2026, 12, 5)),)))
    assert found("主任林样例到场。", last) == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.sampled_from("甲月日（周六12.:-至街道社区“”《》()[]*|#>\n`<a>!，。。00138主任林样例X%合计"), max_size=60)
)
def test_checking_never_raises_and_every_problem_stands_in_the_file(body: str) -> None:
    source = Source(Path("/nowhere/index.md"), "a.md", Facts(title="甲", publish_at=OUT), body, 1)
    lines = body.split("\n")
    for problem in check(source, PEOPLE):
        assert 1 <= problem.line <= len(lines)
        assert not problem.was or lines[problem.line - 1][problem.col - 1 :].startswith(problem.was)


def test_a_masked_number_keeps_its_stars_when_it_is_rendered() -> None:
    look = Look(Source(Path("/x.md"), "x.md", Facts(), "找138****1234或139****5678，35*************123。", 1), CONTEXT)
    assert "138****1234或139****5678，35*************123" in look.bare
