"""The kinds of files that figures come in: what each is called, its columns with the names that people give them, its days.

Sources: domain.md §1b (T1, T2, T6, T11, T12) for what must be brought; the back office's exports have the heads that
mp.weixin.qq.com writes, and are known by them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.errors import WrongUse
from scheduler.metrics import METRICS

STREET, PLACE, DAY, THING, LINK, OUT_ON, NOTHING = "street", "place", "day", "thing", "link", "out_on", ""
TEXTS = (STREET, PLACE, DAY, THING, LINK, OUT_ON)  # the columns that are no metrics
COLUMN_NAMES = {
    STREET: "街道", PLACE: "社区", DAY: "日期", THING: "名称或标题", LINK: "链接", OUT_ON: "发表时间", NOTHING: "不用",
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_MEASURES = "人次|人|次|个|条|篇|场|户|票|名"
_UNIT = re.compile(rf"(?:单位:?)?\s*([万千]?)(?:{_MEASURES})?")
_TOLD = re.compile(rf"单位:\s*([万千]?(?:{_MEASURES})|[万千])|单位\s*([万千])")


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    words: what people call it; name: what we call it. thing: what a row is about besides its place: "" for the place
    alone, "article" for an article of ours, "account" for the account, else the beginning of the subject. columns: the
    names of the heads of each column, its own name included. own: heads by which a file is known.
    """

    id: str
    name: str
    words: Sequence[str]
    about: str
    columns: Mapping[str, Sequence[str]]
    thing: str = ""
    own: Sequence[str] = ()
    unused: Sequence[str] = field(default=())

    @property
    def metrics(self) -> list[str]:
        """Return the metrics that the kind may bring."""
        return [column for column in self.columns if column not in TEXTS]

    @property
    def by_place(self) -> bool:
        """Say whether each community is expected in a file of this kind."""
        return self.thing == ""

    def column(self, head: str) -> str | None:
        """Return the column that a head is known to name, NOTHING for one that is not used, None for an unknown one."""
        word = head_word(head)
        return _columns_of(self).get(word)


_UNUSED = (
    "序号", "编号", "备注", "说明", "原因", "位置", "区", "所属区", "代码", "社区代码", "街道代码", "占比", "环比", "同比", "排名",
    "增长率", "净增关注人数", "净增", "合计", "小计",
)  # fmt: skip
_PLACES = {
    STREET: ("街道", "所属街道", "街道名称", "街镇", "所在街道", "街道办", "街道办事处"),
    PLACE: ("社区", "社区名称", "所属社区", "居委会", "社区居委会", "单位", "名称", "地区", "区域", "单位名称", "社区居委会名称"),
    DAY: ("日期", "统计日期", "时间", "数据日期", "统计时间", "截止日期", "截至日期", "日", "统计日"),
}  # fmt: skip
_PLATFORM = {
    "views": ("浏览", "浏览量", "浏览次数", "浏览数", "阅读", "阅读量", "阅读次数", "阅读数", "点击", "点击量", "访问量", "pv"),
    "likes": ("点赞", "点赞量", "点赞次数", "点赞数", "赞"),
    "comments": ("评论", "评论量", "评论次数", "评论数", "评论条数", "留言", "留言数", "跟帖", "跟帖数"),
    "shares": ("转发", "转发量", "转发次数", "转发数", "分享", "分享量", "分享次数", "分享数"),
    "collections": ("收藏", "收藏量", "收藏次数", "收藏数"),
    "votes": ("投票", "投票量", "投票次数", "投票数", "投票人次"),
}  # fmt: skip
_OBJECT = {
    THING: ("标题", "内容", "内容标题", "对象", "主题", "专题", "帖子", "栏目", "文章", "文章标题", "互动对象"),
    LINK: ("链接", "网址", "内容链接", "url", "地址"),
}


