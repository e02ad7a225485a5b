"""What a person may say to the account: each command, as every role, with and without something to tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from wechat_sender import STAFF, Entrance

from bot.commands import COMMANDS, READERS_ANSWER
from bot.commands.helping import grouped
from bot.commands.table import reference, split
from bot.door import BROKEN
from content.complaints import is_complaint, is_long
from content.models import Article, Review, State
from content.people import person_named, revoke
from content.reviews import ROLES

EDITORIAL = {"管理", "运营", "编辑", "复审", "主任", "外聘"}
FIELD = {"管理", "运营", "联络", "街道"}
ANSWERING = {"管理", "运营", "主任", "街道"}
WHO_MAY = {
    "帮助": set(STAFF),
    "绑定": set(STAFF),
    "解绑": set(STAFF),
    "我是谁": set(STAFF),
    "登录": set(STAFF),
    "统计": EDITORIAL,
    "文章": EDITORIAL,
    "排行": EDITORIAL,
    "粉丝": EDITORIAL,
    "周报": set(STAFF),
    "月报": EDITORIAL,
    "本月": EDITORIAL,
    "专题": EDITORIAL,
    "告警": {"管理", "运营", "主任", "外聘"},
    "进度": EDITORIAL,
    "互动": EDITORIAL,
    "异常": EDITORIAL,
    "缺件": {"管理", "运营", "编辑", "联络", "街道"},
    "合规": EDITORIAL | {"街道"},
    "待审": EDITORIAL,
    "看": EDITORIAL,
    "待发": EDITORIAL,
    "评论": EDITORIAL,
    "排查": EDITORIAL,
    "放行": ANSWERING,
    "回复": ANSWERING,
    "删回复": ANSWERING,
    "精选": ANSWERING,
    "取消精选": ANSWERING,
    "不用回": ANSWERING,
    "删评": ANSWERING,
    "开评论": ANSWERING,
    "关评论": ANSWERING,
    "同意": EDITORIAL,
    "退回": EDITORIAL,
    "暂停": {"管理", "运营", "主任", "街道"},
    "恢复": {"管理", "运营", "主任", "街道"},
    "收到": {"管理", "运营"},
    "代录": {"管理", "运营"},
    "凭证": {"管理", "运营"},
    "代理": {"管理", "运营", "主任", "外聘"},
    "用原稿": {"管理", "运营"},
    "用后台稿": {"管理", "运营"},
    "更正": EDITORIAL,
    "确认报告": EDITORIAL,  # all but 甲方 hear from the use case that it is for 甲方
    "退回报告": EDITORIAL,
    "同意更正": EDITORIAL,
    "不同意更正": EDITORIAL,
    "已更正": EDITORIAL,
    "核实更正": EDITORIAL,
    "改不了": EDITORIAL,
    "更正文章": EDITORIAL,
    "撤稿": {"管理", "运营", "主任", "外聘"},  # 外聘 hears from the use case that only a chief of 甲方 may
    "确认撤稿": {"管理", "运营", "主任", "外聘"},
    "已撤": {"管理", "运营", "主任", "外聘"},
    "算了": set(STAFF),
    "搜": set(STAFF),
    "更多": set(STAFF),
    "解锁绑定": {"管理"},
    "处理完": {"管理", "运营"},
    "排期": {"管理", "运营"},
    "取消排期": {"管理", "运营"},
    "移出": {"管理", "运营"},
    "立即发布": {"管理", "运营", "主任", "外聘"},
    "确认": {"管理", "运营", "主任", "外聘"},
    "补发": {"管理", "运营"},
    "已发": {"管理", "运营"},
    "没发出": {"管理", "运营"},
    "链接": {"管理", "运营"},
    "急稿": {"管理", "运营", "编辑"},
    "送审": {"管理", "运营", "编辑"},
    "已解除": {"管理", "运营", "编辑"},
    "顺延": {"管理", "运营", "编辑"},
    "工单": {"管理", "运营", "复审", "主任", "外聘"},
    "群文字": EDITORIAL,
    "事后复审": EDITORIAL,
    "走访": FIELD,
    "填报": {*FIELD, "主任", "外聘"},
    "撤回填报": {*FIELD, "主任", "外聘"},
    "确认填报": {"管理", "运营", "主任", "外聘"},
    "退回填报": {"管理", "运营", "主任", "外聘"},
    "培训": FIELD,
    "活动": FIELD,
    "群组": FIELD,
    "群组解散": FIELD,
    "案例": FIELD,
    "平台内容": FIELD,
    "评价": FIELD,
    "议事": FIELD,
    "记录": FIELD,
    "作废": FIELD,
    "照片": FIELD,
    "已发群": FIELD,
    "已发邮件": FIELD,
    "我的社区": FIELD,
    "走访计划": FIELD,
    "补访": FIELD,
    "换人": {"管理", "运营"},
}
OTHERS = {
    "科员": ("editor", "甲方"),
    "处室": ("operator", "甲方"),
    "审读": ("reviewer", "甲方"),
    "帮手": ("admin", "乙方"),
}
OF_THE_CLIENT = {name for name, people in WHO_MAY.items() if "街道" in people and "联络" not in people}
OTHERS_MAY: dict[str, Callable[[str], bool]] = {  # 甲方 adds what is open to all of it
    "科员": lambda name: "编辑" in WHO_MAY[name] or name in OF_THE_CLIENT,
    "处室": lambda name: "运营" in WHO_MAY[name],
    "审读": lambda name: "复审" in WHO_MAY[name] or name in OF_THE_CLIENT,
    "帮手": lambda name: "管理" in WHO_MAY[name],
}
UNKNOWN = "没有看懂。发“帮助”看能做什么。同意或退回要写稿号，例如：同意 12-3"


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        yield house


@pytest.fixture
def staffed(door: Entrance) -> Entrance:
    door.staff()
    return door


@pytest.fixture
def sent(staffed: Entrance) -> Entrance:
    """An article is in review: 1-1."""
    assert staffed.submit(staffed.write(title="歇脚椅")).name == "1-1"
    return staffed


def article(door: Entrance, number: int = 1) -> Article:
    return door.article(number)


def verdicts(door: Entrance) -> list[tuple[str, str, str]]:
    with door.parts.store.reading() as session:
        return [(r.step, r.verdict, r.comment) for r in session.query(Review).order_by(Review.id)]


# who may say what ----------------------------------------------------------------------------------------------------


def test_the_table_names_every_command() -> None:
    assert {entry.names[0] for entry in COMMANDS} == set(WHO_MAY)
    names = [name for entry in COMMANDS for name in entry.names]
    assert len(names) == len(set(names))
    assert all(entry.help.startswith(entry.names[0]) for entry in COMMANDS)


def test_every_name_of_a_command_means_it() -> None:
    for entry in COMMANDS:
        for name in entry.names:
            found = split(f"{name} 12")
            assert found is not None
            assert found[0] is entry, name


@pytest.mark.parametrize("who", [*STAFF, *OTHERS])
def test_everybody_may_say_what_their_role_allows_and_nothing_else(staffed: Entrance, who: str) -> None:
    role, party = (STAFF | OTHERS)[who]
    if who in OTHERS:
        staffed.say(who, f"绑定 {staffed.add(who, role, party)}")
    for entry in COMMANDS:
        name = entry.names[0]
        may = (OTHERS_MAY[who](name) if who in OTHERS else who in WHO_MAY[name]) or name == "收到"  # politeness, too
        answer = staffed.say(who, entry.example)
        assert (answer == f"“{name}”不归{ROLES[role]}用。发“帮助”看能做什么。") != may, (who, entry.example, answer)
        assert answer not in ("", READERS_ANSWER, BROKEN)
        assert answer != UNKNOWN or name == "收到"


def test_every_command_has_an_example_that_means_it() -> None:
    """For commands that are still to come, too: their docstring's first line says what to send, or 例如：…."""
    for entry in COMMANDS:
        assert entry.example, f"{entry.names[0]} needs an example in its help"
        found = split(entry.example)
        assert found is not None
        assert found[0] is entry, entry.example


