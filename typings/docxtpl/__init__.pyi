from os import PathLike
from typing import IO

from docx.document import Document
from docx.shared import Length
from jinja2 import Environment

class DocxTemplate:
    def __init__(self, template_file: IO[bytes] | str | PathLike[str]) -> None: ...
    def render(self, context: dict[str, object], jinja_env: Environment, *, autoescape: bool = ...) -> None: ...
    docx: Document
    def save(self, filename: IO[bytes] | str) -> None: ...

class InlineImage:
    def __init__(self, tpl: DocxTemplate, image_descriptor: IO[bytes], width: Length | None = ...) -> None: ...
