"""menu.toml: every fault at once with its line, written as it is read, and compared as people read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.menu import menu_of
from content.article import Level
from content.errors import WrongUse
from content.menu import Button, Menu, as_toml, button_of, differences, read_menu

pytestmark = pytest.mark.one_database

GOOD = """
[[button]]
name = "便民服务"

[[button.sub_button]]
name = "养老服务"
type = "click"
key = "养老"

[[button.sub_button]]
name = "区政府网站"
type = "view"
url = "https://www.example.gov.cn/"

[[button]]
name = "小程序"
type = "miniprogram"
url = "https://www.example.gov.cn/"
appid = "wx0000000000000002"
pagepath = "pages/index"
"""


def read(folder: Path, text: str, **more: Any) -> Menu:
    (folder / "menu.toml").write_text(text, encoding="utf-8")
    return read_menu(folder / "menu.toml", lambda key: key == "养老", **more)


def told(menu: Menu) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in menu.problems]


def test_a_good_menu_is_read_and_sent_as_the_api_takes_it(tmp_path: Path) -> None:
    menu = read(tmp_path, GOOD)
    assert menu.problems == ()
    assert [button.as_call() for button in menu.buttons] == [
        {
            "name": "便民服务",
            "sub_button": [
                {"type": "click", "name": "养老服务", "key": "养老"},
                {"type": "view", "name": "区政府网站", "url": "https://www.example.gov.cn/"},
            ],
        },
        {
            "type": "miniprogram", "name": "小程序", "url": "https://www.example.gov.cn/",
            "appid": "wx0000000000000002", "pagepath": "pages/index",
        },
    ]  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    odd = Button('引"号\\', "click", (("key", "养老"),))
    buttons = (*read(tmp_path, GOOD).buttons, odd)
    assert read(tmp_path, as_toml(buttons)).buttons == buttons


def test_all_faults_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = (
        '[[button]]\nname = "超过五个汉字的名"\ntype = "click"\nkey = "没有回复"\n'
        f'[[button]]\nname = "五个汉字的"\ntype = "view"\nurl = "ftp://x"\n'
        f'[[button]]\nname = "下面"\ntype = "click"\n[[button.sub_button]]\nname = ""\ntype = "wiew"\n'
        f'[[button.sub_button]]\nname = "钥匙"\ntype = "click"\nkey = "{"长" * 43}"\n'
        f'[[button.sub_button]]\nname = "网址"\ntype = "view"\nurl = "http://www.example.gov.cn"\n'
        f'[[button.sub_button]]\nname = "长"\ntype = "view"\nurl = "https://x.cn/{"a" * 1024}"\n'
        '[[button.sub_button]]\nname = "素材"\ntype = "media_id"\nmedia = "M"\n'
        '[[button]]\nname = "第四个"\ntype = "click"\nkey = "养老"\n'
    )
    found = told(read(tmp_path, text))
    said = dict(found)
    assert "有 24 字节，最多 16 字节" in said[2]
    assert "replies.csv 里没有“没有回复”" in said[4]
    assert "超过 4 个汉字" in said[6]
    assert "https:// 开头" in said[8]
    assert "有子菜单" in said[11]
    assert "没有名字" in said[13]
    assert "“wiew”不认识" in said[14]
    assert "129 字节，最多 128 字节" in said[18]
    assert "没有加密" in said[22]
    assert "最多 1024 字节" in said[26]
    assert "要写 media_id" in said[29]
    assert "是不是“media_id”" in said[30]
    assert "一级菜单有 4 个" in said[31]
    assert [line for line, _ in found] == sorted(said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有菜单"),
        ('[button]\nname = "a"\n', "没有菜单"),
        ('[[button]]\nname = "a\n', "读不懂"),
        ('title = "x"\n' + GOOD, "不认识“title”"),
        ('[[button]]\nname = "a"\n' + '[[button.sub_button]]\nname = "b"\ntype="click"\nkey="养老"\n' * 6, "1 到 5 个"),
        ('[[button]]\nname = 3\ntype = "click"\nkey = "养老"\n', "写在引号里"),
        ('[[button]]\nname = "a"\n', "没有写 type"),
    ],
)
def test_what_is_no_menu_is_told(tmp_path: Path, text: str, words: str) -> None:
    assert any(words in message for _, message in told(read(tmp_path, text)))


def test_keys_that_another_system_answers_are_a_warning(tmp_path: Path) -> None:
    menu = read(tmp_path, GOOD.replace('"养老"', '"V1"'), elsewhere=True)
    assert [problem.level for problem in menu.problems] == [Level.WARN]


@pytest.mark.parametrize("key", ["养老", "请问养老", "帮助", "搜", "登录"])
def test_a_key_is_answered_by_the_table_or_by_a_command(tmp_path: Path, key: str) -> None:
    (tmp_path / "replies.csv").write_text("关键词,匹配,类型,内容\n养老,包含,文字,好\n", encoding="utf-8")
    (tmp_path / "menu.toml").write_text(GOOD.replace('"养老"', f'"{key}"'), encoding="utf-8")
    assert menu_of(tmp_path, forward=False).problems == ()
    (tmp_path / "menu.toml").write_text(GOOD.replace('"养老"', '"低保"'), encoding="utf-8")
    assert len(menu_of(tmp_path, forward=False).problems) == 1


def test_a_workspace_without_a_menu_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="wxops menu pull"):
        menu_of(tmp_path, forward=False)


def test_two_menus_are_compared_as_people_read_them() -> None:
    old = (Button("办事", "click", (("key", "a"),)), Button("网站", "view", (("url", "https://x.cn"),)))
    assert differences(old, old) == []
    assert differences(old, (old[1], Button("更多", below=(old[0],)))) == [
        "去掉 办事：点击，回复“a”",
        "不变 网站：打开 https://x.cn",
        "新增 更多：（有子菜单）",
        "新增 更多 › 办事：点击，回复“a”",
    ]


def test_a_button_is_the_same_by_either_call_of_the_api() -> None:
    plain = {"name": "更多", "sub_button": [{"type": "click", "name": "a", "key": "k", "sub_button": []}]}
    listed = {"name": "更多", "sub_button": {"list": [{"type": "click", "name": "a", "key": "k"}]}}
    assert button_of(plain) == button_of(listed)
