"""Answers for readers (replies.csv): which words get which answer, read with every fault at once.

A row with a fault is told and left out, the others count. How WeChat's own automatic
replies match (全等, 包含), greet (关注) and answer all else (默认): wechat-api.md §2.3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from content.article import Level, Problem
from content.finding import REPLIES_FILE
from content.lint.tables import Row, read_table
from content.tables import there, twice

HOW_TO_SEARCH = "找文章请发：搜 加上要找的词，例如：搜 养老"
GREETING = f"您好，感谢关注！我们会定期发布社区生活和便民服务的文章，欢迎常来看看。{HOW_TO_SEARCH}"
WORDS = "{关键词}"  # in a text: the words that can be sent
REPLY_BYTES = 2048  # of a text reply (wechat-api.md §2.3)
COLUMNS = {"keyword": "关键词", "match": "匹配", "kind": "类型", "reply": "内容"}
_LINK = re.compile(r"(https?://mp\.weixin\.qq\.com/\S+)(?:\s+(.+))?", re.DOTALL)
_ENDS = " \t\n。，！？、；：,.!?;:~…“”\"'"
_OFFERED_BYTES = 600


class Match(StrEnum):
    """When a row answers: the words are the keyword, or hold it; at the beginning; when nothing else does."""

    EQUAL = "全等"
    CONTAIN = "包含"
    WELCOME = "关注"
    DEFAULT = "默认"


class Kind(StrEnum):
    """What a row answers with."""

    TEXT = "文字"
    ARTICLE = "文章"


_MATCHES = {"equal": Match.EQUAL, "contain": Match.CONTAIN, "welcome": Match.WELCOME, "subscribe": Match.WELCOME,
            "default": Match.DEFAULT} | {match.value: match for match in Match}  # fmt: skip
_KINDS = {"text": Kind.TEXT, "article": Kind.ARTICLE, "": Kind.TEXT} | {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Reply:
    """A row: when it answers, and with what; `line` is where it stands in the file."""

    match: Match
    keyword: str
    kind: Kind
    text: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Return what no two rows of a table share."""
        return self.match.value, plain(self.keyword) if self.is_asked_for else ""

    @property
    def is_asked_for(self) -> bool:
        """Whether it answers words, and not the beginning or whatever nothing else answers."""
        return self.match in (Match.EQUAL, Match.CONTAIN)

    @property
    def number(self) -> int | None:
        """Return N, when it answers with one of our articles."""
        return int(self.text) if self.kind == Kind.ARTICLE and self.text.isdecimal() else None

    @property
    def link(self) -> tuple[str, str]:
        """Return the address and the title, when it answers with an article by its address."""
        found = _LINK.fullmatch(self.text)
        return (found[1], (found[2] or "").strip()) if found else ("", "")


