"""The pages for tests: an account whose people can log in, and visitors who read pages and press buttons over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import requests
from wechat_sender import Entrance
from word_kit import Word

PUBLIC = "http://wx.test"
SERVER = f'[server]\npublic_url = "{PUBLIC}"\nsecret_key = "a-key-for-tests-0123456789"\n'
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class House(Entrance):
    """An account with log-in set up; `server` is its [server] section."""

    server = SERVER

    def configure(self, *, mode: str = "safe", way: str = "push") -> None:
        super().configure(mode=mode, way=way)
        with (self.folder / "config.toml").open("a", encoding="utf-8") as file:
            file.write(self.server)

    @property
    def site(self) -> str:
        """The address at which the pages really are."""
        return self.url.rpartition("/")[0]

    def link(self, who: str) -> str:
        """A new log-in link for somebody, at the address where the pages are."""
        from bot.links import login_link
        from content.people import person_named

        with self.parts.store.transaction() as session:
            made = login_link(session, self.parts.config.server, person_named(session, who), by=who, now=self.now)
        return made.replace(PUBLIC, self.site)

    def visitor(self, who: str = "") -> Visitor:
        """Somebody at a browser; with a name they are logged in."""
        made = Visitor(self.site)
        if who:
            link = self.link(who)
            made.get(link)
            assert made.press(link).status_code == 200, made.page.text
        return made


class Visitor:
    """A browser without a screen: keeps cookies, remembers the last page, sends its token along."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = requests.Response()

    def get(self, path: str) -> requests.Response:
        self.page = self.session.get(self._at(path), timeout=30)
        return self.page

    def press(self, path: str, fields: Mapping[str, Any] | None = None, **files: Any) -> requests.Response:
        """Send a form with the token of the last page, and how far it showed a ticket."""
        hidden = dict(re.findall(r'name="(csrf|seen)" value="([^"]*)"', self.page.text))
        data = {"csrf": ""} | hidden | dict(fields or {})
        sent = [(name, one) for name, given in files.items() for one in (given if isinstance(given, list) else [given])]
        self.page = self.session.post(self._at(path), data=data, files=sent or None, timeout=30)
        return self.page

    def hand_in(self, name: str, data: bytes, **fields: Any) -> requests.Response:
        """Hand a file in from the page for it."""
        self.get("/console/hand-in")
        return self.press("/console/hand-in", fields, file=(name, data, DOCX))

    @property
    def text(self) -> str:
        """What the last page says, without its tags."""
        without = re.sub(r"<(script|style|title)\b.*?</\1>|<[^>]*>", " ", self.page.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(without))

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else self.site + path


def manuscript(title: str = "楼道里的歇脚椅", text: str = "居民在楼道里商量，先做一把椅子。") -> Word:
    """A Word file with a title, a paragraph and a picture."""
    return Word().text(title, style="Title").text(text).text("第二段也写清楚。").image(alt="一把椅子")