def _platform(bare: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of what is done on the platform: `bare` is what a head without 累计 or 当日 means, "" or "_day"."""
    found: dict[str, tuple[str, ...]] = {}
    for act, bare_words in _PLATFORM.items():
        words = (*bare_words, f"平台{bare_words[0]}")
        for ending, marks in (("", ("累计", "总", "累积")), ("_day", ("当日", "当天", "日", "新增", "今日", "本日"))):
            marked = [f"{mark}{word}" for mark in marks for word in words] + [
                f"{word}{mark}" for mark in marks for word in words
            ]
            plain = words if ending == bare else ()
            found[f"platform_{act}{ending}"] = (*plain, *marked)
    return found


KINDS: Sequence[Kind] = (
    Kind(
        "users", "注册用户", ("注册用户", "用户", "实名用户"), "每个社区到某一天的注册用户和实名认证用户",
        {
            **_PLACES,
            "registered": (
                "注册用户", "注册用户数", "注册人数", "注册数", "注册", "累计注册用户", "累计注册用户数", "累计注册", "累计注册人数",
                "注册总数", "注册用户总数", "用户数", "用户总数",
            ),
            "real_name": (
                "实名用户", "实名用户数", "实名认证用户", "实名认证用户数", "实名认证人数", "实名人数", "实名认证", "实名", "实名数",
                "累计实名用户", "累计实名用户数", "累计实名认证用户数", "实名认证数", "认证用户数",
            ),
        },
        unused=("实名率", "实名认证率", "认证率"),
    ),
    Kind(
        "platform", "平台互动", ("平台互动", "互动", "平台累计互动"), "到某一天的累计浏览、点赞、评论、转发、收藏、投票，按社区，或按社区和内容",
        {**_PLACES, **_OBJECT, **_platform("")}, unused=("互动量", "互动总量", "总互动量", "累计互动量"), thing="object",
    ),
    Kind(
        "platform-daily", "平台日互动", ("平台日互动", "日互动", "当日互动"), "某一天当天的浏览、点赞、评论等，其余同“平台互动”",
        {**_PLACES, **_OBJECT, **_platform("_day")}, unused=("互动量", "互动总量", "当日互动量"), thing="object",
    ),
    Kind(
        "groups", "群组", ("群组", "群", "服务群"), "某一天的群组和群成员，按社区，或一群一行",
        {
            **_PLACES,
            THING: ("群名称", "群名", "群组名称", "群组", "微信群", "群"),
            "groups": ("群数", "群数量", "群组数", "群组数量", "群个数"),
            "group_members": ("群成员", "群成员数", "群人数", "成员数", "成员人数", "人数", "入群人数"),
        },
        unused=("群主", "管理员", "建群时间", "群二维码"), thing="group",
    ),
    Kind(
        "event-users", "活动拉新", ("活动拉新", "拉新"), "到某一天每个活动码带来的新增用户，用来和记下的活动核对",
        {
            **_PLACES,
            THING: ("活动码", "邀请码", "推广码", "活动编码"),
            "event_users": ("新增用户", "新增用户数", "新增注册用户", "新增实名用户", "拉新人数", "注册人数", "注册用户"),
        },
        unused=("活动名称", "活动", "活动日期"), thing="event",
    ),
    Kind(
        "topics", "议题", ("议题", "议事协商", "协商"), "到某一天的议题数、参与、评论和投票，按社区，或一个议题一行",
        {
            **_PLACES,
            THING: ("议题", "议题名称", "议题标题", "标题"),
            LINK: _OBJECT[LINK],
            "topics": ("议题数", "议题数量", "议题个数"),
            "topic_participants": ("参与人数", "参与", "参与数", "参加人数"),
            "topic_comments": _PLATFORM["comments"],
            "topic_votes": _PLATFORM["votes"],
        },
        unused=("状态", "发起人", "议题状态"), thing="topic",
    ),
    Kind(
        "articles", "文章导出", ("文章导出", "文章数据"), "公众平台导出的文章数据（内容分析，到导出那天）",
        {
            DAY: ("统计日期", "数据日期", "导出日期"),
            THING: ("内容标题", "标题", "文章标题"),
            OUT_ON: ("发表时间", "发表日期", "发布时间", "群发时间"),
            LINK: ("内容url", "内容链接", "链接", "url"),
            "read_count": ("总阅读次数", "阅读次数"),
            "export_read_user": ("总阅读人数", "阅读人数"),
            "share_count": ("总分享次数", "分享次数"),
            "export_share_user": ("总分享人数", "分享人数"),
            "followed_after_read": ("阅读后关注人数",),
            "delivered_user": ("送达人数",),
        },
        unused=(
            "公众号消息阅读次数", "送达阅读率", "首次分享次数", "分享产生阅读次数", "首次分享率", "每次分享带来阅读次数",
            "阅读完成率", "位置", "公众号消息阅读人数",
        ),
        thing="article", own=("内容标题", "总阅读次数"),
    ),
    Kind(
        "followers", "粉丝导出", ("粉丝导出", "粉丝", "用户增长"), "公众平台导出的用户增长，一天一行",
        {
            DAY: _PLACES[DAY],
            "new_user": ("新关注人数", "新增关注人数", "新增人数"),
            "cancel_user": ("取消关注人数", "取关人数"),
            "followers": ("累积关注人数", "累计关注人数", "累积人数"),
        },
        unused=("净增关注人数", "净增人数"), thing="account", own=("新关注人数", "取消关注人数"),
    ),
)  # fmt: skip


def kind_named(words: str) -> Kind:
    """Return the kind that people mean by a word; WrongUse lists all of them."""
    plain = words.strip().lower()
    found = next((kind for kind in KINDS if plain in (kind.id, *kind.words)), None)
    if found is None:
        known = "、".join(f"{kind.name}（{kind.id}）" for kind in KINDS)
        raise WrongUse(f"没有“{words}”这种数据表。可以写：{known}。")
    return found


def kind_of(heads: Sequence[str]) -> Kind | None:
    """Return the kind whose own heads are all there: the back office's exports say by themselves what they are."""
    words = {head_word(head) for head in heads}
    return next((kind for kind in KINDS if kind.own and words.issuperset(kind.own)), None)


def head_word(head: str) -> str:
    """Return what of a head tells its meaning: without blanks, signs, letter case, 其中 and the unit in brackets."""
    plain = unicodedata.normalize("NFKC", head).lower()
    plain = _IN_BRACKETS.sub(lambda found: "" if _UNIT.fullmatch(found[1].strip()) else found[1], plain)
    return re.sub(r"[^\w]|_", "", plain).removeprefix("其中")


def scale_of(head: str) -> int | None:
    """Return what a head multiplies its numbers by: 10,000 under 注册用户（万人）, 1 under （人）; None where it names no unit.

    Of several units the last one counts, which stands nearest to the numbers.
    """
    plain = unicodedata.normalize("NFKC", head)
    told = [(found.start(), found[1]) for found in _IN_BRACKETS.finditer(plain)]
    told += [(found.start(), found[1] or found[2]) for found in _TOLD.finditer(plain)]
    units = [found for _, text in sorted(told) if text.strip() and (found := _UNIT.fullmatch(text.strip()))]
    return {"万": 10_000, "千": 1_000, "": 1}[units[-1][1]] if units else None


def column_name(column: str) -> str:
    """Return what people call a column."""
    return COLUMN_NAMES[column] if column in COLUMN_NAMES else METRICS[column].name


def _columns_of(kind: Kind) -> Mapping[str, str]:
    if kind.id not in _KNOWN:
        unused = {head_word(word): NOTHING for word in (*_UNUSED, *kind.unused)}
        ours = {head_word(column_name(column)): column for column in kind.metrics}
        theirs = {head_word(word): column for column, words in kind.columns.items() for word in words}
        _KNOWN[kind.id] = unused | ours | theirs
    return _KNOWN[kind.id]


_KNOWN: dict[str, Mapping[str, str]] = {}