@dataclass(frozen=True)
class Replies:
    """A table's good rows and its problems; `there` is False where the workspace has none."""

    rows: tuple[Reply, ...] = ()
    problems: tuple[Problem, ...] = ()
    there: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the table was left out."""
        return not any(problem.level == Level.ERROR for problem in self.problems)

    @cached_property
    def welcome(self) -> Reply | None:
        """Return what greets who begins to follow; None for no greeting."""
        return self._first(Match.WELCOME)

    @cached_property
    def default(self) -> Reply | None:
        """Return what answers when nothing else does."""
        return self._first(Match.DEFAULT)

    def equal(self, words: str) -> Reply | None:
        """Return the row whose keyword these words are."""
        asked = plain(words)
        return self._equal.get(asked) or next((row for key, row in self._contained if key == asked), None)

    def within(self, words: str) -> Reply | None:
        """Return the row with the longest keyword that these words hold."""
        asked = plain(words)
        return next((row for key, row in self._contained if key in asked), None)

    @cached_property
    def offered(self) -> str:
        """Return the keywords as people read them, as many as a text has room for: 养老助餐、结婚登记.

        Those with an underscore are keys of a menu, which nobody types.
        """
        shown = ""
        for row in self.rows:
            more = f"{shown}、{row.keyword}" if shown else row.keyword
            if row.is_asked_for and "_" not in row.keyword and len(more.encode()) <= _OFFERED_BYTES:
                shown = more
        return shown

    @cached_property
    def _equal(self) -> dict[str, Reply]:
        return {plain(row.keyword): row for row in self.rows if row.match == Match.EQUAL}

    @cached_property
    def _contained(self) -> list[tuple[str, Reply]]:
        found = [(plain(row.keyword), row) for row in self.rows if row.match == Match.CONTAIN]
        return sorted(found, key=lambda pair: -len(pair[0]))

    def _first(self, match: Match) -> Reply | None:
        return next((row for row in self.rows if row.match == match), None)


BUILT_IN = Replies(
    (Reply(Match.WELCOME, "", Kind.TEXT, GREETING), Reply(Match.DEFAULT, "", Kind.TEXT, GREETING)), there=False
)


def plain(words: str) -> str:
    """Return words as they are compared: one width and case, without blanks, and without punctuation at their ends."""
    text = unicodedata.normalize("NFKC", words).casefold()
    return "".join(text.split()).strip(_ENDS)


def read_replies(folder: Path) -> Replies:
    """Return a workspace's table; without one, the product's own greeting."""
    file = there(folder / REPLIES_FILE)
    if not file.is_file():
        return BUILT_IN
    table = read_table(file, COLUMNS, ("match", "reply"))
    problems = [*twice(folder / REPLIES_FILE), *table.problems]
    rows: dict[tuple[str, str], Reply] = {}
    for row in table.rows:
        reply = Reply(
            _MATCHES.get(row["match"].lower(), Match.EQUAL),
            row["keyword"],
            _KINDS.get(row["kind"].lower(), Kind.TEXT),
            row["reply"],
            row.line,
        )
        wrong = [Problem(file.name, row.line, "TABLE_CELL", level, text) for level, text in _faults(row, reply, rows)]
        problems += wrong
        if all(problem.level != Level.ERROR for problem in wrong):
            rows[reply.key] = reply
    problems.sort(key=lambda problem: problem.line)
    return Replies(tuple(rows.values()), tuple(problems))


def _faults(row: Row, reply: Reply, others: dict[tuple[str, str], Reply]) -> Iterator[tuple[Level, str]]:
    """Yield what is wrong with a row, and what to write."""
    if row["match"].lower() not in _MATCHES:
        yield Level.ERROR, f"匹配“{row['match']}”不认识，请写：{'、'.join(Match)}。"
        return
    if row["kind"].lower() not in _KINDS:
        yield Level.ERROR, f"类型“{row['kind']}”不认识，请写：{'、'.join(Kind)}。"
    if reply.is_asked_for and not plain(reply.keyword):
        yield Level.ERROR, f"“{reply.match}”要写关键词，这一行没有用上。"
    elif first := others.get(reply.key):
        same = f"关键词“{reply.keyword}”" if reply.is_asked_for else f"“{reply.match}”"
        yield Level.ERROR, f"{same}和第 {first.line} 行重复，只能留一行；要回复多句请写在同一格里。"
    if not reply.is_asked_for and reply.keyword:
        yield Level.WARN, f"“{reply.match}”不看关键词，“{reply.keyword}”没有用上，请删去。"
    yield from _reply_faults(reply)


def _reply_faults(reply: Reply) -> Iterator[tuple[Level, str]]:
    if reply.kind == Kind.TEXT:
        if (size := len(reply.text.encode())) > REPLY_BYTES:
            yield (
                Level.ERROR,
                f"内容有 {size} 字节，一条回复最多 {REPLY_BYTES} 字节（约 680 个汉字），请缩短或改成文章。",
            )
        return
    address, title = reply.link
    if reply.number is None and not address:
        yield Level.ERROR, "类型是文章时，内容请写文章编号，或 https://mp.weixin.qq.com/ 开头的链接，空一格写标题。"
    elif address.startswith("http:"):
        yield Level.ERROR, f"链接请用 https:// 开头：{address.replace('http:', 'https:', 1)}"
    elif address and not title:
        yield Level.ERROR, "链接后面请空一格写文章的标题，读者看到的卡片上就是它。"


def keywords(rows: Sequence[Reply]) -> str:
    """Return rows as a person reads them in one line: 关注、默认、“养老助餐”."""
    return "、".join(f"“{row.keyword}”" if row.keyword else row.match.value for row in rows)
