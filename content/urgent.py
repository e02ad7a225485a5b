"""Urgent notices (急稿): what is read in a forwarded text, the row that keeps one, and its article's folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content.clock import local, stamp
from content.db import Base
from content.errors import FilesWrong
from content.folders import ARTICLE_FILE
from content.models import Article
from content.saying import begins_with_time
from content.templates import FOLDER, render
from content.word.placing import place_new

FOLLOW_UP = timedelta(hours=24)  # after the issue, where the text does not say until when it holds
OLDEST = timedelta(days=7)  # what was issued earlier is not what the text speaks of
OWN_COVERS = ("urgent-cover.png", "urgent-cover.jpg")  # in the workspace; they win over the one that comes along
IN_GROUPS = 300  # characters of a text in a group: it is read on the phone, and fits into one answer
DIGEST = 54  # characters: as many as WeChat itself takes
_BODY = (
    r"(?!据|由|经|接)[\u4e00-\u9fff]{1,24}?(?:气象台|气象局|街道办事处|人民政府|政府办公室|应急管理局|民政局|委员会|指挥部|[\u4e00-\u9fff]局|"
    r"公司|中心|办公室|居委会|管理处)"
)
_NAMED = re.compile(rf"(?:发布单位|发布机构|来源|发布)\s*[::]\s*({_BODY})")
_ISSUING = re.compile(
    rf"({_BODY})(?:于|在|[\d年月日时分:点上下午今明\s-]*)?[\d年月日时分:点\s-]*(?:联合)?(?:发布|通知|通告|提醒|提示)"
)
_ALONE = re.compile(rf"({_BODY})")
_TIME = re.compile(
    r"(?:\d{4}\s*[-/年]\s*)?\d{1,2}\s*[-/月]\s*\d{1,2}\s*[日号]?\s*(?:上午|下午|晚上|早上|中午)?\s*\d{1,2}\s*[:时点]"
)
_UNTIL = re.compile(r"(?:持续到|截至|有效期至|至|到)\s*")


class Urgent(Base):
    """One urgent notice: its text as it came, who issued it and when, who brought it, and what became of it."""

    __tablename__ = "urgent"
    __table_args__ = (UniqueConstraint("article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # when somebody must look whether it is over
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")  # why its warnings may pass
    due: Mapped[bool] = mapped_column(default=True)  # the scheduler shall submit it, and has not tried since
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    told_out_at: Mapped[datetime | None]  # its bringer knows that it is out
    over_at: Mapped[datetime | None]  # somebody has said that it is over
    reviewed_at: Mapped[datetime | None]  # somebody has made up for the steps that were left out


@dataclass(frozen=True)
class Read:
    """What a text says of itself; "" and None for what cannot be read."""

    issuer: str
    issued_at: datetime | None
    ends_at: datetime | None


def read(text: str, now: datetime) -> Read:
    """Read who issued a text, when, and until when it holds."""
    plain = unicodedata.normalize("NFKC", text)
    issued = next((at for at in _times(plain, now) if now - OLDEST <= at <= now + timedelta(hours=1)), None)
    ends = next((at for at in _ends(plain, issued or now) if at > max(issued or now, now)), None)
    return Read(_issuer(plain), issued, ends)


def urgent_of(session: Session, article: Article) -> Urgent | None:
    """Return the urgent notice that an article is, None for another article."""
    return session.scalar(select(Urgent).where(Urgent.article_id == article.id))


def place(workspace: Path, urgent: Urgent, author: str) -> str:
    """Write an urgent notice's folder into the month in which it came, once, and return its file's name.

    The folder's name is the notice's own, so a second run finds what the first has written.
    """
    month, slug = f"{local(urgent.at):%Y-%m}", f"urgent-{urgent.id}"
    name = f"{month}/{slug}/{ARTICLE_FILE}"
    if not (workspace / name).is_file():
        cover, picture = _cover(workspace)
        text = _article(urgent, author, cover)
        try:
            place_new(workspace / month, slug, {ARTICLE_FILE: text.encode(), cover: picture})
        except OSError as error:
            if not (workspace / name).is_file():  # else another process has just written the same
                raise FilesWrong(f"急稿没有写成 {name}：{error.strerror or error}。会再试。") from error
    return name


def for_groups(urgent: Urgent, url: str = "") -> str:
    """Return a text that can be copied into residents' groups as it is; a long one ends with where to read on."""
    head, body = f"【{urgent.title}】{urgent.issuer} {stamp(urgent.issued_at)} 发布", " ".join(urgent.text.split())
    if len(body) > IN_GROUPS:
        body = f"{body[:IN_GROUPS]}……（全文见公众号）"
    return "\n".join(filter(None, [head, body, f"详情：{url}" if url else ""]))


def _issuer(plain: str) -> str:
    if found := _NAMED.search(plain) or _ISSUING.search(plain):
        return found[1]
    lines = [line.strip(" 。()") for line in plain.splitlines() if line.strip()]
    alone = [line for line in (*lines[-2:], *lines[:1]) if _ALONE.fullmatch(line)]
    return alone[0] if alone else ""


def _times(plain: str, now: datetime) -> list[datetime]:
    found = (begins_with_time(plain[match.start() :], now) for match in _TIME.finditer(plain))
    return [one[0] for one in found if one]


def _ends(plain: str, issued: datetime) -> list[datetime]:
    found = (begins_with_time(plain[match.end() :], issued) for match in _UNTIL.finditer(plain))
    return [one[0] for one in found if one]


def _cover(workspace: Path) -> tuple[str, bytes]:
    for name in OWN_COVERS:
        if (workspace / name).is_file():
            return f"cover{Path(name).suffix}", (workspace / name).read_bytes()
    return "cover.png", (FOLDER / "drafts" / OWN_COVERS[0]).read_bytes()


def _article(urgent: Urgent, author: str, cover: str) -> str:
    paragraphs = [" ".join(line.split()) for line in urgent.text.splitlines() if line.strip()]
    when = local(urgent.issued_at)
    values: dict[str, object] = {
        "title": urgent.title,
        "author": author,
        "digest": " ".join(urgent.text.split())[:DIGEST],
        "issuer": urgent.issuer,
        "issued": f"{when.month}月{when.day}日{when:%H:%M}",
        "cover": cover,
        "paragraphs": paragraphs,
    }
    return render("drafts/urgent.md", values)
