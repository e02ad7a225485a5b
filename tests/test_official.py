"""The official notice: taken whole or not at all, and it wins over package and estimate."""

from __future__ import annotations

from pathlib import Path

import pytest
from days_kit import CALENDAR, NOTICES, day, year

from content.days import Calendar, Kind, Status, calendar_of
from content.errors import FilesWrong
from content.official import HOLIDAYS_FILE, import_notice
from content.tables import TableWrong

# A notice that nobody has issued: the days around the statutory ones are made up.
INVENTED = """date,kind,name
2027-01-01,放假,元旦
2027-01-02,放假,元旦
2027-01-03,放假,元旦
2027-02-05,放假,春节
2027-02-06,放假,春节
2027-02-07,放假,春节
2027-02-08,放假,春节
2027-02-09,放假,春节
2027-02-10,放假,春节
2027-02-11,放假,春节
2027-02-20,上班,春节
2027-04-05,放假,清明节
2027-05-01,放假,劳动节
2027-05-02,放假,劳动节
2027-05-03,放假,劳动节
2027-05-04,放假,劳动节
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-10-01,放假,国庆节
2027-10-02,放假,国庆节
2027-10-03,放假,国庆节
2027-10-04,放假,国庆节
2027-10-05,放假,国庆节
"""


def imported(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[str]:
    file = tmp_path / "notice.txt"
    file.write_text(text, encoding=encoding)
    return import_notice(file, tmp_path)


def codes(error: pytest.ExceptionInfo[TableWrong]) -> set[str]:
    return {problem.code for problem in error.value.problems}


@pytest.mark.parametrize("number", [2025, 2026])
def test_the_text_of_a_notice_says_of_every_day_what_the_package_says(number: int, tmp_path: Path) -> None:
    import_notice(NOTICES / f"{number}.txt", tmp_path)
    taken = Calendar(official=calendar_of(tmp_path).official, known_to=2020)
    assert taken.announced(number)
    differing = [
        (a.date, a.kind, b.kind)
        for a, b in zip(year(taken, number), year(CALENDAR, number), strict=True)
        if (a.kind, a.status) != (b.kind, b.status)
    ]
    assert differing == []


def test_an_imported_notice_wins_over_the_estimate_and_makes_the_year_known(tmp_path: Path) -> None:
    said = imported(tmp_path, INVENTED)
    assert said[0].startswith("收进 2027 年的放假安排：放假 22 天，调休上班 1 天")
    calendar = Calendar(official=calendar_of(tmp_path).official, known_to=2026)
    assert day("2027-02-09", calendar).kind == Kind.HOLIDAY
    assert day("2027-02-20", calendar).kind == Kind.MAKE_UP
    assert day("2027-02-04", calendar).kind == Kind.WORKDAY
    assert day("2027-02-13", calendar).kind == Kind.WEEKEND
    assert {found.status for found in year(calendar, 2027)} == {Status.ANNOUNCED}
    assert not any(found.may_shift for found in year(calendar, 2027))
    assert day("2028-02-03", calendar).kind == Kind.UNKNOWN


def test_an_imported_notice_wins_over_the_package_too(tmp_path: Path) -> None:
    text = (NOTICES / "2026.txt").read_text(encoding="utf-8")
    imported(tmp_path, text.replace("5月9日（周六）上班", "4月26日（周日）上班"))
    calendar = calendar_of(tmp_path)
    assert day("2026-05-09", calendar).kind == Kind.WEEKEND
    assert day("2026-04-26", calendar).kind == Kind.MAKE_UP


def test_the_same_notice_again_changes_nothing_and_a_corrected_one_replaces_it(tmp_path: Path) -> None:
    imported(tmp_path, INVENTED)
    before = (tmp_path / HOLIDAYS_FILE).read_bytes()
    assert "没有改动" in imported(tmp_path, INVENTED)[0]
    assert (tmp_path / HOLIDAYS_FILE).read_bytes() == before
    imported(tmp_path, INVENTED.replace("2027-02-20", "2027-02-21"))
    calendar = calendar_of(tmp_path)
    assert day("2027-02-21", calendar).kind == Kind.MAKE_UP
    assert day("2027-02-20", calendar).kind == Kind.WEEKEND


def test_notices_of_two_years_stand_side_by_side_with_the_days_they_share(tmp_path: Path) -> None:
    import_notice(NOTICES / "2026.txt", tmp_path)
    imported(tmp_path, INVENTED.replace("2027-01-03,放假,元旦", "2026-12-31,放假,元旦\n2026-12-27,上班,元旦"))
    calendar = calendar_of(tmp_path)
    assert day("2026-12-31", calendar).kind == Kind.HOLIDAY
    assert day("2026-12-27", calendar).kind == Kind.MAKE_UP
    assert day("2026-12-30", calendar).kind == Kind.WORKDAY
    import_notice(NOTICES / "2026.txt", tmp_path)
    assert day("2026-12-31", calendar_of(tmp_path)).kind == Kind.HOLIDAY


def test_a_notice_in_gbk_with_windows_line_ends_is_read(tmp_path: Path) -> None:
    text = (NOTICES / "2025.txt").read_text(encoding="utf-8").replace("\n", "\r\n")
    assert "2025" in imported(tmp_path, text, "gb18030")[0]


def test_days_off_that_do_not_add_up_are_pointed_out(tmp_path: Path) -> None:
    assert not imported(tmp_path, INVENTED)[-1].startswith("请核对")
    assert imported(tmp_path, INVENTED.replace("2027-02-20,上班,春节\n", ""))[-1].startswith("请核对")


OFFICIAL_2025 = (NOTICES / "2025.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (INVENTED.replace("2027-10-02,放假,国庆节\n", ""), "HOLIDAY_MISSING"),
        (INVENTED.replace("2027-02-20", "2027-02-18"), "HOLIDAY_WEEKDAY"),
        (INVENTED + "2027-02-09,上班,春节\n", "HOLIDAY_TWICE"),
        (INVENTED + "2027-02-30,放假,春节\n", "HOLIDAY_DATE"),
        (INVENTED + "2027-03-01,也许,某节\n", "HOLIDAY_KIND"),
        (INVENTED + "2027-03-01,放假,\n", "HOLIDAY_NAME"),
        (INVENTED + "2026-06-01,放假,某节\n", "HOLIDAY_YEAR"),
        (INVENTED.replace("date,kind,name", "date,what"), "TABLE_HEAD"),
        ("date,kind,name\n", "HOLIDAY_ROWS"),
        (OFFICIAL_2025.replace("1月1日（周三）", "1月1日（周四）"), "NOTICE_WEEKDAY"),
        (OFFICIAL_2025.replace("共8天。1月26日", "共7天。1月26日"), "NOTICE_COUNT"),
        (OFFICIAL_2025.replace("5月31日（周六）", "5月32日（周六）"), "NOTICE_DATE"),
        (OFFICIAL_2025.replace("至4日", "至3日").replace("4月4日（周五）至6日", "4月6日（周日）至4日"), "NOTICE_DATE"),
        (OFFICIAL_2025.replace("关于2025年", "关于"), "NOTICE_YEAR"),
        ("关于2027年部分节假日安排的通知\n另行公布。\n", "NOTICE_ITEM"),
        (OFFICIAL_2025.replace("1月1日（周三）放假1天", "另行通知放假"), "NOTICE_ITEM"),
    ],
)
def test_a_notice_that_is_not_whole_is_refused_with_the_reason_and_nothing_is_kept(
    text: str, code: str, tmp_path: Path
) -> None:
    with pytest.raises(TableWrong) as error:
        imported(tmp_path, text)
    assert code in codes(error)
    assert not (tmp_path / HOLIDAYS_FILE).exists()


@pytest.mark.parametrize("data", [b"PK\x03\x04word", b"%PDF-1.7"])
def test_a_word_or_pdf_file_is_refused_with_what_to_do(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "notice.docx").write_bytes(data)
    with pytest.raises(FilesWrong, match="另存为"):
        import_notice(tmp_path / "notice.docx", tmp_path)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(FilesWrong, match="读不出文件"):
        import_notice(tmp_path / "none.txt", tmp_path)


def test_a_holidays_file_edited_into_half_a_notice_is_refused(tmp_path: Path) -> None:
    imported(tmp_path, INVENTED)
    file = tmp_path / HOLIDAYS_FILE
    file.write_text(file.read_text(encoding="utf-8-sig").replace("2027-10-01,放假", "2027-10-01,上班"), "utf-8")
    with pytest.raises(TableWrong) as error:
        calendar_of(tmp_path)
    assert codes(error) == {"HOLIDAY_MISSING", "HOLIDAY_WEEKDAY"}