def test_the_help_names_what_this_person_may_do(staffed: Entrance) -> None:
    for who in STAFF:
        head, *lines = staffed.say(who, "帮助").split("\n")
        assert head == f"{who}（{ROLES[STAFF[who][0]]}），您可以发："
        whole = {entry.help: [entry.names[0]] for entry in COMMANDS}
        shown = [re.sub("^【.*】", "", line) for line in lines if not line.startswith("一条怎么用")]
        named = [name for line in shown if line for name in whole.get(line) or line.split("、")]
        assert sorted(named) == sorted(name for name, people in WHO_MAY.items() if who in people)


def test_a_group_is_shown_with_the_help_of_its_commands(staffed: Entrance) -> None:
    for group, entries in grouped(None):
        answer = staffed.say("管理", f"帮助 {group}")
        while more := re.search(r"\n（下一部分请发：(帮助 .+ \d)）", answer):
            answer = answer.replace(more[0], staffed.say("管理", more[1]).removeprefix(f"【{group}】"))
        shown = [entry.help for entry in entries if "管理" in WHO_MAY[entry.names[0]]]
        assert answer.split("\n") == [f"【{group}】", *shown]
    assert staffed.say("联络", "帮助 计划").startswith("联络（联络员），您可以发：")  # nothing of it is theirs


