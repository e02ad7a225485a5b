"""The daily pull: yesterday's figures each morning, and whatever of the last 30 days is still missing.

WeChat keeps an article's figures for 30 days after it was published; what was not
pulled by then is lost. Catching up after an outage is the same code as every morning's.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content import control
from content.clock import days_between, local, local_day
from content.db import Store
from scheduler import figures_refused, ledger, metrics, quiet_days
from scheduler.calls import list_in, says
from scheduler.figures_refused import OF_A_CALL
from scheduler.follower_sources import METRIC, TOTAL, subject
from scheduler.outcomes import as_list
from scheduler.outside import Listed, listed, subject_of
from scheduler.refusals import WHOLE_ACCOUNT, Answer, NotSent, Refused, Trouble, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

FIRST_DAY = date(2025, 11, 1)  # the new statistics begin here
WINDOW_DAYS = 30
READY_AT = (8, 30)  # WeChat: ready after about 08:00 of the next day
NOON = 12
ASK_AGAIN = timedelta(minutes=40)
ASKED = "figures-asked"
FOLLOWER_DAYS = 7  # the longest span of the follower calls
LARGEST = 2**53  # a larger number is no count of persons
SILENCES = 4  # calls in a row: more of them would keep the rest of the tick waiting for minutes
SUMMARY, TOTALS, CHANGES, ARTICLES = "summary", "follower totals", "follower changes", "articles"
ACCOUNTS = (SUMMARY, TOTALS, CHANGES)

Values = dict[date, dict[str, int]]  # by metric


@dataclass
class Harvest:
    """What the calls of one pull brought: the account's values, the articles with theirs, and unfinished days."""

    account: Values = field(default_factory=lambda: defaultdict(dict))
    sources: dict[date, dict[int, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )  # new followers by user_source
    articles: list[tuple[Listed, Values]] = field(default_factory=list)
    silent: set[date] = field(default_factory=set)  # days on which nothing was published
    summarised: set[date] = field(default_factory=set)
    delayed: bool = False
    told: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))  # the days of the answers, by call
    troubles: list[Trouble] = field(default_factory=list)
    silences: int = 0  # calls in a row without an answer

    def note(self, trouble: Trouble) -> None:
        """Keep a trouble; raise it when all other calls would fare the same, or WeChat is silent for too long."""
        self.troubles.append(trouble)
        self.silences = self.silences + 1 if isinstance(trouble, Unsure) else 0
        refused = isinstance(trouble, Refused) and trouble.errcode in WHOLE_ACCOUNT
        if refused or isinstance(trouble, NotSent) or self.silences == SILENCES:
            raise trouble

    def is_whole(self, day: date) -> bool:
        """Say whether all calls about a day were answered: the account's, and of each day whose articles it may count."""
        oldest = max(day - timedelta(days=WINDOW_DAYS - 1), FIRST_DAY)
        of_articles = self.told[ARTICLES].issuperset(days_between(oldest, day))
        return of_articles and all(day in self.told[name] for name in ACCOUNTS)


def missing_days(session: Session, now: datetime) -> list[date]:
    """Return the days whose figures should be there by now and are not complete, oldest first."""
    return _incomplete(session, _window_start(now), local_day(now) - timedelta(days=1))


def is_time(session: Session, now: datetime) -> bool:
    """Say whether to pull now: it is past half past eight, and the last try is a while ago."""
    moment = local(now)
    if (moment.hour, moment.minute) < READY_AT:
        return False
    asked = control.read(session, ASKED)
    return asked is None or abs(now - asked.at) >= ASK_AGAIN or local_day(asked.at) != local_day(now)


def pull(store: Store, wechat: WeChat, now: datetime) -> list[date]:
    """Pull what is missing and return the days that are complete now; trouble is told and tried again later."""
    with store.reading() as session:
        days = missing_days(session, now) if is_time(session, now) else []
        quiet = quiet_days.known(session)
    if not days:
        return []
    with store.transaction() as session:
        _say_what_is_lost(session, now)
        control.write(session, ASKED, now.isoformat(), by="scheduler", now=now)
    harvest = _fetch(wechat, days, quiet)
    complete = []
    for day in days:
        with store.transaction() as session:
            if _record(session, harvest, day, now):
                complete.append(day)
    with store.transaction() as session:
        quiet_days.learn(session, harvest.silent, newest=days[-1], first=_first_published(days), now=now)
        missing = [day for day in days if day not in complete]
        figures_refused.follow(session, harvest.troubles, missing, now)
    log.info("figures: %d of %d days complete", len(complete), len(days))
    return complete


