"""The forms of files that go through steps, in this order: what each is about, and whose it is to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content.assignments import EVERYWHERE, FIELD
from content.errors import WrongUse


@dataclass(frozen=True)
class Form:
    """A form: its steps, of which each needs evidence; who may see and keep it.

    of_place: it is about one place. is_span: it lasts from a day to a day, and is about targets of the contract. begun: to
    open it is its first step.
    """

    name: str
    steps: tuple[str, ...]
    title: str  # what its title is, as people call it
    roles: tuple[str, ...] = EVERYWHERE
    of_place: bool = False
    is_span: bool = False
    begun: bool = False

    def step(self, words: str) -> str:
        """Return the step that words begin with, also by its short name (采集); "" for none."""
        return next((one for one in self.steps if words.startswith((one, one.removeprefix("议题")))), "")


DELIBERATION, EXCEPTION, LEAK, DRILL = "议事", "不可抗力", "泄密事件", "泄密演练"
FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form(  # domain.md §1b T11: one complete deliberation makes a demo community
            DELIBERATION, ("议题采集", "分级", "组织", "协商", "公示", "反馈"), "议题", FIELD, of_place=True, begun=True,
        ),
        Form(EXCEPTION, ("书面通知", "证明材料"), "事由", is_span=True),  # domain.md §1c R8
        Form(LEAK, ("通知甲方", "追回补救"), "经过"),  # domain.md §1c R9: leak, notice, recovery
        Form(DRILL, ("演练记录",), "演练内容"),
    )
}  # fmt: skip


def form_named(name: str) -> Form:
    """Return a form; WrongUse lists all."""
    if name not in FORMS:
        raise WrongUse(f"没有“{name}”这种档案，可以写：{'、'.join(FORMS)}。")
    return FORMS[name]
