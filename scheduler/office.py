"""The back office's own menu and automatic replies, as the API tells them, turned into what menu.toml and replies.csv hold.

The API cannot make all that the back office can: what cannot be carried is named, with the
reason and where it is kept by hand. Shapes: get_current_selfmenu_info and
get_current_autoreply_info (wechat-api.md §2.3, §9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.menu import CLICK, FACTS, VIEW, Button, button_of
from content.replies import REPLY_BYTES, Kind, Match, Reply, plain

OFFICE_MENU, OFFICE_REPLIES = "公众平台“自定义菜单”", "公众平台“自动回复”"
MEDIA = {"img": "图片", "photo": "图片", "voice": "语音", "video": "视频", "finder": "视频号", "card": "卡券"}
IN_WORDS = {
    "url": "网址", "appid": "小程序的 appid", "pagepath": "小程序的页面", "media_id": "素材", "article_id": "文章",
}  # fmt: skip
SAVE = "请打开后台的原处，把它下载或截图另存，再在 replies.csv 里写一段文字代替，或做成文章放链接。"
_FACT_NAMES = {"url": "链接地址", "appid": "小程序的 appid", "pagepath": "小程序的页面路径"}
KEY = "菜单_"  # before a key that readers would not type

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Lost:
    """Something that is not carried over: what it is called, why, and what a person does about it."""

    name: str
    why: str
    todo: str

    @property
    def words(self) -> str:
        """Return it as a line."""
        return f"{self.name}：{self.why}。{self.todo}"


@dataclass(frozen=True)
class Carried:
    """What is carried over, and what is not; `is_open` is False where readers did not get it either."""

    is_open: bool
    buttons: tuple[Button, ...] = ()
    replies: tuple[Reply, ...] = ()
    lost: tuple[Lost, ...] = ()


def carried_replies(told: Told) -> Carried:
    """Return the greeting, the default and the keywords that are open; what is closed is not carried."""
    rows: dict[tuple[str, str], Reply] = {}
    lost: list[Lost] = []
    greets, answers = _is_on(told, "is_add_friend_reply_open"), _is_on(told, "is_autoreply_open")
    for name, match, info, is_open in (
        ("被关注回复", Match.WELCOME, "add_friend_autoreply_info", greets),
        ("收到消息回复", Match.DEFAULT, "message_default_autoreply_info", answers),
    ):
        if _inner(told, info):
            content = _content([_inner(told, info)], f"{OFFICE_REPLIES}的“{name}”", lost) if is_open else None
            _keep(rows, [("", match)], content, lost, name)
            lost += (
                [] if is_open else [Lost(f"{OFFICE_REPLIES}的“{name}”", "后台没有开启", "要用请在 replies.csv 里写。")]
            )
    for rule in _list(_inner(told, "keyword_autoreply_info")):
        name = f"{OFFICE_REPLIES}的关键词规则“{rule.get('rule_name') or '未命名'}”"
        if not answers:
            lost.append(Lost(name, "后台没有开启", "要用请在 replies.csv 里写。"))
            continue
        replies = [one for one in rule.get("reply_list_info") or () if isinstance(one, Mapping)]
        content = _content(replies, name, lost, only_one=rule.get("reply_mode") == "random_one")
        _keep(rows, list(_keywords(rule, name, lost)), content, lost, name)
    return Carried(greets or answers, replies=tuple(rows.values()), lost=tuple(lost))


def carried_menu(told: Told, rows: Sequence[Reply]) -> Carried:
    """Return the menu with the replies that its text buttons need; `rows`: the keywords that are there already."""
    if not _is_on(told, "is_menu_open"):
        return Carried(False)
    work = _Menu({row.key: row for row in rows})
    buttons = [button for one in _buttons(_inner(told, "selfmenu_info").get("button")) if (button := work.top(one))]
    return Carried(True, tuple(buttons), tuple(work.replies), tuple(work.lost))


@dataclass
class _Menu:
    """A menu on its way: the replies that its keys need, and what is left behind."""

    taken: dict[tuple[str, str], Reply]
    replies: list[Reply] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def top(self, told: Told) -> Button | None:
        below = told.get("sub_button") or ()
        inner = _buttons(below.get("list") if isinstance(below, Mapping) else below)
        name = str(told.get("name") or "")
        if not inner:
            return self.one(told, name)
        carried = [button for one in inner if (button := self.one(one, f"{name} › {one.get('name') or ''}"))]
        return Button(name, below=tuple(carried)) if carried else None

    def one(self, told: Told, path: str) -> Button | None:
        kind, name = str(told.get("type") or ""), str(told.get("name") or "")
        if kind == "text":
            return self._click(name, path, _text(told.get("value")))
        if kind == "news":
            return self._news(told, name, path)
        button = button_of(told)
        lacking = [IN_WORDS.get(fact, fact) for fact in FACTS.get(kind, ()) if not button.fact(fact)]
        if lacking:
            self._lose(path, f"后台没有写{'、'.join(lacking)}", "要用请问清楚，再写进 menu.toml。")
            return None
        if kind in FACTS:
            return Button(name, kind, tuple((fact, _secure(value)) for fact, value in button.facts))
        if kind in FACTS:
            missing = "、".join(_FACT_NAMES.get(fact, fact) for fact in FACTS[kind] if not button.fact(fact))
            self._lose(path, f"后台没有给出{missing}")
            return None
        what = MEDIA.get(kind, kind or "没有内容")
        self._lose(path, f"类型是{what}，接口不能把它做进菜单")
        return None

    def _news(self, told: Told, name: str, path: str) -> Button | None:
        articles = _articles(told)
        if not articles:
            self._lose(path, "里面的文章没有链接")
            return None
        if len(articles) == 1:
            return Button(name, VIEW, (("url", articles[0][1]),))
        return self._click(name, path, "\n".join(map(_line, articles)))

    def _click(self, name: str, path: str, text: str) -> Button | None:
        """Return a button whose key is answered with a text: its name, or where that has another answer, one nobody types."""
        if not text or len(text.encode()) > REPLY_BYTES:
            self._lose(path, "文字太长，一条回复放不下" if text else "没有内容")
            return None
        for key in (name, KEY + name, KEY + path):
            row = Reply(Match.EQUAL, key, Kind.TEXT, text)
            there = self.taken.setdefault(row.key, row)
            if there.text == text:
                self.replies += [row] if there is row else []
                return Button(name, CLICK, (("key", key),))
        self._lose(path, "有两个同名的菜单，回复不同")
        return None

    def _lose(self, path: str, why: str, todo: str = SAVE) -> None:
        self.lost.append(Lost(f"{OFFICE_MENU}的“{path}”", why, todo))


def _content(
    replies: Sequence[Told], name: str, lost: list[Lost], *, only_one: bool = False
) -> tuple[Kind, str] | None:
    """Return what answers in the place of some replies: one article as a card, else all of them as one text.

    A passive reply is one text or one article (wechat-api.md §2.3). What is not carried is added to `lost`.
    """
    texts: list[str] = []
    articles: list[tuple[str, str]] = []
    for reply in replies:
        found = _articles(reply) if reply.get("type") == "news" else []
        text = _text(reply.get("content")) if reply.get("type") == "text" else ""
        if not (found or text):
            lost.append(Lost(name, _why_not(reply), SAVE))
        elif only_one and texts:
            lost.append(
                Lost(
                    name,
                    f"后台是随机回复一条，这里只回复第一条，没有带“{(text or found[0][0])[:20]}”",
                    "要用请写进同一格。",
                )
            )
        else:
            texts.append(text or "\n".join(map(_line, found)))
            articles += found
    if not texts:
        return None
    if len(texts) == len(articles) == 1:
        address, title = articles[0][1], articles[0][0]
        return Kind.ARTICLE, f"{address} {title}"
    return _fitting(texts, name, lost)


def _why_not(reply: Told) -> str:
    """Return why nothing of a reply is carried."""
    kind = str(reply.get("type"))
    empty = {"text": "里面有一条是空的", "news": "里面的文章没有链接"}
    return empty.get(kind) or f"里面有{MEDIA.get(kind, kind)}，自动回复只能是文字或文章"


def _fitting(texts: Sequence[str], name: str, lost: list[Lost]) -> tuple[Kind, str] | None:
    """Return as many of the texts as one reply holds."""
    whole = ""
    for text in texts:
        longer = f"{whole}\n\n{text}" if whole else text
        if len(longer.encode()) > REPLY_BYTES:
            lost.append(Lost(name, f"一条回复放不下，没有带“{text[:20]}……”", "请缩短后写进 replies.csv。"))
        else:
            whole = longer
    return (Kind.TEXT, whole) if whole else None


def _keep(
    rows: dict[tuple[str, str], Reply],
    asked: Sequence[tuple[str, Match]],
    content: tuple[Kind, str] | None,
    lost: list[Lost],
    name: str,
) -> None:
    for keyword, match in asked if content else ():
        assert content is not None
        row = Reply(match, keyword, *content)
        if (there := rows.setdefault(row.key, row)) is not row and there.text != row.text:
            lost.append(Lost(name, f"关键词“{keyword}”在前面的规则里已有回复，只用了前面的", "要用请写进同一格。"))


def _keywords(rule: Told, name: str, lost: list[Lost]) -> Iterator[tuple[str, Match]]:
    for one in rule.get("keyword_list_info") or ():
        keyword = str(one.get("content") or "") if isinstance(one, Mapping) else ""
        if plain(keyword):
            yield keyword, Match.CONTAIN if one.get("match_mode") == "contain" else Match.EQUAL
        else:
            lost.append(Lost(name, "有一个关键词不是文字", "要用请在 replies.csv 里写。"))


def _articles(told: Told) -> list[tuple[str, str]]:
    """Return the title and the address of each article that has one."""
    found = [
        (str(one.get("title") or ""), _secure(str(one.get("content_url") or "")))
        for one in _list(_inner(told, "news_info"))
    ]
    return [
        (" ".join(title.split()) or "文章", address)
        for title, address in found
        if address.startswith("https://mp.weixin.qq.com/")
    ]


def _text(told: object) -> str:
    """Return a text as a table gives it back: line ends of one kind, and no blanks around it."""
    return str(told or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _line(article: tuple[str, str]) -> str:
    return f"《{article[0]}》\n{article[1]}"


def _secure(value: str) -> str:
    """Return an address of WeChat's own with https, which it always speaks; anything else as it is."""
    old = "http://mp.weixin.qq.com/"
    return value.replace(old, "https://mp.weixin.qq.com/", 1) if value.startswith(old) else value


def _is_on(told: Told, name: str) -> bool:
    return str(told.get(name)) == "1"


def _inner(told: Told, name: str) -> Told:
    inner = told.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _list(told: Told) -> list[Told]:
    return _buttons(told.get("list"))


def _buttons(told: object) -> list[Told]:
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
