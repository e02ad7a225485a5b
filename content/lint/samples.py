"""The article, pictures and tables on which the examples of the rules are tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from content.article import Source, read_article
from content.days import calendar_of
from content.known import Timed
from content.lint.example import Example, Part
from content.lint.look import Context
from content.lint.tables import STARTER, Official, tables
from content.places import names_in
from content.quiet import quiet_hours
from content.render import theme_css
from content.schedule import Schedule

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
NAME = "2026-12/01-sample/index.md"
FRONT = {
    "title": "社区义诊安排",
    "author": "编辑部",
    "digest": "周六上午九点，社区活动中心义诊。",
    "cover": "cover.png",
    "publish_at": "2026-12-05 18:30",
}
OFFICIALS = (  # nobody: names that say they are examples
    Official("林样例", "主任", "云杉街道", 1, date(2025, 3, 1)),
    Official("白示范", "副主任", "云杉街道", 2, date(2024, 1, 1)),
    Official("白示范", "科长", "云杉街道", 5, date(2020, 1, 1), date(2023, 12, 31)),
)
THEME_BODY = "正文一段。\n\n```\ncode\n```\n"
_CODES = {
    "qr.png": "https://example.com/guide",
    "qr-personal.png": "https://u.wechat.com/sample",
    "qr-short.png": "https://bit.ly/sample",
}
_CHINESE = {"摘要": "digest"}


def context() -> Context:
    """Return what the examples are checked against: the product's own tables, and fictional people."""
    given = replace(tables(STARTER), officials=OFFICIALS)
    places = names_in(STARTER / "places.csv")
    return Context(NOW, "2026-12", places, theme_css("formal"), tables=given, schedule=_schedule())


def _schedule() -> Schedule:
    """Return a service account's month with four pushes, and eight articles that go out together quietly."""
    pushes = [(f"2026-12/2{day}-sample/index.md", day, True) for day in (7, 9, 11, 16)]
    full = [(f"2026-12/3{number}-sample/index.md", 8, False) for number in range(8)]
    times = (Timed(name, datetime(2026, 12, day, 2, tzinfo=UTC), push) for name, day, push in (*pushes, *full))
    return Schedule(tuple(times), calendar_of(STARTER), service=True, quiet=quiet_hours(("22:00", "07:00")))


def lay_out(folder: Path) -> None:
    """Write the pictures that the examples use into a folder."""
    import zxingcpp
    from PIL import Image

    for name in ("cover.png", "plain.png", "unknown.png"):
        Image.new("RGB", (80, 60), "#b3201a").save(folder / name)
    (folder / "really-png.jpg").write_bytes((folder / "plain.png").read_bytes())
    (folder / "empty.png").write_bytes(b"")
    (folder / "big.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(1_200_000))
    (folder / "big.gif").write_bytes(b"GIF89a" + bytes(3_000_000))
    for name, target in _CODES.items():
        code = zxingcpp.create_barcode(target, zxingcpp.BarcodeFormat.QRCode)
        picture = Image.fromarray(zxingcpp.write_barcode_to_image(code))
        picture.resize((picture.width * 6, picture.height * 6)).save(folder / name)


def article(example: Example, text: str, folder: Path) -> Source:
    """Write an example's text, bad or good, as a whole article and return it as it is read."""
    file = folder / "index.md"
    if text.startswith("（GBK"):
        file.write_bytes("---\ntitle: 社区义诊安排\n---\n正文。".encode("gbk"))
    else:
        file.write_text(_whole(example.part, text), encoding="utf-8")
    return read_article(file, NAME)


def context_of(example: Example, text: str, given: Context) -> Context:
    """Return the context in which an example's text is checked: a theme is one of it."""
    return replace(given, css=f"{given.css}\n{text}") if example.part is Part.THEME else given


def _whole(part: Part, text: str) -> str:
    front = dict(FRONT)
    if part is Part.FILE:
        return text
    if part is Part.TITLE:
        front["title"] = text
    if part is Part.FRONT:
        for line in text.split("\n"):
            key, _, value = line.removeprefix("-").partition(": ")
            front.pop(_CHINESE.get(key, key), None)
            if not line.startswith("-"):
                front[key] = value
    lines = "\n".join(f"{key}: {value}" for key, value in front.items())
    body = {Part.BODY: text, Part.THEME: THEME_BODY}.get(part, "正文。\n")
    return f"---\n{lines}\n{_pictures()}---\n\n{body}"


def _pictures() -> str:
    names = ("cover.png", "plain.png", *_CODES)
    return "pictures:\n" + "".join(f"  - file: {name}\n    source: 自拍\n    licence: 自有\n" for name in names)
