"""The 核对清单: everything that a person must check is on it, once, known or new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from content.article import Source, read_article
from content.checklist import PICTURES_UNREAD, Item, as_markdown, checklist
from content.lint import samples

CONTEXT = samples.context()
TEXT = """---
title: 议事会
cover: qr.png
publish_at: 2026-12-05 18:30
original_link: https://example.com/original
---

12月5日（星期六），云杉街道主任林样例到场，居民李大爷说：“好。”社区书记王小明表示支持。
活动在白纸坊街道右内西街社区举行，广内街道和槐树里社区参加，共35人。2月8日（星期五）再开。

咨询电话：010-55550100，市民热线：12345。见[通知](https://example.com/a)。

| 街道 | 场次 |
|---|---|
| 甲 | 3 |
| 乙 | 4 |
| 合计 | 8 |

![码](qr-short.png)
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    samples.lay_out(tmp_path)
    (tmp_path / "index.md").write_text(TEXT, "utf-8")
    return read_article(tmp_path / "index.md", "2026-12/01-a/index.md")


@pytest.fixture
def items(source: Source) -> list[Item]:
    return checklist(source, CONTEXT)


WANTED = [
    ("人名", "林样例", 8, True, "云杉街道主任"),
    ("人名", "李大爷", 8, False, ""),
    ("人名", "王小明", 8, False, ""),
    ("机构和地名", "云杉街道", 8, True, ""),
    ("机构和地名", "白纸坊街道", 9, True, ""),
    ("机构和地名", "右内西街社区", 9, True, ""),
    ("机构和地名", "广内街道", 9, False, "广安门内街道"),
    ("机构和地名", "槐树里社区", 9, False, ""),
    ("电话", "010-55550100", 11, False, "拨打核实"),
    ("电话", "12345", 11, True, "市民热线"),
    ("日期", "12月5日（星期六）", 8, True, "2026-12-05"),
    ("日期", "2月8日（星期五）", 9, False, "请核对"),
    ("数字", "表格“场次”合计 8", 17, False, "不符"),
    ("数字", "共35人", 9, False, "出处"),
    ("链接", "https://example.com/original", 5, False, "阅读原文"),
    ("链接", "https://example.com/a", 11, False, "通知"),
    ("二维码", "https://example.com/guide", 3, False, "qr.png"),
    ("二维码", "https://bit.ly/sample", 19, False, "qr-short.png"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "line", "known", "note"), WANTED, ids=[row[1] for row in WANTED])
def test_what_must_be_checked_is_listed(
    kind: str, text: str, line: int, known: bool, note: str, items: list[Item]
) -> None:
    (item,) = [item for item in items if (item.kind, item.text) == (kind, text)]
    assert (item.line, item.known) == (line, known)
    assert note in item.note


def test_nothing_else_is_listed(items: list[Item]) -> None:
    assert {(item.kind, item.text) for item in items} == {(row[0], row[1]) for row in WANTED}


def test_the_printed_list_has_a_box_for_each_and_says_what_no_check_has_seen(source: Source, items: list[Item]) -> None:
    text = as_markdown(items, source.facts.title)
    assert text.count("- [ ] ") == len(items) + 1
    assert text.startswith("# 核对清单：议事会")
    assert text.endswith(f"- [ ] {PICTURES_UNREAD}\n")


def test_an_article_without_facts_still_says_that_pictures_are_to_be_read(source: Source) -> None:
    bare = replace(source, body="好。", facts=replace(source.facts, cover="", original_link=""))
    assert checklist(bare, CONTEXT) == []
    assert PICTURES_UNREAD in as_markdown([], "甲")
