"""Where each target of the contract stands, worked out from the database and told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.periods import day_in_words
from content.place_table import some
from scheduler import article_counts, interaction_rows, user_growth
from scheduler.article_counts import GoneOut
from scheduler.behind import Row, Rows
from scheduler.counted_rows import ROWS
from scheduler.counting import (
    BY_RULES,
    COUNTS,
    INTERACTIONS,
    NAMES,
    REGISTRATIONS,
    Count,
    Counted,
    counted,
    interactions,
)
from scheduler.counting_rules import OF_COUNT
from scheduler.exemptions import exemptions
from scheduler.proof import BY_PIECES, judged, lacking
from scheduler.target_months import by_month, mean
from scheduler.target_standing import GROWTH_DAYS, LINEAR, Earlier, Exempt, Light, Standing
from scheduler.targets import CONTRACT_FILE, Contract, Target, read_contract

__all__ = [
    "METHOD",
    "UNKNOWN",
    "Light",
    "Standing",
    "board_line",
    "known_to",
    "named",
    "recent",
    "standings",
    "told",
]

UNKNOWN = "—"
METHOD = LINEAR
OF_ROWS = tuple(BY_RULES)  # counts that are made of their rows
MONTHLY = ("articles", "pushed_articles", "themes")  # counts that are told month by month, with their mean
MISSING = (
    f"工作区里还没有 {CONTRACT_FILE}，不知道指标是多少。请管理员照 wxops init 给出的样例写一份，"
    "写明合同起止和每个指标，再发一次。"
)


def standings(
    session: Session, folder: Path, today: date, *, rows: bool = True, only: str = ""
) -> tuple[Contract, list[Standing]]:
    """Return the contract of a workspace and where its targets stand on a day; OpsError where it has none, or a wrong one.

    rows: with what each thing lacks, which takes longer. only: the name of the one count that is wanted. The spans of
    force majeure count for the targets that they name.
    """
    contract = read_contract(folder, NAMES, on=today)
    if contract is None:
        raise OpsError(MISSING)
    if today < contract.first:
        raise OpsError(f"合同从 {contract.first} 开始，现在还没有进度。")
    exempt = exemptions(session, today)
    wanted = [target for target in contract.targets if only in ("", target.count)]
    by_rules = any(target.count in BY_RULES for target in wanted)
    gone_out = article_counts.out(session, contract.first, min(today, contract.last)) if by_rules else None
    return contract, [_standing(session, contract, target, today, exempt, gone_out, rows=rows) for target in wanted]


def listed(session: Session, standing: Standing) -> Standing:
    """Return a standing with its rows, where somebody lists them: they say what each thing lacks."""
    return replace(standing, rows=rows_behind(session, standing))


def rows_behind(session: Session, standing: Standing) -> list[Row] | None:
    """Return the rows that add up to a target's number, with what each lacks; None where nobody lists them."""
    if standing.rows is not None:
        return list(standing.rows)
    if standing.counted.value is None or standing.target.count not in ROWS:
        return None
    day = min(standing.today, standing.contract.last)  # of what stands on it, values that few places have are in it too
    last = day if standing.counted.is_stock else standing.counted.known_to or day
    return _judged(session, standing.contract, standing.target, last)


def board_line(standing: Standing) -> str:
    """Return a target in one line: what is done of how much, how it goes, its light in a word, and up to when, if not today."""
    target, done = standing.target, standing.counted.value
    name = target.name if done is not None else f"{target.name}（尚无数据）"
    share = f"，{standing.share:.1%}" if standing.share is not None else ""
    going = f"，{pace(standing)}" if done is not None else ""
    proven = f"，材料齐 {standing.complete:,}" if done and standing.complete not in (None, done) else ""
    light = f"，{standing.light.in_words}" if done is not None else ""
    known = f"，{known_to(standing)}" if standing.days_behind or standing.counted.behind else ""
    return f"{name}：{_number(done)}/{standing.total:,} {target.unit}{share}{going}{proven}{light}{known}"


def known_to(standing: Standing) -> str:
    """Return up to which day there are figures, in words; the year too where it is another one than today's."""
    known = standing.counted.known_to
    behind = f"，{standing.counted.behind}" if standing.counted.behind else ""
    return f"数据到 {day_in_words(known, year=known.year != standing.today.year)}{behind}" if known else "尚无数据"


