"""Pictures on their way: what is frozen is what the platform takes, what WeChat gets is that, the originals stay."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from publishing_kit import approve
from stage import Stage

from content.article import Source, read_article
from content.errors import FilesWrong
from content.lint import Context, check
from content.markup.drawn import look_at
from content.render import render
from content.revisions import PLACEHOLDER, freeze


def saved(image: Image.Image, into: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, into, **options)
    return out.getvalue()


WEBP = saved(Image.linear_gradient("L").resize((1600, 900)).convert("RGB"), "WEBP")
GIF = saved(
    Image.new("L", (60, 40)), "GIF", save_all=True, append_images=[Image.new("L", (60, 40), n * 50) for n in (1, 2)]
)
BODY = "![甲](a.webp)\n\n![动](b.gif)\n\n$$\nr=\\frac{a}{b}\n$$\n\n这里 $x^2$ 是平方，$5 是价钱。"


def source(folder: Path, body: str, front: str = "math: 是") -> Source:
    (folder / "a.webp").write_bytes(WEBP)
    (folder / "b.gif").write_bytes(GIF)
    (folder / "index.md").write_text(f"---\ntitle: 题\ncover: a.webp\n{front}\n---\n\n{body}\n", "utf-8")
    return read_article(folder / "index.md", "2026-12/01-a/index.md")


def test_what_is_frozen_is_ready_and_the_originals_stay(tmp_path: Path) -> None:
    frozen = freeze(source(tmp_path, BODY), css="")
    shas = re.findall(rf'src="{PLACEHOLDER}([0-9a-f]{{64}})"', frozen.html)
    kinds = [Image.open(io.BytesIO(frozen.pictures[sha][1])).format for sha in shas]
    assert kinds == ["JPEG", "GIF", "PNG", "PNG"]
    assert Image.open(io.BytesIO(frozen.pictures[frozen.cover][1])).width == 1600
    assert (tmp_path / "a.webp").read_bytes() == WEBP


def test_formulas_have_their_source_as_alt_text_and_no_caption(tmp_path: Path) -> None:
    html = freeze(source(tmp_path, BODY), css="").html
    assert 'alt="r=\\frac{a}{b}"' in html
    assert 'alt="x^2"' in html
    assert html.count("frac") == 1
    assert "$5 是价钱" in html
    assert "$x" not in html


def test_a_formula_in_a_line_stays_in_it_whatever_the_theme_says_of_pictures(tmp_path: Path) -> None:
    html = freeze(source(tmp_path, BODY), css="img { display: block; margin: 0 auto }").html
    styles = dict(re.findall(r'alt="([^"]*)" style="([^"]*)"', html))
    assert "display:inline;" in styles["x^2"]
    assert "display:block" in styles["r=\\frac{a}{b}"]


def test_without_asking_a_dollar_stays_a_dollar(tmp_path: Path) -> None:
    assert "$x^2$" in freeze(source(tmp_path, BODY, ""), css="").html


def test_a_moved_focus_is_another_text(tmp_path: Path) -> None:
    one, other = (freeze(source(tmp_path, BODY, f"cover_focus: {focus}"), css="") for focus in ("左", "右"))
    assert one.crops["1_1"].startswith("0_0_")
    assert one.sha256 != other.sha256


def test_a_picture_that_cannot_be_used_stops_the_submission_with_its_reason(tmp_path: Path) -> None:
    found = source(tmp_path, BODY)
    (tmp_path / "b.gif").write_bytes(GIF[:40])
    with pytest.raises(FilesWrong, match=r"b\.gif"):
        freeze(found, css="")


def test_a_diagram_without_its_program_stops_the_submission_and_not_the_preview(tmp_path: Path) -> None:
    found = source(tmp_path, "```echarts\n{}\n```")
    with pytest.raises(FilesWrong, match="echarts"):
        freeze(found, css="")
    assert "{}" in render(found, css="", picture=str, draw=look_at)


def test_the_check_tells_what_will_be_converted_and_what_cannot_be_drawn(tmp_path: Path) -> None:
    body = f"{BODY}\n\n$$\n\\satisfy\n$$\n\n行内 $\\foo$ 式。"
    found = check(source(tmp_path, body), Context(now=datetime(2026, 11, 25, tzinfo=UTC)))
    levels = {(problem.code, str(problem.level)) for problem in found}
    assert {("IMAGE_FORMAT", "info"), ("MATH_NEEDS_IMAGE", "error"), ("MATH_INLINE", "error")} <= levels


def test_wechat_gets_jpg_png_and_the_crops_and_a_gif_as_material(stage: Stage) -> None:
    folder = stage.write("first", due=stage.now + timedelta(minutes=60), title="first", body=BODY, cover_focus="上")
    (folder / "a.webp").write_bytes(WEBP)
    (folder / "b.gif").write_bytes(GIF)
    approve(stage, "first")
    stage.ticks.slow_rest()
    assert stage.calls("media/uploadimg") == 2  # the picture and the formula
    assert stage.calls("material/add_material") == 2  # the cover and the GIF
    (draft,) = stage.sim.world.drafts.newest_first()
    item = draft.items[0]
    assert PLACEHOLDER not in str(item["content"])
    assert str(item["pic_crop_235_1"]).startswith("0_0_1_")
    assert str(item["pic_crop_1_1"]).startswith("0_0_1_")
