"""Taking over from the back office: its menu and replies saved as they are, and written as menu.toml and replies.csv.

Once the callback is switched on, WeChat tells nothing of them any more. So the answers
are saved first, whole and with their time, and each step can be done again after a death:
what is saved is never overwritten, and a row or a menu that is there already is no change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.clock import local, stamp
from content.errors import OpsError, WrongUse
from content.finding import MENU_FILE
from content.menu import Button, as_toml, differences, read_menu
from content.replies import HOW_TO_SEARCH, WORDS, Kind, Replies, Reply, keywords, read_replies
from content.reply_table import merged
from content.word.placing import write_whole
from scheduler.office import Carried, Lost, carried_menu, carried_replies
from scheduler.refusals import NO_CALLBACK, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from scheduler.wechat import WeChat

SAVED, COPIES = Path(".wxops") / "takeover", Path(".wxops") / "copies"
MENU, REPLIES = "menu", "autoreply"
STARTER = Path(__file__).resolve().parent.parent / "content" / "starter"
SWITCH = "微信开发者平台 → 我的业务 → 公众号 → 消息推送（旧版后台：设置与开发 → 基本配置 → 服务器配置）"
NEXT = f"""\
下一步：
1. 看一遍 replies.csv 和 menu.toml，运行 wxops check 和 wxops menu check，有错先改。
2. 上面不能带过来的，趁后台还在用，先另存。
3. 运行 wxops serve，并确认外网打得开接收消息的地址。
4. 到 {SWITCH}填写地址、令牌和密钥，提交并启用。从这时起，后台自己的菜单和自动回复停用。
5. 马上运行 wxops takeover --restore，把菜单推送上去。
想退回：在同一处停用消息推送，后台自己的菜单和自动回复就恢复；写稿、网页审核、发布和统计不用回调，照常进行。"""
NOT_VERIFIED = "注意：公众号没有认证。启用消息推送后，后台的菜单停用，接口又不能建菜单（48001），读者会没有菜单可用；请先认证，或不启用。"
STILL_ON = (
    f"消息推送已经启用，微信不再给出后台的菜单和自动回复，以前也没有保存过。要带过来，请先在 {SWITCH}停用，"
    "再运行一次 wxops takeover；不需要的话，直接写 replies.csv 和 menu.toml。"
)


@dataclass(frozen=True)
class Answers:
    """What WeChat told of the back office, and from which files when it was not now."""

    menu: Mapping[str, Any]
    replies: Mapping[str, Any]
    earlier: tuple[Path, ...] = ()


def take_over(folder: Path, wechat: WeChat, *, verified: bool, force: bool, now: datetime) -> Iterator[str]:
    """Save what the back office has and write both files; yield what was done and what cannot be, as people read it; `NEXT` follows.

    folder: the workspace. force: a menu.toml that differs is replaced, and a copy kept.
    """
    yield from _save(folder, wechat, now)
    answers = _answers(folder, is_switched_on(wechat))
    yield from (f"微信现在不给出后台的内容，用的是以前保存的 {file.name}。" for file in answers.earlier)
    replies = carried_replies(answers.replies)
    menu = carried_menu(answers.menu, replies.replies)
    if not (replies.is_open or menu.is_open):
        yield "后台的菜单、被关注回复和自动回复都没有开启，没有可带的（消息推送启用以后，微信也是这样回答）。"
    yield from add_replies(folder, [*replies.replies, *menu.replies], now)
    yield from _place_menu(folder, menu, force=force, now=now)
    yield from losses([*menu.lost, *replies.lost])
    yield from hints(read_replies(folder))
    yield from ([] if verified else [NOT_VERIFIED])


def pull(folder: Path, wechat: WeChat, *, force: bool, now: datetime) -> Iterator[str]:
    """Write menu.toml, and the replies that its keys need, from the menu that readers see now.

    OpsError when there is none; WrongUse when a menu.toml differs, unless it is to be replaced by `force`.
    """
    menu = carried_menu(wechat.current_menu(), ())
    if not menu.is_open:
        raise OpsError("微信现在没有开启的菜单，没有改动。")
    if not force and (changed := _changed(folder, menu.buttons)):
        text = f"{MENU_FILE} 和微信的菜单不一样，没有改动。要用微信的，请加 --force（原来的会留一份）："
        raise WrongUse("\n".join([text, *changed]))
    yield from add_replies(folder, menu.replies, now)
    yield from _place_menu(folder, menu, force=force, now=now)
    yield from losses(menu.lost)


def is_switched_on(wechat: WeChat) -> bool | None:
    """Say whether the account's callback is switched on; None when WeChat does not say."""
    try:
        wechat.check_callback()
    except Refused as refusal:
        return False if refusal.errcode == NO_CALLBACK else None
    except (NotSent, Unsure):
        return None
    return True


def add_replies(folder: Path, rows: Sequence[Reply], now: datetime) -> Iterator[str]:
    """Add rows to replies.csv, keep a copy of the old one, and yield what came of it."""
    table = merged(folder, rows, read_replies(STARTER))
    if table.added:
        yield from _replace(folder, table.file, table.data, now)
        yield f"{table.file.name}：写进 {len(table.added)} 行，{keywords(table.added)}。"
    elif rows:
        yield f"{table.file.name}：要带的都已经在里面了。"
    if table.kept:
        yield f"{table.file.name}：您写过的没有换掉，后台的是另一种写法：{keywords(table.kept)}。"


