"""Diagrams: drawn where their program is installed, with a limit and without a way out, otherwise refused with a reason.

The programs are small real ones, started as the real ones are: none of the three is installed here.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from content.diagrams import RENDERERS, draw
from content.drawn import CannotBeDrawn

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the small programs are scripts with a first line")

DRAWS = """
from PIL import Image
Image.new("RGB", (300, 200), (0, 0, 255)).save("diagram.png")
"""


class Shelf:
    """A place where programs are found, like PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, program: str) -> None:
        file = self.folder / name
        file.write_text(f"#!{sys.executable}\nimport os, pathlib, sys, time\n{program}", encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def find(self, name: str) -> str | None:
        file = self.folder / name
        return str(file) if file.is_file() else None


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "programs").mkdir()
    return Shelf(tmp_path / "programs")


KINDS = [(kind, renderer.program) for renderer in RENDERERS for kind in renderer.kinds]


@pytest.mark.parametrize(("kind", "program"), KINDS)
def test_a_diagram_is_drawn_where_its_program_is_installed(kind: str, program: str, shelf: Shelf) -> None:
    shelf.put(program, DRAWS)
    drawn = draw(kind, "甲 -> 乙", find=shelf.find)
    assert Image.open(io.BytesIO(drawn.data)).size == (300, 200)
    assert drawn.name.startswith("diagram-")
    assert kind in drawn.alt
    assert drawn.width in (6.25, 18.75)  # em: what was drawn three times as large is shown as small as it is meant


@pytest.mark.parametrize(("kind", "program"), KINDS)
def test_without_its_program_the_editor_is_told_what_to_do(kind: str, program: str, shelf: Shelf) -> None:
    with pytest.raises(CannotBeDrawn) as refused:
        draw(kind, "甲", find=shelf.find)
    assert kind in str(refused.value)
    assert "先导出为图片" in str(refused.value)
    assert "安装" in str(refused.value)


def test_a_kind_that_nothing_draws_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CannotBeDrawn, match=r"echarts.*先导出为图片"):
        draw("echarts", "{}", find=shelf.find)


def test_what_the_program_complains_of_reaches_the_editor(shelf: Shelf) -> None:
    shelf.put("dot", 'print("syntax error in line 3 near ->", file=sys.stderr)\nsys.exit(1)')
    with pytest.raises(CannotBeDrawn, match="syntax error in line 3"):
        draw("dot", "digraph {", find=shelf.find)


def test_a_program_that_gives_no_picture_is_not_believed(shelf: Shelf) -> None:
    shelf.put("dot", "")
    with pytest.raises(CannotBeDrawn, match="没有给出图片"):
        draw("dot", "digraph {}", find=shelf.find)
    shelf.put("dot", 'pathlib.Path("diagram.png").write_text("no picture")')
    with pytest.raises(CannotBeDrawn, match="不能用"):
        draw("dot", "digraph {}", find=shelf.find)


FORKS = """
child = os.fork()
if child:
    pathlib.Path({note!r}).write_text(str(child))
else:
    os.close(1)
    os.close(2)  # nobody waits for what it might say
time.sleep(100)
"""


def test_a_program_that_hangs_is_stopped_with_all_it_started(shelf: Shelf, tmp_path: Path) -> None:
    note = tmp_path / "child"
    shelf.put("mmdc", FORKS.format(note=str(note)))
    with pytest.raises(CannotBeDrawn, match="还没有画完"):
        draw("mermaid", "graph TD", find=shelf.find, seconds=2)
    state = Path(f"/proc/{int(note.read_text())}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("what it started goes on")


def test_a_program_gets_the_text_and_neither_our_secrets_nor_a_way_out(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WXOPS_ACCOUNT_SECRET", "hidden")
    seen = tmp_path / "seen"
    shelf.put(
        "plantuml",
        f"{DRAWS}\npathlib.Path({str(seen)!r}).write_text(repr((dict(os.environ), open('diagram.txt').read())))",
    )
    draw("plantuml", "甲 -> 乙", find=shelf.find)
    told = seen.read_text()
    assert "@startuml\\n甲 -> 乙\\n@enduml" in told
    assert "hidden" not in told
    assert "127.0.0.1:9" in told
    assert "SANDBOX" in told


def test_a_drawn_diagram_is_kept_by_its_text_and_not_drawn_again(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("dot", DRAWS)
    first = draw("dot", "digraph {}", kept=tmp_path / "kept", find=shelf.find)
    shelf.put("dot", "sys.exit(1)")
    assert draw("dot", "digraph {}", kept=tmp_path / "kept", find=shelf.find) == first
    with pytest.raises(CannotBeDrawn):
        draw("dot", "digraph {a}", kept=tmp_path / "kept", find=shelf.find)


def test_a_diagram_as_wide_as_a_wall_is_made_as_wide_as_a_phone(shelf: Shelf) -> None:
    shelf.put("dot", DRAWS.replace("300, 200", "9000, 4000").replace(".save(", ".effect_spread(9).save("))
    image = Image.open(io.BytesIO(draw("dot", "digraph {}", find=shelf.find).data))
    assert image.width <= 9000


def test_a_source_longer_than_a_diagram_can_be_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CannotBeDrawn, match="太长"):
        draw("dot", "a" * 20_001, find=shelf.find)
