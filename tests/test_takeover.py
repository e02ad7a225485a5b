"""Taking over: the back office's menu and replies become files, what cannot is named, and the menu is pushed and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from stage import Stage

from bot.cli import cli
from bot.wiring import gateway
from content.article import Level
from content.errors import OpsError
from content.menu import read_menu
from content.replies import Kind, Match, Reply, read_replies
from content.reply_table import merged
from scheduler import takeover
from scheduler.office import carried_menu, carried_replies

CASES = Path(__file__).parent / "cases" / "json"
SAMPLE: dict[str, Any] = json.loads((CASES / "autoreply_info.json").read_text(encoding="utf-8"))


def news(*articles: tuple[str, str]) -> dict[str, Any]:
    rows = [{"title": t, "content_url": f"http://mp.weixin.qq.com/s/{u}" if u else ""} for t, u in articles]
    return {"type": "news", "news_info": {"list": rows}}


MENU: dict[str, Any] = {
    "is_menu_open": 1,
    "selfmenu_info": {
        "button": [
            {"name": "便民", "sub_button": {"list": [
                {"type": "text", "name": "上班时间", "value": "工作日 9 点到 17 点。"},
                {"type": "view", "name": "网站", "url": "http://www.example.gov.cn/"},
                {"type": "img", "name": "地图", "value": "MEDIA1"},
                {"name": "一篇", **news(("助餐点", "a"))},
                {"name": "几篇", **news(("助餐点", "a"), ("议事厅", "b"))},
            ]}},
            {"name": "看看", "sub_button": {"list": [{"type": "video", "name": "短片", "value": "http://v.example/1"}]}},
            {"type": "text", "name": "地址", "value": "菜单里的地址"},
        ]
    },
}  # fmt: skip
REPLIES: dict[str, Any] = {
    "is_add_friend_reply_open": 1,
    "is_autoreply_open": 1,
    "add_friend_autoreply_info": {"type": "text", "content": "欢迎关注本区民政。"},
    "message_default_autoreply_info": {"type": "img", "content": "MEDIA2"},
    "keyword_autoreply_info": {"list": [
        {"rule_name": "地址", "reply_mode": "reply_all",
         "keyword_list_info": [{"type": "text", "match_mode": "equal", "content": "地址"},
                               {"type": "text", "match_mode": "contain", "content": "在哪"}],
         "reply_list_info": [{"type": "text", "content": "某街 1 号"}, {"type": "text", "content": "乘 1 路"}]},
        {"rule_name": "养老", "reply_mode": "random_one",
         "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "养老"}],
         "reply_list_info": [news(("助餐点", "a")), {"type": "text", "content": "另一条"}]},
    ]},
}  # fmt: skip


@pytest.fixture
def office(stage: Stage) -> Stage:
    """An account whose back office answers, with the callback off."""
    stage.sim.set_callback("")
    stage.sim.backoffice("set_up", menu=MENU, replies=REPLIES)
    return stage


class Said(NamedTuple):
    exit_code: int
    output: str


def wxops(stage: Stage, *words: str) -> Said:
    """Run a command as its user does; what is refused has its class's exit code and text."""
    done = CliRunner().invoke(cli, ["--workspace", str(stage.folder), *words], env=stage.environ)
    if isinstance(done.exception, OpsError):
        return Said(done.exception.exit_code, f"{done.output}{done.exception}")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Said(done.exit_code, done.output)


def taken(stage: Stage, **more: Any) -> str:
    how = {"verified": True, "force": False, "now": stage.now} | more
    return "\n".join(takeover.take_over(stage.folder, gateway(stage.parts), **how))


def saved(stage: Stage, pattern: str) -> list[Path]:
    return sorted((stage.folder / ".wxops").glob(pattern))


# what becomes of it -------------------------------------------------------------------------------------------------


def test_the_platforms_own_sample_is_carried_over_but_for_voice_and_video() -> None:
    found = carried_replies(SAMPLE)
    assert [(row.match, row.keyword, row.kind) for row in found.replies] == [
        (Match.WELCOME, "", Kind.TEXT),
        (Match.DEFAULT, "", Kind.TEXT),
        (Match.CONTAIN, "news测试", Kind.TEXT),
        (Match.CONTAIN, "text测试", Kind.TEXT),
    ]
    assert found.replies[2].text.count("https://mp.weixin.qq.com/s?") == 3
    assert [one.name.rpartition("“")[2] for one in found.lost] == ["autoreply-voice”", "autoreply-video”"]


def test_what_is_closed_is_not_carried_and_named() -> None:
    found = carried_replies({**SAMPLE, "is_add_friend_reply_open": 0, "is_autoreply_open": 0})
    assert (found.is_open, found.replies) == (False, ())
    assert {one.why for one in found.lost} == {"后台没有开启"}
    assert len(found.lost) == 6
    assert carried_menu({**MENU, "is_menu_open": 0}, ()).is_open is False


