"""Out again: a frozen article as a Word file and pictures, and the commands import, new and export."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from stage import Stage
from word_kit import Word, picture, shown

from bot.cli.group import Desk
from bot.cli.intake import import_
from bot.cli.word import export, new
from content.article import read_article
from content.errors import OpsError, WrongUse
from content.render import render, visible_text
from content.word import intake
from content.word.export import Piece, as_word, as_zip
from content.word.manuscript import read_word

STARTER = Path(__file__).resolve().parent.parent / "content" / "starter" / "month"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def words_of(data: bytes) -> str:
    """All text of a Word file in order, cells included."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "".join(part.text or "" for part in body.iter() if part.tag.endswith("}t"))


@pytest.mark.parametrize("article", sorted(path.name for path in STARTER.iterdir() if path.is_dir()))
def test_an_exported_article_says_what_the_article_says(article: str) -> None:
    source = read_article(STARTER / article / "index.md", article)
    html = render(source, css="", picture=lambda name: name)
    pictures = {
        file.name: (file.name, file.read_bytes())
        for file in (STARTER / article).iterdir()
        if file.suffix in (".png", ".jpg")
    }
    found = words_of(as_word(Piece(source.facts.title, "编辑部", html, pictures)))
    expected = f"{source.facts.title}作者：编辑部{visible_text(html)}"
    assert squeezed(found) == squeezed(expected)


