"""People from a table: checked whole with its cells, taken in once; their codes printed a street a page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_kit import House
from docx import Document
from openpyxl import Workbook
from sqlalchemy import select
from stage import Stage
from test_assignments import district, seen  # noqa: F401 - the fixture
from test_places import SMALL, write
from test_recorded import run

from bot.hiring import take_people
from content import place_table
from content.models import Code, Event, Person
from content.people import add_person, people, person_named
from content.tables import TableWrong

HEAD = ["姓名", "角色", "甲乙方", "公司", "手机号", "负责社区", "类别", "备岗", "开始日期"]
GOOD = [
    ["王东", "联络员", "乙方", "甲公司", "13800138000", "东桥街道", "乙方联络员", "", "2026-11-01"],
    ["李西", "联络员", "", "乙公司", "", "西桥街道、老槐树", "", "否", ""],
    ["赵备", "联络员", "乙方", "甲公司", "", "东桥街道", "", "是", "2026/11/1"],
    ["孙主任", "终审人", "", "区民政局", "", "", "", "", ""],
    ["新风一的", "liaison", "甲方", "新风一社区", "", "新风一社区居委会", "社区对接人", "", ""],
]


def table(folder: Path, *lines: list[str], title: str = "联络员名册", head: list[str] = HEAD) -> Path:
    """A workbook with a title above its head."""
    book = Workbook()
    for line in ([title] if title else [], head, *lines):
        if line:
            book.active.append(line)  # type: ignore[union-attr]
    file = folder / "人员.xlsx"
    book.save(file)
    return file


def person(stage: Stage, *words: str) -> tuple[int, str]:
    return run(stage, *words, command="person")


def test_a_table_is_taken_in_once_and_no_telephone_is_kept(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = str(table(tmp_path, *GOOD))
    assert person(district, "import", file, "--check")[1].startswith(
        "只检查了，没有收。收进来会：加入 5 人，分配 5 处。"
    )
    with district.parts.store.reading() as session:
        assert "王东" not in [one.name for one in people(session)]
    person(district, "add", "管理员", "--role", "admin")
    assert person(district, "import", file, "--by", "管理员") == (
        0,
        "加入 5 人，分配 5 处。电话没有收：绑定用绑定码，用不着电话，名册要用的请留在原表里。"
        "绑定码请打印：wxops person codes --all --out 绑定码.docx",
    )
    assert seen(district, "王东") == ["东桥", "槐树里", "新风一", "北街"]
    assert seen(district, "李西") == ["槐树里", "西桥", "新风二", "东桥"]
    assert "乙方联络员，备岗  2026-11-01 起" in person(district, "places", "赵备")[1]
    assert person(district, "import", file)[1].startswith("没有变化。")
    run(district, "replace", "王东", "小东", "--place", "东桥街道", "--from", "2026-12-01", command="person")
    person(district, "unassign", "李西", "老槐树")
    district.later(days=1)
    assert person(district, "import", file)[1].startswith("没有变化。")
    with district.parts.store.reading() as session:
        kept = [
            str(row)
            for name in ("person", "event")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {name}")
        ]
        assert not any("13800138000" in row for row in kept)
        chief = person_named(session, "孙主任")
        assert (chief.role, chief.party, chief.company) == ("chief", "甲方", "区民政局")


def test_another_company_is_taken_over_with_its_trail(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    person(district, "import", str(table(tmp_path, *GOOD)))
    changed = [["王东", "联络员", "乙方", "丙公司", "", "", "", "", ""]]
    assert person(district, "import", str(table(tmp_path, *changed)))[1].startswith("改了单位 1 人（王东）。")
    with district.parts.store.reading() as session:
        number = person_named(session, "王东").id
        whys = session.scalars(select(Event.why).where(Event.subject == f"person:{number}")).all()
        assert "人员.xlsx：单位 甲公司→丙公司" in whys


def test_a_name_that_holds_a_list_sign_itself_is_one_place(stage: Stage, tmp_path: Path) -> None:
    write(stage, SMALL + "1203,community,铁路住宅区第二、二社区居委会,12\n")
    assert run(stage, "load", command="place")[0] == 0
    line = ["王东", "联络员", "", "", "", "槐树里、铁路住宅区第二、二社区，西桥新风二"]
    assert person(stage, "import", str(table(tmp_path, line)))[1].startswith("加入 1 人，分配 3 处。")


WRONG = [
    (["", "联络员"], "A3 是空的"),
    (["甲", "楼长"], "B4 的角色“楼长”不认识"),
    (["乙", "联络员", "丙方"], "C5 的“丙方”不认识"),
    (["丙", "联络员", "", "", "", "新风社"], "F6：没有叫“新风社”的街道或社区"),
    (["丁", "联络员", "", "", "", "东桥社区、东桥社区"], "F7 里东桥社区写了两次"),
    (["戊", "编辑", "", "", "", "东桥街道"], "F8：编辑不管街道和社区"),
    (["己", "联络员", "", "", "", "", "组长"], "G9 的类别“组长”不认识"),
    (["庚", "联络员", "", "", "", "", "", "也许"], "H10 的“也许”不认识"),
    (["辛", "联络员", "", "", "", "", "", "", "13月1日"], "I11 的“13月1日”"),
    (["小东", "编辑"], "A12 的小东已经在系统里，是乙方的联络员，和表里不一样"),
    (["小东", "联络员", "", "", "", "东桥街道", "", "是"], "F13：小东已经负责东桥街道，类别或备岗和表里不一样"),
    (["壬", "联络员", "", "甲公司"], ""),
    (["壬", "联络员", "", "乙公司"], "A15 的壬在 A14 写过"),
]  # fmt: skip


def test_all_that_is_wrong_is_named_with_its_cell_and_nothing_is_taken_in(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    before = person(district, "list")
    file = table(tmp_path, *(line for line, _ in WRONG))
    with pytest.raises(TableWrong) as refused:
        take_people(district.parts, file.read_bytes(), file.name, by="管理员")
    told = [problem.message for problem in refused.value.problems]
    assert len(told) == 13
    for line, why in WRONG:
        assert any(why in one for one in told), (line, told)
    assert person(district, "import", str(file)) == (1, "人员.xlsx 有 13 处要改，没有收进来。")
    assert person(district, "list") == before
    with pytest.raises(TableWrong, match="1 处") as refused:
        take_people(district.parts, "姓名\n甲\n".encode(), "人员.csv", by="管理员")
    assert "表头缺少这些列：角色" in refused.value.problems[0].message


# the codes ------------------------------------------------------------------------------------------------------------


def codes_in(text: str) -> list[str]:
    return re.findall(r"(?<![0-9A-Z])[2-9A-HJ-NP-Z]{8}(?![0-9A-Z])", text)


def test_codes_are_printed_a_street_a_page_for_who_is_not_bound(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    person(district, "import", str(table(tmp_path, *GOOD)))
    out = tmp_path / "绑定码.html"
    told = person(district, "codes", "--all", "--out", str(out), "--by", "运营")[1]
    assert told.splitlines() == [
        f"{out}：3 页，5 人，2026-12-31 前有效。已经绑定的 7 人没有印。",
        "数据库里只有绑定码的指纹，印的都是新的，这些人以前的绑定码作废。发完请删掉这个文件。",
    ]
    text = out.read_text(encoding="utf-8")
    assert re.findall("<h1>绑定码：(.+)</h1>", text) == ["东桥街道", "西桥街道", "没有分配地方的人"]
    assert out.stat().st_mode & 0o077 == 0
    assert "小东" not in text
    assert text.count("运营 于 2026-12-01 09:00 导出") == 3
    row = re.search(r"<td>王东</td><td>东桥街道</td><td class=\"code\">(\w{8})</td>", text)
    assert row
    with district.parts.store.reading() as session:
        assert row[1] not in str(session.execute(select(Code.hash)).all())
        number = person_named(session, "王东").id
        events = session.execute(select(Event.by, Event.why).where(Event.subject == f"person:{number}")).all()
        assert ("运营", "打印新的绑定码，旧的作废") in events
    assert "已绑定" in district.say("王东", f"绑定 {row[1]}")


def test_who_was_replaced_and_has_no_place_any_more_gets_no_code(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    district.say("运营", "换人 东桥街道 小东→新来 今天")
    with district.parts.store.transaction() as session:
        add_person(session, "将来", "liaison", party="乙方", company="", now=district.now)
    person(district, "codes", "--all", "--out", str(tmp_path / "codes.html"))
    text = (tmp_path / "codes.html").read_text(encoding="utf-8")
    assert "小东" not in text
    assert "<td>将来</td>" in text


def test_a_newer_sheet_voids_the_older_and_word_has_a_page_for_each_street(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    person(district, "import", str(table(tmp_path, *GOOD)))
    out = tmp_path / "codes.docx"
    person(district, "codes", "--street", "东桥", "--out", str(out))
    first = Document(str(out)).tables[0]
    assert [cell.text for cell in first.rows[1].cells][:2] == ["王东", "东桥街道"]
    assert (
        "已绑定" in district.say("赵备", f"绑定 {first.rows[3].cells[2].text}") or first.rows[2].cells[0].text == "李西"
    )
    old = first.rows[1].cells[2].text
    person(district, "codes", "--all", "--out", str(out))
    document = Document(io.BytesIO(out.read_bytes()))
    assert [bool(p.paragraph_format.page_break_before) for p in document.paragraphs if p.style and p.style.name == "Heading 1"] == [
        False, True, True,
    ]  # fmt: skip
    assert "用过或过期" in district.say("王东", f"绑定 {old}")
    west = {row.cells[0].text: row.cells[2].text for row in document.tables[1].rows}
    east = {row.cells[0].text: row.cells[2].text for row in document.tables[0].rows}
    assert west["李西"] == east["李西"]  # of two streets: one code


def test_what_cannot_be_printed_is_said_and_no_code_changes(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    for words, why in {
        ("--out", "a.html"): "请写一个街道",
        ("--all", "--street", "东桥", "--out", "a.html"): "请写一个街道",
        ("--all", "--out", "a.pdf"): ".docx 或 .html",
        ("--street", "槐树里", "--out", "a.html"): "槐树里社区不是街道",
        ("--street", "东桥", "--out", "a.html"): "没有要打印的：1 人都已经绑定",
    }.items():
        assert why in person(district, "codes", *words)[1]
    person(district, "import", str(table(tmp_path, *GOOD)))
    with district.parts.store.reading() as session:
        before = session.scalars(select(Code.hash)).all()
    assert "写不出" in person(district, "codes", "--all", "--out", str(tmp_path / "nowhere" / "a.html"))[1]
    with district.parts.store.reading() as session:
        assert session.scalars(select(Code.hash)).all() == before


# figures by company ---------------------------------------------------------------------------------------------------


def test_field_work_is_counted_by_company_and_the_shares_add_up(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    person(district, "import", str(table(tmp_path, *GOOD)))
    for who, words in {"王东": "老槐树、北街 座谈", "李西": "新风二 座谈", "小东": "新风一 座谈"}.items():
        assert run(district, "add", "走访", words, "--by", who, command="record")[0] == 0
    assert run(district, "count", "--by-company", command="record") == (
        0,
        "走访，乙公司：1\n走访，没有写单位：1\n走访，甲公司：2",
    )
    assert run(district, "count", command="record") == (0, "走访：4")
    assert run(district, "count", "--to", "2026-11-30", command="record") == (0, "没有记录。")


# the page --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        write(made, SMALL)
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.read(made.folder), by="测试", now=made.now)
        yield made


@pytest.mark.one_database
def test_an_administrator_takes_people_in_at_the_page_and_nobody_else(house: House, tmp_path: Path) -> None:
    file = ("人员.xlsx", table(tmp_path, *GOOD).read_bytes())
    admin = house.visitor("管理")
    admin.get("/console/people/import")
    assert admin.press("/console/people/import", {"do": "check"}, file=file).status_code == 200
    assert "只检查了，没有收" in admin.text
    admin.press("/console/people/import", {"do": "take"}, file=file)
    assert "加入 5 人，分配 5 处。" in admin.text
    wrong = ("人员.csv", "姓名,角色\n甲,楼长\n".encode())
    assert admin.press("/console/people/import", {"do": "take"}, file=wrong).status_code == 422
    assert "B2 的角色“楼长”不认识" in admin.text
    with house.parts.store.reading() as session:
        assert session.scalar(select(Person.id).where(Person.name == "甲")) is None
    assert house.visitor("运营").get("/console/people/import").status_code == 403
