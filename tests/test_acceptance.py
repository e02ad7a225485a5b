"""The 执行成果报告: its numbers are the board's, its annexes add up to them, and its words say nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from figures_kit import out, put
from openpyxl import load_workbook
from report_kit import decide, kept, people, submit
from sqlalchemy import select
from stage import Stage, png
from test_recorded import run
from year_kit import LAST, LETTERS, contract, draw, work

from content import evidence
from content.db import Store
from content.errors import FilesWrong, OpsError, WrongUse
from content.models import Article, Theme
from content.people import add_person, person_named
from content.record_models import Record
from content.word.filling import filled, form
from scheduler import acceptance, report_desk, reporting
from scheduler.acceptance import Facts, Gathered, TargetFacts, files_of, gather
from scheduler.acceptance_words import sentences, summary, values
from scheduler.annexes import details
from scheduler.contract import standings
from scheduler.service_lines import LINES

GROUPS = '[[target]]\nid = "groups"\ncount = "groups"\nvalue = 1\nunit = "个"\nname = "群组"\nevidence = ["截图"]\n'
TODAY = date(2027, 1, 5)
NOW = datetime(2027, 1, 5, 4, tzinfo=UTC)


@pytest.fixture
def year(store: Store, tmp_path: Path) -> Gathered:
    """A contract whose visits are done, some without their photograph; too few articles; nothing known of users."""
    contract(tmp_path)
    work(store, tmp_path)
    with store.reading() as session:
        return gather(session, tmp_path, LAST, today=TODAY, seed=7)


def target(year: Gathered, name: str) -> TargetFacts:
    return next(one for one in year.facts.targets if one.id == name)


def cells(data: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def word(year: Gathered, tmp_path: Path) -> tuple[list[str], list[list[str]]]:
    """The paragraphs and the rows of all tables of the Word file."""
    document = Document(io.BytesIO(filled(form(tmp_path, "acceptance"), values(year.facts))))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return [paragraph.text for paragraph in document.paragraphs], rows


def test_the_numbers_are_those_of_the_board_and_the_annexes_add_up_to_them(
    year: Gathered, store: Store, tmp_path: Path
) -> None:
    with store.reading() as session:
        board = {one.target.id: one for one in standings(session, tmp_path, LAST)[1]}
    assert [(one.id, one.done, one.complete) for one in year.facts.targets] == [
        (id_, one.counted.value, one.complete) for id_, one in board.items()
    ]
    files = files_of(year, b"text")
    for one in year.facts.targets:
        if one.annex:
            rows = cells(files[one.annex])
            total = next(row for row in rows if row[0] == "合计")
            assert total[4] == one.done == sum(row[4] for row in rows[2:] if isinstance(row[0], int))  # type: ignore[misc]
    assert [one.annex for one in year.facts.targets] == [
        "附件01-公众号文章.xlsx", "附件02-社区走访.xlsx", "附件03-集中培训.xlsx", "",
    ]  # fmt: skip


def test_an_annex_masks_private_numbers_and_names_what_is_missing(year: Gathered) -> None:
    rows = cells(files_of(year, b"")["附件02-社区走访.xlsx"])
    assert "13800138" not in str(rows)
    first, last = rows[2], rows[41]
    assert first[1:12] == [
        "2026-01-01", "走访", "东桥街道甲里社区", 1, 2, "第0次，联系人138****8000", "运营", "乙方公司", "齐全", None, "record:1",
    ]  # fmt: skip
    assert last[9] == "缺照片"
    assert rows[42][:7] == ["合计", None, None, None, 40, None, "材料齐全 30，缺材料 10"]
    assert rows[44][0] == "材料按份数计，内容由人核对。"


def test_cases_content_and_themes_are_listed_with_their_links(store: Store) -> None:
    """T5 and T8 of domain.md: of a record its own address or its article's, of a theme those of its articles."""
    number = out(store, NOW, "一", "二", "三", url="https://a/1\n\nhttps://a/3")
    with store.transaction() as session:
        person, _ = add_person(session, "运营", "operator", party="", company="", now=NOW)
        theme = Theme(month="2027-01", slug="一月", title="敬老")
        session.add(theme)
        session.flush()
        for article in range(number, number + 3):
            session.get_one(Article, article).theme_id = theme.id
        for kind, facts in (("平台内容", {"link": "https://b/1"}), ("案例", {"article": number + 2}), ("走访", {})):
            made = Record(kind=kind, day=NOW.date(), facts=json.dumps(facts), person_id=person.id, by="运营", at=NOW)
            session.add(made)
        session.flush()
        found = details(session, ["record:1", "record:2", "record:3", f"theme:{theme.id}"])
    assert [found[name].link for name in found] == ["https://b/1", "https://a/3", "", "https://a/1\nhttps://a/3"]


