"""Make the pictures of the editors' guide anew: `make pictures` (Debian: chromium, chromium-l10n, fonts-noto-cjk)."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from bot.app import create_app
from bot.demo_desk import TITLE, manuscript, second_saturday
from bot.links import login_link
from bot.starter import coming_month, lay_out
from bot.wiring import Parts, build
from content.library import scan
from content.people import add_person

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).resolve().parent / "pictures"
PUBLIC = "https://wx.example.cn"
SETTINGS = {
    "WXOPS_ACCOUNT_APPID": "wx0000000000000001",
    "WXOPS_ACCOUNT_SECRET": "none",
    "WXOPS_ACCOUNT_NAME": "家门口",
    "WXOPS_SERVER_PUBLIC_URL": PUBLIC,
}
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--lang=zh-CN",
]
COLOURS = 128  # enough for pages, and a third of the bytes


def main() -> None:
    """Lay a workspace out, open its pages and keep what they show."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = Path(folder) / "workspace"
        lay_out(workspace, NOW)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        with _parts(workspace) as parts, _served(parts) as site:
            _console(browser, parts, site)
        _preview(browser, workspace)
        browser.close()


@contextmanager
def _parts(workspace: Path) -> Iterator[Parts]:
    parts = build(workspace, SETTINGS, create=True)
    yield parts
    parts.store.close()


@contextmanager
def _served(parts: Parts) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def _console(browser: Browser, parts: Parts, site: str) -> None:
    scan(parts.store, parts.library, NOW)
    with parts.store.transaction() as session:
        person, _ = add_person(session, "周编辑", "editor", party="", company="", now=parts.clock.now())
        link = login_link(session, parts.config.server, person, by="终端", now=parts.clock.now())
    page = browser.new_page(viewport={"width": 1000, "height": 760}, locale="zh-CN")
    page.goto(link.replace(PUBLIC, site))
    page.click("button[type=submit], button:has-text('登录')")
    page.goto(f"{site}/console/hand-in")
    month = coming_month(NOW)
    word = parts.workspace / f"{TITLE}.docx"
    word.write_bytes(manuscript(second_saturday(month)))
    page.set_input_files("#file", str(word))
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=column]", "便民服务")
    page.fill("input[name=publish_at]", f"{month}-08T10:00")
    _keep(page, "hand-in", whole=True)
    page.click("button:has-text('交稿')")
    page.wait_for_url(re.compile(r"/console/articles/\d+"))
    _keep(page, "article", whole=True)
    page.set_viewport_size({"width": 360, "height": 720})
    _keep(page, "phone")
    page.close()


def _preview(browser: Browser, workspace: Path) -> None:
    article = str(workspace / coming_month(NOW) / "02-six-steps")
    command = [
        sys.executable,
        "-m",
        "bot",
        "--workspace",
        str(workspace),
        "preview",
        article,
        "--port",
        "0",
        "--no-open",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition("：")[2]
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        page.goto(url)
        page.wait_for_timeout(1000)
        _keep(page, "preview")
        page.click("text=深色")
        page.wait_for_timeout(500)
        _keep(page, "preview-dark")
        process.terminate()


def _keep(page: Page, name: str, *, whole: bool = False) -> None:
    image = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png  {(FOLDER / f'{name}.png').stat().st_size // 1024} KB")  # noqa: T201


if __name__ == "__main__":
    main()
