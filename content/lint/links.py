"""Rules for links: files that readers cannot open, short links, addresses that expire or lead to one person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from content.article import Level, Problem, local_reference
from content.lint.example import Example, Part
from content.lint.look import Look, Rule
from content.markup import notes, words
from content.markup.links import label_of

SHORTENERS = words(
    "t.cn url.cn w.url.cn dwz.cn dwz.win suo.im suo.nz sourl.cn mrw.so bit.ly tinyurl.com goo.gl is.gd t.co ow.ly u.nu"
    " rrd.me 985.so 6du.in x0.nu tb.cn m.tb.cn c.tb.cn s.click.taobao.com v.douyin.com b23.tv xhslink.com"
)
_PERSONAL = re.compile(
    r"^(?:(?:wxp|weixin|alipays?)://|tel:1[3-9])|^https?://(?:u\.wechat\.com|qr\.alipay\.com|wx\.tenpay\.com|qm\.qq\.com|jq\.qq\.com"
    r"|work\.weixin\.qq\.com/(?:ca|u)/|weixin\.qq\.com/g/|payapp\.weixin\.qq\.com)",
    re.IGNORECASE,
)
_LOCAL_HOST = re.compile(r"^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0|\[?::1)")
_BY_LABEL = re.compile(r"!?\[(?P<words>[^\[\]\n]+)\]\[(?P<label>[^\[\]^\n][^\[\]\n]*|)\](?![(\[:])")
_GIVEN = re.compile(r"^ {0,3}\[([^\[\]]+)\]:", re.MULTILINE)
_ADDRESS = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:|^//")


def is_personal(target: str) -> bool:
    """Tell whether an address leads to one person: a WeChat card, a group of a week, a code to pay with."""
    return _PERSONAL.match(target) is not None


def is_private(target: str) -> bool:
    """Tell whether an address is one of this computer or of an inner network."""
    return _LOCAL_HOST.match(_host(target)) is not None or target.lower().startswith("file:")


def is_short(target: str) -> bool:
    """Tell whether an address hides where it leads."""
    return _host(target) in SHORTENERS


def is_preview(target: str) -> bool:
    """Tell whether an address of WeChat's back office or of a preview stops working after a while."""
    if _host(target) != "mp.weixin.qq.com":
        return False
    return re.search(r"[?&](?:tempkey|token)=|/cgi-bin/|preview", target, re.IGNORECASE) is not None


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").lower()
    except ValueError:
        return ""


def _targets(look: Look) -> Iterator[tuple[str, int, int]]:
    """Yield every address of the article with its line and column; that of 阅读原文 is one of them."""
    if look.facts.original_link:
        yield look.facts.original_link, look.at("original_link"), 1
    for link in look.links:
        line = look.line_at(link.at)
        yield link.target, line, link.at - look.prose_text.rfind("\n", 0, link.at)


def files_are_no_links(look: Look) -> Iterator[Problem]:
    """A reader of WeChat has only the article: a link to a file beside it opens nothing."""
    for target, line, col in _targets(look):
        if _ADDRESS.match(target) or target.startswith(("#", "?", "/")) or "@" in target:
            continue
        name = local_reference(target.split("#")[0].split("?")[0])
        there = (look.source.path.parent / name).exists() if name and "\0" not in name and len(name) < 200 else False
        missing = "" if there else "，文件夹里也没有这个文件"
        message = (
            f"链接指向本地文件“{unquote(target)[:60]}”，读者打不开{missing}。请改成网址，或者把内容写进正文、做成图片。"
        )
        yield look.problem(line, "LINK_LOCAL", Level.ERROR, message, col=col)


def addresses_are_shown(look: Look) -> Iterator[Problem]:
    """A link that is neither WeChat's nor in the list at the end leaves only its words."""
    for target, line, col in _targets(look):
        other = target.startswith(("/", "?")) or _ADDRESS.match(target)
        if other and not (notes.is_shown(target) or is_private(target) or is_personal(target)):
            message = f"“{target[:60]}”不是完整的网址，发出去只剩文字，读者不知道它指向哪里。请写 https:// 开头的网址。"
            yield look.problem(line, "LINK_LOST", Level.WARN, message, col=col)


