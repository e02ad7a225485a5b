"""What people say beside commands: thanks and greetings, voices and places on the map, hear what holds for them."""

from __future__ import annotations

import pytest
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture

APPROVES = "同意或退回要写稿号，例如：同意 12-3"


@pytest.mark.parametrize(
    ("words", "begins"),
    [("谢谢", "不客气。"), ("辛苦了", "不客气。"), ("好的", "好的。"), ("你好！", "您好。"), ("👌", "好的。")],
)
def test_thanks_do_nothing_and_say_so_to_each_in_their_own_words(
    district: Stage,  # noqa: F811
    words: str,
    begins: str,
) -> None:
    said = district.say("小东", words)
    assert said == f"{begins}这一句没有办什么。发“帮助”看能做什么。"
    assert district.say("运营", words) == f"{begins}这一句不算同意，也没有办什么。发“帮助”看能做什么。{APPROVES}"


def test_who_may_not_approve_hears_nothing_of_it(district: Stage) -> None:  # noqa: F811
    assert district.say("小东", "天气不错呀") == "没有看懂。发“帮助”看能做什么。"
    assert district.say("运营", "天气不错呀") == f"没有看懂。发“帮助”看能做什么。{APPROVES}"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"MsgType": "voice", "MediaId": "m", "Format": "amr"}, "语音听不了，请打字发来"),
        (
            {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "走访新风社区"},
            "语音听不了，请打字发来",
        ),
        ({"MsgType": "video", "MediaId": "m", "ThumbMediaId": "t"}, "视频看不了，请发照片"),
        ({"MsgType": "shortvideo", "MediaId": "m", "ThumbMediaId": "t"}, "视频看不了，请发照片"),
        (
            {"MsgType": "location", "Location_X": "1", "Location_Y": "2", "Scale": "3", "Label": ""},
            "位置看不了，请打字",
        ),
    ],
)
def test_what_nobody_can_hear_is_asked_for_in_words_and_answers_no_question(
    district: Stage,  # noqa: F811
    fields: dict[str, str],
    told: str,
) -> None:
    assert "还差：做了什么" in district.say("小东", "走访 槐树里 今天")
    assert district.say("小东", "", fields=fields).startswith(told)
    assert "已记下" in district.say("小东", "讲解平台注册")
    assert "没有看懂" not in district.say("路人", "", fields=fields)
