"""A Word template filled in: what stands in double braces is replaced, rows between {%tr for %} are repeated."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import Environment, StrictUndefined, TemplateError

from content.errors import OpsError, WrongUse

FORMS = Path(__file__).resolve().parent.parent.parent / "templates" / "reports"
OWN = "forms"  # the workspace's folder for its own
WIDTH = Cm(16)  # of a picture: the text of an A4 page
PICTURES = "charts"  # under which a template has them


@dataclass(frozen=True)
class Picture:
    """A picture (PNG) for a template, and what it shows in words."""

    data: bytes
    alt: str


def form(workspace: Path, name: str) -> Path:
    """Return a form's template: the workspace's own forms/NAME.docx, else ours."""
    own = workspace / OWN / f"{name}.docx"
    return own if own.is_file() else FORMS / f"{name}.docx"


def copied(workspace: Path, name: str) -> Path:
    """Copy our template of a form into the workspace, to be edited there; OpsError when there is one, WrongUse for no form."""
    known = sorted(file.stem for file in FORMS.glob("*.docx"))
    if name not in known:
        raise WrongUse(f"没有模板“{name[:20]}”，可以写：{'、'.join(known)}。")
    own = workspace / OWN / f"{name}.docx"
    if own.exists():
        raise OpsError(f"{OWN}/{name}.docx 已经有了，没有覆盖。要从头来，请先把它改名或移走。")
    own.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FORMS / f"{name}.docx", own)
    return own


def filled(template: Path, values: Mapping[str, object], pictures: Mapping[str, Picture | None] | None = None) -> bytes:
    """Return a template with the values in it; WrongUse when it is no Word file, or what stands in braces is not right.

    pictures: stand under `charts`, "" for None. A name that is none of the values is a mistake, too.
    """
    try:
        document = DocxTemplate(template)
        drawn = {
            name: InlineImage(document, io.BytesIO(one.data), width=WIDTH) if one else ""
            for name, one in (pictures or {}).items()
        }
        strict = Environment(undefined=StrictUndefined, autoescape=True)
        document.render({**values, PICTURES: drawn}, strict, autoescape=True)
    except (TemplateError, TypeError, SyntaxError) as error:
        raise WrongUse(f"模板 {template.name} 里花括号的写法不对：{error}。请对照自带的模板改正。") from error
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise WrongUse(f"模板 {template.name} 读不出来，请用 Word 另存为 .docx。") from error
    _describe(document, [one for one in (pictures or {}).values() if one])
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _describe(document: DocxTemplate, pictures: list[Picture]) -> None:
    """Write beside each picture what it shows, found by its content: a template may have them in any order."""
    words = {sha256(one.data).hexdigest(): one.alt for one in pictures}
    part = document.docx.part
    for inline in part.element.xpath("//wp:inline[.//a:blip/@r:embed]"):
        image = part.related_parts[inline.xpath(".//a:blip/@r:embed")[0]]
        if alt := words.get(sha256(image.blob).hexdigest()):
            inline.docPr.set("descr", alt)
