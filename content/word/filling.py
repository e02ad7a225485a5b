"""A Word template filled in: what stands in double braces is replaced, rows between {%tr for %} are repeated."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from content.errors import WrongUse

FORMS = Path(__file__).resolve().parent.parent.parent / "templates" / "reports"


def form(workspace: Path, name: str) -> Path:
    """Return a form's template: the workspace's own forms/NAME.docx, else ours."""
    own = workspace / "forms" / f"{name}.docx"
    return own if own.is_file() else FORMS / f"{name}.docx"


def filled(template: Path, values: Mapping[str, object]) -> bytes:
    """Return a template with the values in it; WrongUse when it is no Word file, or what stands in braces is not right."""
    try:
        document = DocxTemplate(template)
        document.render(dict(values), autoescape=True)
    except TemplateError as error:
        raise WrongUse(f"模板 {template.name} 里花括号的写法不对：{error}。请对照自带的模板改正。") from error
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise WrongUse(f"模板 {template.name} 读不出来，请用 Word 另存为 .docx。") from error
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
