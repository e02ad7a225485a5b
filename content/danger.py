"""What a reader writes that may be a danger to somebody now: they are told of 110, 119 and 120 each time."""

from __future__ import annotations

from content.folding import folded

WORDS = (
    *("自杀", "轻生", "寻死", "想死", "去死", "不想活", "不活了", "活不下去", "活够了", "割腕", "跳楼", "跳河", "喝农药", "救命", "遗书"),
    *("着火", "起火", "失火", "冒烟", "煤气味", "燃气味", "天然气味", "漏气", "煤气漏", "燃气漏", "煤气泄", "燃气泄", "天然气泄"),
    *("天然气漏", "漏煤气", "漏燃气", "漏天然气", "一氧化碳", "爆炸", "中毒", "触电", "漏电", "倒塌", "坍塌", "塌了", "困在", "被困"),
    *("走失", "走丢", "失踪", "失联", "孩子丢", "小孩丢", "老人丢", "人丢了", "妈丢", "爸丢", "奶奶丢", "爷爷丢", "娃丢", "孩子不见", "老人不见", "拐走", "绑架", "溺水", "落水"),
    *("打我", "打人", "被打", "打老人", "打孩子", "家暴", "虐待", "砍人", "持刀", "拿刀", "抢劫", "强奸", "猥亵", "要杀", "杀人", "跟踪我"),
    *("昏迷", "晕倒", "昏倒", "晕过去", "昏过去", "没呼吸", "喘不上气", "大出血", "心梗", "摔倒起不来", "叫不醒", "敲门没人应"),
    *("饿了", "没饭吃", "没吃的", "挨饿", "快饿死"),
)  # fmt: skip
_LOOKED_AT = 2000  # characters of a text


def is_danger(text: str) -> bool:
    """Say whether a text holds a word of danger; one too many only tells the numbers for nothing."""
    bare = folded(text[:_LOOKED_AT]).text.replace("\n", "")
    return any(word in bare for word in WORDS)