def _window_start(now: datetime) -> date:
    return max(local_day(now) - timedelta(days=WINDOW_DAYS), FIRST_DAY)


def _incomplete(session: Session, first: date, last: date) -> list[date]:
    done = ledger.complete_days(session, metrics.WECHAT, first, last)
    return [day for day in days_between(first, last) if day not in done]


def _say_what_is_lost(session: Session, now: datetime) -> None:
    """Log the days that have left the window since the last try, and were never complete."""
    asked = control.read(session, ASKED)
    if asked is None:
        return
    lost = _incomplete(session, _window_start(asked.at), _window_start(now) - timedelta(days=1))
    if lost:
        log.warning("figures of %d days from %s to %s are lost: older than 30 days", len(lost), lost[0], lost[-1])


def _first_published(days: list[date]) -> date:
    """Return the oldest day whose articles still have figures on the first of these days."""
    return max(days[0] - timedelta(days=WINDOW_DAYS - 1), FIRST_DAY)


def _fetch(wechat: WeChat, days: list[date], quiet: set[date]) -> Harvest:
    """Ask for everything before anything is written; a day about which a call failed is not whole and is asked again.

    quiet: days that are known to have no article, which are not asked about.
    """
    harvest, published = Harvest(), days_between(_first_published(days), days[-1])
    harvest.told[ARTICLES].update(day for day in published if day in quiet)
    wanted = ((day, day) for day in published if day not in quiet)
    try:
        _take(harvest, SUMMARY, _spans(days, WINDOW_DAYS), wechat.account_summary, _summary)
        _take(harvest, TOTALS, _spans(days, FOLLOWER_DAYS), wechat.follower_totals, _follower_totals)
        _take(harvest, CHANGES, _spans(days, FOLLOWER_DAYS), wechat.follower_changes, _follower_changes)
        _take(harvest, ARTICLES, wanted, lambda day, _: wechat.article_totals(day), _articles)
    except (NotSent, Refused, Unsure) as trouble:
        log.warning("figures: nothing more is asked: %s", trouble)
    return harvest


def _take(
    harvest: Harvest,
    name: str,
    spans: Iterable[tuple[date, date]],
    ask: Callable[[date, date], Answer],
    take: Callable[[Harvest, Answer, date], None],
) -> None:
    """Take in one call's answers about these spans, and note which days they tell of.

    A span that is refused, or cannot be read, is asked for day by day, so that one day hides no other. What is
    refused for another reason, or not answered for a second day, ends the call; the trouble
    is raised when all other calls would fare the same.
    """
    waiting, doubts = deque(spans), 0
    while waiting:
        first, last = waiting.popleft()
        try:
            answer = ask(first, last)
            harvest.silences = 0
            take(harvest, answer, first)
        except (NotSent, Refused, Unsure) as trouble:
            log.warning("figures, %s of %s to %s: %s", name, first, last, trouble)
            harvest.note(trouble)
            doubts += first == last and isinstance(trouble, Unsure)
            if doubts > 1 or (isinstance(trouble, Refused) and trouble.errcode in OF_A_CALL):
                return
            if first < last:
                waiting.extendleft((day, day) for day in reversed(days_between(first, last)))
        else:
            harvest.told[name].update(days_between(first, last))


def _summary(harvest: Harvest, answer: Answer, _: date) -> None:
    harvest.delayed |= says(answer, "is_delay")
    for day, row in _by_day(answer, "ref_date"):
        harvest.summarised.add(day)
        detail = row.get("detail")
        reads = _count(detail.get("read_user")) if isinstance(detail, dict) else None
        if reads is not None:
            harvest.account[day]["account_read_user"] = reads