def test_every_file_of_evidence_is_in_the_index_with_its_sum_and_place(year: Gathered, tmp_path: Path) -> None:
    rows = cells(files_of(year, b"")["证据索引.xlsx"])[2:-1]
    assert len(rows) == 30 == target(year, "visits").files
    for row in rows:
        assert hashlib.sha256((tmp_path / str(row[8])).read_bytes()).hexdigest() == row[7]
    assert rows[0][1:7] == ["社区走访", "record:1", "走访记录1", "照片0.png", "2026-01-01", "运营"]


def test_evidence_of_any_day_is_in_the_index_where_the_number_counts_on_it(store: Store, tmp_path: Path) -> None:
    """A photograph that comes after the contract's end makes a visit complete; a file of no target does not come in."""
    contract(tmp_path)
    work(store, tmp_path)
    with store.transaction() as session:
        for subject, name in (("record:40", "晚到.png"), ("report:1", "别的.png")):
            path = evidence.keep(tmp_path, png(name), name)
            evidence.hand_in(session, subject, path, name=name, words=subject, by="运营", now=NOW)
    with store.reading() as session:
        late = gather(session, tmp_path, LAST, today=TODAY, seed=7)
    visits = target(late, "visits")
    assert visits.complete == visits.files == 31
    assert [(one.subject, one.name) for one in late.proofs][-1] == ("record:40", "晚到.png")


def test_a_group_that_stands_from_before_the_contract_is_in_the_index(store: Store, tmp_path: Path) -> None:
    contract(tmp_path, "visits", more=GROUPS)
    work(store, tmp_path)
    before = datetime(2025, 12, 1, 4, tzinfo=UTC)
    with store.transaction() as session:
        visit = session.get_one(Record, 1)
        group = Record(kind="群组", day=before.date(), facts="{}", person_id=visit.person_id, by="运营", at=before)
        session.add(group)
        session.flush()
        for subject, name in ((f"record:{group.id}", "群.png"), ("report:1", "别的.png")):
            path = evidence.keep(tmp_path, png(name), name)
            evidence.hand_in(session, subject, path, name=name, words=subject, by="运营", now=before)
    with store.reading() as session:
        found = gather(session, tmp_path, LAST, today=TODAY, seed=7)
    assert (target(found, "groups").complete, target(found, "groups").files, found.facts.files) == (1, 1, 31)


def test_one_visit_in_twenty_is_drawn_by_the_printed_seed_and_left_to_be_filled_in(year: Gathered) -> None:
    rows = cells(files_of(year, b"")["走访电话抽查表.xlsx"])
    drawn = [row for row in rows if isinstance(row[0], int)]
    everything = sorted(
        ((f"record:{n + 1}", f"东桥街道{LETTERS[n % 4]}里社区") for n in range(40)), key=lambda one: draw(7, *one)
    )
    assert {(row[6], row[2]) for row in drawn} == set(everything[:2])
    assert all(row[7:10] == [None, None, None] for row in drawn)
    assert "13800138" not in str(rows)
    assert rows[-2][0] == "从 40 次走访里抽 2 次（5%，不足一次的进一）。抽样种子 7。"


