"""The kinds of field work: what must be told of each, what its words are called, and the evidence that makes it complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

PEOPLE = "people"
EITHER = "|"  # between facts of which one is enough


@dataclass(frozen=True)
class Fact:
    """A fact that only some kinds have: what it is called, how it stands in a message, and what follows its value.

    The pattern's first group that matched is the value.
    """

    name: str
    pattern: re.Pattern[str]
    unit: str = ""
    most: Decimal | None = None

    def shown(self, value: str) -> str:
        """Return a value as people read it."""
        return f"{self.name} {value}{self.unit}"


_TO = r"\s*[:：]?\s*"
_OTHER = r"(?:改成|改为|是|为)?"
FACTS: Mapping[str, Fact] = {
    "link": Fact("链接", re.compile(rf"(?:(?:链接|网址){_OTHER}{_TO})?(https?://[^\s，。；、“”）)]+)")),
    "article": Fact("文章", re.compile(rf"(?:文章|稿号|编号){_OTHER}{_TO}(\d{{1,9}})(?!\d)")),
    "topic": Fact("专题", re.compile(rf"专题{_OTHER}(?:\s*[:：]\s*|\s+)([^\s，,。；;]+)")),
    "score": Fact(
        "评分",
        re.compile(rf"(?:(?:评分|平均分|得分){_OTHER}{_TO}(\d+(?:\.\d+)?)|(?<![\d.])(\d+(?:\.\d+)?))\s*分(?:\s*/\s*5\s*分?)?(?![钟\d])"),
        " 分（满分 5 分）", Decimal(5),
    ),
    "rate": Fact("满意率", re.compile(rf"(?:满意率|满意度|满意){_OTHER}{_TO}(\d+(?:\.\d+)?)\s*[%％]"), "%", Decimal(100)),
    "met": Fact("见到", re.compile(r"见到谁?(?:\s*[:：]|改成|改为)\s*([^\s，,。；;]+)")),
    "result": Fact("结果", re.compile(r"(?:走访)?结果(?:\s*[:：]|改成|改为)\s*([^\s。；;]+)")),
    "code": Fact("活动码", re.compile(rf"(?:活动码|邀请码|推广码){_OTHER}{_TO}([A-Za-z0-9][A-Za-z0-9_-]{{1,39}})")),
}  # fmt: skip

FREE = ("met", "result")  # facts that are anybody's words, in which a private number may stand

Twin = Literal["place", "reference", "name"]


@dataclass(frozen=True)
class Kind:
    """A kind of field work.

    needs: what must be told, EITHER between two of which one is enough. more: the facts of FACTS that it may have. text:
    what the rest of the words is, as a question names it; label: as it is shown. evidence: what makes it complete, as people
    call it. by_community: one for each community, as the contract counts visits (domain.md §1b T7). twin: what makes two of
    them the same: place and day, the link or article, or place and name, as of a group, which stands until it is retired.
    """

    name: str
    needs: tuple[str, ...]
    text: str
    label: str
    evidence: tuple[str, ...]
    example: str
    more: tuple[str, ...] = ()
    by_community: bool = False
    twin: Twin = "place"

    @property
    def proofs(self) -> int:
        """Return how many pieces of evidence make it complete."""
        return len(self.evidence)

    def lacks(self, proofs: int) -> tuple[str, ...]:
        """Return what is missing where so many pieces are there; which ones they are, nobody looks into."""
        short = self.proofs - proofs
        return self.evidence if not proofs else (f"{'、'.join(self.evidence)}中的 {short} 份",) if short > 0 else ()

    def called(self, need: str) -> str:
        """Return what must be told, as people call it."""
        if need == "places":
            return "哪个社区" if self.by_community else "哪个街道或社区"
        if need == "text":
            return self.text
        names = {PEOPLE: "多少人", "new_users": "新增用户多少人", "article": "文章编号", "score": "评分（如 4.6分）"}
        names["rate"] = "满意率（如 满意率95%）"
        return "或".join(names.get(one) or FACTS[one].name for one in need.split(EITHER))


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "走访", ("places", "text"), "做了什么", "内容", ("照片",), "走访 新风社区 今天 3人 讲解平台注册", ("met", "result"),
            by_community=True,
        ),
        Kind(
            "培训", ("places", PEOPLE, "text"), "培训主题", "主题", ("签到表", "照片"),
            "培训 德胜街道、月坛街道 12月3日 45人 平台使用",
        ),
        Kind(
            "活动", ("places", "new_users", "text"), "活动内容", "内容", ("签到表", "照片"),
            "活动 新风社区 12月6日 新增用户 30 重阳敬老", ("code",),
        ),
        Kind(
            "群组", ("places", PEOPLE, "text"), "群名", "群名", ("截图",), "群组 新风社区 新风便民群 120人", twin="name",
        ),
        Kind(
            "案例", ("places", "text", "link|article"), "案例题目", "题目", (), "案例 新风社区 老楼装上电梯 文章12",
            ("link", "article"), twin="reference",
        ),
        Kind(
            "平台内容", ("text", "link"), "标题", "标题", ("截图",),
            "平台内容 12月3日 重阳节敬老 专题 敬老 链接 https://example.com/1", ("link", "topic"), twin="reference",
        ),
        Kind(
            "评价", ("places", "score|rate"), "评价内容", "内容", ("问卷或截图",), "评价 新风社区 12月3日 4.6分 32人作答",
            ("score", "rate"),
        ),
    )
}  # fmt: skip
