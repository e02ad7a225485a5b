"""A real browser for tests: Playwright drives the machine's Chromium, one process for all tests.

Without Chromium these tests are left out; with WXOPS_TEST_BROWSER_REQUIRED=1 they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESK, PHONE = 1280, 360  # pixels wide
PATIENCE = 10_000  # milliseconds for anything to appear

PageAt = Callable[..., "Page"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    found = shutil.which("chromium") or CHROMIUM
    if not os.path.exists(found):
        told = f"{found} is not there; Debian: apt install chromium"
        if os.environ.get("WXOPS_TEST_BROWSER_REQUIRED") == "1":
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page_at(browser: Browser) -> Iterator[PageAt]:
    """Open a page of a width, `page_at(360, dark=True)`; in the end none of them may have had an error in a script."""
    contexts, errors = [], []

    def opened(width: int = DESK, *, dark: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=width < 600,
            locale="zh-CN",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.extend(_trouble(message)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def fits(page: Page) -> bool:
    """Say whether a page, loaded with its style sheets, needs no scrolling to the side."""
    page.wait_for_load_state("load")
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def _trouble(message: ConsoleMessage) -> list[str]:
    """Return what the browser complains about; that an address answered 404 or 403 is said by the page itself."""
    answered = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not answered else []
