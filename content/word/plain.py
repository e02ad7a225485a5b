"""A Word file made plain for mammoth: what it hides stands in the text, and each paragraph carries its form's number.

mammoth reads text, runs, links, notes and tables. What it passes over in silence
(text boxes of newer Word, automatic numbers, styles' fonts, formulas, fields) is
written into the text here, or named in the report.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from content.word import drawings
from content.word.drawings import SPECIAL, Box, Picture, Thing, drawn
from content.word.forms import Form, form_of
from content.word.looks import Looks
from content.word.numbers import Numbers
from content.word.ooxml import child, element, serialised, tag, text_of
from content.word.package import Package, Relation
from content.word.report import Report
from content.word.runs import plain_run, unwrap

PLACEHOLDER = "【待补充：{}】"  # stands where something could not be taken over: `check` stops an article with it
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STORIES = {"document": "officeDocument", "footnotes": "footnotes", "endnotes": "endnotes"}


@dataclass
class Plain:
    """What mammoth is given, and the forms that its paragraphs' style ids are the numbers of."""

    data: bytes
    forms: list[Form]


@dataclass
class _Work:
    package: Package
    report: Report
    looks: Looks
    numbers: Numbers
    forms: list[Form] = field(default_factory=list)
    media: dict[str, str] = field(default_factory=dict)  # part in the file → part in what mammoth gets


@dataclass
class _Story:
    """One part with text while it is made plain: what it refers to, and the pictures it will refer to."""

    work: _Work
    relations: dict[str, Relation]
    kept: dict[str, Relation] = field(default_factory=dict)
    near: str = ""


def made_plain(package: Package, report: Report) -> Plain:
    """Return the file for mammoth, with all that is left out noted in the report."""
    looks = Looks(package.xml(package.part("styles")))
    work = _Work(package, report, looks, Numbers(package.xml(package.part("numbering")), looks))
    parts: dict[str, bytes] = {}
    for name, kind in _STORIES.items():
        part = package.main if name == "document" else package.part(kind)
        root = package.xml(part)
        if root is not None:
            story = _Story(work, package.relations(part))
            _make_plain(root, story)
            parts[f"word/{name}.xml"] = serialised(root)
            parts[f"word/_rels/{name}.xml.rels"] = _relations(story.kept)
    parts["_rels/.rels"] = _relations({"d": Relation("officeDocument", "word/document.xml", False)})
    parts["[Content_Types].xml"] = serialised(element("ct:Types"))
    return Plain(_zipped(parts, work), work.forms)


def _make_plain(root: Element, story: _Story) -> None:
    _place_drawings(root, story)
    unwrap(root, story.work.report)
    for paragraph in root.iter(tag("w:p")):
        look = story.work.looks.of_paragraph(paragraph)
        form = form_of(paragraph, story.work.looks, story.work.numbers.next_of(paragraph))
        near = text_of(paragraph)
        for run in paragraph.iter(tag("w:r")):
            plain_run(run, story.work.looks.of_run(run, look), story.work.report, near)
        _carry(paragraph, len(story.work.forms))
        story.work.forms.append(form)
    for link in root.iter(tag("w:hyperlink")):
        _keep_link(link, story)


def _carry(paragraph: Element, number: int) -> None:
    """Put the number of a paragraph's form where mammoth hands it on: into the style's id."""
    old = child(paragraph, "w:pPr")
    if old is not None:
        paragraph.remove(old)
    paragraph.insert(0, element("w:pPr", None, element("w:pStyle", {"w:val": str(number)})))


def _keep_link(link: Element, story: _Story) -> None:
    found = story.relations.get(link.get(tag("r:id"), ""))
    if found is not None and found.outside:
        story.kept[link.get(tag("r:id"), "")] = found
    elif tag("r:id") in link.attrib:
        del link.attrib[tag("r:id")]


