"""Which interactions count, and under which written rule: the section [interactions] of contract.toml.

domain.md §0.3: the contract's interactions are those of several sources, and the written definition stands beside the number.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.errors import FilesWrong

SECTION = "interactions"
RULE = "rule"


@dataclass(frozen=True)
class Act:
    """Something that readers or users do, and the metrics that tell how often.

    total: each time, cumulative. daily: each time, by the day. persons: each person once, cumulative; a lower bound of
    the times, which counts for the days that no total is known of.
    """

    source: str
    name: str
    total: str = ""
    daily: str = ""
    persons: str = ""

    @property
    def metrics(self) -> list[str]:
        """Return the metrics that tell of it."""
        return [metric for metric in (self.total, self.daily, self.persons) if metric]


ACCOUNT, PLATFORM, TOPICS = "公众号", "平台", "议题"
SOURCES: Mapping[str, str] = {"wechat": ACCOUNT, "platform": PLATFORM, "topics": TOPICS}  # by their keys in the file
ACTS: Sequence[Act] = (
    Act(ACCOUNT, "阅读", total="read_count", persons="read_user"),
    Act(ACCOUNT, "点赞", persons="like_user"),
    Act(ACCOUNT, "爱心赞", persons="zaikan_user"),
    Act(ACCOUNT, "分享", total="share_count", persons="share_user"),
    Act(ACCOUNT, "评论", total="comment_count"),
    Act(ACCOUNT, "收藏", persons="collection_user"),
    *(
        Act(PLATFORM, name, total=f"platform_{act}", daily=f"platform_{act}_day")
        for act, name in (
            ("views", "浏览"), ("likes", "点赞"), ("comments", "评论"), ("shares", "转发"), ("collections", "收藏"),
            ("votes", "投票"),
        )
    ),
    Act(TOPICS, "评论", total="topic_comments"),
    Act(TOPICS, "投票", total="topic_votes"),
    Act(TOPICS, "参与", persons="topic_participants"),
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """What counts, as pairs of a source and an act, and the rule in words."""

    counts: frozenset[tuple[str, str]]
    words: str

    def names(self, source: str) -> list[str]:
        """Return the acts of a source that count, in their order."""
        return [act.name for act in ACTS if act.source == source and (source, act.name) in self.counts]


DEFAULT = Rule(
    frozenset((act.source, act.name) for act in ACTS if (act.source, act.name) != (TOPICS, "参与")),
    "公众号文章的阅读、点赞、爱心赞、分享、评论、收藏，平台的浏览、点赞、评论、转发、收藏、投票，议题的评论、投票；"
    "阅读和分享有导出的次数就按次数，没有的按人数（次数的下限，只到发布后 30 天）；累计数只计期内增加的，同一件事同一天不计两次",
)


def read_rule(folder: Path) -> Rule:
    """Return the rule of a workspace: that of its contract.toml, or the default one; FilesWrong when it is written wrong.

    What else is wrong in the file is not told here: figures can be read while a target is being changed. It is
    read again when its time or its length has changed.
    """
    file = f"{folder}/contract.toml"
    try:
        found = os.stat(file)
        return _rule_in(file, found.st_mtime_ns, found.st_size)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return DEFAULT


@lru_cache(maxsize=4)
def _rule_in(file: str, *_: int) -> Rule:
    section = tomllib.loads(Path(file).read_text(encoding="utf-8-sig")).get(SECTION)
    if wrong := [words for _, words in faults(section)]:
        raise FilesWrong("contract.toml 的 [interactions] 要改：\n" + "\n".join(wrong))
    return rule_of(section)


def rule_of(section: object) -> Rule:
    """Return the rule that a section without faults writes down; the default one where there is no section."""
    if not isinstance(section, dict):
        return DEFAULT
    counts = frozenset((source, name) for key, source in SOURCES.items() for name in section.get(key, ()))
    return Rule(counts, str(section.get(RULE, "")).strip() or _in_words(counts))


def faults(section: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a section: the key, and what to write there."""
    if section is None:
        return
    if not isinstance(section, dict):
        yield "", "interactions 应是一节：[interactions]"
        return
    for key, value in section.items():
        yield from _fault(key, value)
    if not any(section.get(key) for key in SOURCES):
        yield "", "[interactions] 里一个来源也没有，互动就永远是 0。请写 wechat、platform、topics 各计什么。"


def _fault(key: str, value: object) -> Iterator[tuple[str, str]]:
    if key == RULE:
        if not isinstance(value, str):
            yield key, "rule 是口径的文字，要加英文双引号。"
    elif key not in SOURCES:
        yield key, f"[interactions] 没有 {key} 这一项，可以写：rule、{'、'.join(SOURCES)}。"
    elif not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        yield key, f'{key} 应是一列名称，例如 ["{_names(key)[0]}"]。'
    elif strange := [one for one in value if one not in _names(key)]:
        yield key, f"{key} 没有“{'、'.join(strange)}”，可以写：{'、'.join(_names(key))}。"


def _names(key: str) -> list[str]:
    return [act.name for act in ACTS if act.source == SOURCES[key]]


def _in_words(counts: frozenset[tuple[str, str]]) -> str:
    rule = Rule(counts, "")
    return "，".join(f"{source}的{'、'.join(rule.names(source))}" for source in SOURCES.values() if rule.names(source))
