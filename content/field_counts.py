"""Counts as people say them of field work: 3人, 四个人, 两位老人, 一百二十人, 新增用户 30, 没有新增."""

from __future__ import annotations

import re

from content.errors import OpsError
from content.numerals import ABOUT, NUMBER, PLAIN, WRITTEN, number

_WHO = (
    "居民|群众|老人家?|老年人|长者|业主|住户|残疾人|家属|家长|孩子|儿童|学生|学员|党员|干部|社工|志愿者|网格员|楼门长|"
    "工作人员|代表|群成员|成员"
)
_UNIT = rf"(?:人次|个?人|[名位](?:{_WHO})?|个(?:{_WHO}))"
_ABOUT = r"(?:一共|总共|共|大约|大概|差不多|约|参加|到场|来了|有|群里|群内|现)*"
PEOPLE = re.compile(
    rf"{_ABOUT}\s*({ABOUT})\s*[余多几来]?{_UNIT}(?:{_WHO})?(?:左右|上下)?(?:参加|到场|作答|参与|答卷)?(?![\u4e00-\u9fff])"
)
GLUED = re.compile(  # 3人讲解平台注册, 四个人讲解; not 3人次, not 个人信息
    rf"({ABOUT})\s*[余多几来]?(?:人|个人(?!信息|账[号户]|资料|隐私|所得))(?![次民员工口力家大小])"
)
_BARE = re.compile(
    rf"\s*{_ABOUT}\s*({NUMBER})\s*[余多]?(?:人次|个?人|名|位|个|户)?(?:{_WHO})?(?:左右|上下)?(?:参加|到场)?\s*[。.]?\s*"
)
_END = r"\s*[人户名个位]|[^\u4e00-\u9fff]|$"
_MANY = rf"({PLAIN}|(?:{WRITTEN})(?={_END}))(?!\d|\s*人次?(?:参加|到场))\s*"  # of 新增用户30,120人参加 only 30
_USERS = r"(?:实名)?(?:注册|认证)?(?:用户|人数|居民|注册)"
_NEW_USERS = (  # the surest first: 新增2个志愿岗 counts nobody
    re.compile(rf"(?:现场)?(?:(?:新增|拉新|新注册)的?{_USERS}|拉新|新注册)\s*[:：]?\s*{_MANY}[人户名个位]?"),
    re.compile(rf"(?:现场)?新增的?\s*{_MANY}[人户名个位]?的?(?:实名)?(?:注册|认证)?(?:用户|居民|注册)"),
    re.compile(rf"(?:现场)?新增的?(?:实名)?(?:认证)?\s*[:：]?\s*{_MANY}(?:[人户名位]|(?![\u4e00-\u9fff]))"),
)
_NO_NEW = re.compile(
    rf"(?:现场)?(?:暂?无|没有?|未|零)\s*(?:新增|拉新|新注册)(?:的?{_USERS})?(?![\u4e00-\u9fff])"
    rf"|(?:现场)?(?:新增|拉新|新注册)(?:的?{_USERS})?\s*[:：]?\s*(?:暂?无|没有|零)(?![\u4e00-\u9fff])"
)
NONE = ("没有", "无", "零", "暂无", "一个没有", "一个都没有")


def people(found: re.Match[str]) -> int:
    """Return how many people PEOPLE or GLUED has found; OpsError for nobody."""
    return _somebody(number(found[1]))


def people_alone(words: str) -> int | None:
    """Return how many people words are that tell nothing else: 45, 45个人, 大概40-50人; OpsError for nobody."""
    found = _BARE.fullmatch(words) or PEOPLE.fullmatch(words.strip(" 。."))
    return _somebody(number(found[1])) if found else None


def number_alone(words: str) -> int | None:
    """Return the number that words are, with or without what it counts; None for other words."""
    found = _BARE.fullmatch(words)
    return number(found[1]) if found else None


def new_users_in(text: str, *, asked: bool) -> tuple[int | None, str]:
    """Return how many new users a text tells, None for none, and the text without that; asked: the kind needs them."""
    found = next(filter(None, (one.search(text) for one in _NEW_USERS)), None)
    if found:
        return number(found[1]), f"{text[: found.start()]} {text[found.end() :]}"
    none = _NO_NEW.search(text) if asked else None
    return (0, f"{text[: none.start()]} {text[none.end() :]}") if none else (None, text)


def _somebody(count: int) -> int:
    if not count:
        raise OpsError("人数写的是 0。请写实际的人数；没有见到人的，不写人数，写明情况。")
    return count
