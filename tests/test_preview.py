"""The preview: what it shows is what goes out, what cannot be shown is a grey card, and only this machine may look."""

from __future__ import annotations

import base64
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from stage import PNG, Stage

from bot.cli import cli
from bot.preview import Given, Previews, address, listen
from bot.starter import lay_out_month
from content.article import read_article
from content.clock import SHANGHAI
from content.errors import WrongUse
from content.folders import article_files, months
from content.lint import Context
from content.lint.look import Look
from content.markup.foot import Foot
from content.pictures import Prepared, Use, prepare
from content.preview import Preview, look_at
from content.render import theme_css
from content.revisions import PLACEHOLDER, freeze

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
CONTEXT = Context(now=NOW, month="2026-12", css=theme_css(""))
MONTH = "2026-12"


def article(folder: Path, text: str = "正文。", **facts: str) -> Path:
    """Write an article; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"title": "歇脚椅", "author": "编辑部", "digest": "一句话。", **facts}
    head = "\n".join(f"{key}: {value}" for key, value in told.items())
    (folder / "index.md").write_text(f"---\n{head}\n---\n\n{text}\n", encoding="utf-8")
    return folder / "index.md"


def seen(file: Path, context: Context = CONTEXT, foot: str = "") -> Preview:
    return look_at(read_article(file, "2026-12/a/index.md"), replace(context, foot=Foot(foot)))


def picture(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def card(address: str) -> str:
    """The words of a stand-in."""
    assert address.startswith("data:image/svg+xml;base64,")
    return base64.b64decode(address.partition(",")[2]).decode()


def two_colours(file: Path) -> None:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (1000, 400), "blue")
    image.paste((255, 0, 0), (0, 0, 500, 400))
    image.save(file)


# what is shown ----------------------------------------------------------------------------------------------------------


def test_the_html_is_the_one_that_is_frozen_but_for_the_addresses_of_the_pictures(tmp_path: Path) -> None:
    file = article(
        tmp_path / "a",
        "一段。\n\n![图](图.png)\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n\n见[站](https://example.com/)。",
    )
    (tmp_path / "a" / "图.png").write_bytes(PNG)
    made, foot = seen(file, foot="来源：街道"), Foot("来源：街道")
    [(sha256, (_, data))] = freeze(read_article(file, "a"), css=CONTEXT.css, foot=foot).pictures.items()
    frozen = freeze(read_article(file, "a"), css=CONTEXT.css, foot=foot).html
    shown = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    assert made.html == frozen.replace(PLACEHOLDER + sha256, shown)
    assert shown in made.html


def test_both_crops_are_cut_around_the_focus_as_they_are_when_the_article_is_frozen(tmp_path: Path) -> None:
    file = article(tmp_path / "a", cover="cover.png", cover_focus="左")
    two_colours(tmp_path / "a" / "cover.png")
    made = seen(file)
    square, wide = picture(made.square.address), picture(made.wide.address)
    assert (square.size, wide.size) == ((360, 360), (900, 383))
    assert square.getpixel((350, 180))[0] > 200  # type: ignore[index]
    assert wide.getpixel((20, 190))[0] > 200  # type: ignore[index]
    assert wide.getpixel((880, 190))[2] > 200  # type: ignore[index]
    assert seen(article(tmp_path / "a", cover="cover.png", cover_focus="右")).version != made.version
    assert (made.wide.trouble, made.square.trouble) == ("", "")


def test_the_first_picture_of_the_text_is_the_cover_where_none_is_told(tmp_path: Path) -> None:
    file = article(tmp_path / "a", "![图](two.png)")
    two_colours(tmp_path / "a" / "two.png")
    assert picture(seen(file).square.address).size == (360, 360)


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("gone.png", "找不到图片 gone.png"),
        ("broken.png", "broken.png 打不开"),
        ("../outside.png", "文件夹之外"),
        ("folder", "不是图片文件"),
        ("", "没有封面"),
    ],
)
def test_a_picture_that_cannot_be_used_is_a_grey_card_that_says_why(
    tmp_path: Path, reference: str, reason: str
) -> None:
    file = article(tmp_path / "a", cover=reference)
    (tmp_path / "outside.png").write_bytes(PNG)
    (tmp_path / "a" / "broken.png").write_bytes(PNG[:40])
    (tmp_path / "a" / "folder").mkdir()
    made = seen(file)
    assert reason in made.wide.trouble
    assert made.wide.trouble[:8] in card(made.square.address)


def test_a_missing_picture_of_the_text_is_a_grey_card_too(tmp_path: Path) -> None:
    made = seen(article(tmp_path / "a", "![图](gone.jpg)"))
    shown = made.html.split('src="')[1].split('"')[0]
    assert "找不到图片 gone.jpg" in card(shown)
    assert "PICTURE_MISSING" in [problem.code for problem in made.errors]


def test_a_save_of_the_text_converts_no_picture_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(data: bytes, name: str, *, use: Use) -> Prepared:
        made.append(name)
        return prepare(data, name, use=use)

    monkeypatch.setattr("content.readied.prepare", counted)
    text = "![图](big.bmp)\n\n![图](small.png)"
    file = article(tmp_path / "a", text)
    two_colours(tmp_path / "a" / "big.bmp")
    two_colours(tmp_path / "a" / "small.png")
    first = seen(file)  # it is rendered and checked, and both need the picture that must be converted
    assert seen(article(tmp_path / "a", f"{text}\n\n又一段。")).version != first.version
    assert made == ["big.bmp", "small.png"]


def test_the_length_is_counted_with_addresses_as_long_as_wechats(tmp_path: Path) -> None:
    file = article(tmp_path / "a", "一段。\n\n![图](图.png)\n\n![没有](没有.png)")
    (tmp_path / "a" / "图.png").write_bytes(PNG)
    made = seen(file)
    assert made.length == len(Look(read_article(file, "a"), CONTEXT).html)
    assert seen(file, foot="一行脚注。").length > made.length


def test_facts_are_in_words(tmp_path: Path) -> None:
    made = seen(article(tmp_path / "a", "字" * 995, publish_at="2026-12-03 10:00", notify="推送", column="议事"))
    assert (made.due, made.column, made.account) == ("2026-12-03 10:00（周四），推送", "议事", "公众号")
    assert (made.han, made.minutes) == (1000, 2)  # with the five of the foot
    assert seen(article(tmp_path / "b")).due == "未定"


def test_the_digest_is_the_beginning_of_the_text_where_none_is_given(tmp_path: Path) -> None:
    made = seen(article(tmp_path / "a", "开头。\n\n" + "字" * 100, digest=""))
    assert made.digest == "开头。 " + "字" * 50
    assert not made.digest_given


def test_the_version_changes_with_whatever_can_be_seen_and_with_nothing_else(tmp_path: Path) -> None:
    file = article(tmp_path / "a", "## 小标题\n\n![图](图.png)")
    two_colours(tmp_path / "a" / "图.png")
    versions = [seen(file).version]
    os.utime(file)
    assert seen(file).version == versions[0]  # saved as it was
    versions.append(seen(file, foot="脚注").version)
    versions.append(seen(file, replace(CONTEXT, css=theme_css("calm"))).version)
    (tmp_path / "a" / "图.png").write_bytes(PNG)
    versions.append(seen(file).version)
    article(tmp_path / "a", "## 小标题\n\n![图](图.png)", title="另一个")
    versions.append(seen(file).version)
    assert len(set(versions)) == len(versions)


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    text=st.text(max_size=300)
    | st.sampled_from(["![](..)", "![]()", "$$\n\\bad{\n$$", "```mermaid\nx\n```", "![](\x00)"])
)
def test_whatever_is_written_can_be_looked_at(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.md"
    file.write_text(f"---\ntitle: 题\nmath: yes\n---\n\n{text}", encoding="utf-8", errors="replace")
    assert seen(file).version


# the pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A workspace with the sample month and an article with errors, and no configuration."""
    lay_out_month(tmp_path, NOW)
    article(tmp_path / MONTH / "06-odd", "待补充。<script>alert(1)</script>")
    return tmp_path


