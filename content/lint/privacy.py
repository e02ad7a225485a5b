"""Rules for what identifies a person: telephones, identity numbers, bank cards, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.reading import Piece

_MOBILE = re.compile(r"(?<![\d*])(?:(?:\+|00)86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\d*])")
_LONG = re.compile(
    r"\d(?:[ .·\-]?\d){10,}"
)  # as many figures as a telephone has, in any width, however they are set apart
_ID = re.compile(r"(?<![\dA-Za-z*])([1-8]\d{5})((?:19|20)\d{6})(\d{3}[\dXx])(?![\dA-Za-z*])")
_CARD = re.compile(r"(?<![\d*.-])(?:\d{16,19}|\d{4}(?: \d{4}){3}(?: \d{1,3})?)(?![\d*])")
_LOCAL = re.compile(  # of Beijing, without 010; a number of things is none
    r"(?<![\da-zA-Z*.,，-])([5-8５-８]\d{3}[- ]?)\d{4}(?![\d*]|[.,]\d| ?(?:人|次|个|元|条|篇|场|户|票|件|份|万|亿))"
)
_FLAT = re.compile(
    r"(?<![\d-])\d{1,2}-\d{1,2}-(?!20\d\d)\d{3,4}(?![\d-])(?:室|号)?|(?<![\d-])\d{1,3}-\d{3,4}(?:室|号房)"
    r"|\d+(?:栋|幢|座)\s?\d{3,4}(?!\d)(?:室|号)?"
)
_MAIL = re.compile(r"([a-zA-Z0-9])[\w.+-]*(@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)", re.ASCII)
_CHAT = re.compile(
    r"((?:QQ号?码?|扣扣号?)[:：\s]*\d{2})\d{3,9}|((?:微信号[:：\s]*|微信[:：]\s*|(?<![a-z])vx[:：\s]*)[a-z]\w)[\w-]{3,}",
    re.IGNORECASE | re.ASCII,
)
_PUBLIC_ACCOUNT = re.compile(r"(?:对公|账户名称|户名|开户|捐赠|基金会|汇款)")
_ROOM = re.compile(
    r"\d+号(?:楼|院)[^，。；\n]{0,8}?\d+(?:单元|门)[^，。；\n]{0,3}?\d{2,4}(?:室|号)?|\d+单元\s?\d{2,4}(?:室|号)?|\d+号?楼\s?\d{3,4}(?:室|号)"
    r"|(?:家住|住在|住址[:：是为]?)[^，。；\n]{0,14}?\d+号"
)
_PERSON = re.compile(
    r"居民|老人|住户|业主|大[爷妈娘伯]|阿姨|奶奶|爷爷|女士|先生|师傅|患者|孩子|[住家]在|家住|一家|夫妇|某"
)
_OFFICE = re.compile(r"办公室|会议室|活动室|大厅|窗口|服务站|服务中心|居委会|驿站|办理地点|地址[:：]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"

Span = tuple[int, int]


def is_identity_number(text: str) -> bool:
    """Tell whether 18 characters are an identity number: a day of birth, and the check digit of GB 11643."""
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17].upper()


def is_card_number(number: str) -> bool:
    """Tell whether digits pass the check of bank cards (Luhn) and begin as cards do (ISO/IEC 7812: 3 to 6)."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number)))
    return number[0] in "3456" and sum(n // 10 + n % 10 for n in doubled) % 10 == 0 and len(set(number)) > 2


def masked(text: str) -> str:
    """Return a text in which nothing private can be read: telephones, identity numbers, cards, rooms, QQ, 微信号, e-mail.

    What looks like one counts.
    """
    text = _MAIL.sub(r"\1****\2", text)
    text = _CHAT.sub(lambda found: f"{found[1] or found[2]}****", text)
    text = _ID.sub(lambda found: f"{found[0][:2]}{'*' * 13}{found[0][-3:]}", text)
    text = _CARD.sub(lambda found: f"{found[0][:4]}{'*' * 8}{_last(found[0])}", text)
    text = _LONG.sub(lambda found: f"{found[0][:3]}****{_last(found[0])}", text)
    text = _LOCAL.sub(r"\1****", text)
    for rule in (_ROOM, _FLAT):
        text = rule.sub(lambda found: re.sub(r"\d", "*", found[0]), text)
    return text


def numbers_are_masked(look: Look) -> Iterator[Problem]:
    """A private number that went out cannot be taken back; the number of an office stands in phones.csv."""
    for piece in (*look.pieces, *_code(look)):
        taken: list[Span] = []
        for rule in (_identities, _cards, _mobiles):
            for problem, span in rule(look, piece):
                if not any(start < span[1] and span[0] < end for start, end in taken):
                    taken.append(span)
                    yield problem


def _last(number: str) -> str:
    """Return the last four figures of a number, however they are set apart."""
    return "".join(re.findall(r"\d", number))[-4:]


def _code(look: Look) -> Iterator[Piece]:
    """Code goes out too, but is never changed by us."""
    for region in look.regions:
        if region.kind == "code":
            yield Piece("code", region.text, look.source.body_line + region.first)


def _identities(look: Look, piece: Piece) -> Iterator[tuple[Problem, Span]]:
    for found in _ID.finditer(piece.text):
        masked = f"{found[0][:2]}{'*' * 13}{found[0][-3:]}"
        if is_identity_number(found[0]):
            message = f"身份证号没有遮挡：{masked}。请写成 {masked}，或者删去。"
            yield look.found(piece, found.span(), "ID_NUMBER", Level.ERROR, message, fix=masked), found.span()
        elif int(found[2][:4]) >= 1900 and 1 <= int(found[2][4:6]) <= 12:
            message = f"“{found[0][:6]}…{found[0][-3:]}”像是身份证号，校验码不对。如果是，请写成 {masked}。"
            yield (
                look.found(piece, found.span(), "ID_NUMBER", Level.WARN, message, fix=masked, sure=False),
                found.span(),
            )


def _cards(look: Look, piece: Piece) -> Iterator[tuple[Problem, Span]]:
    for found in _CARD.finditer(piece.text):
        number = found[0].replace(" ", "")
        if is_card_number(number):
            masked = number[:4] + "*" * (len(number) - 8) + number[-4:]
            if _PUBLIC_ACCOUNT.search(piece.text[max(0, found.start() - 40) : found.start()]):
                message = (
                    f"尾号 {number[-4:]} 像是银行卡号。如果是对外公布的账户请核对号码；是个人的卡请写成 {masked}。"
                )
                problem = look.found(piece, found.span(), "BANK_CARD", Level.WARN, message, fix=masked, sure=False)
            else:
                message = f"银行卡号没有遮挡（尾号 {number[-4:]}）。请写成 {masked}，或者删去。"
                problem = look.found(piece, found.span(), "BANK_CARD", Level.ERROR, message, fix=masked)
            yield problem, found.span()


def _mobiles(look: Look, piece: Piece) -> Iterator[tuple[Problem, Span]]:
    for found in _MOBILE.finditer(piece.text):
        number = re.sub(r"\D", "", found[1])
        if number not in look.context.tables.phones:
            masked = f"{number[:3]}****{number[-4:]}"
            message = f"手机号没有遮挡。请写成 {masked}；如果是对外公布的号码，请先加进 phones.csv。"
            yield look.found(piece, found.span(1), "MOBILE_NUMBER", Level.ERROR, message, fix=masked), found.span()


def addresses_stop_at_the_street(look: Look) -> Iterator[Problem]:
    """Where a person lives is told no more exactly than by the street."""
    for piece in look.pieces:
        for found in _ROOM.finditer(piece.text):
            around = _sentence(piece.text, found.start(), found.end())
            if _PERSON.search(around) and not _OFFICE.search(around):
                message = f"“{found[0]}”写到了门牌，个人住址只写到街道或社区。请改写，例如“某社区居民”。"
                yield look.found(piece, found.span(), "ADDRESS_EXACT", Level.WARN, message)


def _sentence(text: str, start: int, end: int) -> str:
    first = max(text.rfind(mark, 0, start) for mark in "。！？；\n")
    last = min((at for mark in "。！？；\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    return text[first + 1 : last]


RULES: tuple[Rule, ...] = (numbers_are_masked, addresses_stop_at_the_street)

EXAMPLES = (
    Example(
        "MOBILE_NUMBER", "个人手机号要遮住中间四位；对外公布的号码写进 phones.csv。",
        "请联系刘师傅，13800138000。", "请联系刘师傅，138****8000。",
    ),
    Example(
        "ID_NUMBER", "身份证号要遮挡。", "身份证号11010519491231002X。", "身份证号11*************02X。",
    ),
    Example(
        "BANK_CARD", "银行卡号要遮挡。", "补贴发到6222021234567890128。", "补贴发到6222***********0128。",
    ),
    Example(
        "ADDRESS_EXACT", "个人住址只写到街道或社区。", "家住3号楼2单元501室的刘奶奶说。", "槐树里社区的刘奶奶说。",
    ),
)  # fmt: skip