def told(standing: Standing) -> list[str]:
    """Return one target in full: done, evidence, share, pace, forecast with its method, each week's need, clause and rule."""
    contract, target, counted = standing.contract, standing.target, standing.counted
    known = f"数据到 {day_in_words(counted.known_to, year=True)}" if counted.known_to else "尚无数据"
    more = "超过 " if target.exceed else ""
    lines = [
        f"{target.name}（{contract.first} 至 {contract.last}，{known}）",
        f"已完成 {_number(counted.value)} {target.unit}，目标{more or ' '}{standing.total:,} {target.unit}{_made_of(contract, target)}"
        f"，完成 {UNKNOWN if standing.share is None else f'{standing.share:.1%}'}",
        *counted.notes,
    ]
    if counted.value is not None:
        lines += [*_evidence(standing), *_going(standing), *without(standing)]
        lines.append(f"红绿灯：{standing.light.colour}（{standing.light.in_words}）")
    if standing.a_week is not None:
        lines.append(f"要达到目标，余下每周至少 {standing.a_week:,} {target.unit}")
    if counted.lacks and (standing.share or 0) < 1:  # otherwise the pace says so
        lines.append(_lacking(standing))
    lines.append(f"条款：{target.clause or UNKNOWN}。口径：{target.rule or UNKNOWN}")
    if rules := OF_COUNT.get(target.count):
        lines.append(f"算法：{contract.rules.words(*rules)}")
    if target.document:
        lines.append(f"按{target.document}")
    return lines


def recent(session: Session, standing: Standing, first: date, last: date) -> Counted:
    """Return what one target counts in a span of days inside of the contract."""
    count = count_of(standing.contract, standing.target)
    return count(session, max(first, standing.contract.first), min(last, standing.contract.last))


def named(found: list[Standing], words: str) -> Standing | None:
    """Return the target that words name by its id or a part of its name."""
    exact = [one for one in found if words in (one.target.id, one.target.name)]
    return next(iter(exact or [one for one in found if words in one.target.name]), None)


def pace(standing: Standing) -> str:
    """Return how the share that is done compares with the share of the days, in words."""
    if standing.share is None:
        return ""
    if standing.is_reached:
        return f"数目够了，{_lacking(standing)}" if standing.counted.lacks else "已经完成"
    if standing.counted.is_stock:
        short = standing.total + standing.target.exceed - (standing.counted.value or 0)
        return f"还差 {short:,}"
    if standing.is_over:
        return "到期，没有完成"
    points = (standing.share - standing.elapsed) * 100
    return f"快 {points:.1f} 个百分点" if points >= 0 else f"慢 {-points:.1f} 个百分点"


def without(standing: Standing) -> list[str]:
    """Return how a target goes when the exempt days are left out, in one line; none where no day is exempt, or nothing known."""
    elapsed = standing.elapsed_without
    if elapsed is None or standing.counted.value is None:
        return []
    why = "；".join(sorted({one.why for one in standing.exempt if one.why}))
    days = f"扣除不可抗力 {standing.exempt_days[0]} 天{f'（{why}）' if why else ''}"
    share, points = standing.share_without, standing.points_without
    if share is None or points is None:
        return [f"{days}：时间过了 {elapsed:.1%}"]
    going = f"快 {points:.1f} 个百分点" if points >= 0 else f"慢 {-points:.1f} 个百分点"
    return [
        f"{days}：时间过了 {elapsed:.1%}，目标折合 {standing.total_without:,} {standing.target.unit}，完成 {share:.1%}，{going}"
    ]


def count_of(contract: Contract, target: Target, gone_out: GoneOut = None) -> Count:
    """Return the function that counts for a target by the contract's rules; one that knows nothing where nothing counts it."""
    if target.count in BY_RULES:
        return counted(_by_rules(contract, target, gone_out))
    if target.count == INTERACTIONS:
        return partial(interactions, rule=contract.interactions)
    if target.count == REGISTRATIONS:
        return partial(user_growth.registrations, spans=contract.whole_months())
    return COUNTS.get(target.count, lambda *_: Counted(None, None))


def _by_rules(contract: Contract, target: Target, gone_out: GoneOut) -> Rows:
    return partial(BY_RULES[target.count], rules=contract.rules, gone_out=gone_out)


