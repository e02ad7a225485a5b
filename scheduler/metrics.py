"""The metrics: what each figure measures, and which of them may be added or charted together.

Sources: wechat-api.md (statistics of 2025-11) for what the daily pull brings, domain.md §2.7 for window, measure and
denominator, and §1b T1, T2, T6, T11, T12 for what the files bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from content.errors import WrongUse

WECHAT = "wechat"  # the source of what the daily pull brings


class Measure(StrEnum):
    """In what is counted: each person once, or each time, or things."""

    PERSON = "人"
    TIME = "次"
    PIECE = "篇"
    EVENT = "场"
    UNIT = "个"
    ITEM = "条"


class Window(StrEnum):
    """Of which time a value tells."""

    LIVE = "从开始到当天"
    WEEK = "发布后 7 天"
    MONTH = "发布后 30 天"
    DAY = "当天"
    STOCK = "当天的存量"


@dataclass(frozen=True)
class Metric:
    """What a figure measures.

    of: what is counted; figures of different things are never put together. denominator: the metric of which this one
    is a part, "" for none. source: who says it (WECHAT or a kind of file).
    """

    name: str
    unit: Measure
    window: Window
    of: str
    source: str
    denominator: str = ""

    @property
    def cumulative(self) -> bool:
        """Say whether its values run up from a beginning, so that a period's share is a difference."""
        return self.window in (Window.LIVE, Window.WEEK, Window.MONTH)


class NotComparable(WrongUse):
    """Figures that say different things were to be added or charted together."""


_READER, _FOLLOWER, _USER, _PLATFORM = "读者", "粉丝", "平台用户", "平台互动"
_P, _T, _U, _I = Measure.PERSON, Measure.TIME, Measure.UNIT, Measure.ITEM
_LIVE, _MONTH, _DAY, _STOCK = Window.LIVE, Window.MONTH, Window.DAY, Window.STOCK
_ACTS = {  # what people do on the platform, and in what it is counted
    "views": ("浏览", _T), "likes": ("点赞", _T), "comments": ("评论", _I), "shares": ("转发", _T),
    "collections": ("收藏", _T), "votes": ("投票", _T),
}  # fmt: skip

METRICS: Mapping[str, Metric] = {
    "read_user": Metric("阅读", _P, _MONTH, _READER, WECHAT),
    "like_user": Metric("点赞", _P, _MONTH, _READER, WECHAT),
    "zaikan_user": Metric("爱心赞", _P, _MONTH, _READER, WECHAT),
    "share_user": Metric("分享", _P, _MONTH, _READER, WECHAT),
    "comment_count": Metric("评论", _I, _MONTH, _READER, WECHAT),
    "collection_user": Metric("收藏", _P, _MONTH, _READER, WECHAT),
    "account_read_user": Metric("全号阅读", _P, _DAY, _READER, WECHAT),
    "followers": Metric("粉丝", _P, _STOCK, _FOLLOWER, WECHAT),
    "new_user": Metric("新增粉丝", _P, _DAY, _FOLLOWER, WECHAT),
    "new_user_from": Metric("新增粉丝（按来源）", _P, _DAY, _FOLLOWER, WECHAT, "new_user"),
    "cancel_user": Metric("取关", _P, _DAY, _FOLLOWER, WECHAT),
    "read_count": Metric("阅读次数", _T, _LIVE, "公众号互动", "articles"),
    "share_count": Metric("分享次数", _T, _LIVE, "公众号互动", "articles"),
    "export_read_user": Metric("阅读人数（导出）", _P, _LIVE, _READER, "articles"),
    "export_share_user": Metric("分享人数（导出）", _P, _LIVE, _READER, "articles", "export_read_user"),
    "followed_after_read": Metric("阅读后关注", _P, _LIVE, _READER, "articles", "export_read_user"),
    "delivered_user": Metric("送达人数", _P, _LIVE, "送达", "articles"),
    "registered": Metric("注册用户", _P, _STOCK, _USER, "users"),
    "real_name": Metric("实名认证用户", _P, _STOCK, _USER, "users", "registered"),
    **{f"platform_{act}": Metric(f"平台{name}", unit, _LIVE, _PLATFORM, "platform") for act, (name, unit) in _ACTS.items()},
    **{
        f"platform_{act}_day": Metric(f"平台{name}（当天）", unit, _DAY, _PLATFORM, "platform-daily")
        for act, (name, unit) in _ACTS.items()
    },
    "groups": Metric("群组", _U, _STOCK, "群组", "groups"),
    "group_members": Metric("群成员", _P, _STOCK, "群成员", "groups"),
    "event_users": Metric("活动拉新", _P, _LIVE, "活动拉新", "event-users"),
    "topics": Metric("议题", _U, _LIVE, "议题", "topics"),
    "topic_participants": Metric("议题参与", _P, _LIVE, "议题参与", "topics"),
    "topic_comments": Metric("议题评论", _I, _LIVE, "议题互动", "topics"),
    "topic_votes": Metric("议题投票", _T, _LIVE, "议题互动", "topics"),
}  # fmt: skip
ARTICLE_METRICS = tuple(name for name, metric in METRICS.items() if metric.source == WECHAT and metric.cumulative)


def comparable(one: str, other: str) -> bool:
    """Say whether two metrics may be charted together: both count the same, in one measure, over one window."""
    return not _difference(METRICS[one], METRICS[other])


def charted_together(metrics: Sequence[str]) -> Measure:
    """Return the measure of an axis for some metrics; NotComparable names the first two that do not go together."""
    for other in metrics[1:]:
        if why := _difference(METRICS[metrics[0]], METRICS[other]):
            raise _refusal(metrics[0], other, f"{why}不同")
    return METRICS[metrics[0]].unit


def added_together(metrics: Sequence[str]) -> Measure:
    """Return the measure of a sum; NotComparable also where one is a part of another, or persons would count twice."""
    measure = charted_together(metrics)
    for one in metrics:
        if METRICS[one].denominator in metrics:
            raise _refusal(METRICS[one].denominator, one, "后者已经包含在前者里")
    if measure == Measure.PERSON and len(set(metrics)) > 1:
        raise _refusal(metrics[0], metrics[1], "同一个人会算两次")
    return measure


def _difference(one: Metric, other: Metric) -> str:
    if one.of != other.of:
        return "统计对象"
    if one.unit != other.unit:
        return "单位"
    return "" if one.window == other.window else "统计时间"


def _refusal(one: str, other: str, why: str) -> NotComparable:
    def told(name: str) -> str:
        metric = METRICS[name]
        return f"“{metric.name}”（{metric.of}，{metric.unit}，{metric.window}）"

    return NotComparable(f"{told(one)}和{told(other)}不能放在一起：{why}。")
