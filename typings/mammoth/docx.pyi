from typing import BinaryIO

from .documents import Document

class Result:
    value: Document
    messages: list[Message]

class Message:
    type: str
    message: str

def read(fileobj: BinaryIO, external_file_access: bool = ...) -> Result: ...
