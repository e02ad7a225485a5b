"""Word files for tests: python-docx for what it can, raw XML for what Word and WPS write besides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from PIL import Image

from content.article import read_article
from content.render import render, visible_text
from content.word.manuscript import Manuscript, read_word

SPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    }.items()
)


def picture(colour: str = "red", kind: str = "PNG") -> bytes:
    """A small picture; each colour is another one."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, kind)
    return made.getvalue()


class Word:
    """A Word file while it is built."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self.parts: dict[str, bytes] = {}

    def text(
        self, text: str = "", *, style: str | None = None, bold: bool = False, centred: bool = False, size: float | None = None
    ) -> Word:  # fmt: skip
        paragraph = self.document.add_paragraph(style=style)
        run = paragraph.add_run(text)
        run.bold = bold or None
        if centred:
            paragraph.alignment = 1
        if size:
            run.font.size = docx.shared.Pt(size)
        return self

    def raw(self, inside: str) -> Word:
        """Add a paragraph, or whatever else stands in a body, as XML."""
        whole = inside if inside.startswith(("<w:tbl", "<w:sdt", "<w:p>", "<w:p ")) else f"<w:p>{inside}</w:p>"
        end = whole.index(">") if whole[whole.index(">") - 1] != "/" else whole.index("/>")
        element = parse_xml(whole[:end] + f" {SPACES}" + whole[end:])
        self.document.element.body.insert(len(self.document.element.body) - 1, element)
        return self

    def image(self, colour: str = "red", alt: str = "", kind: str = "PNG") -> Word:
        self.document.add_picture(io.BytesIO(picture(colour, kind)))
        self.document.paragraphs[-1].runs[-1]._r.find(".//" + qn("wp:docPr")).set("descr", alt)
        return self

    def relation(self, data: bytes, suffix: str = "png") -> str:
        """Keep a picture as a part and return the id by which raw XML refers to it."""
        if suffix == "png":
            return str(self.document.part.get_or_add_image(io.BytesIO(data))[0])
        raise AssertionError(suffix)

    def numbering(self, *levels: tuple[str, str], start_over: bool = False) -> str:
        """Add a numbering of levels (format, text) and return its id."""
        root = self.document.part.numbering_part.element
        number = str(900 + len(root))
        inside = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for n, (kind, text) in enumerate(levels)
        )
        abstract = parse_xml(f'<w:abstractNum {SPACES} w:abstractNumId="{number}">{inside}</w:abstractNum>')
        root.insert(0, abstract)
        over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if start_over else ""
        root.append(parse_xml(f'<w:num {SPACES} w:numId="{number}"><w:abstractNumId w:val="{number}"/>{over}</w:num>'))
        return number

    def item(self, text: str, number: str, level: int = 0, *, bold: bool = False, style: str = "") -> Word:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return self.raw(f"<w:pPr>{named}{numbered}</w:pPr>{run(text, '<w:b/>' if bold else '')}")

    def bytes(self) -> bytes:
        made = io.BytesIO()
        self.document.save(made)
        return patched(made.getvalue(), self.parts) if self.parts else made.getvalue()

    def read(self, name: str = "稿件.docx") -> Manuscript:
        return read_word(self.bytes(), name)

    def save(self, file: Path) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.bytes())
        return file


def run(text: str, properties: str = "") -> str:
    """A run as XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def patched(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A Word file with parts put in or replaced; a name "rels:word/document.xml" adds relationships."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        content = {name: old.read(name) for name in old.namelist()}
        for name, value in parts.items():
            if name.startswith("rels:"):
                folder, _, file = name.removeprefix("rels:").rpartition("/")
                rels = f"{folder}/_rels/{file}.rels"
                content[rels] = content[rels].replace(b"</Relationships>", value + b"</Relationships>")
            else:
                content[name] = value
        for name, value in content.items():
            new.writestr(name, value)
    return made.getvalue()


def relationship(key: str, kind: str, target: str, outside: str = "") -> bytes:
    """A relationship as XML; `kind` is the last word of its type."""
    mode = ' TargetMode="External"' if outside else ""
    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    return f'<Relationship Id="{key}" Type="{address}" Target="{target}"{mode}/>'.encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def shown(folder: Path) -> str:
    """What a reader sees of an article in a folder."""
    return visible_text(render(read_article(folder / "index.md", "a/index.md"), css="", picture=lambda name: name))


def shown_body(body: str, tmp_path: Path) -> str:
    """What a reader sees of a text in Markdown."""
    (tmp_path / "index.md").write_text(f"---\ntitle: 标题\n---\n\n{body}", encoding="utf-8")
    return shown(tmp_path)


def xml_of(data: bytes, part: str) -> ElementTree.Element:
    """A part of a Word file, parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(part))
