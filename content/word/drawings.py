"""What is drawn into a paragraph: pictures, text boxes, and things that have no text at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from content.word.ooxml import child, tag, text_of

SPECIAL = frozenset(
    tag(name) for name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent", "m:oMath", "m:oMathPara")
)
_SHAPES = frozenset(
    tag(n) for n in ("wps:wsp", "v:shape", "v:rect", "v:roundrect", "v:oval", "v:line", "v:polyline", "v:arc")
)
_VECTOR = ("emf", "wmf")


@dataclass(frozen=True)
class Picture:
    """A picture: the id of its part, the text for those who cannot see it, and what Word does to it on the page."""

    relation: str
    alt: str = ""
    floating: bool = False
    changed: bool = False  # cropped or turned, which only Word shows


@dataclass(frozen=True)
class Box:
    """A text box with its paragraphs."""

    paragraphs: tuple[Element, ...]


@dataclass(frozen=True)
class Thing:
    """What can only be named: a formula, a chart, a shape; `relation` leads to the part with its texts."""

    what: str
    detail: str = ""
    relation: str = ""
    matters: bool = True  # a reader would miss it


Drawn = Picture | Box | Thing


def drawn(root: Element) -> list[Drawn]:
    """Return what a drawing, an object, a formula or a choice of them shows, in order."""
    return list(_walk(root))


def _walk(root: Element) -> Iterator[Drawn]:
    reader = _READERS.get(root.tag)
    if reader is not None:
        yield from reader(root)
        return
    found = [one for part in root for one in _walk(part)]
    if not found and root.tag in _SHAPES and root.tag != tag("v:shapetype"):
        found = [Thing("图形", matters=False)]
    yield from found


def _alternate(root: Element) -> Iterator[Drawn]:
    """A newer form and an older one of the same thing: the newer, unless we can make nothing of it."""
    newer = [one for choice in root.findall(tag("mc:Choice"))[:1] for one in _walk(choice)]
    older = [one for choice in root.findall(tag("mc:Fallback")) for one in _walk(choice)]
    yield from older if any(map(_matters, older)) and not any(map(_matters, newer)) else newer or older


def _matters(one: Drawn) -> bool:
    return not isinstance(one, Thing) or one.matters


def _drawing(root: Element) -> Iterator[Drawn]:
    """A drawing in the line, or one that floats over the page."""
    for holder in root:
        about = child(holder, "wp:docPr")
        if about is not None and about.get("hidden") in ("1", "true"):
            continue
        alt = (about.get("descr") or about.get("title") or "") if about is not None else ""
        for one in (found for part in holder for found in _walk(part)):
            floating = holder.tag == tag("wp:anchor")
            yield replace(one, alt=one.alt or alt, floating=floating) if isinstance(one, Picture) else one


def _picture(root: Element) -> Iterator[Drawn]:
    cropped = child(root, "pic:blipFill", "a:srcRect")
    turned = child(root, "pic:spPr", "a:xfrm")
    changed = (cropped is not None and any(side not in ("", "0", "0%") for side in cropped.attrib.values())) or (
        turned is not None and turned.get("rot", "0") != "0"
    )
    for part in root.iter():
        if part.tag in (tag("a:videoFile"), tag("a:audioFile")):
            yield Thing("音频或视频")
        elif part.tag == tag("a:blip"):
            yield from (replace(one, changed=changed) if isinstance(one, Picture) else one for one in _blip(part))


def _blip(root: Element) -> Iterator[Drawn]:
    if embedded := root.get(tag("r:embed")):
        yield Picture(embedded)
    elif linked := root.get(tag("r:link")):
        yield Thing("链接在外面的图片", relation=linked)


def _image_data(root: Element) -> Iterator[Drawn]:
    if relation := root.get(tag("r:id")):
        changed = any(root.get(f"crop{side}", "0") not in ("0", "") for side in ("left", "right", "top", "bottom"))
        yield Picture(relation, root.get(tag("o:title"), ""), changed=changed)


def _box(root: Element) -> Iterator[Drawn]:
    yield Box(tuple(root))


def _word_art(root: Element) -> Iterator[Drawn]:
    if text := root.get("string", "").strip():
        letters = Element(tag("w:t"))
        letters.text = text
        run, paragraph = Element(tag("w:r")), Element(tag("w:p"))
        run.append(letters)
        paragraph.append(run)
        yield Box((paragraph,))


def _object(root: Element) -> Iterator[Drawn]:
    """An embedded object with a picture of how it looks; formulas of MathType are such objects."""
    ole = next(root.iter(tag("o:OLEObject")), None)
    program = ole.get("ProgID", "") if ole is not None else ""
    shown = [one for part in root for one in _walk(part) if isinstance(one, Picture)]
    if program.startswith("Equation"):
        yield Thing("公式", program)
    elif ole is not None:
        yield from shown
        yield Thing("嵌入的对象", program, matters=not shown)
    else:
        yield from shown
        yield from [] if shown else [Thing("控件", matters=False)]


def _formula(root: Element) -> Iterator[Drawn]:
    yield Thing("公式", "".join(part.text or "" for part in root.iter(tag("m:t"))))


def _chart(root: Element) -> Iterator[Drawn]:
    yield Thing("图表", relation=root.get(tag("r:id"), ""))


def _diagram(root: Element) -> Iterator[Drawn]:
    yield Thing("SmartArt 图示", relation=root.get(tag("r:dm"), ""))


def _canvas(root: Element) -> Iterator[Drawn]:
    """Texts in shapes of another program's drawing."""
    texts = [text for part in root.iter(tag("a:t")) if (text := part.text or "")]
    if texts:
        yield Thing("图形里的文字", " ".join(texts))


def texts_in(root: Element | None) -> str:
    """Return the texts in the part of a chart or a diagram."""
    if root is None:
        return ""
    title = next(root.iter(tag("c:title")), None)
    where = title if title is not None else root
    return " ".join(filter(None, (part.text for part in where.iter(tag("a:t")))))


def is_box_of_text(box: Box) -> bool:
    """Tell whether a text box says anything."""
    return any(text_of(paragraph) for paragraph in box.paragraphs)


_READERS: dict[str, Callable[[Element], Iterator[Drawn]]] = {
    tag("mc:AlternateContent"): _alternate,
    tag("w:drawing"): _drawing,
    tag("w:object"): _object,
    tag("pic:pic"): _picture,
    tag("a:blip"): _blip,
    tag("v:imagedata"): _image_data,
    tag("w:txbxContent"): _box,
    tag("v:textpath"): _word_art,
    tag("m:oMath"): _formula,
    tag("m:oMathPara"): _formula,
    tag("c:chart"): _chart,
    tag("cx:chart"): _chart,
    tag("dgm:relIds"): _diagram,
    tag("a:txBody"): _canvas,
}
