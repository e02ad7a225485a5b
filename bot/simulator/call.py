"""One call as it came in: its path, its query, its body read the way the platform reads it."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from bot.simulator.errors import ApiError

Json = dict[str, Any]

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_HIDDEN = ("access_token", "secret", "appsecret")


def with_literal_escapes(raw: str) -> str:
    """Return JSON text in which \\uXXXX stands for its six characters.

    The platform does not read such an escape as one character: it stores and counts
    what was sent, which is why a short title written in escapes is "too long".
    """
    return _ESCAPE.sub(lambda found: ("\\" + found[0]) if len(found[1]) > 1 else found[0], raw)


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Binary:
    """An answer that is a file, not JSON."""

    content: bytes
    content_type: str


@dataclass
class Call:
    """A call: `path` is short ("draft/add", "datacube/getusersummary"), `raw` the body's bytes."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes
    content_type: str
    ip: str
    secrets: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def body(self) -> Json:
        """The JSON body; 44002 when there is none, 47001 when it is no JSON object."""
        if not self.raw:
            raise ApiError(44002)
        try:
            body = json.loads(with_literal_escapes(self.raw.decode()))
        except ValueError as error:
            raise ApiError(47001) from error
        if not isinstance(body, dict):
            raise ApiError(47001)
        return body

    @cached_property
    def form(self) -> tuple[dict[str, str], dict[str, Upload]]:
        """Fields and files of a multipart body; both empty when it is none."""
        kind, options = parse_options_header(self.content_type)
        if kind != "multipart/form-data":
            return {}, {}
        _, fields, files = FormDataParser().parse(io.BytesIO(self.raw), kind, len(self.raw), options)
        uploads = {name: Upload(one.filename or "", one.stream.read()) for name, one in files.items()}
        for one in files.values():
            one.close()
        return dict(fields.items()), uploads

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field that must be text; 40097 when it is missing (without default) or something else."""
        return text_in(self.body, name, default)

    def number(self, name: str, default: int | None = None) -> int:
        """Return a field that must be a whole number; 40097 when it is missing or something else."""
        return number_in(self.body, name, default)

    def key(self, name: str) -> str:
        """Return an id that may be written as number or as text; 40097 when it is neither."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ApiError(40097)
        return str(value)

    def page(self) -> tuple[int, int]:
        """Return offset (from 0) and count (1 to 20) of a list call; 40097 outside."""
        offset, count = self.number("offset", 0), self.number("count")
        if offset < 0 or not 1 <= count <= 20:
            raise ApiError(40097)
        return offset, count

    def shown(self) -> Json:
        """Return what a log may show of this call: no token value, no secret."""
        return {
            "method": self.method,
            "path": self.path,
            "query": {name: "***" if name in _HIDDEN else value for name, value in self.query.items()},
            "content_type": self.content_type,
            "body": self._shown_body(),
            "raw": self._shown_raw(),
        }

    def _shown_body(self) -> Any:
        fields, files = self.form
        if files or fields:
            sizes = {name: {"filename": one.filename, "size": len(one.content)} for name, one in files.items()}
            return {"fields": fields, "files": sizes}
        try:
            body = self.body
        except ApiError:
            return None
        return {name: "***" if name in _HIDDEN else value for name, value in body.items()}

    def _shown_raw(self) -> str:
        if self.content_type.startswith("multipart/"):
            return f"<multipart, {len(self.raw)} bytes>"
        text = self.raw.decode(errors="replace")
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def text_in(fields: Json, name: str, default: str | None = None) -> str:
    """Return the text under a name; 40097 when it is missing (without default) or something else."""
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise ApiError(40097, f"invalid args: {name}")
    return value


def number_in(fields: Json, name: str, default: int | None = None) -> int:
    """Return the whole number under a name; 40097 when it is missing (without default) or something else."""
    value = fields.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError(40097, f"invalid args: {name}")
    return value