def labels_have_addresses(look: Look) -> Iterator[Problem]:
    """A link by a label that has no address is shown as it is written."""
    given = {label_of(found[1]) for found in _GIVEN.finditer(look.signs_text)}
    for found in _BY_LABEL.finditer(look.signs_text):
        label = found["label"].strip() or found["words"]
        if label_of(label) not in given and not f"{label}{found['words']}".isdecimal():  # [1][2] are two sources
            message = f"“{found[0]}”会原样显示：没有写“{label}”的地址。请在文末另起一段写 [{label}]: 地址，或者改成 [文字](地址)。"
            yield look.problem(look.line_at(found.start()), "LINK_LABEL", Level.WARN, message)


def addresses_can_be_reached(look: Look) -> Iterator[Problem]:
    """An address of this computer or of the office's own network opens for nobody else."""
    for target, line, col in _targets(look):
        if is_private(target):
            message = f"“{target[:60]}”是本机或内网的地址，读者打不开。请换成公开的网址。"
            yield look.problem(line, "LINK_PRIVATE", Level.ERROR, message, col=col)


def links_stay_open(look: Look) -> Iterator[Problem]:
    """The address of a preview works for hours, then readers see that it has expired."""
    for target, line, col in _targets(look):
        if is_preview(target):
            message = "这是公众号后台的预览或临时链接，过一段时间就打不开。请换成文章发布后的永久链接。"
            yield look.problem(line, "LINK_PREVIEW", Level.ERROR, message, col=col)


def links_lead_to_no_person(look: Look) -> Iterator[Problem]:
    """A personal card, a group or a code to pay with has no place in an official article."""
    for target, line, col in _targets(look):
        if is_personal(target):
            message = f"“{target[:60]}”是个人微信、群或收款的链接，不能放进稿子。请换成单位的链接。"
            yield look.problem(line, "LINK_PERSONAL", Level.ERROR, message, col=col)


def links_show_where_they_lead(look: Look) -> Iterator[Problem]:
    """Where a short link leads can be changed by whoever made it."""
    for target, line, col in _targets(look):
        if is_short(target):
            message = f"“{target[:60]}”是短链接，看不出去向，也可能失效。请换成完整的网址。"
            yield look.problem(line, "LINK_SHORT", Level.WARN, message, col=col)


def links_are_secure(look: Look) -> Iterator[Problem]:
    """Phones warn of http; nearly every site has https."""
    for target, line, col in _targets(look):
        if target.lower().startswith("http://") and not _LOCAL_HOST.match(_host(target)):
            message = f"“{target[:60]}”是 http 链接，请试一试 https 能不能打开，能就换成 https。"
            yield look.problem(line, "LINK_HTTP", Level.INFO, message, fix="https://" + target[7:], col=col)


RULES: tuple[Rule, ...] = (
    files_are_no_links,
    addresses_are_shown,
    labels_have_addresses,
    addresses_can_be_reached,
    links_stay_open,
    links_lead_to_no_person,
    links_show_where_they_lead,
    links_are_secure,
)

EXAMPLES = (
    Example(
        "LINK_LOCAL", "链接要指向网址，不能指向本地文件。",
        "请下载[报名表](报名表.docx)。", "请下载[报名表](https://example.com/form)。",
    ),
    Example("LINK_LOST", "链接要写完整的网址。", "见[通知](/news/1)。", "见[通知](https://example.com/news/1)。"),
    Example(
        "LINK_LABEL", "用标记写的链接要给出地址。", "见[通知][甲]。", "见[通知][甲]。\n\n[甲]: https://example.com/a",
    ),
    Example(
        "LINK_PRIVATE", "链接要能公开打开。", "见[通知](http://192.168.1.8/a)。", "见[通知](https://example.com/a)。",
    ),
    Example(
        "LINK_PREVIEW", "不用预览链接和后台链接。",
        "见[上一篇](https://mp.weixin.qq.com/s?__biz=x&tempkey=abc)。", "见[上一篇](https://mp.weixin.qq.com/s/abc)。",
    ),
    Example(
        "LINK_PERSONAL", "不放个人微信、群和收款链接。",
        "加[好友](https://u.wechat.com/abc)。", "见[官网](https://example.com/abc)。",
    ),
    Example("LINK_SHORT", "不用短链接。", "见[通知](https://bit.ly/abc)。", "见[通知](https://example.com/abc)。"),
    Example("LINK_HTTP", "能用 https 就用 https。", "见[通知](http://example.com/)。", "见[通知](https://example.com/)。"),
    Example(
        "LINK_PREVIEW", "阅读原文也不用预览链接。", "original_link: https://mp.weixin.qq.com/s?tempkey=a",
        "original_link: https://mp.weixin.qq.com/s/a", Part.FRONT,
    ),
)  # fmt: skip
