from contextlib import AbstractContextManager
from typing import IO, Sequence

class Element: ...

class HasChildren(Element):
    children: Sequence[Element]

class Document(HasChildren):
    notes: Notes

class Paragraph(HasChildren):
    style_id: str | None

class Run(HasChildren):
    is_bold: bool
    is_italic: bool
    is_strikethrough: bool
    vertical_alignment: str

class Text(Element):
    value: str

class Hyperlink(HasChildren):
    href: str | None
    anchor: str | None

class Checkbox(Element):
    checked: bool

class Table(HasChildren): ...
class TableRow(HasChildren): ...

class TableCell(HasChildren):
    colspan: int
    rowspan: int

class Break(Element):
    break_type: str

class Tab(Element): ...

class Image(Element):
    alt_text: str | None
    def open(self) -> AbstractContextManager[IO[bytes]]: ...

class Note(Element):
    body: Sequence[Element]

class Notes:
    def resolve(self, reference: NoteReference) -> Note: ...

class NoteReference(Element):
    note_type: str
    note_id: str