def test_whom_a_visit_met_and_its_result_stand_in_the_annex_and_whom_to_call_in_the_sheet(
    store: Store, tmp_path: Path
) -> None:
    contract(tmp_path)
    work(store, tmp_path)
    with store.transaction() as session:
        for one in session.scalars(select(Record).where(Record.kind == "走访")):
            one.facts = json.dumps({"met": "王主任13800138000", "result": "已经注册，回电13900139000", "text": "讲解"})
    with store.reading() as session:
        files = files_of(gather(session, tmp_path, LAST, today=TODAY, seed=7), b"")
    annex = cells(files["附件02-社区走访.xlsx"])
    assert annex[1][12:] == ["见到", "结果"]
    assert annex[2][12:] == ["王主任138****8000", "已经注册，回电139****9000"]
    assert len(cells(files["附件03-集中培训.xlsx"])[1]) == 12
    assert cells(files["走访电话抽查表.xlsx"])[2][3:5] == ["王主任138****8000", "讲解"]


def test_the_report_has_a_chapter_for_each_service_line_and_a_part_for_each_target(
    year: Gathered, tmp_path: Path
) -> None:
    paragraphs, rows = word(year, tmp_path)
    headings = [text for text in paragraphs if re.match("[一二三四五六七八九十]、", text)]
    assert [text[2:] for text in headings] == [
        "总体情况", *LINES, "报告和确认", "抽查", "附件", "确认",
    ]  # fmt: skip
    assert [text for text in paragraphs if re.match("（[一二三四]）", text)] == [
        "（一）实名认证用户", "（一）公众号文章", "（一）社区走访", "（二）集中培训",
    ]  # fmt: skip
    assert ["—", "实名认证用户", "人", "＞350,000", "—", "不要求", "—", "—"] in rows
    assert ["一(三)4", "社区走访", "次", "40", "40", "30", "100.0%", "达到"] in rows
    assert "{" not in "".join(paragraphs)
    assert not any("{" in cell for row in rows for cell in row)


def test_a_target_stands_in_the_chapter_that_the_contract_names(store: Store, tmp_path: Path) -> None:
    contract(tmp_path, "trainings", more=f'line = "{LINES[-1]}"\n')
    with store.reading() as session:
        assert [one.line for one in gather(session, tmp_path, LAST, today=TODAY, seed=7).facts.targets] == [LINES[-1]]
    contract(tmp_path, "trainings", more='line = "别的"\n')
    with store.reading() as session, pytest.raises(FilesWrong, match="line 写服务线，只能是：数据更新与维护、"):
        gather(session, tmp_path, LAST, today=TODAY, seed=7)


def test_the_words_are_made_of_the_numbers_alone(year: Gathered) -> None:
    assert summary(year.facts) == "截至 2026-12-31，合同的 4 项指标达到 1 项，没有达到 2 项，尚无数据 1 项。"
    said = {one.id: "".join(sentences(one, final=True)) for one in year.facts.targets}
    assert said["users"] == "实名认证用户尚无数据，不作结论。"
    assert said["articles"] == (
        "目标 48 篇，数据到 2026-12-31，完成 3 篇，完成率 6.2%。没有达到目标，差 45 篇。"
        "每篇要的材料是链接（材料按份数计，内容由人核对）；齐全的 2 篇，占 66.7%（缺链接 1）。"
    )
    assert said["visits"].endswith(
        "达到目标。每次要的材料是照片（材料按份数计，内容由人核对）；齐全的 30 次，占 75.0%（缺照片 10）。"
    )
    known = " ".join([*said.values(), summary(year.facts)])
    numbers = {int(n.replace(",", "")) for n in re.findall(r"(?<![\d.-])\d[\d,]*(?![\d.%-])", known)}
    assert numbers <= {48, 3, 45, 2, 40, 30, 10, 4, 1, 0, 2026, 12, 31}


INTERACTIONS = """[interactions]
rule = "只计公众号的阅读和平台的浏览"
wechat = ["阅读"]
platform = ["浏览"]
[[target]]
id = "interactions"
count = "interactions"
name = "互动量"
rule = "见 [interactions]"
value = 1000
unit = "次"
"""


