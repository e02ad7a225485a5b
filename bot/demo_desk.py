"""The demo's scenes at the editor's desk: a Word file, its checks, a refusal, a correction, and the next month's plan."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.shared import Cm
from PIL import Image, ImageDraw

from bot import planning, submitting
from content.article import Facts
from content.clock import SHANGHAI, local_day
from content.folders import ARTICLE_FILE
from content.lint.dates import WEEKDAYS
from content.lint.fixing import fix_file
from content.months import next_month
from content.reviews import ProblemsFound
from content.word import intake

if TYPE_CHECKING:
    from bot.demo import Demo

TITLE = "社区食堂周末开到晚上八点"
NUMBER = "13800138000"  # the one that Chinese forms give as their example
FILLED_IN = {
    "封面:": "封面: 图1.png",
    "    来源:": "    来源: 本产品自制",
    "    权利人:": "    权利人: wxops 项目",
    "    许可:": "    许可: CC0 1.0",
    "    肖像同意:": "    肖像同意: 无可识别人物",
}
BACK = "没有写要不要预约"
TOLD = 6  # lines of a list that the story repeats


class Desk:
    """The editor's desk: one Word file on its way to approval, for the month after the demo's."""

    def __init__(self, demo: Demo, editor: str, reviewers: Sequence[str]) -> None:
        """Take the demo and the people: who writes, and who reviews in the order of the chain."""
        self._demo, self._editor, self._reviewers = demo, editor, reviewers
        month = next_month(f"{local_day(demo.parts.clock.now()) + timedelta(days=7):%Y-%m}")
        self.month = month
        self.opening = second_saturday(month)
        self._file = Path()

    def play(self) -> Iterator[str]:
        """Play the scenes and tell them."""
        yield self._hand_in()
        yield self._be_refused()
        yield self._put_right()
        name = self._submit()
        yield f"{self._editor}再送审，定为修订 {name}。"
        yield self._be_sent_back(name)
        yield self._pass()
        yield self._plan()

    def _hand_in(self) -> str:
        word = self._demo.folder / "交稿" / f"{TITLE}.docx"
        word.parent.mkdir()
        word.write_bytes(manuscript(self.opening))
        due = datetime.combine(self.opening - timedelta(days=3), time(10), SHANGHAI)
        facts = Facts(title=TITLE, author="样例编辑部", digest="周末下班晚，也能吃上热饭。", publish_at=due)
        taken = intake(word, self._demo.folder, self.month, facts)
        self._file = taken.folder / ARTICLE_FILE
        report = taken.report.lines() or ["标题、正文和图片都转好了，没有落下的。"]
        return _with_lines(f"{self._editor}交来 Word 稿“{word.name}”，成为 {taken.name}：", report)

    def _be_refused(self) -> str:
        try:
            self._submit()
        except ProblemsFound as refused:
            lines = [f"第 {problem.line} 行 {problem.message}" for problem in refused.problems]
            return _with_lines(f"{self._editor}送审，没有通过检查：", lines)
        raise AssertionError("the demo's Word file has errors")

    def _put_right(self) -> str:
        name = f"{self._file.parent.relative_to(self._demo.folder).as_posix()}/{ARTICLE_FILE}"
        fixed = fix_file(self._file, name, self._demo.parts.check_context(self.month))
        text = self._file.read_text(encoding="utf-8")
        text = text.replace(_wrong(self.opening), _right(self.opening))
        for empty, filled in FILLED_IN.items():
            text = text.replace(f"{empty}\n", f"{filled}\n", 1)
        self._file.write_text(text, encoding="utf-8")
        lines = [f"{problem.was} → {problem.fix}" for problem in fixed]
        head = f"wxops check --fix 改正 {len(fixed)} 处；星期、封面和图片的许可由{self._editor}改好、补上："
        return _with_lines(head, lines)

    def _submit(self) -> str:
        return submitting.submit(self._demo.parts, str(self._file.parent), self._demo.folder, self._editor).name

    def _be_sent_back(self, name: str) -> str:
        first, second, *_ = self._reviewers
        self._demo.say(first, f"同意 {name}")
        answer = self._demo.say(second, f"退回 {name} {BACK}")
        text = self._file.read_text(encoding="utf-8")
        self._file.write_text(text.replace("八点。", "八点，不用预约。", 1), encoding="utf-8")
        return f"{second}发“退回 {name} {BACK}”，收到：{answer}"

    def _pass(self) -> str:
        name = self._submit()
        for who in self._reviewers:
            answer = self._demo.say(who, f"同意 {name}")
        return f"{self._editor}补上一句，又送审；{'、'.join(self._reviewers)}依次同意，收到：{answer}"

    def _plan(self) -> str:
        steps = planning.plan(self._demo.parts, self.month)
        return _with_lines(f"wxops plan {self.month} 起草下个月：", [str(step) for step in steps])


def manuscript(opening: date) -> bytes:
    """Return a Word file as editors hand it in: a wrong weekday, a half-width comma, a whole phone number, a picture."""
    document = Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph(f"从{_wrong(opening)}起,社区食堂周末也开到晚上八点。")
    document.add_picture(io.BytesIO(_picture()), width=Cm(12))
    document.add_heading("怎么用餐", 1)
    document.add_paragraph(f"刷卡、现金都行。给行动不便的老人留饭，请找刘师傅，{NUMBER}。")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _picture() -> bytes:
    """Return a drawn bowl, which is nobody's right."""
    image = Image.new("RGB", (900, 500), "#f6efe2")
    draw = ImageDraw.Draw(image)
    draw.pieslice((250, 60, 650, 460), 0, 180, fill="#b3201a")
    draw.rectangle((230, 240, 670, 262), fill="#8c1913")
    for x in (370, 450, 530):
        draw.line((x, 200, x + 16, 150, x - 8, 100), fill="#c9b79a", width=8)
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def second_saturday(month: str) -> date:
    """Return the day on which the canteen of the story opens in a month such as 2027-01."""
    first = date.fromisoformat(f"{month}-01")
    return first + timedelta(days=(5 - first.weekday()) % 7 + 7)


def _right(day: date) -> str:
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


def _wrong(day: date) -> str:
    return _right(day).replace("六）", "五）")


def _with_lines(head: str, lines: Sequence[str]) -> str:
    more = [f"…… 还有 {len(lines) - TOLD} 行"] if len(lines) > TOLD else []
    return "\n".join([head, *(f"    {line}" for line in (*lines[:TOLD], *more))])
