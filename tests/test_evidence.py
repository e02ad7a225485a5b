"""Evidence: a picture after a command that asks for one is kept, and what cannot be had is told."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from stage import Stage, png

from content import evidence
from content.errors import WrongUse
from content.paper import Evidence
from content.people import person_named
from scheduler.alarm import ringing

PICTURE = png("a screenshot")
SUBJECT = "review:1"


def ask_for(stage: Stage, who: str = "运营", subject: str = SUBJECT) -> str:
    with stage.parts.store.transaction() as session:
        person = person_named(session, who)
        return evidence.wanted(session, person, subject, words="12-3 终审的代录", again="凭证 12-3", now=stage.now)


def send(stage: Stage, picture: bytes = PICTURE, who: str = "运营") -> str:
    return stage.sim.say(openid=f"openid-{who}", picture=picture)["reply"] or ""


def kept(stage: Stage, subject: str = SUBJECT) -> list[Evidence]:
    with stage.parts.store.reading() as session:
        return list(evidence.of(session, subject))


def proven(stage: Stage) -> set[str]:
    with stage.parts.store.reading() as session:
        return evidence.proven(session, [SUBJECT])


@pytest.fixture
def asked(stage: Stage) -> Stage:
    stage.hire()
    assert "10 分钟内" in ask_for(stage)
    return stage


def test_a_picture_after_the_command_is_fetched_and_kept_by_its_content(asked: Stage) -> None:
    assert send(asked) == "图片已收到，附在12-3 终审的代录上。"
    assert proven(asked) == {SUBJECT}
    assert kept(asked)[0].fetched_at is None
    assert asked.calls("media/get") == 0  # the web process calls nobody
    asked.tick()
    (row,) = kept(asked)
    assert (row.by, row.sha256) == ("运营", hashlib.sha256(PICTURE).hexdigest())
    assert row.path == f".wxops/evidence/{row.sha256}.png"
    assert evidence.bytes_of(asked.folder, row) == PICTURE
    asked.later(hours=1)
    asked.tick()
    assert (asked.calls("media/get"), asked.alarms()) == (1, [])


def test_several_pictures_belong_to_the_same_and_a_repeated_message_is_one(asked: Stage) -> None:
    for n in range(2):
        message = {"MsgType": "image", "MediaId": f"m{n}", "PicUrl": "http://mmbiz.qpic.cn/x"}
        for _ in range(2):
            said = asked.say("运营", "", fields=message, msgid=25_000_000_000_000_000 + n)
            assert "附在12-3 终审的代录上" in said
    assert [row.media_id for row in kept(asked)] == ["m0", "m1"]


def test_a_picture_belongs_to_what_was_asked_for_last(asked: Stage) -> None:
    ask_for(asked, subject="article:1")
    send(asked)
    assert (len(kept(asked)), len(kept(asked, "article:1"))) == (0, 1)


def test_a_picture_that_nobody_asked_for_is_not_taken(asked: Stage) -> None:
    assert "图片没有收下" in send(asked, who="编辑")
    asked.later(minutes=10)
    assert "图片没有收下" in send(asked)
    assert "感谢关注" in send(asked, who="路人")
    assert kept(asked) == []


def test_a_picture_that_wechat_has_no_more_is_told_with_the_words_to_send(asked: Stage) -> None:
    send(asked)
    asked.later(days=4)
    asked.tick()
    (told,) = asked.alarms()
    assert told == (
        "运营发来、附在12-3 终审的代录上的图片取不到了：微信那边已经没有这张图（只保存 3 天）。"
        "请运营重发：先发“凭证 12-3”，再发图片。"
    )
    assert proven(asked) == set()
    asked.later(days=1)
    asked.tick()
    assert asked.calls("media/get") == 1


def test_a_picture_that_does_not_come_is_tried_again_and_told_meanwhile(asked: Stage) -> None:
    send(asked)
    asked.sim.fault("media/get", "errcode", errcode=-1, times=8)
    for minutes in (0, 1, 5):
        asked.later(minutes=minutes)
        asked.tick()
    assert asked.alarms() == []
    asked.later(minutes=15)
    asked.tick()
    assert "还没有取到，还在试" in asked.alarms()[0]
    asked.later(minutes=60)
    asked.tick()
    assert kept(asked)[0].sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert asked.alarms() == []


def test_what_is_no_picture_is_not_kept(asked: Stage) -> None:
    send(asked)
    material = asked.sim.world.library.temporary
    (media_id,) = material
    object.__setattr__(material[media_id], "content", b"<html>log in first</html>")
    asked.tick()
    with asked.parts.store.reading() as session:
        assert "取来的文件不是图片，也不是 PDF" in ringing(session)[0].text
    assert not (asked.folder / evidence.FOLDER).exists()


def test_a_file_that_is_handed_in_is_kept_once(asked: Stage) -> None:
    for _ in range(2):
        path = evidence.keep(asked.folder, b"%PDF-1.7 x", "扫描.pdf")
        with asked.parts.store.transaction() as session:
            evidence.hand_in(session, SUBJECT, path, name="扫描.pdf", words="代录", by="运营", now=asked.now)
    (row,) = kept(asked)
    assert (row.name, row.path[-4:], proven(asked)) == ("扫描.pdf", ".pdf", {SUBJECT})
    (asked.folder / row.path).write_bytes(b"%PDF-1.7 y")
    with pytest.raises(OSError, match="was changed"):
        evidence.bytes_of(asked.folder, row)


@pytest.mark.parametrize(
    ("data", "why"), [(b"<html>", "不是图片，也不是 PDF"), (b"%PDF-" + bytes(10 * 2**20), "超过 10 MB")]
)
def test_a_file_that_proves_nothing_is_refused(asked: Stage, data: bytes, why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        evidence.keep(asked.folder, data, "a.pdf")


def test_a_machine_that_dies_before_it_writes_fetches_again(asked: Stage) -> None:
    send(asked)
    with asked.parts.store.transaction() as session:
        (row,) = evidence.of(session, SUBJECT)
        row.tries, row.try_at = 1, asked.now + timedelta(minutes=1)
        evidence.keep(asked.folder, PICTURE)
    asked.later(minutes=1)
    asked.tick()
    assert kept(asked)[0].fetched_at == asked.now
