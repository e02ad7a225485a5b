"""What mammoth read, as blocks: paragraphs, pictures and tables, in order, with the notes they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mammoth import documents

from content.word.album import Album
from content.word.forms import Form
from content.word.pieces import Note, Picture, Piece, Words, cleaned, lines, plain, private_signs
from content.word.report import Report


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    form: Form
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its words alone."""
        return plain(self.pieces)


@dataclass(frozen=True)
class Figure:
    """A picture that stands for itself, with its caption."""

    picture: Picture
    caption: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of a table; its blocks, and how many columns and rows it covers."""

    blocks: tuple[Block, ...]
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Figure | Table


@dataclass
class Reader:
    """Reads mammoth's document; notes are numbered in the order in which the text refers to them."""

    forms: Sequence[Form]
    album: Album
    report: Report
    notes: documents.Notes
    note_bodies: dict[int, tuple[Block, ...]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def blocks(self, elements: Iterable[documents.Element]) -> tuple[Block, ...]:
        """Return blocks without empty ones."""
        return tuple(block for element in elements for block in self._block(element))

    def _block(self, element: documents.Element) -> Iterator[Block]:
        if isinstance(element, documents.Paragraph):
            yield from self._paragraph(element)
        elif isinstance(element, documents.Table):
            rows = tuple(self._row(row) for row in element.children if isinstance(row, documents.TableRow))
            yield from [Table(tuple(row for row in rows if row))] if any(rows) else []
        elif isinstance(element, documents.HasChildren):
            yield from self.blocks(element.children)

    def _row(self, row: documents.TableRow) -> tuple[Cell, ...]:
        cells = (cell for cell in row.children if isinstance(cell, documents.TableCell))
        return tuple(Cell(self.blocks(cell.children), cell.colspan, cell.rowspan) for cell in cells)

    def _paragraph(self, element: documents.Paragraph) -> Iterator[Block]:
        form = self._form(element)
        found = list(self._pieces(element.children, Words("")))
        if signs := private_signs(found):
            self.report.lost(
                "特殊符号", "没有带过来（别的机器上显示不出来）", near=plain(found), detail=f"{len(signs)} 个"
            )
        yield from _split(form, cleaned(found))

    def _form(self, element: documents.Paragraph) -> Form:
        number = element.style_id or ""
        return self.forms[int(number)] if number.isdigit() and int(number) < len(self.forms) else Form()

    def _pieces(self, elements: Iterable[documents.Element], form: Words) -> Iterator[Piece]:
        for element in elements:
            if isinstance(element, documents.Run):
                yield from self._pieces(element.children, _run_form(element, form))
            elif isinstance(element, documents.Hyperlink):
                yield from self._link(element, form)
            elif isinstance(element, documents.Image):
                yield from self._picture(element)
            elif isinstance(element, documents.NoteReference):
                yield Note(self._note(element))
            elif isinstance(element, documents.HasChildren):
                yield from self._pieces(element.children, form)
            elif text := _text(element):
                yield Words(text, form.bold, form.italic, form.struck, form.script, form.link)

    def _link(self, element: documents.Hyperlink, form: Words) -> Iterator[Piece]:
        href = (element.href or "").strip()
        known = href.lower().startswith(("http://", "https://", "mailto:", "tel:"))
        found = list(self._pieces(element.children, Words("", form.bold, link=href if known else form.link)))
        if href and not known:
            self.report.lost("指向本机文件的链接", "只留下了文字", near=plain(found), detail=href)
        yield from found

    def _picture(self, element: documents.Image) -> Iterator[Piece]:
        with element.open() as file:
            yield self.album.add(file.read(), element.alt_text or "")

    def _note(self, reference: documents.NoteReference) -> int:
        key = (reference.note_type, reference.note_id)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            try:
                body = self.notes.resolve(reference).body
            except KeyError:
                body = ()
            self.note_bodies[self._numbers[key]] = self.blocks(body)
        return self._numbers[key]


def _run_form(run: documents.Run, outer: Words) -> Words:
    script = {"superscript": "sup", "subscript": "sub"}.get(run.vertical_alignment, "")
    return Words("", run.is_bold, run.is_italic, run.is_strikethrough, script, outer.link)


def _text(element: documents.Element) -> str:
    if isinstance(element, documents.Text):
        return element.value.replace("\n", " ").replace("\r", " ")
    if isinstance(element, documents.Tab):
        return " "
    if isinstance(element, documents.Break):
        return "\n" if element.break_type == "line" else ""
    if isinstance(element, documents.Checkbox):
        return "☑" if element.checked else "☐"
    return ""


def _split(form: Form, pieces: tuple[Piece, ...]) -> Iterator[Block]:
    """Yield a paragraph, and pictures at the ends of its lines as figures of their own."""
    text: list[Piece] = []
    for line in lines(pieces):
        before, middle, after = _ends(line)
        if before and text:
            yield Paragraph(form, cleaned(text))
            text = []
        yield from (Figure(picture) for picture in before)
        text += [Words("\n"), *middle] if text and middle else middle
        if after:
            yield Paragraph(form, cleaned(text))
            text = []
            yield from (Figure(picture) for picture in after)
    if any(not isinstance(piece, Words) or piece.text.strip() for piece in text):
        yield Paragraph(form, cleaned(text))


def _ends(line: list[Piece]) -> tuple[list[Picture], list[Piece], list[Picture]]:
    before: list[Picture] = []
    after: list[Picture] = []
    middle = [piece for piece in line if not isinstance(piece, Words) or piece.text]
    while middle and (isinstance(piece := middle[0], Picture) or _is_blank(piece)):
        middle.pop(0)
        before += [piece] if isinstance(piece, Picture) else []
    while middle and (isinstance(piece := middle[-1], Picture) or _is_blank(piece)):
        middle.pop()
        after = [piece, *after] if isinstance(piece, Picture) else after
    return before, middle, after


def _is_blank(piece: Piece) -> bool:
    return isinstance(piece, Words) and not piece.text.strip()
