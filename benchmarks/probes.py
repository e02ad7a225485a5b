"""What a renderer does of the things that WeChat or Chinese needs, seen in its HTML of one short article."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from content.render import visible_text

TEXT = """开头的一句话说到这里就换
行了，后面接着说。

**“先听完，再表态。”**这是规矩。**注意：**请看下面。

详见[议事规则](https://example.org/rules)，数字见注[^1]。

- [x] 已经办完
- [ ] 还没有办

> [!WARNING]
> 停水两小时。

文<span onclick="x()">字</span><script>x()</script>

[^1]: 截止到本月底。
"""


def _styles(html: str) -> bool:
    return 'style="' in html and "<style" not in html


def _addresses(html: str) -> bool:
    return "example.org/rules" in visible_text(html)


def _no_links(html: str) -> bool:
    return 'href="https://example.org' not in html


def _notes(html: str) -> bool:
    return 'href="#' not in html and "^1" not in visible_text(html) and "截止到本月底" in visible_text(html)


def _bold(html: str) -> bool:
    return "**" not in visible_text(html)


def _lines(html: str) -> bool:
    return "就换行了" in re.sub(r"<br\b[^>]*>", "\n", visible_text(html))


def _tasks(html: str) -> bool:
    return "<input" not in html and "[ ]" not in visible_text(html)


def _callouts(html: str) -> bool:
    return "[!" not in visible_text(html)


def _raw(html: str) -> bool:
    return "<script" not in html and "onclick" not in html


PROBES: Mapping[str, Callable[[str], bool]] = {
    "styles in the elements": _styles,
    "addresses of links that lead out are told": _addresses,
    "no link is left that WeChat drops": _no_links,
    "footnotes without anchors": _notes,
    "bold beside Chinese punctuation": _bold,
    "no blank where a line breaks in Chinese": _lines,
    "tasks as signs": _tasks,
    "callouts": _callouts,
    "scripts and handlers removed": _raw,
}


def table(made: Mapping[str, str]) -> list[str]:
    """Return a table of what each renderer does, from its HTML of TEXT."""
    lines = [f"| | {' | '.join(made)} |", "|---|" + ":-:|" * len(made)]
    for name, test in PROBES.items():
        lines.append(f"| {name} | {' | '.join('yes' if test(html) else '–' for html in made.values())} |")
    return ["\n".join(lines)]
