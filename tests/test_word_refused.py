"""What is not taken in: open changes and comments, other formats, locked and hostile files; each says what to do."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from word_kit import SPACES, Word, patched, relationship, run, zipped

from content.word import LIMIT, Refused
from content.word import archive as archives
from content.word.manuscript import read_word
from content.word.parcel import parcel
from content.word.unsettled import StillOpen

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (f'<w:ins w:id="1" w:author="甲">{run("新加的话")}</w:ins>', "插入：新加的话"),
        ('<w:del w:id="1"><w:r><w:delText>删去的话</w:delText></w:r></w:del>', "删除：删去的话"),
        (f'<w:moveFrom w:id="1">{run("挪走的话")}</w:moveFrom>', "移走：挪走的话"),
        ('<w:pPr><w:rPr><w:ins w:id="1"/></w:rPr></w:pPr>' + run("甲"), "插入空行或图片"),
    ],
)
def test_a_change_that_nobody_has_accepted_stops_the_file(inside: str, told: str) -> None:
    word = Word().text("题目", style="Title").raw(run("前") + inside) if "pPr" not in inside else Word().raw(inside)
    with pytest.raises(StillOpen, match="1 处没有处理的修订") as stopped:
        word.read("老院车棚.docx")
    assert told in str(stopped.value)
    assert "老院车棚.docx" in str(stopped.value)
    assert "审阅" in str(stopped.value)


def test_only_the_first_few_changes_are_told() -> None:
    word = Word()
    for number in range(7):
        word.raw(f'<w:ins w:id="{number}">{run(f"第{number}处")}</w:ins>')
    with pytest.raises(StillOpen, match=r"7 处没有处理的修订（“插入：第0处”、“插入：第1处”、“插入：第2处”等）"):
        word.read()


def test_a_change_of_the_form_alone_does_not_stop_the_file() -> None:
    word = Word().text("正文。").raw(run("甲。", '<w:b/><w:rPrChange w:id="1"><w:rPr/></w:rPrChange>'))
    assert word.read().body == "正文。\n\n**甲。**\n"


def with_comments(done: str = "0") -> Word:
    word = Word().text("正文。")
    comment = (
        f'<w:comment w:id="0" w:author="李编辑"><w:p w14:paraId="00000001">{run("数字再核一下")}</w:p></w:comment>'
    )
    answer = f'<w:comment w:id="1" w:author="甲"><w:p w14:paraId="00000002">{run("好的")}</w:p></w:comment>'
    word.parts["word/comments.xml"] = f"<w:comments {SPACES}>{comment}{answer}</w:comments>".encode()
    word.parts["word/commentsExtended.xml"] = (
        f'<w15:commentsEx {SPACES}><w15:commentEx w15:paraId="00000001" w15:done="{done}"/>'
        '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/></w15:commentsEx>'
    ).encode()
    word.parts["rels:word/document.xml"] = relationship("k1", "comments", "comments.xml") + relationship(
        "k2", "commentsExtended", "commentsExtended.xml"
    )
    return word


def test_open_comments_stop_the_file_and_are_told() -> None:
    with pytest.raises(StillOpen, match=r"2 条没有解决的批注（“李编辑：数字再核一下”、“甲：好的”）"):
        with_comments().read()


def test_comments_that_are_resolved_do_not_stop_it() -> None:
    assert with_comments(done="1").read().body == "正文。\n"


def test_a_change_in_a_footnote_stops_it_too() -> None:
    word = Word().text("正文。")
    word.parts["word/footnotes.xml"] = (
        f'<w:footnotes {SPACES}><w:footnote w:id="5"><w:p><w:ins w:id="9">{run("新")}</w:ins></w:p></w:footnote></w:footnotes>'
    ).encode()
    word.parts["rels:word/document.xml"] = relationship("n1", "footnotes", "footnotes.xml")
    with pytest.raises(StillOpen):
        word.read()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (OLE, "另存为"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"{\\rtf1 abc}", "RTF"),
        (b"", "没有传完整"),
        (b"hello", "不是 Word 文档"),
        (b"PK\x03\x04broken", "损坏"),
        (zipped({"a.txt": b"x"}), "不是 Word 文档"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), "ODT"),
        (zipped({"word/document.xml": b"<broken"}), "损坏"),
        (zipped({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "文档声明"),
        (zipped({"word/document.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}), "文档声明"),
        (zipped({"word/document.xml": b"<a>" * 5000 + b"</a>" * 5000}), "嵌套"),
        (zipped({"word/document.xml": '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037")}), "编码"),
    ],
)  # fmt: skip
def test_what_is_no_word_file_is_refused_with_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(
        Refused if told not in ("损坏", "文档声明", "嵌套", "编码") else Exception, match=told
    ) as refused:
        read_word(data, "稿.doc")
    assert getattr(refused.value, "exit_code", None) == 1


def test_a_file_cut_anywhere_is_refused_and_never_a_bug() -> None:
    data = Word().text("题目", style="Title").text("正文。").image().bytes()
    for length in range(0, len(data), len(data) // 40):
        with pytest.raises(Refused):
            read_word(data[:length], "稿.docx")


def test_parts_that_are_missing_or_empty_never_make_a_bug() -> None:
    data = Word().text("题目", style="Title").text("正文。").image().bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    for name in names:
        for instead in (
            b"",
            b"<a/>",
            b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
        ):
            try:
                read_word(patched(data, {name: instead}), "稿.docx")
            except Exception as error:
                assert getattr(error, "exit_code", None) == 1, (name, instead, error)  # noqa: PT017


def test_macros_are_not_read_and_named() -> None:
    word = Word().text("正文。")
    word.parts["word/vbaProject.bin"] = b"macro"
    found = word.read("稿.docm")
    assert found.body == "正文。\n"
    assert "宏" in "".join(found.report.lines())


def _entry(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def archive_of(*entries: tuple[zipfile.ZipInfo | str, bytes], packed: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as archive:
        for entry, data in entries:
            archive.writestr(entry, data, compress_type=packed)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (archive_of(("../a.md", b"x")), "指向外面的路径"),
        (archive_of(("a/../../b.md", b"x")), "指向外面的路径"),
        (archive_of(("/etc/a.md", b"x")), "指向外面的路径"),
        (archive_of(("C:\\a.md", b"x")), "指向外面的路径"),
        (archive_of(("..\\a.md", b"x")), "指向外面的路径"),
        (archive_of((_entry("a.md", stat.S_IFLNK | 0o777), b"/etc/passwd")), "链接"),
        (archive_of(("a.md", bytes(20_000_000)), packed=zipfile.ZIP_DEFLATED), "压缩比例"),
        (archive_of(*((f"{n}.txt", b"") for n in range(5001))), "太大"),
        (archive_of(("a.md", b"x"), ("b.md", b"y")), "有 2 篇文章"),
        (archive_of(("a.doc", b"x")), "旧格式"),
        (archive_of(("a.jpg", b"x")), "没有能导入的文章"),
    ],
)
def test_a_hostile_or_muddled_zip_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "稿.zip").write_bytes(data)
    with pytest.raises(Refused, match=told):
        parcel(tmp_path / "稿.zip")
    assert [entry.name for entry in tmp_path.iterdir()] == ["稿.zip"]


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(archive_of(("a.md", b"x")))
    for at in (6, data.index(b"PK\x01\x02") + 8):
        struct.pack_into("<H", data, at, 1)
    (tmp_path / "稿.zip").write_bytes(data)
    with pytest.raises(Refused, match="密码"):
        parcel(tmp_path / "稿.zip")


def test_more_than_may_be_handed_in_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "稿.docx").open("wb") as file:
        file.truncate(LIMIT + 1)
    with pytest.raises(Refused, match="最多 60 MB"):
        parcel(tmp_path / "稿.docx")


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "UNPACKED_LIMIT", 1000)
    (tmp_path / "稿.zip").write_bytes(archive_of(("a.md", bytes(1001))))
    with pytest.raises(Refused, match="太大"):
        parcel(tmp_path / "稿.zip")


@pytest.mark.parametrize("name", ["稿.pdf", "稿.pages", "稿.txt", "稿"])
def test_other_files_are_refused_with_what_can_be_handed_in(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"something")
    with pytest.raises(Refused, match="可以交 Word 文档"):
        parcel(tmp_path / name)


def test_a_picture_whose_name_windows_forbids_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "稿.zip").write_bytes(
        zipped({"a.md": b"x", "b.png": b"x", "图片:1.png": b"x", "e" * 61 + ".png": b"x"})
    )
    found = parcel(tmp_path / "稿.zip")
    assert list(found.pictures) == ["b.png"]
    assert len(found.unused) == 2


def test_a_link_in_a_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"x")
    folder = tmp_path / "稿"
    folder.mkdir()
    (folder / "index.md").write_text("正文", encoding="utf-8")
    (folder / "a.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(Refused, match="链接"):
        parcel(folder)
