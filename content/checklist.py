"""The 核对清单: every person, body, number, date, sum, link and code of an article, for the last reader's pencil."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.article import Source
from content.lint.dates import WEEKDAYS, base_day, days_in
from content.lint.look import Context, Look
from content.lint.names import gazetteer
from content.lint.people import roll
from content.lint.phones import phones_in
from content.lint.qr import picture_path, targets
from content.lint.sums import totals

PICTURES_UNREAD = "图片里的文字没有经过检查，请逐张看过：文字、人名、数字、日期、旗帜标志和地图。"
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘解应宗丁宣邓白肖"
)
_TITLES = "大爷|大妈|大娘|大伯|阿姨|奶奶|爷爷|师傅|女士|先生|老师|医生|同志|书记|主任"
_SAYS = "说|表示|介绍|告诉|回忆|坦言|强调|指出|主持|致辞|带队"
_PERSON = re.compile(
    rf"[{_SURNAMES}](?:{_TITLES})|(?<=主任|书记|局长|处长|科长|会长|主席|院长|校长|站长)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?(?={_SAYS}|[、，。等和与及]|\n|$)"
    rf"|(?<![\u4e00-\u9fff])[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?(?={_SAYS})"
)
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:街道办事处|街道|社区居委会|社区|居委会|民政局|委员会|服务中心|服务站|协会|基金会|联合会|医院|学校|公司|驿站|工作站)"
)
_NOT_A_NAME = re.compile(
    r".*(?:[在到由和与及是的了从向对请把被让为给往经来去]|联合|走进|位于|告诉|通知|例里|报|各|本|该)"
)
_SUM = re.compile(r"(?:共计|合计|总计|一共|总共|累计|共有?) *\d[\d,.]* *(?:万|亿)?[\u4e00-\u9fff]{1,2}")


@dataclass(frozen=True)
class Item:
    """One thing to check: what kind, the words, the line, whether our tables know it, and what they say."""

    kind: str
    text: str
    line: int
    known: bool
    note: str = ""


def checklist(source: Source, context: Context) -> list[Item]:
    """Return all that a person must check in an article, by kind and in the order of the text, each thing once."""
    look = Look(source, context)
    found = (
        *_people(look), *_bodies(look), *_phones(look), *_dates(look), *_sums(look), *_links(look), *_codes(look),
    )  # fmt: skip
    once: dict[tuple[str, str, str], Item] = {}
    for item in found:
        once.setdefault((item.kind, item.text, item.note), item)
    return list(once.values())


def as_markdown(items: Iterable[Item], title: str, passed: Sequence[str] = ()) -> str:
    """Return the list for print or for a message: a box for each thing, and what no check has seen.

    passed: the warnings that the text was submitted in spite of, with their reasons.
    """
    lines = [f"# 核对清单：{title}"]
    kind = ""
    for item in items:
        if item.kind != kind:
            kind = item.kind
            lines += ["", f"## {kind}", ""]
        note = f"，{item.note}" if item.note else ""
        lines.append(f"- [ ] {item.text}（第 {item.line} 行，{'已知' if item.known else '新'}{note}）")
    if passed:
        lines += ["", "## 送审时写了理由放行的警告", "", *(f"- [ ] {warning}" for warning in passed)]
    return "\n".join([*lines, "", "## 图片里的文字", "", f"- [ ] {PICTURES_UNREAD}"]) + "\n"


def _people(look: Look) -> Iterator[Item]:
    people, day = roll(look.context.tables), base_day(look)
    for piece in look.pieces:
        known: list[tuple[int, int]] = []
        for found in people.names.finditer(piece.text) if people else ():
            known.append(found.span())
            posts = (
                "、".join(f"{post.body}{post.post}" for post in people.people[found[0]].current(day)) if people else ""
            )
            yield Item("人名", found[0], piece.place(found.start())[0], True, posts or "发布那天没有职务")
        for found in _PERSON.finditer(piece.text):
            if not any(start < found.end() and found.start() < end for start, end in known):
                yield Item("人名", found[0], piece.place(found.start())[0], False)


def _bodies(look: Look) -> Iterator[Item]:
    tables = look.context.tables
    known = {place.name for place in tables.places} | {post.body for post in tables.officials} | look.context.places
    places = gazetteer(tables)
    for piece in look.pieces:
        for found in _BODY.finditer(piece.text):
            name = _longest_known(found[0], known) or _NOT_A_NAME.sub("", found[0])
            if len(name) > 3:
                full = places.shorts.get(name[:2], "") if name[2:] == "街道" else ""
                at = found.end() - len(name)
                yield Item("机构和地名", name, piece.place(at)[0], name in known, f"全称是{full}" if full else "")


def _longest_known(text: str, known: frozenset[str] | set[str]) -> str:
    return next((text[at:] for at in range(len(text) - 2) if text[at:] in known), "")


def _phones(look: Look) -> Iterator[Item]:
    for piece in look.pieces:
        for phone in phones_in(piece.text, look.context.tables.phones):
            line = piece.place(phone.span[0])[0]
            yield Item("电话", phone.text, line, bool(phone.whose), phone.whose or "请拨打核实")


def _dates(look: Look) -> Iterator[Item]:
    base = base_day(look)
    for piece in look.pieces:
        for day in days_in(piece.text, base):
            meant = day.on(day.years(base)[0])
            note = f"{meant}，星期{WEEKDAYS[meant.weekday()]}" if meant else "没有这一天"
            agrees = meant is not None and day.weekday in (-1, meant.weekday())
            yield Item("日期", day.text, piece.place(day.span[0])[0], agrees, note if agrees else f"{note}，请核对")


def _sums(look: Look) -> Iterator[Item]:
    for total in totals(look.prose):
        agrees = "相符" if total.right else "不符"
        text = f"表格“{total.column}”合计 {_plain(total.said.value)}{total.said.unit}"
        note = f"各行相加 {_plain(total.sum)}，{agrees}"
        yield Item("数字", text, look.line_at(total.at), total.right, note)
    for piece in look.pieces:
        for found in _SUM.finditer(piece.text):
            yield Item("数字", found[0], piece.place(found.start())[0], False, "请核对出处")


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _links(look: Look) -> Iterator[Item]:
    if look.facts.original_link:
        yield Item("链接", look.facts.original_link, look.at("original_link"), False, "阅读原文，请打开核对")
    for link in look.links:
        note = f"“{link.words}”，请打开核对" if link.words else "请打开核对"
        yield Item("链接", link.target, look.line_at(link.at), False, note)


def _codes(look: Look) -> Iterator[Item]:
    for reference in dict.fromkeys((*look.pictures, *((look.facts.cover,) if look.facts.cover else ()))):
        for target in targets(picture_path(look, reference)):
            line = look.line_of(reference) if reference in look.pictures else look.at("cover")
            yield Item("二维码", target, line, False, f"在图片 {reference} 里，请扫码核对")
