"""合规看板: silence, waiting readers, dead links, open findings, each with its light; links are asked for slowly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from figures_kit import out
from wechat_sender import Entrance

from content.clock import SHANGHAI
from content.models import Article, Revision, State
from scheduler import alarm, link_watch
from scheduler.comment_models import Comment, CommentThread
from scheduler.compliance import items
from scheduler.rules import Rules

OUT = datetime(2026, 11, 1, 10, 0, tzinfo=SHANGHAI)
HTML = '<a href="https://a.test/x?a=1&amp;b=2">一</a><a href="https://mp.weixin.qq.com/s/x">二</a><a href="http://10.0.0.1/">三</a>'


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        number = out(house.parts.store, OUT, "一篇", url="https://a/1")
        with house.parts.store.transaction() as session:
            session.add(
                Revision(
                    article_id=number,
                    number=1,
                    sha256="",
                    title="",
                    author="",
                    digest="",
                    cover="",
                    html=HTML,
                    original_link="https://b.test/",
                    comments=False,
                    by="编辑",
                    made_at=OUT,
                )
            )
        yield house


def lights(door: Entrance, days: int = 0) -> dict[str, str]:
    with door.parts.store.reading() as session:
        return {one.id: one.light.value for one in items(session, Rules(), OUT + timedelta(days=days))}


@pytest.mark.parametrize(
    ("days", "light", "word"), [(6, "green", ""), (7, "amber", "提醒"), (10, "amber", "告警"), (13, "red", "红线")]
)
def test_silence_is_told_after_7_10_and_13_days(door: Entrance, days: int, light: str, word: str) -> None:
    with door.parts.store.reading() as session:
        one = items(session, Rules(), OUT + timedelta(days=days))[0]
    assert (one.light.value, word in one.words) == (light, True)
    assert f"{days} 天没有发布（上一次 2026-11-01 10:00）" in one.words
    assert "2026-11-15 满 14 天单项否决" in one.words


def test_links_are_asked_for_one_at_a_time_and_are_dead_when_they_fail_twice(door: Entrance) -> None:
    asked: list[str] = []

    def ask(address: str) -> int | None:
        asked.append(address)
        return 404 if "a.test" in address else 403

    store = door.parts.store
    assert lights(door)["links"] == "green"
    link_watch.watch(store, ask, OUT)
    assert asked == ["https://a.test/x?a=1&b=2"]  # neither WeChat's own nor an inner address
    link_watch.watch(store, ask, OUT + timedelta(minutes=1))
    link_watch.watch(store, ask, OUT + timedelta(minutes=2))
    assert asked[1:] == ["https://b.test/"]
    assert lights(door)["links"] == "green"
    link_watch.watch(store, ask, OUT + timedelta(days=1, minutes=1))
    assert len(asked) == 3
    with store.reading() as session:
        links = items(session, Rules(), OUT + timedelta(days=2))[3]
    assert links.words == "近 90 天的文章有 2 个外部链接，查过 2 个，1 个打不开"
    assert links.more == ["文章1：https://a.test/x?a=1&b=2（HTTP 404，2026-11-02 10:01）"]
    assert lights(door, 91)["links"] == "green"  # an article so old is not looked at any more
    with store.transaction() as session:
        session.get_one(Article, 1).state = State.WITHDRAWN
    assert lights(door, 2)["links"] == "green"


def test_a_process_that_dies_while_it_asks_asks_again_a_day_later(door: Entrance) -> None:
    def dies(address: str) -> int | None:
        raise KeyboardInterrupt(address)

    with pytest.raises(KeyboardInterrupt):
        link_watch.watch(door.parts.store, dies, OUT)
    asked: list[str] = []
    for minutes in (1, 2, 60 * 24 + 1):
        link_watch.watch(
            door.parts.store, lambda address: asked.append(address) or 200, OUT + timedelta(minutes=minutes)
        )
    assert asked == ["https://b.test/", "https://a.test/x?a=1&b=2"]


@pytest.mark.one_database
def test_what_answers_is_told_by_its_status_and_redirects_are_not_followed() -> None:
    class Pages(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response({"/there": 200, "/moved": 302}.get(self.path, 404))
            self.send_header("Location", "/gone")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    assert [alarm.status_of(base + path) for path in ("/there", "/moved", "/gone")] == [200, 302, 404]
    server.shutdown()
    server.server_close()
    assert alarm.status_of(base) is None
    assert alarm.status_of("http://[") is None


def test_comments_are_unknown_where_they_were_never_listed_or_all_are_in_trouble(door: Entrance) -> None:
    def comments() -> tuple[str, str]:
        with door.parts.store.reading() as session:
            one = items(session, Rules(), OUT)[1]
            return one.light.value, one.words

    assert comments() == ("none", "还没有取过留言")
    with door.parts.store.transaction() as session:
        thread = CommentThread(article_id=1, msg_data_id="1", place=0, is_open=True, out_at=OUT, ask_at=OUT)
        session.add(thread)
    for asked_at, trouble, light, words in (
        (None, "没有留言的权限。", "none", "取不到留言：没有留言的权限"),
        (OUT, "", "green", "没有等人理的留言"),
        (OUT, "没有留言的权限", "none", "取不到留言：没有留言的权限"),
    ):
        with door.parts.store.transaction() as session:
            live = session.get_one(CommentThread, thread.id)
            live.asked_at, live.trouble = asked_at, trouble
        assert comments() == (light, words)
    with door.parts.store.transaction() as session:
        told = {"content": "好", "nickname": "", "reader": "", "created_at": OUT - timedelta(minutes=5)}
        session.add(Comment(thread_id=thread.id, user_comment_id=1, **told))
    assert comments()[0] == "none"
    assert comments()[1].endswith("，取不到留言：没有留言的权限")


def test_open_findings_and_waiting_readers_show(door: Entrance) -> None:
    with door.parts.store.transaction() as session:
        alarm.ring(session, "word:post:3", "停住了", now=OUT)
    assert lights(door)["findings"] == "amber"
    with door.parts.store.transaction() as session:
        alarm.ring(session, "word-out:1", "已发布的里有", now=OUT)
    assert lights(door)["findings"] == "red"
    said = door.say("运营", "合规")
    assert "排查：1 处在已发布的里，1 次推文停住，超限。看告警请发：告警" in said
    assert "更新：30 天没有发布" in said
