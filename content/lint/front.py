"""Rules for what the front matter says: title, author, digest, cover, links, places."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.look import Look, Rule
from content.markup.foot import LABEL
from content.render import visible_text

TITLE_LIMIT = 32  # WeChat, draft/add page of 2025-12-19; older texts say 64
AUTHOR_LIMIT = 16  # WeChat, draft/add: 45110
DIGEST_LIMIT = 128  # WeChat, draft/add: 45004
DIGEST_ADVICE = 120  # an older page of WeChat's gives this limit
DIGEST_TAKEN = 54  # WeChat, draft/add: the digest it makes itself
LINK_LIMIT = 1024  # bytes; WeChat, draft/add: content_source_url


def title_is_there(look: Look) -> Iterator[Problem]:
    """An article without a title cannot be drafted."""
    if not look.facts.title:
        message = "没有标题。请在文件开头两行 --- 之间写一行 title: 文章标题（不能用文件名代替）。"
        yield look.problem(look.at("title"), "TITLE_MISSING", Level.ERROR, message, fix="title: ")


def title_fits(look: Look) -> Iterator[Problem]:
    """WeChat refuses a longer title only when the draft is made, long after the editor left."""
    if (length := len(look.facts.title)) > TITLE_LIMIT:
        message = f"标题有 {length} 个字，最多 {TITLE_LIMIT} 个字，请删去至少 {length - TITLE_LIMIT} 个字。"
        yield look.problem(look.at("title"), "TITLE_TOO_LONG", Level.ERROR, message)


def author_fits(look: Look) -> Iterator[Problem]:
    """WeChat refuses a longer author (45110)."""
    if (length := len(look.facts.author)) > AUTHOR_LIMIT:
        message = f"作者有 {length} 个字，最多 {AUTHOR_LIMIT} 个字，请写短一些。"
        yield look.problem(look.at("author"), "AUTHOR_TOO_LONG", Level.ERROR, message)


def digest_is_there(look: Look) -> Iterator[Problem]:
    """Without a digest WeChat takes the first words of the text."""
    if not look.facts.digest:
        label = LABEL if look.facts.ai_generated else ""
        taken = " ".join(f"{label} {visible_text(look.bare)}".split())[:DIGEST_TAKEN]
        message = f"没有写摘要（digest），平台会取正文前 {DIGEST_TAKEN} 个字：“{taken}”。不合适就请写上摘要。"
        yield look.problem(look.at("digest"), "DIGEST_MISSING", Level.WARN, message)


def digest_fits(look: Look) -> Iterator[Problem]:
    """WeChat's pages give 128 and 120 as the limit."""
    length = len(look.facts.digest)
    if length > DIGEST_LIMIT:
        message = f"摘要有 {length} 个字，最多 {DIGEST_LIMIT} 个字（建议不超过 {DIGEST_ADVICE} 个字），请写短一些。"
        yield look.problem(look.at("digest"), "DIGEST_TOO_LONG", Level.ERROR, message)
    elif length > DIGEST_ADVICE:
        message = (
            f"摘要有 {length} 个字，超过 {DIGEST_ADVICE} 个字可能被平台拒绝（上限 {DIGEST_LIMIT}），建议写短一些。"
        )
        yield look.problem(look.at("digest"), "DIGEST_TOO_LONG", Level.WARN, message)


def cover_is_there(look: Look) -> Iterator[Problem]:
    """A draft needs a cover; the first picture of the text can stand in."""
    if look.facts.cover:
        return
    if look.pictures:
        message = f"没有写封面（cover），将使用正文第一张图 {look.pictures[0]}。不合适就请写上 cover: 图片文件。"
        yield look.problem(look.at("cover"), "COVER_FROM_BODY", Level.WARN, message, fix=f"cover: {look.pictures[0]}")
    else:
        message = "没有封面：没有写 cover（封面），正文里也没有图片可用。请在文件开头写 cover: 图片文件。"
        yield look.problem(look.at("cover"), "COVER_MISSING", Level.ERROR, message, fix="cover: ")


def original_link_fits(look: Look) -> Iterator[Problem]:
    """The link of 阅读原文 is an address, of 1 KB at most (41039)."""
    link = look.facts.original_link
    if link and (not link.lower().startswith(("http://", "https://")) or any(char.isspace() for char in link)):
        message = f"原文链接应以 http:// 或 https:// 开头，中间没有空格，写的是“{link[:60]}”。"
        yield look.problem(look.at("original_link"), "BAD_VALUE", Level.ERROR, message)
    elif (length := len(link.encode())) > LINK_LIMIT:
        message = f"原文链接有 {length} 字节，最多 {LINK_LIMIT} 字节，请换一个短些的链接。"
        yield look.problem(look.at("original_link"), "BAD_VALUE", Level.ERROR, message)


def places_are_known(look: Look) -> Iterator[Problem]:
    """A place that is not in the table could never be counted for the place."""
    known = look.context.places
    for place in look.facts.places if known else ():
        if place not in known:
            near = difflib.get_close_matches(place, sorted(known), 3, 0.5)
            hint = f"是不是{'、'.join(f'“{name}”' for name in near)}？" if near else "请对照 places.csv 里的名称。"
            message = f"地名表里没有“{place}”。{hint}"
            yield look.problem(look.at("places"), "UNKNOWN_PLACE", Level.ERROR, message, fix=near[0] if near else "")


RULES: tuple[Rule, ...] = (
    title_is_there,
    title_fits,
    author_fits,
    digest_is_there,
    digest_fits,
    cover_is_there,
    original_link_fits,
    places_are_known,
)
