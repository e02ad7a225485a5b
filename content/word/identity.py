"""Which article a document is: by its file's name without the marks of its versions, and by what it says.

The same document has the same key and much the same title or text. The same key
alone (通知.docx, month after month) or the same title alone is not enough.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.article import read_article
from content.folders import WAITING, article_files, slug_of
from content.word.front import Mark, mark_in

ALIKE = 0.6  # of 1: titles this much alike are one title reworded
MUCH, SOME = 0.6, 0.3  # of 1: the share of a text that its next version keeps, under another title and a like one
STRETCH = 6  # characters; texts on different things share few stretches of six
SLUG_LONGEST = 40  # characters; with the number and 4 bytes each within the 255 bytes of a file's name

_VERSION = re.compile(
    r"(?:[\s_\-—.、·]*(?:[(（\[【]\s*(?:\d{1,3}|[^()（）\[\]【】]{0,6}(?:稿|版|改|审|校))\s*[)）\]】]"
    r"|(?:第?[一二三四五六七八九十\d]{1,3})?(?:终|定|初|修改|修订|送审|审定|审核|校对|最终|最新|改)[稿版]?(?:[稿版改])?\d{0,2}"
    r"|第?[一二三四五六七八九十\d]{1,2}[稿版校审]|副本|最终|最新|已审|改后|复件|copy|final|v\d+(?:\.\d+)*"
    r"|(?:19|20)\d{2}[.\-_年]?\d{1,2}[.\-_月]?\d{1,2}日?))+$",
    re.IGNORECASE,
)
_ANY_DOCUMENT = re.compile(
    r"^(?:新建)?\s*(?:microsoft\s*)?(?:word|wps|docx?)?\s*(?:文字)?\s*(?:文稿|文档|文件|document|doc)?\s*\d*$|^(?:未命名|无标题|untitled|稿件|index|正文)\d*$",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Shelved:
    """An article that is in the month already: its file, title and text, and the document it was made from."""

    file: Path
    title: str
    body: str
    mark: Mark | None

    @property
    def slug(self) -> str:
        """Its name in the month."""
        return slug_of(self.file)


def key_of(name: str) -> str:
    """Return a file's name without suffix and without marks of a version; "" for a name that any document has."""
    plain = unicodedata.normalize("NFKC", name).strip()
    plain = re.sub(r"\.(?:docx|docm|zip|md|markdown)$", "", plain, flags=re.IGNORECASE).strip()
    stem = _VERSION.sub("", plain).strip(" _-—.") or plain
    return "" if _ANY_DOCUMENT.match(stem) else stem.lower()


def shelved(month: Path) -> list[Shelved]:
    """Return the articles of a month folder; none where there is no such folder."""
    found = []
    for file in article_files(month) if month.is_dir() else ():
        source = read_article(file, file.name)
        text = file.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
        found.append(Shelved(file, source.facts.title, source.body, mark_in(text)))
    return found


def same_document(key: str, title: str, body: str, there: Iterable[Shelved]) -> Shelved | None:
    """Return the article that an earlier version of a document made, or None where that is not sure."""
    ours = [(one, _in_common(body, one.body)) for one in there if one.mark is not None and one.mark.key == key]
    likely = [(common, one) for one, common in ours if _is_version(key, title, common, one)]
    return max(likely, key=lambda pair: pair[0])[1] if likely else None


def _is_version(key: str, title: str, common: float, other: Shelved) -> bool:
    """Tell whether a text is a version of another one from a file of the same name."""
    before = (other.title, other.mark.title if other.mark else "")
    if key and any(_squeezed(title) == _squeezed(one) for one in before):
        return True
    return common >= MUCH or (common >= SOME and any(_alike(title, one) for one in before))


def same_title(title: str, slug: str, there: Iterable[Shelved]) -> Shelved | None:
    """Return an article with the same title or the same name in its month."""
    return next((one for one in there if _squeezed(one.title) == _squeezed(title) or one.slug == slug), None)


def _alike(one: str, other: str) -> bool:
    return bool(other) and difflib.SequenceMatcher(None, _squeezed(one), _squeezed(other)).ratio() >= ALIKE


def _in_common(one: str, other: str) -> float:
    """Return how much two texts have in common, 0 to 1: the stretches of a few characters that stand in both."""
    first, second = _stretches(one), _stretches(other)
    return len(first & second) / max(len(first), len(second), 1)


def _stretches(text: str) -> set[str]:
    plain = _squeezed(text)
    return {plain[at : at + STRETCH] for at in range(len(plain) - STRETCH + 1)}


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def slug(title: str) -> str:
    """Return a title as the name of a folder: as it is, without what Windows forbids in names."""
    plain = _FORBIDDEN.sub("", unicodedata.normalize("NFC", " ".join(title.split())))
    plain = re.sub(r"^[\s\d._、．\-~]*(?=\D)", "", plain) if re.match(r"^\d+[\s._、．-]", plain) else plain
    plain = plain[:SLUG_LONGEST].strip(" .~")
    if WAITING.search(plain) or _RESERVED.match(plain):
        plain = plain.replace(".", "").lstrip("~") + ("稿" if _RESERVED.match(plain) else "")
    return plain or "未命名"


def next_number(names: Iterable[str]) -> int:
    """Return the next free number for a folder of a month, after all numbers that are there."""
    numbers = [int(found[0]) for name in names if (found := re.match(r"\d{1,3}(?=\D)", name))]
    return max(numbers, default=0) + 1


def folder_name(number: int, name: str, there: Sequence[str]) -> str:
    """Return a folder's name with its number: 03-春节; a name whose slug is there already gets -2."""
    count, unique = 1, name
    while unique in there:
        count += 1
        unique = f"{name}-{count}"
    return f"{number:02d}-{unique}"
