"""Handing in: a document becomes one article of the library, and the same document its next version."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from word_kit import Word, picture, zipped

from content.article import Facts, Level, read_article
from content.errors import FilesWrong, WrongUse
from content.folders import article_files
from content.word import Refused, Taken, intake
from content.word.identity import key_of, next_number, slug

MONTH = "2026-12"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A workspace, and beside it the editor's own folder."""
    (tmp_path / "space").mkdir()
    (tmp_path / "mine").mkdir()
    return tmp_path


def manuscript(title: str = "老院车棚", *, text: str = "数清了车，再来分地方，大家都没有话说。") -> Word:
    return Word().text(title, style="Title").text("作者：张编辑").text(text).text("末一段，说说以后怎么办才好。")


def hand_in(desk: Path, word: Word, name: str = "老院车棚.docx", facts: Facts | None = None, into: str = "") -> Taken:
    return intake(word.save(desk / "mine" / name), desk / "space", MONTH, facts, into=into)


def text_of(taken: Taken) -> str:
    return (taken.folder / "index.md").read_text(encoding="utf-8")


def articles(desk: Path) -> list[str]:
    return [file.parent.name for file in article_files(desk / "space" / MONTH)]


def everything(folder: Path) -> dict[str, bytes]:
    return {
        f.relative_to(folder).as_posix(): f.read_bytes()
        for f in folder.rglob("*")
        if f.is_file() and f.suffix != ".lock"
    }


def test_a_word_file_becomes_an_article_that_reads_without_a_problem(desk: Path) -> None:
    taken = hand_in(desk, manuscript().image(alt="修好的车棚"))
    assert (taken.name, taken.title, taken.is_new) == ("2026-12/01-老院车棚", "老院车棚", True)
    source = read_article(taken.folder / "index.md", taken.name)
    assert source.problems == ()
    assert (source.facts.title, source.facts.author) == ("老院车棚", "张编辑")
    assert [one.file for one in source.facts.pictures] == ["图1.png"]
    assert (taken.folder / "图1.png").read_bytes() == picture()
    assert source.body.strip().endswith("![修好的车棚](图1.png)")


def test_what_is_told_with_it_wins_over_what_it_says(desk: Path) -> None:
    moment = datetime(2026, 12, 5, 10, 30, tzinfo=UTC)
    told = Facts(title="三十二个车位", column="邻里故事", publish_at=moment, notify=False, places=("甲社区", "乙社区"))
    taken = hand_in(desk, manuscript(), facts=told)
    facts = read_article(taken.folder / "index.md", "").facts
    assert (facts.title, facts.column, facts.publish_at, facts.notify, facts.places) == (
        "三十二个车位", "邻里故事", moment, False, ("甲社区", "乙社区"),
    )  # fmt: skip
    assert facts.author == "张编辑"
    assert "老院车棚" in "".join(taken.report.lines())


def test_a_cover_that_is_handed_in_with_it_is_named_by_what_it_is(desk: Path) -> None:
    file = manuscript().save(desk / "mine" / "a.docx")
    taken = intake(file, desk / "space", MONTH, cover=picture("green", "JPEG"))
    facts = read_article(taken.folder / "index.md", "").facts
    assert facts.cover == "封面.jpg"
    assert (taken.folder / "封面.jpg").read_bytes() == picture("green", "JPEG")


@pytest.mark.parametrize(
    "again",
    ["老院车棚.docx", "老院车棚(2).docx", "老院车棚_终稿.docx", "老院车棚 修改版.docx", "老院车棚_20261203.docx"],
)
def test_the_same_document_again_is_the_next_version(desk: Path, again: str) -> None:
    first = hand_in(desk, manuscript())
    second = hand_in(desk, manuscript(text="改过的一段，把话说得更明白一些。"), again)
    assert (second.folder, second.is_new, second.changed) == (first.folder, False, True)
    assert articles(desk) == ["01-老院车棚"]
    assert "改过的一段" in text_of(second)
    assert "数清了车" not in text_of(second)