@pytest.mark.parametrize("told", [{}, {"is_menu_open": 1}, {"is_menu_open": 1, "selfmenu_info": {"button": [1, {}]}}])
def test_odd_answers_carry_nothing_and_break_nothing(told: dict[str, Any]) -> None:
    assert carried_menu(told, ()).buttons == ()
    assert carried_replies({"is_autoreply_open": 1, "keyword_autoreply_info": {"list": [{}, 3]}}).replies == ()


def test_a_button_that_lacks_its_address_is_named_with_what_it_lacks() -> None:
    buttons = [
        {"type": "view", "name": "网站", "url": ""},
        {"type": "miniprogram", "name": "办事", "url": "https://a.cn"},
    ]
    found = carried_menu({"is_menu_open": 1, "selfmenu_info": {"button": buttons}}, ())
    assert found.buttons == ()
    assert [one.words for one in found.lost] == [
        "公众平台“自定义菜单”的“网站”：后台没有写网址。要用请问清楚，再写进 menu.toml。",
        "公众平台“自定义菜单”的“办事”：后台没有写小程序的 appid、小程序的页面。要用请问清楚，再写进 menu.toml。",
    ]


def test_a_text_too_long_for_one_reply_is_named() -> None:
    long = {"type": "text", "content": "长" * 700}
    found = carried_replies({"is_add_friend_reply_open": 1, "add_friend_autoreply_info": long})
    assert (found.replies, "放不下" in found.lost[0].why) == ((), True)


# rows that are there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_are_added_in_the_files_own_form_and_nothing_of_it_is_lost(tmp_path: Path, encoding: str) -> None:
    text = '# 我的,说明\n备注,内容,类型,匹配,关键词\n不动,"第一行\n第二行",文字,包含,养老\n,欢迎,文字,关注,\n'
    (tmp_path / "replies.csv").write_bytes(text.encode(encoding))
    rows = carried_replies(REPLIES).replies
    table = merged(tmp_path, rows, read_replies(takeover.STARTER))
    assert table.data.decode(encoding) == (
        text + ',"某街 1 号\n\n乘 1 路",文字,全等,地址\n,"某街 1 号\n\n乘 1 路",文字,包含,在哪\n'
    )
    assert [row.match for row in table.kept] == [Match.WELCOME, Match.CONTAIN]


@pytest.mark.parametrize("head", ["关键词,匹配,类型,内容", "内容,关键词,匹配,类型"])
def test_a_keyword_and_an_answer_that_begin_with_a_hash_are_no_remarks(tmp_path: Path, head: str) -> None:
    (tmp_path / "replies.csv").write_text(f"{head}\n", encoding="utf-8")
    rows = [Reply(Match.EQUAL, " #停水", Kind.TEXT, "#停水通知# 见官网。")]
    (tmp_path / "replies.csv").write_bytes(merged(tmp_path, rows, read_replies(takeover.STARTER)).data)
    answer = read_replies(tmp_path).equal("#停水")
    assert answer is not None
    assert answer.text[1:] == "停水通知# 见官网。"
    again = merged(tmp_path, rows, read_replies(takeover.STARTER))
    assert (again.added, again.kept) == ((), ())


def test_rows_are_added_to_a_spreadsheet_as_well(tmp_path: Path) -> None:
    from test_spreadsheet import sheet

    file = sheet(tmp_path / "replies.xlsx", [["关键词", "匹配", "类型", "内容"], ["养老", "包含", "文字", "好"]])
    table = merged(tmp_path, carried_replies(REPLIES).replies, read_replies(takeover.STARTER))
    assert table.file == file
    file.write_bytes(table.data)
    assert [row.keyword for row in read_replies(tmp_path).rows] == ["养老", "", "地址", "在哪"]


# the whole way ------------------------------------------------------------------------------------------------------


