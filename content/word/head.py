"""The head of a document: its title, and the lines that say whose it is, which are facts and not text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.word.blocks import Block, Paragraph, Table
from content.word.headings import differs, is_numbered, usual_form
from content.word.pieces import Note
from content.word.report import Report

TITLE_LONGEST = 64  # characters; what WeChat takes is checked later
LINE_LONGEST = 90  # characters of a line with author and source
REACH = 6  # blocks from the beginning in which the title stands, from the end for who wrote it
_AUTHOR = ("作者", "撰文", "撰稿", "撰稿人", "文字", "记者", "通讯员", "本文作者")
_SOURCE = ("来源", "稿件来源", "信息来源", "文章来源", "供稿", "供稿单位", "供稿人", "报送单位")
_WHEN = ("发布时间", "拟发布时间", "计划发布时间")
_DATE = ("日期", "时间", "发布日期", "写作日期")
_LABELS = {**dict.fromkeys(_AUTHOR, "author"), **dict.fromkeys(_SOURCE, "source"), **dict.fromkeys(_WHEN, "publish_at"),
           **dict.fromkeys(_DATE, "date")}  # fmt: skip
_LABEL = re.compile(r"(?:^|(?<=[\s|｜/／;；（(]))([\u3400-\u9fff]{2,6}) ?[:：]")
_BY = re.compile(r"^[（(]?文\s*[/／|｜]\s*([^\s/／|｜()（）]{2,16})[）)]?$")
_SENT_IN = re.compile(r"^[（(]([^()（）\s]{2,30})\s*供稿[）)]$")
_ONLY_DATE = re.compile(r"^[（(]?\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[）)]?$")


@dataclass
class Head:
    """What the document says of itself; publish_at as it is written."""

    title: str = ""
    author: str = ""
    source: str = ""
    publish_at: str = ""
    rest: list[Block] = field(default_factory=list)


def without_head(blocks: Sequence[Block], report: Report) -> Head:
    """Return the facts at the beginning and the end of a document, and the blocks without them."""
    head = Head(rest=list(blocks))
    at = _title_at(blocks)
    if at is not None and isinstance(found := blocks[at], Paragraph):
        head.title = " ".join((found.form.number + found.text).split())
        head.rest.pop(at)
        if any(isinstance(piece, Note) for piece in found.pieces):
            report.lost("标题上的脚注", "没有带过来", near=head.title)
    begin = head.rest[:REACH]
    for block in begin:
        if not isinstance(block, Paragraph) or (not _facts_in(block, head, report, first=True) and at is not None):
            break
    for block in head.rest[-REACH:]:
        if isinstance(block, Paragraph):
            _facts_in(block, head, report, first=False)
    return head


def _title_at(blocks: Sequence[Block]) -> int | None:
    """Return the place of the title: styled as one, the first heading, or the first line that stands out as a title."""
    usual = usual_form(blocks)
    for at, block in enumerate(blocks[:REACH]):
        if isinstance(block, Table):
            return None
        if not isinstance(block, Paragraph) or _is_fact(block.text):
            continue
        form, text = block.form, block.text
        if form.kind == "title":
            return at
        fits = 0 < len(text) <= TITLE_LONGEST and not text.endswith(("。", "：", ":", "，")) and "\n" not in text
        if form.kind == "heading":
            return at if not is_numbered(form, text) else None
        if fits and form.kind == "text" and differs(form, usual) and not is_numbered(form, text):
            return at
        if not form.centred:
            return None  # the text has begun
    return None


def _is_fact(text: str) -> bool:
    return bool(_ONLY_DATE.match(text) or _BY.match(text) or _SENT_IN.match(text) or _labelled(text))


def _facts_in(block: Paragraph, head: Head, report: Report, *, first: bool) -> bool:
    """Take what a line says of the article out of the text; tell whether it was such a line."""
    text = block.text
    if first and _ONLY_DATE.match(text):
        report.lost("日期", "没有放进正文（公众号会自己显示日期）", detail=text)
        head.rest.remove(block)
        return True
    if found := _BY.match(text) or _SENT_IN.match(text):
        key = "author" if found.re is _BY else "source"
        return _take({key: found[1]}, block, head, report)
    return _take(_labelled(text), block, head, report)


def _labelled(text: str) -> dict[str, str]:
    """Return the facts in a line such as «来源：… 作者：…»; nothing when it holds anything else."""
    plain = text.strip("（()） ")
    labels = list(_LABEL.finditer(plain))
    if not labels or labels[0].start() != 0 or len(plain) > LINE_LONGEST:
        return {}
    ends = [found.start() for found in labels[1:]] + [len(plain)]
    told = {found[1]: plain[found.end() : end].strip(" |｜/／;；　") for found, end in zip(labels, ends, strict=True)}
    if not all(name in _LABELS and value for name, value in told.items()) or any("。" in v for v in told.values()):
        return {}
    return {_LABELS[name]: value for name, value in told.items()}


def _take(told: dict[str, str], block: Paragraph, head: Head, report: Report) -> bool:
    if not told or any(getattr(head, key, "") not in ("", value) for key, value in told.items()):
        return False
    for key, value in told.items():
        if key == "date":
            report.lost("日期", "没有放进正文（公众号会自己显示日期）", detail=value)
        else:
            setattr(head, key, value)
    report.kept("署名和来源", "已写进文章信息，不再放在正文里", detail=block.text)
    head.rest.remove(block)
    return True
