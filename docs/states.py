"""Write the picture of the states into docs/architecture.md anew, from MOVES: `python docs/states.py`."""

from __future__ import annotations

import re
from pathlib import Path

from content.models import Article, Post
from content.workflow import MOVES

PAGE = Path(__file__).resolve().parent / "architecture.md"
BEGIN, END = "<!-- states: written by docs/states.py -->", "<!-- states end -->"


def picture(kind: type[Article] | type[Post]) -> str:
    """Return the states of articles or posts as a Mermaid diagram, in the order of MOVES."""
    arrows = [f"    {old.name} --> {new.name}: {when.replace(':', ' –')}" for (old, new), when in MOVES[kind].items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])


def written(page: str) -> str:
    """Return the page with both pictures between its marks."""
    both = f"{BEGIN}\n\nAn article:\n\n{picture(Article)}\n\nA post:\n\n{picture(Post)}\n\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: both, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
