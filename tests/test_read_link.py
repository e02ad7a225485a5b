"""The link that only reads: for three days, one frozen text for whoever holds it, and no way on from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from console_kit import PUBLIC, House
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from stage import PNG
from wechat_sender import Entrance

from bot.links import READ_HOURS
from content.models import Review


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        yield made


@pytest.fixture
def link(house: House) -> str:
    folder = house.write(title="歇脚椅", body="请带身份证。\n\n![图](图.png)")
    (folder / "图.png").write_bytes(PNG)
    house.submit(folder)
    return link_in(house, house.say("复审", "看 1"))


def link_in(house: House, answer: str) -> str:
    """The link of an answer, at the address where the pages are."""
    found = re.search(rf"{PUBLIC}/console/read/\S+", answer)
    assert found, answer
    return found[0].replace(PUBLIC, house.site)


def test_whoever_holds_it_reads_the_text_with_its_pictures_and_how_long(house: House, link: str) -> None:
    visitor = house.visitor()
    assert visitor.get(link).status_code == 200
    for told in ("仅供阅读", "定稿 1-1", "审核中", "2026-12-04 09:00 以前有效", "歇脚椅"):
        assert told in visitor.text + visitor.page.text, told
    picture = re.search(r"/console/read/[^\s&\"]+/[0-9a-f]{64}", visitor.page.text)
    assert picture
    assert visitor.get(picture[0]).content == PNG
    assert visitor.get(picture[0][:-64] + "0" * 64).status_code == 404


def test_it_leads_nowhere_begins_no_session_and_approves_nothing(house: House, link: str) -> None:
    visitor = house.visitor()
    answer = visitor.get(link)
    assert re.findall(r"<(?:a|form|button type=.submit.)\b", answer.text) == []
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert 'content="noindex, nofollow"' in answer.text
    assert requests.post(link, timeout=30).status_code in (401, 405)
    assert visitor.get("/console/articles/1").status_code == 401
    assert visitor.get(re.sub(r"read/.*", "articles/1/frozen/1/x", link)).status_code == 401
    with house.parts.store.reading() as session:
        assert session.scalars(select(Review)).all() == []


def test_after_three_days_or_changed_by_a_letter_it_opens_nothing(house: House, link: str) -> None:
    visitor = house.visitor()
    picture = re.search(r"/console/read/[^\s&\"]+/[0-9a-f]{64}", visitor.get(link).text)
    assert picture
    forged = URLSafeSerializer("another key", salt="wxops.read").dumps([1, 1, 2**40])
    cookie = house.visitor("编辑").session.cookies["wxops_console"]
    for token in ("x", "", forged, cookie, "%F0%9F%98%80"):
        address = f"{link.rpartition('/')[0]}/{token}"
        assert visitor.get(address).status_code == (410 if token else 401), token
    middle = len(link.rpartition("/")[0]) + 5
    assert visitor.get(link[:middle] + ("A" if link[middle] != "A" else "B") + link[middle + 1 :]).status_code == 410
    house.at(timedelta(hours=READ_HOURS) - timedelta(seconds=1))
    assert visitor.get(link).status_code == 200
    house.at(timedelta(seconds=1))
    assert visitor.get(link).status_code == 410
    assert "已经过期" in visitor.text
    assert 'href="/console' not in visitor.page.text
    assert visitor.get(picture[0]).status_code == 410


def test_it_shows_the_revision_that_it_names_and_says_that_there_is_a_newer_one(house: House, link: str) -> None:
    house.submit(house.write(title="歇脚椅", body="改过的正文。"))
    visitor = house.visitor()
    visitor.get(link)
    assert "请带身份证" in visitor.page.text
    assert "改过的正文" not in visitor.page.text
    assert "这已不是最新的一稿，最新是 1-2。" in visitor.text
    visitor.get(link_in(house, house.say("复审", "看 1")))
    assert "改过的正文" in visitor.page.text
    assert "不是最新" not in visitor.text


def test_the_message_has_it_in_its_last_part_alone_and_fits(house: House) -> None:
    house.submit(house.write(title="题" * 32, digest="摘" * 120, body="长长的正文。" * 300))
    first = house.say("编辑", "看 1")
    count = int(re.findall(r"共 (\d+) 部分", first)[0])
    parts = [first, *(house.say("编辑", f"看 1 {n}") for n in range(2, count + 1))]
    assert [PUBLIC in part for part in parts] == [False] * (count - 1) + [True]
    assert all(len(part.encode()) <= 2048 for part in parts)
    assert parts[-1].endswith("同意请回复：同意 1-1\n退回请回复：退回 1-1 原因")
    assert "72 小时内可以转给别人" in parts[-1]
    assert house.visitor().get(link_in(house, parts[-1])).status_code == 200


@pytest.mark.parametrize(
    "server", ["", f'[server]\npublic_url = "{PUBLIC}"\n', '[server]\nsecret_key = "a-key-0123456789"\n']
)
def test_without_the_settings_there_is_no_link(database: str, tmp_path: Path, server: str) -> None:
    house = House(tmp_path / "space", database)
    house.server = server
    with house.open():
        house.staff()
        house.submit(house.write())
        assert "/console/" not in house.say("编辑", "看 1")
        assert isinstance(house, Entrance)
        assert house.visitor().get("/console/read/x").status_code == 503
