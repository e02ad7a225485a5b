"""The written rules of counting: what the contract leaves open, settled in [rules] of contract.toml and printed beside the numbers.

Each answers a question of domain.md §1b (T4, T5, T6, T9) or of the contract's months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.weeks import RULES

WORDS: Mapping[str, Mapping[Any, str]] = {  # key → value → what it means; the first one is the usual one
    "articles": {"all": "推送和不推送的文章都算", "pushed": "只算推送给粉丝的文章"},
    "several": {"each": "一次推送几篇，每篇计一", "post": "一次推送几篇，合计一"},
    "reposts": {True: "转载（写了来源）的算", False: "转载（写了来源）的不算"},
    "withdrawn": {False: "撤下的不算", True: "撤下的也算"},
    "external": {True: "在外部发布的算", False: "在外部发布的不算"},
    "cases": {"also": "典型案例同时算文章", "only": "典型案例不再算文章"},
    "themes": {
        "either": "专题在公众号或平台发布一处即可",
        "account": "专题只看公众号",
        "platform": "专题只看平台",
        "both": "专题要在公众号和平台都发布",
    },
    "months": {
        "contract": "合同月从起始日的日子算到下月前一天，没有这个日子的短月从最后一天算，末尾余下的天数并入最后一个月",
        "calendar": "按自然月列，首尾不满的月也列，不算进平均；目标和注册用户的增长仍按合同月",
    },
    "weeks": RULES,
}
NUMBERS = {"theme_items": "一个专题至少有几篇内容"}


@dataclass(frozen=True)
class CountingRules:
    """The rules as they are set; WORDS says what each value means, theme_items how many pieces make a theme."""

    articles: str = "all"
    several: str = "each"
    reposts: bool = True
    withdrawn: bool = False
    external: bool = True
    cases: str = "also"
    themes: str = "either"
    theme_items: int = 1
    months: str = "contract"
    weeks: str = "most"

    def words(self, *keys: str) -> str:
        """Return what some of the rules say, as one clause after the other; all of them when none is named."""
        said = [WORDS[key][getattr(self, key)] for key in keys or WORDS]
        if not keys or "themes" in keys:
            said.append(f"一个专题至少 {self.theme_items} 篇内容")
        return "；".join(said)


USUAL = CountingRules()
OF_COUNT: Mapping[str, tuple[str, ...]] = {  # which rules a count obeys
    "articles": ("articles", "several", "reposts", "withdrawn", "external", "cases"),
    "pushed_articles": ("several", "reposts", "withdrawn", "external", "cases"),
    "cases": ("reposts", "withdrawn", "external"),
    "themes": ("themes",),
    "reports": ("weeks",),
}
