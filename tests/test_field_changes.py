"""What people say is to be changed of field work: the name of a field is no text, and its new value is read or refused."""

from __future__ import annotations

import pytest
from test_field_words import REAL, TODAY, XINFENG, told

from content.errors import OpsError
from content.field_changes import changed

pytestmark = pytest.mark.one_database

SAID = {
    "人数改成4人": ("", "", 4, None, ""),
    "人数改成4": ("", "", 4, None, ""),
    "人数从3人改成4人": ("", "", 4, None, ""),
    "把人数改为十二": ("", "", 12, None, ""),
    "人数：1,200人": ("", "", 1200, None, ""),
    "改成4人": ("", "", 4, None, ""),
    "日期改为11月30日": ("", "11-30", None, None, ""),
    "时间是昨天": ("", "12-7", None, None, ""),
    "应该是昨天，4人": ("", "12-7", 4, None, ""),
    "地点 新风": (XINFENG, "", None, None, ""),
    "地址改成新风社区，人数4": (XINFENG, "", 4, None, ""),
    "新增用户改成30": ("", "", None, 30, ""),
    "内容改成 昨天和3人座谈": ("", "", None, None, "昨天和3人座谈"),
    "人数改成4人，内容：讲解注册，发手册": ("", "", 4, None, "讲解注册，发手册"),
    "人数改成4人 讲解注册": ("", "", 4, None, "讲解注册"),
    "4人 讲解注册，发手册": ("", "", 4, None, "讲解注册，发手册"),
    "3-4人": ("", "", 3, None, ""),
    "社区义诊": ("", "", None, None, "社区义诊"),
    "内容丰富的座谈": ("", "", None, None, "内容丰富的座谈"),
    "新风 昨天": (XINFENG, "12-7", None, None, ""),
}


@pytest.mark.parametrize("words", SAID)
def test_a_change_is_read_with_and_without_the_name_of_the_field(words: str) -> None:
    assert told(changed(words, "走访", REAL, TODAY)) == SAID[words]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("人数改成很多", "“人数”要改成什么没有看懂，没有改。请这样写：走访 更正 编号 4人"),
        ("人数错了，是4人", "“人数”要改成什么没有看懂"),
        ("时间是下午3点", "“时间”要改成什么没有看懂"),
        ("时间是昨天下午3点", "“时间”要改成什么没有看懂"),
        ("日期改为11月31日", "没有“11月31日”这一天"),
        ("地点新风中心", "没有叫“新风中心”的街道或社区。是不是：.*没有改，请核对后重新发"),
        ("人数", "“人数”要改成什么没有看懂"),
    ],
)
def test_a_new_value_that_cannot_be_read_is_refused_and_no_text(words: str, why: str) -> None:
    with pytest.raises(OpsError, match=why):
        changed(words, "走访", REAL, TODAY)
