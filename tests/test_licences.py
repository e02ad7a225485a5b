"""Rights in pictures: what is not known blocks, the editor gets the lines to write, and the ledger shows it all."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.group import Desk
from bot.cli.pictures import pictures
from content.article import PictureFacts, Problem, read_article
from content.frontmatter import read_front_matter
from content.licences import BODY, COVER, HEADINGS, UNUSED, as_csv, chosen, consent_is_open, ledger, missing, rows_of
from content.lint.licences import RULES
from content.lint.look import Context, Look
from content.templates import render

SAMPLE = Path(__file__).resolve().parent.parent / "content" / "starter" / "month"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
FRONT = "---\ntitle: 义诊\ncover: cover.png\n{}---\n\n{}\n"
KNOWN = "pictures:\n  - file: cover.png\n    source: 编辑部拍摄\n    licence: 自有\n    consent: {}\n"


def article(folder: Path, facts: str = "", body: str = "正文。") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.md"
    file.write_text(FRONT.format(facts, body), encoding="utf-8")
    return file


def problems(tmp_path: Path, facts: str = "", body: str = "正文。") -> list[Problem]:
    source = read_article(article(tmp_path, facts, body), "2026-12/01-a/index.md")
    look = Look(source, Context(now=NOW))
    return [*source.problems, *(problem for rule in RULES for problem in rule(look))]


def test_a_picture_without_a_licence_is_an_error_with_the_lines_to_write(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert (problem.code, problem.level, problem.line) == ("LICENCE_UNKNOWN", "error", 3)
    assert "cover.png" in problem.message
    assert problem.fix.splitlines()[0] == "  - file: cover.png"


@pytest.mark.parametrize(
    "name", ["b.png", "图片/夏 季 (1).png", "a: b.png", "- c.png", '"d".png', "e#1.png", "{f}.png", "是.png"]
)
def test_the_lines_to_write_are_read_back_as_they_are_meant(name: str, tmp_path: Path) -> None:
    body = f"![说明](<{name}>)"
    (problem,) = problems(tmp_path, KNOWN.format("无人物"), body)
    assert problem.line == 11
    assert problems(tmp_path, f"{KNOWN.format('无人物')}{problem.fix}\n", body) == []


def test_a_listed_picture_that_lacks_something_is_told_that_alone(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "pictures:\n  - file: cover.png\n    source: 编辑部拍摄\n")
    assert problem.fix.strip().startswith("licence:")
    assert "来源" not in problem.message.partition("请在")[0]


NOT_KNOWN = ["", "未知", "待确认", "待补充", "不详", "无", "没有", "？", "-", "unknown", "N/A", "XX"]


@pytest.mark.parametrize("said", NOT_KNOWN)
def test_a_word_for_not_knowing_is_no_licence(said: str) -> None:
    assert missing(PictureFacts("a.png", source="编辑部拍摄", licence=said)) == ("许可",)


@pytest.mark.parametrize("source", [*NOT_KNOWN, "网络", "来源于网络", "网络图片", "百度", "互联网下载"])
def test_from_the_internet_is_no_source(source: str) -> None:
    assert missing(PictureFacts("a.png", source=source, licence="CC0")) == ("来源",)
    assert missing(PictureFacts("a.png", source=source, holder="某图片社", licence="CC0")) == ()


@pytest.mark.parametrize(
    "licence", ["CC0 1.0", "自有", "CC BY 4.0", "购买授权（合同 12 号）", "权利人书面同意", "无版权限制（公有领域）"]
)
def test_a_licence_that_is_one_passes(licence: str) -> None:
    assert missing(PictureFacts("a.png", source="编辑部拍摄", licence=licence)) == ()


OPEN = ["待取得", "未取得", "没有", "还没签", "未成年人，待监护人同意", "口头同意，待补签", "否", "无", "联系中"]
SETTLED = [
    "", "无可识别人物", "没有人物", "画面中未出现人脸", "不涉及人物", "无需", "已取得", "已取得书面同意（2026-11-20）",
    "未成年人监护人已签字", "是", "活动报名时已同意", "没有可识别的居民",
]  # fmt: skip


@pytest.mark.parametrize(("said", "warned"), [*((s, True) for s in OPEN), *((s, False) for s in SETTLED)])
def test_consent_is_asked_for_only_where_the_facts_tell_of_people(said: str, warned: bool, tmp_path: Path) -> None:
    assert consent_is_open(PictureFacts("cover.png", consent=said)) == warned
    found = problems(tmp_path, KNOWN.format(said))
    assert [(problem.code, problem.level) for problem in found] == ([("CONSENT_MISSING", "warn")] if warned else [])


def test_a_listed_picture_that_the_article_does_not_use_is_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, KNOWN.format("") + "  - file: old.png\n    source: 编辑部拍摄\n    licence: 自有\n")
    assert (problem.code, problem.level) == ("PICTURE_UNUSED", "info")
    assert "old.png" in problem.message


def test_two_entries_that_differ_are_told(tmp_path: Path) -> None:
    found = problems(tmp_path, KNOWN.format("") + "  - file: cover.png\n    source: 别处\n    licence: CC0\n")
    assert [problem.code for problem in found] == ["LICENCE_TWICE"]


def test_a_picture_is_known_by_its_bare_name_as_well(tmp_path: Path) -> None:
    facts = KNOWN.format("") + "  - file: a.png\n    holder: 某图片社\n    licence: CC0\n"
    assert problems(tmp_path, facts, "![甲](./images/a.png)") == []


@pytest.mark.parametrize("file", sorted(SAMPLE.glob("*/index.md")), ids=lambda file: file.parent.name)
def test_the_sample_month_has_all_its_rights(file: Path) -> None:
    source = read_article(file, f"2026-12/{file.parent.name}/index.md")
    look = Look(source, Context(now=NOW))
    assert [problem for rule in RULES for problem in rule(look)] == []
    assert {row.missing for row in rows_of(source)} == {()}
    assert len(rows_of(source)) >= 2


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "2026-12")
    body = "![甲](a.png) ![又是封面](cover.png)"
    unused = "  - file: old.png\n    holder: =HYPERLINK(1)\n    licence: 未知\n"
    article(tmp_path / "2027-01" / "01-x", KNOWN.format("待取得") + unused, body)
    return tmp_path


def test_the_ledger_has_each_picture_once_with_its_use(workspace: Path) -> None:
    rows = [row for row in ledger(workspace) if row.month == "2027-01"]
    assert [(row.file, row.use, row.missing) for row in rows] == [
        ("cover.png", COVER, ("肖像同意",)),
        ("a.png", BODY, ("来源", "许可")),
        ("old.png", UNUSED, ("许可",)),
    ]


def test_the_ledger_can_be_narrowed(workspace: Path) -> None:
    rows = list(ledger(workspace))
    assert {row.month for row in chosen(rows, lacking=True)} == {"2027-01"}
    assert {row.month for row in chosen(rows, month="2026-12")} == {"2026-12"}
    assert {row.holder for row in chosen(rows, holder="WXOPS")} == {"wxops 项目"}
    assert len(chosen(rows)) == len(rows)


def test_excel_opens_the_ledger_and_calculates_nothing(workspace: Path) -> None:
    data = as_csv(list(ledger(workspace)))
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(lines[0]) == HEADINGS
    assert lines[-1]["权利人"] == "'=HYPERLINK(1)"
    assert lines[-1]["缺少"] == "许可"
    assert "议事 现场.jpg" in {line["图片"] for line in lines}


def run(workspace: Path, *arguments: str) -> str:
    result = CliRunner().invoke(pictures, arguments, obj=Desk(str(workspace)), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_command_lists_the_ledger_as_a_table(workspace: Path) -> None:
    told = run(workspace, "--missing")
    assert "a.png" in told
    assert "来源、许可" in told
    assert "wxops 项目" not in told
    assert "3 张图片，3 张还缺信息。" in told


def test_the_command_gives_json_for_programs(workspace: Path) -> None:
    rows = json.loads(run(workspace, "--month", "2026-12", "--json"))
    assert {row["licence"] for row in rows} == {"CC0 1.0"}


def test_the_command_writes_csv_into_a_file(workspace: Path, tmp_path: Path) -> None:
    run(workspace, "--csv", str(tmp_path / "ledger.csv"))
    assert (tmp_path / "ledger.csv").read_bytes() == as_csv(list(ledger(workspace)))


def test_the_lines_that_a_draft_asks_to_uncomment_are_no_licence_until_they_are_filled_in() -> None:
    draft = render(
        "drafts/_front.md", {"title": "歇脚椅", "author": "", "digest": "", "column": "", "at": "", "notify": ""}
    )
    opened = re.sub(r"^# (?=cover|pictures|  )", "", draft, flags=re.MULTILINE)
    facts = read_front_matter(opened, "").facts
    assert (facts.cover, [one.file for one in facts.pictures]) == ("cover.jpg", ["cover.jpg"])
    assert missing(facts.pictures[0]) == ("来源", "许可")
    assert consent_is_open(facts.pictures[0])
