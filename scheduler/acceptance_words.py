"""The sentences of the 执行成果报告: made from its numbers, and saying nothing that the numbers don't."""

from __future__ import annotations

from collections.abc import Sequence

from content.place_table import some
from scheduler.acceptance import INDEX, SAMPLE, Facts, TargetFacts
from scheduler.proof import BY_PIECES
from scheduler.service_lines import LINES, PROJECT

UNKNOWN = "—"
NUMERALS = "一二三四五六七八九十"


def values(facts: Facts) -> dict[str, object]:
    """Return what a template takes: all in words."""
    chapters = [_chapter(facts, name, n) for n, name in enumerate(LINES, 2)]
    return {
        "contract": facts.contract or "项目",
        "version": facts.version or UNKNOWN,
        "first": facts.first,
        "last": facts.last,
        "as_of": facts.as_of,
        "kind": "终期" if facts.final else "中期，合同还没有到期",
        "summary": summary(facts),
        "board": [_row(one) for one in facts.targets],
        "chapters": chapters,
        "reports": [
            {"name": one.name, "period": one.period, "version": one.version, "state": one.state}
            for one in facts.reports
        ],
        "annexes": [*_annexes(facts.targets), {"name": INDEX, "what": f"{facts.files:,} 个证据文件"}, _sample(facts)],
        "sampling": sampling(facts),
    }


def summary(facts: Facts) -> str:
    """Return how many targets are reached, not reached and unknown."""
    reached = sum(one.reached is True for one in facts.targets)
    not_yet = sum(one.reached is False for one in facts.targets)
    unknown = sum(one.reached is None for one in facts.targets)
    short = "没有达到" if facts.final else "还没有达到"
    parts = [f"达到 {reached} 项"]
    parts += [f"{short} {not_yet} 项"] if not_yet else []
    parts += [f"尚无数据 {unknown} 项"] if unknown else []
    return f"截至 {facts.as_of}，合同的 {len(facts.targets)} 项指标{'，'.join(parts)}。"


def sentences(one: TargetFacts, *, final: bool) -> list[str]:
    """Return what is said of a target: done, reached, evidence, and how it is with the exempt days left out."""
    if one.done is None:
        return [f"{one.name}尚无数据，不作结论。"]
    goal = f"{'超过' if one.exceed else ''} {one.total:,} {one.unit}"
    until = f"数据到 {one.known_to}，" if one.known_to else ""
    said = [f"目标{goal}，{until}完成{_done(one)} {one.unit}，完成率 {_share(one.share)}。", _reached(one, final)]
    return [line for line in (*said, *(f"{line}。" for line in one.told), _evidence(one), _without(one)) if line]


def sampling(facts: Facts) -> str:
    """Return how the visits for the checks by telephone were drawn."""
    if not facts.visits:
        return "没有走访记录，没有抽样。"
    return f"从 {facts.visits:,} 次走访里抽 {facts.drawn:,} 次（5%），抽样种子 {facts.seed}，见《{SAMPLE}》。"


def _reached(one: TargetFacts, final: bool) -> str:
    short = one.total + one.exceed - (one.done or 0)
    if one.reached:
        return "达到目标。"
    lacks = f"还缺：{some(one.lacks)}。" if one.lacks else ""
    if short <= 0:
        return f"数目够了，{lacks}"
    return f"{'没有达到目标，差' if final else '离目标还差'} {short:,} {one.unit}。{lacks}"


def _evidence(one: TargetFacts) -> str:
    if not one.evidence or not one.done:
        return ""
    wanted = f"每{one.unit}要的材料是{one.evidence}（{BY_PIECES}）"
    if one.complete is None:
        return f"{wanted}；没有逐条清单，材料齐全的数目 {UNKNOWN}。"
    if one.complete == one.done:
        return f"{wanted}，全部齐全。"
    lacking = "，".join(f"缺{name} {count:,}" for name, count in sorted(one.lacking.items()))
    return f"{wanted}；齐全的 {one.complete:,} {one.unit}，占 {one.complete / one.done:.1%}（{lacking}）。"


def _without(one: TargetFacts) -> str:
    if not one.exempt_days:
        return ""
    why = f"（{one.exempt_why}）" if one.exempt_why else ""
    if one.total_without is None:
        return f"不可抗力 {one.exempt_days} 天{why}；按存量计，目标不折算。"
    return (
        f"不扣除不可抗力时完成率 {_share(one.share)}；扣除 {one.exempt_days} 天{why}，"
        f"目标折合 {one.total_without:,} {one.unit}，完成率 {_share(one.share_without)}。"
    )


def _chapter(facts: Facts, name: str, number: int) -> dict[str, object]:
    of = [one for one in facts.targets if one.line == name]
    known = "，".join(f"{one.name}{_done(one)} {one.unit}" for one in of if one.done is not None)
    told = [f"本服务线有 {len(of)} 项指标。" if of else "合同没有给本服务线单列指标。"]
    told += [f"完成：{known}。"] if known else []
    if name == PROJECT:
        told.append(_of_reports(facts))
    return {
        "title": f"{NUMERALS[number - 1]}、{name}",
        "says": "".join(told),
        "targets": [
            {**_row(one), "title": f"（{NUMERALS[n]}）{one.name}" if n < len(NUMERALS) else one.name,
             "says": "".join(sentences(one, final=facts.final))}
            for n, one in enumerate(of)
        ],
    }  # fmt: skip


def _of_reports(facts: Facts) -> str:
    if not facts.reports:
        return "还没有给甲方的其他报告。"
    confirmed = sum("已确认" in one.state for one in facts.reports)
    return f"给甲方的其他报告 {len(facts.reports):,} 份，甲方已确认 {confirmed:,} 份，见“报告和确认”。"


def _row(one: TargetFacts) -> dict[str, object]:
    verdict = {True: "达到", False: "未达到", None: UNKNOWN}[one.reached]
    return {
        "clause": one.clause or UNKNOWN,
        "name": one.name,
        "unit": one.unit,
        "total": f"{'＞' if one.exceed else ''}{one.total:,}",
        "done": _done(one).strip(),
        "complete": _number(one.complete) if one.evidence else "不要求",
        "share": _share(one.share),
        "verdict": verdict,
        "rule": one.rule or UNKNOWN,
        "document": one.document or "原合同",
        "evidence": f"每{one.unit}：{one.evidence}；齐全 {_number(one.complete)}" if one.evidence else "没有要求",
        "index": f"{one.files:,} 个文件，见《{INDEX}》" if one.files else "还没有文件",
        "annex": one.annex or UNKNOWN,
        "exempt": _exempt(one),
    }


def _exempt(one: TargetFacts) -> str:
    if not one.exempt_days:
        return "没有例外期"
    return f"不扣除 {_share(one.share)}；扣除 {one.exempt_days} 天后 {_share(one.share_without)}"


def _annexes(targets: Sequence[TargetFacts]) -> list[dict[str, str]]:
    return [{"name": one.annex, "what": f"{one.name}{_done(one)} {one.unit}"} for one in targets if one.annex]


def _sample(facts: Facts) -> dict[str, str]:
    return {"name": SAMPLE, "what": f"抽 {facts.drawn:,} 次走访，核实结果空着，由核实的人填写"}


def _done(one: TargetFacts) -> str:
    """Return what is done, after a space: a lower bound is called one."""
    return f"至少 {one.done:,}" if one.least and one.done is not None else f" {_number(one.done)}"


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1%}"