def test_which_interactions_count_and_by_which_rule_stands_beside_them(store: Store, tmp_path: Path) -> None:
    """In the report and in the annex: the sources, the shares of times and persons, the rule itself; nothing of evidence."""
    contract(tmp_path, "visits", more=INTERACTIONS)
    work(store, tmp_path)
    for day, views, reads in ((date(2026, 1, 31), 100, 0), (date(2026, 2, 28), 400, 100)):
        put(store, day, {("platform_views", "place:110102"): views, ("read_user", "article:1"): reads})
    with store.reading() as session:
        found = gather(session, tmp_path, LAST, today=TODAY, seed=7)
    paragraphs, rows = word(found, tmp_path)
    assert ["—", "互动量", "次", "1,000", "至少 400", "不要求", "40.0%", "未达到"] in rows
    assert ["口径", "见 [interactions]。算法：只计公众号的阅读和平台的浏览"] in rows
    said = next(text for text in paragraphs if text.startswith("目标 1,000 次"))
    told = (
        "公众号 100（到 2月28日）：阅读 100。",
        "平台 300（到 2月28日）：浏览 300。",
        "其中按次 75.0%，按人 25.0%（按人的是次数的下限）。",
    )
    assert all(line in said for line in ("完成至少 400 次", *told))
    assert "只计" not in said
    annex = cells(files_of(found, b"")["附件02-互动量.xlsx"])
    assert {row[9] for row in annex if isinstance(row[0], int)} == {"不要求"}
    below = [row for row in annex[2:] if not isinstance(row[0], int)]
    assert (below[0][4], below[0][6]) == (400, "材料：不要求")
    assert [row[0] for row in below[1:]] == [
        "口径：见 [interactions]。算法：只计公众号的阅读和平台的浏览", *(line[:-1] for line in told),
        "1 项以第一次的数为起点，那以前的不计",
    ]  # fmt: skip


def test_the_exempt_days_are_shown_with_and_without(year: Gathered) -> None:
    one = replace(
        target(year, "visits"), done=36, share=0.9, reached=False, exempt_days=36, exempt_why="疫情",
        total_without=36, share_without=1.0,
    )  # fmt: skip
    assert "不扣除不可抗力时完成率 90.0%；扣除 36 天（疫情），目标折合 36 次，完成率 100.0%。" in sentences(
        one, final=True
    )


def test_a_final_report_made_again_on_a_later_day_is_the_same_version_with_the_same_draw(
    year: Gathered, store: Store, tmp_path: Path
) -> None:
    def kept_on(day: date, seed: int | None = None) -> tuple[int, int, str]:
        with store.transaction() as session:
            one = gather(session, tmp_path, day, today=TODAY, seed=seed)
            made = acceptance.keep(session, tmp_path, one, b"text", by="运营", now=NOW)
            return made.version, one.facts.seed, one.facts.as_of

    assert kept_on(date(2027, 1, 4), seed=9) == (1, 9, "2026-12-31")
    assert kept_on(TODAY) == (1, 9, "2026-12-31")
    assert kept_on(TODAY, seed=5) == (2, 5, "2026-12-31")
    assert kept_on(date(2026, 12, 30))[1] == 20261230


def facts_on(store: Store, folder: Path, day: date) -> Facts:
    with store.reading() as session:
        return gather(session, folder, day, today=TODAY, seed=7).facts


def test_a_report_before_the_end_is_an_interim_one_and_none_is_of_a_day_to_come(
    year: Gathered, store: Store, tmp_path: Path
) -> None:
    half = facts_on(store, tmp_path, date(2026, 6, 30))
    assert (half.final, half.period, year.facts.final) == (False, "2026-01-01_2026-06-30", True)
    assert facts_on(store, tmp_path, TODAY).period == "2026-01-01_2026-12-31"
    assert "还没有达到" in summary(half)
    with pytest.raises(WrongUse, match="还没有到"):
        facts_on(store, tmp_path, date(2027, 1, 6))


