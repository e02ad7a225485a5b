"""What the platform accepts as an article of a draft, and what it keeps of it (draft/add page).

Lengths count characters as they were sent: a \\uXXXX escape counts six.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.call import Call, Json, number_in, text_in
from bot.simulator.cleanup import clean
from bot.simulator.errors import ApiError
from bot.simulator.material import cover_is_good

if TYPE_CHECKING:
    from bot.simulator.world import World

TITLE, TITLE_ADVISED = 64, 32  # measured; the page's own words
AUTHOR = 16
DIGEST, DIGEST_MADE = 128, 54
CONTENT_CHARACTERS, CONTENT_BYTES = 20_000, 1024 * 1024
SOURCE_URL_BYTES = 1024
PICTURES = 20
PICTURE_TEXT = 1000
_CROP = re.compile(r"(?:[01](?:\.\d{1,6})?_){3}[01](?:\.\d{1,6})?")
_KEPT_AS_SENT = ("pic_crop_235_1", "pic_crop_1_1", "cover_info", "image_info", "product_info")


def accept(world: World, call: Call, article: object) -> Json:
    """Return the article as draft/get will show it, or raise the platform's refusal."""
    if not isinstance(article, dict):
        raise ApiError(47001)
    kind = text_in(article, "article_type", "news")
    if kind not in ("news", "newspic"):
        raise ApiError(40097)
    _check_lengths(call, article)
    _check_numbers(world, article)
    if kind == "newspic":
        return _pictures(world, article)
    return _news(world, article)


def _check_lengths(call: Call, article: Json) -> None:
    title = text_in(article, "title", "")
    if not title or len(title) > TITLE:
        raise ApiError(45003)
    if len(title) > TITLE_ADVISED:
        call.warnings.append(f"title has {len(title)} characters; the draft/add page says {TITLE_ADVISED}")
    if len(text_in(article, "author", "")) > AUTHOR:
        raise ApiError(45110)
    if len(text_in(article, "digest", "")) > DIGEST:
        raise ApiError(45004)
    content = text_in(article, "content", "")
    if len(content) >= CONTENT_CHARACTERS or len(content.encode(errors="replace")) >= CONTENT_BYTES:
        raise ApiError(45002)
    if not content:
        raise ApiError(44004)
    source = text_in(article, "content_source_url", "")
    if source and (len(source.encode()) > SOURCE_URL_BYTES or not re.match(r"https?://\S+$", source)):
        raise ApiError(41039)


def _check_numbers(world: World, article: Json) -> None:
    for name in ("need_open_comment", "only_fans_can_comment"):
        if number_in(article, name, 0) not in (0, 1):
            raise ApiError(40097)
    if article.get("need_open_comment") == 1 and not world.may_comment:
        raise ApiError(88000)
    for name in ("pic_crop_235_1", "pic_crop_1_1"):
        crop = text_in(article, name, "")
        if crop and not _CROP.fullmatch(crop):
            raise ApiError(40097)


def _news(world: World, article: Json) -> Json:
    thumb = text_in(article, "thumb_media_id", "")
    if not cover_is_good(world, thumb):
        raise ApiError(40007)
    cleaned = clean(article["content"], world.library.owns)
    switches = world.switches
    if (
        (cleaned.foreign_links and switches.links == "refuse")
        or (cleaned.foreign_pictures and switches.images == "refuse")
        or (cleaned.forbidden and switches.markup == "refuse")
    ):
        raise ApiError(45166)
    digest = article.get("digest") or " ".join(cleaned.text.split())[:DIGEST_MADE]
    return _kept(world, article, digest=digest, content=cleaned.html, thumb_media_id=thumb)


def _pictures(world: World, article: Json) -> Json:
    info = article.get("image_info")
    listed = info.get("image_list") if isinstance(info, dict) else None
    ids = [one.get("image_media_id", "") for one in listed or () if isinstance(one, dict)]
    if not ids or len(ids) > PICTURES or not all(cover_is_good(world, media_id) for media_id in ids):
        raise ApiError(40007)
    if len(article["content"]) > PICTURE_TEXT:
        raise ApiError(45166)
    return _kept(world, article, digest="", content=article["content"], thumb_media_id=ids[0])


def _kept(world: World, article: Json, *, digest: str, content: str, thumb_media_id: str) -> Json:
    key = chance.name(40, "preview", article["title"], world.clock.stamp())
    kept = {
        "article_type": article.get("article_type", "news"),
        "title": article["title"],
        "author": article.get("author", ""),
        "digest": digest,
        "content": content,
        "content_source_url": article.get("content_source_url", ""),
        "thumb_media_id": thumb_media_id,
        "show_cover_pic": 0,
        "url": f"http://mp.weixin.qq.com/s?__biz={world.biz}&mid=100000001&idx=1&sn={key}&tempkey={key}#rd",
        "thumb_url": world.library.kept[thumb_media_id].url,
        "need_open_comment": article.get("need_open_comment", 0),
        "only_fans_can_comment": article.get("only_fans_can_comment", 0),
    }
    return kept | {name: article[name] for name in _KEPT_AS_SENT if name in article}
