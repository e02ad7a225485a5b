"""The three bad ends of a call to WeChat, and what its error codes mean: one sentence a person can act on.

Source of the codes: WeChat's global return code page and the pages of the calls.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Any

from content.errors import PlatformTrouble

Answer = dict[str, Any]

TOKEN_CODES = frozenset({40001, 40014, 42001})  # refresh once, repeat once
BUSY = -1  # "system busy": it does not say whether it acted
DAY_LIMIT, MINUTE_LIMIT = 45009, 45011
NO_RIGHT = 48001
NO_MENU = 46003
NO_CALLBACK = 40201  # callback/check: no address has been set
IP_NOT_ALLOWED = 40164
DRAFT_GONE = MEDIA_GONE = 40007
INVALID_CONTENT = 45166
NO_COMMENT_RIGHT = 88000
BAD_ARTICLE = 53600  # no such article_id, or all of it is deleted
ALREADY_SENT, SENT_TOO_SOON = 45065, 45066
AWAITS_ADMIN = frozenset({89504, 89505})  # 群发保护: a push waits for the administrator, perhaps this very one
MAY_BE_OUT = AWAITS_ADMIN | {DRAFT_GONE, SENT_TOO_SOON}  # of a hand-over: no proof that it was not taken


class Reaction(Enum):
    """What is done after a refusal (wechat-api.md §11, "do")."""

    MINUTE = auto()  # again after a minute
    DAY = auto()  # nothing more of it before 00:00
    ACCOUNT = auto()  # the whole account is refused: everything waits for the administrator
    ADMIN = auto()  # this call is refused to the account: it waits for the administrator
    EDITOR = auto()  # never again as it is: the text, a picture, a setting or this program must change first
    LATER = auto()  # again after a while; also what no table knows


REACTIONS = {
    **dict.fromkeys((MINUTE_LIMIT, 42010), Reaction.MINUTE),
    DAY_LIMIT: Reaction.DAY,
    **dict.fromkeys(
        (40001, 40013, 40014, 40125, 40164, 40243, 42001, 50002, 50004, 50007, 89503, 89506, 89507), Reaction.ACCOUNT
    ),
    **dict.fromkeys((47009, NO_RIGHT, 48004, 48006), Reaction.ADMIN),
    **dict.fromkeys((40004, 40005, 40006, DRAFT_GONE, 40009, 40066, 40137, 40155, 41005, 41039), Reaction.EDITOR),
    **dict.fromkeys((45002, 45003, 45004, 45008, 45110, INVALID_CONTENT, NO_COMMENT_RIGHT), Reaction.EDITOR),
    **dict.fromkeys((48021, 48022, 53404, 53405, 53406, 53503, 53504, 53505), Reaction.EDITOR),
    **dict.fromkeys((40033, 40097, 40114, 43002, 44001, 44002, 44003, 44004, 47001), Reaction.EDITOR),  # our defects
}
LATER = frozenset(code for code, what in REACTIONS.items() if what in (Reaction.MINUTE, Reaction.DAY))
WHOLE_ACCOUNT = frozenset(code for code, what in REACTIONS.items() if what is Reaction.ACCOUNT)

WHAT_TO_DO = {
    -1: "微信系统繁忙，请稍后再试。",
    40001: "AppSecret 不对，或令牌被别的程序换掉了。请核对 [account] secret，并确认没有别的系统在用旧的取令牌接口。",
    40002: "请求类型不对，这是程序的问题，请把这一行报给开发者。",
    40003: "收信人的 openid 不对，可能已取消关注。请他重新关注后再绑定。",
    40004: "素材的文件类型不对，请换成 JPG 或 PNG。",
    40005: "文件类型不对，请换成 JPG 或 PNG。",
    40006: "素材文件太大，请压缩后再试。",
    40007: "素材或草稿不存在，可能已在后台发表或删除。请到后台草稿箱和发表记录里看一看。",
    40009: "图片太大，正文图片要小于 1 MB，请压缩后再试。",
    40013: "AppID 不对，请核对 [account] appid。",
    40014: "令牌无效，请运行 wxops doctor 检查。",
    40016: "菜单按钮的个数不对，请运行 wxops menu check。",
    40017: "微信不认识菜单按钮的类型，请运行 wxops menu check。",
    40018: "菜单的名字太长或为空，请运行 wxops menu check。",
    40019: "菜单的 key 太长或为空，请运行 wxops menu check。",
    40020: "菜单的网址太长或为空，请运行 wxops menu check。",
    40023: "子菜单的个数不对，请运行 wxops menu check。",
    40025: "子菜单的名字太长或为空，请运行 wxops menu check。",
    40033: "请求里有不认识的字符，这是程序的问题，请把这一行报给开发者。",
    40054: "子菜单的网址不对，请核对后运行 wxops menu check。",
    40055: "菜单的网址不对，请核对后运行 wxops menu check。",
    40066: "文字里有不允许的链接，请去掉后再试。",
    40114: "文章序号不对，这是程序的问题，请把这一行报给开发者。",
    40125: "AppSecret 不对，请核对 [account] secret。",
    40130: "收信人太少，请核对。",
    40137: "图片格式不对，请换成 JPG 或 PNG。",
    40152: "标签编号不对，这是程序的问题，请把这一行报给开发者。",
    40155: "正文里有别的公众号的主页链接，请去掉后重新送审。",
    40243: "AppSecret 被冻结，请管理员到微信开发者平台解冻（约 10 分钟生效）。",
    40201: "公众号没有设置回调地址，请到微信开发者平台填写“消息推送”的地址。",
    40202: "检查的项目不对，这是程序的问题，请把这一行报给开发者。",
    40203: "检查的运营商不对，这是程序的问题，请把这一行报给开发者。",
    41001: "缺少令牌，请运行 wxops doctor 检查。",
    41002: "缺少 AppID，请核对 [account] appid。",
    41004: "缺少 AppSecret，请核对 [account] secret。",
    41039: "阅读原文的链接不对，请改好后重新送审。",
    42001: "令牌过期，请运行 wxops doctor 检查。",
    42010: "群发太快，稍后会再试。",
    43002: "请求方式不对，这是程序的问题，请把这一行报给开发者。",
    43004: "对方没有关注公众号，请他先关注。",
    44002: "请求内容为空，这是程序的问题，请把这一行报给开发者。",
    44003: "图文内容为空，请检查文章后重新送审。",
    45002: "正文太长，请缩短或拆成两篇后重新送审。",
    45003: "标题太长，请改到 32 字以内后重新送审（正文有问题时微信也会报这个错）。",
    45004: "摘要太长，请改到 120 字以内后重新送审。",
    45008: "一次推送的文章太多，最多 8 篇，请分两次发。",
    45009: "今天这个接口的次数用完了，明天零点后会再试。",
    45011: "调用太频繁，一分钟后会再试。",
    45015: "对方 48 小时内没有来过消息，不能主动发给他；等他下次发消息时再答。",
    45028: "群发次数用完了。请改到明天（订阅号）或下月（服务号），或改为不推送发布。",
    45047: "给对方的客服消息条数用完了，等他再发消息。",
    45065: "这次群发微信早已收到，没有重复发送，不用再发。",
    45066: "同一次群发重试太快，一分钟后再核对。",
    45067: "群发标识太长，这是程序的问题，请把这一行报给开发者。",
    45110: "作者名太长，请改到 16 字以内后重新送审。",
    45166: "微信认为内容不合规：检查外部链接、视频、表单和别的公众号的图片，改好后重新送审。",
    46003: "还没有用接口建过菜单。请运行 wxops menu push。",
    47001: "请求格式不对，这是程序的问题，请把这一行报给开发者。",
    47009: "这个接口微信已下线，请升级 wxops。",
    48001: "公众号没有这个接口的权限（未认证或认证过期）。草稿可以照建，请在后台按“发表”；认证恢复后运行 wxops doctor。",
    48004: "接口被封禁，请管理员登录后台看站内信。",
    48006: "本月的清零次数用完了，请等每天零点自动恢复。",
    48021: "这是后台自动保存的草稿，请在后台手动保存后再试。",
    48022: "这是后台自动保存的草稿，请在后台手动保存后再试。",
    50002: "公众号被限制，请管理员登录后台看站内信。",
    50004: "接口被禁用，请管理员登录后台看站内信。",
    50007: "公众号被冻结，请管理员登录后台看站内信。",
    53503: "草稿没有通过发布检查，请在后台打开草稿看提示，改好后重新送审。",
    53504: "这篇草稿要在后台处理，请登录公众平台按提示操作。",
    53505: "这篇草稿请先在后台手动保存一次。",
    53600: "文章编号无效，可能已被删除，请到后台发表记录核对。",
    61500: "日期格式不对，这是程序的问题，请把这一行报给开发者。",
    61501: "日期范围不对，这是程序的问题，请把这一行报给开发者。",
    61503: "数据还没有准备好，稍后会再取。",
    76021: "接口路径不对，这是程序的问题，请把这一行报给开发者。",
    76022: "这个接口不属于本公众号，请核对 [account] appid。",
    87009: "签名不对，这是程序的问题，请把这一行报给开发者。",
    88000: "公众号没有留言权限，请把文章的“留言”改为否。",
    88001: "文章不存在，可能已删除，请到后台发表记录核对。",
    88002: "留言没有通过微信的检查，请改文字后再试。",
    88003: "精选留言的数量到上限了，请先取消几条。",
    88004: "读者已删除这条留言，请刷新留言列表。",
    88005: "这条留言已经回复过，要改请先删除原来的回复。",
    88007: "回复太长或为空，请改文字后再试。",
    88008: "这条留言不存在，请刷新留言列表。",
    88010: "一次取的留言太多，这是程序的问题，请把这一行报给开发者。",
    89503: "这个 IP 要管理员在公众平台确认，请管理员在微信里确认后再试。",
    89504: "群发要管理员确认，请管理员在微信里确认。",
    89505: "管理员正在确认群发，请等结果。",
    89506: "管理员两次拒绝了这个 IP，请和管理员说好，24 小时后再试。",
    89507: "管理员拒绝了这个 IP，请和管理员说好，1 小时后再试。",
}


def what_to_do(errcode: int, errmsg: str) -> str:
    """Return what a person does about an error code; 40164 names the address to put on the whitelist."""
    if errcode == IP_NOT_ALLOWED:
        found = re.search(r"invalid ip ([0-9a-fA-F.:]+)", errmsg)
        address = found.group(1) if found else "（微信没有说）"
        return (
            f"服务器的出口 IP {address} 不在白名单里。请到 微信开发者平台 → 我的业务 → 公众号 → 开发密钥 → IP 白名单 "
            "加上它；不要填 0.0.0.0/0。"
        )
    return WHAT_TO_DO.get(errcode, "请到微信的返回码页面查这个错误码，或把这一行报给开发者。")


class NotSent(PlatformTrouble):
    """The call never left: nothing happened."""


class Unsure(PlatformTrouble):
    """The call may have happened: no answer, or one that does not say."""


class Refused(PlatformTrouble):
    """WeChat said no."""

    def __init__(self, call: str, errcode: int, errmsg: str, answer: Answer | None = None) -> None:
        """Keep the code, the text without its rid, the rid and the whole answer; say what to do."""
        self.errcode, self.answer = errcode, answer or {}
        self.errmsg, _, self.rid = (part.strip() for part in errmsg.partition("rid:"))
        rid = f"，rid {self.rid}" if self.rid else ""
        super().__init__(f"微信没有接受 {call}：{what_to_do(errcode, errmsg)}（{errcode} {self.errmsg}{rid}）")

    @property
    def reaction(self) -> Reaction:
        """Return what is done about it."""
        return REACTIONS.get(self.errcode, Reaction.LATER)


Trouble = NotSent | Refused | Unsure


class Kept(Refused):
    """We said no ourselves: the rest of the day's calls is kept for what must go."""

    def __init__(self, call: str, used: int, limit: int) -> None:
        """Say what has been used of how much."""
        super().__init__(call, DAY_LIMIT, f"{used} of {limit} used today")
        text = f"今天 {call} 已用 {used} 次（每天 {limit} 次），余下的留给发布，明天零点后再做。"
        self.args = (text,)
