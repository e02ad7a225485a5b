"""Characters that sound alike and are taken for one another in names: a small table by hand, no dictionary of sounds.

It holds what is common in names and in typing errors, not every homophone; a name
that sounds alike by other characters is not found by it.
"""

from __future__ import annotations

_ALIKE = (
    "建健剑件见", "伟玮炜苇纬伪", "军君均钧俊峻", "英瑛莹颖盈", "丽莉利力立历", "华骅桦花", "明铭鸣名", "国囯果", "芳方放房",
    "平萍苹屏", "文雯闻", "辉晖徽挥慧惠", "波博勃", "静婧靖竞敬", "佳嘉家加", "晓小筱肖萧啸", "红虹宏洪鸿弘", "林琳霖琳麟临",
    "杰捷洁婕", "付傅富福", "于余俞玉宇雨羽", "张章彰", "王汪旺", "李黎礼丽", "志智治致", "刚钢纲岗", "强蔷", "涛滔韬",
    "鹏朋棚", "飞菲斐霏", "海亥", "斌彬滨宾", "超朝", "勇永咏泳", "峰锋丰枫凤风", "亮良梁", "梅玫媚", "燕艳雁彦", "兰岚蓝",
    "秀绣", "珍真贞祯", "春纯", "荣蓉容融", "新欣鑫心馨", "德得", "元远媛园原源", "生胜升晟声", "清青庆卿", "成诚程承城",
    "东冬栋", "阳洋杨扬样", "江姜疆", "吴武伍", "徐许旭", "孙荪", "周舟", "郑正政振震", "冯逢", "陈晨辰臣", "何和贺禾",
    "高皋", "罗洛", "谢解", "韩寒涵", "唐堂棠", "董懂", "曹操", "邓登", "彭鹏", "曾增", "田甜", "潘盼", "袁圆", "蔡菜才",
    "魏卫", "薛雪学", "叶业烨晔", "阎闫严颜", "任仁", "沈申", "姚瑶遥", "卢路鲁陆露", "钟忠中", "谭坛坦", "廖辽", "石时史士世",
    "金今锦", "戴代", "贾甲", "夏霞", "白百", "邹周", "孟梦", "秦琴勤", "江疆", "尹印银", "薇微威", "宁凝", "思斯丝",
)  # fmt: skip
_SOUND = {char: group[0] for group in reversed(_ALIKE) for char in group}


def sound(text: str) -> str:
    """Return a text with every character replaced by the first of those that it sounds like."""
    return "".join(_SOUND.get(char, char) for char in text)