def test_the_very_same_file_again_changes_nothing(desk: Path) -> None:
    hand_in(desk, manuscript().image())
    before = everything(desk / "space")
    assert hand_in(desk, manuscript().image()).changed is False
    assert everything(desk / "space") == before


def test_what_editors_wrote_into_the_front_matter_outlives_the_next_version(desk: Path) -> None:
    first = hand_in(desk, manuscript().image("red").image("blue"))
    text = text_of(first)
    text = text.replace("栏目:", "栏目: 邻里故事").replace("作者: 张编辑", "作者: 张编辑、李编辑")
    text = text.replace(
        "  - 文件: 图2.png\n    来源:\n    权利人:\n    许可:",
        "  - 文件: 图2.png\n    来源: 自拍\n    权利人: 社区\n    许可: 自有",
    )
    (first.folder / "index.md").write_text(text, encoding="utf-8")
    second = hand_in(desk, manuscript("老院车棚的故事").image("green").image("blue"))
    facts = read_article(second.folder / "index.md", "").facts
    assert (facts.title, facts.author, facts.column) == ("老院车棚的故事", "张编辑、李编辑", "邻里故事")
    assert {one.file: one.licence for one in facts.pictures} == {"图3.png": "", "图2.png": "自有"}
    assert sorted(file.name for file in second.folder.glob("*.png")) == ["图2.png", "图3.png"]
    assert (second.folder / "图2.png").read_bytes() == picture("blue")


def test_a_text_that_was_changed_by_hand_is_not_overwritten_unless_a_person_says_so(desk: Path) -> None:
    first = hand_in(desk, manuscript())
    file = first.folder / "index.md"
    file.write_text(text_of(first).replace("数清了车", "数准了车"), encoding="utf-8")
    before = everything(desk / "space")
    with pytest.raises(FilesWrong, match="改过") as refused:
        hand_in(desk, manuscript(text="改过的一段，把话说得更明白一些。"))
    assert "2026-12/01-老院车棚" in str(refused.value)
    assert everything(desk / "space") == before
    second = hand_in(desk, manuscript(text="改过的一段，把话说得更明白一些。"), into=first.name)
    assert "改过的一段" in text_of(second)
    (kept,) = (desk / "space" / ".wxops" / "replaced").iterdir()
    assert "数准了车" in kept.read_text(encoding="utf-8")
    assert kept.name in "".join(second.report.lines())


def test_another_document_with_the_same_title_overwrites_nothing_and_both_are_named(desk: Path) -> None:
    hand_in(desk, manuscript())
    before = everything(desk / "space")
    with pytest.raises(FilesWrong) as refused:
        hand_in(desk, manuscript(text="别人写的同名文章，内容完全不同。"), "王编辑来稿.docx")
    assert "王编辑来稿.docx" in str(refused.value)
    assert "老院车棚.docx" in str(refused.value)
    assert "2026-12/01-老院车棚" in str(refused.value)
    assert everything(desk / "space") == before


def test_an_article_made_by_hand_is_not_overwritten_either(desk: Path) -> None:
    folder = desk / "space" / MONTH / "03-老院车棚"
    folder.mkdir(parents=True)
    (folder / "index.md").write_text("---\ntitle: 旧的\n---\n\n正文。\n", encoding="utf-8")
    with pytest.raises(FilesWrong, match="不是导入的"):
        hand_in(desk, manuscript())


def test_a_file_name_that_is_used_again_for_another_text_makes_another_article_and_says_so(desk: Path) -> None:
    hand_in(desk, manuscript("元旦放假通知", text="元旦期间照常开放的窗口如下，请相互转告。"), "通知.docx")
    second = hand_in(desk, manuscript("停水检修公告", text="因管网检修，三号楼将停水半天，请先储水。"), "通知.docx")
    assert second.is_new
    assert articles(desk) == ["01-元旦放假通知", "02-停水检修公告"]
    assert "元旦放假通知" in "".join(second.report.lines())


