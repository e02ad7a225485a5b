"""The preview in a real browser: at a desk and on a phone, dark, renewed when saved, copied, and deaf to scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import DESK, PHONE, PageAt, fits
from stage import PNG

from bot.preview import Given, Previews, listen, look, whole_page
from bot.starter import lay_out_month
from content.clock import SHANGHAI
from content.folders import article_files, months
from content.lint import Context
from content.render import theme_css

pytestmark = pytest.mark.one_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
MONTH = "2026-12"
RICH = """\
**要点**：请在[网站](https://example.com/a)报名，`code` 和 ~~旧的~~。

> 引用一句话。

> [!WARNING]
> 雨天顺延。

```python
def hello() -> str:
    return "你好"
```

| 项目 | 时间 | 地点 | 负责人 | 备注 | 再一列 | 又一列 |
|---|---|---|---|---|---|---|
| 打扫花园 | 上午九点 | 小花园 | 王女士 | 请自带手套 | 好 | 好 |

- [x] 一件事
- 一项
    - 小项

<p style="color: red; background: lightyellow">黄底红字</p>
<p style="color: #ddd; background: #005">深底浅字</p>
<p style="color: #fff; background-color: #c00">红底白字</p>
<p style="color: rgb(200, 120, 0)">橙字</p>

![图](picture.png "说明文字")
"""
# The least contrast of the letters of an article with what is behind them, and which letters these are.
LEAST_CONTRAST = """() => {
  const view = document.defaultView, nodes = document.createTreeWalker(document.getElementById("article"), 4);
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((p) => p / 255).map((p) => p <= 0.03928 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4)
    .reduce((sum, p, i) => sum + p * [0.2126, 0.7152, 0.0722][i], 0);
  let least = [99, ""];
  while (nodes.nextNode()) {
    if (!nodes.currentNode.data.trim()) continue;
    let element = nodes.currentNode.parentElement;
    const ink = light(parts(view.getComputedStyle(element).color));
    let ground = null;
    for (; element && !ground; element = element.parentElement) {
      const found = parts(view.getComputedStyle(element).backgroundColor);
      if (found.length < 4 || found[3] > 0.5) ground = light(found);
    }
    const [dark, bright] = [ink, ground].sort((a, b) => a - b), ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < least[0]) least = [ratio, nodes.currentNode.data];
  }
  return least;
}"""


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A workspace with the sample month and an article with a little of everything."""
    lay_out_month(tmp_path, NOW)
    write(tmp_path, RICH)
    return tmp_path


@pytest.fixture
def site(space: Path) -> Iterator[str]:
    """The pages over real HTTP; their address."""

    def files() -> list[Path]:
        return [file for month in months(space) for file in article_files(month)]

    server = listen(Previews(space, files, lambda: given("formal")), 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def given(theme: str) -> Given:
    return Given(Context(now=NOW, css=theme_css(theme)), account="槐树里社区")


def write(space: Path, text: str, title: str = "周末打扫小花园") -> Path:
    """Write the article that the tests look at; return its file."""
    folder = space / MONTH / "06-rich"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "picture.png").write_bytes(PNG)
    head = f"title: {title}\nauthor: 编辑部\ndigest: 一句话摘要。\ncover: picture.png"
    (folder / "index.md").write_text(f"---\n{head}\n---\n\n{text}", encoding="utf-8")
    return folder / "index.md"


def shown(page: Page, site: str, name: str = "06-rich") -> Frame:
    """Open an article's page; return the frame in which the article stands."""
    page.goto(f"{site}/article?file={MONTH}/{name}/index.md")
    return in_phone(page)


def in_phone(page: Page) -> Frame:
    handle = page.wait_for_selector(".wxp-frame")
    assert handle
    frame = handle.content_frame()
    assert frame
    frame.wait_for_selector("#article", state="attached")
    return frame


def ground(article: Frame, what: str) -> list[int]:
    """The red, green and blue behind the first of some elements."""
    found = article.evaluate(f"getComputedStyle(document.querySelector('{what}')).backgroundColor")
    return [int(part) for part in re.findall(r"\d+", found)]


def copied(page: Page, kind: str) -> str:
    """What is in the clipboard."""
    read = "async (kind) => (await (await navigator.clipboard.read())[0].getType(kind)).text()"
    return str(page.evaluate(read, kind))


# how it looks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [DESK, 900, PHONE])
def test_nothing_has_to_be_scrolled_to_the_side(page_at: PageAt, site: str, width: int) -> None:
    page = page_at(width)
    article = shown(page, site)
    assert fits(page)
    assert article.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto(site)
    assert fits(page)


def test_at_a_desk_the_article_stands_in_a_phone_of_375_with_its_problems_beside_it(page_at: PageAt, site: str) -> None:
    page = page_at(DESK)
    article = shown(page, site)
    assert article.evaluate("innerWidth") == 375
    phone, found = page.locator(".wxp-phone").bounding_box(), page.locator(".wxp-found").bounding_box()
    assert phone
    assert found
    assert found["x"] >= phone["x"] + phone["width"]
    assert abs(found["y"] - phone["y"]) < 2
    assert page.locator(".wxp-problems li").count() > 0


def test_on_a_phone_the_frame_vanishes_and_the_whole_article_fills_the_width(page_at: PageAt, site: str) -> None:
    page = page_at(PHONE)
    article = shown(page, site)
    assert article.evaluate("innerWidth") == PHONE
    assert not page.locator(".wxp-head").is_visible()
    page.wait_for_selector(".wxp-frame[style*=height]")
    assert article.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


