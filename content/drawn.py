"""What is drawn from a text, a formula or a diagram: a picture that is put into the article in its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from content.errors import FilesWrong


class CannotBeDrawn(FilesWrong):
    """A formula or a diagram that cannot become a picture; the text, for the editor, says why and what to do."""


@dataclass(frozen=True)
class Drawn:
    """A picture made from a text: a name from its content, PNG or JPG bytes, the text itself, how it stands on the page.

    `width` is in em, the size of the text around it, so that it grows with the
    reader's letters; 0 is the width of the page. `sinks` is how far it reaches
    below the line, in em, where it stands in a line.
    """

    name: str
    data: bytes
    alt: str
    width: float = 0.0
    sinks: float = 0.0


def name_of(what: str, data: bytes, ending: str = "png") -> str:
    """Return the file name of a drawn picture: what it is and the beginning of its fingerprint."""
    return f"{what}-{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
