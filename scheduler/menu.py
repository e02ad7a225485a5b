"""The menu on its way to WeChat: compared, made, read back; and WeChat's on its way here.

Making the same menu twice makes it once, so that whoever does not know what became of a
push only pushes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from content.db import Store
from content.errors import PlatformTrouble
from content.menu import Button, button_of, differences
from content.models import Event
from scheduler.refusals import NO_MENU, NO_RIGHT, Refused, Unsure

if TYPE_CHECKING:
    from scheduler.wechat import WeChat

SUBJECT = "menu"
MINUTES = "手机上约五分钟后更新；等不及可以取消关注再关注一次来看"
NOT_VERIFIED = "公众号没有认证，或认证过期，不能用接口建菜单（48001），没有推送。请先认证；在那之前只能关闭“消息推送”，用后台自己的菜单。"


def push(store: Store, wechat: WeChat, buttons: Sequence[Button], *, by: str, now: datetime) -> Iterator[str]:
    """Make the menu, and yield what happens as people read it.

    PlatformTrouble when WeChat refuses it, or does not show afterwards what was pushed.
    """
    there = readers_menu(wechat.current_menu())
    changed = differences(there, buttons)
    if not changed:
        yield "微信现有的菜单就是这一份，没有改动。"
        return
    yield from changed
    _note(store, f"推送菜单：{'、'.join(button.name for button in buttons)}", by, now)
    try:
        wechat.create_menu([button.as_call() for button in buttons])
    except Refused as refusal:
        _note(store, f"菜单没有推送：{refusal}", by, now)
        raise PlatformTrouble(NOT_VERIFIED) if refusal.errcode == NO_RIGHT else refusal from None
    except Unsure as doubt:
        yield f"{doubt}正在核对。"
    made = created(wechat)
    if left := differences(made.buttons, buttons):
        _note(store, "菜单推送后核对不一致", by, now)
        raise PlatformTrouble("\n".join(["微信里的菜单和推送的不一样，请再运行一次 wxops menu push：", *left]))
    _note(store, "菜单已推送，核对一致", by, now)
    yield f"菜单已推送，读回来核对一致。{MINUTES}。"
    if made.conditional:
        yield f"另有 {made.conditional} 套个性化菜单，没有改动；对上条件的读者看到的还是它们。"


class Created:
    """The menu that the API made, and how many conditional ones there are beside it."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        """Take the answer of menu/get; {} where there is no menu."""
        menu = answer.get("menu")
        told = menu.get("button") if isinstance(menu, Mapping) else ()
        self.buttons = tuple(button_of(one) for one in told or () if isinstance(one, Mapping))
        self.conditional = len(answer.get("conditionalmenu") or ())


def created(wechat: WeChat) -> Created:
    """Return the menu that the API made."""
    try:
        return Created(wechat.created_menu())
    except Refused as refusal:
        if refusal.errcode != NO_MENU:
            raise
        return Created({})


def readers_menu(answer: Mapping[str, Any]) -> tuple[Button, ...]:
    """Return the menu that readers see by get_current_selfmenu_info; none where it is closed."""
    info = answer.get("selfmenu_info")
    told = info.get("button") if isinstance(info, Mapping) else ()
    if str(answer.get("is_menu_open")) != "1":
        return ()
    return tuple(button_of(one) for one in told or () if isinstance(one, Mapping))


def _note(store: Store, why: str, by: str, now: datetime) -> None:
    with store.transaction() as session:
        session.add(Event(subject=SUBJECT, at=now, by=by, why=why))
