"""The ledger of pictures: for every picture of every article where it comes from, who allows its use, what is missing.

It is read from the files each time, so that it never tells anything but what
the front matter says.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from content.article import PictureFacts, Source, local_reference, pictures_of, read_article
from content.folders import article_files, month_of, months, name_of

COVER, BODY, UNUSED = "封面", "正文", "未使用"
HEADINGS = ("月份", "文章", "标题", "图片", "用处", "来源", "权利人", "许可", "肖像同意", "缺少")
_NOT_KNOWN = re.compile(
    r"(?:未知|不明|不详|不清楚|不知道|待.{0,8}|尚未.{0,6}|没有|无|暂无|unknown|none|n/?a|tbd|[-—?？/.。xX×]+)",
    re.IGNORECASE,
)
_NO_SOURCE = re.compile(
    r"(?:来自|来源于?|取自|摘自)?(?:网络|互联网|网上|百度|搜索引擎|图片搜索)(?:图片|下载|搜索|转载)?"
)
_NO_PEOPLE = re.compile(
    r"(?:无|没有|未|不)(?:任何|出现|涉及|见|含|包含|有|可识别的?|可辨认的?|清晰的?)*.{0,4}(?:人|居民|孩子|肖像|面部|面孔|面容|正脸)|无需|不需要|不适用"
)
_OPEN = re.compile(r"待|未|没|缺|补签|联系中|口头|^(?:否|无|no)$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One picture of one article with what is known about it; `missing` names what is not."""

    month: str
    article: str
    title: str
    file: str
    use: str
    source: str = ""
    holder: str = ""
    licence: str = ""
    consent: str = ""
    missing: tuple[str, ...] = ()


def ledger(folder: Path) -> Iterator[Row]:
    """Yield the pictures of all articles of a workspace, month by month; a file that cannot be read is left out."""
    for month in months(folder):
        for file in article_files(month):
            try:
                source = read_article(file, name_of(folder, file))
            except OSError:  # it is being saved; `check` tells what is wrong with it
                continue
            yield from rows_of(source)


def rows_of(source: Source) -> list[Row]:
    """Return the pictures of one article: the cover, those of the text, and those that are listed but not used."""
    used = used_pictures(source, pictures_of(source))
    plain = Row(month_of(source.name), source.name, source.facts.title, "", "")
    rows = [_row(plain, name, use, facts_of(source, name)) for name, use in used.items()]
    listed = (facts for facts in source.facts.pictures if not is_used(facts, used))
    return [*rows, *(_row(plain, facts.file, UNUSED, facts) for facts in listed)]


def used_pictures(source: Source, in_text: Iterable[str] | None = None) -> dict[str, str]:
    """Return the cover, then the local pictures of the text, with their use; one that is both counts as the cover.

    in_text: the text's pictures where they are known, so that it is not parsed again.
    """
    cover = local_reference(source.facts.cover)
    own = {cover: COVER} if cover and not re.match(r"(?i)(?:https?:)?//", cover) else {}
    return own | {
        name: BODY
        for name in map(local_reference, pictures_of(source) if in_text is None else in_text)
        if name not in own
    }


def facts_of(source: Source, name: str) -> PictureFacts | None:
    """Return what the front matter tells of a picture: under its path, or under its bare name."""
    given = {local_reference(facts.file): facts for facts in reversed(source.facts.pictures)}
    return given.get(name) or given.get(name.rsplit("/", 1)[-1])


def is_used(facts: PictureFacts, used: Iterable[str]) -> bool:
    """Say whether a listed picture is one of those used, by its path or by its bare name."""
    name = local_reference(facts.file)
    return any(name in (other, other.rsplit("/", 1)[-1]) for other in used)


def missing(facts: PictureFacts | None) -> tuple[str, ...]:
    """Return what is not known about a picture: where it comes from or whose it is, and what allows its use."""
    if facts is None:
        return "来源", "许可"
    known = is_told(facts.holder) or (is_told(facts.source) and not _NO_SOURCE.fullmatch(facts.source.strip()))
    return (*(() if known else ("来源",)), *(() if is_told(facts.licence) else ("许可",)))


def is_told(text: str) -> bool:
    """Say whether a fact is one: a blank, 未知, 待补充 and the like are none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(plain) and not _NOT_KNOWN.fullmatch(plain)


def consent_is_open(facts: PictureFacts) -> bool:
    """Say whether the facts tell of people whose consent is not there yet; nothing said is not taken for people."""
    said = unicodedata.normalize("NFKC", facts.consent).strip().replace("未成年", "")
    return bool(said) and not _NO_PEOPLE.search(said) and bool(_OPEN.search(said))


def _row(plain: Row, name: str, use: str, facts: PictureFacts | None) -> Row:
    row = replace(plain, file=name, use=use, missing=missing(facts))
    if facts is None:
        return row
    lacks = (*row.missing, "肖像同意") if consent_is_open(facts) else row.missing
    told = {key: getattr(facts, key) for key in ("source", "holder", "licence", "consent")}
    return replace(row, missing=lacks, **told)


def chosen(rows: Iterable[Row], *, lacking: bool = False, month: str = "", holder: str = "") -> list[Row]:
    """Return the rows that lack something, of a month, or of a holder (a part of the name is enough); "" is all."""
    return [
        row
        for row in rows
        if (row.missing or not lacking) and month in ("", row.month) and holder.lower() in row.holder.lower()
    ]


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return the ledger as CSV for Excel: UTF-8 with a mark, and no cell that Excel would calculate."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([_safe(cell) for cell in cells(row)] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cells(row: Row) -> list[str]:
    """Return a row as texts, in the order of HEADINGS."""
    return [value if isinstance(value, str) else "、".join(value) for value in asdict(row).values()]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