def test_a_new_title_does_not_make_a_new_article_of_the_same_text(desk: Path) -> None:
    first = hand_in(desk, manuscript())
    second = hand_in(desk, manuscript("一辆一辆数出来"), "老院车棚_定稿.docx")
    assert second.folder == first.folder
    assert "标题: 一辆一辆数出来" in text_of(second)


def test_a_title_that_is_only_alike_does_not_make_one_article_of_two(desk: Path) -> None:
    hand_in(desk, manuscript("元旦放假通知", text="元旦期间照常开放的窗口如下，请相互转告。"), "放假通知.docx")
    spring = manuscript("春节放假通知", text="春节期间，助餐点初一休息一天，其余各天照常供应午饭和晚饭，请放心前来。")
    assert hand_in(desk, spring, "放假通知.docx").is_new


def test_documents_named_like_any_document_are_known_by_title_and_text(desk: Path) -> None:
    hand_in(
        desk,
        manuscript("元旦放假通知", text="元旦期间照常开放的窗口如下，请相互转告。"),
        "新建 Microsoft Word 文档.docx",
    )
    other = hand_in(
        desk,
        manuscript("停水检修公告", text="因管网检修，三号楼将停水半天，请先储水。"),
        "新建 Microsoft Word 文档.docx",
    )
    again = hand_in(desk, manuscript("停水检修公告", text="因管网检修，三号楼将停水一天，请先储水。"), "文档1.docx")
    assert other.is_new
    assert again.folder == other.folder


def test_an_article_that_is_out_gets_no_next_version(desk: Path) -> None:
    first = hand_in(desk, manuscript())
    before, file = (
        everything(desk / "space"),
        manuscript(text="改过的一段，把话说得更明白一些。").save(desk / "mine" / "老院车棚.docx"),
    )
    with pytest.raises(FilesWrong, match="已经发布"):
        intake(file, desk / "space", MONTH, closed={f"{first.name}/index.md"})
    assert everything(desk / "space") == before


def test_numbers_go_on_after_those_that_are_there(desk: Path) -> None:
    (desk / "space" / MONTH / "07-a").mkdir(parents=True)
    assert hand_in(desk, manuscript()).name == "2026-12/08-老院车棚"
    assert next_number(["01-a", "theme.md", "12-b", "2026年的事"]) == 13


def test_a_document_with_open_changes_leaves_nothing_behind(desk: Path) -> None:
    from word_kit import run

    with pytest.raises(Refused, match="修订"):
        hand_in(desk, manuscript().raw(f'<w:ins w:id="1">{run("新")}</w:ins>'))
    assert not (desk / "space" / MONTH).exists()


def test_a_disk_that_fills_up_leaves_no_half_article(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "index.md":
            raise OSError(28, "No space left on device")
        return real(self, data)

    file = manuscript().image().save(desk / "mine" / "a.docx")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WrongUse, match="No space"):
        intake(file, desk / "space", MONTH)
    assert list((desk / "space" / MONTH).iterdir()) == []