@pytest.fixture
def site(space: Path) -> Iterator[str]:
    """The pages over real HTTP; their address."""

    def files() -> list[Path]:
        return [file for month in months(space) for file in article_files(month)]

    server = listen(Previews(space, files, lambda: Given(CONTEXT, account="槐树里")), 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


ODD = "/article?file=2026-12/06-odd/index.md"
VERSION = "/version?file=2026-12/06-odd/index.md"


def test_the_list_counts_problems_and_leads_to_the_articles(site: str) -> None:
    text = requests.get(f"{site}/", timeout=10).text
    assert text.count("检查通过") == 5
    assert "个错误" in text
    assert f'href="{ODD}"' in text
    assert requests.get(site + ODD, timeout=10).status_code == 200


def test_a_page_shows_problems_as_text_and_lets_no_script_of_an_article_through(site: str) -> None:
    answer = requests.get(site + ODD, timeout=10)
    assert "公众号不接受 &lt;script&gt; 标签" in answer.text
    assert "alert(1)</script>" not in answer.text
    assert 'sandbox="allow-same-origin"' in answer.text
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "2026-12/06-odd/secret.txt", "config.toml", "2026-12/../config.toml", ""],
)
def test_nothing_but_articles_can_be_read(site: str, space: Path, name: str) -> None:
    (space / "config.toml").write_text("secret = 1", encoding="utf-8")
    (space / MONTH / "06-odd" / "secret.txt").write_text("secret", encoding="utf-8")
    for page in ("article", "version"):
        answer = requests.get(f"{site}/{page}", params={"file": name}, timeout=10)
        assert answer.status_code == 404
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8720", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("[::1", 403),
    ],
)
def test_another_name_for_this_machine_is_refused(site: str, host: str, status: int) -> None:
    for path in ("/", ODD, VERSION, "/static/preview.js"):
        answer = requests.get(site + path, headers={"Host": host}, timeout=10)
        assert answer.status_code == status, path


