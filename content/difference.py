"""What has changed between two frozen texts, sentence by sentence, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from html import unescape

from content.models import Revision
from content.render import visible_text
from content.revisions import PLACEHOLDER

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)》]*\n?|\n|$)")
_WORD = re.compile(r"[0-9A-Za-z]+(?:[.,:/%-][0-9A-Za-z]+)*%?|.", re.DOTALL)  # a number changes as a whole
_LINK = re.compile(r'<a\b[^<>]*?\bhref="([^"]*)"')
_PICTURE = re.compile(re.escape(PLACEHOLDER) + r"([0-9a-f]{64})")
_ALIKE = 0.5  # of two sentences; what is less alike is shown as one gone and one new
_LONGEST = 400  # words of a sentence that are compared one by one
_ONLY_LOOKS = "文字、链接和图片都没有变化，只是排版变了。"


class Kind(StrEnum):
    """What a piece of a text is: in both, only in the old one, only in the new one, or a stretch left out."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    GAP = "gap"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that is of one kind."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One thing of a text that has changed: its name, and the pieces of both in their order."""

    name: str
    pieces: Sequence[Piece]


def difference(old: Revision, new: Revision, names: Mapping[str, str]) -> list[Change]:
    """Return what has changed from one revision to another, nothing when both are the same.

    names: of the pictures of both, by sha256.
    """
    told = (
        ("标题", compare(old.title, new.title)),
        ("作者", compare(old.author, new.author)),
        ("摘要", compare(old.digest, new.digest)),
        ("正文", compare(visible_text(old.html), visible_text(new.html))),
        ("链接", _listed(_links(old), _links(new))),
        ("图片", _pictures(old, new, names)),
        ("封面", _cover(old, new)),
        ("留言", compare(_comments(old), _comments(new))),
    )
    found = [Change(name, pieces) for name, pieces in told if any(piece.kind != Kind.SAME for piece in pieces)]
    return found or ([Change("排版", [Piece(Kind.SAME, _ONLY_LOOKS)])] if old.sha256 != new.sha256 else [])


def compare(old: str, new: str) -> list[Piece]:
    """Return the pieces of two texts; of what is the same only the sentences beside a change."""
    if old == new:
        return [Piece(Kind.SAME, new)] if new else []
    before, after = _sentences(old), _sentences(new)
    pieces: list[Piece] = []
    for tag, left, right, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            first, last = left + start == 0, (right, end) == (len(before), len(after))
            pieces += _shortened(after[start:end], first=first, last=last)
        else:
            pieces += _replaced(before[left:right], after[start:end])
    return pieces


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


def _shortened(same: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    """Yield what is the same between two changes: a sentence after the one and a sentence before the other."""
    head = [] if first else same[:1]
    tail = [] if last else same[len(head) :][-1:]
    middle = same[len(head) : len(same) - len(tail)]
    for kind, sentences in ((Kind.SAME, head), (Kind.GAP if len(middle) > 1 else Kind.SAME, middle), (Kind.SAME, tail)):
        if sentences:
            yield Piece(kind, "".join(sentences))


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from _within(old, new)
        return
    if before:
        yield Piece(Kind.GONE, "".join(before))
    if after:
        yield Piece(Kind.NEW, "".join(after))


def _within(old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of two sentences, word by word where they are much alike."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    match = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > _LONGEST or match.ratio() < _ALIKE:
        yield from (Piece(Kind.GONE, old), Piece(Kind.NEW, new))
        return
    for tag, left, right, start, end in match.get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(after[start:end]))
            continue
        if right > left:
            yield Piece(Kind.GONE, "".join(before[left:right]))
        if end > start:
            yield Piece(Kind.NEW, "".join(after[start:end]))


def _listed(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Return what of a list is gone and what is new, a line each."""
    gone, added = (dict.fromkeys(x for x in mine if x not in other) for mine, other in ((old, new), (new, old)))
    return [*(Piece(Kind.GONE, f"{one}\n") for one in gone), *(Piece(Kind.NEW, f"{one}\n") for one in added)]


def _links(revision: Revision) -> list[str]:
    own = [f"阅读原文：{revision.original_link}"] if revision.original_link else []
    return [*own, *(unescape(target) for target in _LINK.findall(revision.html))]


def _pictures(old: Revision, new: Revision, names: Mapping[str, str]) -> list[Piece]:
    before, after = _PICTURE.findall(old.html), _PICTURE.findall(new.html)
    if before != after and sorted(before) == sorted(after):
        return [Piece(Kind.NEW, "先后变了")]
    gone = [names.get(sha256, "图片") for sha256 in before if sha256 not in after]
    added = [names.get(sha256, "图片") for sha256 in after if sha256 not in before]
    return [
        *(Piece(Kind.NEW, f"{name}（换了一张）\n") for name in added if name in gone),
        *(Piece(Kind.GONE, f"{name}\n") for name in gone if name not in added),
        *(Piece(Kind.NEW, f"{name}\n") for name in added if name not in gone),
    ]


def _cover(old: Revision, new: Revision) -> list[Piece]:
    if old.cover != new.cover:
        return [Piece(Kind.NEW, "换了一张")]
    same = (old.crop_235_1, old.crop_1_1) == (new.crop_235_1, new.crop_1_1)
    return [] if same else [Piece(Kind.NEW, "裁切变了")]


def _comments(revision: Revision) -> str:
    return "打开" if revision.comments else "关闭"