def test_the_help_tells_of_one_command_with_an_example_and_its_other_names(staffed: Entrance) -> None:
    assert staffed.say("运营", "帮助 改期").split("\n") == [
        "排期 12 时间",
        "定时间或改时间，例如：排期 12 周五18:30；改期 12 明天9点",
        "也可以说：定时、改期、改时间、改到",
    ]
    assert staffed.say("编辑", "帮助 看").startswith("看 12\n将要发出的稿子")
    assert staffed.say("编辑", "帮助 待甚") == "没有“待甚”这一条。您是想发：帮助 待审 吗？"
    assert staffed.say("编辑", "帮助 排期") == "“排期”不归编辑用。"


@pytest.mark.parametrize("who", ["路人", "编辑", "运营", "主任"])
def test_strangers_and_who_has_left_get_the_readers_answer_to_every_word(sent: Entrance, who: str) -> None:
    """Whatever they were: nothing tells them that there is more, and nothing happens."""
    if who != "路人":
        with sent.parts.store.transaction() as session:
            revoke(session, person_named(session, who), by="管理", now=sent.now)
    _, notices, events = sent.stored()
    words = [entry.example for entry in COMMANDS if entry.names[0] != "搜"]  # which readers may say
    words += ["1-1", "", "绑定 ABCD2345", "同意 1-1", "/待审", "同义 1-1", "请看1"]
    words = [said for said in words if not (is_long(said) or is_complaint(said, sent.folder))]  # which become tickets
    assert {sent.say(who, said) for said in words} == {READERS_ANSWER}
    assert sent.stored()[1:] == (notices, events)
    assert (verdicts(sent), article(sent).state) == ([], State.IN_REVIEW)
    assert not any(word in READERS_ANSWER for word in ("绑定", "帮助", "命令", "审"))


def test_a_picture_or_a_voice_is_no_command(sent: Entrance) -> None:
    for kind, told in (("image", UNKNOWN), ("voice", "语音听不了"), ("location", "位置看不了")):
        body = sent.wechat.written("同意 1-1", "openid-编辑").replace("[text]", f"[{kind}]")
        assert sent.wechat.opened(sent.wechat.post(body))["Content"].startswith(told)
        assert sent.wechat.opened(sent.wechat.post(body.replace("编辑", "路人")))["Content"] == READERS_ANSWER
    assert verdicts(sent) == []


# how words are read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ("同意 12-3", "同意", "12-3"),
        ("同意12-3", "同意", "12-3"),
        ("\u3000同意\u3000１２－３\n", "同意", "１２－３"),
        ("／统计\u3000７", "统计", "７"),
        ("/统计", "统计", ""),
        ("HELP", "帮助", ""),
        ("Ｈｅｌｐ", "帮助", ""),
        ("？", "帮助", ""),
        ("看１２", "看", "１２"),
        ("绑定K7PA2345", "绑定", "K7PA2345"),
        ("不同意 12-3 不好", "退回", "12-3 不好"),
        ("退回 12-3 第二段，日期：不对（见文件）", "退回", "12-3 第二段，日期：不对（见文件）"),
    ],
)
def test_a_command_is_understood_as_people_type_it(words: str, name: str, rest: str) -> None:
    found = split(words)
    assert found is not None
    assert (found[0].names[0], found[1]) == (name, rest)


