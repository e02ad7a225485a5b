"""What is kept of an article before it is taken down: its frozen text, what WeChat shows, its figures, who and why."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from content import custody
from content.after_models import Withdrawal
from content.clock import local_day, stamp
from content.db import Store
from content.library import Library
from content.revisions import latest_revision
from content.workflow import note
from scheduler import metrics, stats
from scheduler.refusals import Answer
from scheduler.sent import sent_as, title_of


def keep_evidence(
    store: Store, library: Library, withdrawal_id: int, items: list[Answer] | None, now: datetime
) -> None:
    """Write the evidence of a withdrawal to the disk, then note that it is there; done twice, the first one stays.

    items: what WeChat shows of the publication, None where that cannot be read. OSError when the disk is full.
    """
    with store.reading() as session:
        row = session.get_one(Withdrawal, withdrawal_id)
        if row.evidence_at:
            return
        folder = custody.place_of(library.folder, row.article_id, row.id)
        files = _files(session, library, row, items, now)
    custody.keep(folder, files)
    with store.transaction() as session:
        row = session.get_one(Withdrawal, withdrawal_id)
        row.evidence_at = now
        where = folder.relative_to(library.folder).as_posix()
        note(session, row.article, by="scheduler", now=now, why=f"撤稿前留存证据：{where}")


def _files(
    session: Session, library: Library, row: Withdrawal, items: list[Answer] | None, now: datetime
) -> dict[str, bytes]:
    revision, sent = latest_revision(session, row.article), sent_as(session, row.article)
    files = custody.frozen_files(session, revision, library.pictures) if revision else {}
    facts = _facts(session, row, now)
    files["facts.json"] = json.dumps(facts, ensure_ascii=False, indent=2).encode()
    files["说明.txt"] = "".join(f"{name}：{value}\n" for name, value in facts.items()).encode(errors="replace")
    if items is not None:
        files["wechat.json"] = json.dumps(items, ensure_ascii=False, indent=2).encode(errors="replace")
        if len(items) >= sent.place:
            shown = items[sent.place - 1]
            files["公众号上的文章.html"] = custody.page(str(shown.get("title", "")), str(shown.get("content", "")))
    return files


def _facts(session: Session, row: Withdrawal, now: datetime) -> dict[str, str]:
    article, sent = row.article, sent_as(session, row.article)
    revision = latest_revision(session, article)
    figures = stats.article_figures(session, article, local_day(now))
    return {
        "文章": f"{article.id} {title_of(session, article)}",
        "定稿": f"{article.id}-{revision.number}" if revision else "没有（不是从这里发的）",
        "定稿的 sha256": revision.sha256 if revision else "",
        "链接": sent.url,
        "发布时间": stamp(sent.published_at) if sent.published_at else "不知道",
        "推送": "是" if sent.pushed else "否",
        "在推文里": f"第 {sent.place} 篇，共 {sent.of} 篇",
        "微信的编号": "，".join(filter(None, (sent.listed, sent.msg_id, sent.msg_data_id))),
        "数据": "，".join(f"{metrics.METRICS[m].name} {v} {metrics.METRICS[m].unit}" for m, v in figures.items())
        or "还没有取到",
        "要求撤稿": f"{row.by}，{stamp(row.at)}",
        "原因": row.reason,
        "留存时间": stamp(now),
    }