def _standing(
    session: Session, contract: Contract, target: Target, today: date, exempt: Sequence[Exempt], gone_out: GoneOut, *,
    rows: bool,
) -> Standing:  # fmt: skip
    last = min(today, contract.last)
    concerned = [one for one in exempt if not one.targets or target.id in one.targets]
    if target.evidence and target.count in OF_ROWS:
        found = _judged(session, contract, target, last, gone_out)
        counted = Counted(sum(row.value for row in found), last)
        return Standing(contract, target, counted, today, rows=found, exempt=concerned)
    counted = count_of(contract, target, gone_out)(session, contract.first, last)
    known = last if counted.is_stock else counted.known_to or last
    asked = target.evidence and counted.value is not None
    less = lacking(session, target, contract.first, known) if asked else None
    proven = None if less is None or counted.value is None else counted.value - less
    made = Standing(
        contract, target, counted, today, proven, earlier=_earlier(session, contract, target, counted), exempt=concerned
    )
    return listed(session, made) if target.evidence and (rows or proven is None) else made


def _earlier(session: Session, contract: Contract, target: Target, counted: Counted) -> Earlier | None:
    """Return how much of a stock there was three months before, or when the contract began if that is later.

    Where nothing is known of that day, a day a quarter, a half or three quarters of the way to the newest one is asked.
    """
    if not counted.is_stock or counted.known_to is None:
        return None
    day = max(contract.first, counted.known_to - timedelta(days=GROWTH_DAYS))
    for part in range(4):
        before = count_of(contract, target)(session, contract.first, day + (counted.known_to - day) * part // 4)
        if before.known_to and before.value is not None and before.known_to < counted.known_to:
            return Earlier(before.known_to, before.value)
    return None


def _judged(session: Session, contract: Contract, target: Target, last: date, gone_out: GoneOut = None) -> list[Row]:
    rows: Rows = ROWS[target.count]
    if target.count in BY_RULES:
        rows = _by_rules(contract, target, gone_out)
    elif target.count == INTERACTIONS:
        rows = partial(interaction_rows.interactions, rule=contract.interactions)
    elif target.count == REGISTRATIONS:
        rows = partial(user_growth.registration_rows, spans=contract.whole_months())
    found = rows(session, contract.first, last)
    return judged(session, target, found) if target.evidence else list(found)


def _evidence(standing: Standing) -> list[str]:
    """Return how much of what is done has its evidence, and what the rest lacks."""
    if not standing.target.evidence:
        return []
    wanted = "、".join(proof.in_words for proof in standing.target.evidence)
    if standing.complete is None:
        return [f"材料齐的 {UNKNOWN}（每{standing.target.unit}要：{wanted}）"]
    lacking = "，".join(f"缺{name} {count}" for name, count in standing.lacking.most_common())
    return [
        f"材料齐的 {standing.complete:,} {standing.target.unit}（每{standing.target.unit}要：{wanted}{f'；{lacking}' if lacking else ''}；{BY_PIECES}）"
    ]


def _going(standing: Standing) -> list[str]:
    """Return the pace, the months where they are told, and the forecast with its method."""
    lines = []
    if not standing.counted.is_stock:
        lines.append(
            f"时间过了 {standing.elapsed:.1%}（{standing.days}/{standing.contract.days} 天），{pace(standing)}"
        )
    if standing.target.count in MONTHLY and standing.rows:
        lines.append(mean(standing, by_month(standing, standing.rows)))
    if standing.forecast is not None:
        lines.append(f"预计到期 {_number(standing.forecast)} {standing.target.unit}（{standing.method}）")
    return lines


def _lacking(standing: Standing) -> str:
    """Return the places that a target still lacks."""
    return f"还缺：{some(standing.counted.lacks)}"


def _made_of(contract: Contract, target: Target) -> str:
    of = {
        "month": f"每月 {target.value:,} × {contract.months} 个月",
        "week": f"每周 {target.value:,} × {contract.weeks} 周",
    }
    if not target.per:
        return ""
    return (
        f"（{of[target.per]}）"
        if not target.steps
        else f"（现在每{'月' if target.per == 'month' else '周'} {target.value:,}，按补充协议分段计）"
    )


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"