@pytest.mark.parametrize("words", ["", " ", "/", "好", "已阅", "同意了吧", "看呀", "helper", "暂停一下", "我同意 1-1"])
def test_what_only_begins_like_a_command_is_none(words: str) -> None:
    assert split(words) is None


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("12", (12, None, "")),
        ("12-3", (12, 3, "")),
        ("１２－３", (12, 3, "")),
        ("12 — 3", (12, 3, "")),
        ("12-3日期不对", (12, 3, "日期不对")),
        ("12-3，日期：不对。", (12, 3, "日期：不对。")),
        ("12-3 第一行\n第二行", (12, 3, "第一行\n第二行")),
        ("12 2", (12, None, "2")),
        ("", None),
        ("甲", None),
        ("12-", None),
        ("12-3-4", None),
        ("-3", None),
        ("1234567890", None),
        ("9" * 5000, None),
        ("1-" + "9" * 5000, None),
    ],
)
def test_a_reference_is_read_whole_or_not_at_all(rest: str, found: tuple[int, int | None, str] | None) -> None:
    assert reference(rest) == found


# 绑定 ----------------------------------------------------------------------------------------------------------------


def test_a_code_ties_one_sender_once(door: Entrance) -> None:
    code = door.add("编辑", "editor")
    assert door.say("编辑", f"绑定 {code}") == "编辑，已绑定，您的角色是编辑。发“帮助”看能做什么。"
    assert door.say("编辑", f"绑定 {code}").startswith("编辑，已绑定")
    assert door.say("路人", f"绑定 {code}") == "绑定码已经用过或过期，请向管理员要一个新的。"
    assert door.say("路人", "帮助") == READERS_ANSWER


def test_a_code_is_understood_as_people_type_it(door: Entrance) -> None:
    for n, spelled in enumerate(["绑定{}", "绑定：{}", "绑定\u3000 {} 。", "/绑定 {}"]):
        code = door.add(f"编辑{n}", "editor")
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
        for form in (code.lower(), f"{code[:4]} {code[4:]}", wide):
            assert door.say(f"编辑{n}", spelled.format(form)).startswith(f"编辑{n}，已绑定"), (spelled, form)


def test_an_expired_code_ties_nobody(door: Entrance) -> None:
    code = door.add("编辑", "editor")
    door.later(days=30)
    assert door.say("编辑", f"绑定 {code}") == "绑定码已经用过或过期，请向管理员要一个新的。"
    assert door.say("编辑", "帮助") == READERS_ANSWER


def test_an_unknown_code_tells_a_stranger_nothing_and_staff_what_to_do(staffed: Entrance) -> None:
    for code in ("", "ABCD2345", "%", "' OR 1=1 --", "码" * 500):
        assert staffed.say("路人", f"绑定 {code}") == READERS_ANSWER
        assert staffed.say("编辑", f"绑定 {code}") == "没有这个绑定码，请核对后再发，或向管理员要一个新的。"


def test_a_bound_sender_cannot_take_another_name(staffed: Entrance) -> None:
    code = staffed.add("新人", "chief")
    answer = staffed.say("编辑", f"绑定 {code}")
    assert answer == "这个微信号已经绑定了编辑，没有再绑。要换成别人，请先发：解绑，再发新的绑定码。"
    assert "编辑（编辑）" in staffed.say("编辑", "帮助")
    assert staffed.say("新人", f"绑定 {code}").startswith("新人，已绑定")


# a question is no deed ------------------------------------------------------------------------------------------------


def test_a_question_is_no_reason(staffed: Entrance) -> None:
    staffed.submit(staffed.write(title="歇脚椅"))
    for words in ("放行 1 可以吗？", "放行 1？", "送审 1 行吗", "事后复审 1 没问题吧？"):
        assert staffed.say("运营", words).startswith("这一句像是在问，没有办。要办请直接写，不写成问句，例如："), words


# 暂停, 恢复 ----------------------------------------------------------------------------------------------------------


def test_operators_and_the_client_may_pause_and_resume(staffed: Entrance) -> None:
    for who in ("管理", "运营", "主任", "街道"):
        assert staffed.say(who, "暂停") == "已暂停自动发布，到点的推文会等着。要恢复请发：恢复"
        assert staffed.say("运营", "请停止发布！") == f"发布早已暂停（{who}）。要恢复请发：恢复"
        for more in ("？", " 明天9点", " 了吗"):
            assert staffed.say(who, f"恢复{more}").startswith("没有恢复。要恢复请只发：恢复")
        assert staffed.say(who, "恢复").startswith("已恢复自动发布。")
        assert staffed.say(who, "恢复自动发布") == "发布没有暂停。"