def test_what_was_imported_and_exported_reads_the_same_when_it_is_imported_again(tmp_path: Path) -> None:
    word = Word().text("题目", style="Title").text("开头的一段。").text("一、背景", bold=True).text("有*星号*的正文。")
    word.text("甲", style="List Bullet").text("乙", style="List Bullet").text("子", style="List Number")
    table = word.document.add_table(2, 2)
    for at, text in enumerate("甲乙丙丁"):
        table.cell(at // 2, at % 2).text = text
    word.image().text("图1 车棚", centred=True).text("末一段。")
    first = intake(word.save(tmp_path / "a.docx"), tmp_path / "one", "2026-12")
    html = render(read_article(first.folder / "index.md", ""), css="", picture=lambda name: name)
    data = as_word(Piece("题目", "", html, {"图1.png": ("图1.png", picture())}))
    (tmp_path / "b.docx").write_bytes(data)
    second = intake(tmp_path / "b.docx", tmp_path / "two", "2026-12")
    assert shown(second.folder) == shown(first.folder)
    assert read_word(data, "b.docx").pictures == {"图1.png": picture()}


def test_links_become_notes_that_go_on_with_the_articles_numbers() -> None:
    html = (
        '<section><p>见指南<sup>[1]</sup>和<a href="https://mp.weixin.qq.com/s/a">往期</a>。</p>'
        "<section><p>参考与注释</p><p>[1] 指南：https://example.org</p></section></section>"
    )
    text = words_of(as_word(Piece("题目", "", html)))
    assert (
        text == "题目见指南[1]和往期[2]。参考与注释[1] 指南：https://example.org[2] 往期：https://mp.weixin.qq.com/s/a"
    )


def test_numbered_lists_begin_anew_and_merged_cells_stay_merged() -> None:
    html = (
        '<section><ol><li><section>甲</section></li></ol><p>中间</p><ol start="3"><li><section>乙</section></li></ol>'
        '<table><tr><th colspan="2">表头</th></tr><tr><td rowspan="2">左</td><td>一</td></tr><tr><td>二</td></tr></table></section>'
    )
    data = as_word(Piece("题目", "", html))
    found = read_word(data, "a.docx")
    assert "1. 甲\n\n中间\n\n3. 乙" in found.body
    assert '<th colspan="2">表头</th>' in found.body
    assert '<td rowspan="2">左</td><td>一</td>' in found.body


def test_a_picture_that_word_cannot_hold_is_named_and_lies_beside() -> None:
    piece = Piece("题目", "", '<section><img src="a" alt=""></section>', {"a": ("a.webp", b"RIFF0000WEBP")})
    with zipfile.ZipFile(io.BytesIO(as_zip(piece))) as archive:
        assert archive.namelist() == ["题目.docx", "图片/01-a.webp"]
        assert "（图片：a.webp）" in words_of(archive.read("题目.docx"))


def test_the_same_article_gives_the_same_bytes_whenever_it_is_exported() -> None:
    piece = Piece("题目", "编辑部", "<section><p>正文</p></section>", {"a": ("a.png", picture())})
    with zipfile.ZipFile(io.BytesIO(as_zip(piece))) as archive:
        word = zipfile.ZipFile(io.BytesIO(archive.read("题目.docx")))
        assert {entry.date_time[0] for entry in (*archive.infolist(), *word.infolist())} == {1980}


def submitted(stage: Stage) -> Path:
    stage.hire()
    folder = stage.write(body="正文一段。\n\n![车棚](a.png)\n")
    (folder / "a.png").write_bytes(picture())
    stage.submit(folder)
    return folder


def call(stage: Stage, command: object, *arguments: str, told: str | None = None) -> str:
    desk = Desk(str(stage.folder))
    desk._parts = stage.parts
    result = CliRunner().invoke(command, arguments, obj=desk, input=told, catch_exceptions=False)  # type: ignore[arg-type]
    return result.output


def test_export_gives_the_frozen_text_and_not_the_file_as_it_stands_now(stage: Stage, tmp_path: Path) -> None:
    folder = submitted(stage)
    (folder / "index.md").write_text("---\ntitle: 改过\n---\n\n改过的正文。\n", encoding="utf-8")
    out = tmp_path / "out.zip"
    assert "1-1" in call(stage, export, "1", "--out", str(out))
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["通知01-notice.docx", "图片/01-a.png", "图片/封面-cover.png"]
        assert archive.read("图片/01-a.png") == picture()
        assert "正文一段。" in words_of(archive.read("通知01-notice.docx"))
    assert "1-1" in call(stage, export, "1-1", "--out", str(out))
    out.write_bytes(b"another")
    with pytest.raises(WrongUse, match="没有覆盖"):
        call(stage, export, "1", "--out", str(out))


@pytest.mark.parametrize(("reference", "told"), [("9", "没有文章9"), ("1-7", "没有修订 1-7"), ("一", "请写文章编号")])
def test_export_of_what_is_not_there_says_so(stage: Stage, reference: str, told: str) -> None:
    submitted(stage)
    with pytest.raises(OpsError, match=told):
        call(stage, export, reference)


def test_import_tells_what_was_made_what_was_left_out_and_what_comes_next(stage: Stage, tmp_path: Path) -> None:
    word = Word().text("老院车棚", style="Title").text("正文。").raw("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
    file = word.save(tmp_path / "车棚.docx")
    output = call(stage, import_, str(file), "--time", "2026-12-05 18:30", "--column", "邻里故事")
    assert output.startswith("已新建：2026-12/01-老院车棚“老院车棚”\n  公式：没有带过来")
    assert output.endswith("下一步：wxops check 2026-12/01-老院车棚\n")
    facts = read_article(stage.folder / "2026-12" / "01-老院车棚" / "index.md", "").facts
    assert facts.column == "邻里故事"
    again = call(stage, import_, str(file), "--month", "2026-12")
    assert again.startswith("没有变化：2026-12/01-老院车棚")


@pytest.mark.parametrize("kind", ["空白", "活动", "案例", "通知", "问答"])
def test_new_writes_an_article_that_check_holds_back_until_it_is_filled_in(stage: Stage, kind: str) -> None:
    output = call(stage, new, "--title", "新的一篇", "--time", "2026-12-05 18:30", "--template", kind)
    assert output.startswith("已新建：2026-12/01-新的一篇/index.md\n")
    source = read_article(stage.folder / "2026-12" / "01-新的一篇" / "index.md", "2026-12/01-新的一篇/index.md")
    assert source.problems == ()
    assert source.facts.title == "新的一篇"
    assert "待补充" in source.body
    with pytest.raises(OpsError, match="已经有同名的文章"):
        call(stage, new, "--title", "新的一篇", "--month", "2026-12")


def test_new_asks_for_what_it_needs(stage: Stage) -> None:
    output = call(stage, new, told="问来的一篇\n张编辑\n邻里故事\n2026-12-08 10:00\n案例\n")
    assert "标题" in output
    facts = read_article(stage.folder / "2026-12" / "01-问来的一篇" / "index.md", "").facts
    assert (facts.author, facts.column, facts.case_study) == ("张编辑", "邻里故事", True)
