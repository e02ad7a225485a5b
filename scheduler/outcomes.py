"""WeChat's words about a publication: what each status means, what the originality check found, what a person does.

publish_status 2 to 6: wechat-api.md §4.1. Statuses of a mass send and CopyrightCheckResult:
wechat-api.md §2.4. We always push with send_ignore_reprint=0 (§4.3): a text that is
judged as a reprint is never sent as one by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

AGAIN = "再发一次请回复：重发 {first}"
MEND = "改好后请回复：送审 {first}；不用改、要再发：重发 {first}"
APPEAL = f"请到后台“通知”里看平台的说明，有异议请管理员申诉。{MEND}"
REPRINT = (
    "自己的原创：请在后台申诉或请对方开白名单。确实是转载：按转载的要求改好、写明来源后重新送审（回复：送审 {first}），"
    "再在后台发表，选“转载”。接口不把判为转载的文章发出去。"
)
ON_THE_PHONE = "先和管理员说好，请他拿着手机等微信的确认消息。"


@dataclass(frozen=True)
class WhyNot:
    """Why a publication did not come about, and what a person does; `{first}` is the number of its first article."""

    what: str
    to_do: str


PUBLISHING = {  # publish_status
    2: WhyNot("原创校验没有通过", REPRINT),
    3: WhyNot("微信那边发布失败，没有说原因", f"请在后台草稿箱打开这篇草稿，看有没有提示。{AGAIN}"),
    4: WhyNot("平台审核没有通过", APPEAL),
}
PUSHING = {  # Status of MASSSENDJOBFINISH, msg_status of message/mass/get
    "err(10001)": WhyNot("平台认为涉嫌广告", f"请去掉商品、价格、联系购买一类的文字和图片。{APPEAL}"),
    "err(20001)": WhyNot("平台认为涉嫌政治", f"请逐字核对领导人姓名、职务、排序和固定提法。{APPEAL}"),
    "err(20002)": WhyNot("平台认为涉嫌色情", f"请看图片和外来的文字。{APPEAL}"),
    "err(20004)": WhyNot("平台认为涉嫌社会问题", f"请核对事件的说法和来源。{APPEAL}"),
    "err(20006)": WhyNot("平台认为涉嫌违法犯罪", f"请核对案情一类的细节和图片。{APPEAL}"),
    "err(20008)": WhyNot("平台认为涉嫌欺诈", f"请核对领奖、补贴、收款和二维码一类的内容。{APPEAL}"),
    "err(20013)": WhyNot("平台认为涉嫌侵权", f"请核对图片、字体和文字的许可：wxops pictures。{APPEAL}"),
    "err(21000)": WhyNot("平台审核没有通过", APPEAL),
    "err(22000)": WhyNot("平台认为涉嫌互推", f"请去掉请人关注别的公众号的文字、名片和二维码。{APPEAL}"),
    "err(30001)": WhyNot("原创校验没有通过", REPRINT),
    "err(30002)": WhyNot("原创校验判定不能群发", REPRINT),
    "err(30003)": WhyNot("判定为转载，而接口不发转载", REPRINT),
    "err(40001)": WhyNot("管理员拒绝了这次群发", f"请问管理员为什么拒绝；要改文字就重新送审。{ON_THE_PHONE}{AGAIN}"),
    "err(40002)": WhyNot("管理员 30 分钟内没有确认，这次群发作废", f"{ON_THE_PHONE}{AGAIN}"),
    "send fail": WhyNot("微信那边群发失败，没有说原因", f"请到后台“发表记录”看一看。{AGAIN}"),
    "SEND_FAIL": WhyNot(
        "群发没有成功，微信没有说原因", f"请到后台“通知”和“发表记录”看原因（审核、原创、管理员没有确认）。{MEND}"
    ),
}
OTHERWISE = WhyNot("平台审核没有通过", APPEAL)  # codes come that no page lists, e.g. err(20431)
GONE = {  # after success: publish_status, and msg_status DELETE
    5: WhyNot("发出后已在后台全部删除", "不是自己人删的，请管理员马上看后台的操作记录并改密码。"),
    6: WhyNot("发出后被平台封禁", "请管理员到后台“通知”里看原因，需要时申诉；同样的文字不要再发。"),
    "DELETE": WhyNot("发出后已在后台删除", "不是自己人删的，请管理员马上看后台的操作记录并改密码。"),
}


def failing(indices: object) -> str:
    """Return the articles of a post that a status is about, by their places: 第 1 篇、第 2 篇; "" where none is told."""
    return "、".join(f"第 {index} 篇" for index in as_list(indices))


def copyright_words(result: object) -> str:
    """Return what the originality check found, a sentence for each article that is like somebody else's; "" for nothing.

    result: CopyrightCheckResult of an event; numbers come as text there.
    """
    if not isinstance(result, Mapping):
        return ""
    found = result.get("ResultList")
    items = as_list(found.get("item")) if isinstance(found, Mapping) else []
    return "".join(_found(item) for item in items if isinstance(item, Mapping))


def as_list(value: Any) -> list[Any]:
    """Return what an XML parser gives for one or many as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _found(item: Mapping[str, Any]) -> str:
    original = str(item.get("OriginalArticleUrl") or "")
    if not original:
        return ""
    rules = "，".join(_rules(item))
    return f"第 {item.get('ArticleIdx')} 篇和别人的原创文章相同（{original}）：{rules}。"


def _rules(item: Mapping[str, Any]) -> Iterator[str]:
    if not _is_set(item, "CanReprint"):
        yield "原文不允许转载"
        return
    yield "原文允许转载"
    if _is_set(item, "NeedReplaceContent"):
        yield "转载要换成原文的内容"
    if _is_set(item, "NeedShowReprintSource"):
        yield "转载要注明来源"


def _is_set(item: Mapping[str, Any], name: str) -> bool:
    return str(item.get(name, "0")) == "1"