def test_the_card_of_the_headline_has_its_shape_and_both_crops_are_there(page_at: PageAt, site: str) -> None:
    page = page_at(DESK)
    shown(page, site, "01-stairway-seats")
    for place, ratio in ((".wxp-lead img", 2.35), (".wxp-wide", 2.35), (".wxp-row img", 1), (".wxp-square", 1)):
        box = page.locator(place).bounding_box()
        assert box
        assert abs(box["width"] / box["height"] - ratio) < 0.05, place
    assert page.locator(".wxp-lead p").inner_text() == "六层楼没有电梯，他们先议出一把歇脚椅"
    assert page.locator(".wxp-link").inner_text().count("六层楼") == 1


# dark ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["formal", "calm", "warm"])
def test_every_letter_of_the_samples_can_be_read_in_the_dark(page_at: PageAt, space: Path, theme: str) -> None:
    made = [look(space, file, given(theme)) for file in sorted(space.glob(f"{MONTH}/0*/index.md"))]
    out = space / "page.html"
    out.write_text(whole_page(replace(made[0], html="".join(one.html for one in made))), encoding="utf-8")
    page = page_at(DESK)
    page.goto(out.as_uri())
    article = in_phone(page)
    page.click("button[data-mode=dark]")
    assert article.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(25, 25, 25)"
    least, letters = article.evaluate(LEAST_CONTRAST)
    assert least >= 4.5, letters


def test_dark_turns_the_colours_and_light_brings_them_back(page_at: PageAt, site: str) -> None:
    page = page_at(DESK)
    article = shown(page, site)
    before, table = article.inner_html("#article"), ground(article, "th")
    page.click("button[data-mode=dark]")
    red, green, blue = ground(article, "blockquote")
    assert max(red, green, blue) < 60  # pale becomes dark
    assert red > max(green, blue)  # and keeps its hue
    assert ground(article, "th") == table  # dark stays
    assert article.inner_html("#article") != before
    page.click("button[data-mode=light]")
    assert article.inner_html("#article") == before


# renewing -----------------------------------------------------------------------------------------------------------------


def test_a_saved_file_is_shown_at_once_and_the_place_in_it_is_kept(page_at: PageAt, site: str, space: Path) -> None:
    page = page_at(DESK)
    long = "\n\n".join(f"第{number}段，" + "写得很长。" * 20 for number in range(40))
    write(space, long)
    article = shown(page, site)
    page.click("button[data-mode=dark]")
    article.evaluate("scrollTo(0, 2500)")
    write(space, long.replace("第30段", "改过的一段"), title="新的标题")
    article.wait_for_selector("text=改过的一段")
    assert article.evaluate("scrollY") == 2500
    assert article.evaluate(LEAST_CONTRAST)[0] >= 4.5  # still dark
    assert page.locator(".wxp-lead p").inner_text() == "新的标题"
    assert page.title() == "新的标题 · 预览"


def test_a_file_that_is_gone_is_said_and_taken_up_when_it_is_back(page_at: PageAt, site: str, space: Path) -> None:
    page = page_at(DESK)
    shown(page, site)
    file = space / MONTH / "06-rich" / "index.md"
    file.rename(space / "kept")
    page.wait_for_selector(".wxp-live:has-text('文件不在了')")
    (space / "kept").rename(file)
    page.wait_for_selector(".wxp-live", state="hidden")


# copying ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clipboard", ["new", "old"])
def test_the_article_is_copied_as_it_goes_out_even_from_the_dark(page_at: PageAt, site: str, clipboard: str) -> None:
    page = page_at(DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    article = shown(page, site)
    if clipboard == "old":
        page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error('no')) }")
    page.click("button[data-mode=dark]")
    page.click("text=复制正文")
    page.wait_for_selector("button:has-text('已复制')")
    html, text = copied(page, "text/html"), copied(page, "text/plain")
    assert "黄底红字" in html
    assert "data:image/png" in html
    assert "background: #005" in html or "background:#005" in html
    assert text.startswith("要点：请在网站")
    assert "<" not in text
    assert article.is_visible("text=黄底红字")


def test_title_author_and_digest_have_a_button_each(page_at: PageAt, site: str) -> None:
    page = page_at(PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown(page, site)
    for what, text in (("标题", "周末打扫小花园"), ("作者", "编辑部"), ("摘要", "一句话摘要。")):
        page.click(f"button[aria-label='复制{what}']")
        page.wait_for_selector(f"button[aria-label='复制{what}']:has-text('已复制')")
        assert copied(page, "text/plain") == text


# scripts ------------------------------------------------------------------------------------------------------------------

EVIL = (
    "<script>top.hacked = 1; window.hacked = 1</script><img src='x' onerror='top.hacked = 1'>"
    "<a href='javascript:top.hacked=1'>点我</a><svg onload='top.hacked = 1'></svg>"
)


def test_a_script_in_an_article_does_nothing(page_at: PageAt, site: str, space: Path) -> None:
    write(space, f"前。{EVIL}后。\n\n{EVIL}\n")
    page = page_at(DESK)
    article = shown(page, site)
    assert page.evaluate("window.hacked") is None
    assert article.locator("script, [onerror], [onload], a[href^='javascript']").count() == 0


def test_the_frame_runs_no_script_even_if_one_got_into_it(browser: Browser, space: Path) -> None:
    made = look(space, write(space, "正文。"), given("formal"))
    out = space / "page.html"
    out.write_text(whole_page(replace(made, html=f"<p>前</p>{EVIL}<p>后</p>")), encoding="utf-8")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(out.as_uri())
    article = in_phone(page)
    article.click("text=点我")
    page.click("button[data-mode=dark]")
    page.click("text=复制正文")
    page.wait_for_selector("button:has-text('已复制')")
    assert page.evaluate("window.hacked") is None
    assert article.evaluate("window.hacked") is None
    context.close()
