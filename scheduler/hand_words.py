"""A figure in words, in whatever order: 新风社区 注册用户 12月3日 1234."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from content import cells
from content.day_names import demand_there
from content.errors import OpsError
from content.gazetteer import Gazetteer, gazetteer
from content.numerals import WRITTEN, number
from content.past_days import day_at
from content.values import NotUnderstood
from scheduler.file_kinds import KINDS, TEXTS, head_word
from scheduler.ledger import ACCOUNT
from scheduler.metrics import METRICS, WECHAT

EXAMPLE = "填报 新风社区 注册用户 12月3日 1234"
OF_ACCOUNT = ("followers", "new_user", "cancel_user")
PLACE = "place:"  # how the subject of a place begins
_ARTICLE = re.compile(r"文章\s*(\d{1,9})")
_ACCOUNT = ("公众号", "账号", "全号")
_APART = re.compile(r"[\s，；;、。]+")
_AROUND = re.compile(r"^(?:一共|总共|共|是|有)+(?=\d)|(?<=\d)(?:次|个|户|位|名|条|篇)?[吧啊哦了]*$")
_WRITTEN = re.compile(rf"(?:一共|总共|共|是|有)*({WRITTEN})[人次个户位名条篇]?[吧啊哦了]*")
MOST_NAMES = 6  # words that are no figure, day or metric; of more, no place is looked for among them


@dataclass(frozen=True)
class Told:
    """What words tell of a figure; `unclear` says which of its parts is not understood, and why."""

    metric: str = ""
    subject: str = ""
    day: date | None = None
    value: int | None = None
    unclear: str = ""
    kept: str = ""  # the words without what is unclear

    @property
    def code(self) -> str:
        """Return the code of the place that it is about; "" for an article and the account."""
        return self.subject.removeprefix(PLACE) if self.subject.startswith(PLACE) else ""

    def missing(self) -> list[str]:
        """Return what must still be told, as people call it."""
        parts = (("哪个社区、街道或文章", self.subject), ("哪个指标", self.metric), ("哪一天", self.day))
        return [name for name, part in parts if not part] + ["多少"] * (self.value is None)


def on_its_day(session: Session, words: str, today: date) -> Told:
    """Return what words tell, read by the place names of the day that they tell of, today's where they tell none.

    OpsError as of `read`, and for a place that was not there on that day.
    """
    known = gazetteer(session, today)
    told = read(words, known, today)
    if told.day in (None, today):
        return told
    assert told.day is not None
    then = read(words, gazetteer(session, told.day), today)
    if then.unclear and told.code:
        demand_there(session, [spot for spot in known.places if spot.code == told.code], told.day)
    return then


def read(words: str, known: Gazetteer, today: date) -> Told:
    """Return what words tell; OpsError for a metric that is none of the thing, and for a day to come."""
    article = _ARTICLE.search(words)
    rest = f"{words[: article.start()]} {words[article.end() :]}" if article else words
    subject = f"article:{article[1]}" if article else ""
    metric, day, value, names, kept = "", None, None, list[str](), list[str]()
    for token in filter(None, _APART.split(rest)):
        if (said := _day(token, today)) and day is None:
            day = said
        elif (found := _value(token)) is not None and value is None:
            value = found
        elif found_metrics := _NAMES.get(head_word(token)):
            metric = _one(token, found_metrics)
        elif token in _ACCOUNT:
            subject = ACCOUNT
        else:
            names.append(token)
            continue
        kept.append(token)
    unclear = ""
    if names and not subject:
        subject, used, unclear = _place(names, known)
        kept += used
    elif names:
        unclear = f"“{' '.join(names)}”没有看懂。"
    told = Told(metric, subject, day, value, unclear, " ".join([article[0] if article else "", *kept]).strip())
    _check(told, today)
    return told


def metrics_of(subject: str) -> list[str]:
    """Return the metrics that may be typed of a thing: of an article, of the account, else of a place."""
    if subject.startswith("article:"):
        return [name for name, metric in METRICS.items() if metric.source == "articles"]
    if subject == ACCOUNT:
        return list(OF_ACCOUNT)
    return [name for name, metric in METRICS.items() if metric.source not in (WECHAT, "articles")]


def _check(told: Told, today: date) -> None:
    if told.day and told.day > today:
        raise OpsError(f"{told.day} 还没有到，不会有那一天的数。")
    if told.subject and told.metric and told.metric not in (allowed := metrics_of(told.subject)):
        names = "、".join(METRICS[name].name for name in allowed)
        raise OpsError(f"“{METRICS[told.metric].name}”不是这里填的，可以填：{names}。")


def _place(names: Sequence[str], known: Gazetteer) -> tuple[str, Sequence[str], str]:
    """Return the place that words name, the words that name it, and what is said of the others; "" where none does.

    月坛社区 stays where a word beside it, such as 差不多, is not understood.
    """
    shorter = ((at, end) for length in range(len(names) - 1, 0, -1) for at, end in _spans(names, length))
    first = OpsError("")
    for at, end in [(0, len(names)), *(shorter if len(names) <= MOST_NAMES else ())]:
        try:
            code = known.named("".join(names[at:end])).code
        except OpsError as error:
            first = first if str(first) else error
            continue
        others = " ".join([*names[:at], *names[end:]])
        return f"{PLACE}{code}", names[at:end], f"“{others}”没有看懂。" if others else ""
    return "", (), str(first)


def _spans(names: Sequence[str], length: int) -> Iterator[tuple[int, int]]:
    return ((at, at + length) for at in range(len(names) - length + 1))


def _day(token: str, today: date) -> date | None:
    said = day_at(token, 0, today)
    if said and said[1] == len(token):
        return said[0]
    try:
        return cells.day(token, today) if "-" in token or "年" in token else None
    except NotUnderstood:
        return None


def _value(token: str) -> int | None:
    written = _WRITTEN.fullmatch(token)
    if written and len(written[1]) > 1:
        return number(written[1])
    try:
        return cells.count(_AROUND.sub("", token))
    except NotUnderstood:
        return None


def _one(token: str, found: set[str]) -> str:
    if len(found) > 1:
        raise OpsError(f"“{token}”有几种：{'、'.join(METRICS[name].name for name in sorted(found))}。请写全。")
    return next(iter(found))


def _names() -> Mapping[str, set[str]]:
    """Return the metrics by their names, and by the names of columns that mean one alone."""
    made: dict[str, set[str]] = defaultdict(set)
    for kind in KINDS:
        for column, words in kind.columns.items():
            if column not in TEXTS and not column.endswith("_day"):
                for word in words:
                    made[head_word(word)].add(column)
    for name, metric in METRICS.items():
        if metric.source != WECHAT or name in OF_ACCOUNT:
            made[head_word(metric.name)] = {name}
    return dict(made)


_NAMES = _names()