def _articles(harvest: Harvest, answer: Answer, published_on: date) -> None:
    harvest.delayed |= says(answer, "is_delay")
    if not list_in(answer, "list") and not says(answer, "is_delay"):
        harvest.silent.add(published_on)
    for row in _rows(answer):
        article = listed(row, published_on)
        if article is None:
            log.warning("figures: a row of %s names no article", published_on)
            continue
        details = _by_day({"list": as_list(row.get("detail_list"))}, "stat_date")
        harvest.articles.append((article, {day: _counts(detail) for day, detail in details}))


def _follower_totals(harvest: Harvest, answer: Answer, _: date) -> None:
    """Take a day's total, which stands under no source, 0 or TOTAL (wechat-api.md §7.3); others are parts of it."""
    for told in ((None, 0), (TOTAL,)):
        for day, row in _by_day(answer, "ref_date"):
            followers = _count(row.get("cumulate_user"))
            if followers is not None and _count(row.get("user_source")) in told:
                harvest.account[day]["followers"] = followers


def _follower_changes(harvest: Harvest, answer: Answer, _: date) -> None:
    """Sum up the rows of a day, one for each source the followers came from, unless there is one of their TOTAL."""
    totals: Values = defaultdict(dict)
    for day, row in _by_day(answer, "ref_date"):
        source, new = _count(row.get("user_source")), _count(row.get("new_user"))
        into = totals if source == TOTAL else harvest.account
        for metric in ("new_user", "cancel_user"):
            number = _count(row.get(metric))
            if number is not None:
                into[day][metric] = into[day].get(metric, 0) + number
        if source not in (None, TOTAL) and new is not None:
            harvest.sources[day][source] = harvest.sources[day].get(source, 0) + new
    for day, values in totals.items():
        harvest.account[day] |= values


def _spans(days: list[date], longest: int) -> Iterator[tuple[date, date]]:
    """Return the spans, of so many days at most, that hold these days and no others."""
    start = days[0]
    for day, following in zip(days, [*days[1:], None], strict=True):
        if following != day + timedelta(days=1) or (day - start).days + 1 == longest:
            yield start, day
            start = following or day


def _record(session: Session, harvest: Harvest, day: date, now: datetime) -> bool:
    """Write one day's figures, as far as they were told; say whether the day is complete."""
    values = {(metric, ledger.ACCOUNT): value for metric, value in harvest.account.get(day, {}).items()}
    values |= {(METRIC, subject(source)): new for source, new in harvest.sources.get(day, {}).items()}
    for article, by_day in harvest.articles:
        if day in by_day:
            whose = subject_of(session, article, now)
            values |= {(metric, whose): value for metric, value in by_day[day].items()}
    whole = harvest.is_whole(day)
    if not (whole or values):
        return False
    complete = whole and _is_complete(harvest, day, now)
    ledger.record(session, metrics.WECHAT, str(day), day, values, complete=complete, by="scheduler", now=now)
    return complete


def _is_complete(harvest: Harvest, day: date, now: datetime) -> bool:
    """A day without a row may have been a quiet one, but not while WeChat says it is late, nor before noon."""
    summarised = day in harvest.summarised
    if day == local_day(now) - timedelta(days=1):
        return not harvest.delayed and (summarised or local(now).hour >= NOON)
    return summarised or not harvest.delayed


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [row for row in list_in(answer, "list") if isinstance(row, dict)]


def _by_day(answer: Answer, key: str) -> Iterator[tuple[date, dict[str, Any]]]:
    for row in _rows(answer):
        try:
            yield date.fromisoformat(str(row.get(key))), row
        except ValueError:
            log.warning("figures: a row has no %s", key)


def _counts(detail: Mapping[str, Any]) -> dict[str, int]:
    """Return the known metrics; one that is missing stays unknown and is not 0."""
    found = {metric: _count(detail.get(metric)) for metric in metrics.ARTICLE_METRICS}
    return {metric: value for metric, value in found.items() if value is not None}


def _count(value: object) -> int | None:
    """Return a whole number from 0 on, written as number or text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:20])
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST
    return int(value) if whole and isinstance(value, int) else None
