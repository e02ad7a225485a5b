"""What a person does by hand: in the back office with the mouse, or as a reader with a thumb."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from bot.simulator import mass, people, publishing, xml
from bot.simulator.archive import Article
from bot.simulator.call import Json, Upload
from bot.simulator.callbacks import APOLOGY, REPLIED, UNAVAILABLE, Delivery
from bot.simulator.cleanup import clean
from bot.simulator.errors import ApiError
from bot.simulator.material import kind_of
from bot.simulator.world import World

READER = "oSimReader0000000000000000001"
ACTIONS_OF_READERS = ("subscribe", "scan", "click")


def act(world: World, action: str, given: Json) -> Json:
    """Do one thing in the back office and return what came of it; ValueError when it cannot be done."""
    if action not in ACTIONS:
        raise ValueError(f"action is one of {', '.join(ACTIONS)}")
    try:
        return {"ok": True} | ACTIONS[action](world, given)
    except ApiError as error:
        raise ValueError(f"{error.errcode} {error.errmsg}") from error
    except KeyError as error:
        raise ValueError(f"{action} needs {error}") from error


def _publish(world: World, given: Json) -> Json:
    with world.lock:
        job = publishing.publish_now(world, world.drafts.find(given["media_id"]))
        return {"article_id": job.article_id, "msg_data_id": job.mid, "urls": [one.url for one in job.articles]}


def _mass(world: World, given: Json) -> Json:
    with world.lock:
        draft = world.drafts.find(given["media_id"])
        if not mass.quota_left(world):
            raise ApiError(45028)
        job = world.sends.new(world.next_mid(), draft, world.clock.now(), "")
        world.drafts.take(draft.media_id)
        mass.settle(world, job, quiet=not given.get("event"))
        return {"msg_id": job.msg_id, "msg_data_id": job.mid, "urls": [one.url for one in job.articles]}


def _publish_new(world: World, given: Json) -> Json:
    with world.lock:
        item = _by_hand(world, given)
        draft = world.drafts.new([item], world.clock.stamp())
        return (_mass if given.get("notify") else _publish)(world, given | {"media_id": draft.media_id})


def _by_hand(world: World, given: Json) -> Json:
    cleaned = clean(given.get("content", "<p>手工发表的文章。</p>"), world.library.owns)
    return {
        "title": given["title"],
        "author": given.get("author", ""),
        "digest": given.get("digest", cleaned.text[:54]),
        "content": cleaned.html,
        "content_source_url": "",
        "thumb_media_id": "",
        "show_cover_pic": 0,
        "thumb_url": "",
        "url": "",
        "need_open_comment": given.get("need_open_comment", 0),
        "only_fans_can_comment": 0,
    }


def _edit_draft(world: World, given: Json) -> Json:
    with world.lock:
        draft = world.drafts.find(given["media_id"])
        place = given.get("index", 0)
        changed = {name: value for name, value in given.items() if name in draft.items[place]}
        if "content" in changed:
            changed["content"] = clean(changed["content"], world.library.owns).html
        draft.items[place] = draft.items[place] | changed
        draft.updated = world.clock.stamp()
        return {}


def _delete_draft(world: World, given: Json) -> Json:
    with world.lock:
        world.drafts.take(world.drafts.find(given["media_id"]).media_id)
        return {}


def _decide(status: str) -> Callable[[World, Json], Json]:
    def decide(world: World, given: Json) -> Json:
        with world.lock:
            waiting = [one for one in world.sends.jobs if one.waiting and given.get("msg_id") in (None, one.msg_id)]
            if not waiting:
                raise ValueError("no mass send waits for the administrator")
            mass.settle(world, waiting[-1], status)
            return {"msg_id": waiting[-1].msg_id}

    return decide


def _take_down(status: int) -> Callable[[World, Json], Json]:
    def take_down(world: World, given: Json) -> Json:
        with world.lock:
            job = world.publications.by_article_id(given["article_id"])
            publishing.take_down(job, given.get("index", 0), status)
            return {"publish_status": job.status}

    return take_down


def _write_comment(world: World, given: Json) -> Json:
    with world.lock:
        article = _commented(world, given)
        if not article.has_comments or article.comments_closed:
            raise ValueError("the comments are closed")
        openid, content = given.get("openid", READER), given["content"]
        return {"user_comment_id": world.comments.write(article, openid, content, world.clock.stamp()).number}


def _edit_comment(world: World, given: Json) -> Json:
    with world.lock:
        comment = next(
            one for one in world.comments.of(world, _commented(world, given)) if one.number == given["user_comment_id"]
        )
        comment.content, comment.deleted = given.get("content", comment.content), bool(given.get("deleted"))
        return {}


def _commented(world: World, given: Json) -> Article:
    article = world.archive.find(int(given["msg_data_id"]), given.get("index", 0) + 1)
    if article is None:
        raise ValueError("there is no such article")
    return article


def _edit_article(world: World, given: Json) -> Json:
    """Change a few words of what is out; `shown`: whether the API gives the new ones (WeChat does not say)."""
    with world.lock:
        job = world.publications.by_article_id(given["article_id"])
        article = job.articles[given.get("index", 1) - 1]
        page = article.item["content"]
        if given["old"] not in page:
            raise ValueError("these words are not in the article")
        if given.get("shown", True):
            article.item = article.item | {"content": page.replace(given["old"], given["new"])}
        return {}


def _verify(world: World, given: Json) -> Json:
    return {"verified": world.postman.verify()}


def _set_up(world: World, given: Json) -> Json:
    """Set up the menu or the automatic replies on their pages, told as get_current_selfmenu_info and …autoreply_info do."""
    with world.lock:
        world.office_menu = given.get("menu", world.office_menu)
        world.office_replies = given.get("replies", world.office_replies)
        return {}


def _use_up(world: World, given: Json) -> Json:
    with world.lock:
        world.quotas.use_up(given["path"], world.clock.today(), left=given.get("left", 0))
        return {}


ACTIONS: dict[str, Callable[[World, Json], Json]] = {
    "publish": _publish,
    "mass": _mass,
    "publish_new": _publish_new,
    "edit_draft": _edit_draft,
    "delete_draft": _delete_draft,
    "confirm_mass": _decide(""),
    "refuse_mass": _decide("err(40001)"),
    "delete_article": _take_down(publishing.DELETED),
    "ban_article": _take_down(publishing.BANNED),
    "write_comment": _write_comment,
    "edit_comment": _edit_comment,
    "edit_article": _edit_article,
    "verify_callback": _verify,
    "use_up_quota": _use_up,
    "set_up": _set_up,
}


def say(
    world: World,
    text: str = "",
    *,
    openid: str = READER,
    event: str = "",
    event_key: str = "",
    msgid: int | str | None = None,
    createtime: int | None = None,
    fields: dict[str, Any] | None = None,
    raw_xml: str = "",
    picture: bytes | str = b"",
) -> Json:
    """Let somebody write, or do what `event` names, and return how the account's server answered.

    -> {"reply": text or None, "type", "fields", "tries": n, "raw": last body, "outcome", "shown": what the
    reader saw}. `picture` (bytes, or base64 as text) is sent in place of the text. `fields` go into the XML beside or in place of the usual ones; `raw_xml` replaces it whole.
    """
    with world.lock:
        world.settle()
        tree: dict[str, Any] = {
            "ToUserName": world.settings.original_id,
            "FromUserName": openid,
            "CreateTime": createtime if createtime is not None else world.clock.stamp(),
            "MsgType": "event" if event else "text",
        }
        if event:
            tree |= {"Event": event} | ({"EventKey": event_key} if event_key else {})
        else:
            tree |= _picture(world, picture) if picture else {"Content": text}
            tree |= {"MsgId": msgid if msgid is not None else world.next_message()}
        _remember(world, openid, event, event_key)
        document = raw_xml or xml.write(tree | (fields or {}))
        delivery = Delivery(event or "text", openid, document, world.clock.now())
    return _told(world.postman.deliver(delivery))


def _picture(world: World, picture: bytes | str) -> Json:
    """Keep a picture that a reader sends as temporary material, and return how a message names it."""
    content = b64decode(picture) if isinstance(picture, str) else picture
    kind = kind_of(content)
    if not kind:
        raise ValueError("picture is no picture")
    upload = Upload(f"picture.{kind}", content)
    kept = world.library.add(kind, upload, "image", world.clock.now(), kept=False)
    return {"MsgType": "image", "PicUrl": kept.url, "MediaId": kept.media_id}


def _remember(world: World, openid: str, event: str, event_key: str) -> None:
    now = world.clock.now()
    if event.lower() == "unsubscribe":
        people.leave(world, openid)
        return
    people.come(world, openid, scene=event_key.removeprefix("qrscene_") if event.lower() == "subscribe" else "")
    if not event:
        world.people.written.append((now, openid))
        world.windows.after_message(openid, now)
    elif event.lower() in ACTIONS_OF_READERS:
        world.windows.after_action(openid, now)


def _told(delivery: Delivery) -> Json:
    reply = delivery.reply or {}
    text = reply.get("Content") if reply.get("MsgType") == "text" else None
    shown = {REPLIED: text, UNAVAILABLE: APOLOGY}.get(delivery.outcome)
    return {
        "reply": text,
        "type": reply.get("MsgType"),
        "fields": reply,
        "tries": len(delivery.tries),
        "raw": delivery.tries[-1].answer if delivery.tries else None,
        "outcome": delivery.outcome,
        "shown": shown,
    }