def test_on_the_last_day_a_report_is_an_interim_one_that_is_not_submitted(store: Store, tmp_path: Path) -> None:
    contract(tmp_path)
    work(store, tmp_path)

    def made(today: date) -> tuple[str, bool]:
        with store.transaction() as session:
            one = gather(session, tmp_path, LAST, today=today, seed=7)
            report = acceptance.keep(session, tmp_path, one, b"text", by="运营", now=NOW)
            try:
                return report_desk.submit(
                    session, tmp_path, report, person_named(session, "运营"), now=NOW
                ), one.facts.final
            except OpsError as error:
                return str(error), one.facts.final

    said, final = made(LAST)
    assert (final, said.endswith("还没有过完，没有提交。请在 2026-12-31 以后重新生成再提交。")) == (False, True)
    said, final = made(date(2027, 1, 1))
    assert (final, "第 2 版）已提交甲方" in said) == (True, True)


def test_the_same_again_is_the_same_version_and_another_word_in_a_record_is_a_new_one(
    year: Gathered, store: Store, tmp_path: Path
) -> None:
    def kept() -> int:
        with store.transaction() as session:
            one = gather(session, tmp_path, LAST, today=TODAY, seed=7)
            return acceptance.keep(session, tmp_path, one, b"text", by="运营", now=NOW).version

    assert (kept(), kept()) == (1, 1)
    with store.transaction() as session:
        session.connection().exec_driver_sql('UPDATE record SET facts = \'{"text": "改了"}\' WHERE id = 1')
    assert kept() == 2


def test_a_confirmed_report_is_listed_whatever_drafts_follow_it(store: Store, tmp_path: Path) -> None:
    contract(tmp_path)
    people(store)
    first = kept(store, tmp_path, kind="monthly", period="2026-10")
    submit(store, tmp_path, first)
    decide(store, first, True)
    kept(store, tmp_path, '{"n": 2}', kind="monthly", period="2026-10")
    assert [(one.period, one.version, one.state) for one in facts_on(store, tmp_path, LAST).reports] == [
        ("2026-10", 1, "甲方已确认")
    ]


def test_a_workspace_has_a_template_of_its_own(year: Gathered, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    own = Document()
    own.add_paragraph("{{ summary }}")
    own.save(str(tmp_path / "forms" / "acceptance.docx"))
    assert word(year, tmp_path)[0] == [summary(year.facts)]


# at the terminal ------------------------------------------------------------------------------------------------------


def made(stage: Stage, *words: str) -> Sequence[str]:
    code, told = run(stage, "acceptance", *words, "--by", "运营", command="report")
    assert code == 0, told
    return told.split("\n")


def test_the_report_is_made_submitted_and_taken_out_at_the_terminal(stage: Stage, tmp_path: Path) -> None:
    stage.hire()
    contract(stage.folder, "visits")
    work(stage.parts.store, stage.folder, visits=20)
    told = made(stage, "--as-of", "2026-11-30", "--seed", "3")
    assert told[0].startswith("报告1（执行成果报告 2026-01-01_2026-11-30 第 1 版）：")
    assert told[2:] == [
        "截至 2026-11-30，合同的 1 项指标达到 0 项，还没有达到 1 项。",
        "从 20 次走访里抽 1 次（5%），抽样种子 3，见《走访电话抽查表.xlsx》。",
    ]
    assert run(stage, "submit", "1", "--by", "运营", command="report")[0] == 0
    assert run(stage, "file", "1", "--out", str(tmp_path / "out"), "--by", "运营", command="report")[0] == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "执行成果报告.docx", "附件01-社区走访.xlsx", "证据索引.xlsx", "走访电话抽查表.xlsx",
    }  # fmt: skip
    last = [row[0] for row in cells((tmp_path / "out" / "证据索引.xlsx").read_bytes())][-1]
    assert last == "运营 于 2026-12-01 09:00 导出，仅供履约使用，请勿外传。"
    with stage.parts.store.reading() as session:
        assert reporting.newest(session, "acceptance", "", "2026-01-01_2026-11-30") is not None
