"""What the invented articles are made of; {name} takes one of WORDS, {n} a number."""

from __future__ import annotations

WORDS = {
    "place": ("槐树里社区", "柳荫巷社区", "南园社区", "石桥社区", "向阳楼院", "东厢小区", "三号院", "河沿社区"),
    "person": (
        "楼门长周师傅", "议事员王女士", "五层居民李大爷", "租户小林", "物业的郑主管", "志愿者何阿姨", "网格员小赵",
        "退休教师孙奶奶",
    ),
    "matter": (
        "楼道照明", "加装扶手", "垃圾分类投放", "自行车停放", "老年助餐", "儿童活动场地", "噪声扰民", "公共晾晒区",
        "雨棚漏水", "宠物文明", "快递柜选址", "绿地认养",
    ),
    "office": ("社区居委会", "街道办事处", "社区议事会", "物业服务中心", "业主代表小组", "社区服务站"),
    "time": ("上周六上午", "月初", "连续三个晚上", "春节以后", "入冬以前", "这个季度", "一个多月里", "国庆前后"),
    "way": (
        "入户走访", "线上问卷", "楼前碰头会", "公示栏留言", "圆桌会议", "现场踏勘", "逐条表决", "书面征询",
    ),
    "result": (
        "问题当场有了答复", "方案改了三稿", "大家签下了公约", "预算贴在了楼门口", "分歧记进了会议纪要",
        "办理结果按时公示", "满意的居民超过八成", "还有两件事留到下次",
    ),
}  # fmt: skip

SENTENCES = (
    "{time}，{place}的居民围绕“{matter}”开了一次议事会，来了{n}户人家。",
    "{person}先把情况讲了一遍，又请{office}的工作人员逐条回应。",
    "经过{way}和{way}，{result}，后面的事由{office}接着跟进。",
    "按照约定，每一件事都要写明谁来办、什么时候办完、办不成怎么答复。",
    "有人担心{matter}会影响一层住户，也有人觉得拖下去更不方便。",
    "{person}说：“话说开了，事情就好办了一半。”",
    "{office}把收到的{n}条意见归成三类，能马上办的当天就派了下去。",
    "这笔钱从哪里来、花到哪里去，都要交给居民自己看、自己算。",
    "从提出到办结一共用了{n}天，比原来估计的少了将近一周。",
    "{place}过去也试过{way}，只是没有把结果告诉大家，热情慢慢就淡了。",
    "这一次换了做法：先数清楚，再谈怎么分；先听完，再表态。",
    "讨论到{matter}时，会场里安静了一会儿，{person}举手要了第一个发言。",
    "意见最集中的是{matter}，占了全部建议的百分之{n}。",
    "表决的时候，同意的举手，不同意的也要把理由说出来，记在同一张纸上。",
    "为了照顾上班的人，{office}把时间改到了晚上七点以后，还留出了线上参加的办法。",
    "{result}，{place}的公示栏前每天都有人停下来看一看。",
    "办法不复杂，难的是坚持：每月一次，雷打不动，谁主持、谁记录都排好了班。",
    "{person}把自己的笔记本拿出来，上面密密麻麻记着{n}次走访的经过。",
    "涉及全体业主的事项，依法由业主共同决定；只关系到一个楼门的，由楼门里的人商量。",
    "老人不会用手机，志愿者就把问卷念给他们听，一题一题地替他们勾。",
)

HEADINGS = (
    "{matter}的事，大家怎么商量", "一件小事的{n}天", "先把难处说完", "办法一条一条地议", "钱花在哪里", "看得见的变化",
    "{place}的做法", "还没有办完的事", "值得借鉴的地方", "下一步怎么走", "居民常问的问题", "从“要我来”到“我要来”",
)  # fmt: skip

ITEMS = (
    "把{matter}的情况说清楚", "请受影响的人都到场", "{office}按时答复", "结果贴到公示栏", "每人发言三分钟",
    "不翻旧账，只谈办法", "预算先公开，后表决", "{way}，不落一户", "留下联系人和完成时间", "下次会议前回头看一遍",
)  # fmt: skip

QUOTES = (
    "我不怕事情小，就怕说了没有下文。",
    "以前是等着别人来办，现在是坐下来一起想办法，心里踏实多了。",
    "{matter}议了三次，每一次都比上一次近一点。",
)

NOTES = (
    "数字由{office}统计，截止到本月底。",
    "这里说的是{place}自己的约定，各社区以本社区公布的规则为准。",
    "见{place}第{n}次议事会会议纪要。",
)

LINKS = (
    ("议事规则样例", "https://example.org/rules/"),
    ("意见收集页", "https://example.com/opinions?topic="),
    ("会议记录模板", "https://example.org/forms/minutes-"),
    ("公示全文", "https://example.net/notice/2027/"),
)

TABLES = (
    ("| 事项 | 谁来做 | 完成时间 |", "| {matter} | {office} | {n}天以内 |"),
    ("| 办法 | 好处 | 难处 | 结果 |", "| {way} | 听得全 | 用时{n}天 | {result} |"),
    ("| 议题 | 来源 | 参加户数 |", "| {matter} | {way} | {n}户 |"),
    ("| 小区 | 议题 | 牵头 | 进展 |", "| {place} | {matter} | {office} | {result} |"),
)

CODE = (
    "```python\ntotal = 0\nfor row in rows:\n    if row['state'] == 'done':\n        total += 1\nprint(f'{total} of {len(rows)}')\n```",
    "```sql\nSELECT place, COUNT(*) AS meetings\nFROM topics\nWHERE state = 'closed'\nGROUP BY place\nORDER BY meetings DESC;\n```",
    '```json\n{\n  "topic": "light",\n  "days": 12,\n  "steps": ["ask", "meet", "vote", "tell"]\n}\n```',
)

# The kinds of blocks beside paragraphs and headings, and the share of articles that have one.
BLOCKS = {
    "list": 0.7, "picture": 0.8, "table": 0.5, "steps": 0.5, "quote": 0.5, "nested": 0.35, "callout": 0.25, "tasks": 0.2,
}  # fmt: skip
