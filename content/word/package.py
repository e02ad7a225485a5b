"""A Word file opened: is it one at all, and its parts with what they refer to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from content.word import archive
from content.word.archive import Refused
from content.word.ooxml import parsed, tag

XML_LIMIT = 40 * 1024 * 1024  # bytes of one XML part; a book of 1,000 pages has about 10 MB
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”，再交一次。"
_MAIN = "officeDocument"


@dataclass(frozen=True)
class Relation:
    """What a part refers to: the kind (the last word of its type), the part's name or an address outside."""

    kind: str
    target: str
    outside: bool


@dataclass(frozen=True)
class Package:
    """The parts of a Word file by name; `name` is the file's own, for what is said about it."""

    name: str
    zip: ZipFile
    _relations: dict[str, dict[str, Relation]] = field(default_factory=dict)

    def has(self, part: str) -> bool:
        """Say whether there is such a part; letters are compared as Word does, without case."""
        return part.lower() in self._by_lower

    def bytes_of(self, part: str) -> bytes:
        """Return a part's bytes; Refused when it is damaged."""
        return archive.content_of(self.zip, self._by_lower[part.lower()], self.name)

    def xml(self, part: str) -> Element | None:
        """Return the root of a part, or None when there is none."""
        if not part or not self.has(part):
            return None
        if self.zip.getinfo(self._by_lower[part.lower()]).file_size > XML_LIMIT:
            raise Refused(f"“{self.name}”的正文太大，没有打开。请分成几篇。")
        return parsed(self.bytes_of(part))

    def relations(self, part: str) -> dict[str, Relation]:
        """Return what a part refers to, by id; the package itself is the part ""."""
        if part not in self._relations:
            folder, _, file = part.rpartition("/")
            root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
            found = root.iter(tag("rel:Relationship")) if root is not None else ()
            self._relations[part] = {one.get("Id", ""): _relation(folder, one) for one in found}
        return self._relations[part]

    @cached_property
    def main(self) -> str:
        """The name of the main part; Refused when there is none."""
        names = [one.target for one in self.relations("").values() if one.kind == _MAIN]
        found = next((name for name in [*names, "word/document.xml"] if self.has(name)), "")
        if not found:
            raise Refused(f"“{self.name}”不是 Word 文档（里面没有正文）。{_SAVE_AS}")
        return found

    def part(self, kind: str) -> str:
        """Return the name of the part of a kind that the main part refers to, such as "styles", or ""."""
        found = (one.target for one in self.relations(self.main).values() if one.kind == kind and not one.outside)
        return next((name for name in found if self.has(name)), "")

    @property
    def macros(self) -> bool:
        """Whether there are macros; they are never read and never run."""
        return any(name.endswith("vbaproject.bin") for name in self._by_lower)

    @cached_property
    def _by_lower(self) -> dict[str, str]:
        return {name.lower().lstrip("/"): name for name in self.zip.namelist()}


def open_package(data: bytes, name: str) -> Package:
    """Return a Word file's parts; Refused, with what to do, for all that is no .docx or is locked."""
    archive.checked_size(len(data), name)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused(f"“{name}”设了打开密码，读不出来。请在 Word 里去掉密码（文件—信息—保护文档）再交。")
        raise Refused(f"“{name}”是旧格式（.doc 或 .wps），读不了。{_SAVE_AS}")
    if data.lstrip()[:5] == b"{\\rtf":
        raise Refused(f"“{name}”其实是 RTF 文件，读不了。{_SAVE_AS}")
    if not data.startswith(b"PK"):
        raise Refused(f"“{name}”不是 Word 文档，或者没有传完整。{_SAVE_AS}")
    package = Package(name, archive.opened(data, name))
    if package.has("content.xml") and package.has("mimetype"):
        raise Refused(f"“{name}”是 ODT 文档，读不了。{_SAVE_AS}")
    package.xml(package.main)
    return package


def _relation(folder: str, one: Element) -> Relation:
    kind = one.get("Type", "").rstrip("/").rpartition("/")[2]
    target = one.get("Target", "")
    if one.get("TargetMode") == "External":
        return Relation(kind, target, True)
    path = target if target.startswith("/") else posixpath.join(folder, target)
    plain = posixpath.normpath(path).lstrip("/")
    return Relation(kind, plain if not plain.startswith("..") else "", False)
