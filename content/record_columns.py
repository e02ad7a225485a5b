"""The columns of tables of field work (走访台账 and the like), by the heads that people give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from content.field_kinds import KINDS

KIND, DAY, STREET, PLACE, PEOPLE, NEW_USERS, TEXT = "kind", "day", "street", "place", "people", "new_users", "text"
PERSON, COMPANY = "person", "company"  # whose work it was
COLUMNS: Mapping[str, Sequence[str]] = {
    KIND: ("类别", "类型", "工作类别", "记录类别"),
    DAY: ("日期", "时间", "走访日期", "走访时间", "培训日期", "培训时间", "活动日期", "活动时间", "建群日期", "建群时间", "发布日期", "评价日期"),
    STREET: ("街道", "所属街道", "街道名称", "所在街道"),
    PLACE: (
        "社区", "社区名称", "所属社区", "居委会", "地点", "走访社区", "走访地点", "培训街道", "培训地点", "活动地点", "覆盖街道", "参训街道",
        "单位", "街道社区",
    ),
    PEOPLE: (
        "人数", "参加人数", "参训人数", "培训人数", "走访人数", "活动人数", "参与人数", "群人数", "群成员数", "成员数", "成员人数", "作答人数",
        "见到人数",
    ),
    NEW_USERS: ("新增用户", "新增用户数", "新增注册", "新增注册用户", "拉新", "拉新人数", "现场拉新", "新增人数"),
    TEXT: (
        "内容", "事项", "走访内容", "走访事项", "主要内容", "工作内容", "主题", "培训主题", "培训内容", "活动名称", "活动主题",
        "活动内容", "群名", "群名称", "群组名称", "微信群", "题目", "案例题目", "案例名称", "标题", "评价内容",
    ),
    "link": ("链接", "网址", "内容链接", "案例链接", "url"),
    "article": ("文章编号", "文章", "稿号"),
    "topic": ("专题", "所属专题"),
    "score": ("评分", "平均分", "得分", "满意度评分"),
    "rate": ("满意率", "满意度"),
    "code": ("活动码", "邀请码", "推广码"),
    "met": ("见到", "见到谁", "见到的人", "走访对象", "受访人", "接待人"),  # domain.md §1b T7
    "result": ("结果", "走访结果"),
    PERSON: ("走访人", "走访人员", "记录人", "记录人员"),
    COMPANY: ("公司", "公司名称", "所属公司", "走访公司", "服务公司"),
}  # fmt: skip
NAMES = {
    KIND: "类别", DAY: "日期", STREET: "街道", PLACE: "社区", PEOPLE: "人数", NEW_USERS: "新增用户", TEXT: "内容", "link": "链接",
    "article": "文章编号", "topic": "专题", "score": "评分", "rate": "满意率", "code": "活动码",
    "met": "见到", "result": "结果",
    PERSON: "记录人", COMPANY: "公司",
}  # fmt: skip
_WORDS = {word: column for column, words in COLUMNS.items() for word in words}
_KIND_WORDS: Mapping[str, Sequence[str]] = {
    "走访": ("走访",), "培训": ("培训",), "活动": ("活动",), "群组": ("群组", "服务群", "微信群"), "案例": ("案例",),
    "平台内容": ("平台内容", "内容台账"), "评价": ("评价", "满意度"),
}  # fmt: skip


def column_of(head: str) -> str | None:
    """Return the column that a head names, whatever its blanks, signs and unit in brackets; None for an unknown one."""
    plain = unicodedata.normalize("NFKC", head).lower()
    return _WORDS.get(re.sub(r"[^\w]|_", "", re.sub(r"\([^)]*\)", "", plain)))


def kind_in(words: str) -> str:
    """Return the one kind of field work that a title, a sheet's or a file's name tells; "" where it is none, or not clear."""
    found = [kind for kind in KINDS if any(word in words for word in _KIND_WORDS[kind])]
    return found[0] if len(found) == 1 else ""
