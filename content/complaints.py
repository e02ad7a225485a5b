"""What a reader writes that a person must answer: complaints, requests, reports of trouble, and long free texts.

Better a ticket too many than one too few. A workspace may add words of its own, one a
line, in `tickets.csv` (or XLSX) under the head `word`; a word behind a minus sign is
taken out of ours.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from content.cjk import han_count
from content.danger import WORDS as DANGER
from content.folding import folded
from content.tables import TableWrong, lines_in, there

log = logging.getLogger(__name__)

FILE = "tickets.csv"
HEADS = ("word", "词")
LONG, LONG_BESIDE = 15, 60  # Han characters, or characters of any kind: nobody writes so many for a keyword
LOOKED_AT = 2000  # characters of a text
SEARCH = "搜"  # a search over the articles, however long
WORDS = (
    *("投诉", "举报", "反映", "反应一下", "反应个", "反应问题", "信访", "上访", "曝光", "维权", "求助", "求求", "救命"),
    *("没人管", "无人管", "没有人管", "没人来", "没人修", "没人理", "不作为", "推诿", "踢皮球", "态度", "敷衍", "不解决"),
    *("要求", "请求", "强烈", "怎么还不", "怎么还没", "为什么不", "为什么还", "什么时候能", "什么时候才", "到现在", "一直没", "迟迟"),
    *("尽快", "赶紧", "处理一下", "解决一下", "解决问题", "管一管", "管管", "来人", "派人", "帮帮", "帮忙解决", "麻烦你们", "麻烦您"),
    *("漏水", "漏雨", "渗水", "积水", "漏电", "漏气", "煤气味", "跑水", "爆裂", "堵了", "堵塞", "冒水", "停暖", "不热", "没暖气"),
    *("没水", "没电", "没灯", "不亮", "坏了", "坏掉", "破损", "塌", "裂缝", "危险", "隐患", "着火", "冒烟", "堆物", "堵门", "困在"),
    *("扰民", "噪音", "噪声", "太吵", "恶臭", "臭味", "垃圾没", "没人收", "违建", "私搭", "乱停", "占道", "占用", "施工", "电动车进楼"),
    *("乱收费", "多收", "不退", "拖欠", "欠薪", "被骗", "诈骗", "骗子", "骚扰", "欺负", "虐待", "家暴", "打人", "自杀", "轻生", "不想活"),
    *("馊", "变质", "发霉", "拉肚子", "吃坏", "中毒", "摔伤", "凭什么", "被取消", "被停"),
    *("不满意", "意见", "建议你们", "太差", "气愤", "失望"),
    *("断水", "断电", "断气", "断暖", "停水", "停电", "停气", "没热水", "没煤气", "没燃气", "不通电", "不来水", "不来电"),
    *("不给办", "不给开", "不给盖", "不给出", "不给报", "不给发", "不给退", "不让办", "不受理", "拒绝", "刁难", "都不管", "不管不问"),
    *("金没发", "贴没发", "资没发", "钱没发", "保没发", "费没发", "助没发", "款没发", "还没发", "没给发", "没发给", "没发下来", "没发放"),
    *("未发放", "没到账", "没到帐", "未到账", "没到手", "没打到", "停发", "少发", "扣发", "没领到", "没收到钱", "没有收到钱"),
    *("转人工", "找人工", "要人工", "接人工", "人工服务", "人工客服", "人工回复", "真人", "客服", "找工作人员", "联系工作人员", "有人在吗"),
    *("有没有人", "没人回", "没人答", "丢了"),
    *DANGER,
)  # fmt: skip
ALONE = ("人工", "工作人员", "有人吗", "有人没", "人呢")  # words of trouble only where nothing stands beside them
_AROUND = "。.!！?？~～ ,，"


def is_complaint(text: str, folder: Path) -> bool:
    """Say whether a reader's text holds a word of trouble; `folder` is the workspace. A search is none."""
    bare = _bare(text)
    return not bare.startswith(SEARCH) and (
        bare.strip(_AROUND) in ALONE or any(word in bare for word in words_of(folder))
    )


def is_long(text: str) -> bool:
    """Say whether a reader's text is too long for a keyword: somebody is telling something. A search is none."""
    bare = _bare(text)
    return (han_count(bare) >= LONG or len(bare) >= LONG_BESIDE) and not bare.startswith(SEARCH)


def words_of(folder: Path) -> tuple[str, ...]:
    """Return the words of trouble: ours, and what the workspace's own table adds and takes out."""
    file = there(folder / FILE)
    try:
        stat = file.stat()
    except OSError:
        return WORDS
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(file: Path, changed: int, size: int) -> tuple[str, ...]:
    """Read the table once for each time it was saved; one that cannot be read takes nothing away."""
    try:
        lines = lines_in(file.read_bytes(), file.name)
    except (TableWrong, OSError) as error:
        log.warning("the words of %s are not used: %s", file.name, error)
        return WORDS
    cells = [cells[0].strip() for _, cells in lines if cells and cells[0].strip() and not cells[0].startswith("#")]
    told = [cell for cell in cells if cell.lower() not in HEADS]
    out = {_bare(cell[1:]) for cell in told if cell.startswith("-")}
    more = [word for cell in told if not cell.startswith("-") and (word := _bare(cell))]
    return tuple(word for word in dict.fromkeys((*WORDS, *more)) if word not in out)


def _bare(text: str) -> str:
    return folded(text[:LOOKED_AT]).text.replace("\n", "")