def _place_drawings(parent: Element, story: _Story) -> None:
    """Replace all that is drawn below an element; the paragraphs of text boxes come after the one they hang on."""
    at = 0
    while at < len(parent):
        part = parent[at]
        at += 1
        if part.tag != tag("w:p"):
            _place_drawings(part, story)
            continue
        story.near = text_of(part) or story.near
        boxes = [box for box in _replaced(part, story) if drawings.is_box_of_text(box) or _has_drawing(box)]
        for box in boxes:
            _tell_box(box, story)
        parent[at:at] = [paragraph for box in boxes for paragraph in box.paragraphs]  # looked at next: boxes in boxes


def _has_drawing(box: Box) -> bool:
    return any(part.tag in SPECIAL for paragraph in box.paragraphs for part in paragraph.iter())


def _tell_box(box: Box, story: _Story) -> None:
    text = " ".join(text_of(paragraph) for paragraph in box.paragraphs)
    story.work.report.kept("文本框", "文字已放到所在段落之后，请看看位置对不对", near=story.near, detail=text)


def _replaced(parent: Element, story: _Story) -> list[Box]:
    """Replace what is drawn in a paragraph by plain pictures and placeholders; return the text boxes."""
    boxes: list[Box] = []
    for part in list(parent):
        if part.tag in SPECIAL:
            at = list(parent).index(part)
            parent.remove(part)
            for one in drawn(part):
                if isinstance(one, Box):
                    boxes.append(one)
                    continue
                for made in _standing_for(one, story):
                    in_run = parent.tag == tag("w:r")
                    parent.insert(at, made if in_run else element("w:r", None, made))
                    at += 1
        elif part.tag != tag("w:p"):
            boxes += _replaced(part, story)
    return boxes


def _standing_for(one: Picture | Thing, story: _Story) -> Iterator[Element]:
    if isinstance(one, Picture):
        yield from _picture(one, story)
        return
    report, relation = story.work.report, story.relations.get(one.relation)
    inside = story.work.package.xml(relation.target) if relation and not relation.outside else None
    detail = one.detail or drawings.texts_in(inside) or (relation.target if relation and relation.outside else "")
    if not one.matters:
        report.lost(one.what, "没有带过来", near=story.near, detail=detail)
        return
    placeholder = PLACEHOLDER.format(one.what)
    report.lost(one.what, f"没有带过来，正文里写了“{placeholder}”，请补上或删去", near=story.near, detail=detail)
    made = element("w:t")
    made.text = placeholder
    yield made


def _picture(one: Picture, story: _Story) -> Iterator[Element]:
    relation, work = story.relations.get(one.relation), story.work
    if relation is None or relation.outside or not work.package.has(relation.target):
        yield from _standing_for(Thing("图片", "文件里没有这张图"), story)
        return
    if one.floating:
        work.report.kept("浮动的图片", "放到了所在的段落，请看看位置对不对", near=story.near)
    if one.changed:
        work.report.lost("裁剪或旋转过的图片", "用的是原图，被裁掉的部分会露出来，请换成处理好的图", near=story.near)
    suffix = relation.target.rpartition(".")[2].lower()[:5]
    name = work.media.setdefault(relation.target, f"media/{len(work.media) + 1}.{suffix}")
    key = f"p{len(story.kept)}"
    story.kept[key] = Relation("image", name, False)
    yield _inline(key, one.alt)


def _inline(key: str, alt: str) -> Element:
    filled = element("pic:pic", None, element("pic:blipFill", None, element("a:blip", {"r:embed": key})))
    graphic = element("a:graphic", None, element("a:graphicData", None, filled))
    return element("w:drawing", None, element("wp:inline", None, element("wp:docPr", {"descr": alt}), graphic))


def _relations(kept: dict[str, Relation]) -> bytes:
    root = element("rel:Relationships")
    for key, relation in kept.items():
        mode = {"TargetMode": "External"} if relation.outside else {}
        root.append(
            element("rel:Relationship", {"Id": key, "Type": _REL + relation.kind, "Target": relation.target, **mode})
        )
    return serialised(root)


def _zipped(parts: dict[str, bytes], work: _Work) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        for part, name in work.media.items():
            archive.writestr(f"word/{name}", work.package.bytes_of(part))
    return made.getvalue()
