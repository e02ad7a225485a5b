"""The menu under the chat, and what the back office has set up (the menu and auto-reply pages)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.call import Call, Json, text_in
from bot.simulator.errors import ApiError
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

BUTTONS, SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024
WITH_KEY = ("click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
            "location_select")  # fmt: skip
LIFE_OF_A_CODE = 2_592_000  # seconds


def create(world: World, call: Call) -> Json:
    """POST menu/create: up to 3 buttons with up to 5 below each; 40033 for \\u escapes."""
    if b"\\u" in call.raw:
        raise ApiError(40033)
    buttons = call.body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        raise ApiError(40016, "invalid button size")
    for button in buttons:
        _check_top(button)
    world.menu = {"button": buttons}
    return {"errcode": 0, "errmsg": "ok"}


def _check_top(button: object) -> None:
    if not isinstance(button, dict):
        raise ApiError(40097)
    below = button.get("sub_button") or []
    if not isinstance(below, list) or len(below) > SUB_BUTTONS:
        raise ApiError(40023, "invalid sub button size")
    _check_name(button, NAME_BYTES, 40018)
    if not below:
        _check_action(button)
    for one in below:
        if not isinstance(one, dict):
            raise ApiError(40097)
        _check_name(one, SUB_NAME_BYTES, 40025)
        _check_action(one)


def _check_name(button: Json, most: int, errcode: int) -> None:
    name = text_in(button, "name", "")
    if not name or len(name.encode()) > most:
        raise ApiError(errcode, "invalid button name size")


def _check_action(button: Json) -> None:
    kind = text_in(button, "type", "")
    if kind in WITH_KEY:
        if not 0 < len(text_in(button, "key", "").encode()) <= KEY_BYTES:
            raise ApiError(40019, "invalid button key size")
    elif kind in ("view", "miniprogram"):
        if not 0 < len(text_in(button, "url", "").encode()) <= URL_BYTES:
            raise ApiError(40020, "invalid button url size")
    elif kind in ("article_id", "media_id"):
        text_in(button, kind)
    else:
        raise ApiError(40017, "invalid button type")


def get(world: World, call: Call) -> Json:
    """GET menu/get: what menu/create made; 46003 when there is none."""
    if world.menu is None:
        raise ApiError(46003, "menu no exist")
    return {"menu": world.menu | {"menuid": 208396938}}


def delete(world: World, call: Call) -> Json:
    """GET menu/delete."""
    world.menu = None
    return {"errcode": 0, "errmsg": "ok"}


def selfmenu(world: World, call: Call) -> Json:
    """GET get_current_selfmenu_info: the menu as readers see it, the back office's own while no server answers."""
    if not world.postman.url and world.office_menu is not None:
        return world.office_menu
    if world.menu is None:
        return {"is_menu_open": 0, "selfmenu_info": {"button": []}}
    buttons = [
        {name: {"list": value} if name == "sub_button" else value for name, value in one.items()}
        for one in world.menu["button"]
    ]
    return {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}


def autoreply(world: World, call: Call) -> Json:
    """GET get_current_autoreply_info: what the back office has set up; nothing is open while a server answers."""
    if not world.postman.url and world.office_replies is not None:
        return world.office_replies
    return {"is_add_friend_reply_open": 0, "is_autoreply_open": 0, "keyword_autoreply_info": {"list": []}}


def qrcode(world: World, call: Call) -> Json:
    """POST qrcode/create: a code with a scene; only a verified 服务号 may (48001)."""
    kind = call.text("action_name")
    info = call.body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiError(40053, "invalid action info, please check document")
    if kind not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise ApiError(40052, "invalid action name, please check document")
    value = str(scene.get("scene_str" if "STR" in kind else "scene_id", ""))
    if not 1 <= len(value) <= 64:
        raise ApiError(40053, "invalid action info, please check document")
    answer: Json = {"ticket": "gQ" + chance.name(70, "ticket", kind, value)}
    if "LIMIT" not in kind:
        answer["expire_seconds"] = min(call.number("expire_seconds", 60), LIFE_OF_A_CODE)
    return answer | {"url": f"http://weixin.qq.com/q/{chance.name(22, 'code', kind, value)}"}


ROUTES = {
    "menu/create": Route(create, access=Access.VERIFIED),
    "menu/get": Route(get, method="GET", access=Access.VERIFIED),
    "menu/delete": Route(delete, method="GET", access=Access.VERIFIED),
    "get_current_selfmenu_info": Route(selfmenu, method="GET"),
    "get_current_autoreply_info": Route(autoreply, method="GET"),
    "qrcode/create": Route(qrcode, access=Access.VERIFIED_SERVICE),
}
