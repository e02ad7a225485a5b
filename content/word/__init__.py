"""Word files and the library: what an editor hands in becomes an article, and an article becomes a Word file."""

from __future__ import annotations

from content.word.archive import LIMIT, Refused
from content.word.handin import Taken, intake
from content.word.report import Remark, Report

__all__ = ["LIMIT", "Refused", "Remark", "Report", "Taken", "intake"]
