"""Without any callback: a post is drafted, approved on the page, published, asked about and counted; `doctor` says what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from console_kit import PUBLIC, SERVER, Visitor
from stage import PEOPLE, Stage, lay_out

from bot.examine import examine
from bot.links import login_link
from bot.simulator import running
from content.clock import SHANGHAI
from content.models import State
from content.people import add_person, person_named


class Mute(Stage):
    """An account that WeChat tells nothing: no [callback] in its settings, no address at WeChat's side."""

    def configure(self, *, mode: str = "safe", way: str = "push", publish: str = "") -> None:
        super().configure(mode=mode, way=way, publish=publish)
        file = self.folder / "config.toml"
        without = re.sub(r"\[callback\].*?(?=\[database\])", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        file.write_text(without + SERVER, encoding="utf-8")

    def visitor(self, who: str) -> Visitor:
        """Somebody who is logged in by a link from the terminal."""
        with self.parts.store.transaction() as session:
            person = person_named(session, who)
            link = login_link(session, self.parts.config.server, person, by="终端", now=self.now)
        made = Visitor(self.url.removesuffix("/wechat"))
        path = link.removeprefix(PUBLIC)
        made.get(path)
        assert made.press(path).status_code == 200, made.text
        return made


@pytest.fixture
def mute(database: str, tmp_path: Path) -> Iterator[Mute]:
    folder = tmp_path / "space"
    lay_out(folder, database)
    with running(clock=folder / "clock") as simulator:
        made = Mute(folder, simulator)
        with made.open():
            simulator.set_callback("")
            with made.parts.store.transaction() as session:
                for name, (role, party) in PEOPLE.items():
                    add_person(session, name, role, party=party, company="", now=made.now)
            yield made


@pytest.mark.parametrize("notify", ["推送", "静默"])
def test_a_post_goes_from_a_folder_to_its_figures(mute: Mute, notify: str) -> None:
    due = datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI)
    mute.submit(mute.write(due=due, title="歇脚椅", notify=notify))
    mute.tick()
    for who in ("编辑", "复审", "主任"):
        visitor = mute.visitor(who)
        assert "1-1 歇脚椅" in visitor.text
        visitor.get("/console/articles/1")
        assert visitor.press("/console/articles/1/verdict", {"revision": "1", "wish": "pass"}).status_code == 200
    assert mute.article(1).state == State.APPROVED
    mute.at(due - timedelta(hours=1))
    mute.tick()
    assert mute.state(1) == State.SCHEDULED

    mute.at(due)
    mute.tick()
    mute.settle_down(12)
    assert mute.out() == ["歇脚椅"]
    assert mute.state(1) == State.PUBLISHED, mute.alarms()
    assert mute.calls("message/mass/get" if notify == "推送" else "freepublish/get") > 0  # asked, not told

    mute.at(datetime(2026, 12, 4, 8, 31, tzinfo=SHANGHAI))
    mute.tick()
    visitor = mute.visitor("主任")
    visitor.get("/console/articles/1")
    assert "已发布" in visitor.text
    mute.at(mute.now + timedelta(minutes=1))
    mute.tick()
    assert not [text for text in mute.alarms() if "文章1“" in text], mute.alarms()


@pytest.mark.one_database
def test_there_is_no_door_and_the_doctor_says_what_that_means(mute: Mute) -> None:
    assert requests.post(mute.url, data="<xml></xml>", timeout=10).status_code == 404
    assert requests.get(mute.url.replace("/wechat", "/healthz"), timeout=10).status_code in (200, 503)
    (told,) = [one for one in examine(mute.folder, mute.environ) if one.name == "回调"]
    assert (told.exit_code, told.advice) == (0, True)
    assert "没有写 [callback]" in told.text
    assert mute.calls("callback/check") == 0