def losses(lost: Sequence[Lost]) -> Iterator[str]:
    """Yield what cannot be carried over, all of it."""
    if lost:
        yield f"不能带过来的 {len(lost)} 项："
        yield from (f"  {one.words}" for one in lost)


def answering(replies: Replies) -> Iterator[str]:
    """Yield which replies answer now."""
    if not replies.is_whole:
        yield "replies.csv 有要改的地方，有错的行不回复。请运行 wxops check。"
    yield f"现在由 replies.csv 回复 {len(replies.rows)} 种情况：{keywords(replies.rows)}。"
    yield from hints(replies)


def hints(replies: Replies) -> Iterator[str]:
    """Yield what would help readers: a default that does not say what can be asked leaves them with nothing."""
    default = replies.default
    if default and default.kind == Kind.TEXT and WORDS not in default.text and "搜" not in default.text:
        yield f"建议在 replies.csv 的“默认”里写上读者可以发什么，例如：您可以发：{WORDS}。{HOW_TO_SEARCH}"


def _save(folder: Path, wechat: WeChat, now: datetime) -> Iterator[str]:
    """Save both answers as they came, unless the newest that is kept is the same."""
    for name, words, read in (
        (MENU, "菜单", wechat.current_menu),
        (REPLIES, "自动回复", wechat.current_replies),
    ):
        data = json.dumps(read(), ensure_ascii=False, indent=2).encode()
        file = folder / SAVED / f"{name}-{_moment(now)}.json"
        newest = next(iter(_saved(folder, name)), None)
        if newest and newest.read_bytes() == data:
            yield f"后台的{words}和上次保存的一样：{newest.relative_to(folder).as_posix()}"
            continue
        write_whole(file, data)
        yield f"后台的{words}已按原样保存：{file.relative_to(folder).as_posix()}"


def _answers(folder: Path, is_on: bool | None) -> Answers:
    """Return the newest answers; where the callback may be on, the newest in which something is open.

    OpsError when it is on and nothing was saved before.
    """
    menu, old_menu = _newest(folder, MENU, ("is_menu_open",), only=is_on is False)
    replies, old = _newest(folder, REPLIES, ("is_add_friend_reply_open", "is_autoreply_open"), only=is_on is False)
    if is_on and not (menu or replies):
        raise OpsError(STILL_ON)
    return Answers(menu, replies, tuple(file for file in (old_menu, old) if file))


def _newest(folder: Path, name: str, flags: Sequence[str], *, only: bool) -> tuple[Mapping[str, Any], Path | None]:
    """Return an answer with one of the flags on, and its file when it is not the newest; {} for none.

    only: look at the newest alone.
    """
    for at, file in enumerate(_saved(folder, name)[: 1 if only else None]):
        answer = json.loads(file.read_bytes())
        if any(str(answer.get(flag)) == "1" for flag in flags):
            return answer, file if at else None
    return {}, None


def _saved(folder: Path, name: str) -> list[Path]:
    """Return what is saved of an answer, newest first."""
    return sorted((folder / SAVED).glob(f"{name}-*.json"), reverse=True)


def _place_menu(folder: Path, menu: Carried, *, force: bool, now: datetime) -> Iterator[str]:
    file, data = folder / MENU_FILE, as_toml(menu.buttons).encode()
    if not menu.is_open or not menu.buttons:
        yield f"{MENU_FILE}：后台{'没有能带过来的菜单' if menu.is_open else '没有开启菜单'}，没有改动。"
        return
    changed = _changed(folder, menu.buttons)
    if changed is None:
        yield f"{MENU_FILE}：和后台的一样，没有改动。"
    elif changed and not force:
        beside = folder / SAVED / f"menu-{_moment(now)}.toml"
        write_whole(beside, data)
        yield f"{MENU_FILE}：已经有了，和后台的不一样，没有改动；后台的写在 {beside.relative_to(folder).as_posix()}。要换成它请加 --force。"
    else:
        yield from _replace(folder, file, data, now)
        yield f"{MENU_FILE}：写进 {len(menu.buttons)} 个一级菜单。"


def _changed(folder: Path, buttons: Sequence[Button]) -> list[str] | None:
    """Return how the workspace's menu differs from these buttons; [] where there is no menu, None where they are alike."""
    file = folder / MENU_FILE
    if not file.is_file():
        return []
    return differences(read_menu(file, lambda key: True).buttons, buttons) or None


def _replace(folder: Path, file: Path, data: bytes, now: datetime) -> Iterator[str]:
    """Write a file anew, after a copy of what it was."""
    if file.is_file():
        copy = folder / COPIES / f"{file.stem}-{_moment(now)}{file.suffix}"
        write_whole(copy, file.read_bytes())
        yield f"原来的 {file.name} 留了一份（{stamp(now)}）：{copy.relative_to(folder).as_posix()}"
    write_whole(file, data)


def _moment(now: datetime) -> str:
    return f"{local(now):%Y%m%d-%H%M%S}"
