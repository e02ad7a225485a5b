"""Rights in pictures told by a form: written into the front matter, and never a character of the text is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.article import PictureFacts, read_article
from content.errors import FilesWrong
from content.rights import LONGEST, tell_rights
from content.word.front import pictures_entry, with_entries

OURS = PictureFacts("图1.png", "本单位拍摄", "社区", "自有", "无可识别人物")
BODY = "\n正文，两个空格在行末  \n\n![椅子](图1.png)\n\n---\n\n![院子](图/院子.png)\n"


def article(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "2026-12" / "01-a" / "index.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def tell(tmp_path: Path, file: Path, *told: PictureFacts) -> tuple[PictureFacts, ...]:
    """Tell the rights of some pictures; return what the file says then."""
    name = "2026-12/01-a/index.md"
    tell_rights(tmp_path, file, name, {one.file: one for one in told})
    return read_article(file, name).facts.pictures


@pytest.mark.parametrize(
    "front",
    [
        "---\n标题: 甲\n---\n",
        "---\ntitle: 甲\npictures:\n---\n",
        "---\ntitle: 甲\npictures:\n  - file: 图1.png\n    licence: 未知\n# 说明\ncolumn: 乙\n---\n",
        "---\ntitle: 甲\n图片: [{file: 图1.png, licence: 待定}]\n栏目: 乙\n---\n",
        "---\ntitle: 甲\npictures: [\n  {file: 图1.png},\n]\n---\n",
        "\n---\n标题: 甲\n...\n",
        "",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_is_told_stands_in_the_front_matter_and_the_text_is_the_same_byte_for_byte(
    tmp_path: Path, front: str, end: str, mark: bytes
) -> None:
    file = article(tmp_path, mark + (front + BODY).replace("\n", end).encode())
    before = read_article(file, "x").facts
    assert tell(tmp_path, file, OURS) == (OURS,)
    data, after = file.read_bytes(), read_article(file, "x").facts
    assert data.startswith(mark)
    assert data.endswith(BODY.replace("\n", end).encode())
    assert (after.title, after.column) == (before.title, before.column)
    assert data.count(b"\n") == data.count(end.encode())


def test_what_was_told_of_other_pictures_stays_and_comments_too(tmp_path: Path) -> None:
    front = "---\n# 编辑的话\n标题: 甲\n图片:\n  - 文件: 院子.png\n    许可: 自有\n  - 文件: 没用上.png\n---\n"
    file = article(tmp_path, front + BODY)
    yard, unused = PictureFacts("院子.png", licence="自有"), PictureFacts("没用上.png")
    assert tell(tmp_path, file, OURS) == (yard, unused, OURS)
    assert "# 编辑的话\n" in file.read_text(encoding="utf-8")
    told = PictureFacts("图/院子.png", "社区提供", "", "CC BY 4.0")
    assert tell(tmp_path, file, told)[0] == PictureFacts("院子.png", "社区提供", "", "CC BY 4.0")


def test_telling_the_same_again_or_nothing_or_of_what_is_not_used_leaves_the_file_alone(tmp_path: Path) -> None:
    file = article(tmp_path, "---\n标题: 甲\n---\n" + BODY)
    tell(tmp_path, file, OURS)
    stat = file.stat()
    tell(tmp_path, file, OURS, PictureFacts("图/院子.png"), PictureFacts("别的.png", "x", "x", "x", "x"))
    assert file.stat().st_mtime_ns == stat.st_mtime_ns
    assert file.stat().st_ino == stat.st_ino


def test_facts_may_hold_anything_that_people_type(tmp_path: Path) -> None:
    odd = [
        '他说"可以"',
        "- 甲: 乙 # 丙",
        "~",
        "null",
        "[x]",
        "*a &b !c",
        "a\tb\nc",
        "'单'",
        "：全角：",
        "\x00\x7f\u2028隐",
        "长" * 500,
    ]
    for text in odd:
        file = article(tmp_path, "---\n标题: 甲\n---\n" + BODY)
        (kept,) = tell(tmp_path, file, PictureFacts("图1.png", text, text, text, text))
        plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
        assert kept == PictureFacts("图1.png", plain, plain, plain, plain)


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_text_breaks_the_entry(text: str) -> None:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    from content.frontmatter import read_front_matter

    one = PictureFacts("图1.png", plain, plain, plain, plain)
    written = with_entries("---\n标题: 甲\n---\n", {"pictures": pictures_entry([one])})
    assert read_front_matter(written, "").facts.pictures == (one,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\n标题: 甲\n图片: 随便写\n---\n" + BODY, "没有敢改"),
        ("---\n标题: 甲\n图片:\n  - 文件: 图1.png\n# 话\n  - 文件: b.png\n---\n" + BODY, "没有敢改"),
        ("---\n标题: 甲\n\n正文 ![椅子](图1.png)\n", "没有结束"),
        (("---\n标题: 甲\n---\n" + BODY).encode("gbk"), "不是 UTF-8"),
    ],
)
def test_what_cannot_be_changed_safely_is_left_as_it_is(tmp_path: Path, text: str | bytes, told: str) -> None:
    file = article(tmp_path, text)
    before = file.read_bytes()
    with pytest.raises(FilesWrong, match=told):
        tell(tmp_path, file, OURS)
    assert file.read_bytes() == before