def test_everything_is_saved_written_and_what_cannot_be_is_named(office: Stage) -> None:
    (office.folder / "replies.csv").write_bytes((takeover.STARTER / "replies.csv").read_bytes())
    said = wxops(office, "takeover")
    assert said.exit_code == 0, said.output
    assert [json.loads(file.read_bytes()) for file in saved(office, "takeover/*.json")] == [REPLIES, MENU]
    replies = read_replies(office.folder)
    assert replies.is_whole
    assert replies.welcome
    assert replies.welcome.text == "欢迎关注本区民政。"  # in the place of the starter's
    assert [replies.equal(word).text for word in ("地址", "上班时间", "菜单_地址")] == [  # type: ignore[union-attr]
        "某街 1 号\n\n乘 1 路", "工作日 9 点到 17 点。", "菜单里的地址",
    ]  # fmt: skip
    found = read_menu(office.folder / "menu.toml", lambda key: bool(replies.equal(key)))
    assert [problem.level for problem in found.problems] == [Level.WARN]  # http
    below = found.buttons[0].below
    assert [(one.name, one.kind) for one in below] == [
        ("上班时间", "click"), ("网站", "view"), ("一篇", "view"), ("几篇", "click"),
    ]  # fmt: skip
    assert below[2].fact("url") == "https://mp.weixin.qq.com/s/a"
    assert found.buttons[1].fact("key") == "菜单_地址"
    for words in (
        "便民 › 地图",
        "看看 › 短片",
        "“收到消息回复”：里面有图片",
        "随机回复",
        "没有加密",
        "设置与开发",
        "--restore",
        "另存",
    ):
        assert words in said.output, words
    assert "没有认证" not in said.output


def test_again_changes_nothing_and_a_death_between_two_files_is_made_good(office: Stage) -> None:
    taken(office)
    before = (office.folder / "replies.csv").read_bytes()
    office.later(minutes=1)
    again = taken(office)
    assert "要带的都已经在里面了" in again
    assert "menu.toml：和后台的一样" in again
    assert len(saved(office, "takeover/*")) == 2
    assert saved(office, "copies/*") == []
    (office.folder / "menu.toml").unlink()
    assert "menu.toml：写进 2 个一级菜单" in taken(office)
    assert (office.folder / "replies.csv").read_bytes() == before


def test_texts_with_edge_blanks_and_other_line_ends_are_no_other_texts_the_next_time(office: Stage) -> None:
    greeting = {"type": "text", "content": "　欢迎。\r\n请留言。 \n"}
    menu = {"is_menu_open": 1, "selfmenu_info": {"button": [{"type": "text", "name": "地铁", "value": "2 号线\r\n"}]}}
    empty = {"type": "text", "content": " \n"}
    told = {**REPLIES, "add_friend_autoreply_info": greeting, "message_default_autoreply_info": empty}
    office.sim.backoffice("set_up", menu=menu, replies=told)
    assert "里面有一条是空的" in taken(office)
    replies = read_replies(office.folder)
    assert replies.welcome
    assert replies.welcome.text == "欢迎。\n请留言。"
    again = taken(office)
    assert "要带的都已经在里面了" in again
    assert "您写过的" not in again


def test_a_row_and_a_menu_of_ones_own_win_and_copies_are_kept(office: Stage) -> None:
    (office.folder / "replies.csv").write_text("关键词,匹配,类型,内容\n地址,全等,文字,我写的\n", encoding="utf-8")
    (office.folder / "menu.toml").write_text('[[button]]\nname="自己"\ntype="click"\nkey="地址"\n', encoding="utf-8")
    said = taken(office)
    assert "您写过的没有换掉，后台的是另一种写法：“地址”" in said
    assert "menu.toml：已经有了" in said
    assert read_replies(office.folder).equal("地址").text == "我写的"  # type: ignore[union-attr]
    assert (office.folder / "menu.toml").read_text(encoding="utf-8").startswith('[[button]]\nname="自己"')
    assert len(saved(office, "takeover/menu-*.toml")) == 1
    assert [file.read_text(encoding="utf-8")[-4:] for file in saved(office, "copies/replies-*.csv")] == ["我写的\n"]
    taken(office, force=True)
    assert 'name="自己"' in saved(office, "copies/menu-*.toml")[0].read_text(encoding="utf-8")
    assert "便民" in (office.folder / "menu.toml").read_text(encoding="utf-8")


def test_a_broken_table_is_to_be_mended_first_and_the_answers_are_saved_all_the_same(office: Stage) -> None:
    (office.folder / "replies.csv").write_text("关键词,匹配,类型,内容\n地址,相似,文字,x\n", encoding="utf-8")
    said = wxops(office, "takeover")
    assert (said.exit_code, "wxops check" in said.output) == (1, True)
    assert len(saved(office, "takeover/*.json")) == 2
    assert "相似" in (office.folder / "replies.csv").read_text(encoding="utf-8")


def test_once_the_callback_is_on_the_saved_answers_are_used(office: Stage) -> None:
    office.sim.set_callback(office.url)
    early = wxops(office, "takeover")
    assert (early.exit_code, "消息推送已经启用" in early.output) == (4, True)
    office.sim.set_callback("")
    office.later(minutes=1)
    list(takeover._save(office.folder, gateway(office.parts), office.now))  # and then it died
    office.sim.set_callback(office.url)
    office.later(minutes=1)
    assert "用的是以前保存的" in taken(office)
    assert read_replies(office.folder).equal("地址")


