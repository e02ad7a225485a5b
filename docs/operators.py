"""Write the list of commands into the operators' guide anew, from the table: `python docs/operators.py`.

`python docs/operators.py card.html` writes the emergency card as a page that prints on one sheet of A4.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import markdown

from bot.commands.helping import grouped
from bot.commands.table import EDITORIAL, EVERYBODY, Command
from content.reviews import ROLES

HERE = Path(__file__).resolve().parent
GUIDE, CARD = HERE / "operators-guide.zh-CN.md", HERE / "emergency-card.zh-CN.md"
BEGIN, END = "<!-- commands: written by docs/operators.py -->", "<!-- commands end -->"
SHEET = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>应急卡</title><style>
@page { size: A4; margin: 14mm 15mm }
body { font: 11pt/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 0 auto; max-width: 178mm }
h1 { font-size: 17pt; margin: 0 0 2mm } h2 { font-size: 12.5pt; margin: 3.5mm 0 1mm; border-left: 1.5mm solid #c00; padding-left: 2mm }
p, ol, ul { margin: 1mm 0 } li { margin: 0.4mm 0 } code { font: inherit; font-weight: 700; background: #f2f2f2; padding: 0 1mm }
table { border-collapse: collapse; width: 99%; margin-top: 4mm } th, td { border: 0.3mm solid #999; padding: 1mm 2mm; text-align: left }
</style><body>"""


def commands() -> str:
    """Return all commands as tables, a group each: what to send, what it does, who may."""
    parts = []
    for group, entries in grouped(None):
        rows = [f"| {_cell(entry.usage)} | {_cell(_does(entry))} | {_who(entry)} |" for entry in entries]
        parts.append("\n".join([f"### {group}", "", "| 发什么 | 做什么 | 谁可以 |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def written(page: str) -> str:
    """Return the guide with the list between its marks."""
    return re.sub(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n\n{commands()}\n\n{END}", page, flags=re.DOTALL
    )


def card() -> str:
    """Return the emergency card as a page of HTML."""
    return (
        SHEET
        + markdown.markdown(CARD.read_text(encoding="utf-8"), extensions=["tables", "sane_lists"])
        + "</body></html>"
    )


def _does(entry: Command) -> str:
    does = entry.help.removeprefix(f"{entry.usage}：")
    others = f"（也可以说：{'、'.join(name for name in entry.names[1:] if '/' not in name)}）"
    return does + (others if others != "（也可以说：）" else "")


def _who(entry: Command) -> str:
    known = {EVERYBODY: "所有人", EDITORIAL: "联络员以外的人"}
    who = known.get(entry.roles) or "、".join(ROLES[role] for role in entry.roles)
    return f"{who}，甲方所有人" if entry.client_too and entry.roles != EVERYBODY else who


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(card(), encoding="utf-8")
    else:
        GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
