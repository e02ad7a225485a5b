"""A preview: how an article will look in the list and on a phone, and what its checks find, before it is submitted.

It never fails for what is wrong with the article: a picture that cannot be used
is a grey card with the reason on it, a diagram that cannot be drawn is its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content import drawing
from content.article import Facts, Level, Problem, Source, cover_of
from content.clock import local, stamp
from content.drawn import CannotBeDrawn
from content.lint import check
from content.lint.look import PICTURE_ADDRESS, Context
from content.markup.drawn import Placed
from content.placed import CROP_WIDTHS, body_picture, cover_crops, data_address, stand_in
from content.render import render, visible_text

CONTENT_LIMIT = 20_000  # WeChat, draft/add: characters of the HTML, fewer than these
TITLE_LIMIT, AUTHOR_LIMIT, DIGEST_LIMIT = 32, 16, 120
DIGEST_TAKEN = 54  # WeChat, draft/add: characters of the text that stand for a digest that is not given
HAN_A_MINUTE = 400  # characters that a reader takes in
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_MARK = "wxops-picture:"
_MARKED = re.compile(rf'(?<=src="){_MARK}(\d+)(?=")')
_BODY_CARD = (640, 360)  # pixels of the stand-in for a picture of the text
_WEEK = "一二三四五六日"

Place = Callable[[str, bytes], str]  # a picture's name and bytes → the address that shows it


@dataclass(frozen=True)
class Crop:
    """One crop of the cover: the address that shows it, and why it is a stand-in ("" for a real one)."""

    address: str
    trouble: str = ""


@dataclass(frozen=True)
class Preview:
    """An article as people will see it; `html` is what goes out, with pictures that can be shown here.

    `length` counts the characters of the HTML with addresses as long as WeChat's,
    `version` changes with anything that can be seen, `files` are the files it was made of.
    """

    name: str
    account: str
    title: str
    author: str
    digest: str
    digest_given: bool
    column: str
    due: str
    original_link: str
    wide: Crop
    square: Crop
    html: str
    problems: tuple[Problem, ...]
    length: int
    han: int
    version: str
    files: tuple[Path, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stops the article."""
        return self._of(Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What needs a reason."""
        return self._of(Level.WARN)

    @property
    def infos(self) -> tuple[Problem, ...]:
        """What is good to know."""
        return self._of(Level.INFO)

    @property
    def minutes(self) -> int:
        """How long a reader takes, at least one minute."""
        return max(1, round(self.han / HAN_A_MINUTE))

    @property
    def fullness(self) -> int:
        """How much of WeChat's limit the HTML takes, in hundredths."""
        return round(self.length * 100 / CONTENT_LIMIT)

    def _of(self, level: Level) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == level)


def look_at(
    source: Source,
    context: Context,
    *,
    account: str = "",
    kept: Path | None = None,
    place: Place = data_address,
) -> Preview:
    """Return how an article will look; it reads the article's pictures and never fails for what is wrong with them.

    `context` is what the checks need, the theme's CSS and the foot with it;
    `account` is the name that stands over the article; `kept` is where drawn
    diagrams are kept; `place` gives the address that shows a picture.
    """
    shelf = _Shelf(source.path.parent, kept, place)
    marked = render(source, css=context.css, picture=shelf.body, foot=context.foot, draw=shelf.drawn)
    text, facts, cover = visible_text(marked), source.facts, cover_of(source)
    wide, square = shelf.crops(cover, facts)
    made = Preview(
        name=source.name,
        account=account or "公众号",
        title=facts.title,
        author=facts.author,
        digest=facts.digest or " ".join(text.split())[:DIGEST_TAKEN],
        digest_given=bool(facts.digest),
        column=facts.column,
        due=due_words(facts),
        original_link=facts.original_link,
        wide=wide,
        square=square,
        html=_MARKED.sub(lambda found: shelf.addresses[int(found[1])], marked),
        problems=tuple(check(source, context)),
        length=len(_MARKED.sub(PICTURE_ADDRESS, marked)),
        han=len(HAN.findall(text)),
        version="",
        files=(source.path, *(source.path.parent / name.replace("\\", "/") for name in shelf.references)),
    )
    return _with_version(made)


def due_words(facts: Facts) -> str:
    """Return when the article goes out and how, in words."""
    if facts.publish_at is None:
        return "未定"
    way = {True: "，推送", False: "，不推送", None: ""}[facts.notify]
    return f"{stamp(facts.publish_at)}（周{_WEEK[local(facts.publish_at).weekday()]}）{way}"


class _Shelf:
    """The pictures of one article, placed where a browser finds them, while it is rendered."""

    def __init__(self, folder: Path, kept: Path | None, place: Place) -> None:
        self.addresses: list[str] = []
        self.references: dict[str, str] = {}  # reference → its mark
        self._folder, self._kept, self._place = folder, kept, place

    def body(self, reference: str) -> str:
        if reference not in self.references:
            made = body_picture(self._folder, reference)
            card = stand_in(made, *_BODY_CARD) if isinstance(made, str) else self._place(reference, made)
            self.references[reference] = self._put(card)
        return self.references[reference]

    def drawn(self, kind: str, text: str) -> Placed | None:
        try:
            made = drawing.draw(kind, text, kept=self._kept)
        except CannotBeDrawn:  # the check says why
            return None
        return Placed(self._put(self._place(made.name, made.data)), made.alt, made.width, made.sinks)

    def crops(self, cover: str, facts: Facts) -> tuple[Crop, Crop]:
        """Return the crop of the headline's card and the one of the small card."""
        if cover:
            self.references.setdefault(cover, "")
        made = cover_crops(self._folder, cover, facts.cover_focus)
        if isinstance(made, str):
            wide, square = (Crop(stand_in(made, width, height), made) for width, height in ((900, 383), (360, 360)))
        else:
            wide, square = (Crop(self._place(f"{cover}-{ratio}.jpg", made[ratio])) for ratio in CROP_WIDTHS)
        return wide, square

    def _put(self, address: str) -> str:
        self.addresses.append(address)
        return f"{_MARK}{len(self.addresses) - 1}"


def _with_version(made: Preview) -> Preview:
    shown = [value for name, value in vars(made).items() if name not in ("version", "files")]
    version = hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Preview(**{**vars(made), "version": version})