def test_the_pages_only_read(site: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert requests.request(method, site + ODD, timeout=10).status_code == 405


def test_a_page_asks_whether_its_article_has_changed(site: str, space: Path) -> None:
    known = requests.get(site + VERSION, timeout=10).text
    file = space / MONTH / "06-odd" / "index.md"

    def asked() -> int:
        return requests.get(site + VERSION, headers={"If-None-Match": f'"{known}"'}, timeout=10).status_code

    assert asked() == 204
    os.utime(file)
    assert asked() == 204
    file.write_text(file.read_text(encoding="utf-8").replace("待补充", "补充好了"), encoding="utf-8")
    assert asked() == 200
    file.unlink()
    assert asked() == 404


def test_a_picture_that_is_put_in_later_is_noticed(site: str, space: Path) -> None:
    article(space / MONTH / "06-odd", "![图](pictures/late.png)")
    known = requests.get(site + VERSION, timeout=10).text
    (space / MONTH / "06-odd" / "pictures").mkdir()
    two_colours(space / MONTH / "06-odd" / "pictures" / "late.png")
    answer = requests.get(site + VERSION, headers={"If-None-Match": f'"{known}"'}, timeout=10)
    assert answer.status_code == 200


def test_a_port_that_is_taken_is_said_in_words(site: str, space: Path) -> None:
    port = int(site.rpartition(":")[2])
    with pytest.raises(WrongUse, match=f"端口 {port} 用不了"):
        listen(Previews(space, list, lambda: Given(CONTEXT)), port)
    assert address(8720, "2026-12/甲/index.md") == "http://127.0.0.1:8720/article?file=2026-12/%E7%94%B2/index.md"


# the command ------------------------------------------------------------------------------------------------------------


def test_the_command_serves_until_it_is_interrupted(space: Path) -> None:
    command = [sys.executable, "-m", "bot", "--workspace", str(space), "preview", f"{MONTH}/06-odd"]
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(
        [*command, "--no-open", "--port", "0"],
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout
        assert process.stderr
        try:
            url = process.stdout.readline().strip().removeprefix("预览：")
            assert url.endswith(ODD)
            assert "歇脚椅" in requests.get(url, timeout=20).text
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
            assert "预览已结束。" in process.stdout.read()
            assert process.stderr.read() == ""
        finally:
            process.kill()


def test_one_article_is_written_as_one_page_that_needs_no_other(space: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    command = ["--workspace", str(space), "preview"]
    done = CliRunner().invoke(cli, [*command, f"{MONTH}/01-stairway-seats", "--html", str(out)])
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    assert "/static/" not in text
    assert ".wxp-grid" in text
    assert "data-poll" not in text.partition("<script>")[0].partition("<body>")[2]
    refused = CliRunner().invoke(cli, [*command, MONTH, "--html", str(out)])
    assert isinstance(refused.exception, WrongUse)


def test_an_article_can_be_named_by_its_number(stage: Stage, tmp_path: Path) -> None:
    stage.submit(stage.write(title="按编号找到的"))
    command = ["--workspace", str(stage.folder), "preview", "1", "--html", str(tmp_path / "out.html")]
    done = CliRunner().invoke(cli, command, env=stage.environ)
    assert done.exit_code == 0, done.output
    assert "按编号找到的" in (tmp_path / "out.html").read_text(encoding="utf-8")
