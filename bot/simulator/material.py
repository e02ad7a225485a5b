"""The picture host and the material library (uploadImage, addMaterial and getMaterial pages).

A file's type is what its first bytes say, never its name. Pictures for an article's
body go to `media/uploadimg` (jpg or png under 1 MB) and are no part of the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.call import Binary, Call, Json, Upload
from bot.simulator.errors import ApiError
from bot.simulator.routing import Route

if TYPE_CHECKING:
    from bot.simulator.world import World

MB = 1024 * 1024
ACCEPTED = {  # type -> (what the first bytes may say, most bytes)
    "image": (("jpeg", "png", "gif", "bmp"), 10 * MB),
    "thumb": (("jpeg",), 64 * 1024),
    "voice": (("mp3", "amr", "wav"), 2 * MB),
    "video": (("mp4",), 10 * MB),
}
TEMPORARY_LIFE = timedelta(days=3)
MIME = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "mp4": "video/mp4"}


@dataclass(frozen=True)
class Material:
    """Something in the library."""

    media_id: str
    type: str
    name: str
    content: bytes
    kind: str
    url: str
    added: datetime


class Library:
    """Everything that was uploaded, and the addresses that belong to the account."""

    def __init__(self) -> None:
        """Begin empty."""
        self.kept: dict[str, Material] = {}
        self.temporary: dict[str, Material] = {}
        self.addresses: set[str] = set()
        self._count = 0

    def host(self, kind: str) -> str:
        """Return a new address on the platform's picture host."""
        self._count += 1
        place = chance.name(60, "picture", self._count)
        url = f"http://mmbiz.qpic.cn/mmbiz_{kind.replace('jpeg', 'jpg')}/{place}/0?wx_fmt={kind}"
        self.addresses.add(bare(url))
        return url

    def add(self, kind: str, upload: Upload, as_type: str, now: datetime, *, kept: bool = True) -> Material:
        """Take a file in and return it with its new media id."""
        url = self.host(kind) if as_type in ("image", "thumb") else ""
        self._count += 1
        media_id = chance.name(64, "material", self._count)
        material = Material(media_id, as_type, upload.filename, upload.content, kind, url, now)
        (self.kept if kept else self.temporary)[media_id] = material
        return material

    def owns(self, url: str) -> bool:
        """Is this picture one of the account's own?"""
        return bare(url) in self.addresses


def bare(url: str) -> str:
    """Return an address without scheme and query, as two spellings of it are compared."""
    return url.split("?")[0].removeprefix("https:").removeprefix("http:")


def kind_of(content: bytes) -> str:
    """Return the file type its first bytes say, or "" for one the platform does not know."""
    for kind, start in (("jpeg", b"\xff\xd8\xff"), ("png", b"\x89PNG\r\n\x1a\n"), ("bmp", b"BM"), ("mp3", b"ID3")):
        if content.startswith(start):
            return kind
    for kind, start in (("gif", b"GIF8"), ("mp3", b"\xff\xfb"), ("amr", b"#!AMR"), ("wav", b"RIFF")):
        if content.startswith(start):
            return kind
    return "mp4" if content[4:8] == b"ftyp" else ""


def cover_is_good(world: World, media_id: str) -> bool:
    """May this id be a cover: a permanent picture of ours that has reached the draft box by now?"""
    material = world.library.kept.get(media_id)
    if material is None or material.type not in ("image", "thumb"):
        return False
    age = world.clock.now() - material.added
    return age >= timedelta(seconds=world.switches.sync_seconds)


def uploadimg(world: World, call: Call) -> Json:
    """POST media/uploadimg: a picture for an article's body."""
    upload = _media(call)
    kind = kind_of(upload.content)
    if kind not in ("jpeg", "png"):
        raise ApiError(40005)
    if len(upload.content) >= MB:
        raise ApiError(40009)
    return {"url": world.library.host(kind)}


def add_material(world: World, call: Call) -> Json:
    """POST material/add_material?type=: a permanent material; its address only for pictures."""
    material = _take(world, call, kept=True)
    return {"media_id": material.media_id} | ({"url": material.url} if material.type == "image" else {})


def upload_temporary(world: World, call: Call) -> Json:
    """POST media/upload?type=: a material that lives for 3 days."""
    material = _take(world, call, kept=False)
    return {"type": material.type, "media_id": material.media_id, "created_at": world.clock.stamp()}


def get_temporary(world: World, call: Call) -> Binary:
    """GET media/get?media_id=: the file of a temporary material."""
    material = world.library.temporary.get(call.query.get("media_id", ""))
    if material is None or world.clock.now() - material.added > TEMPORARY_LIFE:
        raise ApiError(40007)
    return Binary(material.content, MIME.get(material.kind, "application/octet-stream"))


def batchget(world: World, call: Call) -> Json:
    """POST material/batchget_material: the library's page, newest first."""
    wanted = call.text("type")
    if wanted not in (*ACCEPTED, "news"):
        raise ApiError(40004)
    offset, count = call.page()
    found = [one for one in reversed(world.library.kept.values()) if one.type == wanted]
    items = [
        {"media_id": one.media_id, "name": one.name, "update_time": int(one.added.timestamp()), "url": one.url}
        for one in found[offset : offset + count]
    ]
    return {"item": items, "total_count": len(found), "item_count": len(items)}


def count(world: World, call: Call) -> Json:
    """GET material/get_materialcount."""
    types = [one.type for one in world.library.kept.values()]
    return {f"{name}_count": types.count(name) for name in ("voice", "video", "image")} | {"news_count": 0}


def get(world: World, call: Call) -> Json | Binary:
    """POST material/get_material: the file itself; a video's title and address."""
    material = world.library.kept.get(call.text("media_id"))
    if material is None:
        raise ApiError(40007)
    if material.type == "video":
        return {"title": material.name, "description": "", "down_url": "http://mp.weixin.qq.com/mp/video"}
    return Binary(material.content, MIME.get(material.kind, "application/octet-stream"))


def delete(world: World, call: Call) -> Json:
    """POST material/del_material."""
    if world.library.kept.pop(call.text("media_id"), None) is None:
        raise ApiError(40007)
    return {"errcode": 0, "errmsg": "ok"}


def _take(world: World, call: Call, *, kept: bool) -> Material:
    as_type = call.query.get("type", "")
    if as_type not in ACCEPTED:
        raise ApiError(40004)
    upload = _media(call)
    kinds, most = ACCEPTED[as_type]
    kind = kind_of(upload.content)
    if kind not in kinds:
        raise ApiError(40005)
    if len(upload.content) > most:
        raise ApiError(40009 if as_type == "image" else 40006)
    return world.library.add(kind, upload, as_type, world.clock.now(), kept=kept)


def _media(call: Call) -> Upload:
    _, files = call.form
    upload = files.get("media")
    if upload is None or not upload.filename:
        raise ApiError(41005)
    if not upload.content:
        raise ApiError(44001)
    return upload


ROUTES = {
    "media/uploadimg": Route(uploadimg, plain=True),
    "media/upload": Route(upload_temporary, plain=True),
    "media/get": Route(get_temporary, method="GET"),
    "material/add_material": Route(add_material, plain=True),
    "material/batchget_material": Route(batchget, plain=True),
    "material/get_materialcount": Route(count, method="GET"),
    "material/get_material": Route(get),
    "material/del_material": Route(delete),
}
