"""A slip never acts, polite words do; and what people ask of themselves: who they are, to be untied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wechat_sender import Entrance


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def test_a_slip_never_acts(door: Entrance) -> None:
    door.submit(door.write(title="歇脚椅"))
    before = door.stored()
    assert door.say("编辑", "同义 1-1") == "没有看懂。您是想发：同意 1-1 吗？发“帮助”看能做什么。"
    assert door.say("运营", "账停") == "没有看懂。您是想发：暂停 吗？发“帮助”看能做什么。"
    assert door.stored() == before
    assert "请写明原因" in door.say("编辑", "退回 1-1 谢谢") or "原因" in door.say("编辑", "退回 1-1 谢谢")
    assert "通过" in door.say("编辑", "麻烦\u200b同 意 1—1 谢谢！")


def test_a_stranger_is_offered_nothing(door: Entrance) -> None:
    assert "您是想发" not in door.say("路人", "同义 1-1")


def test_one_knows_who_one_is_and_unties_oneself_after_a_question(door: Entrance) -> None:
    assert door.say("街道", "我是谁").split("\n") == [
        "街道，联络员，甲方",
        "2026-12-01 09:00 绑定了这个微信号",
        "能做什么请发：帮助",
    ]
    assert "唯一绑定的运营" not in door.say("运营", "解绑")  # an administrator hears alarms, too
    for words in ("好的", "是", "好", "对", "确定吗？"):
        assert door.say("运营", words) == "没有解绑。确定要解绑请回复：确定解绑；不解绑请发：算了"
    assert door.say("运营", "什么") == "没有解绑。确定要解绑请回复：确定解绑；不解绑请发：算了"
    assert door.say("运营", "算了") == "好的，“解绑”就此作罢。"
    assert "唯一" not in door.say("编辑", "解绑")
    assert door.say("编辑", "确定解绑", msg_id=77) == "编辑，已解绑。要再用，请向管理员要新的绑定码。"
    assert (
        door.say("编辑", "确定解绑", msg_id=77) == "编辑，已解绑。要再用，请向管理员要新的绑定码。"
    )  # WeChat's repeat
    assert "您可以发" not in door.say("编辑", "帮助")
    door.say("管理", "解绑")
    door.say("管理", "确定")
    assert "您是唯一绑定的运营" in door.say("运营", "解绑")
