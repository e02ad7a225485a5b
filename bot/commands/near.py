"""What is nearly a command: polite words around one are passed over, a slip of the pen is answered with the closest one."""

from __future__ import annotations

import re

from bot.commands.table import COMMANDS, Command, plain, split
from content.models import Person

_UNSEEN = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)  # \u200d joins signs
_LEAD = re.compile(r"^(?:请问|请|麻烦[您你]?|劳驾|帮我|帮忙|[您你]好|我想|我要|[\s,，!！。.]+)+")
_THANKS_BACKWARDS = re.compile(  # read from the end, so that each sign is looked at once: 了您苦辛 is 辛苦您了
    r"(?:[您你啦了]?谢谢+|了?谢多|了谢|了?[您你]?(?:苦辛|烦麻)|了?托拜|下一|[\s,，。.!！~～吧哈啊呀哦噢啦了])*+"
)
_QUESTION = re.compile(r"(?:[吗呢嘛?]|没有吧|[是对]吧|了没有?|行不行|要不要|可不可以|能不能)[\s.。!]*$")
_ONCE = re.compile(r"^(.{1,6}?)一下")
_TIME = re.compile("昨|今|前天|本[周月年]|上[周月年个]|这[周个]|去年|最?近|全年")
_ROUND = re.compile(r"([0-9]{1,9}(?:\s*-\s*[0-9]{1,9})?)\s*([^0-9].*)", re.DOTALL)
_HEAD = re.compile(r"[^\W\d_]+")
_ALIKE = (  # signs in the names of commands, and those that a keyboard offers for the same sound
    "计记际纪季", "审身申神深", "待带代贷", "意义议易异", "退推腿", "回会汇", "期其器起", "排牌派", "布步部", "撤彻车", "稿搞高",
    "评平凭", "论伦", "警景井紧", "暂站展", "停亭听", "恢灰", "复付副", "登灯等", "录路陆", "绑帮邦", "定订", "助住主", "文闻问",
    "章张", "粉份分", "丝思斯", "互户", "动洞", "进近尽", "度渡", "专转", "题提体", "周州", "报抱爆暴", "行型形", "告搞", "确却",
    "认人任", "补不布", "发法", "出初处", "移已以", "顺瞬", "延严言", "精经", "选先", "查察", "放方", "更跟", "正证政", "统同通",
    "本笨", "月约", "看砍", "预于遇", "览栏揽", "送松", "链连联", "接街", "急及级", "解姐", "除处", "谁睡",
)  # fmt: skip
_SOUND = {sign: group[0] for group in reversed(_ALIKE) for sign in group}
_LIKE, _OTHER = 0.4, 1.0  # what a sign costs that sounds alike, and any other
_FAR = 2  # how many signs may differ in a long name
SHORTEST, LONGEST = 2, 6  # signs of a head that is compared


def seen(words: str) -> str:
    """Return words without the signs that no eye sees and that come along when a text is copied."""
    return _UNSEEN.sub("", words)


def without_thanks(rest: str) -> str:
    """Return what follows a command without the polite words at its end; only for what is no free text."""
    words = rest.strip()
    polite = _THANKS_BACKWARDS.match(words[::-1])
    return words[: len(words) - len(polite[0])] if polite else words


def asks(words: str) -> bool:
    """Say whether words end as a question does; what is asked is not done, and is no record."""
    return _QUESTION.search(plain(words)) is not None


def courteous(words: str) -> tuple[Command, str] | None:
    """Return the command that stands among polite words: 请看一下12, 待审吧; None where there is none."""
    asked = _LEAD.sub("", words.strip())
    for said in (asked, _ONCE.sub(r"\1", asked, count=1), without_thanks(asked)):
        if found := split(said):
            return found
    return _glued(asked)


def _glued(words: str) -> tuple[Command, str] | None:
    """Return a question and what it is asked of where no blank stands between: 统计昨天, 帮助排期."""
    asking = [(name, entry) for entry in COMMANDS if not entry.acts for name in entry.names if len(name) > 1]
    for name, entry in sorted(asking, key=lambda pair: -len(pair[0])):
        rest = words.removeprefix(name)
        if rest != words and (_TIME.match(rest) or (entry.names[0] == "帮助" and split(rest))):
            return entry, rest
    return None


def closest(words: str, person: Person | None) -> str:
    """Return what a person who may say it probably meant, with what they wrote after it; "" where nothing is close."""
    text = plain(words).strip().lstrip("/").strip()
    head = _HEAD.match(text)
    if head is None:
        return _turned_round(text, person)
    name = _closest_name(head[0], person)
    rest = "".join(text[head.end() :].split("\n")[0])[:40].rstrip()
    return f"{name} {rest.strip()}".strip() if name else ""


def _turned_round(text: str, person: Person | None) -> str:
    """Return 同意 12-3 for 12-3 同意."""
    said = _ROUND.fullmatch(text)
    found = split(said[2]) if said else None
    if said is None or found is None or not found[0].is_open_to(person):
        return ""
    return f"{found[0].names[0]} {said[1]} {found[1]}".strip()


def _closest_name(head: str, person: Person | None) -> str:
    if not SHORTEST <= len(head) <= LONGEST:
        return ""
    names = [name for entry in COMMANDS if entry.is_open_to(person) for name in entry.names if len(name) > 1]
    sounds = set(_sound(head))
    alike = [name for name in names if abs(len(name) - len(head)) <= _FAR and sounds & set(_sound(name))]
    found = [(_distance(head, name), name) for name in alike]
    near = [(cost, name) for cost, name in found if cost <= (1 if max(len(name), len(head)) <= 4 else _FAR)]
    near = [(cost, name) for cost, name in near if cost < len(name)]
    return min(near, key=lambda pair: pair[0])[1] if near else ""


def _distance(left: str, right: str) -> float:
    """Return how many signs must be put in, taken out or changed, two neighbours that stand crosswise as one."""
    rows = [[float(n) for n in range(len(right) + 1)]]
    for row, a in enumerate(left, start=1):
        line = [float(row)]
        for column, b in enumerate(right, start=1):
            change = rows[row - 1][column - 1] + _cost(a, b)
            best = min(change, rows[row - 1][column] + _OTHER, line[column - 1] + _OTHER)
            if row > 1 and column > 1 and left[row - 2 : row] == b + right[column - 2]:
                best = min(best, rows[row - 2][column - 2] + _OTHER)
            line.append(best)
        rows.append(line)
    return rows[-1][-1]


def _cost(a: str, b: str) -> float:
    if a == b:
        return 0
    return _LIKE if _sound(a) == _sound(b) else _OTHER


def _sound(text: str) -> str:
    return "".join(_SOUND.get(sign, sign) for sign in text)
