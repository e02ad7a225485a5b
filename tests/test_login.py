"""Log-in: a link that works once, a session that ends when it should, and forms that nobody else can send."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from console_kit import PUBLIC, SERVER, House, Visitor
from sqlalchemy import select

from bot.app import create_app
from bot.console.pages import FORM_BYTES, HEADERS
from bot.examine import _pages
from bot.settings import Server
from content import people
from content.logins import LINK_MINUTES, SESSION_HOURS
from content.models import Event, Login

VOID = "这个登录链接已经用过或过期了"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


def revoke(house: House, name: str) -> None:
    with house.parts.store.transaction() as session:
        people.revoke(session, people.person_named(session, name), by="管理", now=house.now)


def is_in(visitor: Visitor) -> bool:
    """Whether the first page is shown; it is for nobody else."""
    status = visitor.get("/console/").status_code
    assert status in (200, 401)
    return status == 200


# the link ------------------------------------------------------------------------------------------------------------


def test_opening_a_link_uses_nothing_up_and_the_button_does(house: House) -> None:
    link, visitor = house.link("编辑"), house.visitor()
    for _ in range(3):
        visitor.get(link)
        assert "这是给 编辑 （编辑）的登录链接" in visitor.text
        assert not is_in(visitor)
    visitor.get(link)
    visitor.press(link)
    assert is_in(visitor)
    again = house.visitor()
    assert again.get(link).status_code == 410
    assert VOID in again.text


def test_of_two_who_press_at_one_moment_one_is_in(house: House) -> None:
    link = house.link("编辑")
    visitors = [house.visitor() for _ in range(4)]
    for visitor in visitors:
        visitor.get(link)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda visitor: visitor.press(link).status_code, visitors))
    assert sorted(answers) == [200, 410, 410, 410]


def test_a_link_is_good_for_a_quarter_of_an_hour(house: House) -> None:
    link, visitor = house.link("编辑"), house.visitor()
    house.at(timedelta(minutes=LINK_MINUTES) - timedelta(seconds=1))
    assert visitor.get(link).status_code == 200
    house.at(timedelta(seconds=1))
    assert visitor.press(link).status_code == 410


def test_a_new_link_voids_the_one_before_and_nobody_elses(house: House) -> None:
    other, old, new = house.link("运营"), house.link("编辑"), house.link("编辑")
    visitor = house.visitor()
    assert [visitor.get(link).status_code for link in (old, new, other)] == [410, 200, 200]


def test_a_link_of_somebody_who_left_or_that_was_made_up_says_no_more_than_a_used_one(house: House) -> None:
    link, visitor = house.link("编辑"), house.visitor()
    revoke(house, "编辑")
    for address in (link, f"{house.site}/console/login/made-up", f"{house.site}/console/login/%F0%9F%98%80"):
        assert visitor.get(address).status_code == 410
        assert VOID in visitor.text


def test_only_the_hash_of_a_link_is_kept(house: House) -> None:
    token = house.link("编辑").rpartition("/")[2]
    with house.parts.store.reading() as session:
        kept = session.scalars(select(Login)).one()
    assert token not in str(vars(kept))
    assert len(token) > 40


# the message and the terminal ----------------------------------------------------------------------------------------


def test_the_message_answers_with_a_link_and_its_repeat_with_the_same_one(house: House) -> None:
    answer = house.say("编辑", "登录", msg_id=77)
    link = re.search(rf"{PUBLIC}/console/login/\S+", answer)
    assert link
    assert f"{LINK_MINUTES} 分钟内有效" in answer
    assert house.say("编辑", "登录", msg_id=77) == answer
    visitor = house.visitor()
    address = link[0].replace(PUBLIC, house.site)
    visitor.get(address)
    visitor.press(address)
    assert is_in(visitor)


def test_a_stranger_gets_no_link(house: House) -> None:
    assert "console" not in house.say("路人", "登录")


def test_the_terminal_prints_a_link_or_what_to_write_into_the_configuration(house: House) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "bot", "--workspace", str(house.folder), "login-link", "编辑"]
        return subprocess.run(words, env=os.environ | house.environ, capture_output=True, text=True, check=False)

    well = run()
    assert well.returncode == 0, well.stderr
    assert re.search(rf"^{PUBLIC}/console/login/\S{{40,}}$", well.stdout, re.MULTILINE)
    house.server = ""
    house.configure()
    ill = run()
    assert ill.returncode == 2
    assert "server.public_url" in ill.stderr
    assert "server.secret_key" in ill.stderr


def test_without_the_settings_the_message_says_what_is_lacking(database: str, tmp_path: Path) -> None:
    house = House(tmp_path / "space", database)
    house.server = f'[server]\npublic_url = "{PUBLIC}"\n'
    with house.open():
        house.staff()
        answer = house.say("编辑", "登录")
        assert "server.secret_key" in answer
        assert "server.public_url" not in answer


@pytest.mark.parametrize(
    ("server", "lacking"),
    [("", {"public_url", "secret_key"}), (f'[server]\npublic_url = "{PUBLIC}"\n', {"secret_key"}),
     ('[server]\nsecret_key = "a-key-for-tests-0123456789"\n', {"public_url"})],
)  # fmt: skip
def test_without_the_settings_the_pages_say_which_one(
    database: str, tmp_path: Path, server: str, lacking: set[str]
) -> None:
    house = House(tmp_path / "space", database)
    house.server = server
    with house.open():
        for path in ("/console", "/console/", "/console/hand-in", "/console/login/x"):
            answer = house.visitor().get(path)
            assert answer.status_code == 503
            assert set(re.findall(r"server\.(\w+)", answer.text)) == lacking


def test_the_doctor_says_whether_people_can_log_in(house: House) -> None:
    def told(server: str) -> str:
        config = replace(house.parts.config, server=Server(public_url=server, secret_key="a-key-for-tests"))
        return _pages(replace(house.parts, config=config)).line

    assert told("https://wx.example.cn") == "网页：好，可以登录，https://wx.example.cn/console/"
    assert told("http://127.0.0.1:8000").startswith("网页：好")
    assert "没有加密" in told("http://wx.example.cn")
    assert "server.public_url" in told("")


# the session ---------------------------------------------------------------------------------------------------------


def test_a_session_ends_after_twelve_hours(house: House) -> None:
    visitor = house.visitor("编辑")
    house.at(timedelta(hours=SESSION_HOURS) - timedelta(seconds=1))
    assert is_in(visitor)
    house.at(timedelta(seconds=1))
    assert not is_in(visitor)


def test_a_person_who_is_revoked_is_out_at_once(house: House) -> None:
    visitor, other = house.visitor("编辑"), house.visitor("运营")
    revoke(house, "编辑")
    assert not is_in(visitor)
    assert "请先登录" in visitor.text
    assert is_in(other)


def test_whoever_unfollows_is_out_at_once_and_their_link_is_void(house: House) -> None:
    visitor, other, link = house.visitor("编辑"), house.visitor("运营"), house.link("编辑")
    house.wechat.event("unsubscribe", "openid-编辑")
    assert not is_in(visitor)
    assert is_in(other)
    visitor.get(link)
    assert VOID in visitor.text


def test_logging_out_ends_a_copy_of_the_cookie_too_and_no_other_session(house: House) -> None:
    visitor, elsewhere, copy = house.visitor("编辑"), house.visitor("编辑"), house.visitor()
    copy.session.cookies.update(visitor.session.cookies)
    assert is_in(copy)
    visitor.get("/console/")
    assert "已退出" in visitor.press("/console/logout").text
    assert not is_in(visitor)
    assert not is_in(copy)
    assert is_in(elsewhere)


def test_a_cookie_that_was_tampered_with_is_no_log_in(house: House) -> None:
    visitor = house.visitor("编辑")
    value = visitor.session.cookies["wxops_console"]
    visitor.session.cookies.clear()
    visitor.session.cookies.set("wxops_console", value[:-4] + "AAAA", path="/console")
    assert not is_in(visitor)


@pytest.mark.parametrize(("public", "is_secure"), [("https://wx.example.cn", True), ("http://wx.test", False)])
def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_lines(
    database: str, tmp_path: Path, public: str, is_secure: bool
) -> None:
    house = House(tmp_path / "space", database)
    house.server = SERVER.replace(PUBLIC, public)
    with house.open():
        house.staff()
        path = house.link("编辑").removeprefix(public).removeprefix(house.site)
        cookie = create_app(house.parts).test_client().get(path).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/console" in cookie
    assert ("Secure" in cookie) is is_secure


def test_logging_in_is_written_into_the_trail(house: House) -> None:
    house.visitor("编辑")
    with house.parts.store.reading() as session:
        found = session.execute(select(Event.by, Event.why).where(Event.subject == "person:3")).all()
    assert found[-2:] == [("编辑", "取得登录链接"), ("编辑", "登录网页")]


# foreign forms -------------------------------------------------------------------------------------------------------


def test_a_form_without_the_sessions_token_does_nothing(house: House) -> None:
    visitor = house.visitor("编辑")
    for path in ("/console/hand-in", "/console/articles/1/submit", "/console/articles/1/rights", "/console/logout"):
        for token in ("", "made-up", "é中"):
            answer = visitor.press(path, {"csrf": token, "title": "别人的"})
            assert answer.status_code == 400
            assert "没有照办" in answer.text
    assert is_in(visitor)


def test_a_token_of_another_session_is_none(house: House) -> None:
    other, visitor = house.visitor("运营"), house.visitor("编辑")
    other.get("/console/")
    token = re.search(r'name="csrf" value="([^"]+)"', other.page.text)
    assert token
    assert visitor.press("/console/logout", {"csrf": token[1]}).status_code == 400


def test_the_button_of_a_link_needs_the_token_of_its_page(house: House) -> None:
    link = house.link("编辑")
    assert house.visitor().press(link).status_code == 400
    assert house.visitor().get(link).status_code == 200


# every answer --------------------------------------------------------------------------------------------------------


def test_every_page_has_the_headers_that_keep_scripts_frames_and_caches_out(house: House) -> None:
    visitor = house.visitor("编辑")
    answers = [
        visitor.get(path) for path in ("/console/", "/console/hand-in", "/console/nowhere", "/console/articles/9")
    ]
    answers += [house.visitor().get("/console/"), visitor.press("/console/logout", {"csrf": "x"})]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 401, 400]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = HEADERS["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


def test_no_page_is_open_to_somebody_who_is_not_logged_in(house: House) -> None:
    house.submit(house.write())
    for path in (
        "",
        "/",
        "/hand-in",
        "/articles/1",
        "/articles/1/word",
        "/articles/1/picture?name=cover.png",
        "/articles/1/frozen/1/x",
        "/nowhere",
    ):
        answer = requests.get(f"{house.site}/console{path}", timeout=30)
        assert answer.status_code == 401, path
        assert "请先登录" in answer.text
    for path in ("/hand-in", "/articles/1/submit", "/articles/1/rights", "/articles/1/verdict", "/logout"):
        assert requests.post(f"{house.site}/console{path}", timeout=30).status_code == 401, path


def test_nobody_who_is_not_logged_in_can_send_much(house: House) -> None:
    link, visitor = house.link("编辑"), house.visitor()
    visitor.get(link)
    assert visitor.press(link, file=("x", bytes(FORM_BYTES + 1))).status_code == 413
    visitor.get(link)
    assert visitor.press(link).status_code == 200


def test_the_callback_and_the_health_page_know_nothing_of_the_pages(house: House) -> None:
    health = requests.get(f"{house.site}/healthz", timeout=30)
    refused = requests.post(house.url, data=b"x", timeout=30)
    missing = requests.get(f"{house.site}/nowhere", timeout=30)
    assert (refused.status_code, refused.content) == (403, b"")
    for answer in (health, refused, missing):
        assert "Content-Security-Policy" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert "这" not in missing.text
