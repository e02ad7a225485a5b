"""Rules for telephone numbers that readers will dial: known ones pass, the others are to be tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.tables import digits

_ASKED = r"(?:电话|热线|咨询|联系|拨打|致电|号码|传真)[^\d\n。；]{0,12}"
_NUMBER = re.compile(
    r"(?<![\d.*])(?:"
    r"[（(]?0\d{2,3}[)）]?[-— ]?[2-9]\d{2,3}[- ]?\d{4}"
    r"|[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3}"
    r"|1[2]\d{3}(?=热线|市民|电话|服务)|9[56]\d{3,4}(?=热线|电话|服务)"
    r"|(?<=@)(?:[2-9]\d{3}[- ]?\d{4}|1[12]\d|12\d{3}|9[56]\d{3,4}))"
    r"(?![\d.*%])(?!元|人|年|月|日|户|个|次|名|平|万|亿)"
)
_AFTER = re.compile(rf"({_ASKED})(?=\d)")


@dataclass(frozen=True)
class Phone:
    """A number for the public as it stands in a text, and whose it is ("" where nobody knows)."""

    span: tuple[int, int]
    text: str
    whose: str


def phones_in(text: str, known: Mapping[str, str]) -> Iterator[Phone]:
    """Yield the numbers that readers may dial; a short or a local one counts only beside a word such as 电话."""
    marked = _AFTER.sub(lambda found: found[1][:-1] + "@", text)  # the character before the number: same length
    for found in _NUMBER.finditer(marked):
        number = digits(found[0])
        yield Phone(found.span(), text[slice(*found.span())], known.get(number) or known.get("010" + number, "")
                    or known.get(number.removeprefix("010"), ""))  # fmt: skip


def numbers_are_known(look: Look) -> Iterator[Problem]:
    """A wrong number in an announcement rings at a stranger's."""
    known = look.context.tables.phones
    for piece in look.pieces:
        for phone in phones_in(piece.text, known) if re.search(r"\d{3}", piece.text) else ():
            if not phone.whose:
                message = f"电话 {phone.text} 不在 phones.csv 里。请拨打核实，再把它和单位名称加进表里。"
                yield look.found(piece, phone.span, "PHONE_UNKNOWN", Level.INFO, message)


RULES: tuple[Rule, ...] = (numbers_are_known,)

EXAMPLES = (
    Example(
        "PHONE_UNKNOWN", "对外公布的电话要拨打核实；核实过的写进 phones.csv。",
        "咨询电话：010-55550100。", "市民服务热线：12345。",
    ),
)  # fmt: skip