def test_two_people_who_hand_in_at_once_get_two_articles(desk: Path) -> None:
    files = [
        manuscript(f"第{n}篇文章", text=f"这是第{n}篇文章的正文，各写各的。").save(desk / "mine" / f"{n}篇.docx")
        for n in "甲乙丙丁"
    ]
    threads = [threading.Thread(target=intake, args=(file, desk / "space", MONTH)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [name[:2] for name in articles(desk)] == ["01", "02", "03", "04"]


MARKDOWN = (
    "---\ntitle: 六步走完一次议事\n# 编辑自己的话\ncover: cover.png\n---\n\n正文**一段**。\n\n![图](图片/a.png)\n"
)


def test_a_zip_from_windows_with_one_folder_is_taken_with_its_pictures(desk: Path) -> None:
    names = {"02-六步/index.md": MARKDOWN.encode(), "02-六步/图片/a.png": picture(), "02-六步/cover.png": picture("blue"),
             "__MACOSX/02-六步/._a.png": b"x", "02-六步/Thumbs.db": b"x", "02-六步/底稿.xlsx": b"x"}  # fmt: skip
    (desk / "mine" / "稿.zip").write_bytes(zipped(names))
    taken = intake(desk / "mine" / "稿.zip", desk / "space", MONTH)
    assert taken.name == "2026-12/01-六步走完一次议事"
    assert sorted(everything(taken.folder)) == ["cover.png", "index.md", "图片/a.png"]
    assert text_of(taken).endswith("正文**一段**。\n\n![图](图片/a.png)\n")
    assert "# 编辑自己的话" in text_of(taken)
    assert "底稿.xlsx" in "".join(taken.report.lines())
    assert intake(desk / "mine" / "稿.zip", desk / "space", MONTH).changed is False


def test_names_in_a_zip_are_read_as_windows_wrote_them() -> None:
    import zipfile

    from content.word.archive import readable_name

    entry = zipfile.ZipInfo("议事现场.png".encode("gb18030").decode("cp437"))
    assert readable_name(entry) == "议事现场.png"


def test_a_word_file_in_a_zip_takes_its_cover_from_beside_it(desk: Path) -> None:
    (desk / "mine" / "a.zip").write_bytes(
        zipped(
            {"稿/老院车棚.docx": manuscript().bytes(), "稿/封面.png": picture("blue"), "稿/补充.png": picture("green")}
        )
    )
    taken = intake(desk / "mine" / "a.zip", desk / "space", MONTH)
    assert read_article(taken.folder / "index.md", "").facts.cover == "封面.png"
    assert "补充.png" in "".join(taken.report.lines())


def test_a_folder_and_a_single_markdown_file_are_taken(desk: Path) -> None:
    folder = desk / "mine" / "六步"
    folder.mkdir()
    (folder / "index.md").write_text(MARKDOWN, encoding="utf-8")
    assert intake(folder, desk / "space", MONTH).is_new
    (desk / "mine" / "另一篇.md").write_bytes("# 另一篇的标题\r\n\r\n正文，用的是国标码。\r\n".encode("gb18030"))
    taken = intake(desk / "mine" / "另一篇.md", desk / "space", MONTH, Facts(column="邻里故事"))
    source = read_article(taken.folder / "index.md", "")
    assert (source.facts.title, source.facts.column, source.problems) == ("另一篇的标题", "邻里故事", ())
    assert "UTF-8" in "".join(taken.report.lines())


def test_a_markdown_article_handed_in_again_keeps_what_only_the_library_knows(desk: Path) -> None:
    file = desk / "mine" / "六步.md"
    file.write_text("---\ntitle: 六步走完一次议事\n---\n\n正文一段。\n", encoding="utf-8")
    first = intake(file, desk / "space", MONTH)
    text = text_of(first).replace("---\n\n正文", "发布时间: 2026-12-05 18:30\n---\n\n正文")
    (first.folder / "index.md").write_text(text, encoding="utf-8")
    file.write_text("---\ntitle: 六步走完一次议事\n---\n\n正文改过的一段。\n", encoding="utf-8")
    second = intake(file, desk / "space", MONTH)
    assert second.folder == first.folder
    assert "正文改过的一段。" in text_of(second)
    assert "发布时间: 2026-12-05 18:30" in text_of(second)


def test_what_lies_in_the_library_already_is_not_taken_in_again(desk: Path) -> None:
    taken = hand_in(desk, manuscript())
    with pytest.raises(FilesWrong, match="已经在内容库里"):
        intake(taken.folder, desk / "space", MONTH)


@pytest.mark.parametrize("month", ["2026-13", "12月", "", "../2026-12"])
def test_a_month_that_is_none_is_refused(desk: Path, month: str) -> None:
    with pytest.raises(WrongUse, match="2026-12"):
        intake(manuscript().save(desk / "mine" / "a.docx"), desk / "space", month)


@pytest.mark.parametrize("into", ["2026-12", "2026-12/09-没有", "../mine"])
def test_only_an_article_of_the_library_can_be_replaced(desk: Path, into: str) -> None:
    hand_in(desk, manuscript())
    hand_in(desk, manuscript("另一篇文章", text="另一篇的正文，说的是别的事情。"), "另一篇.docx")
    (desk / "mine" / "index.md").write_text("x", encoding="utf-8")
    before = everything(desk / "space")
    with pytest.raises((FilesWrong, WrongUse)):
        hand_in(desk, manuscript("第三篇文章"), "第三篇.docx", into=into)
    assert everything(desk / "space") == before


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("老院车棚.docx", "老院车棚"),
        ("老院车棚(2).docx", "老院车棚"),
        ("老院车棚（3）.docx", "老院车棚"),
        ("老院车棚_终稿.docx", "老院车棚"),
        ("老院车棚-修改版.docx", "老院车棚"),
        ("老院车棚 - 副本.docx", "老院车棚"),
        ("老院车棚_终稿(2)_定稿.docx", "老院车棚"),
        ("老院车棚第二稿.docx", "老院车棚"),
        ("老院车棚（修改稿）.docx", "老院车棚"),
        ("老院车棚V2.docx", "老院车棚"),
        ("老院车棚_v1.2 final.docx", "老院车棚"),
        ("老院车棚20261205.docx", "老院车棚"),
        ("老院车棚2026年12月5日.docx", "老院车棚"),
        ("老院车棚最终版2.docx", "老院车棚"),
        ("车棚改造.docx", "车棚改造"),
        ("12月计划.docx", "12月计划"),
        ("定稿.docx", "定稿"),
        ("新建 Microsoft Word 文档 (2).docx", ""),
        ("文档1.docx", ""),
        ("新建 DOCX 文档.docx", ""),
        ("Document.docx", ""),
    ],
)
def test_marks_of_versions_are_no_part_of_a_documents_name(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("老院车棚的三十二个车位，一辆一辆数出来", "老院车棚的三十二个车位，一辆一辆数出来"),
        ('这是“甲”？还是<乙>: "丙"/丁\\戊|己*', "这是“甲”？还是乙 丙丁戊己"),
        ("甲" * 100, "甲" * 40),
        ("标题...", "标题"),
        ("CON", "CON稿"),
        ("1. 第一件事", "第一件事"),
        ("2026年的第一件事", "2026年的第一件事"),
        ("草稿.tmp", "草稿tmp"),
        ("  \n ", "未命名"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert slug(title) == name


def test_what_was_left_out_is_a_warning_and_what_was_kept_is_not(desk: Path) -> None:
    word = manuscript().raw("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
    levels = {remark.what: remark.level for remark in hand_in(desk, word).report.remarks}
    assert levels == {"公式": Level.WARN, "署名和来源": Level.INFO}


def test_a_picture_in_a_word_file_comes_with_the_lines_in_which_to_say_whose_it_is(desk: Path) -> None:
    taken = hand_in(desk, manuscript().image(alt="修好的车棚"))
    (told,) = [line for line in taken.report.lines() if "许可" in line]
    assert told.startswith("图片的来源和许可：还没有写，写明才能送审")
    assert "图1.png" in told
    assert "“来源: 编辑部拍摄”“许可: 自有”" in told
    file = taken.folder / "index.md"
    told_now = text_of(taken).replace("    来源:", "    来源: 编辑部拍摄").replace("    许可:", "    许可: 自有")
    file.write_text(told_now, encoding="utf-8")
    again = hand_in(desk, manuscript(text="改过的一段，说的还是那个车棚的事。").image(alt="修好的车棚"))
    assert not [line for line in again.report.lines() if "许可" in line], "what the editor wrote stays"


def test_a_picture_in_a_markdown_hand_in_is_asked_for_too(desk: Path) -> None:
    file = desk / "mine" / "a.zip"
    file.write_bytes(zipped({"a.md": "# 车棚\n\n![车棚](a.png)\n".encode(), "a.png": picture()}))
    taken = intake(file, desk / "space", MONTH)
    (told,) = [line for line in taken.report.lines() if "许可" in line]
    assert "pictures:" in told
    assert "a.png" in told