def test_a_default_that_leaves_readers_with_nothing_is_told(office: Stage) -> None:
    assert "建议在 replies.csv 的“默认”里" not in taken(office)
    text = {"type": "text", "content": "Hello"}
    office.sim.backoffice("set_up", replies={**REPLIES, "message_default_autoreply_info": text})
    office.later(minutes=1)
    assert "建议在 replies.csv 的“默认”里" in taken(office)


def test_an_account_that_may_make_no_menu_hears_it_beforehand(office: Stage) -> None:
    assert "没有认证" in taken(office, verified=False)


def test_restoring_pushes_the_menu_reads_it_back_and_names_what_answers(office: Stage) -> None:
    early = wxops(office, "takeover", "--restore")
    assert (early.exit_code, "还没有启用" in early.output) == (4, True)
    taken(office)
    early = wxops(office, "menu", "push")  # the buttons would have nobody to answer them
    assert (early.exit_code, "消息推送还没有启用，没有推送菜单" in early.output) == (4, True)
    office.sim.set_callback(office.url)
    wxops(office, "person", "add", "运营", "--role", "operator")
    done = wxops(office, "takeover", "--restore", "--by", "运营")
    assert done.exit_code == 0, done.output
    for words in (
        "新增 便民 › 上班时间：点击，回复“上班时间”",
        "读回来核对一致",
        "五分钟",
        "现在由 replies.csv 回复",
        "“在哪”",
    ):
        assert words in done.output, words
    again = wxops(office, "takeover", "--restore")
    assert "微信现有的菜单就是这一份" in again.output
    assert office.calls("menu/create") == 1
    assert office.sim.press("上班时间")["reply"] == "工作日 9 点到 17 点。"
    assert office.sim.say("请问在哪", openid="oA")["reply"].startswith("某街 1 号")
    office.sim.set_callback("")
    assert gateway(office.parts).current_menu() == MENU  # the back office's own works again


# the menu from then on ----------------------------------------------------------------------------------------------

OWN = '[[button]]\nname = "帮助"\ntype = "click"\nkey = "{}"\n'


@pytest.fixture
def own(stage: Stage) -> Stage:
    (stage.folder / "menu.toml").write_text(OWN.format("搜"), encoding="utf-8")
    return stage


def test_a_menu_with_errors_is_not_pushed(own: Stage) -> None:
    (own.folder / "menu.toml").write_text(OWN.format("没有") + "extra = 1\n", encoding="utf-8")
    for words in (["menu", "check"], ["menu", "push"]):
        said = wxops(own, *words)
        assert said.exit_code == 1
        assert "menu.toml:4:1: MENU error" in said.output
        assert "menu.toml:5:1: MENU error" in said.output
    assert own.calls("menu/create") == 0
    assert "menu.toml:5:1: MENU error" in wxops(own, "check").output


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_push_whose_answer_was_lost_is_read_back(own: Stage, when: str) -> None:
    own.sim.fault("menu/create", "drop", when=when)
    said = wxops(own, "menu", "push")
    assert own.calls("menu/create") == 1
    if when == "after":
        assert (said.exit_code, "核对一致" in said.output) == (0, True)
    else:
        assert (said.exit_code, "请再运行一次 wxops menu push" in said.output) == (3, True)
        assert "核对一致" in wxops(own, "menu", "push").output


def test_an_account_that_is_not_verified_hears_why(own: Stage) -> None:
    own.sim.fault("menu/create", "errcode", errcode=48001)
    said = wxops(own, "menu", "push")
    assert (said.exit_code, "没有认证，或认证过期" in said.output) == (3, True)


def test_pulling_never_overwrites_a_menu_without_force_and_keeps_a_copy(own: Stage) -> None:
    wxops(own, "menu", "push")
    assert "和后台的一样" in wxops(own, "menu", "pull").output
    (own.folder / "menu.toml").write_text(OWN.format("帮助"), encoding="utf-8")
    refused = wxops(own, "menu", "pull")
    assert (refused.exit_code, "新增 帮助：点击，回复“搜”" in refused.output) == (2, True)
    assert OWN.format("帮助") == (own.folder / "menu.toml").read_text(encoding="utf-8")
    assert wxops(own, "menu", "pull", "--force").exit_code == 0
    assert "搜" in (own.folder / "menu.toml").read_text(encoding="utf-8")
    assert [file.read_text(encoding="utf-8") for file in saved(own, "copies/menu-*.toml")] == [OWN.format("帮助")]


def test_without_a_menu_there_is_nothing_to_pull(stage: Stage) -> None:
    said = wxops(stage, "menu", "pull")
    assert (said.exit_code, "没有开启的菜单" in said.output) == (4, True)
