"""The weekly reports in the year's archive: the versions that were delivered, with who delivered them."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

from console_kit import House
from sqlalchemy import select
from test_archive import lead
from test_recorded import run
from test_weekly_sent import house, later  # noqa: F401 - the fixture
from weekly_kit import SUNDAY, WEEK, figures, monday, watch

from content.watermarked import marked
from scheduler import archive_weekly
from scheduler.models import Report


def line_of(made: zipfile.ZipFile) -> str:
    return re.findall(r'<p class="note">(.*)</p>', made.read("index.html").decode())[-1]


def archive(house: House, out: Path) -> str:  # noqa: F811
    code, told = run(house, "archive", "--out", str(out), "--by", "运营", command="report")
    assert code == 0
    return told


def test_the_delivered_versions_are_packed(house: House, tmp_path: Path) -> None:  # noqa: F811
    house.say("联络", "已发群 东桥")
    watch(house.parts, later(house))
    figures(house.parts, SUNDAY, {"registered": {"1102": 88}}, "corrected")
    monday(house.parts, later(house))
    house.say("联络", "已发邮件 东桥")
    house.say("运营", "已发群 西桥街道")
    assert "已撤销" in run(house, "unsent", "3", "--why", "发错了", "--by", "运营", command="report")[1]
    told = archive(house, tmp_path / "a.zip")
    assert "周报 3" in told
    assert "缺" not in told
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert lead(made) == set(made.namelist())
        names = {name for name in made.namelist() if name.startswith(f"weekly/{WEEK}/")}
        assert {name.split("/")[2] for name in names} == {"1101-v1", "1102-v1", "1102-v2"}
        assert sorted(name.rpartition(".")[2] for name in names) == ["html"] * 3 + ["xlsx"] * 3
        with house.parts.store.reading() as session:
            for report in session.scalars(select(Report).where(Report.place == "1102")):
                for file in (house.parts.workspace / report.path).iterdir():
                    packed = f"weekly/{WEEK}/1102-v{report.version}/{file.name}"
                    assert made.read(packed) == marked(file.read_bytes(), file.name, line_of(made))
        page = made.read(f"weekly/{WEEK}.html").decode()
        assert re.findall(r"<td>(群|邮件)，(联络|运营)，\d{4}-\d\d-\d\d \d\d:\d\d(；[^<]*)?</td>", page) == [
            ("群", "联络", f"；邮件，联络，{page.split('；邮件，联络，')[1][:16]}"), ("群", "联络", ""), ("邮件", "联络", ""),
        ]  # fmt: skip
        assert "送达过的 3 份" in made.read("index.html").decode()


def test_files_that_are_gone_are_named_and_what_was_not_delivered_is_no_loss(house: House, tmp_path: Path) -> None:  # noqa: F811
    assert "周报 0" in archive(house, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert not [name for name in made.namelist() if name.startswith("weekly/")]
        assert "没有送达过的。" in made.read("index.html").decode()
    house.say("联络", "已发群 东桥")
    with house.parts.store.reading() as session:
        (gone,) = session.scalars(select(Report.path).where(Report.place == "1101"))
        assert archive_weekly.weeks(session, date(2026, 12, 1), date(2026, 12, 12)) == []
    shutil.rmtree(house.parts.workspace / gone)
    assert f"缺：槐树里社区居委会 {WEEK} 周报第 1 版的文件不见了。" in archive(house, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as made:
        assert lead(made) == set(made.namelist())
        assert "（缺）" in made.read(f"weekly/{WEEK}.html").decode()
        assert "周报第 1 版的文件不见了" in made.read("index.html").decode()
