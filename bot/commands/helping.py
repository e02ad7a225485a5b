"""帮助: what this person may say, in groups that fit on a phone; one group with its lines; one command with its example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.commands.near import closest, without_thanks
from bot.commands.table import COMMANDS, EVERYBODY, Ask, Command, command, plain, split
from content.models import Person
from content.reviews import ROLES
from content.steps import CLIENT

Groups = list[tuple[str, Sequence[Command]]]

HELP_BYTES = 1750  # of the lines in one answer
OTHERS = "其他"
GROUPS = {  # in the order in which they are shown; what stands in none is shown under 其他
    "审稿": ("待审", "看", "同意", "退回", "送审", "代录", "凭证", "代理"),
    "发布": ("待发", "排期", "取消排期", "移出", "立即发布", "确认", "补发", "已发", "没发出", "链接", "用原稿", "用后台稿", "放行"),
    "应急": ("急稿", "群文字", "已解除", "顺延", "事后复审"),
    "改错": ("撤稿", "确认撤稿", "已撤", "排查", "更正", "同意更正", "不同意更正", "已更正", "核实更正", "改不了", "更正文章"),
    "读者": ("工单", "搜", "评论", "回复", "精选", "取消精选", "不用回", "删评", "删回复", "开评论", "关评论"),
    "数据": (
        "统计", "周报", "文章", "排行", "粉丝", "互动", "确认报告", "退回报告", "月报", "已发群", "已发邮件", "异常", "填报", "确认填报", "退回填报",
        "撤回填报",
    ),
    "现场": ("走访", "培训", "活动", "群组", "群组解散", "案例", "平台内容", "评价", "议事"),
    "台账": ("记录", "作废", "照片", "缺件", "我的社区", "走访计划", "补访", "换人"),
    "计划": ("本月", "专题", "进度"),
    "值班": ("告警", "收到", "处理完", "暂停", "恢复", "合规"),
    "本人": ("帮助", "我是谁", "登录", "绑定", "解绑", "算了", "更多", "解锁绑定"),
}  # fmt: skip


@command("帮助", "help", "?", "怎么用", "菜单", roles=EVERYBODY)
def help_(ask: Ask) -> str:
    """帮助：您可以用的命令；帮助 排期：一条命令怎么用；帮助 发布：一类命令。"""
    assert ask.person is not None
    topic, groups = without_thanks(plain(ask.rest)), grouped(ask.person)
    if topic and (told := _about(topic, ask.person, groups)):
        return told
    head = f"{ask.person.name}（{ROLES[ask.person.role]}），您可以发："
    return f"{head}\n{_overview(ask.person.role, client=ask.person.party == CLIENT)}"


def grouped(person: Person | None) -> Groups:
    """Return what a person may say by groups, without the empty ones; of None everything that anybody may say."""
    return _grouped(person.role, client=person.party == CLIENT) if person else _grouped(None)


# made once for each role: it is what people send most
@lru_cache(maxsize=64)
def _grouped(role: str | None, *, client: bool = False) -> Groups:
    mine = {entry.names[0]: entry for entry in COMMANDS if role is None or entry.is_for(role, client=client)}
    found = [(group, [mine.pop(name) for name in group_ if name in mine]) for group, group_ in GROUPS.items()]
    return [(group, entries) for group, entries in [*found, (OTHERS, list(mine.values()))] if entries]


@lru_cache(maxsize=64)
def _overview(role: str, *, client: bool) -> str:
    """Return every line of a role by groups, or only the names where the lines are too long for one answer."""
    groups = _grouped(role, client=client)
    whole = "\n".join(_lines(groups))
    if len(whole.encode()) <= HELP_BYTES:
        return whole
    lines = [f"【{group}】{'、'.join(e.names[0] for e in entries)}" for group, entries in groups]
    return "\n".join([*lines, "一条怎么用请发：帮助 排期；一类请发：帮助 发布"])


def _lines(groups: Groups) -> Iterator[str]:
    for group, entries in groups:
        yield f"【{group}】"
        yield from (entry.help for entry in entries)


def _about(topic: str, person: Person, groups: Groups) -> str:
    """Return how one command is used, or those of a group; "" where nothing is meant."""
    found = split(topic)
    if found and not found[1]:
        return _one(found[0]) if found[0].is_open_to(person) else f"“{topic}”不归{ROLES[person.role]}用。"
    mine = dict(groups)
    if topic in mine:
        return "\n".join([f"【{topic}】", *(entry.help for entry in mine[topic])])
    near = closest(topic, person)
    return f"没有“{topic}”这一条。您是想发：帮助 {near} 吗？" if near else ""


def _one(entry: Command) -> str:
    rest = entry.help.partition("：")[2]
    lines = [entry.usage, rest]
    if entry.example not in (entry.usage, "") and entry.example not in rest:
        lines.append(f"例如：{entry.example}")
    if entry.names[1:]:
        lines.append(f"也可以说：{'、'.join(entry.names[1:])}")
    return "\n".join(lines)
