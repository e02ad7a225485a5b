"""The year's archive opens without the product: every link leads to a file in it, nothing needs a network or a script."""

from __future__ import annotations

import errno
import hashlib
import io
import tracemalloc
import zipfile
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit

import pytest
from docx import Document
from figures_kit import put
from publishing_kit import drafted, handed_over
from report_kit import kept, people, submit
from stage import Stage, png
from test_recorded import run
from year_kit import contract, work

from content import evidence
from content.bundle import SUMS, Bundle, bundle, safe
from content.clock import SHANGHAI
from content.db import Store
from content.dossier_forms import EXCEPTION, FORMS, LEAK
from content.dossier_models import Dossier, DossierStep
from content.errors import FilesWrong, OpsError, WrongUse
from content.models import State
from scheduler.archive import Archived, Wish, write

NOW = datetime(2026, 12, 20, 12, tzinfo=SHANGHAI)
BODY = "正文第一段。\n\n![图](body.png)\n"


class Page(HTMLParser):
    """What a page leads to, what it loads, and whether it has a script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.leads.append(value or "")
            elif name in ("src", "href", "data", "poster"):
                self.loads.append(value or "")


def pages(archive: zipfile.ZipFile) -> dict[str, Page]:
    return {name: Page(archive.read(name).decode()) for name in archive.namelist() if name.endswith(".html")}


def lead(archive: zipfile.ZipFile) -> set[str]:
    """Where the pages lead inside of the archive; nothing in them needs a network or a script."""
    found = {"index.html"}
    for name, page in pages(archive).items():
        assert page.scripts == 0, name
        assert all(urlsplit(one).scheme in ("", "data") for one in page.loads), (name, page.loads)
        inside = [one for one in [*page.leads, *page.loads] if urlsplit(one).scheme == ""]
        found |= {normpath(f"{dirname(name)}/{unquote(one)}").lstrip("/") for one in inside}
    return found


def test_an_article_has_its_text_pictures_form_and_figures_and_every_link_leads_to_a_file(
    stage: Stage, tmp_path: Path
) -> None:
    stage.hire()
    number = drafted(stage, "01-a", title="一把<椅子>", body=BODY)
    handed_over(stage, number)
    stage.settle_down(3)
    assert stage.article(number).state == State.PUBLISHED, stage.alarms()
    contract(stage.folder)
    work(stage.parts.store, stage.folder, visits=8, proven=4)
    put(stage.parts.store, date(2026, 12, 2), {("read_user", f"article:{number}"): 1234})
    code, told = run(stage, "archive", "--out", str(tmp_path / "年.zip"), "--by", "运营", command="report")
    assert (code, told.split("\n")[1]) == (0, "文章 4，记录 9，证据 4，报告 0，周报 0")
    with zipfile.ZipFile(tmp_path / "年.zip") as archive:
        assert lead(archive) == set(archive.namelist())
        folder = f"articles/{number}"
        text = archive.read(f"{folder}/text.html").decode()
        assert "正文第一段。" in text
        assert "一把&lt;椅子&gt;" in text
        (picture,) = [one for one in pages(archive)[f"{folder}/text.html"].loads if one.startswith("pictures/")]
        assert archive.read(f"{folder}/{picture}").startswith(b"\x89PNG")
        form = Document(io.BytesIO(archive.read(f"{folder}/approval.docx")))
        assert "一把<椅子>" in [cell.text for table in form.tables for row in table.rows for cell in row.cells]
        table = archive.read(f"{folder}/figures.csv").decode("utf-8-sig").split("\r\n")
        assert table[:2] == ["日期,阅读（人）", "2026-12-02,1234"]
        assert "<td>1,234</td>" in archive.read("index.html").decode()
    for file in stage.parts.library.pictures.iterdir():
        file.unlink()
    assert run(stage, "archive", "--out", str(tmp_path / "b.zip"), "--by", "运营", command="report")[0] == 0
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        (card,) = pages(archive)[f"articles/{number}/text.html"].loads
        assert card.startswith("data:image/")
    assert "archive  b.zip" in run(stage, "downloads", command="report")[1]


@pytest.fixture
def year(store: Store, tmp_path: Path) -> tuple[Store, Path]:
    """Field work with evidence, articles from outside, and a report that was submitted."""
    people(store)
    contract(tmp_path)
    work(store, tmp_path, visits=8, proven=4)
    submit(store, tmp_path, kept(store, tmp_path, kind="monthly", period="2026-11"))
    return store, tmp_path


def made(year: tuple[Store, Path], name: str = "a.zip") -> tuple[Path, Archived]:
    store, folder = year
    out = folder / "out" / name
    wish = Wish(out, "西山家园", "运营", "运营 于 2026-12-20 12:00 导出")
    return out, write(store, folder, folder / ".wxops" / "pictures", wish, now=NOW)


def test_records_are_masked_and_evidence_is_what_it_was(year: tuple[Store, Path]) -> None:
    with zipfile.ZipFile(made(year)[0]) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("records/")).decode()
        assert "第0次，联系人138****8000" in told
        assert "13800138" not in told
        files = [name for name in archive.namelist() if name.startswith("evidence/") and not name.endswith(".html")]
        assert len(files) == 4
        for name in files:
            assert hashlib.sha256(archive.read(name)).hexdigest() == Path(name).stem
        assert lead(archive) == set(archive.namelist())


def test_the_sums_are_those_of_all_other_files_and_the_line_of_who_took_it_stands_on_each_page(
    year: tuple[Store, Path],
) -> None:
    with zipfile.ZipFile(made(year)[0]) as archive:
        sums = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in archive.read(SUMS).decode().splitlines()}
        assert sums == {
            name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != SUMS
        }
        for name in pages(archive):
            assert "运营 于 2026-12-20 12:00 导出" in archive.read(name).decode(), name
        (report,) = [name for name in archive.namelist() if name.startswith("reports/")]
        assert Document(io.BytesIO(archive.read(report))).paragraphs[-1].text == "运营 于 2026-12-20 12:00 导出"
        assert "已提交，等甲方确认" in archive.read("index.html").decode()


def test_what_is_of_no_day_of_the_contract_and_drafts_are_left_out(year: tuple[Store, Path]) -> None:
    store, folder = year
    before = '{"first": "2025-12-01", "last": "2025-12-31"}'
    submit(store, folder, kept(store, folder, before, kind="monthly", period="2025-12"))
    kept(store, folder, kind="quarterly", period="2026-Q3")
    early = evidence.keep(folder, png("early"), "图.png")
    with store.transaction() as session:
        day = datetime(2025, 12, 31, 12, tzinfo=SHANGHAI)
        evidence.hand_in(session, "record:1", early, name="图.png", words="合同以前的", by="运营", now=day)
    out, found = made(year)
    assert (found.reports, found.files) == (1, 4)
    with zipfile.ZipFile(out) as archive:
        assert f"evidence/{early.name}" not in archive.namelist()
        told = archive.read("index.html").decode()
    assert "2026-11" in told
    assert "草稿" not in told
    assert "2025-12" not in told


def test_evidence_that_is_gone_is_named_and_the_rest_is_there(year: tuple[Store, Path]) -> None:
    gone, changed, *_ = sorted((year[1] / ".wxops" / "evidence").iterdir())
    gone.unlink()
    changed.write_bytes(b"another")
    out, found = made(year)
    assert (found.files, len(found.wrong)) == (2, 2)
    with zipfile.ZipFile(out) as archive:
        assert archive.read("index.html").decode().count("不见了，或被改过") == 2
        assert lead(archive) == set(archive.namelist())


def test_a_report_that_was_changed_since_it_was_submitted_is_named_and_left_out(year: tuple[Store, Path]) -> None:
    next((year[1] / ".wxops/reports/submitted").iterdir()).write_bytes(b"changed")
    out, found = made(year)
    (wrong,) = found.wrong
    assert "提交以后被改过" in wrong
    with zipfile.ZipFile(out) as archive:
        assert not [name for name in archive.namelist() if name.startswith("reports/")]
        assert wrong in archive.read("index.html").decode()


def test_what_readers_sent_and_what_belongs_to_a_leak_stays_in_the_house(year: tuple[Store, Path]) -> None:
    store, folder = year
    with store.transaction() as session:
        for form in (LEAK, EXCEPTION):
            file = Dossier(form=form, title="联系人13800138000", first=date(2026, 5, 1), person_id=1, by="运营", at=NOW)
            session.add(file)
            session.flush()
            session.add(
                DossierStep(dossier_id=file.id, step=FORMS[form].steps[0], day=file.first, text="", by="运营", at=NOW)
            )
        paths = {name: evidence.keep(folder, png(name), "图.png") for name in ("ticket:1", "step:1", "step:2")}
        for name, path in paths.items():
            evidence.hand_in(session, name, path, name="图.png", words=f"属于{name}", by="运营", now=NOW)
    with zipfile.ZipFile(made(year)[0]) as archive:
        there = {name for name, path in paths.items() if f"evidence/{path.name}" in archive.namelist()}
        told = archive.read("evidence/index.html").decode()
        listed = archive.read("dossiers.html").decode()
    assert "不可抗力" in listed
    assert "联系人138****8000" in listed
    assert "泄密" not in listed
    assert there == {name for name in paths if f"属于{name}" in told} == {"step:2"}


def test_it_is_there_whole_or_not_at_all_and_overwrites_nothing(
    year: tuple[Store, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Bundle, "add_file", full)
        with pytest.raises(FilesWrong, match=r"没有写成.*No space left"):
            made(year)
    assert list((year[1] / "out").iterdir()) == []
    made(year)
    with pytest.raises(WrongUse, match="已经有了，没有覆盖"):
        made(year)
    (year[1] / "contract.toml").unlink()
    with pytest.raises(OpsError, match=r"contract\.toml"):
        made(year, "b.zip")


# the ZIP itself -------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_large_file_passes_through_little_memory(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    tracemalloc.start()
    with bundle(tmp_path / "a.zip", NOW) as out:
        out.add_file("large.pdf", large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("月报.docx", "月报.docx"), ("../../etc/passwd", "passwd"), ("C:\\a\\b.xlsx", "b.xlsx"), ("a:b*c?.docx", "a-b-c.docx"),
        ("", "file"), (".docx", "docx"), ("长" * 300 + ".pdf", "长" * 80 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_one_that_every_system_takes(given: str, name: str) -> None:
    assert safe(given) == name
